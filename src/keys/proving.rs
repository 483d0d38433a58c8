//! Proving keys: points, matrices and tables of one relation.

use super::{KeyError, VerifyingKey};
use crate::{
    digest::Digest,
    progress::{Counter, Progress, Silent, Stage},
    proof::{
        groth16::{CORE_UNITS, Core, ProvingPoints, Quotient},
        points::PointError,
        small::SmallProver,
    },
};
use core::marker::PhantomData;
use shiming_circuits::{
    field::Fr,
    relation::{self, Matrices, Relation, Rule},
};
use std::io::ErrorKind;
use thiserror::Error;
use zeroize::Zeroizing;

/// Relations up to this domain get fixed-base tables: a presentation proves them afresh.
const SMALL_DOMAIN: usize = 256;

/// Why a proving key is refused or a proof cannot be made with it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProvingKeyError {
    /// The file's SHA-256 digest is not the pinned one. A poisoned key leaks witness bits, so nothing else is looked at.
    #[error("the proving key's digest {found} is not the pinned {expected}")]
    Digest {
        /// What the trust bundle says.
        expected: Digest,
        /// What the file has.
        found: Digest,
    },
    /// The file cannot be read.
    #[error("the proving key cannot be read: {0}")]
    Read(ErrorKind),
    /// The file is larger than any proving key of this version.
    #[error("the proving key is longer than {cap} bytes")]
    TooLarge {
        /// The greatest length.
        cap: u64,
    },
    /// The file is not a proving key of this version.
    #[error("not a proving key of this version")]
    Header,
    /// The file was not the same while its digest was computed and while it was decoded.
    #[error("the proving key changed while it was read")]
    Changed,
    /// A point does not decode.
    #[error("a point of the proving key: {0}")]
    Point(#[from] PointError),
    /// The verifying key inside is refused.
    #[error("the verifying key inside: {0}")]
    Verifying(#[from] KeyError),
    /// The number of points does not fit the relation's matrices.
    #[error("the proving key does not fit the relation {relation}")]
    Shape {
        /// The relation.
        relation: &'static str,
    },
    /// The constraint system could not be built.
    #[error("the constraint system of {relation} could not be built")]
    Synthesis {
        /// The relation.
        relation: &'static str,
    },
    /// The witness does not satisfy the relation.
    #[error("the witness breaks rule {0}")]
    Violated(Rule),
}

/// The proving key of a relation with its cached matrices.
pub struct ProvingKey<R: Relation> {
    verifying: VerifyingKey,
    points: ProvingPoints,
    matrices: Matrices,
    quotient: Quotient,
    small: Option<SmallProver>,
    relation: PhantomData<fn() -> R>,
}

impl<R: Relation> ProvingKey<R> {
    /// A key of its parts; the matrices are the relation's own.
    pub(crate) fn new(
        verifying: VerifyingKey,
        points: ProvingPoints,
        matrices: Matrices,
    ) -> Result<Self, ProvingKeyError> {
        let shape = ProvingKeyError::Shape { relation: R::NAME };
        let quotient = Quotient::new(&matrices).ok_or(shape.clone())?;
        let variables = matrices.instances + matrices.witnesses;
        let fits = points.a.len() == variables
            && points.b_g1.len() == variables
            && points.b_g2.len() == variables
            && points.l.len() == matrices.witnesses
            && points.h.len() == quotient.size();
        if !fits {
            return Err(shape);
        }
        let small =
            (quotient.size() <= SMALL_DOMAIN).then(|| SmallProver::new(&verifying, &points, matrices.instances));
        Ok(Self { verifying, points, matrices, quotient, small, relation: PhantomData })
    }

    /// The verifying key of the same setup.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    pub(super) fn points(&self) -> &ProvingPoints {
        &self.points
    }

    /// The number of constraints.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.matrices.a.len()
    }

    /// A proof with r = s = 0, after checking the statement natively.
    pub(crate) fn prove(&self, statement: &R::Statement, witness: &R::Witness) -> Result<Core, ProvingKeyError> {
        self.prove_with_progress(statement, witness, &Silent)
    }

    /// The same, telling how far it is.
    pub(crate) fn prove_with_progress(
        &self,
        statement: &R::Statement,
        witness: &R::Witness,
        progress: &dyn Progress,
    ) -> Result<Core, ProvingKeyError> {
        let counter = Counter::begin(progress, R::NAME, Stage::Witness, 1);
        R::holds(statement, witness).map_err(ProvingKeyError::Violated)?;
        let assignment = Self::assignment(statement, witness)?;
        counter.advance(1);
        Ok(self.core(&assignment, progress))
    }

    /// The same without the native check: what a dishonest prover runs.
    pub(crate) fn prove_without_check(
        &self,
        statement: &R::Statement,
        witness: &R::Witness,
    ) -> Result<Core, ProvingKeyError> {
        Ok(self.core(&Self::assignment(statement, witness)?, &Silent))
    }

    fn assignment(statement: &R::Statement, witness: &R::Witness) -> Result<Zeroizing<Vec<Fr>>, ProvingKeyError> {
        let failed = |_| ProvingKeyError::Synthesis { relation: R::NAME };
        relation::assign::<R>(statement, witness).map(Zeroizing::new).map_err(failed)
    }

    fn core(&self, assignment: &[Fr], progress: &dyn Progress) -> Core {
        let quotient = || Zeroizing::new(self.quotient.evaluate(&self.matrices, assignment));
        match &self.small {
            Some(small) => small.core(&quotient(), assignment),
            None => {
                let counter = Counter::begin(progress, R::NAME, Stage::Sums, CORE_UNITS);
                self.points.core(&self.verifying, quotient, assignment, self.matrices.instances, &counter)
            }
        }
    }
}
