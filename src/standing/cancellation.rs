//! Leaving through five gates (row 8.6). The source system names the first two, the other three are ours.

use super::{GATES, Phase, Refusal, admit::Admission, proof::HolderRecord};
use crate::{
    codec::Identifier,
    digest::Digest,
    evidence::{CheckedEvidence, EvidenceKind},
    time::UnixTime,
};

/// A cancellation on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    pub(super) left: Phase,
    case: Identifier,
    requested_at: UnixTime,
    passed: u8,
    cooling_until: Option<UnixTime>,
    ended_at: Option<UnixTime>,
}

/// Which gate evidence is for, from 1.
fn gate(kind: EvidenceKind) -> Option<u8> {
    match kind {
        EvidenceKind::SimCard => Some(1),
        EvidenceKind::LastTransaction => Some(2),
        EvidenceKind::AccountSettled => Some(3),
        _ => None,
    }
}

impl Cancellation {
    pub(super) const fn begin(left: Phase, case: Identifier, at: UnixTime) -> Self {
        Self { left, case, requested_at: at, passed: 0, cooling_until: None, ended_at: None }
    }

    /// How many gates are passed: 0 to 5.
    #[must_use]
    pub const fn passed(&self) -> u8 {
        self.passed
    }

    /// The end of the cooling-off period, once gate 4 is passed.
    #[must_use]
    pub const fn cooling_until(&self) -> Option<UnixTime> {
        self.cooling_until
    }

    /// The case of the issuer that the challenges of gates 4 and 5 are for.
    #[must_use]
    pub const fn case(&self) -> &Identifier {
        &self.case
    }

    /// When the fifth gate was passed.
    pub(super) const fn ended_at(&self) -> Option<UnixTime> {
        self.ended_at
    }

    fn require(&self, found: u8) -> Result<(), Refusal> {
        let next = self.passed.saturating_add(1);
        if found == next { Ok(()) } else { Err(Refusal::GateOrder { next, found }) }
    }

    /// Gates 1 to 3.
    pub(super) fn attest(&mut self, evidence: &CheckedEvidence, settled: bool, by: &Admission) -> Result<(), Refusal> {
        let found = gate(evidence.kind()).ok_or(Refusal::WrongKind(evidence.kind()))?;
        self.require(found)?;
        by.passed_after(evidence, self.requested_at)?;
        if found == 3 && !settled {
            return Err(Refusal::MeasureOpen);
        }
        self.passed = found;
        Ok(())
    }

    /// Gate 4, which starts the cooling-off period.
    pub(super) fn prove(
        &mut self,
        proof: &HolderRecord,
        tag: &Digest,
        cooling_seconds: i64,
        now: UnixTime,
    ) -> Result<(), Refusal> {
        self.require(4)?;
        self.check(proof, tag, self.requested_at, now)?;
        self.passed = 4;
        self.cooling_until = Some(now.plus(cooling_seconds));
        Ok(())
    }

    /// Gate 5.
    pub(super) fn confirm(
        &mut self,
        proof: &HolderRecord,
        tag: &Digest,
        settled: bool,
        now: UnixTime,
    ) -> Result<(), Refusal> {
        self.require(5)?;
        let until = self.cooling_until.ok_or(Refusal::GateOrder { next: 4, found: 5 })?;
        if now < until {
            return Err(Refusal::CoolingOff(until));
        }
        self.check(proof, tag, until, now)?;
        // Something may have come up since gate 3.
        if !settled {
            return Err(Refusal::MeasureOpen);
        }
        self.passed = GATES;
        self.ended_at = Some(now);
        Ok(())
    }

    /// CANCEL-HOLDER: this status' wallet, for this cancellation, after what is confirmed, and now.
    fn check(&self, proof: &HolderRecord, tag: &Digest, since: UnixTime, now: UnixTime) -> Result<(), Refusal> {
        if proof.tag != *tag {
            Err(Refusal::OtherTag)
        } else if proof.case != self.case {
            Err(Refusal::OtherCase)
        } else if proof.created_at < since {
            Err(Refusal::ChallengeBefore)
        } else if !(proof.created_at..=proof.expires_at).contains(&now) {
            Err(Refusal::ChallengeTime)
        } else {
            Ok(())
        }
    }
}
