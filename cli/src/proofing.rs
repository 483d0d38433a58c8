//! `proofing`: a case from its opening to the credential, in files.
//!
//! A case lies in its issuer's directory: the session and the person, readable by the owner only, the settings that it was
//! opened under, and the log, which is the truth. An event is in the log, durably, before a command says that it happened; a line
//! that a crash tore is cut off by the next command.

mod attest;
mod failure;
mod file;
mod source;

use crate::{
    args::{self, Out, Which},
    error::{Failure, Outcome},
    issuer, keys, object,
    output::Report,
    session::Session,
    state::Readers,
    verifier,
};
use file::{CaseFiles, Person};
use serde_json::json;
use shiming::{
    codec::{Identifier, Kind, to_base64url},
    enrolment::Enrolment,
    evidence::SignedAttestation,
    proofing::{Case, Event, IssuanceBasis, Path as ProofingPath, ProofingRules, Relative, Stage},
    schema::Schemas,
};
use std::path::Path;
use zeroize::Zeroizing;

/// Runs one of the commands.
pub(crate) fn run(session: &Session, command: &args::Proofing) -> Outcome<Report> {
    match command {
        args::Proofing::Open { id, case, path, person, rules, session_out } => {
            open(session, (id, case), *path, person, rules.as_deref(), session_out)
        }
        args::Proofing::Source { id, name, algorithm, kinds, valid_days } => {
            source::keygen(session, (id, name), *algorithm, kinds, *valid_days)
        }
        args::Proofing::Attest(wish) => attest::attest(session, wish),
        args::Proofing::Submit { case, evidence } => submit(session, case, evidence),
        args::Proofing::Relative { case, verifier, request, presentation } => {
            relative(session, case, verifier, (request, presentation))
        }
        args::Proofing::Status { case } => happened(session, case, &Event::Looked),
        args::Proofing::Issue { case, enrolment, out } => issue(session, case, enrolment, out),
        args::Proofing::Withdraw { case } => happened(session, case, &Event::Withdrawn),
    }
}

fn open(
    session: &Session,
    (id, case): (&Identifier, &Identifier),
    path: ProofingPath,
    person: &Path,
    rules: Option<&Path>,
    session_out: &Path,
) -> Outcome<Report> {
    // The issuer has to be here: a case of nobody would end nowhere.
    issuer::open(session, id)?;
    let person = Person::read(person)?;
    let rules = match rules {
        Some(file) => file::read_rules(file)?,
        None => ProofingRules::default(),
    };
    let mut files = CaseFiles::create(session, (id, case), person, rules)?;
    let event = Event::Opened { subject: files.session.subject(), path, rules: files.rules.version };
    files.record(&event, session.now())?;
    files.write_session(session_out)?;
    report(&files, &format!("Case {case} opened; the sources get {}", session_out.display()))
}

fn submit(session: &Session, which: &Which, evidence: &Path) -> Outcome<Report> {
    let mut files = CaseFiles::open(session, which)?;
    let bytes = object::read(Kind::ATTESTATION, evidence)?;
    let signed = SignedAttestation::from_bytes(&bytes).map_err(|error| Failure::file(evidence, error))?;
    let (bundle, now) = (keys::bundle(&session.state)?, session.now());
    bundle.check_freshness(now)?;
    let checked = signed.check(&files.session, &bundle, files.rules.near_expiry_days, now)?;
    let what = format!("{} by {}", checked.kind().as_str(), checked.source());
    files.record(&Event::Evidence { evidence: checked }, now)?;
    report(&files, &format!("Taken: {what}"))
}

fn relative(
    session: &Session,
    which: &Which,
    verifier: &Identifier,
    (request, presentation): (&Path, &Path),
) -> Outcome<Report> {
    let mut files = CaseFiles::open(session, which)?;
    let verdict = verifier::judge(session, verifier, request, presentation)?;
    let relative = Relative::from_verdict(&verdict, &files.rules)
        .map_err(|error| Failure::rejected("relative", format!("{error}; ask the policy that the rules name")))?;
    files.record(&Event::Relative { relative }, session.now())?;
    let about = to_base64url(relative.digest().as_bytes());
    report(&files, &format!("Taken: a relative's presentation\nevidence of the relative is about {about}"))
}

fn happened(session: &Session, which: &Which, event: &Event) -> Outcome<Report> {
    let mut files = CaseFiles::open(session, which)?;
    files.record(event, session.now())?;
    report(&files, &format!("Case {}", which.case))
}

fn issue(session: &Session, which: &Which, enrolment: &Path, out: &Out) -> Outcome<Report> {
    let mut files = CaseFiles::open(session, which)?;
    let (issuer, trust, now) = (issuer::open(session, &which.id)?, keys::trust(session)?, session.now());
    let answer = object::read(Kind::ENROLMENT, enrolment)
        .and_then(|bytes| Enrolment::from_json(&bytes).map_err(|error| Failure::file(enrolment, error)))?;
    let schemas = Schemas::standard();
    let schema =
        schemas.get("cn-realname").ok_or_else(|| Failure::usage("schema", "there is no schema cn-realname"))?;
    let enrolled = issuer.check_enrolment(&answer, &which.case, &trust, now, &mut session.rng())?;
    let case = files.case()?.clone();
    let subject = files.person.subject()?;
    let approved = case.approve(&files.session, &subject, &files.key, &files.rules, now)?;
    let attributes = approved.attributes(&enrolled, schema, &mut session.rng())?;
    let (nonces, tags) = issuer::ledgers(session, &which.id)?;
    let credential = issuer.issue(enrolled, attributes.attributes, &trust, &nonces, &tags, now, &mut session.rng())?;
    // The event first: a credential that the log does not know must not leave. If the write of the file fails, the holder asks
    // again with a new case.
    let issued = Event::issued(&credential).ok_or_else(|| Failure::usage("schema", "the schema has no holder tag"))?;
    files.record(&issued, now)?;
    let basis = IssuanceBasis::of(files.case()?, schema).map_err(|error| Failure::usage("basis", error))?;
    object::write(out, &Zeroizing::new(credential.to_json()?), Readers::Owner)?;
    files.write_basis(&basis)?;
    let salt = to_base64url(&attributes.name_salt);
    let text = format!(
        "Credential issued, in {0} (secret: give it to its holder only, with the name's salt {salt})\n\
         Next, the holder: shiming holder prepare --credential {0}",
        out.out.display()
    );
    let json = json!({"case": which.case, "stage": Stage::Issued, "file": out.out, "name_salt": salt, "basis": basis});
    Ok(Report::new(text, json))
}

/// Where the case stands.
fn report(files: &CaseFiles, first: &str) -> Outcome<Report> {
    let case = files.case()?;
    let mut text = format!("{first}\nstage       {}\n", name(case.stage()));
    let wanted = case.wanted(&files.rules);
    if !wanted.is_empty() {
        text.push_str(&format!("needs       {}\n", wanted.join(", ")));
    }
    for trigger in case.triggers() {
        text.push_str(&format!("step-up     {trigger:?}\n"));
    }
    for anomaly in case.anomalies() {
        text.push_str(&format!("anomaly     {anomaly:?}\n"));
    }
    let review = case.review().map(|review| to_base64url(review.as_bytes()));
    if let Some(review) = &review {
        text.push_str(&format!("review      a decision is about {review}\n"));
    }
    if case.stage() == Stage::FaceEnrolled {
        text.push_str(&next(files, case));
    }
    let json = json!({
        "case": files.session.case(),
        "path": case.path(),
        "stage": case.stage(),
        "needs": wanted,
        "triggers": case.triggers().iter().map(|trigger| format!("{trigger:?}")).collect::<Vec<_>>(),
        "anomalies": case.anomalies().iter().map(|anomaly| format!("{anomaly:?}")).collect::<Vec<_>>(),
        "review": review,
        "head": files.head().to_string(),
    });
    Ok(Report::new(text, json))
}

fn next(files: &CaseFiles, case: &Case) -> String {
    let (id, number) = (files.session.issuer(), files.session.case());
    format!(
        "channels    {}\nNext: shiming issuer challenge --id {id} --case {number}, then, with the wallet's answer,\n      \
         shiming proofing issue --id {id} --case {number} --enrolment FILE --out FILE\n",
        case.channels().count()
    )
}

/// The name of a stage, as JSON has it.
fn name(stage: Stage) -> String {
    serde_json::to_value(stage).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
