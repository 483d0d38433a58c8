//! The hash of disclosures and of the presented text.

use super::{HASH, SdJwtError};
use crate::codec::to_base64url;
use rand_core::CryptoRng;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use sm3::{Digest as _, Sm3};

/// What `_sd_alg` names (RFC 9901, section 4.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HashAlgorithm {
    /// SHA-256 (FIPS 180-4), which is meant where `_sd_alg` is absent.
    #[default]
    Sha256,
    /// SM3 (GB/T 32905). Its name is not in IANA's registry of hash algorithms; this profile defines it.
    Sm3,
}

impl HashAlgorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sm3];

    /// The value of `_sd_alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sm3 => "sm3",
        }
    }

    /// Takes `_sd_alg` out of a payload.
    pub(super) fn take(claims: &mut Map<String, Value>) -> Result<Self, SdJwtError> {
        let Some(name) = claims.remove(HASH) else { return Ok(Self::default()) };
        Self::ALL.into_iter().find(|hash| name == hash.as_str()).ok_or(SdJwtError::UnknownHash)
    }

    /// The base64url of the hash of the pieces, one after the other.
    pub(super) fn digest<'a>(self, pieces: impl Iterator<Item = &'a str>) -> String {
        let hash: [u8; 32] = match self {
            Self::Sha256 => pieces.fold(Sha256::new(), |hash, piece| hash.chain_update(piece)).finalize().into(),
            Self::Sm3 => pieces.fold(Sm3::new(), |hash, piece| hash.chain_update(piece)).finalize().into(),
        };
        to_base64url(&hash)
    }

    /// A digest of nothing anyone knows (RFC 9901, section 4.2.5).
    pub(super) fn decoy<R: CryptoRng + ?Sized>(self, rng: &mut R) -> String {
        let mut random = [0u8; 32];
        rng.fill_bytes(&mut random);
        self.digest(std::iter::once(to_base64url(&random).as_str()))
    }
}
