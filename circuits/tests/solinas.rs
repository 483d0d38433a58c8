//! Arithmetic modulo foreign moduli: folding, products, squares, and that the zero test is exact.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef, SynthesisError};
use num_bigint::{BigInt, BigUint, Sign};
use proptest::prelude::*;
use shiming_circuits::{
    linear::Linear,
    p256::P256,
    sm2::Sm2,
    solinas::{
        Arithmetic, Interval, LIMBS, Modulus,
        gadget::{Element, limbs_of_integer},
        to_field,
    },
    weierstrass::Curve,
};

/// The primes of both curves and the orders of both groups.
fn arithmetics() -> [&'static Arithmetic; 4] {
    let (sm2, p256) = (Sm2::constants().unwrap(), P256::constants().unwrap());
    [&sm2.field, &sm2.order, &p256.field, &p256.order]
}

fn moduli() -> [&'static Modulus; 4] {
    arithmetics().map(Arithmetic::modulus)
}

fn power(n: usize) -> BigInt {
    BigInt::from(1) << n
}

/// `sum x_j T^j`.
fn integer(limbs: &[BigInt]) -> BigInt {
    limbs.iter().enumerate().map(|(j, limb)| limb << (32 * j)).sum()
}

/// An element with limbs that a prover chose, said to be in `(-2^bits, 2^bits)`.
fn element(cs: &ConstraintSystemRef<Fr>, limbs: &[BigInt; LIMBS], bits: usize) -> Element {
    Element {
        limbs: limbs.each_ref().map(|limb| Linear::witness(cs, Some(to_field(limb))).unwrap()),
        bounds: core::array::from_fn(|_| Interval::symmetric(power(bits) - 1)),
    }
}

/// Whether the rows of the zero test hold for columns within these bounds.
fn is_zero(modulus: &Modulus, columns: &[BigInt; LIMBS], bits: usize) -> bool {
    let cs = ConstraintSystem::new_ref();
    element(&cs, columns, bits).image(modulus).enforce_zero(&cs, modulus).unwrap();
    cs.is_satisfied().unwrap()
}

/// The columns of an integer: limbs of 32 bits, what is left in the last, the sign on all.
fn columns(x: &BigInt) -> [BigInt; LIMBS] {
    let magnitude = BigInt::from(x.magnitude().clone());
    let mut columns: [BigInt; LIMBS] = core::array::from_fn(|j| (&magnitude >> (32 * j)) % power(32));
    columns[LIMBS - 1] = magnitude >> (32 * (LIMBS - 1));
    if x.sign() == Sign::Minus { columns.map(|column| -column) } else { columns }
}

#[test]
fn the_moduli_are_those_of_the_standards() {
    let expected = [
        "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF",
        "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123",
        "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
        "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    ];
    for (modulus, expected) in moduli().into_iter().zip(expected) {
        assert_eq!(*modulus.value(), BigInt::parse_bytes(expected.as_bytes(), 16).unwrap());
    }
}

#[test]
fn folding_is_congruent() {
    for modulus in moduli() {
        for m in 0..2 * LIMBS - 1 {
            let difference = power(32 * m) - integer(modulus.fold(m));
            assert_eq!(difference % modulus.value(), BigInt::ZERO);
        }
    }
}

#[test]
fn zero_test_around_the_modulus() {
    for modulus in moduli() {
        let m = modulus.value();
        let far: BigInt = m << 40;
        for x in [BigInt::ZERO, m.clone(), -m, m * 2, m * 3, -m * 2, -&far, far] {
            assert!(is_zero(modulus, &columns(&x), 80), "{x}");
            for j in [0, 1, 32, 64, 96, 127, 128, 129, 160, 224, 255, 256, 290] {
                assert!(!is_zero(modulus, &columns(&(&x + power(j))), 80), "{x} + 2^{j}");
                assert!(!is_zero(modulus, &columns(&(&x - power(j))), 80), "{x} - 2^{j}");
            }
        }
        assert!(!is_zero(modulus, &columns(&(power(256) - 1)), 80));
        assert!(!is_zero(modulus, &columns(&(m - 1)), 80));
        assert!(!is_zero(modulus, &columns(&(m + 1)), 80));
    }
}

#[test]
fn zero_test_of_multiples_of_the_circuits_modulus() {
    // Zero in the field, but no multiple of m over the integers: what a test in the field alone would accept.
    let r = BigInt::from(BigUint::from(Fr::MODULUS));
    for modulus in moduli() {
        for factor in [1, 2, 3, -1, -5] {
            let x = &r * factor;
            assert!(!is_zero(modulus, &columns(&x), 80));
            // Congruent to a multiple of m modulo r.
            assert!(!is_zero(modulus, &columns(&(x + modulus.value() * 7)), 80));
        }
    }
}

#[test]
fn zero_test_refuses_bounds_that_wrap() {
    for modulus in moduli() {
        let cs = ConstraintSystem::new_ref();
        let zero = core::array::from_fn(|_| BigInt::ZERO);
        let test = |bits| element(&cs, &zero, bits).image(modulus).enforce_zero(&cs, modulus);
        assert_eq!(test(150), Ok(()));
        for bits in [160, 200, 253, 300, 2000] {
            assert_eq!(test(bits), Err(SynthesisError::Unsatisfiable), "{bits}");
        }
    }
}

#[test]
fn zero_test_of_quotients_out_of_range() {
    // A multiple of m, but larger than the bounds say.
    for modulus in moduli() {
        let x = modulus.value() << 70;
        assert!(is_zero(modulus, &columns(&x), 110));
        assert!(!is_zero(modulus, &columns(&x), 40));
    }
}

/// Limbs in `(-2^bits, 2^bits)`.
fn any_limbs(bits: u32) -> impl Strategy<Value = [BigInt; LIMBS]> {
    let limb = (any::<u128>(), any::<bool>()).prop_map(move |(x, negative)| {
        let x = BigInt::from(x >> (128 - bits));
        if negative { -x } else { x }
    });
    let extreme = any::<bool>().prop_map(move |negative| {
        let x: BigInt = power(bits as usize) - 1;
        if negative { -x } else { x }
    });
    proptest::array::uniform8(prop_oneof![3 => limb, 1 => extreme])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn zero_test_is_exact(limbs in any_limbs(100), offset in any::<u64>()) {
        for modulus in moduli() {
            let m = modulus.value();
            prop_assert_eq!(is_zero(modulus, &limbs, 100), integer(&limbs) % m == BigInt::ZERO);
            // The same columns, but for what brings the integer to a multiple.
            let mut multiple = limbs.clone();
            let rest = columns(&(integer(&limbs) % m));
            for (column, rest) in multiple.iter_mut().zip(rest) {
                *column -= rest;
            }
            prop_assert!(is_zero(modulus, &multiple, 101));
            multiple[(offset % 8) as usize] += 1 + (offset >> 3);
            prop_assert!(!is_zero(modulus, &multiple, 101));
        }
    }

    #[test]
    fn product_is_that_of_the_integers(x in any_limbs(31), y in any_limbs(70)) {
        for arithmetic in arithmetics() {
            let modulus = arithmetic.modulus();
            let expected = integer(&x) * integer(&y);
            for (offset, holds) in [(0, true), (1, false)] {
                let cs = ConstraintSystem::new_ref();
                let product = arithmetic.product(&cs, &element(&cs, &x, 31), &element(&cs, &y, 70)).unwrap();
                prop_assert_eq!(cs.num_constraints(), 9);
                let rest = ((&expected + offset) % modulus.value() + modulus.value()) % modulus.value();
                let rest = limbs_of_integer(&rest).map(BigInt::from);
                let rest = element(&cs, &rest, 32).image(modulus);
                (&product - &rest).enforce_zero(&cs, modulus).unwrap();
                prop_assert_eq!(cs.is_satisfied().unwrap(), holds);
            }
        }
    }

    #[test]
    fn square_has_the_folded_columns(x in any_limbs(31), y in any_limbs(70)) {
        for arithmetic in arithmetics() {
            let modulus = arithmetic.modulus();
            let cs = ConstraintSystem::new_ref();
            let difference = arithmetic.square_minus(&cs, &element(&cs, &x, 31), &element(&cs, &y, 70)).unwrap();
            prop_assert_eq!(cs.num_constraints(), 15);
            prop_assert!(cs.is_satisfied().unwrap());
            let mut expected = y.clone().map(|limb| -limb);
            for m in 0..2 * LIMBS - 1 {
                let column: BigInt = (0..=m).filter(|i| *i < LIMBS && m - i < LIMBS).map(|i| &x[i] * &x[m - i]).sum();
                for (sum, factor) in expected.iter_mut().zip(modulus.fold(m)) {
                    *sum += &column * factor;
                }
            }
            for (j, limb) in expected.iter().enumerate() {
                prop_assert_eq!(difference.limbs[j].value(), Some(to_field(limb)));
                prop_assert!(difference.bounds[j].min <= *limb && *limb <= difference.bounds[j].max);
            }
        }
    }
}

#[test]
fn bits_of_an_integer_are_exact() {
    for n in [1, 2, 31, 32, 80, 252] {
        let cs = ConstraintSystem::<Fr>::new_ref();
        let test = |x: Fr| {
            let cs = ConstraintSystem::new_ref();
            let bits = Linear::witness(&cs, Some(x)).unwrap().enforce_bits(&cs, n).unwrap();
            assert_eq!((bits.len(), cs.num_constraints()), (n as usize, n as usize));
            cs.is_satisfied().unwrap()
        };
        let limit = to_field(&power(n as usize));
        let one = Fr::from(1u8);
        assert!(test(Fr::from(0u8)) && test(one) && test(limit - one));
        assert!(!test(limit) && !test(-one) && !test(-limit));
        assert!(Linear::zero().enforce_bits(&cs, 254).is_err());
    }
}
