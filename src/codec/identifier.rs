//! The names that parties and policies go by.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::fmt;

/// The greatest length of an identifier in bytes.
pub const IDENTIFIER_CAP: usize = 64;

/// The registered name of an issuer, a verifier, a policy or a pseudonym's scope: 1 to 64 ASCII letters, digits and `. _ : / -`.
///
/// The alphabet needs no escape in JSON, in a URL path or on a terminal, and no two identifiers look alike in another
/// script, so comparing bytes is comparing names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Identifier(String);

/// Why a text is no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// No characters.
    #[error("is empty")]
    Empty,
    /// More than [`IDENTIFIER_CAP`] bytes.
    #[error("is longer than {IDENTIFIER_CAP} bytes")]
    TooLong,
    /// A character outside the alphabet.
    #[error("has a character other than ASCII letters, digits and . _ : / -")]
    Character,
}

impl Identifier {
    /// The identifier of a text.
    ///
    /// # Errors
    ///
    /// One variant of [`IdentifierError`] per rule.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        if text.is_empty() {
            Err(IdentifierError::Empty)
        } else if text.len() > IDENTIFIER_CAP {
            Err(IdentifierError::TooLong)
        } else if text.bytes().all(|c| c.is_ascii_alphanumeric() || b"._:/-".contains(&c)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Character)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ASCII bytes, as transcripts and hashes take them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(|e| D::Error::custom(format!("the identifier {e}")))
    }
}
