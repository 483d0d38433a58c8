//! Sums of scalar multiples, each beside the unit of all figures: one `G1Projective * Fr` with a fresh random scalar.
#![allow(missing_docs)]

use ark_ec::CurveGroup;
use ark_ff::UniformRand;
use ark_std::{rand::Rng, test_rng};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use shiming::proof::{
    hash_to_curve::pseudonym_base,
    msm::{BucketTables, FixedBaseG2, FixedBases, pippenger, straus},
    subgroup::g2_in_subgroup,
};
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Projective};
use std::hint::black_box;

fn scalars(n: usize) -> impl FnMut() -> Vec<Fr> {
    let mut rng = test_rng();
    move || (0..n).map(|_| Fr::rand(&mut rng)).collect()
}

fn weights(n: usize) -> impl FnMut() -> Vec<Fr> {
    let mut rng = test_rng();
    move || (0..n).map(|_| Fr::from(rng.r#gen::<u128>())).collect()
}

fn bits(n: usize) -> impl FnMut() -> Vec<Fr> {
    let mut rng = test_rng();
    move || (0..n).map(|_| Fr::from(rng.r#gen::<bool>())).collect()
}

fn points(n: usize) -> Vec<G1Affine> {
    let mut rng = test_rng();
    (0..n).map(|_| G1Projective::rand(&mut rng).into_affine()).collect()
}

fn unit(c: &mut Criterion) {
    let (point, mut rng) = (G1Projective::rand(&mut test_rng()), test_rng());
    c.bench_function("unit: G1Projective * Fr", |b| {
        b.iter_batched(|| Fr::rand(&mut rng), |s| point * s, BatchSize::SmallInput);
    });
}

fn fixed(c: &mut Criterion) {
    for n in [1, 5, 17] {
        let tables = FixedBases::new(&points(n));
        c.bench_function(&format!("fixed bases, {n}"), |b| {
            b.iter_batched(scalars(n), |s| tables.msm(&s), BatchSize::SmallInput);
        });
    }
    let tables = FixedBases::new(&points(1));
    c.bench_function("fixed base, single product", |b| {
        b.iter_batched(scalars(1), |s| s.first().and_then(|s| tables.mul(0, s)), BatchSize::SmallInput);
    });
    c.bench_function("build fixed bases, 17", |b| {
        let points = points(17);
        b.iter(|| FixedBases::new(black_box(&points)));
    });
    for n in [17, 32, 64, 128] {
        let tables = BucketTables::new(&points(n));
        c.bench_function(&format!("buckets, {n}"), |b| {
            b.iter_batched(scalars(n), |s| tables.msm(&s), BatchSize::SmallInput);
        });
    }
    let tables = BucketTables::new(&points(128));
    c.bench_function("buckets, 128 bits as scalars", |b| {
        b.iter_batched(bits(128), |s| tables.msm(&s), BatchSize::SmallInput);
    });
}

fn g2(c: &mut Criterion) {
    let mut rng = test_rng();
    let point = G2Projective::rand(&mut rng);
    let table = FixedBaseG2::new(&point.into_affine());
    c.bench_function("fixed base in G2", |b| {
        b.iter_batched(|| Fr::rand(&mut rng), |s| table.mul(&s), BatchSize::SmallInput);
    });
}

fn variable(c: &mut Criterion) {
    for n in [1, 3, 8] {
        let points = points(n);
        c.bench_function(&format!("straus, {n}"), |b| {
            b.iter_batched(scalars(n), |s| straus(&points, &s), BatchSize::SmallInput);
        });
    }
    let three = points(3);
    c.bench_function("straus, 3 of 128 bits", |b| {
        b.iter_batched(weights(3), |s| straus(&three, &s), BatchSize::SmallInput);
    });
    for n in [30, 100, 1000] {
        let points = points(n);
        c.bench_function(&format!("pippenger, {n} of 128 bits"), |b| {
            b.iter_batched(weights(n), |s| pippenger(&points, &s), BatchSize::SmallInput);
        });
    }
}

fn subgroup(c: &mut Criterion) {
    let point = G2Projective::rand(&mut test_rng()).into_affine();
    c.bench_function("G2 subgroup check", |b| b.iter(|| g2_in_subgroup(black_box(&point))));
    c.bench_function("G2 subgroup check of ark-bn254, curve included", |b| {
        b.iter(|| black_box(&point).is_on_curve() && black_box(&point).is_in_correct_subgroup_assuming_on_curve());
    });
}

fn hash(c: &mut Criterion) {
    let mut i = 0u64;
    c.bench_function("hash to curve", |b| {
        b.iter_batched(
            || {
                // How many candidates are tried depends on the input.
                i += 1;
                i.to_string()
            },
            |scope| pseudonym_base("platform.example", &scope),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, unit, fixed, g2, variable, subgroup, hash);
criterion_main!(benches);
