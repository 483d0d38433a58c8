//! Gadgets by themselves: inputs are instances, outputs are left open, and everything in between is forced.
//!
//! Within a relation a value can be forced from its other side: a check that pins an output may hide that an input is not the
//! one that was passed. Here there is no other side.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField, UniformRand};
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
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

pub(crate) fn report<G: Gadget>(inputs: Vec<Fr>, declaration: &Declaration) -> Report {
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
pub(crate) fn assert_clean(report: &Report) {
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
    const INPUTS: usize = 2;

    fn synthesize(_: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        enforce_boolean(&inputs[0])?;
        enforce_boolean(&(FpVar::one() - &inputs[1]))
    }
}

#[test]
fn a_boolean_is_an_integer_of_one_bit() {
    let report = report::<Boolean>(vec![Fr::ONE, Fr::ZERO], &widths(&[(1, 2)]));
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
        slots::gadget::enforce_widths(cs, inputs).map(drop)
    }
}

#[test]
fn slot_widths_are_forced() {
    let declared = widths(&[(144, 1), (128, 1), (32, 5), (16, 2), (8, 5), (64, 1)]);
    assert_clean(&report::<Widths>((1..16u64).map(Fr::from).collect(), &declared));
}
