//! ECDSA on P-256 with SHA-256 (FIPS 186-5; RFC 7518, section 3.4; deterministic nonces of RFC 6979).

use super::{KeyError, POINT_BYTES, RawSignature, SignatureError};
use crate::codec::{base64url_array, to_base64url};
use p256::{
    ecdsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{Signer, Verifier},
    },
    elliptic_curve::Generate,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding},
};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;
use zeroize::Zeroizing;

/// The length of a compressed P-256 point (SEC 1, section 2.3.3).
pub const PUBLIC_KEY_BYTES: usize = 33;

/// A P-256 private key. Wiped when dropped, and without `Debug`.
#[derive(Clone)]
pub struct Es256SigningKey(SigningKey);

impl Es256SigningKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SigningKey::generate_from_rng(rng))
    }

    /// The key of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Scalar`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_slice(bytes).map(Self).map_err(|_| KeyError::Scalar)
    }

    /// The 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The key of a PKCS#8 PEM (RFC 5958, RFC 7468).
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::Pem)
    }

    /// The PKCS#8 PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a P-256 key does not cause.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> Es256PublicKey {
        Es256PublicKey(*self.0.verifying_key())
    }

    /// Signs with a deterministic nonce.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], if a nonce gave a signature outside its range: with probability about 2^-250.
    pub fn sign(&self, message: &[u8]) -> Result<RawSignature, SignatureError> {
        let signature: Signature = self.0.try_sign(message).map_err(|_| SignatureError::Range)?;
        Ok(RawSignature::from_bytes(signature.to_bytes().into()))
    }
}

/// A P-256 public key: a point of the curve, not the identity. In JSON base64url of its 33 compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Es256PublicKey(VerifyingKey);

impl Es256PublicKey {
    /// The key of a compressed point.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_BYTES]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| KeyError::Point)?;
        // SEC 1 has a compact form of the same length.
        if key.to_bytes() == *bytes { Ok(key) } else { Err(KeyError::Point) }
    }

    /// The key at a point, x and y.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_point_bytes(bytes: &[u8; POINT_BYTES]) -> Result<Self, KeyError> {
        let point = p256::Sec1Point::from_untagged_bytes(bytes.into());
        VerifyingKey::from_sec1_point(&point).map(Self).map_err(|_| KeyError::Point)
    }

    /// The key of an SPKI PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_spki_pem(pem: &str) -> Result<Self, KeyError> {
        VerifyingKey::from_public_key_pem(pem).map(Self).map_err(|_| KeyError::Pem)
    }

    /// The SPKI PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a key does not cause.
    pub fn to_spki_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// x and y.
    #[must_use]
    pub fn to_point_bytes(&self) -> [u8; POINT_BYTES] {
        untagged(self.0.to_sec1_point(false).as_bytes())
    }

    /// Verifies a signature; s above half the order is accepted, as RFC 7518 does.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], [`SignatureError::Invalid`].
    pub fn verify(&self, message: &[u8], signature: &RawSignature) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(signature.as_bytes()).map_err(|_| SignatureError::Range)?;
        self.0.verify(message, &signature).map_err(|_| SignatureError::Invalid)
    }

    /// The compressed point.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PUBLIC_KEY_BYTES] {
        let mut bytes = [0u8; PUBLIC_KEY_BYTES];
        // A key is not the identity, so its compressed form has all 33 bytes.
        bytes.iter_mut().zip(self.0.to_sec1_point(true).as_bytes()).for_each(|(to, byte)| *to = *byte);
        bytes
    }
}

impl fmt::Debug for Es256PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Es256PublicKey({})", to_base64url(&self.to_bytes()))
    }
}

impl Serialize for Es256PublicKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        base64url_array::serialize(&self.to_bytes(), to)
    }
}

impl<'de> Deserialize<'de> for Es256PublicKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_bytes(&base64url_array::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// x and y of an uncompressed SEC 1 point, which has all 65 bytes since a key is not the identity.
pub(super) fn untagged(sec1: &[u8]) -> [u8; POINT_BYTES] {
    let mut bytes = [0u8; POINT_BYTES];
    bytes.iter_mut().zip(sec1.iter().skip(1)).for_each(|(to, byte)| *to = *byte);
    bytes
}
