//! The only file that names the curve: BN254, its scalar field, and the canonical bytes of both.

pub use ark_bn254::{
    Bn254 as Curve, Config as CurveConfig, Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective,
};
use ark_ff::{BigInteger, PrimeField};

/// The identifier of the curve on the wire and in every transcript.
pub const CURVE_ID: u8 = 1;

/// The length in bytes of an encoded scalar.
pub const FR_BYTES: usize = 32;

/// The 32 big-endian bytes of a scalar.
#[must_use]
pub fn fr_to_bytes(x: &Fr) -> [u8; FR_BYTES] {
    let mut out = [0u8; FR_BYTES];
    out.copy_from_slice(&x.into_bigint().to_bytes_be());
    out
}

/// The scalar of 32 big-endian bytes; `None` if the integer is not below the modulus.
#[must_use]
pub fn fr_from_bytes(bytes: &[u8; FR_BYTES]) -> Option<Fr> {
    // The reduction is only kept if nothing was reduced, so each scalar has one encoding.
    let x = Fr::from_be_bytes_mod_order(bytes);
    (fr_to_bytes(&x) == *bytes).then_some(x)
}

/// The scalar of at most 31 big-endian bytes, as an integer; shorter than the modulus by construction.
///
/// # Panics
///
/// Never for the slot widths of this crate; a slice of 32 bytes or more would be reduced, so it is refused at compile time
/// by the array length.
#[must_use]
pub fn fr_from_short_bytes<const N: usize>(bytes: &[u8; N]) -> Fr {
    const { assert!(N < FR_BYTES) };
    Fr::from_be_bytes_mod_order(bytes)
}

/// A scalar from 64 uniform bytes, with bias below 2^-250.
#[must_use]
pub fn fr_from_uniform(bytes: &[u8; 64]) -> Fr {
    Fr::from_be_bytes_mod_order(bytes)
}
