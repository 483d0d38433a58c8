//! The signature algorithms of the outside world: ECDSA on P-256 with SHA-256, and SM2 with SM3.
//!
//! Services, verifiers and holders' binding keys sign with them, and issuers whose key is not one of ours. Which key verifies,
//! and so which algorithm, is always the registry's or the caller's decision. Signatures are `r || s`, 64 bytes big-endian (RFC
//! 7518, section 3.4, for both); [`RawSignature::from_der`] takes what hardware and the `openssl` command line write.

mod es256;
mod jwk;
mod raw;
mod sm2;

pub use es256::{Es256PublicKey, Es256SigningKey, PUBLIC_KEY_BYTES};
pub use jwk::Jwk;
pub use raw::{RAW_SIGNATURE_BYTES, RawSignature};
pub use sm2::{DISTID_CAP, Distid, JOSE_DISTID, Sm2PublicKey, Sm2SigningKey};

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The length of a point as x and y, each 32 bytes big-endian.
pub const POINT_BYTES: usize = 64;

/// Why bytes are no key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM of a key of the algorithm: PKCS#8 for private keys, SPKI for public ones.
    #[error("not a PEM of a P-256 or SM2 key")]
    Pem,
    /// 0, or not below the group order.
    #[error("the scalar is not a private key")]
    Scalar,
    /// Not a point of the curve in its one encoding, or the identity.
    #[error("the bytes are not a point of the curve")]
    Point,
    /// Not a JWK of an EC key on one of the two curves.
    #[error("not a JWK of a P-256 or SM2 key")]
    Jwk,
    /// Empty, longer than 8,191 bytes, or with characters outside printable ASCII.
    #[error("the distinguishing identifier is not 1 to {DISTID_CAP} printable ASCII characters")]
    Distid,
}

/// Why a signature is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Neither 64 raw bytes nor DER.
    #[error("the signature is neither 64 raw bytes nor DER")]
    Length,
    /// Not the one DER encoding (X.690) of two positive integers of at most 32 bytes: non-minimal, negative, trailing bytes.
    #[error("the signature is not the DER of two integers")]
    Der,
    /// r or s is 0 or not below the group order.
    #[error("r or s is out of range")]
    Range,
    /// Not by this key over these bytes.
    #[error("the signature is not by the expected key")]
    Invalid,
}

/// How something is signed, under its JOSE name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256 (RFC 7518, section 3.4).
    #[serde(rename = "ES256")]
    Es256,
    /// SM2 with SM3 (GB/T 32918.2), the distinguishing identifier [`JOSE_DISTID`], and `r || s` (GM/T 0125 names it).
    #[serde(rename = "SGD_SM3_SM2")]
    Sm2,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Sm2];

    /// The `alg` of JOSE headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Sm2 => "SGD_SM3_SM2",
        }
    }
}

/// A public key of one of the two algorithms. In JSON a JWK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Jwk", try_from = "Jwk")]
pub enum PublicKey {
    /// On P-256.
    Es256(Es256PublicKey),
    /// On the SM2 curve.
    Sm2(Sm2PublicKey),
}

impl PublicKey {
    /// The key at a point.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_point_bytes(algorithm: Algorithm, bytes: &[u8; POINT_BYTES]) -> Result<Self, KeyError> {
        Ok(match algorithm {
            Algorithm::Es256 => Self::Es256(Es256PublicKey::from_point_bytes(bytes)?),
            Algorithm::Sm2 => Self::Sm2(Sm2PublicKey::from_point_bytes(bytes)?),
        })
    }

    /// The key of an SPKI PEM (RFC 5480; for SM2 the curve 1.2.156.10197.1.301), whose curve says which algorithm.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_spki_pem(pem: &str) -> Result<Self, KeyError> {
        let es256 = Es256PublicKey::from_spki_pem(pem).map(Self::Es256);
        es256.or_else(|_| Sm2PublicKey::from_spki_pem(pem).map(Self::Sm2))
    }

    /// x and y, each 32 bytes big-endian.
    #[must_use]
    pub fn to_point_bytes(&self) -> [u8; POINT_BYTES] {
        match self {
            Self::Es256(key) => key.to_point_bytes(),
            Self::Sm2(key) => key.to_point_bytes(),
        }
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Sm2(_) => Algorithm::Sm2,
        }
    }

    /// The 32 bytes that hardware signs which hashes outside, for a JOSE signature: `SHA-256(message)`, or `SM3(Z_A || message)`
    /// with [`JOSE_DISTID`].
    ///
    /// # Errors
    ///
    /// [`KeyError::Distid`], which that identifier does not cause.
    pub fn digest(&self, message: &[u8]) -> Result<[u8; 32], KeyError> {
        match self {
            Self::Es256(_) => Ok(Sha256::digest(message).into()),
            Self::Sm2(key) => key.digest(&Distid::jose(), message),
        }
    }

    /// Verifies a JOSE signature; SM2 with [`JOSE_DISTID`].
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], [`SignatureError::Invalid`].
    pub fn verify(&self, message: &[u8], signature: &RawSignature) -> Result<(), SignatureError> {
        match self {
            Self::Es256(key) => key.verify(message, signature),
            Self::Sm2(key) => key.verify(&Distid::jose(), message, signature),
        }
    }
}

/// A private key of one of the two algorithms. Wiped when dropped, and without `Debug`.
#[derive(Clone)]
pub enum SigningKey {
    /// On P-256.
    Es256(Es256SigningKey),
    /// On the SM2 curve.
    Sm2(Sm2SigningKey),
}

impl SigningKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(algorithm: Algorithm, rng: &mut R) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::Es256(Es256SigningKey::generate(rng)),
            Algorithm::Sm2 => Self::Sm2(Sm2SigningKey::generate(rng)),
        }
    }

    /// The key of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Scalar`].
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(match algorithm {
            Algorithm::Es256 => Self::Es256(Es256SigningKey::from_bytes(bytes)?),
            Algorithm::Sm2 => Self::Sm2(Sm2SigningKey::from_bytes(bytes)?),
        })
    }

    /// The key of a PKCS#8 PEM, whose curve says which algorithm.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let es256 = Es256SigningKey::from_pkcs8_pem(pem).map(Self::Es256);
        es256.or_else(|_| Sm2SigningKey::from_pkcs8_pem(pem).map(Self::Sm2))
    }

    /// The PKCS#8 PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a key does not cause.
    pub fn to_pkcs8_pem(&self) -> Result<zeroize::Zeroizing<String>, KeyError> {
        match self {
            Self::Es256(key) => key.to_pkcs8_pem(),
            Self::Sm2(key) => key.to_pkcs8_pem(),
        }
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Es256(key) => PublicKey::Es256(key.public_key()),
            Self::Sm2(key) => PublicKey::Sm2(key.public_key()),
        }
    }

    /// A JOSE signature with a deterministic nonce (RFC 6979); SM2 with [`JOSE_DISTID`].
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], if a nonce gave a signature outside its range: with probability about 2^-250.
    pub fn sign(&self, message: &[u8]) -> Result<RawSignature, SignatureError> {
        match self {
            Self::Es256(key) => key.sign(message),
            Self::Sm2(key) => key.sign(&Distid::jose(), message),
        }
    }
}
