//! A prepared credential: the proof that it is signed, made once and cached.
//!
//! A bearer secret: with the wallet's seed it presents the credential. Kept by the holder, readable by the holder only.

use crate::{
    codec::{self, DecodeError, Kind, from_json, to_json},
    credential::{Credential, CredentialError},
    keys::KeyId,
    proof::{
        groth16::Core,
        points::{PointError, RawReader, put_raw_g1, put_raw_g2},
        subgroup::g2_in_subgroup,
    },
    schema::Schemas,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

const OBJECT: &str = "shiming-prepared/1";
/// A, B in G1, B in G2 and C, raw.
const CORE_BYTES: usize = 64 + 64 + 128 + 64;

/// Why a file is no prepared credential.
#[derive(Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PreparedError {
    /// The file does not decode.
    #[error("{0}")]
    Decode(#[from] DecodeError),
    /// The file names another object or version.
    #[error("not a prepared credential of this version")]
    Object,
    /// The credential inside.
    #[error("the credential inside: {0}")]
    Credential(#[from] CredentialError),
    /// A point of the cached proof.
    #[error("the cached proof: {0}")]
    Point(#[from] PointError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    object: String,
    credential: String,
    relation_key: KeyId,
    #[serde(with = "codec::base64url_array")]
    core: [u8; CORE_BYTES],
}

/// A credential with its cached proof, made under one relation key.
pub struct Prepared {
    credential: Credential,
    relation_key: KeyId,
    core: Core,
}

impl Prepared {
    /// Only the holder's `prepare` makes one, after verifying the proof.
    pub(crate) fn new(credential: Credential, relation_key: KeyId, core: Core) -> Self {
        Self { credential, relation_key, core }
    }

    /// The credential.
    #[must_use]
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The credential alone, which answers on the conventional path.
    #[must_use]
    pub fn into_credential(self) -> Credential {
        self.credential
    }

    /// The key of the relation that the cached proof is for.
    #[must_use]
    pub fn relation_key(&self) -> KeyId {
        self.relation_key
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// The file, a bearer secret.
    ///
    /// # Errors
    ///
    /// [`PreparedError`] if the object does not fit its own encoding, which validation excludes.
    pub fn to_json(&self) -> Result<Zeroizing<Vec<u8>>, PreparedError> {
        let mut core = Zeroizing::new(Vec::with_capacity(CORE_BYTES));
        put_raw_g1(&mut core, &self.core.a);
        put_raw_g1(&mut core, &self.core.b_g1);
        put_raw_g2(&mut core, &self.core.b_g2);
        put_raw_g1(&mut core, &self.core.c);
        let document = Document {
            object: OBJECT.to_owned(),
            credential: codec::to_text(&self.credential.to_json()?),
            relation_key: self.relation_key,
            core: codec::array(&core)?,
        };
        Ok(Zeroizing::new(to_json(Kind::PREPARED, &document)?))
    }

    /// The prepared credential in a file. The cached proof is the holder's own; a damaged one fails at the verifier and tells
    /// it nothing, because it is blinded like any other.
    ///
    /// # Errors
    ///
    /// [`PreparedError`], one variant per cause.
    pub fn from_json(bytes: &[u8], schemas: &Schemas) -> Result<Self, PreparedError> {
        let document: Document = from_json(Kind::PREPARED, bytes)?;
        if document.object != OBJECT {
            return Err(PreparedError::Object);
        }
        let credential = Zeroizing::new(codec::from_text(Kind::CREDENTIAL, document.credential.as_bytes())?);
        let mut reader = RawReader(&document.core);
        let core = Core { a: reader.g1()?, b_g1: reader.g1()?, b_g2: reader.g2()?, c: reader.g1()? };
        // Blinding keeps what lies outside the subgroup: a component there would link every presentation.
        if !g2_in_subgroup(&core.b_g2) {
            return Err(PointError::WrongSubgroup.into());
        }
        Ok(Self { credential: Credential::from_json(&credential, schemas)?, relation_key: document.relation_key, core })
    }
}
