//! Random histories against a simple model: whatever happens, nothing is issued that should not be.

use crate::world::{NOW, World, date};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use shiming::{
    digest::Digest,
    evidence::{CheckedEvidence, DocumentTerm, EvidenceKind as K, Fact, Outcome},
    proofing::{Case, CaseLog, Event, Path, Refusal, Stage},
    time::UnixTime,
};
use std::collections::{BTreeSet, HashMap};

const KINDS: [K; 14] = [
    K::Population,
    K::BankCard,
    K::Face,
    K::Device,
    K::Ocr,
    K::SocialInsurance,
    K::CarrierRealName,
    K::Video,
    K::Branch,
    K::RiskTier,
    K::CreditBureau,
    K::BankRegion,
    K::Passport,
    K::BillingAddress,
];

/// Checked evidence of every kind, result and fault, observed at three times; decisions are signed when they are first needed.
struct Pool<'a> {
    world: &'a World,
    good: Vec<Event>,
    bad: Vec<Event>,
    decisions: HashMap<(Digest, u8, i64), Event>,
}

impl<'a> Pool<'a> {
    fn new(world: &'a World) -> Self {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for at in [0, 90, 180].map(|seconds| NOW.plus(seconds)) {
            for kind in KINDS {
                good.push(world.pass(kind, at));
                bad.push(world.evidence(kind, at, |said| said.result = Outcome::Fail));
                bad.push(world.evidence(kind, at, |said| said.result = Outcome::Indeterminate));
            }
            bad.push(world.evidence(K::Face, at, |said| said.similarity_bp = Some(9_799)));
            bad.push(world.evidence(K::Face, at, |said| said.liveness = Some(false)));
            for until in [20_260_531, 20_260_610] {
                bad.push(world.evidence(K::Population, at, |said| said.document_valid_until = Some(date(until))));
            }
            let other = world.key.digest(Fact::Name, "李四");
            for kind in [K::BankCard, K::SocialInsurance, K::Branch] {
                bad.push(world.evidence(kind, at, |said| {
                    said.digests.insert(Fact::Name, other);
                }));
            }
        }
        Self { world, good, bad, decisions: HashMap::new() }
    }

    fn decision(&mut self, case: &Case, result: Outcome, at: UnixTime) -> Event {
        let about = case.review().unwrap_or(Digest::from_bytes([3; 32]));
        // Decisions of one half minute are one decision: the reviewer's clock.
        let minute = at.seconds_since(NOW) / 30 * 30;
        let make = || {
            self.world.evidence(K::Review, NOW.plus(minute), |said| {
                said.result = result;
                said.about = Some(about);
            })
        };
        self.decisions.entry((about, result as u8, minute)).or_insert_with(make).clone()
    }
}

/// What anybody would remember of a case, without its machine.
#[derive(Default)]
struct Model {
    accepted: Vec<K>,
    anomaly: bool,
    doubt: bool,
    issued: bool,
    ended: bool,
}

impl Model {
    fn sees(&mut self, evidence: &CheckedEvidence, before: &Case) {
        let kind = evidence.kind();
        if kind == K::Review {
            self.anomaly = false;
            self.ended |= evidence.result() == Outcome::Fail;
            return;
        }
        let contradicts = before.evidence().filter(|other| other.kind() != kind).any(|other| {
            evidence.facts().any(|(fact, digest)| other.fact(fact).is_some_and(|stated| stated != digest))
        });
        let undecided =
            evidence.result() != Outcome::Pass && !(kind == K::Device && evidence.result() == Outcome::Fail);
        self.anomaly |= contradicts || undecided || evidence.document() == Some(DocumentTerm::Expired);
        self.doubt |= evidence.document() == Some(DocumentTerm::NearExpiry)
            || (kind == K::Face && evidence.similarity_bp().is_some_and(|bp| bp < 9_800))
            || (kind == K::Device && evidence.result() == Outcome::Fail);
        self.accepted.push(kind);
    }

    /// Population, then card, then face, with anything in between; and after a doubt both records and a video.
    fn may_issue(&self) -> bool {
        let mut stages = [K::Population, K::BankCard, K::Face].into_iter().peekable();
        for kind in &self.accepted {
            stages.next_if_eq(kind);
        }
        let has = |kind| self.accepted.contains(&kind);
        let answered = !self.doubt || (has(K::SocialInsurance) && has(K::CarrierRealName) && has(K::Video));
        stages.peek().is_none() && !self.anomaly && answered && !self.ended
    }
}

fn below(rng: &mut ChaCha20Rng, end: usize) -> usize {
    rng.next_u32() as usize % end
}

struct Tally {
    issued: usize,
    reviewed: usize,
    refused: usize,
    stages: BTreeSet<Stage>,
}

fn play(pool: &mut Pool, seed: u64, tally: &mut Tally) {
    let rng = &mut ChaCha20Rng::seed_from_u64(seed);
    let world = pool.world;
    let mut at = NOW;
    let (mut model, mut history) = (Model::default(), vec![(world.opened(Path::Ordinary), at)]);
    let mut case = Case::open(&history[0].0, &world.rules, at).unwrap();
    for _ in 0..30 {
        at = match below(rng, 200) {
            0 => at.plus(73 * 3_600),
            1..20 => at.plus(40),
            _ => at.plus(below(rng, 3) as i64),
        };
        let event = match below(rng, 20) {
            0 => Event::Looked,
            1 if below(rng, 10) == 0 => Event::Withdrawn,
            1 | 2 => Event::Issued { tag: Digest::from_bytes([1; 32]) },
            3..6 => {
                let result = [Outcome::Pass, Outcome::Pass, Outcome::Indeterminate, Outcome::Fail][below(rng, 4)];
                pool.decision(&case, result, at)
            }
            6 | 7 => pool.bad[below(rng, pool.bad.len())].clone(),
            _ => pool.good[below(rng, pool.good.len())].clone(),
        };
        let before = case.clone();
        match case.apply(&event, &world.rules, at) {
            Err(refusal) => {
                tally.refused += 1;
                assert_eq!(case, before, "a refused event changed the case");
                if let (Event::Issued { .. }, false) = (&event, before.stage().is_final()) {
                    let known = matches!(refusal, Refusal::NotReady(_) | Refusal::TimedOut);
                    assert!(known, "{refusal:?}");
                }
                continue;
            }
            Ok(next) => case = next,
        }
        history.push((event.clone(), at));
        assert!(!before.stage().is_final(), "something followed an end");
        assert!(at.seconds_since(NOW) <= 72 * 3_600 || case.stage() == Stage::Closed, "evidence outlived its purge");
        match &event {
            Event::Evidence { evidence } => {
                if before.stage() == Stage::ManualReview {
                    assert!(matches!(evidence.kind(), K::Review | K::Branch), "a way out of review besides a decision");
                }
                model.sees(evidence, &before);
            }
            Event::Issued { .. } => {
                assert!(model.may_issue(), "issued after {:?}", model.accepted);
                assert!(!model.issued, "issued twice");
                model.issued = true;
                tally.issued += 1;
            }
            _ => {}
        }
        assert!(case.stage() != Stage::Issued || model.issued);
        assert!(
            case.anomalies().is_empty() || matches!(case.stage(), Stage::ManualReview | Stage::Refused | Stage::Closed)
        );
        tally.reviewed += usize::from(case.stage() == Stage::ManualReview && before.stage() != Stage::ManualReview);
        tally.stages.insert(case.stage());
    }
    if seed.is_multiple_of(64) {
        assert_eq!(replayed(world, &history), case);
    }
}

fn replayed(world: &World, history: &[(Event, UnixTime)]) -> Case {
    let (issuer, id) = (world.session.issuer(), world.session.case());
    let (mut log, mut file) = (CaseLog::new(issuer, id), Vec::new());
    for (event, at) in history {
        let recorded = log.record(event, &world.rules, *at).unwrap();
        file.extend(recorded.line);
        log = recorded.log;
    }
    let replayed = CaseLog::replay(issuer, id, &world.rules, &file).unwrap().log;
    assert_eq!(replayed, log);
    replayed.case().unwrap().clone()
}

fn many(sequences: u64) {
    let world = World::new();
    let mut pool = Pool::new(&world);
    let mut tally = Tally { issued: 0, reviewed: 0, refused: 0, stages: BTreeSet::new() };
    for seed in 0..sequences {
        play(&mut pool, seed, &mut tally);
    }
    println!("{sequences} sequences: {} issued, {} reviews, {} refusals", tally.issued, tally.reviewed, tally.refused);
    // The chance is worth something: every stage was seen, and cases were issued.
    assert!(tally.issued > sequences as usize / 200 && tally.reviewed > sequences as usize / 10);
    assert_eq!(tally.stages, BTreeSet::from(Stage::ALL));
}

#[test]
fn random_histories_keep_what_a_case_promises() {
    many(10_000);
}

/// `cargo test --release -p shiming --test proofing -- --ignored a_hundred_thousand_random_histories --nocapture`
#[test]
#[ignore = "long"]
fn a_hundred_thousand_random_histories_keep_what_a_case_promises() {
    many(100_000);
}
