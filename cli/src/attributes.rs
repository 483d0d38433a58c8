//! The attributes file of an issuer: a JSON object by attribute name, checked against the schema and the citizen number.
//!
//! Dates are integers YYYYMMDD, long-term is 99991231, digests base64url. `verified_on` is today and `reverify_by` 180 days
//! later unless the file says otherwise.

use crate::error::{Failure, Outcome};
use serde::Deserialize;
use shiming::{
    citizen_id::{CitizenId, NumberKind, Sex},
    codec::{Kind, from_json},
    issuer::{CITIZEN_CARD, REVERIFY_DAYS},
    schema::{Attributes, AttributesBuilder, DOCUMENT_NUMBER, Schema, Value},
    time::{Date, UnixTime},
};
use std::{collections::BTreeMap, sync::Arc};
use zeroize::Zeroizing;

/// An attributes file: at most 16 KiB; personal, so errors do not quote it.
pub(crate) const ATTRIBUTES: Kind = Kind::secret("attributes", 16 << 10);

/// A value as written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(u32),
    Text(String),
}

/// The attributes of a file, all but the two that the issuer sets.
pub(crate) fn load(schema: &Arc<Schema>, bytes: &[u8], now: UnixTime) -> Outcome<AttributesBuilder> {
    let written: BTreeMap<String, Written> = from_json(ATTRIBUTES, bytes)
        .map_err(|error| Failure::usage("bad-file", format!("the attributes file: {error}")))?;
    let mut values = BTreeMap::new();
    for (name, value) in written {
        let fail = |fault: &dyn std::fmt::Display| {
            Failure::rejected("attribute", format!("the attribute {name} {fault}; correct the attributes file"))
        };
        if ["holder_tag", "revocation_handle"].contains(&name.as_str()) {
            return Err(fail(&"is set by the issuer"));
        }
        let slot = schema.slot(&name).ok_or_else(|| fail(&format!("is none of schema {}", schema.name())))?;
        let text = Zeroizing::new(match value {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        });
        let value = slot.parse(&text).map_err(|fault| fail(&fault))?;
        values.insert(name, value);
    }
    complete(schema, values, now)
}

/// Adds the dates that follow from today, and refuses values that contradict each other.
pub(crate) fn complete(
    schema: &Arc<Schema>,
    mut values: BTreeMap<String, Value>,
    now: UnixTime,
) -> Outcome<AttributesBuilder> {
    let calendar = |error| Failure::usage("clock", format!("{error}; check the clock"));
    let today = Date::from_unix(now).map_err(calendar)?;
    if schema.slot("verified_on").is_some() {
        values.entry("verified_on".to_owned()).or_insert(Value::Date(today));
    }
    if let (Some(_), Some(Value::Date(verified_on))) = (schema.slot("reverify_by"), values.get("verified_on")) {
        let until = verified_on.plus_days(REVERIFY_DAYS).map_err(calendar)?;
        values.entry("reverify_by".to_owned()).or_insert(Value::Date(until));
    }
    check_dates(&values, today)?;
    if values.get("document_type") == Some(&Value::Integer(CITIZEN_CARD)) {
        check_citizen(&values)?;
    }
    values
        .iter()
        .try_fold(Attributes::builder(schema), |builder, (name, value)| builder.set(name, value))
        .map_err(|error| Failure::rejected("attribute", format!("{error}; correct the attributes file")))
}

fn check_dates(values: &BTreeMap<String, Value>, today: Date) -> Outcome<()> {
    let date = |name: &str| match values.get(name) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    for name in ["birth_date", "verified_on"] {
        if date(name).is_some_and(|date| date > today) {
            return Err(Failure::rejected(
                "attribute-date",
                format!("{name} is in the future; correct the attributes file"),
            ));
        }
    }
    for name in ["document_valid_until", "card_valid_until", "reverify_by"] {
        if date(name).is_some_and(|date| date < today) {
            return Err(Failure::rejected("attribute-date", format!("{name} is over; verify a valid document")));
        }
    }
    Ok(())
}

/// The number of a resident identity card says when and where its holder was registered, and the sex.
fn check_citizen(values: &BTreeMap<String, Value>) -> Outcome<()> {
    let refuse =
        |error: &dyn std::fmt::Display| Failure::rejected("citizen-number", format!("document_number: {error}"));
    let Some(Value::Ascii(number)) = values.get(DOCUMENT_NUMBER) else { return Err(refuse(&"is missing; add it")) };
    let number = CitizenId::parse(number).map_err(|error| refuse(&error))?;
    if number.kind() != NumberKind::Citizen {
        return Err(refuse(&"is not a resident identity card's; choose the document_type of the document"));
    }
    if let Some(Value::Date(birth)) = values.get("birth_date") {
        number.check_birth(*birth).map_err(|error| refuse(&error))?;
    }
    if let Some(Value::Integer(region)) = values.get("region") {
        number.check_region(*region).map_err(|error| refuse(&error))?;
    }
    match values.get("sex") {
        Some(Value::Integer(1)) => number.check_sex(Sex::Male),
        Some(Value::Integer(2)) => number.check_sex(Sex::Female),
        _ => Ok(()),
    }
    .map_err(|error| refuse(&error))
}

#[cfg(test)]
mod tests {
    use super::{Failure, load};
    use shiming::{schema::Schemas, time::UnixTime};

    const NOW: UnixTime = UnixTime::from_seconds(1_795_320_000);

    fn code(json: &str) -> Result<(), Failure> {
        let schemas = Schemas::standard();
        let schema = schemas.get("cn-realname").ok_or_else(|| Failure::usage("schema", "missing"))?;
        load(schema, json.as_bytes(), NOW).map(|_| ())
    }

    fn adult(change: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("document_number", "\"11010519491231002X\""),
            ("birth_date", "19491231"),
            ("document_valid_until", "99991231"),
            ("region", "110105"),
            ("nationality", "156"),
            ("document_type", "1"),
            ("sex", "2"),
        ];
        for (name, value) in change {
            fields.retain(|(known, _)| known != name);
            fields.push((*name, *value));
        }
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", fields.join(", "))
    }

    #[test]
    fn a_consistent_person_passes() {
        assert!(code(&adult(&[])).is_ok());
    }

    #[test]
    fn contradictions_are_refused_under_their_codes() {
        let cases = [
            ("citizen-number", "document_number", "\"110105194912310021\""),
            ("citizen-number", "document_number", "\"11010519491231002x\""),
            ("citizen-number", "birth_date", "19491230"),
            ("citizen-number", "region", "310101"),
            ("citizen-number", "sex", "1"),
            ("attribute-date", "document_valid_until", "20261121"),
            ("attribute-date", "verified_on", "20261123"),
            ("attribute", "birth_date", "19491332"),
            ("attribute", "holder_tag", "\"AA\""),
            ("attribute", "shoe_size", "42"),
            ("bad-file", "region", "null"),
        ];
        for (expected, name, value) in cases {
            let found = code(&adult(&[(name, value)])).err().map(|failure| failure.code);
            assert_eq!(found, Some(expected), "{name} = {value}");
        }
    }
}
