//! The holder: enrols, prepares a credential once, presents it many times.

use crate::{
    credential::{Credential, CredentialError},
    enrolment::{Enrolment, EnrolmentError, SignedChallenge, statement as enrolment_statement},
    keys::{ProvingKey, ProvingKeyError, ProvingKeys},
    policy::{EvaluationError, Path, Plan},
    prepared::Prepared,
    presentation::Presentation,
    proof::{
        groth16::Core,
        linked::{Form, LinkedProof, Part, Statement, prove, verify},
    },
    registry::{BundleError, TrustError},
    request::CheckedRequest,
    schema::Attributes,
    statement::{Built, Context, Proves, Source, Stated, build},
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    field::Fr,
    relation::{Relation, credential_native, credential_native::CredentialNative, tag},
};
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a holder cannot do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HolderError {
    /// The issuer's challenge is refused.
    #[error("{0}")]
    Challenge(#[from] EnrolmentError),
    /// The credential is refused.
    #[error("{0}")]
    Credential(#[from] CredentialError),
    /// The trust bundle does not let the credential's key sign its schema now.
    #[error("{0}")]
    Trust(#[from] TrustError),
    /// The holder's own trust bundle is outside its time.
    #[error("{0}")]
    Bundle(#[from] BundleError),
    /// The credential belongs to another wallet.
    #[error("the credential's holder tag is not this wallet's")]
    OtherWallet,
    /// A proof cannot be made.
    #[error("{0}")]
    Proving(#[from] ProvingKeyError),
    /// What was just proved does not verify: the proving key is not the verifying key's.
    #[error("the fresh proof does not verify; the proving key is damaged or poisoned, do not use it")]
    PoisonedKey,
    /// The prepared credential was made under another key of its relation.
    #[error("the credential was prepared under another key; prepare it again")]
    StalePrepared,
    /// The request does not accept this path.
    #[error("the request does not accept an answer in zero knowledge")]
    PathNotAccepted,
    /// The number of credentials is not the policy's.
    #[error("the policy names {expected} credentials, {found} were given")]
    Count {
        /// In the policy.
        expected: usize,
        /// Given.
        found: usize,
    },
    /// A credential has another schema than its place in the policy.
    #[error("credential {index} has schema {found}, the policy asks for {expected}")]
    Schema {
        /// Its place, from 0.
        index: usize,
        /// The policy's.
        expected: String,
        /// The credential's.
        found: String,
    },
    /// The credential's issuer is not one that the policy accepts.
    #[error("the policy does not accept issuer {issuer} for credential {index}")]
    IssuerNotAccepted {
        /// Its place, from 0.
        index: usize,
        /// Its issuer.
        issuer: String,
    },
    /// The credentials do not satisfy the policy.
    #[error("{0}")]
    Policy(#[from] EvaluationError),
    /// The joined credentials do not have the same document number.
    #[error("the credentials are of different persons: their document numbers differ")]
    DifferentPersons,
    /// The trust bundle lacks a key that the policy needs.
    #[error("the trust bundle lacks a key that the policy needs")]
    Keys,
}

/// Answers an issuer's challenge: checks it against the holder's own trust bundle, then proves knowledge of (k, b).
///
/// # Errors
///
/// [`HolderError`]; nothing is derived from the seed for a challenge that is refused.
pub fn enrol(
    wallet: &Wallet,
    challenge: SignedChallenge,
    trust: &Trust,
    keys: &ProvingKeys,
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Result<Enrolment, HolderError> {
    trust.bundle().check_freshness(now)?;
    challenge.check(trust.bundle(), now)?;
    let issuer = challenge.challenge().issuer.as_str();
    let witness = tag::Witness { k: *wallet.k(), b: *wallet.b(issuer) };
    let holder_tag = wallet.holder_tag(issuer);
    let core = keys.tag.prove(&tag::Statement { holder_tag }, &witness)?;
    let statement = enrolment_statement(&challenge, holder_tag, trust)?;
    let proof = prove(&statement, &[witness.k], &[core], rng).map_err(|_| HolderError::Keys)?;
    let proof = check_own(&statement, &proof, rng)?;
    Ok(Enrolment { challenge, holder_tag, proof })
}

/// Checks a credential against the holder's own trust bundle and wallet, proves once that it is signed, verifies that proof,
/// and caches it.
///
/// # Errors
///
/// [`HolderError`], one variant per cause; nothing that does not verify is ever cached.
pub fn prepare(
    wallet: &Wallet,
    credential: Credential,
    trust: &Trust,
    keys: &ProvingKeys,
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Result<Prepared, HolderError> {
    trust.bundle().check_freshness(now)?;
    let schema = credential.attributes().schema().clone();
    let (issuer, key) = (credential.issuer(), *credential.key());
    trust.bundle().issuer_key(issuer, &key, schema.name(), now)?;
    let point = trust.issuer_point(key, &schema).ok_or(HolderError::Keys)?;
    if wallet.holder_tag(issuer.as_str()) != credential.holder_tag() {
        return Err(HolderError::OtherWallet);
    }
    credential.verify(&point.key)?;
    let [_, attributes @ ..] = *credential.attributes().slots();
    let witness = credential_native::Witness {
        k: *wallet.k(),
        b: *wallet.b(issuer.as_str()),
        attributes,
        signature: *credential.signature(),
    };
    let statement = credential_native::Statement { header: credential.header(), issuer: point.key.clone() };
    let core = keys.native.prove(&statement, &witness)?;

    // A poisoned proving key shows here, not at a verifier whose refusals would tell it witness bits.
    let relation = trust.relation(CredentialNative::NAME).ok_or(HolderError::Keys)?;
    let wires = Zeroizing::new(CredentialNative::hidden(&witness));
    let check = Statement {
        session: domain::PREPARE_CHECK,
        context: *key.digest(),
        items: Vec::new(),
        parts: vec![Part {
            key: relation.clone(),
            public: point.inputs.clone(),
            forms: (0..wires.len()).map(Form::wire).collect(),
        }],
        wires: wires.len(),
        pseudonym: None,
    };
    let proof = prove(&check, &wires, core::slice::from_ref(&core), rng).map_err(|_| HolderError::Keys)?;
    check_own(&check, &proof, rng)?;
    Ok(Prepared::new(credential, relation.id(), core))
}

/// The bytes of a fresh proof, after decoding and verifying them as a stranger would: with the subgroup checks that the proving
/// key's own points were not put through.
fn check_own(statement: &Statement, proof: &LinkedProof, rng: &mut impl CryptoRng) -> Result<Vec<u8>, HolderError> {
    let bytes = proof.to_bytes();
    let decoded = LinkedProof::from_bytes(statement, &bytes).map_err(|_| HolderError::PoisonedKey)?;
    verify(statement, &decoded, rng).map_err(|_| HolderError::PoisonedKey)?;
    Ok(bytes)
}

/// Answers a request in zero knowledge with one prepared credential for each entry of its policy, in order.
///
/// # Errors
///
/// [`HolderError`], one variant per cause. The policy is evaluated natively first, so a holder learns which clause fails and the
/// verifier learns nothing.
pub fn present(
    wallet: &Wallet,
    prepared: &[&Prepared],
    request: &CheckedRequest,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<Presentation, HolderError> {
    if !request.policy().allows(Path::Zk) {
        return Err(HolderError::PathNotAccepted);
    }
    let plan = request.plan();
    let stated = state(plan, prepared, trust)?;
    let attributes: Vec<&Attributes> = prepared.iter().map(|p| p.credential().attributes()).collect();
    request.policy().evaluate(request.request().today, &attributes)?;
    same_person(plan, prepared)?;
    if prepared.iter().any(|p| wallet.holder_tag(p.credential().issuer().as_str()) != p.credential().holder_tag()) {
        return Err(HolderError::OtherWallet);
    }
    answer(wallet, prepared, plan, &Context::of(request), &stated, None, trust, keys, rng)
}

/// What a dishonest holder claims instead of a credential's value: credential, slot, value to the claimed value.
pub(crate) type Claims<'a> = &'a dyn Fn(usize, usize, Fr) -> Fr;

/// An answer without any of the checks of [`present`], for the values that `claims` makes of the credentials'.
#[allow(clippy::too_many_arguments, reason = "the parts of an answer, all different")]
pub(crate) fn present_without_checks(
    wallet: &Wallet,
    prepared: &[&Prepared],
    request: &CheckedRequest,
    plan: &Plan,
    claims: Claims<'_>,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<Presentation, HolderError> {
    let state = |(index, (planned, prepared)): (usize, (&crate::policy::PlannedCredential, &&Prepared))| {
        let slots = prepared.credential().attributes().slots();
        let claim = |slot: &usize| slots.get(*slot).map(|value| claims(index, *slot, *value));
        Stated { key: *prepared.credential().key(), disclosed: planned.disclosed.iter().filter_map(claim).collect() }
    };
    let stated: Vec<Stated> = plan.credentials.iter().zip(prepared).enumerate().map(state).collect();
    answer(wallet, prepared, plan, &Context::of(request), &stated, Some(claims), trust, keys, rng)
}

/// What the presentation states in the clear, after checking that each credential fits its place.
fn state(plan: &Plan, prepared: &[&Prepared], trust: &Trust) -> Result<Vec<Stated>, HolderError> {
    if prepared.len() != plan.credentials.len() {
        return Err(HolderError::Count { expected: plan.credentials.len(), found: prepared.len() });
    }
    let relation = trust.relation(CredentialNative::NAME).ok_or(HolderError::Keys)?;
    let mut stated = Vec::with_capacity(prepared.len());
    for (index, (planned, prepared)) in plan.credentials.iter().zip(prepared).enumerate() {
        let credential = prepared.credential();
        let schema = credential.attributes().schema();
        if schema.id() != planned.schema.id() {
            let (expected, found) = (planned.schema.name().to_string(), schema.name().to_string());
            return Err(HolderError::Schema { index, expected, found });
        }
        if !planned.issuers.contains(credential.issuer()) {
            return Err(HolderError::IssuerNotAccepted { index, issuer: credential.issuer().to_string() });
        }
        if prepared.relation_key() != relation.id() {
            return Err(HolderError::StalePrepared);
        }
        let slots = credential.attributes().slots();
        let disclosed = planned.disclosed.iter().filter_map(|slot| slots.get(*slot).copied()).collect();
        stated.push(Stated { key: *credential.key(), disclosed });
    }
    Ok(stated)
}

fn same_person(plan: &Plan, prepared: &[&Prepared]) -> Result<(), HolderError> {
    let value = |joined: &crate::policy::JoinedSlot| {
        prepared.get(joined.credential).and_then(|p| p.credential().attributes().slots().get(joined.slot).copied())
    };
    let mut values = plan.join.iter().map(value);
    let first = values.next();
    if values.all(|value| Some(value) == first) { Ok(()) } else { Err(HolderError::DifferentPersons) }
}

/// Proves the statement without looking at the policy: everything that a dishonest holder could also do. With `claims`, the
/// native check of each relation is left out too.
#[allow(clippy::too_many_arguments, reason = "the parts of an answer, all different")]
pub(crate) fn answer(
    wallet: &Wallet,
    prepared: &[&Prepared],
    plan: &Plan,
    context: &Context<'_>,
    stated: &[Stated],
    claims: Option<Claims<'_>>,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<Presentation, HolderError> {
    let Built { statement, sources, proves } = build(plan, context, stated, trust).map_err(|_| HolderError::Keys)?;
    let k = wallet.k();
    let value = |source: &Source| match source {
        Source::K => Some(*k),
        Source::Slot { credential, slot } => {
            let value = prepared.get(*credential)?.credential().attributes().slots().get(*slot).copied()?;
            Some(claims.map_or(value, |claims| claims(*credential, *slot, value)))
        }
    };
    let wires: Zeroizing<Vec<Fr>> =
        Zeroizing::new(sources.iter().map(value).collect::<Option<_>>().ok_or(HolderError::Keys)?);
    let mut cores = Vec::with_capacity(proves.len());
    for (part, proves) in statement.parts.iter().zip(&proves) {
        let values = part.forms.iter().map(|form| form.value(&wires));
        let values = Zeroizing::new(values.collect::<Option<Vec<Fr>>>().ok_or(HolderError::Keys)?);
        cores.push(core_of(proves, &values, prepared, claims.is_none(), keys)?);
    }
    let proof = prove(&statement, &wires, &cores, rng).map_err(|_| HolderError::Keys)?;
    Ok(Presentation { stated: stated.to_vec(), proof })
}

fn core_of(
    proves: &Proves,
    values: &[Fr],
    prepared: &[&Prepared],
    checked: bool,
    keys: &ProvingKeys,
) -> Result<Core, HolderError> {
    match proves {
        Proves::Credential(index) => Ok(prepared.get(*index).ok_or(HolderError::Keys)?.core().clone()),
        Proves::Range => {
            let values = values.try_into().map_err(|_| HolderError::Keys)?;
            proof_of(&keys.range, &(), values, checked)
        }
        Proves::Set { negated, set } => {
            let [value] = values else { return Err(HolderError::Keys) };
            if *negated {
                proof_of(&keys.non_membership, set, value, checked)
            } else {
                proof_of(&keys.membership, set, value, checked)
            }
        }
    }
}

fn proof_of<R: Relation>(
    key: &ProvingKey<R>,
    statement: &R::Statement,
    witness: &R::Witness,
    checked: bool,
) -> Result<Core, HolderError> {
    Ok(if checked { key.prove(statement, witness)? } else { key.prove_without_check(statement, witness)? })
}
