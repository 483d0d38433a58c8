//! The Key Binding JWT: to whom, to what, when, over what.

use crate::forge::{AUDIENCE, Binding, Forge, NONCE, NOW, hash, holder, object};
use serde_json::{Map, json};
use shiming::conventional::sd_jwt::{BindingClaims, HashAlgorithm, KeyBoundSdJwt, SdJwt, SdJwtError};
use shiming::signature::Algorithm::{self, Es256, Sm2};
use shiming::time::UnixTime;

/// The refusal after a change of the payload.
fn refused(change: impl FnOnce(&mut Binding)) -> SdJwtError {
    let mut binding = Binding::new(Es256);
    change(&mut binding);
    binding.verify().unwrap_err()
}

#[test]
fn another_audience_is_refused() {
    for audience in ["https://live.example/", "https://other.example", ""] {
        assert_eq!(refused(|b| b.payload["aud"] = audience.into()), SdJwtError::WrongAudience);
    }
}

#[test]
fn an_array_is_no_audience() {
    let expected = SdJwtError::BindingClaim { name: "aud" };
    assert_eq!(refused(|b| b.payload["aud"] = json!([AUDIENCE])), expected);
    assert_eq!(refused(|b| b.payload["aud"] = json!([AUDIENCE, "https://other.example"])), expected);
}

#[test]
fn another_nonce_is_refused() {
    for nonce in ["", "mkVMHSy1jAAmE2vZRpgNWns", "MKVMHSY1JAAME2VZRPGNWNR"] {
        assert_eq!(refused(|b| b.payload["nonce"] = nonce.into()), SdJwtError::WrongNonce);
    }
}

#[test]
fn the_window_includes_its_ends() {
    for issued_at in [NOW - 300, NOW, NOW + 60] {
        let mut binding = Binding::new(Sm2);
        binding.payload["iat"] = json!(issued_at);
        assert_eq!(binding.verify(), Ok(()));
    }
}

#[test]
fn a_stale_binding_is_refused() {
    for issued_at in [NOW - 301, 0, i64::MIN] {
        assert_eq!(refused(|b| b.payload["iat"] = json!(issued_at)), SdJwtError::Stale);
    }
}

#[test]
fn a_binding_from_the_future_is_refused() {
    for issued_at in [NOW + 61, i64::MAX] {
        assert_eq!(refused(|b| b.payload["iat"] = json!(issued_at)), SdJwtError::FromTheFuture);
    }
}

#[test]
fn a_missing_claim_is_refused() {
    for name in ["aud", "iat", "nonce", "sd_hash"] {
        let refused = refused(|b| drop(b.payload.as_object_mut().unwrap().remove(name)));
        assert_eq!(refused, SdJwtError::BindingClaim { name });
    }
}

#[test]
fn a_claim_of_another_type_is_refused() {
    for (name, value) in [
        ("aud", json!(1)),
        ("nonce", json!(1)),
        ("nonce", json!([NONCE])),
        ("sd_hash", json!(true)),
        ("iat", json!(NOW.to_string())),
        ("iat", json!(1_795_320_000.5)),
        ("iat", json!(u64::MAX)),
    ] {
        assert_eq!(refused(|b| b.payload[name] = value), SdJwtError::BindingClaim { name });
    }
}

#[test]
fn another_hash_of_the_presentation_is_refused() {
    for sd_hash in [hash(HashAlgorithm::Sha256, "another"), String::new()] {
        assert_eq!(refused(|b| b.payload["sd_hash"] = sd_hash.into()), SdJwtError::WrongHash);
    }
    // Without the last tilde, and with the other algorithm.
    let text = Forge::new(Es256).text();
    let cut = hash(HashAlgorithm::Sha256, text.strip_suffix('~').unwrap());
    assert_eq!(refused(|b| b.payload["sd_hash"] = cut.into()), SdJwtError::WrongHash);
    let sm3 = hash(HashAlgorithm::Sm3, &text);
    assert_eq!(refused(|b| b.payload["sd_hash"] = sm3.into()), SdJwtError::WrongHash);
}

#[test]
fn the_hash_is_the_one_that_the_issuer_named() {
    for algorithm in Algorithm::ALL {
        let mut binding = Binding::new(algorithm);
        binding.sd_jwt.payload["_sd_alg"] = json!("sm3");
        let digests: Vec<String> = binding.sd_jwt.disclosures.iter().map(|d| hash(HashAlgorithm::Sm3, d)).collect();
        binding.sd_jwt.payload["_sd"] = json!(digests);
        let text = binding.sd_jwt.text();
        binding.payload["sd_hash"] = json!(hash(HashAlgorithm::Sha256, &text));
        assert_eq!(binding.verify(), Err(SdJwtError::WrongHash));
        binding.payload["sd_hash"] = json!(hash(HashAlgorithm::Sm3, &text));
        assert_eq!(binding.verify(), Ok(()));
    }
}

#[test]
fn a_disclosure_removed_after_binding_is_refused() {
    let binding = Binding::new(Es256);
    let mut less = Forge::new(Es256);
    less.disclosures.pop();
    assert_eq!(binding.check(&(less.text() + &binding.jwt())), Err(SdJwtError::WrongHash));
}

#[test]
fn a_disclosure_added_after_binding_is_refused() {
    let binding = Binding::new(Es256);
    let mut more = Forge::new(Es256);
    more.disclosures.push(crate::forge::disclosure(r#"["c2FsdDM","class",2]"#));
    assert!(more.verify().is_ok());
    assert_eq!(binding.check(&(more.text() + &binding.jwt())), Err(SdJwtError::WrongHash));
}

#[test]
fn disclosures_in_another_order_are_refused() {
    let binding = Binding::new(Es256);
    let mut reversed = Forge::new(Es256);
    reversed.disclosures.reverse();
    assert_eq!(binding.check(&(reversed.text() + &binding.jwt())), Err(SdJwtError::WrongHash));
}

#[test]
fn the_binding_of_another_credential_is_refused() {
    let binding = Binding::new(Es256);
    let mut other = Forge::new(Es256);
    other.payload["exp"] = json!(NOW + 2000);
    assert_eq!(binding.check(&(other.text() + &binding.jwt())), Err(SdJwtError::WrongHash));
}

#[test]
fn unexpected_claims_are_refused() {
    for (name, value) in [("exp", json!(NOW + 60)), ("jti", json!("1")), ("_sd", json!([]))] {
        assert_eq!(refused(|b| b.payload[name] = value), SdJwtError::ExtraClaims);
    }
}

#[test]
fn expected_claims_are_required_exactly() {
    let mut binding = Binding::new(Es256);
    binding.expected_extra = object(json!({ "proof": { "n": "AA", "z": [1] } }));
    assert_eq!(binding.verify(), Err(SdJwtError::ExtraClaims));
    binding.payload["proof"] = json!({ "n": "AA", "z": [2] });
    assert_eq!(binding.verify(), Err(SdJwtError::ExtraClaims));
    binding.payload["proof"] = json!({ "z": [1], "n": "AA" });
    assert_eq!(binding.verify(), Ok(()));
    binding.payload["more"] = json!(1);
    assert_eq!(binding.verify(), Err(SdJwtError::ExtraClaims));
}

#[test]
fn a_holder_does_not_name_a_claim_twice() {
    let sd_jwt = SdJwt::parse(&Forge::new(Es256).text()).unwrap();
    for name in ["aud", "iat", "nonce", "sd_hash"] {
        let extra = Map::from_iter([(name.to_owned(), json!("x"))]);
        let claims =
            BindingClaims { audience: AUDIENCE, nonce: NONCE, issued_at: UnixTime::from_seconds(NOW), extra: &extra };
        assert_eq!(sd_jwt.bind(&holder(Es256), &claims).unwrap_err(), SdJwtError::ExtraClaims);
    }
}

#[test]
fn the_digest_is_of_the_binding_under_a_tag() {
    let binding = Binding::new(Es256);
    let bound = KeyBoundSdJwt::parse(&binding.text()).unwrap();
    let digest = bound.binding_digest(b"tag");
    assert_eq!(digest, shiming::digest::Digest::of(b"tag", &[binding.jwt().as_bytes()]));
    assert_ne!(digest, bound.binding_digest(b"another tag"));
}
