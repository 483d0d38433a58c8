//! Enrolment: the holder proves knowledge of (k, b) behind a tag, bound to an issuer's challenge.
//!
//! The issuer signs a [`Challenge`] with its service key; the wallet checks it against its own trust bundle before it derives b,
//! so that nobody but a registered issuer makes it show the tag it has there (spec/issuance, rules ENROL-*).

use crate::{
    codec::{self, DecodeError, Identifier, Kind, from_json, to_json},
    digest::Digest,
    jws::{Jws, JwsError},
    proof::linked::{Form, Part, Statement},
    registry::{BundleError, TrustBundle},
    signature::{Algorithm, Es256SigningKey, PublicKey, RawSignature},
    time::UnixTime,
    trust::Trust,
};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shiming_circuits::{
    domain,
    field::{Fr, fr_from_bytes, fr_to_bytes},
    relation::{Relation, tag},
};
use thiserror::Error;

/// The JWS type of a challenge.
pub const CHALLENGE_TYPE: &str = "shiming-challenge+jws";
/// The longest life of a challenge in seconds.
pub const CHALLENGE_LIFETIME: i64 = 900;
/// How far a clock may be ahead, in seconds.
const SKEW: i64 = 60;
const OBJECT: &str = "shiming-enrolment/1";

/// Why a challenge or an enrolment is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EnrolmentError {
    /// The issuer's own trust bundle is outside its time.
    #[error("{0}")]
    Bundle(#[from] BundleError),
    /// Something does not decode.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// ENROL-SIGNED: the challenge is not signed as it should be.
    #[error("ENROL-SIGNED: {0}")]
    Signature(#[from] JwsError),
    /// ENROL-ISSUER: the issuer is not in the trust bundle.
    #[error("ENROL-ISSUER: the trust bundle does not know issuer {0}")]
    UnknownIssuer(String),
    /// ENROL-ISSUER: the challenge or the answer is another issuer's.
    #[error("ENROL-ISSUER: the challenge is of issuer {0}")]
    OtherIssuer(String),
    /// ENROL-CASE: the answer is to the challenge of another case.
    #[error("ENROL-CASE: the answer is for case {0}")]
    OtherCase(String),
    /// ENROL-EXPIRY: the challenge has expired.
    #[error("ENROL-EXPIRY: the challenge has expired; ask the issuer for a new one")]
    Expired,
    /// ENROL-EXPIRY: the challenge is not valid yet, or for longer than allowed.
    #[error("ENROL-EXPIRY: the challenge is not valid at this time")]
    NotYetValid,
    /// The file names another object or version.
    #[error("not an enrolment of this version")]
    Object,
    /// ENROL-TAG: the tag is not a canonical scalar, or zero.
    #[error("ENROL-TAG: the tag is not a canonical non-zero scalar")]
    Tag,
    /// The binding key is of another algorithm than the challenge asks for, or its holder has not shown that he has it.
    #[error("ENROL-BINDING: the binding key is not of the challenge's algorithm, or its possession is not proven")]
    Binding,
    /// ENROL-PROOF: the proof of knowledge does not verify.
    #[error("ENROL-PROOF: the proof of knowledge of k and b does not verify")]
    Proof,
    /// The keys of this party lack the relation.
    #[error("no key for the relation tag")]
    Keys,
}

/// What an issuer asks a wallet to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// The issuer.
    pub issuer: Identifier,
    /// The issuer's case number.
    pub case: Identifier,
    /// The algorithm of the binding key that the credential's SD-JWT will carry.
    pub binding: Algorithm,
    /// 32 random bytes.
    #[serde(with = "codec::base64url_array")]
    pub nonce: [u8; 32],
    /// When it was made, in Unix seconds.
    pub created_at: UnixTime,
    /// The last instant at which it may be answered, in Unix seconds.
    pub expires_at: UnixTime,
}

/// A challenge with the exact bytes that were signed.
#[derive(Clone)]
pub struct SignedChallenge {
    challenge: Challenge,
    jws: Jws,
}

impl SignedChallenge {
    /// Signs a challenge with the issuer's service key.
    pub(crate) fn sign(
        issuer: &Identifier,
        case: &Identifier,
        binding: Algorithm,
        key: &Es256SigningKey,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, EnrolmentError> {
        let mut nonce = [0u8; 32];
        rng.fill_bytes(&mut nonce);
        let expires_at = now.plus(CHALLENGE_LIFETIME);
        let (issuer_id, case) = (issuer.clone(), case.clone());
        let challenge = Challenge { issuer: issuer_id, case, binding, nonce, created_at: now, expires_at };
        let payload = to_json(Kind::CHALLENGE, &challenge)?;
        let jws = Jws::sign(Kind::CHALLENGE, key, issuer, CHALLENGE_TYPE, payload)?;
        Ok(Self { challenge, jws })
    }

    /// The challenge in bytes; nothing is trusted yet.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError::Decode`] or [`EnrolmentError::Signature`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnrolmentError> {
        let jws = Jws::from_bytes(Kind::CHALLENGE, bytes)?;
        let challenge = from_json(Kind::CHALLENGE, jws.unverified_payload())?;
        Ok(Self { challenge, jws })
    }

    /// The exact bytes: a JWS in compact form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.jws.as_bytes()
    }

    /// What it says.
    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// ENROL-SIGNED, ENROL-ISSUER, ENROL-EXPIRY: that a registered issuer signed it and it is valid now.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError`], one variant per cause.
    pub fn check(&self, bundle: &TrustBundle, now: UnixTime) -> Result<(), EnrolmentError> {
        let name = &self.challenge.issuer;
        let issuer = bundle.issuer(name).ok_or_else(|| EnrolmentError::UnknownIssuer(name.to_string()))?;
        if self.jws.key_id() != name {
            return Err(EnrolmentError::OtherIssuer(self.jws.key_id().to_string()));
        }
        self.jws.verify(issuer.service_key(), CHALLENGE_TYPE)?;
        let Challenge { created_at, expires_at, .. } = self.challenge;
        if now > expires_at {
            return Err(EnrolmentError::Expired);
        }
        if created_at > now.plus(SKEW) || !(0..=CHALLENGE_LIFETIME).contains(&expires_at.seconds_since(created_at)) {
            return Err(EnrolmentError::NotYetValid);
        }
        Ok(())
    }

    /// SHA-256 over `domain::CHALLENGE_DIGEST` and the exact bytes: the context of the answer, and what the binding key is
    /// derived for.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.jws.digest(domain::CHALLENGE_DIGEST)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    object: String,
    challenge: String,
    #[serde(with = "codec::base64url_array")]
    holder_tag: [u8; 32],
    binding_key: PublicKey,
    binding_proof: RawSignature,
    proof: String,
}

/// A wallet's answer: the tag, and the proof that its holder knows k and b.
#[derive(Clone)]
pub struct Enrolment {
    pub(crate) challenge: SignedChallenge,
    pub(crate) holder_tag: Fr,
    pub(crate) binding_key: PublicKey,
    pub(crate) binding_proof: RawSignature,
    pub(crate) proof: Vec<u8>,
}

impl Enrolment {
    /// The file.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError::Decode`] if it does not fit its own encoding.
    pub fn to_json(&self) -> Result<Vec<u8>, EnrolmentError> {
        let document = Document {
            object: OBJECT.to_owned(),
            challenge: codec::to_text(self.challenge.as_bytes()),
            holder_tag: fr_to_bytes(&self.holder_tag),
            binding_key: self.binding_key,
            binding_proof: self.binding_proof,
            proof: codec::to_base64url(&self.proof),
        };
        Ok(to_json(Kind::ENROLMENT, &document)?)
    }

    /// The enrolment in a file; nothing is verified yet.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError`], one variant per cause.
    pub fn from_json(bytes: &[u8]) -> Result<Self, EnrolmentError> {
        let document: Document = from_json(Kind::ENROLMENT, bytes)?;
        if document.object != OBJECT {
            return Err(EnrolmentError::Object);
        }
        let challenge = codec::from_text(Kind::CHALLENGE, document.challenge.as_bytes())?;
        Ok(Self {
            challenge: SignedChallenge::from_bytes(&challenge)?,
            holder_tag: fr_from_bytes(&document.holder_tag).ok_or(EnrolmentError::Tag)?,
            binding_key: document.binding_key,
            binding_proof: document.binding_proof,
            proof: codec::from_base64url(&document.proof)?,
        })
    }
}

/// The statement of an enrolment: knowledge of (k, b) behind the tag, in the context of the challenge's exact bytes.
pub(crate) fn statement(
    challenge: &SignedChallenge,
    holder_tag: Fr,
    binding_key: &PublicKey,
    trust: &Trust,
) -> Result<Statement, EnrolmentError> {
    let key = trust.relation(tag::Tag::NAME).ok_or(EnrolmentError::Keys)?;
    let public = key.public_inputs(&tag::Tag::public(&tag::Statement { holder_tag })).ok_or(EnrolmentError::Keys)?;
    Ok(Statement {
        session: domain::ENROLMENT,
        context: challenge.digest(),
        items: vec![
            (b"issuer", challenge.challenge.issuer.as_bytes().to_vec()),
            (b"binding", binding_message(challenge, holder_tag, binding_key)),
        ],
        parts: vec![Part { key: key.clone(), public, forms: vec![Form::wire(0)] }],
        wires: 1,
        pseudonym: None,
    })
}

/// What a holder signs with the binding key to prove that it has it: `domain::BINDING_POSSESSION`, then the digest of challenge, tag
/// and key under the same tag. No key-binding JWT (they begin with `eyJ`) is such a message.
pub(crate) fn binding_message(challenge: &SignedChallenge, holder_tag: Fr, key: &PublicKey) -> Vec<u8> {
    let (algorithm, point, challenge) = (key.algorithm().as_str().as_bytes(), key.to_point_bytes(), challenge.digest());
    let parts: [&[u8]; 4] = [challenge.as_bytes(), &fr_to_bytes(&holder_tag), algorithm, &point];
    [domain::BINDING_POSSESSION, Digest::of(domain::BINDING_POSSESSION, &parts).as_bytes()].concat()
}
