//! What a dishonest holder can do to her own files.

use crate::error::{Failure, Outcome};
use serde_json::Value;
use shiming::{codec, prepared::Prepared, schema::Schemas};

/// Where `birth_date` stands in the signed bytes: after the header and slots 0, 1 and 2.
const BIRTH_DATE: std::ops::Range<usize> = 71..75;

/// The prepared credential with another birth date written over the signed one, its proof kept.
pub(crate) fn with_birth_date(prepared: &Prepared, birth_date: u32) -> Outcome<Prepared> {
    let damaged = || Failure::usage("demo-failed", "a prepared credential does not have its own format");
    let mut outer: Value = serde_json::from_slice(&prepared.to_json()?).map_err(|_| damaged())?;
    let text = outer.get("credential").and_then(Value::as_str).ok_or_else(damaged)?;
    let mut inner: Value = serde_json::from_slice(&codec::from_base64url(text)?).map_err(|_| damaged())?;
    let mut signed = codec::from_base64url(inner.get("tbs").and_then(Value::as_str).ok_or_else(damaged)?)?;
    signed.get_mut(BIRTH_DATE).ok_or_else(damaged)?.copy_from_slice(&birth_date.to_be_bytes());
    put(&mut inner, "tbs", codec::to_base64url(&signed)).ok_or_else(damaged)?;
    put(&mut outer, "credential", codec::to_text(inner.to_string().as_bytes())).ok_or_else(damaged)?;
    Ok(Prepared::from_json(outer.to_string().as_bytes(), &Schemas::standard())?)
}

fn put(object: &mut Value, field: &str, text: String) -> Option<()> {
    *object.get_mut(field)? = Value::String(text);
    Some(())
}
