//! EdDSA with Poseidon on Baby Jubjub: what the `native` suite signs with.
//!
//! Compatible with circomlib's `eddsaposeidon`: for a secret `x`, a key `A = x B` and a message `M`, the signature is `R = n B`
//! and `S = n + 8 h x mod l`, where `B` is the generator, circomlib's `Base8`, and `h = Poseidon(0; R.x, R.y, A.x, A.y, M)`.
//! It is valid if and only if `S B = R + h (8 A)`, with S below `l`, so that `S + l` is no second form of it.
//!
//! Two rules are narrower than circomlib's. R is not of small order. And S is below `l`, and `h` below the modulus `r`, by
//! their high parts alone: `S < (l >> 125) << 125` and `h < (r >> 128) << 128`. This is what the circuit enforces, and native
//! verification enforces the same, so that both accept exactly the same signatures. The excluded slivers hold 2^-125 of all
//! scalars and challenges; a signer that meets one draws another nonce.
//!
//! Verification is of public data and not constant-time. Signing multiplies by [`base_mul`](crate::babyjubjub::base_mul) and
//! has its limits; signing keys belong on machines whose timing is not observed.

pub mod gadget;
mod key;

pub use key::{KeyError, PublicKey, SigningKey};

use crate::{
    babyjubjub::{Affine, BabyJubjub, Scalar},
    bits::is_canonical_by_high_part,
    field::{FR_BYTES, Fr, fr_from_bytes, fr_to_bytes},
    poseidon,
};
use ark_ec::{AffineRepr, twisted_edwards::TECurveConfig};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};

/// The length of an encoded signature.
pub const SIGNATURE_BYTES: usize = 3 * FR_BYTES;

/// The low bits that the range rule of `S` ignores.
pub(crate) const SCALAR_LOW_BITS: u32 = 125;
/// The exclusive bound of the high part of `S`, 126 bits.
pub(crate) fn scalar_high_bound() -> BigInt<4> {
    Scalar::MODULUS >> SCALAR_LOW_BITS
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A coordinate of R is not below the modulus.
    #[error("a coordinate of R is not canonical")]
    NotCanonical,
    /// S is not below the order of the group, by its high part.
    #[error("S is not below the order of the group")]
    ScalarOutOfRange,
    /// R is not a point of the curve.
    #[error("R is not on the curve")]
    NotOnCurve,
    /// R is the identity or another point whose order divides 8.
    #[error("R is of small order")]
    SmallOrder,
    /// The challenge is in the sliver below the modulus.
    #[error("the challenge is not below the modulus by its high part")]
    ChallengeOutOfRange,
    /// The verification equation does not hold.
    #[error("the signature does not verify")]
    Equation,
}

/// A signature as it arrives: nothing is known of its values until [`PublicKey::verify`] accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The point R, circomlib's `R8`; may be off the curve.
    pub r: Affine,
    /// The integer S; may be out of range.
    pub s: BigInt<4>,
}

impl Signature {
    /// 96 bytes: R.x, R.y, S, each 32 bytes big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SIGNATURE_BYTES] {
        let mut out = [0; SIGNATURE_BYTES];
        out[..32].copy_from_slice(&fr_to_bytes(&self.r.x));
        out[32..64].copy_from_slice(&fr_to_bytes(&self.r.y));
        out[64..].copy_from_slice(&self.s.to_bytes_be());
        out
    }

    /// The signature of 96 bytes; every signature in range has exactly one encoding.
    ///
    /// # Errors
    ///
    /// [`SignatureError::NotCanonical`] or [`SignatureError::ScalarOutOfRange`].
    pub fn from_bytes(bytes: &[u8; SIGNATURE_BYTES]) -> Result<Self, SignatureError> {
        let [x, y, s] = [0, 1, 2].map(|i| {
            let mut part = [0; FR_BYTES];
            part.copy_from_slice(&bytes[FR_BYTES * i..FR_BYTES * (i + 1)]);
            part
        });
        let coordinate = |bytes| fr_from_bytes(bytes).ok_or(SignatureError::NotCanonical);
        let r = Affine::new_unchecked(coordinate(&x)?, coordinate(&y)?);
        let s = integer(&s);
        if scalar_in_range(&s) { Ok(Self { r, s }) } else { Err(SignatureError::ScalarOutOfRange) }
    }
}

/// The integer of 32 big-endian bytes.
fn integer(bytes: &[u8; 32]) -> BigInt<4> {
    let mut limbs = [0; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = chunk.iter().fold(0, |x, byte| x << 8 | u64::from(*byte));
    }
    BigInt::new(limbs)
}

/// Whether S is below the order by its high part.
fn scalar_in_range(s: &BigInt<4>) -> bool {
    *s >> SCALAR_LOW_BITS < scalar_high_bound()
}

/// The challenge `Poseidon(0; R.x, R.y, A.x, A.y, M)`; the capacity is zero because it is circomlib's.
#[must_use]
pub fn challenge(r: &Affine, key: &Affine, message: &Fr) -> Fr {
    poseidon::hash(Fr::ZERO, &[r.x, r.y, key.x, key.y, *message])
}

/// Whether the challenge is below the modulus by its high part.
fn challenge_in_range(h: &Fr) -> bool {
    is_canonical_by_high_part(h)
}

impl PublicKey {
    /// Verifies a signature over a message.
    ///
    /// # Errors
    ///
    /// The first rule that does not hold, in the order of [`SignatureError`].
    pub fn verify(&self, message: &Fr, signature: &Signature) -> Result<(), SignatureError> {
        let Signature { r, s } = signature;
        if !scalar_in_range(s) {
            return Err(SignatureError::ScalarOutOfRange);
        }
        if !r.is_on_curve() {
            return Err(SignatureError::NotOnCurve);
        }
        if r.mul_by_cofactor().is_zero() {
            return Err(SignatureError::SmallOrder);
        }
        let h = challenge(r, self.point(), message);
        if !challenge_in_range(&h) {
            return Err(SignatureError::ChallengeOutOfRange);
        }
        let left = BabyJubjub::GENERATOR.mul_bigint(s);
        let right = self.point().mul_by_cofactor().mul_bigint(h.into_bigint()) + r;
        if left == right { Ok(()) } else { Err(SignatureError::Equation) }
    }
}
