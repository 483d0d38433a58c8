//! On what an issue is said to rest, for the issuer's own record (rows 1.1, 1.8 and 1.12).

use super::{Case, Stage};
use crate::{
    custody::{LegalBasis, Occurrence, UnclassifiedAttribute, datum, legal_bases},
    digest::Digest,
    evidence::{CheckedEvidence, EvidenceKind, SubjectRef},
    schema::Schema,
    time::UnixTime,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// The record of an issue's bases: codes of what the issuer names, for every attribute of the schema and every kind of evidence
/// that the case rests on (rule PROOF-BASIS). It claims nothing and names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuanceBasis {
    subject: SubjectRef,
    schema: Digest,
    issued_at: UnixTime,
    bases: BTreeSet<LegalBasis>,
}

/// Why there is no record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BasisError {
    /// PROOF-BASIS: nothing was issued.
    #[error("PROOF-BASIS: the case stands at {0:?} and nothing was issued")]
    NotIssued(Stage),
    /// PROOF-BASIS: a kind of evidence without a row in the table of data.
    #[error("PROOF-BASIS: the evidence {} has no custodian, class and basis", .0.as_str())]
    UnclassifiedEvidence(EvidenceKind),
    /// An attribute without a row in the table of data.
    #[error("{0}")]
    UnclassifiedAttribute(#[from] UnclassifiedAttribute),
}

impl IssuanceBasis {
    /// The record of a case that was issued under a schema.
    ///
    /// # Errors
    ///
    /// [`BasisError`], one variant per cause.
    pub fn of(case: &Case, schema: &Schema) -> Result<Self, BasisError> {
        if case.stage() != Stage::Issued {
            return Err(BasisError::NotIssued(case.stage()));
        }
        let mut bases = legal_bases(schema)?;
        for kind in case.evidence().map(CheckedEvidence::kind) {
            let row = datum(Occurrence::Evidence, kind.as_str()).ok_or(BasisError::UnclassifiedEvidence(kind))?;
            bases.extend(row.basis);
        }
        // Nothing follows an issue, so the last event is it.
        Ok(Self { subject: case.subject(), schema: schema.digest(), issued_at: case.last_at, bases })
    }

    /// Whom the case was about.
    #[must_use]
    pub const fn subject(&self) -> SubjectRef {
        self.subject
    }

    /// The digest of the schema.
    #[must_use]
    pub const fn schema(&self) -> &Digest {
        &self.schema
    }

    /// When it was issued, in Unix seconds.
    #[must_use]
    pub const fn issued_at(&self) -> UnixTime {
        self.issued_at
    }

    /// The codes.
    #[must_use]
    pub const fn bases(&self) -> &BTreeSet<LegalBasis> {
        &self.bases
    }
}
