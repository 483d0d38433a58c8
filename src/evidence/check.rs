//! From what a source signed to evidence that a case may use.

use super::{ATTESTATION_TYPE, Attestation, Element, EvidenceKind, Fact, Member, Outcome, SIMILARITY_CAP, Session};
use super::{SignedAttestation, SubjectRef};
use crate::{
    codec::Identifier,
    digest::Digest,
    jws::JwsError,
    registry::{CLOCK_SKEW_SECONDS, TrustBundle},
    time::{Date, UnixTime, ValidityError},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Who has to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The source, which signed something wrong.
    Source,
    /// The person, who has to bring or do something.
    Subject,
    /// Whoever runs the issuer.
    Operator,
    /// The trust bundle, which does not say what it would have to.
    Registry,
}

/// Why an attestation is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// EVIDENCE-SIGNED: not signed as it should be, or not an attestation.
    #[error("EVIDENCE-SIGNED: {0}")]
    Signed(#[from] JwsError),
    /// EVIDENCE-SOURCE: the trust bundle has no such source.
    #[error("EVIDENCE-SOURCE: the trust bundle does not know the source {0}")]
    UnknownSource(Identifier),
    /// EVIDENCE-SOURCE: the source's key is outside its window.
    #[error("EVIDENCE-SOURCE: the key of the source {0} is outside its window")]
    SourceWindow(Identifier),
    /// EVIDENCE-SOURCE: the source may not attest this kind.
    #[error("EVIDENCE-SOURCE: the source {source_id} may not attest {kind}", kind = kind.as_str())]
    NotAuthorised {
        /// The source.
        source_id: Identifier,
        /// The kind.
        kind: EvidenceKind,
    },
    /// EVIDENCE-SUBJECT: about another subject, or of another session of this one.
    #[error("EVIDENCE-SUBJECT: the attestation is about another subject or session")]
    OtherSubject,
    /// EVIDENCE-FRESH: observed in the future.
    #[error("EVIDENCE-FRESH: observed in the future; compare the clocks")]
    FromTheFuture,
    /// EVIDENCE-FRESH: too old for its kind, or past what the source stands by.
    #[error("EVIDENCE-FRESH: the observation of {} is too old; have it made again", .0.as_str())]
    Stale(EvidenceKind),
    /// EVIDENCE-FORM: a member that its kind does not have, or none that it must have.
    #[error("EVIDENCE-FORM: an attestation of {} has other members", .0.as_str())]
    Form(EvidenceKind),
    /// EVIDENCE-FORM: a number outside its range.
    #[error("EVIDENCE-FORM: a measure is outside its range")]
    Range,
}

impl EvidenceError {
    /// Whose fault it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Signed(_) | Self::OtherSubject | Self::FromTheFuture | Self::Form(_) | Self::Range => Blame::Source,
            Self::UnknownSource(_) | Self::SourceWindow(_) | Self::NotAuthorised { .. } => Blame::Registry,
            Self::Stale(_) => Blame::Subject,
        }
    }
}

/// Evidence that was checked: signed by a source that may attest it, about this subject, in its time, of the form of its kind.
///
/// It goes to the case and to its log, so it holds nothing that names a person: results, measures, and digests whose key the log
/// does not have. How the document's last day compares with today is answered at the check, and the date not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedEvidence(Record);

/// The form in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    kind: EvidenceKind,
    source: Identifier,
    subject: SubjectRef,
    result: Outcome,
    observed_at: UnixTime,
    usable_until: UnixTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    similarity_bp: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    three_dimensional: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    document: Option<DocumentTerm>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<Digest>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    digests: BTreeMap<Fact, Digest>,
    /// Members of its kind are left out, as only what does not pass may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    attestation: Digest,
}

/// How the last day of a document compares with the day of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentTerm {
    /// The last day has passed.
    Expired,
    /// It expires within the days that count as near, the day of the check included.
    NearExpiry,
    /// It lasts longer, or has no end.
    Current,
}

impl DocumentTerm {
    /// The term of a document on a day. 0 near days never gives `NearExpiry` before the last day itself.
    #[must_use]
    pub fn on(today: Date, valid_until: Date, near_days: u16) -> Self {
        if valid_until.is_long_term() {
            return Self::Current;
        }
        match valid_until.days_since(today) {
            ..0 => Self::Expired,
            left if left <= i64::from(near_days) => Self::NearExpiry,
            _ => Self::Current,
        }
    }
}

impl SignedAttestation {
    /// The evidence, if a registered source has signed it for this session and it is in its time. A document that ends within
    /// `near_days` days is near its expiry.
    ///
    /// # Errors
    ///
    /// [`EvidenceError`], one variant per cause.
    pub fn check(
        &self,
        session: &Session,
        bundle: &TrustBundle,
        near_days: u16,
        now: UnixTime,
    ) -> Result<CheckedEvidence, EvidenceError> {
        let id = self.jws.key_id();
        let source = bundle.source(id).ok_or_else(|| EvidenceError::UnknownSource(id.clone()))?;
        self.jws.verify_with(source.key(), ATTESTATION_TYPE)?;
        let claim = &self.attestation;
        match source.validity().check(now) {
            Ok(()) => {}
            Err(ValidityError::NotYet | ValidityError::Expired | ValidityError::Reversed) => {
                return Err(EvidenceError::SourceWindow(id.clone()));
            }
        }
        if !source.may_attest(claim.kind) {
            return Err(EvidenceError::NotAuthorised { source_id: id.clone(), kind: claim.kind });
        }
        if claim.subject != session.subject() || claim.nonce != *session.nonce() {
            return Err(EvidenceError::OtherSubject);
        }
        check_form(claim)?;
        let usable_until = usable_until(claim);
        if claim.observed_at.seconds_since(now) > CLOCK_SKEW_SECONDS {
            return Err(EvidenceError::FromTheFuture);
        }
        if now > usable_until {
            return Err(EvidenceError::Stale(claim.kind));
        }
        let today = Date::from_unix(now).map_err(|_| EvidenceError::Range)?;
        Ok(CheckedEvidence(Record {
            kind: claim.kind,
            source: id.clone(),
            subject: claim.subject,
            result: result(claim),
            observed_at: claim.observed_at,
            usable_until,
            similarity_bp: claim.similarity_bp,
            three_dimensional: claim.method.map(|method| method == super::Method::StructuredLight3d),
            document: claim.document_valid_until.map(|until| DocumentTerm::on(today, until, near_days)),
            region: claim.region,
            tier: claim.tier,
            about: claim.about,
            digests: claim.digests.clone(),
            partial: !states_all(claim),
            attestation: self.digest(),
        }))
    }
}

/// A face that is not a living person's has failed, whatever the source concludes.
fn result(claim: &Attestation) -> Outcome {
    if claim.liveness == Some(false) { Outcome::Fail } else { claim.result }
}

fn usable_until(claim: &Attestation) -> UnixTime {
    claim.valid_until.min(claim.observed_at.plus(claim.kind.max_age_seconds()))
}

/// EVIDENCE-FORM: what passes states all that its kind states; what does not may leave measures and digests out; nothing else is
/// there. `about` ties a statement to its object, so it is never left out.
fn check_form(claim: &Attestation) -> Result<(), EvidenceError> {
    let members = claim.kind.members();
    let stated = stated(claim);
    let about = !members.contains(&Member::About) || claim.about.is_some();
    if !stated.iter().all(|member| members.contains(member))
        || !about
        || (claim.result == Outcome::Pass && !states_all(claim))
    {
        return Err(EvidenceError::Form(claim.kind));
    }
    let has = |four: [Element; 4]| four.iter().all(|element| claim.elements.contains(element));
    if !claim.elements.is_empty() && !has(Element::ARTICLE_FOUR) && !has(Element::INDUSTRY_FOUR) {
        return Err(EvidenceError::Form(claim.kind));
    }
    let in_range = claim.similarity_bp.is_none_or(|bp| bp <= SIMILARITY_CAP)
        && claim.tier.is_none_or(|tier| tier < 16)
        && claim.region.is_none_or(|region| (110_000..=999_999).contains(&region))
        && claim.valid_until >= claim.observed_at;
    if in_range { Ok(()) } else { Err(EvidenceError::Range) }
}

fn states_all(claim: &Attestation) -> bool {
    let stated = stated(claim);
    claim.kind.members().iter().all(|member| stated.contains(member))
}

fn stated(claim: &Attestation) -> Vec<Member> {
    let optional = [
        (claim.similarity_bp.is_some(), Member::Similarity),
        (claim.liveness.is_some(), Member::Liveness),
        (claim.method.is_some(), Member::Method),
        (!claim.elements.is_empty(), Member::Elements),
        (claim.document_valid_until.is_some(), Member::DocumentValidUntil),
        (claim.region.is_some(), Member::Region),
        (claim.tier.is_some(), Member::Tier),
        (claim.about.is_some(), Member::About),
    ];
    let there = optional.into_iter().filter_map(|(is_there, member)| is_there.then_some(member));
    there.chain(claim.digests.keys().map(|fact| Member::Digest(*fact))).collect()
}

impl CheckedEvidence {
    /// What was checked.
    #[must_use]
    pub const fn kind(&self) -> EvidenceKind {
        self.0.kind
    }

    /// Who attests it.
    #[must_use]
    pub const fn source(&self) -> &Identifier {
        &self.0.source
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> SubjectRef {
        self.0.subject
    }

    /// What came out.
    #[must_use]
    pub const fn result(&self) -> Outcome {
        self.0.result
    }

    /// When it was observed.
    #[must_use]
    pub const fn observed_at(&self) -> UnixTime {
        self.0.observed_at
    }

    /// The last instant at which it may be used: its kind's age or what the source stands by, whichever is less.
    #[must_use]
    pub const fn usable_until(&self) -> UnixTime {
        self.0.usable_until
    }

    /// How alike two faces are, in basis points.
    #[must_use]
    pub const fn similarity_bp(&self) -> Option<u16> {
        self.0.similarity_bp
    }

    /// Whether the face was captured with structured light.
    #[must_use]
    pub const fn is_three_dimensional(&self) -> bool {
        matches!(self.0.three_dimensional, Some(true))
    }

    /// How the document's last day compared with the day of the check.
    #[must_use]
    pub const fn document(&self) -> Option<DocumentTerm> {
        self.0.document
    }

    /// The region of a bank.
    #[must_use]
    pub const fn region(&self) -> Option<u32> {
        self.0.region
    }

    /// The risk tier.
    #[must_use]
    pub const fn tier(&self) -> Option<u8> {
        self.0.tier
    }

    /// What it is about.
    #[must_use]
    pub const fn about(&self) -> Option<&Digest> {
        self.0.about.as_ref()
    }

    /// The keyed digest of a fact.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> Option<&Digest> {
        self.0.digests.get(&fact)
    }

    /// All facts with their keyed digests.
    pub fn facts(&self) -> impl Iterator<Item = (Fact, &Digest)> {
        self.0.digests.iter().map(|(fact, digest)| (*fact, digest))
    }

    /// Whether it leaves out members of its kind: such evidence has not passed, and nobody can accept it for a stage.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.0.partial
    }

    /// The digest of the exact attestation.
    #[must_use]
    pub const fn attestation(&self) -> &Digest {
        &self.0.attestation
    }

    /// For the log.
    pub(crate) const fn record(&self) -> &Record {
        &self.0
    }

    /// For the replay of a log, whose entries were evidence when they were written: the chain of hashes says that they still are.
    pub(crate) const fn from_record(record: Record) -> Self {
        Self(record)
    }
}
