//! Local keys. Hardware and tools outside sign the same two inputs.

use super::{Draft, IssueError};
use crate::{
    codec::Identifier,
    registry::{IssuerKeyBytes, IssuerKeyDocument, IssuerKeyId, possession_message},
    signature::{
        Algorithm, Distid, Es256SigningKey, KeyError, RawSignature, SignatureError, SigningKey, Sm2SigningKey,
    },
    suite::{Suite, TbsSignature},
    time::Validity,
};
use rand_core::CryptoRng;
use shiming_circuits::{eddsa, relation::credential_native::message};
use zeroize::Zeroizing;

/// The private keys of one issuer key: what signs the attributes, and what signs the SD-JWT. Wiped when dropped, without `Debug`.
pub enum Signer {
    /// EdDSA-Poseidon for the attributes, and a key of its own for SD-JWTs.
    Native {
        /// For the attributes.
        attributes: eddsa::SigningKey,
        /// For the SD-JWT.
        sd_jwt: SigningKey,
    },
    /// One SM2 key, under a dedicated identifier for the attributes.
    Sm2Sm3 {
        /// The key.
        key: Sm2SigningKey,
        /// The identifier of TBS signatures.
        distid: Distid,
    },
    /// One P-256 key, which signs nothing else.
    Es256(Es256SigningKey),
}

impl Signer {
    /// The suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        match self {
            Self::Native { .. } => Suite::Native,
            Self::Sm2Sm3 { .. } => Suite::Sm2Sm3,
            Self::Es256(_) => Suite::Es256,
        }
    }

    /// The algorithm of the SD-JWT's signature, and so of the binding keys that go with it.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Native { sd_jwt, .. } => sd_jwt.public_key().algorithm(),
            Self::Sm2Sm3 { .. } => Algorithm::Sm2,
            Self::Es256(_) => Algorithm::Es256,
        }
    }

    /// The public key as registries have it.
    #[must_use]
    pub fn public_key(&self) -> IssuerKeyBytes {
        IssuerKeyBytes::from_bytes(match self {
            Self::Native { attributes, .. } => attributes.public_key().to_bytes(),
            Self::Sm2Sm3 { key, .. } => key.public_key().to_point_bytes(),
            Self::Es256(key) => key.public_key().to_point_bytes(),
        })
    }

    /// The id of the key.
    #[must_use]
    pub fn key_id(&self) -> IssuerKeyId {
        IssuerKeyId::of(self.suite(), &self.public_key(), self.distid())
    }

    fn distid(&self) -> Option<&Distid> {
        match self {
            Self::Sm2Sm3 { distid, .. } => Some(distid),
            _ => None,
        }
    }

    /// The registration, with the proof of possession where the suite asks for one.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], which happens to nobody.
    pub fn register(
        &self,
        issuer: &Identifier,
        schemas: &[Identifier],
        window: Validity,
    ) -> Result<IssuerKeyDocument, SignatureError> {
        let message = possession_message(issuer, &self.key_id());
        let (sd_jwt, possession) = match self {
            Self::Native { sd_jwt, .. } => (Some(sd_jwt.public_key()), None),
            Self::Sm2Sm3 { .. } | Self::Es256(_) => (None, Some(self.sign_bytes(&message)?)),
        };
        Ok(IssuerKeyDocument {
            key: self.public_key(),
            suite: self.suite(),
            distid: self.distid().cloned(),
            sd_jwt,
            possession,
            schemas: schemas.to_vec(),
            not_before: window.not_before(),
            not_after: window.not_after(),
        })
    }

    /// Signs both inputs of a draft.
    ///
    /// # Errors
    ///
    /// [`IssueError::Draft`] if the draft is for another key.
    pub fn sign(&self, draft: &Draft, rng: &mut impl CryptoRng) -> Result<(TbsSignature, RawSignature), IssueError> {
        if draft.key() != &self.key_id() {
            return Err(super::DraftError::OtherKey.into());
        }
        let tbs = draft.tbs()?;
        let failed = |error: SignatureError| super::DraftError::Attributes(error.into());
        let attributes = match self {
            Self::Native { attributes, .. } => {
                let mut randomness = Zeroizing::new([0u8; 32]);
                rng.fill_bytes(randomness.as_mut());
                TbsSignature::Native(attributes.sign(&message(tbs.header(), &tbs.slots()), &randomness))
            }
            Self::Sm2Sm3 { .. } | Self::Es256(_) => {
                TbsSignature::External(self.sign_bytes(tbs.as_bytes()).map_err(failed)?)
            }
        };
        let input = draft.sd_jwt_signing_input();
        let sd_jwt = match self {
            Self::Native { sd_jwt, .. } => sd_jwt.sign(input),
            Self::Sm2Sm3 { key, .. } => key.sign(&Distid::jose(), input),
            Self::Es256(key) => key.sign(input),
        };
        Ok((attributes, sd_jwt.map_err(failed)?))
    }

    /// A signature over a TBS or a proof of possession.
    fn sign_bytes(&self, bytes: &[u8]) -> Result<RawSignature, SignatureError> {
        match self {
            Self::Native { .. } => Err(SignatureError::Invalid),
            Self::Sm2Sm3 { key, distid } => key.sign(distid, bytes),
            Self::Es256(key) => key.sign(bytes),
        }
    }
}

/// The dedicated identifier that an issuer's TBS signatures take if it names no other: `shiming-tbs:<issuer id>`.
///
/// # Errors
///
/// [`KeyError::Distid`], which an identifier does not cause.
pub fn default_distid(issuer: &Identifier) -> Result<Distid, KeyError> {
    Distid::parse(&format!("shiming-tbs:{issuer}"))
}
