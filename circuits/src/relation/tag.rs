//! `tag`: the holder knows the secrets behind a tag.
//!
//! Public: the tag. Hidden: `k`. Private: the blinding `b`, which no instance ever shows. The tag is
//! `Poseidon(domain tag; k, b)`, so it is as hard to open in two ways as Poseidon is to collide, and it hides `k` as long as
//! `b` is unknown.

use super::{Instances, Relation, Rows, Rule};
use crate::{domain, field::Fr, poseidon};
use ark_ff::{Field, Zero};
use ark_r1cs_std::{
    GR1CSVar,
    alloc::AllocVar,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use zeroize::Zeroize;

/// `k` is not zero, so that a pseudonym, a multiple by `k`, is never the identity.
pub const KEY: Rule = Rule("TAG-KEY");
/// The tag is the hash of `k` and `b`.
pub const HASH: Rule = Rule("TAG-HASH");

/// The relation `tag`.
pub struct Tag;

/// The public instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The tag, slot 0 of a credential.
    pub holder_tag: Fr,
}

/// The holder's secrets.
#[derive(Clone)]
pub struct Witness {
    /// The holder's secret, one for all issuers.
    pub k: Fr,
    /// The blinding, one per issuer.
    pub b: Fr,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.k.zeroize();
        self.b.zeroize();
    }
}

/// The tag of a secret and a blinding.
#[must_use]
pub fn holder_tag(k: Fr, b: Fr) -> Fr {
    poseidon::hash(domain::holder_tag(), &[k, b])
}

/// The tag in-circuit, twin of [`holder_tag`]; 240 rows.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub(crate) fn holder_tag_var(k: &FpVar<Fr>, b: &FpVar<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
    poseidon::gadget::hash(&FpVar::Constant(domain::holder_tag()), &[k.clone(), b.clone()])
}

/// One row, `x` times its inverse is one; a zero has none.
pub(crate) fn enforce_nonzero(cs: ConstraintSystemRef<Fr>, x: &FpVar<Fr>) -> Result<(), SynthesisError> {
    let inverse = FpVar::new_witness(cs, || Ok(x.value()?.inverse().unwrap_or_default()))?;
    x.mul_equals(&inverse, &FpVar::one())
}

impl Relation for Tag {
    type Statement = Statement;
    type Witness = Witness;

    const NAME: &'static str = "tag";
    const PUBLIC: usize = 1;
    const HIDDEN: usize = 1;
    const RULES: &'static [Rule] = &[KEY, HASH];

    fn public(statement: &Statement) -> Vec<Fr> {
        vec![statement.holder_tag]
    }

    fn hidden(witness: &Witness) -> Vec<Fr> {
        vec![witness.k]
    }

    fn holds(statement: &Statement, witness: &Witness) -> Result<(), Rule> {
        if witness.k.is_zero() {
            return Err(KEY);
        }
        if holder_tag(witness.k, witness.b) != statement.holder_tag {
            return Err(HASH);
        }
        Ok(())
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, witness: Option<&Witness>) -> Result<(), SynthesisError> {
        let (tag, k) = (&instances.public[0], &instances.hidden[0]);
        let b = rows.witness(witness.map(|witness| witness.b))?;

        rows.rule(KEY, |cs| enforce_nonzero(cs, k))?;
        rows.rule(HASH, |_| holder_tag_var(k, &b)?.enforce_equal(tag))
    }
}
