//! Compact JWTs (RFC 7519) whose algorithm the caller's key decides.

use super::JwtFault;
use crate::{
    codec::{Kind, array_from_base64url, from_base64url, from_json},
    signature::{PublicKey, RawSignature},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};

/// A compact JWT as received. Other header parameters are ignored (RFC 7515, section 4), but for `crit`, which is refused.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Jwt {
    text: String,
    signed_length: usize,
    header: Header,
    payload: Vec<u8>,
    signature: RawSignature,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(from).map(|_| true)
}

impl Jwt {
    /// Reads the form, and the header's JSON.
    pub(super) fn parse(text: &str) -> Result<Self, JwtFault> {
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwtFault::Parts);
        };
        if signature.is_empty() {
            return Err(JwtFault::Unsigned);
        }
        let base64 = |part| from_base64url(part).map_err(|_| JwtFault::Base64);
        Ok(Self {
            text: text.to_owned(),
            signed_length: text.len() - signature.len() - 1,
            header: from_json(Kind::SD_JWT, &base64(header)?).map_err(JwtFault::Malformed)?,
            payload: base64(payload)?,
            signature: RawSignature::from_bytes(array_from_base64url(signature).map_err(|_| JwtFault::Base64)?),
        })
    }

    /// Requires the type, the key's algorithm and the key's signature over the exact bytes.
    pub(super) fn verify(&self, key: &PublicKey, expected_type: &str) -> Result<(), JwtFault> {
        if self.header.alg.eq_ignore_ascii_case("none") {
            return Err(JwtFault::AlgorithmNone);
        }
        if self.header.alg != key.algorithm().as_str() {
            return Err(JwtFault::AlgorithmMismatch);
        }
        if self.header.typ.as_deref() != Some(expected_type) {
            return Err(JwtFault::WrongType);
        }
        if self.header.crit {
            return Err(JwtFault::Critical);
        }
        let signed = self.text.as_bytes().get(..self.signed_length).unwrap_or_default();
        key.verify(signed, &self.signature).map_err(JwtFault::Signature)
    }

    /// The claims, read anew at each call.
    pub(super) fn payload(&self) -> Result<Map<String, Value>, JwtFault> {
        from_json(Kind::SD_JWT, &self.payload).map_err(JwtFault::Malformed)
    }

    pub(super) fn key_id(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }
}

/// What is signed: the header and the payload in base64url, and a dot between them (RFC 7515, section 5.1).
pub(super) fn signing_input(header: &[u8], payload: &[u8]) -> String {
    use crate::codec::to_base64url;
    let mut text = to_base64url(header);
    text.push('.');
    text.push_str(&to_base64url(payload));
    text
}

/// The compact form with its signature.
pub(super) fn with_signature(signing_input: &str, signature: &RawSignature) -> String {
    format!("{signing_input}.{}", crate::codec::to_base64url(signature.as_bytes()))
}
