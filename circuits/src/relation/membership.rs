//! `membership`: a hidden value is one of a public set of at most sixteen.

use super::{Instances, Relation, Rows, Rule};
use crate::field::Fr;
use ark_ff::Zero;
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
use ark_relations::gr1cs::SynthesisError;

/// The hidden value is an element of the public set.
pub const MEMBERSHIP_IN: Rule = Rule("MEMBERSHIP-IN");

/// The number of public instances, and of elements at most.
pub const ELEMENTS: usize = 16;

/// A set of one to sixteen scalars, padded to sixteen by repeating the first.
///
/// Padding with an element changes neither membership nor its negation. A shorter set has no other encoding, so verifier
/// and prover pad alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set([Fr; ELEMENTS]);

/// Why a list is not a [`Set`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// There is no element to pad with, and nothing is a member of nothing.
    #[error("the set is empty")]
    Empty,
    /// The list has more elements than the relation has instances.
    #[error("the set has {0} elements, at most 16 fit")]
    TooLong(usize),
    /// The list names an element twice: the mistake of who wrote it.
    #[error("element {0} of the set, counted from 0, occurs before")]
    Duplicate(usize),
}

impl Set {
    /// The set of `values`, in their order.
    ///
    /// # Errors
    ///
    /// [`SetError`], for an empty list, one of more than sixteen, and one with repetitions.
    pub fn new(values: &[Fr]) -> Result<Self, SetError> {
        let first = values.first().ok_or(SetError::Empty)?;
        if values.len() > ELEMENTS {
            return Err(SetError::TooLong(values.len()));
        }
        if let Some(i) = (1..values.len()).find(|i| values[..*i].contains(&values[*i])) {
            return Err(SetError::Duplicate(i));
        }
        Ok(Self(core::array::from_fn(|i| *values.get(i).unwrap_or(first))))
    }

    /// The sixteen instances.
    #[must_use]
    pub const fn instances(&self) -> &[Fr; ELEMENTS] {
        &self.0
    }

    /// Whether `value` is an element.
    #[must_use]
    pub fn contains(&self, value: &Fr) -> bool {
        self.0.contains(value)
    }
}

/// The relation `membership`: hidden `v`, public `s_1 .. s_16`, `v` is one of them.
///
/// `(v - s_1) .. (v - s_16) = 0`, which holds in a field if and only if a factor is zero: 15 rows.
pub struct Membership;

impl Relation for Membership {
    type Statement = Set;
    type Witness = Fr;

    const NAME: &'static str = "membership";
    const PUBLIC: usize = ELEMENTS;
    const HIDDEN: usize = 1;
    const RULES: &'static [Rule] = &[MEMBERSHIP_IN];

    fn public(set: &Set) -> Vec<Fr> {
        set.0.to_vec()
    }

    fn hidden(value: &Fr) -> Vec<Fr> {
        vec![*value]
    }

    fn holds(set: &Set, value: &Fr) -> Result<(), Rule> {
        if set.contains(value) { Ok(()) } else { Err(MEMBERSHIP_IN) }
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, _witness: Option<&Fr>) -> Result<(), SynthesisError> {
        rows.rule(MEMBERSHIP_IN, |_| {
            let [factors @ .., last] = &differences(instances)[..] else { return Err(SynthesisError::Unsatisfiable) };
            product(factors).mul_equals(last, &FpVar::Constant(Fr::zero()))
        })
    }
}

/// `v - s_i` for every element; linear, so without rows.
pub(super) fn differences(instances: &Instances) -> Vec<FpVar<Fr>> {
    instances.hidden.iter().flat_map(|v| instances.public.iter().map(move |s| v - s)).collect()
}

/// The product of at least one factor: a row for each but the first.
pub(super) fn product(factors: &[FpVar<Fr>]) -> FpVar<Fr> {
    // Multiplying the constant one by a variable takes no row.
    factors.iter().fold(FpVar::one(), |product, factor| product * factor)
}
