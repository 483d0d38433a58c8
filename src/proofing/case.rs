//! The state of a case, and what each event makes of it.

use super::{Cause, Event, Need, Path, ProofingRules, Refusal, Relative, Stage};
use crate::{
    account::{BankAccount, Channel, ChannelKind, Channels},
    codec::Identifier,
    custody::PURGE_AFTER_SECONDS,
    digest::Digest,
    evidence::{CheckedEvidence, EvidenceKind, Fact, Outcome, SubjectRef},
    time::UnixTime,
};
use shiming_circuits::domain;
use std::collections::{BTreeMap, BTreeSet};

/// How long a case may take, in hours: its evidence is purged 72 hours after it was captured (row 4.7).
pub const CASE_HOURS: i64 = PURGE_AFTER_SECONDS / 3_600;

/// What makes a check less certain without failing it (rows 3.1 to 3.4): more evidence, then a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trigger {
    /// The document ends soon.
    NearExpiry,
    /// The card's bank is in a listed region.
    SensitiveRegion,
    /// The device and the usual place of login contradict each other.
    DeviceConflict,
    /// The faces are less alike than the threshold.
    LowSimilarity,
}

/// What puts a case under manual review (row 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Anomaly {
    /// A check failed.
    Failed(EvidenceKind),
    /// A source could not tell.
    Undecided(EvidenceKind),
    /// Two sources state a fact differently; the kind is the later one's.
    Contradiction(EvidenceKind, Fact),
    /// The document has expired.
    ExpiredDocument(EvidenceKind),
    /// The weighted score is below the threshold.
    LowScore,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub(super) subject: SubjectRef,
    pub(super) path: Path,
    pub(super) rules: u32,
    pub(super) stage: Stage,
    /// While under review: the stage to resume at.
    pub(super) held: Option<Stage>,
    pub(super) evidence: BTreeMap<EvidenceKind, CheckedEvidence>,
    /// Every attestation that ever came: none is taken twice, also after a review had its step repeated.
    pub(super) seen: BTreeSet<Digest>,
    /// Whoever has attested something, also what was taken out again: none of them reviews.
    pub(super) sources: BTreeSet<Identifier>,
    /// Whoever has decided on a review: none of them attests anything after that.
    pub(super) reviewers: BTreeSet<Identifier>,
    /// Kinds that no stage needs and that a review wants repeated.
    pub(super) owed: BTreeSet<EvidenceKind>,
    pub(super) relative: Option<Relative>,
    pub(super) triggers: BTreeSet<Trigger>,
    pub(super) anomalies: BTreeSet<Anomaly>,
    pub(super) anomalous_since: Option<UnixTime>,
    pub(super) reviews: u32,
    pub(super) score_reviewed: bool,
    pub(super) tag: Option<Digest>,
    pub(super) opened_at: UnixTime,
    pub(super) last_at: UnixTime,
}

impl Case {
    /// The case that an opening opens.
    ///
    /// # Errors
    ///
    /// [`Refusal::Opening`] for another event, [`Refusal::OtherRules`], [`Refusal::Rules`].
    pub fn open(event: &Event, rules: &ProofingRules, at: UnixTime) -> Result<Self, Refusal> {
        let Event::Opened { subject, path, rules: version } = event else { return Err(Refusal::Opening) };
        rules.check()?;
        if *version != rules.version {
            return Err(Refusal::OtherRules { opened: *version, given: rules.version });
        }
        Ok(Self {
            subject: *subject,
            path: *path,
            rules: rules.version,
            stage: Stage::Started,
            held: None,
            evidence: BTreeMap::new(),
            seen: BTreeSet::new(),
            sources: BTreeSet::new(),
            reviewers: BTreeSet::new(),
            owed: BTreeSet::new(),
            relative: None,
            triggers: BTreeSet::new(),
            anomalies: BTreeSet::new(),
            anomalous_since: None,
            reviews: 0,
            score_reviewed: false,
            tag: None,
            opened_at: at,
            last_at: at,
        })
    }

    /// The case after an event.
    ///
    /// # Errors
    ///
    /// [`Refusal`], one variant per cause; the case is as it was.
    pub fn apply(&self, event: &Event, rules: &ProofingRules, at: UnixTime) -> Result<Self, Refusal> {
        if rules.version != self.rules {
            return Err(Refusal::OtherRules { opened: self.rules, given: rules.version });
        }
        if at < self.last_at {
            return Err(Refusal::Backwards);
        }
        if self.stage.is_final() {
            return Err(Refusal::Final(self.stage));
        }
        let mut next = self.clone();
        next.last_at = at;
        let in_time = at.seconds_since(self.opened_at) <= CASE_HOURS * 3_600;
        match event {
            Event::Opened { .. } => return Err(Refusal::Opening),
            Event::Withdrawn => next.step(Cause::Withdrawn),
            Event::Looked if !in_time => next.step(Cause::TimedOut),
            Event::Looked => {}
            _ if !in_time => return Err(Refusal::TimedOut),
            Event::Evidence { evidence } => next.take(evidence, rules, at)?,
            Event::Relative { relative } => next.take_relative(*relative)?,
            Event::Issued { tag } => {
                next.require_ready(rules)?;
                next.tag = Some(*tag);
                next.step(Cause::CredentialIssued);
            }
        }
        next.advance(rules);
        Ok(next)
    }

    /// Moves by the table. Callers name causes that the table has at their stage; any other leaves the case where it is, which
    /// a test rules out for every stage and cause.
    pub(super) fn step(&mut self, cause: Cause) {
        if let Some(next) = self.stage.after(cause, self.held) {
            self.held = (cause == Cause::AnomalyFound).then_some(self.stage);
            self.stage = next;
        }
    }

    /// Goes as far as the evidence carries.
    fn advance(&mut self, rules: &ProofingRules) {
        loop {
            if !self.anomalies.is_empty() && self.stage != Stage::ManualReview && !self.stage.is_final() {
                self.reviews = self.reviews.saturating_add(1);
                self.anomalous_since = Some(self.last_at);
                self.step(Cause::AnomalyFound);
            }
            let cause = match self.stage {
                Stage::Started if self.has_all(Stage::IdVerified, rules) => Cause::StageProven,
                Stage::IdVerified if self.has_all(Stage::CardBound, rules) => Cause::StageProven,
                Stage::CardBound if self.has_all(Stage::FaceEnrolled, rules) => Cause::StageProven,
                Stage::FaceEnrolled if !self.triggers.is_empty() => {
                    // A video from before does not answer what came after it.
                    self.evidence.remove(&EvidenceKind::Video);
                    Cause::StepUpRequired
                }
                Stage::StepUp if self.records(rules) >= rules.supplementary_needed => Cause::RecordsComplete,
                Stage::VideoDue if self.has(EvidenceKind::Video) => {
                    self.triggers.clear();
                    Cause::VideoPassed
                }
                Stage::FaceEnrolled if !self.score_reviewed && self.score(rules) < rules.weights.threshold => {
                    self.anomalies.insert(Anomaly::LowScore);
                    continue;
                }
                _ => return,
            };
            self.step(cause);
        }
    }

    /// What leads to a stage: its path's needs, and at the card what the settings add.
    fn has_all(&self, stage: Stage, rules: &ProofingRules) -> bool {
        let also = stage != Stage::CardBound || self.card_also(rules).all(|kind| self.has(*kind));
        also && self.path.needs(stage).iter().all(|need| self.meets(need))
    }

    /// What the settings add at the card, on a path that has one.
    pub(super) fn card_also<'a>(&self, rules: &'a ProofingRules) -> impl Iterator<Item = &'a EvidenceKind> {
        rules.card_also.iter().filter(|_| self.path.has_card())
    }

    /// What a case whose stages are done still needs: what a review wants repeated, and where regions of banks are listed, the
    /// card's. A list that nobody holds the card against would ask nobody for a step-up.
    fn missing(&self, rules: &ProofingRules) -> BTreeSet<EvidenceKind> {
        let region = EvidenceKind::BankRegion;
        let unknown = self.path.has_card() && !rules.sensitive_regions.is_empty() && !self.has(region);
        self.owed.iter().copied().chain(unknown.then_some(region)).collect()
    }

    fn meets(&self, need: &Need) -> bool {
        match need {
            Need::Relative => self.relative.is_some(),
            need => need.kinds().iter().any(|kind| self.has(*kind)),
        }
    }

    pub(super) fn has(&self, kind: EvidenceKind) -> bool {
        self.evidence.contains_key(&kind)
    }

    fn records(&self, rules: &ProofingRules) -> usize {
        rules.supplementary.iter().filter(|kind| self.has(**kind)).count()
    }

    /// The weighted sum of what is consistent, in thousandths.
    #[must_use]
    pub fn score(&self, rules: &ProofingRules) -> i32 {
        let sign = |kind: EvidenceKind| match self.evidence.get(&kind).map(CheckedEvidence::result) {
            Some(Outcome::Pass) => 1,
            Some(Outcome::Fail) => -1,
            Some(Outcome::Indeterminate) | None => 0,
        };
        let stage = |stage: Stage| {
            let kinds = self.path.needs(stage).iter().flat_map(|need| need.kinds());
            kinds.filter(|kind| self.has(**kind)).map(|kind| sign(*kind)).min().unwrap_or(0)
        };
        let weights = &rules.weights;
        let stages = [
            (Stage::IdVerified, weights.identity),
            (Stage::CardBound, weights.card),
            (Stage::FaceEnrolled, weights.face),
        ];
        let stages: i32 = stages.iter().map(|(at, weight)| stage(*at) * i32::from(*weight)).sum();
        stages + weights.others.iter().map(|(kind, weight)| sign(*kind) * i32::from(*weight)).sum::<i32>()
    }

    /// Ready to be issued: the three stages are done and nothing is open or missing.
    fn require_ready(&self, rules: &ProofingRules) -> Result<(), Refusal> {
        let nothing_open = self.anomalies.is_empty() && self.triggers.is_empty() && self.missing(rules).is_empty();
        if self.stage == Stage::FaceEnrolled && nothing_open { Ok(()) } else { Err(Refusal::NotReady(self.stage)) }
    }

    /// Whom it is about.
    #[must_use]
    pub const fn subject(&self) -> SubjectRef {
        self.subject
    }

    /// The way it takes.
    #[must_use]
    pub const fn path(&self) -> Path {
        self.path
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// What asks for a step-up.
    #[must_use]
    pub const fn triggers(&self) -> &BTreeSet<Trigger> {
        &self.triggers
    }

    /// What is under review.
    #[must_use]
    pub const fn anomalies(&self) -> &BTreeSet<Anomaly> {
        &self.anomalies
    }

    /// The evidence accepted so far, one of each kind.
    pub fn evidence(&self) -> impl Iterator<Item = &CheckedEvidence> {
        self.evidence.values()
    }

    /// When it was opened.
    #[must_use]
    pub const fn opened_at(&self) -> UnixTime {
        self.opened_at
    }

    /// The relative or guardian who has presented a credential.
    #[must_use]
    pub const fn relative(&self) -> Option<&Relative> {
        self.relative.as_ref()
    }

    /// The digest of the holder tag that the credential was issued to.
    #[must_use]
    pub const fn tag(&self) -> Option<&Digest> {
        self.tag.as_ref()
    }

    /// When the first of its evidence was observed: the verification is as old as the oldest of what it rests on.
    #[must_use]
    pub fn verified_at(&self) -> UnixTime {
        self.evidence.values().map(CheckedEvidence::observed_at).min().unwrap_or(self.opened_at)
    }

    /// What a decision on the open review states in `about`: the subject and the number of the review.
    #[must_use]
    pub fn review(&self) -> Option<Digest> {
        (self.stage == Stage::ManualReview)
            .then(|| Digest::of(domain::REVIEW, &[self.subject.digest().as_bytes(), &self.reviews.to_be_bytes()]))
    }

    /// The distinct external channels that have passed. A bank is one with the network that answered for it, by an account of
    /// class I or a credit card, which is part of what such evidence says.
    #[must_use]
    pub fn channels(&self) -> Channels {
        let passed = self.evidence.values().filter(|evidence| evidence.result() == Outcome::Pass);
        let channel = |evidence: &CheckedEvidence| {
            let source = Digest::of(domain::CHANNEL, &[evidence.source().as_bytes()]);
            match evidence.kind().channel()? {
                ChannelKind::Bank => Channel::bank(source, BankAccount::ClassOne).ok(),
                kind => Channel::new(kind, source).ok(),
            }
        };
        passed.filter_map(channel).collect()
    }

    /// What is needed next, by the names of the kinds; empty when the case is ready or has ended.
    #[must_use]
    pub fn wanted(&self, rules: &ProofingRules) -> Vec<&'static str> {
        let to = match self.stage {
            Stage::Started => Stage::IdVerified,
            Stage::IdVerified => Stage::CardBound,
            Stage::CardBound => Stage::FaceEnrolled,
            Stage::StepUp => {
                return rules.supplementary.iter().filter(|kind| !self.has(**kind)).map(|kind| kind.as_str()).collect();
            }
            Stage::VideoDue => return vec![EvidenceKind::Video.as_str()],
            Stage::ManualReview => return vec![EvidenceKind::Review.as_str()],
            Stage::FaceEnrolled => return self.missing(rules).iter().map(|kind| kind.as_str()).collect(),
            _ => return Vec::new(),
        };
        let needs = self.path.needs(to).iter().filter(|need| !self.meets(need));
        let mut names: Vec<_> = needs
            .flat_map(|need| match need {
                Need::Relative => vec!["a relative's presentation"],
                need => need.kinds().iter().map(|kind| kind.as_str()).collect(),
            })
            .collect();
        if to == Stage::CardBound {
            names.extend(self.card_also(rules).filter(|kind| !self.has(**kind)).map(|kind| kind.as_str()));
        }
        names
    }
}
