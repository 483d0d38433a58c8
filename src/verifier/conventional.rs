//! Opening an answer on the conventional path: signatures, times, key bindings, exactly the needed claims, the policy; everything
//! but its linked proof.

use super::{Opened, disclosure, permitted_issuer, wire_fault};
use crate::{
    codec::{Identifier, to_base64url},
    conventional::{
        Answer, ConventionalFault, binding_extra,
        sd_jwt::{BindingExpectation, KeyBoundSdJwt},
        statement::{Bound, build},
        twin::{self, ShowError, ShownAttributes},
    },
    policy::{Disclosed, Entry, EvaluationError, Known, Path},
    proof::linked::LinkedProof,
    registry::IssuerKeyId,
    request::{CLOCK_SKEW_SECONDS, CheckedRequest},
    schema::HOLDER_TAG_SLOT,
    statement::Context,
    time::{UnixTime, Validity},
    trust::Trust,
    verdict::{ConfigurationFault, HolderFault, IssuerFault, Rejection},
};

/// One credential of an answer, its signatures verified.
struct Presented {
    issuer: Identifier,
    key: IssuerKeyId,
    text: KeyBoundSdJwt,
    attributes: ShownAttributes,
}

/// The answer, credential by credential, then as a whole.
pub(super) fn open(request: &CheckedRequest, bytes: &[u8], trust: &Trust, now: UnixTime) -> Result<Opened, Rejection> {
    let (policy, plan) = (request.policy(), request.plan());
    let answer = Answer::open(plan, bytes).map_err(HolderFault::Malformed)?;
    let needed = policy.conventional_disclosures();
    let mut presented = Vec::with_capacity(answer.texts.len());
    for (index, (text, needed)) in answer.texts.iter().zip(&needed).enumerate() {
        let one = verify_one(request, index, text, trust, now)?;
        check_exact(needed, &one.attributes).map_err(|fault| conventional_fault(index, fault))?;
        presented.push(one);
    }
    let known: Vec<&ShownAttributes> = presented.iter().map(|one| &one.attributes).collect();
    policy.evaluate(request.request().today, &known).map_err(policy_fault)?;
    let mut disclosed = Vec::new();
    for (credential, (entry, one)) in policy.entries().iter().zip(&presented).enumerate() {
        for number in entry.disclosed() {
            let value = one.attributes.element(*number).ok_or(ConfigurationFault::RequestInvalid)?;
            disclosed.push(disclosure(entry, credential, *number, &value)?);
        }
    }
    let linked = if policy.is_linked() {
        let bound: Vec<Bound<'_>> =
            presented.iter().map(bind).collect::<Option<_>>().ok_or(ConfigurationFault::RequestInvalid)?;
        let statement = build(plan, &Context::of(request), &bound, trust)
            .map_err(|_| Rejection::from(ConfigurationFault::KeyMissing))?;
        let clear = bytes.len() - answer.proof.len();
        let proof = LinkedProof::from_bytes(&statement, answer.proof).map_err(|error| wire_fault(error, clear))?;
        Some((statement, proof))
    } else if answer.proof.is_empty() {
        None
    } else {
        return Err(HolderFault::Malformed(crate::codec::DecodeError::TrailingBytes).into());
    };
    let issuers = presented.into_iter().map(|one| one.issuer).collect();
    Ok(Opened { path: Path::Conventional, linked, issuers, disclosed })
}

/// What the linked proof is about; the exact disclosures of a linked policy have the holder tag.
fn bind(one: &Presented) -> Option<Bound<'_>> {
    Some(Bound { key: one.key, holder_tag: one.attributes.element(HOLDER_TAG_SLOT)?, presented: &one.text })
}

/// The issuer's key by the registry, both signatures, the window, and the binding to this request.
fn verify_one(
    request: &CheckedRequest,
    index: usize,
    text: &str,
    trust: &Trust,
    now: UnixTime,
) -> Result<Presented, Rejection> {
    let fault = |fault: ConventionalFault| conventional_fault(index, fault);
    let bound = KeyBoundSdJwt::parse(text).map_err(|error| fault(error.into()))?;
    let key = bound.sd_jwt().key_id().and_then(|kid| IssuerKeyId::parse(kid).ok());
    let key = key.ok_or_else(|| fault(ConventionalFault::KeyId))?;
    let (issuer, entry): (Identifier, &Entry) = permitted_issuer(request, index, &key, trust, now)?;
    let loaded = trust.issuer_key(&key).ok_or(IssuerFault::InvalidIssuerKey)?;
    let shown =
        twin::show(bound.sd_jwt(), (&issuer, &loaded.sd_jwt), entry.schema(), now).map_err(|error| match error {
            ShowError::Fault(found) => fault(found),
            ShowError::Value { attribute, fault } => HolderFault::DisclosedValueInvalid { attribute, fault }.into(),
        })?;
    let content = request.request();
    // The answer was made after the request, and not later than now; both by clocks that may differ.
    let (earliest, latest) = (content.created_at.plus(-CLOCK_SKEW_SECONDS), now.plus(CLOCK_SKEW_SECONDS));
    let issued = Validity::new(earliest, latest).map_err(|_| ConfigurationFault::RequestInvalid)?;
    let expected = BindingExpectation {
        audience: content.audience.as_str(),
        nonce: &to_base64url(content.nonce.as_bytes()),
        issued,
        extra: &binding_extra(request),
    };
    bound.verify_binding(&shown.verified, &shown.binding_key, &expected).map_err(|error| fault(error.into()))?;
    Ok(Presented { issuer, key, attributes: shown.attributes, text: bound })
}

/// DISCLOSE-EXACT: what the policy needs and nothing else. An answer that shows more is refused, so that no platform gets what it
/// did not ask for and no wallet gets used to giving it.
fn check_exact(needed: &Disclosed, shown: &ShownAttributes) -> Result<(), ConventionalFault> {
    let name = |slot: usize| shown.schema().slots().get(slot).map_or_else(String::new, |slot| slot.name().to_owned());
    let age = needed.age_suffices.filter(|_| shown.shows_adulthood());
    if shown.shows_adulthood() && age.is_none() {
        return Err(ConventionalFault::Surplus { attribute: crate::conventional::AGE_OVER_18.to_owned() });
    }
    let wanted = |slot: &usize| needed.slots.contains(slot) && Some(*slot) != age;
    if let Some(slot) = shown.slots().find(|slot| !wanted(slot)) {
        return Err(ConventionalFault::Surplus { attribute: name(slot) });
    }
    match needed.slots.iter().find(|slot| wanted(slot) && shown.element(**slot).is_none()) {
        Some(slot) => Err(ConventionalFault::Missing { attribute: name(*slot) }),
        None => Ok(()),
    }
}

fn conventional_fault(credential: usize, fault: ConventionalFault) -> Rejection {
    HolderFault::Conventional { credential, fault }.into()
}

fn policy_fault(error: EvaluationError) -> Rejection {
    match error {
        EvaluationError::Clause(failure) => {
            HolderFault::PolicyNotSatisfied { credential: failure.credential, attribute: failure.attribute }.into()
        }
        EvaluationError::Join { .. } => HolderFault::JoinMismatch.into(),
        // Count and schemas are the request's own.
        _ => ConfigurationFault::RequestInvalid.into(),
    }
}
