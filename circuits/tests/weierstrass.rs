//! Digits, tables, lookups and sums on the foreign curves, against native arithmetic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod foreign;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveConfig, CurveGroup};
use ark_ff::{AdditiveGroup, Field, One, PrimeField};
use ark_r1cs_std::{alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef, SynthesisMode};
use foreign::{Suite, TABLE_VALUES, key, residue, scalar};
use num_bigint::BigInt;
use proptest::prelude::*;
use shiming_circuits::{
    p256::P256,
    sm2::Sm2,
    solinas::{Modulus, gadget::limbs_of, to_integer},
    weierstrass::{
        Affine, Curve, Entry, PublicKey, Scalar, Witness,
        gadget::{canonical_x, look_up_base, look_up_key, scalars, sum_x},
        table::adapted_values,
        window::{Digit, Window, digits, halves, odd_multiples, odd_representative, order},
    },
};

/// The constraint system of a prover that needs no matrices.
fn prover() -> ConstraintSystemRef<Fr> {
    let cs = ConstraintSystem::new_ref();
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    cs
}

fn both() -> [Vec<Window>; 2] {
    [Window::of_base(), Window::of_key()]
}

#[test]
fn windows_cover_256_bits() {
    for windows in both() {
        let mut next = 0;
        for window in &windows {
            assert_eq!(window.offset, next);
            next += window.width;
        }
        assert_eq!(next, 256);
    }
    assert_eq!(adapted_values(), TABLE_VALUES);
}

/// The odd integer that digits stand for.
fn value(digit: &Digit) -> BigInt {
    let size = BigInt::from(2 * digit.index + 1);
    if digit.negative { -size } else { size }
}

fn assert_expansion(scalar: &BigInt) {
    for windows in both() {
        let digits = digits(scalar, &windows).unwrap();
        for (digit, window) in digits.iter().zip(&windows) {
            assert!((digit.index as usize) < window.entries());
        }
        let terms: Vec<BigInt> = digits.iter().zip(&windows).map(|(d, w)| value(d) << w.offset).collect();
        assert_eq!(terms.iter().sum::<BigInt>(), *scalar);
        let (low, high) = terms.split_at(windows.len() / 2);
        assert_eq!(halves(scalar, &windows), Some((low.iter().sum(), high.iter().sum())));
    }
}

#[test]
fn digits_of_the_extremes() {
    let limit = BigInt::from(1) << 256;
    for odd in [BigInt::from(1), BigInt::from(-1), BigInt::from(3), &limit - 1, 1 - &limit, &limit - 3] {
        assert_expansion(&odd);
    }
    for refused in [BigInt::ZERO, BigInt::from(2), BigInt::from(-2), &limit + 1, -1 - &limit, limit] {
        for windows in both() {
            assert_eq!(digits(&refused, &windows), None);
            assert_eq!(halves(&refused, &windows), None);
        }
    }
}

fn every_residue_has_an_odd_representative<C: Curve>() {
    let n = order::<C::ScalarField>();
    let one = C::ScalarField::one();
    let zero = C::ScalarField::ZERO;
    for residue in [zero, one, one + one, -one, -one - one, scalar(1), scalar(2)] {
        let odd = odd_representative(residue);
        assert!(odd.bit(0) && odd.magnitude() <= n.magnitude());
        assert_eq!(foreign::residue::<C::ScalarField>(&odd), residue);
        assert_expansion(&odd);
    }
}

#[test]
fn every_residue_has_an_odd_representative_for_either_order() {
    every_residue_has_an_odd_representative::<Sm2>();
    every_residue_has_an_odd_representative::<P256>();
}

fn tables_have_the_odd_multiples<C: Curve>() {
    let point = (C::GENERATOR * scalar::<C::ScalarField>(9)).into_affine();
    for windows in both() {
        for (window, multiples) in windows.iter().zip(odd_multiples::<C>(&point, &windows)) {
            assert_eq!(multiples.len(), window.entries());
            let base = point * C::ScalarField::from(2u8).pow([u64::from(window.offset)]);
            for i in [0, 1, 2, window.entries() - 1] {
                assert_eq!(multiples[i], (base * C::ScalarField::from(2 * i as u64 + 1)).into_affine());
            }
        }
    }
}

#[test]
fn tables_have_the_odd_multiples_of_either_curve() {
    tables_have_the_odd_multiples::<Sm2>();
    tables_have_the_odd_multiples::<P256>();
}

/// A lookup is the point: its limbs of x, and the forms of its y.
#[track_caller]
fn assert_entry<C: Curve>(entry: &Entry<C>, point: &Affine<C>, modulus: &Modulus) {
    assert_eq!(entry.native, Some(*point));
    let (x, y) = (limbs_of(point.x), limbs_of(point.y));
    for (j, limb) in entry.x.limbs.iter().enumerate() {
        let expected = if j % 2 == 0 { u64::from(x[j]) | u64::from(x[j + 1]) << 32 } else { 0 };
        assert_eq!(limb.value(), Some(Fr::from(expected)));
    }
    let forms = modulus.forms_of(&y);
    // A point below zero has the forms of -y, which is y below the prime less the prime: the same up to a multiple.
    let minus = modulus.forms_of(&limbs_of(-point.y));
    let value = (entry.y.forms.quotient.value().unwrap(), entry.y.forms.carry.value().unwrap());
    assert!(value == (forms.quotient, forms.carry) || value == (-minus.quotient, -minus.carry));
}

/// The scalar with the same digit in all windows that have it.
fn repeated(digit: Digit, windows: &[Window]) -> BigInt {
    let fitting = |window: &Window| Digit { index: digit.index % window.entries() as u32, ..digit };
    windows.iter().map(|window| value(&fitting(window)) << window.offset).sum()
}

/// Every cell of a key's adapted table, 4,992 values for 832 points of either sign.
fn every_cell_of_an_adapted_table<C: Suite>() {
    let modulus = C::constants().unwrap().field.modulus();
    let key = key::<C>(scalar(5));
    assert_eq!(key.table().len(), TABLE_VALUES);
    let windows = Window::of_key();
    for index in 0..32 {
        for negative in [false, true] {
            let digit = Digit { index, negative };
            let cs = prover();
            let scalar = Scalar::witness(&cs, &windows, Some(&repeated(digit, &windows))).unwrap();
            let values: Vec<FpVar<Fr>> =
                key.table().iter().map(|x| FpVar::new_input(cs.clone(), || Ok(x)).unwrap()).collect();
            let entries = scalar.look_up_adapted(&cs, &values, Some(key.multiples())).unwrap();
            for (entry, multiples) in entries.iter().zip(key.multiples()) {
                let point = multiples[index as usize % multiples.len()];
                assert_entry(entry, &if negative { -point } else { point }, modulus);
            }
        }
    }
}

#[test]
fn every_cell_of_an_adapted_table_of_either_curve() {
    every_cell_of_an_adapted_table::<Sm2>();
    every_cell_of_an_adapted_table::<P256>();
}

/// Every cell of the generator's table: 20,480 points.
fn every_cell_of_the_constant_table<C: Suite>() {
    let modulus = C::constants().unwrap().field.modulus();
    let windows = Window::of_base();
    let multiples = odd_multiples::<C>(&C::GENERATOR, &windows);
    for index in 0..1024 {
        let negative = index % 3 == 0;
        let cs = prover();
        let scalar = Scalar::witness(&cs, &windows, Some(&repeated(Digit { index, negative }, &windows))).unwrap();
        let entries = scalar.look_up_constant(&cs, C::base_table().unwrap()).unwrap();
        for (entry, multiples) in entries.iter().zip(&multiples) {
            let point = multiples[index as usize % multiples.len()];
            assert_entry(entry, &if negative { -point } else { point }, modulus);
        }
    }
}

#[test]
fn every_cell_of_the_constant_table_of_either_curve() {
    every_cell_of_the_constant_table::<Sm2>();
    every_cell_of_the_constant_table::<P256>();
}

/// The x-coordinate that the rows yield for a witness, and whether they are satisfied.
fn sum<C: Suite>(witness: &Witness<C>) -> (BigInt, bool) {
    let cs = ConstraintSystem::new_ref();
    let scalars = scalars(&cs, Some(witness)).unwrap();
    let values: Vec<FpVar<Fr>> =
        witness.key.table().iter().map(|x| FpVar::new_input(cs.clone(), || Ok(x)).unwrap()).collect();
    let base = look_up_base::<C>(&cs, &scalars).unwrap();
    let key = look_up_key(&cs, &scalars, &values, Some(&witness.key)).unwrap();
    let x = sum_x(&cs, &base, &key).unwrap();
    let canonical = canonical_x(&cs, &x, Some(witness)).unwrap();
    let limbs = canonical.limbs.each_ref().map(|limb| to_integer(limb.value().unwrap()));
    let x = limbs.iter().enumerate().map(|(j, limb)| limb << (32 * j)).sum();
    (x, cs.is_satisfied().unwrap())
}

fn sums_are_native_sums<C: Suite>(cases: &[(C::ScalarField, C::ScalarField)]) {
    let key = key::<C>(scalar(6));
    for (s, t) in cases {
        let expected = (C::GENERATOR * s + *key.point() * t).into_affine();
        let witness = Witness::new(&key, *s, *t);
        assert_eq!(sum(&witness), (to_integer(expected.x), true));
        let mut wrong = witness;
        wrong.x += 1;
        assert!(!sum(&wrong).1);
    }
}

#[test]
fn sums_of_edge_cases() {
    fn check<C: Suite>() {
        let one = C::ScalarField::one();
        let two = one + one;
        let edges = [one, -one, two, -two, two.inverse().unwrap(), scalar(1)];
        let cases: Vec<_> = (0..edges.len()).map(|i| (edges[i], edges[(i + 1) % edges.len()])).collect();
        sums_are_native_sums::<C>(&cases);
    }
    check::<Sm2>();
    check::<P256>();
}

#[test]
fn sums_of_integers_beyond_the_order() {
    fn check<C: Suite>() {
        let key = key::<C>(scalar(6));
        let limit: BigInt = BigInt::from(1) << 256;
        for (s, t) in [(&limit - 1, 1 - &limit), (1 - &limit, &limit - 1), (&limit - 3, BigInt::from(1))] {
            let expected = (C::GENERATOR * residue::<C::ScalarField>(&s)
                + *key.point() * residue::<C::ScalarField>(&t))
            .into_affine();
            let witness = Witness { key: key.clone(), s, t, x: to_integer(expected.x) };
            assert_eq!(sum(&witness), (to_integer(expected.x), true));
        }
    }
    check::<Sm2>();
    check::<P256>();
}

/// Keys whose multiples are those of the generator: no node within a scalar meets equal points, whatever the key is.
#[test]
fn sums_for_keys_related_to_the_generator() {
    fn check<C: Suite>() {
        let one = C::ScalarField::one();
        for secret in [one, -one - one, one + one, C::ScalarField::from(2u8).pow([128])] {
            let key = PublicKey::<C>::from_point((C::GENERATOR * secret).into_affine()).unwrap();
            let witness = Witness::new(&key, scalar(1), scalar(2));
            assert_eq!(sum(&witness), (witness.x.clone(), true));
        }
    }
    check::<Sm2>();
    check::<P256>();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn sums_of_random_scalars(s in any::<[u8; 40]>(), t in any::<[u8; 40]>()) {
        fn check<C: Suite>(s: &[u8], t: &[u8]) {
            let integer = |bytes: &[u8]| C::ScalarField::from_be_bytes_mod_order(bytes);
            sums_are_native_sums::<C>(&[(integer(s), integer(t))]);
        }
        check::<Sm2>(&s, &t);
        check::<P256>(&s, &t);
    }

    #[test]
    fn digits_of_random_integers(bytes in any::<[u8; 32]>(), negative in any::<bool>()) {
        let odd = BigInt::from_bytes_be(num_bigint::Sign::Plus, &bytes) | BigInt::from(1);
        assert_expansion(&if negative { -odd } else { odd });
    }
}

/// SM2's parameters are those of RustCrypto.
#[test]
fn sm2_has_the_multiples_of_rust_crypto() {
    use ::sm2::elliptic_curve::sec1::ToSec1Point;
    for seed in 1..20 {
        let secret = scalar::<<Sm2 as CurveConfig>::ScalarField>(seed);
        let peer = ::sm2::SecretKey::from_slice(&foreign::bytes(secret)).unwrap().public_key();
        let peer = peer.as_affine().to_sec1_point(false);
        let ours = key::<Sm2>(secret).to_bytes();
        assert_eq!(peer.as_bytes()[1..], ours);
    }
    let order = order::<<Sm2 as CurveConfig>::ScalarField>();
    assert!(Affine::<Sm2>::generator().mul_bigint(order.magnitude().to_u64_digits()).into_affine().is_zero());
}
