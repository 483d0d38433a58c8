//! `issuer register`: an issuer whose key signs elsewhere, and the proof that the registrant has that key.

use super::{
    keygen::{DAY, REGISTRATION, create_service, keep_registration, only_key, report},
    known_schemas, openssl,
};
use crate::{
    args::Register,
    error::{Failure, Outcome, Signed},
    output::Report,
    session::Session,
    state::{self, Readers, State, create_directory},
};
use serde_json::{Map, Value, json};
use shiming::{
    codec::{self, Identifier, Kind, from_json},
    issuer::ExternalKey,
    registry::{IssuerDocument, IssuerKeyDocument},
    signature::{Algorithm, Distid, PublicKey, RawSignature},
    suite::Suite,
    time::Validity,
};
use std::path::{Path, PathBuf};

/// A public key file.
const PUBLIC_KEY: Kind = Kind::public("public key", 16 << 10);
/// The members of a JWK that make the key; others say what it is for, which the registration does.
const KEY_MEMBERS: [&str; 4] = ["crv", "kty", "x", "y"];
const SCHEMA: &str = "cn-realname";
const VALID_DAYS: u32 = 730;

fn pending_file(state: &State, id: &Identifier) -> PathBuf {
    state.issuer(id).join("pending-registration.json")
}

/// Whether a key waits for its proof of possession.
pub(super) fn is_pending(state: &State, id: &Identifier) -> bool {
    pending_file(state, id).exists()
}

/// Runs `issuer register`: with a proof the second step, without one the first.
pub(super) fn run(session: &Session, wish: &Register) -> Outcome<Report> {
    match &wish.possession {
        Some(possession) => finish(session, wish, possession),
        None => begin(session, wish),
    }
}

/// The bytes of a signature file as 64 bytes.
pub(super) fn read_signature(path: &Path, signed: Signed) -> Outcome<RawSignature> {
    let bytes = state::read(path, 1 << 10)?;
    RawSignature::from_raw_or_der(&bytes).map_err(|error| signed.failure(error))
}

/// The public key in a file, PEM or JWK. A private one is refused: it must not lie about.
fn read_public_key(path: &Path) -> Outcome<PublicKey> {
    let private = || {
        let path = path.display();
        let advice = "give the public key only: openssl pkey -in key.pem -pubout";
        Failure::usage("private-key", format!("{path} has a private key, which belongs to its device; {advice}"))
    };
    let bytes = state::read(path, PUBLIC_KEY.cap())?;
    if bytes.first() == Some(&b'{') {
        let mut members: Map<String, Value> =
            from_json(PUBLIC_KEY, &bytes).map_err(|error| Failure::file(path, error))?;
        if members.contains_key("d") {
            return Err(private());
        }
        members.retain(|name, _| KEY_MEMBERS.contains(&name.as_str()));
        return serde_json::from_value(Value::Object(members)).map_err(|error| Failure::file(path, error));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::file(path, codec::DecodeError::NotUtf8))?;
    if text.contains("PRIVATE KEY") {
        return Err(private());
    }
    PublicKey::from_spki_pem(text).map_err(|error| Failure::file(path, error))
}

/// The first step: remember the key, write the message.
fn begin(session: &Session, wish: &Register) -> Outcome<Report> {
    let (Some(name), Some(file), Some(out)) = (&wish.name, &wish.public_key, &wish.message_out) else {
        return Err(Failure::usage("usage", "name --name, --public-key and --message-out"));
    };
    let distid = wish.distid.as_deref().map(Distid::parse).transpose();
    let distid = distid.map_err(|error| Failure::usage("distid", format!("--distid: {error}")))?;
    let key = ExternalKey::new(wish.id.clone(), read_public_key(file)?, distid)?;
    let pending = pending_file(&session.state, &wish.id);
    if pending.exists() {
        let document = read_pending(session, &wish.id)?;
        check_same(&pending, &document, only_key(&session.state, &document)?, wish, Some(&key))?;
    } else {
        remember(session, wish, name, &key)?;
    }
    let content = if wish.digest { key.possession_digest().map(Vec::from) } else { Some(key.possession_message()) };
    let content = content.ok_or_else(|| Failure::usage("suite", "keys of this suite do not sign elsewhere"))?;
    state::write(out, &content, Readers::All)?;
    Ok(next_step(wish, &key, out))
}

fn remember(session: &Session, wish: &Register, name: &str, key: &ExternalKey) -> Outcome<()> {
    let directory = session.state.issuer(&wish.id);
    if directory.exists() {
        let directory = directory.display();
        return Err(Failure::usage(
            "issuer-exists",
            format!("{directory} exists; choose another id, or move it away first"),
        ));
    }
    let schemas = match &wish.schemas {
        Some(schemas) => schemas.clone(),
        None => vec![Identifier::parse(SCHEMA).map_err(|error| Failure::usage("identifier", error))?],
    };
    known_schemas(&schemas)?;
    let now = session.now();
    let until = now.plus(i64::from(wish.valid_days.unwrap_or(VALID_DAYS)) * DAY);
    let window = Validity::new(now, until).map_err(|error| Failure::usage("bad-window", error))?;
    create_directory(&directory)?;
    let service = create_service(&directory, &mut session.rng())?;
    let document = IssuerDocument {
        id: wish.id.clone(),
        name: name.to_owned(),
        keys: vec![key.pending(&schemas, window)],
        service_key: service.public_key(),
    };
    state::write_new(&pending_file(&session.state, &wish.id), &codec::to_json(REGISTRATION, &document)?, Readers::All)
}

fn next_step(wish: &Register, key: &ExternalKey, out: &Path) -> Report {
    let distid = key.distid().cloned();
    let sign_with = openssl::sign(out, key.algorithm(), &distid.clone().unwrap_or_else(Distid::jose), wish.digest);
    let what = if wish.digest { "digest e of the possession message" } else { "possession message" };
    let under = match &distid {
        Some(distid) => format!("TBS distid    {}\n", distid.as_str()),
        None => String::new(),
    };
    let text = format!(
        "Issuer {0}: its key waits for the proof of possession\nsuite         {1}\nkey id        {2}\n{under}\
         to be signed  {3} ({what})\n\nSign it in the HSM{4}, or where the private key is a file:\n  {sign_with}\n\
         Next: shiming issuer register --id {0} --possession {3}.sig",
        wish.id,
        key.suite(),
        key.key_id(),
        out.display(),
        if distid.is_some() { " under that identifier" } else { "" },
    );
    let json = json!({
        "id": wish.id,
        "pending": true,
        "suite": key.suite(),
        "key_id": key.key_id().to_string(),
        "distid": distid,
        "digest": wish.digest,
        "file": out,
        "sign_with": sign_with,
    });
    Report::new(text, json)
}

fn read_pending(session: &Session, id: &Identifier) -> Outcome<IssuerDocument> {
    let path = pending_file(&session.state, id);
    let bytes = state::read(&path, REGISTRATION.cap())?;
    from_json(REGISTRATION, &bytes).map_err(|error| Failure::file(&path, error))
}

/// What is repeated of an earlier step has to be the same.
fn check_same(
    path: &Path,
    document: &IssuerDocument,
    key: &IssuerKeyDocument,
    wish: &Register,
    named: Option<&ExternalKey>,
) -> Outcome<()> {
    let days = key.not_after.seconds_since(key.not_before) / DAY;
    let distid = key.distid.as_ref().map(Distid::as_str);
    let checks = [
        ("--name", wish.name.as_ref().is_none_or(|name| *name == document.name)),
        ("--schemas", wish.schemas.as_ref().is_none_or(|schemas| *schemas == key.schemas)),
        ("--valid-days", wish.valid_days.is_none_or(|wanted| i64::from(wanted) == days)),
        ("--distid", wish.distid.is_none() || wish.distid.as_deref() == distid),
        ("--public-key", named.is_none_or(|named| named.bytes() == &key.key)),
        ("--distid", named.is_none_or(|named| named.distid().map(Distid::as_str) == distid)),
    ];
    match checks.iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((argument, _)) => Err(Failure::usage(
            "registration-differs",
            format!(
                "{argument} is not that of the pending registration; give the same, or remove {} and begin again",
                path.parent().unwrap_or(path).display()
            ),
        )),
    }
}

/// The second step: verify the proof, write the registration.
fn finish(session: &Session, wish: &Register, possession: &Path) -> Outcome<Report> {
    let path = pending_file(&session.state, &wish.id);
    if !path.exists() {
        let id = &wish.id;
        return Err(Failure::usage(
            "no-registration",
            format!(
                "no key of {id} waits for a proof; begin with `shiming issuer register --id {id} --public-key FILE`"
            ),
        ));
    }
    let document = read_pending(session, &wish.id)?;
    let written = only_key(&session.state, &document)?;
    let algorithm = match written.suite {
        Suite::Sm2Sm3 => Algorithm::Sm2,
        Suite::Es256 => Algorithm::Es256,
        _ => return Err(Failure::file(&path, "keys of this suite do not sign elsewhere")),
    };
    let public = PublicKey::from_point_bytes(algorithm, written.key.as_bytes());
    let public = public.map_err(|error| Failure::file(&path, error))?;
    let key = ExternalKey::new(wish.id.clone(), public, written.distid.clone())?;
    let named = match &wish.public_key {
        Some(file) => Some(ExternalKey::new(wish.id.clone(), read_public_key(file)?, written.distid.clone())?),
        None => None,
    };
    check_same(&path, &document, written, wish, named.as_ref())?;
    let signature = read_signature(possession, Signed::Possession)?;
    let window =
        Validity::new(written.not_before, written.not_after).map_err(|error| Failure::usage("bad-window", error))?;
    let registered = key.register(signature, &written.schemas, window)?;
    let document = IssuerDocument { keys: vec![registered], ..document };
    keep_registration(&session.state, &document)?;
    std::fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
    report(session, &document)
}
