//! Why a case does not take an event.

use super::{RulesError, Stage, SubjectError};
use crate::evidence::{Blame, EvidenceKind};
use thiserror::Error;

/// Why an event is refused. The case is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// PROOF-TIME: earlier than what has happened already.
    #[error("PROOF-TIME: an event before the last one")]
    Backwards,
    /// PROOF-TIME: longer ago than evidence is kept.
    #[error("PROOF-TIME: the case was open for too long; start a new one")]
    TimedOut,
    /// PROOF-OPEN: the first event, and no other, opens the case.
    #[error("PROOF-OPEN: a case is opened once, first")]
    Opening,
    /// PROOF-OPEN: the settings are not the version that the case was opened under, or contradict themselves.
    #[error("PROOF-OPEN: the case was opened under version {opened} of the rules, not {given}")]
    OtherRules {
        /// The version at the opening.
        opened: u32,
        /// The version given.
        given: u32,
    },
    /// PROOF-OPEN: the settings contradict themselves.
    #[error("PROOF-OPEN: {0}")]
    Rules(#[from] RulesError),
    /// PROOF-SUBJECT: evidence of another session.
    #[error("PROOF-SUBJECT: the evidence is about another subject or session")]
    OtherSubject,
    /// PROOF-FRESH: too old by now.
    #[error("PROOF-FRESH: {} is too old; have it made again", .0.as_str())]
    Stale(EvidenceKind),
    /// PROOF-FRESH: observed after the time at which it is given.
    #[error("PROOF-FRESH: {} was observed in the future; compare the clocks", .0.as_str())]
    FromTheFuture(EvidenceKind),
    /// PROOF-ORDER: not evidence that this stage takes.
    #[error("PROOF-ORDER: {} is not what comes at the stage {stage:?}", kind.as_str())]
    OutOfOrder {
        /// The kind.
        kind: EvidenceKind,
        /// The stage.
        stage: Stage,
    },
    /// PROOF-ORDER: observed before the stage that it follows, or before the case was opened.
    #[error("PROOF-ORDER: {} was observed before what it comes after", .0.as_str())]
    ObservedBefore(EvidenceKind),
    /// PROOF-ORDER: the same attestation twice, or a second one where one was accepted.
    #[error("PROOF-ORDER: {} is in the case already", .0.as_str())]
    Repeated(EvidenceKind),
    /// PROOF-FACE: not captured as the rules say.
    #[error("PROOF-FACE: the face was not captured with structured light")]
    Method,
    /// PROOF-RELATIVE: no relative belongs here, or there is one already.
    #[error("PROOF-RELATIVE: this case takes no presentation of a relative now")]
    RelativeNotNeeded,
    /// PROOF-RELATIVE: about somebody else than the relative who presented a credential.
    #[error("PROOF-RELATIVE: the evidence names another relative than the one who presented a credential")]
    OtherRelative,
    /// PROOF-REVIEW: only a review's decision gets the case out of it.
    #[error("PROOF-REVIEW: the case is under manual review")]
    UnderReview,
    /// PROOF-REVIEW: a decision, and nothing is under review.
    #[error("PROOF-REVIEW: nothing is under review")]
    NotUnderReview,
    /// PROOF-REVIEW: a decision about another review.
    #[error("PROOF-REVIEW: the decision is about another review")]
    OtherReview,
    /// PROOF-REVIEW: whoever attested evidence of the case does not review it.
    #[error("PROOF-REVIEW: the reviewer is a source of evidence in this case")]
    OwnReview,
    /// PROOF-REVIEW: an expired document cannot be accepted, nor a contradiction that no branch has looked into.
    #[error("PROOF-REVIEW: a review cannot accept this; have it repeated, or verified at a branch")]
    NotAcceptable,
    /// PROOF-REVIEW: a low score is no step that could be repeated.
    #[error("PROOF-REVIEW: a low score has no step to repeat; accept or refuse it")]
    NothingToRepeat,
    /// PROOF-FINAL: nothing follows.
    #[error("PROOF-FINAL: the case has ended at {0:?}")]
    Final(Stage),
    /// PROOF-READY: the three stages are not done, or something is open.
    #[error("PROOF-READY: the case stands at {0:?}")]
    NotReady(Stage),
    /// PROOF-SUBJECT: the person's data is not what the sources attest.
    #[error("{0}")]
    Subject(#[from] SubjectError),
}

impl Refusal {
    /// Who has to do something.
    #[must_use]
    pub const fn blame(&self) -> Blame {
        match self {
            Self::Backwards
            | Self::Opening
            | Self::OtherRules { .. }
            | Self::Rules(_)
            | Self::UnderReview
            | Self::NotUnderReview
            | Self::OtherReview
            | Self::OwnReview
            | Self::NotAcceptable
            | Self::NothingToRepeat
            | Self::Final(_)
            | Self::NotReady(_) => Blame::Operator,
            Self::TimedOut | Self::Stale(_) | Self::OutOfOrder { .. } | Self::Repeated(_) | Self::RelativeNotNeeded => {
                Blame::Subject
            }
            Self::Subject(_) => Blame::Subject,
            Self::OtherSubject
            | Self::FromTheFuture(_)
            | Self::ObservedBefore(_)
            | Self::Method
            | Self::OtherRelative => Blame::Source,
        }
    }
}
