//! Two consecutive rounds of SHA-256 in one row: their choices, their majorities, and the sums that these go into.
//!
//! The registers move on by one place in a round, unrotated, so the functions of the next round share two of their
//! three inputs with those of this one. With `L = 2^40`, one variable holds both results, `m = low + L high`, and a sum
//! over the bits holds both words, `low` and `high`, in separate lanes.
//!
//! **Choice (PAIR-CH).** Let `low = ch(e, f, g)` and `high = ch(u, e, f)`, where `u` is the bit of the next round. For
//! boolean inputs squares are linear, and expanding shows that
//!
//! ```text
//! (L u - 2 e + f + g) (g - f - L u) = 2 (e (f - g) + L u (e - f)) - L^2 u - f + g
//!                                   = 2 m - L^2 u - (1 + 2 L) f - g
//! ```
//!
//! so that one row forces `m`.
//!
//! **Majority (PAIR-MAJ).** Let `low = maj(a, b, c)` and `high = maj(u, a, b)`. If `a = b`, both are `a`; if not, they
//! are `c` and `u`. With `F = 2^80`, the row
//!
//! ```text
//! (m - (1 + L) a - F (a - b)) (m - c - L u - F (1 - a - b)) = 0
//! ```
//!
//! leaves two values to `m`. Of `a - b` and `1 - a - b` one is zero, and that factor has the right root; the other one
//! is 1 or -1, and that factor has a root `(1 + L) a + F (a - b)` or `c + L u + F (1 - a - b)`, which differs from the
//! right one by `F` or `-F` and at most `1 + L`. The row alone does not force `m`; with the sum it does:
//!
//! **Sums (PAIR-SUM).** [`enforce_sums`] states, for boolean words `x` and `y` and carries `p`, `q` of as many bits as
//! the greatest sums need,
//!
//! ```text
//! low sum + L high sum + sum m_i 2^i = x + 2^32 p + L (y + 2^32 q)
//! ```
//!
//! All of this is integers far below the modulus of the field, so it holds for integers. Suppose some `m_i` of a
//! majority are wrong. They contribute `F k` and at most `2^32 (1 + L) < 2^73`, where `k`, a sum of different powers of
//! two with signs, is not zero. Without them both sides are in `[0, 2^38 (1 + L)]`, hence less than `2^79` apart. But
//! `2^80 > 2^73 + 2^79`, so none is wrong. Then the lanes are in `[0, 2^38)` on both sides, below `L`, and so each of
//! them is equal by itself: `x` and `y` are the sums modulo 2^32, and all of `x`, `y`, `p`, `q` are unique. That lanes
//! stay below 2^38 is checked whenever rows are built.

use super::{Sum, WORD_BITS, Word, integer, values};
use crate::{
    bits::{combination, enforce_bits, enforce_boolean},
    field::Fr,
};
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;
use core::array;

/// `L`, the weight of the second round.
const HIGH: i128 = 1 << 40;
/// `F`, how far the wrong root of a majority is away.
const FAR: i128 = 1 << 80;
/// What the sum of a lane is below.
const LANE: i64 = 1 << 38;

/// For every bit the results of two rounds in one variable.
#[derive(Clone, Debug)]
pub struct Packed([FpVar<Fr>; WORD_BITS]);

/// `ch(e, f, g)` and `ch(u, e, f)` in 32 rows. The next round's `u` is all variables.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn ch(e: &Word, f: &Word, g: &Word, u: &Word) -> Result<Packed, SynthesisError> {
    let values = values([e, f, g, u]).map(|[e, f, g, u]| [(e & f) | (!e & g), (u & e) | (!u & f)]);
    let bits = |i: usize| [e, f, g, u].map(|word| &word.bits()[i]);
    pack(values, u, |i, m| {
        let [e, f, g, u] = bits(i);
        let left = terms(&[(HIGH, u), (-2, e), (1, f), (1, g)]);
        let right = terms(&[(1, g), (-1, f), (-HIGH, u)]);
        left.mul_equals(&right, &terms(&[(2, m), (-HIGH * HIGH, u), (-1 - 2 * HIGH, f), (-1, g)]))
    })
}

/// `maj(a, b, c)` and `maj(u, a, b)` in 32 rows, forced together with [`enforce_sums`]. The next round's `u` is all
/// variables.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn maj(a: &Word, b: &Word, c: &Word, u: &Word) -> Result<Packed, SynthesisError> {
    let values = values([a, b, c, u]).map(|[a, b, c, u]| [(a & b) | (a & c) | (b & c), (u & a) | (u & b) | (a & b)]);
    let (bits, one) = (|i: usize| [a, b, c, u].map(|word| &word.bits()[i]), FpVar::one());
    pack(values, u, |i, m| {
        let [a, b, c, u] = bits(i);
        let equal = terms(&[(1, m), (-1 - HIGH - FAR, a), (FAR, b)]);
        let different = terms(&[(1, m), (-1, c), (-HIGH, u), (-FAR, &one), (FAR, a), (FAR, b)]);
        equal.mul_equals(&different, &FpVar::zero())
    })
}

/// The rows of the module's documentation that make two boolean words, of this round and of the next one, the sums modulo
/// 2^32 with what is packed: one row for each bit of a carry.
///
/// # Errors
///
/// [`SynthesisError::Unsatisfiable`] for sums that could leave their lanes, which depends on the words that are summed
/// and not on their values; else whatever the constraint system reports.
pub fn enforce_sums(sums: [Sum; 2], packed: &Packed, words: [&Word; 2]) -> Result<(), SynthesisError> {
    let [(low, low_max), (high, high_max)] = sums.map(|sum| {
        // What is packed is another word in either sum.
        let (sum, max) = sum.lift();
        (sum, max + i64::from(u32::MAX))
    });
    if low_max.max(high_max) >= LANE {
        return Err(SynthesisError::Unsatisfiable);
    }
    let (low, high) = (low.to_integer()?, high.to_integer()?);
    let (x, y) = (words[0].to_integer(), words[1].to_integer());
    let packed = integer(&packed.0);
    let carries = terms(&[(1, &low), (HIGH, &high), (1, &packed), (-1, &x), (-HIGH, &y)]);

    let value = carries.value().ok().map(PrimeField::into_bigint);
    let mut rest = carries.clone();
    for i in 0..carry_bits(low_max) {
        let bit = FpVar::new_witness(carries.cs(), || {
            value.map(|v| Fr::from(v.get_bit(WORD_BITS + i))).ok_or(SynthesisError::AssignmentMissing)
        })?;
        enforce_boolean(&bit)?;
        rest = terms(&[(1, &rest), (-(1 << (WORD_BITS + i)), &bit)]);
    }
    let unit = Fr::from(HIGH << WORD_BITS).inverse().unwrap_or(Fr::ZERO);
    enforce_bits(&carries.cs(), &(rest * unit), carry_bits(high_max)).map(drop)
}

/// The number of bits of the carry of a sum.
fn carry_bits(max: i64) -> usize {
    (i64::BITS - (max >> WORD_BITS).leading_zeros()) as usize
}

/// A variable for every bit, for the words of both rounds, with a row that `enforce` adds.
fn pack(
    words: Option<[u32; 2]>,
    allocated: &Word,
    enforce: impl Fn(usize, &FpVar<Fr>) -> Result<(), SynthesisError>,
) -> Result<Packed, SynthesisError> {
    let cs = allocated.bits().cs();
    let mut out = array::from_fn(|_| FpVar::zero());
    for (i, m) in out.iter_mut().enumerate() {
        let value = words.map(|words| words.map(|word| i128::from(word >> i & 1)));
        *m = FpVar::new_witness(cs.clone(), || {
            value.map(|[low, high]| Fr::from(low + HIGH * high)).ok_or(SynthesisError::AssignmentMissing)
        })?;
        enforce(i, m)?;
    }
    Ok(Packed(out))
}

fn terms(terms: &[(i128, &FpVar<Fr>)]) -> FpVar<Fr> {
    combination(terms.iter().map(|(coefficient, x)| (Fr::from(*coefficient), *x)))
}
