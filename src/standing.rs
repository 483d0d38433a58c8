//! The life of a verified status after its issue: reviews, full redos, measures, a lost wallet, and the way out.
//!
//! A [`Standing`] is a pure machine: [`Standing::apply`] makes the next status of a status, an [`Event`] and a time, or refuses and
//! changes nothing. Its phases move by [`TRANSITIONS`] alone; what becomes true by time alone, [`Standing::at`] makes true, and
//! `apply` begins with it. [`StandingLog`] keeps the events in a hash chain, from which the status is rebuilt.
//!
//! Suspension and revocation are values here ([`StatusValue`]); nothing in this module publishes them.

mod admit;
mod cancellation;
mod event;
mod log;
mod measure;
mod phase;
mod proof;
mod refusal;
mod review;
mod rules;
mod tag;

pub use cancellation::Cancellation;
pub use event::Event;
pub use log::{LogError, Recorded, Replayed, StandingLog};
pub use measure::{ExpiredDocument, Freeze, Measures};
pub use phase::{Capability, Cause, Phase, StatusValue, TRANSITIONS};
pub use proof::{ConfirmedTransaction, HolderProof, Issuance, TagChange, TransactionJudgement, tag_digest};
pub use refusal::Refusal;
pub use rules::{FACE_BP, FREEZE_SECONDS, GATES, REISSUE_DAYS, REVIEW_DAYS, RulesError, StandingRules};
pub use tag::TagChangeError;

pub(crate) use event::Happened;

use crate::{
    digest::Digest,
    evidence::{CheckedEvidence, EvidenceKind, Outcome, SubjectRef},
    time::{Date, UnixTime},
};
use admit::Admission;
use proof::{HolderRecord, TagChangeRecord};
use refusal::date;
use std::collections::BTreeSet;

/// A verified status at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    rules: StandingRules,
    phase: Phase,
    now: UnixTime,
    issue: u32,
    session: SubjectRef,
    used: BTreeSet<SubjectRef>,
    tag: Digest,
    /// When the last verification was entered: evidence of the next one is younger.
    renewed_at: UnixTime,
    verified_on: Date,
    reset: Option<Reset>,
    measures: Measures,
    cancellation: Option<Cancellation>,
}

/// A full redo on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reset {
    since: UnixTime,
    /// The wallet is lost and its tag not replaced yet.
    lost: bool,
}

/// The order to erase what a platform has recorded of a status that was cancelled (row 8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasureOrder {
    /// The digest of the status' last holder tag.
    pub tag: Digest,
    /// Since when, in Unix seconds.
    pub ordered_at: UnixTime,
}

impl Standing {
    /// The status that an issued case begins.
    ///
    /// # Errors
    ///
    /// [`Refusal::Time`]; [`Refusal::Backwards`] for a verification in the future.
    pub fn begin(issuance: &Issuance, rules: StandingRules, at: UnixTime) -> Result<Self, Refusal> {
        if issuance.verified_at > at {
            return Err(Refusal::Backwards);
        }
        let mut standing = Self {
            rules,
            phase: Phase::Active,
            now: at,
            issue: 1,
            session: issuance.session,
            used: BTreeSet::from([issuance.session]),
            tag: issuance.tag,
            renewed_at: at,
            verified_on: date(issuance.verified_at)?,
            reset: None,
            measures: Measures::default(),
            cancellation: None,
        };
        standing.advance(at)?;
        Ok(standing)
    }

    /// The status at a time: a review falls due, a grace period ends, an overdue freeze applies itself (LIFE-TIME). Looking twice
    /// on the way changes nothing.
    ///
    /// # Errors
    ///
    /// [`Refusal::Backwards`] for a time before the last one, [`Refusal::Time`].
    pub fn at(&self, now: UnixTime) -> Result<Self, Refusal> {
        let mut next = self.clone();
        next.advance(now)?;
        Ok(next)
    }

    /// The status after an event.
    ///
    /// # Errors
    ///
    /// [`Refusal`], one variant per cause; `self` is as it was.
    pub fn apply(&self, event: &Event, at: UnixTime) -> Result<Self, Refusal> {
        let mut next = self.at(at)?;
        if next.phase == Phase::Cancelled {
            return Err(Refusal::Cancelled);
        }
        next.happen(&event.0)?;
        next.advance(at)?;
        Ok(next)
    }

    fn happen(&mut self, event: &Happened) -> Result<(), Refusal> {
        let by = Admission { session: self.session, now: self.now };
        match event {
            Happened::Issued { issuance } => self.reissue(issuance),
            Happened::Reviewed { evidence, tag } => self.review(evidence, tag, &by),
            Happened::Triggered { evidence } => self.trigger(&evidence.0, &by),
            Happened::RedoBegun => self.reset(Cause::RedoBegun, false),
            Happened::WalletLost => self.reset(Cause::WalletLost, true),
            Happened::TagChanged { change } => self.change_tag(change),
            Happened::DocumentExpired => self.measures.expire_document(self.now),
            Happened::InconsistencyFound => {
                self.measures.find_inconsistency(self.now);
                Ok(())
            }
            Happened::Frozen => self.measures.apply_freeze(self.now),
            Happened::DocumentRenewed { evidence } => self.lifting()?.renew_document(&evidence.0, &by),
            Happened::SeenAtBranch { evidence } => self.lifting()?.unfreeze(&evidence.0, &by),
            Happened::TransactionSuspected { evidence } => self.measures.suspect(&evidence.0, &by),
            Happened::TransactionCleared { evidence } => self.lifting()?.clear(&evidence.0, &by),
            Happened::TransactionConfirmed { confirmed } => self.lifting()?.confirm(confirmed),
            Happened::CancellationRequested { case } => {
                let left = self.phase;
                self.go(Cause::CancellationRequested, None)?;
                self.cancellation = Some(Cancellation::begin(left, case.clone(), self.now));
                Ok(())
            }
            Happened::GateAttested { evidence } => {
                let settled = self.measures.is_empty();
                self.cancelling()?.attest(&evidence.0, settled, &by)
            }
            Happened::HolderProven { proof } => {
                let (tag, cooling, now) = (self.tag, self.rules.cooling_seconds(), self.now);
                self.cancelling()?.prove(proof, &tag, cooling, now)
            }
            Happened::CancellationConfirmed { proof } => self.cancel(proof),
            Happened::CancellationWithdrawn => {
                let left = self.cancelling()?.left;
                self.go(Cause::CancellationWithdrawn, Some(left))?;
                self.cancellation = None;
                Ok(())
            }
        }
    }

    /// The only way that the phase changes (LIFE-TABLE).
    fn go(&mut self, cause: Cause, left: Option<Phase>) -> Result<(), Refusal> {
        self.phase = self.phase.after(cause, left).ok_or(Refusal::NoTransition { phase: self.phase, cause })?;
        Ok(())
    }

    fn advance(&mut self, now: UnixTime) -> Result<(), Refusal> {
        if now < self.now {
            return Err(Refusal::Backwards);
        }
        self.now = now;
        self.measures.advance(now);
        let days = date(now)?.days_since(self.verified_on);
        if self.phase == Phase::Active && days >= REVIEW_DAYS {
            self.go(Cause::ReviewFellDue, None)?;
        }
        if self.phase == Phase::ReviewDue && days >= REVIEW_DAYS + self.rules.grace_days() {
            self.go(Cause::GraceEnded, None)?;
        }
        Ok(())
    }

    /// Rows 8.2 to 8.4.
    fn trigger(&mut self, evidence: &CheckedEvidence, by: &Admission) -> Result<(), Refusal> {
        by.kind(evidence, &[EvidenceKind::Portrait, EvidenceKind::Appearance, EvidenceKind::DeviceCluster])?;
        by.admit(evidence)?;
        let unlike = evidence.similarity_bp().is_some_and(|bp| bp < self.rules.portrait_bp());
        if evidence.result() != Outcome::Fail && !unlike {
            return Err(Refusal::NoTrigger(evidence.kind()));
        }
        self.reset(Cause::ResetTriggered, false)
    }

    /// Row 8.5: the credential is revoked before anything else happens. A cancellation that was on its way is dropped.
    fn reset(&mut self, cause: Cause, lost: bool) -> Result<(), Refusal> {
        self.go(cause, None)?;
        let since = self.reset.map_or(self.now, |reset| reset.since);
        self.reset = Some(Reset { since, lost });
        self.cancellation = None;
        Ok(())
    }

    fn reissue(&mut self, issuance: &Issuance) -> Result<(), Refusal> {
        let Some(reset) = self.reset else {
            return Err(Refusal::NoTransition { phase: self.phase, cause: Cause::Reissued });
        };
        if self.used.contains(&issuance.session) {
            return Err(Refusal::SessionUsed);
        }
        if issuance.verified_at <= reset.since {
            return Err(Refusal::ProofedBefore);
        }
        if issuance.verified_at > self.now {
            return Err(Refusal::Backwards);
        }
        if reset.lost {
            return Err(Refusal::TagNotReplaced);
        }
        if issuance.tag != self.tag {
            return Err(Refusal::OtherTag);
        }
        self.go(Cause::Reissued, None)?;
        self.verified_on = date(issuance.verified_at)?;
        self.renewed_at = self.now;
        self.session = issuance.session;
        self.used.insert(issuance.session);
        self.issue = self.issue.saturating_add(1);
        self.reset = None;
        // A case whose document has expired is not issued.
        self.measures.forget_document(issuance.verified_at);
        Ok(())
    }

    fn change_tag(&mut self, change: &TagChangeRecord) -> Result<(), Refusal> {
        let reset = self.reset.as_mut().filter(|reset| reset.lost).ok_or(Refusal::NotLost)?;
        if change.old != self.tag || change.new == self.tag {
            return Err(Refusal::OtherTag);
        }
        reset.lost = false;
        self.tag = change.new;
        Ok(())
    }

    /// Measures are lifted by evidence of the session, which a reset has ended.
    fn lifting(&mut self) -> Result<&mut Measures, Refusal> {
        if self.phase == Phase::Resetting { Err(Refusal::OtherPhase(self.phase)) } else { Ok(&mut self.measures) }
    }

    fn cancelling(&mut self) -> Result<&mut Cancellation, Refusal> {
        self.cancellation.as_mut().ok_or(Refusal::OtherPhase(self.phase))
    }

    fn cancel(&mut self, proof: &HolderRecord) -> Result<(), Refusal> {
        let (tag, settled, now) = (self.tag, self.measures.is_empty(), self.now);
        self.cancelling()?.confirm(proof, &tag, settled, now)?;
        self.go(Cause::CancellationConfirmed, None)
    }

    /// The phase.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The time of the last event or look.
    #[must_use]
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    /// Whom evidence must be about: the session of the last full proofing.
    #[must_use]
    pub const fn session(&self) -> SubjectRef {
        self.session
    }

    /// The digest of the one holder tag.
    #[must_use]
    pub const fn tag(&self) -> &Digest {
        &self.tag
    }

    /// The day of the last verification, full or by review.
    #[must_use]
    pub const fn verified_on(&self) -> Date {
        self.verified_on
    }

    /// The measures.
    #[must_use]
    pub const fn measures(&self) -> &Measures {
        &self.measures
    }

    /// The cancellation on its way, or the one that ended the status.
    #[must_use]
    pub const fn cancellation(&self) -> Option<&Cancellation> {
        self.cancellation.as_ref()
    }

    /// Which issue of the credential is the current one, from 1.
    #[must_use]
    pub const fn issue(&self) -> u32 {
        self.issue
    }

    /// The status of the credential of an issue; `None` if it was not issued. What was renewed or revoked stays invalid.
    #[must_use]
    pub fn status(&self, issue: u32) -> Option<StatusValue> {
        if issue == 0 || issue > self.issue {
            return None;
        }
        if issue < self.issue {
            return Some(StatusValue::Invalid);
        }
        Some(match self.phase.status() {
            StatusValue::Valid if self.measures.suspend() => StatusValue::Suspended,
            status => status,
        })
    }

    /// Whether the holder may do something.
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.phase.status() == StatusValue::Valid && self.measures.allow(capability)
    }

    /// What platforms have to erase, once the status is cancelled.
    #[must_use]
    pub fn erasure(&self) -> Option<ErasureOrder> {
        let ended = self.cancellation.as_ref().and_then(Cancellation::ended_at)?;
        Some(ErasureOrder { tag: self.tag, ordered_at: ended })
    }
}
