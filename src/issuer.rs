//! The issuer: challenges a wallet, checks its answer, signs a credential.
//!
//! [`Issuer::draft`] makes the two inputs to be signed; [`Signer`] signs them with a local key, or hardware and tools outside do;
//! [`Draft::attach`] checks both signatures and gives the credential.

mod checks;
mod draft;
mod external;
mod signer;

pub use checks::{CITIZEN_CARD, REVERIFY_DAYS, person};
pub use draft::{Draft, DraftError};
pub use external::{ExternalKey, ExternalKeyError};
pub use signer::{Signer, default_distid};

use crate::{
    citizen_id::{CitizenIdError, CitizenIdMismatch},
    codec::Identifier,
    credential::Credential,
    digest::Digest,
    enrolment::{Enrolment, EnrolmentError, SignedChallenge, binding_message, statement},
    ledger::{LedgerError, NonceLedger, TagLedger},
    proof::linked::{LinkedProof, verify},
    registry::{BundleError, IssuerKeyId, TrustError},
    schema::{AttributeError, AttributesBuilder, Value},
    signature::{Algorithm, Es256SigningKey, PublicKey},
    time::{Date, UnixTime},
    trust::Trust,
};
use ark_ff::Zero;
use rand_core::CryptoRng;
use shiming_circuits::field::{Fr, fr_to_bytes};
use thiserror::Error;

/// Why a credential is not issued.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The wallet's answer is refused.
    #[error("{0}")]
    Enrolment(#[from] EnrolmentError),
    /// An attribute is refused.
    #[error("{0}")]
    Attribute(#[from] AttributeError),
    /// The issuer's own trust bundle is outside its time.
    #[error("{0}")]
    Bundle(#[from] BundleError),
    /// The next review is later than 180 days after the verification, or cannot be computed.
    #[error("ISSUE-REVERIFY: verified_on is in the future, or reverify_by not within {REVERIFY_DAYS} days after it")]
    Reverify,
    /// The tag or the challenge is refused by a ledger.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// The trust bundle does not let this key sign this schema now.
    #[error("{0}")]
    Trust(#[from] TrustError),
    /// The citizen number is not one (GB 11643).
    #[error("the citizen number: {0}")]
    CitizenId(#[from] CitizenIdError),
    /// The citizen number says something else than the attributes.
    #[error("the attributes contradict the citizen number: {0}")]
    CitizenIdMismatch(#[from] CitizenIdMismatch),
    /// ISSUE-PERSON: the document number has a lower-case letter, so that it would have two forms.
    #[error("ISSUE-PERSON: write the letters of the document number in upper case")]
    NumberForm,
    /// The attributes name no person: the schema has neither a document number nor an account.
    #[error("the attributes have no document number and no account, so nobody can be told apart")]
    NoPerson,
    /// The registered bytes of the key are no key of their suite, or its possession is not proven.
    #[error("the registered bytes of the issuer's key are no key, or its possession is not proven")]
    Key,
    /// The time is outside the calendar.
    #[error("the time has no date")]
    Time,
    /// A signature is not one over the draft.
    #[error("{0}")]
    Draft(#[from] DraftError),
}

/// An issuer: its id, the key that signs its credentials, here or elsewhere, and the key of its service.
pub struct Issuer {
    id: Identifier,
    key: IssuerKeyId,
    algorithm: Algorithm,
    signer: Option<Signer>,
    service: Es256SigningKey,
}

/// A wallet's answer that was verified: knowledge of (k, b) behind its tag and of the binding key, for an unexpired challenge of
/// this issuer.
pub struct Enrolled {
    issuer: Identifier,
    case: Identifier,
    nonce: [u8; 32],
    created_at: UnixTime,
    expires_at: UnixTime,
    holder_tag: Fr,
    binding_key: PublicKey,
    challenge: Digest,
}

impl Enrolled {
    /// The case that the challenge was for: the issuer signs the attributes of this case's person, nobody else's.
    #[must_use]
    pub fn case(&self) -> &Identifier {
        &self.case
    }

    /// The tag whose secrets the wallet has shown to know.
    #[must_use]
    pub fn holder_tag(&self) -> &Fr {
        &self.holder_tag
    }

    /// When the challenge was made, and the last instant at which it may be answered.
    #[must_use]
    pub const fn window(&self) -> (UnixTime, UnixTime) {
        (self.created_at, self.expires_at)
    }
}

impl Issuer {
    /// An issuer with local keys.
    #[must_use]
    pub fn new(id: Identifier, signer: Signer, service: Es256SigningKey) -> Self {
        let (key, algorithm) = (signer.key_id(), signer.algorithm());
        Self { id, key, algorithm, signer: Some(signer), service }
    }

    /// An issuer whose key signs elsewhere. `algorithm` is that of its SD-JWT signatures.
    #[must_use]
    pub fn external(id: Identifier, key: IssuerKeyId, algorithm: Algorithm, service: Es256SigningKey) -> Self {
        Self { id, key, algorithm, signer: None, service }
    }

    /// The registered id.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// The id of the key that signs.
    #[must_use]
    pub fn key_id(&self) -> IssuerKeyId {
        self.key
    }

    /// The local keys, if there are any.
    #[must_use]
    pub fn signer(&self) -> Option<&Signer> {
        self.signer.as_ref()
    }

    /// A challenge for one case.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError`] if it cannot be encoded.
    pub fn challenge(
        &self,
        case: &Identifier,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<SignedChallenge, EnrolmentError> {
        SignedChallenge::sign(&self.id, case, self.algorithm, &self.service, now, rng)
    }

    /// Verifies a wallet's answer to this issuer's challenge for `case`. The caller knows whose case it is: an answer that was
    /// made for another case would tie this case's person to another person's wallet.
    ///
    /// # Errors
    ///
    /// [`EnrolmentError`], one variant per cause.
    pub fn check_enrolment(
        &self,
        enrolment: &Enrolment,
        case: &Identifier,
        trust: &Trust,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Enrolled, EnrolmentError> {
        let challenge = enrolment.challenge.challenge();
        if challenge.issuer != self.id {
            return Err(EnrolmentError::OtherIssuer(challenge.issuer.to_string()));
        }
        if challenge.case != *case {
            return Err(EnrolmentError::OtherCase(challenge.case.to_string()));
        }
        trust.bundle().check_freshness(now)?;
        enrolment.challenge.check(trust.bundle(), now)?;
        if enrolment.holder_tag.is_zero() {
            return Err(EnrolmentError::Tag);
        }
        let key = &enrolment.binding_key;
        let statement = statement(&enrolment.challenge, enrolment.holder_tag, key, trust)?;
        let proof = LinkedProof::from_bytes(&statement, &enrolment.proof).map_err(|_| EnrolmentError::Proof)?;
        verify(&statement, &proof, rng).map_err(|_| EnrolmentError::Proof)?;
        let message = binding_message(&enrolment.challenge, enrolment.holder_tag, key);
        if key.algorithm() != challenge.binding || key.verify(&message, &enrolment.binding_proof).is_err() {
            return Err(EnrolmentError::Binding);
        }
        Ok(Enrolled {
            issuer: challenge.issuer.clone(),
            case: challenge.case.clone(),
            nonce: challenge.nonce,
            created_at: challenge.created_at,
            expires_at: challenge.expires_at,
            holder_tag: enrolment.holder_tag,
            binding_key: *key,
            challenge: enrolment.challenge.digest(),
        })
    }

    /// What is to be signed for a checked answer: the TBS and the SD-JWT of one credential. `attributes` is everything but the
    /// holder tag and the revocation handle: this sets the tag to the proven one and draws a fresh handle. The challenge is used
    /// up, and the person keeps the tag for life.
    ///
    /// # Errors
    ///
    /// [`IssueError`], one variant per cause.
    #[allow(clippy::too_many_arguments, reason = "everything that an issue needs, all different")]
    pub fn draft(
        &self,
        enrolled: Enrolled,
        attributes: AttributesBuilder,
        trust: &Trust,
        nonces: &impl NonceLedger,
        tags: &impl TagLedger,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, IssueError> {
        if enrolled.issuer != self.id {
            return Err(EnrolmentError::OtherIssuer(enrolled.issuer.to_string()).into());
        }
        trust.bundle().check_freshness(now)?;
        if now > enrolled.expires_at {
            return Err(EnrolmentError::Expired.into());
        }
        let mut handle = [0u8; 8];
        rng.fill_bytes(&mut handle);
        let attributes = attributes
            .set("holder_tag", &Value::Tag(enrolled.holder_tag))?
            .set("revocation_handle", &Value::Handle(u64::from_be_bytes(handle)))?
            .build()?;
        let key = trust.bundle().issuer_key(&self.id, &self.key, attributes.schema().name(), now)?;
        let loaded = trust.issuer_key(&self.key).ok_or(IssueError::Key)?;
        let person = checks::person_of(&attributes)?;
        let today = Date::from_unix(now).map_err(|_| IssueError::Time)?;
        checks::check_review(&attributes, today)?;
        if enrolled.binding_key.algorithm() != loaded.sd_jwt.algorithm() {
            return Err(EnrolmentError::Binding.into());
        }
        let (holder, window) = ((enrolled.binding_key, enrolled.challenge), key.validity());
        let draft = Draft::new(self.id.clone(), (self.key, loaded), attributes, holder, window, today, rng)?;
        // Bound before the challenge is used up: a replayed answer brings a tag that is bound already, so it adds nothing.
        tags.bind(&person, &fr_to_bytes(&enrolled.holder_tag))?;
        nonces.consume(&enrolled.nonce, enrolled.expires_at)?;
        Ok(draft)
    }

    /// A credential signed with local keys: [`Issuer::draft`], [`Signer::sign`], [`Draft::attach`].
    ///
    /// # Errors
    ///
    /// [`IssueError`], one variant per cause.
    #[allow(clippy::too_many_arguments, reason = "everything that an issue needs, all different")]
    pub fn issue(
        &self,
        enrolled: Enrolled,
        attributes: AttributesBuilder,
        trust: &Trust,
        nonces: &impl NonceLedger,
        tags: &impl TagLedger,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Credential, IssueError> {
        let signer = self.signer.as_ref().ok_or(DraftError::External)?;
        let draft = self.draft(enrolled, attributes, trust, nonces, tags, now, rng)?;
        let (tbs, sd_jwt) = signer.sign(&draft, rng)?;
        Ok(draft.attach(tbs, sd_jwt, trust, now)?)
    }
}
