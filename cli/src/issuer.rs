//! `issuer`: keys, challenges, credentials.

use crate::{
    args::{self, Out},
    attributes,
    error::{Failure, Outcome},
    keys,
    ledger::{FileNonces, FileTags},
    object,
    output::Report,
    session::{Rng, Session},
    state::{self, Readers, State, create_directory},
};
use rand_core::Rng as _;
use serde_json::json;
use shiming::{
    codec::{self, Identifier, Kind, from_json},
    enrolment::Enrolment,
    issuer::{Issuer, Signer},
    registry::IssuerDocument,
    signature::{self, Algorithm, Es256SigningKey},
    time::{UnixTime, Validity},
};
use shiming_circuits::eddsa::SigningKey;
use std::path::Path;
use zeroize::Zeroizing;

/// A registration file: public.
pub(crate) const REGISTRATION: Kind = Kind::public("registration", 64 << 10);
const SIGNING_KEY: &str = "signing-key";
const SERVICE_KEY: &str = "service-key.pem";
const SD_JWT_KEY: &str = "sd-jwt-key.pem";
const DAY: i64 = 86_400;

/// Runs one of the issuer's commands.
pub(crate) fn run(session: &Session, command: &args::Issuer) -> Outcome<Report> {
    match command {
        args::Issuer::Keygen { id, name, schemas, valid_days } => keygen(session, id, name, schemas, *valid_days),
        args::Issuer::Challenge { id, case, out } => challenge(session, id, case, out),
        args::Issuer::Issue { id, case, enrolment, attributes, schema, out } => {
            issue(session, (id, case), enrolment, attributes, schema.as_ref(), out)
        }
    }
}

/// A new issuer: keys and registration in its directory.
pub(crate) fn create(
    state: &State,
    id: &Identifier,
    name: &str,
    schemas: &[Identifier],
    (not_before, not_after): (UnixTime, UnixTime),
    rng: &mut Rng,
) -> Outcome<(Issuer, IssuerDocument)> {
    let mut uniform = Zeroizing::new([0u8; 64]);
    rng.fill_bytes(uniform.as_mut());
    let signing = SigningKey::from_uniform_bytes(&uniform)
        .map_err(|_| Failure::usage("keygen", "the random bytes give no key; run the command again"))?;
    let service = Es256SigningKey::generate(rng);
    let sd_jwt = signature::SigningKey::generate(Algorithm::Es256, rng);
    let directory = state.issuer(id);
    create_directory(&directory)?;
    let encoded = Zeroizing::new(codec::to_text(signing.to_bytes().as_ref()) + "\n");
    state::write_new(&directory.join(SIGNING_KEY), encoded.as_bytes(), Readers::Owner)?;
    state::write_new(&directory.join(SERVICE_KEY), pem(&service)?.as_bytes(), Readers::Owner)?;
    let sd_jwt_pem = sd_jwt.to_pkcs8_pem().map_err(|error| Failure::usage("keygen", error))?;
    state::write_new(&directory.join(SD_JWT_KEY), sd_jwt_pem.as_bytes(), Readers::Owner)?;
    let service_key = service.public_key();
    let signer = Signer::Native { attributes: signing, sd_jwt };
    let window = Validity::new(not_before, not_after).map_err(|error| Failure::usage("bad-window", error))?;
    let key = signer.register(id, schemas, window)?;
    let issuer = Issuer::new(id.clone(), signer, service);
    let document = IssuerDocument { id: id.clone(), name: name.to_owned(), keys: vec![key], service_key };
    let registration = codec::to_json(REGISTRATION, &document)?;
    state::write(&directory.join("registration.json"), &registration, Readers::All)?;
    Ok((issuer, document))
}

/// The PEM of a service key.
pub(crate) fn pem(key: &Es256SigningKey) -> Outcome<Zeroizing<String>> {
    key.to_pkcs8_pem().map_err(|error| Failure::usage("keygen", format!("{error}; run the command again")))
}

/// The service key in a PEM file.
pub(crate) fn service_key(path: &Path) -> Outcome<Es256SigningKey> {
    let bytes = state::read(path, 4 << 10)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::file(path, codec::DecodeError::NotUtf8))?;
    Es256SigningKey::from_pkcs8_pem(text).map_err(|error| Failure::file(path, error))
}

fn open(session: &Session, id: &Identifier) -> Outcome<Issuer> {
    let directory = session.state.issuer(id);
    if !directory.exists() {
        return Err(Failure::usage(
            "no-issuer",
            format!("there is no issuer {id} here; run `shiming issuer keygen --id {id}`"),
        ));
    }
    let path = directory.join(SIGNING_KEY);
    let text = state::read(&path, 1 << 10)?;
    let bytes = Zeroizing::new(
        codec::from_text(Kind::secret("signing key", 32), &text).map_err(|error| Failure::file(&path, error))?,
    );
    let bytes = Zeroizing::new(codec::array(&bytes).map_err(|error| Failure::file(&path, error))?);
    let signing = SigningKey::from_bytes(&bytes).map_err(|_| Failure::file(&path, "not a signing key"))?;
    let sd_jwt = signature::SigningKey::Es256(service_key(&directory.join(SD_JWT_KEY))?);
    let signer = Signer::Native { attributes: signing, sd_jwt };
    Ok(Issuer::new(id.clone(), signer, service_key(&directory.join(SERVICE_KEY))?))
}

fn keygen(session: &Session, id: &Identifier, name: &str, schemas: &[Identifier], valid_days: u32) -> Outcome<Report> {
    let known = shiming::schema::Schemas::standard();
    if let Some(unknown) = schemas.iter().find(|schema| known.get(schema.as_str()).is_none()) {
        let names: Vec<_> = known.iter().map(|schema| schema.name().to_string()).collect();
        return Err(Failure::usage(
            "unknown-schema",
            format!("there is no schema {unknown}; there are {}", names.join(", ")),
        ));
    }
    let now = session.now();
    let window = (now, now.plus(i64::from(valid_days) * DAY));
    let (issuer, _) = create(&session.state, id, name, schemas, window, &mut session.rng())?;
    let registration = session.state.issuer(id).join("registration.json");
    let names: Vec<_> = schemas.iter().map(ToString::to_string).collect();
    let text = format!(
        "Issuer {id} ({name})\nkey id        {}\nmay sign      {}\naccepted for  {valid_days} days\nregistration  {}\n\n\
         Next: shiming trust add issuer {}",
        issuer.key_id(),
        names.join(", "),
        registration.display(),
        registration.display()
    );
    let json = json!({"id": id, "key_id": issuer.key_id().to_string(), "schemas": names, "registration": registration});
    Ok(Report::new(text, json))
}

fn challenge(session: &Session, id: &Identifier, case: &Identifier, out: &Out) -> Outcome<Report> {
    let issuer = open(session, id)?;
    let challenge = issuer.challenge(case, session.now(), &mut session.rng())?;
    object::write(out, challenge.as_bytes(), Readers::All)?;
    let expires_at = challenge.challenge().expires_at.seconds();
    let text = format!(
        "Challenge for case {case}, valid for 15 minutes, in {}\nNext, the holder: shiming holder enrol --challenge {}",
        out.out.display(),
        out.out.display()
    );
    Ok(Report::new(text, json!({"issuer": id, "case": case, "expires_at": expires_at, "file": out.out})))
}

fn issue(
    session: &Session,
    (id, case): (&Identifier, &Identifier),
    enrolment: &Path,
    file: &Path,
    schema: Option<&Identifier>,
    out: &Out,
) -> Outcome<Report> {
    let issuer = open(session, id)?;
    let trust = keys::trust(session)?;
    let now = session.now();
    let enrolment = object::read(Kind::ENROLMENT, enrolment)
        .and_then(|bytes| Enrolment::from_json(&bytes).map_err(|error| Failure::file(enrolment, error)))?;
    let name = schema_name(session, id, schema)?;
    let schema = trust.schemas().get(name.as_str()).ok_or_else(|| {
        Failure::usage("unknown-schema", format!("there is no schema {name}; see `shiming trust show`"))
    })?;
    let values = attributes::load(schema, &state::read(file, attributes::ATTRIBUTES.cap())?, now)?;
    let mut rng = session.rng();
    let enrolled = issuer.check_enrolment(&enrolment, case, &trust, now, &mut rng)?;
    let directory = session.state.issuer(id);
    let nonces = FileNonces::open(directory.join("challenges"))?;
    let tags = FileTags::open(&directory.join("tags"))?;
    let credential = issuer.issue(enrolled, values, &trust, &nonces, &tags, now, &mut rng)?;
    let bytes = Zeroizing::new(credential.to_json()?);
    object::write(out, &bytes, Readers::Owner)?;
    let text = format!(
        "Credential of schema {name} signed, in {} (secret: give it to its holder only)\n\
         Next, the holder: shiming holder prepare --credential {}",
        out.out.display(),
        out.out.display()
    );
    Ok(Report::new(
        text,
        json!({"issuer": id, "schema": name, "key_id": credential.key().to_string(), "file": out.out}),
    ))
}

/// The schema that was named, or the only one that the issuer registered for.
fn schema_name(session: &Session, id: &Identifier, named: Option<&Identifier>) -> Outcome<Identifier> {
    if let Some(name) = named {
        return Ok(name.clone());
    }
    let path = session.state.issuer(id).join("registration.json");
    let bytes = state::read(&path, REGISTRATION.cap())?;
    let document: IssuerDocument = from_json(REGISTRATION, &bytes).map_err(|error| Failure::file(&path, error))?;
    let mut schemas = document.keys.into_iter().flat_map(|key| key.schemas);
    match (schemas.next(), schemas.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Failure::usage("which-schema", "the issuer may sign several schemas; name one with --schema")),
    }
}
