//! A prover who chooses some variables freely and computes all others from them. Knows the kinds of rows that foreign curves have.

use super::{Edit, evaluate};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField, Zero};
use shiming_circuits::relation::Rule;
use std::collections::BTreeSet;

type Side = [(Fr, usize)];

fn coefficient(side: &Side, variable: usize) -> Fr {
    side.iter().find(|(_, i)| *i == variable).map_or(Fr::ZERO, |(c, _)| *c)
}

/// The variables of a combination but the constant.
fn of(side: &Side) -> impl Iterator<Item = usize> {
    side.iter().map(|(_, variable)| *variable).filter(|variable| *variable != 0)
}

/// Whether a row makes one combination zero or one.
fn is_boolean([a, b, c]: [&Side; 3]) -> bool {
    c.is_empty() && of(a).next().is_some() && of(a).eq(of(b))
}

impl Edit {
    /// Visits all rows in order. Bits that belong to no integer, and integers that only their bits define, keep the values that they
    /// have; everything else is computed. A row that cannot be satisfied so is left broken.
    pub fn fit_all(&mut self) {
        let rows = self.matrices.a.len();
        let mut known = vec![false; self.assignment.len()];
        known[..self.matrices.instances].fill(true);
        let mut bits = Vec::new();
        for row in 0..rows {
            let [a, b, c] = self.sides(row);
            let new: BTreeSet<usize> = of(a).chain(of(b)).chain(of(c)).filter(|variable| !known[*variable]).collect();
            new.iter().for_each(|variable| known[*variable] = true);
            if is_boolean([a, b, c]) {
                if of(a).count() == 1 {
                    bits.extend(of(a));
                } else {
                    self.fit_bits(row, &core::mem::take(&mut bits));
                }
                continue;
            }
            bits.clear();
            match new.into_iter().collect::<Vec<_>>()[..] {
                [] => {}
                [variable] => self.fit_one(row, variable),
                [zero, inverse] => {
                    // Whether a sum is zero: x i = 1 - z.
                    let x = evaluate(a, &self.assignment);
                    self.assignment[zero] = Fr::from(x.is_zero());
                    self.assignment[inverse] = x.inverse().unwrap_or_default();
                }
                ref limbs => self.fit_limbs(row, limbs),
            }
        }
    }

    fn sides(&self, row: usize) -> [&'static Side; 3] {
        [&self.matrices.a[row], &self.matrices.b[row], &self.matrices.c[row]]
    }

    /// The bits of the integer that the last row of a decomposition is about.
    fn fit_bits(&mut self, row: usize, bits: &[usize]) {
        let [a, ..] = self.sides(row);
        bits.iter().for_each(|bit| self.assignment[*bit] = Fr::ZERO);
        let integer = (evaluate(a, &self.assignment) / -coefficient(a, bits[0])).into_bigint();
        for (i, bit) in bits.iter().enumerate() {
            self.assignment[*bit] = Fr::from(integer.get_bit(i));
        }
    }

    fn fit_one(&mut self, row: usize, variable: usize) {
        self.assignment[variable] = Fr::ZERO;
        let slopes = self.sides(row).map(|side| coefficient(side, variable));
        let [x, y, z] = self.sides(row).map(|side| evaluate(side, &self.assignment));
        assert!((slopes[0] * slopes[1]).is_zero());
        let slope = slopes[2] - slopes[0] * y - slopes[1] * x;
        self.assignment[variable] = (x * y - z) * slope.inverse().unwrap_or_default();
    }

    /// As many rows as there are unknowns in their products: Gauss and Jordan.
    fn fit_limbs(&mut self, first: usize, unknown: &[usize]) {
        unknown.iter().for_each(|variable| self.assignment[*variable] = Fr::ZERO);
        let n = unknown.len();
        let mut system: Vec<Vec<Fr>> = (first..first + n)
            .map(|row| {
                let [a, b, c] = self.sides(row);
                let [x, y, z] = [a, b, c].map(|side| evaluate(side, &self.assignment));
                unknown.iter().map(|variable| coefficient(c, *variable)).chain([x * y - z]).collect()
            })
            .collect();
        for column in 0..n {
            let pivot = (column..n).find(|i| !system[*i][column].is_zero()).unwrap();
            system.swap(column, pivot);
            let inverse = system[column][column].inverse().unwrap();
            system[column].iter_mut().for_each(|x| *x *= inverse);
            let pivot = system[column].clone();
            for i in (0..n).filter(|i| *i != column) {
                let factor = system[i][column];
                system[i].iter_mut().zip(&pivot).for_each(|(x, y)| *x -= factor * y);
            }
        }
        for (variable, row) in unknown.iter().zip(&system) {
            self.assignment[*variable] = row[n];
        }
    }

    /// The integers of a rule that are variables which no row before mentions: what a prover chooses.
    pub fn integers(&self, rule: Rule) -> Vec<usize> {
        let rows = self.rows_of(rule);
        let mut known = vec![false; self.assignment.len()];
        known[..self.matrices.instances].fill(true);
        let mut integers = Vec::new();
        for row in 0..rows.end {
            let sides = self.sides(row);
            let last = is_boolean(sides) && of(sides[0]).count() > 1;
            for variable in sides.into_iter().flat_map(of) {
                let new = !core::mem::replace(&mut known[variable], true);
                if new && last && rows.contains(&row) {
                    integers.push(variable);
                }
            }
        }
        integers
    }
}
