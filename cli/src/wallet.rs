//! The holder's files: the seed, and one prepared credential per file.

use crate::{
    error::{Failure, Outcome},
    ledger::hex,
    object,
    state::{self, Readers, State, create_directory},
};
use serde::{Deserialize, Serialize};
use shiming::{
    codec::{self, Kind, from_json, to_json},
    policy::Policy,
    prepared::Prepared,
    schema::{Attributes, Schemas},
    time::Date,
    wallet::{SEED_BYTES, Wallet},
};
use std::path::{Path, PathBuf};
use zeroize::{Zeroize, Zeroizing};

/// The object in a seed file.
pub(crate) const WALLET_OBJECT: &str = "shiming-wallet/1";
/// A seed file: secret.
pub(crate) const WALLET: Kind = Kind::secret("wallet", 1 << 10);

/// The seed file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WalletDocument {
    /// [`WALLET_OBJECT`].
    pub(crate) object: String,
    #[serde(with = "codec::base64url_array")]
    seed: [u8; SEED_BYTES],
}

impl Drop for WalletDocument {
    fn drop(&mut self) {
        self.seed.zeroize();
    }
}

fn seed_file(state: &State) -> PathBuf {
    state.holder().join("wallet.json")
}

/// Keeps a new wallet. An existing one is never overwritten: its credentials would be lost.
pub(crate) fn keep(state: &State, wallet: &Wallet) -> Outcome<PathBuf> {
    create_directory(&state.holder())?;
    let document = WalletDocument { object: WALLET_OBJECT.to_owned(), seed: *wallet.seed() };
    let bytes = Zeroizing::new(to_json(WALLET, &document)?);
    let path = seed_file(state);
    if path.exists() {
        let path = path.display();
        return Err(Failure::usage(
            "wallet-exists",
            format!("{path} exists; a wallet is never overwritten, move it away first"),
        ));
    }
    state::write_new(&path, &bytes, Readers::Owner)?;
    Ok(path)
}

/// The wallet.
pub(crate) fn open(state: &State) -> Outcome<Wallet> {
    let path = seed_file(state);
    if !path.exists() {
        return Err(Failure::usage("no-wallet", format!("{} is missing; run `shiming holder init`", path.display())));
    }
    let bytes = object::read(WALLET, &path)?;
    let document: WalletDocument = from_json(WALLET, &bytes).map_err(|error| Failure::file(&path, error))?;
    if document.object != WALLET_OBJECT {
        return Err(Failure::file(&path, "not a wallet of this version"));
    }
    Ok(Wallet::from_seed(document.seed))
}

/// Keeps a prepared credential.
pub(crate) fn keep_prepared(state: &State, prepared: &Prepared) -> Outcome<PathBuf> {
    let directory = state.holder().join("prepared");
    create_directory(&directory)?;
    let credential = prepared.credential();
    // The handle is fresh at every issue and means nothing, so it tells two credentials of one issuer apart.
    let handle = match credential.attributes().get("revocation_handle") {
        Some(shiming::schema::Value::Handle(bits)) => hex(&bits.to_be_bytes()),
        _ => "0".to_owned(),
    };
    let schema = credential.attributes().schema().name().to_string();
    let name = state::file_name(&format!("{schema}_{}_{handle}.json", credential.issuer()));
    let path = directory.join(name);
    state::write(&path, &prepared.to_json()?, Readers::Owner)?;
    Ok(path)
}

/// Every prepared credential, in the order of their files.
pub(crate) fn prepared(state: &State, schemas: &Schemas) -> Outcome<Vec<Prepared>> {
    let directory = state.holder().join("prepared");
    let Ok(entries) = std::fs::read_dir(&directory) else { return Ok(Vec::new()) };
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::io(&directory, &error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    paths.iter().map(|path| read_prepared(path, schemas)).collect()
}

/// The prepared credential in a file.
pub(crate) fn read_prepared(path: &Path, schemas: &Schemas) -> Outcome<Prepared> {
    let bytes = object::read(Kind::PREPARED, path)?;
    Prepared::from_json(&bytes, schemas).map_err(|error| Failure::file(path, error))
}

/// One credential for each entry of a policy: the first choice that satisfies it, otherwise the first that fits by schema and
/// issuer, so that the holder learns which clause fails.
pub(crate) fn choose<'a>(policy: &Policy, today: Date, wallet: &'a [Prepared]) -> Outcome<Vec<&'a Prepared>> {
    let mut choices: Vec<Vec<&Prepared>> = vec![Vec::new()];
    for (number, entry) in policy.entries().iter().enumerate() {
        let fitting: Vec<&Prepared> = wallet
            .iter()
            .filter(|prepared| {
                let credential = prepared.credential();
                credential.attributes().schema().id() == entry.schema().id() && entry.permits(credential.issuer())
            })
            .collect();
        if fitting.is_empty() {
            let issuers: Vec<_> = entry.issuers().iter().map(ToString::to_string).collect();
            return Err(Failure::rejected(
                "no-fitting-credential",
                format!(
                    "the wallet has no credential of schema {} by {} (credential {} of the policy); have one issued and \
                     prepare it",
                    entry.schema().name(),
                    issuers.join(" or "),
                    number + 1
                ),
            ));
        }
        choices = choices
            .into_iter()
            .flat_map(|chosen| fitting.iter().map(move |next| [chosen.as_slice(), &[*next]].concat()))
            .take(1 << 10)
            .collect();
    }
    let satisfies = |chosen: &&Vec<&Prepared>| {
        let attributes: Vec<&Attributes> = chosen.iter().map(|prepared| prepared.credential().attributes()).collect();
        policy.evaluate(today, &attributes).is_ok()
    };
    let best = choices.iter().find(satisfies).or(choices.first());
    best.cloned().ok_or_else(|| Failure::rejected("no-fitting-credential", "the wallet is empty; prepare a credential"))
}
