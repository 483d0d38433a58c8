//! Keys and signatures: what is refused, and with which error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use ark_bn254::Fr;
use ark_ec::{CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{BigInt, BigInteger, Field, One, PrimeField, Zero};
use shiming_circuits::{
    babyjubjub::{Affine, BabyJubjub, Scalar},
    eddsa::{KeyError, PublicKey, SIGNATURE_BYTES, Signature, SignatureError, SigningKey},
    field::fr_to_bytes,
};

fn key() -> SigningKey {
    SigningKey::from_uniform_bytes(&[0x42; 64]).unwrap()
}

/// The point of order two.
fn order_two() -> Affine {
    Affine::new_unchecked(Fr::zero(), -Fr::one())
}

fn refused(point: Affine) -> KeyError {
    PublicKey::from_point(point).unwrap_err()
}

fn big_endian(x: BigInt<4>) -> [u8; 32] {
    x.to_bytes_be().try_into().unwrap()
}

fn message() -> Fr {
    Fr::from(2026u64)
}

#[test]
fn a_key_off_the_curve() {
    let point = *key().public_key().point();
    for other in [
        Affine::new_unchecked(point.x + Fr::one(), point.y),
        Affine::new_unchecked(point.y, point.x),
        Affine::new_unchecked(Fr::zero(), Fr::zero()),
        Affine::new_unchecked(Fr::one(), Fr::one()),
    ] {
        assert_eq!(refused(other), KeyError::NotOnCurve);
    }
}

#[test]
fn a_key_of_small_order() {
    let root = BabyJubjub::COEFF_A.sqrt().unwrap().inverse().unwrap();
    assert_eq!(refused(Affine::zero()), KeyError::SmallOrder);
    assert_eq!(refused(order_two()), KeyError::SmallOrder);
    assert_eq!(refused(Affine::new_unchecked(root, Fr::zero())), KeyError::SmallOrder);
    assert_eq!(refused(Affine::new_unchecked(-root, Fr::zero())), KeyError::SmallOrder);
}

#[test]
fn a_key_outside_the_subgroup() {
    let point = (*key().public_key().point() + order_two()).into_affine();
    assert!(point.is_on_curve());
    assert_eq!(refused(point), KeyError::NotInSubgroup);
    // The generator of the whole group.
    let whole = Affine::new_unchecked(
        ark_ff::MontFp!("995203441582195749578291179787384436505546430278305826713579947235728471134"),
        ark_ff::MontFp!("5472060717959818805561601436314318772137091100104008585924551046643952123905"),
    );
    assert_eq!(refused(whole), KeyError::NotInSubgroup);
}

#[test]
fn a_key_with_a_coordinate_not_below_the_modulus() {
    let bytes = key().public_key().to_bytes();
    assert!(PublicKey::from_bytes(&bytes).is_ok());
    for at in [0, 32] {
        let mut aliased = bytes;
        let mut integer = BigInt::from_bits_be(
            &bytes[at..at + 32].iter().flat_map(|b| (0..8).rev().map(move |i| b >> i & 1 == 1)).collect::<Vec<_>>(),
        );
        integer.add_with_carry(&Fr::MODULUS);
        aliased[at..at + 32].copy_from_slice(&big_endian(integer));
        assert_eq!(PublicKey::from_bytes(&aliased), Err(KeyError::NotCanonical));
        aliased[at..at + 32].copy_from_slice(&[0xff; 32]);
        assert_eq!(PublicKey::from_bytes(&aliased), Err(KeyError::NotCanonical));
    }
}

#[test]
fn a_secret_of_zero_or_not_below_the_order() {
    let error = |bytes: [u8; 32]| SigningKey::from_bytes(&bytes).err();
    assert_eq!(error([0; 32]), Some(KeyError::Zero));
    assert_eq!(error(big_endian(Scalar::MODULUS)), Some(KeyError::NotCanonical));
    assert_eq!(error([0xff; 32]), Some(KeyError::NotCanonical));
    assert_eq!(SigningKey::from_uniform_bytes(&[0; 64]).err(), Some(KeyError::Zero));
    assert_eq!(error(big_endian((-Scalar::one()).into_bigint())), None);
}

#[test]
fn a_secret_survives_its_encoding() {
    let key = key();
    let again = SigningKey::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(again.to_bytes(), key.to_bytes());
}

#[test]
fn a_public_key_shows_its_point_alone() {
    let text = format!("{:?}", key().public_key());
    assert!(text.starts_with("PublicKey(") && text.len() < 300);
}

#[test]
fn the_nonce_depends_on_message_randomness_and_secret() {
    let (key, other) = (key(), SigningKey::from_uniform_bytes(&[0x43; 64]).unwrap());
    let signatures = [
        key.sign(&message(), &[0; 32]),
        key.sign(&message(), &[1; 32]),
        key.sign(&(message() + Fr::one()), &[0; 32]),
        other.sign(&message(), &[0; 32]),
    ];
    for (i, a) in signatures.iter().enumerate() {
        assert!(signatures[..i].iter().all(|b| a.r != b.r));
    }
    assert_eq!(key.sign(&message(), &[0; 32]), signatures[0]);
}

#[test]
fn a_signature_of_another_message_or_key() {
    let key = key();
    let signature = key.sign(&message(), &[7; 32]);
    assert_eq!(key.public_key().verify(&message(), &signature), Ok(()));
    let equation = Err(SignatureError::Equation);
    assert_eq!(key.public_key().verify(&(message() + Fr::one()), &signature), equation);
    assert_eq!(key.public_key().verify(&Fr::zero(), &signature), equation);
    let other = SigningKey::from_uniform_bytes(&[0x43; 64]).unwrap();
    assert_eq!(other.public_key().verify(&message(), &signature), equation);
    let negated = PublicKey::from_point(-*key.public_key().point()).unwrap();
    assert_eq!(negated.verify(&message(), &signature), equation);
}

#[test]
fn an_encoding_with_an_r_not_below_the_modulus() {
    let bytes = key().sign(&message(), &[7; 32]).to_bytes();
    for at in [0, 32] {
        for value in [big_endian(Fr::MODULUS), [0xff; 32]] {
            let mut edited = bytes;
            edited[at..at + 32].copy_from_slice(&value);
            assert_eq!(Signature::from_bytes(&edited), Err(SignatureError::NotCanonical));
        }
    }
}

#[test]
fn an_encoding_with_an_s_not_below_the_order() {
    let signature = key().sign(&message(), &[7; 32]);
    let mut plus_order = signature.s;
    plus_order.add_with_carry(&Scalar::MODULUS);
    let sliver = (Scalar::MODULUS >> 125) << 125;
    for s in [plus_order, Scalar::MODULUS, (-Scalar::one()).into_bigint(), sliver, Fr::MODULUS] {
        let bytes = Signature { s, ..signature }.to_bytes();
        assert_eq!(Signature::from_bytes(&bytes), Err(SignatureError::ScalarOutOfRange));
        let verdict = key().public_key().verify(&message(), &Signature { s, ..signature });
        assert_eq!(verdict, Err(SignatureError::ScalarOutOfRange));
    }
    let mut last = sliver;
    last.sub_with_borrow(&BigInt::one());
    let bytes = Signature { s: last, ..signature }.to_bytes();
    assert_eq!(Signature::from_bytes(&bytes).map(|signature| signature.s), Ok(last));
}

#[test]
fn every_flipped_bit_of_a_signature() {
    let key = key();
    let signature = key.sign(&message(), &[7; 32]);
    let bytes = signature.to_bytes();
    assert_eq!(Signature::from_bytes(&bytes), Ok(signature));
    for bit in 0..8 * SIGNATURE_BYTES {
        let mut flipped = bytes;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let verdict = Signature::from_bytes(&flipped).and_then(|s| key.public_key().verify(&message(), &s));
        assert!(verdict.is_err(), "bit {bit}");
    }
}

#[test]
fn a_nonce_of_zero() {
    let key = key();
    let secret = Scalar::from_be_bytes_mod_order(key.to_bytes().as_slice());
    let r = Affine::zero();
    let h = shiming_circuits::eddsa::challenge(&r, key.public_key().point(), &message());
    let h = Scalar::from_be_bytes_mod_order(&fr_to_bytes(&h));
    let s = (h * Scalar::from(8u8) * secret).into_bigint();
    assert_eq!(key.public_key().verify(&message(), &Signature { r, s }), Err(SignatureError::SmallOrder));
}

#[test]
fn r_off_the_curve() {
    let signature = key().sign(&message(), &[7; 32]);
    for r in
        [Affine::new_unchecked(signature.r.x, signature.r.y + Fr::one()), Affine::new_unchecked(Fr::zero(), Fr::zero())]
    {
        let verdict = key().public_key().verify(&message(), &Signature { r, ..signature });
        assert_eq!(verdict, Err(SignatureError::NotOnCurve));
    }
}
