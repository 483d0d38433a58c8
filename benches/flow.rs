//! Present, verify and batch, beside the unit of every figure: one `G1Projective * Fr` with fresh random scalars.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --bench flow`. Presentations are distinct: different holders, different requests; nothing is
//! cached across them but keys and issuer points.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/zk/cast.rs"]
mod cast;
#[path = "../tests/zk/world.rs"]
mod world;

use ark_ff::UniformRand;
use criterion::{Criterion, criterion_group, criterion_main};
use shiming::{ledger::MemoryNonces, prepared::Prepared, verifier::PendingRequest, wallet::Wallet};
use shiming_circuits::field::{Fr, G1Projective};
use std::{hint::black_box, time::Duration};
use world::{ADULT, FOUR_COMPARISONS, NOW, Person, World};

const HOLDERS: usize = 16;
const BATCH: usize = 256;

struct Holder {
    wallet: Wallet,
    prepared: Prepared,
}

/// Sixteen holders of sixteen documents.
fn holders(world: &World) -> Vec<Holder> {
    let number = |i: usize| {
        let body = format!("11010519850101{:03}", 2 * i + 2);
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = body.bytes().zip(weights).map(|(d, w)| u32::from(d - b'0') * w).sum();
        let check = b"10X98765432"[(sum % 11) as usize] as char;
        &*Box::leak(format!("{body}{check}").into_boxed_str())
    };
    (0..HOLDERS)
        .map(|i| {
            let person = Person { number: number(i), birth_date: 19_850_101, ..ADULT };
            let wallet = World::wallet(i as u8 + 1);
            let prepared = world.identity(&wallet, &person);
            Holder { wallet, prepared }
        })
        .collect()
}

fn unit(c: &mut Criterion) {
    let mut rng = ark_std::test_rng();
    let point = G1Projective::rand(&mut rng);
    c.bench_function("unit/G1Projective * Fr", |b| {
        b.iter_batched(|| Fr::rand(&mut rng), |x| black_box(point) * x, criterion::BatchSize::SmallInput)
    });
}

fn flow(c: &mut Criterion) {
    let world = World::new();
    let holders = holders(&world);
    let answers: Vec<(PendingRequest, Vec<u8>)> = (0..BATCH)
        .map(|i| {
            let holder = &holders[i % HOLDERS];
            let pending = world.ask(FOUR_COMPARISONS);
            let answer = world.answer(&holder.wallet, &[&holder.prepared], &pending);
            (pending, answer)
        })
        .collect();

    let mut next = 0;
    c.bench_function("present", |b| {
        b.iter(|| {
            next += 1;
            let holder = &holders[next % HOLDERS];
            world.answer(&holder.wallet, &[&holder.prepared], &answers[next % BATCH].0)
        })
    });
    c.bench_function("verify", |b| {
        b.iter(|| {
            next += 1;
            let (pending, answer) = &answers[next % BATCH];
            // A ledger of its own for each call, so that the same presentation is fresh again.
            let ledger = MemoryNonces::default();
            world.platform.verify(pending, answer, &world.trust, &ledger, NOW, &mut *world.rng()).unwrap()
        })
    });
    let entries: Vec<_> = answers.iter().map(|(pending, answer)| (pending, answer.as_slice())).collect();
    let mut group = c.benchmark_group("batch");
    group.sample_size(10).throughput(criterion::Throughput::Elements(BATCH as u64));
    group.bench_function("verify 256", |b| {
        b.iter(|| {
            let ledger = MemoryNonces::default();
            let verdicts = world.platform.verify_batch(&entries, &world.trust, &ledger, NOW, &mut *world.rng());
            assert!(verdicts.iter().all(Result::is_ok));
        })
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(Duration::from_secs(4)).sample_size(100);
    targets = unit, flow
}
criterion_main!(benches);

/// The suites beside `native` that the keys of this bench serve.
pub const SUITES: &[shiming::suite::Suite] = &[];
