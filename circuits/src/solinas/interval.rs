//! Intervals of integers: what is known of a value before it is known.

use crate::field::Fr;
use ark_ff::{BigInteger, PrimeField};
use core::ops::{Add, Mul, Sub};
use num_bigint::{BigInt, BigUint, Sign};

/// The integers from `min` to `max`, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The smallest integer.
    pub min: BigInt,
    /// The largest integer.
    pub max: BigInt,
}

impl Interval {
    /// Zero alone.
    #[must_use]
    pub fn zero() -> Self {
        Self { min: BigInt::ZERO, max: BigInt::ZERO }
    }

    /// The integers of `n` bits.
    #[must_use]
    pub fn unsigned(n: u32) -> Self {
        Self { min: BigInt::ZERO, max: (BigInt::from(1) << n) - 1 }
    }

    /// The integers from `-m` to `m`.
    #[must_use]
    pub fn symmetric(m: BigInt) -> Self {
        Self { min: -m.clone(), max: m }
    }

    /// Every integer of the interval times a constant.
    #[must_use]
    pub fn scaled(&self, factor: &BigInt) -> Self {
        let (a, b) = (&self.min * factor, &self.max * factor);
        if factor.sign() == Sign::Minus { Self { min: b, max: a } } else { Self { min: a, max: b } }
    }

    /// The bits that tell the integers of the interval apart.
    #[must_use]
    pub fn bits(&self) -> u64 {
        (&self.max - &self.min).bits()
    }

    /// Whether every integer of the interval is smaller in size than the modulus of the circuit's field: then zero is the only
    /// one of them that is zero in the field.
    #[must_use]
    pub fn is_exact_in_field(&self) -> bool {
        let modulus = BigInt::from(BigUint::from(Fr::MODULUS));
        self.max < modulus && -&self.min < modulus
    }
}

impl Add for &Interval {
    type Output = Interval;

    fn add(self, other: Self) -> Interval {
        Interval { min: &self.min + &other.min, max: &self.max + &other.max }
    }
}

impl Sub for &Interval {
    type Output = Interval;

    fn sub(self, other: Self) -> Interval {
        Interval { min: &self.min - &other.max, max: &self.max - &other.min }
    }
}

impl Mul for &Interval {
    type Output = Interval;

    fn mul(self, other: Self) -> Interval {
        let [a, b, c, d] =
            [&self.min * &other.min, &self.min * &other.max, &self.max * &other.min, &self.max * &other.max];
        Interval { min: a.clone().min(b.clone()).min(c.clone()).min(d.clone()), max: a.max(b).max(c).max(d) }
    }
}

/// The element of the circuit's field that an integer is.
#[must_use]
pub fn to_field(x: &BigInt) -> Fr {
    let magnitude = Fr::from_le_bytes_mod_order(&x.magnitude().to_bytes_le());
    if x.sign() == Sign::Minus { -magnitude } else { magnitude }
}

/// A residue as an integer.
#[must_use]
pub fn to_integer<F: PrimeField>(x: F) -> BigInt {
    BigInt::from_bytes_le(Sign::Plus, &x.into_bigint().to_bytes_le())
}
