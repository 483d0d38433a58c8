//! `non-membership`: a hidden value is none of a public set of at most sixteen.

use super::{
    Instances, Relation, Rows, Rule,
    membership::{ELEMENTS, Set, differences, product},
};
use crate::field::Fr;
use ark_ff::{Field, Zero};
use ark_r1cs_std::{
    GR1CSVar,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::SynthesisError;

/// The hidden value is not an element of the public set.
pub const NON_MEMBERSHIP_NOT_IN: Rule = Rule("NON-MEMBERSHIP-NOT-IN");

/// The relation `non-membership`: hidden `v`, public `s_1 .. s_16`, `v` is none of them.
///
/// `(v - s_1) .. (v - s_16) * i = 1` for a witness `i`, which exists if and only if no factor is zero: 16 rows. It is the
/// inverse of the product, so the assignment is unique.
pub struct NonMembership;

impl Relation for NonMembership {
    type Statement = Set;
    type Witness = Fr;

    const NAME: &'static str = "non-membership";
    const PUBLIC: usize = ELEMENTS;
    const HIDDEN: usize = 1;
    const RULES: &'static [Rule] = &[NON_MEMBERSHIP_NOT_IN];

    fn public(set: &Set) -> Vec<Fr> {
        set.instances().to_vec()
    }

    fn hidden(value: &Fr) -> Vec<Fr> {
        vec![*value]
    }

    fn holds(set: &Set, value: &Fr) -> Result<(), Rule> {
        if set.contains(value) { Err(NON_MEMBERSHIP_NOT_IN) } else { Ok(()) }
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, _witness: Option<&Fr>) -> Result<(), SynthesisError> {
        let product = rows.rule(NON_MEMBERSHIP_NOT_IN, |_| Ok(product(&differences(instances))))?;
        // A member has no inverse; any value breaks the row then, and zero is one.
        let inverse = product.value().ok().map(|p| p.inverse().unwrap_or(Fr::zero()));
        let inverse = rows.witness(inverse)?;
        rows.rule(NON_MEMBERSHIP_NOT_IN, |_| product.mul_equals(&inverse, &FpVar::one()))
    }
}
