//! SHA-256 (FIPS 180-4) under domain tags.
//!
//! The tag and every part are preceded by their length as eight big-endian bytes, so that no two lists of parts have the
//! same input, and the tags of `shiming_circuits::domain` keep uses apart.

use crate::codec::{DecodeError, array, array_from_base64url, to_base64url};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// 32 bytes of SHA-256: a key id, a schema digest, a request digest. Public, so compared in variable time.
///
/// Shown as lower-case hex; in JSON base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of the parts under a tag.
    #[must_use]
    pub fn of(tag: &[u8], parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in std::iter::once(&tag).chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The digest with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest with the bytes of a slice.
    ///
    /// # Errors
    ///
    /// [`DecodeError::WrongLength`] unless there are 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, DecodeError> {
        array(bytes).map(Self)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        array_from_base64url(&String::deserialize(from)?).map(Self).map_err(D::Error::custom)
    }
}
