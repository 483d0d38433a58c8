//! Answering in zero knowledge.

use super::HolderError;
use crate::{
    keys::{ProvingKey, ProvingKeys},
    policy::{Path, Plan},
    prepared::Prepared,
    presentation::Presentation,
    proof::{groth16::Core, linked::prove},
    request::CheckedRequest,
    schema::Attributes,
    statement::{Built, Context, Proves, Source, Stated, build},
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::{field::Fr, relation::Relation};
use zeroize::Zeroizing;

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
        let relation = trust.relation(credential.suite().relation()).ok_or(HolderError::Keys)?;
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
