//! Why an event is refused.

use super::{Cause, Phase};
use crate::{
    evidence::{Blame, EvidenceKind, Fact},
    time::{Date, UnixTime},
};
use thiserror::Error;

/// Why an event is refused. The status is as before.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// LIFE-TIME: earlier than what is known already.
    #[error("LIFE-TIME: the event is earlier than the last one; events are entered in their order")]
    Backwards,
    /// LIFE-TIME: outside the calendar.
    #[error("LIFE-TIME: the time has no date")]
    Time,
    /// LIFE-FINAL: the status is cancelled.
    #[error("LIFE-FINAL: the status is cancelled, and nothing follows")]
    Cancelled,
    /// LIFE-TABLE: there is no such transition.
    #[error("LIFE-TABLE: {cause:?} does not happen to a status that is {phase:?}")]
    NoTransition {
        /// Where the status is.
        phase: Phase,
        /// What was to move it.
        cause: Cause,
    },
    /// LIFE-TABLE: the event belongs to another phase.
    #[error("LIFE-TABLE: the event does not belong to a status that is {0:?}")]
    OtherPhase(Phase),
    /// LIFE-EVIDENCE: of another session or person.
    #[error("LIFE-EVIDENCE: the evidence is of another session")]
    OtherSession,
    /// LIFE-EVIDENCE: of a kind that does not settle this.
    #[error("LIFE-EVIDENCE: evidence of {} does not settle this", .0.as_str())]
    WrongKind(EvidenceKind),
    /// LIFE-EVIDENCE: it does not pass.
    #[error("LIFE-EVIDENCE: {} did not pass", .0.as_str())]
    NotPassed(EvidenceKind),
    /// LIFE-EVIDENCE: too old now.
    #[error("LIFE-EVIDENCE: the observation of {} is too old; have it made again", .0.as_str())]
    Stale(EvidenceKind),
    /// LIFE-EVIDENCE: observed before what it is to settle.
    #[error("LIFE-EVIDENCE: {} was observed before what it is to settle; have it made again", .0.as_str())]
    ObservedBefore(EvidenceKind),
    /// LIFE-EVIDENCE: observed in the future.
    #[error("LIFE-EVIDENCE: {} was observed in the future; compare the clocks", .0.as_str())]
    FromTheFuture(EvidenceKind),
    /// LIFE-REVIEW: two sources contradict each other.
    #[error("LIFE-REVIEW: the sources contradict each other about the {}", .0.as_str())]
    Contradiction(Fact),
    /// LIFE-REVIEW: no identity document.
    #[error("LIFE-REVIEW: the review has no evidence of the identity document")]
    NoIdentity,
    /// LIFE-REVIEW: no face.
    #[error("LIFE-REVIEW: the review has no evidence of the face")]
    NoFace,
    /// LIFE-REVIEW: the face is not similar enough.
    #[error("LIFE-REVIEW: the similarity of the face is {0}, below {min}", min = super::FACE_BP)]
    Similarity(u16),
    /// LIFE-REVIEW: a lapsed status is not reviewed.
    #[error("LIFE-REVIEW: the status has lapsed; begin the whole proofing again")]
    FullRedo,
    /// LIFE-TAG: another tag than the one of this status.
    #[error("LIFE-TAG: the holder tag is not the one of this status")]
    OtherTag,
    /// LIFE-TAG: the lost tag was not replaced yet.
    #[error("LIFE-TAG: the wallet is lost; record the new tag first")]
    TagNotReplaced,
    /// LIFE-TAG: nothing was lost.
    #[error("LIFE-TAG: no wallet was reported lost, so the tag stays")]
    NotLost,
    /// LIFE-REDO: a session that was used already.
    #[error("LIFE-REDO: the session was used before; a full redo takes a new one")]
    SessionUsed,
    /// LIFE-REDO: something of the proofing is older than the reset.
    #[error("LIFE-REDO: the proofing began before the reset")]
    ProofedBefore,
    /// LIFE-TRIGGER: the evidence does not ask for anything.
    #[error("LIFE-TRIGGER: {} is in order", .0.as_str())]
    NoTrigger(EvidenceKind),
    /// MEASURE-OPEN: the measure is taken already.
    #[error("MEASURE-OPEN: the measure is taken already")]
    AlreadyOpen,
    /// MEASURE-OPEN: there is nothing to lift.
    #[error("MEASURE-OPEN: there is no such measure to lift")]
    NothingOpen,
    /// MEASURE-DOCUMENT: the document is not a current one.
    #[error("MEASURE-DOCUMENT: the document has expired; bring a current one")]
    DocumentExpired,
    /// MEASURE-RECEIVE: about a transaction that is not suspected.
    #[error("MEASURE-RECEIVE: the transaction is not one that is suspected")]
    OtherTransaction,
    /// CANCEL-ORDER: another gate is next.
    #[error("CANCEL-ORDER: gate {next} is next, not gate {found}")]
    GateOrder {
        /// The gate that is next, from 1.
        next: u8,
        /// The gate of the event.
        found: u8,
    },
    /// CANCEL-SETTLED, LIFE-REVIEW: a measure is open.
    #[error("CANCEL-SETTLED: a measure is open; have it lifted first")]
    MeasureOpen,
    /// CANCEL-HOLDER: the proof answers the challenge of another case.
    #[error("CANCEL-HOLDER: the proof answers another challenge than this cancellation's")]
    OtherCase,
    /// CANCEL-HOLDER: the challenge is older than what it is to confirm.
    #[error("CANCEL-HOLDER: the challenge is older than what it confirms; answer a new one")]
    ChallengeBefore,
    /// CANCEL-HOLDER: the challenge has expired, or is not made yet.
    #[error("CANCEL-HOLDER: the challenge is outside its time; answer a new one")]
    ChallengeTime,
    /// CANCEL-COOLING: too early.
    #[error("CANCEL-COOLING: the cooling-off period ends at {} (Unix seconds)", .0.seconds())]
    CoolingOff(UnixTime),
}

impl Refusal {
    /// Whose turn it is.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::FromTheFuture(_) | Self::Contradiction(_) => Blame::Source,
            Self::NotPassed(_)
            | Self::Stale(_)
            | Self::ObservedBefore(_)
            | Self::NoIdentity
            | Self::NoFace
            | Self::Similarity(_)
            | Self::FullRedo
            | Self::OtherTag
            | Self::DocumentExpired
            | Self::GateOrder { .. }
            | Self::MeasureOpen
            | Self::OtherCase
            | Self::ChallengeBefore
            | Self::ChallengeTime
            | Self::CoolingOff(_) => Blame::Subject,
            Self::Backwards
            | Self::Time
            | Self::Cancelled
            | Self::NoTransition { .. }
            | Self::OtherPhase(_)
            | Self::OtherSession
            | Self::WrongKind(_)
            | Self::TagNotReplaced
            | Self::NotLost
            | Self::SessionUsed
            | Self::ProofedBefore
            | Self::NoTrigger(_)
            | Self::AlreadyOpen
            | Self::NothingOpen
            | Self::OtherTransaction => Blame::Operator,
        }
    }
}

/// The date of an instant.
pub(super) fn date(at: UnixTime) -> Result<Date, Refusal> {
    Date::from_unix(at).map_err(|_| Refusal::Time)
}
