//! What the author of a relation declares about its rows, outside of the circuit: everything that local reasoning cannot
//! prove, each entry with its reason.

use super::{
    range::Ranges,
    system::{System, split},
};
use crate::{field::Fr, relation::Rule};
use ark_ff::BigInt;
use std::collections::{BTreeMap, BTreeSet};

/// Witness variables that a prover chooses: they are known before propagation begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The rule whose rows are the first in which the variables occur.
    pub rule: Rule,
    /// The position of the first one among all witness variables of which that is true, in their order.
    pub position: usize,
    /// The number of neighbours, the first one included.
    pub count: usize,
    /// How often this repeats.
    pub times: usize,
    /// The distance of repetitions.
    pub stride: usize,
    /// Not 0: positions count the integers of so many bits under the rule, and the variables are these integers.
    pub bits: usize,
    /// Why the prover may choose.
    pub reason: &'static str,
}

impl Seed {
    /// One variable.
    #[must_use]
    pub const fn new(rule: Rule, position: usize, reason: &'static str) -> Self {
        Self { rule, position, count: 1, times: 1, stride: 0, bits: 0, reason }
    }

    /// `count` neighbours, `times` times at a distance of `stride`: the limbs that every step of a ladder guesses.
    #[must_use]
    pub const fn repeated(self, count: usize, times: usize, stride: usize) -> Self {
        Self { count, times, stride, ..self }
    }

    /// The first `count` integers of `bits` bits under a rule.
    #[must_use]
    pub const fn integers(rule: Rule, bits: usize, count: usize, reason: &'static str) -> Self {
        Self { rule, position: 0, count, times: 1, stride: 0, bits, reason }
    }

    fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.times).flat_map(move |i| (0..self.count).map(move |j| self.position + i * self.stride + j))
    }
}

/// A number of rows of a rule, or of variables that they force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The rule.
    pub rule: Rule,
    /// The number.
    pub rows: usize,
    /// What the rows check, or why nothing is divided by zero.
    pub reason: &'static str,
}

/// Integers of one width under one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Width {
    /// The rule.
    pub rule: Rule,
    /// The number of bits; 1 for a bit that belongs to no integer.
    pub bits: usize,
    /// The number of integers.
    pub count: usize,
    /// A modulus that further rows keep every one of these integers below, so that `x` and `x + modulus` are not both
    /// accepted.
    pub modulus: Option<BigInt<4>>,
    /// What the range is for.
    pub reason: &'static str,
}

/// Everything that is declared about a relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// What the prover chooses.
    pub seeds: Vec<Seed>,
    /// Rows that force nothing, because all their variables are forced without them: what binds the seeds.
    pub checks: Vec<Counted>,
    /// Rows that force a variable by a coefficient that depends on values. That it is never zero needs an argument.
    pub divisions: Vec<Counted>,
    /// Variables that sums force, for rules in which that is not the number of bits: limbs are forced by what they make up, and
    /// a bit that a row forces is not forced by its integer any more.
    pub sums: Vec<Counted>,
    /// All integers that range rows are for.
    pub widths: Vec<Width>,
}

impl Declaration {
    /// The variables of all seeds; `Err` with the first entry that names a variable which is not there.
    pub(super) fn seeds(&self, system: &System, ranges: &Ranges) -> Result<Vec<usize>, &Seed> {
        let mut introduced: BTreeMap<Rule, Vec<usize>> = BTreeMap::new();
        for variable in system.variables().filter(|variable| !system.is_instance(*variable)) {
            if let Some(rule) = system.introduced_by(variable) {
                introduced.entry(rule).or_default().push(variable);
            }
        }
        let mut integers: BTreeMap<(Rule, usize), Vec<usize>> = BTreeMap::new();
        for of in &ranges.decompositions {
            // An integer that is a variable, plus a constant perhaps.
            if let (Some(rule), [(_, variable)]) = (system.rule(of.row), split(&of.value).1) {
                integers.entry((rule, of.width)).or_default().push(*variable);
            }
        }
        let mut all = BTreeSet::new();
        for seed in &self.seeds {
            let variables = if seed.bits == 0 {
                introduced.get(&seed.rule)
            } else {
                integers.get(&(seed.rule, seed.bits)).filter(|all| all.len() >= seed.count)
            };
            let variables = variables.map_or(&[][..], Vec::as_slice);
            for position in seed.positions() {
                all.insert(*variables.get(position).ok_or(seed)?);
            }
        }
        Ok(all.into_iter().collect())
    }

    /// The modulus that integers of this rule and width stay below.
    pub(super) fn modulus(&self, rule: Option<Rule>, bits: usize) -> Option<BigInt<4>> {
        self.widths.iter().find(|width| Some(width.rule) == rule && width.bits == bits).and_then(|width| width.modulus)
    }
}

/// The scalar of an integer, reduced.
pub(super) fn reduced(integer: &BigInt<4>) -> Fr {
    use ark_ff::{BigInteger, PrimeField};
    Fr::from_le_bytes_mod_order(&integer.to_bytes_le())
}
