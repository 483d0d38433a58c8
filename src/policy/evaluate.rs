//! The native decision.

use super::{Policy, Test};
use crate::schema::{Attributes, DOCUMENT_NUMBER};
use crate::time::Date;
use core::borrow::Borrow;

/// A clause that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("credential {credential} does not satisfy clause {clause} on {attribute}")]
pub struct ClauseFailure {
    /// The credential, from 0.
    pub credential: usize,
    /// The attribute's name.
    pub attribute: String,
    /// The position in [`super::Entry::clauses`]: written clauses first, then implied ones.
    pub clause: usize,
}

/// Why attributes do not satisfy a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// Another number of credentials than the policy asks for.
    #[error("the policy asks for {expected} credentials, {found} were given")]
    CredentialCount {
        /// What the policy asks for.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A credential of another schema.
    #[error("credential {credential} has another schema than the policy asks for")]
    WrongSchema {
        /// The credential, from 0.
        credential: usize,
    },
    /// A clause does not hold.
    #[error(transparent)]
    Clause(#[from] ClauseFailure),
    /// A credential of another person.
    #[error("credential {credential} has another document number than the first one")]
    Join {
        /// The first credential, from 0, that differs.
        credential: usize,
    },
}

impl Policy {
    /// Decides the policy on `today` over one set of attributes per entry, in policy order.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong: count, schema, clauses credential by credential, join.
    pub fn evaluate(&self, today: Date, credentials: &[impl Borrow<Attributes>]) -> Result<(), EvaluationError> {
        let (expected, found) = (self.entries.len(), credentials.len());
        if expected != found {
            return Err(EvaluationError::CredentialCount { expected, found });
        }
        for (credential, (entry, attributes)) in
            self.entries.iter().zip(credentials.iter().map(Borrow::borrow)).enumerate()
        {
            if attributes.schema().digest() != entry.schema.digest() {
                return Err(EvaluationError::WrongSchema { credential });
            }
            for (clause, checked) in entry.clauses.iter().enumerate() {
                if !attributes.integer(checked.slot).is_some_and(|value| holds(&checked.test, value, today)) {
                    let attribute = checked.attribute.clone();
                    return Err(ClauseFailure { credential, attribute, clause }.into());
                }
            }
        }
        let mut numbers = credentials.iter().map(Borrow::borrow).enumerate().filter_map(|(i, a)| {
            let slot = a.schema().slot(DOCUMENT_NUMBER)?;
            Some((i, a.slots().get(slot.number())))
        });
        let first = numbers.next();
        match numbers.find(|(_, number)| first.is_some_and(|(_, first)| *number != first)) {
            Some((credential, _)) => Err(EvaluationError::Join { credential }),
            None => Ok(()),
        }
    }
}

/// One clause on the integer of its attribute, where 0 is absence and satisfies nothing.
fn holds(test: &Test, value: u32, today: Date) -> bool {
    value != 0
        && match test {
            Test::AgeAtLeast(years) => Date::from_yyyymmdd(value).is_ok_and(|birth| birth.has_age(*years, today)),
            Test::NotBefore(date) => value >= date.resolve(today),
            Test::NotAfter(date) => value <= date.resolve(today),
            Test::AtLeast(bound) => value >= *bound,
            Test::AtMost(bound) => value <= *bound,
            Test::Equal(constant) => value == *constant,
            Test::In(set) => set.contains(&value),
            Test::NotIn(set) => !set.contains(&value),
        }
}
