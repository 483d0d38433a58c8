//! Words of 32 bits in-circuit, and the rows that hashes are made of.
//!
//! A [`Word`] is 32 field elements that are 0 or 1, whoever satisfies the rows. Rotations and shifts only rename bits.
//! Constants cost no row: every gadget folds them. Nothing is left unconstrained: each row below has exactly one solution
//! for the variable that it introduces.
//!
//! **XOR of three bits, one row (WORD-XOR3).** With `s = a + b + c`,
//!
//! ```text
//! s (s - 2 x) = 2 s - 3 x      that is      (3 - 2 s) x = s (2 - s)
//! ```
//!
//! For boolean inputs `s` is 0, 1, 2 or 3, so `3 - 2 s` is 3, 1, -1 or -3 and never zero: `x` is forced, to 0, 1, 0, 1.
//! The output needs no row to be boolean.
//!
//! **Majority, one row (WORD-MAJ).** With the same `s`,
//!
//! ```text
//! s (4 m - s) = 6 m - s        that is      (4 s - 6) m = s (s - 1)
//! ```
//!
//! and `4 s - 6` is -6, -2, 2 or 6: `m` is forced, to 0, 0, 1, 1.
//!
//! **Choice, one row (WORD-CH).** `e (f - g) = p` defines `p`, and `p + g` is `f` if `e` is 1 and `g` if `e` is 0.
//!
//! **XOR of two bits, one row (WORD-XOR2).** `(a - b)^2 = x` defines `x`, which is 0 if `a = b` and else 1.
//!
//! Sums of words, and what is cheaper if only the sum is wanted, are in [`sum`]; functions of two consecutive rounds that
//! share their row are in [`pair`].

pub mod blocks;
pub mod pair;
pub mod sum;

pub use sum::Sum;

use crate::{
    bits::{combination, enforce_boolean},
    field::Fr,
};
use ark_ff::{One, Zero};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    fields::{
        FieldVar,
        fp::{AllocatedFp, FpVar},
    },
};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError};
use core::array;

/// The number of bits of a word.
pub const WORD_BITS: usize = 32;

/// A word as 32 bits, least significant first.
///
/// Every bit is boolean: constants, instances that the verifier computes as bits, witnesses with a row that says so, and
/// outputs of the gadgets of this module over such bits.
#[derive(Clone, Debug)]
pub struct Word([FpVar<Fr>; WORD_BITS]);

impl Word {
    /// The word of 32 bits, least significant first.
    ///
    /// No row is added: that every bit is boolean is for the caller to guarantee. Every gadget of this module presumes it,
    /// and none is sound without it.
    #[must_use]
    pub const fn from_boolean_bits(bits: [FpVar<Fr>; WORD_BITS]) -> Self {
        Self(bits)
    }

    /// A private word; 32 rows make its bits boolean.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn new_witness(cs: &ConstraintSystemRef<Fr>, value: Option<u32>) -> Result<Self, SynthesisError> {
        let mut out = Self::constant(0);
        for (i, bit) in out.0.iter_mut().enumerate() {
            let value = value.map(|word| Fr::from(word >> i & 1));
            *bit = FpVar::new_witness(cs.clone(), || value.ok_or(SynthesisError::AssignmentMissing))?;
            enforce_boolean(bit)?;
        }
        Ok(out)
    }

    /// A word that everybody knows.
    #[must_use]
    pub fn constant(word: u32) -> Self {
        Self(array::from_fn(|i| FpVar::Constant(Fr::from(word >> i & 1))))
    }

    /// The bits, least significant first.
    pub const fn bits(&self) -> &[FpVar<Fr>; WORD_BITS] {
        &self.0
    }

    /// The word as an integer below 2^32, a linear combination of its bits.
    pub fn to_integer(&self) -> FpVar<Fr> {
        integer(&self.0)
    }

    /// The native word; `None` at setup.
    #[must_use]
    pub fn value(&self) -> Option<u32> {
        self.0.iter().rev().try_fold(0, |word, bit| Some(word << 1 | u32::from(bit.value().ok()?.is_one())))
    }

    /// The word rotated to the left by `n` bits.
    #[must_use]
    pub fn rotate_left(&self, n: usize) -> Self {
        Self(array::from_fn(|i| self.0[(i + WORD_BITS - n % WORD_BITS) % WORD_BITS].clone()))
    }

    /// The word rotated to the right by `n` bits.
    #[must_use]
    pub fn rotate_right(&self, n: usize) -> Self {
        Self(array::from_fn(|i| self.0[(i + n) % WORD_BITS].clone()))
    }

    /// The word shifted to the right by `n` bits.
    #[must_use]
    pub fn shift_right(&self, n: usize) -> Self {
        Self(array::from_fn(|i| self.0.get(i + n).cloned().unwrap_or_else(FpVar::zero)))
    }

    /// Bit by bit, a gadget of two bits.
    fn zip2(
        [a, b]: [&Self; 2],
        gadget: impl Fn(&FpVar<Fr>, &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let mut out = array::from_fn(|_| FpVar::zero());
        for (i, bit) in out.iter_mut().enumerate() {
            *bit = gadget(&a.0[i], &b.0[i])?;
        }
        Ok(Self(out))
    }

    /// Bit by bit, a gadget of three bits.
    fn zip3(
        [a, b, c]: [&Self; 3],
        gadget: impl Fn(&FpVar<Fr>, &FpVar<Fr>, &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError>,
    ) -> Result<Self, SynthesisError> {
        let mut out = array::from_fn(|_| FpVar::zero());
        for (i, bit) in out.iter_mut().enumerate() {
            *bit = gadget(&a.0[i], &b.0[i], &c.0[i])?;
        }
        Ok(Self(out))
    }
}

/// The XOR of two words: 32 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn xor2(a: &Word, b: &Word) -> Result<Word, SynthesisError> {
    Word::zip2([a, b], bit_xor2)
}

/// The XOR of three words: 32 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn xor3(a: &Word, b: &Word, c: &Word) -> Result<Word, SynthesisError> {
    Word::zip3([a, b, c], bit_xor3)
}

/// Of every bit the majority of three words: 32 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn maj(a: &Word, b: &Word, c: &Word) -> Result<Word, SynthesisError> {
    Word::zip3([a, b, c], bit_maj)
}

/// Where `e` is 1 the bit of `f`, where it is 0 the bit of `g`: 32 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn ch(e: &Word, f: &Word, g: &Word) -> Result<Word, SynthesisError> {
    // If e is a constant or f - g is, the product is linear and costs no row.
    Word::zip3([e, f, g], |e, f, g| Ok(e * (f - g) + g))
}

/// The native words; `None` at setup.
pub(crate) fn values<const N: usize>(words: [&Word; N]) -> Option<[u32; N]> {
    let values: Option<Vec<u32>> = words.into_iter().map(Word::value).collect();
    values?.try_into().ok()
}

/// The sum of bits times their powers of two.
fn integer(bits: &[FpVar<Fr>; WORD_BITS]) -> FpVar<Fr> {
    combination(bits.iter().enumerate().map(|(i, bit)| (Fr::from(1u64 << i), bit)))
}

/// `x` if the boolean constant `k` is 0 and `1 - x` if it is 1.
fn xor_constant(x: &FpVar<Fr>, k: &Fr) -> FpVar<Fr> {
    if k.is_zero() { x.clone() } else { FpVar::one() - x }
}

fn bit_xor2(a: &FpVar<Fr>, b: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    match (a, b) {
        (FpVar::Constant(k), x) | (x, FpVar::Constant(k)) => Ok(xor_constant(x, k)),
        (FpVar::Var(_), FpVar::Var(_)) => (a - b).square(),
    }
}

fn bit_xor3(a: &FpVar<Fr>, b: &FpVar<Fr>, c: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    match (a, b, c) {
        (FpVar::Constant(k), x, y) | (x, FpVar::Constant(k), y) | (x, y, FpVar::Constant(k)) => {
            bit_xor2(&xor_constant(x, k), y)
        }
        (FpVar::Var(a), FpVar::Var(b), FpVar::Var(c)) => {
            let x = witness_of([a, b, c], |ones| ones % 2)?;
            a.cs.enforce_r1cs_constraint(
                || linear(&[(1, a), (1, b), (1, c)]),
                || linear(&[(1, a), (1, b), (1, c), (-2, &x)]),
                || linear(&[(2, a), (2, b), (2, c), (-3, &x)]),
            )?;
            Ok(x.into())
        }
    }
}

fn bit_maj(a: &FpVar<Fr>, b: &FpVar<Fr>, c: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    match (a, b, c) {
        // Of two bits and 0 the majority is their conjunction, of two bits and 1 their disjunction.
        (FpVar::Constant(k), x, y) | (x, FpVar::Constant(k), y) | (x, y, FpVar::Constant(k)) => {
            let both = x * y;
            Ok(if k.is_zero() { both } else { x + y - both })
        }
        (FpVar::Var(a), FpVar::Var(b), FpVar::Var(c)) => {
            let m = witness_of([a, b, c], |ones| ones / 2)?;
            a.cs.enforce_r1cs_constraint(
                || linear(&[(1, a), (1, b), (1, c)]),
                || linear(&[(-1, a), (-1, b), (-1, c), (4, &m)]),
                || linear(&[(-1, a), (-1, b), (-1, c), (6, &m)]),
            )?;
            Ok(m.into())
        }
    }
}

/// A witness whose honest value is a function of how many of three bits are one.
fn witness_of(bits: [&AllocatedFp<Fr>; 3], value: impl FnOnce(u64) -> u64) -> Result<AllocatedFp<Fr>, SynthesisError> {
    AllocatedFp::new_witness(bits[0].cs.clone(), || {
        let mut ones = 0;
        for bit in bits {
            ones += u64::from(bit.value()?.is_one());
        }
        Ok(Fr::from(value(ones)))
    })
}

/// A linear combination with small coefficients.
fn linear(terms: &[(i64, &AllocatedFp<Fr>)]) -> LinearCombination<Fr> {
    LinearCombination(terms.iter().map(|(coefficient, x)| (Fr::from(*coefficient), x.variable)).collect())
}
