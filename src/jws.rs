//! Compact JSON Web Signatures (RFC 7515) with ES256 (RFC 7518, section 3.4; deterministic nonces of RFC 6979); attestations of
//! evidence also with SM2 (`SGD_SM3_SM2`), and nothing else.
//!
//! The protected header is exactly `{"alg":"...","kid":"...","typ":"..."}`: which key verifies is decided by the registry
//! and the caller, and never by the header; a header that says anything more, less or otherwise is refused, and so is an
//! algorithm other than the key's.

use crate::{
    codec::{DecodeError, Identifier, Kind, array_from_base64url, from_base64url, to_base64url},
    digest::Digest,
    signature::{Algorithm, Es256PublicKey, Es256SigningKey, PublicKey, RawSignature, SigningKey},
};
use serde::Deserialize;

/// Why bytes are not a signed object, or not signed by the key.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not the bytes of a compact JWS.
    #[error("signed object: {0}")]
    Decode(#[from] DecodeError),
    /// Not three parts between dots.
    #[error("a compact JWS has three parts")]
    Parts,
    /// The signature is empty.
    #[error("the object is not signed")]
    Unsigned,
    /// Another header than `{"alg":"...","kid":"...","typ":"..."}`, with ES256 where nothing else may sign.
    #[error("the protected header is not exactly an accepted alg, kid and typ")]
    Header,
    /// Another `typ` than the object's.
    #[error("the object is of another type")]
    WrongType,
    /// The signature is not two non-zero scalars, or not by this key over these bytes.
    #[error("the signature is not by the expected key")]
    Signature,
}

/// A compact JWS as received: its form is checked, its signature is not until [`Jws::verify`].
///
/// The exact bytes are kept; they are what is signed, verified and digested, and nothing is ever encoded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jws {
    compact: String,
    signed_length: usize,
    algorithm: Algorithm,
    key_id: Identifier,
    object_type: String,
    payload: Vec<u8>,
    signature: RawSignature,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

impl Jws {
    /// Signs a payload with ES256.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`] if the result exceeds the kind's cap; [`JwsError::Signature`], which happens to nobody.
    pub fn sign(
        kind: Kind,
        key: &Es256SigningKey,
        key_id: &Identifier,
        object_type: &'static str,
        payload: Vec<u8>,
    ) -> Result<Self, JwsError> {
        Self::sign_with(kind, &SigningKey::Es256(key.clone()), key_id, object_type, payload)
    }

    /// Signs a payload with a key of either algorithm.
    ///
    /// # Errors
    ///
    /// Those of [`Jws::sign`].
    pub fn sign_with(
        kind: Kind,
        key: &SigningKey,
        key_id: &Identifier,
        object_type: &'static str,
        payload: Vec<u8>,
    ) -> Result<Self, JwsError> {
        let algorithm = key.public_key().algorithm();
        let mut compact = to_base64url(header(algorithm, key_id, object_type).as_bytes());
        compact.push('.');
        compact.push_str(&to_base64url(&payload));
        let signed_length = compact.len();
        let signature = key.sign(compact.as_bytes()).map_err(|_| JwsError::Signature)?;
        compact.push('.');
        compact.push_str(&to_base64url(signature.as_bytes()));
        kind.check_size(compact.as_bytes())?;
        let (key_id, object_type) = (key_id.clone(), object_type.to_owned());
        Ok(Self { compact, signed_length, algorithm, key_id, object_type, payload, signature })
    }

    /// Reads the form of a compact JWS with ES256; one newline at the end is allowed, since files have it, and is not kept.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`], [`JwsError::Parts`], [`JwsError::Unsigned`], [`JwsError::Header`].
    pub fn from_bytes(kind: Kind, bytes: &[u8]) -> Result<Self, JwsError> {
        Self::from_bytes_with(kind, &[Algorithm::Es256], bytes)
    }

    /// Reads the form of a compact JWS with one of some algorithms.
    ///
    /// # Errors
    ///
    /// Those of [`Jws::from_bytes`].
    pub fn from_bytes_with(kind: Kind, accepted: &[Algorithm], bytes: &[u8]) -> Result<Self, JwsError> {
        kind.check_size(bytes)?;
        let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::NotUtf8)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let mut parts = text.split('.');
        let (Some(head), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JwsError::Parts);
        };
        if signature.is_empty() {
            return Err(JwsError::Unsigned);
        }
        let head = from_base64url(head)?;
        let parsed: Header = serde_json::from_slice(&head).map_err(|_| JwsError::Header)?;
        let key_id = Identifier::parse(&parsed.kid).map_err(|_| JwsError::Header)?;
        let algorithm = accepted.iter().find(|algorithm| algorithm.as_str() == parsed.alg).ok_or(JwsError::Header)?;
        if !is_type(&parsed.typ) || header(*algorithm, &key_id, &parsed.typ).as_bytes() != head {
            return Err(JwsError::Header);
        }
        Ok(Self {
            algorithm: *algorithm,
            compact: text.to_owned(),
            signed_length: text.len() - signature.len() - 1,
            key_id,
            object_type: parsed.typ,
            payload: from_base64url(payload)?,
            signature: RawSignature::from_bytes(array_from_base64url(signature)?),
        })
    }

    /// Requires the type and the signature of a key, and gives the payload.
    ///
    /// # Errors
    ///
    /// [`JwsError::WrongType`], [`JwsError::Signature`].
    pub fn verify(&self, key: &Es256PublicKey, object_type: &str) -> Result<&[u8], JwsError> {
        self.verify_with(&PublicKey::Es256(*key), object_type)
    }

    /// The same for a key of either algorithm, which must be the one that the header names.
    ///
    /// # Errors
    ///
    /// Those of [`Jws::verify`]; [`JwsError::Header`] for a key of the other algorithm.
    pub fn verify_with(&self, key: &PublicKey, object_type: &str) -> Result<&[u8], JwsError> {
        if self.object_type != object_type {
            return Err(JwsError::WrongType);
        }
        if self.algorithm != key.algorithm() {
            return Err(JwsError::Header);
        }
        let signed = self.compact.as_bytes().get(..self.signed_length).ok_or(JwsError::Signature)?;
        key.verify(signed, &self.signature).map_err(|_| JwsError::Signature)?;
        Ok(&self.payload)
    }

    /// The `kid` of the header: a claim until the signature has been verified.
    #[must_use]
    pub fn key_id(&self) -> &Identifier {
        &self.key_id
    }

    /// The `typ` of the header: a claim until the signature has been verified.
    #[must_use]
    pub fn object_type(&self) -> &str {
        &self.object_type
    }

    /// The payload: a claim until the signature has been verified.
    #[must_use]
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// The exact compact bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.compact.as_bytes()
    }

    /// SHA-256 over a tag and the exact compact bytes.
    #[must_use]
    pub fn digest(&self, tag: &[u8]) -> Digest {
        Digest::of(tag, &[self.as_bytes()])
    }
}

/// The only accepted header; identifiers and types need no escapes.
fn header(algorithm: Algorithm, key_id: &Identifier, object_type: &str) -> String {
    format!(r#"{{"alg":"{}","kid":"{key_id}","typ":"{object_type}"}}"#, algorithm.as_str())
}

fn is_type(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_lowercase() || b"+-".contains(&c))
}
