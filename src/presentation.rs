//! A presentation on the zero-knowledge path: what crosses the wire.
//!
//! `SP`, version, path, curve; then for each credential of the policy the issuer key id (32 bytes) and the disclosed values, each
//! as wide as its slot; then the linked proof. The request fixes every length (spec/presentation, "Encoding").

use crate::{
    codec::{DecodeError, Kind, Reader},
    digest::Digest,
    policy::{Path, Plan},
    proof::linked::LinkedProof,
    registry::IssuerKeyId,
    statement::Stated,
};
use ark_ff::PrimeField;
use shiming_circuits::{
    field::{CURVE_ID, FR_BYTES, Fr, fr_to_bytes},
    slots::WIDTHS,
};

const MAGIC: [u8; 2] = *b"SP";
const VERSION: u8 = 1;

/// How the bytes of an answer on a path begin.
pub(crate) const fn header(path: Path) -> [u8; 5] {
    let path = match path {
        Path::Zk => 0,
        Path::Conventional => 1,
    };
    [MAGIC[0], MAGIC[1], VERSION, path, CURVE_ID]
}

/// The path that the bytes of an answer begin with.
///
/// # Errors
///
/// [`DecodeError::Truncated`], [`DecodeError::WrongHeader`].
pub fn path_of(bytes: &[u8]) -> Result<Path, DecodeError> {
    let start: [u8; 5] = Reader::new(bytes).array()?;
    let named = [Path::Zk, Path::Conventional].into_iter().find(|path| header(*path) == start);
    named.ok_or(DecodeError::WrongHeader)
}

/// The media type of a presentation.
pub const MEDIA_TYPE: &str = "application/vnd.shiming.presentation";

/// A presentation as its holder makes it.
pub struct Presentation {
    pub(crate) stated: Vec<Stated>,
    pub(crate) proof: LinkedProof,
}

/// A presentation before its proof is decoded, which takes the statement.
pub(crate) struct Opened<'a> {
    pub(crate) stated: Vec<Stated>,
    pub(crate) proof: &'a [u8],
}

impl Presentation {
    /// The path that it answers on.
    #[must_use]
    pub const fn path(&self) -> Path {
        Path::Zk
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self, plan: &Plan) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        out.extend(header(Path::Zk));
        for (stated, credential) in self.stated.iter().zip(&plan.credentials) {
            out.extend(stated.key.digest().as_bytes());
            for (value, slot) in stated.disclosed.iter().zip(&credential.disclosed) {
                let bytes = fr_to_bytes(value);
                let width = WIDTHS.get(*slot).copied().unwrap_or(FR_BYTES);
                out.extend(bytes.iter().skip(FR_BYTES - width));
            }
        }
        out.extend(self.proof.to_bytes());
        out
    }

    /// The part in the clear, for the plan of the verifier's own request.
    ///
    /// # Errors
    ///
    /// [`DecodeError`], one variant per cause.
    pub(crate) fn open<'a>(plan: &Plan, bytes: &'a [u8]) -> Result<Opened<'a>, DecodeError> {
        Kind::PRESENTATION.check_size(bytes)?;
        let mut reader = Reader::new(bytes);
        reader.header(&header(Path::Zk))?;
        let mut stated = Vec::with_capacity(plan.credentials.len());
        for credential in &plan.credentials {
            let key = IssuerKeyId::from_digest(Digest::from_bytes(reader.array()?));
            let mut disclosed = Vec::with_capacity(credential.disclosed.len());
            for slot in &credential.disclosed {
                let width = WIDTHS.get(*slot).copied().unwrap_or(FR_BYTES);
                // Slot 0 is never disclosed and every other slot is shorter than the modulus, so nothing is reduced.
                disclosed.push(Fr::from_be_bytes_mod_order(reader.take(width)?));
            }
            stated.push(Stated { key, disclosed });
        }
        let rest = reader.remaining();
        Ok(Opened { stated, proof: reader.take(rest)? })
    }
}
