//! One disclosed property: `base64url(["salt","name",value])` (RFC 9901, section 4.2.1).

use super::{DisclosureFault, HashAlgorithm, is_reserved, names_reserved};
use crate::codec::{Kind, from_base64url, from_json, to_base64url, to_json};
use rand_core::CryptoRng;
use serde_json::Value;
use std::fmt;

/// The length of a fresh salt (RFC 9901, section 9.3).
pub const SALT_BYTES: usize = 16;

/// The name and value of a claim, under a salt, in the exact text that its digest is of.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    text: String,
    name: String,
    value: Value,
}

impl Disclosure {
    /// A disclosure with a fresh salt.
    ///
    /// # Errors
    ///
    /// [`DisclosureFault::ReservedName`], [`DisclosureFault::NestedDigests`]; [`DisclosureFault::Malformed`] for a value with
    /// `null` in it, or too large or too deep to be read again.
    pub fn new<R: CryptoRng + ?Sized>(name: &str, value: &Value, rng: &mut R) -> Result<Self, DisclosureFault> {
        let mut salt = [0u8; SALT_BYTES];
        rng.fill_bytes(&mut salt);
        let json = to_json(Kind::SD_JWT, &(to_base64url(&salt), name, value)).map_err(DisclosureFault::Malformed)?;
        // Whatever its decoder would refuse is refused where it is made.
        Self::parse(&to_base64url(&json))
    }

    /// Reads a disclosure. Whether an issuer signed its digest, [`super::SdJwt::verify`] tells.
    ///
    /// # Errors
    ///
    /// [`DisclosureFault`].
    pub fn parse(text: &str) -> Result<Self, DisclosureFault> {
        let json = from_base64url(text).map_err(|_| DisclosureFault::Base64)?;
        let parts: Vec<Value> = from_json(Kind::SD_JWT, &json).map_err(DisclosureFault::Malformed)?;
        let [salt, name, value] = <[Value; 3]>::try_from(parts)
            .map_err(|parts| if parts.len() == 2 { DisclosureFault::ArrayElement } else { DisclosureFault::Length })?;
        if !salt.is_string() {
            return Err(DisclosureFault::SaltNotString);
        }
        let Value::String(name) = name else { return Err(DisclosureFault::NameNotString) };
        if is_reserved(&name) {
            return Err(DisclosureFault::ReservedName);
        }
        if names_reserved(&value) {
            return Err(DisclosureFault::NestedDigests);
        }
        Ok(Self { text: text.to_owned(), name, value })
    }

    /// The claim's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The claim's value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The exact text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The digest that `_sd` holds: of the text, not of the JSON in it (RFC 9901, section 4.2.3).
    #[must_use]
    pub fn digest(&self, hash: HashAlgorithm) -> String {
        hash.digest(std::iter::once(self.as_str()))
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disclosure").field("name", &self.name).finish_non_exhaustive()
    }
}
