//! Proving keys: points, matrices and tables of one relation.

use super::{KeyError, RelationSpec, VerifyingKey};
use crate::{
    digest::Digest,
    proof::{
        groth16::{Core, ProvingPoints, Quotient},
        points::{PointError, RawReader, put_raw_g1, put_raw_g2},
        small::SmallProver,
    },
};
use core::marker::PhantomData;
use sha2::{Digest as _, Sha256};
use shiming_circuits::{
    field::Fr,
    relation::{self, Matrices, Relation, Rule},
};
use thiserror::Error;
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"SMPK";

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
    /// The file is not a proving key of this version.
    #[error("not a proving key of this version")]
    Header,
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
    pub(crate) fn new(verifying: VerifyingKey, points: ProvingPoints) -> Result<Self, ProvingKeyError> {
        let matrices = relation::matrices::<R>().map_err(|_| ProvingKeyError::Synthesis { relation: R::NAME })?;
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

    /// The number of constraints.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.matrices.a.len()
    }

    /// A proof with r = s = 0, after checking the statement natively.
    pub(crate) fn prove(&self, statement: &R::Statement, witness: &R::Witness) -> Result<Core, ProvingKeyError> {
        R::holds(statement, witness).map_err(ProvingKeyError::Violated)?;
        self.prove_without_check(statement, witness)
    }

    /// The same without the native check: what a dishonest prover runs.
    pub(crate) fn prove_without_check(
        &self,
        statement: &R::Statement,
        witness: &R::Witness,
    ) -> Result<Core, ProvingKeyError> {
        let assignment = relation::assign::<R>(statement, witness)
            .map(Zeroizing::new)
            .map_err(|_| ProvingKeyError::Synthesis { relation: R::NAME })?;
        Ok(self.core(&assignment))
    }

    fn core(&self, assignment: &[Fr]) -> Core {
        let quotient = || Zeroizing::new(self.quotient.evaluate(&self.matrices, assignment));
        match &self.small {
            Some(small) => small.core(&quotient(), assignment),
            None => self.points.core(&self.verifying, quotient, assignment, self.matrices.instances),
        }
    }

    /// The file: `SMPK`, the verifying key (4-byte length), beta_1, then each query (4-byte count) as raw points.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let points = &self.points;
        let mut out = Vec::new();
        out.extend(MAGIC);
        let verifying = self.verifying.to_bytes();
        out.extend((verifying.len() as u32).to_be_bytes());
        out.extend(verifying);
        put_raw_g1(&mut out, &points.beta_g1);
        for query in [&points.a, &points.b_g1, &points.l, &points.h] {
            out.extend((query.len() as u32).to_be_bytes());
            query.iter().for_each(|p| put_raw_g1(&mut out, p));
        }
        out.extend((points.b_g2.len() as u32).to_be_bytes());
        points.b_g2.iter().for_each(|p| put_raw_g2(&mut out, p));
        out
    }

    /// The key in a file whose digest is the pinned one.
    ///
    /// # Errors
    ///
    /// [`ProvingKeyError`]; the digest is compared before anything is decoded.
    pub fn from_bytes(bytes: &[u8], pinned: &Digest) -> Result<Self, ProvingKeyError> {
        let found = Self::digest_of(bytes);
        if found != *pinned {
            return Err(ProvingKeyError::Digest { expected: *pinned, found });
        }
        let mut reader = RawReader(bytes);
        if reader.take(4)? != MAGIC {
            return Err(ProvingKeyError::Header);
        }
        let length = reader.u32()?;
        let verifying = VerifyingKey::from_bytes(RelationSpec::of::<R>(), reader.take(length)?)?;
        let beta_g1 = reader.g1()?;
        let mut query = || -> Result<Vec<_>, PointError> {
            let count = reader.u32()?;
            (0..count).map(|_| reader.g1()).collect()
        };
        let (a, b_g1, l, h) = (query()?, query()?, query()?, query()?);
        let count = reader.u32()?;
        // The subgroup of these points is not checked: the pinned digest vouches for them, and a holder checks every proof
        // that it caches.
        let b_g2 = (0..count).map(|_| reader.g2()).collect::<Result<_, _>>()?;
        if !reader.0.is_empty() {
            return Err(ProvingKeyError::Header);
        }
        Self::new(verifying, ProvingPoints { beta_g1, a, b_g1, b_g2, l, h })
    }

    /// The SHA-256 digest of a proving key file, as trust bundles pin it.
    #[must_use]
    pub fn digest_of(bytes: &[u8]) -> Digest {
        Digest::from_bytes(Sha256::digest(bytes).into())
    }
}
