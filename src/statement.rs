//! From a request and what a presentation states in the clear to the statement of its proof: one function for both sides.
//!
//! Order (spec/presentation, rule ORDER): one credential proof for each credential; range proofs over all comparisons, four in
//! each, idle slots the constant zero; one proof for each set. Wires: k, then for each credential the slots 1 to 15 that are
//! no constants; a joined `document_number` is one wire.

use crate::{
    digest::Digest,
    policy::{ConstantSource, Plan, PlannedCredential, SetTest, Side},
    proof::{
        hash_to_curve::pseudonym_base,
        linked::{Form, Part, Statement},
    },
    registry::IssuerKeyId,
    request::CheckedRequest,
    trust::{Trust, schema_digests},
};
use shiming_circuits::{
    domain,
    field::{Fr, G1Affine, fr_to_bytes},
    relation::{
        Relation,
        membership::{Membership, Set},
        non_membership::NonMembership,
        range::Range,
    },
    slots::SLOTS,
};

/// Values in one range proof.
pub(crate) const RANGE_VALUES: usize = Range::HIDDEN;

/// What a presentation states in the clear about one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The issuer key that signed it.
    pub(crate) key: IssuerKeyId,
    /// The disclosed values, in the plan's order.
    pub(crate) disclosed: Vec<Fr>,
}

/// What the request fixes beside the plan.
pub(crate) struct Context<'a> {
    pub(crate) request: Digest,
    pub(crate) audience: &'a str,
    pub(crate) status_epoch: u64,
}

impl<'a> Context<'a> {
    /// The context of a checked request.
    pub(crate) fn of(request: &'a CheckedRequest) -> Self {
        let content = request.request();
        Self { request: request.digest(), audience: content.audience.as_str(), status_epoch: content.status_epoch }
    }
}

/// Where a wire's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The holder's secret.
    K,
    /// A slot of a credential.
    Slot { credential: usize, slot: usize },
}

/// What a part proves, so that the holder knows how to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proves {
    Credential(usize),
    Range,
    Set { negated: bool, set: Box<Set> },
}

/// A statement with what the holder needs to answer it.
pub(crate) struct Built {
    pub(crate) statement: Statement,
    pub(crate) sources: Vec<Source>,
    pub(crate) proves: Vec<Proves>,
}

/// The trust bundle lacks what the plan needs: a relation key or an issuer's point; or the stated values do not fit the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unbuildable;

/// The statement that both sides prove and verify.
pub(crate) fn build(
    plan: &Plan,
    context: &Context<'_>,
    stated: &[Stated],
    trust: &Trust,
) -> Result<Built, Unbuildable> {
    if stated.len() != plan.credentials.len() {
        return Err(Unbuildable);
    }
    let mut sources = vec![Source::K];
    let mut forms: Vec<[Form; SLOTS]> = Vec::with_capacity(stated.len());
    for (index, (credential, stated)) in plan.credentials.iter().zip(stated).enumerate() {
        forms.push(credential_forms(plan, index, credential, stated, &mut sources)?);
    }

    let (mut parts, mut proves) = (Vec::new(), Vec::new());
    for (index, ((credential, stated), forms)) in plan.credentials.iter().zip(stated).zip(&forms).enumerate() {
        let suite = trust.issuer_key(&stated.key).ok_or(Unbuildable)?.tbs.suite();
        let key = trust.relation(suite.relation()).ok_or(Unbuildable)?;
        let point = trust.issuer_point(&stated.key, &credential.schema).ok_or(Unbuildable)?;
        parts.push(Part { key: key.clone(), public: point.clone(), forms: forms.to_vec() });
        proves.push(Proves::Credential(index));
    }
    let form = |credential: usize, slot: usize| {
        forms.get(credential).and_then(|forms| forms.get(slot)).cloned().ok_or(Unbuildable)
    };
    let mut differences = Vec::new();
    for (credential, comparison) in plan.comparisons() {
        let (form, bound) = (form(credential, comparison.slot)?, Fr::from(comparison.bound));
        differences.push(match comparison.side {
            Side::AtLeast => form.minus(bound),
            Side::AtMost => form.subtracted_from(bound),
        });
    }
    for chunk in differences.chunks(RANGE_VALUES) {
        let key = trust.relation(Range::NAME).ok_or(Unbuildable)?;
        let mut forms = chunk.to_vec();
        forms.resize(RANGE_VALUES, Form::constant(Fr::from(0u64)));
        parts.push(Part { key: key.clone(), public: key.public_inputs(&[]).ok_or(Unbuildable)?, forms });
        proves.push(Proves::Range);
    }
    for (credential, test) in plan.sets() {
        let (part, set) = set_part(test, form(credential, test.slot)?, trust)?;
        parts.push(part);
        proves.push(Proves::Set { negated: test.negated, set: Box::new(set) });
    }

    let pseudonym = pseudonym(plan, context);
    let statement = Statement {
        session: domain::PRESENTATION,
        context: context.request,
        items: items(plan, context, stated),
        parts,
        wires: sources.len(),
        pseudonym,
    };
    Ok(Built { statement, sources, proves })
}

/// The hidden instances of a credential: k, then slots 1 to 15, each a wire or a constant.
fn credential_forms(
    plan: &Plan,
    index: usize,
    credential: &PlannedCredential,
    stated: &Stated,
    sources: &mut Vec<Source>,
) -> Result<[Form; SLOTS], Unbuildable> {
    if stated.disclosed.len() != credential.disclosed.len() {
        return Err(Unbuildable);
    }
    let disclosed = |slot: usize| {
        let position = credential.disclosed.iter().position(|s| *s == slot)?;
        stated.disclosed.get(position).copied()
    };
    let mut forms: [Form; SLOTS] = core::array::from_fn(|_| Form::wire(0));
    for (slot, form) in forms.iter_mut().enumerate().skip(1) {
        let constant = credential.constants.iter().find(|(s, _)| *s == slot).map(|(_, source)| *source);
        *form = match constant {
            Some(ConstantSource::Policy(value)) => Form::constant(value),
            Some(ConstantSource::Disclosed) => Form::constant(disclosed(slot).ok_or(Unbuildable)?),
            None => Form::wire(wire(plan, index, slot, sources)),
        };
    }
    Ok(forms)
}

/// The wire of a slot: its own, or the one of the first credential that it is joined with.
fn wire(plan: &Plan, credential: usize, slot: usize, sources: &mut Vec<Source>) -> usize {
    let joined = plan.join.iter().any(|j| j.credential == credential && j.slot == slot);
    let known = plan.join.first().filter(|_| joined).and_then(|first| {
        sources.iter().position(|s| *s == Source::Slot { credential: first.credential, slot: first.slot })
    });
    known.unwrap_or_else(|| {
        sources.push(Source::Slot { credential, slot });
        sources.len() - 1
    })
}

fn set_part(test: &SetTest, form: Form, trust: &Trust) -> Result<(Part, Set), Unbuildable> {
    let elements: Vec<Fr> = test.elements.iter().map(|x| Fr::from(*x)).collect();
    // Loading the policy refused empty, long and duplicate sets.
    let set = Set::new(&elements).map_err(|_| Unbuildable)?;
    let (name, public) = if test.negated {
        (NonMembership::NAME, NonMembership::public(&set))
    } else {
        (Membership::NAME, Membership::public(&set))
    };
    let key = trust.relation(name).ok_or(Unbuildable)?;
    let public = key.public_inputs(&public).ok_or(Unbuildable)?;
    Ok((Part { key: key.clone(), public, forms: vec![form] }, set))
}

/// What the transcript absorbs beside request digest and relations: issuer key ids, schema digests, status snapshot, disclosed
/// values.
fn items(plan: &Plan, context: &Context<'_>, stated: &[Stated]) -> Vec<(&'static [u8], Vec<u8>)> {
    let mut items = common_items(plan, context);
    for stated in stated {
        items.push((b"issuer", stated.key.digest().as_bytes().to_vec()));
        items.push((b"disclosed", stated.disclosed.iter().flat_map(fr_to_bytes).collect()));
    }
    items
}

/// What the transcripts of both paths begin with: the number of credentials, schema digests, status snapshot.
pub(crate) fn common_items(plan: &Plan, context: &Context<'_>) -> Vec<(&'static [u8], Vec<u8>)> {
    let mut items: Vec<(&'static [u8], Vec<u8>)> = Vec::new();
    items.push((b"credentials", (plan.credentials.len() as u64).to_be_bytes().to_vec()));
    for digest in schema_digests(plan.credentials.iter().map(|c| &c.schema)) {
        items.push((b"schema", digest.as_bytes().to_vec()));
    }
    items.push((b"status", context.status_epoch.to_be_bytes().to_vec()));
    items
}

/// The base of the pseudonym, if the plan has a scope, and the wire k that multiplies it: the first one on both paths, so that both
/// have the same pseudonym.
pub(crate) fn pseudonym(plan: &Plan, context: &Context<'_>) -> Option<(G1Affine, usize)> {
    plan.scope.as_ref().map(|scope| (pseudonym_base(context.audience, scope.as_str()), 0))
}
