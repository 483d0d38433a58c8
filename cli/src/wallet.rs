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
    credential::Credential,
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
    keep_one(&state.holder().join("prepared"), prepared.credential(), &prepared.to_json()?)
}

/// Keeps a credential that was checked and has no proof.
pub(crate) fn keep_accepted(state: &State, credential: &Credential) -> Outcome<PathBuf> {
    keep_one(&state.holder().join("accepted"), credential, &Zeroizing::new(credential.to_json()?))
}

fn keep_one(directory: &Path, credential: &Credential, bytes: &[u8]) -> Outcome<PathBuf> {
    create_directory(directory)?;
    let schema = credential.attributes().schema().name().to_string();
    let path =
        directory.join(state::file_name(&format!("{schema}_{}_{}.json", credential.issuer(), handle(credential))));
    state::write(&path, bytes, Readers::Owner)?;
    Ok(path)
}

/// The revocation handle is fresh at every issue and means nothing, so it tells two credentials of one issuer apart.
fn handle(credential: &Credential) -> String {
    match credential.attributes().get("revocation_handle") {
        Some(shiming::schema::Value::Handle(bits)) => hex(&bits.to_be_bytes()),
        _ => "0".to_owned(),
    }
}

/// Every prepared credential, in the order of their files.
pub(crate) fn prepared(state: &State, schemas: &Schemas) -> Outcome<Vec<Prepared>> {
    files(&state.holder().join("prepared"))?.iter().map(|path| read_prepared(path, schemas)).collect()
}

/// Every credential that answers on the conventional path, with a proof or without, each once.
pub(crate) fn credentials(state: &State, schemas: &Schemas) -> Outcome<Vec<Credential>> {
    let read = |path: &PathBuf| {
        let bytes = object::read(Kind::CREDENTIAL, path)?;
        Credential::from_json(&bytes, schemas).map_err(|error| Failure::file(path, error))
    };
    let mut all = files(&state.holder().join("accepted"))?.iter().map(read).collect::<Outcome<Vec<_>>>()?;
    for prepared in prepared(state, schemas)? {
        let credential = prepared.into_credential();
        if all.iter().all(|known| (known.key(), handle(known)) != (credential.key(), handle(&credential))) {
            all.push(credential);
        }
    }
    Ok(all)
}

/// The JSON files of a directory, in order; none if it is not there.
fn files(directory: &Path) -> Outcome<Vec<PathBuf>> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Ok(Vec::new()) };
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::io(directory, &error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    Ok(paths)
}

/// The prepared credential in a file.
pub(crate) fn read_prepared(path: &Path, schemas: &Schemas) -> Outcome<Prepared> {
    let bytes = object::read(Kind::PREPARED, path)?;
    Prepared::from_json(&bytes, schemas).map_err(|error| Failure::file(path, error))
}

/// One credential for each entry of a policy: the first choice that satisfies it, otherwise the first that fits by schema and
/// issuer, so that the holder learns which clause fails. `wallet` has credentials, or what they were prepared to; `keep` is what
/// the holder does with a credential that is missing.
pub(crate) fn choose<'a, T>(
    policy: &Policy,
    today: Date,
    wallet: &'a [T],
    credential: impl Fn(&'a T) -> &'a Credential,
    keep: &str,
) -> Outcome<Vec<&'a T>> {
    let mut choices: Vec<Vec<&T>> = vec![Vec::new()];
    for (number, entry) in policy.entries().iter().enumerate() {
        let fits = |held: &&'a T| {
            let credential = credential(held);
            credential.attributes().schema().id() == entry.schema().id() && entry.permits(credential.issuer())
        };
        let fitting: Vec<&T> = wallet.iter().filter(fits).collect();
        if fitting.is_empty() {
            let issuers: Vec<_> = entry.issuers().iter().map(ToString::to_string).collect();
            return Err(Failure::rejected(
                "no-fitting-credential",
                format!(
                    "the wallet has no credential of schema {} by {} (credential {} of the policy); have one issued and \
                     {keep} it",
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
    let satisfies = |chosen: &&Vec<&'a T>| {
        let attributes: Vec<&Attributes> = chosen.iter().map(|held| credential(held).attributes()).collect();
        policy.evaluate(today, &attributes).is_ok()
    };
    let best = choices.iter().find(satisfies).or(choices.first());
    best.cloned()
        .ok_or_else(|| Failure::rejected("no-fitting-credential", format!("the wallet is empty; {keep} a credential")))
}
