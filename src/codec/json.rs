//! JSON read twice: once for what `serde` would let pass, once for the object.

use super::{DecodeError, Kind};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// The object of a JSON document.
///
/// # Errors
///
/// [`DecodeError::TooLarge`], [`DecodeError::NotUtf8`], [`DecodeError::Json`], [`DecodeError::DuplicateKey`],
/// [`DecodeError::TrailingBytes`]; of secret kinds only the place is told.
pub fn from_json<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, DecodeError> {
    kind.check_size(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::NotUtf8)?;
    refuse_what_serde_accepts(kind, text)?;
    serde_json::from_str(text).map_err(|e| json_error(kind, &e))
}

/// The compact JSON of an object.
///
/// # Errors
///
/// [`DecodeError::Json`] if the object has no JSON form (a map whose keys are not strings), [`DecodeError::TooLarge`] if
/// its own decoder would refuse it.
pub fn to_json<T: serde::Serialize>(kind: Kind, object: &T) -> Result<Vec<u8>, DecodeError> {
    let bytes = serde_json::to_vec(object).map_err(|e| json_error(kind, &e))?;
    kind.check_size(&bytes)?;
    Ok(bytes)
}

fn json_error(kind: Kind, error: &serde_json::Error) -> DecodeError {
    // serde's messages quote the offending value.
    if kind.secret {
        DecodeError::Json(format!("line {} column {}", error.line(), error.column()))
    } else {
        DecodeError::Json(error.to_string())
    }
}

fn refuse_what_serde_accepts(kind: Kind, text: &str) -> Result<(), DecodeError> {
    let mut duplicate = None;
    let mut from = serde_json::Deserializer::from_str(text);
    let walked = Walk { duplicate: &mut duplicate }.deserialize(&mut from);
    match (walked, duplicate) {
        (Err(_), Some(key)) if kind.secret => Err(DecodeError::DuplicateKey(format!("({} bytes)", key.len()))),
        (Err(_), Some(key)) => Err(DecodeError::DuplicateKey(key)),
        (Err(e), None) => Err(json_error(kind, &e)),
        (Ok(()), _) => from.end().map_err(|_| DecodeError::TrailingBytes),
    }
}

/// Visits every value; stops at the first duplicate key, leaving it in `duplicate`, and at the first `null`.
struct Walk<'a> {
    duplicate: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value other than null")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while from.next_element_seed(Walk { duplicate: &mut *self.duplicate })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = from.next_key::<String>()? {
            if keys.contains(&key) {
                *self.duplicate = Some(key);
                return Err(A::Error::custom("duplicate key"));
            }
            keys.insert(key);
            from.next_value_seed(Walk { duplicate: &mut *self.duplicate })?;
        }
        Ok(())
    }
}
