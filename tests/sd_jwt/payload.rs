//! What the issuer signed, against what is disclosed (RFC 9901, section 7.1).

use crate::forge::{Forge, disclosure, hash};
use serde_json::json;
use shiming::conventional::sd_jwt::{HashAlgorithm, SdJwtError};
use shiming::signature::Algorithm::{Es256, Sm2};

#[test]
fn a_missing_hash_name_is_sha_256() {
    let mut forge = Forge::new(Es256);
    forge.payload.as_object_mut().unwrap().remove("_sd_alg");
    assert_eq!(forge.verify().unwrap().hash_algorithm(), HashAlgorithm::Sha256);
}

#[test]
fn another_hash_is_refused() {
    for name in [json!("sha-384"), json!("SHA-256"), json!("md5"), json!(""), json!(1), json!(["sha-256"])] {
        let mut forge = Forge::new(Es256);
        forge.payload["_sd_alg"] = name.clone();
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::UnknownHash, "{name}");
    }
}

#[test]
fn the_hash_is_the_named_one() {
    let mut forge = Forge::new(Sm2);
    forge.payload["_sd_alg"] = json!("sm3");
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::UnreferencedDisclosure);
    let digests: Vec<String> = forge.disclosures.iter().map(|d| hash(HashAlgorithm::Sm3, d)).collect();
    forge.payload["_sd"] = json!(digests);
    assert_eq!(forge.verify().unwrap().disclosed().len(), 2);
}

#[test]
fn digests_are_an_array_of_strings() {
    for digests in [json!("AA"), json!({}), json!(1), json!([1]), json!([["AA"]]), json!([{ "...": "AA" }])] {
        let mut forge = Forge::new(Es256);
        forge.payload["_sd"] = digests.clone();
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::DigestsNotStrings, "{digests}");
    }
}

#[test]
fn a_digest_twice_is_refused() {
    // Of a disclosure, of a hidden claim or a decoy alike.
    for n in 0..4 {
        let mut forge = Forge::new(Es256);
        let again = forge.payload["_sd"][n].clone();
        forge.payload["_sd"].as_array_mut().unwrap().push(again);
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::DuplicateDigest);
    }
}

#[test]
fn a_disclosure_twice_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.disclosures.push(forge.disclosures[0].clone());
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::DuplicateDisclosure);
}

#[test]
fn a_disclosure_without_digest_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.disclosures.push(disclosure(r#"["salt","verified",true]"#));
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::UnreferencedDisclosure);
    let mut forge = Forge::new(Es256);
    forge.payload.as_object_mut().unwrap().remove("_sd");
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::UnreferencedDisclosure);
}

#[test]
fn an_edited_disclosure_is_refused() {
    for json in [r#"["c2FsdDI","birth",20000101]"#, r#"["c2FsdDI", "birth",19850101]"#, r#"["c2FsdDI","age",19850101]"#]
    {
        let mut forge = Forge::new(Es256);
        forge.disclosures[1] = disclosure(json);
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::UnreferencedDisclosure);
    }
}

#[test]
fn a_disclosed_claim_must_not_have_the_name_of_a_plain_one() {
    for name in ["iss", "cnf", "exp"] {
        let mut forge = Forge::new(Es256);
        forge.disclose(&format!(r#"["salt","{name}","x"]"#));
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::DuplicateClaim);
    }
}

#[test]
fn two_disclosed_claims_must_not_have_one_name() {
    let mut forge = Forge::new(Es256);
    forge.disclose(r#"["another salt","name","Zhang"]"#);
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::DuplicateClaim);
}

#[test]
fn nested_digests_are_refused_by_name() {
    for claim in [
        json!({ "_sd": ["AA"] }),
        json!({ "region": { "_sd": [] } }),
        json!([{ "...": "AA" }]),
        json!(["CN", { "...": "AA" }]),
        json!({ "a": [[{ "_sd": ["AA"] }]] }),
        json!({ "_sd_alg": "sha-256" }),
    ] {
        let mut forge = Forge::new(Es256);
        forge.payload["address"] = claim.clone();
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::NestedDigests, "{claim}");
    }
}

#[test]
fn an_ellipsis_is_no_claim() {
    let mut forge = Forge::new(Es256);
    forge.payload["..."] = json!("AA");
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::NestedDigests);
}

#[test]
fn hidden_claims_and_decoys_leave_no_trace() {
    let verified = Forge::new(Es256).verify().unwrap();
    assert_eq!(verified.claims().keys().collect::<Vec<_>>(), ["cnf", "exp", "iss"]);
    assert!(!verified.disclosed().contains_key("class"));
}
