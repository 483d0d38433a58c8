//! Tables of columns: what a lookup yields for a point, as polynomials in the bits of the digit.
//!
//! A point has six columns: four limbs of 64 bits of x, and the two forms of y that the zero test sees ([`crate::solinas`]); y
//! itself is never needed. Columns are of points above zero; a negative digit negates the forms of y.
//!
//! **Constant table.** A column is a multilinear polynomial in the bits, `f = sum_h M_h f_h`, where `M_h` are the monomials in
//! the high bits and `f_h` functions of the low bits. The monomials of either part are rows shared by all columns. Two terms
//! take one row,
//!
//! ```text
//!     (f_h + M_i)(f_i + M_h) = M_h f_h + M_i f_i + f_h f_i + M_h M_i
//! ```
//!
//! because `f_h f_i` is again a function of the low bits and `M_h M_i = M_(h|i)` again a monomial, for bits: both are linear.
//!
//! **Adapted table.** For a point that the circuit does not know, the verifier passes each column as public values from which
//! the column is computed by few multiplications: the adaptation of coefficients of Knuth (The Art of Computer Programming,
//! volume 2, section 4.6.4), for multilinear polynomials. Let the leading coefficient be that of the product of all bits. With
//! the last bit `b`,
//!
//! ```text
//!     f = b f_1 + f_0 = (b + c) f_1 + (f_0 - c f_1)        c = (lead(f_0) - 1) / lead(f_1)
//! ```
//!
//! so that the second term is monic, and `f_1` is monic if `f` is. The values are `c`, those of `f_1`, then those of
//! `f_0 - c f_1`, recursively; for one bit `f = a b + d` the values `a, d`, or only `d` if monic. A column of `k` bits takes
//! `2^k` values and `2^(k-1)` rows: one for `a b`, and one for every product.

use super::{Affine, Curve, window::Window};
use crate::{
    field::Fr,
    solinas::{Modulus, gadget::limbs_of},
};
use ark_ff::{AdditiveGroup, Field, One};

/// The columns of a point.
pub const COLUMNS: usize = 6;

/// The columns that are limbs of x; the others are the forms of y.
pub(super) const X_COLUMNS: usize = 4;

/// The bits of a limb of x in a table.
pub(super) const X_LIMB_BITS: u32 = 64;

/// The columns of a point: limbs of x, quotient and carry of y.
fn columns_of<C: Curve>(point: &Affine<C>, modulus: &Modulus) -> [Fr; COLUMNS] {
    let x = limbs_of(point.x);
    let limb = |i: usize| Fr::from(u64::from(x[2 * i]) | u64::from(x[2 * i + 1]) << 32);
    let y = modulus.forms_of(&limbs_of(point.y));
    [limb(0), limb(1), limb(2), limb(3), y.quotient, y.carry]
}

/// The columns of a table, each as multilinear coefficients: the coefficient of a product of bits is at the index that has
/// these bits set.
fn polynomials<C: Curve>(points: &[Affine<C>], modulus: &Modulus) -> [Vec<Fr>; COLUMNS] {
    let mut columns: [Vec<Fr>; COLUMNS] = core::array::from_fn(|_| Vec::with_capacity(points.len()));
    for point in points {
        for (column, value) in columns.iter_mut().zip(columns_of(point, modulus)) {
            column.push(value);
        }
    }
    columns.map(multilinear)
}

/// From the values of a function of bits to its coefficients.
fn multilinear(mut values: Vec<Fr>) -> Vec<Fr> {
    let mut bit = 1;
    while bit < values.len() {
        for i in (0..values.len()).filter(|i| i & bit != 0) {
            let without = values[i ^ bit];
            values[i] -= without;
        }
        bit <<= 1;
    }
    values
}

/// From the coefficients of a function of bits to its values.
fn evaluate(mut coefficients: Vec<Fr>) -> Vec<Fr> {
    let mut bit = 1;
    while bit < coefficients.len() {
        for i in (0..coefficients.len()).filter(|i| i & bit != 0) {
            let without = coefficients[i ^ bit];
            coefficients[i] += without;
        }
        bit <<= 1;
    }
    coefficients
}

/// A window of the constant table.
pub struct ConstantWindow<C: Curve> {
    /// The odd multiples.
    pub(super) points: Vec<Affine<C>>,
    /// The bits of the digit's index that count as low.
    pub(super) low_bits: usize,
    pub(super) columns: [ConstantColumn; COLUMNS],
}

/// A column of the constant table, split into functions of the low bits.
pub(super) struct ConstantColumn {
    /// `f_0` less the products of the pairs `(f_1, f_2), (f_3, f_4), ..`.
    pub(super) free: Vec<Fr>,
    /// `f_1, f_2, ..`: one for every monomial in the high bits but the empty one.
    pub(super) terms: Vec<Vec<Fr>>,
}

impl<C: Curve> ConstantWindow<C> {
    pub(super) fn new(points: Vec<Affine<C>>, modulus: &Modulus) -> Self {
        let bits = points.len().trailing_zeros() as usize;
        let low_bits = (0..=bits).min_by_key(|low| lookup_rows(*low, bits - low)).unwrap_or(bits);
        let columns = polynomials(&points, modulus).map(|f| ConstantColumn::new(&f, low_bits));
        Self { points, low_bits, columns }
    }
}

impl ConstantColumn {
    fn new(coefficients: &[Fr], low_bits: usize) -> Self {
        let mut parts = coefficients.chunks_exact(1 << low_bits).map(<[Fr]>::to_vec);
        let mut free = parts.next().unwrap_or_default();
        let terms: Vec<Vec<Fr>> = parts.collect();
        for pair in terms.chunks_exact(2) {
            let [f, g] = [0, 1].map(|i| evaluate(pair[i].clone()));
            let product = multilinear(f.into_iter().zip(g).map(|(f, g)| f * g).collect());
            for (sum, x) in free.iter_mut().zip(product) {
                *sum -= x;
            }
        }
        Self { free, terms }
    }
}

/// The rows of a lookup with so many low and high bits: the monomials of two bits and more, and the pairs of each column.
fn lookup_rows(low: usize, high: usize) -> usize {
    let monomials = |bits: usize| (1 << bits) - bits - 1;
    monomials(low) + monomials(high) + COLUMNS * (1usize << high).div_ceil(2)
}

/// The public values of a point's table: windows from the lowest, columns in order, values as [`self`] says. `None` if some
/// leading coefficient is zero.
pub(super) fn adapted<C: Curve>(multiples: &[Vec<Affine<C>>], modulus: &Modulus) -> Option<Vec<Fr>> {
    let mut values = Vec::with_capacity(adapted_values());
    for points in multiples {
        for column in polynomials(points, modulus) {
            adapt(&column, false, &mut values)?;
        }
    }
    Some(values)
}

/// The number of public values of a key's table.
#[must_use]
pub fn adapted_values() -> usize {
    Window::of_key().iter().map(|window| COLUMNS * window.entries()).sum()
}

fn adapt(coefficients: &[Fr], monic: bool, values: &mut Vec<Fr>) -> Option<()> {
    match coefficients {
        [_] | [] => values.extend(coefficients.iter().filter(|_| !monic)),
        [constant, lead] => {
            values.extend((!monic).then_some(*lead));
            values.push(*constant);
        }
        _ => {
            let (rest, first) = coefficients.split_at(coefficients.len() / 2);
            let lead = |f: &[Fr]| f.last().copied().unwrap_or(Fr::ZERO);
            let inverse = if lead(first).is_one() { Fr::ONE } else { lead(first).inverse()? };
            let c = (lead(rest) - Fr::ONE) * inverse;
            let rest: Vec<Fr> = rest.iter().zip(first).map(|(x, y)| *x - c * y).collect();
            values.push(c);
            adapt(first, monic, values)?;
            adapt(&rest, true, values)?;
        }
    }
    Some(())
}
