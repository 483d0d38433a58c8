//! The vectors of `spec/vectors/sm2/verification.json` on the digest: native verification, RustCrypto's, and the rows.

use crate::{assert_broken, assert_satisfied, derived::Derived, foreign::Statement};
use serde_json::Value;
use shiming_circuits::{
    sm2::{DistidTooLong, PublicKey, Signature, Sm2},
    weierstrass::{KeyError, SignatureError},
};
use sm2::dsa::{VerifyingKey, signature::Verifier, signature::hazmat::PrehashVerifier};
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;

/// A vector whose signature is 64 bytes long and whose key is an uncompressed point, on the curve or not.
struct Vector {
    id: u64,
    flag: String,
    key: [u8; 65],
    /// Identifier and message.
    signed: Option<(String, Vec<u8>)>,
    digest: Option<[u8; 32]>,
    signature: [u8; 64],
    /// Why it is invalid.
    reason: Option<String>,
}

fn bytes(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

impl Vector {
    /// `None` for one in DER, of another length, or with a key that is not of the form.
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str();
        let key: [u8; 65] = bytes(text("key").unwrap()).try_into().ok().filter(|key: &[u8; 65]| key[0] == 4)?;
        Some(Self {
            id: value["id"].as_u64().unwrap(),
            flag: text("flag").unwrap().to_owned(),
            key,
            signed: text("distid").map(|distid| (distid.to_owned(), bytes(text("message").unwrap()))),
            digest: text("digest").map(|digest| bytes(digest).try_into().unwrap()),
            signature: bytes(text("raw")?).try_into().ok()?,
            reason: text("reason").map(str::to_owned),
        })
    }
}

/// The vectors, with how many the file has.
fn vectors() -> (Vec<Vector>, usize) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/vectors/sm2/verification.json");
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let tests = file["tests"].as_array().unwrap();
    assert_eq!(file["count"], tests.len());
    (tests.iter().filter_map(Vector::read).collect(), tests.len())
}

/// Whether a vector is valid, to RustCrypto; an identifier or key that it does not take is none.
fn by_rust_crypto(vector: &Vector) -> bool {
    let distid = vector.signed.as_ref().map_or("", |(distid, _)| distid);
    let Ok(key) = VerifyingKey::from_sec1_bytes(distid, &vector.key) else { return false };
    let Ok(signature) = sm2::dsa::Signature::from_slice(&vector.signature) else { return false };
    match (&vector.signed, &vector.digest) {
        (Some((_, message)), None) => key.verify(message, &signature).is_ok(),
        (None, Some(digest)) => key.verify_prehash(digest, &signature).is_ok(),
        _ => panic!("vector {} has not one of message and digest", vector.id),
    }
}

/// Key and digest, or the reason why there are none.
fn statement(vector: &Vector) -> Result<Statement<Sm2>, &'static str> {
    let key = PublicKey::from_bytes(vector.key[1..].try_into().unwrap()).map_err(|error| {
        let expected: &[KeyError] = match vector.flag.as_str() {
            "KeyCannotSign" => &[KeyError::CannotSign],
            "OffCurve" => &[KeyError::NotOnCurve],
            "Infinity" => &[KeyError::NotOnCurve, KeyError::Identity],
            _ => &[KeyError::NotCanonical, KeyError::NotOnCurve],
        };
        assert!(expected.contains(&error), "vector {}: {error}", vector.id);
        "key"
    })?;
    let digest = match &vector.signed {
        None => vector.digest.unwrap(),
        Some((distid, message)) => {
            let z_a = key.z(distid.as_bytes()).map_err(|DistidTooLong| "distid")?;
            Sm3::new().chain_update(z_a).chain_update(message).finalize().into()
        }
    };
    Ok(Statement { key, digest })
}

/// Native verification finds the reason that the file gives.
fn natively(vector: &Vector) -> Result<(), &'static str> {
    let statement = statement(vector)?;
    let signature = Signature::from_bytes(&vector.signature);
    match signature.and_then(|signature| statement.key.verify(&statement.digest, &signature)) {
        Ok(_) => Ok(()),
        Err(SignatureError::OutOfRange) => Err("range"),
        Err(SignatureError::SumIsZero) => Err("sum"),
        Err(SignatureError::Equation) => Err("equation"),
        Err(SignatureError::NotProvable) => panic!("vector {}: not provable", vector.id),
    }
}

/// The rows of a vector whose key is one: satisfied exactly if there is a signature that is r and s modulo the order. The
/// relation hides r and s, so it has no encoding to refuse.
fn in_circuit(vector: &Vector) -> bool {
    let Ok(statement) = statement(vector) else { return false };
    let witness = Sm2::derived(&statement.key, &statement.digest, &vector.signature);
    if vector.reason.is_none() || vector.flag == "OtherRepresentative" {
        assert_satisfied(&statement, &witness);
    } else {
        assert_broken(&statement, &witness, &format!("vector {}", vector.id));
    }
    true
}

#[test]
fn sm2_vectors_are_natively_what_they_say_and_to_rust_crypto() {
    let (vectors, all) = vectors();
    assert_eq!((all, vectors.len()), (821, 687));
    for vector in &vectors {
        assert_eq!(natively(vector).err(), vector.reason.as_deref(), "vector {}", vector.id);
        // -G is a point like any other to whoever does not ask for a secret.
        let expected = vector.reason.is_none() || vector.flag == "KeyCannotSign";
        assert_eq!(by_rust_crypto(vector), expected, "vector {}", vector.id);
    }
}

/// The first vectors of every flag: one, and three where r, s or their sum is zero.
#[test]
fn sm2_vectors_of_every_flag_satisfy_the_rows_if_valid() {
    let mut seen = BTreeMap::<String, usize>::new();
    let mut run = 0;
    for vector in vectors().0 {
        let count = seen.entry(vector.flag.clone()).or_default();
        *count += 1;
        if *count <= if vector.flag == "ZeroNumber" { 3 } else { 1 } {
            run += usize::from(in_circuit(&vector));
        }
    }
    assert_eq!(run, 28);
}

#[test]
#[ignore = "a minute: run by name"]
fn all_sm2_vectors_satisfy_the_rows_if_valid() {
    let run: usize = vectors().0.iter().map(|vector| usize::from(in_circuit(vector))).sum();
    assert_eq!(run, 664);
}
