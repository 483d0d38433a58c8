//! A trust bundle with everything it names loaded: keys, schemas, issuer points.
//!
//! All three roles work against one of these. Loading checks that the local keys are the ones that the bundle pins.

use crate::{
    digest::Digest,
    keys::{KeyId, VerifyingKeys},
    proof::relation_key::{PublicInputs, RelationKey},
    registry::{IssuerKeyId, TrustBundle},
    schema::{Schema, Schemas},
    signature::PublicKey,
    suite::{ProvableKey, SuiteKey},
};
use shiming_circuits::slots::Header;
use std::{collections::BTreeMap, sync::Arc};
use thiserror::Error;

/// Why a trust bundle and local keys do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The local verifying key of a relation is not the pinned one.
    #[error("the verifying key of {relation} is {found}, the trust bundle pins {expected}")]
    KeyMismatch {
        /// The relation.
        relation: String,
        /// The pinned key.
        expected: KeyId,
        /// The local key.
        found: KeyId,
    },
    /// The bundle and the key disagree whether the key comes from the insecure setup.
    #[error("the trust bundle and the verifying key of {relation} disagree whether it is a development key")]
    DevelopmentFlag {
        /// The relation.
        relation: String,
    },
    /// The local table of a schema is not the one of the bundle.
    #[error("the local table of schema {schema} is not the one of the trust bundle")]
    SchemaDigest {
        /// The schema.
        schema: String,
    },
    /// The trust bundle does not name a relation.
    #[error("the trust bundle has no key for {relation}")]
    Missing {
        /// The relation.
        relation: String,
    },
    /// A schema that an issuer may sign is not known.
    #[error("issuer {issuer} may sign the unknown schema {schema}")]
    Schema {
        /// The issuer.
        issuer: String,
        /// The schema.
        schema: String,
    },
}

/// An issuer key whose bytes have been checked.
pub(crate) struct LoadedKey {
    /// What verifies the signatures over TBS.
    pub(crate) tbs: SuiteKey,
    /// What verifies SD-JWTs.
    pub(crate) sd_jwt: PublicKey,
    /// The key as its relation takes it; `None` if this party has no key of the relation.
    pub(crate) provable: Option<ProvableKey>,
    /// The public instances of the credential relation for each schema id, folded: computed from the key itself, once, never
    /// taken from anybody.
    points: BTreeMap<u16, PublicInputs>,
}

/// A trust bundle, loaded.
pub struct Trust {
    bundle: TrustBundle,
    keys: VerifyingKeys,
    schemas: Schemas,
    issuer_keys: BTreeMap<IssuerKeyId, LoadedKey>,
}

impl Trust {
    /// Loads a bundle. Folds every issuer key's window table into one point for each schema it may sign.
    ///
    /// # Errors
    ///
    /// [`LoadError`], one variant per cause.
    pub fn load(bundle: TrustBundle, keys: VerifyingKeys, schemas: Schemas) -> Result<Self, LoadError> {
        for (relation, found) in keys.ids() {
            let pinned = bundle.relations().find(|(name, _)| name.as_str() == relation);
            match pinned.map(|(_, trusted)| *trusted.key_id()) {
                None => return Err(LoadError::Missing { relation }),
                Some(expected) if expected != found => {
                    return Err(LoadError::KeyMismatch { relation, expected, found });
                }
                Some(_) => {}
            }
            let flag = pinned.is_some_and(|(_, trusted)| trusted.is_development());
            if keys.get(&relation).is_none_or(|key| key.verifying().is_development() != flag) {
                return Err(LoadError::DevelopmentFlag { relation });
            }
        }
        let differs = |s: &&Arc<Schema>| bundle.schema(s.name()).is_some_and(|digest| *digest != s.digest());
        if let Some(schema) = schemas.iter().find(differs) {
            return Err(LoadError::SchemaDigest { schema: schema.name().to_string() });
        }
        let mut issuer_keys = BTreeMap::new();
        for (issuer, trusted) in bundle.issuers().flat_map(|i| i.keys().iter().map(move |key| (i.id(), key))) {
            // Bytes that are no key cost their issuer, not everybody: a credential under them is `InvalidIssuerKey`.
            let Ok((tbs, sd_jwt)) = trusted.verifying() else { continue };
            // Without the relation's key nothing can be proved or verified, and requests say which is missing.
            let relation = keys.get(tbs.suite().relation());
            let provable = relation.and_then(|_| ProvableKey::new(&tbs));
            let mut points = BTreeMap::new();
            for name in trusted.schemas() {
                let unknown = || LoadError::Schema { issuer: issuer.to_string(), schema: name.to_string() };
                let schema = schemas.get(name.as_str()).ok_or_else(unknown)?;
                if let (Some(relation), Some(provable)) = (relation, &provable) {
                    let public = provable.public(Header::new(schema.id()));
                    let inputs = relation.named_public_inputs(trusted.id().digest(), &public);
                    points.extend(inputs.map(|inputs| (schema.id(), inputs)));
                }
            }
            issuer_keys.insert(trusted.id(), LoadedKey { tbs, sd_jwt, provable, points });
        }
        Ok(Self { bundle, keys, schemas, issuer_keys })
    }

    /// The bundle.
    #[must_use]
    pub fn bundle(&self) -> &TrustBundle {
        &self.bundle
    }

    /// The verifying keys.
    #[must_use]
    pub fn keys(&self) -> &VerifyingKeys {
        &self.keys
    }

    /// The schemas.
    #[must_use]
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    pub(crate) fn relation(&self, name: &str) -> Option<&Arc<RelationKey>> {
        self.keys.get(name)
    }

    /// An issuer's key, if its bytes are one and, where the suite asks for it, its possession is proven.
    pub(crate) fn issuer_key(&self, key: &IssuerKeyId) -> Option<&LoadedKey> {
        self.issuer_keys.get(key)
    }

    /// The public instances of an issuer key for a schema.
    pub(crate) fn issuer_point(&self, key: &IssuerKeyId, schema: &Schema) -> Option<&PublicInputs> {
        self.issuer_key(key)?.points.get(&schema.id())
    }
}

/// The digests of the schemas that a policy names, in its order, as transcripts absorb them.
pub(crate) fn schema_digests<'a>(schemas: impl Iterator<Item = &'a Arc<Schema>>) -> Vec<Digest> {
    schemas.map(|schema| schema.digest()).collect()
}
