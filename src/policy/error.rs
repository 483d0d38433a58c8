//! Every rule that a policy document can break.

use super::{AGE_CAP, CLAUSES_CAP, CREDENTIALS_CAP, ISSUERS_CAP, SET_CAP};
use crate::codec::{DecodeError, Identifier, IdentifierError};
use crate::time::DateError;

/// Why a document is no policy. Credentials are counted from 0.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not the JSON of a policy.
    #[error("policy file: {0}")]
    Decode(#[from] DecodeError),
    /// An id that is empty, too long or has other characters.
    #[error("the policy's id {0}")]
    Id(IdentifierError),
    /// A scope that is empty, too long or has other characters.
    #[error("the pseudonym's scope {0}")]
    Scope(IdentifierError),
    /// No credential.
    #[error("a policy needs at least one credential")]
    NoCredentials,
    /// More than [`CREDENTIALS_CAP`] credentials.
    #[error("a policy has at most {CREDENTIALS_CAP} credentials")]
    TooManyCredentials,
    /// No path.
    #[error("name at least one path: zk, conventional")]
    NoPaths,
    /// A path of another name.
    #[error("{0:?} is no path; there are zk and conventional")]
    UnknownPath(String),
    /// A path named twice.
    #[error("the path {0:?} is named twice")]
    DuplicatePath(String),
    /// A schema that is not known here.
    #[error("credential {credential}: the schema {schema:?} is not known")]
    UnknownSchema {
        /// Which credential.
        credential: usize,
        /// The name.
        schema: String,
    },
    /// No issuer.
    #[error("credential {0}: name at least one issuer")]
    NoIssuers(usize),
    /// More than [`ISSUERS_CAP`] issuers.
    #[error("credential {0}: at most {ISSUERS_CAP} issuers")]
    TooManyIssuers(usize),
    /// An issuer's name is no identifier.
    #[error("credential {credential}: an issuer's id {fault}")]
    Issuer {
        /// Which credential.
        credential: usize,
        /// The rule.
        fault: IdentifierError,
    },
    /// An issuer named twice.
    #[error("credential {credential}: the issuer {issuer} is named twice")]
    DuplicateIssuer {
        /// Which credential.
        credential: usize,
        /// The issuer.
        issuer: Identifier,
    },
    /// Two entries of one schema that share an issuer: one credential could answer both.
    #[error("credentials {first} and {second} have the same schema and share the issuer {issuer}")]
    SharedIssuer {
        /// The earlier credential.
        first: usize,
        /// The later credential.
        second: usize,
        /// The issuer.
        issuer: Identifier,
    },
    /// More than [`CLAUSES_CAP`] clauses.
    #[error("credential {0}: at most {CLAUSES_CAP} clauses")]
    TooManyClauses(usize),
    /// A name in `omit` that is no implied clause of the schema.
    #[error("credential {credential}: {name:?} is no implied clause, so it cannot be omitted")]
    UnknownOmission {
        /// Which credential.
        credential: usize,
        /// The name.
        name: String,
    },
    /// A name in `omit` twice.
    #[error("credential {credential}: {name:?} is omitted twice")]
    DuplicateOmission {
        /// Which credential.
        credential: usize,
        /// The name.
        name: String,
    },
    /// A clause or a disclosure that its attribute does not bear.
    #[error("credential {credential}, attribute {attribute:?}: {fault}")]
    Attribute {
        /// Which credential.
        credential: usize,
        /// The attribute's name as written.
        attribute: String,
        /// The rule.
        fault: PolicyFault,
    },
    /// A disclosed `document_number` in some of the joined credentials but not in all.
    #[error("document_number joins the credentials, so disclose it in all of them or in none")]
    PartialJoinDisclosure,
}

/// Which rule a clause or a disclosure breaks.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// The schema has no such attribute.
    #[error("the schema has no such attribute")]
    Unknown,
    /// No operator.
    #[error("the clause has no operator")]
    NoOperator,
    /// Several operators in one clause.
    #[error("the clause has several operators; write one clause each")]
    SeveralOperators,
    /// The schema's table does not allow the operator.
    #[error("the schema does not allow this operator")]
    NotAllowed,
    /// A date operator on an integer, or an integer operator on a date.
    #[error("dates take not_before, not_after and age_at_least; integers take at_least and at_most")]
    WrongOperator,
    /// An upper bound or `not_in` on an attribute that may be absent: it would hold on absence.
    #[error("upper bounds and not_in need a required attribute")]
    NotRequired,
    /// A constant 0 that an absent attribute would satisfy.
    #[error("0 means absent here, and no clause may hold on an absent attribute")]
    HoldsOnAbsence,
    /// A constant of 2^28 or more.
    #[error("the constant is not below 2^28")]
    ConstantTooLarge,
    /// A constant that the attribute can never have.
    #[error("the constant is outside the attribute's bounds")]
    ConstantOutOfRange,
    /// An age of 0 or above [`AGE_CAP`].
    #[error("the age is not between 1 and {AGE_CAP} years")]
    Age,
    /// A date that does not exist.
    #[error("the clause's date is none: {0}")]
    Date(DateError),
    /// A text other than `today`.
    #[error("the clause's date must be YYYYMMDD or \"today\"")]
    DateName,
    /// An empty set.
    #[error("the set is empty")]
    EmptySet,
    /// A set with more than [`SET_CAP`] elements.
    #[error("the set has more than {SET_CAP} elements")]
    SetTooLong,
    /// A set that names an element twice.
    #[error("the set names an element twice")]
    DuplicateElement,
    /// The same clause twice, or two `equal` on one attribute.
    #[error("the clause is repeated, or contradicts another one")]
    Repeated,
    /// A disclosure of the same attribute twice.
    #[error("the attribute is disclosed twice")]
    DuplicateDisclosure,
    /// An attribute that is fixed or disclosed and tested as well: its value is known without the test.
    #[error("an attribute that is disclosed or fixed by equal cannot be tested as well")]
    KnownAndTested,
}
