//! A source's key and registration.

use crate::{
    error::{Failure, Outcome},
    issuer::REGISTRATION,
    output::Report,
    session::{Rng, Session},
    state::{self, Readers, State, create_directory},
};
use serde_json::json;
use shiming::{
    codec::{self, Identifier},
    evidence::EvidenceKind,
    registry::SourceDocument,
    signature::{Algorithm, SigningKey},
    time::UnixTime,
};
use std::{collections::BTreeSet, path::PathBuf};

const KEY: &str = "attestation-key.pem";
const DAY: i64 = 86_400;

/// A new source: key and registration in its directory.
pub(crate) fn create(
    state: &State,
    (id, name): (&Identifier, &str),
    algorithm: Algorithm,
    kinds: &[EvidenceKind],
    (not_before, not_after): (UnixTime, UnixTime),
    rng: &mut Rng,
) -> Outcome<(SigningKey, SourceDocument)> {
    let key = SigningKey::generate(algorithm, rng);
    let directory = state.source(id);
    create_directory(&directory)?;
    let pem = key.to_pkcs8_pem().map_err(|error| Failure::usage("keygen", error))?;
    state::write_new(&directory.join(KEY), pem.as_bytes(), Readers::Owner)?;
    let document = SourceDocument {
        id: id.clone(),
        name: name.to_owned(),
        key: key.public_key(),
        kinds: BTreeSet::from_iter(kinds.iter().copied()),
        not_before,
        not_after,
    };
    state::write(&registration(state, id), &codec::to_json(REGISTRATION, &document)?, Readers::All)?;
    Ok((key, document))
}

fn registration(state: &State, id: &Identifier) -> PathBuf {
    state.source(id).join("registration.json")
}

/// The key of a source that is here.
pub(super) fn key(session: &Session, id: &Identifier) -> Outcome<SigningKey> {
    let path = session.state.source(id).join(KEY);
    if !path.exists() {
        return Err(Failure::usage(
            "no-source",
            format!("there is no source {id} here; run `shiming proofing source --id {id}`"),
        ));
    }
    let bytes = state::read(&path, 4 << 10)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::file(&path, codec::DecodeError::NotUtf8))?;
    SigningKey::from_pkcs8_pem(text).map_err(|error| Failure::file(&path, error))
}

/// `proofing source`.
pub(super) fn keygen(
    session: &Session,
    (id, name): (&Identifier, &str),
    algorithm: Algorithm,
    kinds: &[EvidenceKind],
    valid_days: u32,
) -> Outcome<Report> {
    let now = session.now();
    let window = (now, now.plus(i64::from(valid_days) * DAY));
    let (_, document) = create(&session.state, (id, name), algorithm, kinds, window, &mut session.rng())?;
    let path = registration(&session.state, id);
    let names: Vec<_> = document.kinds.iter().map(|kind| kind.as_str()).collect();
    let text = format!(
        "Source {id} ({name})\nsigns with    {}\nmay attest    {}\naccepted for  {valid_days} days\nregistration  {}\n\n\
         Next: shiming trust add source {}",
        algorithm.as_str(),
        names.join(", "),
        path.display(),
        path.display()
    );
    Ok(Report::new(text, json!({"id": id, "algorithm": algorithm, "kinds": names, "registration": path})))
}
