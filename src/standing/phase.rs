//! The phases of a verified status, the one table by which they follow each other, and what each of them allows.

use crate::transition::{self, Transition};
use serde::{Deserialize, Serialize};

/// Where a verified status stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Verified within the last 180 days.
    Active,
    /// The review (实名信息复核) is due; a grace period runs.
    ReviewDue,
    /// The grace period has passed without a review.
    Lapsed,
    /// The credential is revoked and the whole proofing is done again (重新完成全套认证流程).
    Resetting,
    /// The person wants to leave; five gates are to be passed.
    Cancelling,
    /// Left. Nothing follows.
    Cancelled,
}

/// What moves a status from phase to phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// 180 days have passed since the verification.
    ReviewFellDue,
    /// The grace period has passed too.
    GraceEnded,
    /// Fresh evidence has renewed the verification.
    Renewed,
    /// The portrait, the features or the devices ask for a full redo.
    ResetTriggered,
    /// The wallet is lost.
    WalletLost,
    /// A lapsed status starts again.
    RedoBegun,
    /// A new case was proofed from its first stage and issued.
    Reissued,
    /// The person asks to leave.
    CancellationRequested,
    /// The person stays.
    CancellationWithdrawn,
    /// The fifth gate is passed.
    CancellationConfirmed,
}

use Cause as C;
use Phase as P;

/// Every transition there is (rule LIFE-TABLE). A withdrawn cancellation leads back to the phase that was left.
pub const TRANSITIONS: &[Transition<Phase, Cause>] = &[
    (P::Active, C::ReviewFellDue, P::ReviewDue),
    (P::ReviewDue, C::GraceEnded, P::Lapsed),
    (P::Active, C::Renewed, P::Active),
    (P::ReviewDue, C::Renewed, P::Active),
    (P::Active, C::ResetTriggered, P::Resetting),
    (P::ReviewDue, C::ResetTriggered, P::Resetting),
    (P::Lapsed, C::ResetTriggered, P::Resetting),
    (P::Cancelling, C::ResetTriggered, P::Resetting),
    (P::Active, C::WalletLost, P::Resetting),
    (P::ReviewDue, C::WalletLost, P::Resetting),
    (P::Lapsed, C::WalletLost, P::Resetting),
    (P::Cancelling, C::WalletLost, P::Resetting),
    (P::Resetting, C::WalletLost, P::Resetting),
    (P::Lapsed, C::RedoBegun, P::Resetting),
    (P::Resetting, C::Reissued, P::Active),
    (P::Active, C::CancellationRequested, P::Cancelling),
    (P::ReviewDue, C::CancellationRequested, P::Cancelling),
    (P::Lapsed, C::CancellationRequested, P::Cancelling),
    (P::Cancelling, C::CancellationWithdrawn, P::Active),
    (P::Cancelling, C::CancellationWithdrawn, P::ReviewDue),
    (P::Cancelling, C::CancellationWithdrawn, P::Lapsed),
    (P::Cancelling, C::CancellationConfirmed, P::Cancelled),
];

/// What the holder of a verified status may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Present the credential.
    Present,
    /// Send money.
    Transfer,
    /// Receive money.
    Receive,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Present, Self::Transfer, Self::Receive];
}

/// What a status list says of a credential (Token Status List, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusValue {
    /// `VALID`, 0x00
    Valid,
    /// `INVALID`, 0x01; for ever
    Invalid,
    /// `SUSPENDED`, 0x02; until it is lifted
    Suspended,
}

impl StatusValue {
    /// The number in the list.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Valid => 0x00,
            Self::Invalid => 0x01,
            Self::Suspended => 0x02,
        }
    }
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 6] = [P::Active, P::ReviewDue, P::Lapsed, P::Resetting, P::Cancelling, P::Cancelled];

    /// The phase after a cause; of a withdrawn cancellation the one that was left for it.
    #[must_use]
    pub fn after(self, cause: Cause, left: Option<Self>) -> Option<Self> {
        transition::after(TRANSITIONS, self, &cause, left)
    }

    /// What the phase alone says of the credential.
    #[must_use]
    pub const fn status(self) -> StatusValue {
        match self {
            P::Active | P::ReviewDue => StatusValue::Valid,
            P::Lapsed | P::Cancelling => StatusValue::Suspended,
            P::Resetting | P::Cancelled => StatusValue::Invalid,
        }
    }

    /// The diagram of [`TRANSITIONS`], in Mermaid's language.
    #[must_use]
    pub fn diagram() -> String {
        transition::mermaid(P::Active, TRANSITIONS)
    }
}
