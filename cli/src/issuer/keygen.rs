//! An issuer's directory: keys that are made here, and what is loaded from it.

use super::known_schemas;
use crate::{
    args::SuiteName,
    error::{Failure, Outcome},
    output::Report,
    session::{Rng, Session},
    state::{self, Readers, State, create_directory},
};
use rand_core::Rng as _;
use serde_json::json;
use shiming::{
    codec::{self, Identifier, Kind, from_json},
    issuer::{Issuer, Signer, default_distid},
    registry::{IssuerDocument, IssuerKeyDocument, IssuerKeyId},
    signature::{self, Algorithm, Es256SigningKey, Sm2SigningKey},
    suite::Suite,
    time::{UnixTime, Validity},
};
use shiming_circuits::eddsa::SigningKey;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A registration file: public.
pub(crate) const REGISTRATION: Kind = Kind::public("registration", 64 << 10);
/// The seconds of a day.
pub(super) const DAY: i64 = 86_400;
const SIGNING_KEY: &str = "signing-key";
const SD_JWT_KEY: &str = "sd-jwt-key.pem";
/// The one key of the suites that sign attributes and SD-JWTs with the same.
const ISSUER_KEY: &str = "issuer-key.pem";
const SERVICE_KEY: &str = "service-key.pem";

/// A new issuer: keys and registration in its directory.
pub(crate) fn create(
    state: &State,
    (id, name): (&Identifier, &str),
    suite: Suite,
    schemas: &[Identifier],
    (not_before, not_after): (UnixTime, UnixTime),
    rng: &mut Rng,
) -> Outcome<(Issuer, IssuerDocument)> {
    let window = Validity::new(not_before, not_after).map_err(|error| Failure::usage("bad-window", error))?;
    let signer = generate(id, suite, rng)?;
    let directory = state.issuer(id);
    create_directory(&directory)?;
    keep_signer(&directory, &signer)?;
    let service = create_service(&directory, rng)?;
    let key = signer.register(id, schemas, window)?;
    let document =
        IssuerDocument { id: id.clone(), name: name.to_owned(), keys: vec![key], service_key: service.public_key() };
    keep_registration(state, &document)?;
    Ok((Issuer::new(id.clone(), signer, service), document))
}

/// The keys of an issuer of that id, in memory only.
pub(crate) fn generate(id: &Identifier, suite: Suite, rng: &mut Rng) -> Outcome<Signer> {
    let failed = |error: &dyn std::fmt::Display| Failure::usage("keygen", format!("{error}; run the command again"));
    match suite {
        Suite::Native => {
            let mut uniform = Zeroizing::new([0u8; 64]);
            rng.fill_bytes(uniform.as_mut());
            let attributes =
                SigningKey::from_uniform_bytes(&uniform).map_err(|_| failed(&"the random bytes give no key"))?;
            Ok(Signer::Native { attributes, sd_jwt: signature::SigningKey::generate(Algorithm::Es256, rng) })
        }
        Suite::Sm2Sm3 => {
            let distid = default_distid(id).map_err(|error| failed(&error))?;
            Ok(Signer::Sm2Sm3 { key: Sm2SigningKey::generate(rng), distid })
        }
        Suite::Es256 => Ok(Signer::Es256(Es256SigningKey::generate(rng))),
        _ => Err(Failure::usage("keygen", format!("this program makes no keys of suite {suite}"))),
    }
}

fn keep_signer(directory: &Path, signer: &Signer) -> Outcome<()> {
    let write = |name: &str, text: &str| state::write_new(&directory.join(name), text.as_bytes(), Readers::Owner);
    let failed = |error| Failure::usage("keygen", error);
    match signer {
        Signer::Native { attributes, sd_jwt } => {
            let encoded = Zeroizing::new(codec::to_text(attributes.to_bytes().as_ref()) + "\n");
            write(SIGNING_KEY, &encoded)?;
            write(SD_JWT_KEY, &sd_jwt.to_pkcs8_pem().map_err(failed)?)
        }
        Signer::Sm2Sm3 { key, .. } => write(ISSUER_KEY, &key.to_pkcs8_pem().map_err(failed)?),
        Signer::Es256(key) => write(ISSUER_KEY, &pem(key)?),
    }
}

/// A fresh service key, which signs challenges.
pub(super) fn create_service(directory: &Path, rng: &mut Rng) -> Outcome<Es256SigningKey> {
    let service = Es256SigningKey::generate(rng);
    state::write_new(&directory.join(SERVICE_KEY), pem(&service)?.as_bytes(), Readers::Owner)?;
    Ok(service)
}

/// The PEM of a service key.
pub(crate) fn pem(key: &Es256SigningKey) -> Outcome<Zeroizing<String>> {
    key.to_pkcs8_pem().map_err(|error| Failure::usage("keygen", format!("{error}; run the command again")))
}

fn read_key<K, E: std::fmt::Display>(path: &Path, parse: impl FnOnce(&str) -> Result<K, E>) -> Outcome<K> {
    let bytes = state::read(path, 4 << 10)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::file(path, codec::DecodeError::NotUtf8))?;
    parse(text).map_err(|error| Failure::file(path, error))
}

/// The service key in a PEM file.
pub(crate) fn service_key(path: &Path) -> Outcome<Es256SigningKey> {
    read_key(path, Es256SigningKey::from_pkcs8_pem)
}

fn registration_file(state: &State, id: &Identifier) -> PathBuf {
    state.issuer(id).join("registration.json")
}

/// Writes the registration, for trust bundles.
pub(super) fn keep_registration(state: &State, document: &IssuerDocument) -> Outcome<PathBuf> {
    let path = registration_file(state, &document.id);
    state::write(&path, &codec::to_json(REGISTRATION, document)?, Readers::All)?;
    Ok(path)
}

/// The registration of an issuer that is here, or what is still to be done.
pub(super) fn registration(state: &State, id: &Identifier) -> Outcome<IssuerDocument> {
    if !state.issuer(id).exists() {
        return Err(Failure::usage(
            "no-issuer",
            format!(
                "there is no issuer {id} here; run `shiming issuer keygen --id {id}`, or `shiming issuer register` if its \
                 key signs elsewhere"
            ),
        ));
    }
    let path = registration_file(state, id);
    if !path.exists() && super::register::is_pending(state, id) {
        return Err(Failure::usage(
            "registration-pending",
            format!(
                "the possession of {id}'s key is not proven; run `shiming issuer register --id {id} --possession FILE`"
            ),
        ));
    }
    let bytes = state::read(&path, REGISTRATION.cap())?;
    from_json(REGISTRATION, &bytes).map_err(|error| Failure::file(&path, error))
}

/// The one key of a registration.
pub(super) fn only_key<'a>(state: &State, document: &'a IssuerDocument) -> Outcome<&'a IssuerKeyDocument> {
    match document.keys.as_slice() {
        [key] => Ok(key),
        _ => Err(Failure::file(&registration_file(state, &document.id), "the registration does not have one key")),
    }
}

/// The issuer in its directory, with its keys or, if they are elsewhere, without.
pub(crate) fn open(session: &Session, id: &Identifier) -> Outcome<Issuer> {
    let document = registration(&session.state, id)?;
    let key = only_key(&session.state, &document)?;
    let directory = session.state.issuer(id);
    let service = service_key(&directory.join(SERVICE_KEY))?;
    let own = directory.join(ISSUER_KEY);
    let signer = match key.suite {
        Suite::Native => open_native(&directory)?,
        suite if !own.exists() => {
            let key_id = IssuerKeyId::of(suite, &key.key, key.distid.as_ref());
            let algorithm = if suite == Suite::Sm2Sm3 { Algorithm::Sm2 } else { Algorithm::Es256 };
            return Ok(Issuer::external(id.clone(), key_id, algorithm, service));
        }
        Suite::Sm2Sm3 => {
            let distid = key.distid.clone().ok_or_else(|| {
                Failure::file(
                    &registration_file(&session.state, id),
                    "an SM2 key without its distinguishing identifier",
                )
            })?;
            Signer::Sm2Sm3 { key: read_key(&own, Sm2SigningKey::from_pkcs8_pem)?, distid }
        }
        _ => Signer::Es256(service_key(&own)?),
    };
    Ok(Issuer::new(id.clone(), signer, service))
}

fn open_native(directory: &Path) -> Outcome<Signer> {
    let path = directory.join(SIGNING_KEY);
    let text = state::read(&path, 1 << 10)?;
    let bytes = Zeroizing::new(
        codec::from_text(Kind::secret("signing key", 32), &text).map_err(|error| Failure::file(&path, error))?,
    );
    let bytes = Zeroizing::new(codec::array(&bytes).map_err(|error| Failure::file(&path, error))?);
    let attributes = SigningKey::from_bytes(&bytes).map_err(|_| Failure::file(&path, "not a signing key"))?;
    let sd_jwt = read_key(&directory.join(SD_JWT_KEY), signature::SigningKey::from_pkcs8_pem)?;
    Ok(Signer::Native { attributes, sd_jwt })
}

/// `issuer keygen`.
pub(super) fn keygen(
    session: &Session,
    (id, name): (&Identifier, &str),
    suite: SuiteName,
    schemas: &[Identifier],
    valid_days: u32,
) -> Outcome<Report> {
    known_schemas(schemas)?;
    let now = session.now();
    let window = (now, now.plus(i64::from(valid_days) * DAY));
    let (_, document) = create(&session.state, (id, name), suite.into(), schemas, window, &mut session.rng())?;
    report(session, &document)
}

/// What was registered, and what to do with it.
pub(super) fn report(session: &Session, document: &IssuerDocument) -> Outcome<Report> {
    let key = only_key(&session.state, document)?;
    let (id, path) = (&document.id, registration_file(&session.state, &document.id));
    let key_id = IssuerKeyId::of(key.suite, &key.key, key.distid.as_ref());
    let schemas: Vec<_> = key.schemas.iter().map(ToString::to_string).collect();
    let days = key.not_after.seconds_since(key.not_before) / DAY;
    let mut text = format!("Issuer {id} ({})\nsuite         {}\nkey id        {key_id}\n", document.name, key.suite);
    if let Some(distid) = &key.distid {
        text.push_str(&format!("TBS distid    {}\n", distid.as_str()));
    }
    text.push_str(&format!(
        "may sign      {}\naccepted for  {days} days\nregistration  {1}\n\nNext: shiming trust add issuer {1}",
        schemas.join(", "),
        path.display()
    ));
    let json = json!({
        "id": id,
        "suite": key.suite,
        "key_id": key_id.to_string(),
        "distid": key.distid,
        "schemas": schemas,
        "registration": path,
    });
    Ok(Report::new(text, json))
}
