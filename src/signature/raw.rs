//! Signatures as 64 bytes, and their DER.

use super::SignatureError;
use crate::codec::base64url_array;
use der::{Encode, Reader, SliceReader, asn1::UintRef};
use serde::{Deserialize, Serialize};

/// The length of `r || s`.
pub const RAW_SIGNATURE_BYTES: usize = 64;

const SCALAR_BYTES: usize = 32;

/// `r || s`, each 32 bytes big-endian; whether they are in range, the key's algorithm decides. In JSON base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawSignature(#[serde(with = "base64url_array")] [u8; RAW_SIGNATURE_BYTES]);

impl RawSignature {
    /// The signature with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; RAW_SIGNATURE_BYTES]) -> Self {
        Self(bytes)
    }

    /// The signature of a DER SEQUENCE of two INTEGERs (RFC 3279, section 2.2.3), in its one encoding.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Der`].
    pub fn from_der(bytes: &[u8]) -> Result<Self, SignatureError> {
        let parse = || -> der::Result<(UintRef<'_>, UintRef<'_>)> {
            let mut reader = SliceReader::new(bytes)?;
            let both = reader.sequence(|inner| Ok::<_, der::Error>((inner.decode()?, inner.decode()?)))?;
            reader.finish()?;
            Ok(both)
        };
        let (r, s) = parse().map_err(|_| SignatureError::Der)?;
        let mut raw = [0u8; RAW_SIGNATURE_BYTES];
        for (place, integer) in raw.chunks_exact_mut(SCALAR_BYTES).zip([r, s]) {
            let integer = integer.as_bytes();
            let start = SCALAR_BYTES.checked_sub(integer.len()).ok_or(SignatureError::Der)?;
            place.iter_mut().skip(start).zip(integer).for_each(|(to, byte)| *to = *byte);
        }
        let signature = Self(raw);
        // Belt and braces: whatever the parser let through must be what is written again.
        if signature.to_der()? == bytes { Ok(signature) } else { Err(SignatureError::Der) }
    }

    /// What a signer returned: 64 raw bytes, or DER. No signature of 64 bytes is met whose raw form is DER by accident: both
    /// integers would have to be 3 bytes short, one in 2^48.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Length`] for something that is neither, [`SignatureError::Der`].
    pub fn from_raw_or_der(bytes: &[u8]) -> Result<Self, SignatureError> {
        match (bytes.try_into(), bytes.first()) {
            (Ok(raw), _) => Ok(Self(raw)),
            (Err(_), Some(0x30)) => Self::from_der(bytes),
            (Err(_), _) => Err(SignatureError::Length),
        }
    }

    /// The 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; RAW_SIGNATURE_BYTES] {
        &self.0
    }

    /// The DER.
    ///
    /// # Errors
    ///
    /// [`SignatureError::Der`], which 64 bytes do not cause.
    pub fn to_der(&self) -> Result<Vec<u8>, SignatureError> {
        let (r, s) = self.0.split_at(SCALAR_BYTES);
        let encode = || -> der::Result<Vec<u8>> {
            let mut content = Vec::new();
            UintRef::new(r)?.encode_to_vec(&mut content)?;
            UintRef::new(s)?.encode_to_vec(&mut content)?;
            let mut out = Vec::new();
            der::Header::new(der::Tag::Sequence, der::Length::try_from(content.len())?).encode_to_vec(&mut out)?;
            out.extend(content);
            Ok(out)
        };
        encode().map_err(|_| SignatureError::Der)
    }
}
