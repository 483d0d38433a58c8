//! What ties evidence to one attempt of one person: the session's reference, and the key of its digests.

use super::Fact;
use crate::{codec::Identifier, digest::Digest};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use sm3::Sm3;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Whom an attestation is about: SHA-256 over `domain::SUBJECT`, the issuer, the case and the session's nonce. A new session of the
/// same case is another subject, so that a full redo can use no evidence of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectRef(Digest);

impl SubjectRef {
    /// The reference.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

/// One attempt at proofing one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    issuer: Identifier,
    case: Identifier,
    nonce: [u8; 32],
}

impl Session {
    /// A fresh session.
    pub fn generate<R: CryptoRng + ?Sized>(issuer: &Identifier, case: &Identifier, rng: &mut R) -> Self {
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        Self::from_parts(issuer, case, nonce)
    }

    /// The session with this nonce.
    #[must_use]
    pub fn from_parts(issuer: &Identifier, case: &Identifier, nonce: [u8; 32]) -> Self {
        Self { issuer: issuer.clone(), case: case.clone(), nonce }
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Identifier {
        &self.issuer
    }

    /// The issuer's case.
    #[must_use]
    pub fn case(&self) -> &Identifier {
        &self.case
    }

    /// 32 random bytes, which every attestation repeats.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; 32] {
        &self.nonce
    }

    /// Whom attestations of this session are about.
    #[must_use]
    pub fn subject(&self) -> SubjectRef {
        SubjectRef(Digest::of(domain::SUBJECT, &[self.issuer.as_bytes(), self.case.as_bytes(), &self.nonce]))
    }
}

/// The key of a session's digests, known to the issuer and to the sources it asks, and erased when the case ends. Wiped when
/// dropped, and without `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FactKey([u8; 32]);

impl FactKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The key with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the file that the issuer keeps and the envelopes that sources get.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SM3 (RFC 2104, GB/T 32905) over the fact's name, a zero byte and its text in NFC. Two sources that mean the same write
    /// the same.
    #[must_use]
    pub fn digest(&self, fact: Fact, text: &str) -> Digest {
        #[allow(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sm3> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(fact.as_str().as_bytes());
        mac.update(&[0]);
        let mut normal = text.nfc().collect::<String>();
        mac.update(normal.as_bytes());
        normal.zeroize();
        Digest::from_bytes(mac.finalize().into_bytes().into())
    }
}
