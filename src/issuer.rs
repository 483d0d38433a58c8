//! The issuer: challenges a wallet, checks its answer, signs a credential.

use crate::{
    citizen_id::{CitizenId, CitizenIdError, CitizenIdMismatch, Sex},
    codec::Identifier,
    credential::Credential,
    digest::Digest,
    enrolment::{Enrolment, EnrolmentError, SignedChallenge, statement},
    ledger::{LedgerError, NonceLedger, TagLedger},
    proof::linked::{LinkedProof, verify},
    registry::{BundleError, IssuerKeyBytes, IssuerKeyId, Suite, TrustError},
    schema::{AttributeError, Attributes, AttributesBuilder, DOCUMENT_NUMBER, Value},
    signature::Es256SigningKey,
    time::UnixTime,
    trust::Trust,
};
use ark_ff::Zero;
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    eddsa::SigningKey,
    field::{Fr, fr_to_bytes},
    relation::credential_native::message,
    slots::Header,
};
use thiserror::Error;
use zeroize::Zeroizing;

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
    #[error("ISSUE-REVERIFY: reverify_by is more than {REVERIFY_DAYS} days after verified_on")]
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
    /// The attributes name no person: the schema has a document number and it is absent.
    #[error("the attributes have no document number, so nobody can be told apart")]
    NoPerson,
}

/// An issuer with its keys.
pub struct Issuer {
    id: Identifier,
    signing: SigningKey,
    service: Es256SigningKey,
}

/// A wallet's answer that was verified: knowledge of (k, b) behind its tag, for an unexpired challenge of this issuer.
pub struct Enrolled {
    issuer: Identifier,
    case: Identifier,
    nonce: [u8; 32],
    expires_at: UnixTime,
    holder_tag: Fr,
}

impl Enrolled {
    /// The case that the challenge was for: the issuer signs the attributes of this case's person, nobody else's.
    #[must_use]
    pub fn case(&self) -> &Identifier {
        &self.case
    }
}

impl Issuer {
    /// An issuer.
    #[must_use]
    pub fn new(id: Identifier, signing: SigningKey, service: Es256SigningKey) -> Self {
        Self { id, signing, service }
    }

    /// The registered id.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// The public key bytes, as registries have them.
    #[must_use]
    pub fn public_key(&self) -> IssuerKeyBytes {
        IssuerKeyBytes::from_bytes(self.signing.public_key().to_bytes())
    }

    /// The id of the signing key.
    #[must_use]
    pub fn key_id(&self) -> IssuerKeyId {
        IssuerKeyId::of(Suite::Native, &self.public_key())
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
        SignedChallenge::sign(&self.id, case, &self.service, now, rng)
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
        let statement = statement(&enrolment.challenge, enrolment.holder_tag, trust)?;
        let proof = LinkedProof::from_bytes(&statement, &enrolment.proof).map_err(|_| EnrolmentError::Proof)?;
        verify(&statement, &proof, rng).map_err(|_| EnrolmentError::Proof)?;
        Ok(Enrolled {
            issuer: challenge.issuer.clone(),
            case: challenge.case.clone(),
            nonce: challenge.nonce,
            expires_at: challenge.expires_at,
            holder_tag: enrolment.holder_tag,
        })
    }

    /// Signs a credential. `attributes` is everything but the holder tag and the revocation handle: this sets the tag to the
    /// proven one and draws a fresh handle. The challenge is used up, and the person keeps the tag for life.
    ///
    /// # Errors
    ///
    /// [`IssueError`], one variant per cause; nothing is signed then.
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
        let schema = attributes.schema();
        trust.bundle().issuer_key(&self.id, &self.key_id(), schema.name(), now)?;
        let Some(Value::Ascii(number)) = attributes.get(DOCUMENT_NUMBER) else { return Err(IssueError::NoPerson) };
        check_citizen_number(&attributes, &number)?;
        check_review(&attributes)?;
        let person = person(&attributes, &number)?;
        // Bound before the challenge is used up: a replayed answer brings a tag that is bound already, so it adds nothing.
        tags.bind(&person, &fr_to_bytes(&enrolled.holder_tag))?;
        nonces.consume(&enrolled.nonce, enrolled.expires_at)?;

        let message = message(Header::new(schema.id()), attributes.slots());
        let mut randomness = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(randomness.as_mut());
        let signature = self.signing.sign(&message, &randomness);
        Ok(Credential::new(self.id.clone(), self.key_id(), attributes, signature))
    }
}

/// ISSUE-PERSON: who a person is to this issuer's tag ledger: the document type, where the schema has one, and the document
/// number in its one form. Two documents of different types are two persons, which the spec says.
fn person(attributes: &Attributes, number: &str) -> Result<Digest, IssueError> {
    if number.bytes().any(|c| c.is_ascii_lowercase()) {
        return Err(IssueError::NumberForm);
    }
    let document_type = match attributes.get("document_type") {
        Some(Value::Integer(document_type)) => document_type.to_be_bytes().to_vec(),
        _ => Vec::new(),
    };
    Ok(Digest::of(domain::PERSON, &[&document_type, number.as_bytes()]))
}

/// How long a verification lasts at most, in days.
pub const REVERIFY_DAYS: i64 = 180;

/// ISSUE-REVERIFY: the next review is at most 180 days after the verification.
fn check_review(attributes: &Attributes) -> Result<(), IssueError> {
    match (attributes.get("verified_on"), attributes.get("reverify_by")) {
        (Some(Value::Date(on)), Some(Value::Date(by))) if by.days_since(on) > REVERIFY_DAYS => {
            Err(IssueError::Reverify)
        }
        _ => Ok(()),
    }
}

/// The document type of schema 1 whose number is a citizen number of GB 11643.
pub const CITIZEN_CARD: u32 = 1;

/// ISSUE-CITIZEN-ID: a citizen number has its check character, and names the birth date, region and sex of the attributes.
/// A sex of 0 is not stated.
fn check_citizen_number(attributes: &Attributes, number: &str) -> Result<(), IssueError> {
    if !matches!(attributes.get("document_type"), Some(Value::Integer(CITIZEN_CARD))) {
        return Ok(());
    }
    let number = CitizenId::parse(number)?;
    if let Some(Value::Date(birth_date)) = attributes.get("birth_date") {
        number.check_birth(birth_date)?;
    }
    if let Some(Value::Integer(region)) = attributes.get("region") {
        number.check_region(region)?;
    }
    match attributes.get("sex") {
        Some(Value::Integer(1)) => number.check_sex(Sex::Male)?,
        Some(Value::Integer(2)) => number.check_sex(Sex::Female)?,
        _ => {}
    }
    Ok(())
}
