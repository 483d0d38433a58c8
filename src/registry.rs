//! Whom one party trusts for what: issuer keys, verifiers, relation keys, schemas, the status epoch (spec, section 7).
//!
//! A [`BundleDocument`] is the JSON; a [`TrustBundle`] is a checked document; a [`SignedBundle`] carries one from the root to
//! everybody else. Nothing in here comes from a counterparty: requests and presentations name ids, the bundle gives keys.

mod bundle;
mod document;
mod issuer_key;
mod signed;
mod source;

pub(crate) use bundle::CLOCK_SKEW_SECONDS;
pub use bundle::{BundleError, Issuer, TrustBundle, TrustError, TrustedRelation, Verifier};
pub use document::{
    BundleDocument, IssuerDocument, IssuerKeyDocument, RelationDocument, SourceDocument, VerifierDocument,
};
pub use issuer_key::{IssuerKey, KeyFault, possession_message};
pub use signed::{BUNDLE_TYPE, SignedBundle, SignedBundleError};
pub use source::Source;

use crate::codec::{DecodeError, Identifier, array, array_from_base64url, to_base64url};
use crate::digest::Digest;
use crate::signature::Distid;
use crate::suite::Suite;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use std::fmt;

/// The length of an encoded issuer key, in every suite two coordinates of 32 bytes.
pub const ISSUER_KEY_BYTES: usize = 64;

/// The encoded public key of an issuer, as its suite writes it. That it is a valid point is the suite's to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerKeyBytes(#[serde(with = "crate::codec::base64url_array")] [u8; ISSUER_KEY_BYTES]);

impl IssuerKeyBytes {
    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; ISSUER_KEY_BYTES]) -> Self {
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
    pub const fn as_bytes(&self) -> &[u8; ISSUER_KEY_BYTES] {
        &self.0
    }
}

/// The id of an issuer key: SHA-256 over `domain::ISSUER_KEY_ID`, the suite's name, the key's bytes and, in the suite
/// `sm2-sm3`, the distinguishing identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerKeyId(Digest);

impl IssuerKeyId {
    /// The id of a key.
    #[must_use]
    pub fn of(suite: Suite, key: &IssuerKeyBytes, distid: Option<&Distid>) -> Self {
        let mut parts = vec![suite.as_str().as_bytes(), &key.0];
        parts.extend(distid.map(|distid| distid.as_str().as_bytes()));
        Self(Digest::of(domain::ISSUER_KEY_ID, &parts))
    }

    /// The id with these bytes, as the wire has it.
    #[must_use]
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The id that a text names, as [`IssuerKeyId::to_identifier`] writes it.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Base64`], [`DecodeError::WrongLength`].
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        array_from_base64url(text).map(|bytes| Self(Digest::from_bytes(bytes)))
    }

    /// The base64url text, as the `kid` of SD-JWTs has it.
    #[must_use]
    pub fn to_identifier(&self) -> Identifier {
        // 43 characters of base64url are an identifier.
        #[allow(clippy::expect_used)]
        Identifier::parse(&to_base64url(self.0.as_bytes())).expect("base64url of 32 bytes is an identifier")
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
