//! The native decision, one for both paths: the holder decides over his whole credential, the verifier of a conventional answer
//! over what was disclosed.

use super::{Clause, Policy, Test};
use crate::schema::{Attributes, BIRTH_DATE, DOCUMENT_NUMBER, Schema};
use crate::time::Date;
use shiming_circuits::field::Fr;
use std::sync::Arc;

/// The years that an issuer's `age_over_18` attests.
pub const ADULT_YEARS: u32 = 18;

/// What is known of one credential's attributes.
pub trait Known {
    /// The schema.
    fn schema(&self) -> &Arc<Schema>;

    /// The field element of a slot; `None` if it is not known.
    fn element(&self, slot: usize) -> Option<Fr>;

    /// The integer of a date or integer slot, 0 if absent; `None` if it is not known or of another encoding.
    fn integer(&self, slot: usize) -> Option<u32>;

    /// Whether the issuer attests that [`ADULT_YEARS`] are completed, without the date of birth.
    fn is_attested_adult(&self) -> bool {
        false
    }
}

impl Known for Attributes {
    fn schema(&self) -> &Arc<Schema> {
        Attributes::schema(self)
    }

    fn element(&self, slot: usize) -> Option<Fr> {
        self.slots().get(slot).copied()
    }

    fn integer(&self, slot: usize) -> Option<u32> {
        Attributes::integer(self, slot)
    }
}

impl<K: Known> Known for &K {
    fn schema(&self) -> &Arc<Schema> {
        (**self).schema()
    }

    fn element(&self, slot: usize) -> Option<Fr> {
        (**self).element(slot)
    }

    fn integer(&self, slot: usize) -> Option<u32> {
        (**self).integer(slot)
    }

    fn is_attested_adult(&self) -> bool {
        (**self).is_attested_adult()
    }
}

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
    /// Decides the policy on `today` over what is known of one credential per entry, in policy order. What is not known satisfies
    /// nothing.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong: count, schema, clauses credential by credential, join.
    pub fn evaluate(&self, today: Date, credentials: &[impl Known]) -> Result<(), EvaluationError> {
        let (expected, found) = (self.entries.len(), credentials.len());
        if expected != found {
            return Err(EvaluationError::CredentialCount { expected, found });
        }
        for (credential, (entry, known)) in self.entries.iter().zip(credentials).enumerate() {
            if known.schema().digest() != entry.schema.digest() {
                return Err(EvaluationError::WrongSchema { credential });
            }
            for (clause, checked) in entry.clauses.iter().enumerate() {
                let by_value = known.integer(checked.slot).is_some_and(|value| holds(&checked.test, value, today));
                let attested = known.is_attested_adult() && follows_from_adulthood(checked);
                if !by_value && !attested {
                    let attribute = checked.attribute.clone();
                    return Err(ClauseFailure { credential, attribute, clause }.into());
                }
            }
        }
        let numbers = credentials.iter().enumerate().filter_map(|(i, known)| {
            let slot = known.schema().slot(DOCUMENT_NUMBER)?;
            Some((i, known.element(slot.number())))
        });
        let numbers: Vec<(usize, Option<Fr>)> = numbers.collect();
        let Some(((_, first), others @ [_, ..])) = numbers.split_first() else { return Ok(()) };
        match others.iter().find(|(_, number)| number.is_none() || number != first) {
            Some((credential, _)) => Err(EvaluationError::Join { credential: *credential }),
            None => Ok(()),
        }
    }
}

/// Whether a clause holds for everybody who has completed [`ADULT_YEARS`].
pub(super) fn follows_from_adulthood(clause: &Clause) -> bool {
    clause.attribute == BIRTH_DATE && matches!(clause.test, Test::AgeAtLeast(years) if years <= ADULT_YEARS)
}

/// One clause on the integer of its attribute, where 0 is absence and satisfies nothing.
fn holds(test: &Test, value: u32, today: Date) -> bool {
    value != 0
        && match test {
            Test::AgeAtLeast(years) => Date::from_yyyymmdd(value).is_ok_and(|birth| birth.has_age(*years, today)),
            Test::AgeAtMost(years) => Date::from_yyyymmdd(value).is_ok_and(|birth| !birth.has_age(years + 1, today)),
            Test::NotBefore(date) => value >= date.resolve(today),
            Test::NotAfter(date) => value <= date.resolve(today),
            Test::AtLeast(bound) => value >= *bound,
            Test::AtMost(bound) => value <= *bound,
            Test::Equal(constant) => value == *constant,
            Test::In(set) => set.contains(&value),
            Test::NotIn(set) => !set.contains(&value),
        }
}
