//! The conventional path, from issue to verdict: what is accepted, and that it is the same as in zero knowledge.

use crate::{
    forge::{JOINED, LINKED, LINKED_NAMES, PLAIN, PLAIN_NAMES},
    rejections::scene,
    world::*,
};
use shiming::{
    conventional::sd_jwt::KeyBoundSdJwt,
    holder::{self, HolderError},
    policy::{ClauseFailure, EvaluationError, Path},
    registry::TrustError,
    time::UnixTime,
};
use std::collections::BTreeSet;

fn both_paths(policy: &str) -> String {
    policy.replace(r#""paths": ["zk"]"#, r#""paths": ["zk", "conventional"]"#)
}

#[test]
fn a_conventional_answer_has_the_verdict_and_the_pseudonym_of_the_other_path() {
    let scene = scene();
    let policy = both_paths(FOUR_COMPARISONS);
    let (zk, conventional) = (scene.world.ask(&policy), scene.world.ask(&policy));
    let answer = scene.world.answer(&scene.wallet, &[&scene.adult], &zk);
    let zk = scene.world.verify(&zk, &answer).unwrap();
    let answer = scene.world.disclose(&scene.wallet, &[scene.adult.credential()], &conventional);
    let conventional = scene.world.verify(&conventional, &answer).unwrap();
    assert_eq!((zk.path(), conventional.path()), (Path::Zk, Path::Conventional));
    assert_eq!(zk.pseudonym(), conventional.pseudonym());
    assert!(zk.pseudonym().is_some());
    assert_eq!((zk.disclosed(), zk.issuers()), (conventional.disclosed(), conventional.issuers()));
}

#[test]
fn two_credentials_of_one_person_are_joined() {
    let world = World::new();
    let wallet = World::wallet(1);
    let (identity, card) = (world.identity(&wallet, &ADULT), world.card(&wallet, &ADULT));
    let pending = world.ask(&both_paths(TWO_CREDENTIALS));
    let answer = world.disclose(&wallet, &[identity.credential(), card.credential()], &pending);
    let verdict = world.verify(&pending, &answer).unwrap();
    assert_eq!(verdict.issuers().len(), 2);
}

/// The names that a proposal shows, sorted.
fn shown(policy: &str) -> BTreeSet<String> {
    let pending = scene().world.ask(policy);
    let credentials = [scene().adult.credential()];
    let proposal = scene().world.propose(&scene().wallet, &credentials, &pending).unwrap();
    let disclosures = proposal.disclosures();
    assert!(disclosures.iter().all(|(credential, _, value)| *credential == 0 && !value.is_empty()));
    assert_eq!(proposal.reveals_holder_tags(), disclosures.iter().any(|(_, name, _)| name == "holder_tag"));
    disclosures.into_iter().map(|(_, name, _)| name).collect()
}

#[test]
fn the_holder_sees_exactly_what_will_be_disclosed() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(shown(PLAIN), set(&PLAIN_NAMES));
    assert_eq!(shown(LINKED), set(&LINKED_NAMES));
    assert_eq!(shown(&PLAIN.replace("60", "18")), set(&["age_over_18", "reverify_by", "verified", "account_class"]));
    let pending = scene().world.ask(PLAIN);
    let answer = scene().world.disclose(&scene().wallet, &[scene().adult.credential()], &pending);
    let text = std::str::from_utf8(&answer[9..]).unwrap();
    let bound = KeyBoundSdJwt::parse(text).unwrap();
    let sent = bound.sd_jwt().disclosures().iter().map(|d| d.name().to_owned()).collect::<BTreeSet<String>>();
    assert_eq!(sent, shown(PLAIN));
}

#[test]
fn a_minor_has_no_age_over_18_to_disclose_and_the_sd_jwt_does_not_tell() {
    let (world, wallet) = (World::new(), World::wallet(1));
    // Of age on the day after the issue counts from then on; on the day itself it could be asked about yesterday.
    for (born, adult) in [(20_081_121, true), (20_081_122, false), (20_150_601, false)] {
        let person = Person { birth_date: born, document_type: 2, ..ADULT };
        let credential = world.issue(&world.authority, &wallet, person.attributes(&world.trust)).unwrap();
        let sd_jwt = credential.sd_jwt();
        assert_eq!(sd_jwt.disclosures().iter().any(|d| d.name() == "age_over_18"), adult, "{born}");
        let digests = sd_jwt.unverified_claims().unwrap()["_sd"].as_array().unwrap().len();
        assert_eq!(digests, 16, "as many digests whatever the age");
    }
}

/// Why the scene's holder makes no proposal at a time.
fn unproposed(policy: &str, now: UnixTime) -> HolderError {
    let pending = scene().world.ask(policy);
    let credentials = [scene().adult.credential()];
    holder::propose(&scene().wallet, &credentials, pending.request(), &scene().world.trust, now).err().unwrap()
}

#[test]
fn nothing_is_proposed_in_vain() {
    let failure = ClauseFailure { credential: 0, attribute: "birth_date".to_owned(), clause: 0 };
    let expected = EvaluationError::Clause(failure);
    assert!(matches!(unproposed(&PLAIN.replace("60", "77"), NOW), HolderError::Policy(found) if found == expected));
    assert!(matches!(unproposed(JOINED, NOW), HolderError::Count { expected: 2, found: 1 }));
    let other = PLAIN.replace(r#""authority", "ministry", "bureau""#, r#""network""#);
    assert!(matches!(unproposed(&other, NOW), HolderError::IssuerNotAccepted { index: 0, .. }));
    let card = PLAIN.replace("cn-realname", "cn-bank-card").replace("birth_date", "card_valid_until");
    let card = card.replace("\"age_at_least\": 60", "\"not_before\": \"today\"");
    let card = card.replace(r#", {"attribute": "account_class", "at_least": 2}"#, "");
    assert!(matches!(unproposed(&card, NOW), HolderError::Schema { index: 0, .. }));
    let expired = unproposed(PLAIN, NOW.plus(86_400 * 366));
    assert!(matches!(expired, HolderError::Bundle(_)), "the own bundle is stale first: {expired}");
    let late = World::changed(|document| document.issuers[0].keys[0].not_after = NOW.plus(-1));
    let (pending, credentials) = (late.ask(PLAIN), [scene().adult.credential()]);
    let refused = late.propose(&scene().wallet, &credentials, &pending).err();
    assert!(matches!(refused, Some(HolderError::Trust(TrustError::KeyExpired))));
}

#[test]
fn another_wallet_proposes_nothing() {
    let (pending, credentials) = (scene().world.ask(PLAIN), [scene().adult.credential()]);
    let refused = scene().world.propose(&World::wallet(2), &credentials, &pending).err();
    assert!(matches!(refused, Some(HolderError::OtherWallet)));
}

#[test]
fn two_persons_credentials_are_not_even_proposed() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let identity = world.issue(&world.authority, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let card = world.issue(&world.network, &wallet, SECOND.card(&world.trust)).unwrap();
    let (pending, credentials) = (world.ask(JOINED), [&identity, &card]);
    let refused = world.propose(&wallet, &credentials, &pending).err();
    assert!(matches!(refused, Some(HolderError::Policy(EvaluationError::Join { credential: 1 }))));
}

#[test]
fn an_answer_with_a_proof_needs_proving_keys_and_one_without_needs_none() {
    let world = &scene().world;
    let answer = |policy: &str| {
        let (pending, credentials) = (world.ask(policy), [scene().adult.credential()]);
        let proposal = world.propose(&scene().wallet, &credentials, &pending).unwrap();
        proposal.disclose_with_consent(&scene().wallet, &world.trust, None, NOW, &mut rng(1)).map(drop)
    };
    assert!(matches!(answer(LINKED), Err(HolderError::Keys)));
    assert!(answer(PLAIN).is_ok());
}
