//! Verifying keys with their lint, proving keys with their pinned digest, and both ready for use.
//!
//! A [`VerifyingKey`] exists only linted: every rule below is checked by its only constructors (spec/presentation, "Keys").
//! gamma is not in the encoding: it is the standard G2 generator by definition, so no encoding expresses another.

mod lint;
mod proving;
mod proving_file;
mod ring;
mod verifying;

pub use lint::KeyError;
pub use proving::{ProvingKey, ProvingKeyError};
pub use proving_file::{PROVING_KEY_CAP, digest_of_file};
pub use ring::{ProvingKeys, RingError, VerifyingKeys};
pub(crate) use verifying::Parts;
pub use verifying::{KeyId, VerifyingKey};

use shiming_circuits::relation::{
    Relation, credential_es256::CredentialEs256, credential_native::CredentialNative,
    credential_sm2_sm3::CredentialSm2Sm3, membership::Membership, non_membership::NonMembership, range::Range,
    tag::Tag,
};

/// The name and the instance counts of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationSpec {
    /// Such as `credential/native`.
    pub name: &'static str,
    /// Instances that the verifier computes.
    pub public: usize,
    /// Instances that only their commitment shows.
    pub hidden: usize,
}

impl RelationSpec {
    /// The spec of a relation.
    #[must_use]
    pub const fn of<R: Relation>() -> Self {
        Self { name: R::NAME, public: R::PUBLIC, hidden: R::HIDDEN }
    }

    /// The relations without which a party does nothing in zero knowledge.
    pub const REQUIRED: [Self; 5] = [
        Self::of::<CredentialNative>(),
        Self::of::<Range>(),
        Self::of::<Membership>(),
        Self::of::<NonMembership>(),
        Self::of::<Tag>(),
    ];

    /// The relations of the suites with issuers' own keys. Their proving keys are large; who meets no such issuer needs none.
    pub const SUITES: [Self; 2] = [Self::of::<CredentialSm2Sm3>(), Self::of::<CredentialEs256>()];

    /// Every relation of this version.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::REQUIRED.into_iter().chain(Self::SUITES)
    }

    /// The relation of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|spec| spec.name == name)
    }
}
