//! From attestations to a credential and a verdict, and what ties a case to its wallet and to a relative (PROOF-CASE,
//! PROOF-RELATIVE).

use crate::{proofing_world as base, world::*};
use serde_json::json;
use shiming::{
    evidence::{EvidenceKind as K, Session},
    holder,
    issuer::Enrolled,
    policy::Path as AnswerPath,
    proofing::{ApprovedError, Case, Event, Path, ProofingRules, Relative, RelativeError, Stage},
    standing::{Phase, Standing, StandingRules},
    verdict::Verdict,
    wallet::Wallet,
};

/// Sources and a person, in a session of the authority's.
fn sources() -> base::World {
    let mut sources = base::World::new();
    sources.session = Session::generate(&id("authority"), &id("case-1"), &mut rng(7));
    sources
}

/// An ordinary case at the end of its three stages.
fn ready(sources: &base::World) -> Case {
    let mut case = Case::open(&sources.opened(Path::Ordinary), &sources.rules, NOW).unwrap();
    for kind in [K::Population, K::BankCard, K::SocialInsurance, K::Face] {
        case = case.apply(&sources.pass(kind, NOW), &sources.rules, NOW).unwrap();
    }
    assert_eq!(case.stage(), Stage::FaceEnrolled);
    case
}

fn enrolled(world: &World, wallet: &Wallet, case: &str) -> Enrolled {
    let challenge = world.authority.challenge(&id(case), NOW, &mut rng(1)).unwrap();
    let enrolment = holder::enrol(wallet, challenge, &world.trust, keys(), NOW, &mut rng(2)).unwrap();
    world.authority.check_enrolment(&enrolment, &id(case), &world.trust, NOW, &mut rng(3)).unwrap()
}

#[test]
fn a_case_ends_in_a_credential_that_answers_in_zero_knowledge() {
    let (world, sources, wallet) = (World::new(), sources(), World::wallet(1));
    let case = ready(&sources);
    let schema = world.trust.schemas().get("cn-realname").unwrap();
    let approved = case.approve(&sources.session, &sources.subject, &sources.key, &sources.rules, NOW).ok().unwrap();
    let enrolled = enrolled(&world, &wallet, "case-1");
    let attributes = approved.attributes(&enrolled, schema, &mut rng(4)).unwrap().attributes;
    let credential = world
        .authority
        .issue(enrolled, attributes, &world.trust, &world.enrolments, &world.tags, NOW, &mut rng(5))
        .unwrap();
    let issued = case.apply(&Event::issued(&credential).unwrap(), &sources.rules, NOW).unwrap();
    let standing = Standing::begin(&issued.issuance().unwrap(), StandingRules::default(), NOW).unwrap();
    assert_eq!((issued.stage(), standing.phase()), (Stage::Issued, Phase::Active));

    let prepared = world.prepare(&wallet, credential).unwrap();
    let policy = json!({
        "id": "classes:1",
        "credentials": [{"schema": "cn-realname", "issuers": ["authority"], "disclose": [], "require": [
            {"attribute": "birth_date", "age_at_least": 18},
            {"attribute": "account_class", "at_least": 2},
            {"attribute": "channels", "at_least": 3},
            {"attribute": "document_type", "in": [1]}
        ]}],
        "pseudonym": {"scope": "account"}, "paths": ["zk"]
    });
    let pending = world.ask(&policy.to_string());
    let answer = world.answer(&wallet, &[&prepared], &pending);
    assert_eq!(world.verify(&pending, &answer).unwrap().path(), AnswerPath::Zk);
}

#[test]
fn proof_case_a_wallet_enrolled_in_another_case_gets_no_attributes() {
    let (world, sources) = (World::new(), sources());
    let case = ready(&sources);
    let approved = case.approve(&sources.session, &sources.subject, &sources.key, &sources.rules, NOW).ok().unwrap();
    let schema = world.trust.schemas().get("cn-realname").unwrap();
    let other = enrolled(&world, &World::wallet(2), "case-2");
    let refused = approved.attributes(&other, schema, &mut rng(4)).err();
    assert_eq!(refused, Some(ApprovedError::OtherCase));
}

fn judged(world: &World, policy: &serde_json::Value) -> Verdict {
    let wallet = World::wallet(1);
    let prepared = world.identity(&wallet, &ADULT);
    let pending = world.ask(&policy.to_string());
    world.verify(&pending, &world.answer(&wallet, &[&prepared], &pending)).unwrap()
}

#[test]
fn proof_relative_a_relative_is_who_answered_a_policy_for_relatives_under_a_pseudonym() {
    let (world, rules) = (World::new(), ProofingRules::default());
    let mut policy = json!({
        "id": "relative:1",
        "credentials": [{"schema": "cn-realname", "issuers": ["authority"], "disclose": [],
            "require": [{"attribute": "birth_date", "age_at_least": 18}]}],
        "pseudonym": {"scope": "relative"}, "paths": ["zk"]
    });
    let verdict = judged(&world, &policy);
    let relative = Relative::from_verdict(&verdict, &rules).unwrap();
    assert_eq!(Relative::from_verdict(&verdict, &rules), Ok(relative));
    assert_ne!(relative.digest().as_bytes(), verdict.pseudonym().unwrap().as_bytes());
    let none = ProofingRules { relative_policies: Default::default(), ..rules.clone() };
    assert_eq!(Relative::from_verdict(&verdict, &none), Err(RelativeError::Policy));
    policy["id"] = json!("account-opening:1");
    assert_eq!(Relative::from_verdict(&judged(&World::new(), &policy), &rules), Err(RelativeError::Policy));
    policy["id"] = json!("relative:1");
    policy.as_object_mut().unwrap().remove("pseudonym");
    assert_eq!(Relative::from_verdict(&judged(&World::new(), &policy), &rules), Err(RelativeError::NoPseudonym));
}
