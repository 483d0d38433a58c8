//! One DER and one raw form for each signature (X.690; RFC 7518, section 3.4).

use crate::hex;
use proptest::prelude::*;
use shiming::signature::{Algorithm, RawSignature, SignatureError, SigningKey};

/// SEQUENCE { INTEGER 1, INTEGER 2 }.
const SMALL: &str = "3006020101020102";

fn from_der(text: &str) -> Result<RawSignature, SignatureError> {
    RawSignature::from_der(&hex::bytes(text))
}

/// A signature with these two integers of 32 bytes.
fn raw(r: &[u8], s: &[u8]) -> RawSignature {
    let mut bytes = [0; 64];
    bytes[32 - r.len()..32].copy_from_slice(r);
    bytes[64 - s.len()..].copy_from_slice(s);
    RawSignature::from_bytes(bytes)
}

#[test]
fn the_shortest_form_of_each_integer_is_read() {
    assert_eq!(from_der(SMALL), Ok(raw(&[1], &[2])));
    assert_eq!(from_der("300702020080020101"), Ok(raw(&[0x80], &[1])));
    let full = format!("3046022100{0}022100{0}", "ff".repeat(32));
    assert_eq!(from_der(&full), Ok(raw(&[0xff; 32], &[0xff; 32])));
    assert_eq!(from_der(&format!("3044022001{0}022001{0}", "00".repeat(31))).map(|s| s.as_bytes()[0]), Ok(1));
    assert_eq!(from_der("3006020100020101"), Ok(raw(&[0], &[1])), "whether 0 is in range, the algorithm says");
}

#[test]
fn every_other_form_is_refused() {
    let ff = "ff".repeat(32);
    let cases = [
        ("", "empty"),
        ("30", "no length"),
        ("3000", "no integers"),
        ("3003020101", "one integer"),
        ("3009020101020102020103", "three integers"),
        ("300702020001020102", "a leading zero that is not needed"),
        ("30070201010202ff01", "a leading ff of a negative number"),
        ("3006020181020102", "r negative"),
        ("3006020101020182", "s negative"),
        ("30060201ff020102", "minus one"),
        ("3005020002010200", "an integer without content"),
        ("300602010102010200", "a byte behind the sequence"),
        ("300702010102010200", "a byte inside the sequence"),
        ("3005020101020102", "the sequence is shorter than its content"),
        ("3007020101020102", "the sequence is longer than its content"),
        ("308106020101020102", "a length of the long form"),
        ("30820006020101020102", "a longer length of the long form"),
        ("30070281010102010200", "an integer's length of the long form"),
        ("3080020101020102 0000", "indefinite length"),
        ("3106020101020102", "a set"),
        ("2006020101020102", "another tag"),
        ("3006030101020102", "a bit string for r"),
        ("3006020101040102", "an octet string for s"),
        ("a006020101020102", "a context tag"),
    ];
    for (text, case) in cases {
        assert_eq!(from_der(&text.replace(' ', "")), Err(SignatureError::Der), "{case}");
    }
    let long = [
        (format!("302702220001{}020101", "00".repeat(32)), "r of 33 bytes behind a zero"),
        (format!("3026022101{}020101", "00".repeat(32)), "r of 33 bytes"),
        (format!("3026020101022101{}", "00".repeat(32)), "s of 33 bytes"),
        (format!("302702220000{ff}020101"), "two zeros before r"),
        (format!("30250220{ff}020101"), "r of 32 bytes that is negative"),
    ];
    for (text, case) in long {
        assert_eq!(from_der(&text), Err(SignatureError::Der), "{case}");
    }
}

#[test]
fn a_signer_returns_64_bytes_or_der_and_nothing_else() {
    let read = |bytes: &[u8]| RawSignature::from_raw_or_der(bytes);
    assert_eq!(read(&[1; 64]), Ok(RawSignature::from_bytes([1; 64])));
    assert_eq!(read(&hex::bytes(SMALL)), Ok(raw(&[1], &[2])));
    for length in [0, 1, 63, 65, 96, 128] {
        assert_eq!(read(&vec![1; length]), Err(SignatureError::Length), "{length} bytes");
    }
    assert_eq!(read(&[0x30; 63]), Err(SignatureError::Der));
    assert_eq!(read(hex::text(&[1; 64]).as_bytes()), Err(SignatureError::Der), "hexadecimal");
    assert_eq!(read(hex::text(&[0xff; 64]).as_bytes()), Err(SignatureError::Length), "hexadecimal");
}

#[test]
fn the_json_of_a_signature_is_base64url_of_64_bytes() {
    let signature = RawSignature::from_bytes([1; 64]);
    let json = serde_json::to_string(&signature).unwrap();
    assert_eq!(serde_json::from_str::<RawSignature>(&json).unwrap(), signature);
    for bad in ["\"\"", "\"AQ\"", "1", &json.replace("AQ\"", "AR\""), &format!("\"{}\"", "A".repeat(88))] {
        assert!(serde_json::from_str::<RawSignature>(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn raw_and_der_are_one_to_one(high: [u8; 32], low: [u8; 32], cut in 0..33usize) {
        let mut bytes = [0u8; 64];
        bytes[cut.min(32)..32].copy_from_slice(&high[cut.min(32)..]);
        bytes[32..].copy_from_slice(&low);
        let signature = RawSignature::from_bytes(bytes);
        let der = signature.to_der().unwrap();
        prop_assert_eq!(RawSignature::from_der(&der), Ok(signature));
        prop_assert!(der.len() <= 72);
    }

    #[test]
    fn whatever_is_read_as_der_is_written_again(bytes: Vec<u8>, prefix in 0..9usize) {
        let mut bytes = bytes;
        bytes.splice(0..0, hex::bytes(SMALL)[..prefix.min(8)].iter().copied());
        if let Ok(signature) = RawSignature::from_der(&bytes) {
            prop_assert_eq!(signature.to_der().unwrap(), bytes);
        }
    }

    #[test]
    fn what_a_key_signs_it_verifies(secret in 1u8.., message: Vec<u8>) {
        for algorithm in Algorithm::ALL {
            let key = SigningKey::from_bytes(algorithm, &[secret.min(0xfe); 32]).unwrap();
            let signature = key.sign(&message).unwrap();
            prop_assert_eq!(key.public_key().verify(&message, &signature), Ok(()));
            prop_assert_eq!(key.sign(&message), Ok(signature), "deterministic");
        }
    }
}
