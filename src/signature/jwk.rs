//! Public keys as JSON Web Keys (RFC 7517; RFC 7518, section 6.2). The curve of SM2 keys is `SM2-P-256`.

use super::{Algorithm, KeyError, POINT_BYTES, PublicKey};
use crate::codec::base64url_array;
use serde::{Deserialize, Serialize};

/// The members of an EC key and nothing else: `{"crv":"P-256","kty":"EC","x":"...","y":"..."}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    crv: String,
    kty: String,
    #[serde(with = "base64url_array")]
    x: [u8; POINT_BYTES / 2],
    #[serde(with = "base64url_array")]
    y: [u8; POINT_BYTES / 2],
}

const fn curve(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Es256 => "P-256",
        Algorithm::Sm2 => "SM2-P-256",
    }
}

impl From<&PublicKey> for Jwk {
    fn from(key: &PublicKey) -> Self {
        let (mut x, mut y) = ([0u8; POINT_BYTES / 2], [0u8; POINT_BYTES / 2]);
        let point = key.to_point_bytes();
        let (high, low) = point.split_at(POINT_BYTES / 2);
        x.copy_from_slice(high);
        y.copy_from_slice(low);
        Self { crv: curve(key.algorithm()).to_owned(), kty: "EC".to_owned(), x, y }
    }
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        Self::from(&key)
    }
}

impl TryFrom<Jwk> for PublicKey {
    type Error = KeyError;

    fn try_from(jwk: Jwk) -> Result<Self, KeyError> {
        Self::try_from(&jwk)
    }
}

impl TryFrom<&Jwk> for PublicKey {
    type Error = KeyError;

    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        let algorithm = Algorithm::ALL.into_iter().find(|a| curve(*a) == jwk.crv).ok_or(KeyError::Jwk)?;
        if jwk.kty != "EC" {
            return Err(KeyError::Jwk);
        }
        let mut point = [0u8; POINT_BYTES];
        point.iter_mut().zip(jwk.x.iter().chain(&jwk.y)).for_each(|(to, byte)| *to = *byte);
        Self::from_point_bytes(algorithm, &point)
    }
}
