//! Compact JSON Web Signatures (RFC 7515) with ES256 (RFC 7518, section 3.4; deterministic nonces of RFC 6979) and nothing else.
//!
//! The protected header is exactly `{"alg":"ES256","kid":"...","typ":"..."}`: which key verifies is decided by the registry
//! and the caller, and never by the header; a header that says anything more, less or otherwise is refused.

use crate::codec::{
    DecodeError, Identifier, Kind, array_from_base64url, base64url_array, from_base64url, to_base64url,
};
use crate::digest::Digest;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::Generate;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;
use zeroize::Zeroizing;

/// The length of a compressed P-256 point (SEC 1, section 2.3.3).
pub const PUBLIC_KEY_BYTES: usize = 33;

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
    /// Another header than `{"alg":"ES256","kid":"...","typ":"..."}`.
    #[error("the protected header is not exactly alg ES256, kid and typ")]
    Header,
    /// Another `typ` than the object's.
    #[error("the object is of another type")]
    WrongType,
    /// The signature is not two non-zero scalars, or not by this key over these bytes.
    #[error("the signature is not by the expected key")]
    Signature,
}

/// Why bytes are no P-256 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PKCS#8 PEM of a P-256 key.
    #[error("not a PKCS#8 PEM of a P-256 key")]
    Pem,
    /// 0, or not below the group order.
    #[error("the scalar is not a P-256 private key")]
    Scalar,
    /// Not a compressed point of the curve.
    #[error("the bytes are not a compressed P-256 point")]
    Point,
}

/// A P-256 private key. Wiped when dropped, and without `Debug`.
#[derive(Clone)]
pub struct Es256SigningKey(SigningKey);

impl Es256SigningKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SigningKey::generate_from_rng(rng))
    }

    /// The key of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Scalar`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_slice(bytes).map(Self).map_err(|_| KeyError::Scalar)
    }

    /// The 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The key of a PKCS#8 PEM (RFC 5958, RFC 7468).
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::Pem)
    }

    /// The PKCS#8 PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a P-256 key does not cause.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> Es256PublicKey {
        Es256PublicKey(*self.0.verifying_key())
    }
}

/// A P-256 public key: a point of the curve, not the identity. In JSON base64url of its 33 compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Es256PublicKey(VerifyingKey);

impl Es256PublicKey {
    /// The key of a compressed point.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_BYTES]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| KeyError::Point)?;
        // SEC 1 has a compact form of the same length.
        if key.to_bytes() == *bytes { Ok(key) } else { Err(KeyError::Point) }
    }

    /// The compressed point.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY_BYTES] {
        let mut bytes = [0u8; PUBLIC_KEY_BYTES];
        // A key is not the identity, so its compressed form has all 33 bytes.
        bytes.iter_mut().zip(self.0.to_sec1_point(true).as_bytes()).for_each(|(to, byte)| *to = *byte);
        bytes
    }
}

impl fmt::Debug for Es256PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Es256PublicKey({})", to_base64url(&self.to_bytes()))
    }
}

impl Serialize for Es256PublicKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        base64url_array::serialize(&self.to_bytes(), to)
    }
}

impl<'de> Deserialize<'de> for Es256PublicKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_bytes(&base64url_array::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A compact JWS as received: its form is checked, its signature is not until [`Jws::verify`].
///
/// The exact bytes are kept; they are what is signed, verified and digested, and nothing is ever encoded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jws {
    compact: String,
    signed_length: usize,
    key_id: Identifier,
    object_type: String,
    payload: Vec<u8>,
    signature: [u8; 64],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

impl Jws {
    /// Signs a payload.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`] if the result exceeds the kind's cap.
    pub fn sign(
        kind: Kind,
        key: &Es256SigningKey,
        key_id: &Identifier,
        object_type: &'static str,
        payload: Vec<u8>,
    ) -> Result<Self, DecodeError> {
        let mut compact = to_base64url(header(key_id, object_type).as_bytes());
        compact.push('.');
        compact.push_str(&to_base64url(&payload));
        let signed_length = compact.len();
        let signature: Signature = key.0.sign(compact.as_bytes());
        let signature: [u8; 64] = signature.to_bytes().into();
        compact.push('.');
        compact.push_str(&to_base64url(&signature));
        kind.check_size(compact.as_bytes())?;
        let (key_id, object_type) = (key_id.clone(), object_type.to_owned());
        Ok(Self { compact, signed_length, key_id, object_type, payload, signature })
    }

    /// Reads the form of a compact JWS; one newline at the end is allowed, since files have it, and is not kept.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`], [`JwsError::Parts`], [`JwsError::Unsigned`], [`JwsError::Header`].
    pub fn from_bytes(kind: Kind, bytes: &[u8]) -> Result<Self, JwsError> {
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
        if parsed.alg != "ES256" || !is_type(&parsed.typ) || header(&key_id, &parsed.typ).as_bytes() != head {
            return Err(JwsError::Header);
        }
        Ok(Self {
            compact: text.to_owned(),
            signed_length: text.len() - signature.len() - 1,
            key_id,
            object_type: parsed.typ,
            payload: from_base64url(payload)?,
            signature: array_from_base64url(signature)?,
        })
    }

    /// Requires the type and the signature of a key, and gives the payload.
    ///
    /// # Errors
    ///
    /// [`JwsError::WrongType`], [`JwsError::Signature`].
    pub fn verify(&self, key: &Es256PublicKey, object_type: &str) -> Result<&[u8], JwsError> {
        if self.object_type != object_type {
            return Err(JwsError::WrongType);
        }
        let signature = Signature::from_slice(&self.signature).map_err(|_| JwsError::Signature)?;
        let signed = self.compact.as_bytes().get(..self.signed_length).ok_or(JwsError::Signature)?;
        key.0.verify(signed, &signature).map_err(|_| JwsError::Signature)?;
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
fn header(key_id: &Identifier, object_type: &str) -> String {
    format!(r#"{{"alg":"ES256","kid":"{key_id}","typ":"{object_type}"}}"#)
}

fn is_type(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_lowercase() || b"+-".contains(&c))
}
