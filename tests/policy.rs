//! The policy language: what loads, what it compiles to, what it decides.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use shiming::codec::{DecodeError, IdentifierError};
use shiming::policy::{
    ClauseFailure, Comparison, ConstantSource, EvaluationError, Path, Policy, PolicyError, PolicyFault, SetTest, Side,
};
use shiming::schema::{Attributes, Schemas, Value};
use shiming::time::{Date, DateError};
use shiming_circuits::field::Fr;

fn date(n: u32) -> Date {
    Date::from_yyyymmdd(n).unwrap()
}

fn load(policy: &Json) -> Result<Policy, PolicyError> {
    Policy::load(policy.to_string().as_bytes(), &Schemas::standard())
}

fn one(require: Json) -> Json {
    json!({"id": "p:1", "credentials": [{"schema": "cn-realname", "issuers": ["a"], "require": require}], "paths": ["zk"]})
}

fn fault(clause: Json) -> PolicyFault {
    let named = clause["attribute"].as_str().unwrap().to_owned();
    match load(&one(json!([clause]))).unwrap_err() {
        PolicyError::Attribute { credential: 0, attribute, fault } if attribute == named => fault,
        other => panic!("{other:?}"),
    }
}

fn changed(change: impl FnOnce(&mut Json)) -> PolicyError {
    let mut policy = one(json!([]));
    change(&mut policy);
    load(&policy).unwrap_err()
}

fn person(change: &[(&str, Value)]) -> Attributes {
    let schemas = Schemas::standard();
    let mut values = vec![
        ("holder_tag", Value::Tag(Fr::from(77u8))),
        ("document_number", Value::Ascii("11010519491231002X".into())),
        ("birth_date", Value::Date(date(20_000_229))),
        ("document_valid_until", Value::Date(date(20_261_122))),
        ("verified_on", Value::Date(date(20_260_526))),
        ("reverify_by", Value::Date(date(20_261_122))),
        ("region", Value::Integer(110_101)),
        ("nationality", Value::Integer(156)),
        ("channels", Value::Integer(3)),
        ("verified", Value::Integer(1)),
        ("account_class", Value::Integer(2)),
        ("document_type", Value::Integer(1)),
        ("sex", Value::Integer(1)),
    ];
    for (name, value) in change {
        values.retain(|(known, _)| known != name);
        values.push((*name, value.clone()));
    }
    let builder = Attributes::builder(schemas.get("cn-realname").unwrap());
    values.iter().fold(builder, |b, (name, value)| b.set(name, value).ok().unwrap()).build().ok().unwrap()
}

fn card(number: &str) -> Attributes {
    let schemas = Schemas::standard();
    let values = [
        ("holder_tag", Value::Tag(Fr::from(78u8))),
        ("document_number", Value::Ascii(number.into())),
        ("card_digest", Value::Digest([3; 16])),
        ("card_valid_until", Value::Date(date(20_281_231))),
        ("verified_on", Value::Date(date(20_261_101))),
        ("reverify_by", Value::Date(date(20_270_430))),
        ("issuer_country", Value::Integer(156)),
        ("verified", Value::Integer(1)),
        ("card_type", Value::Integer(1)),
    ];
    let builder = Attributes::builder(schemas.get("cn-bank-card").unwrap());
    values.iter().fold(builder, |b, (name, value)| b.set(name, value).ok().unwrap()).build().ok().unwrap()
}

const LIVE: &[u8] = include_bytes!("../policies/live-commerce.json");
const RIDE: &[u8] = include_bytes!("../policies/ride-hailing.json");
const PAYMENT: &[u8] = include_bytes!("../policies/payment-two-credentials.json");

#[test]
fn a_policy_compiles_in_its_order_with_implied_clauses_last() {
    let policy = Policy::load(LIVE, &Schemas::standard()).unwrap();
    let plan = policy.compile(date(20_261_122));
    let credential = &plan.credentials[0];
    let compare = |slot, bound, side| Comparison { slot, bound, side };
    assert_eq!(
        credential.comparisons,
        [
            compare(3, 20_081_122, Side::AtMost),
            compare(4, 20_261_122, Side::AtLeast),
            compare(11, 2, Side::AtLeast),
            compare(6, 20_261_122, Side::AtLeast),
        ]
    );
    assert_eq!(credential.sets, [SetTest { slot: 7, negated: false, elements: vec![110_101, 310_101, 440_305] }]);
    assert_eq!(credential.constants, [(10, ConstantSource::Policy(Fr::from(1u8)))]);
    assert_eq!((plan.scope.as_ref().unwrap().as_str(), plan.join.len()), ("account", 0));
    assert!(policy.allows(Path::Zk) && !policy.allows(Path::Conventional) && !policy.admits_several_issuers());
}

#[test]
fn two_credentials_are_joined_on_the_document_number() {
    let policy = Policy::load(PAYMENT, &Schemas::standard()).unwrap();
    let plan = policy.compile(date(20_261_122));
    let join: Vec<_> = plan.join.iter().map(|j| (j.credential, j.slot)).collect();
    assert_eq!(join, [(0, 1), (1, 1)]);
    assert_eq!(
        plan.comparisons().map(|(c, x)| (c, x.slot)).collect::<Vec<_>>(),
        [(0, 3), (0, 4), (0, 6), (1, 4), (1, 6)]
    );
    assert_eq!(plan.sets().map(|(c, x)| (c, x.slot)).collect::<Vec<_>>(), [(1, 12)]);
}

#[test]
fn disclosed_slots_are_constants_in_slot_order() {
    let mut written = one(json!([{"attribute": "sex", "equal": 2}]));
    written["credentials"][0]["disclose"] = json!(["name_digest", "document_number"]);
    let plan = load(&written).unwrap().compile(date(20_261_122));
    assert_eq!(plan.disclosed().collect::<Vec<_>>(), [(0, 2), (0, 1)]);
    let constant = |n: u8| ConstantSource::Policy(Fr::from(n));
    let expected =
        [(1, ConstantSource::Disclosed), (2, ConstantSource::Disclosed), (10, constant(1)), (13, constant(2))];
    assert_eq!(plan.credentials[0].constants, expected);
}

#[test]
fn implied_clauses_are_left_out_by_name_or_replaced_by_the_written_one() {
    let plan = |p: &Json| load(p).unwrap().compile(date(20_261_122)).credentials.remove(0);
    let mut omitted = one(json!([]));
    omitted["credentials"][0]["omit"] = json!(["verified", "reverify_by"]);
    assert_eq!((plan(&omitted).constants.len(), plan(&omitted).comparisons.len()), (0, 0));
    let written = one(json!([
        {"attribute": "reverify_by", "not_before": "today"},
        {"attribute": "channels", "at_least": 1},
        {"attribute": "verified", "equal": 1}
    ]));
    let slots: Vec<usize> = plan(&written).comparisons.iter().map(|c| c.slot).collect();
    assert_eq!((slots, plan(&written).constants.len()), (vec![6, 9], 1));
}

#[test]
fn the_shape_of_a_policy_is_strict() {
    let text = one(json!([])).to_string();
    let load = |text: &str| Policy::load(text.as_bytes(), &Schemas::standard()).unwrap_err();
    let decode = PolicyError::Decode;
    assert_eq!(load(&text.replacen("{", "{\"id\":\"q\",", 1)), decode(DecodeError::DuplicateKey("id".into())));
    assert_eq!(load(&format!("{text}x")), decode(DecodeError::TrailingBytes));
    assert_eq!(load(&" ".repeat(16_385)), decode(DecodeError::TooLarge { cap: 16_384 }));
    for (from, to) in [
        ("\"id\":", "\"note\":1,\"id\":"),
        ("\"require\":", "\"requires\":[],\"require\":"),
        ("\"id\":\"p:1\"", "\"id\":null"),
        ("\"id\":\"p:1\",", ""),
        ("\"require\":[]", "\"require\":[{\"attribute\":\"sex\",\"equal\":1.0}]"),
        ("\"require\":[]", "\"require\":[{\"attribute\":\"sex\",\"equal\":-1}]"),
        ("\"require\":[]", "\"require\":[{\"attribute\":\"sex\",\"equals\":1}]"),
        ("\"require\":[]", "\"require\":[{\"attribute\":\"sex\",\"equal\":1,\"at_most\":null}]"),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(matches!(load(&text.replacen(from, to, 1)), PolicyError::Decode(DecodeError::Json(_))), "{to}");
    }
    assert!(load(&"[".repeat(10_000)).to_string().contains("recursion"));
}

#[test]
fn every_rule_of_a_policy_has_its_error() {
    assert_eq!(changed(|p| p["id"] = json!("")), PolicyError::Id(IdentifierError::Empty));
    assert_eq!(changed(|p| p["id"] = json!("x".repeat(65))), PolicyError::Id(IdentifierError::TooLong));
    assert_eq!(changed(|p| p["id"] = json!("a b")), PolicyError::Id(IdentifierError::Character));
    for (scope, fault) in [("".into(), IdentifierError::Empty), ("s".repeat(65), IdentifierError::TooLong)] {
        assert_eq!(changed(|p| p["pseudonym"] = json!({"scope": scope})), PolicyError::Scope(fault));
    }
    assert_eq!(changed(|p| p["paths"] = json!([])), PolicyError::NoPaths);
    assert_eq!(changed(|p| p["paths"] = json!(["zk", "ZK"])), PolicyError::UnknownPath("ZK".into()));
    assert_eq!(changed(|p| p["paths"] = json!(["zk", "zk"])), PolicyError::DuplicatePath("zk".into()));
    assert_eq!(changed(|p| p["credentials"] = json!([])), PolicyError::NoCredentials);
    let five = |p: &mut Json| p["credentials"] = json!(vec![p["credentials"][0].clone(); 5]);
    assert_eq!(changed(five), PolicyError::TooManyCredentials);
    let unknown = PolicyError::UnknownSchema { credential: 0, schema: "x".into() };
    assert_eq!(changed(|p| p["credentials"][0]["schema"] = json!("x")), unknown);
    assert_eq!(changed(|p| p["credentials"][0]["issuers"] = json!([])), PolicyError::NoIssuers(0));
    let many: Vec<String> = (0..33).map(|i| format!("i{i}")).collect();
    assert_eq!(changed(|p| p["credentials"][0]["issuers"] = json!(many)), PolicyError::TooManyIssuers(0));
    let error = PolicyError::Issuer { credential: 0, fault: IdentifierError::Empty };
    assert_eq!(changed(|p| p["credentials"][0]["issuers"] = json!([""])), error);
    let error = PolicyError::DuplicateIssuer { credential: 0, issuer: "a".parse().unwrap() };
    assert_eq!(changed(|p| p["credentials"][0]["issuers"] = json!(["a", "b", "a"])), error);
    let clause = json!({"attribute": "channels", "at_least": 1});
    assert_eq!(changed(|p| p["credentials"][0]["require"] = json!(vec![clause; 33])), PolicyError::TooManyClauses(0));
    let error = PolicyError::UnknownOmission { credential: 0, name: "birth_date".into() };
    assert_eq!(changed(|p| p["credentials"][0]["omit"] = json!(["birth_date"])), error);
    let error = PolicyError::DuplicateOmission { credential: 0, name: "verified".into() };
    assert_eq!(changed(|p| p["credentials"][0]["omit"] = json!(["verified", "verified"])), error);
}

#[test]
fn entries_of_one_schema_have_disjoint_issuers() {
    let entry = |schema: &str, issuers: Json| json!({"schema": schema, "issuers": issuers});
    let policy = |a: Json, b: Json| json!({"id": "p", "credentials": [a, b], "paths": ["zk"]});
    let shared = policy(entry("cn-realname", json!(["a", "b"])), entry("cn-realname", json!(["c", "b"])));
    let issuer = "b".parse().unwrap();
    assert_eq!(load(&shared).unwrap_err(), PolicyError::SharedIssuer { first: 0, second: 1, issuer });
    assert!(load(&policy(entry("cn-realname", json!(["a"])), entry("cn-realname", json!(["b"])))).is_ok());
    assert!(load(&policy(entry("cn-realname", json!(["a"])), entry("cn-bank-card", json!(["a"])))).is_ok());
}

#[test]
fn a_joined_number_is_disclosed_by_all_or_none() {
    let mut written: Json = serde_json::from_slice(PAYMENT).unwrap();
    written["credentials"][0]["disclose"] = json!(["document_number"]);
    assert_eq!(load(&written).unwrap_err(), PolicyError::PartialJoinDisclosure);
    written["credentials"][1]["disclose"] = json!(["document_number"]);
    assert!(load(&written).is_ok());
}

#[test]
fn every_rule_of_a_clause_has_its_error() {
    for (clause, expected) in [
        (json!({"attribute": "religion", "equal": 1}), PolicyFault::Unknown),
        (json!({"attribute": "sex"}), PolicyFault::NoOperator),
        (json!({"attribute": "channels", "at_least": 1, "at_most": 2}), PolicyFault::SeveralOperators),
        (json!({"attribute": "document_number", "equal": 1}), PolicyFault::NotAllowed),
        (json!({"attribute": "holder_tag", "in": [1]}), PolicyFault::NotAllowed),
        (json!({"attribute": "revocation_handle", "at_least": 1}), PolicyFault::NotAllowed),
        (json!({"attribute": "sex", "in": [1]}), PolicyFault::NotAllowed),
        (json!({"attribute": "nationality", "at_least": 1}), PolicyFault::NotAllowed),
        (json!({"attribute": "birth_date", "equal": 20000101}), PolicyFault::NotAllowed),
        (json!({"attribute": "birth_date", "at_least": 20000101}), PolicyFault::WrongOperator),
        (json!({"attribute": "region", "not_before": "today"}), PolicyFault::WrongOperator),
        (json!({"attribute": "region", "age_at_least": 18}), PolicyFault::WrongOperator),
        (json!({"attribute": "document_valid_until", "age_at_least": 18}), PolicyFault::WrongOperator),
        (json!({"attribute": "account_class", "at_most": 2}), PolicyFault::NotRequired),
        (json!({"attribute": "risk_tier", "at_most": 3}), PolicyFault::NotRequired),
        (json!({"attribute": "channels", "at_least": 0}), PolicyFault::HoldsOnAbsence),
        (json!({"attribute": "verified", "equal": 0}), PolicyFault::HoldsOnAbsence),
        (json!({"attribute": "sex", "equal": 0}), PolicyFault::HoldsOnAbsence),
        (json!({"attribute": "region", "at_least": 268435456}), PolicyFault::ConstantTooLarge),
        (json!({"attribute": "region", "in": [u64::MAX]}), PolicyFault::ConstantTooLarge),
        (json!({"attribute": "birth_date", "not_after": u64::MAX}), PolicyFault::ConstantTooLarge),
        (json!({"attribute": "account_class", "at_least": 4}), PolicyFault::ConstantOutOfRange),
        (json!({"attribute": "region", "not_in": [1]}), PolicyFault::ConstantOutOfRange),
        (json!({"attribute": "region", "age_at_most": 18}), PolicyFault::WrongOperator),
        (json!({"attribute": "document_valid_until", "age_at_most": 18}), PolicyFault::WrongOperator),
        (json!({"attribute": "birth_date", "age_at_least": 18, "age_at_most": 20}), PolicyFault::SeveralOperators),
        (json!({"attribute": "birth_date", "age_at_most": 0}), PolicyFault::Age),
        (json!({"attribute": "birth_date", "age_at_most": 151}), PolicyFault::Age),
        (json!({"attribute": "birth_date", "age_at_least": 0}), PolicyFault::Age),
        (json!({"attribute": "birth_date", "age_at_least": 151}), PolicyFault::Age),
        (json!({"attribute": "birth_date", "not_after": 20260229}), PolicyFault::Date(DateError::Day)),
        (json!({"attribute": "birth_date", "not_after": "Today"}), PolicyFault::DateName),
        (json!({"attribute": "region", "in": []}), PolicyFault::EmptySet),
        (json!({"attribute": "region", "not_in": []}), PolicyFault::EmptySet),
        (json!({"attribute": "region", "in": (110_000..110_017).collect::<Vec<u32>>()}), PolicyFault::SetTooLong),
        (json!({"attribute": "region", "in": [110101, 310101, 110101]}), PolicyFault::DuplicateElement),
    ] {
        assert_eq!(fault(clause.clone()), expected, "{clause}");
    }
}

#[test]
fn not_in_needs_a_required_attribute() {
    // No attribute of the compiled-in schemas may be absent and tested against a set, so one is made.
    let table = include_str!("../schemas/cn-realname.json").replacen(
        "\"document_type\", \"encoding\": \"integer\", \"required\": true",
        "\"document_type\", \"encoding\": \"integer\", \"required\": false",
        1,
    );
    let mut schemas = Schemas::empty();
    schemas.insert(shiming::schema::Schema::load(table.as_bytes()).unwrap()).unwrap();
    let fault = |clause: Json| match Policy::load(one(json!([clause])).to_string().as_bytes(), &schemas) {
        Err(PolicyError::Attribute { fault, .. }) => Some(fault),
        Err(other) => panic!("{other:?}"),
        Ok(_) => None,
    };
    assert_eq!(fault(json!({"attribute": "document_type", "not_in": [1]})), Some(PolicyFault::NotRequired));
    assert_eq!(fault(json!({"attribute": "document_type", "in": [0]})), Some(PolicyFault::HoldsOnAbsence));
    assert_eq!(fault(json!({"attribute": "document_type", "in": [1]})), None);
}

#[test]
fn clauses_do_not_repeat_or_contradict_each_other() {
    let faults = |require: Json| match load(&one(require)).unwrap_err() {
        PolicyError::Attribute { fault, .. } => fault,
        other => panic!("{other:?}"),
    };
    let sex = |n: u8| json!({"attribute": "sex", "equal": n});
    assert_eq!(faults(json!([sex(1), sex(1)])), PolicyFault::Repeated);
    assert_eq!(faults(json!([sex(1), sex(2)])), PolicyFault::Repeated);
    let mut disclosed = one(json!([]));
    for (names, fault) in [
        (json!(["document_number", "document_number"]), PolicyFault::DuplicateDisclosure),
        (json!(["birth_date"]), PolicyFault::NotAllowed),
        (json!(["religion"]), PolicyFault::Unknown),
    ] {
        disclosed["credentials"][0]["disclose"] = names;
        assert!(matches!(load(&disclosed), Err(PolicyError::Attribute { fault: found, .. }) if found == fault));
    }
}

#[test]
fn a_known_value_is_not_tested_as_well() {
    let table = include_str!("../schemas/cn-realname.json").replacen(
        "[\"compare\", \"set\"]",
        "[\"compare\", \"set\", \"equal\", \"disclose\"]",
        1,
    );
    let mut schemas = Schemas::empty();
    schemas.insert(shiming::schema::Schema::load(table.as_bytes()).unwrap()).unwrap();
    let fixed = json!({"attribute": "region", "equal": 110101});
    let tested = json!({"attribute": "region", "at_least": 110000});
    for (require, disclose) in
        [(json!([fixed, tested]), json!([])), (json!([fixed]), json!(["region"])), (json!([tested]), json!(["region"]))]
    {
        let mut written = one(require);
        written["credentials"][0]["disclose"] = disclose;
        let error = Policy::load(written.to_string().as_bytes(), &schemas).unwrap_err();
        let attribute = "region".to_owned();
        assert_eq!(error, PolicyError::Attribute { credential: 0, attribute, fault: PolicyFault::KnownAndTested });
    }
}

#[test]
fn the_day_of_expiry_passes_and_the_next_day_fails() {
    let policy = Policy::load(LIVE, &Schemas::standard()).unwrap();
    assert_eq!(policy.evaluate(date(20_261_122), &[person(&[])]), Ok(()));
    let failure = ClauseFailure { credential: 0, attribute: "document_valid_until".into(), clause: 1 };
    assert_eq!(policy.evaluate(date(20_261_123), &[person(&[])]), Err(EvaluationError::Clause(failure)));
}

#[test]
fn each_failing_clause_is_named() {
    let policy = Policy::load(LIVE, &Schemas::standard()).unwrap();
    for (attribute, value, clause) in [
        ("birth_date", Value::Date(date(20_081_123)), 0),
        ("document_valid_until", Value::Date(date(20_261_121)), 1),
        ("account_class", Value::Integer(1), 2),
        ("account_class", Value::Absent, 2),
        ("region", Value::Integer(110_102), 3),
        ("verified", Value::Absent, 4),
        ("reverify_by", Value::Date(date(20_261_121)), 5),
    ] {
        let failure = ClauseFailure { credential: 0, attribute: attribute.into(), clause };
        let found = policy.evaluate(date(20_261_122), &[person(&[(attribute, value)])]);
        assert_eq!(found, Err(EvaluationError::Clause(failure)));
    }
}

#[test]
fn an_age_of_at_most_ends_on_the_birthday() {
    let policy = load(&one(json!([{"attribute": "birth_date", "age_at_most": 59}]))).unwrap();
    let holds = |birth: u32, today: u32| {
        policy.evaluate(date(today), &[person(&[("birth_date", Value::Date(date(birth)))])]).is_ok()
    };
    // 60 is completed on the birthday, and by whoever was born on 29 February on 1 March of a common year.
    assert_eq!([holds(19_661_122, 20_261_121), holds(19_661_122, 20_261_122)], [true, false]);
    assert_eq!([holds(19_661_123, 20_261_122), holds(19_661_121, 20_261_122)], [true, false]);
    let leap = load(&one(json!([{"attribute": "birth_date", "age_at_most": 17}]))).unwrap();
    let holds = |today| leap.evaluate(date(today), &[person(&[("birth_date", Value::Date(date(20_000_229)))])]).is_ok();
    assert_eq!([holds(20_180_228), holds(20_180_301)], [true, false]);
}

#[test]
fn credentials_are_counted_matched_and_joined() {
    let policy = Policy::load(PAYMENT, &Schemas::standard()).unwrap();
    let today = date(20_261_122);
    let number = "11010519491231002X";
    assert_eq!(policy.evaluate(today, &[person(&[]), card(number)]), Ok(()));
    let count = EvaluationError::CredentialCount { expected: 2, found: 1 };
    assert_eq!(policy.evaluate(today, &[person(&[])]), Err(count));
    let swapped = policy.evaluate(today, &[card(number), person(&[])]);
    assert_eq!(swapped, Err(EvaluationError::WrongSchema { credential: 0 }));
    let other = policy.evaluate(today, &[person(&[]), card("440524188001010014")]);
    assert_eq!(other, Err(EvaluationError::Join { credential: 1 }));
}

#[test]
fn the_sample_policies_load() {
    for sample in [LIVE, RIDE, PAYMENT] {
        assert!(Policy::load(sample, &Schemas::standard()).is_ok());
    }
}

/// Decides a clause of one person by its JSON alone: the second opinion.
fn naive(clause: &Json, person: &Attributes, today: u32) -> bool {
    let value = match person.get(clause["attribute"].as_str().unwrap()).unwrap() {
        Value::Date(date) => u64::from(date.to_u32()),
        Value::Integer(n) => u64::from(n),
        _ => return false,
    };
    clause.as_object().unwrap().iter().filter(|(key, _)| *key != "attribute").all(|(operator, operand)| {
        let number = operand.as_u64().unwrap_or(u64::from(today));
        let set: Vec<u64> = operand.as_array().into_iter().flatten().filter_map(Json::as_u64).collect();
        match operator.as_str() {
            "age_at_least" | "age_at_most" => {
                let (year, month_and_day) = (value / 10_000, value % 10_000);
                let (this_year, now) = (u64::from(today) / 10_000, u64::from(today) % 10_000);
                let completed = this_year as i64 - year as i64 - i64::from(now < month_and_day);
                if operator == "age_at_least" { completed >= number as i64 } else { completed <= number as i64 }
            }
            "not_before" | "at_least" => value >= number,
            "not_after" | "at_most" => value <= number,
            "equal" => value == number,
            "in" => set.contains(&value),
            "not_in" => !set.contains(&value),
            other => panic!("{other}"),
        }
    })
}

fn any_date() -> impl Strategy<Value = u32> {
    (1995u32..2035, 1u32..13, 1u32..29).prop_map(|(y, m, d)| y * 10_000 + m * 100 + d)
}

fn any_clause() -> impl Strategy<Value = Json> {
    let dates = prop::sample::select(vec!["birth_date", "document_valid_until", "verified_on", "reverify_by"]);
    prop_oneof![
        (1u32..40).prop_map(|n| json!({"attribute": "birth_date", "age_at_least": n})),
        (1u32..40).prop_map(|n| json!({"attribute": "birth_date", "age_at_most": n})),
        (dates.clone(), any_date()).prop_map(|(a, d)| json!({"attribute": a, "not_before": d})),
        (dates.clone(), any_date()).prop_map(|(a, d)| json!({"attribute": a, "not_after": d})),
        dates.prop_map(|a| json!({"attribute": a, "not_after": "today"})),
        (110_000u32..110_004).prop_map(|n| json!({"attribute": "region", "at_most": n})),
        (1u32..6).prop_map(|n| json!({"attribute": "channels", "at_least": n})),
        (1u32..3).prop_map(|n| json!({"attribute": "sex", "equal": n})),
        prop::collection::btree_set(110_000u32..110_006, 1..4).prop_map(|s| json!({"attribute": "region", "in": s})),
        prop::collection::btree_set(154u32..158, 1..4).prop_map(|s| json!({"attribute": "nationality", "not_in": s})),
    ]
}

proptest! {
    #[test]
    fn loading_never_panics(bytes: Vec<u8>, text in "[{}\\[\\]\":,a-z0-9]{0,80}") {
        let _ = Policy::load(&bytes, &Schemas::standard());
        let _ = Policy::load(text.as_bytes(), &Schemas::standard());
    }

    #[test]
    fn evaluation_and_plan_agree_with_a_second_opinion(
        clauses in prop::collection::vec(any_clause(), 0..5),
        birth in any_date(), expiry in any_date(), today in any_date(),
        region in 110_000u32..110_006, channels in 0u32..6, sex in 0u32..3, verified in 0u32..2,
    ) {
        let value = |n| if n == 0 { Value::Absent } else { Value::Integer(n) };
        let person = person(&[
            ("birth_date", Value::Date(date(birth))), ("document_valid_until", Value::Date(date(expiry))),
            ("region", Value::Integer(region)), ("channels", value(channels)), ("sex", value(sex)),
            ("verified", value(verified)),
        ]);
        let Ok(policy) = load(&one(json!(clauses))) else { return Ok(()) };
        let implied = [json!({"attribute": "verified", "equal": 1}), json!({"attribute": "reverify_by", "not_before": "today"})];
        let expected = clauses.iter().chain(&implied).all(|clause| naive(clause, &person, today));
        prop_assert_eq!(policy.evaluate(date(today), std::slice::from_ref(&person)).is_ok(), expected);

        // What is proved is what is decided.
        let plan = policy.compile(date(today)).credentials.remove(0);
        let number = |slot: usize| match person.iter().find(|(s, _)| s.number() == slot).unwrap().1 {
            Value::Date(date) => date.to_u32(),
            Value::Integer(n) => n,
            _ => 0,
        };
        let planned = plan.comparisons.iter().all(|c| match c.side {
            Side::AtLeast => number(c.slot) >= c.bound,
            Side::AtMost => number(c.slot) <= c.bound,
        }) && plan.sets.iter().all(|s| s.elements.contains(&number(s.slot)) != s.negated)
            && plan.constants.iter().all(|(slot, source)| *source == ConstantSource::Policy(Fr::from(number(*slot))));
        prop_assert_eq!(planned, expected);
    }
}
