//! Why an SD-JWT is refused: one variant per cause, each with a stable code. No message quotes a claim.

use super::DISCLOSURE_CAP;
use crate::{
    codec::{DecodeError, Kind},
    signature::SignatureError,
};

/// Why an SD-JWT is not one, or is not accepted.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdJwtError {
    /// Longer than [`Kind::SD_JWT`] allows.
    #[error("the SD-JWT is longer than {} bytes; issue or disclose fewer claims", Kind::SD_JWT.cap())]
    TooLarge,
    /// No tilde at all.
    #[error("the text has no tilde, so it is a bare JWT at best; send the SD-JWT with its disclosures")]
    NoTilde,
    /// Something behind the last tilde where only an SD-JWT is expected.
    #[error("something follows the last tilde; send the SD-JWT without key binding here")]
    UnexpectedKeyBinding,
    /// Nothing behind the last tilde where a key binding is required.
    #[error("the presentation has no key binding; sign one with the credential's key")]
    MissingKeyBinding,
    /// More than [`DISCLOSURE_CAP`] disclosures.
    #[error("the SD-JWT has more than {DISCLOSURE_CAP} disclosures; issue or disclose fewer claims")]
    TooManyDisclosures,
    /// The issuer-signed JWT is wrong.
    #[error("issuer-signed JWT: {0}")]
    Issuer(JwtFault),
    /// The Key Binding JWT is wrong.
    #[error("key binding JWT: {0}")]
    KeyBinding(JwtFault),
    /// A disclosure is wrong.
    #[error("disclosure: {0}")]
    Disclosure(DisclosureFault),
    /// `_sd_alg` is neither sha-256 nor sm3.
    #[error("_sd_alg is neither sha-256 nor sm3; have the credential issued with one of them")]
    UnknownHash,
    /// `_sd` is not an array of strings.
    #[error("_sd is not an array of strings; have the credential issued again")]
    DigestsNotStrings,
    /// The same digest twice in `_sd`.
    #[error("a digest occurs twice in _sd; have the credential issued again")]
    DuplicateDigest,
    /// `_sd`, `_sd_alg` or `...` elsewhere than at the top: structured, recursive or array-element disclosures.
    #[error(
        "_sd, _sd_alg or ... occurs below the top level; structured, recursive and array-element disclosures are not \
         supported, issue the claims flat"
    )]
    NestedDigests,
    /// Two disclosures with one digest.
    #[error("a disclosure is sent twice; send each once")]
    DuplicateDisclosure,
    /// A disclosure whose digest the issuer did not sign, or not here.
    #[error("the issuer has not signed the digest of a disclosure; send only disclosures of this credential")]
    UnreferencedDisclosure,
    /// A disclosed claim with the name of a plain one or of another disclosed one.
    #[error("two claims have the same name; have the credential issued again")]
    DuplicateClaim,
    /// A claim of the Key Binding JWT is missing or of another type than one string, for `iat` one integer.
    #[error("{name} of the key binding is missing or of the wrong type; sign the key binding again")]
    BindingClaim {
        /// The claim.
        name: &'static str,
    },
    /// `aud` is another verifier.
    #[error("the key binding is for another audience; sign one for this verifier")]
    WrongAudience,
    /// `nonce` is another one.
    #[error("the key binding answers another nonce; sign one for this request")]
    WrongNonce,
    /// `iat` is before the window.
    #[error("the key binding is too old; sign a new one")]
    Stale,
    /// `iat` is after the window.
    #[error("the key binding is from the future; set the holder's clock and sign a new one")]
    FromTheFuture,
    /// `sd_hash` is not that of what is presented.
    #[error("the key binding is for another selection of disclosures; sign one for exactly what is presented")]
    WrongHash,
    /// The further claims are not exactly the expected ones.
    #[error("the further claims of the key binding are not those expected; sign exactly the claims of the request")]
    ExtraClaims,
}

/// What is wrong with one of the two JWTs.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtFault {
    /// Not three parts between dots.
    #[error("not three parts between dots; send the compact form")]
    Parts,
    /// The signature is empty.
    #[error("the signature is empty; send the signed object")]
    Unsigned,
    /// A part is not base64url without padding, or the signature is not 64 bytes.
    #[error("a part is not base64url without padding, or the signature is not 64 bytes; send the signer's own text")]
    Base64,
    /// The header or the payload is not strict JSON of an object.
    #[error("{0}; sign strict JSON")]
    Malformed(DecodeError),
    /// `alg` is none.
    #[error("alg none is no signature; sign with the registered key")]
    AlgorithmNone,
    /// `alg` is not that of the key.
    #[error("alg is not that of the registered key; sign with that key under its own algorithm")]
    AlgorithmMismatch,
    /// `typ` is missing or another.
    #[error("typ is not the expected one; send an object of the expected type")]
    WrongType,
    /// A `crit` parameter (RFC 7515, section 4.1.11): no extension is understood.
    #[error("crit is not supported; sign without header extensions")]
    Critical,
    /// Not by the key over these bytes.
    #[error("{0}; send the signer's own text")]
    Signature(SignatureError),
}

/// What is wrong with a disclosure.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureFault {
    /// Not base64url without padding.
    #[error("not base64url without padding; send the issuer's own text")]
    Base64,
    /// Not strict JSON of an array.
    #[error("{0}; have the credential issued with strict JSON")]
    Malformed(DecodeError),
    /// Two elements: a disclosed array element.
    #[error("array elements are not supported; issue the whole array as one claim")]
    ArrayElement,
    /// Neither two nor three elements.
    #[error("not an array of salt, name and value; have the credential issued again")]
    Length,
    /// The salt is not a string.
    #[error("the salt is not a string; have the credential issued again")]
    SaltNotString,
    /// The name is not a string.
    #[error("the name is not a string; have the credential issued again")]
    NameNotString,
    /// The name is `_sd`, `_sd_alg` or `...`.
    #[error("the name is one of the format's own; issue the claim under another name")]
    ReservedName,
    /// The value has a `_sd`, `_sd_alg` or `...` in it.
    #[error("recursive disclosures are not supported; issue the claim flat")]
    NestedDigests,
}

impl SdJwtError {
    /// A stable name in kebab case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "sd-jwt-too-large",
            Self::NoTilde => "sd-jwt-no-tilde",
            Self::UnexpectedKeyBinding => "sd-jwt-unexpected-key-binding",
            Self::MissingKeyBinding => "sd-jwt-missing-key-binding",
            Self::TooManyDisclosures => "sd-jwt-too-many-disclosures",
            Self::Issuer(fault) => fault.issuer_code(),
            Self::KeyBinding(fault) => fault.key_binding_code(),
            Self::Disclosure(fault) => fault.code(),
            Self::UnknownHash => "sd-jwt-unknown-hash",
            Self::DigestsNotStrings => "sd-jwt-digests-not-strings",
            Self::DuplicateDigest => "sd-jwt-duplicate-digest",
            Self::NestedDigests => "sd-jwt-nested-digests",
            Self::DuplicateDisclosure => "sd-jwt-duplicate-disclosure",
            Self::UnreferencedDisclosure => "sd-jwt-unreferenced-disclosure",
            Self::DuplicateClaim => "sd-jwt-duplicate-claim",
            Self::BindingClaim { .. } => "kb-jwt-claim",
            Self::WrongAudience => "kb-jwt-wrong-audience",
            Self::WrongNonce => "kb-jwt-wrong-nonce",
            Self::Stale => "kb-jwt-stale",
            Self::FromTheFuture => "kb-jwt-from-the-future",
            Self::WrongHash => "kb-jwt-wrong-hash",
            Self::ExtraClaims => "kb-jwt-extra-claims",
        }
    }
}

impl JwtFault {
    const fn issuer_code(&self) -> &'static str {
        match self {
            Self::Parts => "sd-jwt-parts",
            Self::Unsigned => "sd-jwt-unsigned",
            Self::Base64 => "sd-jwt-base64",
            Self::Malformed(DecodeError::DuplicateKey(_)) => "sd-jwt-duplicate-key",
            Self::Malformed(_) => "sd-jwt-json",
            Self::AlgorithmNone => "sd-jwt-alg-none",
            Self::AlgorithmMismatch => "sd-jwt-alg-mismatch",
            Self::WrongType => "sd-jwt-wrong-type",
            Self::Critical => "sd-jwt-crit",
            Self::Signature(_) => "sd-jwt-signature",
        }
    }

    const fn key_binding_code(&self) -> &'static str {
        match self {
            Self::Parts => "kb-jwt-parts",
            Self::Unsigned => "kb-jwt-unsigned",
            Self::Base64 => "kb-jwt-base64",
            Self::Malformed(DecodeError::DuplicateKey(_)) => "kb-jwt-duplicate-key",
            Self::Malformed(_) => "kb-jwt-json",
            Self::AlgorithmNone => "kb-jwt-alg-none",
            Self::AlgorithmMismatch => "kb-jwt-alg-mismatch",
            Self::WrongType => "kb-jwt-wrong-type",
            Self::Critical => "kb-jwt-crit",
            Self::Signature(_) => "kb-jwt-signature",
        }
    }
}

impl DisclosureFault {
    const fn code(&self) -> &'static str {
        match self {
            Self::Base64 => "disclosure-base64",
            Self::Malformed(DecodeError::DuplicateKey(_)) => "disclosure-duplicate-key",
            Self::Malformed(_) => "disclosure-json",
            Self::ArrayElement => "disclosure-array-element",
            Self::Length => "disclosure-length",
            Self::SaltNotString => "disclosure-salt-not-string",
            Self::NameNotString => "disclosure-name-not-string",
            Self::ReservedName => "disclosure-reserved-name",
            Self::NestedDigests => "disclosure-nested-digests",
        }
    }
}
