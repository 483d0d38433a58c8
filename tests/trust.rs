//! Trust bundles, keys and signatures.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value as Json, json};
use shiming::codec::{DecodeError, Identifier, Kind, to_base64url};
use shiming::digest::Digest;
use shiming::jws::{Jws, JwsError};
use shiming::registry::{
    BUNDLE_TYPE, BundleError, IssuerKeyBytes, IssuerKeyId, SignedBundle, SignedBundleError, TrustBundle, TrustError,
};
use shiming::signature::{Es256PublicKey, Es256SigningKey, KeyError, PublicKey};
use shiming::suite::Suite;
use shiming::time::UnixTime;
use shiming::verdict::{ConfigurationFault, HolderFault, IssuerFault, Rejection, StatusFault};
use shiming_circuits::domain;
use std::collections::BTreeSet;

const NOW: i64 = 1_795_305_600;

fn at(offset: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + offset)
}

fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

fn key(seed: u8) -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn native(n: u8) -> IssuerKeyBytes {
    IssuerKeyBytes::from_bytes([n; 64])
}

fn native_id(n: u8) -> IssuerKeyId {
    IssuerKeyId::of(Suite::Native, &native(n), None)
}

fn document() -> Json {
    let b64 = |n: u8, length: usize| to_base64url(&vec![n; length]);
    let sd_jwt = |seed: u8| json!(PublicKey::Es256(key(seed).public_key()));
    json!({
        "version": 5,
        "issued_at": NOW,
        "max_staleness_seconds": 3600,
        "issuers": [{
            "id": "identity-issuer",
            "name": "身份",
            "keys": [
                {"key": b64(1, 64), "suite": "native", "sd_jwt": sd_jwt(7), "schemas": ["cn-realname"], "not_before": NOW - 10, "not_after": NOW + 10},
                {"key": b64(2, 64), "suite": "native", "sd_jwt": sd_jwt(8), "schemas": ["cn-bank-card"], "not_before": NOW + 100, "not_after": NOW + 200}
            ],
            "service_key": to_base64url(&key(3).public_key().to_bytes())
        }],
        "verifiers": [{
            "id": "shop",
            "name": "Shop",
            "key": to_base64url(&key(4).public_key().to_bytes()),
            "endpoints": ["https://shop.example/answer?x=1"],
            "purposes": {"live-commerce:1": b64(9, 32)}
        }],
        "relations": {
            "range": {"key_id": b64(1, 32), "proving_key_digest": b64(2, 32), "development": true},
            "membership": {"key_id": b64(3, 32), "proving_key_digest": b64(4, 32), "development": false}
        },
        "schemas": {"cn-realname": b64(5, 32), "cn-bank-card": b64(6, 32)},
        "status_epoch": 7
    })
}

fn load(document: &Json) -> Result<TrustBundle, BundleError> {
    TrustBundle::from_json(document.to_string().as_bytes())
}

fn changed(change: impl FnOnce(&mut Json)) -> BundleError {
    let mut document = document();
    change(&mut document);
    load(&document).unwrap_err()
}

#[test]
fn a_bundle_answers_what_it_says() {
    let bundle = load(&document()).unwrap();
    assert_eq!((bundle.version(), bundle.status_epoch()), (5, 7));
    let verifier = bundle.verifier(&id("shop")).unwrap();
    assert!(verifier.has_endpoint("https://shop.example/answer?x=1") && !verifier.has_endpoint("https://shop.example"));
    assert_eq!(verifier.purpose(&id("live-commerce:1")), Some(&Digest::from_bytes([9; 32])));
    assert_eq!(verifier.purpose(&id("live-commerce:2")), None);
    assert!(bundle.relation(&id("range")).unwrap().is_development());
    assert!(!bundle.relation(&id("membership")).unwrap().is_development());
    assert_eq!(bundle.issuer(&id("identity-issuer")).unwrap().service_key(), &key(3).public_key());
    assert_eq!(bundle.schema(&id("cn-realname")), Some(&Digest::from_bytes([5; 32])));
    assert_eq!(TrustBundle::from_json(&bundle.to_json().unwrap()), Ok(bundle));
}

#[test]
fn an_issuer_key_is_accepted_in_its_window_for_its_schemas() {
    let bundle = load(&document()).unwrap();
    let find = |issuer: &str, key: u8, schema: &str, offset: i64| {
        bundle.issuer_key(&id(issuer), &native_id(key), &id(schema), at(offset)).map(|key| *key.bytes())
    };
    assert_eq!(find("identity-issuer", 1, "cn-realname", 0), Ok(native(1)));
    assert_eq!(find("identity-issuer", 1, "cn-realname", -10), Ok(native(1)));
    assert_eq!(find("identity-issuer", 1, "cn-realname", 10), Ok(native(1)));
    assert_eq!(find("nobody", 1, "cn-realname", 0), Err(TrustError::UnknownIssuer));
    assert_eq!(find("identity-issuer", 9, "cn-realname", 0), Err(TrustError::UnknownKey));
    assert_eq!(find("identity-issuer", 1, "cn-realname", -11), Err(TrustError::KeyNotYetValid));
    assert_eq!(find("identity-issuer", 1, "cn-realname", 11), Err(TrustError::KeyExpired));
    assert_eq!(find("identity-issuer", 1, "cn-bank-card", 0), Err(TrustError::SchemaNotAuthorised));
    assert_eq!(find("identity-issuer", 2, "cn-bank-card", 0), Err(TrustError::KeyNotYetValid));
}

#[test]
fn a_key_id_covers_suite_and_bytes() {
    let expected = Digest::of(domain::ISSUER_KEY_ID, &[b"native", &[1; 64]]);
    assert_eq!(*native_id(1).digest(), expected);
    assert_ne!(native_id(1), native_id(2));
}

#[test]
fn every_rule_of_a_bundle_has_its_error() {
    let twice = |place: &'static str| {
        move |d: &mut Json| {
            let first = d[place][0].clone();
            d[place].as_array_mut().unwrap().push(first);
        }
    };
    assert_eq!(changed(twice("verifiers")), BundleError::DuplicateVerifier(id("shop")));
    assert_eq!(changed(twice("issuers")), BundleError::DuplicateIssuerKey(native_id(1)));
    let without_keys = |d: &mut Json| {
        twice("issuers")(d);
        d["issuers"][1]["keys"] = json!([]);
    };
    assert_eq!(changed(without_keys), BundleError::DuplicateIssuer(id("identity-issuer")));
    let renamed = |d: &mut Json| {
        twice("issuers")(d);
        d["issuers"][1]["id"] = json!("second");
    };
    assert_eq!(changed(renamed), BundleError::DuplicateIssuerKey(native_id(1)), "two issuers of one key");
    let reversed = |d: &mut Json| d["issuers"][0]["keys"][0]["not_after"] = json!(NOW - 11);
    assert_eq!(changed(reversed), BundleError::ReversedValidity(native_id(1)));
    let none = |d: &mut Json| d["issuers"][0]["keys"][0]["schemas"] = json!([]);
    assert_eq!(changed(none), BundleError::NoSchemas(native_id(1)));
    let unknown = |d: &mut Json| d["issuers"][0]["keys"][0]["schemas"] = json!(["cn-passport"]);
    assert_eq!(changed(unknown), BundleError::UnknownSchema { key: native_id(1), schema: id("cn-passport") });
    let shared = |d: &mut Json| d["relations"]["range"]["key_id"] = d["relations"]["membership"]["key_id"].clone();
    assert_eq!(changed(shared), BundleError::SharedRelationKey(id("range")));
    for url in [
        "http://shop.example",
        "https://",
        "https:///path",
        "https://?x",
        "https://shop.example/#x",
        "https://a@shop.example",
        "https://shop.example/a b",
        "https://商店.example",
        "",
    ] {
        let endpoint = |d: &mut Json| d["verifiers"][0]["endpoints"] = json!([url]);
        assert_eq!(changed(endpoint), BundleError::Endpoint(id("shop")), "{url:?}");
    }
    let long = |d: &mut Json| d["verifiers"][0]["endpoints"] = json!([format!("https://{}", "a".repeat(505))]);
    assert_eq!(changed(long), BundleError::Endpoint(id("shop")));
}

#[test]
fn a_bundle_file_is_strict_json() {
    let text = document().to_string();
    let from = |text: &str| TrustBundle::from_json(text.as_bytes()).unwrap_err();
    let twice = text.replacen("\"range\":", "\"membership\":1,\"range\":", 1);
    assert_eq!(from(&twice), BundleError::Decode(DecodeError::DuplicateKey("membership".into())));
    for (place, value) in
        [("version", json!(-1)), ("status_epoch", json!(null)), ("extra", json!(1)), ("issuers", json!({}))]
    {
        assert!(matches!(changed(|d| d[place] = value), BundleError::Decode(DecodeError::Json(_))), "{place}");
    }
    for key in [json!("AAAA"), json!(format!("{}=", to_base64url(&[1; 64]))), json!(1)] {
        let found = changed(|d| d["issuers"][0]["keys"][0]["key"] = key);
        assert!(matches!(found, BundleError::Decode(DecodeError::Json(_))));
    }
    let suite = changed(|d| d["issuers"][0]["keys"][0]["suite"] = json!("rsa"));
    assert!(matches!(suite, BundleError::Decode(DecodeError::Json(_))));
    let point = changed(|d| d["verifiers"][0]["key"] = json!(to_base64url(&[4; 33])));
    assert!(matches!(point, BundleError::Decode(DecodeError::Json(_))));
}

#[test]
fn a_bundle_has_its_time() {
    let bundle = load(&document()).unwrap();
    assert_eq!(bundle.check_freshness(at(3600)), Ok(()));
    assert_eq!(bundle.check_freshness(at(3601)), Err(BundleError::Stale));
    assert_eq!(bundle.check_freshness(at(-60)), Ok(()));
    assert_eq!(bundle.check_freshness(at(-61)), Err(BundleError::FromTheFuture));
}

#[test]
fn a_signed_bundle_is_the_roots_current_and_not_rolled_back() {
    let bundle = load(&document()).unwrap();
    let root = key(7);
    let signed = SignedBundle::sign(&bundle, &root, &id("root")).unwrap();
    let signed = SignedBundle::from_bytes(signed.as_bytes()).unwrap();
    let public = root.public_key();
    for previous in [None, Some(0), Some(5)] {
        assert_eq!(signed.verify(&public, previous, at(0)), Ok(bundle.clone()));
    }
    let rollback = SignedBundleError::Rollback { previous: 6, found: 5 };
    assert_eq!(signed.verify(&public, Some(6), at(0)), Err(rollback));
    assert_eq!(signed.verify(&public, None, at(3601)), Err(BundleError::Stale.into()));
    assert_eq!(signed.verify(&key(8).public_key(), None, at(0)), Err(JwsError::Signature.into()));
    let retyped =
        Jws::sign(Kind::TRUST_BUNDLE, &root, &id("root"), "shiming-request+jws", bundle.to_json().unwrap()).unwrap();
    let retyped = SignedBundle::from_bytes(retyped.as_bytes()).unwrap();
    assert_eq!(retyped.verify(&public, None, at(0)), Err(JwsError::WrongType.into()));
    let garbage = Jws::sign(Kind::TRUST_BUNDLE, &root, &id("root"), BUNDLE_TYPE, b"{".to_vec()).unwrap();
    let garbage = SignedBundle::from_bytes(garbage.as_bytes()).unwrap();
    assert!(matches!(garbage.verify(&public, None, at(0)), Err(SignedBundleError::Bundle(BundleError::Decode(_)))));
}

#[test]
fn the_header_decides_nothing() {
    let payload = to_base64url(b"{}");
    let from = |header: &str| {
        let text = format!("{}.{payload}.{}", to_base64url(header.as_bytes()), to_base64url(&[1; 64]));
        Jws::from_bytes(Kind::REQUEST, text.as_bytes())
    };
    assert!(from(r#"{"alg":"ES256","kid":"a","typ":"t"}"#).is_ok());
    for header in [
        r#"{"alg":"none","kid":"a","typ":"t"}"#,
        r#"{"alg":"es256","kid":"a","typ":"t"}"#,
        r#"{"alg":"HS256","kid":"a","typ":"t"}"#,
        r#"{"alg":"ES256","kid":"a"}"#,
        r#"{"alg":"ES256","typ":"t"}"#,
        r#"{"kid":"a","alg":"ES256","typ":"t"}"#,
        r#"{"alg": "ES256","kid":"a","typ":"t"}"#,
        r#"{"alg":"ES256","kid":"a","typ":"t","crit":[]}"#,
        r#"{"alg":"ES256","kid":"a","typ":"t","jwk":{}}"#,
        r#"{"alg":"ES256","alg":"ES256","kid":"a","typ":"t"}"#,
        r#"{"alg":"ES256","kid":"\u0061","typ":"t"}"#,
        r#"{"alg":"ES256","kid":"","typ":"t"}"#,
        r#"{"alg":"ES256","kid":"a","typ":"T"}"#,
        r#"{"alg":"ES256","kid":"a","typ":"t"} "#,
        "",
    ] {
        assert_eq!(from(header), Err(JwsError::Header), "{header}");
    }
}

#[test]
fn a_signature_has_one_form() {
    let jws = Jws::sign(Kind::REQUEST, &key(1), &id("a"), "t", b"payload".to_vec()).unwrap();
    let text = std::str::from_utf8(jws.as_bytes()).unwrap();
    let from = |text: String| Jws::from_bytes(Kind::REQUEST, text.as_bytes());
    assert_eq!(from(format!("{text}\n")), Ok(jws.clone()));
    assert_eq!(jws.verify(&key(1).public_key(), "t"), Ok(b"payload".as_slice()));
    assert_eq!(from(format!("{text}=")), Err(DecodeError::Base64.into()));
    assert_eq!(from(format!(" {text}")), Err(DecodeError::Base64.into()));
    // 64 bytes end in a character that carries four bits of the last byte's two and two unused zeros.
    let mut loose = text.to_owned();
    let last = loose.pop().unwrap();
    loose.push(char::from(last as u8 + 1));
    assert_eq!(from(loose), Err(DecodeError::Base64.into()));
    let (signed, _) = text.rsplit_once('.').unwrap();
    let with = |bytes: &[u8]| from(format!("{signed}.{}", to_base64url(bytes)));
    assert_eq!(with(&[1; 63]), Err(DecodeError::WrongLength { expected: 64, found: 63 }.into()));
    for bytes in [[0; 64], [0xff; 64], [1; 64]] {
        assert_eq!(with(&bytes).unwrap().verify(&key(1).public_key(), "t"), Err(JwsError::Signature));
    }
    let cap = DecodeError::TooLarge { cap: 64 << 10 };
    assert_eq!(Jws::sign(Kind::REQUEST, &key(1), &id("a"), "t", vec![0; 60 << 10]), Err(cap.into()));
}

#[test]
fn the_nonce_is_deterministic_and_the_key_survives_its_encodings() {
    let generated = Es256SigningKey::generate(&mut ChaCha20Rng::seed_from_u64(7));
    let again = Es256SigningKey::from_pkcs8_pem(&generated.to_pkcs8_pem().unwrap()).ok().unwrap();
    assert_eq!(*again.to_bytes(), *generated.to_bytes());
    assert_eq!(again.public_key(), generated.public_key());
    assert_eq!(Es256PublicKey::from_bytes(&again.public_key().to_bytes()), Ok(again.public_key()));
    let sign = |key| Jws::sign(Kind::REQUEST, key, &id("a"), "t", vec![1]).unwrap();
    assert_eq!(sign(&generated).as_bytes(), sign(&again).as_bytes());
}

#[test]
fn bad_keys_are_refused() {
    let private = |bytes| Es256SigningKey::from_bytes(&bytes).err();
    assert_eq!(private([0; 32]), Some(KeyError::Scalar));
    assert_eq!(private([0xff; 32]), Some(KeyError::Scalar));
    assert_eq!(Es256SigningKey::from_pkcs8_pem("-----BEGIN PRIVATE KEY-----").err(), Some(KeyError::Pem));
    let good = key(1).public_key().to_bytes();
    for tag in [0, 1, 4, 5, 6, 7, 0x82] {
        let mut bytes = good;
        bytes[0] = tag;
        assert_eq!(Es256PublicKey::from_bytes(&bytes), Err(KeyError::Point), "tag {tag}");
    }
    let mut beyond = [0xff; 33];
    beyond[0] = 2;
    assert_eq!(Es256PublicKey::from_bytes(&beyond), Err(KeyError::Point));
    assert_eq!(Es256PublicKey::from_bytes(&[0; 33]), Err(KeyError::Point));
}

#[test]
fn every_rejection_has_its_own_code_and_says_what_to_do() {
    let holder = [
        HolderFault::Malformed(DecodeError::Truncated),
        HolderFault::Malformed(DecodeError::TrailingBytes),
        HolderFault::Malformed(DecodeError::WrongHeader),
        HolderFault::WrongLength { expected: 1, found: 2 },
        HolderFault::NonCanonicalPoint,
        HolderFault::NonCanonicalScalar,
        HolderFault::IdentityPoint,
        HolderFault::ProofInvalid,
        HolderFault::SigmaInvalid,
        HolderFault::UnknownNonce,
        HolderFault::Replayed,
        HolderFault::RequestExpired,
        HolderFault::WrongAudience,
        HolderFault::IssuerNotPermitted,
        HolderFault::PathNotAllowed,
        HolderFault::JoinMismatch,
    ];
    let issuer = [
        TrustError::UnknownIssuer,
        TrustError::UnknownKey,
        TrustError::KeyNotYetValid,
        TrustError::KeyExpired,
        TrustError::SchemaNotAuthorised,
    ];
    let own = [
        ConfigurationFault::DevelopmentKey,
        ConfigurationFault::KeyMismatch,
        ConfigurationFault::KeyMissing,
        ConfigurationFault::TrustBundleStale,
        ConfigurationFault::RequestInvalid,
    ];
    let all: Vec<Rejection> = (holder.into_iter().map(Rejection::from))
        .chain(issuer.into_iter().map(|e| IssuerFault::from(e).into()))
        .chain([StatusFault::StatusEpochStale.into()])
        .chain(own.into_iter().map(Rejection::from))
        .collect();
    let codes: BTreeSet<&str> = all.iter().map(Rejection::code).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|code| code.bytes().all(|c| c.is_ascii_lowercase() || c == b'-')));
    assert!(all.iter().all(|rejection| rejection.to_string().contains(';')));
}

proptest! {
    #[test]
    fn reading_never_panics(bytes: Vec<u8>, key: [u8; 32], point: [u8; 32]) {
        let _ = TrustBundle::from_json(&bytes);
        let _ = SignedBundle::from_bytes(&bytes);
        let _ = Es256SigningKey::from_bytes(&key);
        let mut compressed = [2; 33];
        compressed[1..].copy_from_slice(&point);
        if let Ok(read) = Es256PublicKey::from_bytes(&compressed) {
            prop_assert_eq!(read.to_bytes(), compressed);
        }
    }
}
