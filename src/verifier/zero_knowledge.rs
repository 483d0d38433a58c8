//! Opening an answer in zero knowledge: everything but its linked proof.

use super::{Opened, disclosure, permitted_issuer, wire_fault};
use crate::{
    policy::{JoinedSlot, Path},
    presentation::Presentation,
    proof::linked::LinkedProof,
    request::CheckedRequest,
    statement::{Built, Context, Stated, build},
    time::UnixTime,
    trust::Trust,
    verdict::{ConfigurationFault, Disclosure, HolderFault, Rejection},
};

/// Issuers, disclosed values, join, encoding.
pub(super) fn open(request: &CheckedRequest, bytes: &[u8], trust: &Trust, now: UnixTime) -> Result<Opened, Rejection> {
    let plan = request.plan();
    let opened = Presentation::open(plan, bytes).map_err(HolderFault::Malformed)?;
    let mut issuers = Vec::with_capacity(opened.stated.len());
    for (index, stated) in opened.stated.iter().enumerate() {
        let (issuer, entry) = permitted_issuer(request, index, &stated.key, trust, now)?;
        if trust.issuer_point(&stated.key, entry.schema()).is_none() {
            // The key is one, but no relation of its suite is loaded: such credentials answer on the other path.
            return Err(HolderFault::SuiteNotProvable.into());
        }
        issuers.push(issuer);
    }
    let disclosed = disclosures(request, &opened.stated)?;
    check_join(request, &opened.stated)?;
    let Built { statement, .. } = build(plan, &Context::of(request), &opened.stated, trust)
        .map_err(|_| Rejection::from(ConfigurationFault::KeyMissing))?;
    let clear = bytes.len() - opened.proof.len();
    let proof = LinkedProof::from_bytes(&statement, opened.proof).map_err(|error| wire_fault(error, clear))?;
    Ok(Opened { path: Path::Zk, linked: Some((statement, proof)), issuers, disclosed })
}

/// Joined document numbers share a wire unless the policy discloses them all; then they are constants, compared here.
fn check_join(request: &CheckedRequest, stated: &[Stated]) -> Result<(), Rejection> {
    let plan = request.plan();
    let value = |joined: &JoinedSlot| {
        let position = plan.credentials.get(joined.credential)?.disclosed.iter().position(|s| *s == joined.slot)?;
        stated.get(joined.credential)?.disclosed.get(position)
    };
    let mut values = plan.join.iter().map(value);
    let first = values.next();
    if values.all(|value| Some(value) == first) { Ok(()) } else { Err(HolderFault::JoinMismatch.into()) }
}

/// The disclosed values as their schemas read them.
fn disclosures(request: &CheckedRequest, stated: &[Stated]) -> Result<Vec<Disclosure>, Rejection> {
    let mut out = Vec::new();
    for (credential, (entry, stated)) in request.policy().entries().iter().zip(stated).enumerate() {
        for (number, value) in entry.disclosed().iter().zip(&stated.disclosed) {
            out.push(disclosure(entry, credential, *number, value)?);
        }
    }
    Ok(out)
}
