//! Bit decomposition: an integer of a stated width, and its bits.
//!
//! `n` rows for `n` bits. Bits `b_0 .. b_{n-2}` are witnesses with `b (1 - b) = 0`; the last bit is the linear combination
//! `(x - sum b_i 2^i) / 2^(n-1)`, made boolean by the n-th row. Satisfied if and only if `x` is an integer in `[0, 2^n)`, and
//! then the bits are unique, because `2^n` is below the modulus (`n <= 253`) or, for `n = 254`, up to adding the modulus,
//! which [`enforce_canonical_bits`] excludes.
//!
//! **Below a bound.** Let `hi` be the integer of the bits from `low` on, below `2^(n - low)`, and the bound on it not above that. The
//! rows say that `bound - 1 - hi` is in `[0, 2^(n - low))`; both terms are integers below `2^(n - low)`, so the difference is not
//! negative and `hi < bound`. With the modulus shifted by 128 bits for the bound, the bits are an integer below the modulus: the only
//! one that represents the element. The sliver of integers whose high part is the bound itself, a fraction of 2^-125, is refused,
//! here and natively ([`is_canonical_by_high_part`]).

use crate::field::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, One, PrimeField, Zero};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    fields::{
        FieldVar,
        fp::{AllocatedFp, FpVar},
    },
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The bits of `x`, least significant first, with `n` rows that hold if and only if `x` is in `[0, 2^n)`.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_bits(cs: &ConstraintSystemRef<Fr>, x: &FpVar<Fr>, n: usize) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    let value = x.value().ok().map(PrimeField::into_bigint);
    let mut bits = Vec::with_capacity(n);
    let mut powers = Vec::with_capacity(n);
    let mut power = Fr::one();
    for i in 0..n.saturating_sub(1) {
        let bit = FpVar::new_witness(cs.clone(), || {
            value.map(|v| Fr::from(v.get_bit(i))).ok_or(SynthesisError::AssignmentMissing)
        })?;
        enforce_boolean(&bit)?;
        powers.push(power);
        power.double_in_place();
        bits.push(bit);
    }
    // One combination, not a chain: at setup every link of a chain would be expanded.
    let inverse = power.inverse().unwrap_or(Fr::zero());
    let taken = powers.into_iter().zip(&bits).map(|(power, bit)| (-power * inverse, bit));
    let last = combination(core::iter::once((inverse, x)).chain(taken));
    enforce_boolean(&last)?;
    bits.push(last);
    Ok(bits)
}

/// The bits below a split that a comparison with the modulus does not look at.
pub(crate) const CANONICAL_LOW_BITS: usize = 128;

/// The modulus from bit 128 on, 126 bits.
fn canonical_high_bound() -> BigInt<4> {
    Fr::MODULUS >> CANONICAL_LOW_BITS as u32
}

/// Whether an element is outside the sliver that [`enforce_canonical_bits`] refuses.
#[must_use]
pub fn is_canonical_by_high_part(x: &Fr) -> bool {
    x.into_bigint() >> (CANONICAL_LOW_BITS as u32) < canonical_high_bound()
}

/// The 254 bits of the integer below the modulus that `x` is; 380 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_canonical_bits(cs: &ConstraintSystemRef<Fr>, x: &FpVar<Fr>) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    enforce_bits_below(cs, x, Fr::MODULUS_BIT_SIZE as usize, CANONICAL_LOW_BITS, canonical_high_bound())
}

/// The `n` bits of `x`, whose integer from bit `low` on is below `bound`.
///
/// # Errors
///
/// [`SynthesisError::Unsatisfiable`] if the bound is no field element; whatever the constraint system reports.
pub fn enforce_bits_below(
    cs: &ConstraintSystemRef<Fr>,
    x: &FpVar<Fr>,
    n: usize,
    low: usize,
    bound: BigInt<4>,
) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    let bits = enforce_bits(cs, x, n)?;
    let powers: Vec<_> = core::iter::successors(Some(Fr::one()), |power| Some(power.double())).take(n - low).collect();
    let powers: Vec<_> = powers.into_iter().map(FpVar::Constant).collect();
    let high = FpVar::inner_product(&powers, &bits[low..])?;
    let bound = Fr::from_bigint(bound).ok_or(SynthesisError::Unsatisfiable)?;
    enforce_bits(cs, &(FpVar::Constant(bound - Fr::one()) - high), n - low)?;
    Ok(bits)
}

/// One row: `bit (1 - bit) = 0`.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_boolean(bit: &FpVar<Fr>) -> Result<(), SynthesisError> {
    bit.mul_equals(&(FpVar::one() - bit), &FpVar::zero())
}

/// The sum of terms `coefficient * x` as one linear combination; a constant if every `x` is.
pub fn combination<'a>(terms: impl IntoIterator<Item = (Fr, &'a FpVar<Fr>)>) -> FpVar<Fr> {
    let (mut constant, mut coefficients, mut variables) = (Fr::zero(), Vec::new(), Vec::new());
    for (coefficient, x) in terms {
        match x {
            FpVar::Constant(value) => constant += coefficient * value,
            FpVar::Var(variable) => {
                coefficients.push(coefficient);
                variables.push(variable);
            }
        }
    }
    let combination = AllocatedFp::linear_combination(coefficients.iter(), &variables);
    combination.map_or(FpVar::Constant(constant), |x| FpVar::Var(x.add_constant(constant)))
}
