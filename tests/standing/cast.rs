//! Sources that sign, and one person's status.

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value as Json, json};
use shiming::{
    codec::Identifier,
    danger::{insecure_issuance, insecure_standing_event},
    digest::Digest,
    evidence::{
        Attestation, CheckedEvidence, Element, EvidenceKind, Fact, Member, Method, Outcome, Session, SignedAttestation,
    },
    registry::{BundleDocument, SourceDocument, TrustBundle},
    signature::{Es256SigningKey, SigningKey, Sm2SigningKey},
    standing::{Event, Issuance, Phase, Refusal, Standing, StandingRules},
    time::{Date, UnixTime},
};
use std::{collections::BTreeMap, sync::OnceLock};

pub const DAY: i64 = 86_400;
/// 2026-11-22 00:00 in China.
pub const MIDNIGHT: UnixTime = UnixTime::from_seconds(1_795_276_800);
/// Noon of that day: when the status begins.
pub const BEGIN: UnixTime = UnixTime::from_seconds(1_795_320_000);

pub fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

/// The `n`th session of the one case.
pub fn session(n: u8) -> Session {
    Session::from_parts(&id("issuer"), &id("case-1"), [n; 32])
}

/// Two sources: one signs with SM2, the other with ES256, and each may attest half of the kinds.
pub struct Sources {
    pub bundle: TrustBundle,
    keys: [(Identifier, SigningKey); 2],
}

pub fn sources() -> &'static Sources {
    static SOURCES: OnceLock<Sources> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let rng = &mut ChaCha20Rng::seed_from_u64(5);
        let keys = [
            (id("state"), SigningKey::Sm2(Sm2SigningKey::generate(rng))),
            (id("trade"), SigningKey::Es256(Es256SigningKey::generate(rng))),
        ];
        let document = |(n, (id, key)): (usize, &(Identifier, SigningKey))| SourceDocument {
            id: id.clone(),
            name: id.to_string(),
            key: key.public_key(),
            kinds: EvidenceKind::ALL.iter().copied().filter(|kind| source_of(*kind) == n).collect(),
            not_before: BEGIN.plus(-DAY),
            not_after: BEGIN.plus(20 * 365 * DAY),
        };
        let bundle = TrustBundle::new(BundleDocument {
            version: 1,
            issued_at: BEGIN,
            max_staleness_seconds: 86_400,
            issuers: Vec::new(),
            verifiers: Vec::new(),
            sources: keys.iter().enumerate().map(document).collect(),
            relations: BTreeMap::new(),
            schemas: BTreeMap::new(),
            status_epoch: 0,
        })
        .unwrap();
        Sources { bundle, keys }
    })
}

fn source_of(kind: EvidenceKind) -> usize {
    usize::from(kind.channel().is_none())
}

/// What a source says that has found nothing wrong: every member of the kind.
pub fn claim(kind: EvidenceKind, session: &Session, result: Outcome, observed_at: UnixTime) -> Attestation {
    let window = (observed_at, observed_at.plus(DAY));
    let mut claim = Attestation::new(kind, session.subject(), *session.nonce(), result, window);
    for member in kind.members() {
        match member {
            Member::Similarity => claim.similarity_bp = Some(9_900),
            Member::Liveness => claim.liveness = Some(true),
            Member::Method => claim.method = Some(Method::StructuredLight3d),
            Member::Elements => claim.elements = Element::ARTICLE_FOUR.into(),
            Member::DocumentValidUntil => claim.document_valid_until = Some(Date::LONG_TERM),
            Member::Region => claim.region = Some(110_101),
            Member::Tier => claim.tier = Some(1),
            Member::About => claim.about = Some(digest(1)),
            Member::Digest(fact) => {
                claim.digests.insert(*fact, digest(*fact as u8));
            }
        }
    }
    claim
}

/// Signed by its source, decoded, and checked when it was observed.
pub fn checked(claim: &Attestation, session: &Session) -> CheckedEvidence {
    let (source, key) = &sources().keys[source_of(claim.kind)];
    let signed = claim.sign(source, key).unwrap();
    let signed = SignedAttestation::from_bytes(signed.as_bytes()).unwrap();
    signed.check(session, &sources().bundle, 30, claim.observed_at).unwrap()
}

/// Evidence of the first session that passes.
pub fn passed(kind: EvidenceKind, at: UnixTime) -> CheckedEvidence {
    checked(&claim(kind, &session(1), Outcome::Pass, at), &session(1))
}

pub fn of_session(n: u8, kind: EvidenceKind, at: UnixTime) -> CheckedEvidence {
    checked(&claim(kind, &session(n), Outcome::Pass, at), &session(n))
}

pub fn failed(kind: EvidenceKind, at: UnixTime) -> CheckedEvidence {
    with(kind, at, |claim| claim.result = Outcome::Fail)
}

pub fn with(kind: EvidenceKind, at: UnixTime, change: impl FnOnce(&mut Attestation)) -> CheckedEvidence {
    let mut claim = claim(kind, &session(1), Outcome::Pass, at);
    change(&mut claim);
    checked(&claim, &session(1))
}

/// About another transaction or fact than the usual.
pub fn about(kind: EvidenceKind, at: UnixTime, result: Outcome, about: Digest) -> CheckedEvidence {
    with(kind, at, |claim| (claim.result, claim.about) = (result, Some(about)))
}

pub fn issuance(n: u8, tag: Digest, verified_at: UnixTime) -> Issuance {
    insecure_issuance(session(n).subject(), tag, verified_at)
}

pub fn tag() -> Digest {
    digest(200)
}

/// A status that began with the first session.
pub fn active() -> Standing {
    Standing::begin(&issuance(1, tag(), BEGIN), StandingRules::default(), BEGIN).unwrap()
}

pub fn after(status: &Standing, events: &[(&Event, UnixTime)]) -> Standing {
    events.iter().fold(status.clone(), |status, (event, at)| status.apply(event, *at).unwrap())
}

/// The refusal, after which the status is as before.
pub fn refused(status: &Standing, event: &Event, at: UnixTime) -> Refusal {
    let before = status.clone();
    let refusal = status.apply(event, at).unwrap_err();
    assert_eq!(*status, before);
    refusal
}

pub fn review_event(at: UnixTime) -> Event {
    let evidence = [passed(EvidenceKind::Population, at), passed(EvidenceKind::Face, at)];
    Event::reviewed(&evidence, tag())
}

/// The wallet's answer to a challenge, as a log has it; `tests/zk` makes real ones.
pub fn holder(event: &str, tag: Digest, case: &str, created_at: UnixTime) -> Event {
    let proof = json!({"tag": tag, "case": case, "created_at": created_at, "expires_at": created_at.plus(900)});
    unchecked(&json!({"event": event, "proof": proof}))
}

/// A right one-time password for a transaction, as a log has it.
pub fn confirmed(transaction: Digest, verified_at: UnixTime) -> Event {
    let confirmed = json!({"transaction": transaction, "verified_at": verified_at});
    unchecked(&json!({"event": "transaction-confirmed", "confirmed": confirmed}))
}

pub fn tag_changed(old: Digest, new: Digest) -> Event {
    unchecked(&json!({"event": "tag-changed", "change": {"old": old, "new": new}}))
}

pub fn unchecked(json: &Json) -> Event {
    insecure_standing_event(json.to_string().as_bytes()).unwrap()
}

/// A status of every phase, at most 215 days after the beginning.
pub fn in_phase(phase: Phase) -> Standing {
    let at = BEGIN.plus(DAY);
    let requested = Event::cancellation_requested(id("leave-1"));
    let status = match phase {
        Phase::Active => active(),
        Phase::ReviewDue => active().at(BEGIN.plus(180 * DAY)).unwrap(),
        Phase::Lapsed => active().at(BEGIN.plus(210 * DAY)).unwrap(),
        Phase::Resetting => active().apply(&Event::wallet_lost(), at).unwrap(),
        Phase::Cancelling => active().apply(&requested, at).unwrap(),
        Phase::Cancelled => crate::cancellation::cancelled(),
    };
    assert_eq!(status.phase(), phase);
    status
}

pub fn name(fact: Fact) -> impl Fn(&mut Attestation) {
    move |claim| {
        claim.digests.insert(fact, digest(99));
    }
}
