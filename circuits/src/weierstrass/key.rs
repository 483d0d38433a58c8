//! Keys, signatures, and what a prover derives from them.

use super::{
    Affine, Curve,
    table::adapted,
    window::{Window, digits, halves, odd_multiples, odd_representative, order},
};
use crate::{
    field::Fr,
    solinas::{to_field, to_integer},
};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField, Zero};
use num_bigint::{BigInt, Sign};
use std::sync::Arc;

/// The bytes of an integer.
const INTEGER_BYTES: usize = 32;

/// Why a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A coordinate is not below the prime.
    #[error("the key is not canonically encoded")]
    NotCanonical,
    /// The point is not on the curve.
    #[error("the key is not on the curve")]
    NotOnCurve,
    /// The point is the identity, which has no encoding.
    #[error("the key is the identity")]
    Identity,
    /// SM2: the key is `-G`, whose secret cannot sign. The relation would be no argument of knowledge of a signature.
    #[error("nobody can sign under the key")]
    CannotSign,
    /// A column of the window table has no adapted form; no honestly drawn key is met with it.
    #[error("the key has no adapted window table")]
    Table,
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// r or s is zero or not below the order.
    #[error("r or s is not between 1 and the order")]
    OutOfRange,
    /// SM2: r + s is zero modulo the order.
    #[error("r + s is zero")]
    SumIsZero,
    /// The verification equation does not hold.
    #[error("the signature does not verify")]
    Equation,
    /// The signature is valid but one of a handful that the circuit does not accept; the issuer draws another nonce.
    #[error("the signature is valid but not provable: sign again")]
    NotProvable,
}

/// An issuer's public key: a point but the identity, and its window table.
pub struct PublicKey<C: Curve> {
    point: Affine<C>,
    table: Arc<Table<C>>,
}

struct Table<C: Curve> {
    multiples: Vec<Vec<Affine<C>>>,
    values: Vec<Fr>,
}

impl<C: Curve> PublicKey<C> {
    /// The length of an encoded key.
    pub const BYTES: usize = 2 * INTEGER_BYTES;

    /// The key at a point.
    ///
    /// # Errors
    ///
    /// [`KeyError::Identity`], [`KeyError::NotOnCurve`], [`KeyError::CannotSign`] or [`KeyError::Table`].
    pub fn from_point(point: Affine<C>) -> Result<Self, KeyError> {
        if point.is_zero() {
            return Err(KeyError::Identity);
        }
        // The order of the group is prime, so every point but the identity generates it.
        if !point.is_on_curve() {
            return Err(KeyError::NotOnCurve);
        }
        if !C::can_sign(&point) {
            return Err(KeyError::CannotSign);
        }
        let modulus = C::constants().map_err(|_| KeyError::Table)?.field.modulus();
        let multiples = odd_multiples::<C>(&point, &Window::of_key());
        let values = adapted(&multiples, modulus).ok_or(KeyError::Table)?;
        Ok(Self { point, table: Arc::new(Table { multiples, values }) })
    }

    /// The key of 64 bytes, x and y big-endian; every key has exactly one encoding.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotCanonical`], and every error of [`Self::from_point`].
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, KeyError> {
        let (x, y) = bytes.split_at(INTEGER_BYTES);
        let coordinate = |bytes| residue::<C::BaseField>(bytes).ok_or(KeyError::NotCanonical);
        Self::from_point(Affine::<C>::new_unchecked(coordinate(x)?, coordinate(y)?))
    }

    /// 64 bytes: x and y, each 32 bytes big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        encode(self.point.x, self.point.y)
    }

    /// The point.
    pub fn point(&self) -> &Affine<C> {
        &self.point
    }

    /// The public values of the window table, [`super::table::adapted_values`] of them; computed when the key was checked.
    /// Whoever has the key can compute them, so they are public inputs that nobody has to transmit.
    #[must_use]
    pub fn table(&self) -> &[Fr] {
        &self.table.values
    }

    /// The points of the window table.
    #[must_use]
    pub fn multiples(&self) -> &[Vec<Affine<C>>] {
        &self.table.multiples
    }

    /// `s G + t Q`.
    pub(crate) fn combination(&self, s: C::ScalarField, t: C::ScalarField) -> Affine<C> {
        (C::GENERATOR * s + self.point * t).into_affine()
    }
}

impl<C: Curve> Clone for PublicKey<C> {
    fn clone(&self) -> Self {
        Self { point: self.point, table: Arc::clone(&self.table) }
    }
}

impl<C: Curve> PartialEq for PublicKey<C> {
    fn eq(&self, other: &Self) -> bool {
        // The table is a function of the point.
        self.point == other.point
    }
}

impl<C: Curve> Eq for PublicKey<C> {}

impl<C: Curve> core::fmt::Debug for PublicKey<C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("PublicKey").field(&self.point).finish()
    }
}

/// A signature `(r, s)`, both between 1 and the order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature<C: Curve> {
    pub(crate) r: C::ScalarField,
    pub(crate) s: C::ScalarField,
}

impl<C: Curve> Signature<C> {
    /// The signature of 64 bytes, r and s big-endian; every signature has exactly one encoding.
    ///
    /// # Errors
    ///
    /// [`SignatureError::OutOfRange`].
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, SignatureError> {
        let (r, s) = bytes.split_at(INTEGER_BYTES);
        let integer =
            |bytes| residue::<C::ScalarField>(bytes).filter(|x| !x.is_zero()).ok_or(SignatureError::OutOfRange);
        Ok(Self { r: integer(r)?, s: integer(s)? })
    }

    /// 64 bytes: r and s, each 32 bytes big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        encode(self.r, self.s)
    }
}

/// What the prover of `x(s G + t Q) = x` has: the scalars as odd integers, and x as it enters the congruence.
#[derive(Clone)]
pub struct Witness<C: Curve> {
    /// The key.
    pub key: PublicKey<C>,
    /// The odd integer that multiplies the generator.
    pub s: BigInt,
    /// The odd integer that multiplies the key.
    pub t: BigInt,
    /// The x-coordinate of the sum, an integer of 256 bits.
    pub x: BigInt,
}

impl<C: Curve> Witness<C> {
    /// The witness of two scalars, whatever they are; zero in place of the x-coordinate of the identity.
    #[must_use]
    pub fn new(key: &PublicKey<C>, s: C::ScalarField, t: C::ScalarField) -> Self {
        let x = key.combination(s, t).x().map_or(BigInt::ZERO, to_integer);
        Self { key: key.clone(), s: odd_representative(s), t: odd_representative(t), x }
    }

    /// The scalars and the x-coordinate modulo the order, if the sum of the witness's multiples has that x-coordinate. Written without
    /// the circuit, for the predicates of the relations.
    ///
    /// # Errors
    ///
    /// The first part of the witness that is none.
    pub(crate) fn residues(&self, key: &PublicKey<C>) -> Result<Residues<C>, Flaw> {
        if digits(&self.s, &Window::of_base()).is_none() || digits(&self.t, &Window::of_key()).is_none() {
            return Err(Flaw::Digits);
        }
        if self.key != *key {
            return Err(Flaw::Key);
        }
        let (s, t) = (signed_residue::<C::ScalarField>(&self.s), signed_residue::<C::ScalarField>(&self.t));
        let sum = key.combination(s, t);
        if s.is_zero() || t.is_zero() || sum.is_zero() {
            return Err(Flaw::Sum);
        }
        if sum.x().map(to_integer) != Some(self.x.clone()) {
            return Err(Flaw::X);
        }
        Ok(Residues { s, t, x: signed_residue(&self.x) })
    }

    /// Whether no two points that the circuit adds within one scalar are equal or opposite: all but four scalars, zero among
    /// them, and a few dozen that differ from these by a multiple of the circuit's modulus, which the rows take for the same.
    pub(crate) fn has_distinct_summands(&self) -> bool {
        let n = order::<C::ScalarField>();
        let equal = [-&n, n];
        let distinct = |scalar: &BigInt, windows: &[Window]| {
            halves(scalar, windows)
                .is_some_and(|(low, high)| [&low + &high, low - high].iter().all(|x| differs_in_field(x, &equal)))
        };
        distinct(&self.s, &Window::of_base()) && distinct(&self.t, &Window::of_key())
    }
}

/// The scalars of a sum and its x-coordinate, modulo the order.
pub(crate) struct Residues<C: Curve> {
    /// The scalar of the generator.
    pub(crate) s: C::ScalarField,
    /// The scalar of the key.
    pub(crate) t: C::ScalarField,
    /// The x-coordinate.
    pub(crate) x: C::ScalarField,
}

/// Which part of a witness is none.
pub(crate) enum Flaw {
    /// A scalar is not an odd integer below `2^256` in size.
    Digits,
    /// The key is not the statement's.
    Key,
    /// A scalar is zero, or the sum is the identity.
    Sum,
    /// The x-coordinate is not the sum's integer below the prime.
    X,
}

/// Whether an integer is none of these modulo the circuit's modulus: whether their differences have inverses there.
pub(crate) fn differs_in_field(x: &BigInt, from: &[BigInt]) -> bool {
    from.iter().all(|y| to_field(x) != to_field(y))
}

/// A residue of an integer of any sign.
fn signed_residue<F: PrimeField>(x: &BigInt) -> F {
    let magnitude = F::from_le_bytes_mod_order(&x.magnitude().to_bytes_le());
    if x.sign() == Sign::Minus { -magnitude } else { magnitude }
}

/// A residue from 32 big-endian bytes; `None` if the integer is not below the modulus.
fn residue<F: PrimeField>(bytes: &[u8]) -> Option<F> {
    let x = F::from_be_bytes_mod_order(bytes);
    (x.into_bigint().to_bytes_be() == bytes).then_some(x)
}

/// Two residues, each 32 bytes big-endian.
fn encode<F: PrimeField>(x: F, y: F) -> [u8; 64] {
    let mut out = [0; 64];
    out[..INTEGER_BYTES].copy_from_slice(&x.into_bigint().to_bytes_be());
    out[INTEGER_BYTES..].copy_from_slice(&y.into_bigint().to_bytes_be());
    out
}
