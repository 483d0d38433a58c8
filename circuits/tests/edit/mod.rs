//! A full assignment of a relation that a test edits as a dishonest prover would.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

mod fit;

use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use shiming_circuits::relation::{Matrices, Relation, Rule, assign, matrices, violated};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

pub struct Edit {
    pub matrices: &'static Matrices,
    pub assignment: Vec<Fr>,
}

/// The matrices of a relation, synthesized once per test binary.
pub fn cached<R: Relation>() -> &'static Matrices {
    static CACHE: Mutex<BTreeMap<&'static str, &'static Matrices>> = Mutex::new(BTreeMap::new());
    CACHE.lock().unwrap().entry(R::NAME).or_insert_with(|| Box::leak(Box::new(matrices::<R>().unwrap())))
}

fn evaluate(row: &[(Fr, usize)], assignment: &[Fr]) -> Fr {
    row.iter().map(|(c, i)| *c * assignment[*i]).sum()
}

impl Edit {
    pub fn new<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> Self {
        Self { matrices: cached::<R>(), assignment: assign::<R>(statement, witness).unwrap() }
    }

    pub fn violated(&self) -> BTreeSet<Rule> {
        violated(self.matrices, &self.assignment)
    }

    #[track_caller]
    pub fn assert_violated(&self, rules: &[Rule]) {
        assert_eq!(self.violated(), rules.iter().copied().collect());
    }

    pub fn rows_of(&self, rule: Rule) -> core::ops::Range<usize> {
        self.matrices.rules().iter().find(|(r, _)| *r == rule).unwrap().1.clone()
    }

    fn variables(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let m = self.matrices;
        [&m.a[row], &m.b[row], &m.c[row]].into_iter().flatten().map(|(_, variable)| *variable)
    }

    /// The variables of some rows.
    pub fn variables_of(&self, rows: core::ops::Range<usize>) -> BTreeSet<usize> {
        rows.flat_map(|row| self.variables(row)).collect()
    }

    /// The variable that the first row of a rule defines as its product.
    pub fn first_product(&self, rule: Rule) -> usize {
        self.matrices.c[self.rows_of(rule).start].iter().map(|(_, variable)| *variable).max().unwrap()
    }

    /// The variables of `n` rows of a rule from the `first` on, each of which makes one variable boolean.
    pub fn bits(&self, rule: Rule, first: usize, n: usize) -> Vec<usize> {
        self.rows_of(rule)
            .skip(first)
            .take(n)
            .map(|row| match self.matrices.a[row][..] {
                [(one, bit)] if one.is_one() => bit,
                _ => panic!("row {row} is not of one bit"),
            })
            .collect()
    }

    /// Computes anew every variable that the rows of a rule introduce, from everything before: what a prover does who chose
    /// some values freely and fits the rest.
    pub fn fit(&mut self, rule: Rule) {
        let rows = self.rows_of(rule);
        let mut known: BTreeSet<usize> = (0..rows.start).flat_map(|row| self.variables(row)).collect();
        known.extend(0..self.matrices.instances);
        for row in rows {
            let unknown: BTreeSet<usize> = self.variables(row).filter(|v| !known.contains(v)).collect();
            known.extend(&unknown);
            let (1, Some(&variable)) = (unknown.len(), unknown.first()) else { continue };
            let m = self.matrices;
            let [a, b, c] = [&m.a[row], &m.b[row], &m.c[row]].map(|side| {
                let slope = side.iter().find(|(_, i)| *i == variable).map_or(Fr::zero(), |(c, _)| *c);
                (slope, evaluate(side, &self.assignment) - slope * self.assignment[variable])
            });
            if !a.0.is_zero() && !b.0.is_zero() {
                // A boolean row: the value stays.
                continue;
            }
            let slope = c.0 - a.0 * b.1 - b.0 * a.1;
            if let Some(inverse) = slope.inverse() {
                self.assignment[variable] = (a.1 * b.1 - c.1) * inverse;
            }
        }
    }

    /// The variables that can be changed alone, by one, without breaking a row.
    pub fn free_variables(&self) -> BTreeSet<usize> {
        let mut rows: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for row in 0..self.matrices.a.len() {
            for variable in self.variables(row) {
                rows.entry(variable).or_default().insert(row);
            }
        }
        let mut assignment = self.assignment.clone();
        let m = self.matrices;
        (1..assignment.len())
            .filter(|variable| {
                assignment[*variable] += Fr::one();
                let broken = rows.get(variable).into_iter().flatten().any(|row| {
                    let [a, b, c] = [&m.a[*row], &m.b[*row], &m.c[*row]].map(|side| evaluate(side, &assignment));
                    a * b != c
                });
                assignment[*variable] -= Fr::one();
                !broken
            })
            .collect()
    }
}
