//! Proving once that a credential is signed.

use super::{HolderError, accept, check_own};
use crate::{
    credential::Credential,
    keys::ProvingKeys,
    prepared::Prepared,
    proof::linked::{Form, Part, Statement, prove},
    suite::{SuiteKey, TbsSignature},
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    relation::{Relation, credential_native, credential_native::CredentialNative},
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
    accept(wallet, &credential, trust, now)?;
    let (issuer, key) = (credential.issuer(), credential.key());
    let loaded = trust.issuer_key(key).ok_or(HolderError::IssuerKey)?;
    let (SuiteKey::Native(point), TbsSignature::Native(signature)) = (&loaded.tbs, credential.signature()) else {
        return Err(HolderError::NotProvable(credential.suite()));
    };
    let inputs = trust.issuer_point(key, credential.attributes().schema()).ok_or(HolderError::Keys)?;
    let [_, attributes @ ..] = *credential.attributes().slots();
    let witness =
        credential_native::Witness { k: *wallet.k(), b: *wallet.b(issuer.as_str()), attributes, signature: *signature };
    let statement = credential_native::Statement { header: credential.header(), issuer: point.clone() };
    let core = keys.native.prove(&statement, &witness)?;

    // A poisoned proving key shows here, not at a verifier whose refusals would tell it witness bits.
    let relation = trust.relation(CredentialNative::NAME).ok_or(HolderError::Keys)?;
    let wires = Zeroizing::new(CredentialNative::hidden(&witness));
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
    Ok(Prepared::new(credential, relation.id(), core))
}
