//! Gaussian elimination on rows that are linear in a few unknowns each.
//!
//! Rows are taken in their order in windows, since the unknowns of one gadget are in neighbouring rows. A system that spreads
//! over more rows than a window is not solved; its variables are reported as unforced, which errs on the safe side.

use super::propagation::{Pivot, Propagation};
use crate::field::Fr;
use ark_ff::{Field, Zero};
use std::collections::BTreeMap;

/// The unknowns of a row at most.
pub(super) const MOST_UNKNOWNS: usize = 16;

/// The rows of a window.
const WINDOW: usize = 256;

/// A row of the echelon form: unknowns with coefficients, the row that it is made from, and whether it rests on a division.
struct Echelon {
    terms: BTreeMap<usize, Fr>,
    row: usize,
    pivot: Pivot,
}

/// A variable that elimination isolates, with one of the rows that force it.
pub(super) struct Isolated {
    pub(super) variable: usize,
    pub(super) row: usize,
    pub(super) pivot: Pivot,
}

/// Variables that a system of rows isolates, and where the next search begins. Searches all rows, from the cursor on and
/// around.
pub(super) fn solve(state: &Propagation, cursor: usize) -> Option<(usize, Vec<Isolated>)> {
    let rows = state.rows();
    let candidates: Vec<usize> = (cursor..rows).chain(0..cursor).filter(|row| state.is_open(*row)).collect();
    // Rows that divide come last: what follows without them is no division.
    let without: Vec<usize> = candidates.iter().copied().filter(|row| never_divides(state, *row)).collect();
    in_windows(state, &without).or_else(|| in_windows(state, &candidates))
}

fn never_divides(state: &Propagation, row: usize) -> bool {
    state.linear(row).is_some_and(|(_, pivot)| pivot == Pivot::Always)
}

fn in_windows(state: &Propagation, candidates: &[usize]) -> Option<(usize, Vec<Isolated>)> {
    let mut start = 0;
    while start < candidates.len() {
        let window = &candidates[start..candidates.len().min(start + WINDOW)];
        let forced = eliminate(state, window);
        if !forced.is_empty() {
            return Some((window[0], forced));
        }
        start += WINDOW / 2;
    }
    None
}

fn eliminate(state: &Propagation, window: &[usize]) -> Vec<Isolated> {
    let mut echelon: BTreeMap<usize, Echelon> = BTreeMap::new();
    for row in window {
        let Some((terms, mut pivot)) = state.linear(*row) else { continue };
        let mut terms: BTreeMap<usize, Fr> = terms.into_iter().map(|(c, v)| (v, c)).collect();
        for variable in terms.keys().copied().collect::<Vec<_>>() {
            if let Some(other) = echelon.get(&variable) {
                subtract(&mut terms, variable, &other.terms);
                pivot = pivot.max(other.pivot);
            }
        }
        let Some((variable, coefficient)) = terms.first_key_value() else { continue };
        let (variable, Some(inverse)) = (*variable, coefficient.inverse()) else { continue };
        terms.values_mut().for_each(|c| *c *= inverse);
        for other in echelon.values_mut().filter(|other| other.terms.contains_key(&variable)) {
            subtract(&mut other.terms, variable, &terms);
            other.pivot = other.pivot.max(pivot);
        }
        echelon.insert(variable, Echelon { terms, row: *row, pivot });
    }
    let isolated = echelon.into_iter().filter(|(_, of)| of.terms.len() == 1);
    isolated.map(|(variable, of)| Isolated { variable, row: of.row, pivot: of.pivot }).collect()
}

/// Subtracts the multiple of a row, whose coefficient of `variable` is one, that cancels the variable.
fn subtract(terms: &mut BTreeMap<usize, Fr>, variable: usize, row: &BTreeMap<usize, Fr>) {
    let Some(factor) = terms.get(&variable).copied() else { return };
    for (v, c) in row {
        let sum = terms.entry(*v).or_default();
        *sum -= factor * c;
        if sum.is_zero() {
            terms.remove(v);
        }
    }
}
