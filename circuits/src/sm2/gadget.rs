//! SM2 verification in-circuit, on the digest.
//!
//! The rules together say that `s`, `t` and `r = t - s` are not zero modulo `n`, and that `t = s + e + X` modulo `n`, where `X`
//! is the x-coordinate of `s G + t Q`, an integer below the prime. Then `r = e + X` and `t = r + s` modulo `n`, so
//! `(r mod n, s mod n)` is a signature. Conversely every valid signature gives `s` and `t`. That `s` and `t` may have several
//! representatives is no harm: they are witnesses, and any of them stands for the same signature.

use super::{Sm2, Witness};
use crate::{
    field::Fr,
    relation::{Rows, Rule},
    solinas::{LIMBS, gadget::Element, to_field},
    weierstrass::{
        Curve,
        gadget::{self, Scalars, canonical_x, digest_element, look_up_base, look_up_key, sum_x},
    },
};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// `s` and `t` are odd integers by their digits.
pub const DIGITS: Rule = Rule("SM2-DIGITS");
/// The digits of `s` select multiples of the generator.
pub const LOOKUP_G: Rule = Rule("SM2-LOOKUP-G");
/// The digits of `t` select multiples of the key.
pub const LOOKUP_Q: Rule = Rule("SM2-LOOKUP-Q");
/// The sum of all multiples has the x-coordinate `x`.
pub const ADDITION: Rule = Rule("SM2-ADDITION");
/// `X` is `x`, below the prime.
pub const X_CANONICAL: Rule = Rule("SM2-X-CANONICAL");
/// `t = s + e + X` modulo `n`.
pub const CONGRUENCE: Rule = Rule("SM2-CONGRUENCE");
/// `s`, `t` and `t - s` are not zero modulo `n`, and no scalar is one of the two that the addition cannot take.
pub const NONZERO: Rule = Rule("SM2-NONZERO");

/// The rules, in the order in which [`enforce_signature`] opens them.
pub const RULES: [Rule; 7] = [DIGITS, LOOKUP_G, LOOKUP_Q, ADDITION, X_CANONICAL, CONGRUENCE, NONZERO];

/// All rules: there is a signature over the digest by the key with this table. The digest is eight words as SM3 yields them,
/// which the caller knows to be below `2^32`.
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
    let base = rows.rule(LOOKUP_G, |cs| look_up_base::<Sm2>(&cs, &scalars))?;
    let key = rows.rule(LOOKUP_Q, |cs| look_up_key(&cs, &scalars, table, witness.map(|witness| &witness.key)))?;
    let x = rows.rule(ADDITION, |cs| sum_x(&cs, &base, &key))?;
    let x = rows.rule(X_CANONICAL, |cs| canonical_x(&cs, &x, witness))?;
    rows.rule(CONGRUENCE, |cs| enforce_congruence(&cs, &scalars, &x, digest))?;
    rows.rule(NONZERO, |cs| enforce_nonzero(&cs, &scalars))
}

/// `s + e + X - t` is a multiple of `n`: a zero test without any product.
fn enforce_congruence(
    cs: &ConstraintSystemRef<Fr>,
    scalars: &Scalars,
    x: &Element,
    digest: &[FpVar<Fr>; LIMBS],
) -> Result<(), SynthesisError> {
    let modulus = Sm2::constants()?.order.modulus();
    let sum = &(&scalars.s.element() + &digest_element(digest)) + x;
    (&sum - &scalars.t.element()).image(modulus).enforce_zero(cs, modulus)
}

/// Eleven rows. `t - s` is even and below `2^257 < 3 n` in size, so it is zero modulo `n` only as `0`, `2 n` or `-2 n`.
fn enforce_nonzero(cs: &ConstraintSystemRef<Fr>, scalars: &Scalars) -> Result<(), SynthesisError> {
    let n = Sm2::constants()?.order.modulus().value();
    scalars.s.enforce_nonzero(cs, n)?;
    scalars.t.enforce_nonzero(cs, n)?;
    let r = &scalars.t.value() - &scalars.s.value();
    let twice = to_field(&(n * 2));
    [Fr::from(0u8), twice, -twice].into_iter().try_for_each(|x| r.plus(x).enforce_nonzero(cs))
}
