//! Verifying keys: canonical bytes, identity, and the form that verification uses.

use super::{KeyError, RelationSpec, lint::lint};
use crate::{
    digest::Digest,
    proof::points::{RawReader, put_raw_g1, put_raw_g2},
};
use shiming_circuits::{
    domain,
    field::{CURVE_ID, G1Affine, G2Affine},
    relation::Relation,
};

const MAGIC: &[u8; 4] = b"SMVK";
const VERSION: u8 = 1;

/// The SHA-256 digest of a verifying key's canonical bytes: what requests, trust bundles and transcripts name.
pub type KeyId = Digest;

/// The points of a verifying key, not yet linted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) spec: RelationSpec,
    pub(crate) development: bool,
    pub(crate) alpha_g1: G1Affine,
    pub(crate) beta_g1: G1Affine,
    pub(crate) beta_g2: G2Affine,
    pub(crate) delta_g1: G1Affine,
    pub(crate) delta_g2: G2Affine,
    pub(crate) ic: Vec<G1Affine>,
}

/// A linted verifying key of one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey(Parts);

impl VerifyingKey {
    /// A key of the development setup, not linted yet: the lint runs when it is decoded or put in a ring.
    pub(crate) fn development<R: Relation>(
        alpha_g1: G1Affine,
        beta_g1: G1Affine,
        beta_g2: G2Affine,
        delta_g1: G1Affine,
        delta_g2: G2Affine,
        ic: Vec<G1Affine>,
    ) -> Self {
        let spec = RelationSpec::of::<R>();
        Self(Parts { spec, development: true, alpha_g1, beta_g1, beta_g2, delta_g1, delta_g2, ic })
    }

    /// A key from its points, linted.
    pub(crate) fn from_parts(parts: Parts) -> Result<Self, KeyError> {
        lint(&parts)?;
        Ok(Self(parts))
    }

    /// A key that no rule was checked on; see [`crate::danger`].
    pub(crate) fn from_parts_without_lint(parts: Parts) -> Self {
        Self(parts)
    }

    /// The points.
    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// Every lint rule that one key can be checked for by itself.
    ///
    /// # Errors
    ///
    /// The first rule that the key breaks.
    pub fn lint(&self) -> Result<(), KeyError> {
        lint(&self.0)
    }

    /// The relation that the key is for.
    #[must_use]
    pub fn spec(&self) -> RelationSpec {
        self.0.spec
    }

    /// Whether the key comes from the insecure development setup.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.0.development
    }

    pub(crate) fn alpha_g1(&self) -> G1Affine {
        self.0.alpha_g1
    }

    pub(crate) fn beta_g2(&self) -> G2Affine {
        self.0.beta_g2
    }

    /// The canonical bytes: `SMVK`, version, curve, development flag, name (1-byte length), number of instance points (4 bytes),
    /// then raw points alpha_1, beta_1, beta_2, delta_1, delta_2 and the instance points.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = &self.0;
        let mut out = Vec::with_capacity(512 + 64 * parts.ic.len());
        out.extend(MAGIC);
        out.extend([VERSION, CURVE_ID, u8::from(parts.development), parts.spec.name.len() as u8]);
        out.extend(parts.spec.name.as_bytes());
        out.extend((parts.ic.len() as u32).to_be_bytes());
        put_raw_g1(&mut out, &parts.alpha_g1);
        put_raw_g1(&mut out, &parts.beta_g1);
        put_raw_g2(&mut out, &parts.beta_g2);
        put_raw_g1(&mut out, &parts.delta_g1);
        put_raw_g2(&mut out, &parts.delta_g2);
        parts.ic.iter().for_each(|p| put_raw_g1(&mut out, p));
        out
    }

    /// The key of canonical bytes, for the named relation, linted.
    ///
    /// # Errors
    ///
    /// [`KeyError`], one variant per cause.
    pub fn from_bytes(spec: RelationSpec, bytes: &[u8]) -> Result<Self, KeyError> {
        let mut reader = RawReader(bytes);
        if reader.take(4)? != MAGIC {
            return Err(KeyError::Header);
        }
        let &[version, curve, development, name_length] = reader.take(4)? else { return Err(KeyError::Header) };
        if version != VERSION || curve != CURVE_ID || development > 1 {
            return Err(KeyError::Header);
        }
        let name = reader.take(name_length.into())?;
        if name != spec.name.as_bytes() {
            return Err(KeyError::Relation { found: String::from_utf8_lossy(name).into_owned() });
        }
        let (expected, found) = (spec.public + spec.hidden + 1, reader.u32()?);
        if found != expected {
            return Err(KeyError::Size { expected, found });
        }
        let parts = Parts {
            spec,
            development: development == 1,
            alpha_g1: reader.g1()?,
            beta_g1: reader.g1()?,
            beta_g2: reader.g2()?,
            delta_g1: reader.g1()?,
            delta_g2: reader.g2()?,
            ic: (0..found).map(|_| reader.g1()).collect::<Result<_, _>>()?,
        };
        if !reader.0.is_empty() {
            return Err(KeyError::TrailingBytes);
        }
        Self::from_parts(parts)
    }

    /// The digest of the canonical bytes.
    #[must_use]
    pub fn id(&self) -> KeyId {
        Digest::of(domain::KEY_ID, &[&self.to_bytes()])
    }
}
