//! Published vectors and stored signatures of other implementations, on every run.

use crate::hex;
use serde_json::Value;
use shiming::signature::{
    Algorithm, Distid, Es256PublicKey, JOSE_DISTID, PublicKey, RawSignature, SignatureError, SigningKey, Sm2PublicKey,
    Sm2SigningKey,
};
use std::{fs, path::Path};

/// GB/T 32918.5-2017, section A.2.
const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const X: &str = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
const Y: &str = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const Z_A: &str = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
const DIGEST: &str = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
const R: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
const S: &str = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
const MESSAGE: &[u8] = b"message digest";

#[test]
fn the_signature_of_gb_t_32918_5_is_accepted_with_its_intermediate_values() {
    let signing = Sm2SigningKey::from_bytes(&hex::array(D)).unwrap();
    let key = Sm2PublicKey::from_point_bytes(&hex::array(&format!("{X}{Y}"))).unwrap();
    assert_eq!(signing.public_key(), key);
    let distid = Distid::jose();
    assert_eq!(distid.as_str(), "1234567812345678");
    assert_eq!(key.identity_hash(&distid), Ok(hex::array(Z_A)));
    assert_eq!(key.digest(&distid, MESSAGE), Ok(hex::array(DIGEST)));
    let signature = RawSignature::from_bytes(hex::array(&format!("{R}{S}")));
    assert_eq!(key.verify(&distid, MESSAGE, &signature), Ok(()));
    assert_eq!(PublicKey::Sm2(key).verify(MESSAGE, &signature), Ok(()), "JOSE's identifier is the same");
}

#[test]
fn every_changed_bit_of_the_published_signature_is_refused() {
    let key = Sm2PublicKey::from_point_bytes(&hex::array(&format!("{X}{Y}"))).unwrap();
    let signature: [u8; 64] = hex::array(&format!("{R}{S}"));
    for position in 0..64 {
        for bit in 0..8 {
            let mut changed = signature;
            changed[position] ^= 1 << bit;
            let refused = key.verify(&Distid::jose(), MESSAGE, &RawSignature::from_bytes(changed));
            assert!(refused.is_err(), "byte {position}, bit {bit}");
        }
    }
}

fn stored(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/vectors").join(path);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}"))
}

fn cases(vectors: &Value, expected: usize) -> &[Value] {
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), expected);
    cases
}

fn other_message(message: &[u8]) -> Vec<u8> {
    [message, b"."].concat()
}

#[test]
fn sm2_signatures_of_openssl_are_accepted_under_their_identifier_only() {
    let vectors = stored("sm2/openssl.json");
    let key = Sm2PublicKey::from_spki_pem(text(&vectors, "public_pem")).unwrap();
    let private = Sm2SigningKey::from_pkcs8_pem(text(&vectors, "private_pem")).unwrap();
    assert_eq!(private.public_key(), key);
    for case in cases(&vectors, 15) {
        let (message, distid) = (hex::bytes(text(case, "message")), Distid::parse(text(case, "distid")).unwrap());
        let der = hex::bytes(text(case, "der"));
        let signature = RawSignature::from_raw_or_der(&der).unwrap();
        assert_eq!(signature.to_der().unwrap(), der);
        assert_eq!(key.verify(&distid, &message, &signature), Ok(()), "{}", case["name"]);
        let invalid = Err(SignatureError::Invalid);
        assert_eq!(key.verify(&distid, &other_message(&message), &signature), invalid);
        let other = Distid::parse(&format!("{} ", distid.as_str())).unwrap();
        assert_eq!(key.verify(&other, &message, &signature), invalid);
        let jose = PublicKey::Sm2(key).verify(&message, &signature);
        assert_eq!(jose.is_ok(), distid.as_str() == JOSE_DISTID, "{}", distid.as_str());
    }
}

#[test]
fn sm2_signatures_of_gmssl_are_accepted() {
    let vectors = stored("sm2/gmssl.json");
    let key = Sm2PublicKey::from_point_bytes(&hex::array(text(&vectors, "public"))).unwrap();
    assert_eq!(Sm2SigningKey::from_bytes(&hex::array(text(&vectors, "private"))).unwrap().public_key(), key);
    for case in cases(&vectors, 4) {
        let (message, distid) = (hex::bytes(text(case, "message")), Distid::parse(text(case, "distid")).unwrap());
        let signature = RawSignature::from_raw_or_der(&hex::bytes(text(case, "raw"))).unwrap();
        assert_eq!(key.verify(&distid, &message, &signature), Ok(()), "{}", case["name"]);
        assert_eq!(key.verify(&distid, &other_message(&message), &signature), Err(SignatureError::Invalid));
    }
}

#[test]
fn es256_signatures_of_openssl_are_accepted() {
    let vectors = stored("es256/openssl.json");
    let key = Es256PublicKey::from_spki_pem(text(&vectors, "public_pem")).unwrap();
    let private = SigningKey::from_pkcs8_pem(text(&vectors, "private_pem")).unwrap();
    assert_eq!(private.public_key(), PublicKey::Es256(key));
    for case in cases(&vectors, 5) {
        let message = hex::bytes(text(case, "message"));
        let der = hex::bytes(text(case, "der"));
        let signature = RawSignature::from_raw_or_der(&der).unwrap();
        assert_eq!(signature.to_der().unwrap(), der);
        assert_eq!(key.verify(&message, &signature), Ok(()), "{}", case["name"]);
        assert_eq!(key.verify(&other_message(&message), &signature), Err(SignatureError::Invalid));
    }
}

#[test]
fn the_es256_signature_of_rfc_6979_comes_out_and_is_accepted() {
    // RFC 6979, section A.2.5, SHA-256, "sample".
    let private = hex::array("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    let key = SigningKey::from_bytes(Algorithm::Es256, &private).unwrap();
    let expected = hex::array(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    );
    assert_eq!(key.sign(b"sample"), Ok(RawSignature::from_bytes(expected)));
    assert_eq!(key.public_key().verify(b"sample", &RawSignature::from_bytes(expected)), Ok(()));
}
