//! The matrices of a relation, their shape, and what an assignment does to them.

use super::{Rows, Rule};
use crate::{
    domain,
    field::{Fr, fr_to_bytes},
};
use ark_ff::{One, Zero};
use ark_relations::gr1cs::{R1CS_PREDICATE_LABEL, SynthesisError};
use core::ops::Range;
use sha2::{Digest, Sha256};

type Row = Vec<(Fr, usize)>;

/// The three matrices of a rank-1 constraint system, `A z * B z = C z`, with `z = 1, public, hidden, witnesses`.
#[derive(Clone)]
pub struct Matrices {
    /// Left factors, one sparse row per constraint: coefficient and variable, in increasing order of the variable.
    pub a: Vec<Row>,
    /// Right factors.
    pub b: Vec<Row>,
    /// Products.
    pub c: Vec<Row>,
    /// The number of instances, the constant one included.
    pub instances: usize,
    /// The number of private witnesses.
    pub witnesses: usize,
    rules: Vec<(Rule, Range<usize>)>,
}

/// What a relation costs and a digest of its matrices; pinned by tests, so that no constraint is lost silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Rows.
    pub constraints: usize,
    /// Instances, the constant one included.
    pub instances: usize,
    /// Private witnesses.
    pub witnesses: usize,
    /// Coefficients that are not zero, in all three matrices.
    pub nonzeros: usize,
    /// The power-of-two domain that rows and instances fit in.
    pub domain: usize,
    /// SHA-256 over the canonical matrices.
    pub digest: [u8; 32],
}

impl Matrices {
    pub(super) fn finish(rows: Rows) -> Result<Self, SynthesisError> {
        let (cs, rules) = rows.into_parts();
        cs.finalize();
        let mut all = cs.to_matrices()?;
        let [a, b, c]: [Vec<Row>; 3] =
            all.remove(R1CS_PREDICATE_LABEL).and_then(|m| m.try_into().ok()).ok_or(SynthesisError::Unsatisfiable)?;
        let [a, b, c] = [a, b, c].map(|m| m.into_iter().map(canonical).collect());
        Ok(Self { a, b, c, instances: cs.num_instance_variables(), witnesses: cs.num_witness_variables(), rules })
    }

    /// The rows `A z * B z = C z` that do not hold.
    pub fn unsatisfied_rows<'a>(&'a self, assignment: &'a [Fr]) -> impl Iterator<Item = usize> + 'a {
        self.a.iter().zip(&self.b).zip(&self.c).enumerate().filter_map(move |(i, ((a, b), c))| {
            (evaluate(a, assignment) * evaluate(b, assignment) != evaluate(c, assignment)).then_some(i)
        })
    }

    /// The rule that opened a row.
    #[must_use]
    pub fn rule_of(&self, row: usize) -> Option<Rule> {
        self.rules.iter().find(|(_, range)| range.contains(&row)).map(|(rule, _)| *rule)
    }

    /// Every rule with its rows, in order.
    #[must_use]
    pub fn rules(&self) -> &[(Rule, Range<usize>)] {
        &self.rules
    }

    /// Counts and digest.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let nonzeros = [&self.a, &self.b, &self.c].into_iter().flatten().map(Vec::len).sum();
        Shape {
            constraints: self.a.len(),
            instances: self.instances,
            witnesses: self.witnesses,
            nonzeros,
            domain: (self.a.len() + self.instances).next_power_of_two(),
            digest: self.digest(),
        }
    }

    /// SHA-256 over the counts and every row of A, B and C: its length, then variable and coefficient, all big-endian.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(domain::MATRICES);
        for count in [self.a.len(), self.instances, self.witnesses] {
            hash.update((count as u64).to_be_bytes());
        }
        for row in [&self.a, &self.b, &self.c].into_iter().flatten() {
            hash.update((row.len() as u64).to_be_bytes());
            for (coefficient, variable) in row {
                hash.update((*variable as u64).to_be_bytes());
                hash.update(fr_to_bytes(coefficient));
            }
        }
        hash.finalize().into()
    }
}

/// A row with its variables in increasing order, duplicates merged and zeros dropped.
fn canonical(mut row: Row) -> Row {
    row.sort_by_key(|(_, variable)| *variable);
    let mut out: Row = Vec::with_capacity(row.len());
    for (coefficient, variable) in row {
        match out.last_mut() {
            Some((sum, last)) if *last == variable => *sum += coefficient,
            _ => out.push((coefficient, variable)),
        }
    }
    out.retain(|(coefficient, _)| !coefficient.is_zero());
    out
}

/// The inner product of a sparse row with the assignment.
pub(crate) fn evaluate(row: &[(Fr, usize)], assignment: &[Fr]) -> Fr {
    row.iter().map(|(c, i)| if c.is_one() { assignment[*i] } else { assignment[*i] * c }).sum()
}

impl Matrices {
    /// `A z`, `B z` for every row; `C z` is their product for a satisfying assignment.
    #[must_use]
    pub fn products(&self, assignment: &[Fr]) -> (Vec<Fr>, Vec<Fr>) {
        let side = |m: &[Row]| m.iter().map(|row| evaluate(row, assignment)).collect();
        (side(&self.a), side(&self.b))
    }
}
