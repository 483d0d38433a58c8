//! Why an SD-JWT is no twin of a credential, or no answer to a request: one variant per cause, each with a stable code.

use super::sd_jwt::SdJwtError;

/// What is wrong with a credential on the conventional path.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConventionalFault {
    /// RFC 9901.
    #[error("{0}")]
    SdJwt(#[from] SdJwtError),
    /// The plain claims are not exactly `vct`, `iss`, `nbf`, `exp` and `cnf`, each of its form.
    #[error("the plain claims are not exactly vct, iss, nbf, exp and cnf; have the credential issued again")]
    Claims,
    /// The SD-JWT has no `kid`, or one that is no issuer key id.
    #[error("the SD-JWT names no issuer key; have the credential issued again")]
    KeyId,
    /// `_sd_alg` is not the hash that goes with the issuer's algorithm.
    #[error("_sd_alg does not go with the issuer's algorithm; have the credential issued again")]
    Hash,
    /// `vct` is another schema's.
    #[error("the credential is of another type than the policy asks for; use another credential")]
    WrongType,
    /// `iss` is not the owner of the key that signed.
    #[error("iss is not the issuer whose key signed; have the credential issued again")]
    WrongIssuer,
    /// Before `nbf`.
    #[error("the credential is not valid yet; wait until it is")]
    NotYetValid,
    /// After `exp`.
    #[error("the credential has expired; have it issued again")]
    Expired,
    /// The key in `cnf` is no key, or not of the algorithm of the issuer's signature.
    #[error("the binding key is not one of the issuer's algorithm; have the credential issued again")]
    BindingKey,
    /// A disclosed claim that the schema does not have, or that is never disclosed.
    #[error("a disclosed claim is none of the schema; disclose what the policy asks for")]
    UnknownClaim,
    /// A disclosed claim that the policy does not need.
    #[error("{attribute} is disclosed and the policy does not need it; disclose exactly what it needs")]
    Surplus {
        /// The claim's name.
        attribute: String,
    },
    /// A claim that the policy needs is not disclosed.
    #[error("{attribute} is not disclosed and the policy needs it; disclose exactly what it needs")]
    Missing {
        /// The claim's name.
        attribute: String,
    },
}

impl ConventionalFault {
    /// A stable name in kebab case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SdJwt(error) => error.code(),
            Self::Claims => "vc-claims",
            Self::KeyId => "vc-key-id",
            Self::Hash => "vc-hash",
            Self::WrongType => "vc-wrong-type",
            Self::WrongIssuer => "vc-wrong-issuer",
            Self::NotYetValid => "vc-not-yet-valid",
            Self::Expired => "vc-expired",
            Self::BindingKey => "vc-binding-key",
            Self::UnknownClaim => "vc-unknown-claim",
            Self::Surplus { .. } => "vc-surplus-disclosure",
            Self::Missing { .. } => "vc-missing-disclosure",
        }
    }
}
