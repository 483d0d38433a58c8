//! The subgroup check against the definition and against the library's, on points of every order that there is.

use ark_ec::{AffineRepr, CurveConfig, CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField, UniformRand, Zero};
use ark_std::{rand::Rng, test_rng};
use shiming::proof::subgroup::g2_in_subgroup;
use shiming_circuits::field::{Fq2, Fr, G2Affine, G2Projective};

/// The prime factors of the twist's cofactor.
const FACTORS: [[u64; 3]; 4] = [
    [10_069, 0, 0],
    [5_864_401, 0, 0],
    [1_875_725_156_269, 0, 0],
    [0x9b6e_0b35_8e0d_894d, 0xe9da_b924_0f0c_6ab8, 0x2_1031_5729_f570],
];

type Config = <G2Projective as CurveGroup>::Config;

/// A point of the twist, in no particular subgroup.
fn any_point(rng: &mut impl Rng) -> G2Affine {
    core::iter::repeat_with(|| G2Affine::get_point_from_x_unchecked(Fq2::rand(rng), false))
        .flatten()
        .next()
        .unwrap_or_default()
}

/// The definition: on the curve, and `r` annihilates it.
fn by_definition(point: &G2Affine) -> bool {
    point.is_on_curve() && point.mul_bigint(Fr::MODULUS).is_zero()
}

fn agree(point: &G2Affine, expected: bool) {
    assert_eq!(g2_in_subgroup(point), expected);
    assert_eq!(point.is_in_correct_subgroup_assuming_on_curve(), expected);
    assert_eq!(by_definition(point), expected);
}

/// A point of order `FACTORS[i]`.
fn of_order(i: usize, rng: &mut impl Rng) -> G2Projective {
    loop {
        let mut point = any_point(rng).mul_bigint(Fr::MODULUS);
        for (j, factor) in FACTORS.iter().enumerate() {
            if i != j {
                point = point.mul_bigint(factor);
            }
        }
        if point != G2Projective::ZERO {
            assert_eq!(point.mul_bigint(FACTORS[i]), G2Projective::ZERO);
            return point;
        }
    }
}

#[test]
fn factors_multiply_to_the_cofactor() {
    let mut product = ark_ff::BigInt::<4>::from(1u64);
    for [a, b, c] in FACTORS {
        let (low, high) = product.mul(&ark_ff::BigInt([a, b, c, 0]));
        assert!(high.is_zero());
        product = low;
    }
    assert_eq!(product.0, Config::COFACTOR);
}

#[test]
fn members() {
    let rng = &mut test_rng();
    for _ in 0..1000 {
        agree(&G2Projective::rand(rng).into_affine(), true);
    }
    agree(&G2Affine::generator(), true);
    agree(&G2Affine::zero(), true);
}

#[test]
fn random_points_of_the_twist() {
    let rng = &mut test_rng();
    for _ in 0..2000 {
        let point = any_point(rng);
        agree(&point, by_definition(&point));
    }
}

/// One per prime factor decides for all points of that order; several, and their mixtures, are for good measure.
#[test]
fn points_of_every_order() {
    let rng = &mut test_rng();
    let parts: Vec<G2Projective> = (0..FACTORS.len()).map(|i| of_order(i, rng)).collect();
    for subset in 1..1usize << parts.len() {
        let outside: G2Projective =
            parts.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1).map(|(_, part)| *part).sum();
        for _ in 0..20 {
            agree(&outside.mul_bigint([rng.gen_range(1..10_000u64)]).into_affine(), false);
            agree(&(outside + G2Projective::rand(rng)).into_affine(), false);
        }
    }
    // All of the smallest order.
    let mut point = parts[0];
    for _ in 1..10_069 {
        assert!(!g2_in_subgroup(&point.into_affine()));
        point += parts[0];
    }
    assert_eq!(point, G2Projective::ZERO);
}

#[test]
fn points_off_the_twist() {
    let rng = &mut test_rng();
    for _ in 0..100 {
        let point = G2Projective::rand(rng).into_affine();
        assert!(!g2_in_subgroup(&G2Affine::new_unchecked(point.x, point.y + point.x)));
        assert!(!g2_in_subgroup(&G2Affine::new_unchecked(Fq2::rand(rng), Fq2::rand(rng))));
    }
}
