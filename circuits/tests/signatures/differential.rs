//! Native verification and the rows of the circuit, on random signatures of which every other one was edited.

use crate::{
    assert_broken, assert_satisfied,
    derived::Derived,
    foreign::{Statement, bytes, key},
};
use ark_ff::{PrimeField, Zero};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use shiming_circuits::{
    p256::P256,
    sm2::Sm2,
    weierstrass::{PublicKey, Signature, SignatureError},
};

/// What was edited in a signature.
#[derive(Clone, Copy, Debug)]
enum Edited {
    /// A bit of r or s, the first of 512 being the lowest of s.
    Signature(usize),
    /// A bit of the digest.
    Digest(usize),
    /// The sign of the key.
    Key,
}

fn edited() -> impl Strategy<Value = Edited> {
    // Not the top bits, which mostly put a number out of range.
    let signature = (any::<bool>(), 0..248usize).prop_map(|(r, bit)| Edited::Signature(256 * usize::from(r) + bit));
    prop_oneof![4 => signature, 2 => (0..256usize).prop_map(Edited::Digest), 1 => Just(Edited::Key)]
}

fn flip(bytes: &mut [u8], bit: usize) {
    let last = bytes.len() - 1;
    bytes[last - bit / 8] ^= 1 << (bit % 8);
}

fn signatures<C: Derived>(count: u32) {
    let config = Config { cases: count / 2, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&(any::<[u8; 32]>(), any::<[u8; 32]>(), edited()), |(secret, mut digest, edited)| {
            let secret = C::ScalarField::from_be_bytes_mod_order(&secret);
            prop_assume!(!secret.is_zero() && !(secret + C::ScalarField::from(1u8)).is_zero());
            let mut key = key::<C>(secret);
            let mut encoded = C::sign(&bytes(secret), &digest);
            let verify = |key: &PublicKey<C>, digest: &[u8; 32], encoded: &[u8; 64]| {
                Signature::from_bytes(encoded).and_then(|signature| C::verify(key, digest, &signature))
            };
            let witness = verify(&key, &digest, &encoded).unwrap();
            assert_satisfied(&Statement { key: key.clone(), digest }, &witness);

            match edited {
                Edited::Signature(bit) => flip(&mut encoded, bit),
                Edited::Digest(bit) => flip(&mut digest, bit),
                Edited::Key => key = PublicKey::from_point(-*key.point()).unwrap(),
            }
            prop_assert_eq!(verify(&key, &digest, &encoded).err(), Some(SignatureError::Equation));
            let witness = C::derived(&key, &digest, &encoded);
            assert_broken(&Statement { key, digest }, &witness, &format!("{edited:?}"));
            Ok(())
        })
        .unwrap();
}

#[test]
fn on_20_random_signatures_of_each_suite_half_of_them_edited() {
    signatures::<Sm2>(20);
    signatures::<P256>(20);
}

#[test]
#[ignore = "a minute or two: run by name"]
fn on_500_random_signatures_of_each_suite_half_of_them_edited() {
    signatures::<Sm2>(500);
    signatures::<P256>(500);
}
