//! SM2 signatures (GB/T 32918.2) on the recommended curve (GB/T 32918.5).
//!
//! With the key Q and the digest `e = SM3(Z_A || M)`, a signature `(r, s)` is valid if both are between 1 and `n - 1`,
//! `t = r + s` is not zero modulo `n`, and `r = e + x(s G + t Q)` modulo `n`. The circuit has `s` and `t`; `r = t - s`.

pub mod curve;
pub mod gadget;

pub use curve::Sm2;

use self::gadget::{ADDITION, CONGRUENCE, DIGITS, LOOKUP_Q, NONZERO, X_CANONICAL};
use crate::{
    relation::Rule,
    weierstrass::{self, Flaw, SignatureError, differs_in_field, window::order},
};
use ark_ec::{AffineRepr, short_weierstrass::SWCurveConfig};
use ark_ff::{BigInteger, PrimeField, Zero};
use num_bigint::BigInt;
use sm3::{Digest, Sm3};

/// An issuer's key.
pub type PublicKey = weierstrass::PublicKey<Sm2>;

/// A signature.
pub type Signature = weierstrass::Signature<Sm2>;

/// What a prover derives from a signature.
pub type Witness = weierstrass::Witness<Sm2>;

/// The longest distinguishing identifier, in bytes: its length in bits has two bytes.
pub const MAX_DISTID_BYTES: usize = 8_191;

/// The identifier is longer than [`MAX_DISTID_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the distinguishing identifier is longer than 8,191 bytes")]
pub struct DistidTooLong;

/// `Z_A` of a key given by its 64 bytes, x and y ([`PublicKey::z`]); that they are a point of the curve is for the caller to know.
///
/// # Errors
///
/// [`DistidTooLong`].
pub fn z_a(distid: &[u8], key: &[u8; 64]) -> Result<[u8; 32], DistidTooLong> {
    if distid.len() > MAX_DISTID_BYTES {
        return Err(DistidTooLong);
    }
    let bits = u16::try_from(8 * distid.len()).map_err(|_| DistidTooLong)?;
    let mut hash = Sm3::new();
    hash.update(bits.to_be_bytes());
    hash.update(distid);
    let g = Sm2::GENERATOR;
    for x in [Sm2::COEFF_A, Sm2::COEFF_B, g.x, g.y] {
        hash.update(x.into_bigint().to_bytes_be());
    }
    hash.update(key);
    Ok(hash.finalize().into())
}

impl PublicKey {
    /// `Z_A`, the digest of the signer's identifier, the curve and the key: SM3 of the length of the identifier in bits, the
    /// identifier, `a`, `b`, `x_G`, `y_G`, `x_A`, `y_A` (GB/T 32918.2, section 5.5).
    ///
    /// # Errors
    ///
    /// [`DistidTooLong`].
    pub fn z(&self, distid: &[u8]) -> Result<[u8; 32], DistidTooLong> {
        z_a(distid, &self.to_bytes())
    }

    /// Verifies a signature over a digest, and derives what a prover needs.
    ///
    /// # Errors
    ///
    /// The first reason why a verifier or the circuit refuses the signature.
    pub fn verify(&self, digest: &[u8; 32], signature: &Signature) -> Result<Witness, SignatureError> {
        let (r, s) = (signature.r, signature.s);
        let t = r + s;
        if t.is_zero() {
            return Err(SignatureError::SumIsZero);
        }
        let e = curve::Scalar::from_be_bytes_mod_order(digest);
        let x = self.combination(s, t).x().ok_or(SignatureError::Equation)?;
        if r != e + curve::Scalar::from_le_bytes_mod_order(&x.into_bigint().to_bytes_le()) {
            return Err(SignatureError::Equation);
        }
        let witness = Witness::new(self, s, t);
        if is_provable(&witness) { Ok(witness) } else { Err(SignatureError::NotProvable) }
    }
}

/// Whether all differences that the rows of [`NONZERO`] invert have inverses: `t - s` is even and may be 0, `2 n` or `-2 n` if it
/// is zero modulo `n`.
fn is_provable(witness: &Witness) -> bool {
    let twice: BigInt = order::<curve::Scalar>() * 2;
    let r = &witness.t - &witness.s;
    witness.has_distinct_summands() && differs_in_field(&r, &[BigInt::ZERO, -&twice, twice])
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
    if r.t != r.s + curve::Scalar::from_be_bytes_mod_order(digest) + r.x {
        return Err(CONGRUENCE);
    }
    if r.t == r.s || !is_provable(witness) { Err(NONZERO) } else { Ok(()) }
}
