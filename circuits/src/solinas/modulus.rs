//! A modulus of 256 bits: how columns fold, and the two forms of the zero test.

use super::{
    HALF_BITS, LIMB_BITS, LIMBS, PRODUCT_COLUMNS,
    interval::{Interval, to_field},
};
use crate::field::Fr;
use ark_ff::{AdditiveGroup, Field};
use num_bigint::BigInt;

/// A value for each of the two forms: the quotient `q` and the carry `k`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms<T> {
    /// `E / m`.
    pub quotient: T,
    /// `(E_low - q m_low) / 2^128`.
    pub carry: T,
}

/// An odd modulus of 256 bits.
#[derive(Debug)]
pub struct Modulus {
    pub(super) value: BigInt,
    /// `value = low + 2^128 high`.
    pub(super) low: BigInt,
    pub(super) high: BigInt,
    fold: Vec<[BigInt; LIMBS]>,
    /// The forms of `T^j`, folded, for every column of a product.
    pub(super) weights: Vec<Forms<Fr>>,
}

impl Modulus {
    /// The modulus `f(T)` of a monic polynomial of degree 8 with small coefficients, the constant one first: a product folds
    /// modulo `f`, so folding multiplies by small integers only.
    #[must_use]
    pub fn from_polynomial(f: &[i64; LIMBS + 1]) -> Self {
        let half = LIMBS / 2;
        let mut power = [BigInt::ZERO; LIMBS];
        power[0] = 1.into();
        let mut fold = Vec::with_capacity(PRODUCT_COLUMNS);
        for _ in 0..PRODUCT_COLUMNS {
            fold.push(power.clone());
            // T times the power, less a multiple of f.
            power.rotate_right(1);
            let top = core::mem::take(&mut power[0]);
            for (x, coefficient) in power.iter_mut().zip(f) {
                *x -= &top * coefficient;
            }
        }
        Self::new(
            integer(&f.map(BigInt::from)),
            integer(&f[..half].iter().map(|x| (*x).into()).collect::<Vec<_>>()),
            fold,
        )
    }

    /// Any modulus of 256 bits: a product folds with the limbs of `T^j mod m`.
    #[must_use]
    pub fn from_integer(modulus: BigInt) -> Self {
        let fold = (0..PRODUCT_COLUMNS).map(|j| limbs(&((BigInt::from(1) << (LIMB_BITS as usize * j)) % &modulus)));
        let fold = fold.collect();
        let low = &modulus % (BigInt::from(1) << HALF_BITS);
        Self::new(modulus, low, fold)
    }

    fn new(value: BigInt, low: BigInt, fold: Vec<[BigInt; LIMBS]>) -> Self {
        let high: BigInt = (&value - &low) >> HALF_BITS;
        let inverse = |x: &BigInt| to_field(x).inverse().unwrap_or_default();
        let (value_inverse, half_inverse) = (inverse(&value), inverse(&(BigInt::from(1) << HALF_BITS)));
        let of_limb: Vec<Forms<Fr>> = (0..LIMBS)
            .map(|j| {
                let power = to_field(&(BigInt::from(1) << (LIMB_BITS as usize * j)));
                let quotient = power * value_inverse;
                let low_part = if j < LIMBS / 2 { power } else { Fr::ZERO };
                Forms { quotient, carry: (low_part - quotient * to_field(&low)) * half_inverse }
            })
            .collect();
        let weights = fold
            .iter()
            .map(|limbs| {
                let sum = |form: fn(&Forms<Fr>) -> Fr| {
                    limbs.iter().zip(&of_limb).map(|(limb, weight)| to_field(limb) * form(weight)).sum()
                };
                Forms { quotient: sum(|w| w.quotient), carry: sum(|w| w.carry) }
            })
            .collect();
        Self { value, low, high, fold, weights }
    }

    /// The modulus.
    #[must_use]
    pub fn value(&self) -> &BigInt {
        &self.value
    }

    /// The integers `e_j` with `T^m = sum e_j T^j` modulo the modulus, for `m < 15`.
    #[must_use]
    pub fn fold(&self, m: usize) -> &[BigInt; LIMBS] {
        &self.fold[m]
    }

    /// The two forms of an element with constant limbs of 32 bits.
    #[must_use]
    pub fn forms_of(&self, limbs: &[u32; LIMBS]) -> Forms<Fr> {
        let sum = |form: fn(&Forms<Fr>) -> Fr| {
            self.weights.iter().zip(limbs).map(|(weight, limb)| form(weight) * Fr::from(*limb)).sum()
        };
        Forms { quotient: sum(|w| w.quotient), carry: sum(|w| w.carry) }
    }

    /// The bounds of the folded columns of a product.
    #[must_use]
    pub(super) fn product_bounds(&self, x: &[Interval; LIMBS], y: &[Interval; LIMBS]) -> [Interval; LIMBS] {
        let mut columns: [Interval; PRODUCT_COLUMNS] = core::array::from_fn(|_| Interval::zero());
        for (i, x) in x.iter().enumerate() {
            for (j, y) in y.iter().enumerate() {
                columns[i + j] = &columns[i + j] + &(x * y);
            }
        }
        let mut folded: [Interval; LIMBS] = core::array::from_fn(|_| Interval::zero());
        for (column, fold) in columns.iter().zip(&self.fold) {
            for (sum, factor) in folded.iter_mut().zip(fold).filter(|(_, factor)| **factor != BigInt::ZERO) {
                *sum = &*sum + &column.scaled(factor);
            }
        }
        folded
    }
}

/// `sum x_j T^j`.
fn integer(limbs: &[BigInt]) -> BigInt {
    limbs.iter().enumerate().map(|(j, limb)| limb << (LIMB_BITS as usize * j)).sum()
}

/// The limbs of an integer in `[0, 2^256)`.
fn limbs(x: &BigInt) -> [BigInt; LIMBS] {
    core::array::from_fn(|j| (x >> (LIMB_BITS as usize * j)) % (BigInt::from(1) << LIMB_BITS))
}
