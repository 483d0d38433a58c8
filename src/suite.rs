//! The suites: how an issuer signs the 108 bytes of a credential (TBS), and how anybody who has the credential checks it.
//!
//! Issuers, holders and auditors verify directly, here. A verifier never sees the bytes or the signature: it gets a proof that
//! this check succeeds.

mod provable;

pub(crate) use provable::ProvableKey;

use crate::signature::{self, Distid, Es256PublicKey, RAW_SIGNATURE_BYTES, RawSignature, Sm2PublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shiming_circuits::{
    eddsa,
    relation::{
        Relation,
        credential_es256::CredentialEs256,
        credential_native::{CredentialNative, message},
        credential_sm2_sm3::CredentialSm2Sm3,
    },
    slots::{SlotsError, Tbs},
};
use std::fmt;

/// How an issuer signs.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Suite {
    /// EdDSA-Poseidon on Baby Jubjub, over the 16 field elements; keys are the 64 bytes of a point.
    #[serde(rename = "native")]
    Native,
    /// SM2 with SM3 over the TBS, under a distinguishing identifier that the issuer uses for nothing else.
    #[serde(rename = "sm2-sm3")]
    Sm2Sm3,
    /// ECDSA on P-256 with SHA-256 over the TBS, by a key that signs only TBS and SD-JWTs.
    #[serde(rename = "es256")]
    Es256,
}

impl Suite {
    /// The name in registries, key ids, files and relation names (`credential/<name>`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Sm2Sm3 => "sm2-sm3",
            Self::Es256 => "es256",
        }
    }
}

impl Suite {
    /// The relation that proves possession of a credential of this suite.
    #[must_use]
    pub const fn relation(self) -> &'static str {
        match self {
            Self::Native => CredentialNative::NAME,
            Self::Sm2Sm3 => CredentialSm2Sm3::NAME,
            Self::Es256 => CredentialEs256::NAME,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a TBS signature is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TbsSignatureError {
    /// A signature of another suite than the key.
    #[error("the signature is of another suite than the key")]
    Suite,
    /// The attributes do not fit the TBS.
    #[error("{0}")]
    Tbs(#[from] SlotsError),
    /// An EdDSA-Poseidon signature.
    #[error("{0}")]
    Native(#[from] eddsa::SignatureError),
    /// An SM2 or ECDSA signature.
    #[error("{0}")]
    External(#[from] signature::SignatureError),
}

/// An issuer's key as its suite uses it.
#[derive(Clone)]
pub enum SuiteKey {
    /// A point of prime order, with its window table.
    Native(eddsa::PublicKey),
    /// A point of the SM2 curve with the identifier of TBS signatures.
    Sm2Sm3 {
        /// The key.
        key: Sm2PublicKey,
        /// The identifier.
        distid: Distid,
    },
    /// A point of P-256.
    Es256(Es256PublicKey),
}

impl SuiteKey {
    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        match self {
            Self::Native(_) => Suite::Native,
            Self::Sm2Sm3 { .. } => Suite::Sm2Sm3,
            Self::Es256(_) => Suite::Es256,
        }
    }

    /// Verifies the signature over a TBS.
    ///
    /// # Errors
    ///
    /// [`TbsSignatureError`], one variant per cause.
    pub fn verify(&self, tbs: &Tbs, signature: &TbsSignature) -> Result<(), TbsSignatureError> {
        match (self, signature) {
            (Self::Native(key), TbsSignature::Native(signature)) => {
                Ok(key.verify(&message(tbs.header(), &tbs.slots()), signature)?)
            }
            (Self::Sm2Sm3 { .. } | Self::Es256(_), TbsSignature::External(signature)) => {
                self.verify_bytes(tbs.as_bytes(), signature)
            }
            _ => Err(TbsSignatureError::Suite),
        }
    }

    /// Verifies an external signature over bytes: a TBS, or a proof of possession.
    ///
    /// # Errors
    ///
    /// [`TbsSignatureError::Suite`] for a native key, [`TbsSignatureError::External`].
    pub fn verify_bytes(&self, bytes: &[u8], signature: &RawSignature) -> Result<(), TbsSignatureError> {
        match self {
            Self::Native(_) => Err(TbsSignatureError::Suite),
            Self::Sm2Sm3 { key, distid } => Ok(key.verify(distid, bytes, signature)?),
            Self::Es256(key) => Ok(key.verify(bytes, signature)?),
        }
    }

    /// The 32 bytes that hardware signs which hashes outside: `SM3(Z_A || bytes)` or `SHA-256(bytes)`. `None` for a native key.
    #[must_use]
    pub fn digest(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        match self {
            Self::Native(_) => None,
            Self::Sm2Sm3 { key, distid } => key.digest(distid, bytes).ok(),
            Self::Es256(_) => Some(Sha256::digest(bytes).into()),
        }
    }
}

/// A signature over a TBS.
#[derive(Clone, Copy)]
pub enum TbsSignature {
    /// EdDSA-Poseidon.
    Native(eddsa::Signature),
    /// SM2 or ECDSA, `r || s`.
    External(RawSignature),
}

impl TbsSignature {
    /// The signature of a suite with these bytes: 96 for `native`, 64 for the others.
    ///
    /// # Errors
    ///
    /// [`TbsSignatureError::External`] for another length, [`TbsSignatureError::Native`].
    pub fn from_bytes(suite: Suite, bytes: &[u8]) -> Result<Self, TbsSignatureError> {
        let length = TbsSignatureError::External(signature::SignatureError::Length);
        match suite {
            Suite::Native => {
                let bytes = bytes.try_into().map_err(|_| length)?;
                Ok(Self::Native(eddsa::Signature::from_bytes(bytes)?))
            }
            Suite::Sm2Sm3 | Suite::Es256 => {
                let bytes: [u8; RAW_SIGNATURE_BYTES] = bytes.try_into().map_err(|_| length)?;
                Ok(Self::External(RawSignature::from_bytes(bytes)))
            }
        }
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Native(signature) => signature.to_bytes().to_vec(),
            Self::External(signature) => signature.as_bytes().to_vec(),
        }
    }
}
