//! The review that is due every 180 days (row 8.1), and what renews a verification.

use super::{Cause, FACE_BP, Phase, Refusal, Standing, admit::Admission, event::Logged, refusal::date};
use crate::{
    digest::Digest,
    evidence::{CheckedEvidence, DocumentTerm, EvidenceKind, Fact},
};
use std::collections::BTreeMap;

/// What shows that the identity document is still the person's.
const IDENTITY: [EvidenceKind; 5] = [
    EvidenceKind::Population,
    EvidenceKind::NetworkIdentity,
    EvidenceKind::Passport,
    EvidenceKind::TravelPermit,
    EvidenceKind::ResidencePermit,
];

impl Standing {
    /// LIFE-REVIEW.
    pub(super) fn review(&mut self, evidence: &[Logged], tag: &Digest, by: &Admission) -> Result<(), Refusal> {
        if self.phase == Phase::Lapsed {
            return Err(Refusal::FullRedo);
        }
        self.go(Cause::Renewed, None)?;
        if tag != self.tag() {
            return Err(Refusal::OtherTag);
        }
        // What is suspended for the person's document or data is settled first.
        if self.measures().document().is_some() || self.measures().freeze().is_some() {
            return Err(Refusal::MeasureOpen);
        }
        let (mut identity, mut face) = (false, false);
        let mut observed_at = self.now();
        let mut facts: BTreeMap<Fact, Digest> = BTreeMap::new();
        for one in evidence.iter().map(|Logged(one)| one) {
            by.passed_after(one, self.renewed_at)?;
            agree(&mut facts, one)?;
            if one.document() == Some(DocumentTerm::Expired) {
                return Err(Refusal::DocumentExpired);
            }
            if one.kind() == EvidenceKind::Face {
                let bp = one.similarity_bp().unwrap_or(0);
                if bp < FACE_BP {
                    return Err(Refusal::Similarity(bp));
                }
                face = true;
            }
            identity |= IDENTITY.contains(&one.kind());
            observed_at = observed_at.min(one.observed_at());
        }
        if !identity {
            return Err(Refusal::NoIdentity);
        }
        if !face {
            return Err(Refusal::NoFace);
        }
        self.verified_on = date(observed_at)?;
        self.renewed_at = self.now;
        self.issue = self.issue.saturating_add(1);
        Ok(())
    }
}

/// Every fact that two sources state is the same.
fn agree(facts: &mut BTreeMap<Fact, Digest>, evidence: &CheckedEvidence) -> Result<(), Refusal> {
    for (fact, digest) in evidence.facts() {
        if facts.insert(fact, *digest).is_some_and(|known| known != *digest) {
            return Err(Refusal::Contradiction(fact));
        }
    }
    Ok(())
}
