//! The constraint system of one relation: instances in their one order, rows under their rules.

use super::Rule;
use crate::field::Fr;
use ark_r1cs_std::{alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use core::ops::Range;

/// The allocated instances of a relation.
pub struct Instances {
    /// Computed by the verifier.
    pub public: Vec<FpVar<Fr>>,
    /// Known to the prover alone.
    pub hidden: Vec<FpVar<Fr>>,
}

impl Instances {
    pub(super) fn allocate(
        cs: &ConstraintSystemRef<Fr>,
        public: usize,
        hidden: usize,
        values: Option<&[Fr]>,
    ) -> Result<Self, SynthesisError> {
        let input = |i: usize| {
            FpVar::new_input(cs.clone(), || {
                values.and_then(|x| x.get(i)).copied().ok_or(SynthesisError::AssignmentMissing)
            })
        };
        Ok(Self {
            public: (0..public).map(input).collect::<Result<_, _>>()?,
            hidden: (public..public + hidden).map(input).collect::<Result<_, _>>()?,
        })
    }
}

/// The rows of a relation under construction, each under the rule that opened it.
pub struct Rows {
    cs: ConstraintSystemRef<Fr>,
    pub(super) rules: Vec<(Rule, Range<usize>)>,
}

impl Rows {
    pub(super) fn new(cs: ConstraintSystemRef<Fr>) -> Self {
        Self { cs, rules: Vec::new() }
    }

    /// The constraint system, to allocate witnesses in.
    #[must_use]
    pub fn cs(&self) -> ConstraintSystemRef<Fr> {
        self.cs.clone()
    }

    /// A private witness; its value is missing at setup.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn witness(&self, value: Option<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
        FpVar::new_witness(self.cs.clone(), || value.ok_or(SynthesisError::AssignmentMissing))
    }

    /// Every row that `enforce` adds belongs to `rule`. Rules do not nest; one rule may be opened several times.
    ///
    /// # Errors
    ///
    /// Whatever `enforce` reports.
    pub fn rule<T>(
        &mut self,
        rule: Rule,
        enforce: impl FnOnce(ConstraintSystemRef<Fr>) -> Result<T, SynthesisError>,
    ) -> Result<T, SynthesisError> {
        let start = self.cs.num_constraints();
        let out = enforce(self.cs.clone())?;
        self.rules.push((rule, start..self.cs.num_constraints()));
        Ok(out)
    }

    pub(super) fn into_assignment(self) -> Result<Vec<Fr>, SynthesisError> {
        let mut assignment = self.cs.instance_assignment()?;
        assignment.extend(self.cs.witness_assignment()?);
        Ok(assignment)
    }

    pub(super) fn into_parts(self) -> (ConstraintSystemRef<Fr>, Vec<(Rule, Range<usize>)>) {
        (self.cs, self.rules)
    }
}
