//! Gadgets by themselves: inputs are instances, outputs are left open, and everything in between is forced.
//!
//! Within a relation a value can be forced from its other side: a check that pins an output may hide that an input is not the
//! one that was passed. Here there is no other side.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField, UniformRand};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use ark_std::test_rng;
use core::marker::PhantomData;
use shiming_circuits::{
    babyjubjub::{Affine, BabyJubjub, SCALAR_BITS, Scalar, gadget, gadget::PointVar, table},
    bits::{enforce_bits, enforce_boolean},
    eddsa::gadget::{challenge_bits, scalar_bits},
    lint::{self, Check, Counted, Declaration, Report, Width},
    poseidon,
    relation::{Instances, Relation, Rows, Rule},
    slots,
};

pub(crate) const GADGET: Rule = Rule("GADGET");

/// A gadget over inputs that are given.
pub(crate) trait Gadget {
    const INPUTS: usize;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError>;
}

/// The relation that there are outputs, which says nothing about them.
pub(crate) struct Open<G>(PhantomData<G>);

impl<G: Gadget> Relation for Open<G> {
    type Statement = Vec<Fr>;
    type Witness = ();

    const NAME: &'static str = "gadget";
    const PUBLIC: usize = G::INPUTS;
    const HIDDEN: usize = 0;
    const RULES: &'static [Rule] = &[GADGET];

    fn public(inputs: &Vec<Fr>) -> Vec<Fr> {
        inputs.clone()
    }

    fn hidden((): &()) -> Vec<Fr> {
        Vec::new()
    }

    fn holds(_: &Vec<Fr>, (): &()) -> Result<(), Rule> {
        Ok(())
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, _: Option<&()>) -> Result<(), SynthesisError> {
        rows.rule(GADGET, |cs| G::synthesize(&cs, &instances.public))
    }
}

fn report<G: Gadget>(inputs: Vec<Fr>, declaration: &Declaration) -> Report {
    lint::check::<Open<G>>(&inputs, &(), declaration, &mut test_rng()).unwrap()
}

pub(crate) fn widths(widths: &[(usize, usize)]) -> Declaration {
    let width = |(bits, count): &(usize, usize)| Width {
        rule: GADGET,
        bits: *bits,
        count: *count,
        modulus: None,
        reason: "a test",
    };
    Declaration { widths: widths.iter().map(width).collect(), ..Declaration::default() }
}

fn divisions(rows: usize) -> Declaration {
    let counted = Counted { rule: GADGET, rows, reason: "complete addition" };
    Declaration { divisions: vec![counted], ..Declaration::default() }
}

#[track_caller]
fn assert_clean(report: &Report) {
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.forced, report.witnesses);
}

struct Addition;

impl Gadget for Addition {
    const INPUTS: usize = 4;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        let point = |i: usize| PointVar { x: inputs[i].clone(), y: inputs[i + 1].clone() };
        point(0).add(cs, &point(2)).map(drop)
    }
}

fn coordinates(points: [Affine; 2]) -> Vec<Fr> {
    points.iter().flat_map(|p| [p.x, p.y]).collect()
}

#[test]
fn addition_is_forced_for_all_points_of_the_curve() {
    let base = Affine::generator();
    let order_two = Affine::new_unchecked(Fr::ZERO, -Fr::ONE);
    let root = BabyJubjub::COEFF_A.sqrt().unwrap().inverse().unwrap();
    let order_four = Affine::new_unchecked(root, Fr::ZERO);
    let points = [base, -base, (base + base).into_affine(), Affine::zero(), order_two, order_four, -order_four];
    for p in points {
        for q in points {
            assert_clean(&report::<Addition>(coordinates([p, q]), &divisions(2)));
        }
    }
}

/// Off the curve a denominator can vanish, and then the row forces nothing. As `d` is no square, it cannot hold either.
#[test]
fn addition_off_the_curve_is_not_forced() {
    let [x1, y1, x2] = [3u8, 5, 7].map(Fr::from);
    let y2 = (BabyJubjub::COEFF_D * x1 * y1 * x2).inverse().unwrap();
    let report = report::<Addition>(vec![x1, y1, x2, y2], &divisions(2));
    assert_eq!(report.found_by(), [Check::Rows, Check::Propagation], "{report}");
}

struct BaseMul;

impl Gadget for BaseMul {
    const INPUTS: usize = SCALAR_BITS;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, bits: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        gadget::base_mul(cs, bits).map(drop)
    }
}

fn bits(scalar: Scalar, n: usize) -> Vec<Fr> {
    let scalar = scalar.into_bigint();
    (0..n).map(|i| Fr::from(scalar.get_bit(i))).collect()
}

#[test]
fn base_mul_is_forced() {
    for scalar in [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::rand(&mut test_rng())] {
        assert_clean(&report::<BaseMul>(bits(scalar, SCALAR_BITS), &divisions(2 * 83)));
    }
}

struct TableMul;

const DIGITS: usize = 127;

impl Gadget for TableMul {
    const INPUTS: usize = 2 * DIGITS + 8 * DIGITS;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        gadget::table_mul(cs, &inputs[..2 * DIGITS], &inputs[2 * DIGITS..]).map(drop)
    }
}

#[test]
fn table_mul_is_forced() {
    let values = table::adapted(&(Affine::generator() * Scalar::from(77u8)).into_affine(), DIGITS).unwrap();
    for scalar in [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, Scalar::rand(&mut test_rng())] {
        let mut inputs = bits(scalar, 2 * DIGITS);
        inputs.extend(&values);
        assert_clean(&report::<TableMul>(inputs, &divisions(2 * (DIGITS - 1))));
    }
}

struct Poseidon<const N: usize>;

impl<const N: usize> Gadget for Poseidon<N> {
    const INPUTS: usize = N + 1;

    fn synthesize(_: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        poseidon::gadget::hash::<N>(&inputs[0], &core::array::from_fn(|i| inputs[i + 1].clone())).map(drop)
    }
}

#[test]
fn poseidon_is_forced() {
    fn forced<const N: usize>() {
        let inputs = (0..=N as u64).map(Fr::from).collect();
        assert_clean(&report::<Poseidon<N>>(inputs, &Declaration::default()));
    }
    forced::<1>();
    forced::<2>();
    forced::<5>();
    forced::<16>();
}

struct Bits<const N: usize>;

impl<const N: usize> Gadget for Bits<N> {
    const INPUTS: usize = 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        enforce_bits(cs, &inputs[0], N).map(drop)
    }
}

#[test]
fn bits_are_forced_up_to_253() {
    assert_clean(&report::<Bits<1>>(vec![Fr::ONE], &widths(&[(1, 1)])));
    assert_clean(&report::<Bits<2>>(vec![Fr::from(2u8)], &widths(&[(2, 1)])));
    assert_clean(&report::<Bits<28>>(vec![Fr::from(5u8)], &widths(&[(28, 1)])));
    assert_clean(&report::<Bits<253>>(vec![Fr::from(5u8)], &widths(&[(253, 1)])));
}

/// 254 bits alone hold `x` and `x + r`: it takes a comparison.
#[test]
fn bits_254_are_not_unique_without_a_comparison() {
    let report = report::<Bits<254>>(vec![Fr::from(5u8)], &widths(&[(254, 1)]));
    assert_eq!(report.found_by(), [Check::Propagation, Check::Ranges, Check::Alternatives], "{report}");
}

struct Boolean;

impl Gadget for Boolean {
    const INPUTS: usize = 1;

    fn synthesize(_: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        enforce_boolean(&inputs[0])?;
        enforce_boolean(&(FpVar::one() - &inputs[0]))
    }
}

#[test]
fn a_boolean_is_an_integer_of_one_bit() {
    let report = report::<Boolean>(vec![Fr::ONE], &widths(&[(1, 2)]));
    assert_clean(&report);
    assert_eq!(report.census[0].range, 2);
}

struct Challenge;

impl Gadget for Challenge {
    const INPUTS: usize = 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        challenge_bits(cs, &inputs[0]).map(drop)
    }
}

struct ScalarBits;

impl Gadget for ScalarBits {
    const INPUTS: usize = 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        scalar_bits(cs, &inputs[0]).map(drop)
    }
}

#[test]
fn bits_below_a_modulus_are_forced() {
    let bounded = |bits: usize, modulus| {
        let mut declaration = widths(&[(bits, 1), (126, 1)]);
        declaration.widths[0].modulus = Some(modulus);
        declaration
    };
    for x in [Fr::ZERO, Fr::ONE, Fr::from(u128::MAX)] {
        let declaration = bounded(254, Fr::MODULUS);
        assert_clean(&report::<Challenge>(vec![x], &declaration));
        let declaration = bounded(251, Scalar::MODULUS);
        assert_clean(&report::<ScalarBits>(vec![x], &declaration));
    }
    // The bound of S is not below half of the order.
    let half = bounded(251, Scalar::MODULUS >> 1);
    let report = report::<ScalarBits>(vec![Fr::ONE], &half);
    assert_eq!(report.found_by(), [Check::Ranges, Check::Alternatives], "{report}");
}

struct Widths;

impl Gadget for Widths {
    const INPUTS: usize = slots::SLOTS - 1;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        slots::gadget::enforce_widths(cs, inputs)
    }
}

#[test]
fn slot_widths_are_forced() {
    let declared = widths(&[(144, 1), (128, 1), (32, 5), (16, 2), (8, 5), (64, 1)]);
    assert_clean(&report::<Widths>((1..16u64).map(Fr::from).collect(), &declared));
}

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
    assert_clean(&report::<ForcedBit>(vec![Fr::from(5u8), Fr::ONE, Fr::ONE], &forced_bit()));
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
