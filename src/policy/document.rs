//! The JSON of a policy, as it is written and before it means anything.

use crate::codec::{DecodeError, Kind, to_json};
use crate::digest::Digest;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;

/// A policy as written. Loading checks it; see [`super::Policy::load`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    /// The id, an identifier: by convention `<name>:<version>`.
    pub id: String,
    /// One entry per credential.
    pub credentials: Vec<CredentialDocument>,
    /// The pseudonym, if one is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<PseudonymDocument>,
    /// `zk`, `conventional` or both.
    pub paths: Vec<String>,
}

impl PolicyDocument {
    /// SHA-256 over `domain::POLICY_DIGEST` and the compact JSON of the document: the members in the order of this type, with
    /// `require` and `disclose` always, other members only where they say something. So layout and the order of members in a
    /// file do not count, and everything that is asked does: issuers, clauses, disclosures and paths, in their order.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`] for a document above the cap of a policy.
    pub fn digest(&self) -> Result<Digest, DecodeError> {
        Ok(Digest::of(domain::POLICY_DIGEST, &[&to_json(Kind::POLICY, self)?]))
    }
}

/// What is asked of one credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialDocument {
    /// The name of its schema.
    pub schema: String,
    /// The ids of the permitted issuers.
    pub issuers: Vec<String>,
    /// The clauses.
    #[serde(default)]
    pub require: Vec<ClauseDocument>,
    /// The names of the attributes to disclose.
    #[serde(default)]
    pub disclose: Vec<String>,
    /// The names of the implied clauses to leave out: `verified`, `reverify_by`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omit: Vec<String>,
}

/// The pseudonym that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PseudonymDocument {
    /// What the pseudonym is for, an identifier: the same person has one pseudonym per audience and scope.
    pub scope: String,
}

/// One clause: an attribute and exactly one operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseDocument {
    /// The attribute's name.
    pub attribute: String,
    /// Completed years on `today`, of a birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_at_least: Option<u64>,
    /// No more completed years than this on `today`, of a birth date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_at_most: Option<u64>,
    /// A date is on or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateOperand>,
    /// A date is on or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<DateOperand>,
    /// An integer is this or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// An integer is this or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// An integer is this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equal: Option<u64>,
    /// An integer is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "in")]
    pub one_of: Option<Vec<u64>>,
    /// An integer is none of these.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "not_in")]
    pub none_of: Option<Vec<u64>>,
}

/// A date in a clause: an integer YYYYMMDD or the text `today`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DateOperand {
    /// YYYYMMDD.
    Fixed(u64),
    /// `today`; every other text is refused when the policy is loaded.
    Named(String),
}
