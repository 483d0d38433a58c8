//! Policies: what a verifier wants to know, in one language for both paths (spec, section 5).
//!
//! A [`PolicyDocument`] is the JSON; [`Policy::load`] checks it against the schemas, so that a [`Policy`] can always be
//! compiled; [`Policy::compile`] fixes the order in which both sides of a presentation work through it;
//! [`Policy::evaluate`] decides it natively, for the conventional path and for a holder's readable errors.

mod disclose;
mod document;
mod error;
mod evaluate;
mod load;
mod plan;

pub use disclose::Disclosed;
pub use document::{ClauseDocument, CredentialDocument, DateOperand, PolicyDocument, PseudonymDocument};
pub use error::{PolicyError, PolicyFault};
pub use evaluate::{ADULT_YEARS, ClauseFailure, EvaluationError, Known};
pub use plan::{Comparison, ConstantSource, JoinedSlot, Plan, PlannedCredential, SetTest, Side};

use crate::codec::Identifier;
use crate::schema::Schema;
use crate::time::Date;
use std::sync::Arc;

/// The greatest number of credentials in one policy.
pub const CREDENTIALS_CAP: usize = 4;
/// The greatest number of written clauses per credential.
pub const CLAUSES_CAP: usize = 32;
/// The greatest number of issuers per credential.
pub const ISSUERS_CAP: usize = 32;
/// The greatest number of elements of a set: the size of the membership relations.
pub const SET_CAP: usize = 16;
/// The greatest age a policy may ask for, in years.
pub const AGE_CAP: u32 = 150;

/// How a request may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// In zero knowledge.
    Zk,
    /// By disclosing what the policy needs.
    Conventional,
}

impl Path {
    /// The name in policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zk => "zk",
            Self::Conventional => "conventional",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Zk, Self::Conventional].into_iter().find(|path| path.as_str() == text)
    }
}

/// The date that a clause compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateBound {
    /// The request's `today`.
    Today,
    /// A fixed date.
    On(Date),
}

impl DateBound {
    fn resolve(self, today: Date) -> u32 {
        match self {
            Self::Today => today.to_u32(),
            Self::On(date) => date.to_u32(),
        }
    }
}

/// What a clause asks of its attribute. All bounds are inclusive; none holds on an absent attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `age_at_least`: this many years completed today.
    AgeAtLeast(u32),
    /// `age_at_most`: no more than this many years completed today.
    AgeAtMost(u32),
    /// `not_before`.
    NotBefore(DateBound),
    /// `not_after`.
    NotAfter(DateBound),
    /// `at_least`.
    AtLeast(u32),
    /// `at_most`.
    AtMost(u32),
    /// `equal`.
    Equal(u32),
    /// `in`.
    In(Vec<u32>),
    /// `not_in`.
    NotIn(Vec<u32>),
}

/// One checked clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    slot: usize,
    attribute: String,
    test: Test,
    implied: bool,
}

impl Clause {
    /// The slot of the attribute.
    #[must_use]
    pub fn slot(&self) -> usize {
        self.slot
    }

    /// The attribute's name.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// What is asked.
    #[must_use]
    pub fn test(&self) -> &Test {
        &self.test
    }

    /// Whether it makes the attribute a constant.
    fn fixes(&self) -> bool {
        matches!(self.test, Test::Equal(_))
    }

    /// Whether the policy has it without writing it.
    #[must_use]
    pub fn is_implied(&self) -> bool {
        self.implied
    }
}

/// What a policy asks of one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    schema: Arc<Schema>,
    issuers: Vec<Identifier>,
    clauses: Vec<Clause>,
    disclosed: Vec<usize>,
}

impl Entry {
    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The permitted issuers, in policy order.
    #[must_use]
    pub fn issuers(&self) -> &[Identifier] {
        &self.issuers
    }

    /// Whether an issuer is permitted.
    #[must_use]
    pub fn permits(&self, issuer: &Identifier) -> bool {
        self.issuers.contains(issuer)
    }

    /// The written clauses in policy order, then the implied ones: `verified`, `reverify_by`.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The slots to disclose, in policy order.
    #[must_use]
    pub fn disclosed(&self) -> &[usize] {
        &self.disclosed
    }
}

/// A policy that has been checked against its schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    document: PolicyDocument,
    id: Identifier,
    entries: Vec<Entry>,
    scope: Option<Identifier>,
    paths: Vec<Path>,
}

impl Policy {
    /// The id, which is also the purpose that a verifier is registered for.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// One entry per credential, in policy order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The scope of the pseudonym, if the policy asks for one.
    #[must_use]
    pub fn scope(&self) -> Option<&Identifier> {
        self.scope.as_ref()
    }

    /// Whether the policy may be answered on a path.
    #[must_use]
    pub fn allows(&self, path: Path) -> bool {
        self.paths.contains(&path)
    }

    /// The JSON that it was loaded from, as an object.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// Whether more than one issuer may attest one of the credentials, so that one person may hold several of them and
    /// several pseudonyms: uniqueness is per issuer.
    #[must_use]
    pub fn admits_several_issuers(&self) -> bool {
        self.entries.iter().any(|entry| entry.issuers.len() > 1)
    }
}
