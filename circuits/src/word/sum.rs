//! Sums of words modulo 2^32, decomposed once.
//!
//! **Uniqueness (WORD-SUM).** A [`Sum`] collects terms into one linear combination and tracks, from the terms, the
//! least and the greatest integer that it can be. To reduce it, the least multiple of 2^32 that leaves nothing negative
//! is added, and the result, an integer in `[0, max]`, is decomposed into as many bits as `max` has by
//! [`enforce_bits`], one row each. `max` fits an `i64`, so `2^n` is far below the modulus of the field: an integer in
//! `[0, 2^n)` is one field element and has one sequence of `n` bits, and the low 32 of them are the sum modulo 2^32.
//! Carry bits are constrained like the others and then dropped. The last bit is no variable but what the others leave
//! over, so there is no row of recomposition.
//!
//! **Two XORs in one row (WORD-XOR-PAIR).** If only the sum of words is wanted, a XOR need not be a variable. Let `X =
//! a - b` and `Z = c + d - 1`. For boolean inputs `X^2 = a xor b` and `Z^2 = 1 - (c xor d)`, hence for weights `2^i`
//! and `2^(i+2h)`
//!
//! ```text
//! 2^i (a xor b) + 2^(i+2h) (c xor d) = 2^i (X^2 - (2^h Z)^2) + 2^(i+2h) = 2^i (X - 2^h Z) (X + 2^h Z) + 2^(i+2h)
//! ```
//!
//! and the one product, which its row defines, stands for both. Any two bits whose exponents differ by an even number
//! pair up. The complement brings in the minus sign that lets the difference factor over the integers, so that no
//! square root in the field is needed.

use super::{WORD_BITS, Word, bit_xor3, linear, xor_constant};
use crate::{
    bits::{combination, enforce_bits},
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
use ark_relations::gr1cs::{SynthesisError, Variable};
use core::array;

const TWO_32: i64 = 1 << WORD_BITS;

/// A sum of words and constants, not yet reduced.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    terms: Vec<(Fr, FpVar<Fr>)>,
    min: i64,
    max: i64,
    /// XORs of two variables that wait for a partner; `min` and `max` count them already.
    xors: Vec<Xor>,
}

/// `2^exponent (a xor b)`.
#[derive(Clone, Debug)]
struct Xor {
    exponent: usize,
    a: AllocatedFp<Fr>,
    b: AllocatedFp<Fr>,
}

impl Sum {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A summand that everybody knows.
    #[must_use]
    pub fn constant(mut self, k: u32) -> Self {
        self.boolean(k.into(), &FpVar::one());
        self
    }

    /// A word as a summand.
    #[must_use]
    pub fn word(mut self, word: &Word) -> Self {
        for (i, bit) in word.bits().iter().enumerate() {
            self.boolean(1 << i, bit);
        }
        self
    }

    /// A word to be subtracted.
    #[must_use]
    pub fn minus(mut self, word: &Word) -> Self {
        for (i, bit) in word.bits().iter().enumerate() {
            self.boolean(-(1 << i), bit);
        }
        self
    }

    /// The XOR of two words as a summand: 16 rows, added when the sum is reduced.
    #[must_use]
    pub fn xor2(mut self, a: &Word, b: &Word) -> Self {
        for (i, (a, b)) in a.bits().iter().zip(b.bits()).enumerate() {
            self.bit_xor2(i, a, b);
        }
        self
    }

    /// The XOR of three words as a summand: one row for each bit, or half a row where an input is constant.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn xor3(mut self, a: &Word, b: &Word, c: &Word) -> Result<Self, SynthesisError> {
        for (i, ((a, b), c)) in a.bits().iter().zip(b.bits()).zip(c.bits()).enumerate() {
            self.bit_xor3(i, a, b, c)?;
        }
        Ok(self)
    }

    /// The XOR of three words as a summand of a sum modulo 2^32: as [`Sum::xor3`], with no row for the top bit. There
    /// `a + b + c` stands for the XOR, from which it differs by an even number; the greatest value grows by 2^32.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn xor3_modular(mut self, a: &Word, b: &Word, c: &Word) -> Result<Self, SynthesisError> {
        const TOP: usize = WORD_BITS - 1;
        for (i, ((a, b), c)) in a.bits().iter().zip(b.bits()).zip(c.bits()).enumerate() {
            match i {
                TOP => [a, b, c].iter().for_each(|bit| self.boolean(1 << TOP, bit)),
                _ => self.bit_xor3(i, a, b, c)?,
            }
        }
        Ok(self)
    }

    /// Everything that another sum has.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.terms.extend(other.terms);
        self.xors.extend(other.xors);
        self.bound(other.min, other.max);
        self
    }

    /// The least multiple of 2^32 added that leaves nothing negative, and the greatest value then.
    pub(super) fn lift(mut self) -> (Self, i64) {
        let multiple = -self.min.div_euclid(TWO_32) * TWO_32;
        self.boolean(multiple, &FpVar::one());
        let max = self.max;
        (self, max)
    }

    /// The sum modulo 2^32: one row for each bit of the greatest value, one for two XORs.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn reduce(self) -> Result<Word, SynthesisError> {
        let (sum, max) = self.lift();
        let sum = sum.to_integer()?;
        if sum.is_constant() {
            return Ok(Word::constant(max.rem_euclid(TWO_32) as u32));
        }
        let n = i64::BITS - max.leading_zeros();
        let bits = enforce_bits(&sum.cs(), &sum, n as usize)?;
        Ok(Word(array::from_fn(|i| bits.get(i).cloned().unwrap_or_else(FpVar::zero))))
    }

    /// The sum as it is, not reduced: no row but one for two XORs.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn to_integer(mut self) -> Result<FpVar<Fr>, SynthesisError> {
        self.enforce_xors()?;
        Ok(combination(self.terms.iter().map(|(weight, x)| (*weight, x))))
    }

    /// A boolean with a weight.
    fn boolean(&mut self, weight: i64, bit: &FpVar<Fr>) {
        match bit {
            FpVar::Constant(k) if k.is_zero() => return,
            FpVar::Constant(_) => self.bound(weight, weight),
            FpVar::Var(_) => self.bound(weight.min(0), weight.max(0)),
        }
        self.terms.push((Fr::from(weight), bit.clone()));
    }

    fn bound(&mut self, least: i64, greatest: i64) {
        self.min += least;
        self.max += greatest;
    }

    fn bit_xor3(&mut self, exponent: usize, a: &FpVar<Fr>, b: &FpVar<Fr>, c: &FpVar<Fr>) -> Result<(), SynthesisError> {
        match (a, b, c) {
            (FpVar::Constant(k), x, y) | (x, FpVar::Constant(k), y) | (x, y, FpVar::Constant(k)) => {
                self.bit_xor2(exponent, &xor_constant(x, k), y);
            }
            _ => self.boolean(1 << exponent, &bit_xor3(a, b, c)?),
        }
        Ok(())
    }

    fn bit_xor2(&mut self, exponent: usize, a: &FpVar<Fr>, b: &FpVar<Fr>) {
        match (a, b) {
            (FpVar::Constant(k), x) | (x, FpVar::Constant(k)) => self.boolean(1 << exponent, &xor_constant(x, k)),
            (FpVar::Var(a), FpVar::Var(b)) => {
                self.bound(0, 1 << exponent);
                self.xors.push(Xor { exponent, a: a.clone(), b: b.clone() });
            }
        }
    }

    /// The rows of the XORs that wait: pairs of even exponents and of odd ones, and at most one of each alone.
    fn enforce_xors(&mut self) -> Result<(), SynthesisError> {
        let (mut odd, mut even): (Vec<_>, Vec<_>) =
            core::mem::take(&mut self.xors).into_iter().partition(|xor| xor.exponent % 2 == 1);
        for xors in [&mut even, &mut odd] {
            xors.sort_by_key(|xor| xor.exponent);
            for pair in xors.chunks(2) {
                let weight = Fr::from(1u64 << pair[0].exponent);
                let product = match pair {
                    [low, high] => {
                        self.terms.push((Fr::from(1u64 << high.exponent), FpVar::one()));
                        pair_product(low, high)?
                    }
                    _ => FpVar::Var(pair[0].a.sub(&pair[0].b).square()?),
                };
                self.terms.push((weight, product));
            }
        }
        Ok(())
    }
}

/// One row, `(X - 2^h Z) (X + 2^h Z)` of the module's documentation.
fn pair_product(low: &Xor, high: &Xor) -> Result<FpVar<Fr>, SynthesisError> {
    let root = 1i64 << ((high.exponent - low.exponent) / 2);
    let (a, b, c, d) = (&low.a, &low.b, &high.a, &high.b);
    let product = AllocatedFp::new_witness(a.cs.clone(), || {
        let x = a.value()? - b.value()?;
        let z = Fr::from(root) * (c.value()? + d.value()? - Fr::one());
        Ok((x - z) * (x + z))
    })?;
    let factor = |root: i64| linear(&[(1, a), (-1, b), (root, c), (root, d)]) + (Fr::from(-root), Variable::One);
    a.cs.enforce_r1cs_constraint(|| factor(-root), || factor(root), || product.variable.into())?;
    Ok(product.into())
}
