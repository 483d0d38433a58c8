//! Measures with their times: what is restricted while something about a person is wrong, and what lifts it.

use super::{
    Capability, Refusal,
    admit::Admission,
    proof::ConfirmedRecord,
    refusal::date,
    rules::{FREEZE_SECONDS, REISSUE_DAYS},
};
use crate::{
    digest::Digest,
    evidence::{CheckedEvidence, DocumentTerm, EvidenceKind, Outcome},
    time::{Date, UnixTime},
};
use std::collections::BTreeMap;

/// All measures of one status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    document: Option<ExpiredDocument>,
    freeze: Option<Freeze>,
    suspicious: BTreeMap<Digest, UnixTime>,
}

/// A document has expired (MEASURE-DOCUMENT): no transfers from that moment, and a reminder 30 days later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiredDocument {
    since: UnixTime,
    remind_on: Date,
}

/// Data is inconsistent (MEASURE-FREEZE): to be frozen at once, and frozen by itself at the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freeze {
    deadline: UnixTime,
    last_found_at: UnixTime,
    frozen_at: Option<UnixTime>,
}

impl ExpiredDocument {
    /// Since when.
    #[must_use]
    pub const fn since(&self) -> UnixTime {
        self.since
    }

    /// The day on which the person is reminded to have it reissued (30天补办提醒).
    #[must_use]
    pub const fn remind_on(&self) -> Date {
        self.remind_on
    }
}

impl Freeze {
    /// 72 hours after the first inconsistency: from then on it is frozen, whether anybody has acted or not.
    #[must_use]
    pub const fn deadline(&self) -> UnixTime {
        self.deadline
    }

    /// Since when it is frozen; none yet.
    #[must_use]
    pub const fn frozen_at(&self) -> Option<UnixTime> {
        self.frozen_at
    }
}

impl Measures {
    /// The expired document.
    #[must_use]
    pub const fn document(&self) -> Option<&ExpiredDocument> {
        self.document.as_ref()
    }

    /// The freeze, applied or due.
    #[must_use]
    pub const fn freeze(&self) -> Option<&Freeze> {
        self.freeze.as_ref()
    }

    /// The suspicious transactions and since when each is.
    #[must_use]
    pub const fn suspicious(&self) -> &BTreeMap<Digest, UnixTime> {
        &self.suspicious
    }

    /// Whether nothing is restricted or about to be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.document.is_none() && self.freeze.is_none() && self.suspicious.is_empty()
    }

    /// Whether the measures leave a capability.
    #[must_use]
    pub fn allow(&self, capability: Capability) -> bool {
        match capability {
            // What is suspended cannot be presented either: the status list says so to every verifier.
            Capability::Present | Capability::Transfer => !self.suspend(),
            Capability::Receive => !self.is_frozen() && self.suspicious.is_empty(),
        }
    }

    /// Whether the credential's status is suspended.
    #[must_use]
    pub fn suspend(&self) -> bool {
        self.document.is_some() || self.is_frozen()
    }

    fn is_frozen(&self) -> bool {
        self.freeze.is_some_and(|freeze| freeze.frozen_at.is_some())
    }

    /// MEASURE-FREEZE: an overdue freeze applies itself, as of its deadline.
    pub(super) fn advance(&mut self, now: UnixTime) {
        if let Some(freeze) = &mut self.freeze
            && freeze.frozen_at.is_none()
            && now >= freeze.deadline
        {
            freeze.frozen_at = Some(freeze.deadline);
        }
    }

    pub(super) fn expire_document(&mut self, at: UnixTime) -> Result<(), Refusal> {
        if self.document.is_some() {
            return Err(Refusal::AlreadyOpen);
        }
        let remind_on = date(at)?.plus_days(REISSUE_DAYS).map_err(|_| Refusal::Time)?;
        self.document = Some(ExpiredDocument { since: at, remind_on });
        Ok(())
    }

    pub(super) fn renew_document(&mut self, evidence: &CheckedEvidence, by: &Admission) -> Result<(), Refusal> {
        let open = self.document.ok_or(Refusal::NothingOpen)?;
        by.passed_after(evidence, open.since)?;
        match evidence.document() {
            None => Err(Refusal::WrongKind(evidence.kind())),
            Some(DocumentTerm::Expired) => Err(Refusal::DocumentExpired),
            Some(DocumentTerm::NearExpiry | DocumentTerm::Current) => {
                self.document = None;
                Ok(())
            }
        }
    }

    /// A full redo whose evidence is younger than the expiry has seen a current document.
    pub(super) fn forget_document(&mut self, seen_at: UnixTime) {
        self.document = self.document.filter(|document| document.since >= seen_at);
    }

    /// Another inconsistency leaves the deadline of the first; the branch has to see the person after the last.
    pub(super) fn find_inconsistency(&mut self, at: UnixTime) {
        let fresh = Freeze { deadline: at.plus(FREEZE_SECONDS), last_found_at: at, frozen_at: None };
        self.freeze.get_or_insert(fresh).last_found_at = at;
    }

    pub(super) fn apply_freeze(&mut self, at: UnixTime) -> Result<(), Refusal> {
        let freeze = self.freeze.as_mut().ok_or(Refusal::NothingOpen)?;
        if freeze.frozen_at.is_some() {
            return Err(Refusal::AlreadyOpen);
        }
        freeze.frozen_at = Some(at);
        Ok(())
    }

    pub(super) fn unfreeze(&mut self, evidence: &CheckedEvidence, by: &Admission) -> Result<(), Refusal> {
        let open = self.freeze.ok_or(Refusal::NothingOpen)?;
        by.kind(evidence, &[EvidenceKind::Branch])?;
        by.passed_after(evidence, open.last_found_at)?;
        self.freeze = None;
        Ok(())
    }

    pub(super) fn suspect(&mut self, evidence: &CheckedEvidence, by: &Admission) -> Result<(), Refusal> {
        by.kind(evidence, &[EvidenceKind::Transaction])?;
        by.admit(evidence)?;
        if evidence.result() != Outcome::Fail {
            return Err(Refusal::NoTrigger(evidence.kind()));
        }
        let transaction = evidence.about().ok_or(Refusal::OtherTransaction)?;
        if self.suspicious.contains_key(transaction) {
            return Err(Refusal::AlreadyOpen);
        }
        self.suspicious.insert(*transaction, by.now);
        Ok(())
    }

    pub(super) fn clear(&mut self, evidence: &CheckedEvidence, by: &Admission) -> Result<(), Refusal> {
        by.kind(evidence, &[EvidenceKind::Transaction])?;
        let transaction = evidence.about().ok_or(Refusal::OtherTransaction)?;
        let since = self.suspicious.get(transaction).ok_or(Refusal::OtherTransaction)?;
        by.passed_after(evidence, *since)?;
        self.suspicious.remove(transaction);
        Ok(())
    }

    pub(super) fn confirm(&mut self, confirmed: &ConfirmedRecord) -> Result<(), Refusal> {
        let since = self.suspicious.get(&confirmed.transaction).ok_or(Refusal::OtherTransaction)?;
        if confirmed.verified_at < *since {
            return Err(Refusal::ObservedBefore(EvidenceKind::Transaction));
        }
        self.suspicious.remove(&confirmed.transaction);
        Ok(())
    }
}
