//! An answer on the conventional path: what crosses the wire.
//!
//! `SP`, version, path 1, curve; then for each credential of the policy the length (4 bytes) and text of its SD-JWT with key
//! binding; then the linked proof, if the request asks for one (spec/conventional, "Answer").

use super::sd_jwt::{KeyBoundSdJwt, SdJwtError};
use crate::{
    codec::{DecodeError, Kind, Reader},
    policy::{Path, Plan},
    presentation::header,
    proof::linked::LinkedProof,
};

/// An answer as its holder makes it.
pub struct Answer {
    pub(crate) presented: Vec<KeyBoundSdJwt>,
    pub(crate) proof: Option<LinkedProof>,
}

/// An answer before its SD-JWTs and its proof are decoded.
pub(crate) struct Opened<'a> {
    pub(crate) texts: Vec<&'a str>,
    pub(crate) proof: &'a [u8],
}

impl Answer {
    /// The path that it answers on.
    #[must_use]
    pub const fn path(&self) -> Path {
        Path::Conventional
    }

    /// The SD-JWTs with their key bindings, one for each credential of the policy: what a stock verifier of RFC 9901 takes.
    #[must_use]
    pub fn sd_jwts(&self) -> Vec<String> {
        self.presented.iter().map(KeyBoundSdJwt::to_text).collect()
    }

    /// The bytes.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`] if no verifier would take them.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SdJwtError> {
        let mut out = header(Path::Conventional).to_vec();
        for text in self.sd_jwts() {
            let length = u32::try_from(text.len()).map_err(|_| SdJwtError::TooLarge)?;
            out.extend(length.to_be_bytes());
            out.extend(text.as_bytes());
        }
        out.extend(self.proof.iter().flat_map(LinkedProof::to_bytes));
        Kind::PRESENTATION.check_size(&out).map_err(|_| SdJwtError::TooLarge)?;
        Ok(out)
    }

    /// The parts of an answer to the verifier's own request, which says how many there are.
    pub(crate) fn open<'a>(plan: &Plan, bytes: &'a [u8]) -> Result<Opened<'a>, DecodeError> {
        Kind::PRESENTATION.check_size(bytes)?;
        let mut reader = Reader::new(bytes);
        reader.header(&header(Path::Conventional))?;
        let mut texts = Vec::with_capacity(plan.credentials.len());
        for _ in &plan.credentials {
            let length = u32::from_be_bytes(reader.array()?);
            let text = reader.take(usize::try_from(length).map_err(|_| DecodeError::Truncated)?)?;
            texts.push(std::str::from_utf8(text).map_err(|_| DecodeError::NotUtf8)?);
        }
        let rest = reader.remaining();
        Ok(Opened { texts, proof: reader.take(rest)? })
    }
}
