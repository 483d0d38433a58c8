//! A credential that lacks its signatures: the two inputs that the issuer's key signs, here or in hardware.

use crate::{
    codec::{self, DecodeError, Identifier, Kind, from_json, to_json},
    conventional::{
        sd_jwt::{SdJwtError, UnsignedSdJwt},
        twin,
    },
    credential::{Credential, CredentialError},
    digest::Digest,
    registry::{IssuerKeyId, TrustError},
    schema::{AttributeError, Attributes, Schemas},
    signature::{PublicKey, RawSignature},
    suite::{Suite, TbsSignature, TbsSignatureError},
    time::{Date, UnixTime, Validity},
    trust::{LoadedKey, Trust},
};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shiming_circuits::slots::{Header, SlotsError, TBS_BYTES, Tbs};
use thiserror::Error;

const OBJECT: &str = "shiming-draft/1";

/// Why a file is no draft, or signatures are not a draft's.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DraftError {
    /// The file does not decode.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// The file names another object or version.
    #[error("not a draft of this version")]
    Object,
    /// The schema is not known, or not the one of the bytes to be signed.
    #[error("the draft is of an unknown schema, or of another one than its bytes")]
    Schema,
    /// The bytes to be signed are not canonical.
    #[error("the bytes to be signed: {0}")]
    Tbs(#[from] SlotsError),
    /// An attribute is not valid in the schema.
    #[error("{0}")]
    Attribute(#[from] AttributeError),
    /// The SD-JWT cannot be encoded or read.
    #[error("the SD-JWT: {0}")]
    SdJwt(#[from] SdJwtError),
    /// The key is not in the trust bundle, or its bytes are no key.
    #[error("the trust bundle has no usable key of this id")]
    UnknownKey,
    /// The issuer's key signs elsewhere.
    #[error("the issuer's key is not here; make a draft, have it signed, attach the signatures")]
    External,
    /// The trust bundle does not let this key of this issuer sign this schema now.
    #[error("{0}")]
    Trust(#[from] TrustError),
    /// The draft is for another key.
    #[error("the draft is for another key")]
    OtherKey,
    /// The signature over the attributes.
    #[error("the signature over the attributes (TBS): {0}")]
    Attributes(TbsSignatureError),
    /// The signature over the SD-JWT, or its content.
    #[error("the signature over the SD-JWT, or what it says: {0}")]
    Twin(CredentialError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    object: String,
    issuer: Identifier,
    key: IssuerKeyId,
    suite: Suite,
    schema: Identifier,
    #[serde(with = "codec::base64url_array")]
    tbs: [u8; TBS_BYTES],
    challenge: Digest,
    sd_jwt: String,
}

/// What is to be signed for one credential. Personal data: it stays with the issuer.
pub struct Draft {
    issuer: Identifier,
    key: IssuerKeyId,
    suite: Suite,
    attributes: Attributes,
    challenge: Digest,
    sd_jwt: UnsignedSdJwt,
}

impl Draft {
    pub(super) fn new(
        issuer: Identifier,
        (key, loaded): (IssuerKeyId, &LoadedKey),
        attributes: Attributes,
        (binding_key, challenge): (PublicKey, Digest),
        window: Validity,
        today: Date,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DraftError> {
        let signs = (key, loaded.sd_jwt.algorithm());
        let sd_jwt = twin::seal(&issuer, signs, &attributes, &binding_key, window, today, rng)?;
        Ok(Self { issuer, key, suite: loaded.tbs.suite(), attributes, challenge, sd_jwt })
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Identifier {
        &self.issuer
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The key that is to sign.
    #[must_use]
    pub fn key(&self) -> &IssuerKeyId {
        &self.key
    }

    /// The suite of the signature over the attributes.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The 108 bytes to be signed in the key's suite; SM2 under the identifier of TBS signatures.
    ///
    /// # Errors
    ///
    /// [`DraftError::Tbs`], which valid attributes do not cause.
    pub fn tbs(&self) -> Result<Tbs, DraftError> {
        Ok(Tbs::pack(Header::new(self.attributes.schema().id()), self.attributes.slots())?)
    }

    /// The ASCII bytes to be signed as a JWS; SM2 under the identifier of JOSE.
    #[must_use]
    pub fn sd_jwt_signing_input(&self) -> &[u8] {
        self.sd_jwt.signing_input()
    }

    /// The credential, after both signatures were verified under the key in the bundle, and the SD-JWT compared with the attributes.
    ///
    /// # Errors
    ///
    /// [`DraftError::UnknownKey`], [`DraftError::Attributes`], [`DraftError::Twin`].
    pub fn attach(
        self,
        attributes: TbsSignature,
        sd_jwt: RawSignature,
        trust: &Trust,
        now: UnixTime,
    ) -> Result<Credential, DraftError> {
        let schema = self.attributes.schema().name();
        trust.bundle().issuer_key(&self.issuer, &self.key, schema, now)?;
        let key = trust.issuer_key(&self.key).ok_or(DraftError::UnknownKey)?;
        let credential = Credential {
            issuer: self.issuer,
            key: self.key,
            suite: self.suite,
            attributes: self.attributes,
            signature: attributes,
            challenge: self.challenge,
            sd_jwt: self.sd_jwt.attach(&sd_jwt)?,
        };
        match credential.verify_under(key, now) {
            Ok(_) => Ok(credential),
            Err(CredentialError::Signature(error)) => Err(DraftError::Attributes(error)),
            Err(error) => Err(DraftError::Twin(error)),
        }
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if the object does not fit its own encoding, which validation excludes.
    pub fn to_json(&self) -> Result<Vec<u8>, DraftError> {
        let document = Document {
            object: OBJECT.to_owned(),
            issuer: self.issuer.clone(),
            key: self.key,
            suite: self.suite,
            schema: self.attributes.schema().name().clone(),
            tbs: *self.tbs()?.as_bytes(),
            challenge: self.challenge,
            sd_jwt: self.sd_jwt.to_text(),
        };
        Ok(to_json(Kind::DRAFT, &document)?)
    }

    /// The draft in a file, every slot validated.
    ///
    /// # Errors
    ///
    /// [`DraftError`], one variant per cause.
    pub fn from_json(bytes: &[u8], schemas: &Schemas) -> Result<Self, DraftError> {
        let document: Document = from_json(Kind::DRAFT, bytes)?;
        if document.object != OBJECT {
            return Err(DraftError::Object);
        }
        let schema = schemas.get(document.schema.as_str()).ok_or(DraftError::Schema)?;
        let tbs = Tbs::from_bytes(&document.tbs)?;
        if tbs.header() != Header::new(schema.id()) {
            return Err(DraftError::Schema);
        }
        let attributes = Attributes::from_slots(schema, tbs.slots())?;
        let sd_jwt = UnsignedSdJwt::parse(&document.sd_jwt)?;
        let (issuer, key, suite, challenge) = (document.issuer, document.key, document.suite, document.challenge);
        Ok(Self { issuer, key, suite, attributes, challenge, sd_jwt })
    }
}
