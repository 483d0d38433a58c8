//! Signed digits of scalars.
//!
//! A scalar `s` is `+-m` with `m <= (r-1)/2`, so that -1 is as short as 1. A G1 scalar may also be split in two halves,
//! `s = k_1 + k_2 lambda`, with `lambda` the eigenvalue of the endomorphism `(x, y) -> (beta x, y)` (Gallant, Lambert,
//! Vanstone, CRYPTO 2001).

use ark_ec::{CurveGroup, scalar_mul::glv::GLVConfig};
use ark_ff::{BigInt, BigInteger, BigInteger256, MontFp, PrimeField};
use shiming_circuits::field::{Fr, G1Affine, G1Projective};
use zeroize::Zeroize;

/// The bits that a scalar's magnitude may have: `(r-1)/2 < 2^253`.
pub(super) const SCALAR_BITS: usize = 253;

/// An integer as its sign and its 64-bit limbs, least significant first.
#[derive(Clone, Copy)]
pub(super) struct Signed {
    pub(super) negative: bool,
    pub(super) magnitude: [u64; 4],
}

/// A scalar as the integer of least magnitude that is congruent to it.
pub(super) fn balanced(scalar: &Fr) -> Signed {
    let integer = scalar.into_bigint();
    if integer > Fr::MODULUS_MINUS_ONE_DIV_TWO {
        Signed { negative: true, magnitude: (-*scalar).into_bigint().0 }
    } else {
        Signed { negative: false, magnitude: integer.0 }
    }
}

/// The number of bits of a magnitude.
pub(super) fn bits(magnitude: [u64; 4]) -> usize {
    BigInteger256::new(magnitude).num_bits() as usize
}

/// `limbs / 2^n` for `n` in `1 ..= 63`.
const fn shift([a, b, c, d]: [u64; 4], n: u32) -> [u64; 4] {
    let m = 64 - n;
    [a >> n | b << m, b >> n | c << m, c >> n | d << m, d >> n]
}

/// How many digits of `window` bits hold every magnitude below `2^bits`, the carry of the last included.
pub(super) const fn count(bits: usize, window: u32) -> usize {
    // Digits lie in [-2^(w-1)+1, 2^(w-1)], so n of them reach beyond 2^(nw-1).
    (bits + 1).div_ceil(window as usize)
}

/// The digits of a magnitude to base `2^window`, least significant first, each in `[-2^(window-1)+1, 2^(window-1)]`.
///
/// The sequence is endless; after the leading digit come zeros. `window` is between 1 and 32.
pub(super) fn digits(magnitude: [u64; 4], window: u32) -> impl Iterator<Item = i64> {
    let (full, half) = (1i64 << window, 1i64 << (window - 1));
    let (mut rest, mut carry) = (magnitude, 0);
    core::iter::repeat_with(move || {
        let [lowest, ..] = rest;
        let low = (lowest & ((1 << window) - 1)).cast_signed() + carry;
        rest = shift(rest, window);
        carry = i64::from(low > half);
        low - carry * full
    })
}

/// The width-`window` non-adjacent form of a magnitude below `2^255`: pairs of position and odd digit below
/// `2^(window-1)` in absolute value, in increasing order of the position (Solinas, Designs, Codes and Cryptography 2000).
pub(in crate::proof) fn wnaf(magnitude: [u64; 4], window: u32) -> impl Iterator<Item = (usize, i64)> {
    let (mut rest, mut position) = (magnitude, 0);
    core::iter::from_fn(move || {
        while let [0, b, c, d] = rest {
            if [b, c, d] == [0; 3] {
                return None;
            }
            (rest, position) = ([b, c, d, 0], position + 64);
        }
        let [lowest, ..] = rest;
        let zeros = lowest.trailing_zeros();
        if zeros > 0 {
            rest = shift(rest, zeros);
        }
        let at = position + zeros as usize;
        let [lowest, ..] = rest;
        let low = (lowest & ((1 << window) - 1)).cast_signed();
        let negative = low >= 1 << (window - 1);
        // Without the digit the lower bits are zero, so shifting first keeps the carry within the limbs.
        rest = shift(rest, window);
        let mut carry = negative;
        for limb in &mut rest {
            (*limb, carry) = limb.overflowing_add(u64::from(carry));
        }
        position = at + window as usize;
        Some((at, low - (i64::from(negative) << window)))
    })
}

/// `scalar * point` as one or two products with scalars below 2^128: one if the scalar or its negative is that short, else
/// two, of the point and of its image under the endomorphism.
pub(super) fn halves(point: &G1Affine, scalar: &Fr) -> [Option<(G1Affine, Signed)>; 2] {
    let whole = balanced(scalar);
    match whole.magnitude {
        [0, 0, 0, 0] => [None, None],
        [_, _, 0, 0] => [Some((*point, whole)), None],
        _ => {
            let (k1, k2) = split(scalar);
            [Some((*point, balanced(&k1))), Some((G1Config::endomorphism_affine(point), balanced(&k2)))]
        }
    }
}

/// `k_1` and `k_2` with `k = k_1 + k_2 lambda`, both in `(-2^127, 2^127)`.
///
/// Rounding towards the lattice of all `(k_1, k_2)` that belong to zero (Galbraith, Lin, Scott, Journal of Cryptology 2011,
/// section 2), with a shift for the division. The equation holds whatever `q_1` and `q_2` are; that both are at most one
/// short bounds the result by the sum of the basis vectors `(A - B, -B)` and `(B, A)`.
fn split(k: &Fr) -> (Fr, Fr) {
    let integer = k.into_bigint();
    let quotient = |shifted: &BigInteger256| {
        let [low, high, ..] = integer.mul_high(shifted).0;
        Fr::from(u128::from(low) | u128::from(high) << 64)
    };
    let k2 = quotient(&A_SHIFTED) * B - quotient(&B_SHIFTED) * A;
    (*k - k2 * G1Config::LAMBDA, k2)
}

/// The bits of a [`Half`]'s magnitude.
pub(super) const HALF_BITS: usize = 127;

/// A scalar, or half of one, with the index of its base.
#[derive(Clone, Copy, Default, Zeroize)]
pub(super) struct Half {
    /// The base.
    pub(super) index: usize,
    /// Whether the base's image under the endomorphism is meant.
    pub(super) image: bool,
    /// Whether the negative is meant.
    pub(super) negative: bool,
    /// The absolute value, below `2^127`.
    pub(super) magnitude: u128,
}

/// [`split`] for many scalars, with integers modulo `2^128` in place of field elements: the result is shorter than that, so
/// it is right if it is right modulo `2^128`. A scalar in `(-2^127, 2^127)` comes back as one half.
pub(super) fn short_halves(index: usize, scalar: &Fr) -> [Option<Half>; 2] {
    let low = |x: &BigInteger256| {
        let [low, high, ..] = x.0;
        u128::from(low) | u128::from(high) << 64
    };
    let half = |image: bool, value: u128| {
        let value = value.cast_signed();
        let half = Half { index, image, negative: value < 0, magnitude: value.unsigned_abs() };
        (value != 0).then_some(half)
    };
    let integer = scalar.into_bigint();
    if bits(integer.0) <= HALF_BITS {
        return [half(false, low(&integer)), None];
    }
    let mut opposite = Fr::MODULUS;
    opposite.sub_with_borrow(&integer);
    if bits(opposite.0) <= HALF_BITS {
        return [half(false, low(&opposite).wrapping_neg()), None];
    }
    let quotient = |shifted: &BigInteger256| low(&integer.mul_high(shifted));
    let (q1, q2) = (quotient(&A_SHIFTED), quotient(&B_SHIFTED));
    let k1 = low(&integer).wrapping_sub(q1.wrapping_mul(A_INT - B_INT)).wrapping_sub(q2.wrapping_mul(B_INT));
    let k2 = q1.wrapping_mul(B_INT).wrapping_sub(q2.wrapping_mul(A_INT));
    [half(false, k1), half(true, k2)]
}

/// What [`digit`] adds to magnitudes below `2^bits`: `2^(window-1) - 1` at the place of each digit but the leading one.
pub(super) fn offset(window: u32, bits: usize) -> u128 {
    let places = 0..count(bits, window).saturating_sub(1);
    places.map(|i| ((1u128 << (window - 1)) - 1) << (i * window as usize)).sum()
}

/// One of the [`digits`] of a magnitude below `2^bits`, at most 127 bits, without those below it: with the offset added, the
/// digits are plain ones, each too large by as much as was added to it.
pub(super) fn digit(magnitude: u128, offset: u128, window: u32, position: usize, bits: usize) -> i64 {
    let plain = (magnitude + offset) >> (position * window as usize);
    if position + 1 == count(bits, window) {
        return (plain as u64).cast_signed();
    }
    let mask = (1u64 << window) - 1;
    (plain as u64 & mask).cast_signed() - (mask >> 1).cast_signed()
}

/// [`A`] as an integer.
const A_INT: u128 = 147946756881789319010696353538189108491;
/// [`B`] as an integer.
const B_INT: u128 = 9931322734385697763;

/// The long entry of the reduced basis of that lattice, 127 bits.
const A: Fr = MontFp!("147946756881789319010696353538189108491");
/// The short entry, 64 bits.
const B: Fr = MontFp!("9931322734385697763");
/// `floor(2^256 A / r)`.
const A_SHIFTED: BigInteger256 = BigInt!("782660544089080853131326142527431468389");
/// `floor(2^256 B / r)`.
const B_SHIFTED: BigInteger256 = BigInt!("52538187511802934231");

/// The configuration of G1, reached through its points, so that the curve keeps being named in one file.
pub(super) type G1Config = <G1Projective as CurveGroup>::Config;

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::{AdditiveGroup, Field, UniformRand};
    use ark_std::test_rng;

    fn scalars() -> impl Iterator<Item = Fr> {
        let rng = test_rng();
        let edges = [
            Fr::ZERO,
            Fr::ONE,
            -Fr::ONE,
            A,
            -A,
            B,
            A + B,
            A * B,
            G1Config::LAMBDA,
            Fr::from(2).inverse().unwrap_or_default(),
        ];
        edges.into_iter().chain((0..5000).scan(rng, |rng, _| Some(Fr::rand(rng))))
    }

    #[test]
    fn halves_are_short_and_add_up() {
        for k in scalars() {
            let (k1, k2) = split(&k);
            assert_eq!(k1 + k2 * G1Config::LAMBDA, k);
            assert!(bits(balanced(&k1).magnitude) <= 127 && bits(balanced(&k2).magnitude) <= 127, "{k}");
        }
    }

    #[test]
    fn integers_split_as_the_field_does() {
        for k in scalars() {
            let value = |half: &Half| {
                assert!(half.magnitude < 1 << HALF_BITS);
                let sign = if half.negative { -Fr::ONE } else { Fr::ONE };
                let factor = if half.image { G1Config::LAMBDA } else { Fr::ONE };
                Fr::from(half.magnitude) * sign * factor
            };
            assert_eq!(short_halves(0, &k).iter().flatten().map(value).sum::<Fr>(), k);
        }
    }

    #[test]
    fn single_digits_are_the_sequence() {
        for half in scalars().take(500).flat_map(|k| short_halves(0, &k)).flatten() {
            let limbs = [half.magnitude as u64, (half.magnitude >> 64) as u64, 0, 0];
            for window in 2..=16 {
                for (i, expected) in digits(limbs, window).take(count(HALF_BITS, window)).enumerate() {
                    assert_eq!(digit(half.magnitude, offset(window, HALF_BITS), window, i, HALF_BITS), expected);
                }
            }
        }
    }

    /// The lattice of `(k_1, k_2)` with `k_1 + k_2 lambda = 0` has the basis `(A - B, -B)`, `(B, A)`.
    #[test]
    fn basis_belongs_to_zero() {
        assert_eq!(A - B - B * G1Config::LAMBDA, Fr::ZERO);
        assert_eq!(B + A * G1Config::LAMBDA, Fr::ZERO);
        for (shifted, entry) in [(A_SHIFTED, A), (B_SHIFTED, B)] {
            // 2^256 entry - shifted r is positive and below 2^254: above the low limbs of the product, which are not
            // zero, the high ones are one short of the entry.
            let (low, mut high) = shifted.mul(&Fr::MODULUS);
            assert!(!low.is_zero());
            high.add_with_carry(&1u64.into());
            assert_eq!(Fr::from_bigint(high), Some(entry));
            let mut rest = BigInteger256::zero();
            rest.sub_with_borrow(&low);
            assert!(rest < Fr::MODULUS);
        }
    }

    #[test]
    fn digits_add_up() {
        for k in scalars().take(500) {
            let Signed { negative, magnitude } = balanced(&k);
            let sign = if negative { -Fr::ONE } else { Fr::ONE };
            for window in 2..=16 {
                let base = Fr::from(1u64 << window);
                let sum: Fr = digits(magnitude, window)
                    .take(count(SCALAR_BITS, window))
                    .enumerate()
                    .map(|(i, digit)| Fr::from(digit) * base.pow([i as u64]))
                    .sum();
                assert_eq!(sum * sign, k);
                let sum: Fr = wnaf(magnitude, window)
                    .map(|(i, digit)| {
                        assert!(digit % 2 != 0 && digit.unsigned_abs() < 1 << (window - 1));
                        Fr::from(digit) * Fr::from(2u64).pow([i as u64])
                    })
                    .sum();
                assert_eq!(sum * sign, k);
                assert!(wnaf(magnitude, window).all(|(i, _)| i <= SCALAR_BITS));
            }
        }
    }
}
