//! What must not happen in production, under names that say so.
//!
//! The development setup draws the toxic waste itself: whoever runs it can forge every proof for its keys. Its keys are marked,
//! and a verifier refuses them unless [`insecure_accept_development_keys`] is called.

use crate::{
    keys::{ProvingKey, ProvingKeyError, ProvingKeys, RingError, VerifyingKey, VerifyingKeys},
    proof::groth16::{InsecurePhase1, insecure_generate},
};
use rand_core::CryptoRng;
use shiming_circuits::relation::Relation;

/// Proving keys of every relation from a single party's randomness, with the shared phase 1 that a ceremony would have.
///
/// # Errors
///
/// [`ProvingKeyError`] if a constraint system cannot be built.
pub fn insecure_development_setup(rng: &mut impl CryptoRng) -> Result<ProvingKeys, ProvingKeyError> {
    let phase1 = InsecurePhase1::draw(rng);
    Ok(ProvingKeys {
        native: generate(&phase1, rng)?,
        range: generate(&phase1, rng)?,
        membership: generate(&phase1, rng)?,
        non_membership: generate(&phase1, rng)?,
        tag: generate(&phase1, rng)?,
    })
}

fn generate<R: Relation>(phase1: &InsecurePhase1, rng: &mut impl CryptoRng) -> Result<ProvingKey<R>, ProvingKeyError> {
    let (verifying, points) =
        insecure_generate::<R>(phase1, rng).map_err(|_| ProvingKeyError::Synthesis { relation: R::NAME })?;
    ProvingKey::new(verifying, points)
}

/// A ring that takes development keys. Every lint rule still runs.
///
/// # Errors
///
/// [`RingError`], but never for being development keys.
pub fn insecure_accept_development_keys(keys: Vec<VerifyingKey>) -> Result<VerifyingKeys, RingError> {
    VerifyingKeys::linted(keys)
}
