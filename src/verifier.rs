//! The verifier: makes requests, judges presentations.
//!
//! Everything that drives [`Verifier::verify`] comes from the verifier's own kept request: a presentation supplies disclosed
//! values, one permitted issuer key for each credential, and a proof of a length that the request fixes.

mod conventional;
mod zero_knowledge;

use crate::{
    codec::{Identifier, Kind},
    jws::JwsError,
    ledger::{LedgerError, NonceLedger},
    policy::{Entry, Path, PolicyDocument},
    presentation::path_of,
    proof::{
        linked::{LinkedError, LinkedProof, Statement, WireError, verify_batch},
        points::{self, PointError},
    },
    registry::{BundleError, IssuerKeyId},
    request::{CheckedRequest, LIFETIME_CAP_SECONDS, Nonce, Request, RequestError, SignedRequest},
    signature::Es256SigningKey,
    time::{Date, UnixTime},
    trust::Trust,
    verdict::{
        ConfigurationFault, Disclosure, Findings, HolderFault, IssuerFault, Pseudonym, Rejection, StatusFault, Verdict,
    },
};
use rand_core::CryptoRng;
use shiming_circuits::field::Fr;
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a request cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AskError {
    /// It cannot be encoded.
    #[error("{0}")]
    Sign(#[from] JwsError),
    /// It breaks a rule that every holder would refuse it for.
    #[error("holders would refuse this request: {0}")]
    Request(#[from] RequestError),
    /// A relation's name does not fit a request.
    #[error("the trust bundle names no usable key for a relation")]
    Keys,
    /// The time is outside the calendar.
    #[error("the time has no date")]
    Time,
}

/// A verifier with its registered key.
pub struct Verifier {
    id: Identifier,
    key: Es256SigningKey,
}

/// A request that this verifier made and waits for an answer to. Keep its exact bytes until it expires.
pub struct PendingRequest(CheckedRequest);

impl PendingRequest {
    /// The exact bytes, to send and to keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The nonce, by which the answer's request is found.
    #[must_use]
    pub fn nonce(&self) -> &Nonce {
        &self.0.request().nonce
    }

    /// The request.
    #[must_use]
    pub fn request(&self) -> &CheckedRequest {
        &self.0
    }
}

impl Verifier {
    /// A verifier.
    #[must_use]
    pub fn new(id: Identifier, key: Es256SigningKey) -> Self {
        Self { id, key }
    }

    /// The registered id.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// A signed request under this policy, checked as every holder will check it.
    ///
    /// # Errors
    ///
    /// [`AskError`], one variant per cause.
    pub fn request(
        &self,
        policy: &PolicyDocument,
        endpoint: &str,
        trust: &Trust,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<PendingRequest, AskError> {
        let today = Date::from_unix(now).map_err(|_| AskError::Time)?;
        let name =
            |(name, id): (String, _)| Identifier::parse(&name).map(|name| (name, id)).map_err(|_| AskError::Keys);
        let relations: BTreeMap<_, _> = trust.keys().ids().into_iter().map(name).collect::<Result<_, _>>()?;
        let named = |schema: &&std::sync::Arc<crate::schema::Schema>| {
            policy.credentials.iter().any(|credential| credential.schema == schema.name().as_str())
        };
        let schemas = trust.schemas().iter().filter(named).map(|s| (s.name().clone(), s.digest())).collect();
        let request = Request {
            policy: policy.clone(),
            audience: self.id.clone(),
            nonce: Nonce::generate(rng),
            today,
            relations,
            schemas,
            status_epoch: trust.bundle().status_epoch(),
            response_endpoint: endpoint.to_owned(),
            created_at: now,
            expires_at: now.plus(LIFETIME_CAP_SECONDS),
        };
        let checked = request.sign(&self.key)?.check(trust.bundle(), trust.schemas(), now, today)?;
        Ok(PendingRequest(checked))
    }

    /// A kept request, checked again; a request of somebody else is refused.
    ///
    /// # Errors
    ///
    /// [`Rejection`]: expired, another audience's, or not one that this verifier could have made.
    pub fn restore(&self, bytes: &[u8], trust: &Trust, now: UnixTime) -> Result<PendingRequest, Rejection> {
        let invalid = ConfigurationFault::RequestInvalid;
        let signed = SignedRequest::from_bytes(bytes).map_err(|_| invalid)?;
        let today = Date::from_unix(now).map_err(|_| invalid)?;
        let checked = signed.check(trust.bundle(), trust.schemas(), now, today).map_err(|error| match error {
            RequestError::Expired => Rejection::Holder(HolderFault::RequestExpired),
            RequestError::StatusEpoch { .. } => Rejection::Status(StatusFault::StatusEpochStale),
            RequestError::TrustBundle(BundleError::Stale) => ConfigurationFault::TrustBundleStale.into(),
            RequestError::RelationKeyNotTrusted(_) => ConfigurationFault::KeyMismatch.into(),
            _ => invalid.into(),
        })?;
        if checked.request().audience != self.id {
            return Err(HolderFault::WrongAudience.into());
        }
        Ok(PendingRequest(checked))
    }

    /// Judges a presentation. An accepted one uses up the request's nonce, atomically; a refused one leaves it.
    ///
    /// # Errors
    ///
    /// [`Rejection`], by blame, one variant per cause.
    pub fn verify(
        &self,
        pending: &PendingRequest,
        presentation: &[u8],
        trust: &Trust,
        ledger: &impl NonceLedger,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Verdict, Rejection> {
        let mut verdicts = self.verify_batch(&[(pending, presentation)], trust, ledger, now, rng);
        verdicts.pop().unwrap_or(Err(ConfigurationFault::RequestInvalid.into()))
    }

    /// Judges many presentations with one product of pairings. The results stand in order; a bad entry spoils no other.
    /// Two entries for one request are judged as if one came after the other.
    pub fn verify_batch(
        &self,
        entries: &[(&PendingRequest, &[u8])],
        trust: &Trust,
        ledger: &impl NonceLedger,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Vec<Result<Verdict, Rejection>> {
        let opened: Vec<Result<Opened, Rejection>> =
            entries.iter().map(|(pending, bytes)| self.open(&pending.0, bytes, trust, ledger, now)).collect();
        let proofs: Vec<(&Statement, &LinkedProof)> =
            opened.iter().flatten().filter_map(|o| o.linked.as_ref().map(|(s, p)| (s, p))).collect();
        let mut results = verify_batch(&proofs, rng).into_iter();
        let judge = |(opened, (pending, _)): (Result<Opened, Rejection>, &(&PendingRequest, &[u8]))| {
            let opened = opened?;
            if opened.linked.is_some() {
                results.next().unwrap_or(Err(LinkedError::Shape)).map_err(linked_fault)?;
            }
            let request = pending.0.request();
            // Only now: a nonce that a bad proof could burn would be a way to lock honest holders out.
            ledger.consume(request.nonce.as_bytes(), request.expires_at).map_err(ledger_fault)?;
            Ok(verdict(&pending.0, opened))
        };
        opened.into_iter().zip(entries).map(judge).collect()
    }

    /// Everything but the linked proof: nonce, time, audience, path, keys; then what its path says.
    fn open(
        &self,
        request: &CheckedRequest,
        bytes: &[u8],
        trust: &Trust,
        ledger: &impl NonceLedger,
        now: UnixTime,
    ) -> Result<Opened, Rejection> {
        if request.request().audience != self.id {
            return Err(HolderFault::WrongAudience.into());
        }
        if ledger.is_used(request.request().nonce.as_bytes()).map_err(ledger_fault)? {
            return Err(HolderFault::Replayed.into());
        }
        if now > request.request().expires_at {
            return Err(HolderFault::RequestExpired.into());
        }
        trust.bundle().check_freshness(now).map_err(|_| ConfigurationFault::TrustBundleStale)?;
        if request.request().status_epoch != trust.bundle().status_epoch() {
            return Err(StatusFault::StatusEpochStale.into());
        }
        Kind::PRESENTATION.check_size(bytes).map_err(HolderFault::Malformed)?;
        let path = path_of(bytes).map_err(HolderFault::Malformed)?;
        if !request.policy().allows(path) {
            return Err(HolderFault::PathNotAllowed.into());
        }
        check_keys(request, trust)?;
        match path {
            Path::Zk => zero_knowledge::open(request, bytes, trust, now),
            Path::Conventional => conventional::open(request, bytes, trust, now),
        }
    }
}

/// An answer whose linked proof is still to be verified.
struct Opened {
    path: Path,
    linked: Option<(Statement, LinkedProof)>,
    issuers: Vec<Identifier>,
    disclosed: Vec<Disclosure>,
}

/// The loaded keys are the ones that the request names.
fn check_keys(request: &CheckedRequest, trust: &Trust) -> Result<(), Rejection> {
    for (relation, id) in &request.request().relations {
        match trust.keys().get(relation.as_str()) {
            None => return Err(ConfigurationFault::KeyMissing.into()),
            Some(key) if key.id() != *id => return Err(ConfigurationFault::KeyMismatch.into()),
            Some(_) => {}
        }
    }
    Ok(())
}

/// The issuer of the stated key: one that the policy permits, whose key may sign the schema now.
fn permitted_issuer<'a>(
    request: &'a CheckedRequest,
    index: usize,
    stated: &IssuerKeyId,
    trust: &Trust,
    now: UnixTime,
) -> Result<(Identifier, &'a Entry), Rejection> {
    let entry = request.policy().entries().get(index).ok_or(ConfigurationFault::RequestInvalid)?;
    let owner = trust
        .bundle()
        .issuers()
        .find(|issuer| issuer.keys().iter().any(|key| key.id() == *stated))
        .ok_or(IssuerFault::UnknownIssuerKey)?;
    if !entry.permits(owner.id()) {
        return Err(HolderFault::IssuerNotPermitted.into());
    }
    trust
        .bundle()
        .issuer_key(owner.id(), stated, entry.schema().name(), now)
        .map_err(|error| Rejection::Issuer(error.into()))?;
    if trust.issuer_key(stated).is_none() {
        return Err(IssuerFault::InvalidIssuerKey.into());
    }
    Ok((owner.id().clone(), entry))
}

/// A disclosed value as its schema reads it.
fn disclosure(entry: &Entry, credential: usize, number: usize, value: &Fr) -> Result<Disclosure, Rejection> {
    let slot = entry.schema().slots().get(number).ok_or(ConfigurationFault::RequestInvalid)?;
    let attribute = slot.name().to_owned();
    let value = slot
        .decode(value)
        .map_err(|fault| HolderFault::DisclosedValueInvalid { attribute: attribute.clone(), fault })?;
    Ok(Disclosure { credential, attribute, value })
}

fn verdict(request: &CheckedRequest, opened: Opened) -> Verdict {
    let pseudonym = opened.linked.as_ref().and_then(|(_, proof)| proof.pseudonym()).map(|point| {
        let mut bytes = Vec::with_capacity(points::G1_BYTES);
        points::put(&mut bytes, point);
        let mut array = [0u8; points::G1_BYTES];
        array.copy_from_slice(&bytes);
        Pseudonym::from_bytes(array)
    });
    Verdict::after_all_checks(Findings {
        policy: request.policy().id().clone(),
        audience: request.request().audience.clone(),
        path: opened.path,
        pseudonym,
        disclosed: opened.disclosed,
        issuers: opened.issuers,
        several_issuers_acceptable: request.policy().admits_several_issuers(),
    })
}

fn wire_fault(error: WireError, clear: usize) -> Rejection {
    let point = |error| match error {
        PointError::Identity => HolderFault::IdentityPoint,
        _ => HolderFault::NonCanonicalPoint,
    };
    Rejection::Holder(match error {
        WireError::Length { expected, found } => {
            HolderFault::WrongLength { expected: expected + clear, found: found + clear }
        }
        WireError::Point { error, .. } | WireError::Pseudonym(error) => point(error),
        WireError::Response { .. } => HolderFault::NonCanonicalScalar,
    })
}

fn linked_fault(error: LinkedError) -> Rejection {
    Rejection::Holder(match error {
        LinkedError::Shape => HolderFault::SigmaInvalid,
        LinkedError::Sigma => HolderFault::SigmaInvalid,
        LinkedError::Equation => HolderFault::ProofInvalid,
    })
}

fn ledger_fault(error: LedgerError) -> Rejection {
    match error {
        LedgerError::Used => HolderFault::Replayed.into(),
        _ => ConfigurationFault::LedgerUnavailable.into(),
    }
}
