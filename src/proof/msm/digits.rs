//! Signed digits of scalars.
//!
//! A scalar `s` is `+-m` with `m <= (r-1)/2`, so that -1 is as short as 1. A G1 scalar may also be split in two halves,
//! `s = k_1 + k_2 lambda`, with `lambda` the eigenvalue of the endomorphism `(x, y) -> (beta x, y)` (Gallant, Lambert,
//! Vanstone, CRYPTO 2001).

use ark_ec::{CurveGroup, scalar_mul::glv::GLVConfig};
use ark_ff::PrimeField;
use shiming_circuits::field::{Fr, G1Affine, G1Projective};

/// The bits that a scalar's magnitude may have: `(r-1)/2 < 2^253`.
pub(super) const SCALAR_BITS: usize = 253;

/// A signed integer.
#[derive(Clone, Copy)]
pub(super) struct Signed<T> {
    pub(super) negative: bool,
    pub(super) magnitude: T,
}

/// A scalar as the integer of least magnitude that is congruent to it.
pub(super) fn balanced(scalar: &Fr) -> Signed<[u64; 4]> {
    let integer = scalar.into_bigint();
    if integer > Fr::MODULUS_MINUS_ONE_DIV_TWO {
        Signed { negative: true, magnitude: (-*scalar).into_bigint().0 }
    } else {
        Signed { negative: false, magnitude: integer.0 }
    }
}

/// How many digits of `window` bits hold every magnitude below `2^bits`, the carry of the last included.
pub(super) const fn count(bits: usize, window: usize) -> usize {
    // Digits lie in [-2^(w-1)+1, 2^(w-1)], so n of them reach beyond 2^(nw-1).
    (bits + 1).div_ceil(window)
}

/// The digits of a magnitude to base `2^window`, least significant first, each in `[-2^(window-1)+1, 2^(window-1)]`.
///
/// The sequence is endless; after the leading digit come zeros. `window` is between 1 and 32.
pub(super) fn digits(magnitude: [u64; 4], window: usize) -> impl Iterator<Item = i64> {
    let (full, half) = (1i64 << window, 1i64 << (window - 1));
    let [mut a, mut b, mut c, mut d] = magnitude;
    let mut carry = 0;
    core::iter::repeat_with(move || {
        let low = (a & ((1 << window) - 1)).cast_signed() + carry;
        a = a >> window | b << (64 - window);
        b = b >> window | c << (64 - window);
        c = c >> window | d << (64 - window);
        d >>= window;
        carry = i64::from(low > half);
        low - carry * full
    })
}

/// The width-`window` non-adjacent form of a magnitude: pairs of position and odd digit below `2^(window-1)` in absolute
/// value, in increasing order of the position (Solinas, Designs, Codes and Cryptography 2000).
pub(in crate::proof) fn wnaf(mut magnitude: u128, window: u32) -> impl Iterator<Item = (usize, i64)> {
    let mut position = 0;
    core::iter::from_fn(move || {
        if magnitude == 0 {
            return None;
        }
        let zeros = magnitude.trailing_zeros();
        magnitude >>= zeros;
        let at = position + zeros as usize;
        let low = (magnitude as u64 & ((1 << window) - 1)).cast_signed();
        let negative = low >= 1 << (window - 1);
        // Shifting first keeps the sum below 2^128.
        magnitude = (magnitude >> window) + u128::from(negative);
        position = at + window as usize;
        Some((at, low - (i64::from(negative) << window)))
    })
}

/// `scalar * point` as one or two products with scalars below 2^128: one if the scalar or its negative is that short, else
/// two, of the point and of its image under the endomorphism.
pub(super) fn halves(point: &G1Affine, scalar: &Fr) -> [Option<(G1Affine, Signed<u128>)>; 2] {
    let Signed { negative, magnitude } = balanced(scalar);
    match magnitude {
        [0, 0, 0, 0] => [None, None],
        [low, high, 0, 0] => [Some((*point, Signed { negative, magnitude: join(low, high) })), None],
        _ => {
            let (k1, k2) = <G1Config as GLVConfig>::scalar_decomposition(*scalar);
            let half = |(positive, k): (bool, Fr)| {
                // Both halves are below 2^127: at most half the sum of two vectors of the reduced lattice basis, whose
                // entries are 127 and 63 bits long. So the upper limbs are zero.
                let [low, high, ..] = k.into_bigint().0;
                Signed { negative: !positive, magnitude: join(low, high) }
            };
            [Some((*point, half(k1))), Some((G1Config::endomorphism_affine(point), half(k2)))]
        }
    }
}

/// The configuration of G1, reached through its points, so that the curve keeps being named in one file.
type G1Config = <G1Projective as CurveGroup>::Config;

fn join(low: u64, high: u64) -> u128 {
    u128::from(low) | u128::from(high) << 64
}
