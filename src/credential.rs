//! A credential: 16 attributes, an issuer's signature over them, and its twin, an SD-JWT VC with the same values. The signature
//! over the TBS never leaves issuer and holder.

use crate::{
    codec::{self, DecodeError, Identifier, Kind, from_json, to_json},
    conventional::{
        ConventionalFault,
        sd_jwt::{SdJwt, SdJwtError},
        twin::{self, ShowError, Shown},
    },
    digest::Digest,
    registry::{IssuerKeyId, TrustError},
    schema::{AttributeError, Attributes, Schemas},
    signature::PublicKey,
    suite::{Suite, SuiteKey, TbsSignature, TbsSignatureError},
    time::{Date, UnixTime},
    trust::{LoadedKey, Trust},
};
use serde::{Deserialize, Serialize};
use shiming_circuits::{
    field::Fr,
    slots::{Header, SlotsError, TBS_BYTES, Tbs},
};
use thiserror::Error;

/// The object name and version in the file.
const OBJECT: &str = "shiming-credential/1";

/// Why a file is no credential, or a credential is not what it claims.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The file does not decode.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// The file names another object or version.
    #[error("not a credential of this version")]
    Object,
    /// The schema is not known.
    #[error("unknown schema")]
    Schema,
    /// The signed bytes are not canonical.
    #[error("the signed bytes: {0}")]
    Tbs(#[from] SlotsError),
    /// The signed bytes are of another schema than the file says.
    #[error("the signed bytes are of another schema than the file says")]
    SchemaMismatch,
    /// An attribute is not valid in the schema.
    #[error("{0}")]
    Attribute(#[from] AttributeError),
    /// The trust bundle does not let this key of this issuer sign this schema now.
    #[error("{0}")]
    Trust(#[from] TrustError),
    /// The trust bundle has no usable key of the credential's key id.
    #[error("the trust bundle has no usable key of this id")]
    UnknownKey,
    /// The signature over the attributes does not verify.
    #[error("the issuer's signature: {0}")]
    Signature(#[from] TbsSignatureError),
    /// The twin is not an SD-JWT VC of this issuer and schema.
    #[error("the SD-JWT: {0}")]
    Twin(ConventionalFault),
    /// The twin does not carry the same attributes.
    #[error("CONV-TWIN: the SD-JWT does not carry the attributes that the issuer signed beside it")]
    TwinDiffers,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    object: String,
    schema: Identifier,
    issuer: Identifier,
    key: IssuerKeyId,
    suite: Suite,
    #[serde(with = "codec::base64url_array")]
    tbs: [u8; TBS_BYTES],
    signature: String,
    challenge: Digest,
    sd_jwt: String,
}

/// A credential whose attributes are valid in their schema. Its signatures are checked by [`Credential::verify`].
#[derive(Clone)]
pub struct Credential {
    pub(crate) issuer: Identifier,
    pub(crate) key: IssuerKeyId,
    pub(crate) suite: Suite,
    pub(crate) attributes: Attributes,
    pub(crate) signature: TbsSignature,
    pub(crate) challenge: Digest,
    pub(crate) sd_jwt: SdJwt,
}

impl Credential {
    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Identifier {
        &self.issuer
    }

    /// The key that signed.
    #[must_use]
    pub fn key(&self) -> &IssuerKeyId {
        &self.key
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// The suite of the signature over the attributes.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The signature over the attributes. It is the same for every verifier, so no verifier ever gets it.
    #[must_use]
    pub fn signature(&self) -> &TbsSignature {
        &self.signature
    }

    /// The twin with all its disclosures.
    #[must_use]
    pub fn sd_jwt(&self) -> &SdJwt {
        &self.sd_jwt
    }

    /// The digest of the challenge that the enrolment answered, for which the wallet derived the binding key.
    pub(crate) fn challenge(&self) -> &Digest {
        &self.challenge
    }

    /// The bytes that the issuer signed.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Tbs`], which valid attributes do not cause.
    pub fn tbs(&self) -> Result<Tbs, CredentialError> {
        Ok(Tbs::pack(self.header(), self.attributes.slots())?)
    }

    /// The header of the signed bytes.
    #[must_use]
    pub fn header(&self) -> Header {
        Header::new(self.attributes.schema().id())
    }

    /// Slot 0.
    #[must_use]
    pub fn holder_tag(&self) -> Fr {
        let [tag, ..] = self.attributes.slots();
        *tag
    }

    /// Verifies the issuer's signature over the attributes, directly: for issuers, holders and audits.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Signature`] with the cause: [`TbsSignatureError::Suite`] also where only the credential's own word for its
    /// suite is another than the key's.
    pub fn verify_attributes(&self, key: &SuiteKey) -> Result<(), CredentialError> {
        // SM2 and ES256 signatures look alike, so the file could name the suite of the other.
        if key.suite() != self.suite {
            return Err(TbsSignatureError::Suite.into());
        }
        Ok(key.verify(&self.tbs()?, &self.signature)?)
    }

    /// Verifies both signatures under the key that a trust bundle has, and that both are over the same attributes (CONV-TWIN).
    ///
    /// # Errors
    ///
    /// [`CredentialError::Trust`], [`CredentialError::UnknownKey`], [`CredentialError::Signature`], [`CredentialError::Twin`],
    /// [`CredentialError::TwinDiffers`].
    pub fn verify(&self, trust: &Trust, now: UnixTime) -> Result<(), CredentialError> {
        // The TBS does not name its issuer: whose key it is, the bundle says and never the file.
        trust.bundle().issuer_key(&self.issuer, &self.key, self.attributes.schema().name(), now)?;
        let key = trust.issuer_key(&self.key).ok_or(CredentialError::UnknownKey)?;
        self.verify_under(key, now).map(drop)
    }

    /// The same under a loaded key. Gives the binding key.
    pub(crate) fn verify_under(&self, key: &LoadedKey, now: UnixTime) -> Result<PublicKey, CredentialError> {
        self.verify_attributes(&key.tbs)?;
        let shown = self.show(key, now)?;
        let today = Date::from_unix(now).map_err(|_| CredentialError::TwinDiffers)?;
        let named = self.sd_jwt.key_id() == Some(self.key.to_identifier().as_str());
        if named && twin::is_twin(&shown.attributes, &self.attributes, today) {
            Ok(shown.binding_key)
        } else {
            Err(CredentialError::TwinDiffers)
        }
    }

    fn show(&self, key: &LoadedKey, now: UnixTime) -> Result<Shown, CredentialError> {
        twin::show(&self.sd_jwt, (&self.issuer, &key.sd_jwt), self.attributes.schema(), now).map_err(
            |error| match error {
                ShowError::Fault(fault) => CredentialError::Twin(fault),
                ShowError::Value { .. } => CredentialError::TwinDiffers,
            },
        )
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// [`CredentialError`] if the object does not fit its own encoding, which validation excludes.
    pub fn to_json(&self) -> Result<Vec<u8>, CredentialError> {
        let document = Document {
            object: OBJECT.to_owned(),
            schema: self.attributes.schema().name().clone(),
            issuer: self.issuer.clone(),
            key: self.key,
            suite: self.suite,
            tbs: *self.tbs()?.as_bytes(),
            signature: codec::to_base64url(&self.signature.to_bytes()),
            challenge: self.challenge,
            sd_jwt: self.sd_jwt.to_text(),
        };
        Ok(to_json(Kind::CREDENTIAL, &document)?)
    }

    /// The credential in a file, every slot validated; no signature is checked here.
    ///
    /// # Errors
    ///
    /// [`CredentialError`], one variant per cause.
    pub fn from_json(bytes: &[u8], schemas: &Schemas) -> Result<Self, CredentialError> {
        let document: Document = from_json(Kind::CREDENTIAL, bytes)?;
        if document.object != OBJECT {
            return Err(CredentialError::Object);
        }
        let schema = schemas.get(document.schema.as_str()).ok_or(CredentialError::Schema)?;
        let tbs = Tbs::from_bytes(&document.tbs)?;
        if tbs.header() != Header::new(schema.id()) {
            return Err(CredentialError::SchemaMismatch);
        }
        let attributes = Attributes::from_slots(schema, tbs.slots())?;
        let signature = TbsSignature::from_bytes(document.suite, &codec::from_base64url(&document.signature)?)?;
        let sd_jwt = SdJwt::parse(&document.sd_jwt).map_err(|error: SdJwtError| CredentialError::Twin(error.into()))?;
        let (issuer, key, suite, challenge) = (document.issuer, document.key, document.suite, document.challenge);
        Ok(Self { issuer, key, suite, attributes, signature, challenge, sd_jwt })
    }
}
