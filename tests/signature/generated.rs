//! The vectors of `spec/vectors/sm2/verification.json` over messages, and the keys of the others.

use crate::hex;
use serde_json::Value;
use shiming::{
    codec::to_base64url,
    signature::{Algorithm, Distid, KeyError, PublicKey, RawSignature, SignatureError, Sm2PublicKey},
};
use std::{collections::BTreeMap, fs, path::Path};

fn vectors() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/vectors/sm2/verification.json");
    let mut file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let Value::Array(tests) = file["tests"].take() else { panic!("no tests") };
    assert_eq!(file["count"], tests.len());
    tests
}

fn member(vector: &Value, name: &str) -> Option<Vec<u8>> {
    vector[name].as_str().map(hex::bytes)
}

/// The SPKI PEM of any bytes as a point of the SM2 curve.
fn pem(point: &[u8]) -> String {
    let element = |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let algorithm = hex::bytes("301306072a8648ce3d020106082a811ccf5501822d");
    let der = element(0x30, &[algorithm, element(3, &[&[0], point].concat())].concat());
    let mut text = to_base64url(&der).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// The key, from its point and from a PEM; no key to one is none to the other.
fn key(vector: &Value) -> Result<Sm2PublicKey, &'static str> {
    let point = member(vector, "key").unwrap();
    let from_pem = Sm2PublicKey::from_spki_pem(&pem(&point));
    assert_eq!(PublicKey::from_spki_pem(&pem(&point)).ok(), from_pem.ok().map(PublicKey::Sm2), "{}", vector["id"]);
    if let Ok::<[u8; 65], _>([4, coordinates @ ..]) = point.try_into() {
        let from_point = Sm2PublicKey::from_point_bytes(&coordinates);
        assert_eq!(from_point.err(), from_pem.err().map(|_| KeyError::Point), "{}", vector["id"]);
        let of_algorithm = PublicKey::from_point_bytes(Algorithm::Sm2, &coordinates);
        assert_eq!(of_algorithm.err(), from_point.err(), "{}", vector["id"]);
    }
    from_pem.map_err(|error| {
        assert_eq!(error, KeyError::Pem, "{}", vector["id"]);
        "key"
    })
}

fn reason(error: SignatureError) -> &'static str {
    match error {
        SignatureError::Length => "length",
        SignatureError::Der => "der",
        SignatureError::Range => "range",
        SignatureError::Invalid => "equation",
        other => panic!("{other}"),
    }
}

fn signature(vector: &Value) -> Result<RawSignature, SignatureError> {
    match (member(vector, "raw"), member(vector, "der")) {
        (Some(raw), None) => RawSignature::from_raw_or_der(&raw),
        (None, Some(der)) => {
            let signature = RawSignature::from_der(&der);
            if let Ok(signature) = &signature {
                assert_eq!(signature.to_der().unwrap(), der);
                assert_eq!(RawSignature::from_raw_or_der(&der), Ok(*signature));
            }
            signature
        }
        _ => panic!("vector {} has not one of raw and der", vector["id"]),
    }
}

#[test]
fn generated_vectors_over_messages_are_what_they_say() {
    let mut counts = BTreeMap::new();
    for vector in vectors().iter().filter(|vector| vector["message"].is_string()) {
        let (key, message) = (key(vector).unwrap(), member(vector, "message").unwrap());
        let found = match Distid::parse(vector["distid"].as_str().unwrap()) {
            Ok(distid) => {
                signature(vector).and_then(|signature| key.verify(&distid, &message, &signature)).map_err(reason)
            }
            Err(error) => {
                assert_eq!(error, KeyError::Distid);
                Err("distid")
            }
        };
        // r + s = n has no reason of its own; identifiers that are not printable are valid to others.
        let expected = match (vector["reason"].as_str(), vector["distid"].as_str().unwrap()) {
            (None, distid) if vector["flag"] == "UnprintableIdentifier" => {
                assert!(distid.is_empty() || distid.chars().any(|c| !(' '..='~').contains(&c)));
                Err("distid")
            }
            (Some("equation"), "" | "身分" | "e\u{301}") if vector["flag"] == "WrongIdentifier" => Err("distid"),
            (None, _) => Ok(()),
            (Some("sum"), _) => Err("equation"),
            (Some(reason), _) => Err(reason),
        };
        assert_eq!(found.err(), expected.err(), "vector {}: {}", vector["id"], vector["comment"]);
        assert_eq!(vector["result"] == "valid", vector["reason"].is_null());
        *counts.entry(vector["result"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([("invalid".to_owned(), 453), ("valid".to_owned(), 138)]));
}

#[test]
fn generated_keys_are_points_or_refused() {
    let mut refused = 0;
    for vector in vectors().iter().filter(|vector| vector["digest"].is_string()) {
        // Whether somebody has the secret of a point is no question of its encoding.
        let is_none = vector["reason"] == "key" && vector["flag"] != "KeyCannotSign";
        assert_eq!(key(vector).is_err(), is_none, "vector {}: {}", vector["id"], vector["comment"]);
        refused += usize::from(is_none);
    }
    assert_eq!(refused, 27);
}
