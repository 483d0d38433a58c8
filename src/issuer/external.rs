//! A key that signs elsewhere, from its public half to its registration.

use super::default_distid;
use crate::{
    codec::Identifier,
    registry::{IssuerKeyBytes, IssuerKeyDocument, IssuerKeyId, possession_message},
    signature::{Algorithm, Distid, JOSE_DISTID, KeyError, PublicKey, RawSignature, SignatureError},
    suite::{Suite, SuiteKey, TbsSignatureError},
    time::Validity,
};
use thiserror::Error;

/// Why a key that signs elsewhere is not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExternalKeyError {
    /// The identifier of JOSE signatures, which would make an SD-JWT signature and a TBS signature one kind.
    #[error("{JOSE_DISTID} is the identifier of SD-JWT signatures; name one that the key uses for nothing else")]
    JoseDistid,
    /// An identifier for a key that is none of SM2.
    #[error("only SM2 keys sign under a distinguishing identifier; leave it out")]
    DistidWithoutSm2,
    /// The identifier is none.
    #[error("{0}")]
    Distid(#[from] KeyError),
    /// KEY-POSSESSION: not a signature by this key over its possession message.
    #[error("KEY-POSSESSION: {0}")]
    Possession(SignatureError),
}

/// An issuer's public key on P-256 or the SM2 curve, whose private half is in hardware or in a tool outside. The curve decides
/// the suite.
#[derive(Clone)]
pub struct ExternalKey {
    issuer: Identifier,
    bytes: IssuerKeyBytes,
    key: SuiteKey,
}

impl ExternalKey {
    /// The key of an issuer. An SM2 key signs TBS under `distid`, or under [`default_distid`].
    ///
    /// # Errors
    ///
    /// [`ExternalKeyError::JoseDistid`], [`ExternalKeyError::DistidWithoutSm2`].
    pub fn new(issuer: Identifier, key: PublicKey, distid: Option<Distid>) -> Result<Self, ExternalKeyError> {
        let bytes = IssuerKeyBytes::from_bytes(key.to_point_bytes());
        let key = match (key, distid) {
            (PublicKey::Es256(_), Some(_)) => return Err(ExternalKeyError::DistidWithoutSm2),
            (PublicKey::Sm2(_), Some(distid)) if distid.as_str() == JOSE_DISTID => {
                return Err(ExternalKeyError::JoseDistid);
            }
            (PublicKey::Es256(key), None) => SuiteKey::Es256(key),
            (PublicKey::Sm2(key), Some(distid)) => SuiteKey::Sm2Sm3 { key, distid },
            (PublicKey::Sm2(key), None) => SuiteKey::Sm2Sm3 { key, distid: default_distid(&issuer)? },
        };
        Ok(Self { issuer, bytes, key })
    }

    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.key.suite()
    }

    /// The algorithm of the SD-JWT's signature.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.key {
            SuiteKey::Sm2Sm3 { .. } => Algorithm::Sm2,
            _ => Algorithm::Es256,
        }
    }

    /// The identifier of TBS signatures.
    #[must_use]
    pub const fn distid(&self) -> Option<&Distid> {
        match &self.key {
            SuiteKey::Sm2Sm3 { distid, .. } => Some(distid),
            _ => None,
        }
    }

    /// The encoded key.
    #[must_use]
    pub const fn bytes(&self) -> &IssuerKeyBytes {
        &self.bytes
    }

    /// The id of the key.
    #[must_use]
    pub fn key_id(&self) -> IssuerKeyId {
        IssuerKeyId::of(self.suite(), &self.bytes, self.distid())
    }

    /// What the key signs to prove that its owner registers it; SM2 under the identifier of TBS signatures.
    #[must_use]
    pub fn possession_message(&self) -> Vec<u8> {
        possession_message(&self.issuer, &self.key_id())
    }

    /// The 32 bytes of it that hardware signs which hashes outside. `None` happens to no key of this type.
    #[must_use]
    pub fn possession_digest(&self) -> Option<[u8; 32]> {
        self.key.digest(&self.possession_message())
    }

    /// The registration, before the proof of possession: no bundle takes it.
    #[must_use]
    pub fn pending(&self, schemas: &[Identifier], window: Validity) -> IssuerKeyDocument {
        IssuerKeyDocument {
            key: self.bytes,
            suite: self.suite(),
            distid: self.distid().cloned(),
            sd_jwt: None,
            possession: None,
            schemas: schemas.to_vec(),
            not_before: window.not_before(),
            not_after: window.not_after(),
        }
    }

    /// The registration, after the proof of possession was verified.
    ///
    /// # Errors
    ///
    /// [`ExternalKeyError::Possession`].
    pub fn register(
        &self,
        possession: RawSignature,
        schemas: &[Identifier],
        window: Validity,
    ) -> Result<IssuerKeyDocument, ExternalKeyError> {
        self.key.verify_bytes(&self.possession_message(), &possession).map_err(|error| match error {
            TbsSignatureError::External(error) => ExternalKeyError::Possession(error),
            _ => ExternalKeyError::Possession(SignatureError::Invalid),
        })?;
        Ok(IssuerKeyDocument { possession: Some(possession), ..self.pending(schemas, window) })
    }
}
