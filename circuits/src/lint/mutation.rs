//! One variable changed, everything else kept.
//!
//! A row is a polynomial of degree at most two in one variable, with the honest value as a root. It accepts every other value
//! (the variable cancels), none, or the one other root. So the mutants include that other root, and together they decide for
//! every value of the field: if some other value is accepted by all rows, then one of the mutants is.

use super::system::System;
use crate::field::Fr;
use ark_ff::{Field, One, Zero};
use ark_std::{UniformRand, rand::Rng};

/// How many mutants there were, and how many some row rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Mutants, or alternatives, that were tried.
    pub tried: usize,
    /// Those that a row rejected.
    pub rejected: usize,
}

impl Tally {
    pub(super) fn count(&mut self, rejected: bool) {
        self.tried += 1;
        self.rejected += usize::from(rejected);
    }
}

/// A value other than the honest one that every row accepts, if there is one. Every mutant is counted.
pub(super) fn survivor(system: &System, variable: usize, rng: &mut impl Rng, tally: &mut Tally) -> Option<Fr> {
    let honest = system.assignment[variable];
    let mut mutants = vec![
        honest + Fr::one(),
        honest - Fr::one(),
        -honest,
        honest + honest,
        Fr::rand(rng),
        Fr::zero(),
        Fr::one(),
        Fr::one() - honest,
    ];
    for k in [8, 28, 32, 64, 128, 253] {
        let power = Fr::from(2u8).pow([k]);
        mutants.extend([honest + power, honest - power]);
    }
    mutants.extend(other_root(system, variable).map(|delta| honest + delta));
    let mut survivor = None;
    for mutant in mutants.into_iter().filter(|mutant| *mutant != honest) {
        let delta = mutant - honest;
        let rejected = system.touching(variable).any(|(row, change)| !system.holds(row, change.map(|c| c * delta)));
        tally.count(rejected);
        if !rejected {
            survivor = survivor.or(Some(mutant));
        }
    }
    survivor
}

/// The change that the first row with something to say accepts, if it accepts one.
fn other_root(system: &System, variable: usize) -> Option<Fr> {
    for (row, [a, b, c]) in system.touching(variable) {
        let [left, right, _] = system.values(row);
        let (square, linear) = (a * b, a * right + b * left - c);
        if let Some(inverse) = square.inverse() {
            return Some(-linear * inverse);
        }
        if !linear.is_zero() {
            return None;
        }
    }
    None
}
