//! Schema tables and the attributes they admit.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use ark_ff::AdditiveGroup;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use shiming::codec::{DecodeError, IdentifierError};
use shiming::schema::{AttributeFault, Attributes, Encoding, Operation, Schema, SchemaError, Schemas, Value};
use shiming::time::{Date, DateError};
use shiming_circuits::field::{Fr, fr_from_bytes};
use std::sync::Arc;

const REALNAME: &[u8] = include_bytes!("../schemas/cn-realname.json");

fn realname() -> Arc<Schema> {
    Arc::clone(Schemas::standard().get("cn-realname").unwrap())
}

fn date(n: u32) -> Value {
    Value::Date(Date::from_yyyymmdd(n).unwrap())
}

fn person() -> Vec<(&'static str, Value)> {
    vec![
        ("holder_tag", Value::Tag(Fr::from(77u8))),
        ("document_number", Value::Ascii("11010519491231002X".into())),
        ("name_digest", Value::Digest([9; 16])),
        ("birth_date", date(19_491_231)),
        ("document_valid_until", Value::Date(Date::LONG_TERM)),
        ("verified_on", date(20_261_001)),
        ("reverify_by", date(20_270_330)),
        ("region", Value::Integer(110_105)),
        ("nationality", Value::Integer(156)),
        ("channels", Value::Integer(5)),
        ("verified", Value::Integer(1)),
        ("account_class", Value::Integer(3)),
        ("document_type", Value::Integer(1)),
        ("sex", Value::Integer(2)),
        ("risk_tier", Value::Integer(15)),
        ("revocation_handle", Value::Handle(u64::MAX)),
    ]
}

fn build(values: &[(&str, Value)]) -> Result<Attributes, (String, AttributeFault)> {
    let fail = |e: shiming::schema::AttributeError| (e.attribute, e.fault);
    let mut builder = Attributes::builder(&realname());
    for (name, value) in values {
        builder = builder.set(name, value).map_err(fail)?;
    }
    builder.build().map_err(fail)
}

fn fault_with(name: &str, value: Value) -> AttributeFault {
    let mut values = person();
    values.iter_mut().find(|(n, _)| *n == name).unwrap().1 = value;
    let (attribute, fault) = build(&values).err().unwrap();
    assert_eq!(attribute, name);
    fault
}

/// The compiled-in table with one change.
fn tampered(change: impl FnOnce(&mut Json)) -> SchemaError {
    let mut table: Json = serde_json::from_slice(REALNAME).unwrap();
    change(&mut table);
    Schema::load(table.to_string().as_bytes()).unwrap_err()
}

#[test]
fn the_compiled_in_schemas_are_the_design_tables() {
    let schemas = Schemas::standard();
    let realname = schemas.get("cn-realname").unwrap();
    assert_eq!((realname.id(), realname.version()), (1, 1));
    let names: Vec<&str> = realname.slots().iter().map(|s| s.name()).collect();
    let expected: Vec<&str> = person().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, expected);
    let required: Vec<usize> = realname.slots().iter().filter(|s| s.is_required()).map(|s| s.number()).collect();
    assert_eq!(required, [0, 1, 3, 4, 5, 6, 7, 8, 12]);
    for (number, operations) in [
        (0, vec![]),
        (1, vec![Operation::Disclose]),
        (3, vec![Operation::Compare]),
        (7, vec![Operation::Compare, Operation::Set]),
        (8, vec![Operation::Set]),
        (10, vec![Operation::Equal]),
        (15, vec![]),
    ] {
        for operation in [Operation::Compare, Operation::Set, Operation::Equal, Operation::Disclose] {
            let allowed = realname.slots()[number].operations().contains(operation);
            assert_eq!(allowed, operations.contains(&operation), "slot {number}, {operation:?}");
        }
    }
    assert_eq!(realname.slots()[4].encoding(), Encoding::DateOrLongTerm);
    let card = schemas.by_id(2).unwrap();
    assert_eq!(card.name().as_str(), "cn-bank-card");
    let used: Vec<usize> =
        card.slots().iter().filter(|s| s.encoding() != Encoding::Unused).map(|s| s.number()).collect();
    assert_eq!(used, [0, 1, 2, 4, 5, 6, 8, 10, 12, 15]);
    assert_eq!(card.slot("unused_3"), None);
    assert_eq!(card.slot("document_number").unwrap().encoding(), realname.slot("document_number").unwrap().encoding());
}

#[test]
fn the_digest_covers_every_fact_of_the_table() {
    let original = Schema::load(REALNAME).unwrap().digest();
    let changes: [fn(&mut Json); 9] = [
        |t| t["id"] = json!(9),
        |t| t["name"] = json!("other"),
        |t| t["version"] = json!(2),
        |t| t["slots"][3]["name"] = json!("birthday"),
        |t| t["slots"][3]["encoding"] = json!("date_or_long_term"),
        |t| t["slots"][3]["required"] = json!(false),
        |t| t["slots"][3]["allow"] = json!([]),
        |t| t["slots"][7]["minimum"] = json!(110_001),
        |t| t["slots"][7]["maximum"] = json!(999_998),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let mut table: Json = serde_json::from_slice(REALNAME).unwrap();
        change(&mut table);
        assert_ne!(Schema::load(table.to_string().as_bytes()).unwrap().digest(), original, "change {i}");
    }
    let reformatted = serde_json::from_slice::<Json>(REALNAME).unwrap().to_string();
    assert_eq!(Schema::load(reformatted.as_bytes()).unwrap().digest(), original);
}

#[test]
fn every_rule_of_a_table_has_its_error() {
    assert_eq!(tampered(|t| t["id"] = json!(0)), SchemaError::ReservedId);
    assert_eq!(tampered(|t| t["name"] = json!("")), SchemaError::Name(IdentifierError::Empty));
    assert_eq!(tampered(|t| t["name"] = json!("实名")), SchemaError::Name(IdentifierError::Character));
    assert_eq!(tampered(|t| drop(t["slots"].as_array_mut().unwrap().pop())), SchemaError::SlotCount(15));
    assert_eq!(tampered(|t| t["slots"].as_array_mut().unwrap().swap(3, 4)), SchemaError::SlotOrder(3));
    assert_eq!(tampered(|t| t["slots"][5]["name"] = json!("")), SchemaError::SlotName(5));
    assert_eq!(tampered(|t| t["slots"][5]["name"] = json!("Verified On")), SchemaError::SlotName(5));
    assert_eq!(
        tampered(|t| t["slots"][5]["name"] = json!("birth_date")),
        SchemaError::DuplicateName("birth_date".into())
    );
    assert_eq!(tampered(|t| t["slots"][8]["encoding"] = json!("date")), SchemaError::Width(8));
    assert_eq!(tampered(|t| t["slots"][2]["encoding"] = json!("integer")), SchemaError::Width(2));
    assert_eq!(tampered(|t| t["slots"][11]["maximum"] = json!(256)), SchemaError::Bounds(11));
    assert_eq!(tampered(|t| t["slots"][11]["minimum"] = json!(4)), SchemaError::Bounds(11));
    assert_eq!(tampered(|t| t["slots"][3]["minimum"] = json!(1)), SchemaError::Bounds(3));
    assert_eq!(tampered(|t| t["slots"][1]["allow"] = json!(["compare"])), SchemaError::Operation(1));
    assert_eq!(tampered(|t| t["slots"][0]["allow"] = json!(["disclose"])), SchemaError::Operation(0));
    assert_eq!(tampered(|t| t["slots"][15]["allow"] = json!(["equal"])), SchemaError::Operation(15));
    assert_eq!(tampered(|t| t["slots"][3]["allow"] = json!(["compare", "compare"])), SchemaError::Operation(3));
    assert_eq!(tampered(|t| t["slots"][7]["maximum"] = json!(1 << 28)), SchemaError::ComparedLimit(7));
    assert_eq!(tampered(|t| t["slots"][0]["required"] = json!(false)), SchemaError::HolderTag);
    assert_eq!(tampered(|t| t["slots"][0]["name"] = json!("tag")), SchemaError::HolderTag);
    assert_eq!(tampered(|t| t["slots"][1]["required"] = json!(false)), SchemaError::DocumentNumber);
    assert_eq!(
        tampered(|t| {
            t["slots"][1]["name"] = json!("x");
            t["slots"][2]["name"] = json!("document_number")
        }),
        SchemaError::DocumentNumber
    );
    let mut twice = Schemas::standard();
    assert_eq!(twice.insert(Schema::load(REALNAME).unwrap()), Err(SchemaError::DuplicateSchema("cn-realname".into())));
}

#[test]
fn a_table_file_is_strict_json() {
    let text = std::str::from_utf8(REALNAME).unwrap();
    let load = |text: String| Schema::load(text.as_bytes()).unwrap_err();
    assert_eq!(
        load(text.replacen("\"version\"", "\"id\": 1, \"version\"", 1)),
        SchemaError::Decode(DecodeError::DuplicateKey("id".into()))
    );
    let deep = text.replacen("\"required\": true", "\"required\": true, \"required\": true", 1);
    assert_eq!(load(deep), SchemaError::Decode(DecodeError::DuplicateKey("required".into())));
    assert!(matches!(
        load(text.replacen("\"version\"", "\"extra\": 1, \"version\"", 1)),
        SchemaError::Decode(DecodeError::Json(_))
    ));
    assert!(matches!(
        load(text.replacen("\"required\": true", "\"required\": null", 1)),
        SchemaError::Decode(DecodeError::Json(_))
    ));
    assert_eq!(load(format!("{text} 1")), SchemaError::Decode(DecodeError::TrailingBytes));
    assert_eq!(load(" ".repeat(20_000)), SchemaError::Decode(DecodeError::TooLarge { cap: 16 << 10 }));
    assert_eq!(Schema::load(b"\xff").unwrap_err(), SchemaError::Decode(DecodeError::NotUtf8));
}

#[test]
fn a_person_is_encoded_and_read_back() {
    let attributes = build(&person()).ok().unwrap();
    for (name, value) in person() {
        assert!(attributes.get(name) == Some(value), "{name}");
    }
    assert_eq!(attributes.slots()[3], Fr::from(19_491_231u32));
    assert_eq!(attributes.slots()[7], Fr::from(110_105u32));
    assert!(attributes.get("unknown").is_none());
    assert!(Attributes::from_slots(&realname(), *attributes.slots()).is_ok_and(|again| again == attributes));
}

#[test]
fn a_document_number_is_padded_on_the_right() {
    let schema = realname();
    let x = schema.slots()[1].encode(&Value::Ascii("H12345678".into())).unwrap();
    let mut bytes = [0u8; 32];
    bytes[14..23].copy_from_slice(b"H12345678");
    assert_eq!(Some(x), fr_from_bytes(&bytes));
    assert_eq!(schema.slots()[1].decode(&x), Ok(Value::Ascii("H12345678".into())));
}

#[test]
fn every_required_attribute_is_required() {
    for (name, _) in person() {
        let without: Vec<_> = person().into_iter().filter(|(n, _)| *n != name).collect();
        if realname().slot(name).unwrap().is_required() {
            assert_eq!(build(&without).err(), Some((name.to_owned(), AttributeFault::Missing)), "{name}");
            assert_eq!(fault_with(name, Value::Absent), AttributeFault::Missing);
        } else {
            assert!(build(&without).is_ok_and(|a| a.get(name) == Some(Value::Absent)), "{name}");
        }
    }
}

#[test]
fn every_rule_of_a_slot_has_its_error() {
    assert_eq!(fault_with("holder_tag", Value::Tag(Fr::ZERO)), AttributeFault::Missing);
    assert_eq!(fault_with("document_number", Value::Ascii("1".repeat(19))), AttributeFault::TooWide);
    for text in ["", "1 2", "证件", "1\0", "1\n"] {
        assert_eq!(fault_with("document_number", Value::Ascii(text.into())), AttributeFault::NotAscii, "{text:?}");
    }
    for name in ["birth_date", "verified_on", "reverify_by"] {
        assert_eq!(fault_with(name, Value::Date(Date::LONG_TERM)), AttributeFault::LongTerm);
    }
    assert_eq!(fault_with("region", Value::Integer(109_999)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("region", Value::Integer(1_000_000)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("nationality", Value::Integer(1000)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("channels", Value::Integer(65_536)), AttributeFault::TooWide);
    assert_eq!(fault_with("verified", Value::Integer(2)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("account_class", Value::Integer(4)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("account_class", Value::Integer(256)), AttributeFault::TooWide);
    assert_eq!(fault_with("sex", Value::Integer(3)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("risk_tier", Value::Integer(16)), AttributeFault::OutOfRange);
    assert_eq!(fault_with("region", date(20_261_122)), AttributeFault::WrongType);
    assert_eq!(fault_with("birth_date", Value::Integer(19_491_231)), AttributeFault::WrongType);
}

#[test]
fn names_are_known_and_given_once() {
    let extra = |name, value| build(&[person(), vec![(name, value)]].concat()).err();
    assert_eq!(extra("religion", Value::Integer(1)), Some(("religion".into(), AttributeFault::Unknown)));
    assert_eq!(extra("sex", Value::Integer(1)), Some(("sex".into(), AttributeFault::Duplicate)));
}

#[test]
fn field_elements_of_slots_are_validated_like_values() {
    let honest = *build(&person()).ok().unwrap().slots();
    let fault = |slot: usize, x: Fr| {
        let mut slots = honest;
        slots[slot] = x;
        Attributes::from_slots(&realname(), slots).err().map(|e| e.fault)
    };
    assert_eq!(fault(3, Fr::from(20_260_229u32)), Some(AttributeFault::Date(DateError::Day)));
    assert_eq!(fault(3, Fr::from(99_991_231u32)), Some(AttributeFault::LongTerm));
    assert_eq!(fault(4, Fr::from(99_991_231u32)), None);
    assert_eq!(fault(4, Fr::from(1u64 << 32)), Some(AttributeFault::TooWide));
    assert_eq!(fault(4, -Fr::from(1u8)), Some(AttributeFault::TooWide));
    assert_eq!(fault(0, Fr::ZERO), Some(AttributeFault::Missing));
    assert_eq!(fault(0, -Fr::from(1u8)), None);
    assert_eq!(fault(2, Fr::from(u128::MAX)), None);
    assert_eq!(fault(2, Fr::from(u128::MAX) + Fr::from(1u8)), Some(AttributeFault::TooWide));
    // Padded on the left, or with a zero in the middle.
    assert_eq!(fault(1, Fr::from(0x31u8)), Some(AttributeFault::NotAscii));
    assert_eq!(fault(15, Fr::from(1u128 << 64)), Some(AttributeFault::TooWide));
}

#[test]
fn an_unused_slot_stays_empty() {
    let card = Arc::clone(Schemas::standard().get("cn-bank-card").unwrap());
    let today = date(20_261_122);
    let values = [
        ("holder_tag", Value::Tag(Fr::from(77u8))),
        ("document_number", Value::Ascii("11010519491231002X".into())),
        ("card_digest", Value::Digest([3; 16])),
        ("card_valid_until", today.clone()),
        ("verified_on", today.clone()),
        ("reverify_by", today),
        ("issuer_country", Value::Integer(156)),
        ("card_type", Value::Integer(1)),
    ];
    let mut builder = Attributes::builder(&card);
    for (name, value) in &values {
        builder = builder.set(name, value).ok().unwrap();
    }
    let unknown = Attributes::builder(&card).set("unused_3", &Value::Integer(1)).err().unwrap();
    assert_eq!(unknown.fault, AttributeFault::Unknown);
    let mut slots = *builder.build().ok().unwrap().slots();
    slots[3] = Fr::from(1u8);
    let error = Attributes::from_slots(&card, slots).err().unwrap();
    assert_eq!((error.attribute.as_str(), error.fault), ("unused_3", AttributeFault::NotUnused));
}

#[test]
fn values_are_shown_to_people_and_hidden_from_logs() {
    for (value, shown) in [
        (date(20_261_122), "2026-11-22"),
        (Value::Date(Date::LONG_TERM), "long-term"),
        (Value::Ascii("H1".into()), "H1"),
        (Value::Integer(7), "7"),
        (Value::Absent, "absent"),
        (Value::Digest([0xab; 16]), "abababababababababababababababab"),
        (Value::Handle(1), "0000000000000001"),
    ] {
        assert_eq!(value.to_string(), shown);
        assert!(!format!("{value:?}").contains(shown) || value == Value::Absent);
    }
}

#[test]
fn texts_of_values_are_read_back() {
    let schema = realname();
    for (name, value) in person() {
        assert!(schema.slot(name).unwrap().parse(&value.to_text()) == Ok(value), "{name}");
    }
    for (name, text, fault) in [
        ("birth_date", "1949-12-31", AttributeFault::Date(DateError::Format)),
        ("region", "+110105", AttributeFault::WrongType),
        ("region", "", AttributeFault::WrongType),
        ("region", "99999999999", AttributeFault::WrongType),
        ("name_digest", "AAAA", AttributeFault::WrongType),
        ("sex", "9", AttributeFault::OutOfRange),
    ] {
        assert!(schema.slot(name).unwrap().parse(text) == Err(fault), "{name} {text:?}");
    }
}

proptest! {
    #[test]
    fn loading_never_panics(bytes: Vec<u8>) {
        let _ = Schema::load(&bytes);
    }

    #[test]
    fn whatever_decodes_encodes_to_the_same_element(slot in 0usize..16, low: u128, high: u128, narrow in 0u32..5) {
        let low = low >> (narrow * 25);
        let x = Fr::from(low) + if narrow == 0 { Fr::from(high) * Fr::from(u128::MAX) } else { Fr::ZERO };
        let schema = realname();
        if let Ok(value) = schema.slots()[slot].decode(&x) {
            prop_assert_eq!(schema.slots()[slot].encode(&value), Ok(x));
        }
    }
}
