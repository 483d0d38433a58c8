//! Whether evidence may be used now (rule LIFE-EVIDENCE).

use super::Refusal;
use crate::{
    evidence::{CheckedEvidence, EvidenceKind, Outcome, SubjectRef},
    registry::CLOCK_SKEW_SECONDS,
    time::UnixTime,
};

/// What evidence is held against: the session of the status and the time.
pub(super) struct Admission {
    pub(super) session: SubjectRef,
    pub(super) now: UnixTime,
}

impl Admission {
    /// Of this session, and in its time: it was checked then, and may have aged since.
    pub(super) fn admit(&self, evidence: &CheckedEvidence) -> Result<(), Refusal> {
        if evidence.subject() != self.session {
            Err(Refusal::OtherSession)
        } else if evidence.observed_at().seconds_since(self.now) > CLOCK_SKEW_SECONDS {
            Err(Refusal::FromTheFuture(evidence.kind()))
        } else if self.now > evidence.usable_until() {
            Err(Refusal::Stale(evidence.kind()))
        } else {
            Ok(())
        }
    }

    /// Admitted, passed, and observed after `since`: what was observed before something cannot settle it.
    pub(super) fn passed_after(&self, evidence: &CheckedEvidence, since: UnixTime) -> Result<(), Refusal> {
        self.admit(evidence)?;
        if evidence.result() != Outcome::Pass {
            Err(Refusal::NotPassed(evidence.kind()))
        } else if evidence.observed_at() <= since {
            Err(Refusal::ObservedBefore(evidence.kind()))
        } else {
            Ok(())
        }
    }

    /// Of one of these kinds.
    pub(super) fn kind(&self, evidence: &CheckedEvidence, kinds: &[EvidenceKind]) -> Result<(), Refusal> {
        if kinds.contains(&evidence.kind()) { Ok(()) } else { Err(Refusal::WrongKind(evidence.kind())) }
    }
}
