//! `trust`: the local trust bundle, which decides whom to believe what.

use crate::{
    args::{self, TrustAdd},
    error::{Failure, Outcome},
    issuer::REGISTRATION,
    keys, object,
    output::{Report, Table},
    session::Session,
    setup::WARNING,
    state::{self, Readers, State, create_directory},
};
use serde_json::json;
use shiming::{
    codec::from_json,
    registry::{
        BundleDocument, IssuerDocument, KeyFault, RelationDocument, SourceDocument, TrustBundle, VerifierDocument,
    },
    schema::Schemas,
    time::{Date, UnixTime},
};
use std::{collections::BTreeMap, path::Path};

/// How long a local bundle may be used after its last change, in seconds: 90 days.
const MAX_STALENESS: u32 = 90 * 86_400;

/// Runs one of the trust commands.
pub(crate) fn run(session: &Session, command: &args::Trust) -> Outcome<Report> {
    match command {
        args::Trust::Show => show(session),
        args::Trust::Add(TrustAdd::Relations) => add(session, "relations", |document| {
            document.relations = keys::documents(&session.state)?.into_iter().collect();
            document.schemas = schemas();
            Ok(())
        }),
        args::Trust::Add(TrustAdd::Issuer { registration, replace }) => {
            let issuer: IssuerDocument = read(registration)?;
            let what = format!("issuer {}", issuer.id);
            let id = issuer.id.clone();
            add(session, &what, |document| {
                put(&mut document.issuers, issuer, |known| &known.id, *replace)?;
                check_possession(document, &id)
            })
        }
        args::Trust::Add(TrustAdd::Source { registration, replace }) => {
            let source: SourceDocument = read(registration)?;
            let what = format!("source {}", source.id);
            add(session, &what, |document| put(&mut document.sources, source, |known| &known.id, *replace))
        }
        args::Trust::Add(TrustAdd::Verifier { registration, replace }) => {
            let verifier: VerifierDocument = read(registration)?;
            let what = format!("verifier {}", verifier.id);
            add(session, &what, |document| put(&mut document.verifiers, verifier, |known| &known.id, *replace))
        }
    }
}

/// A bundle with relations and schemas and nobody in it.
pub(crate) fn empty(relations: Vec<(shiming::codec::Identifier, RelationDocument)>, now: UnixTime) -> BundleDocument {
    BundleDocument {
        version: 1,
        issued_at: now,
        max_staleness_seconds: MAX_STALENESS,
        issuers: Vec::new(),
        verifiers: Vec::new(),
        sources: Vec::new(),
        relations: relations.into_iter().collect(),
        schemas: schemas(),
        status_epoch: 0,
    }
}

/// Checks a bundle and writes it.
pub(crate) fn keep(state: &State, document: BundleDocument) -> Outcome<TrustBundle> {
    let bundle = TrustBundle::new(document)?;
    create_directory(state.root())?;
    state::write(&state.trust(), &bundle.to_json()?, Readers::All)?;
    Ok(bundle)
}

fn schemas() -> BTreeMap<shiming::codec::Identifier, shiming::digest::Digest> {
    Schemas::standard().iter().map(|schema| (schema.name().clone(), schema.digest())).collect()
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Outcome<T> {
    let bytes = object::read(REGISTRATION, path)?;
    from_json(REGISTRATION, &bytes).map_err(|error| Failure::file(path, error))
}

fn put<T>(list: &mut Vec<T>, entry: T, id: impl Fn(&T) -> &shiming::codec::Identifier, replace: bool) -> Outcome<()> {
    match list.iter_mut().find(|known| id(known) == id(&entry)) {
        None => list.push(entry),
        Some(known) if replace => *known = entry,
        Some(known) => {
            let id = id(known);
            return Err(Failure::usage(
                "already-trusted",
                format!("{id} is in the bundle; add --replace to replace it"),
            ));
        }
    }
    Ok(())
}

/// KEY-POSSESSION: a bundle may carry keys that nobody relies on, but none is put there.
fn check_possession(document: &BundleDocument, id: &shiming::codec::Identifier) -> Outcome<()> {
    let bundle = TrustBundle::new(document.clone())?;
    for key in bundle.issuer(id).into_iter().flat_map(|issuer| issuer.keys()) {
        key.verifying().map_err(|fault| {
            let code = if fault == KeyFault::Possession { "possession-invalid" } else { "issuer-key-invalid" };
            Failure::rejected(code, format!("the key {} of {id}: {fault}; have the issuer register it again", key.id()))
        })?;
    }
    Ok(())
}

fn add(session: &Session, what: &str, change: impl FnOnce(&mut BundleDocument) -> Outcome<()>) -> Outcome<Report> {
    let now = session.now();
    let mut document = if session.state.trust().exists() {
        let mut document = keys::bundle(&session.state)?.document().clone();
        document.version += 1;
        document.issued_at = now;
        document
    } else {
        empty(keys::documents(&session.state)?, now)
    };
    change(&mut document)?;
    let bundle = keep(&session.state, document)?;
    let path = session.state.trust();
    let text = format!("Added {what}; {} has version {}", path.display(), bundle.version());
    Ok(Report::new(text, json!({"added": what, "version": bundle.version(), "file": path})))
}

fn show(session: &Session) -> Outcome<Report> {
    let bundle = keys::bundle(&session.state)?;
    let json = serde_json::to_value(bundle.document()).map_err(|error| Failure::usage("trust", error))?;
    Ok(Report::new(describe(&bundle), json!({"trust": json})))
}

/// A bundle in tables.
pub(crate) fn describe(bundle: &TrustBundle) -> String {
    let document = bundle.document();
    let day = |time: UnixTime| Date::from_unix(time).map_or_else(|_| "?".to_owned(), |date| date.to_string());
    let list =
        |names: &[shiming::codec::Identifier]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let mut issuers = Table::new(["issuer", "name", "suite", "key id", "may sign", "accepted"]);
    for issuer in bundle.issuers() {
        for key in issuer.keys() {
            let schemas: Vec<_> = key.schemas().cloned().collect();
            let window = format!("{} to {}", day(key.validity().not_before()), day(key.validity().not_after()));
            let (id, suite) = (issuer.id().to_string(), key.suite().to_string());
            issuers.row([id, issuer.name().to_owned(), suite, short(&key.id()), list(&schemas), window]);
        }
    }
    let mut verifiers = Table::new(["verifier", "name", "answers go to", "may ask"]);
    for verifier in &document.verifiers {
        verifiers.row([
            verifier.id.to_string(),
            verifier.name.clone(),
            verifier.endpoints.join("\n"),
            verifier
                .purposes
                .iter()
                .map(|(id, digest)| format!("{id} ({})", short(digest)))
                .collect::<Vec<_>>()
                .join("\n"),
        ]);
    }
    let mut sources = Table::new(["source", "name", "signs with", "may attest", "accepted"]);
    for source in &document.sources {
        let kinds: Vec<_> = source.kinds.iter().map(|kind| kind.as_str()).collect();
        let window = format!("{} to {}", day(source.not_before), day(source.not_after));
        let algorithm = source.key.algorithm().as_str().to_owned();
        sources.row([source.id.to_string(), source.name.clone(), algorithm, kinds.join("\n"), window]);
    }
    let mut relations = Table::new(["relation", "key id", "proving key digest", "origin"]);
    for (name, relation) in bundle.relations() {
        let origin = if relation.is_development() { "INSECURE development" } else { "ceremony" };
        relations.row([
            name.to_string(),
            short(relation.key_id()),
            short(relation.proving_key_digest()),
            origin.to_owned(),
        ]);
    }
    let mut out = format!(
        "Trust bundle, version {}, issued {}, status epoch {}\n{}{}{}{}",
        document.version,
        day(document.issued_at),
        document.status_epoch,
        issuers.render(),
        verifiers.render(),
        if document.sources.is_empty() { String::new() } else { sources.render() },
        relations.render()
    );
    if document.relations.values().any(|relation| relation.development) {
        out.push_str(WARNING);
    }
    out
}

/// The first half of a digest, enough to compare by eye.
pub(crate) fn short(digest: &impl std::fmt::Display) -> String {
    format!("{}…", digest.to_string().chars().take(16).collect::<String>())
}
