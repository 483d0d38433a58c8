//! The keys of all relations together, ready for use.

use super::{KeyError, KeyId, ProvingKey, RelationSpec, VerifyingKey};
use crate::proof::relation_key::RelationKey;
use shiming_circuits::relation::{
    credential_es256::CredentialEs256, credential_native::CredentialNative, credential_sm2_sm3::CredentialSm2Sm3,
    membership::Membership, non_membership::NonMembership, range::Range, tag::Tag,
};
use std::{collections::BTreeMap, sync::Arc};
use thiserror::Error;

/// Why a set of keys is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RingError {
    /// A key breaks a lint rule.
    #[error("{relation}: {error}")]
    Key {
        /// The relation.
        relation: &'static str,
        /// The rule.
        error: KeyError,
    },
    /// A relation has no key.
    #[error("no verifying key for {relation}")]
    Missing {
        /// The relation.
        relation: &'static str,
    },
    /// A relation has two keys.
    #[error("two verifying keys for {relation}")]
    Twice {
        /// The relation.
        relation: &'static str,
    },
    /// The key comes from the insecure development setup, which was not allowed by name.
    #[error("the key of {relation} is a development key; production needs a ceremony's")]
    Development {
        /// The relation.
        relation: &'static str,
    },
}

/// One linted verifying key for every required relation, and for those of the suites that this party meets, with the tables that proving and verifying share.
#[derive(Clone)]
pub struct VerifyingKeys(BTreeMap<&'static str, Arc<RelationKey>>);

impl VerifyingKeys {
    /// Keys of a ceremony. Every rule of the lint runs, the ones across keys included.
    ///
    /// # Errors
    ///
    /// [`RingError`]; a development key is [`RingError::Development`].
    pub fn new(keys: Vec<VerifyingKey>) -> Result<Self, RingError> {
        if let Some(key) = keys.iter().find(|key| key.is_development()) {
            return Err(RingError::Development { relation: key.spec().name });
        }
        Self::linted(keys)
    }

    pub(crate) fn linted(keys: Vec<VerifyingKey>) -> Result<Self, RingError> {
        for (i, key) in keys.iter().enumerate() {
            let relation = key.spec().name;
            key.lint().map_err(|error| RingError::Key { relation, error })?;
            // Equal up to sign if and only if the x coordinates are.
            let same = |other: &&VerifyingKey| other.parts().delta_g1.x == key.parts().delta_g1.x;
            if let Some(other) = keys.iter().take(i).find(same) {
                let error = KeyError::DeltaShared { first: other.spec().name, second: relation };
                return Err(RingError::Key { relation, error });
            }
        }
        let mut ring = BTreeMap::new();
        for key in keys {
            let relation = key.spec().name;
            if ring.insert(relation, Arc::new(RelationKey::new(key))).is_some() {
                return Err(RingError::Twice { relation });
            }
        }
        match RelationSpec::REQUIRED.iter().find(|spec| !ring.contains_key(spec.name)) {
            Some(spec) => Err(RingError::Missing { relation: spec.name }),
            None => Ok(Self(ring)),
        }
    }

    /// Keys that no rule was checked on; see [`crate::danger`].
    pub(crate) fn without_lint(keys: Vec<VerifyingKey>) -> Self {
        Self(keys.into_iter().map(|key| (key.spec().name, Arc::new(RelationKey::new(key)))).collect())
    }

    /// The key of a relation.
    #[must_use]
    pub fn get(&self, relation: &str) -> Option<&Arc<RelationKey>> {
        self.0.get(relation)
    }

    /// The identifiers of all keys, by relation.
    #[must_use]
    pub fn ids(&self) -> BTreeMap<String, KeyId> {
        self.0.iter().map(|(name, key)| ((*name).to_owned(), key.id())).collect()
    }

    /// Whether any of the keys comes from the insecure development setup.
    #[must_use]
    pub fn any_development(&self) -> bool {
        self.0.values().any(|key| key.verifying().is_development())
    }
}

/// The proving keys of all required relations, and of the suites whose credentials this party prepares.
pub struct ProvingKeys {
    /// `credential/native`.
    pub native: ProvingKey<CredentialNative>,
    /// `range`.
    pub range: ProvingKey<Range>,
    /// `membership`.
    pub membership: ProvingKey<Membership>,
    /// `non-membership`.
    pub non_membership: ProvingKey<NonMembership>,
    /// `tag`.
    pub tag: ProvingKey<Tag>,
    /// `credential/sm2-sm3`: only preparing needs it, presenting does not.
    pub sm2_sm3: Option<Box<ProvingKey<CredentialSm2Sm3>>>,
    /// `credential/es256`: only preparing needs it, presenting does not.
    pub es256: Option<Box<ProvingKey<CredentialEs256>>>,
}

impl ProvingKeys {
    /// The verifying keys of the same setup, not yet a ring.
    #[must_use]
    pub fn verifying(&self) -> Vec<VerifyingKey> {
        let mut keys = vec![
            self.native.verifying().clone(),
            self.range.verifying().clone(),
            self.membership.verifying().clone(),
            self.non_membership.verifying().clone(),
            self.tag.verifying().clone(),
        ];
        keys.extend(self.sm2_sm3.iter().map(|key| key.verifying().clone()));
        keys.extend(self.es256.iter().map(|key| key.verifying().clone()));
        keys
    }
}
