//! How many ordinary cases one core takes: over evidence that was checked already, with the log, and with the signatures.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --bench proofing`
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a figure is printed")]

#[allow(dead_code, unreachable_pub, clippy::indexing_slicing, clippy::expect_used, reason = "the world of the tests")]
#[path = "../tests/proofing/world.rs"]
mod world;

use shiming::{
    evidence::{EvidenceKind as K, SignedAttestation},
    proofing::{Case, CaseLog, Event, Path, Stage},
    time::UnixTime,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};
use world::{NOW, World};

/// The three stages; the registry signs with SM2, network and faces with ES256.
const KINDS: [K; 3] = [K::Population, K::BankCard, K::Face];

fn events(world: &World) -> Vec<(Event, UnixTime)> {
    let opened = std::iter::once((world.opened(Path::Ordinary), NOW));
    let evidence = KINDS.iter().zip(1..).map(|(kind, minute)| {
        let at = NOW.plus(60 * minute);
        (world.pass(*kind, at), at)
    });
    let issued = Event::Issued { tag: shiming::digest::Digest::from_bytes([1; 32]) };
    opened.chain(evidence).chain([(issued, NOW.plus(300))]).collect()
}

fn without_log(world: &World, events: &[(Event, UnixTime)]) {
    let mut case = Case::open(&events[0].0, &world.rules, NOW).unwrap();
    for (event, at) in &events[1..] {
        case = case.apply(event, &world.rules, *at).unwrap();
    }
    assert_eq!(black_box(case).stage(), Stage::Issued);
}

fn with_log(world: &World, events: &[(Event, UnixTime)]) {
    let mut log = CaseLog::new(world.session.issuer(), world.session.case());
    for (event, at) in events {
        let recorded = log.record(event, &world.rules, *at).unwrap();
        black_box(&recorded.line);
        log = recorded.log;
    }
    assert_eq!(log.case().unwrap().stage(), Stage::Issued);
}

fn with_signatures(world: &World, events: &[(Event, UnixTime)], signed: &[(Vec<u8>, UnixTime)]) {
    for (bytes, at) in signed {
        let read = SignedAttestation::from_bytes(bytes).unwrap();
        black_box(world.check(&read, *at).unwrap());
    }
    with_log(world, events);
}

/// The median time of one call.
fn time(mut call: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..2_000)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let world = World::new();
    let events = events(&world);
    let signed: Vec<_> = KINDS
        .iter()
        .zip(1..)
        .map(|(kind, minute)| {
            let at = NOW.plus(60 * minute);
            (world.signed(&world.says(*kind, at)).as_bytes().to_vec(), at)
        })
        .collect();
    let per_minute = |time: Duration| 60.0 / time.as_secs_f64();
    let plain = time(|| without_log(&world, &events));
    let logged = time(|| with_log(&world, &events));
    let whole = time(|| with_signatures(&world, &events, &signed));
    let share = 100.0 * (whole - logged).as_secs_f64() / whole.as_secs_f64();
    println!("an ordinary case on one core      time      cases per minute");
    println!("over checked evidence        {:>10.1?}  {:>16.0}", plain, per_minute(plain));
    println!("and its hash-chained log     {:>10.1?}  {:>16.0}", logged, per_minute(logged));
    println!("and its three signatures     {:>10.1?}  {:>16.0}", whole, per_minute(whole));
    println!("the checks of the attestations are {share:.0} % of the last");
}
