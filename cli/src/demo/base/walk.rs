//! A case that goes on: attestations that sources sign, a minute apart, and the log of what the case made of them.

use super::{bureau::Bureau, failed};
use crate::{demo::world::id, error::Outcome};
use shiming::{
    digest::Digest,
    evidence::{
        Attestation, CheckedEvidence, Element, EvidenceError, EvidenceKind, Fact, FactKey, Member, Method,
        Outcome as Found, Session, SignedAttestation,
    },
    proofing::{Approved, Case, CaseLog, Event, LogError, Path, ProofingRules, Refusal, Stage, Subject},
    time::UnixTime,
};
use std::collections::BTreeSet;

const DAY: i64 = 86_400;
const MINUTE: i64 = 60;

/// A case on its way.
#[derive(Clone)]
pub(super) struct Walk<'a> {
    bureau: &'a Bureau,
    /// The settings that it was opened under.
    pub(super) rules: ProofingRules,
    /// Whom it is about.
    pub(super) person: &'a Subject,
    /// The session.
    pub(super) session: Session,
    key: FactKey,
    log: CaseLog,
    /// The log's file.
    pub(super) file: Vec<u8>,
    /// The time of the last event.
    pub(super) at: UnixTime,
}

impl<'a> Walk<'a> {
    /// Opens a case under the bureau's settings, at the time of the demo.
    pub(super) fn open(bureau: &'a Bureau, person: &'a Subject, case: &str, path: Path) -> Outcome<Self> {
        Self::open_under(bureau, bureau.rules.clone(), person, case, path, bureau.world.now)
    }

    /// Opens a case under other settings or at another time.
    pub(super) fn open_under(
        bureau: &'a Bureau,
        rules: ProofingRules,
        person: &'a Subject,
        case: &str,
        path: Path,
        at: UnixTime,
    ) -> Outcome<Self> {
        let mut rng = bureau.world.rng();
        let session = Session::generate(bureau.issuer(), &id(case)?, &mut rng);
        let log = CaseLog::new(session.issuer(), session.case());
        let opened = Event::Opened { subject: session.subject(), path, rules: rules.version };
        let key = FactKey::generate(&mut rng);
        let mut walk = Self { bureau, rules, person, session, key, log, file: Vec::new(), at };
        walk.event(&opened)?;
        Ok(walk)
    }

    /// The case.
    pub(super) fn case(&self) -> Outcome<&Case> {
        self.log.case().ok_or_else(|| failed("the case was not opened"))
    }

    /// What a source honestly says when all is well.
    pub(super) fn says(&self, kind: EvidenceKind, at: UnixTime) -> Attestation {
        let window = (at, at.plus(DAY));
        let mut said = Attestation::new(kind, self.session.subject(), *self.session.nonce(), Found::Pass, window);
        let members = kind.members();
        self.person.attest(&mut said, &self.key);
        for (fact, text) in
            [(Fact::Card, "card-token"), (Fact::Phone, "phone-token"), (Fact::Template, "template-token")]
        {
            if members.contains(&Member::Digest(fact)) {
                said.digests.insert(fact, self.key.digest(fact, text));
            }
        }
        let has = |member| members.contains(&member);
        said.similarity_bp = has(Member::Similarity).then_some(9_950);
        said.liveness = has(Member::Liveness).then_some(true);
        said.method = has(Member::Method).then_some(Method::StructuredLight3d);
        said.elements = if has(Member::Elements) { BTreeSet::from(Element::INDUSTRY_FOUR) } else { BTreeSet::new() };
        said.document_valid_until = has(Member::DocumentValidUntil).then_some(self.person.document_valid_until);
        said.region = has(Member::Region).then_some(310_000);
        said.tier = has(Member::Tier).then_some(1);
        let about = self.log.case().and_then(|case| match kind {
            EvidenceKind::Review => case.review(),
            _ => case.relative().map(|relative| *relative.digest()),
        });
        said.about = has(Member::About).then(|| about.unwrap_or_else(|| Digest::of(b"demo", &[b"somebody"])));
        said
    }

    /// The digest of a fact under this session's key.
    pub(super) fn digest(&self, fact: Fact, text: &str) -> Digest {
        self.key.digest(fact, text)
    }

    /// Evidence of this session: signed by its source, observed and checked at a time.
    pub(super) fn evidence(
        &self,
        kind: EvidenceKind,
        at: UnixTime,
        change: impl FnOnce(&mut Attestation),
    ) -> Outcome<CheckedEvidence> {
        let mut said = self.says(kind, at);
        change(&mut said);
        self.check(&self.bureau.sources.sign(&said)?, at).map_err(failed)
    }

    /// What this session makes of an attestation at a time.
    pub(super) fn check(&self, signed: &SignedAttestation, at: UnixTime) -> Result<CheckedEvidence, EvidenceError> {
        signed.check(&self.session, self.bureau.world.trust.bundle(), self.rules.near_expiry_days, at)
    }

    /// An event, which the case must take.
    pub(super) fn event(&mut self, event: &Event) -> Outcome<Stage> {
        self.try_event(event)?.map_err(failed)
    }

    /// An event: the stage after it, or why the case does not take it.
    pub(super) fn try_event(&mut self, event: &Event) -> Outcome<Result<Stage, Refusal>> {
        let recorded = match self.log.record(event, &self.rules, self.at) {
            Ok(recorded) => recorded,
            Err(LogError::Refusal(refusal)) => return Ok(Err(refusal)),
            Err(error) => return Err(failed(error)),
        };
        self.file.extend(recorded.line);
        self.log = recorded.log;
        Ok(Ok(self.case()?.stage()))
    }

    /// Evidence a minute later, changed, which the case may refuse.
    pub(super) fn try_give(
        &mut self,
        kind: EvidenceKind,
        change: impl FnOnce(&mut Attestation),
    ) -> Outcome<Result<Stage, Refusal>> {
        self.at = self.at.plus(MINUTE);
        let evidence = self.evidence(kind, self.at, change)?;
        self.try_event(&Event::Evidence { evidence })
    }

    /// Evidence that the case must take.
    pub(super) fn give(&mut self, kind: EvidenceKind, change: impl FnOnce(&mut Attestation)) -> Outcome<Stage> {
        self.try_give(kind, change)?.map_err(failed)
    }

    /// Evidence that passes, of several kinds in turn.
    pub(super) fn pass(&mut self, kinds: &[EvidenceKind]) -> Outcome<()> {
        kinds.iter().try_for_each(|kind| self.give(*kind, |_| {}).map(drop))
    }

    /// A reviewer's decision on the open review: pass accepts, indeterminate has the step repeated, fail refuses.
    pub(super) fn review(&mut self, decision: Found) -> Outcome<Result<Stage, Refusal>> {
        self.try_give(EvidenceKind::Review, |said| said.result = decision)
    }

    /// Approval at the time of the last event.
    pub(super) fn approve(&self) -> Outcome<Result<Approved<'_>, Refusal>> {
        Ok(self.case()?.approve(&self.session, self.person, &self.key, &self.rules, self.at))
    }

    /// What can be done next. Of a review, the decisions that the case takes: each is tried.
    pub(super) fn possible(&self) -> Outcome<Vec<String>> {
        let case = self.case()?;
        if case.stage() == Stage::ManualReview {
            let mut open = Vec::new();
            for (decision, name) in [(Found::Pass, "accept"), (Found::Indeterminate, "repeat"), (Found::Fail, "refuse")]
            {
                if self.clone().review(decision)?.is_ok() {
                    open.push(name.to_owned());
                }
            }
            return Ok(open);
        }
        if case.stage().is_final() {
            return Ok(Vec::new());
        }
        let wanted: Vec<String> = case.wanted(&self.rules).into_iter().map(str::to_owned).collect();
        // Ready by stage; whether the person may be issued to is the approval's.
        Ok(if wanted.is_empty() && self.approve()?.is_ok() { vec!["issue".to_owned()] } else { wanted })
    }

    /// Whether the log's file gives the same case again.
    pub(super) fn replays(&self) -> Outcome<bool> {
        let replayed = CaseLog::replay(self.session.issuer(), self.session.case(), &self.rules, &self.file);
        Ok(replayed.map_err(failed)?.log == self.log)
    }
}
