//! `spec/vectors/sd-jwt`: every file is a case, its name the case, its `expect` the refusal's code, or none if it is accepted.
//!
//! `rfc9901_*` are the RFC's own examples. `python_*` are issued and bound by PyPI's sd-jwt, `shiming_*` by this library:
//! `cargo test --release --test sd_jwt -- --ignored regenerate_the_vectors` writes them anew.

use crate::forge::{confirmed, hash};
use serde_json::{Map, Value};
use shiming::codec::array_from_base64url;
use shiming::conventional::sd_jwt::{
    BindingExpectation, Disclosure, HashAlgorithm, JwtFault, KeyBoundSdJwt, SdJwt, SdJwtError, Verified,
};
use shiming::signature::{Jwk, PublicKey, RawSignature, SignatureError};
use shiming::time::{UnixTime, Validity};
use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/vectors/sd-jwt")
}

pub fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder().join(format!("{name}.json"))).unwrap()).unwrap()
}

fn names() -> Vec<String> {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = fs::read_dir(folder()).unwrap().map(|entry| stem(entry.unwrap().path())).collect();
    names.sort();
    names
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap()
}

pub fn key(jwk: &Value) -> PublicKey {
    PublicKey::try_from(&serde_json::from_value::<Jwk>(jwk.clone()).unwrap()).unwrap()
}

/// Reads and verifies a case as its relying party does.
fn verify(case: &Value) -> Result<Verified, SdJwtError> {
    let (presentation, issuer, expected_type) = (text(case, "text"), key(&case["issuer"]), text(case, "typ"));
    let Some(binding) = case.get("binding") else {
        return SdJwt::parse(presentation)?.verify(&issuer, expected_type);
    };
    let bound = KeyBoundSdJwt::parse(presentation)?;
    let verified = bound.sd_jwt().verify(&issuer, expected_type)?;
    let now = UnixTime::from_seconds(binding["now"].as_i64().unwrap());
    let extra = binding.get("extra").map_or_else(Map::new, |extra| extra.as_object().unwrap().clone());
    let (audience, nonce) = (text(binding, "audience"), text(binding, "nonce"));
    let issued = Validity::new(now.plus(-300), now.plus(60)).unwrap();
    let expected = BindingExpectation { audience, nonce, issued, extra: &extra };
    bound.verify_binding(&verified, &confirmed(&verified), &expected)?;
    Ok(verified)
}

#[test]
fn every_stored_presentation_has_its_outcome() {
    let mut run = 0;
    for name in names().into_iter().filter(|name| name != "rfc9901_disclosures") {
        let case = read(&name);
        match (verify(&case), case.get("expect")) {
            (Ok(verified), None) => {
                assert_eq!(verified.disclosed(), case["disclosed"].as_object().unwrap(), "{name}");
                assert!(!verified.claims().is_empty(), "{name}");
            }
            (Err(error), Some(expected)) => assert_eq!(error.code(), expected, "{name}: {error}"),
            (outcome, expected) => panic!("{name}: {outcome:?} instead of {expected:?}"),
        }
        run += 1;
    }
    assert!(run > 15, "{run} cases");
}

#[test]
fn the_disclosures_of_the_rfc_have_its_digests() {
    let cases = read("rfc9901_disclosures")["cases"].as_array().unwrap().clone();
    assert_eq!(cases.len(), 16);
    for case in cases {
        let parsed = Disclosure::parse(text(&case, "disclosure"));
        if let Some(expected) = case.get("expect") {
            assert_eq!(SdJwtError::Disclosure(parsed.unwrap_err()).code(), expected, "{case}");
        } else {
            let disclosure = parsed.unwrap();
            assert_eq!(disclosure.digest(HashAlgorithm::Sha256), text(&case, "digest"), "{case}");
            assert_eq!((disclosure.name(), disclosure.value()), (text(&case, "name"), &case["value"]));
        }
    }
}

#[test]
fn the_issuer_signatures_of_the_rfc_verify() {
    // Refused for their digests, which come after the signature; with another signature they are refused for that.
    for name in ["rfc9901_nested_digests", "rfc9901_structured"] {
        let mut case = read(name);
        assert_eq!(verify(&case).unwrap_err(), SdJwtError::NestedDigests, "{name}");
        let other = text(&case, "text").replacen(".eyJ", ".eyK", 1);
        case["text"] = other.into();
        let refused = SdJwtError::Issuer(JwtFault::Signature(SignatureError::Invalid));
        assert_eq!(verify(&case).unwrap_err(), refused, "{name}");
    }
}

#[test]
fn the_key_binding_of_the_rfc_verifies() {
    // The presentation discloses an array element and so is refused as a whole; its key binding is checked by its parts.
    let case = read("rfc9901_key_binding");
    let (presented, binding) = text(&case, "text").rsplit_once('~').unwrap();
    let (signed, signature) = binding.rsplit_once('.').unwrap();
    let payload = shiming::codec::from_base64url(signed.split_once('.').unwrap().1).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["sd_hash"], hash(HashAlgorithm::Sha256, &format!("{presented}~")));
    let issued = SdJwt::parse(&format!("{}~", presented.split('~').next().unwrap())).unwrap();
    let holder = key(&issued.unverified_claims().unwrap()["cnf"]["jwk"]);
    let signature = RawSignature::from_bytes(array_from_base64url(signature).unwrap());
    assert_eq!(holder.verify(signed.as_bytes(), &signature), Ok(()));
}
