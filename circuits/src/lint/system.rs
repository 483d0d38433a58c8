//! Rows and columns of a constraint system with one assignment, indexed for local questions.

use crate::{
    field::Fr,
    relation::{Matrices, Rule},
};
use ark_ff::Zero;
use core::ops::Range;
use std::collections::BTreeMap;

/// The coefficients of a variable in A, B and C of a row.
pub(super) type Coefficients = [Fr; 3];

struct Entry {
    row: usize,
    side: usize,
    coefficient: Fr,
}

/// The matrices by row and by variable, with the value of every side of every row.
pub(super) struct System<'a> {
    pub(super) matrices: &'a Matrices,
    pub(super) assignment: &'a [Fr],
    /// `A z`, `B z`, `C z`.
    values: [Vec<Fr>; 3],
    /// Where the entries of a variable begin.
    starts: Vec<usize>,
    entries: Vec<Entry>,
    rules: Vec<Option<Rule>>,
}

impl<'a> System<'a> {
    /// The assignment has a value for every variable.
    pub(super) fn new(matrices: &'a Matrices, assignment: &'a [Fr]) -> Self {
        let rows = matrices.a.len();
        let mut rules = vec![None; rows];
        for (rule, range) in matrices.rules() {
            for row in range.clone().filter(|row| *row < rows) {
                rules[row] = Some(*rule);
            }
        }
        let sides = [&matrices.a, &matrices.b, &matrices.c];
        let values = sides.map(|side| side.iter().map(|row| evaluate(row, assignment)).collect());

        // A counting sort by variable; rows stay in order.
        let mut starts = vec![0; assignment.len() + 1];
        for (_, variable) in sides.into_iter().flatten().flatten() {
            starts[variable + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![(0, 0, 0); starts.last().copied().unwrap_or(0)];
        for row in 0..rows {
            for (side, terms) in sides.iter().enumerate() {
                for (term, (_, variable)) in terms[row].iter().enumerate() {
                    order[next[*variable]] = (row, side, term);
                    next[*variable] += 1;
                }
            }
        }
        let entry =
            |(row, side, term): (usize, usize, usize)| Entry { row, side, coefficient: sides[side][row][term].0 };
        let entries = order.into_iter().map(entry).collect();
        Self { matrices, assignment, values, starts, entries, rules }
    }

    pub(super) fn rows(&self) -> Range<usize> {
        0..self.matrices.a.len()
    }

    /// Every variable but the constant.
    pub(super) fn variables(&self) -> Range<usize> {
        1..self.assignment.len()
    }

    pub(super) fn is_instance(&self, variable: usize) -> bool {
        variable < self.matrices.instances
    }

    /// A, B and C of a row.
    pub(super) fn sides(&self, row: usize) -> [&'a [(Fr, usize)]; 3] {
        [&self.matrices.a[row], &self.matrices.b[row], &self.matrices.c[row]]
    }

    /// `A z`, `B z` and `C z` of a row.
    pub(super) fn values(&self, row: usize) -> Coefficients {
        [self.values[0][row], self.values[1][row], self.values[2][row]]
    }

    pub(super) fn rule(&self, row: usize) -> Option<Rule> {
        self.rules[row]
    }

    /// The rows that a variable occurs in, in order, with its coefficients.
    pub(super) fn touching(&self, variable: usize) -> impl Iterator<Item = (usize, Coefficients)> + '_ {
        self.entries[self.starts[variable]..self.starts[variable + 1]].chunk_by(|x, y| x.row == y.row).map(|entries| {
            let mut coefficients = Coefficients::default();
            for entry in entries {
                coefficients[entry.side] += entry.coefficient;
            }
            (entries[0].row, coefficients)
        })
    }

    /// The rule that introduces a variable: that of the first row it occurs in.
    pub(super) fn introduced_by(&self, variable: usize) -> Option<Rule> {
        self.touching(variable).next().and_then(|(row, _)| self.rule(row))
    }

    /// Whether a row holds after its sides have changed.
    pub(super) fn holds(&self, row: usize, change: Coefficients) -> bool {
        let [a, b, c] = self.values(row);
        (a + change[0]) * (b + change[1]) == c + change[2]
    }

    /// The first row, of all or of those given in order, that refuses a change of several variables.
    pub(super) fn refusing(&self, changes: &[(usize, Fr)], only: Option<&[usize]>) -> Option<usize> {
        let mut rows: BTreeMap<usize, Coefficients> = BTreeMap::new();
        for (variable, delta) in changes.iter().filter(|(_, delta)| !delta.is_zero()) {
            for (row, coefficients) in self.touching(*variable) {
                if only.is_none_or(|only| only.binary_search(&row).is_ok()) {
                    let sum = rows.entry(row).or_default();
                    sum.iter_mut().zip(coefficients).for_each(|(sum, c)| *sum += c * delta);
                }
            }
        }
        rows.into_iter().find(|(row, change)| !self.holds(*row, *change)).map(|(row, _)| row)
    }
}

/// The value of a linear combination.
pub(super) fn evaluate(terms: &[(Fr, usize)], assignment: &[Fr]) -> Fr {
    crate::relation::evaluate(terms, assignment)
}

/// The constant of a linear combination, and its other terms. Variables are in increasing order, the constant first.
pub(super) fn split(terms: &[(Fr, usize)]) -> (Fr, &[(Fr, usize)]) {
    match terms {
        [(constant, 0), rest @ ..] => (*constant, rest),
        _ => (Fr::zero(), terms),
    }
}
