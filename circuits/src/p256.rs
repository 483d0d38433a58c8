//! ES256: ECDSA (FIPS 186-5, section 6.4) on P-256, the digest being SHA-256's.
//!
//! With the key Q and the digest `e`, a signature `(r, s)` is valid if both are between 1 and `n - 1`, and `r = x(u G + v Q)`
//! modulo `n` for `u = e / s`, `v = r / s`. The circuit has `u` and `v`.

mod curve;
pub mod gadget;

pub use ark_secp256r1::Config as P256;

use self::gadget::{ADDITION, CONGRUENCE, DIGITS, LOOKUP_Q, NONZERO, X_CANONICAL};
use crate::{
    relation::Rule,
    weierstrass::{self, Flaw, SignatureError, differs_in_field, window::order},
};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, PrimeField, Zero};
use ark_secp256r1::Fr as Order;
use num_bigint::BigInt;

/// An issuer's key.
pub type PublicKey = weierstrass::PublicKey<P256>;

/// A signature.
pub type Signature = weierstrass::Signature<P256>;

/// What a prover derives from a signature.
pub type Witness = weierstrass::Witness<P256>;

impl PublicKey {
    /// Verifies a signature over a digest, and derives what a prover needs. Of the two signatures `(r, s)` and `(r, n - s)`
    /// either is valid if the other is, as the standard has it.
    ///
    /// # Errors
    ///
    /// The first reason why a verifier or the circuit refuses the signature.
    pub fn verify(&self, digest: &[u8; 32], signature: &Signature) -> Result<Witness, SignatureError> {
        let inverse = signature.s.inverse().ok_or(SignatureError::OutOfRange)?;
        let (u, v) = (Order::from_be_bytes_mod_order(digest) * inverse, signature.r * inverse);
        let x = self.combination(u, v).x().ok_or(SignatureError::Equation)?;
        if signature.r != Order::from_le_bytes_mod_order(&x.into_bigint().to_bytes_le()) {
            return Err(SignatureError::Equation);
        }
        let witness = Witness::new(self, u, v);
        if is_provable(&witness) { Ok(witness) } else { Err(SignatureError::NotProvable) }
    }
}

/// Whether all differences that the rows of [`NONZERO`] invert have inverses: X is below `2 n` and 0 or `n` if it is zero modulo
/// `n`.
fn is_provable(witness: &Witness) -> bool {
    witness.has_distinct_summands() && differs_in_field(&witness.x, &[BigInt::ZERO, order::<Order>()])
}

/// Whether a witness proves a signature over a digest: the predicate of the rules in [`gadget`].
///
/// # Errors
///
/// The first rule that does not hold.
pub fn holds(key: &PublicKey, digest: &[u8; 32], witness: &Witness) -> Result<(), Rule> {
    let r = witness.residues(key).map_err(|flaw| match flaw {
        Flaw::Digits => DIGITS,
        Flaw::Key => LOOKUP_Q,
        Flaw::Sum => ADDITION,
        Flaw::X => X_CANONICAL,
    })?;
    if r.t * Order::from_be_bytes_mod_order(digest) != r.s * r.x {
        return Err(CONGRUENCE);
    }
    if r.x.is_zero() || !is_provable(witness) { Err(NONZERO) } else { Ok(()) }
}
