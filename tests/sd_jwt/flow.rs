//! Issuing, holding and verifying, with both algorithms and both hashes.

use crate::forge::{AUDIENCE, Binding, Forge, NONCE, NOW, confirmed, expectation, hash, holder, issuer, object};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Map, Value, json};
use shiming::codec::{Identifier, from_base64url};
use shiming::conventional::sd_jwt::{
    BindingClaims, DISCLOSURE_CAP, DisclosureFault, Draft, HashAlgorithm, JwtFault, KeyBoundSdJwt, SD_JWT_VC_TYPE,
    SdJwt, SdJwtError,
};
use shiming::signature::{Algorithm, Jwk};
use shiming::time::UnixTime;

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([1; 32])
}

fn key_id() -> Identifier {
    Identifier::parse("key-1").unwrap()
}

fn draft(algorithm: Algorithm, hash: HashAlgorithm) -> Draft {
    let jwk = Jwk::from(&holder(algorithm).public_key());
    let mut draft = Draft::new(object(json!({ "cnf": { "jwk": jwk }, "vct": "test" })), hash).unwrap();
    for (name, value) in [("name", json!("张三")), ("birth", json!(19_850_101)), ("tags", json!(["a", { "b": 1 }]))] {
        draft.disclose(name, &value, &mut rng_of(name)).unwrap();
    }
    draft
}

fn rng_of(name: &str) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([u8::try_from(name.len()).unwrap(); 32])
}

fn issue(algorithm: Algorithm, hash: HashAlgorithm) -> SdJwt {
    draft(algorithm, hash).seal(algorithm, &key_id(), &mut rng()).unwrap().sign(&issuer(algorithm)).unwrap()
}

fn all() -> impl Iterator<Item = (Algorithm, HashAlgorithm)> {
    Algorithm::ALL.into_iter().flat_map(|algorithm| HashAlgorithm::ALL.map(|hash| (algorithm, hash)))
}

fn claims(extra: &Map<String, Value>) -> BindingClaims<'_> {
    BindingClaims { audience: AUDIENCE, nonce: NONCE, issued_at: UnixTime::from_seconds(NOW), extra }
}

#[test]
fn forged_objects_are_valid_until_broken() {
    for algorithm in Algorithm::ALL {
        let verified = Forge::new(algorithm).verify().unwrap();
        assert_eq!(verified.disclosed(), &object(json!({ "name": "Zhang", "birth": 19_850_101 })));
        assert_eq!(Binding::new(algorithm).verify(), Ok(()));
    }
}

#[test]
fn an_issued_credential_is_disclosed_in_part_and_bound() {
    for (algorithm, hash) in all() {
        let issued = issue(algorithm, hash);
        let received = SdJwt::parse(&issued.to_text()).unwrap();
        assert_eq!(received, issued);
        assert_eq!(received.verify(&issuer(algorithm).public_key(), SD_JWT_VC_TYPE).unwrap().disclosed().len(), 3);

        let extra = object(json!({ "profile": { "proof": "AA" } }));
        let bound = received.select(&["name", "tags"]).bind(&holder(algorithm), &claims(&extra)).unwrap();
        let presented = KeyBoundSdJwt::parse(&bound.to_text()).unwrap();
        assert_eq!(presented, bound);
        let verified = presented.sd_jwt().verify(&issuer(algorithm).public_key(), SD_JWT_VC_TYPE).unwrap();
        assert_eq!(verified.disclosed(), &object(json!({ "name": "张三", "tags": ["a", { "b": 1 }] })));
        assert_eq!(verified.claims().keys().collect::<Vec<_>>(), ["cnf", "vct"]);
        assert_eq!(verified.hash_algorithm(), hash);
        assert_eq!(presented.verify_binding(&verified, &confirmed(&verified), &expectation(&extra)), Ok(()));
    }
}

#[test]
fn nothing_or_everything_may_be_disclosed() {
    let issued = issue(Algorithm::Es256, HashAlgorithm::Sha256);
    let none = SdJwt::parse(&issued.select(&[]).to_text()).unwrap();
    let key = issuer(Algorithm::Es256).public_key();
    assert!(none.verify(&key, SD_JWT_VC_TYPE).unwrap().disclosed().is_empty());
    assert_eq!(issued.select(&["tags", "birth", "name", "unknown"]), issued);
}

#[test]
fn an_external_signer_signs_the_exact_bytes() {
    for algorithm in Algorithm::ALL {
        let unsigned = draft(algorithm, HashAlgorithm::Sm3).seal(algorithm, &key_id(), &mut rng()).unwrap();
        let signature = issuer(algorithm).sign(unsigned.signing_input()).unwrap();
        let input = String::from_utf8(unsigned.signing_input().to_vec()).unwrap();
        let sd_jwt = unsigned.attach(&signature).unwrap();
        assert_eq!(sd_jwt, issue(algorithm, HashAlgorithm::Sm3));
        assert!(sd_jwt.to_text().starts_with(&(input + ".")));

        let unsigned = sd_jwt.binding(algorithm, &claims(&Map::new())).unwrap();
        let signature = holder(algorithm).sign(unsigned.signing_input()).unwrap();
        let bound = unsigned.attach(&signature).unwrap();
        assert_eq!(bound, sd_jwt.bind(&holder(algorithm), &claims(&Map::new())).unwrap());
    }
}

#[test]
fn the_headers_are_exactly_these() {
    for (algorithm, name) in [(Algorithm::Es256, "ES256"), (Algorithm::Sm2, "SGD_SM3_SM2")] {
        let issued = issue(algorithm, HashAlgorithm::Sha256);
        let bound = issued.bind(&holder(algorithm), &claims(&Map::new())).unwrap().to_text();
        let header = |jwt: &str| String::from_utf8(from_base64url(jwt.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header(&bound), format!(r#"{{"alg":"{name}","kid":"key-1","typ":"dc+sd-jwt"}}"#));
        let binding = bound.rsplit('~').next().unwrap();
        assert_eq!(header(binding), format!(r#"{{"alg":"{name}","typ":"kb+jwt"}}"#));
        assert_eq!(issued.key_id(), Some("key-1"));
    }
}

#[test]
fn digests_are_over_the_text_and_sorted() {
    for (algorithm, hash_algorithm) in all() {
        let issued = issue(algorithm, hash_algorithm);
        let payload = issued.unverified_claims().unwrap();
        let mut expected: Vec<String> = issued.disclosures().iter().map(|d| hash(hash_algorithm, d.as_str())).collect();
        expected.sort();
        assert_eq!(payload["_sd"], json!(expected));
        assert_eq!(payload["_sd_alg"], hash_algorithm.as_str());
    }
}

#[test]
fn salts_are_128_bits_and_all_different() {
    let mut salts = std::collections::BTreeSet::new();
    let mut rng = rng();
    for _ in 0..4 {
        let mut draft = draft(Algorithm::Es256, HashAlgorithm::Sha256);
        draft.disclose("more", &json!(true), &mut rng).unwrap();
        let sd_jwt =
            draft.seal(Algorithm::Es256, &key_id(), &mut rng).unwrap().sign(&issuer(Algorithm::Es256)).unwrap();
        let text = from_base64url(sd_jwt.disclosures()[3].as_str()).unwrap();
        let parts: Vec<Value> = serde_json::from_slice(&text).unwrap();
        assert_eq!(from_base64url(parts[0].as_str().unwrap()).unwrap().len(), 16);
        salts.insert(parts[0].as_str().unwrap().to_owned());
    }
    assert_eq!(salts.len(), 4);
}

#[test]
fn decoys_are_digests_without_disclosures() {
    let mut draft = draft(Algorithm::Sm2, HashAlgorithm::Sm3);
    draft.set_decoys(5);
    let sd_jwt = draft.seal(Algorithm::Sm2, &key_id(), &mut rng()).unwrap().sign(&issuer(Algorithm::Sm2)).unwrap();
    let digests = sd_jwt.unverified_claims().unwrap()["_sd"].as_array().unwrap().clone();
    assert_eq!((digests.len(), sd_jwt.disclosures().len()), (8, 3));
    assert!(digests.iter().all(|digest| digest.as_str().unwrap().len() == 43));
    assert!(digests.is_sorted_by_key(|digest| digest.as_str().unwrap()));
    assert!(sd_jwt.verify(&issuer(Algorithm::Sm2).public_key(), SD_JWT_VC_TYPE).is_ok());
}

#[test]
fn without_disclosures_there_is_no_sd() {
    let draft = Draft::new(object(json!({ "vct": "test" })), HashAlgorithm::Sha256).unwrap();
    let sd_jwt = draft.seal(Algorithm::Es256, &key_id(), &mut rng()).unwrap().sign(&issuer(Algorithm::Es256)).unwrap();
    assert_eq!(sd_jwt.unverified_claims().unwrap(), object(json!({ "_sd_alg": "sha-256", "vct": "test" })));
    assert!(sd_jwt.verify(&issuer(Algorithm::Es256).public_key(), SD_JWT_VC_TYPE).is_ok());
}

#[test]
fn a_draft_refuses_names_of_the_format() {
    for claims in
        [json!({ "_sd": [] }), json!({ "...": 1 }), json!({ "_sd_alg": "sm3" }), json!({ "a": [{ "_sd": 1 }] })]
    {
        assert_eq!(Draft::new(object(claims), HashAlgorithm::Sm3).unwrap_err(), SdJwtError::NestedDigests);
    }
    let mut draft = draft(Algorithm::Es256, HashAlgorithm::Sha256);
    for name in ["_sd", "...", "_sd_alg"] {
        let refused = SdJwtError::Disclosure(DisclosureFault::ReservedName);
        assert_eq!(draft.disclose(name, &json!(1), &mut rng()), Err(refused));
    }
    let refused = SdJwtError::Disclosure(DisclosureFault::NestedDigests);
    assert_eq!(draft.disclose("new", &json!({ "a": { "...": 1 } }), &mut rng()), Err(refused));
}

#[test]
fn a_draft_refuses_a_name_twice() {
    let mut draft = draft(Algorithm::Es256, HashAlgorithm::Sha256);
    for name in ["name", "cnf"] {
        assert_eq!(draft.disclose(name, &json!(1), &mut rng()), Err(SdJwtError::DuplicateClaim));
    }
}

#[test]
fn a_draft_refuses_what_its_decoder_would() {
    let mut draft = draft(Algorithm::Es256, HashAlgorithm::Sha256);
    assert!(matches!(
        draft.disclose("null", &json!([null]), &mut rng()),
        Err(SdJwtError::Disclosure(DisclosureFault::Malformed(_)))
    ));
    let null = Draft::new(object(json!({ "a": null })), HashAlgorithm::Sha256).unwrap();
    let refused = null.seal(Algorithm::Es256, &key_id(), &mut rng()).unwrap_err();
    assert!(matches!(refused, SdJwtError::Issuer(JwtFault::Malformed(_))));
    let mut decoys = Draft::new(Map::new(), HashAlgorithm::Sha256).unwrap();
    decoys.set_decoys(usize::MAX);
    assert_eq!(decoys.seal(Algorithm::Es256, &key_id(), &mut rng()).unwrap_err(), SdJwtError::TooLarge);
    let large = Draft::new(object(json!({ "a": "x".repeat(60_000) })), HashAlgorithm::Sha256).unwrap();
    let large = large.seal(Algorithm::Es256, &key_id(), &mut rng()).unwrap();
    assert_eq!(large.sign(&issuer(Algorithm::Es256)).unwrap_err(), SdJwtError::TooLarge);
}

#[test]
fn a_draft_has_a_limit_of_disclosures() {
    let mut draft = Draft::new(Map::new(), HashAlgorithm::Sha256).unwrap();
    for n in 0..DISCLOSURE_CAP {
        draft.disclose(&n.to_string(), &json!(n), &mut rng()).unwrap();
    }
    assert_eq!(draft.disclose("more", &json!(1), &mut rng()), Err(SdJwtError::TooManyDisclosures));
    let sd_jwt = draft.seal(Algorithm::Es256, &key_id(), &mut rng()).unwrap().sign(&issuer(Algorithm::Es256)).unwrap();
    let received = SdJwt::parse(&sd_jwt.to_text()).unwrap();
    let verified = received.verify(&issuer(Algorithm::Es256).public_key(), SD_JWT_VC_TYPE).unwrap();
    assert_eq!(verified.disclosed().len(), DISCLOSURE_CAP);
}

#[test]
fn debug_output_has_no_values() {
    let issued = issue(Algorithm::Es256, HashAlgorithm::Sha256);
    let bound = issued.bind(&holder(Algorithm::Es256), &claims(&Map::new())).unwrap();
    let verified = issued.verify(&issuer(Algorithm::Es256).public_key(), SD_JWT_VC_TYPE).unwrap();
    let shown = format!("{issued:?} {bound:?} {verified:?} {:?}", draft(Algorithm::Es256, HashAlgorithm::Sha256));
    assert!(shown.contains("birth") && !shown.contains("19850101") && !shown.contains("张三"));
}
