//! Random lives of two persons at one issuer, beside an independent model, and what must hold whatever happens.

use crate::{
    cast::*,
    dice::{Dice, MOMENTS, SESSIONS, TAGS, moment},
    oracle::{Happening as H, Person, Seen, Tags, Where},
};
use shiming::{
    digest::Digest,
    evidence::{CheckedEvidence, EvidenceKind as K, Outcome},
    ledger::{MemoryTags, TagLedger},
    standing::{Capability, Event, Phase, Standing, StandingLog, StandingRules, StatusValue, tag_digest},
    time::UnixTime,
};
use shiming_circuits::field::{Fr, fr_to_bytes};
use std::collections::{BTreeMap, BTreeSet};

const LENGTH: usize = 28;
fn time(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

/// What the sources sign in all these lives, checked once.
struct Pool(BTreeMap<(K, u8, u8, i64), CheckedEvidence>);

impl Pool {
    /// By kind, variant (a transaction's number and its outcome, or whether a trigger holds), session and time.
    fn new() -> Self {
        let variants: [(K, &[u8]); 12] = [
            (K::Population, &[0]),
            (K::Face, &[0]),
            (K::Branch, &[0]),
            (K::SimCard, &[0]),
            (K::LastTransaction, &[0]),
            (K::AccountSettled, &[0]),
            (K::Portrait, &[0, 1]),
            (K::Appearance, &[2]),
            (K::DeviceCluster, &[3]),
            (K::Transaction, &[10, 11]),
            (K::Transaction, &[20, 21]),
            (K::Video, &[]),
        ];
        let mut pool = BTreeMap::new();
        for n in 1..=SESSIONS {
            let session = session(n);
            for at in (0..MOMENTS.len()).map(moment) {
                for (kind, variant) in variants.iter().flat_map(|(kind, of)| of.iter().map(move |one| (*kind, *one))) {
                    let mut claim = claim(kind, &session, Outcome::Pass, time(at));
                    match variant {
                        0 if kind == K::Portrait => claim.similarity_bp = Some(6_999),
                        2 | 3 | 10 | 20 => claim.result = Outcome::Fail,
                        _ => {}
                    }
                    if kind == K::Transaction {
                        claim.about = Some(digest(variant / 10));
                    }
                    pool.insert((kind, variant, n, at), checked(&claim, &session));
                }
            }
        }
        Self(pool)
    }

    fn get(&self, kind: K, variant: u8, seen: &Seen) -> CheckedEvidence {
        self.0[&(kind, variant, seen.session, seen.at)].clone()
    }
}

fn fr(tag: u8) -> Fr {
    Fr::from(u64::from(tag))
}

fn tag_of(tag: u8) -> Digest {
    tag_digest(&fr(tag))
}

fn case(n: u8) -> String {
    format!("leave-{n}")
}

/// The library's event; `None` for a replacement, which the ledger makes.
fn event(pool: &Pool, what: &H) -> Option<Event> {
    Some(match what {
        H::Review { document, face, tag } => {
            let evidence = [pool.get(K::Population, 0, document), pool.get(K::Face, 0, face)];
            Event::reviewed(&evidence, tag_of(*tag))
        }
        H::Trigger { which, seen } => {
            let kind = [K::Portrait, K::Portrait, K::Appearance, K::DeviceCluster][usize::from(*which)];
            Event::triggered(pool.get(kind, *which, seen))
        }
        H::Redo => Event::redo_begun(),
        H::Lose => Event::wallet_lost(),
        H::Replace { .. } => return None,
        H::Issue { session, tag, verified } => Event::issued(issuance(*session, tag_of(*tag), time(*verified))),
        H::Expire => Event::document_expired(),
        H::RenewDocument(seen) => Event::document_renewed(pool.get(K::Population, 0, seen)),
        H::Inconsistent => Event::inconsistency_found(),
        H::Freeze => Event::frozen(),
        H::Branch(seen) => Event::seen_at_branch(pool.get(K::Branch, 0, seen)),
        H::Suspect { transaction, seen } => {
            Event::transaction_suspected(pool.get(K::Transaction, transaction * 10, seen))
        }
        H::Clear { transaction, seen } => {
            Event::transaction_cleared(pool.get(K::Transaction, transaction * 10 + 1, seen))
        }
        H::Password { transaction, verified } => confirmed(digest(*transaction), time(*verified)),
        H::Leave { case: n } => Event::cancellation_requested(id(&case(*n))),
        H::Gate { number, seen } => {
            let kind = [K::SimCard, K::LastTransaction, K::AccountSettled][usize::from(*number) - 1];
            Event::gate_attested(pool.get(kind, 0, seen))
        }
        H::Wallet { number, tag, case: n, challenged } => {
            let name = if *number == 4 { "holder-proven" } else { "cancellation-confirmed" };
            holder(name, tag_of(*tag), &case(*n), time(*challenged))
        }
        H::Stay => Event::cancellation_withdrawn(),
    })
}

/// One person: the library's log, its bytes, the model, and what was seen of it.
struct Life {
    log: StandingLog,
    file: Vec<u8>,
    model: Person,
    /// Issues that were seen invalid.
    invalid: BTreeSet<u32>,
    /// Gates that were passed since the last request.
    gates: Vec<u8>,
}

impl Life {
    fn begin(tag: u8) -> Self {
        let recorded = crate::log::empty().record(&Event::issued(issuance(1, tag_of(tag), BEGIN)), BEGIN).unwrap();
        let model = Person::new(tag, BEGIN.seconds());
        Self { log: recorded.log, file: recorded.line, model, invalid: BTreeSet::new(), gates: Vec::new() }
    }

    fn status(&self) -> &Standing {
        self.log.standing().unwrap()
    }

    /// Whether the library takes the event; what is refused leaves everything as it was.
    fn take(&mut self, event: &Event, at: UnixTime) -> bool {
        let before = self.log.clone();
        match self.log.record(event, at) {
            Ok(recorded) => {
                self.file.extend(recorded.line);
                self.log = recorded.log;
                true
            }
            Err(_) => {
                assert_eq!(self.log, before);
                false
            }
        }
    }

    fn replace(&mut self, person: &Digest, old: u8, new: u8, crash: bool, ledger: &MemoryTags, at: UnixTime) -> bool {
        let Ok(status) = self.status().at(at) else { return false };
        match status.replace_tag(ledger, person, (&fr(old), &fr(new))) {
            Ok(event) => crash || self.take(&event, at),
            Err(_) => false,
        }
    }

    /// What must hold, and that everything that can be seen is the model's.
    fn check(&mut self, now: i64) {
        let status = self.status().at(time(now)).unwrap();
        let can = Capability::ALL.map(|capability| status.can(capability));
        let frozen = status.measures().freeze().is_some_and(|freeze| freeze.frozen_at().is_some());
        let expired = status.measures().document().is_some();
        let value = status.status(status.issue()).unwrap();
        // Never a transfer while suspended, frozen or expired.
        assert!(!can[1] || (!frozen && !expired && value == StatusValue::Valid));
        // Nothing invalid becomes anything else.
        for issue in 1..=status.issue() {
            let invalid = status.status(issue) == Some(StatusValue::Invalid);
            assert!(invalid || (issue == status.issue() && !self.invalid.contains(&issue)));
            if invalid {
                self.invalid.insert(issue);
            }
        }
        // Exactly five gates before the end.
        if status.phase() == Phase::Cancelled {
            assert_eq!(self.gates, [1, 2, 3, 4, 5]);
        }
        assert_eq!(status.erasure().is_some(), status.phase() == Phase::Cancelled);
        let place = match status.phase() {
            Phase::Active => Where::Active,
            Phase::ReviewDue => Where::Due,
            Phase::Lapsed => Where::Lapsed,
            Phase::Resetting => Where::Resetting,
            Phase::Cancelling => Where::Leaving,
            Phase::Cancelled => Where::Gone,
        };
        let model = &self.model;
        assert_eq!((place, can, frozen), (model.place(now), model.can(now), model.frozen(now)));
        assert_eq!((value.number(), status.issue()), (model.status(now), model.issue));
        assert_eq!(*status.tag(), tag_of(model.tag));
    }
}

/// One life of two persons. Gives how often each kind of event was taken, and the places that were seen.
fn live(pool: &Pool, seed: u64, taken: &mut BTreeMap<String, usize>, seen: &mut BTreeMap<Where, usize>) {
    let mut dice = Dice::new(seed);
    let (ledger, persons, mut tags) = (MemoryTags::default(), [digest(71), digest(72)], Tags::default());
    let mut lives = [Life::begin(1), Life::begin(2)];
    for (n, person) in persons.iter().enumerate() {
        ledger.bind(person, &fr_to_bytes(&fr(n as u8 + 1))).unwrap();
        tags.owner.insert(n as u8 + 1, n);
    }
    // Some lives begin late on the list of moments, where what is near is other ends of periods.
    let mut index = if dice.percent(50) { 0 } else { dice.below(30) as usize };
    for _ in 0..LENGTH {
        index = (index + [0, 0, 0, 1, 1, 2][dice.below(6) as usize]).min(MOMENTS.len() - 1);
        let (me, now) = (dice.below(2) as usize, moment(index));
        let life = &mut lives[me];
        let what = dice.next(&life.model, index);
        let expected = life.model.take(me, &what, now, &mut tags);
        let found = match (&what, event(pool, &what)) {
            (H::Replace { old, new, crash }, _) => life.replace(&persons[me], *old, *new, *crash, &ledger, time(now)),
            (_, Some(event)) => life.take(&event, time(now)),
            (_, None) => false,
        };
        assert_eq!(found, expected, "seed {seed}: {what:?} at {now}: {:?}", life.status());
        if found {
            match &what {
                H::Leave { .. } => life.gates.clear(),
                H::Gate { number, .. } | H::Wallet { number, .. } => life.gates.push(*number),
                _ => {}
            }
            let name = format!("{what:?}");
            *taken.entry(name.split([' ', '(', '{']).next().unwrap().to_owned()).or_default() += 1;
        }
        life.check(now);
        *seen.entry(life.model.place(now)).or_default() += 1;
    }
    for (n, (life, person)) in lives.iter().zip(&persons).enumerate() {
        // The log replays to the status, also from a file with a torn line.
        let mut file = life.file.clone();
        file.extend(b"{\"entry\":{\"at\":17");
        let replayed = crate::log::empty().replay(&file, Some(&life.log.head())).unwrap();
        assert_eq!((replayed.log, replayed.whole), (life.log.clone(), life.file.len()));
        // One person, one tag: the ledger binds one of all tags, and it is the status' unless a crash came between.
        let bound: Vec<u8> = (1..=TAGS).filter(|tag| ledger.bind(person, &fr_to_bytes(&fr(*tag))).is_ok()).collect();
        let [tag] = bound[..] else { panic!("seed {seed}: {bound:?}") };
        assert_eq!(tags.owner[&tag], n);
        let lost = life.model.reset.is_some_and(|(_, lost)| lost);
        assert!(tag == life.model.tag || lost);
    }
}

fn lives(count: u64) {
    let (pool, mut taken, mut seen) = (Pool::new(), BTreeMap::new(), BTreeMap::new());
    for seed in 0..count {
        live(&pool, seed, &mut taken, &mut seen);
    }
    println!("{count} lives of {LENGTH} events, taken: {taken:?}, at: {seen:?}");
    // A test in which something never happens shows nothing of it.
    assert_eq!((taken.len(), seen.len()), (18, 6), "{taken:?} {seen:?}");
    assert_eq!(StandingRules::default().grace_days(), 30);
}

#[test]
fn random_lives_are_those_of_the_model_and_keep_what_must_hold() {
    lives(2_000);
}

#[test]
#[ignore = "a minute"]
fn a_hundred_thousand_random_lives_are_those_of_the_model_and_keep_what_must_hold() {
    lives(100_000);
}
