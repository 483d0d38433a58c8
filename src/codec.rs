//! Strict decoding, shared by every object: size caps, JSON without surprises, canonical base64url, and a byte reader.
//!
//! JSON is RFC 8259 with four restrictions, at every depth: no duplicate key, no unknown key (the objects' own `serde`
//! definitions see to that), no `null`, nothing after the document. Binary values inside JSON are base64url without padding
//! (RFC 4648, section 5) with zero trailing bits, so that each value has one text.

mod identifier;
mod json;
mod reader;

pub use identifier::{IDENTIFIER_CAP, Identifier, IdentifierError};
pub use json::{from_json, to_json};
pub use reader::Reader;

use base64ct::{Base64UrlUnpadded, Encoding};

/// What kind of object some bytes claim to be: how long it may be, and whether errors may quote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    name: &'static str,
    cap: usize,
    secret: bool,
}

impl Kind {
    /// A policy: public, at most 16 KiB.
    pub const POLICY: Self = Self::public("policy", 16 << 10);
    /// A schema table: public, at most 16 KiB.
    pub const SCHEMA: Self = Self::public("schema", 16 << 10);
    /// A signed request, as JWS: public, at most 64 KiB.
    pub const REQUEST: Self = Self::public("request", 64 << 10);
    /// An issuer's enrolment challenge, as JWS: public, at most 16 KiB.
    pub const CHALLENGE: Self = Self::public("challenge", 16 << 10);
    /// A trust bundle, plain or as JWS: public, at most 1 MiB.
    pub const TRUST_BUNDLE: Self = Self::public("trust bundle", 1 << 20);
    /// A presentation: at most 64 KiB, above what the largest policy needs. Its disclosed values are personal, so errors do not quote it.
    pub const PRESENTATION: Self = Self::secret("presentation", 64 << 10);
    /// A source's attestation, as JWS: at most 16 KiB. What it says of a person is personal, so errors do not quote it.
    pub const ATTESTATION: Self = Self::secret("attestation", 16 << 10);
    /// A holder's enrolment answer: at most 16 KiB; personal.
    pub const ENROLMENT: Self = Self::secret("enrolment", 16 << 10);
    /// A credential: at most 16 KiB; secret.
    pub const CREDENTIAL: Self = Self::secret("credential", 16 << 10);
    /// An issuer's draft of a credential: at most 16 KiB; secret.
    pub const DRAFT: Self = Self::secret("draft", 16 << 10);
    /// A prepared credential: at most 64 KiB; secret.
    pub const PREPARED: Self = Self::secret("prepared credential", 64 << 10);
    /// An SD-JWT with or without key binding: at most 64 KiB; its claims are personal.
    pub const SD_JWT: Self = Self::secret("SD-JWT", 64 << 10);

    /// A kind whose content anyone may see, so that errors may quote it.
    #[must_use]
    pub const fn public(name: &'static str, cap: usize) -> Self {
        Self { name, cap, secret: false }
    }

    /// A kind whose content must not reach a log: errors name the place, never the value.
    #[must_use]
    pub const fn secret(name: &'static str, cap: usize) -> Self {
        Self { name, cap, secret: true }
    }

    /// The name for messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The greatest accepted length in bytes.
    #[must_use]
    pub const fn cap(&self) -> usize {
        self.cap
    }

    /// Refuses bytes longer than the cap.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`].
    pub fn check_size(&self, bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.len() > self.cap { Err(DecodeError::TooLarge { cap: self.cap }) } else { Ok(()) }
    }
}

/// Why bytes are not the object they claim to be.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than the kind's cap.
    #[error("longer than the {cap} bytes allowed")]
    TooLarge {
        /// The cap in bytes.
        cap: usize,
    },
    /// Text that is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// Not JSON, or JSON of another shape: unknown or missing field, wrong type, `null`.
    #[error("not the expected JSON: {0}")]
    Json(String),
    /// An object with the same key twice.
    #[error("the key {0:?} occurs twice in one object")]
    DuplicateKey(String),
    /// Bytes after the end.
    #[error("bytes after the end")]
    TrailingBytes,
    /// The end came too early.
    #[error("ends too early")]
    Truncated,
    /// A value of fixed length with another length.
    #[error("{found} bytes instead of {expected}")]
    WrongLength {
        /// The fixed length in bytes.
        expected: usize,
        /// The length found in bytes.
        found: usize,
    },
    /// Not base64url without padding.
    #[error("not base64url without padding")]
    Base64,
    /// A second way to write a value that has one encoding.
    #[error("not the canonical encoding")]
    NotCanonical,
    /// The magic bytes or the version of another object.
    #[error("not this kind of object, or another version of it")]
    WrongHeader,
}

/// base64url without padding.
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of a base64url text without padding and with zero trailing bits.
///
/// # Errors
///
/// [`DecodeError::Base64`] for a character outside the alphabet, padding, an impossible length or set trailing bits.
pub fn from_base64url(text: &str) -> Result<Vec<u8>, DecodeError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| DecodeError::Base64)
}

/// The `N` bytes of a base64url text.
///
/// # Errors
///
/// [`DecodeError::Base64`], [`DecodeError::WrongLength`].
pub fn array_from_base64url<const N: usize>(text: &str) -> Result<[u8; N], DecodeError> {
    array(&from_base64url(text)?)
}

/// A slice as an array of its exact length.
///
/// # Errors
///
/// [`DecodeError::WrongLength`].
pub fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.try_into().map_err(|_| DecodeError::WrongLength { expected: N, found: bytes.len() })
}

/// The text form of a binary object: one line of base64url without padding.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    to_base64url(bytes)
}

/// The binary object of a text form; one newline at the end is allowed, since files have it.
///
/// # Errors
///
/// [`DecodeError::TooLarge`] if the object would exceed the kind's cap, [`DecodeError::NotUtf8`], [`DecodeError::Base64`].
pub fn from_text(kind: Kind, text: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    // Four characters carry three bytes; checked before anything is allocated.
    if text.len() > kind.cap.div_ceil(3).saturating_mul(4) {
        return Err(DecodeError::TooLarge { cap: kind.cap });
    }
    let bytes = from_base64url(std::str::from_utf8(text).map_err(|_| DecodeError::NotUtf8)?)?;
    kind.check_size(&bytes)?;
    Ok(bytes)
}

/// `serde(with)` of byte arrays as base64url strings.
pub mod base64url_array {
    use super::{array_from_base64url, to_base64url};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes the array as a base64url string.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    pub fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base64url(bytes))
    }

    /// Reads the array from a base64url string.
    ///
    /// # Errors
    ///
    /// Those of the deserializer, and a text that is not canonical base64url of `N` bytes.
    pub fn deserialize<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
        let text = String::deserialize(from)?;
        array_from_base64url(&text).map_err(D::Error::custom)
    }
}
