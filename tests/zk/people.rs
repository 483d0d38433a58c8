//! People at the boundaries of a policy: what their own wallet says, and what a verifier says when the wallet lies.

use crate::{
    rejections::{fault, scene},
    world::*,
};
use shiming::{
    holder::HolderError,
    policy::{ClauseFailure, EvaluationError},
    prepared::Prepared,
    time::{Date, UnixTime},
    verdict::HolderFault,
};

/// 12:00 in China on a date.
fn noon(yyyymmdd: u32) -> UnixTime {
    let days = Date::from_yyyymmdd(yyyymmdd).unwrap().days_since(Date::from_unix(NOW).unwrap());
    NOW.plus(86_400 * days)
}

/// What becomes of one person under one clause: the clause that fails, if any. Where the wallet refuses, a dishonest wallet
/// answers all the same, and the verifier must say that its proof is invalid.
fn outcome(world: &World, prepared: &Prepared, clauses: &str) -> Option<(String, usize)> {
    let wallet = World::wallet(1);
    let pending = world.ask(&identity_policy(clauses));
    match world.present(&wallet, &[prepared], pending.request()) {
        Ok(presentation) => {
            let bytes = presentation.to_bytes(pending.request().plan());
            assert!(world.verify(&pending, &bytes).is_ok(), "{clauses}");
            None
        }
        Err(HolderError::Policy(EvaluationError::Clause(ClauseFailure { credential: 0, attribute, clause }))) => {
            let lie = world.lie(&wallet, &[prepared], &pending, &truth);
            assert_eq!(fault(world.verify(&pending, &lie)), HolderFault::ProofInvalid, "{clauses}");
            Some((attribute, clause))
        }
        Err(other) => panic!("{clauses}: {other}"),
    }
}

fn fails(attribute: &str, clause: usize) -> Option<(String, usize)> {
    Some((attribute.to_owned(), clause))
}

fn adult() -> &'static Prepared {
    &scene().adult
}

fn on(today: u32, person: &Person, clauses: &str) -> Option<(String, usize)> {
    let world = World::at(noon(today));
    let prepared = world.identity(&World::wallet(1), person);
    outcome(&world, &prepared, clauses)
}

const OF_AGE: &str = r#"{"attribute": "birth_date", "age_at_least": 18}"#;
const VALID: &str = r#"{"attribute": "document_valid_until", "not_before": "today"}"#;

fn born(birth_date: u32) -> Person {
    Person { birth_date, document_type: 2, ..ADULT }
}

#[test]
fn a_newborn_is_no_adult() {
    assert_eq!(on(20_261_122, &born(20_261_122), OF_AGE), fails("birth_date", 0));
}

#[test]
fn the_day_before_the_eighteenth_birthday_fails_and_the_birthday_passes() {
    assert_eq!(on(20_261_122, &born(20_081_123), OF_AGE), fails("birth_date", 0));
    assert_eq!(on(20_261_122, &born(20_081_122), OF_AGE), None);
}

#[test]
fn who_is_born_on_29_february_turns_of_age_on_1_march() {
    let world = World::at(noon(20_260_228));
    let wallet = World::wallet(1);
    let person = Person { verified_on: 20_260_201, reverify_by: 20_260_715, ..born(20_080_229) };
    let prepared = world.identity(&wallet, &person);
    assert_eq!(outcome(&world, &prepared, OF_AGE), fails("birth_date", 0));
    assert_eq!(outcome(&World::at(noon(20_260_301)), &prepared, OF_AGE), None);
}

#[test]
fn who_is_born_on_29_february_has_the_birthday_in_a_leap_year() {
    let twenty = r#"{"attribute": "birth_date", "age_at_least": 20}"#;
    let world = World::at(noon(20_280_228));
    let prepared = world
        .identity(&World::wallet(1), &Person { verified_on: 20_280_101, reverify_by: 20_280_629, ..born(20_080_229) });
    assert_eq!(outcome(&world, &prepared, twenty), fails("birth_date", 0));
    assert_eq!(outcome(&World::at(noon(20_280_229)), &prepared, twenty), None);
}

#[test]
fn the_day_of_expiry_passes_and_the_next_day_fails() {
    let person = Person { valid_until: 20_261_231, ..ADULT };
    let world = World::at(noon(20_261_231));
    let prepared = world.identity(&World::wallet(1), &person);
    assert_eq!(outcome(&world, &prepared, VALID), None);
    assert_eq!(outcome(&World::at(noon(20_270_101)), &prepared, VALID), fails("document_valid_until", 0));
}

#[test]
fn a_long_term_document_never_expires() {
    assert_eq!(outcome(&scene().world, adult(), VALID), None);
    assert_eq!(outcome(&scene().world, adult(), &VALID.replace("\"today\"", "99991231")), None);
    let finite = Person { valid_until: 21_991_231, ..ADULT };
    assert_eq!(on(20_261_122, &finite, &VALID.replace("\"today\"", "99991231")), fails("document_valid_until", 0));
}

#[test]
fn the_implied_reverify_by_passes_on_its_day_and_fails_on_the_next() {
    let world = World::at(noon(20_270_430));
    let prepared = world.identity(&World::wallet(1), &ADULT);
    assert_eq!(outcome(&world, &prepared, ""), None);
    // `verified` is the first implied clause, `reverify_by` the second.
    assert_eq!(outcome(&World::at(noon(20_270_501)), &prepared, ""), fails("reverify_by", 1));
}

#[test]
fn an_unverified_credential_fails_the_implied_clause() {
    let unverified = Person { verified: 0, ..ADULT };
    assert_eq!(on(20_261_122, &unverified, ""), fails("verified", 0));
    assert_eq!(on(20_261_122, &unverified, OF_AGE), fails("verified", 1));
}

#[test]
fn a_lower_bound_passes_at_the_value_and_fails_above_it() {
    let class = |bound: u32| format!(r#"{{"attribute": "account_class", "at_least": {bound}}}"#);
    assert_eq!(outcome(&scene().world, adult(), &class(1)), None);
    assert_eq!(outcome(&scene().world, adult(), &class(2)), None);
    assert_eq!(outcome(&scene().world, adult(), &class(3)), fails("account_class", 0));
}

#[test]
fn an_absent_value_satisfies_no_bound() {
    let none = Person { account_class: 0, ..ADULT };
    let class = r#"{"attribute": "account_class", "at_least": 1}"#;
    assert_eq!(on(20_261_122, &none, class), fails("account_class", 0));
}

#[test]
fn an_upper_bound_passes_at_the_value_and_fails_below_it() {
    let region = |bound: u32| format!(r#"{{"attribute": "region", "at_most": {bound}}}"#);
    assert_eq!(outcome(&scene().world, adult(), &region(110_106)), None);
    assert_eq!(outcome(&scene().world, adult(), &region(110_105)), None);
    assert_eq!(outcome(&scene().world, adult(), &region(110_104)), fails("region", 0));
}

#[test]
fn a_date_bound_passes_on_its_day_and_fails_beyond() {
    let born = |operator: &str, day: u32| format!(r#"{{"attribute": "birth_date", "{operator}": {day}}}"#);
    assert_eq!(outcome(&scene().world, adult(), &born("not_after", 19_491_231)), None);
    assert_eq!(outcome(&scene().world, adult(), &born("not_after", 19_491_230)), fails("birth_date", 0));
    assert_eq!(outcome(&scene().world, adult(), &born("not_before", 19_491_231)), None);
    assert_eq!(outcome(&scene().world, adult(), &born("not_before", 19_500_101)), fails("birth_date", 0));
}

#[test]
fn the_second_failing_clause_is_named_where_the_first_holds() {
    let clauses = format!(r#"{OF_AGE}, {{"attribute": "account_class", "at_least": 3}}, {VALID}"#);
    assert_eq!(outcome(&scene().world, adult(), &clauses), fails("account_class", 1));
}

fn region_set(operator: &str, length: usize, own: Option<usize>) -> String {
    let element = |i: usize| if Some(i) == own { 110_105 } else { 310_101 + i };
    let elements: Vec<String> = (0..length).map(|i| element(i).to_string()).collect();
    format!(r#"{{"attribute": "region", "{operator}": [{}]}}"#, elements.join(", "))
}

#[test]
fn membership_holds_in_every_position_and_in_no_other_set() {
    for position in 0..16 {
        assert_eq!(outcome(&scene().world, adult(), &region_set("in", 16, Some(position))), None);
    }
    for length in [1, 2, 15, 16] {
        assert_eq!(outcome(&scene().world, adult(), &region_set("in", length, None)), fails("region", 0));
    }
}

#[test]
fn non_membership_fails_in_every_position_and_holds_outside() {
    for position in 0..16 {
        let set = region_set("not_in", 16, Some(position));
        assert_eq!(outcome(&scene().world, adult(), &set), fails("region", 0));
    }
    for length in [1, 2, 15, 16] {
        assert_eq!(outcome(&scene().world, adult(), &region_set("not_in", length, None)), None);
    }
}

#[test]
fn an_equal_clause_fails_for_another_constant() {
    let sex = |value: u32| format!(r#"{{"attribute": "sex", "equal": {value}}}"#);
    assert_eq!(outcome(&scene().world, adult(), &sex(2)), None);
    assert_eq!(outcome(&scene().world, adult(), &sex(1)), fails("sex", 0));
}

#[test]
fn claiming_another_value_than_the_credentials_is_proof_invalid_for_every_slot() {
    let world = &scene().world;
    let pending = world.ask(&identity_policy(""));
    // Slot 10 is the constant `verified`, which no wire carries.
    for claimed in (1..16).filter(|slot| *slot != 10) {
        let lie = |_: usize, slot: usize, value| {
            if slot == claimed { value + shiming_circuits::field::Fr::from(1u64) } else { value }
        };
        let answer = world.lie(&World::wallet(1), &[adult()], &pending, &lie);
        assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid, "slot {claimed}");
    }
}

#[test]
fn a_minor_who_claims_the_birth_date_of_an_adult_is_proof_invalid() {
    let world = World::new();
    let minor = world.identity(&World::wallet(1), &born(20_150_601));
    let pending = world.ask(&identity_policy(OF_AGE));
    let older = |_: usize, slot: usize, value| {
        if slot == 3 { shiming_circuits::field::Fr::from(19_900_101u64) } else { value }
    };
    let answer = world.lie(&World::wallet(1), &[&minor], &pending, &older);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
}
