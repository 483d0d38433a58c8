//! The published vectors of the suite, and the exceptional inputs of the map.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One, PrimeField, UniformRand, Zero};
use ark_std::test_rng;
use serde::Deserialize;
use shiming::proof::hash_to_curve::{hash_to_curve, hash_to_field, map_to_curve, pseudonym_base};
use shiming_circuits::{
    domain,
    field::{Fq, G1Affine},
};
use std::{collections::HashSet, error::Error};

#[derive(Deserialize)]
struct Suite {
    suite: String,
    dst: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vector {
    #[serde(rename = "msg")]
    message: String,
    p: Point,
    q0: Point,
    q1: Point,
    #[serde(rename = "u")]
    u: [String; 2],
}

#[derive(Deserialize)]
struct Point {
    x: String,
    y: String,
}

fn element(hex: &str) -> Fq {
    hex.trim_start_matches("0x").chars().fold(Fq::zero(), |sum, digit| {
        sum * Fq::from(16) + Fq::from(digit.to_digit(16).unwrap_or_else(|| unreachable!("{hex}")))
    })
}

fn point(point: &Point) -> G1Affine {
    G1Affine::new(element(&point.x), element(&point.y))
}

#[test]
fn published_vectors() -> Result<(), Box<dyn Error>> {
    let suite: Suite = serde_json::from_str(include_str!("../spec/vectors/hash-to-curve/bn254g1.json"))?;
    assert_eq!(suite.suite, "BN254G1_XMD:SHA-256_SVDW_RO_");
    assert_eq!(suite.vectors.len(), 5);
    let dst = suite.dst.as_bytes();
    for vector in suite.vectors {
        let message = vector.message.as_bytes();
        let u = hash_to_field(dst, message);
        assert_eq!(u, [element(&vector.u[0]), element(&vector.u[1])], "u of {:?}", vector.message);
        assert_eq!(map_to_curve(&u), [point(&vector.q0), point(&vector.q1)], "Q of {:?}", vector.message);
        assert_eq!(hash_to_curve(dst, message), point(&vector.p), "P of {:?}", vector.message);
    }
    Ok(())
}

fn is_odd(x: &Fq) -> bool {
    x.into_bigint().0[0] & 1 == 1
}

/// The definition of RFC 9380, section 6.6.1, step by step with field divisions, instead of its straight-line form.
fn reference(u: Fq) -> G1Affine {
    let g = |x: Fq| x * x * x + Fq::from(3);
    let z = Fq::one();
    let inv0 = |x: Fq| x.inverse().unwrap_or_default();
    let tv1 = u * u * g(z);
    let tv2 = Fq::one() + tv1;
    let tv1 = Fq::one() - tv1;
    let tv3 = inv0(tv1 * tv2);
    let mut tv4 = (-g(z) * (Fq::from(3) * z * z)).sqrt().unwrap_or_default();
    if is_odd(&tv4) {
        tv4 = -tv4;
    }
    let tv5 = u * tv1 * tv3 * tv4;
    let tv6 = -Fq::from(4) * g(z) / (Fq::from(3) * z * z);
    let x1 = -z / Fq::from(2) - tv5;
    let x2 = -z / Fq::from(2) + tv5;
    let x3 = z + tv6 * (tv2 * tv2 * tv3).square();
    let x = if g(x1).sqrt().is_some() {
        x1
    } else if g(x2).sqrt().is_some() {
        x2
    } else {
        x3
    };
    let y = g(x).sqrt().unwrap_or_default();
    G1Affine::new(x, if is_odd(&u) == is_odd(&y) { y } else { -y })
}

#[test]
fn map_follows_its_definition() {
    let rng = &mut test_rng();
    let half = Fq::from(2).inverse().unwrap_or_default();
    // At +-1/2 the map divides by zero, at 0 two candidates meet.
    let edges = [half, -half, Fq::zero(), Fq::one(), -Fq::one()];
    for u in edges.into_iter().chain((0..300).map(|_| Fq::rand(rng))) {
        for (pair, at) in [([u, Fq::from(7)], 0), ([half, u], 1), ([u, u], 0)] {
            assert_eq!(map_to_curve(&pair)[at], reference(u), "{u}");
        }
    }
}

#[test]
fn map_is_odd() {
    let rng = &mut test_rng();
    for _ in 0..100 {
        let u = Fq::rand(rng);
        let [plus, minus] = map_to_curve(&[u, -u]);
        // -u has the other sign, and its first two candidates swap.
        assert!(plus.is_on_curve() && minus.is_on_curve());
        assert_eq!(is_odd(&u), plus.y().is_some_and(|y| is_odd(&y)));
        assert_eq!(!is_odd(&u), minus.y().is_some_and(|y| is_odd(&y)));
    }
}

#[test]
fn equal_halves_add_up() {
    let [q, r] = map_to_curve(&[Fq::from(5); 2]);
    assert_eq!(q, r);
    assert!(!(q + r).into_affine().is_zero());
}

#[test]
fn tag_and_message_separate() {
    let points = [
        hash_to_curve(b"a", b"b"),
        hash_to_curve(b"a", b"c"),
        hash_to_curve(b"ab", b""),
        hash_to_curve(b"", b"ab"),
        hash_to_curve(&[7; 255], b"b"),
        hash_to_curve(&[7; 256], b"b"),
        hash_to_curve(&[7; 257], b"b"),
    ];
    assert!(points.iter().all(|p| p.is_on_curve() && !p.is_zero()));
    assert_eq!(points.iter().collect::<HashSet<_>>().len(), points.len());
}

#[test]
fn long_tags_are_hashed() {
    use sha2::{Digest, Sha256};
    let long = [b'x'; 300];
    let short = Sha256::new_with_prefix(b"H2C-OVERSIZE-DST-").chain_update(long).finalize();
    assert_eq!(hash_to_curve(&long, b"m"), hash_to_curve(&short, b"m"));
}

#[test]
fn pseudonym_bases_differ() {
    let pairs = [("shop", "account"), ("shopa", "ccount"), ("shop", ""), ("", "shop"), ("", ""), ("account", "shop")];
    let bases: HashSet<_> = pairs.iter().map(|(audience, scope)| pseudonym_base(audience, scope)).collect();
    assert_eq!(bases.len(), pairs.len());
    let expected = hash_to_curve(domain::PSEUDONYM_DST, b"\0\0\0\x04shop\0\0\0\x07account");
    assert_eq!(pseudonym_base("shop", "account"), expected);
}
