//! Proofing with real wallets: who counts as a relative, and what an approved case has issued.

use crate::{rejections::scene, world::*};
use serde::Serialize;
use shiming::{
    codec::Kind,
    digest::Digest,
    document::DocumentType,
    enrolment::CHALLENGE_LIFETIME,
    evidence::{EvidenceKind, Fact, FactKey, Outcome, Session, SubjectRef},
    holder,
    proofing::{
        ApprovedError, Case, CaseLog, Event, Path, ProofingRules, Relative, RelativeError, Subject, name_digest,
    },
    schema::Value,
    time::{Date, UnixTime},
};
use std::collections::{BTreeMap, BTreeSet};

/// The day before.
const OBSERVED: UnixTime = NOW.plus(-80_000);
const NO_PSEUDONYM: (&str, &str) = (r#""pseudonym": {"scope": "account"},"#, "");

/// The rules under which the policy of these tests is one for relatives.
fn relatives(policy: &str) -> ProofingRules {
    ProofingRules { relative_policies: BTreeSet::from([document(policy).id]), ..ProofingRules::default() }
}

fn verdict(policy: &str) -> shiming::verdict::Verdict {
    let pending = scene().world.ask(policy);
    let answer = scene().world.answer(&scene().wallet, &[&scene().adult], &pending);
    scene().world.verify(&pending, &answer).unwrap()
}

#[test]
fn a_relative_is_who_answers_the_policy_for_relatives_with_a_pseudonym() {
    let rules = relatives(FOUR_COMPARISONS);
    let one = Relative::from_verdict(&verdict(FOUR_COMPARISONS), &rules).unwrap();
    // The same person has the same name here, whatever the presentation.
    assert_eq!(Relative::from_verdict(&verdict(FOUR_COMPARISONS), &rules), Ok(one));
    let unnamed = verdict(&FOUR_COMPARISONS.replace(NO_PSEUDONYM.0, NO_PSEUDONYM.1));
    assert_eq!(Relative::from_verdict(&unnamed, &rules), Err(RelativeError::NoPseudonym));
    let others = ProofingRules::default();
    assert_eq!(Relative::from_verdict(&verdict(FOUR_COMPARISONS), &others), Err(RelativeError::Policy));
}

fn subject() -> Subject {
    Subject {
        name: "张三".to_owned(),
        document_type: DocumentType::CitizenCard,
        number: ADULT.number.to_owned(),
        birth_date: Date::from_yyyymmdd(ADULT.birth_date).unwrap(),
        sex: 2,
        nationality: 156,
        region: ADULT.region,
        document_valid_until: Date::LONG_TERM,
    }
}

/// Evidence as a log has it, in the order that is its one text.
#[derive(Serialize)]
struct Record {
    kind: EvidenceKind,
    source: &'static str,
    subject: SubjectRef,
    result: Outcome,
    observed_at: UnixTime,
    usable_until: UnixTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity_bp: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<Fact, Digest>,
    attestation: Digest,
}

#[derive(Serialize)]
struct What {
    event: &'static str,
    evidence: Record,
}

#[derive(Serialize)]
struct Entry {
    at: UnixTime,
    what: What,
}

/// A case that is ready, from a log: what its sources have signed, `tests/proofing` has real.
fn ready(session: &Session, key: &FactKey, rules: &ProofingRules, opened_at: UnixTime) -> Case {
    let opened = Event::Opened { subject: session.subject(), path: Path::Ordinary, rules: rules.version };
    let opened = CaseLog::new(session.issuer(), session.case()).record(&opened, rules, opened_at).unwrap();
    let (mut file, mut head) = (opened.line, opened.log.head());
    let facts: BTreeMap<Fact, Digest> =
        subject().facts().iter().map(|(fact, text)| (*fact, key.digest(*fact, text))).collect();
    let kinds = [EvidenceKind::Population, EvidenceKind::BankCard, EvidenceKind::Face, EvidenceKind::RiskTier];
    for (n, kind) in kinds.into_iter().enumerate() {
        let evidence = Record {
            kind,
            source: "state",
            subject: session.subject(),
            result: Outcome::Pass,
            observed_at: OBSERVED,
            usable_until: NOW,
            similarity_bp: (kind == EvidenceKind::Face).then_some(9_900),
            tier: (kind == EvidenceKind::RiskTier).then_some(7),
            digests: if kind == EvidenceKind::Population { facts.clone() } else { BTreeMap::new() },
            attestation: Digest::from_bytes([n as u8; 32]),
        };
        let entry = Entry { at: NOW, what: What { event: "evidence", evidence } };
        let (line, next) = head.append_line(Kind::public("line", 1 << 14), &entry).unwrap();
        file.extend(line);
        head = next;
    }
    CaseLog::replay(session.issuer(), session.case(), rules, &file).unwrap().log.case().unwrap().clone()
}

#[test]
fn an_approved_case_is_issued_with_what_its_evidence_gives() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let (rng, rules, person) = (&mut rng(4), ProofingRules::default(), subject());
    let enrolled = |case: &str, seed| {
        let rng = &mut crate::world::rng(seed);
        let challenge = world.authority.challenge(&id(case), NOW, rng).unwrap();
        let answer = holder::enrol(&wallet, challenge, &world.trust, keys(), NOW, rng).unwrap();
        world.authority.check_enrolment(&answer, &id(case), &world.trust, NOW, rng).unwrap()
    };
    let session = Session::generate(&id("authority"), &id("case-1"), rng);
    let key = FactKey::generate(rng);
    let case = ready(&session, &key, &rules, OBSERVED);
    let approved = case.approve(&session, &person, &key, &rules, NOW).ok().unwrap();
    let schema = world.trust.schemas().get("cn-realname").unwrap();
    let other = approved.attributes(&enrolled("case-2", 5), schema, rng).err();
    assert_eq!(other, Some(ApprovedError::OtherCase));
    let enrolled = enrolled("case-1", 6);
    let given = approved.attributes(&enrolled, schema, rng).unwrap();
    // Of a case that ends before the enrolment's window does, nothing is issued.
    for (left, expected) in [(CHALLENGE_LIFETIME, None), (CHALLENGE_LIFETIME - 1, Some(ApprovedError::TimedOut))] {
        let case = ready(&session, &key, &rules, NOW.plus(left - 72 * 3_600));
        let approved = case.approve(&session, &person, &key, &rules, NOW).ok().unwrap();
        assert_eq!(approved.attributes(&enrolled, schema, rng).err(), expected);
    }
    let (nonces, tags) = (&world.enrolments, &world.tags);
    let credential = world.authority.issue(enrolled, given.attributes, &world.trust, nonces, tags, NOW, rng).unwrap();
    let has = |name: &str| credential.attributes().get(name).unwrap();
    assert_eq!(has("risk_tier"), Value::Integer(7));
    assert_eq!((has("channels"), has("account_class")), (Value::Integer(2), Value::Integer(1)));
    // The verification counts from its oldest evidence.
    let observed_on = Date::from_unix(OBSERVED).unwrap();
    assert_eq!(observed_on.plus_days(1).unwrap(), world.today());
    assert_eq!(has("verified_on"), Value::Date(observed_on));
    assert_eq!(has("reverify_by"), Value::Date(observed_on.plus_days(180).unwrap()));
    assert_eq!(has("document_number"), Value::Ascii(ADULT.number.to_owned()));
    assert_eq!(has("name_digest"), Value::Digest(name_digest("张三", &given.name_salt)));
}
