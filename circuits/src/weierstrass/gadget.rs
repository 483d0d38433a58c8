//! `x(s G + t Q)` in-circuit, one function per rule.

use super::{Curve, Entry, PublicKey, Scalar, Witness, addition, window::Window};
use crate::{
    field::Fr,
    linear::Linear,
    solinas::{
        Interval, LIMB_BITS, LIMBS,
        gadget::{Element, limbs_of_integer},
    },
};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The two scalars of a sum.
pub struct Scalars {
    /// The scalar of the generator.
    pub s: Scalar,
    /// The scalar of the key.
    pub t: Scalar,
}

/// The digits of both scalars.
///
/// # Errors
///
/// As [`Scalar::witness`].
pub fn scalars<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    witness: Option<&Witness<C>>,
) -> Result<Scalars, SynthesisError> {
    let s = Scalar::witness(cs, &Window::of_base(), witness.map(|witness| &witness.s))?;
    let t = Scalar::witness(cs, &Window::of_key(), witness.map(|witness| &witness.t))?;
    Ok(Scalars { s, t })
}

/// The multiples of the generator.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn look_up_base<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    scalars: &Scalars,
) -> Result<Vec<Entry<C>>, SynthesisError> {
    scalars.s.look_up_constant(cs, C::base_table()?)
}

/// The multiples of the key, from the values of its table.
///
/// # Errors
///
/// As [`Scalar::look_up_adapted`].
pub fn look_up_key<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    scalars: &Scalars,
    table: &[FpVar<Fr>],
    key: Option<&PublicKey<C>>,
) -> Result<Vec<Entry<C>>, SynthesisError> {
    scalars.t.look_up_adapted(cs, table, key.map(PublicKey::multiples))
}

/// The x-coordinate of the sum of all multiples, modulo the prime.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn sum_x<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    base: &[Entry<C>],
    key: &[Entry<C>],
) -> Result<Element, SynthesisError> {
    let field = &C::constants()?.field;
    addition::sum_x(cs, field, &addition::sum(cs, field, base)?, &addition::sum(cs, field, key)?)
}

/// The integer below the prime that `x` is congruent to, by limbs of 32 bits.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn canonical_x<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    x: &Element,
    witness: Option<&Witness<C>>,
) -> Result<Element, SynthesisError> {
    let (canonical, bits) = Element::witness(cs, witness.map(|witness| limbs_of_integer(&witness.x)))?;
    C::enforce_below_prime(cs, &canonical, &bits)?;
    let modulus = C::constants()?.field.modulus();
    (x - &canonical).image(modulus).enforce_zero(cs, modulus)?;
    Ok(canonical)
}

/// A digest as an element: eight words as a hash yields them, the first one highest. The caller knows them to be below `2^32`.
#[must_use]
pub fn digest_element(digest: &[FpVar<Fr>; LIMBS]) -> Element {
    Element {
        limbs: core::array::from_fn(|j| Linear::from(&digest[LIMBS - 1 - j])),
        bounds: core::array::from_fn(|_| Interval::unsigned(LIMB_BITS)),
    }
}

/// How many of these bits are zero.
pub(crate) fn zeros<'a>(bits: impl IntoIterator<Item = &'a Linear>) -> Linear {
    bits.into_iter().fold(Linear::zero(), |sum, bit| &sum + &(&Linear::one() - bit))
}
