//! What can happen to a case. Events are what a log holds, so none names a person.

use super::Path;
use crate::{
    credential::Credential,
    digest::Digest,
    evidence::{CheckedEvidence, Record, SubjectRef},
    proofing::ProofingRules,
    schema::{HOLDER_TAG, Value},
    standing::tag_digest,
    verdict::Verdict,
};
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use thiserror::Error;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The case was opened for a session.
    Opened {
        /// Whom evidence must be about.
        subject: SubjectRef,
        /// The way through the stages.
        path: Path,
        /// The version of the settings.
        rules: u32,
    },
    /// Evidence came.
    Evidence {
        /// It, checked.
        evidence: CheckedEvidence,
    },
    /// A relative or guardian has presented a credential.
    Relative {
        /// The presentation.
        relative: Relative,
    },
    /// The credential was issued.
    Issued {
        /// The digest of the holder tag, as the tag ledger's record has it.
        tag: Digest,
    },
    /// The person does not go on.
    Withdrawn,
    /// Time has passed: closes what is out of time.
    Looked,
}

impl Event {
    /// That a credential was issued: its holder tag, by the digest that the life cycle knows it by.
    #[must_use]
    pub fn issued(credential: &Credential) -> Option<Self> {
        match credential.attributes().get(HOLDER_TAG) {
            Some(Value::Tag(tag)) => Some(Self::Issued { tag: tag_digest(&tag) }),
            _ => None,
        }
    }
}

/// A relative's or guardian's own presentation, verified by this issuer as a verifier: only its digest is kept, and the pseudonym
/// is sealed elsewhere if at all (row 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relative(Digest);

/// Why a verdict does not make somebody a helping relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RelativeError {
    /// PROOF-RELATIVE: the policy is not one for relatives.
    #[error("PROOF-RELATIVE: the relative was asked another policy")]
    Policy,
    /// PROOF-RELATIVE: there is no pseudonym, by which kinship evidence would name the relative.
    #[error("PROOF-RELATIVE: the relative's presentation has no pseudonym")]
    NoPseudonym,
}

impl Relative {
    /// The relative of a verdict, if the policy that holds is one for relatives.
    ///
    /// # Errors
    ///
    /// [`RelativeError`].
    pub fn from_verdict(verdict: &Verdict, rules: &ProofingRules) -> Result<Self, RelativeError> {
        if !rules.relative_policies.contains(verdict.policy().as_str()) {
            return Err(RelativeError::Policy);
        }
        let pseudonym = verdict.pseudonym().ok_or(RelativeError::NoPseudonym)?;
        Ok(Self(Digest::of(domain::RELATIVE, &[pseudonym.as_bytes()])))
    }

    /// What kinship evidence states in `about`.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

/// An event in a log: the same, with evidence as its record. Only a log is read back, whose chain vouches for what it holds, so
/// [`CheckedEvidence`] has no decoder that anybody else could use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum EventRecord {
    Opened { subject: SubjectRef, path: Path, rules: u32 },
    Evidence { evidence: Record },
    Relative { relative: Digest },
    Issued { tag: Digest },
    Withdrawn,
    Looked,
}

impl From<&Event> for EventRecord {
    fn from(event: &Event) -> Self {
        match event {
            Event::Opened { subject, path, rules } => Self::Opened { subject: *subject, path: *path, rules: *rules },
            Event::Evidence { evidence } => Self::Evidence { evidence: evidence.record().clone() },
            Event::Relative { relative } => Self::Relative { relative: relative.0 },
            Event::Issued { tag } => Self::Issued { tag: *tag },
            Event::Withdrawn => Self::Withdrawn,
            Event::Looked => Self::Looked,
        }
    }
}

impl From<EventRecord> for Event {
    fn from(record: EventRecord) -> Self {
        match record {
            EventRecord::Opened { subject, path, rules } => Self::Opened { subject, path, rules },
            EventRecord::Evidence { evidence } => Self::Evidence { evidence: CheckedEvidence::from_record(evidence) },
            EventRecord::Relative { relative } => Self::Relative { relative: Relative(relative) },
            EventRecord::Issued { tag } => Self::Issued { tag },
            EventRecord::Withdrawn => Self::Withdrawn,
            EventRecord::Looked => Self::Looked,
        }
    }
}
