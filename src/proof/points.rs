//! Canonical bytes of curve points.
//!
//! Compressed (presentations): arkworks' form, 32 bytes for G1 and 64 for G2: x little-endian (c0 then c1), with the sign of y
//! and infinity in the top two bits of the last byte. Raw (keys): x then y, each 32 bytes big-endian (G2: c0 then c1),
//! infinity all zero. Decoding accepts exactly one encoding of each point, checks curve and subgroup, and refuses infinity
//! wherever a rule refuses it.

pub(crate) mod pairs;

use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Validate};
use shiming_circuits::field::{Fq, Fq2, G1Affine, G2Affine};
use thiserror::Error;

/// Bytes of a compressed G1 point.
pub const G1_BYTES: usize = 32;
/// Bytes of a compressed G2 point.
pub const G2_BYTES: usize = 64;

/// Why bytes are not a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PointError {
    /// The input ends before the point does.
    #[error("the point is truncated")]
    Truncated,
    /// No point has this encoding: a coordinate is out of range or the point is off the curve.
    #[error("not a point of the curve")]
    NotOnCurve,
    /// The encoding is not the one that this point has.
    #[error("the encoding of the point is not canonical")]
    NotCanonical,
    /// The point has the wrong order.
    #[error("the point is outside the prime-order subgroup")]
    WrongSubgroup,
    /// The identity, where it is refused.
    #[error("the point is the identity")]
    Identity,
}

/// Appends a compressed point.
pub(crate) fn put<P: CanonicalSerialize>(out: &mut Vec<u8>, point: &P) {
    // Writing to a vector cannot fail.
    let _ = point.serialize_compressed(out);
}

/// A compressed G1 point other than the identity. The curve has prime order, so being on it is enough.
pub(crate) fn g1(bytes: &[u8]) -> Result<G1Affine, PointError> {
    let bytes: &[u8; G1_BYTES] = bytes.try_into().map_err(|_| PointError::Truncated)?;
    let point = decode::<G1Affine>(bytes)?;
    if point.is_zero() { Err(PointError::Identity) } else { Ok(point) }
}

/// A compressed G2 point of prime order, other than the identity.
pub(crate) fn g2(bytes: &[u8]) -> Result<G2Affine, PointError> {
    let bytes: &[u8; G2_BYTES] = bytes.try_into().map_err(|_| PointError::Truncated)?;
    let point = decode::<G2Affine>(bytes)?;
    if point.is_zero() {
        return Err(PointError::Identity);
    }
    if super::subgroup::g2_in_subgroup(&point) { Ok(point) } else { Err(PointError::WrongSubgroup) }
}

fn decode<P: CanonicalSerialize + CanonicalDeserialize>(bytes: &[u8]) -> Result<P, PointError> {
    // Decompression computes y from the curve equation, so the point is on the curve; the subgroup is the caller's.
    let point = P::deserialize_with_mode(bytes, ark_serialize::Compress::Yes, Validate::No)
        .map_err(|_| PointError::NotOnCurve)?;
    let mut again = Vec::with_capacity(bytes.len());
    put(&mut again, &point);
    if again == bytes { Ok(point) } else { Err(PointError::NotCanonical) }
}

/// A cursor over raw points of a key file.
pub(crate) struct RawReader<'a>(pub(crate) &'a [u8]);

impl<'a> RawReader<'a> {
    /// The next `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], PointError> {
        let (head, rest) = self.0.split_at_checked(n).ok_or(PointError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    /// The next big-endian 32-bit integer.
    pub(crate) fn u32(&mut self) -> Result<usize, PointError> {
        let bytes: [u8; 4] = self.take(4)?.try_into().map_err(|_| PointError::Truncated)?;
        Ok(u32::from_be_bytes(bytes) as usize)
    }

    fn fq(&mut self) -> Result<Fq, PointError> {
        let bytes = self.take(32)?;
        let x = Fq::from_be_bytes_mod_order(bytes);
        if x.into_bigint().to_bytes_be() == bytes { Ok(x) } else { Err(PointError::NotCanonical) }
    }

    /// A raw G1 point, infinity allowed: some query points of a proving key are zero.
    pub(crate) fn g1(&mut self) -> Result<G1Affine, PointError> {
        let (x, y) = (self.fq()?, self.fq()?);
        if x == Fq::from(0u64) && y == x {
            return Ok(G1Affine::zero());
        }
        let point = G1Affine::new_unchecked(x, y);
        if point.is_on_curve() { Ok(point) } else { Err(PointError::NotOnCurve) }
    }

    /// A raw G2 point, infinity allowed, on the curve; the subgroup is the caller's.
    pub(crate) fn g2(&mut self) -> Result<G2Affine, PointError> {
        let x = Fq2::new(self.fq()?, self.fq()?);
        let y = Fq2::new(self.fq()?, self.fq()?);
        if x == Fq2::from(0u64) && y == x {
            return Ok(G2Affine::zero());
        }
        let point = G2Affine::new_unchecked(x, y);
        if point.is_on_curve() { Ok(point) } else { Err(PointError::NotOnCurve) }
    }
}

fn put_fq(out: &mut Vec<u8>, x: &Fq) {
    out.extend(x.into_bigint().to_bytes_be());
}

/// Appends a raw G1 point.
pub(crate) fn put_raw_g1(out: &mut Vec<u8>, point: &G1Affine) {
    match point.xy() {
        None => out.extend([0u8; 64]),
        Some((x, y)) => [x, y].iter().for_each(|c| put_fq(out, c)),
    }
}

/// Appends a raw G2 point.
pub(crate) fn put_raw_g2(out: &mut Vec<u8>, point: &G2Affine) {
    match point.xy() {
        None => out.extend([0u8; 128]),
        Some((x, y)) => [x.c0, x.c1, y.c0, y.c1].iter().for_each(|c| put_fq(out, c)),
    }
}
