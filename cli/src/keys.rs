//! Keys in files: verifying keys with their lint, proving keys with their pinned digest, and the trust bundle over both.

use crate::{
    error::{Failure, Outcome},
    output::Progress,
    session::Session,
    state::{self, Readers, State, create_directory},
};
use shiming::{
    codec::{Identifier, Kind},
    danger,
    digest::Digest,
    keys::{ProvingKey, ProvingKeys, RelationSpec, VerifyingKey, VerifyingKeys, digest_of_file},
    registry::{RelationDocument, TrustBundle},
    schema::Schemas,
    suite::Suite,
    trust::Trust,
};
use shiming_circuits::relation::Relation;
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// The greatest verifying key file.
pub(crate) const VERIFYING_KEY_CAP: usize = 1 << 20;
/// How the files of a development setup begin.
const INSECURE: &str = "INSECURE-development-";

/// What is known of the keys of one relation.
pub(crate) struct KeyFacts {
    /// The relation.
    pub(crate) relation: &'static str,
    /// Constraints.
    pub(crate) constraints: usize,
    /// The size of the proving key.
    pub(crate) proving_bytes: u64,
    /// As trust bundles have it.
    pub(crate) document: RelationDocument,
}

fn stem(relation: &str) -> String {
    relation.replace('/', "-")
}

/// Writes keys of the development setup, under names that say so.
pub(crate) fn write_development(state: &State, keys: &ProvingKeys) -> Outcome<Vec<KeyFacts>> {
    create_directory(&state.keys())?;
    let mut facts = vec![
        write_one(state, &keys.native)?,
        write_one(state, &keys.range)?,
        write_one(state, &keys.membership)?,
        write_one(state, &keys.non_membership)?,
        write_one(state, &keys.tag)?,
    ];
    if let Some(key) = keys.sm2_sm3.as_deref() {
        facts.push(write_one(state, key)?);
    }
    if let Some(key) = keys.es256.as_deref() {
        facts.push(write_one(state, key)?);
    }
    Ok(facts)
}

fn write_one<R: Relation>(state: &State, key: &ProvingKey<R>) -> Outcome<KeyFacts> {
    let path = |extension: &str| state.keys().join(format!("{INSECURE}{}.{extension}", stem(R::NAME)));
    let (proving_key_digest, proving_bytes) = state::write_with(&path("pk"), Readers::All, |file| key.write(file))?;
    state::write(&path("vk"), &key.verifying().to_bytes(), Readers::All)?;
    Ok(KeyFacts {
        relation: R::NAME,
        constraints: key.constraints(),
        proving_bytes,
        document: RelationDocument {
            key_id: key.verifying().id(),
            proving_key_digest,
            development: key.verifying().is_development(),
        },
    })
}

/// The file of a relation's key: the ceremony's if there is one, otherwise the development setup's.
fn key_file(state: &State, relation: &str, extension: &str) -> PathBuf {
    let ceremony = state.keys().join(format!("{}.{extension}", stem(relation)));
    let development = state.keys().join(format!("{INSECURE}{}.{extension}", stem(relation)));
    if ceremony.exists() || !development.exists() { ceremony } else { development }
}

/// The verifying keys in keys/, each linted.
pub(crate) fn verifying(state: &State) -> Outcome<Vec<VerifyingKey>> {
    let load = |spec: RelationSpec| {
        let path = key_file(state, spec.name, "vk");
        if !path.exists() {
            return Err(Failure::usage(
                "key-missing",
                format!("{} is missing; run `shiming setup` for a trial, or install ceremony keys", path.display()),
            ));
        }
        let bytes = state::read(&path, VERIFYING_KEY_CAP)?;
        VerifyingKey::from_bytes(spec, &bytes).map_err(|error| Failure::file(&path, error))
    };
    // The relations of the other suites are there or not.
    let there = RelationSpec::SUITES.into_iter().filter(|spec| key_file(state, spec.name, "vk").exists());
    RelationSpec::REQUIRED.into_iter().chain(there).map(load).collect()
}

fn open(path: &Path) -> Outcome<File> {
    File::open(path).map_err(|error| Failure::io(path, &error))
}

/// What a trust bundle says of the keys in keys/.
pub(crate) fn documents(state: &State) -> Outcome<Vec<(Identifier, RelationDocument)>> {
    let describe = |key: VerifyingKey| {
        let relation = key.spec().name;
        let name = Identifier::parse(relation).map_err(|error| Failure::usage("bad-key", error))?;
        let path = key_file(state, relation, "pk");
        let digest =
            open(&path).and_then(|mut file| digest_of_file(&mut file).map_err(|error| Failure::io(&path, &error)));
        let (proving_key_digest, _) = digest?;
        Ok((name, RelationDocument { key_id: key.id(), proving_key_digest, development: key.is_development() }))
    };
    verifying(state)?.into_iter().map(describe).collect()
}

/// The ring of the keys in keys/; development keys only where they were permitted by name.
fn ring(session: &Session) -> Outcome<VerifyingKeys> {
    let keys = verifying(&session.state)?;
    if session.development {
        Ok(danger::insecure_accept_development_keys(keys)?)
    } else {
        Ok(VerifyingKeys::new(keys)?)
    }
}

/// The trust bundle in trust.json.
pub(crate) fn bundle(state: &State) -> Outcome<TrustBundle> {
    let path = state.trust();
    if !path.exists() {
        return Err(Failure::usage(
            "no-trust-bundle",
            format!("{} is missing; run `shiming trust add relations`, then add issuers and verifiers", path.display()),
        ));
    }
    let bytes = state::read(&path, Kind::TRUST_BUNDLE.cap())?;
    TrustBundle::from_json(&bytes).map_err(|error| Failure::file(&path, error))
}

/// The trust bundle with the local keys.
pub(crate) fn trust(session: &Session) -> Outcome<Trust> {
    Ok(Trust::load(bundle(&session.state)?, ring(session)?, Schemas::standard())?)
}

/// The proving keys as [`proving`] reads them, with a bar of its own.
pub(crate) fn load_proving(session: &Session, trust: &Trust, suite: Suite) -> Outcome<ProvingKeys> {
    proving(session, trust, suite, &Progress::start(session.json, "loading proving keys"))
}

/// The proving keys in keys/, each with the digest that the bundle pins. Those of the other suites are large and only preparing a
/// credential of the suite needs them.
pub(crate) fn proving(session: &Session, trust: &Trust, suite: Suite, progress: &Progress) -> Outcome<ProvingKeys> {
    let pinned = |suite: Suite| trust.bundle().relations().any(|(name, _)| name.as_str() == suite.relation());
    Ok(ProvingKeys {
        native: proving_one(session, trust, progress)?,
        range: proving_one(session, trust, progress)?,
        membership: proving_one(session, trust, progress)?,
        non_membership: proving_one(session, trust, progress)?,
        tag: proving_one(session, trust, progress)?,
        sm2_sm3: (suite == Suite::Sm2Sm3 && pinned(suite))
            .then(|| proving_one(session, trust, progress).map(Box::new))
            .transpose()?,
        es256: (suite == Suite::Es256 && pinned(suite))
            .then(|| proving_one(session, trust, progress).map(Box::new))
            .transpose()?,
    })
}

fn proving_one<R: Relation>(session: &Session, trust: &Trust, progress: &Progress) -> Outcome<ProvingKey<R>> {
    let pinned: &Digest = trust
        .bundle()
        .relations()
        .find(|(name, _)| name.as_str() == R::NAME)
        .map(|(_, relation)| relation.proving_key_digest())
        .ok_or_else(|| Failure::usage("key-missing", format!("the trust bundle has no key for {}", R::NAME)))?;
    let path = key_file(&session.state, R::NAME, "pk");
    ProvingKey::read(&mut open(&path)?, pinned, progress).map_err(|error| Failure::file(&path, error))
}
