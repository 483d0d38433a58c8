//! SM2 with SM3 (GB/T 32918.2-2016, with the curve of GB/T 32918.5-2017).
//!
//! A signature is over `e = SM3(Z_A || M)`, where `Z_A` hashes the distinguishing identifier, the curve and the key. The
//! identifier is always explicit here: a default would let one party sign for another purpose than it thinks.

use super::{KeyError, POINT_BYTES, RawSignature, SignatureError};
use ::sm2::{
    NonZeroScalar, Scalar, SecretKey,
    dsa::{
        Signature, SigningKey, VerifyingKey,
        signature::{Signer, Verifier},
    },
    elliptic_curve::{
        Generate,
        sec1::{FromSec1Point, ToSec1Point},
    },
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding},
};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use shiming_circuits::sm2::{MAX_DISTID_BYTES, z_a};
use sm3::{Digest, Sm3};
use std::fmt;
use zeroize::Zeroizing;

/// The identifier of JOSE signatures, which GM/T 0009 gives to whoever has none of his own.
pub const JOSE_DISTID: &str = "1234567812345678";

/// The greatest length of an identifier: its length in bits has 16 bits (GB/T 32918.2, section 5.5).
pub const DISTID_CAP: usize = MAX_DISTID_BYTES;

/// A distinguishing identifier: 1 to 8,191 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Distid(String);

impl Distid {
    /// The identifier of a text.
    ///
    /// # Errors
    ///
    /// [`KeyError::Distid`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let fits = (1..=DISTID_CAP).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_graphic() || c == b' ');
        if fits { Ok(Self(text.to_owned())) } else { Err(KeyError::Distid) }
    }

    /// [`JOSE_DISTID`].
    #[must_use]
    pub fn jose() -> Self {
        Self(JOSE_DISTID.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Distid {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A public key: a point of the SM2 curve, not the identity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sm2PublicKey(::sm2::PublicKey);

impl Sm2PublicKey {
    /// The key at a point, x and y.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_point_bytes(bytes: &[u8; POINT_BYTES]) -> Result<Self, KeyError> {
        let point = ::sm2::Sec1Point::from_untagged_bytes(bytes.into());
        Option::from(::sm2::PublicKey::from_sec1_point(&point)).map(Self).ok_or(KeyError::Point)
    }

    /// The key of an SPKI PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_spki_pem(pem: &str) -> Result<Self, KeyError> {
        ::sm2::PublicKey::from_public_key_pem(pem).map(Self).map_err(|_| KeyError::Pem)
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
        super::es256::untagged(self.0.to_sec1_point(false).as_bytes())
    }

    /// `e = SM3(Z_A || message)`, which is what hardware signs that hashes outside.
    ///
    /// # Errors
    ///
    /// [`KeyError::Distid`], which a [`Distid`] does not cause.
    pub fn digest(&self, distid: &Distid, message: &[u8]) -> Result<[u8; 32], KeyError> {
        Ok(Sm3::new().chain_update(self.identity_hash(distid)?).chain_update(message).finalize().into())
    }

    /// `Z_A = SM3(ENTL || ID || a || b || x_G || y_G || x_A || y_A)` (GB/T 32918.2, section 5.5).
    ///
    /// # Errors
    ///
    /// [`KeyError::Distid`], which a [`Distid`] does not cause.
    pub fn identity_hash(&self, distid: &Distid) -> Result<[u8; 32], KeyError> {
        z_a(distid.0.as_bytes(), &self.to_point_bytes()).map_err(|_| KeyError::Distid)
    }

    /// Verifies a signature under an identifier.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], [`SignatureError::Invalid`].
    pub fn verify(&self, distid: &Distid, message: &[u8], signature: &RawSignature) -> Result<(), SignatureError> {
        let signature = Signature::from_slice(signature.as_bytes()).map_err(|_| SignatureError::Range)?;
        let key = VerifyingKey::new(distid.as_str(), self.0).map_err(|_| SignatureError::Invalid)?;
        key.verify(message, &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for Sm2PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sm2PublicKey({})", crate::codec::to_base64url(&self.to_point_bytes()))
    }
}

/// A private key. Wiped when dropped, and without `Debug`.
#[derive(Clone)]
pub struct Sm2SigningKey(SecretKey);

impl Sm2SigningKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SecretKey::from(NonZeroScalar::generate_from_rng(rng)))
    }

    /// The key of 32 big-endian bytes.
    ///
    /// # Errors
    ///
    /// [`KeyError::Scalar`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SecretKey::from_slice(bytes).map_err(|_| KeyError::Scalar)?;
        if signs(&key) { Ok(Self(key)) } else { Err(KeyError::Scalar) }
    }

    /// The 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The key of a PKCS#8 PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], [`KeyError::Scalar`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let key = SecretKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Pem)?;
        if signs(&key) { Ok(Self(key)) } else { Err(KeyError::Scalar) }
    }

    /// The PKCS#8 PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a key does not cause.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> Sm2PublicKey {
        Sm2PublicKey(self.0.public_key())
    }

    /// Signs under an identifier, with a deterministic nonce (RFC 6979 with SM3).
    ///
    /// # Errors
    ///
    /// [`SignatureError::Range`], if a nonce gave a signature outside its range: with probability about 2^-250.
    pub fn sign(&self, distid: &Distid, message: &[u8]) -> Result<RawSignature, SignatureError> {
        let key = SigningKey::new(distid.as_str(), &self.0).map_err(|_| SignatureError::Range)?;
        let signature: Signature = key.try_sign(message).map_err(|_| SignatureError::Range)?;
        Ok(RawSignature::from_bytes(signature.to_bytes().into()))
    }
}

/// Whether a key is one of GB/T 32918.2, section 5.2: d is at most n - 2, since signing inverts 1 + d.
fn signs(key: &SecretKey) -> bool {
    *key.to_nonzero_scalar() != -Scalar::ONE
}
