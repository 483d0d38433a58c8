//! What a prover can do who chooses digits, slopes and X and computes everything else: the exceptional additions, where a slope is
//! free, and the others, where it is not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod foreign;

use ark_bn254::Fr;
use ark_ec::CurveGroup;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use edit::Edit;
use foreign::{Signed, Statement, Suite, TABLE_VALUES, fitted, key, residue, scalar};
use num_bigint::BigInt;
use shiming_circuits::{
    p256::P256,
    relation::{Relation, Rule},
    sm2::Sm2,
    solinas::{
        LIMBS,
        gadget::{limbs_of, limbs_of_integer},
        to_integer,
    },
    weierstrass::{
        Affine, PublicKey, Witness,
        window::{Window, halves, odd_representative, order},
    },
};

/// The additions in the order of their rows: 23 of the generator's entries, 50 of the key's, and the last one.
const BASE_ROOT: usize = 22;
const KEY_ROOT: usize = 72;
const LAST: usize = 73;

/// A point, on the curve or not.
type Point<C> = (<C as ark_ec::CurveConfig>::BaseField, <C as ark_ec::CurveConfig>::BaseField);

fn coordinates<C: Suite>(point: impl CurveGroup<Affine = Affine<C>>) -> Point<C> {
    let point = point.into_affine();
    (point.x, point.y)
}

/// The third point on a line through two, reflected.
fn third<C: Suite>(slope: C::BaseField, p: Point<C>, q: Point<C>) -> Point<C> {
    let x = slope.square() - p.0 - q.0;
    (x, slope * (p.0 - x) - p.1)
}

fn secant<C: Suite>(p: Point<C>, q: Point<C>) -> C::BaseField {
    (q.1 - p.1) * (q.0 - p.0).inverse().unwrap()
}

/// What is added to a slope so that its limbs are not negative.
fn centre<C: Suite>() -> C::BaseField {
    let (base, half) = (C::BaseField::from(1u64 << 32), C::BaseField::from(1u64 << 31));
    (0..LIMBS).fold(C::BaseField::ZERO, |sum, _| sum * base + half)
}

/// A prover's assignment, whose choices can be changed.
struct Prover<C: Suite> {
    edit: Edit,
    slopes: Vec<usize>,
    x: Vec<usize>,
    scalars: (C::ScalarField, C::ScalarField),
}

impl<C: Suite> Prover<C> {
    fn new((statement, witness): &(Statement<C>, Witness<C>)) -> Self {
        let edit = Edit::new::<Signed<C>>(statement, witness);
        let (slopes, x) = (edit.integers(C::RULES[3]), edit.integers(C::RULES[4]));
        assert_eq!((slopes.len(), x.len()), (74 * LIMBS, LIMBS));
        Self { edit, slopes, x, scalars: (residue(&witness.s), residue(&witness.t)) }
    }

    /// A slope, by the form whose limbs are those of an integer below the prime.
    fn choose_slope(&mut self, addition: usize, slope: C::BaseField) {
        for (limb, value) in self.slopes[addition * LIMBS..].iter().zip(limbs_of(slope + centre::<C>())) {
            self.edit.assignment[*limb] = Fr::from(value);
        }
    }

    /// X, with the digest for which it satisfies the congruence.
    fn choose_x(&mut self, x: C::BaseField) {
        for (limb, value) in self.x.iter().zip(limbs_of(x)) {
            self.edit.assignment[*limb] = Fr::from(value);
        }
        let (s, t) = self.scalars;
        let digest = foreign::bytes(C::digest(s, t, foreign::as_scalar::<C>(x)));
        for (i, word) in digest.chunks(4).enumerate() {
            self.edit.assignment[1 + TABLE_VALUES + i] = Fr::from_be_bytes_mod_order(word);
        }
    }

    /// The rules that are broken once everything else is computed.
    #[track_caller]
    fn assert_broken(&mut self, names: &[&str]) {
        self.edit.fit_all();
        let rules: Vec<Rule> =
            names.iter().map(|name| *C::RULES.iter().find(|rule| rule.0.ends_with(name)).unwrap()).collect();
        self.edit.assert_violated(&rules);
    }
}

fn any<C: Suite>(seed: u64) -> C::BaseField {
    scalar(seed)
}

/// Computing everything from digits, slopes and X gives what synthesis gave.
fn fitting_is_synthesis<C: Suite>() {
    let case = fitted(&key::<C>(scalar(1)), scalar(2), scalar(3));
    let mut prover = Prover::new(&case);
    let honest = prover.edit.assignment.clone();
    let (chosen, first) = ([&prover.slopes[..], &prover.x].concat(), prover.edit.matrices.instances);
    // All but the choices is forgotten; digits are bits, and stay.
    let digits = prover.edit.rows_of(C::RULES[0]);
    let bits = prover.edit.variables_of(digits);
    for i in (first..honest.len()).filter(|i| !chosen.contains(i) && !bits.contains(i)) {
        prover.edit.assignment[i] = Fr::from(7u8);
    }
    prover.edit.fit_all();
    assert!(prover.edit.assignment == honest);
    prover.assert_broken(&[]);
}

#[test]
fn fitting_is_synthesis_for_either_curve() {
    fitting_is_synthesis::<Sm2>();
    fitting_is_synthesis::<P256>();
}

/// Points that are neither equal nor opposite have one slope. With another one everything else can be computed, to the congruence
/// and the digest, but not the zero test of that slope.
fn addition_a_slope_of_other_points<C: Suite>() {
    let secret = scalar::<C::ScalarField>(1);
    let (s, t) = (scalar::<C::ScalarField>(2), scalar::<C::ScalarField>(3));
    let case = fitted(&key::<C>(secret), s, t);
    let (p, q) = (coordinates::<C>(C::GENERATOR * s), coordinates::<C>(*case.0.key.point() * t));
    let right = secant::<C>(p, q);
    let mut prover = Prover::new(&case);
    prover.choose_slope(LAST, right);
    prover.choose_x(third::<C>(right, p, q).0);
    prover.assert_broken(&[]);
    for wrong in [any::<C>(5), -right, right + C::BaseField::ONE, C::BaseField::ZERO] {
        prover.choose_slope(LAST, wrong);
        prover.choose_x(third::<C>(wrong, p, q).0);
        prover.assert_broken(&["ADDITION"]);
    }
}

#[test]
fn sm2_addition_a_slope_of_other_points() {
    addition_a_slope_of_other_points::<Sm2>();
}

#[test]
fn p256_addition_a_slope_of_other_points() {
    addition_a_slope_of_other_points::<P256>();
}

/// A slope `l` has two forms where `l` and `l + p`, both with the centres of the limbs added, fit 256 bits: one of `2^32`. They are the
/// same residue, so the same statement.
fn addition_both_forms_of_a_slope<C: Suite>() {
    let (s, t) = (scalar::<C::ScalarField>(2), scalar::<C::ScalarField>(3));
    let p = coordinates::<C>(C::GENERATOR * s);
    // Lines through P with such a slope, until one meets the curve again: the other two x have a known sum and product.
    let (slope, x) = (0u64..)
        .find_map(|i| {
            let slope = C::BaseField::from(i) - centre::<C>();
            let sum = slope.square() - p.0;
            let product = C::COEFF_A - slope.double() * (p.1 - slope * p.0) - p.0 * sum;
            let root = (sum.square() - product.double().double()).sqrt()?;
            Some((slope, (sum + root) * C::BaseField::from(2u8).inverse()?))
        })
        .unwrap();
    let other = Affine::<C>::new_unchecked(x, p.1 + slope * (x - p.0));
    assert!(other.is_on_curve());
    let key = PublicKey::<C>::from_point((other * t.inverse().unwrap()).into_affine()).unwrap();
    let mut prover = Prover::new(&fitted(&key, s, t));
    prover.assert_broken(&[]);
    let limbs: Vec<usize> = prover.slopes[LAST * LIMBS..].to_vec();
    let honest = limbs.iter().rev().fold(BigInt::ZERO, |sum, i| (sum << 32) + to_integer(prover.edit.assignment[*i]));
    let both = honest + order::<C::BaseField>();
    assert!(both.bits() <= 256);
    for (limb, value) in limbs.iter().zip(limbs_of_integer(&both)) {
        prover.edit.assignment[*limb] = Fr::from(value);
    }
    prover.assert_broken(&[]);
    prover.edit.assignment[limbs[0]] += Fr::ONE;
    prover.assert_broken(&["ADDITION", "X-CANONICAL"]);
}

#[test]
fn addition_both_forms_of_a_slope_are_the_same_statement() {
    addition_both_forms_of_a_slope::<Sm2>();
    addition_both_forms_of_a_slope::<P256>();
}

/// The last addition of equal points: its slope is free, so that any X, hence any digest, passes. Whoever has such a witness has
/// the issuer's secret in it, and could as well sign; with another key the same scalars do nothing.
fn addition_a_free_slope_gives_the_secret_away<C: Suite>() {
    let secret = scalar::<C::ScalarField>(1);
    let t = scalar::<C::ScalarField>(3);
    let s = secret * t;
    let case = fitted(&key::<C>(secret), s, t);
    let p = coordinates::<C>(C::GENERATOR * s);
    let mut prover = Prover::new(&case);
    for slope in [any::<C>(5), any::<C>(6)] {
        prover.choose_slope(LAST, slope);
        let x = third::<C>(slope, p, p).0;
        prover.choose_x(x);
        prover.assert_broken(&[]);
        // It is no signature.
        let (s_of_witness, t_of_witness) = prover.scalars;
        let digest = foreign::bytes(C::digest(s, t, foreign::as_scalar::<C>(x)));
        let statement = Statement { key: case.0.key.clone(), digest };
        assert_eq!(Signed::<C>::holds(&statement, &case.1), Err(C::RULES[5]));
        assert_eq!(s_of_witness * t_of_witness.inverse().unwrap(), secret);
    }
    let other = fitted(&key::<C>(secret + C::ScalarField::ONE), s, t);
    let mut prover = Prover::new(&other);
    prover.choose_slope(LAST, any::<C>(5));
    let q = coordinates::<C>(*other.0.key.point() * t);
    prover.choose_x(third::<C>(any::<C>(5), p, q).0);
    prover.assert_broken(&["ADDITION"]);
}

#[test]
fn sm2_addition_a_free_slope_gives_the_secret_away() {
    addition_a_free_slope_gives_the_secret_away::<Sm2>();
}

#[test]
fn p256_addition_a_free_slope_gives_the_secret_away() {
    addition_a_free_slope_gives_the_secret_away::<P256>();
}

/// The odd integer whose halves differ by `n`, for either sign.
fn wrapping<C: Suite>(windows: &[Window]) -> BigInt {
    let n = order::<C::ScalarField>();
    let offset = windows[windows.len() / 2].offset;
    let unit = BigInt::from(1) << offset;
    let low = &n % &unit;
    let [a, b] = [low.clone(), low - &unit].map(|low| (&low - &n, low));
    let (high, low) = if (&a.0 >> offset).bit(0) { a } else { b };
    low + high
}

/// The root of one scalar adds equal points if its halves differ by `n`, under every key: whatever the slope, the sum is a point
/// of the prover's choice, and with it X and the digest. Nothing but NONZERO is in the way.
fn nonzero_a_free_slope_at_the_root<C: Suite>() {
    let key = key::<C>(scalar(1));
    let half = |scalar: C::ScalarField, windows: &[Window]| -> C::ScalarField {
        let (low, high) = halves(&odd_representative(scalar), windows).unwrap();
        assert_eq!((&low - &high).magnitude(), order::<C::ScalarField>().magnitude());
        residue(&low)
    };
    let slope = any::<C>(8);

    let s: C::ScalarField = residue(&wrapping::<C>(&Window::of_base()));
    let t = scalar::<C::ScalarField>(3);
    let mut prover = Prover::new(&fitted(&key, s, t));
    let low = coordinates::<C>(C::GENERATOR * half(s, &Window::of_base()));
    let (p, q) = (third::<C>(slope, low, low), coordinates::<C>(*key.point() * t));
    prover.choose_slope(BASE_ROOT, slope);
    prover.choose_slope(LAST, secant::<C>(p, q));
    prover.choose_x(third::<C>(secant::<C>(p, q), p, q).0);
    prover.assert_broken(&["NONZERO"]);

    let s = scalar::<C::ScalarField>(2);
    let t: C::ScalarField = residue(&wrapping::<C>(&Window::of_key()));
    let mut prover = Prover::new(&fitted(&key, s, t));
    let low = coordinates::<C>(*key.point() * half(t, &Window::of_key()));
    let (p, q) = (coordinates::<C>(C::GENERATOR * s), third::<C>(slope, low, low));
    prover.choose_slope(KEY_ROOT, slope);
    prover.choose_slope(LAST, secant::<C>(p, q));
    prover.choose_x(third::<C>(secant::<C>(p, q), p, q).0);
    prover.assert_broken(&["NONZERO"]);
}

#[test]
fn sm2_nonzero_a_free_slope_at_the_root() {
    nonzero_a_free_slope_at_the_root::<Sm2>();
}

#[test]
fn p256_nonzero_a_free_slope_at_the_root() {
    nonzero_a_free_slope_at_the_root::<P256>();
}

/// Keys whose table is made of points of the generator's: the same multiples, opposite ones, or a shift by whole windows. A node of
/// either tree adds multiples of one point alone, so that its slope is forced under these keys too.
fn addition_a_key_with_the_generators_multiples<C: Suite>() {
    let one = C::ScalarField::ONE;
    let two = one.double();
    let (s, t) = (scalar::<C::ScalarField>(2), scalar::<C::ScalarField>(3));
    let secrets = [one, two, two.inverse().unwrap(), -two, two.pow([55]), -two.pow([250])];
    for (secret, addition) in secrets.into_iter().zip([0, BASE_ROOT, 23, 48, KEY_ROOT, LAST]) {
        let mut prover = Prover::new(&fitted(&key::<C>(secret), s, t));
        prover.assert_broken(&[]);
        prover.choose_slope(addition, any::<C>(9));
        prover.edit.fit_all();
        assert!(prover.edit.violated().contains(&C::RULES[3]));
    }
}

#[test]
fn sm2_addition_a_key_with_the_generators_multiples() {
    addition_a_key_with_the_generators_multiples::<Sm2>();
}

#[test]
fn p256_addition_a_key_with_the_generators_multiples() {
    addition_a_key_with_the_generators_multiples::<P256>();
}
