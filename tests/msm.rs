//! Every sum equals the naive one, on ordinary and on exceptional inputs.

use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use ark_std::{rand::Rng, test_rng};
use proptest::prelude::*;
use shiming::proof::msm::{BucketTables, FixedBaseG2, FixedBases, Recoded, large, pippenger, straus};
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};

fn naive(points: &[G1Affine], scalars: &[Fr]) -> G1Projective {
    points.iter().zip(scalars).map(|(p, s)| p.into_group() * s).sum()
}

fn check(points: &[G1Affine], scalars: &[Fr]) {
    let expected = Some(naive(points, scalars));
    assert_eq!(FixedBases::new(points).msm(scalars), expected, "fixed bases, {} points", points.len());
    check_large(points, scalars);
}

/// Without the tables per base, which take long to build.
fn check_large(points: &[G1Affine], scalars: &[Fr]) {
    let expected = Some(naive(points, scalars));
    assert_eq!(BucketTables::new(points).msm(scalars), expected, "bucket tables, {} points", points.len());
    assert_eq!(straus(points, scalars), expected, "straus, {} points", points.len());
    assert_eq!(pippenger(points, scalars), expected, "pippenger, {} points", points.len());
    assert_eq!(Some(large(&[(points, &Recoded::new(scalars))])), expected, "large, {} points", points.len());
}

fn points(n: usize) -> Vec<G1Affine> {
    let rng = &mut test_rng();
    (0..n).map(|_| G1Projective::rand(rng).into_affine()).collect()
}

fn power_of_two(i: u32) -> Fr {
    Fr::from(2u64).pow([u64::from(i)])
}

/// Scalars at the edges of digits, of limbs, of halves and of the field.
fn edges() -> Vec<Fr> {
    let mut edges = vec![Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(2u64), -Fr::from(2u64)];
    for i in [3, 4, 5, 6, 7, 8, 9, 15, 16, 31, 63, 64, 126, 127, 128, 129, 191, 192, 247, 252, 253] {
        let power = power_of_two(i);
        edges.extend([power, power - Fr::ONE, power + Fr::ONE, -power, Fr::ONE - power, -power - Fr::ONE]);
    }
    let half = -Fr::ONE / Fr::from(2u64);
    edges.extend([half, half + Fr::ONE, half - Fr::ONE]);
    edges
}

#[test]
fn empty() {
    check(&[], &[]);
    assert!(FixedBases::new(&[]).is_empty());
    assert!(BucketTables::new(&[]).is_empty());
}

#[test]
fn lengths_must_agree() {
    let (points, scalars) = (points(3), [Fr::ONE; 4]);
    for n in [0, 2, 4] {
        let scalars = &scalars[..n];
        assert_eq!(FixedBases::new(&points).msm(scalars), None);
        assert_eq!(BucketTables::new(&points).msm(scalars), None);
        assert_eq!(straus(&points, scalars), None);
        assert_eq!(pippenger(&points, scalars), None);
    }
    assert_eq!(FixedBases::new(&points).len(), 3);
    assert_eq!(BucketTables::new(&points).len(), 3);
}

#[test]
fn one_base_and_every_edge() {
    let point = points(1);
    let tables = FixedBases::new(&point);
    let buckets = BucketTables::new(&point);
    for scalar in edges() {
        let expected = Some(point[0] * scalar);
        assert_eq!(tables.mul(0, &scalar), expected, "{scalar}");
        assert_eq!(tables.msm(&[scalar]), expected, "{scalar}");
        assert_eq!(buckets.msm(&[scalar]), expected, "{scalar}");
        assert_eq!(straus(&point, &[scalar]), expected, "{scalar}");
        assert_eq!(pippenger(&point, &[scalar]), expected, "{scalar}");
    }
    assert_eq!(tables.mul(1, &Fr::ONE), None);
}

#[test]
fn edges_together() {
    let edges = edges();
    check(&points(edges.len()), &edges);
}

#[test]
fn random_of_many_lengths() {
    let rng = &mut test_rng();
    let points = points(300);
    for n in [1, 2, 3, 4, 5, 8, 17, 31, 33] {
        let scalars: Vec<_> = (0..n).map(|_| Fr::rand(rng)).collect();
        check(&points[..n], &scalars);
    }
    for n in [63, 64, 65, 128, 300] {
        let scalars: Vec<_> = (0..n).map(|_| Fr::rand(rng)).collect();
        check_large(&points[..n], &scalars);
    }
}

#[test]
fn weights_of_128_bits() {
    let rng = &mut test_rng();
    let points = points(1000);
    for n in [1, 2, 3, 40, 1000] {
        let scalars: Vec<_> = (0..n).map(|_| Fr::from(rng.r#gen::<u128>())).collect();
        check_large(&points[..n], &scalars);
        let negated: Vec<_> = scalars.iter().map(|s| -*s).collect();
        check_large(&points[..n], &negated);
    }
    check(&points[..3], &[Fr::from(u128::MAX); 3]);
}

#[test]
fn mostly_bits() {
    let rng = &mut test_rng();
    let points = points(400);
    let mut scalars: Vec<_> = (0..400).map(|_| Fr::from(rng.r#gen::<bool>())).collect();
    check_large(&points, &scalars);
    for i in [0, 7, 100, 399] {
        scalars[i] = Fr::rand(rng);
    }
    scalars[50] = -Fr::ONE;
    check_large(&points, &scalars);
    check_large(&points, &[Fr::ZERO; 400]);
}

#[test]
fn equal_bases_equal_scalars() {
    let rng = &mut test_rng();
    // Every bucket holds many copies of one point: all additions are doublings.
    for n in [2, 8, 64, 200] {
        let same = vec![points(1)[0]; n];
        check_large(&same, &vec![Fr::rand(rng); n]);
        check_large(&same, &vec![-Fr::ONE; n]);
    }
    let same = vec![points(1)[0]; 8];
    check(&same, &[Fr::rand(rng); 8]);
}

#[test]
fn base_and_its_negative() {
    let rng = &mut test_rng();
    let mut points = points(100);
    points.extend(points.clone().iter().map(|p| -*p));
    let scalar = Fr::rand(rng);
    // Neighbours that cancel, once within a run and once in the running sums.
    check_large(&points, &[scalar; 200]);
    let cancelling: Vec<_> = points.chunks(100).flat_map(|c| c.iter().take(4)).copied().collect();
    check(&cancelling, &[scalar; 8]);
    assert_eq!(straus(&cancelling, &[scalar; 8]), Some(G1Projective::ZERO));
}

#[test]
fn infinity_is_a_base() {
    let rng = &mut test_rng();
    let mut points = points(150);
    for i in [0, 3, 4, 5, 149] {
        points[i] = G1Affine::zero();
    }
    let scalars: Vec<_> = (0..150).map(|_| Fr::rand(rng)).collect();
    check_large(&points, &scalars);
    check(&points[..8], &scalars[..8]);
    check_large(&[G1Affine::zero(); 100], &scalars[..100]);
    check(&[G1Affine::zero()], &[Fr::ONE]);
}

#[test]
fn g2() {
    let rng = &mut test_rng();
    let base = G2Projective::rand(rng).into_affine();
    let table = FixedBaseG2::new(&base);
    for scalar in edges().into_iter().chain((0..100).map(|_| Fr::rand(rng))) {
        assert_eq!(table.mul(&scalar), base * scalar, "{scalar}");
    }
    let infinity = FixedBaseG2::new(&ark_ec::short_weierstrass::Affine::zero());
    assert_eq!(infinity.mul(&Fr::rand(rng)), G2Projective::ZERO);
}

/// The sums of arkworks, at the sizes and with the scalars of a proving key.
#[test]
fn large_sums_equal_those_of_arkworks() {
    let rng = &mut test_rng();
    let few = points(50);
    let (mut bases, mut bases_g2, mut scalars) = (Vec::new(), Vec::new(), Vec::new());
    let edges = edges();
    for i in 0..6000usize {
        let multiple = Fr::from(i as u64 % 700);
        // Many bases repeat, some are infinity or negatives of others.
        bases.push((few[i % 50] * multiple).into_affine());
        bases_g2.push((G2Affine::generator() * (multiple - Fr::from(300u64))).into_affine());
        scalars.push(match i % 5 {
            0 => Fr::ZERO,
            1 => Fr::ONE,
            2 => edges[i % edges.len()],
            _ => Fr::rand(rng),
        });
    }
    for n in [0, 1, 100, 1500, 6000] {
        let (bases, bases_g2, recoded) = (&bases[..n], &bases_g2[..n], Recoded::new(&scalars[..n]));
        assert_eq!(large(&[(bases, &recoded)]), G1Projective::msm_unchecked(bases, &scalars), "{n}");
        assert_eq!(large(&[(bases_g2, &recoded)]), G2Projective::msm_unchecked(bases_g2, &scalars), "{n}");
        let twice = large(&[(bases, &recoded), (bases, &recoded)]);
        assert_eq!(twice, large(&[(bases, &recoded)]).double(), "{n}");
    }
    // Whatever has no counterpart is left out.
    let recoded = Recoded::new(&scalars[..100]);
    assert_eq!(large(&[(&bases[..90], &recoded)]), G1Projective::msm_unchecked(&bases[..90], &scalars[..90]));
    assert_eq!(large(&[(&bases[..110], &recoded)]), G1Projective::msm_unchecked(&bases[..100], &scalars[..100]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_multiples_of_one_point(
        logs in prop::collection::vec(-3i64..=3, 1..90),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 90),
    ) {
        // Bases that are small multiples of one point collide all the time.
        let point = points(1)[0];
        let bases: Vec<_> = logs.iter().map(|l| (point * Fr::from(*l)).into_affine()).collect();
        let edges = edges();
        let scalars: Vec<_> = picks.iter().take(bases.len()).map(|i| edges[i.index(edges.len())]).collect();
        check_large(&bases, &scalars);
    }
}
