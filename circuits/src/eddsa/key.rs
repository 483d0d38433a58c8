//! Keys of EdDSA-Poseidon.

use super::{Signature, challenge, challenge_in_range, scalar_in_range};
use crate::{
    babyjubjub::{
        Affine, Scalar, base_mul,
        table::{ADAPTED_DIGIT_BITS, ADAPTED_VALUES, adapted},
    },
    domain,
    field::{FR_BYTES, Fr, fr_from_bytes, fr_to_bytes},
};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField, Zero};
use sha2::{Digest, Sha512};
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A coordinate is not below the modulus, or a secret not below the order of the group.
    #[error("the key is not canonically encoded")]
    NotCanonical,
    /// The secret is zero.
    #[error("the secret is zero")]
    Zero,
    /// The point is not on the curve.
    #[error("the key is not on the curve")]
    NotOnCurve,
    /// The point is the identity or another point whose order divides 8.
    #[error("the key is of small order")]
    SmallOrder,
    /// The point is not in the subgroup of prime order.
    #[error("the key is not in the prime-order subgroup")]
    NotInSubgroup,
    /// The window table has an entry without adapted form; no honestly drawn key is met with it.
    #[error("the key has no adapted window table")]
    Table,
}

/// An issuer's public key: a point of prime order, and its window table.
#[derive(Clone)]
pub struct PublicKey {
    point: Affine,
    table: Arc<[Fr]>,
}

impl PublicKey {
    /// The length of an encoded key.
    pub const BYTES: usize = 2 * FR_BYTES;

    /// The two-bit digits of a challenge.
    pub const DIGITS: usize = (Fr::MODULUS_BIT_SIZE as usize).div_ceil(ADAPTED_DIGIT_BITS);

    /// The number of public values of the window table.
    pub const TABLE_VALUES: usize = Self::DIGITS * ADAPTED_VALUES;

    /// The key at a point.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotOnCurve`], [`KeyError::SmallOrder`], [`KeyError::NotInSubgroup`] or [`KeyError::Table`].
    pub fn from_point(point: Affine) -> Result<Self, KeyError> {
        if !point.is_on_curve() {
            return Err(KeyError::NotOnCurve);
        }
        let by_cofactor = point.mul_by_cofactor();
        if by_cofactor.is_zero() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_in_correct_subgroup_assuming_on_curve() {
            return Err(KeyError::NotInSubgroup);
        }
        let table = adapted(&by_cofactor, Self::DIGITS).ok_or(KeyError::Table)?.into();
        Ok(Self { point, table })
    }

    /// 64 bytes: x and y, each 32 bytes big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        out[..FR_BYTES].copy_from_slice(&fr_to_bytes(&self.point.x));
        out[FR_BYTES..].copy_from_slice(&fr_to_bytes(&self.point.y));
        out
    }

    /// The key of 64 bytes; every key has exactly one encoding.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotCanonical`], and every error of [`Self::from_point`].
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, KeyError> {
        let (mut x, mut y) = ([0; FR_BYTES], [0; FR_BYTES]);
        x.copy_from_slice(&bytes[..FR_BYTES]);
        y.copy_from_slice(&bytes[FR_BYTES..]);
        let coordinate = |bytes| fr_from_bytes(bytes).ok_or(KeyError::NotCanonical);
        Self::from_point(Affine::new_unchecked(coordinate(&x)?, coordinate(&y)?))
    }

    /// The point, of prime order.
    pub fn point(&self) -> &Affine {
        &self.point
    }

    /// The public values of the window table of 8 times the point, [`Self::TABLE_VALUES`] of them; computed when the key was
    /// checked. Whoever has the key can compute them, so they are public inputs that nobody has to transmit.
    #[must_use]
    pub fn table(&self) -> &[Fr] {
        &self.table
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        // The table is a function of the point.
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("PublicKey").field(&self.point).finish()
    }
}

/// An issuer's secret scalar, with its public key. It is wiped when dropped and has no `Debug`.
pub struct SigningKey {
    secret: Scalar,
    public: PublicKey,
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl SigningKey {
    /// A key from 64 uniform bytes, reduced modulo the order with bias below 2^-260.
    ///
    /// # Errors
    ///
    /// [`KeyError::Zero`] and [`KeyError::Table`]; neither is met with uniform bytes.
    pub fn from_uniform_bytes(bytes: &[u8; 64]) -> Result<Self, KeyError> {
        Self::from_scalar(Scalar::from_be_bytes_mod_order(bytes))
    }

    /// The key of 32 big-endian bytes, an integer below the order.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotCanonical`], [`KeyError::Zero`] or [`KeyError::Table`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let mut integer = super::integer(bytes);
        let secret = Scalar::from_bigint(integer);
        integer.zeroize();
        Self::from_scalar(secret.ok_or(KeyError::NotCanonical)?)
    }

    fn from_scalar(secret: Scalar) -> Result<Self, KeyError> {
        if secret.is_zero() {
            return Err(KeyError::Zero);
        }
        Ok(Self { public: PublicKey::from_point(base_mul(&secret))?, secret })
    }

    /// The secret as 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        out.copy_from_slice(&Zeroizing::new(self.secret.into_bigint().to_bytes_be()));
        out
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a message. `randomness` is 32 bytes from the caller's RNG; the nonce depends on secret, message and these bytes,
    /// so that neither a repeating RNG nor a fault in a purely deterministic nonce gives the secret away.
    #[must_use]
    pub fn sign(&self, message: &Fr, randomness: &[u8; 32]) -> Signature {
        let mut attempt = 0u64;
        loop {
            let mut nonce = self.nonce(message, randomness, attempt);
            attempt += 1;
            let r = base_mul(&nonce);
            let h = challenge(&r, &self.public.point, message);
            let eight_h = Scalar::from_be_bytes_mod_order(&fr_to_bytes(&h)) * Scalar::from(8u8);
            let s = (nonce + eight_h * self.secret).into_bigint();
            let usable = !nonce.is_zero() && challenge_in_range(&h) && scalar_in_range(&s);
            nonce.zeroize();
            // The first attempt serves but for a chance of 2^-124.
            if usable {
                return Signature { r, s };
            }
        }
    }

    /// SHA-512 of the tag, secret, message, randomness and attempt, modulo the order.
    fn nonce(&self, message: &Fr, randomness: &[u8; 32], attempt: u64) -> Scalar {
        let digest = Sha512::new_with_prefix(domain::EDDSA_NONCE)
            .chain_update(self.to_bytes().as_slice())
            .chain_update(fr_to_bytes(message))
            .chain_update(randomness)
            .chain_update(attempt.to_be_bytes())
            .finalize();
        let mut wide: [u8; 64] = digest.into();
        let nonce = Scalar::from_be_bytes_mod_order(&wide);
        wide.zeroize();
        nonce
    }
}
