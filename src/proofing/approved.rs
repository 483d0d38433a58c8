//! What an approved case gives to the issuer.

use super::subject::NAME_SALT_BYTES;
use super::{CASE_HOURS, Case, Path, ProofingRules, Refusal, Stage, Subject, SubjectError};
use crate::{
    account::{AccountClass, Channels, Identification},
    evidence::{CheckedEvidence, EvidenceKind, FactKey, Outcome, Session},
    issuer::{Enrolled, REVERIFY_DAYS},
    schema::{AttributeError, Attributes, AttributesBuilder, Schema, Value},
    time::{Date, UnixTime},
};
use rand_core::CryptoRng;
use std::sync::Arc;
use thiserror::Error;

/// Why an approved case has no attributes for an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApprovedError {
    /// PROOF-CASE: the enrolment is of another case, so its wallet may be another person's.
    #[error("PROOF-CASE: the enrolment is for another case than the one that was approved")]
    OtherCase,
    /// PROOF-TIME: the enrolment may be answered when the case has no time left, so that what is issued for it might not be recorded.
    #[error("PROOF-TIME: the enrolment lasts longer than the case; start a new case")]
    TimedOut,
    /// An attribute is refused.
    #[error("{0}")]
    Attribute(#[from] AttributeError),
}

/// An approved case: its three stages are done, nothing is open, and the person's data is what the sources attest. Only
/// [`Case::approve`] makes one. Without `Debug`: it holds the person.
pub struct Approved<'a> {
    subject: &'a Subject,
    session: &'a Session,
    path: Path,
    channels: u16,
    class: Option<AccountClass>,
    tier: u8,
    verified_on: Date,
    reverify_by: Date,
    until: UnixTime,
}

/// The attributes to issue, and the salt of the name's digest, which the holder gets with the name.
pub struct ApprovedAttributes {
    /// All but the holder tag and the revocation handle, which the issuer sets.
    pub attributes: AttributesBuilder,
    /// The salt of `name_digest`.
    pub name_salt: [u8; NAME_SALT_BYTES],
}

impl Case {
    /// Approves the case for the person.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotReady`], [`Refusal::TimedOut`], [`Refusal::Backwards`], [`Refusal::OtherSubject`] for another session,
    /// [`Refusal::Subject`] where the data is not what the sources attest or the person's age is not one of the path.
    pub fn approve<'a>(
        &self,
        session: &'a Session,
        subject: &'a Subject,
        key: &FactKey,
        rules: &ProofingRules,
        now: UnixTime,
    ) -> Result<Approved<'a>, Refusal> {
        // Everything that an issue would refuse is refused here, before the credential is signed.
        self.require_issue(rules, now)?;
        if session.subject() != self.subject {
            return Err(Refusal::OtherSubject);
        }
        let identity = self.evidence.get(&self.path.identity_kind()).ok_or(Refusal::NotReady(self.stage))?;
        subject.check(identity, key)?;
        let today = Date::from_unix(now).map_err(|_| Refusal::TimedOut)?;
        // The evidence was of another day, perhaps, and names its digest and its term apart.
        if subject.document_valid_until < today {
            return Err(SubjectError::Expired.into());
        }
        if !self.path.ages(rules.elder_age).includes(subject.birth_date, today) {
            return Err(SubjectError::Age.into());
        }
        // The same day as that of the status that begins with this issue, whose review falls due 180 days later.
        let verified_on = Date::from_unix(self.verified_at().min(now)).map_err(|_| Refusal::TimedOut)?;
        let channels = self.channels();
        let count = u16::try_from(channels.count()).unwrap_or(u16::MAX);
        let seen = self.evidence.get(&EvidenceKind::Branch).is_some_and(|branch| branch.result() == Outcome::Pass);
        Ok(Approved {
            subject,
            session,
            path: self.path,
            channels: count,
            class: AccountClass::highest(&identification(seen, channels), true).ok(),
            tier: self.evidence.get(&EvidenceKind::RiskTier).and_then(CheckedEvidence::tier).unwrap_or(0),
            verified_on,
            until: self.opened_at.plus(CASE_HOURS * 3_600),
            reverify_by: verified_on.plus_days(REVERIFY_DAYS).map_err(|_| Refusal::TimedOut)?,
        })
    }

    /// What an issue at this time would be refused for.
    fn require_issue(&self, rules: &ProofingRules, now: UnixTime) -> Result<(), Refusal> {
        if self.stage == Stage::Issued || self.stage.is_final() {
            return Err(Refusal::Final(self.stage));
        }
        // The event itself decides, so that the two can never differ.
        let event = super::Event::Issued { tag: crate::digest::Digest::from_bytes([0; 32]) };
        self.apply(&event, rules, now).map(drop)
    }
}

/// A branch that has seen the person identified him face to face.
fn identification(seen: bool, channels: Channels) -> Identification {
    if seen { Identification::FaceToFace } else { Identification::Remote(channels) }
}

impl Approved<'_> {
    /// The way that the case took.
    #[must_use]
    pub const fn path(&self) -> Path {
        self.path
    }

    /// How many distinct external channels have verified the person.
    #[must_use]
    pub const fn channels(&self) -> u16 {
        self.channels
    }

    /// The highest class of payment account that this identification opens, as somebody's first at an institution: whether it
    /// is the first, the institution knows.
    #[must_use]
    pub const fn class(&self) -> Option<AccountClass> {
        self.class
    }

    /// The attributes for a wallet that was enrolled in this case.
    ///
    /// # Errors
    ///
    /// [`ApprovedError`].
    pub fn attributes(
        &self,
        enrolled: &Enrolled,
        schema: &Arc<Schema>,
        rng: &mut impl CryptoRng,
    ) -> Result<ApprovedAttributes, ApprovedError> {
        if enrolled.case() != self.session.case() {
            return Err(ApprovedError::OtherCase);
        }
        // An issue is no later than its enrolment's window, so what was approved is issued in the time of the case.
        if enrolled.window().1 > self.until {
            return Err(ApprovedError::TimedOut);
        }
        let mut name_salt = [0; NAME_SALT_BYTES];
        rng.fill_bytes(&mut name_salt);
        let attributes = self
            .subject
            .attributes(Attributes::builder(schema), &name_salt)?
            .set("verified_on", &Value::Date(self.verified_on))?
            .set("reverify_by", &Value::Date(self.reverify_by))?
            .set("channels", &Value::Integer(u32::from(self.channels)))?
            .set("verified", &Value::Integer(1))?
            .set("account_class", &Value::Integer(self.class.map_or(0, |class| class.code())))?
            .set("risk_tier", &Value::Integer(u32::from(self.tier)))?;
        Ok(ApprovedAttributes { attributes, name_salt })
    }
}
