//! Requests: what a verifier asks, of whom, until when, under which keys (spec, section 5).
//!
//! [`Request::sign`] makes a [`SignedRequest`], which is the exact bytes that both sides digest. Received bytes become a
//! [`SignedRequest`] by form alone; only [`SignedRequest::check`] gives the [`CheckedRequest`] that anything may be done with.

mod check;

pub use check::{CheckedRequest, RequestError};

use crate::codec::{Identifier, Kind, from_json, to_json};
use crate::digest::Digest;
use crate::jws::{Jws, JwsError};
use crate::policy::PolicyDocument;
use crate::signature::Es256SigningKey;
use crate::time::{Date, UnixTime};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use std::collections::BTreeMap;

/// The `typ` of a signed request.
pub const REQUEST_TYPE: &str = "shiming-request+jws";
/// The greatest time from `created_at` to `expires_at`, in seconds.
pub const LIFETIME_CAP_SECONDS: i64 = 300;
/// How far `created_at` may lie in the future, in seconds: clocks differ.
pub const CLOCK_SKEW_SECONDS: i64 = crate::registry::CLOCK_SKEW_SECONDS;

/// 32 random bytes that a verifier uses once; in JSON base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(#[serde(with = "crate::codec::base64url_array")] [u8; 32]);

impl Nonce {
    /// A fresh nonce.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0u8; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The nonce with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The content of a request. The fields are what the JSON says and mean nothing before [`SignedRequest::check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The policy, as an object.
    pub policy: PolicyDocument,
    /// The registered id of the verifier.
    pub audience: Identifier,
    /// Used once.
    pub nonce: Nonce,
    /// The date in China that clauses mean by `today`, frozen here.
    pub today: Date,
    /// One key id per relation, by the relation's name.
    pub relations: BTreeMap<Identifier, Digest>,
    /// The digests of the schema tables that the policy names.
    pub schemas: BTreeMap<Identifier, Digest>,
    /// The status epoch to answer under.
    pub status_epoch: u64,
    /// The https URL to send the answer to.
    pub response_endpoint: String,
    /// When it was made, in Unix seconds.
    pub created_at: UnixTime,
    /// The last instant at which it may be answered, in Unix seconds.
    pub expires_at: UnixTime,
}

impl Request {
    /// Signs the request with the audience's key.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`] if the request exceeds its cap.
    pub fn sign(&self, key: &Es256SigningKey) -> Result<SignedRequest, JwsError> {
        let payload = to_json(Kind::REQUEST, self)?;
        let jws = Jws::sign(Kind::REQUEST, key, &self.audience, REQUEST_TYPE, payload)?;
        Ok(SignedRequest { jws, request: self.clone() })
    }
}

/// The exact bytes of a request, a compact JWS, and what they claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    jws: Jws,
    request: Request,
}

impl SignedRequest {
    /// Reads the form; nothing in it is to be believed yet.
    ///
    /// # Errors
    ///
    /// [`JwsError`], the signature excepted; [`JwsError::Decode`] also for the payload.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JwsError> {
        let jws = Jws::from_bytes(Kind::REQUEST, bytes)?;
        let request = from_json(Kind::REQUEST, jws.unverified_payload())?;
        Ok(Self { jws, request })
    }

    /// The exact bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.jws.as_bytes()
    }

    /// SHA-256 over `domain::REQUEST_DIGEST` and the exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.jws.digest(domain::REQUEST_DIGEST)
    }

    /// The nonce as claimed, by which a verifier finds the bytes it has kept.
    #[must_use]
    pub fn unverified_nonce(&self) -> &Nonce {
        &self.request.nonce
    }
}
