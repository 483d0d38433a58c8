//! A registry of sources, one person, one session; attestations that the sources sign.

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shiming::{
    codec::{Identifier, Kind},
    digest::Digest,
    document::DocumentType,
    evidence::{
        Attestation, CheckedEvidence, Element, EvidenceError, EvidenceKind, Fact, FactKey, Member, Method, Outcome,
        Session, SignedAttestation,
    },
    proofing::{Case, CaseLog, Event, Path, ProofingRules, Refusal, Relative, Stage, Subject},
    registry::{BundleDocument, SourceDocument, TrustBundle},
    signature::{Algorithm, SigningKey},
    time::{Date, UnixTime},
};
use std::collections::{BTreeMap, BTreeSet};

/// 2026-06-01T00:00:00Z: 1 June in China too.
pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_780_272_000);

pub(crate) fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub(crate) fn date(yyyymmdd: u32) -> Date {
    Date::from_yyyymmdd(yyyymmdd).unwrap()
}

/// Sources and what each may attest: half of them sign with SM2.
const SOURCES: &[(&str, Algorithm, &[EvidenceKind])] = {
    use EvidenceKind as K;
    &[
        ("registry", Algorithm::Sm2, &[K::Population, K::BirthCertificate, K::Kinship, K::NetworkIdentity]),
        ("border", Algorithm::Sm2, &[K::Passport, K::TravelPermit, K::ResidencePermit, K::Consular]),
        (
            "network",
            Algorithm::Es256,
            &[K::BankCard, K::CrossBorderCard, K::BillingAddress, K::CardChip, K::BankRegion],
        ),
        ("faces", Algorithm::Es256, &[K::Face, K::RelativeFace, K::Video, K::TwoWayVideo, K::Ocr]),
        ("risk", Algorithm::Es256, &[K::Device, K::RiskTier, K::CreditBureau, K::SocialInsurance]),
        ("carrier", Algorithm::Sm2, &[K::CarrierRealName]),
        ("desk", Algorithm::Es256, &[K::Branch, K::Hotline, K::BrailleCaptcha, K::GuardianConsent]),
        ("reviewer", Algorithm::Sm2, &[K::Review]),
        ("second-reviewer", Algorithm::Es256, &[K::Review, K::Video]),
    ]
};

pub(crate) struct World {
    keys: BTreeMap<Identifier, SigningKey>,
    document: BundleDocument,
    pub(crate) bundle: TrustBundle,
    pub(crate) session: Session,
    pub(crate) key: FactKey,
    pub(crate) subject: Subject,
    pub(crate) rules: ProofingRules,
}

/// Born 1990, a card until 2040.
pub(crate) fn person() -> Subject {
    Subject {
        name: "张三".to_owned(),
        document_type: DocumentType::CitizenCard,
        number: "11010519900307123X".to_owned(),
        birth_date: date(19_900_307),
        sex: 1,
        nationality: 156,
        region: 110_105,
        document_valid_until: date(20_400_101),
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let rng = &mut ChaCha20Rng::seed_from_u64(5);
        let (mut keys, mut sources) = (BTreeMap::new(), Vec::new());
        for (name, algorithm, kinds) in SOURCES {
            let key = SigningKey::generate(*algorithm, rng);
            sources.push(SourceDocument {
                id: id(name),
                name: (*name).to_owned(),
                key: key.public_key(),
                kinds: BTreeSet::from_iter(kinds.iter().copied()),
                not_before: NOW.plus(-1_000_000),
                not_after: NOW.plus(100_000_000),
            });
            keys.insert(id(name), key);
        }
        let document = BundleDocument {
            version: 1,
            issued_at: NOW,
            max_staleness_seconds: 86_400,
            issuers: Vec::new(),
            verifiers: Vec::new(),
            sources,
            relations: BTreeMap::new(),
            schemas: BTreeMap::new(),
            status_epoch: 1,
        };
        let bundle = TrustBundle::new(document.clone()).unwrap();
        let session = Session::generate(&id("issuer"), &id("case-1"), rng);
        let key = FactKey::generate(rng);
        Self { keys, document, bundle, session, key, subject: person(), rules: ProofingRules::default() }
    }

    /// The bundle after a change.
    pub(crate) fn bundle_with(&self, change: impl FnOnce(&mut BundleDocument)) -> TrustBundle {
        let mut document = self.document.clone();
        change(&mut document);
        TrustBundle::new(document).unwrap()
    }

    pub(crate) fn source_of(kind: EvidenceKind) -> Identifier {
        id(SOURCES.iter().find(|(.., kinds)| kinds.contains(&kind)).unwrap().0)
    }

    /// What a source honestly says when all is well.
    pub(crate) fn says(&self, kind: EvidenceKind, at: UnixTime) -> Attestation {
        let (subject, nonce) = (self.session.subject(), *self.session.nonce());
        let mut said = Attestation::new(kind, subject, nonce, Outcome::Pass, (at, at.plus(30 * 86_400)));
        let members = kind.members();
        self.subject.attest(&mut said, &self.key);
        for (fact, text) in [(Fact::Card, "card-token"), (Fact::Phone, "13800000000"), (Fact::Template, "template-7")] {
            if members.contains(&Member::Digest(fact)) {
                said.digests.insert(fact, self.key.digest(fact, text));
            }
        }
        let has = |member| members.contains(&member);
        said.similarity_bp = has(Member::Similarity).then_some(9_950);
        said.liveness = has(Member::Liveness).then_some(true);
        said.method = has(Member::Method).then_some(Method::StructuredLight3d);
        said.elements = if has(Member::Elements) { BTreeSet::from(Element::INDUSTRY_FOUR) } else { BTreeSet::new() };
        said.document_valid_until = has(Member::DocumentValidUntil).then_some(self.subject.document_valid_until);
        said.region = has(Member::Region).then_some(310_000);
        said.tier = has(Member::Tier).then_some(3);
        said.about = has(Member::About).then(|| Digest::from_bytes([9; 32]));
        said
    }

    pub(crate) fn signed(&self, said: &Attestation) -> SignedAttestation {
        self.signed_by(said, &Self::source_of(said.kind))
    }

    pub(crate) fn signed_by(&self, said: &Attestation, source: &Identifier) -> SignedAttestation {
        said.sign(source, &self.keys[source]).unwrap()
    }

    pub(crate) fn check(&self, signed: &SignedAttestation, now: UnixTime) -> Result<CheckedEvidence, EvidenceError> {
        signed.check(&self.session, &self.bundle, self.rules.near_expiry_days, now)
    }

    /// Evidence of a kind, observed and checked at a time, after a change.
    pub(crate) fn evidence(&self, kind: EvidenceKind, at: UnixTime, change: impl FnOnce(&mut Attestation)) -> Event {
        let mut said = self.says(kind, at);
        change(&mut said);
        Event::Evidence { evidence: self.check(&self.signed(&said), at).unwrap() }
    }

    pub(crate) fn pass(&self, kind: EvidenceKind, at: UnixTime) -> Event {
        self.evidence(kind, at, |_| {})
    }

    pub(crate) fn opened(&self, path: Path) -> Event {
        Event::Opened { subject: self.session.subject(), path, rules: self.rules.version }
    }

    pub(crate) fn open(&self, path: Path) -> Walk<'_> {
        let case = Case::open(&self.opened(path), &self.rules, NOW).unwrap();
        Walk { world: self, case, at: NOW }
    }

    pub(crate) fn relative() -> Relative {
        // A relative comes from a verdict or from a log. This one is from a log, and is whom kinship evidence of this world names.
        let world = Self::new();
        let (issuer, case) = (world.session.issuer().clone(), world.session.case().clone());
        let mut log = CaseLog::new(&issuer, &case);
        let mut file = Vec::new();
        for event in [world.opened(Path::Minor), world.pass(EvidenceKind::Population, NOW)] {
            let recorded = log.record(&event, &world.rules, NOW).unwrap();
            file.extend(recorded.line);
            log = recorded.log;
        }
        let entry =
            serde_json::json!({"at": NOW, "what": {"event": "relative", "relative": Digest::from_bytes([9; 32])}});
        file.extend(log.head().append_line(Kind::public("line", 1 << 14), &entry).unwrap().0);
        let replayed = CaseLog::replay(&issuer, &case, &world.rules, &file).unwrap();
        *replayed.log.case().unwrap().relative().unwrap()
    }
}

/// A case that goes on, a minute at a time.
#[derive(Clone)]
pub(crate) struct Walk<'a> {
    pub(crate) world: &'a World,
    pub(crate) case: Case,
    pub(crate) at: UnixTime,
}

impl Walk<'_> {
    pub(crate) fn try_event(&mut self, event: &Event) -> Result<Stage, Refusal> {
        self.at = self.at.plus(60);
        self.case = self.case.apply(event, &self.world.rules, self.at)?;
        Ok(self.case.stage())
    }

    pub(crate) fn event(&mut self, event: &Event) -> Stage {
        self.try_event(event).unwrap()
    }

    pub(crate) fn pass(&mut self, kind: EvidenceKind) -> Stage {
        self.give(kind, |_| {})
    }

    pub(crate) fn give(&mut self, kind: EvidenceKind, change: impl FnOnce(&mut Attestation)) -> Stage {
        self.try_give(kind, change).unwrap()
    }

    pub(crate) fn try_give(
        &mut self,
        kind: EvidenceKind,
        change: impl FnOnce(&mut Attestation),
    ) -> Result<Stage, Refusal> {
        let event = self.world.evidence(kind, self.at.plus(60), change);
        self.try_event(&event)
    }

    /// A reviewer's decision on the open review.
    pub(crate) fn review(&mut self, result: Outcome) -> Result<Stage, Refusal> {
        let about = self.case.review();
        self.try_give(EvidenceKind::Review, |said| {
            said.result = result;
            said.about = about.or(said.about);
        })
    }

    pub(crate) fn into_id_verified(mut self) -> Self {
        assert_eq!(self.pass(EvidenceKind::Population), Stage::IdVerified);
        self
    }

    pub(crate) fn into_card_bound(self) -> Self {
        let mut walk = self.into_id_verified();
        assert_eq!(walk.pass(EvidenceKind::BankCard), Stage::CardBound);
        walk
    }

    pub(crate) fn into_face_enrolled(self) -> Self {
        let mut walk = self.into_card_bound();
        assert_eq!(walk.pass(EvidenceKind::Face), Stage::FaceEnrolled);
        walk
    }
}
