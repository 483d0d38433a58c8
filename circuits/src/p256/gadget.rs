//! ES256 verification in-circuit, on the digest.
//!
//! The rules together say that `v` and `X` are not zero modulo `n`, and that `v e = u X` modulo `n`, where `X` is the
//! x-coordinate of `u G + v Q`, an integer below the prime. Put `r = X` and `s = r / v` modulo `n`, neither of them zero. Then
//! `v = r / s` and, as `u r = v e = r e / s`, `u = e / s`: `(r, s)` is a signature. Conversely every valid signature gives `u`
//! and `v`. No inverse modulo `n` is computed in the circuit.

use super::{P256, Witness};
use crate::{
    field::Fr,
    linear::Linear,
    relation::{Rows, Rule},
    solinas::{LIMB_BITS, LIMBS, gadget::Element, to_field},
    weierstrass::{
        Curve,
        gadget::{self, Scalars, canonical_x, digest_element, look_up_base, look_up_key, sum_x},
    },
};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// `u` and `v` are odd integers by their digits.
pub const DIGITS: Rule = Rule("P256-DIGITS");
/// The digits of `u` select multiples of the generator.
pub const LOOKUP_G: Rule = Rule("P256-LOOKUP-G");
/// The digits of `v` select multiples of the key.
pub const LOOKUP_Q: Rule = Rule("P256-LOOKUP-Q");
/// The sum of all multiples has the x-coordinate `x`.
pub const ADDITION: Rule = Rule("P256-ADDITION");
/// `X` is `x`, below the prime.
pub const X_CANONICAL: Rule = Rule("P256-X-CANONICAL");
/// `v e = u X` modulo `n`.
pub const CONGRUENCE: Rule = Rule("P256-CONGRUENCE");
/// `v` and `X` are not zero modulo `n`, and no scalar is one of the two that the addition cannot take.
pub const NONZERO: Rule = Rule("P256-NONZERO");

/// The rules, in the order in which [`enforce_signature`] opens them.
pub const RULES: [Rule; 7] = [DIGITS, LOOKUP_G, LOOKUP_Q, ADDITION, X_CANONICAL, CONGRUENCE, NONZERO];

/// All rules: there is a signature over the digest by the key with this table. The digest is eight words as SHA-256 yields
/// them, which the caller knows to be below `2^32`.
///
/// # Errors
///
/// [`SynthesisError::Unsatisfiable`] for a scalar that has no digits or a table of another size; whatever the constraint system
/// reports.
pub fn enforce_signature(
    rows: &mut Rows,
    table: &[FpVar<Fr>],
    digest: &[FpVar<Fr>; LIMBS],
    witness: Option<&Witness>,
) -> Result<(), SynthesisError> {
    let scalars = rows.rule(DIGITS, |cs| gadget::scalars(&cs, witness))?;
    let base = rows.rule(LOOKUP_G, |cs| look_up_base::<P256>(&cs, &scalars))?;
    let key = rows.rule(LOOKUP_Q, |cs| look_up_key(&cs, &scalars, table, witness.map(|witness| &witness.key)))?;
    let x = rows.rule(ADDITION, |cs| sum_x(&cs, &base, &key))?;
    let x = rows.rule(X_CANONICAL, |cs| canonical_x(&cs, &x, witness))?;
    rows.rule(CONGRUENCE, |cs| enforce_congruence(&cs, &scalars, &x, digest))?;
    rows.rule(NONZERO, |cs| enforce_nonzero(&cs, &scalars, &x))
}

/// `v e - u X` is a multiple of `n`: two products and one zero test.
fn enforce_congruence(
    cs: &ConstraintSystemRef<Fr>,
    scalars: &Scalars,
    x: &Element,
    digest: &[FpVar<Fr>; LIMBS],
) -> Result<(), SynthesisError> {
    let order = &P256::constants()?.order;
    let left = order.product(cs, &scalars.t.element(), &digest_element(digest))?;
    let right = order.product(cs, &scalars.s.element(), x)?;
    (&left - &right).enforce_zero(cs, order.modulus())
}

/// Ten rows. `X` is below `2 n`, so it is zero modulo `n` only as `0` or `n`.
fn enforce_nonzero(cs: &ConstraintSystemRef<Fr>, scalars: &Scalars, x: &Element) -> Result<(), SynthesisError> {
    let n = P256::constants()?.order.modulus().value();
    scalars.s.enforce_nonzero(cs, n)?;
    scalars.t.enforce_nonzero(cs, n)?;
    let r = Linear::pack(&x.limbs, LIMB_BITS);
    r.enforce_nonzero(cs)?;
    r.plus(-to_field(n)).enforce_nonzero(cs)
}
