//! Rejections by blame, one variant per cause, each with a stable code.

use crate::codec::DecodeError;
use crate::conventional::ConventionalFault;
use crate::registry::TrustError;
use crate::schema::AttributeFault;

/// Why a presentation is not accepted, by whose fault it is.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The presentation is wrong.
    #[error(transparent)]
    Holder(#[from] HolderFault),
    /// The issuer or its key is not one to rely on.
    #[error(transparent)]
    Issuer(#[from] IssuerFault),
    /// The status information does not fit.
    #[error(transparent)]
    Status(#[from] StatusFault),
    /// The verifier itself is set up wrongly.
    #[error(transparent)]
    Configuration(#[from] ConfigurationFault),
}

impl Rejection {
    /// A stable name in kebab case, for logs, metrics and answers to clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Holder(fault) => fault.code(),
            Self::Issuer(fault) => fault.code(),
            Self::Status(fault) => fault.code(),
            Self::Configuration(fault) => fault.code(),
        }
    }
}

/// What is wrong with a presentation.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolderFault {
    /// The bytes are no presentation.
    #[error("the presentation cannot be read ({0}); present again with a current wallet")]
    Malformed(DecodeError),
    /// A length other than the request determines.
    #[error(
        "the presentation has {found} bytes where the request determines {expected}; present again for this request"
    )]
    WrongLength {
        /// What the request determines, in bytes.
        expected: usize,
        /// What came, in bytes.
        found: usize,
    },
    /// A point off its curve or subgroup, or in a second encoding.
    #[error("the presentation contains an invalid point; present again with a current wallet")]
    NonCanonicalPoint,
    /// A scalar that is not below the modulus.
    #[error("the presentation contains an invalid scalar; present again with a current wallet")]
    NonCanonicalScalar,
    /// The identity where it is forbidden.
    #[error("the presentation contains the identity point; present again with a current wallet")]
    IdentityPoint,
    /// A Groth16 equation fails.
    #[error("a proof of the presentation does not verify; prepare the credential again and present again")]
    ProofInvalid,
    /// The sigma proof fails: wrong request, wrong secret or altered bytes.
    #[error("the presentation does not belong to this request; present again for this request")]
    SigmaInvalid,
    /// The nonce is none of the verifier's.
    #[error("the presentation answers no request of this verifier; ask for a new request")]
    UnknownNonce,
    /// The nonce has been answered.
    #[error("the request has been answered before; ask for a new request")]
    Replayed,
    /// The request's time is over.
    #[error("the request has expired; ask for a new request")]
    RequestExpired,
    /// The request is another verifier's.
    #[error("the presentation is for another verifier; present it there or ask for a new request")]
    WrongAudience,
    /// The policy does not permit the stated issuer.
    #[error("the policy does not accept credentials of this issuer; use another credential")]
    IssuerNotPermitted,
    /// The stated issuer key is of a suite that has no relation key here.
    #[error(
        "credentials of this issuer key cannot be verified in zero knowledge here; answer on the conventional path"
    )]
    SuiteNotProvable,
    /// The policy does not permit the path.
    #[error("the policy does not accept this kind of answer; answer on a permitted path")]
    PathNotAllowed,
    /// A disclosed value breaks its schema.
    #[error("the disclosed {attribute} {fault}; have the credential issued again")]
    DisclosedValueInvalid {
        /// The attribute's name.
        attribute: String,
        /// The rule.
        fault: AttributeFault,
    },
    /// Disclosed document numbers that should be one differ.
    #[error("the credentials are of different persons; use credentials of one person")]
    JoinMismatch,
    /// A credential of a conventional answer is refused.
    #[error("credential {credential}: {fault}")]
    Conventional {
        /// The credential, from 0.
        credential: usize,
        /// What is wrong with it.
        fault: ConventionalFault,
    },
    /// A clause does not hold on the conventional path.
    #[error("the disclosed {attribute} does not satisfy the policy; use another credential")]
    PolicyNotSatisfied {
        /// The credential, from 0.
        credential: usize,
        /// The attribute's name.
        attribute: String,
    },
}

impl HolderFault {
    /// A stable name in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(error) => malformed_code(error),
            Self::WrongLength { .. } => "wrong-length",
            Self::NonCanonicalPoint => "non-canonical-point",
            Self::NonCanonicalScalar => "non-canonical-scalar",
            Self::IdentityPoint => "identity-point",
            Self::ProofInvalid => "proof-invalid",
            Self::SigmaInvalid => "sigma-invalid",
            Self::UnknownNonce => "unknown-nonce",
            Self::Replayed => "replayed",
            Self::RequestExpired => "request-expired",
            Self::WrongAudience => "wrong-audience",
            Self::IssuerNotPermitted => "issuer-not-permitted",
            Self::SuiteNotProvable => "suite-not-provable",
            Self::PathNotAllowed => "path-not-allowed",
            Self::DisclosedValueInvalid { .. } => "disclosed-value-invalid",
            Self::JoinMismatch => "join-mismatch",
            Self::Conventional { fault, .. } => fault.code(),
            Self::PolicyNotSatisfied { .. } => "policy-not-satisfied",
        }
    }
}

fn malformed_code(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::TooLarge { .. } => "malformed-too-large",
        DecodeError::NotUtf8 => "malformed-not-utf8",
        DecodeError::Json(_) => "malformed-json",
        DecodeError::DuplicateKey(_) => "malformed-duplicate-key",
        DecodeError::TrailingBytes => "malformed-trailing-bytes",
        DecodeError::Truncated => "malformed-truncated",
        DecodeError::WrongLength { .. } => "malformed-wrong-length",
        DecodeError::Base64 => "malformed-base64",
        DecodeError::NotCanonical => "malformed-not-canonical",
        DecodeError::WrongHeader => "malformed-wrong-header",
    }
}

/// Why an issuer's key is not relied on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerFault {
    /// The issuer is not registered.
    #[error("the issuer is not registered; check the policy against the trust bundle")]
    UnknownIssuer,
    /// The issuer has no such key.
    #[error("the issuer has no such key; have the credential issued again, or update the trust bundle")]
    UnknownIssuerKey,
    /// Before the key's window.
    #[error("the issuer's key is not accepted yet; wait until its window begins")]
    IssuerKeyNotYetValid,
    /// After the key's window.
    #[error("the issuer's key is no longer accepted; have the credential issued again")]
    IssuerKeyExpired,
    /// The key may not sign the schema.
    #[error("the issuer's key may not sign this schema; the issuer must register it")]
    SchemaNotAuthorised,
    /// The registered bytes are no key of their suite.
    #[error("the issuer's registered key is invalid; the issuer must register another")]
    InvalidIssuerKey,
}

impl IssuerFault {
    /// A stable name in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownIssuer => "unknown-issuer",
            Self::UnknownIssuerKey => "unknown-issuer-key",
            Self::IssuerKeyNotYetValid => "issuer-key-not-yet-valid",
            Self::IssuerKeyExpired => "issuer-key-expired",
            Self::SchemaNotAuthorised => "schema-not-authorised",
            Self::InvalidIssuerKey => "invalid-issuer-key",
        }
    }
}

impl From<TrustError> for IssuerFault {
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::UnknownIssuer => Self::UnknownIssuer,
            TrustError::UnknownKey => Self::UnknownIssuerKey,
            TrustError::KeyNotYetValid => Self::IssuerKeyNotYetValid,
            TrustError::KeyExpired => Self::IssuerKeyExpired,
            TrustError::SchemaNotAuthorised => Self::SchemaNotAuthorised,
        }
    }
}

/// What is wrong with the status information.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusFault {
    /// The request's epoch is no longer the current one.
    #[error("the status epoch of the request is no longer current; ask for a new request")]
    StatusEpochStale,
}

impl StatusFault {
    /// A stable name in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::StatusEpochStale => "status-epoch-stale",
        }
    }
}

/// What is wrong with the verifier's own set-up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationFault {
    /// A key from an insecure setup.
    #[error("the relation keys come from an insecure setup; use ceremony keys, or permit development keys by name")]
    DevelopmentKey,
    /// The loaded verifying key is not the one that the request names.
    #[error("a loaded verifying key is not the one in the request; load the keys of the trust bundle")]
    KeyMismatch,
    /// A needed relation has no loaded key.
    #[error("a relation has no loaded verifying key; load the keys of the trust bundle")]
    KeyMissing,
    /// The own trust bundle is outside its time.
    #[error("the trust bundle is stale; fetch a current one")]
    TrustBundleStale,
    /// The ledger of nonces cannot be read or written.
    #[error("the ledger of nonces cannot be used; repair it, nothing is accepted until then")]
    LedgerUnavailable,
    /// The kept request is not one of this verifier's own.
    #[error("the kept request does not check; make requests with the registered key and the current trust bundle")]
    RequestInvalid,
}

impl ConfigurationFault {
    /// A stable name in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DevelopmentKey => "development-key",
            Self::KeyMismatch => "key-mismatch",
            Self::KeyMissing => "key-missing",
            Self::TrustBundleStale => "trust-bundle-stale",
            Self::LedgerUnavailable => "ledger-unavailable",
            Self::RequestInvalid => "request-invalid",
        }
    }
}
