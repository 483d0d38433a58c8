//! `verifier`: a key, requests, verdicts.

use crate::{
    args::{self, Out},
    error::{Failure, Outcome},
    issuer::{REGISTRATION, pem, service_key},
    keys,
    ledger::{FileNonces, hex},
    object,
    output::Report,
    session::{Rng, Session},
    state::{self, Readers, State, create_directory},
    wording,
};
use serde_json::json;
use shiming::{
    codec::{self, Identifier, Kind, from_json},
    digest::Digest,
    policy::{Policy, PolicyDocument, PolicyError},
    registry::VerifierDocument,
    request::{LIFETIME_CAP_SECONDS, SignedRequest},
    schema::Schemas,
    signature::Es256SigningKey,
    verdict::{HolderFault, Rejection, Verdict},
    verifier::Verifier,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const KEY: &str = "request-key.pem";

/// Runs one of the verifier's commands.
pub(crate) fn run(session: &Session, command: &args::Verifier) -> Outcome<Report> {
    match command {
        args::Verifier::Keygen { id, name, endpoint, purpose } => keygen(session, id, name, endpoint, purpose),
        args::Verifier::Register { id, purpose } => register(session, id, purpose),
        args::Verifier::Request { id, policy, out } => request(session, id, policy, out),
        args::Verifier::Verify { id, request, presentation } => verify(session, id, request, presentation),
    }
}

/// A new verifier: key and registration in its directory.
pub(crate) fn create(
    state: &State,
    id: &Identifier,
    name: &str,
    endpoints: &[String],
    purposes: &[PolicyDocument],
    rng: &mut Rng,
) -> Outcome<(Verifier, VerifierDocument)> {
    let key = Es256SigningKey::generate(rng);
    let directory = state.verifier(id);
    create_directory(&directory)?;
    state::write_new(&directory.join(KEY), pem(&key)?.as_bytes(), Readers::Owner)?;
    let document = VerifierDocument {
        id: id.clone(),
        name: name.to_owned(),
        key: key.public_key(),
        endpoints: endpoints.to_vec(),
        purposes: self::purposes(purposes)?,
    };
    let registration = codec::to_json(REGISTRATION, &document)?;
    state::write(&directory.join("registration.json"), &registration, Readers::All)?;
    Ok((Verifier::new(id.clone(), key), document))
}

/// The digests of policies by id, as trust bundles pin them.
fn purposes(policies: &[PolicyDocument]) -> Outcome<BTreeMap<Identifier, Digest>> {
    let mut purposes = BTreeMap::new();
    for policy in policies {
        let id = Identifier::parse(&policy.id).map_err(PolicyError::Id)?;
        let digest = policy.digest()?;
        if purposes.insert(id, digest).is_some_and(|other| other != digest) {
            let told = format!("two policies are called {}; give one of them another id", policy.id);
            return Err(Failure::usage("policy-invalid", told));
        }
    }
    Ok(purposes)
}

/// Where the bytes of a request are kept until it is answered.
pub(crate) fn kept_request(state: &State, id: &Identifier, nonce: &[u8; 32]) -> PathBuf {
    state.verifier(id).join("requests").join(hex(nonce))
}

fn open(session: &Session, id: &Identifier) -> Outcome<(Verifier, VerifierDocument)> {
    let directory = session.state.verifier(id);
    if !directory.exists() {
        return Err(Failure::usage(
            "no-verifier",
            format!("there is no verifier {id} here; run `shiming verifier keygen --id {id}`"),
        ));
    }
    let path = directory.join("registration.json");
    let bytes = state::read(&path, REGISTRATION.cap())?;
    let document = from_json(REGISTRATION, &bytes).map_err(|error| Failure::file(&path, error))?;
    Ok((Verifier::new(id.clone(), service_key(&directory.join(KEY))?), document))
}

fn read_policy(path: &Path) -> Outcome<PolicyDocument> {
    let bytes = object::read(Kind::POLICY, path)?;
    from_json(Kind::POLICY, &bytes).map_err(|error| Failure::file(path, error))
}

fn keygen(session: &Session, id: &Identifier, name: &str, endpoints: &[String], files: &[PathBuf]) -> Outcome<Report> {
    let (_, document) = create(&session.state, id, name, endpoints, &policies(files)?, &mut session.rng())?;
    Ok(registered(session, &document, ""))
}

/// Other purposes of a verifier that is there: its key stays, and so do the pseudonyms of its holders.
fn register(session: &Session, id: &Identifier, files: &[PathBuf]) -> Outcome<Report> {
    let (_, mut document) = open(session, id)?;
    document.purposes = purposes(&policies(files)?)?;
    let registration = codec::to_json(REGISTRATION, &document)?;
    state::write(&session.state.verifier(id).join("registration.json"), &registration, Readers::All)?;
    Ok(registered(session, &document, " --replace"))
}

/// Policies that are ones by the schemas of this program: a registration of others would be of no use.
fn policies(files: &[PathBuf]) -> Outcome<Vec<PolicyDocument>> {
    let policies = files.iter().map(|file| read_policy(file)).collect::<Outcome<Vec<_>>>()?;
    for policy in &policies {
        Policy::from_document(policy.clone(), &Schemas::standard())?;
    }
    Ok(policies)
}

fn registered(session: &Session, document: &VerifierDocument, replace: &str) -> Report {
    let VerifierDocument { id, name, endpoints, purposes, .. } = document;
    let registration = session.state.verifier(id).join("registration.json");
    let names: Vec<_> = purposes.keys().map(ToString::to_string).collect();
    let text = format!(
        "Verifier {id} ({name})\nanswers to    {}\nmay ask       {}\nregistration  {}\n\nNext: shiming trust add verifier {}{replace}",
        endpoints.join(", "),
        names.join(", "),
        registration.display(),
        registration.display()
    );
    Report::new(text, json!({"id": id, "endpoints": endpoints, "purposes": purposes, "registration": registration}))
}

fn request(session: &Session, id: &Identifier, policy: &Path, out: &Out) -> Outcome<Report> {
    let (verifier, registration) = open(session, id)?;
    let trust = keys::trust(session)?;
    let document = read_policy(policy)?;
    let checked = Policy::from_document(document.clone(), trust.schemas())?;
    let endpoint = registration.endpoints.first().ok_or_else(|| {
        Failure::usage("no-endpoint", "the registration names no endpoint; run `verifier keygen` again")
    })?;
    let pending = verifier.request(&document, endpoint, &trust, session.now(), &mut session.rng())?;
    let kept = kept_request(&session.state, id, pending.nonce().as_bytes());
    create_directory(kept.parent().unwrap_or(session.state.root()))?;
    state::write_new(&kept, pending.as_bytes(), Readers::Owner)?;
    object::write(out, pending.as_bytes(), Readers::All)?;
    let mut text = format!("Request for {} in {}:\n", checked.id(), out.out.display());
    wording::clauses(&checked).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    if checked.admits_several_issuers() {
        text.push_str("Uniqueness is per issuer: one person may come once for each accepted issuer.\n");
    }
    text.push_str(&format!(
        "Valid for {LIFETIME_CAP_SECONDS} seconds. Next, the holder: shiming holder present --request {}",
        out.out.display()
    ));
    let content = pending.request().request();
    let json = json!({
        "audience": id,
        "policy": checked.id(),
        "nonce": codec::to_base64url(pending.nonce().as_bytes()),
        "expires_at": content.expires_at.seconds(),
        "several_issuers_acceptable": checked.admits_several_issuers(),
        "file": out.out,
    });
    Ok(Report::new(text, json))
}

fn verify(session: &Session, id: &Identifier, request: &Path, presentation: &Path) -> Outcome<Report> {
    judge(session, id, request, presentation).map(|verdict| report(&verdict))
}

/// The verdict on an answer to one of the remembered requests.
pub(crate) fn judge(session: &Session, id: &Identifier, request: &Path, presentation: &Path) -> Outcome<Verdict> {
    let (verifier, _) = open(session, id)?;
    let trust = keys::trust(session)?;
    let sent = object::read(Kind::REQUEST, request)?;
    let sent = SignedRequest::from_bytes(&sent).map_err(|error| Failure::file(request, error))?;
    let answer = object::read(Kind::PRESENTATION, presentation)?;
    // Only the kept bytes count; the file just says which ones.
    let kept = kept_request(&session.state, id, sent.unverified_nonce().as_bytes());
    if !kept.exists() {
        return Err(Rejection::from(HolderFault::UnknownNonce).into());
    }
    let kept = state::read(&kept, Kind::REQUEST.cap())?;
    let now = session.now();
    let pending = verifier.restore(&kept, &trust, now)?;
    let nonces = FileNonces::open(session.state.verifier(id).join("nonces"))?;
    Ok(verifier.verify(&pending, &answer, &trust, &nonces, now, &mut session.rng())?)
}

fn report(verdict: &Verdict) -> Report {
    let pseudonym = verdict.pseudonym().map(ToString::to_string);
    let issuers: Vec<_> = verdict.issuers().iter().map(ToString::to_string).collect();
    let mut text = format!("accepted: {}\nattested by  {}\n", verdict.policy(), issuers.join(" and "));
    text.push_str(&format!("path         {}\n", wording::path(verdict.path())));
    text.push_str(&format!("pseudonym    {}\n", pseudonym.as_deref().unwrap_or("none asked for")));
    for disclosure in verdict.disclosed() {
        text.push_str(&format!("{:12} {}\n", disclosure.attribute, disclosure.value));
    }
    if verdict.several_issuers_acceptable() {
        text.push_str("Uniqueness is per issuer: this person may come again with a credential of another one.\n");
    }
    let disclosed: Vec<_> = verdict
        .disclosed()
        .iter()
        .map(|d| json!({"credential": d.credential, "attribute": d.attribute, "value": d.value.to_text()}))
        .collect();
    let json = json!({
        "accepted": true,
        "policy": verdict.policy(),
        "audience": verdict.audience(),
        "path": verdict.path().as_str(),
        "pseudonym": pseudonym,
        "issuers": issuers,
        "disclosed": disclosed,
        "several_issuers_acceptable": verdict.several_issuers_acceptable(),
    });
    Report::new(text, json)
}
