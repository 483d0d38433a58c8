//! Gadgets that no relation has yet, or has in this form: what the lint has to solve, and what it has to refuse.

use crate::gadgets::{GADGET, Gadget, assert_clean, report, widths};
use ark_bn254::Fr;
use ark_ff::{BigInteger, Field, PrimeField};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use shiming_circuits::{
    bits::{enforce_bits, enforce_boolean},
    lint::{Check, Counted, Declaration},
};

/// Limbs of 32 bits that make up the input: each is a witness with a range of its own.
pub(crate) struct Limbs<const N: usize>;

impl<const N: usize> Gadget for Limbs<N> {
    const INPUTS: usize = 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        let mut sum = FpVar::zero();
        for i in 0..N {
            let limb = FpVar::new_witness(cs.clone(), || {
                let x = inputs[0].value()?.into_bigint();
                Ok(Fr::from((x >> (32 * i as u32)).0[0] & u64::from(u32::MAX)))
            })?;
            enforce_bits(cs, &limb, 32)?;
            sum += limb * Fr::from(2u8).pow([32 * i as u64]);
        }
        sum.enforce_equal(&inputs[0])
    }
}

/// Sums force the limbs as well as their bits.
pub(crate) fn limbs(n: usize) -> Declaration {
    let sums = Counted { rule: GADGET, rows: n * 32, reason: "31 bits and the limb itself" };
    Declaration { sums: vec![sums], ..widths(&[(32, n)]) }
}

#[test]
fn limbs_are_forced_by_their_sum() {
    assert_clean(&report::<Limbs<4>>(vec![Fr::from(u128::MAX - 12345)], &limbs(4)));
}

/// A bit that a row forces before its integer does: without the row the integer would, and nothing would be left.
pub(crate) struct ForcedBit;

impl Gadget for ForcedBit {
    const INPUTS: usize = 3;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        let bits = enforce_bits(cs, &inputs[0], 4)?;
        inputs[1].mul_equals(&inputs[2], &bits[0])
    }
}

pub(crate) fn forced_bit() -> Declaration {
    let sums = Counted { rule: GADGET, rows: 2, reason: "the lowest of three bits is a product" };
    Declaration { sums: vec![sums], ..widths(&[(4, 1)]) }
}

#[test]
fn a_bit_that_a_row_forces_is_counted() {
    assert_clean(&report::<ForcedBit>(vec![Fr::from(5u8), Fr::from(1u8), Fr::from(1u8)], &forced_bit()));
}

#[test]
fn limbs_of_256_bits_are_not_unique() {
    let report = report::<Limbs<8>>(vec![Fr::from(u128::MAX - 12345)], &widths(&[(32, 8)]));
    assert_eq!(report.found_by(), [Check::Propagation], "{report}");
}

/// Eight bits that are all variables, tied by an equation to the input, and again to a word that is a witness.
struct Word;

impl Gadget for Word {
    const INPUTS: usize = 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        let (mut sum, mut reversed) = (FpVar::zero(), FpVar::zero());
        for i in 0..8u32 {
            let value = inputs[0].value().map(|x| Fr::from(x.into_bigint().get_bit(i as usize)));
            let bit = FpVar::new_witness(cs.clone(), || value)?;
            enforce_boolean(&bit)?;
            sum += &bit * Fr::from(1u64 << i);
            reversed += bit * Fr::from(1u64 << (7 - i));
        }
        sum.enforce_equal(&inputs[0])?;
        FpVar::new_witness(cs.clone(), || reversed.value())?.enforce_equal(&reversed)
    }
}

#[test]
fn bits_that_are_all_variables_are_recognised() {
    let report = report::<Word>(vec![Fr::from(0b1011_0001u8)], &widths(&[(8, 1)]));
    assert_clean(&report);
    let census = report.census[0];
    assert_eq!((census.forcing, census.range, census.checks, census.summed), (1, 9, 0, 8));
}

/// The square of a polynomial: 15 unknown coefficients in 15 rows, one for each point, as a multiplication of limbs does it.
pub(crate) fn square(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    // (x0 + x1 t + .. + x7 t^7)^2 = y0 + .. + y14 t^14.
    let outputs = (0..15usize).map(|k| {
        FpVar::new_witness(cs.clone(), || {
            let pairs = (0..8usize).filter_map(|i| Some((inputs.get(i)?, inputs.get(k.checked_sub(i)?)?)));
            pairs.map(|(x, y)| Ok(x.value()? * y.value()?)).sum::<Result<Fr, SynthesisError>>()
        })
    });
    let outputs = outputs.collect::<Result<Vec<_>, _>>()?;
    for t in 1..=15u64 {
        let at = |of: &[FpVar<Fr>]| {
            let power = |i: usize| FpVar::Constant(Fr::from(t).pow([i as u64]));
            let powers: Vec<_> = (0..of.len()).map(power).collect();
            FpVar::inner_product(&powers, of)
        };
        at(inputs)?.mul_equals(&at(inputs)?, &at(&outputs)?)?;
    }
    Ok(outputs)
}

struct Square;

impl Gadget for Square {
    const INPUTS: usize = 8;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        square(cs, inputs).map(drop)
    }
}

#[test]
fn rows_are_solved_jointly() {
    assert_clean(&report::<Square>((3..11u64).map(Fr::from).collect(), &Declaration::default()));
}

/// A hint that is an inverse of nothing: equality as arkworks decides it.
struct Equality;

impl Gadget for Equality {
    const INPUTS: usize = 2;

    fn synthesize(_: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        inputs[0].is_eq(&inputs[1]).map(drop)
    }
}

/// The multiplier is the inverse of the difference if there is one; otherwise any value will do. The lint reports both: a
/// division, and a free variable where it fails.
#[test]
fn a_hint_without_a_value_is_found() {
    let [x, y] = [Fr::from(3u8), Fr::from(5u8)];
    assert_eq!(report::<Equality>(vec![x, y], &Declaration::default()).found_by(), [Check::Census]);
    let equal = report::<Equality>(vec![x, x], &Declaration::default());
    assert_eq!(equal.found_by(), [Check::Mutation, Check::Propagation], "{equal}");
}
