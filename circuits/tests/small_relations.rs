//! `range`, `membership`, `non-membership`: every rule broken alone, the native predicate against the rows, the shapes.

use ark_ff::{AdditiveGroup, Field};
use proptest::prelude::*;
use shiming_circuits::{
    field::Fr,
    relation::{
        Matrices, Relation, Rule, assign, matrices,
        membership::{ELEMENTS, MEMBERSHIP_IN, Membership, Set, SetError},
        non_membership::{NON_MEMBERSHIP_NOT_IN, NonMembership},
        range::{RANGE_28, Range},
        violated,
    },
};
use std::collections::BTreeSet;

fn setup<R: Relation>() -> Matrices {
    matrices::<R>().unwrap_or_else(|e| unreachable!("{e}"))
}

fn full<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> Vec<Fr> {
    assign::<R>(statement, witness).unwrap_or_else(|e| unreachable!("{e}"))
}

/// The rules that the honest assignment breaks, after checking that the native predicate names the first of them.
fn broken<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> BTreeSet<Rule> {
    let broken = violated(&setup::<R>(), &full::<R>(statement, witness));
    assert_eq!(R::holds(statement, witness).err(), broken.first().copied());
    broken
}

fn only(rule: Rule) -> BTreeSet<Rule> {
    BTreeSet::from([rule])
}

fn set(values: &[Fr]) -> Set {
    Set::new(values).unwrap_or_else(|e| unreachable!("{e}"))
}

fn numbers(range: std::ops::Range<u64>) -> Vec<Fr> {
    range.map(Fr::from).collect()
}

const TWO_28: u64 = 1 << 28;

#[test]
fn range_28_holds_up_to_its_bounds() {
    for v in [0, 1, 20_261_122, TWO_28 - 1] {
        for position in 0..4 {
            let mut values = [Fr::ZERO; 4];
            values[position] = Fr::from(v);
            assert_eq!(broken::<Range>(&(), &values), BTreeSet::new(), "{v} at {position}");
        }
    }
    assert_eq!(broken::<Range>(&(), &[Fr::from(TWO_28 - 1); 4]), BTreeSet::new());
}

#[test]
fn range_28_broken_at_every_position() {
    let half = Fr::from(2u64).inverse().unwrap_or_default();
    let too_big = [
        Fr::from(TWO_28),
        Fr::from(TWO_28 + 1),
        Fr::from(1u64 << 29),
        Fr::from(u64::MAX),
        -Fr::ONE,
        -Fr::from(TWO_28 - 1),
        -Fr::from(TWO_28),
        half,
        -half,
    ];
    for v in too_big {
        for position in 0..4 {
            let mut values = [Fr::from(7u64); 4];
            values[position] = v;
            assert_eq!(broken::<Range>(&(), &values), only(RANGE_28), "{v} at {position}");
        }
    }
}

#[test]
fn range_28_has_no_other_bits() {
    let values = [0, 1, TWO_28 - 1, 123_456_789].map(Fr::from);
    let (matrices, assignment) = (setup::<Range>(), full::<Range>(&(), &values));
    for i in 1..assignment.len() {
        for edit in [Fr::ONE, -Fr::ONE, Fr::from(TWO_28), Fr::from(2u64)] {
            let mut edited = assignment.clone();
            edited[i] += edit;
            // Another value with the old bits, or another bit with the old value.
            assert_eq!(violated(&matrices, &edited), only(RANGE_28), "variable {i} plus {edit}");
        }
    }
}

#[test]
fn set_refuses_what_it_must() {
    let seventeen = numbers(0..17);
    assert_eq!(Set::new(&[]), Err(SetError::Empty));
    assert_eq!(Set::new(&seventeen), Err(SetError::TooLong(17)));
    assert_eq!(Set::new(&[Fr::ONE, Fr::ZERO, Fr::ONE, Fr::ONE]), Err(SetError::Duplicate(2)));
    assert_eq!(Set::new(&[Fr::ZERO, Fr::ZERO]), Err(SetError::Duplicate(1)));
    // Length before repetition, so that the error does not depend on the values.
    assert_eq!(Set::new(&[Fr::ONE; 17]), Err(SetError::TooLong(17)));
}

#[test]
fn set_pads_with_its_first() {
    let padded = set(&[Fr::from(5u64), Fr::from(6u64)]);
    assert_eq!(padded.instances()[..2], [Fr::from(5u64), Fr::from(6u64)]);
    assert!(padded.instances()[2..].iter().all(|s| *s == Fr::from(5u64)));
    assert_eq!(set(&numbers(3..19)).instances()[..], numbers(3..19)[..]);
    assert!(!padded.contains(&Fr::ZERO));
}

#[test]
fn membership_in_every_element() {
    for size in 1..=16 {
        let values = numbers(100..100 + size);
        for v in &values {
            assert_eq!(broken::<Membership>(&set(&values), v), BTreeSet::new(), "{v} of {size}");
            assert_eq!(broken::<NonMembership>(&set(&values), v), only(NON_MEMBERSHIP_NOT_IN), "{v} of {size}");
        }
    }
}

#[test]
fn membership_in_broken() {
    for size in 1..=16 {
        let values = numbers(100..100 + size);
        for v in [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(99u64), Fr::from(100 + size), -Fr::from(100u64)] {
            assert_eq!(broken::<Membership>(&set(&values), &v), only(MEMBERSHIP_IN), "{v} of {size}");
            assert_eq!(broken::<NonMembership>(&set(&values), &v), BTreeSet::new(), "{v} of {size}");
        }
    }
}

#[test]
fn membership_knows_zero_and_minus_one_as_elements() {
    let set = set(&[-Fr::ONE, Fr::ZERO]);
    for v in [-Fr::ONE, Fr::ZERO] {
        assert_eq!(broken::<Membership>(&set, &v), BTreeSet::new());
        assert_eq!(broken::<NonMembership>(&set, &v), only(NON_MEMBERSHIP_NOT_IN));
    }
    assert_eq!(broken::<NonMembership>(&set, &Fr::ONE), BTreeSet::new());
}

#[test]
fn non_membership_not_in_has_one_assignment() {
    let (matrices, set) = (setup::<NonMembership>(), set(&numbers(1..17)));
    let assignment = full::<NonMembership>(&set, &Fr::from(40u64));
    for i in 1..assignment.len() {
        let mut edited = assignment.clone();
        edited[i] += Fr::ONE;
        // No factor is zero, so every variable, public ones included, is bound by its row.
        assert_eq!(violated(&matrices, &edited), only(NON_MEMBERSHIP_NOT_IN), "variable {i}");
    }
}

#[test]
fn non_membership_not_in_broken_whatever_the_inverse() {
    let (matrices, set) = (setup::<NonMembership>(), set(&numbers(1..17)));
    let mut assignment = full::<NonMembership>(&set, &Fr::from(9u64));
    for inverse in [Fr::ZERO, Fr::ONE, -Fr::ONE, Fr::from(9u64)] {
        if let Some(last) = assignment.last_mut() {
            *last = inverse;
        }
        assert_eq!(violated(&matrices, &assignment), only(NON_MEMBERSHIP_NOT_IN));
    }
}

/// Editing one instance of a true statement of membership breaks a row or leaves it true.
#[test]
fn membership_instances_are_bound() {
    let (matrices, elements) = (setup::<Membership>(), numbers(1..17));
    for (member, v) in elements.iter().enumerate() {
        let assignment = full::<Membership>(&set(&elements), v);
        for i in 1..=ELEMENTS + 1 {
            let mut edited = assignment.clone();
            edited[i] += Fr::from(1000u64);
            let sound = edited[1..=ELEMENTS].contains(&edited[ELEMENTS + 1]);
            let accepted = violated(&matrices, &edited).is_empty();
            assert!(sound || !accepted, "member {member}, instance {i}");
            // The member itself and the hidden value always matter.
            if i == member + 1 || i == ELEMENTS + 1 {
                assert!(!accepted, "member {member}, instance {i}");
            }
        }
    }
}

/// Every instance occurs in a row, so that none is free by omission.
#[test]
fn every_instance_is_used() {
    for matrices in [setup::<Range>(), setup::<Membership>(), setup::<NonMembership>()] {
        let used: BTreeSet<usize> =
            [&matrices.a, &matrices.b, &matrices.c].into_iter().flatten().flatten().map(|(_, i)| *i).collect();
        assert!((1..matrices.instances + matrices.witnesses).all(|i| used.contains(&i)));
    }
}

fn pinned<R: Relation>() -> (usize, usize, usize, usize, String) {
    let matrices = setup::<R>();
    // Every row has a rule, and every rule is announced.
    assert!((0..matrices.a.len()).all(|row| matrices.rule_of(row).is_some_and(|rule| R::RULES.contains(&rule))));
    assert_eq!(matrices.instances, 1 + R::PUBLIC + R::HIDDEN);
    let shape = matrices.shape();
    let digest = shape.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    (shape.constraints, shape.witnesses, shape.instances, shape.domain, digest)
}

#[test]
fn shapes() {
    let pin = |c, w, i, d, digest: &str| (c, w, i, d, digest.to_owned());
    assert_eq!(
        pinned::<Range>(),
        pin(112, 108, 5, 128, "58dbb56e01e1b9d1b083d5210242a3e0558b5c6bfba5f94936d197da8b116c13")
    );
    assert_eq!(
        pinned::<Membership>(),
        pin(15, 14, 18, 64, "1a167503bdcc5bfa55156475f1d8c239f1e89b64f55a370e85de41bbddbf6aa3")
    );
    assert_eq!(
        pinned::<NonMembership>(),
        pin(16, 16, 18, 64, "9fd44dc2338cacc9affd06b898b86808097eea8fa27ea7013815146017442f75")
    );
    assert_eq!([Range::NAME, Membership::NAME, NonMembership::NAME], ["range", "membership", "non-membership"]);
}

prop_compose! {
    fn scalar()(bytes in any::<[u8; 32]>()) -> Fr {
        <Fr as ark_ff::PrimeField>::from_be_bytes_mod_order(&bytes)
    }
}

/// Small, large, around the bound, and negative.
fn value() -> impl Strategy<Value = Fr> {
    prop_oneof![
        (0..TWO_28).prop_map(Fr::from),
        (TWO_28 - 3..TWO_28 + 3).prop_map(Fr::from),
        any::<u64>().prop_map(Fr::from),
        (0..TWO_28).prop_map(|v| -Fr::from(v)),
        scalar(),
    ]
}

proptest! {
    #[test]
    fn range_twins(values in prop::array::uniform4(value())) {
        // `broken` compares the native predicate with the rows.
        broken::<Range>(&(), &values);
    }

    #[test]
    fn set_twins(elements in prop::collection::hash_set(0u64..40, 1..=16), v in 0u64..40) {
        let elements: Vec<_> = elements.into_iter().map(Fr::from).collect();
        let inside = broken::<Membership>(&set(&elements), &Fr::from(v)).is_empty();
        let outside = broken::<NonMembership>(&set(&elements), &Fr::from(v)).is_empty();
        prop_assert_eq!(inside, elements.contains(&Fr::from(v)));
        prop_assert_eq!(outside, !inside);
    }

    #[test]
    fn set_twins_on_random(elements in prop::collection::vec(scalar(), 1..=16), v in scalar()) {
        broken::<Membership>(&set(&elements), &v);
        broken::<NonMembership>(&set(&elements), &v);
        broken::<Membership>(&set(&elements), &elements[0]);
    }
}
