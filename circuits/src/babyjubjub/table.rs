//! Window tables: the multiples of a point that a scalar's digits select.
//!
//! A column of a table is a function of the digit's bits, and every function of bits is one multilinear polynomial. For the
//! constant base the circuit knows the polynomials. For any other point the verifier computes the table and passes it as
//! public inputs, in the form that costs the circuit two rows per column ([`adapted`]).

use super::{Affine, BabyJubjub, Projective, SCALAR_BITS};
use crate::field::Fr;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use core::array;
use std::sync::OnceLock;

/// The bits of a digit of the constant base.
pub const BASE_DIGIT_BITS: usize = 3;

/// The digits of a scalar over the constant base.
pub const BASE_DIGITS: usize = SCALAR_BITS.div_ceil(BASE_DIGIT_BITS);

/// The bits of a digit over an adapted table.
pub const ADAPTED_DIGIT_BITS: usize = 2;

/// The public values of one digit of an adapted table: four for the column of x, four for the column of y.
pub const ADAPTED_VALUES: usize = 8;

/// The points `0, 1, .., n - 1` times `2^(bits * i)` times `point`, for every digit `i`.
fn multiples<const N: usize>(point: &Affine, digits: usize) -> Vec<[Affine; N]> {
    let mut all = Vec::with_capacity(digits * N);
    let mut base = point.into_group();
    for _ in 0..digits {
        let mut multiple = Projective::ZERO;
        for _ in 0..N {
            all.push(multiple);
            multiple += base;
        }
        // N times the base: the base of the next digit, as N is two to the bits of a digit.
        base = multiple;
    }
    let affine = Projective::normalize_batch(&all);
    affine.chunks_exact(N).map(|chunk| array::from_fn(|j| chunk[j])).collect()
}

/// The coefficients of the multilinear polynomial with the given values: the coefficient of a product of bits is at the index
/// that has these bits set.
fn multilinear<const N: usize>(mut values: [Fr; N]) -> [Fr; N] {
    let mut bit = 1;
    while bit < N {
        for i in 0..N {
            if i & bit != 0 {
                values[i] -= values[i ^ bit];
            }
        }
        bit <<= 1;
    }
    values
}

/// The columns of x and y of the constant base, as multilinear coefficients, for every digit.
pub(crate) fn base() -> &'static [[[Fr; 8]; 2]] {
    static BASE: OnceLock<Vec<[[Fr; 8]; 2]>> = OnceLock::new();
    BASE.get_or_init(|| {
        multiples::<8>(&BabyJubjub::GENERATOR, BASE_DIGITS)
            .into_iter()
            .map(|points| [points.map(|p| p.x), points.map(|p| p.y)].map(multilinear))
            .collect()
    })
}

/// The public values of a table of `digits` two-bit digits of `point`, lowest digit first, x before y.
///
/// A column `f = c0 + c1 b0 + c2 b1 + c3 b0 b1` is passed as `u = c1/c3`, `v = c3`, `w = c2`, `z = c0 - u w`, because then
/// `f = (b1 + u)(v b0 + w) + z`: one row for `v b0` and one for the product. This is the adaptation of coefficients of Knuth
/// (The Art of Computer Programming, volume 2, section 4.6.4), applied to multilinear polynomials.
///
/// `None` if some `c3` is zero, which has no such form; for a random point the chance is below 2^-245.
#[must_use]
pub fn adapted(point: &Affine, digits: usize) -> Option<Vec<Fr>> {
    let columns: Vec<[Fr; 4]> = multiples::<4>(point, digits)
        .into_iter()
        .flat_map(|points| [points.map(|p| p.x), points.map(|p| p.y)].map(multilinear))
        .collect();
    let mut inverses: Vec<Fr> = columns.iter().map(|c| c[3]).collect();
    if inverses.contains(&Fr::ZERO) {
        return None;
    }
    ark_ff::batch_inversion(&mut inverses);
    let values = columns.iter().zip(&inverses).flat_map(|([c0, c1, c2, c3], inverse)| {
        let u = *c1 * inverse;
        [u, *c3, *c2, *c0 - u * c2]
    });
    Some(values.collect())
}
