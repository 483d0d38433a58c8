//! The holder: enrols, prepares a credential once, presents it many times; or discloses, with explicit consent.

mod disclose;
mod prepare;
mod present;

pub use disclose::{Proposal, propose};
pub use prepare::{prepare, prepare_with_progress};
pub use present::present;
pub(crate) use present::present_without_checks;

use crate::{
    conventional::sd_jwt::SdJwtError,
    credential::{Credential, CredentialError},
    enrolment::{Enrolment, EnrolmentError, SignedChallenge, binding_message, statement as enrolment_statement},
    keys::{ProvingKeyError, ProvingKeys},
    policy::EvaluationError,
    proof::linked::{LinkedProof, Statement, prove, verify},
    registry::{BundleError, TrustError},
    signature::{KeyError, SignatureError},
    suite::Suite,
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::relation::tag;
use thiserror::Error;

/// Why a holder cannot do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HolderError {
    /// The issuer's challenge is refused.
    #[error("{0}")]
    Challenge(#[from] EnrolmentError),
    /// The credential is refused.
    #[error("{0}")]
    Credential(#[from] CredentialError),
    /// The trust bundle does not let the credential's key sign its schema now.
    #[error("{0}")]
    Trust(#[from] TrustError),
    /// The holder's own trust bundle is outside its time.
    #[error("{0}")]
    Bundle(#[from] BundleError),
    /// The registered bytes of the issuer's key are no key, or its possession is not proven.
    #[error("the issuer's registered key is invalid; the issuer must register another")]
    IssuerKey,
    /// There is no key for the relation of the credential's suite.
    #[error(
        "no key for credentials of suite {0} is loaded; load one to prepare them, or answer on the conventional path"
    )]
    NotProvable(Suite),
    /// The twin is bound to a key of another wallet.
    #[error("the SD-JWT is bound to a key that is not this wallet's")]
    OtherBindingKey,
    /// No binding key can be derived.
    #[error("{0}")]
    BindingKey(#[from] KeyError),
    /// A signature with the binding key failed.
    #[error("{0}")]
    Binding(#[from] SignatureError),
    /// The twin cannot be presented.
    #[error("the SD-JWT: {0}")]
    SdJwt(#[from] SdJwtError),
    /// The credential belongs to another wallet.
    #[error("the credential's holder tag is not this wallet's")]
    OtherWallet,
    /// A proof cannot be made.
    #[error("{0}")]
    Proving(#[from] ProvingKeyError),
    /// What was just proved does not verify: the proving key is not the verifying key's.
    #[error("the fresh proof does not verify; the proving key is damaged or poisoned, do not use it")]
    PoisonedKey,
    /// The prepared credential was made under another key of its relation.
    #[error("the credential was prepared under another key; prepare it again")]
    StalePrepared,
    /// The request does not accept this path.
    #[error("the request does not accept an answer in zero knowledge")]
    PathNotAccepted,
    /// The request does not accept the conventional path.
    #[error("the request does not accept an answer on the conventional path")]
    ConventionalNotAccepted,
    /// The number of credentials is not the policy's.
    #[error("the policy names {expected} credentials, {found} were given")]
    Count {
        /// In the policy.
        expected: usize,
        /// Given.
        found: usize,
    },
    /// A credential has another schema than its place in the policy.
    #[error("credential {index} has schema {found}, the policy asks for {expected}")]
    Schema {
        /// Its place, from 0.
        index: usize,
        /// The policy's.
        expected: String,
        /// The credential's.
        found: String,
    },
    /// The credential's issuer is not one that the policy accepts.
    #[error("the policy does not accept issuer {issuer} for credential {index}")]
    IssuerNotAccepted {
        /// Its place, from 0.
        index: usize,
        /// Its issuer.
        issuer: String,
    },
    /// The credentials do not satisfy the policy.
    #[error("{0}")]
    Policy(#[from] EvaluationError),
    /// The joined credentials do not have the same document number.
    #[error("the credentials are of different persons: their document numbers differ")]
    DifferentPersons,
    /// The trust bundle lacks a key that the policy needs.
    #[error("the trust bundle lacks a key that the policy needs")]
    Keys,
}

/// Answers an issuer's challenge: checks it against the holder's own trust bundle, then proves knowledge of (k, b).
///
/// # Errors
///
/// [`HolderError`]; nothing is derived from the seed for a challenge that is refused.
pub fn enrol(
    wallet: &Wallet,
    challenge: SignedChallenge,
    trust: &Trust,
    keys: &ProvingKeys,
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Result<Enrolment, HolderError> {
    trust.bundle().check_freshness(now)?;
    challenge.check(trust.bundle(), now)?;
    let issuer = challenge.challenge().issuer.as_str();
    let witness = tag::Witness { k: *wallet.k(), b: *wallet.b(issuer) };
    let holder_tag = wallet.holder_tag(issuer);
    let binding = wallet.binding_key(challenge.challenge().binding, &challenge.digest())?;
    let binding_key = binding.public_key();
    let binding_proof = binding.sign(&binding_message(&challenge, holder_tag, &binding_key))?;
    let core = keys.tag.prove(&tag::Statement { holder_tag }, &witness)?;
    let statement = enrolment_statement(&challenge, holder_tag, &binding_key, trust)?;
    let proof = prove(&statement, &[witness.k], &[core], rng).map_err(|_| HolderError::Keys)?;
    let proof = check_own(&statement, &proof, rng)?;
    Ok(Enrolment { challenge, holder_tag, binding_key, binding_proof, proof })
}

/// Checks a credential against the holder's own trust bundle and wallet: the issuer's key, both signatures, that both are over the
/// same attributes, and that tag and binding key are this wallet's. What passes answers on the conventional path.
///
/// # Errors
///
/// [`HolderError`], one variant per cause.
pub fn accept(wallet: &Wallet, credential: &Credential, trust: &Trust, now: UnixTime) -> Result<(), HolderError> {
    trust.bundle().check_freshness(now)?;
    let (issuer, key) = (credential.issuer(), credential.key());
    trust.bundle().issuer_key(issuer, key, credential.attributes().schema().name(), now)?;
    let loaded = trust.issuer_key(key).ok_or(HolderError::IssuerKey)?;
    if wallet.holder_tag(issuer.as_str()) != credential.holder_tag() {
        return Err(HolderError::OtherWallet);
    }
    let binding_key = credential.verify_under(loaded, now)?;
    let own = wallet.binding_key(binding_key.algorithm(), credential.challenge())?.public_key();
    if own == binding_key { Ok(()) } else { Err(HolderError::OtherBindingKey) }
}

/// The bytes of a fresh proof, after decoding and verifying them as a stranger would: with the subgroup checks that the proving
/// key's own points were not put through.
pub(super) fn check_own(
    statement: &Statement,
    proof: &LinkedProof,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, HolderError> {
    let bytes = proof.to_bytes();
    let decoded = LinkedProof::from_bytes(statement, &bytes).map_err(|_| HolderError::PoisonedKey)?;
    verify(statement, &decoded, rng).map_err(|_| HolderError::PoisonedKey)?;
    Ok(bytes)
}
