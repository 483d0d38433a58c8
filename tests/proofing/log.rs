//! The log is the truth: it replays to the same case, and shows what was done to it.

use crate::world::{NOW, World, id};
use shiming::{
    chain::ChainError,
    evidence::{EvidenceKind as K, Outcome},
    proofing::{CaseLog, Event, LogError, Path, ProofingRules, Refusal, Stage},
    time::UnixTime,
};

struct Kept {
    log: CaseLog,
    file: Vec<u8>,
    ends: Vec<usize>,
}

fn keep(world: &World, events: &[(Event, UnixTime)]) -> Kept {
    let mut kept =
        Kept { log: CaseLog::new(world.session.issuer(), world.session.case()), file: Vec::new(), ends: vec![0] };
    for (event, at) in events {
        let recorded = kept.log.record(event, &world.rules, *at).unwrap();
        kept.file.extend(&recorded.line);
        kept.ends.push(kept.file.len());
        kept.log = recorded.log;
    }
    kept
}

fn replay(world: &World, file: &[u8]) -> Result<shiming::proofing::Replayed, LogError> {
    CaseLog::replay(world.session.issuer(), world.session.case(), &world.rules, file)
}

fn story(world: &World) -> Vec<(Event, UnixTime)> {
    let at = |minutes: i64| NOW.plus(60 * minutes);
    vec![
        (world.opened(Path::Ordinary), NOW),
        (world.pass(K::Population, at(1)), at(1)),
        (world.evidence(K::Device, at(2), |said| said.result = Outcome::Fail), at(2)),
        (world.pass(K::BankCard, at(3)), at(3)),
        (world.pass(K::Face, at(4)), at(4)),
        (world.pass(K::SocialInsurance, at(5)), at(5)),
        (world.pass(K::CarrierRealName, at(6)), at(6)),
        (world.pass(K::Video, at(7)), at(7)),
        (Event::Issued { tag: shiming::digest::Digest::from_bytes([1; 32]) }, at(8)),
    ]
}

#[test]
fn a_log_replays_to_the_same_case_after_every_event() {
    let world = World::new();
    let story = story(&world);
    for end in 0..=story.len() {
        let kept = keep(&world, &story[..end]);
        let replayed = replay(&world, &kept.file).unwrap();
        assert_eq!((&replayed.log, replayed.whole), (&kept.log, kept.file.len()));
    }
    assert_eq!(keep(&world, &story).log.case().unwrap().stage(), Stage::Issued);
}

#[test]
fn a_crash_in_a_write_loses_nothing_that_was_acknowledged() {
    let world = World::new();
    let story = story(&world);
    let kept = keep(&world, &story);
    for cut in 0..=kept.file.len() {
        let replayed = replay(&world, &kept.file[..cut]).unwrap();
        let whole = kept.ends.iter().rposition(|end| *end <= cut).unwrap();
        assert_eq!(replayed.whole, kept.ends[whole]);
        assert_eq!(replayed.log, keep(&world, &story[..whole]).log);
    }
}

#[test]
fn a_changed_removed_or_exchanged_event_is_seen() {
    let world = World::new();
    let kept = keep(&world, &story(&world));
    let text = String::from_utf8(kept.file.clone()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect::<Vec<u8>>();
    let changed = text.replacen(r#""result":"fail""#, r#""result":"pass""#, 1);
    assert_ne!(changed, text);
    assert_eq!(replay(&world, changed.as_bytes()).unwrap_err(), LogError::Chain(ChainError::Head { line: 3 }));
    let mut removed = lines.clone();
    removed.remove(2);
    assert_eq!(replay(&world, &joined(&removed)).unwrap_err(), LogError::Chain(ChainError::Previous { line: 3 }));
    let mut exchanged = lines.clone();
    exchanged.swap(2, 3);
    assert_eq!(replay(&world, &joined(&exchanged)).unwrap_err(), LogError::Chain(ChainError::Previous { line: 3 }));
    let other_case = CaseLog::replay(world.session.issuer(), &id("case-2"), &world.rules, &kept.file).unwrap_err();
    assert_eq!(other_case, LogError::Chain(ChainError::Previous { line: 1 }));
}

#[test]
fn a_log_of_events_that_the_case_would_not_take_is_refused() {
    let world = World::new();
    let kept = keep(&world, &story(&world)[..3]);
    let newer = ProofingRules { version: 2, ..ProofingRules::default() };
    let refused = CaseLog::replay(world.session.issuer(), world.session.case(), &newer, &kept.file).unwrap_err();
    let refusal = Refusal::OtherRules { opened: 1, given: 2 };
    assert_eq!(refused, LogError::Refused { entry: 1, refusal });
    // The same version with another content: the face would not have been alike enough.
    let stricter = ProofingRules { similarity_bp: 9_999, ..ProofingRules::default() };
    let refused = CaseLog::replay(world.session.issuer(), world.session.case(), &stricter, &kept.file).unwrap_err();
    assert_eq!(refused, LogError::Rules { entry: 1 });
}

#[test]
fn a_refused_event_is_not_written() {
    let world = World::new();
    let kept = keep(&world, &story(&world)[..1]);
    let refused = kept.log.record(&world.pass(K::Face, NOW), &world.rules, NOW).unwrap_err();
    assert_eq!(refused, LogError::Refusal(Refusal::OutOfOrder { kind: K::Face, stage: Stage::Started }));
}

#[test]
fn no_fact_of_the_person_is_in_the_log() {
    let world = World::new();
    let kept = keep(&world, &story(&world));
    let text = String::from_utf8(kept.file).unwrap();
    for (fact, raw) in world.subject.facts() {
        // A sex of one digit is in every number.
        assert!(raw.len() < 3 || !text.contains(raw.as_str()), "{fact:?}");
    }
    for raw in ["card-token", "13800000000", "template-7"] {
        assert!(!text.contains(raw));
    }
}
