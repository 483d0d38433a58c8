//! What a source signs.

use super::file::{Person, read_session};
use crate::{
    args::{Attest, Four},
    error::{Failure, Outcome},
    object,
    output::Report,
    session::Session,
    state::Readers,
};
use serde_json::json;
use shiming::{
    codec::array_from_base64url,
    digest::Digest,
    evidence::{Attestation, Element, EvidenceKind, Member},
};
use std::collections::BTreeSet;

/// `proofing attest`.
pub(super) fn attest(session: &Session, wish: &Attest) -> Outcome<Report> {
    let key = super::source::key(session, &wish.source)?;
    let (asked, facts) = read_session(&wish.session)?;
    let now = session.now();
    let times = (now, now.plus(i64::from(wish.valid_hours) * 3_600));
    let mut said = Attestation::new(wish.kind, asked.subject(), *asked.nonce(), wish.result, times);
    if let Some(person) = &wish.person {
        Person::read(person)?.subject()?.attest(&mut said, &facts);
    }
    let has = |member| wish.kind.members().contains(&member);
    for (fact, text) in &wish.fact {
        said.digests.insert(*fact, facts.digest(*fact, text));
    }
    let about = wish.about.as_deref().map(|text| array_from_base64url(text).map(Digest::from_bytes)).transpose();
    said.about = about.map_err(|error| Failure::usage("about", format!("--about: {error}")))?;
    (said.similarity_bp, said.region, said.tier) = (wish.similarity, wish.region, wish.tier);
    said.liveness = has(Member::Liveness).then_some(!wish.not_living);
    said.method = has(Member::Method).then_some(wish.method);
    if has(Member::Elements) {
        said.elements = BTreeSet::from(match wish.elements {
            Four::Industry => Element::INDUSTRY_FOUR,
            Four::Article => Element::ARTICLE_FOUR,
        });
    }
    if let (true, Some(person)) = (has(Member::DocumentValidUntil), &wish.person) {
        said.document_valid_until = Some(Person::read(person)?.subject()?.document_valid_until);
    }
    let missing: Vec<_> = wish.kind.members().iter().filter_map(|member| missing(&said, member)).collect();
    if !missing.is_empty() {
        let list = missing.join(", ");
        return Err(Failure::usage("incomplete", format!("{} also states {list}", kind(wish.kind))));
    }
    let signed = said.sign(&wish.source, &key)?;
    object::write(&wish.out, signed.as_bytes(), Readers::Owner)?;
    let text = format!(
        "{} attests {} for case {} in {}\nNext, the issuer: shiming proofing submit --id {} --case {} --evidence {}",
        wish.source,
        kind(wish.kind),
        asked.case(),
        wish.out.out.display(),
        asked.issuer(),
        asked.case(),
        wish.out.out.display()
    );
    Ok(Report::new(text, json!({"source": wish.source, "kind": kind(wish.kind), "file": wish.out.out})))
}

const fn kind(kind: EvidenceKind) -> &'static str {
    kind.as_str()
}

/// Which option would state a member that is not there. The library refuses the attestation as well; this says what to type.
fn missing(said: &Attestation, member: &Member) -> Option<String> {
    match member {
        Member::Similarity if said.similarity_bp.is_none() => Some("--similarity".to_owned()),
        Member::Region if said.region.is_none() => Some("--region".to_owned()),
        Member::Tier if said.tier.is_none() => Some("--tier".to_owned()),
        Member::About if said.about.is_none() => Some("--about".to_owned()),
        Member::DocumentValidUntil if said.document_valid_until.is_none() => Some("--person".to_owned()),
        Member::Digest(fact) if !said.digests.contains_key(fact) => match fact.as_str() {
            name @ ("card" | "phone" | "template") => Some(format!("--fact {name}=TEXT")),
            _ => Some("--person".to_owned()),
        },
        _ => None,
    }
}
