//! Attributes as claims: every used slot but the revocation handle is one selectively disclosable claim of its own name
//! (spec/conventional, "Claims").
//!
//! | encoding | JSON |
//! |---|---|
//! | date | text YYYY-MM-DD, long-term 9999-12-31 |
//! | integer | number |
//! | ASCII | text |
//! | tag, digest | base64url text |
//! | absent | the empty text, so that absence is signed like any value |

use crate::{
    codec::{array_from_base64url, to_base64url},
    schema::{AttributeFault, Encoding, Schema, Slot, Value},
    time::Date,
};
use ark_ff::Zero;
use serde_json::{Value as Json, json};
use shiming_circuits::field::{Fr, fr_from_bytes, fr_to_bytes};

/// The claim that says `true` of whoever had completed 18 years on the day before the issue. It is there or it is not: a decoy
/// stands for it where it is not.
pub const AGE_OVER_18: &str = "age_over_18";

/// The `vct` of a schema: `urn:shiming:<name>:<id>`. An id belongs to one table for ever, and the TBS has it too.
#[must_use]
pub fn vct(schema: &Schema) -> String {
    format!("urn:shiming:{}:{}", schema.name(), schema.id())
}

/// Whether a slot is a claim: unused ones are none, and the revocation handle would link both paths.
pub(crate) fn is_claim(slot: &Slot) -> bool {
    !matches!(slot.encoding(), Encoding::Unused | Encoding::Handle)
}

/// The JSON of a slot's value.
pub(crate) fn to_claim(value: &Value) -> Json {
    match value {
        Value::Absent => json!(""),
        Value::Tag(tag) => json!(to_base64url(&fr_to_bytes(tag))),
        Value::Ascii(text) => json!(text),
        Value::Digest(bytes) => json!(to_base64url(bytes)),
        Value::Date(date) => json!(iso(*date)),
        Value::Integer(n) => json!(n),
        Value::Handle(bits) => json!(to_base64url(&bits.to_be_bytes())),
    }
}

/// The field element of a slot's claim, which must be the JSON that [`to_claim`] writes for it.
pub(crate) fn from_claim(slot: &Slot, claim: &Json) -> Result<Fr, AttributeFault> {
    let value = match (slot.encoding(), claim) {
        (_, Json::String(text)) if text.is_empty() => Value::Absent,
        (Encoding::Tag, Json::String(text)) => {
            let bytes = array_from_base64url(text).map_err(|_| AttributeFault::WrongType)?;
            Value::Tag(fr_from_bytes(&bytes).ok_or(AttributeFault::WrongType)?)
        }
        (Encoding::Ascii, Json::String(text)) => Value::Ascii(text.clone()),
        (Encoding::Digest, Json::String(text)) => {
            Value::Digest(array_from_base64url(text).map_err(|_| AttributeFault::WrongType)?)
        }
        (Encoding::Date | Encoding::DateOrLongTerm, Json::String(text)) => Value::Date(parse_iso(text)?),
        (Encoding::Integer, Json::Number(n)) => {
            Value::Integer(n.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or(AttributeFault::WrongType)?)
        }
        _ => return Err(AttributeFault::WrongType),
    };
    let x = slot.encode(&value)?;
    // Zero is absence, which has one claim: the empty text.
    let absent = x.is_zero() && value != Value::Absent;
    if to_claim(&value) == *claim && !absent { Ok(x) } else { Err(AttributeFault::WrongType) }
}

fn iso(date: Date) -> String {
    let n = date.to_u32();
    format!("{:04}-{:02}-{:02}", n / 10_000, n / 100 % 100, n % 100)
}

fn parse_iso(text: &str) -> Result<Date, AttributeFault> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let date = Date::parse(&digits).map_err(AttributeFault::Date)?;
    if iso(date) == text { Ok(date) } else { Err(AttributeFault::WrongType) }
}
