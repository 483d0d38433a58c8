//! Sums whose terms overlap, but apart from each other in another way than as powers of two.
//!
//! The unknown terms of a sum are bits, and *packed* variables: such that one row leaves a few values to, whatever the bits in it
//! are. Any other solution of the sum differs from the assignment by `d_j` in its terms, `sum d_j = 0` over the integers, and each
//! `d_j` is in a finite set that contains zero. Two steps follow, as long as they decide anything:
//!
//! - **Peeling.** If all values of `d_j` but zero are odd multiples of `2^e`, and those of all others are multiples of `2^(e+1)`,
//!   then `d_j` is zero.
//! - **Lifting.** Let `W` be a power of two, and `d_j = W h_j + l_j` with `l_j` at most `W / 2` in size. If all `l_j` together are
//!   below `W` in size, `sum h_j = 0`; what peeling says of the `h_j` excludes the values with another one.
//!
//! This is what makes two rounds of SHA-256 in one row sound: choices are a lane of their own, and the wrong root of a majority is
//! far away (`crate::word::pair`).

use super::{
    propagation::Propagation,
    range::Combination,
    system::{evaluate, split},
};
use crate::field::Fr;
use ark_ff::{AdditiveGroup, BigInt, Field, PrimeField, Zero};

/// The bits that a row of a packed variable may have besides.
const MOST_BITS: usize = 4;

/// The exponents of `W` that are tried.
const LIFTS: core::ops::Range<u32> = 16..112;

/// What a sum forces, and the rows that left a few values to packed variables among it.
pub(super) struct Peeled {
    pub(super) row: usize,
    pub(super) variables: Vec<usize>,
    pub(super) sources: Vec<usize>,
}

/// An unknown term with the differences that its value can have.
struct Term {
    variable: usize,
    differences: Vec<i128>,
    source: Option<usize>,
}

/// The first sum from the cursor on and around that forces something.
pub(super) fn solve(state: &Propagation, cursor: usize) -> Option<Peeled> {
    let rows = state.rows();
    (cursor..rows).chain(0..cursor).filter(|row| state.is_open_sum(*row)).find_map(|row| {
        let forced = peel_and_lift(state, row)?;
        let variables = forced.iter().map(|term| term.variable).collect();
        Some(Peeled { row, variables, sources: forced.into_iter().filter_map(|term| term.source).collect() })
    })
}

fn peel_and_lift(state: &Propagation, row: usize) -> Option<Vec<Term>> {
    let mut terms = terms(state, row)?;
    // All solutions together are below `2^126` in size, so they are equal over the integers.
    terms.iter().try_fold(0i128, |sum, term| sum.checked_add(size(&term.differences)).filter(|sum| *sum < 1 << 126))?;
    let mut zero = peel(terms.iter().map(|term| term.differences.clone()).collect());
    if !zero.iter().any(|zero| *zero) {
        for w in LIFTS {
            lift(&mut terms, w);
        }
        zero = peel(terms.iter().map(|term| term.differences.clone()).collect());
    }
    let forced: Vec<Term> =
        terms.into_iter().zip(zero).filter(|(term, zero)| *zero && term.variable != 0).map(|(term, _)| term).collect();
    (!forced.is_empty()).then_some(forced)
}

fn size(differences: &[i128]) -> i128 {
    differences.iter().map(|d| d.abs()).max().unwrap_or(0)
}

/// Which differences are zero in every solution of `sum d_j = 0`.
fn peel(sets: Vec<Vec<i128>>) -> Vec<bool> {
    let exponents = |set: &Vec<i128>| {
        let of = || set.iter().filter(|d| **d != 0).map(|d| d.trailing_zeros());
        of().min().zip(of().max())
    };
    let mut order: Vec<(u32, u32, usize)> =
        sets.iter().enumerate().filter_map(|(i, set)| exponents(set).map(|(low, high)| (low, high, i))).collect();
    order.sort_unstable();
    let mut zero: Vec<bool> = sets.iter().map(|set| size(set) == 0).collect();
    for (i, (low, high, term)) in order.iter().enumerate() {
        if low != high || order.get(i + 1).is_some_and(|(next, ..)| next <= low) {
            break;
        }
        zero[*term] = true;
    }
    zero
}

/// Excludes the values whose part above `2^w` cannot be.
fn lift(terms: &mut [Term], w: u32) {
    let weight = 1i128 << w;
    let above = |d: i128| (d + weight / 2).div_euclid(weight);
    let below = |d: &i128| (d - above(*d) * weight).abs();
    let rest: Option<i128> = terms
        .iter()
        .map(|term| term.differences.iter().map(below).max().unwrap_or(0))
        .try_fold(0i128, |sum, size| sum.checked_add(size));
    if rest.is_none_or(|rest| rest >= weight) {
        return;
    }
    let zero = peel(terms.iter().map(|term| term.differences.iter().map(|d| above(*d)).collect()).collect());
    for (term, _) in terms.iter_mut().zip(zero).filter(|(_, zero)| *zero) {
        term.differences.retain(|d| above(*d) == 0);
    }
}

/// The unknown terms of a sum; `None` if one is neither a bit nor packed, or has a coefficient that is no small integer.
fn terms(state: &Propagation, row: usize) -> Option<Vec<Term>> {
    // The value that a row of two values leaves to its combination is one more bit.
    let (open, last): (Combination, Fr) = state.open_terms(row)?;
    let lowest = open.iter().filter_map(|(c, _)| Some(state.powers().exponent(c)?.0)).min()?.min(0);
    let scale = Fr::from(2u8).pow([u64::from(lowest.unsigned_abs())]);
    let mut terms = Vec::with_capacity(open.len());
    for (coefficient, variable) in open {
        let (values, value, source) = if variable == 0 {
            (vec![Fr::ZERO, Fr::ONE], last, None)
        } else if state.is_bit(variable) {
            (vec![Fr::ZERO, Fr::ONE], state.system().assignment[variable], None)
        } else {
            let (values, source) = packed(state, variable)?;
            (values, state.system().assignment[variable], Some(source))
        };
        let scaled = coefficient * scale;
        let differences =
            values.into_iter().map(|other| signed(&(scaled * (other - value)))).collect::<Option<Vec<_>>>()?;
        // The honest value is among them.
        if !differences.contains(&0) {
            return None;
        }
        terms.push(Term { variable, differences, source });
    }
    Some(terms)
}

/// The values that a row leaves to a variable, for all bits that are unknown in it, and the row.
fn packed(state: &Propagation, variable: usize) -> Option<(Vec<Fr>, usize)> {
    state.system().touching(variable).find_map(|(row, _)| Some((values(state, row, variable)?, row)))
}

fn values(state: &Propagation, row: usize, variable: usize) -> Option<Vec<Fr>> {
    let system = state.system();
    let mut bits: Vec<usize> = system
        .sides(row)
        .into_iter()
        .flat_map(|side| split(side).1)
        .map(|(_, v)| *v)
        .filter(|v| *v != variable && !state.is_known(*v))
        .collect();
    bits.sort_unstable();
    bits.dedup();
    if bits.len() > MOST_BITS || !bits.iter().all(|bit| state.is_bit(*bit)) {
        return None;
    }
    let mut all = Vec::new();
    for choice in 0..1u32 << bits.len() {
        let at = |side: &[(Fr, usize)]| {
            let mut constant = evaluate(side, system.assignment);
            let mut slope = Fr::ZERO;
            for (c, v) in side {
                if *v == variable {
                    slope += c;
                    constant -= *c * system.assignment[variable];
                } else if let Ok(i) = bits.binary_search(v) {
                    constant += *c * (Fr::from(choice >> i & 1) - system.assignment[*v]);
                }
            }
            (constant, slope)
        };
        let [a, b, c] = system.sides(row).map(at);
        all.extend(roots(a, b, c)?);
    }
    Some(all)
}

/// The solutions of `(a0 + a1 x)(b0 + b1 x) = c0 + c1 x`, if there are finitely many that need no square root.
fn roots(a: (Fr, Fr), b: (Fr, Fr), c: (Fr, Fr)) -> Option<Vec<Fr>> {
    if a.1.is_zero() || b.1.is_zero() {
        let (constant, slope) = (a.0 * b.0 - c.0, a.0 * b.1 + a.1 * b.0 - c.1);
        return match slope.inverse() {
            Some(inverse) => Some(vec![-constant * inverse]),
            // Bits for which the row cannot hold.
            None if !constant.is_zero() => Some(Vec::new()),
            None => None,
        };
    }
    (c.0.is_zero() && c.1.is_zero()).then_some(())?;
    Some(vec![-a.0 * a.1.inverse()?, -b.0 * b.1.inverse()?])
}

/// The integer below `2^120` in size that an element stands for.
fn signed(x: &Fr) -> Option<i128> {
    let size = |x: Fr| -> Option<i128> {
        let BigInt([low, high, 0, 0]) = x.into_bigint() else { return None };
        (high >> 56 == 0).then_some(i128::from(high) << 64 | i128::from(low))
    };
    size(*x).or_else(|| size(-*x).map(|x| -x))
}
