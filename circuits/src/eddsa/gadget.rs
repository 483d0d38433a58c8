//! EdDSA-Poseidon in-circuit, one function per rule.
//!
//! The rules together accept exactly what [`PublicKey::verify`](super::PublicKey::verify) accepts:
//!
//! - **Challenge.** `h` is the output of [`poseidon::gadget::hash`] on R, A and M, a function of them.
//! - **Canonical challenge.** `h` is a field element, but the equation multiplies by an integer: the one below `r`
//!   ([`enforce_canonical_bits`]).
//! - **Scalar range.** The same with 251 bits, low part 125 bits and the order `l`: `S < l`, so `S + l` is refused.
//! - **Identity.** `x(R) != 0`. The equation puts R into the prime-order subgroup, where only the identity has `x = 0`: the
//!   other point of the curve with `x = 0` is `(0, -1)`, of order 2. So R is not of small order.
//! - **Equation.** `R = S B - h (8 A)`. B's multiples are constants and those of 8 A come from the verifier, who checked the
//!   key, so all operands are in the subgroup and the complete law applies to each addition. The last addition is enforced
//!   with R as its result, never as an operand; therefore R needs no curve check, no subgroup check and no cofactor: it equals
//!   a point that has passed them.

use super::{SCALAR_LOW_BITS, Signature, scalar_high_bound};
use crate::{
    babyjubjub::{
        SCALAR_BITS,
        gadget::{PointVar, base_mul, table_mul},
    },
    bits::{enforce_bits_below, enforce_canonical_bits},
    field::Fr,
    poseidon,
};
use ark_ff::{One, PrimeField};
use ark_r1cs_std::{
    alloc::AllocVar,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// A signature that a prover chose: three witnesses without any row.
pub struct SignatureVar {
    /// The pair of coordinates R.
    pub r: PointVar,
    /// The scalar S.
    pub s: FpVar<Fr>,
}

impl SignatureVar {
    /// Allocates the witnesses.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn new_witness(cs: &ConstraintSystemRef<Fr>, signature: Option<&Signature>) -> Result<Self, SynthesisError> {
        let r = PointVar::new_witness(cs, signature.map(|signature| signature.r))?;
        let s = FpVar::new_witness(cs.clone(), || {
            let s = signature.ok_or(SynthesisError::AssignmentMissing)?.s;
            // An integer that is no field element must not become a smaller one: -1 breaks the scalar's range as well.
            Ok(Fr::from_bigint(s).unwrap_or(-Fr::one()))
        })?;
        Ok(Self { r, s })
    }
}

/// The challenge, twin of [`super::challenge`]; 321 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn challenge(
    r: &PointVar,
    [key_x, key_y]: [&FpVar<Fr>; 2],
    message: &FpVar<Fr>,
) -> Result<FpVar<Fr>, SynthesisError> {
    let inputs = [&r.x, &r.y, key_x, key_y, message].map(Clone::clone);
    poseidon::gadget::hash(&FpVar::zero(), &inputs)
}

/// The bits of the challenge as an integer below the modulus; 380 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn challenge_bits(cs: &ConstraintSystemRef<Fr>, h: &FpVar<Fr>) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    enforce_canonical_bits(cs, h)
}

/// The bits of S, an integer below the order of the group; 377 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn scalar_bits(cs: &ConstraintSystemRef<Fr>, s: &FpVar<Fr>) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    enforce_bits_below(cs, s, SCALAR_BITS, SCALAR_LOW_BITS as usize, scalar_high_bound())
}

/// `R = S B - h (8 A)`, with the adapted table of 8 A; 2,019 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_equation(
    cs: &ConstraintSystemRef<Fr>,
    r: &PointVar,
    s: &[FpVar<Fr>],
    h: &[FpVar<Fr>],
    table: &[FpVar<Fr>],
) -> Result<(), SynthesisError> {
    let left = base_mul(cs, s)?;
    let right = table_mul(cs, h, table)?;
    left.enforce_sum(&right.negate()?, r)
}
