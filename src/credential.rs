//! A credential: 16 attributes and an issuer's signature over them. It never leaves issuer and holder.

use crate::{
    codec::{self, DecodeError, Identifier, Kind, from_json, to_json},
    registry::IssuerKeyId,
    schema::{AttributeError, Attributes, Schemas},
};
use serde::{Deserialize, Serialize};
use shiming_circuits::{
    eddsa::{PublicKey, SIGNATURE_BYTES, Signature, SignatureError},
    field::Fr,
    relation::credential_native::message,
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
    /// The suite is not one that this version knows.
    #[error("unknown signature suite")]
    Suite,
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
    /// The signature does not verify.
    #[error("the issuer's signature: {0}")]
    Signature(#[from] SignatureError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    object: String,
    schema: Identifier,
    issuer: Identifier,
    key: IssuerKeyId,
    suite: String,
    #[serde(with = "codec::base64url_array")]
    tbs: [u8; TBS_BYTES],
    #[serde(with = "codec::base64url_array")]
    signature: [u8; SIGNATURE_BYTES],
}

/// A credential whose attributes are valid in their schema. Its signature is checked by [`Credential::verify`].
#[derive(Clone)]
pub struct Credential {
    issuer: Identifier,
    key: IssuerKeyId,
    attributes: Attributes,
    signature: Signature,
}

impl Credential {
    pub(crate) fn new(issuer: Identifier, key: IssuerKeyId, attributes: Attributes, signature: Signature) -> Self {
        Self { issuer, key, attributes, signature }
    }

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

    pub(crate) fn signature(&self) -> &Signature {
        &self.signature
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

    /// Verifies the issuer's signature.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Signature`] with the cause.
    pub fn verify(&self, key: &PublicKey) -> Result<(), CredentialError> {
        Ok(key.verify(&message(self.header(), self.attributes.slots()), &self.signature)?)
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
            suite: "native".to_owned(),
            tbs: *Tbs::pack(self.header(), self.attributes.slots())?.as_bytes(),
            signature: self.signature.to_bytes(),
        };
        Ok(to_json(Kind::CREDENTIAL, &document)?)
    }

    /// The credential in a file, every slot validated; the signature is not checked here.
    ///
    /// # Errors
    ///
    /// [`CredentialError`], one variant per cause.
    pub fn from_json(bytes: &[u8], schemas: &Schemas) -> Result<Self, CredentialError> {
        let document: Document = from_json(Kind::CREDENTIAL, bytes)?;
        if document.object != OBJECT {
            return Err(CredentialError::Object);
        }
        if document.suite != "native" {
            return Err(CredentialError::Suite);
        }
        let schema = schemas.get(document.schema.as_str()).ok_or(CredentialError::Schema)?;
        let tbs = Tbs::from_bytes(&document.tbs)?;
        if tbs.header() != Header::new(schema.id()) {
            return Err(CredentialError::SchemaMismatch);
        }
        let attributes = Attributes::from_slots(schema, tbs.slots())?;
        let signature = Signature::from_bytes(&document.signature)?;
        Ok(Self { issuer: document.issuer, key: document.key, attributes, signature })
    }
}
