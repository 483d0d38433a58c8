//! What a case takes as evidence, and what evidence does to it.

use super::case::{Anomaly, Case, Trigger};
use super::{Cause, Need, ProofingRules, Refusal, Relative, Stage};
use crate::{
    evidence::{CheckedEvidence, DocumentTerm, EvidenceKind as K, Member, Outcome},
    registry::CLOCK_SKEW_SECONDS,
    time::UnixTime,
};

/// Evidence that no stage is for and that may come at any time before the issue: further channels, risk, a branch.
const AT_ANY_TIME: [K; 9] = [
    K::NetworkIdentity,
    K::Ocr,
    K::Device,
    K::BankRegion,
    K::RiskTier,
    K::CreditBureau,
    K::SocialInsurance,
    K::CarrierRealName,
    K::Consular,
];

impl Case {
    /// Takes a relative's presentation where the next stage of the path needs one.
    pub(super) fn take_relative(&mut self, relative: Relative) -> Result<(), Refusal> {
        let needed = self
            .next_stage()
            .is_some_and(|stage| self.path.needs(stage).iter().any(|need| matches!(need, Need::Relative)));
        if !needed || self.relative.is_some() {
            return Err(Refusal::RelativeNotNeeded);
        }
        self.relative = Some(relative);
        Ok(())
    }

    /// Takes evidence: refuses what does not belong here, then looks at what it says.
    pub(super) fn take(
        &mut self,
        evidence: &CheckedEvidence,
        rules: &ProofingRules,
        at: UnixTime,
    ) -> Result<(), Refusal> {
        let kind = evidence.kind();
        if evidence.subject() != self.subject {
            return Err(Refusal::OtherSubject);
        }
        if evidence.observed_at().seconds_since(at) > CLOCK_SKEW_SECONDS {
            return Err(Refusal::FromTheFuture(kind));
        }
        if self.opened_at.seconds_since(evidence.observed_at()) > CLOCK_SKEW_SECONDS {
            return Err(Refusal::ObservedBefore(kind));
        }
        if at > evidence.usable_until() {
            return Err(Refusal::Stale(kind));
        }
        if self.seen.contains(evidence.attestation()) {
            return Err(Refusal::Repeated(kind));
        }
        if kind == K::Review {
            return self.decide(evidence);
        }
        self.require_place(evidence, rules)?;
        if self.reviewers.contains(evidence.source()) {
            return Err(Refusal::OwnReview);
        }
        self.seen.insert(*evidence.attestation());
        self.sources.insert(evidence.source().clone());
        self.owed.remove(&kind);
        self.anomalies.extend(self.findings(evidence));
        self.triggers.extend(triggers(evidence, rules));
        self.evidence.insert(kind, evidence.clone());
        Ok(())
    }

    /// The stage that the case works towards.
    const fn next_stage(&self) -> Option<Stage> {
        match self.stage {
            Stage::Started => Some(Stage::IdVerified),
            Stage::IdVerified => Some(Stage::CardBound),
            Stage::CardBound => Some(Stage::FaceEnrolled),
            _ => None,
        }
    }

    /// PROOF-ORDER: the kind is what this stage takes, it is not there yet, and it was observed after what it follows.
    fn require_place(&self, evidence: &CheckedEvidence, rules: &ProofingRules) -> Result<(), Refusal> {
        let kind = evidence.kind();
        if self.stage == Stage::ManualReview {
            // A branch looks into a contradiction while the case is held for it, also one that has seen the person before.
            let looked_into = self.evidence.get(&K::Branch).map(CheckedEvidence::observed_at) >= self.anomalous_since;
            return if kind == K::Branch && !looked_into { Ok(()) } else { Err(Refusal::UnderReview) };
        }
        let for_stage = self.next_stage().is_some_and(|stage| {
            let also = stage == Stage::CardBound && self.card_also(rules).any(|also| *also == kind);
            also || self.path.takes(stage, kind)
        });
        let video = self.stage == Stage::VideoDue && kind == K::Video;
        let any_time = AT_ANY_TIME.contains(&kind) || kind == K::Branch || rules.supplementary.contains(&kind);
        if !for_stage && !video && !any_time {
            return Err(Refusal::OutOfOrder { kind, stage: self.stage });
        }
        if self.has(kind) {
            return Err(Refusal::Repeated(kind));
        }
        if matches!(kind, K::Face | K::RelativeFace) && rules.three_dimensional_face && !evidence.is_three_dimensional()
        {
            return Err(Refusal::Method);
        }
        if for_stage && kind.members().contains(&Member::About) {
            let relative = self.relative.as_ref().ok_or(Refusal::OtherRelative)?;
            if evidence.about() != Some(relative.digest()) {
                return Err(Refusal::OtherRelative);
            }
        }
        let follows = if video { self.latest(|_| true) } else { self.latest(|other| self.is_of_earlier_stage(other)) };
        let in_order = (!for_stage && !video) || follows.is_none_or(|latest| evidence.observed_at() >= latest);
        if in_order { Ok(()) } else { Err(Refusal::ObservedBefore(kind)) }
    }

    fn latest(&self, counts: impl Fn(K) -> bool) -> Option<UnixTime> {
        let counted = self.evidence.values().filter(|evidence| counts(evidence.kind()));
        counted.map(CheckedEvidence::observed_at).max()
    }

    /// Whether a kind was needed by a stage that is done.
    fn is_of_earlier_stage(&self, kind: K) -> bool {
        let done: &[Stage] = match self.stage {
            Stage::Started => &[],
            Stage::IdVerified => &[Stage::IdVerified],
            Stage::CardBound => &[Stage::IdVerified, Stage::CardBound],
            _ => &[Stage::IdVerified, Stage::CardBound, Stage::FaceEnrolled],
        };
        done.iter().any(|stage| self.path.takes(*stage, kind))
    }

    /// The anomalies of new evidence: what it says by itself, and what it says against the other sources.
    fn findings(&self, evidence: &CheckedEvidence) -> Vec<Anomaly> {
        let kind = evidence.kind();
        let by_itself = match evidence.result() {
            Outcome::Pass => None,
            // A conflict of the device is a reason for more evidence, not an anomaly (row 3.3).
            Outcome::Fail if kind == K::Device => None,
            Outcome::Fail => Some(Anomaly::Failed(kind)),
            Outcome::Indeterminate => Some(Anomaly::Undecided(kind)),
        };
        let expired = (evidence.document() == Some(DocumentTerm::Expired)).then_some(Anomaly::ExpiredDocument(kind));
        let others = self.evidence.values().filter(|other| other.kind() != kind);
        let contradictions = others.flat_map(|other| {
            evidence.facts().filter(|(fact, digest)| other.fact(*fact).is_some_and(|stated| stated != *digest))
        });
        let contradictions = contradictions.map(|(fact, _)| Anomaly::Contradiction(kind, fact));
        contradictions.chain(by_itself).chain(expired).collect()
    }

    /// PROOF-REVIEW: what a reviewer's decision does.
    fn decide(&mut self, decision: &CheckedEvidence) -> Result<(), Refusal> {
        let open = self.review().ok_or(Refusal::NotUnderReview)?;
        if decision.about() != Some(&open) {
            return Err(Refusal::OtherReview);
        }
        if self.sources.contains(decision.source()) {
            return Err(Refusal::OwnReview);
        }
        match decision.result() {
            Outcome::Pass => {
                self.require_acceptable()?;
                self.score_reviewed |= self.anomalies.contains(&Anomaly::LowScore);
            }
            Outcome::Indeterminate => {
                if self.anomalies.contains(&Anomaly::LowScore) {
                    return Err(Refusal::NothingToRepeat);
                }
                for anomaly in std::mem::take(&mut self.anomalies) {
                    self.repeat(anomaly);
                }
            }
            Outcome::Fail => {
                self.seen.insert(*decision.attestation());
                self.step(Cause::ReviewRefused);
                return Ok(());
            }
        }
        self.seen.insert(*decision.attestation());
        self.reviewers.insert(decision.source().clone());
        self.anomalies.clear();
        self.anomalous_since = None;
        self.step(Cause::Resumed);
        Ok(())
    }

    /// Nobody accepts an expired document, nor for a stage what leaves out a member of its kind; and a contradiction only after a
    /// branch has seen the person since, who was whom the identity document names.
    fn require_acceptable(&self) -> Result<(), Refusal> {
        let identity = self.evidence.get(&self.path.identity_kind());
        let seen_since = self.evidence.get(&K::Branch).is_some_and(|branch| {
            let says = |fact| identity.and_then(|identity| identity.fact(fact));
            let same = branch.facts().all(|(fact, digest)| says(fact).is_none_or(|stated| stated == digest));
            same && branch.result() == Outcome::Pass && Some(branch.observed_at()) >= self.anomalous_since
        });
        let partial = |kind: &K| self.evidence.get(kind).is_some_and(CheckedEvidence::is_partial);
        let acceptable = self.anomalies.iter().all(|anomaly| match anomaly {
            Anomaly::ExpiredDocument(_) => false,
            Anomaly::Contradiction(..) => seen_since,
            Anomaly::Failed(kind) | Anomaly::Undecided(kind) => !(self.path.uses(*kind) && partial(kind)),
            Anomaly::LowScore => true,
        });
        if acceptable { Ok(()) } else { Err(Refusal::NotAcceptable) }
    }

    /// Takes the evidence of an anomaly out, so that its step is done again.
    fn repeat(&mut self, anomaly: Anomaly) {
        match anomaly {
            Anomaly::Failed(kind)
            | Anomaly::Undecided(kind)
            | Anomaly::Contradiction(kind, _)
            | Anomaly::ExpiredDocument(kind) => {
                self.evidence.remove(&kind);
                // A stage asks again by itself; what no stage needs would just be gone, and with it the contradiction.
                if !self.path.uses(kind) {
                    self.owed.insert(kind);
                }
            }
            // Refused before: there is no single step to repeat.
            Anomaly::LowScore => {}
        }
    }
}

/// What evidence asks a step-up for.
fn triggers(evidence: &CheckedEvidence, rules: &ProofingRules) -> Vec<Trigger> {
    let conflict = evidence.kind() == K::Device && evidence.result() == Outcome::Fail;
    let unlike = matches!(evidence.kind(), K::Face | K::RelativeFace)
        && evidence.similarity_bp().is_some_and(|bp| bp < rules.similarity_bp);
    let sensitive = evidence.region().is_some_and(|region| rules.is_sensitive(region));
    let near = evidence.document() == Some(DocumentTerm::NearExpiry);
    let all = [
        (near, Trigger::NearExpiry),
        (sensitive, Trigger::SensitiveRegion),
        (conflict, Trigger::DeviceConflict),
        (unlike, Trigger::LowSimilarity),
    ];
    all.into_iter().filter_map(|(there, trigger)| there.then_some(trigger)).collect()
}
