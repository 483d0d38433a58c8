//! Baby Jubjub in-circuit: complete affine addition in six rows, and table lookups.
//!
//! **Addition.** `T = (y1 - a x1)(x2 + y2)`, `A = x1 y2`, `B = y1 x2`, `C = d A B`, then `x3 (1 + C) = A + B` and
//! `y3 (1 - C) = T + a A - B`. The first four rows define their variable. For operands on the curve `1 + C` and `1 - C` are
//! never zero (completeness, [`super`]), so the last two rows determine `x3` and `y3`, and the result is on the curve again.
//! That is the only premise: operands must be on the curve. It holds for table entries, which the circuit or the verifier
//! computes, and by induction for every sum of them. A pair of coordinates that a prover chooses is never an operand; it is
//! only compared with a sum.
//!
//! **Lookups.** The entry is the value of a polynomial in bits, so for boolean bits it is an entry of the table.

use super::{
    Affine, BabyJubjub,
    table::{self, ADAPTED_DIGIT_BITS, ADAPTED_VALUES, BASE_DIGIT_BITS},
};
use crate::field::Fr;
use ark_ec::twisted_edwards::TECurveConfig;
use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// A pair of coordinates; on the curve only if it is constant, a table entry or a sum.
#[derive(Clone, Debug)]
pub struct PointVar {
    /// The first coordinate.
    pub x: FpVar<Fr>,
    /// The second coordinate.
    pub y: FpVar<Fr>,
}

impl PointVar {
    /// Two witnesses, without any row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn new_witness(cs: &ConstraintSystemRef<Fr>, value: Option<Affine>) -> Result<Self, SynthesisError> {
        let coordinate =
            |value: Option<Fr>| FpVar::new_witness(cs.clone(), || value.ok_or(SynthesisError::AssignmentMissing));
        Ok(Self { x: coordinate(value.map(|p| p.x))?, y: coordinate(value.map(|p| p.y))? })
    }

    /// The value; its coordinates may be any.
    pub fn value(&self) -> Option<Affine> {
        Some(Affine::new_unchecked(self.x.value().ok()?, self.y.value().ok()?))
    }

    /// The inverse of a point, without any row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn negate(&self) -> Result<Self, SynthesisError> {
        Ok(Self { x: self.x.negate()?, y: self.y.clone() })
    }

    /// The sum of two points of the curve, in six rows.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn add(&self, cs: &ConstraintSystemRef<Fr>, other: &Self) -> Result<Self, SynthesisError> {
        let sum = self.value().zip(other.value()).map(|(p, q)| affine_sum(&p, &q));
        let sum = Self::new_witness(cs, sum)?;
        self.enforce_sum(other, &sum)?;
        Ok(sum)
    }

    /// Six rows that hold if and only if `sum` is the sum of `self` and `other`, two points of the curve. Nothing is presumed
    /// of `sum`: it is forced onto the curve.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn enforce_sum(&self, other: &Self, sum: &Self) -> Result<(), SynthesisError> {
        let t = (&self.y - &self.x * BabyJubjub::COEFF_A) * (&other.x + &other.y);
        let a = &self.x * &other.y;
        let b = &self.y * &other.x;
        let c = (&a * &b) * BabyJubjub::COEFF_D;
        sum.x.mul_equals(&(&c + Fr::ONE), &(&a + &b))?;
        sum.y.mul_equals(&(FpVar::one() - &c), &(t + &a * BabyJubjub::COEFF_A - &b))
    }
}

/// The affine law on any coordinates; zero in place of a quotient that does not exist, which only happens off the curve.
fn affine_sum(p: &Affine, q: &Affine) -> Affine {
    let (a, b) = (p.x * q.y, p.y * q.x);
    let c = BabyJubjub::COEFF_D * a * b;
    let (x, y) = (a + b, p.y * q.y - BabyJubjub::COEFF_A * p.x * q.x);
    let (x_divisor, y_divisor) = (Fr::ONE + c, Fr::ONE - c);
    // One inversion serves both quotients.
    if let Some(inverse) = (x_divisor * y_divisor).inverse() {
        return Affine::new_unchecked(x * y_divisor * inverse, y * x_divisor * inverse);
    }
    let quotient = |n: Fr, d: Fr| d.inverse().map_or(Fr::ZERO, |d| n * d);
    Affine::new_unchecked(quotient(x, x_divisor), quotient(y, y_divisor))
}

/// The sum of points of the curve, starting from the first one.
fn sum(
    cs: &ConstraintSystemRef<Fr>,
    mut points: impl Iterator<Item = Result<PointVar, SynthesisError>>,
) -> Result<PointVar, SynthesisError> {
    let first = points.next().ok_or(SynthesisError::Unsatisfiable)??;
    points.try_fold(first, |sum, point| sum.add(cs, &point?))
}

/// A scalar, at most 252 boolean bits with the lowest first, times the generator: 3 rows per digit of 3 bits, and an addition
/// for each digit but the first.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn base_mul(cs: &ConstraintSystemRef<Fr>, bits: &[FpVar<Fr>]) -> Result<PointVar, SynthesisError> {
    sum(cs, bits.chunks(BASE_DIGIT_BITS).zip(table::base()).map(|(digit, columns)| base_entry(digit, columns)))
}

/// The entry of a constant table: one row for the product that both columns share, then one row per column.
fn base_entry(digit: &[FpVar<Fr>], columns: &[[Fr; 8]; 2]) -> Result<PointVar, SynthesisError> {
    let bit = |i: usize| digit.get(i).cloned().unwrap_or_else(FpVar::zero);
    let (b0, b1, b2) = (bit(0), bit(1), bit(2));
    let monomials = [FpVar::one(), b1.clone(), b2.clone(), b1 * b2];
    let column = |c: &[Fr; 8]| {
        let linear = |from: usize| {
            let coefficients = [0, 2, 4, 6].map(|i| FpVar::Constant(c[from + i]));
            FpVar::inner_product(&coefficients, &monomials)
        };
        Ok(linear(0)? + &b0 * linear(1)?)
    };
    Ok(PointVar { x: column(&columns[0])?, y: column(&columns[1])? })
}

/// A scalar, boolean bits with the lowest first, times the point of an adapted table ([`table::adapted`]): 4 rows per digit of
/// 2 bits, and an addition for each digit but the first.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn table_mul(
    cs: &ConstraintSystemRef<Fr>,
    bits: &[FpVar<Fr>],
    values: &[FpVar<Fr>],
) -> Result<PointVar, SynthesisError> {
    let digits = bits.chunks_exact(ADAPTED_DIGIT_BITS).zip(values.chunks_exact(ADAPTED_VALUES));
    sum(
        cs,
        digits.map(|(digit, values)| {
            let column = |c: &[FpVar<Fr>]| (&digit[1] + &c[0]) * (&c[1] * &digit[0] + &c[2]) + &c[3];
            Ok(PointVar { x: column(&values[..4]), y: column(&values[4..]) })
        }),
    )
}
