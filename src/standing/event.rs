//! What can happen to a verified status. Events are what a log holds, so none names a person: results, digests and times.

use super::proof::{ConfirmedRecord, HolderRecord, TagChangeRecord};
use super::proof::{ConfirmedTransaction, HolderProof, Issuance, TagChange};
use crate::{codec::Identifier, digest::Digest, evidence::CheckedEvidence};
use serde::{Deserialize, Serialize};

/// Something that happened. Whatever needs a proof is made of that proof, so an event cannot claim one that nobody checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event(pub(crate) Happened);

/// The form in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Happened {
    Issued { issuance: Issuance },
    Reviewed { evidence: Vec<Logged>, tag: Digest },
    Triggered { evidence: Logged },
    RedoBegun,
    WalletLost,
    TagChanged { change: TagChangeRecord },
    DocumentExpired,
    DocumentRenewed { evidence: Logged },
    InconsistencyFound,
    Frozen,
    SeenAtBranch { evidence: Logged },
    TransactionSuspected { evidence: Logged },
    TransactionCleared { evidence: Logged },
    TransactionConfirmed { confirmed: ConfirmedRecord },
    CancellationRequested { case: Identifier },
    GateAttested { evidence: Logged },
    HolderProven { proof: HolderRecord },
    CancellationConfirmed { proof: HolderRecord },
    CancellationWithdrawn,
}

impl Event {
    /// A case was proofed and issued: the end of a full redo. The first one begins a status ([`super::Standing::begin`]).
    #[must_use]
    pub const fn issued(issuance: Issuance) -> Self {
        Self(Happened::Issued { issuance })
    }

    /// A review (row 8.1): evidence of identity document and face at least, and the tag's digest that the renewed credential has.
    #[must_use]
    pub fn reviewed(evidence: &[CheckedEvidence], tag: Digest) -> Self {
        Self(Happened::Reviewed { evidence: evidence.iter().cloned().map(Logged).collect(), tag })
    }

    /// A portrait, features or devices that ask for a full redo (rows 8.2 to 8.4).
    #[must_use]
    pub const fn triggered(evidence: CheckedEvidence) -> Self {
        Self(Happened::Triggered { evidence: Logged(evidence) })
    }

    /// A lapsed status starts again.
    #[must_use]
    pub const fn redo_begun() -> Self {
        Self(Happened::RedoBegun)
    }

    /// The wallet is lost.
    #[must_use]
    pub const fn wallet_lost() -> Self {
        Self(Happened::WalletLost)
    }

    /// The lost tag was replaced in the ledger ([`super::Standing::replace_tag`]).
    #[must_use]
    pub const fn tag_changed(change: TagChange) -> Self {
        Self(Happened::TagChanged { change: change.into_record() })
    }

    /// The last day of the document has passed (row 3.8). Whoever runs the issuer compares the day with the calendar; neither event
    /// nor log has it.
    #[must_use]
    pub const fn document_expired() -> Self {
        Self(Happened::DocumentExpired)
    }

    /// A current document was brought.
    #[must_use]
    pub const fn document_renewed(evidence: CheckedEvidence) -> Self {
        Self(Happened::DocumentRenewed { evidence: Logged(evidence) })
    }

    /// Data about the person is inconsistent (row 3.9).
    #[must_use]
    pub const fn inconsistency_found() -> Self {
        Self(Happened::InconsistencyFound)
    }

    /// The freeze for an inconsistency is applied.
    #[must_use]
    pub const fn frozen() -> Self {
        Self(Happened::Frozen)
    }

    /// A branch has seen the person and the documents, which lifts the freeze.
    #[must_use]
    pub const fn seen_at_branch(evidence: CheckedEvidence) -> Self {
        Self(Happened::SeenAtBranch { evidence: Logged(evidence) })
    }

    /// A transaction is suspicious (row 3.10).
    #[must_use]
    pub const fn transaction_suspected(evidence: CheckedEvidence) -> Self {
        Self(Happened::TransactionSuspected { evidence: Logged(evidence) })
    }

    /// The source clears the transaction.
    #[must_use]
    pub const fn transaction_cleared(evidence: CheckedEvidence) -> Self {
        Self(Happened::TransactionCleared { evidence: Logged(evidence) })
    }

    /// A one-time password that was bound to the transaction was right.
    #[must_use]
    pub const fn transaction_confirmed(confirmed: ConfirmedTransaction) -> Self {
        Self(Happened::TransactionConfirmed { confirmed: confirmed.into_record() })
    }

    /// The person asks to leave (row 8.6). The challenges of gates 4 and 5 are for this case of the issuer.
    #[must_use]
    pub const fn cancellation_requested(case: Identifier) -> Self {
        Self(Happened::CancellationRequested { case })
    }

    /// One of the gates 1 to 3, by the kind of its evidence.
    #[must_use]
    pub const fn gate_attested(evidence: CheckedEvidence) -> Self {
        Self(Happened::GateAttested { evidence: Logged(evidence) })
    }

    /// Gate 4: the wallet has answered a challenge.
    #[must_use]
    pub fn holder_proven(proof: HolderProof) -> Self {
        Self(Happened::HolderProven { proof: proof.into_record() })
    }

    /// Gate 5: the wallet has answered a challenge that was made after the cooling-off period.
    #[must_use]
    pub fn cancellation_confirmed(proof: HolderProof) -> Self {
        Self(Happened::CancellationConfirmed { proof: proof.into_record() })
    }

    /// The person stays.
    #[must_use]
    pub const fn cancellation_withdrawn() -> Self {
        Self(Happened::CancellationWithdrawn)
    }
}

/// Evidence in a log: read back for logs alone, whose chain vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logged(pub(super) CheckedEvidence);

impl Serialize for Logged {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.record().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Logged {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(from).map(|record| Self(CheckedEvidence::from_record(record)))
    }
}
