//! `issuer`: keys, challenges, credentials.

mod external;
mod keygen;
mod openssl;
mod register;

pub(crate) use keygen::{REGISTRATION, create, generate, open, pem, service_key};

use crate::{
    args::{self, Case, Out},
    attributes,
    error::{Failure, Outcome},
    keys,
    ledger::{FileNonces, FileTags},
    object,
    output::Report,
    session::Session,
    state::{self, Readers},
};
use serde_json::json;
use shiming::{
    codec::{Identifier, Kind},
    credential::Credential,
    enrolment::Enrolment,
    issuer::{Draft, DraftError, Enrolled, Issuer},
    schema::{AttributesBuilder, Schemas},
    time::UnixTime,
    trust::Trust,
};
use zeroize::Zeroizing;

/// Runs one of the issuer's commands.
pub(crate) fn run(session: &Session, command: &args::Issuer) -> Outcome<Report> {
    match command {
        args::Issuer::Keygen { id, name, suite, schemas, valid_days } => {
            keygen::keygen(session, (id, name), *suite, schemas, *valid_days)
        }
        args::Issuer::Register(wish) => register::run(session, wish),
        args::Issuer::Challenge { id, case, out } => challenge(session, id, case, out),
        args::Issuer::Issue { case, out } => issue(session, case, out),
        args::Issuer::Tbs(wish) => external::tbs(session, wish),
        args::Issuer::Attach(wish) => external::attach(session, wish),
    }
}

/// Refuses schemas that this program does not have.
fn known_schemas(schemas: &[Identifier]) -> Outcome<()> {
    let known = Schemas::standard();
    match schemas.iter().find(|schema| known.get(schema.as_str()).is_none()) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<_> = known.iter().map(|schema| schema.name().to_string()).collect();
            Err(Failure::usage(
                "unknown-schema",
                format!("there is no schema {unknown}; there are {}", names.join(", ")),
            ))
        }
    }
}

fn challenge(session: &Session, id: &Identifier, case: &Identifier, out: &Out) -> Outcome<Report> {
    let issuer = keygen::open(session, id)?;
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

/// A checked answer and checked attributes, with the ledgers that say whether both may be signed.
struct Intake {
    enrolled: Enrolled,
    values: AttributesBuilder,
    nonces: FileNonces,
    tags: FileTags,
}

fn intake(session: &Session, issuer: &Issuer, trust: &Trust, now: UnixTime, case: &Case) -> Outcome<Intake> {
    let path = &case.enrolment;
    let enrolment = object::read(Kind::ENROLMENT, path)
        .and_then(|bytes| Enrolment::from_json(&bytes).map_err(|error| Failure::file(path, error)))?;
    let name = schema_name(session, case)?;
    let schema = trust.schemas().get(name.as_str()).ok_or_else(|| {
        Failure::usage("unknown-schema", format!("there is no schema {name}; see `shiming trust show`"))
    })?;
    let written = state::read(&case.attributes, attributes::ATTRIBUTES.cap())?;
    let values = attributes::load(schema, &written, now)?;
    let enrolled = issuer.check_enrolment(&enrolment, &case.case, trust, now, &mut session.rng())?;
    let (nonces, tags) = ledgers(session, &case.id)?;
    Ok(Intake { enrolled, values, nonces, tags })
}

/// The challenges that were answered, and the one tag of each person.
pub(crate) fn ledgers(session: &Session, id: &Identifier) -> Outcome<(FileNonces, FileTags)> {
    let directory = session.state.issuer(id);
    Ok((FileNonces::open(directory.join("challenges"))?, FileTags::open(&directory.join("tags"))?))
}

/// What is to be signed for a case. The challenge is used up.
fn drafted(session: &Session, issuer: &Issuer, trust: &Trust, now: UnixTime, case: &Case) -> Outcome<Draft> {
    let Intake { enrolled, values, nonces, tags } = intake(session, issuer, trust, now, case)?;
    Ok(issuer.draft(enrolled, values, trust, &nonces, &tags, now, &mut session.rng())?)
}

fn issue(session: &Session, case: &Case, out: &Out) -> Outcome<Report> {
    let issuer = keygen::open(session, &case.id)?;
    if issuer.signer().is_none() {
        return Err(DraftError::External.into());
    }
    let trust = keys::trust(session)?;
    let now = session.now();
    let Intake { enrolled, values, nonces, tags } = intake(session, &issuer, &trust, now, case)?;
    let credential = issuer.issue(enrolled, values, &trust, &nonces, &tags, now, &mut session.rng())?;
    object::write(out, &Zeroizing::new(credential.to_json()?), Readers::Owner)?;
    Ok(issued(&credential, out))
}

/// What the issuer has for the holder.
fn issued(credential: &Credential, out: &Out) -> Report {
    let schema = credential.attributes().schema().name();
    let text = format!(
        "Credential of schema {schema} signed, in {0} (secret: give it to its holder only)\n\
         Next, the holder: shiming holder prepare --credential {0}\n\
         or, to answer on the conventional path only: shiming holder accept --credential {0}",
        out.out.display(),
    );
    let json = json!({
        "issuer": credential.issuer(),
        "schema": schema,
        "suite": credential.suite(),
        "key_id": credential.key().to_string(),
        "file": out.out,
    });
    Report::new(text, json)
}

/// The schema that was named, or the only one that the issuer registered for.
fn schema_name(session: &Session, case: &Case) -> Outcome<Identifier> {
    if let Some(name) = &case.schema {
        return Ok(name.clone());
    }
    let document = keygen::registration(&session.state, &case.id)?;
    let mut schemas = document.keys.into_iter().flat_map(|key| key.schemas);
    match (schemas.next(), schemas.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Failure::usage("which-schema", "the issuer may sign several schemas; name one with --schema")),
    }
}
