//! A relation: one statement that exists twice, as a native predicate and as constraints.
//!
//! Its instances are the public ones, which the verifier computes, followed by the hidden ones, which only their commitment
//! shows. [`Relation::synthesize`] receives them already allocated, in that one order, so circuit and verifier cannot
//! disagree. Every constraint belongs to a [`Rule`]; [`violated`] says which rules an assignment breaks.

mod matrices;
mod rows;

pub mod attested;
pub mod credential_es256;
pub mod credential_native;
pub mod credential_sm2_sm3;
pub mod membership;
pub mod non_membership;
pub mod range;
pub mod tag;

pub(crate) use matrices::evaluate;
pub use matrices::{Matrices, Shape};
pub use rows::{Instances, Rows};

use crate::field::Fr;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, SynthesisError, SynthesisMode,
};
use std::collections::BTreeSet;

/// The identifier of a rule, the same in `spec/`, in code and in the name of the test that breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule(pub &'static str);

impl core::fmt::Display for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0)
    }
}

/// One statement, natively and in-circuit.
pub trait Relation {
    /// What the verifier computes the public instances from.
    type Statement;
    /// What only the prover has: the hidden instances and everything else.
    type Witness;

    /// The name in registries, transcripts and file names, such as `credential/native`.
    const NAME: &'static str;
    /// The number of public instances.
    const PUBLIC: usize;
    /// The number of hidden instances.
    const HIDDEN: usize;
    /// Every rule that [`Relation::synthesize`] opens, in order.
    const RULES: &'static [Rule];

    /// The public instances, [`Relation::PUBLIC`] of them.
    fn public(statement: &Self::Statement) -> Vec<Fr>;

    /// The hidden instances, [`Relation::HIDDEN`] of them.
    fn hidden(witness: &Self::Witness) -> Vec<Fr>;

    /// The statement as a predicate, written without the circuit: the oracle of every test, and the prover's first step, for
    /// an error that says what is wrong.
    ///
    /// # Errors
    ///
    /// The first rule that does not hold.
    fn holds(statement: &Self::Statement, witness: &Self::Witness) -> Result<(), Rule>;

    /// The statement as constraints over the allocated instances. `witness` is `None` at setup.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports; never for a witness that merely breaks a rule, so that tests can look at
    /// the rows.
    fn synthesize(
        rows: &mut Rows,
        instances: &Instances,
        witness: Option<&Self::Witness>,
    ) -> Result<(), SynthesisError>;
}

/// A relation with its values, as arkworks takes it.
pub struct Circuit<'a, R: Relation> {
    /// Statement and witness, or `None` to set up.
    pub values: Option<(&'a R::Statement, &'a R::Witness)>,
}

impl<R: Relation> Circuit<'_, R> {
    fn rows(self, cs: ConstraintSystemRef<Fr>) -> Result<Rows, SynthesisError> {
        let values = self.values.map(|(statement, witness)| {
            let mut x = R::public(statement);
            x.extend(R::hidden(witness));
            x
        });
        let instances = Instances::allocate(&cs, R::PUBLIC, R::HIDDEN, values.as_deref())?;
        let mut rows = Rows::new(cs);
        R::synthesize(&mut rows, &instances, self.values.map(|(_, witness)| witness))?;
        Ok(rows)
    }
}

impl<R: Relation> ConstraintSynthesizer<Fr> for Circuit<'_, R> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        self.rows(cs).map(drop)
    }
}

/// The matrices of a relation, with the rule of every row.
///
/// # Errors
///
/// Whatever synthesis reports.
pub fn matrices<R: Relation>() -> Result<Matrices, SynthesisError> {
    let cs = ConstraintSystem::new_ref();
    cs.set_mode(SynthesisMode::Setup);
    let rows = Circuit::<R> { values: None }.rows(cs)?;
    Matrices::finish(rows)
}

/// The full assignment `1, public, hidden, witnesses` that satisfies the relation's rows if the statement holds.
/// No matrices are built, which is what makes proving with cached matrices fast.
///
/// # Errors
///
/// Whatever synthesis reports.
pub fn assign<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> Result<Vec<Fr>, SynthesisError> {
    let cs = ConstraintSystem::new_ref();
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    let rows = Circuit::<R> { values: Some((statement, witness)) }.rows(cs)?;
    rows.into_assignment()
}

/// The rules that an assignment breaks: empty if and only if every row is satisfied.
#[must_use]
pub fn violated(matrices: &Matrices, assignment: &[Fr]) -> BTreeSet<Rule> {
    matrices.unsatisfied_rows(assignment).filter_map(|row| matrices.rule_of(row)).collect()
}
