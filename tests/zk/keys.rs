//! Every key that the lint refuses: first a false statement is proved under it, then the exact rule refuses it.
//!
//! The statement is always `range` for values that are out of range, and nobody uses what a setup must forget: forgers see
//! points only.

use crate::world::*;
use ark_ec::{AffineRepr, CurveGroup};
use rand_core::Rng;
use shiming::{
    danger::{self, InsecureCore, InsecureKeyPoints},
    digest::Digest,
    keys::{KeyError, RelationSpec, RingError, VerifyingKey, VerifyingKeys},
    proof::{
        linked::{Form, LinkedError, Part, Statement},
        points::PointError,
    },
};
use shiming_circuits::{
    field::{Fq2, Fr, G1Affine, G2Affine, fr_from_uniform},
    relation::range::Range,
};

const RANGE: RelationSpec = RelationSpec::of::<Range>();

fn scalar(seed: u64) -> Fr {
    let mut bytes = [0; 64];
    rng(seed).fill_bytes(&mut bytes);
    fr_from_uniform(&bytes)
}

fn g1(x: Fr) -> G1Affine {
    (G1Affine::generator() * x).into_affine()
}

fn g2(x: Fr) -> G2Affine {
    (G2Affine::generator() * x).into_affine()
}

/// Values that are far out of range: -1 to -4.
fn false_values() -> [Fr; 4] {
    [1u64, 2, 3, 4].map(|n| -Fr::from(n))
}

fn sign(negative: bool) -> Fr {
    if negative { -Fr::from(1u64) } else { Fr::from(1u64) }
}

/// A key with one relation between its parts, and what a forger sees beside the verifying key: beta in G1.
struct Weak {
    points: InsecureKeyPoints,
    beta_g1: G1Affine,
}

/// A key from scalars; the instance points are random, since a forger needs no circuit.
fn weak(alpha: Fr, beta: Fr, delta: Fr) -> Weak {
    let ic = (0..5).map(|i| g1(scalar(40 + i))).collect();
    let points = InsecureKeyPoints {
        alpha_g1: g1(alpha),
        beta_g1: g1(beta),
        beta_g2: g2(beta),
        delta_g1: g1(delta),
        delta_g2: g2(delta),
        ic,
    };
    Weak { points, beta_g1: g1(beta) }
}

/// The verdict on a linked proof over this core for these values, under keys that no rule was checked on.
fn verdict(key: &VerifyingKey, values: [Fr; 4], core: InsecureCore) -> Result<(), LinkedError> {
    let ring = danger::insecure_ring_without_lint(vec![key.clone()]);
    let key = ring.get("range").unwrap().clone();
    let statement = Statement {
        session: b"forgery",
        context: Digest::from_bytes([1; 32]),
        items: Vec::new(),
        parts: vec![Part { public: key.public_inputs(&[]).unwrap(), key, forms: (0..4).map(Form::wire).collect() }],
        wires: 4,
        pseudonym: None,
    };
    let proof = danger::insecure_prove_linked(&statement, &values, vec![core], &mut rng(2)).unwrap();
    danger::insecure_verify_linked(&statement, &proof, &mut rng(3))
}

/// `IC_0 + sum x_i IC_i` at the false values.
fn inputs(points: &InsecureKeyPoints) -> G1Affine {
    let sum = points.ic[1..].iter().zip(false_values()).fold(points.ic[0].into_group(), |sum, (p, x)| sum + *p * x);
    sum.into_affine()
}

/// What every door to a ring says about the points.
fn refusal(points: &InsecureKeyPoints) -> KeyError {
    let key = points.clone().insecure_key(RANGE, true);
    let error = key.lint().unwrap_err();
    assert_eq!(VerifyingKey::from_bytes(RANGE, &key.to_bytes()).unwrap_err(), error, "decoding");
    let ring = danger::insecure_accept_development_keys(vec![key]).err();
    assert_eq!(ring, Some(RingError::Key { relation: "range", error: error.clone() }), "a ring");
    error
}

/// Forges with a core, then hears the lint.
fn forged(weak: &Weak, core: InsecureCore, rule: KeyError) {
    let key = weak.points.clone().insecure_key(RANGE, true);
    assert_eq!(verdict(&key, false_values(), core), Ok(()), "the forgery against {rule}");
    assert_eq!(refusal(&weak.points), rule);
}

#[test]
fn the_same_forgeries_fail_under_a_sound_key() {
    let Weak { points, beta_g1 } = weak(scalar(1), scalar(2), scalar(3));
    let (g, h, q, d) = (G1Affine::generator(), G2Affine::generator(), inputs(&points), points.delta_g1);
    let key = points.clone().insecure_key(RANGE, true);
    assert_eq!(key.lint(), Ok(()));
    for core in [
        InsecureCore { a: points.alpha_g1, b_g1: beta_g1, b_g2: points.beta_g2, c: -q },
        InsecureCore { a: (points.alpha_g1 + q + d).into(), b_g1: g, b_g2: h, c: g },
        InsecureCore { a: (q + d).into(), b_g1: g, b_g2: h, c: (g - points.alpha_g1).into() },
        InsecureCore { a: (beta_g1 + q + d).into(), b_g1: g, b_g2: h, c: g },
        InsecureCore { a: (q + d).into(), b_g1: g, b_g2: h, c: (g - beta_g1).into() },
    ] {
        assert_eq!(verdict(&key, false_values(), core), Err(LinkedError::Equation));
    }
}

#[test]
fn delta_equal_to_gamma_up_to_sign_is_forged_and_refused() {
    for negative in [false, true] {
        let weak = weak(scalar(1), scalar(2), sign(negative));
        let c = (inputs(&weak.points) * -sign(negative)).into();
        let core = InsecureCore { a: weak.points.alpha_g1, b_g1: weak.beta_g1, b_g2: weak.points.beta_g2, c };
        forged(&weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn beta_equal_to_gamma_up_to_sign_is_forged_and_refused() {
    for negative in [false, true] {
        let weak = weak(scalar(1), sign(negative), scalar(3));
        let (g, points) = (G1Affine::generator(), &weak.points);
        let a = (points.alpha_g1 * sign(negative) + inputs(points) + points.delta_g1).into();
        let core = InsecureCore { a, b_g1: g, b_g2: G2Affine::generator(), c: g };
        forged(&weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn beta_equal_to_delta_up_to_sign_is_forged_and_refused() {
    for negative in [false, true] {
        let weak = weak(scalar(1), scalar(3) * sign(negative), scalar(3));
        let (g, points) = (G1Affine::generator(), &weak.points);
        let c = (g - (points.alpha_g1 * sign(negative)).into_affine()).into();
        let core =
            InsecureCore { a: (inputs(points) + points.delta_g1).into(), b_g1: g, b_g2: G2Affine::generator(), c };
        forged(&weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn alpha_equal_to_the_generator_up_to_sign_is_forged_and_refused() {
    for negative in [false, true] {
        let weak = weak(sign(negative), scalar(2), scalar(3));
        let (g, points) = (G1Affine::generator(), &weak.points);
        let a = (weak.beta_g1 * sign(negative) + inputs(points) + points.delta_g1).into();
        let core = InsecureCore { a, b_g1: g, b_g2: G2Affine::generator(), c: g };
        forged(&weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn alpha_equal_to_delta_up_to_sign_is_forged_and_refused() {
    for negative in [false, true] {
        let weak = weak(scalar(3) * sign(negative), scalar(2), scalar(3));
        let (g, points) = (G1Affine::generator(), &weak.points);
        let c = (g - (weak.beta_g1 * sign(negative)).into_affine()).into();
        let core =
            InsecureCore { a: (inputs(points) + points.delta_g1).into(), b_g1: g, b_g2: G2Affine::generator(), c };
        forged(&weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn an_alpha_or_beta_of_zero_is_forged_and_refused() {
    let (zero, g) = (Fr::from(0u64), G1Affine::generator());
    for (weak, point) in [(weak(zero, scalar(2), scalar(3)), "alpha_1"), (weak(scalar(1), zero, scalar(3)), "beta_1")] {
        let a = (inputs(&weak.points) + weak.points.delta_g1).into();
        let core = InsecureCore { a, b_g1: g, b_g2: G2Affine::generator(), c: g };
        forged(&weak, core, KeyError::Identity { point });
    }
}

/// The range key of the setup with other instance points, and the honest core for four zeros, which is valid under any
/// `IC_1` to `IC_4`: they are multiplied by zero.
fn range_key(change: impl FnOnce(&mut InsecureKeyPoints)) -> (Weak, InsecureCore) {
    let mut points = InsecureKeyPoints::of(keys().range.verifying());
    change(&mut points);
    let core = danger::insecure_core_without_check(&keys().range, &(), &[Fr::from(0u64); 4]).unwrap();
    (Weak { points, beta_g1: G1Affine::generator() }, core)
}

/// Claims these values with a core that is valid for zeros.
fn opened_twice(values: [i64; 4], weak: &Weak, core: InsecureCore, rule: KeyError) {
    let values = values.map(|v| if v < 0 { -Fr::from(v.unsigned_abs()) } else { Fr::from(v.unsigned_abs()) });
    let key = weak.points.clone().insecure_key(RANGE, true);
    assert_eq!(verdict(&key, values, core), Ok(()), "the forgery against {rule}");
    assert_eq!(refusal(&weak.points), rule);
}

#[test]
fn a_commitment_to_false_values_fails_under_the_sound_key() {
    let (weak, core) = range_key(|_| {});
    let key = weak.points.insecure_key(RANGE, true);
    assert_eq!(verdict(&key, [Fr::from(0u64); 4], core.clone()), Ok(()));
    assert_eq!(verdict(&key, false_values(), core.clone()), Err(LinkedError::Equation));
    assert_eq!(verdict(&key, [1u64, 0, 0, 0].map(Fr::from), core), Err(LinkedError::Equation));
}

#[test]
fn two_equal_instance_points_are_opened_to_other_values_and_refused() {
    let (same, core) = range_key(|points| points.ic[2] = points.ic[1]);
    opened_twice([-7, 7, 0, 0], &same, core, KeyError::G1NotDistinct);
    let (opposite, core) = range_key(|points| points.ic[2] = -points.ic[1]);
    opened_twice([-7, -7, 0, 0], &opposite, core, KeyError::G1NotDistinct);
}

#[test]
fn an_instance_point_equal_to_delta_up_to_sign_is_opened_to_other_values_and_refused() {
    for negative in [false, true] {
        let s = sign(negative);
        let (weak, mut core) = range_key(|points| points.ic[1] = (points.delta_g1 * s).into());
        core.c = (core.c + G1Affine::generator() * (s * Fr::from(7u64))).into();
        opened_twice([-7, 0, 0, 0], &weak, core, KeyError::G1NotDistinct);
    }
}

#[test]
fn an_instance_point_at_infinity_is_opened_to_any_value_and_refused() {
    let (weak, core) = range_key(|points| points.ic[1] = G1Affine::zero());
    opened_twice([-7, 0, 0, 0], &weak, core, KeyError::Identity { point: "an instance point" });
}

fn changed(change: impl FnOnce(&mut InsecureKeyPoints)) -> KeyError {
    refusal(&range_key(change).0.points)
}

#[test]
fn an_instance_point_equal_to_the_generator_or_alpha_up_to_sign_is_refused() {
    for at in 0..5 {
        assert_eq!(changed(|points| points.ic[at] = G1Affine::generator()), KeyError::G1NotDistinct);
        assert_eq!(changed(|points| points.ic[at] = -G1Affine::generator()), KeyError::G1NotDistinct);
        assert_eq!(changed(|points| points.ic[at] = points.alpha_g1), KeyError::G1NotDistinct);
        assert_eq!(changed(|points| points.ic[at] = -points.alpha_g1), KeyError::G1NotDistinct);
    }
}

#[test]
fn every_identity_point_is_named() {
    let identity = |point| KeyError::Identity { point };
    assert_eq!(changed(|points| points.alpha_g1 = G1Affine::zero()), identity("alpha_1"));
    assert_eq!(changed(|points| points.beta_g2 = G2Affine::zero()), identity("beta_2"));
    assert_eq!(changed(|points| points.beta_g1 = G1Affine::zero()), identity("beta_1"));
    assert_eq!(changed(|points| points.delta_g1 = G1Affine::zero()), identity("delta_1"));
    assert_eq!(changed(|points| points.delta_g2 = G2Affine::zero()), identity("delta_2"));
    for at in 0..5 {
        assert_eq!(changed(|points| points.ic[at] = G1Affine::zero()), identity("an instance point"));
    }
}

#[test]
fn a_delta_that_differs_between_the_groups_is_refused() {
    assert_eq!(changed(|points| points.delta_g1 = g1(scalar(8))), KeyError::Delta);
    assert_eq!(changed(|points| points.delta_g1 = -points.delta_g1), KeyError::Delta);
    assert_eq!(changed(|points| points.delta_g2 = g2(scalar(8))), KeyError::Delta);
}

#[test]
fn a_beta_that_differs_between_the_groups_is_refused() {
    assert_eq!(changed(|points| points.beta_g1 = g1(scalar(8))), KeyError::Beta);
    assert_eq!(changed(|points| points.beta_g1 = -points.beta_g1), KeyError::Beta);
    assert_eq!(changed(|points| points.beta_g2 = g2(scalar(8))), KeyError::Beta);
}

#[test]
fn points_of_g2_that_coincide_do_so_in_g1_first() {
    // KEY-BETA and KEY-DELTA tie both groups together, so KEY-G2-DISTINCT is a second lock on the same door.
    for points in [weak(scalar(1), sign(true), scalar(3)).points, weak(scalar(1), scalar(3), scalar(3)).points] {
        assert!([G2Affine::generator(), points.delta_g2].iter().any(|p| p.x() == points.beta_g2.x()));
        let refused = refusal(&points);
        assert_ne!(refused, KeyError::G2NotDistinct);
        assert_eq!(refused, KeyError::G1NotDistinct);
    }
}

#[test]
fn a_g2_point_outside_the_subgroup_is_named() {
    let outside = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(x.into(), 1u64.into()), false))
        .filter(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    assert_eq!(changed(|points| points.beta_g2 = outside), KeyError::Subgroup { point: "beta_2" });
    assert_eq!(changed(|points| points.delta_g2 = outside), KeyError::Subgroup { point: "delta_2" });
}

#[test]
fn a_point_more_or_less_is_the_wrong_size() {
    assert_eq!(changed(|points| points.ic.truncate(4)), KeyError::Size { expected: 5, found: 4 });
    assert_eq!(changed(|points| points.ic.push(g1(scalar(8)))), KeyError::Size { expected: 5, found: 6 });
    assert_eq!(changed(|points| points.ic.clear()), KeyError::Size { expected: 5, found: 0 });
}

/// The verifying keys with the points of one of them changed.
fn ring_with(relation: &str, change: impl FnOnce(&mut InsecureKeyPoints)) -> Option<RingError> {
    let mut keys = keys().verifying();
    let key = keys.iter_mut().find(|key| key.spec().name == relation).unwrap();
    let mut points = InsecureKeyPoints::of(key);
    change(&mut points);
    *key = points.insecure_key(key.spec(), true);
    danger::insecure_accept_development_keys(keys).err()
}

#[test]
fn a_delta_that_two_relations_share_up_to_sign_is_refused() {
    let error = KeyError::DeltaShared { first: "credential/native", second: "range" };
    let shared = Some(RingError::Key { relation: "range", error });
    let native = InsecureKeyPoints::of(keys().native.verifying());
    assert_eq!(ring_with("range", |_| {}), None);
    let same = |points: &mut InsecureKeyPoints| {
        (points.delta_g1, points.delta_g2) = (native.delta_g1, native.delta_g2);
    };
    assert_eq!(ring_with("range", same), shared);
    let opposite = |points: &mut InsecureKeyPoints| {
        (points.delta_g1, points.delta_g2) = (-native.delta_g1, -native.delta_g2);
    };
    assert_eq!(ring_with("range", opposite), shared);
}

#[test]
fn a_ring_has_one_key_for_every_relation() {
    for dropped in RelationSpec::REQUIRED {
        let keys = keys().verifying().into_iter().filter(|key| key.spec() != dropped).collect();
        let missing = danger::insecure_accept_development_keys(keys).err();
        assert_eq!(missing, Some(RingError::Missing { relation: dropped.name }));
    }
    let mut twice = keys().verifying();
    twice.push(other_keys().range.verifying().clone());
    assert_eq!(danger::insecure_accept_development_keys(twice).err(), Some(RingError::Twice { relation: "range" }));
}

#[test]
fn development_keys_are_refused_unless_they_are_asked_for_by_name() {
    let refused = VerifyingKeys::new(keys().verifying()).err();
    assert_eq!(refused, Some(RingError::Development { relation: "credential/native" }));
    // One development key among ceremony keys is one too many.
    let mut mixed: Vec<VerifyingKey> =
        keys().verifying().iter().map(|key| InsecureKeyPoints::of(key).insecure_key(key.spec(), false)).collect();
    assert!(VerifyingKeys::new(mixed.clone()).is_ok_and(|ring| !ring.any_development()));
    mixed[1] = keys().range.verifying().clone();
    assert_eq!(VerifyingKeys::new(mixed).err(), Some(RingError::Development { relation: "range" }));
    assert!(ring().any_development());
}

fn file(change: impl FnOnce(&mut Vec<u8>)) -> Option<KeyError> {
    let mut bytes = keys().range.verifying().to_bytes();
    change(&mut bytes);
    VerifyingKey::from_bytes(RANGE, &bytes).err()
}

#[test]
fn a_key_file_is_read_in_one_way_only() {
    assert_eq!(file(|_| {}), None);
    for at in [0, 3, 4, 5] {
        assert_eq!(file(|bytes| bytes[at] ^= 1), Some(KeyError::Header), "byte {at}");
    }
    assert_eq!(file(|bytes| bytes[6] = 2), Some(KeyError::Header));
    assert_eq!(file(|bytes| bytes[8] = b'R'), Some(KeyError::Relation { found: "Range".to_owned() }));
    assert_eq!(file(|bytes| bytes[16] += 1), Some(KeyError::Size { expected: 5, found: 6 }));
    assert_eq!(file(|bytes| bytes.push(0)), Some(KeyError::TrailingBytes));
    assert_eq!(file(|bytes| bytes.truncate(bytes.len() - 1)), Some(KeyError::Point(PointError::Truncated)));
    assert_eq!(file(|bytes| bytes[17..49].fill(0xff)), Some(KeyError::Point(PointError::NotCanonical)));
    assert_eq!(file(|bytes| bytes[48] ^= 1), Some(KeyError::Point(PointError::NotOnCurve)));
}

#[test]
fn every_truncated_key_file_is_refused() {
    let bytes = keys().range.verifying().to_bytes();
    for length in 0..bytes.len() {
        let refused = VerifyingKey::from_bytes(RANGE, &bytes[..length]).err();
        assert_eq!(refused, Some(KeyError::Point(PointError::Truncated)), "{length} bytes");
    }
}

#[test]
fn alpha_equal_to_beta_up_to_sign_is_refused() {
    // Rows hold only up to the sum or difference of their factors then, and every boolean row is open.
    for beta in [scalar(2), -scalar(2)] {
        assert_eq!(refusal(&weak(scalar(2), beta, scalar(3)).points), KeyError::G1NotDistinct);
    }
}
