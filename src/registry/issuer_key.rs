//! An issuer's key in the bundle, and what it takes to rely on it.

use super::{BundleError, IssuerKeyBytes, IssuerKeyDocument, IssuerKeyId};
use crate::codec::Identifier;
use crate::digest::Digest;
use crate::signature::{Algorithm, Es256PublicKey, JOSE_DISTID, PublicKey, Sm2PublicKey};
use crate::suite::{Suite, SuiteKey};
use crate::time::Validity;
use shiming_circuits::{domain, eddsa};
use std::collections::{BTreeMap, BTreeSet};

/// Why the bytes of a registered key are not relied on. It costs their issuer, not everybody.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Not a point that the suite takes.
    #[error("the bytes are no key of their suite")]
    Point,
    /// Whoever registered the key has not shown that he has it.
    #[error("KEY-POSSESSION: the proof of possession does not verify")]
    Possession,
}

/// A key that signs credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKey {
    id: IssuerKeyId,
    owner: Identifier,
    written: IssuerKeyDocument,
    schemas: BTreeSet<Identifier>,
    validity: Validity,
}

impl IssuerKey {
    pub(super) fn new(
        owner: &Identifier,
        written: &IssuerKeyDocument,
        known: &BTreeMap<Identifier, Digest>,
    ) -> Result<Self, BundleError> {
        let id = IssuerKeyId::of(written.suite, &written.key, written.distid.as_ref());
        let parts = (written.distid.is_some(), written.sd_jwt.is_some(), written.possession.is_some());
        let expected = match written.suite {
            Suite::Native => (false, true, false),
            Suite::Sm2Sm3 => (true, false, true),
            Suite::Es256 => (false, false, true),
        };
        if parts != expected {
            return Err(BundleError::KeyForm(id));
        }
        if written.distid.as_ref().is_some_and(|distid| distid.as_str() == JOSE_DISTID) {
            return Err(BundleError::Distid(id));
        }
        if written.schemas.is_empty() {
            return Err(BundleError::NoSchemas(id));
        }
        if let Some(schema) = written.schemas.iter().find(|schema| !known.contains_key(schema)) {
            return Err(BundleError::UnknownSchema { key: id, schema: schema.clone() });
        }
        let validity =
            Validity::new(written.not_before, written.not_after).map_err(|_| BundleError::ReversedValidity(id))?;
        let schemas = written.schemas.iter().cloned().collect();
        Ok(Self { id, owner: owner.clone(), written: written.clone(), schemas, validity })
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> IssuerKeyId {
        self.id
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.written.suite
    }

    /// The encoded key.
    #[must_use]
    pub fn bytes(&self) -> &IssuerKeyBytes {
        &self.written.key
    }

    /// When its credentials are accepted.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// The schemas that it may sign.
    pub fn schemas(&self) -> impl Iterator<Item = &Identifier> {
        self.schemas.iter()
    }

    /// Whether it may sign credentials of a schema.
    #[must_use]
    pub fn may_sign(&self, schema: &Identifier) -> bool {
        self.schemas.contains(schema)
    }

    /// The points of standard curves that this key signs with: no other party of the bundle may have one of them.
    pub(super) fn external_points(&self) -> Vec<(Algorithm, [u8; 64])> {
        let own = |algorithm| vec![(algorithm, *self.written.key.as_bytes())];
        match self.written.suite {
            Suite::Native => self.written.sd_jwt.iter().map(|key| (key.algorithm(), key.to_point_bytes())).collect(),
            Suite::Sm2Sm3 => own(Algorithm::Sm2),
            Suite::Es256 => own(Algorithm::Es256),
        }
    }

    /// The key that verifies TBS signatures and the one that verifies SD-JWTs.
    ///
    /// KEY-POSSESSION: in every suite but `native`, only after the issuer's signature over [`possession_message`] verifies. A
    /// key that was chosen as a function of somebody else's point has no known secret and so cannot sign.
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn verifying(&self) -> Result<(SuiteKey, PublicKey), KeyFault> {
        let (bytes, point) = (self.written.key.as_bytes(), |_| KeyFault::Point);
        let (key, sd_jwt) = match (self.written.suite, &self.written.distid, self.written.sd_jwt) {
            (Suite::Native, None, Some(sd_jwt)) => {
                let key = eddsa::PublicKey::from_bytes(bytes).map_err(|_| KeyFault::Point)?;
                return Ok((SuiteKey::Native(key), sd_jwt));
            }
            (Suite::Sm2Sm3, Some(distid), None) => {
                let key = Sm2PublicKey::from_point_bytes(bytes).map_err(point)?;
                (SuiteKey::Sm2Sm3 { key, distid: distid.clone() }, PublicKey::Sm2(key))
            }
            (Suite::Es256, None, None) => {
                let key = Es256PublicKey::from_point_bytes(bytes).map_err(point)?;
                (SuiteKey::Es256(key), PublicKey::Es256(key))
            }
            // `new` has refused every other form.
            _ => return Err(KeyFault::Point),
        };
        let proof = self.written.possession.ok_or(KeyFault::Possession)?;
        key.verify_bytes(&possession_message(&self.owner, &self.id), &proof).map_err(|_| KeyFault::Possession)?;
        Ok((key, sd_jwt))
    }
}

/// What an issuer signs to prove that it has the key that it registers: `domain::KEY_POSSESSION`, then the digest of the issuer's
/// id and the key's id under the same tag; SM2 under the identifier of TBS signatures. No TBS (they begin with `SM`) and no
/// SD-JWT (they begin with `eyJ`) is such a message.
#[must_use]
pub fn possession_message(issuer: &Identifier, key: &IssuerKeyId) -> Vec<u8> {
    let digest = Digest::of(domain::KEY_POSSESSION, &[issuer.as_bytes(), key.digest().as_bytes()]);
    [domain::KEY_POSSESSION, digest.as_bytes()].concat()
}
