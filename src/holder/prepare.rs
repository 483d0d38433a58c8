//! Proving once that a credential is signed.

use super::{HolderError, accept, check_own};
use crate::{
    credential::Credential,
    keys::{ProvingKey, ProvingKeyError, ProvingKeys},
    prepared::Prepared,
    progress::{Counter, Progress, Silent, Stage},
    proof::{
        groth16::Core,
        linked::{Form, Part, Statement, prove},
    },
    suite::{ProvableKey, TbsSignature},
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    field::Fr,
    p256,
    relation::{Relation, attested::Attested, credential_es256, credential_native, credential_sm2_sm3},
    sm2,
};
use zeroize::Zeroizing;

/// Checks a credential against the holder's own trust bundle and wallet, proves once that it is signed, verifies that proof,
/// and caches it.
///
/// # Errors
///
/// [`HolderError`], one variant per cause; nothing that does not verify is ever cached.
pub fn prepare(
    wallet: &Wallet,
    credential: Credential,
    trust: &Trust,
    keys: &ProvingKeys,
    now: UnixTime,
    rng: &mut impl CryptoRng,
) -> Result<Prepared, HolderError> {
    prepare_with_progress(wallet, credential, trust, keys, now, &Silent, rng)
}

/// The same, telling how far it is: [`Stage::Witness`], [`Stage::Sums`], [`Stage::OwnProof`].
///
/// # Errors
///
/// As [`prepare`].
#[allow(clippy::too_many_arguments, reason = "those of `prepare`, and who is told")]
pub fn prepare_with_progress(
    wallet: &Wallet,
    credential: Credential,
    trust: &Trust,
    keys: &ProvingKeys,
    now: UnixTime,
    progress: &dyn Progress,
    rng: &mut impl CryptoRng,
) -> Result<Prepared, HolderError> {
    accept(wallet, &credential, trust, now)?;
    let key = credential.key();
    let relation = trust.relation(credential.suite().relation()).ok_or(HolderError::NotProvable(credential.suite()))?;
    let inputs = trust.issuer_point(key, credential.attributes().schema()).ok_or(HolderError::IssuerKey)?;
    let (core, hidden) = prove_signed(wallet, &credential, trust, keys, progress)?;

    let counter = Counter::begin(progress, relation.verifying().spec().name, Stage::OwnProof, 1);
    // A poisoned proving key shows here, not at a verifier whose refusals would tell it witness bits.
    let wires = Zeroizing::new(hidden);
    let check = Statement {
        session: domain::PREPARE_CHECK,
        context: *key.digest(),
        items: Vec::new(),
        parts: vec![Part {
            key: relation.clone(),
            public: inputs.clone(),
            forms: (0..wires.len()).map(Form::wire).collect(),
        }],
        wires: wires.len(),
        pseudonym: None,
    };
    let proof = prove(&check, &wires, core::slice::from_ref(&core), rng).map_err(|_| HolderError::Keys)?;
    check_own(&check, &proof, rng)?;
    counter.advance(1);
    Ok(Prepared::new(credential, relation.id(), core))
}

/// The proof in the relation of the credential's suite, with its hidden instances.
fn prove_signed(
    wallet: &Wallet,
    credential: &Credential,
    trust: &Trust,
    keys: &ProvingKeys,
    progress: &dyn Progress,
) -> Result<(Core, Vec<Fr>), HolderError> {
    let missing = HolderError::NotProvable(credential.suite());
    let header = credential.header();
    let (k, b) = (wallet.k(), wallet.b(credential.issuer().as_str()));
    let [_, attributes @ ..] = *credential.attributes().slots();
    let attested = Attested { k: *k, b: *b, attributes };
    let provable = trust.issuer_key(credential.key()).and_then(|loaded| loaded.provable.as_ref());
    match (provable, credential.signature()) {
        (Some(ProvableKey::Native(issuer)), TbsSignature::Native(signature)) => {
            let statement = credential_native::Statement { header, issuer: issuer.clone() };
            let witness = credential_native::Witness { k: *k, b: *b, attributes, signature: *signature };
            prove_one(&keys.native, &statement, &witness, progress)
        }
        (Some(ProvableKey::Sm2Sm3 { key, z_a }), TbsSignature::External(signature)) => {
            let proving = keys.sm2_sm3.as_deref().ok_or(missing)?;
            let statement = credential_sm2_sm3::Statement { header, issuer: key.clone(), z_a: *z_a };
            // The signature has been verified, so it is in range.
            let signature = sm2::Signature::from_bytes(signature.as_bytes()).map_err(|_| HolderError::IssuerKey)?;
            let witness = statement.witness(attested, &signature).map_err(ProvingKeyError::Violated)?;
            prove_one(proving, &statement, &witness, progress)
        }
        (Some(ProvableKey::Es256(issuer)), TbsSignature::External(signature)) => {
            let proving = keys.es256.as_deref().ok_or(missing)?;
            let statement = credential_es256::Statement { header, issuer: issuer.clone() };
            let signature = p256::Signature::from_bytes(signature.as_bytes()).map_err(|_| HolderError::IssuerKey)?;
            let witness = statement.witness(attested, &signature).map_err(ProvingKeyError::Violated)?;
            prove_one(proving, &statement, &witness, progress)
        }
        _ => Err(missing),
    }
}

fn prove_one<R: Relation>(
    key: &ProvingKey<R>,
    statement: &R::Statement,
    witness: &R::Witness,
    progress: &dyn Progress,
) -> Result<(Core, Vec<Fr>), HolderError> {
    Ok((key.prove_with_progress(statement, witness, progress)?, R::hidden(witness)))
}
