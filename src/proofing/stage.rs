//! The stages of a case and the one table by which they follow each other.

use crate::transition::{self, Transition};
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Opened; the identity document is next.
    Started,
    /// The identity is verified; a card in the same name is next.
    IdVerified,
    /// The card is bound; the face is next.
    CardBound,
    /// More evidence is needed (升级认证): supplementary records.
    StepUp,
    /// The records are there; the interview by video is last.
    VideoDue,
    /// All three stages are done: ready to be issued.
    FaceEnrolled,
    /// Something was anomalous: a person decides (人工复核).
    ManualReview,
    /// The credential is issued.
    Issued,
    /// A reviewer has refused.
    Refused,
    /// Withdrawn, or out of time.
    Closed,
}

/// What moves a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// All that the next stage needs is there.
    StageProven,
    /// A trigger is open and the three stages are done.
    StepUpRequired,
    /// The supplementary records are there.
    RecordsComplete,
    /// The video came after everything else.
    VideoPassed,
    /// Something failed, is undecided, contradicts or weighs too little.
    AnomalyFound,
    /// A reviewer has accepted, or wants the step repeated.
    Resumed,
    /// A reviewer has refused.
    ReviewRefused,
    /// The credential was issued.
    CredentialIssued,
    /// The person does not go on.
    Withdrawn,
    /// The evidence must be gone by now.
    TimedOut,
}

use Cause as C;
use Stage as S;

/// Every transition there is. A case under review resumes at the stage that it was held at.
pub const TRANSITIONS: &[Transition<Stage, Cause>] = &[
    (S::Started, C::StageProven, S::IdVerified),
    (S::IdVerified, C::StageProven, S::CardBound),
    (S::CardBound, C::StageProven, S::FaceEnrolled),
    (S::FaceEnrolled, C::StepUpRequired, S::StepUp),
    (S::StepUp, C::RecordsComplete, S::VideoDue),
    (S::VideoDue, C::VideoPassed, S::FaceEnrolled),
    (S::FaceEnrolled, C::CredentialIssued, S::Issued),
    (S::Started, C::AnomalyFound, S::ManualReview),
    (S::IdVerified, C::AnomalyFound, S::ManualReview),
    (S::CardBound, C::AnomalyFound, S::ManualReview),
    (S::StepUp, C::AnomalyFound, S::ManualReview),
    (S::VideoDue, C::AnomalyFound, S::ManualReview),
    (S::FaceEnrolled, C::AnomalyFound, S::ManualReview),
    (S::ManualReview, C::Resumed, S::Started),
    (S::ManualReview, C::Resumed, S::IdVerified),
    (S::ManualReview, C::Resumed, S::CardBound),
    (S::ManualReview, C::Resumed, S::StepUp),
    (S::ManualReview, C::Resumed, S::VideoDue),
    (S::ManualReview, C::Resumed, S::FaceEnrolled),
    (S::ManualReview, C::ReviewRefused, S::Refused),
    (S::Started, C::Withdrawn, S::Closed),
    (S::IdVerified, C::Withdrawn, S::Closed),
    (S::CardBound, C::Withdrawn, S::Closed),
    (S::StepUp, C::Withdrawn, S::Closed),
    (S::VideoDue, C::Withdrawn, S::Closed),
    (S::FaceEnrolled, C::Withdrawn, S::Closed),
    (S::ManualReview, C::Withdrawn, S::Closed),
    (S::Started, C::TimedOut, S::Closed),
    (S::IdVerified, C::TimedOut, S::Closed),
    (S::CardBound, C::TimedOut, S::Closed),
    (S::StepUp, C::TimedOut, S::Closed),
    (S::VideoDue, C::TimedOut, S::Closed),
    (S::FaceEnrolled, C::TimedOut, S::Closed),
    (S::ManualReview, C::TimedOut, S::Closed),
];

impl Stage {
    /// All stages.
    pub const ALL: [Self; 10] = [
        S::Started,
        S::IdVerified,
        S::CardBound,
        S::StepUp,
        S::VideoDue,
        S::FaceEnrolled,
        S::ManualReview,
        S::Issued,
        S::Refused,
        S::Closed,
    ];

    /// The stage after a cause; of a review the one that it was `held` at. `None` if the table has no such transition.
    #[must_use]
    pub fn after(self, cause: Cause, held: Option<Self>) -> Option<Self> {
        transition::after(TRANSITIONS, self, &cause, held.filter(|_| cause == Cause::Resumed))
    }

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, S::Issued | S::Refused | S::Closed)
    }
}
