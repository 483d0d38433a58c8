//! What events are made of where a claim alone would not do: each of these comes from a check that was made.

use crate::{
    codec::Identifier,
    digest::Digest,
    evidence::SubjectRef,
    issuer::Enrolled,
    one_time_password::{Judgement, OneTimePasswordError, OneTimePasswordSecret, OneTimePasswordState},
    proofing::{Case, Stage},
    time::UnixTime,
};
use serde::{Deserialize, Serialize};
use shiming_circuits::{
    domain,
    field::{Fr, fr_to_bytes},
};

/// SHA-256 over `domain::TAG_DIGEST` and the 32 bytes of a holder tag: how events name a tag.
#[must_use]
pub fn tag_digest(tag: &Fr) -> Digest {
    tag_bytes_digest(&fr_to_bytes(tag))
}

pub(super) fn tag_bytes_digest(tag: &[u8; 32]) -> Digest {
    Digest::of(domain::TAG_DIGEST, &[tag])
}

/// The end of a case of proofing: what a status begins with, and what ends a full redo. A log has
/// it, and [`Issuance::of`] makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuance {
    /// The session that was proofed; all later evidence is about it.
    pub(super) session: SubjectRef,
    /// The digest of the credential's holder tag ([`tag_digest`]).
    pub(super) tag: Digest,
    /// When the first of the evidence was observed, in Unix seconds: the review is due 180 days after its day.
    pub(super) verified_at: UnixTime,
}

impl Issuance {
    /// For [`Issuance::of`] and [`crate::danger`].
    pub(crate) const fn new(session: SubjectRef, tag: Digest, verified_at: UnixTime) -> Self {
        Self { session, tag, verified_at }
    }

    /// The end of a case; none before it is issued. The verification counts from the oldest of its evidence.
    #[must_use]
    pub fn of(case: &Case) -> Option<Self> {
        let tag = *case.tag().filter(|_| case.stage() == Stage::Issued)?;
        Some(Self::new(case.subject(), tag, case.verified_at()))
    }
}

/// The holder of a tag was there: knowledge of (k, b) behind it and of the binding key, shown for one challenge of the issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderProof(HolderRecord);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolderRecord {
    pub(super) tag: Digest,
    pub(super) case: Identifier,
    pub(super) created_at: UnixTime,
    pub(super) expires_at: UnixTime,
}

impl From<Enrolled> for HolderProof {
    /// Takes the answer, so that nothing can be issued for it any more.
    fn from(enrolled: Enrolled) -> Self {
        let (created_at, expires_at) = enrolled.window();
        let tag = tag_digest(enrolled.holder_tag());
        Self(HolderRecord { tag, case: enrolled.case().clone(), created_at, expires_at })
    }
}

impl HolderProof {
    pub(super) fn into_record(self) -> HolderRecord {
        self.0
    }
}

/// A tag was replaced by another one in the ledger. Only [`super::Standing::replace_tag`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagChange(TagChangeRecord);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagChangeRecord {
    pub(super) old: Digest,
    pub(super) new: Digest,
}

impl TagChange {
    pub(super) const fn new(old: Digest, new: Digest) -> Self {
        Self(TagChangeRecord { old, new })
    }

    pub(super) const fn into_record(self) -> TagChangeRecord {
        self.0
    }
}

/// A one-time password that was bound to a transaction was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmedTransaction(ConfirmedRecord);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmedRecord {
    pub(super) transaction: Digest,
    pub(super) verified_at: UnixTime,
}

/// A judgement of a code that is to settle a suspicious transaction, and the state after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a state that is not kept allows the same code again"]
pub struct TransactionJudgement {
    /// What the caller keeps with the transaction, whatever the outcome.
    pub state: OneTimePasswordState,
    /// What the event is made of, if the code is accepted.
    pub outcome: Result<ConfirmedTransaction, OneTimePasswordError>,
}

impl ConfirmedTransaction {
    /// Judges a code at an instant, after the state so far. The transaction's id under which codes are made is the 32 bytes of its
    /// digest, so that a code confirms the transaction that it is for and no other (rules MEASURE-RECEIVE, OTP-BOUND).
    pub fn judge(
        secret: &OneTimePasswordSecret,
        transaction: Digest,
        code: &str,
        now: UnixTime,
        state: &OneTimePasswordState,
    ) -> TransactionJudgement {
        match secret.for_transaction(transaction.as_bytes()) {
            Err(error) => TransactionJudgement { state: *state, outcome: Err(error) },
            Ok(codes) => {
                let Judgement { state, outcome } = codes.verify(code, now, state);
                let confirmed = Self(ConfirmedRecord { transaction, verified_at: now });
                TransactionJudgement { state, outcome: outcome.map(|()| confirmed) }
            }
        }
    }

    pub(super) const fn into_record(self) -> ConfirmedRecord {
        self.0
    }
}
