//! Whom one party trusts for what: issuer keys, verifiers, relation keys, schemas, the status epoch (spec, section 7).
//!
//! A [`BundleDocument`] is the JSON; a [`TrustBundle`] is a checked document; a [`SignedBundle`] carries one from the root to
//! everybody else. Nothing in here comes from a counterparty: requests and presentations name ids, the bundle gives keys.

mod bundle;
mod document;
mod signed;

pub(crate) use bundle::CLOCK_SKEW_SECONDS;
pub use bundle::{BundleError, Issuer, IssuerKey, TrustBundle, TrustError, TrustedRelation, Verifier};
pub use document::{BundleDocument, IssuerDocument, IssuerKeyDocument, RelationDocument, VerifierDocument};
pub use signed::{BUNDLE_TYPE, SignedBundle, SignedBundleError};

use crate::codec::{DecodeError, array};
use crate::digest::Digest;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use std::fmt;

/// The length of an encoded key of the suite `native`.
pub const NATIVE_KEY_BYTES: usize = 64;

/// How an issuer signs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Suite {
    /// EdDSA-Poseidon on Baby Jubjub; keys are the 64 bytes of a point.
    #[serde(rename = "native")]
    Native,
}

impl Suite {
    /// The name in registries, key ids and relation names (`credential/<name>`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The encoded public key of an issuer, as its suite writes it. That it is a valid point is the suite's to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerKeyBytes(#[serde(with = "crate::codec::base64url_array")] [u8; NATIVE_KEY_BYTES]);

impl IssuerKeyBytes {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; NATIVE_KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The key with the bytes of a slice.
    ///
    /// # Errors
    ///
    /// [`DecodeError::WrongLength`].
    pub fn from_slice(bytes: &[u8]) -> Result<Self, DecodeError> {
        array(bytes).map(Self)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; NATIVE_KEY_BYTES] {
        &self.0
    }
}

/// The id of an issuer key: SHA-256 over `domain::ISSUER_KEY_ID`, the suite's name and the key's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerKeyId(Digest);

impl IssuerKeyId {
    /// The id of a key.
    #[must_use]
    pub fn of(suite: Suite, key: &IssuerKeyBytes) -> Self {
        Self(Digest::of(domain::ISSUER_KEY_ID, &[suite.as_str().as_bytes(), &key.0]))
    }

    /// The id with these bytes, as the wire has it.
    #[must_use]
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

impl fmt::Display for IssuerKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
