//! Everything that must hold before a request is answered.

use super::{CLOCK_SKEW_SECONDS, LIFETIME_CAP_SECONDS, REQUEST_TYPE, Request, SignedRequest};
use crate::codec::Identifier;
use crate::digest::Digest;
use crate::jws::JwsError;
use crate::policy::{Path, Plan, Policy, PolicyError};
use crate::registry::{BundleError, TrustBundle, Verifier};
use crate::schema::Schemas;
use crate::suite::Suite;
use crate::time::{Date, UnixTime};
use shiming_circuits::relation::{Relation, tag::Tag};
use std::collections::BTreeSet;

/// Why a request is not answered.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The own trust bundle is outside its time.
    #[error(transparent)]
    TrustBundle(#[from] BundleError),
    /// The header's key id is not the audience.
    #[error("the request is signed under another name than its audience")]
    KeyIdMismatch,
    /// No such verifier.
    #[error("the verifier {0} is not registered")]
    UnknownAudience(Identifier),
    /// Not signed by the audience's key, or of another type.
    #[error("the request does not come from its audience: {0}")]
    Jws(#[from] JwsError),
    /// `expires_at` is before `created_at`, or more than [`LIFETIME_CAP_SECONDS`] after it.
    #[error("the request must be valid for at most {LIFETIME_CAP_SECONDS} seconds")]
    Lifetime,
    /// `created_at` is more than [`CLOCK_SKEW_SECONDS`] in the future.
    #[error("the request was made in the future; check the clock")]
    NotYetValid,
    /// After `expires_at`.
    #[error("the request has expired; ask for a new one")]
    Expired,
    /// `today` is more than a day from the own date.
    #[error("the request's date is more than a day away from today")]
    WrongDate,
    /// The endpoint is not registered for the audience.
    #[error("the answer would go to an address that is not the verifier's")]
    EndpointNotRegistered,
    /// The policy's id is no purpose that is registered for the audience.
    #[error("the verifier is not registered for this purpose")]
    PurposeNotRegistered,
    /// The policy is not the one that is registered for the purpose: it may ask for more.
    #[error("the policy is not the one that the verifier registered for this purpose")]
    PurposeMismatch,
    /// A relation that the bundle does not have.
    #[error("the relation {0} is not in the trust bundle")]
    UnknownRelation(Identifier),
    /// A relation with another key than the bundle's.
    #[error("the key of the relation {0} is not the one in the trust bundle")]
    RelationKeyNotTrusted(Identifier),
    /// A relation that the policy needs and the request does not name.
    #[error("the request names no key for the relation {0}")]
    RelationMissing(String),
    /// A schema that the bundle does not have.
    #[error("the schema {0} is not in the trust bundle")]
    UnknownSchema(Identifier),
    /// A schema with another table than the bundle's or the own one.
    #[error("the table of the schema {0} is not the one in the trust bundle")]
    SchemaNotTrusted(Identifier),
    /// A schema that the policy names and the request gives no digest of.
    #[error("the request gives no digest of the schema {0}")]
    SchemaMissing(Identifier),
    /// Another status epoch than the bundle's.
    #[error("the request is for status epoch {requested}, the trust bundle has {trusted}; update the older one")]
    StatusEpoch {
        /// The request's.
        requested: u64,
        /// The bundle's.
        trusted: u64,
    },
    /// The policy breaks a rule.
    #[error("the request's policy is invalid: {0}")]
    Policy(#[from] PolicyError),
}

/// A request that is its audience's, in its time, under trusted keys, with a valid policy. Only [`SignedRequest::check`]
/// makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRequest {
    signed: SignedRequest,
    digest: Digest,
    policy: Policy,
    plan: Plan,
}

impl CheckedRequest {
    /// The content.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.signed.request
    }

    /// The exact bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    /// The digest of the exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy compiled for the request's `today`.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl SignedRequest {
    /// Checks the request against the own trust, schemas, clock and calendar.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks: trust bundle, audience and signature, times, endpoint, purpose, relations, schemas,
    /// epoch, policy.
    pub fn check(
        &self,
        bundle: &TrustBundle,
        schemas: &Schemas,
        now: UnixTime,
        own_today: Date,
    ) -> Result<CheckedRequest, RequestError> {
        let request = &self.request;
        bundle.check_freshness(now)?;
        if *self.jws.key_id() != request.audience {
            return Err(RequestError::KeyIdMismatch);
        }
        let verifier = bundle
            .verifier(&request.audience)
            .ok_or_else(|| RequestError::UnknownAudience(request.audience.clone()))?;
        self.jws.verify(verifier.key(), REQUEST_TYPE)?;
        check_times(request, now, own_today)?;
        if !verifier.has_endpoint(&request.response_endpoint) {
            return Err(RequestError::EndpointNotRegistered);
        }
        check_purpose(request, verifier)?;
        check_keys(request, bundle, schemas)?;
        let policy = Policy::from_document(request.policy.clone(), schemas)?;
        let plan = policy.compile(request.today);
        if let Some(entry) = policy.entries().iter().find(|e| !request.schemas.contains_key(e.schema().name())) {
            return Err(RequestError::SchemaMissing(entry.schema().name().clone()));
        }
        let missing = |name: &String| !request.relations.keys().any(|known| known.as_str() == name);
        if let Some(name) = needed_relations(&policy, &plan, bundle, now).into_iter().find(missing) {
            return Err(RequestError::RelationMissing(name));
        }
        Ok(CheckedRequest { signed: self.clone(), digest: self.digest(), policy, plan })
    }
}

fn check_times(request: &Request, now: UnixTime, own_today: Date) -> Result<(), RequestError> {
    if !(0..=LIFETIME_CAP_SECONDS).contains(&request.expires_at.seconds_since(request.created_at)) {
        return Err(RequestError::Lifetime);
    }
    if request.created_at > now.plus(CLOCK_SKEW_SECONDS) {
        return Err(RequestError::NotYetValid);
    }
    if now > request.expires_at {
        return Err(RequestError::Expired);
    }
    if request.today.days_since(own_today).abs() > 1 {
        return Err(RequestError::WrongDate);
    }
    Ok(())
}

/// Before anything of the policy is looked at: it is the registered one, or it is not answered.
fn check_purpose(request: &Request, verifier: &Verifier) -> Result<(), RequestError> {
    let id = Identifier::parse(&request.policy.id).map_err(|_| RequestError::PurposeNotRegistered)?;
    let registered = verifier.purpose(&id).ok_or(RequestError::PurposeNotRegistered)?;
    // A policy above its cap has no digest, so nobody can have registered it.
    if request.policy.digest().ok().as_ref() != Some(registered) {
        return Err(RequestError::PurposeMismatch);
    }
    Ok(())
}

fn check_keys(request: &Request, bundle: &TrustBundle, schemas: &Schemas) -> Result<(), RequestError> {
    for (name, key_id) in &request.relations {
        let trusted = bundle.relation(name).ok_or_else(|| RequestError::UnknownRelation(name.clone()))?;
        if trusted.key_id() != key_id {
            return Err(RequestError::RelationKeyNotTrusted(name.clone()));
        }
    }
    for (name, digest) in &request.schemas {
        let trusted = bundle.schema(name).ok_or_else(|| RequestError::UnknownSchema(name.clone()))?;
        let own = schemas.get(name.as_str()).ok_or_else(|| RequestError::UnknownSchema(name.clone()))?;
        if trusted != digest || own.digest() != *digest {
            return Err(RequestError::SchemaNotTrusted(name.clone()));
        }
    }
    let (requested, trusted) = (request.status_epoch, bundle.status_epoch());
    if requested != trusted {
        return Err(RequestError::StatusEpoch { requested, trusted });
    }
    Ok(())
}

/// The relations without which some permitted answer could not be given.
fn needed_relations(policy: &Policy, plan: &Plan, bundle: &TrustBundle, now: UnixTime) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    if policy.allows(Path::Conventional) && policy.is_linked() {
        needed.insert(Tag::NAME.to_owned());
    }
    if !policy.allows(Path::Zk) {
        return needed;
    }
    for entry in policy.entries() {
        let keys = entry.issuers().iter().filter_map(|id| bundle.issuer(id)).flat_map(|issuer| issuer.keys());
        let usable = keys.filter(|key| key.may_sign(entry.schema().name()) && key.validity().check(now).is_ok());
        let relations = usable.map(|key| key.suite().relation());
        // Where the root vouches for no key of a suite's relation, its credentials answer on the conventional path only.
        let known =
            |name: &&str| *name == Suite::Native.relation() || bundle.relations().any(|(id, _)| id.as_str() == *name);
        needed.extend(relations.filter(known).map(str::to_owned));
    }
    if plan.comparisons().next().is_some() {
        needed.insert("range".to_owned());
    }
    for (_, set) in plan.sets() {
        needed.insert(if set.negated { "non-membership" } else { "membership" }.to_owned());
    }
    needed
}
