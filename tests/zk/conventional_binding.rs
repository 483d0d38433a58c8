//! The key binding of a conventional answer: whose key, for whom, when, over what, in answer to which bytes.

use crate::{forge::*, rejections::scene, world::*};
use serde_json::{Map, Value, json};
use shiming::{
    codec::to_base64url,
    conventional::{
        ConventionalFault, REQUEST_CLAIM,
        sd_jwt::{JwtFault, KeyBoundSdJwt, SdJwtError},
    },
    signature::{Algorithm, SignatureError, SigningKey},
    time::UnixTime,
    verdict::HolderFault,
    verifier::PendingRequest,
};

/// Why an answer with a changed key binding is refused.
fn changed(change: impl FnOnce(&mut Binding)) -> HolderFault {
    let pending = scene().world.ask(PLAIN);
    let (sd_jwt, mut binding) = (scene().adult.credential().sd_jwt(), honest(&pending));
    change(&mut binding);
    refusal(&pending, &alone(&binding.bind(sd_jwt, &PLAIN_NAMES)))
}

fn honest(pending: &PendingRequest) -> Binding {
    Binding::to(pending, binding_key(&scene().wallet, scene().adult.credential()))
}

fn answer(binding: &Binding) -> Vec<u8> {
    alone(&binding.bind(scene().adult.credential().sd_jwt(), &PLAIN_NAMES))
}

const NOT_THE_HOLDERS: SdJwtError = SdJwtError::KeyBinding(JwtFault::Signature(SignatureError::Invalid));

#[test]
fn the_unchanged_binding_is_accepted() {
    let pending = scene().world.ask(PLAIN);
    assert!(judge(&pending, &answer(&honest(&pending))).is_ok());
}

#[test]
fn only_the_confirmed_key_binds() {
    let (wallet, adult) = (&scene().wallet, scene().adult.credential());
    let fault = |key: SigningKey| changed(|binding| binding.key = key);
    assert_eq!(fault(binding_key(&World::wallet(2), adult)), sd_jwt_fault(NOT_THE_HOLDERS), "another wallet");
    assert_eq!(fault(sd_jwt_key(&scene().world.authority)), sd_jwt_fault(NOT_THE_HOLDERS), "the issuer");
    let world = World::new();
    let renewed = world.issue(&world.authority, wallet, ADULT.attributes(&world.trust)).unwrap();
    let again = world.issue(&world.authority, wallet, ADULT.attributes(&world.trust)).unwrap();
    let (first, second) = (binding_key(wallet, &renewed), binding_key(wallet, &again));
    assert_ne!(first.public_key(), second.public_key(), "every issue has a binding key of its own");
    assert_eq!(fault(second), sd_jwt_fault(NOT_THE_HOLDERS), "the same holder's key of another credential");
    let sm2 = shiming::danger::insecure_binding_key(wallet, adult, Algorithm::Sm2).unwrap();
    assert_eq!(fault(sm2), sd_jwt_fault(SdJwtError::KeyBinding(JwtFault::AlgorithmMismatch)));
}

#[test]
fn a_credential_with_another_holders_key_in_it_is_of_no_use_to_this_one() {
    let other = SigningKey::from_bytes(Algorithm::Es256, &[9; 32]).unwrap();
    let jwk = shiming::signature::Jwk::from(&other.public_key());
    let forged = sealed().plain("cnf", json!({ "jwk": jwk })).sign();
    let pending = scene().world.ask(PLAIN);
    let own = honest(&pending).bind(&forged, &PLAIN_NAMES);
    assert_eq!(refusal(&pending, &alone(&own)), sd_jwt_fault(NOT_THE_HOLDERS));
}

#[test]
fn an_answer_without_key_binding_is_refused_whatever_it_discloses() {
    let pending = scene().world.ask(PLAIN);
    let sd_jwt = scene().adult.credential().sd_jwt();
    for names in [&PLAIN_NAMES[..], &[]] {
        let bare = wire(&[sd_jwt.select(names).to_text()], &[]);
        assert_eq!(refusal(&pending, &bare), sd_jwt_fault(SdJwtError::MissingKeyBinding));
    }
}

#[test]
fn the_issuers_jwt_is_no_key_binding_and_the_reverse() {
    let pending = scene().world.ask(PLAIN);
    let bound = honest(&pending).bind(scene().adult.credential().sd_jwt(), &PLAIN_NAMES).to_text();
    let (presented, binding) = bound.rsplit_once('~').unwrap();
    let (jwt, _) = presented.split_once('~').unwrap();
    let twice = wire(&[format!("{presented}~{jwt}")], &[]);
    assert_eq!(refusal(&pending, &twice), sd_jwt_fault(SdJwtError::KeyBinding(JwtFault::WrongType)));
    let swapped = wire(&[presented.replace(jwt, binding) + "~" + jwt], &[]);
    assert_eq!(
        refusal(&pending, &swapped),
        conventional(ConventionalFault::KeyId),
        "a key binding names no issuer key"
    );
}

#[test]
fn the_binding_is_made_from_a_minute_before_the_request_to_a_minute_after_now() {
    let at = |created: i64, issued: i64, now: i64| {
        let pending = scene().world.ask(PLAIN);
        assert_eq!(pending.request().request().created_at, NOW.plus(created));
        let binding = Binding { issued_at: NOW.plus(issued), ..honest(&pending) };
        let (world, ledger) = (&scene().world, shiming::ledger::MemoryNonces::default());
        world.platform.verify(&pending, &answer(&binding), &world.trust, &ledger, NOW.plus(now), &mut rng(1))
    };
    assert!(at(0, -60, 0).is_ok());
    assert_eq!(at(0, -61, 0), Err(sd_jwt_fault(SdJwtError::Stale).into()));
    assert!(at(0, 60, 0).is_ok());
    assert_eq!(at(0, 61, 0), Err(sd_jwt_fault(SdJwtError::FromTheFuture).into()));
    assert!(at(0, 360, 300).is_ok());
    assert_eq!(at(0, 361, 300), Err(sd_jwt_fault(SdJwtError::FromTheFuture).into()));
    assert_eq!(changed(|b| b.issued_at = UnixTime::from_seconds(0)), sd_jwt_fault(SdJwtError::Stale));
    assert_eq!(changed(|b| b.issued_at = UnixTime::from_seconds(i64::MIN)), sd_jwt_fault(SdJwtError::Stale));
    assert_eq!(changed(|b| b.issued_at = UnixTime::from_seconds(i64::MAX)), sd_jwt_fault(SdJwtError::FromTheFuture));
}

#[test]
fn another_audience_is_refused() {
    for audience in ["other", "Platform", "platform ", "", "https://live.example"] {
        let fault = changed(|binding| binding.audience = audience.to_owned());
        assert_eq!(fault, sd_jwt_fault(SdJwtError::WrongAudience), "{audience}");
    }
}

#[test]
fn another_nonce_is_refused() {
    for nonce in [to_base64url(&[0; 32]), String::new()] {
        let fault = changed(|binding| binding.nonce = nonce);
        assert_eq!(fault, sd_jwt_fault(SdJwtError::WrongNonce));
    }
    let padded = changed(|binding| binding.nonce.push('='));
    assert_eq!(padded, sd_jwt_fault(SdJwtError::WrongNonce));
}

#[test]
fn the_further_claims_are_the_digest_of_the_request_and_nothing_else() {
    let extra = |change: &dyn Fn(&mut Map<String, Value>)| changed(|binding| change(&mut binding.extra));
    let wrong = sd_jwt_fault(SdJwtError::ExtraClaims);
    assert_eq!(extra(&|claims| drop(claims.insert(REQUEST_CLAIM.to_owned(), json!(to_base64url(&[1; 32]))))), wrong);
    assert_eq!(extra(&|claims| drop(claims.insert(REQUEST_CLAIM.to_owned(), json!(1)))), wrong);
    assert_eq!(extra(&Map::clear), wrong, "left out");
    assert_eq!(extra(&|claims| drop(claims.insert("exp".to_owned(), json!(NOW)))), wrong, "one more");
}

#[test]
fn a_binding_to_one_selection_is_none_to_another() {
    let pending = scene().world.ask(PLAIN);
    let sd_jwt = scene().adult.credential().sd_jwt();
    let binding = |names: &[&str]| {
        let text = honest(&pending).bind(sd_jwt, names).to_text();
        text.rsplit_once('~').unwrap().1.to_owned()
    };
    let (presented, wrong) = (sd_jwt.select(&PLAIN_NAMES).to_text(), sd_jwt_fault(SdJwtError::WrongHash));
    for names in [&PLAIN_NAMES[1..], &[], &["sex", "region"]] {
        assert_eq!(refusal(&pending, &wire(&[presented.clone() + &binding(names)], &[])), wrong);
    }
    // The same disclosures in another order are another text.
    let mut parts: Vec<&str> = presented.trim_end_matches('~').split('~').collect();
    parts.swap(1, 2);
    let reordered = parts.join("~") + "~" + &binding(&PLAIN_NAMES);
    assert!(KeyBoundSdJwt::parse(&reordered).is_ok());
    assert_eq!(refusal(&pending, &wire(&[reordered], &[])), wrong);
}

#[test]
fn an_answer_to_one_request_is_none_to_another_of_the_same_policy() {
    let (first, second) = (scene().world.ask(PLAIN), scene().world.ask(PLAIN));
    let bytes = answer(&honest(&first));
    assert_eq!(refusal(&second, &bytes), sd_jwt_fault(SdJwtError::WrongNonce));
    assert!(judge(&first, &bytes).is_ok());
}

#[test]
fn an_answer_to_a_request_with_the_same_nonce_and_other_bytes_is_refused() {
    let world = &scene().world;
    let pending = world.ask(PLAIN);
    let mut content = pending.request().request().clone();
    content.expires_at = content.expires_at.plus(-1);
    let twin = content.sign(&es256(11)).unwrap();
    let twin = world.platform.restore(twin.as_bytes(), &world.registered(&document(PLAIN)), NOW).unwrap();
    assert_eq!(twin.nonce(), pending.nonce());
    assert_eq!(refusal(&twin, &answer(&honest(&pending))), sd_jwt_fault(SdJwtError::ExtraClaims));
}

#[test]
fn an_answer_to_one_verifier_is_none_to_another() {
    let world = &scene().world;
    let theirs = world.ask_elsewhere(PLAIN);
    let ours = world.ask(PLAIN);
    let relayed = answer(&honest(&theirs));
    assert_eq!(refusal(&ours, &relayed), sd_jwt_fault(SdJwtError::WrongAudience));
    assert_eq!(refusal(&theirs, &relayed), HolderFault::WrongAudience);
}
