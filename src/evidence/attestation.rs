//! The object that a source signs.

use super::{Element, EvidenceKind, Fact, Method, Outcome, SubjectRef};
use crate::{
    codec::{Identifier, Kind, from_json, to_json},
    digest::Digest,
    jws::{Jws, JwsError},
    signature::{Algorithm, SigningKey},
    time::{Date, UnixTime},
};
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use std::collections::{BTreeMap, BTreeSet};

/// The JWS type of an attestation.
pub const ATTESTATION_TYPE: &str = "shiming-evidence+jws";
/// The greatest similarity, in basis points.
pub const SIMILARITY_CAP: u16 = 10_000;

/// What a source says of one subject. [`SignedAttestation::check`] gives it a meaning.
///
/// Which of the optional members an attestation has is its kind's ([`EvidenceKind::members`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// What was checked.
    pub kind: EvidenceKind,
    /// Whom it is about.
    pub subject: SubjectRef,
    /// The session's nonce.
    #[serde(with = "crate::codec::base64url_array")]
    pub nonce: [u8; 32],
    /// What came out.
    pub result: Outcome,
    /// When it was observed, in Unix seconds.
    pub observed_at: UnixTime,
    /// Until when the source stands by it, in Unix seconds.
    pub valid_until: UnixTime,
    /// How a face was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// How alike two faces are, in basis points: 10,000 is the same picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity_bp: Option<u16>,
    /// Whether the face was a living person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liveness: Option<bool>,
    /// What of a card was matched.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub elements: BTreeSet<Element>,
    /// The last day of the document. The issuer compares it with today and does not keep it with the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_valid_until: Option<Date>,
    /// The region of a bank, GB/T 2260.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<u32>,
    /// A risk tier, 0 to 15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<u8>,
    /// The review, transaction, voucher or presentation that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Digest>,
    /// Keyed digests of facts ([`super::FactKey::digest`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<Fact, Digest>,
}

impl Attestation {
    /// An attestation without optional members, which the caller then sets.
    #[must_use]
    pub const fn new(
        kind: EvidenceKind,
        subject: SubjectRef,
        nonce: [u8; 32],
        result: Outcome,
        (observed_at, valid_until): (UnixTime, UnixTime),
    ) -> Self {
        Self {
            kind,
            subject,
            nonce,
            result,
            observed_at,
            valid_until,
            method: None,
            similarity_bp: None,
            liveness: None,
            elements: BTreeSet::new(),
            document_valid_until: None,
            region: None,
            tier: None,
            about: None,
            digests: BTreeMap::new(),
        }
    }

    /// Signs it in a source's name.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`] if it exceeds its cap.
    pub fn sign(&self, source: &Identifier, key: &SigningKey) -> Result<SignedAttestation, JwsError> {
        let payload = to_json(Kind::ATTESTATION, self)?;
        let jws = Jws::sign_with(Kind::ATTESTATION, key, source, ATTESTATION_TYPE, payload)?;
        Ok(SignedAttestation { jws, attestation: self.clone() })
    }
}

/// The exact bytes of an attestation and what they claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAttestation {
    pub(super) jws: Jws,
    pub(super) attestation: Attestation,
}

impl SignedAttestation {
    /// Reads the form; nothing in it is to be believed yet.
    ///
    /// # Errors
    ///
    /// [`JwsError`], the signature excepted; [`JwsError::Decode`] also for the payload.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JwsError> {
        let jws = Jws::from_bytes_with(Kind::ATTESTATION, &Algorithm::ALL, bytes)?;
        let attestation = from_json(Kind::ATTESTATION, jws.unverified_payload())?;
        Ok(Self { jws, attestation })
    }

    /// The exact bytes: a JWS in compact form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.jws.as_bytes()
    }

    /// SHA-256 over `domain::ATTESTATION_DIGEST` and the exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.jws.digest(domain::ATTESTATION_DIGEST)
    }

    /// What it claims.
    #[must_use]
    pub const fn unverified(&self) -> &Attestation {
        &self.attestation
    }
}
