//! What a key, a witness and the matrices of a signature on a foreign curve take.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails by panicking")]

#[path = "../tests/foreign/mod.rs"]
mod foreign;

use criterion::{Criterion, criterion_group, criterion_main};
use foreign::{Signed, Suite, fitted, key, scalar};
use shiming_circuits::{
    p256::P256,
    relation::{assign, matrices},
    sm2::Sm2,
    weierstrass::PublicKey,
};

fn suite<C: Suite>(c: &mut Criterion) {
    let key = key::<C>(scalar(1));
    let encoded = key.to_bytes();
    let (statement, witness) = fitted(&key, scalar(2), scalar(3));
    let mut group = c.benchmark_group(<C as Suite>::NAME);
    group.sample_size(20);
    C::base_table().unwrap();
    group.bench_function("key", |b| b.iter(|| PublicKey::<C>::from_bytes(&encoded).unwrap()));
    group.bench_function("witness", |b| b.iter(|| assign::<Signed<C>>(&statement, &witness).unwrap()));
    group.bench_function("matrices", |b| b.iter(|| matrices::<Signed<C>>().unwrap()));
    group.finish();
}

fn both(c: &mut Criterion) {
    suite::<Sm2>(c);
    suite::<P256>(c);
}

criterion_group!(benches, both);
criterion_main!(benches);
