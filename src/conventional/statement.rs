//! What the linked proof of a conventional answer proves: one holder is behind every disclosed tag, and the pseudonym is his.

use super::sd_jwt::KeyBoundSdJwt;
use crate::{
    policy::Plan,
    proof::linked::{Form, Part, Statement},
    registry::IssuerKeyId,
    statement::{Context, Unbuildable, common_items, pseudonym},
    trust::Trust,
};
use shiming_circuits::{
    domain,
    field::{Fr, fr_to_bytes},
    relation::{
        Relation,
        tag::{self, Tag},
    },
};

/// What one credential of an answer contributes.
pub(crate) struct Bound<'a> {
    /// The issuer key that signed its SD-JWT.
    pub(crate) key: IssuerKeyId,
    /// The disclosed holder tag.
    pub(crate) holder_tag: Fr,
    /// What was presented, key binding included.
    pub(crate) presented: &'a KeyBoundSdJwt,
}

/// The statement that both sides prove and verify: one relation `tag` for each credential, all over the one wire k, and the same
/// `N = k H(audience, scope)` as in zero knowledge. The transcript has every key-binding JWT, whose `sd_hash` covers what is
/// presented with it: a proof and an SD-JWT of two holders do not meet (CONV-BOUND).
pub(crate) fn build(
    plan: &Plan,
    context: &Context<'_>,
    bound: &[Bound<'_>],
    trust: &Trust,
) -> Result<Statement, Unbuildable> {
    let key = trust.relation(Tag::NAME).ok_or(Unbuildable)?;
    // The transcript has one entry for each credential of the plan, as the other path has.
    if bound.len() != plan.credentials.len() {
        return Err(Unbuildable);
    }
    let mut items = common_items(plan, context);
    let mut parts = Vec::with_capacity(bound.len());
    for Bound { key: issuer, holder_tag, presented } in bound {
        items.push((b"issuer", issuer.digest().as_bytes().to_vec()));
        items.push((b"tag", fr_to_bytes(holder_tag).to_vec()));
        items.push((b"binding", presented.binding_digest(domain::KEY_BINDING_DIGEST).as_bytes().to_vec()));
        let statement = tag::Statement { holder_tag: *holder_tag };
        let public = key.public_inputs(&Tag::public(&statement)).ok_or(Unbuildable)?;
        parts.push(Part { key: key.clone(), public, forms: vec![Form::wire(0)] });
    }
    let pseudonym = pseudonym(plan, context);
    Ok(Statement { session: domain::CONVENTIONAL, context: context.request, items, parts, wires: 1, pseudonym })
}
