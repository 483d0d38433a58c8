//! Issuer keys as the relations take them.

use super::SuiteKey;
use shiming_circuits::{
    eddsa,
    field::Fr,
    p256,
    relation::{
        Relation,
        credential_es256::{self, CredentialEs256},
        credential_native::{self, CredentialNative},
        credential_sm2_sm3::{self, CredentialSm2Sm3},
    },
    slots::Header,
    sm2,
};

/// An issuer's key with its window table: computed from the key itself, never taken from anybody.
pub(crate) enum ProvableKey {
    /// `credential/native`.
    Native(eddsa::PublicKey),
    /// `credential/sm2-sm3`.
    Sm2Sm3 {
        /// The key.
        key: sm2::PublicKey,
        /// `Z_A` of the key under the identifier of its TBS signatures.
        z_a: [u8; 32],
    },
    /// `credential/es256`.
    Es256(p256::PublicKey),
}

impl ProvableKey {
    /// The key of a suite; `None` for one without window table, which no honestly drawn key is.
    pub(crate) fn new(key: &SuiteKey) -> Option<Self> {
        match key {
            SuiteKey::Native(key) => Some(Self::Native(key.clone())),
            SuiteKey::Sm2Sm3 { key, distid } => {
                let z_a = key.identity_hash(distid).ok()?;
                sm2::PublicKey::from_bytes(&key.to_point_bytes()).ok().map(|key| Self::Sm2Sm3 { key, z_a })
            }
            SuiteKey::Es256(key) => p256::PublicKey::from_bytes(&key.to_point_bytes()).ok().map(Self::Es256),
        }
    }

    /// The public instances for a schema.
    pub(crate) fn public(&self, header: Header) -> Vec<Fr> {
        match self {
            Self::Native(issuer) => {
                CredentialNative::public(&credential_native::Statement { header, issuer: issuer.clone() })
            }
            Self::Sm2Sm3 { key, z_a } => {
                let (issuer, z_a) = (key.clone(), *z_a);
                CredentialSm2Sm3::public(&credential_sm2_sm3::Statement { header, issuer, z_a })
            }
            Self::Es256(issuer) => {
                CredentialEs256::public(&credential_es256::Statement { header, issuer: issuer.clone() })
            }
        }
    }
}
