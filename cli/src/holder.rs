//! `holder`: a wallet, enrolment, preparation, answers.

mod conventional;

use crate::{
    args::{self, Out},
    error::{Failure, Outcome},
    keys, object,
    output::{Progress, Report, complain, is_interactive},
    session::Session,
    state::Readers,
    wallet, wording,
};
use serde_json::json;
use shiming::{
    codec::Kind,
    credential::Credential,
    enrolment::SignedChallenge,
    holder,
    policy::Path as AnswerPath,
    prepared::Prepared,
    request::{CheckedRequest, SignedRequest},
    suite::Suite,
    time::Date,
    trust::Trust,
    wallet::Wallet,
};
use std::{
    io::{BufRead, IsTerminal},
    path::Path,
    time::Instant,
};

/// Runs one of the holder's commands.
pub(crate) fn run(session: &Session, command: &args::Holder) -> Outcome<Report> {
    match command {
        args::Holder::Init => init(session),
        args::Holder::Enrol { challenge, out } => enrol(session, challenge, out),
        args::Holder::Prepare { credential } => prepare(session, credential),
        args::Holder::Accept { credential } => accept(session, credential),
        args::Holder::Present { request, conventional: true, yes, out } => {
            conventional::present(session, request, *yes, out)
        }
        args::Holder::Present { request, conventional: false, yes, out } => present(session, request, *yes, out),
    }
}

fn init(session: &Session) -> Outcome<Report> {
    let path = wallet::keep(&session.state, &Wallet::generate(&mut session.rng()))?;
    let text = format!(
        "Wallet in {}\nKeep it secret and keep a copy: a lost seed means full re-verification and new pseudonyms.",
        path.display()
    );
    Ok(Report::new(text, json!({"file": path})))
}

fn enrol(session: &Session, challenge: &Path, out: &Out) -> Outcome<Report> {
    let bytes = object::read(Kind::CHALLENGE, challenge)?;
    let signed = SignedChallenge::from_bytes(&bytes).map_err(|error| Failure::file(challenge, error))?;
    let wallet = wallet::open(&session.state)?;
    let trust = keys::trust(session)?;
    let proving = keys::proving(session, &trust, Suite::Native)?;
    let issuer = signed.challenge().issuer.clone();
    let enrolment = holder::enrol(&wallet, signed, &trust, &proving, session.now(), &mut session.rng())?;
    object::write(out, &enrolment.to_json()?, Readers::Owner)?;
    let text = format!(
        "Answer to the challenge of {issuer} in {}\nNext, the issuer: shiming issuer issue --id {issuer} --enrolment {} ... (or issuer tbs)",
        out.out.display(),
        out.out.display()
    );
    Ok(Report::new(text, json!({"issuer": issuer, "file": out.out})))
}

fn read_credential(file: &Path, trust: &Trust) -> Outcome<Credential> {
    let bytes = object::read(Kind::CREDENTIAL, file)?;
    Credential::from_json(&bytes, trust.schemas()).map_err(|error| Failure::file(file, error))
}

/// Checks a credential and keeps it without a proof.
fn accept(session: &Session, file: &Path) -> Outcome<Report> {
    let trust = keys::trust(session)?;
    let credential = read_credential(file, &trust)?;
    let wallet = wallet::open(&session.state)?;
    holder::accept(&wallet, &credential, &trust, session.now())?;
    let path = wallet::keep_accepted(&session.state, &credential)?;
    let (schema, issuer) = (credential.attributes().schema().name(), credential.issuer());
    let text = format!(
        "Accepted {schema} by {issuer} (suite {}) for answers on the conventional path: {} (secret)\n\
         Next, to answer in zero knowledge too: shiming holder prepare --credential {}",
        credential.suite(),
        path.display(),
        file.display()
    );
    Ok(Report::new(text, json!({"schema": schema, "issuer": issuer, "suite": credential.suite(), "file": path})))
}

fn prepare(session: &Session, file: &Path) -> Outcome<Report> {
    let trust = keys::trust(session)?;
    let credential = read_credential(file, &trust)?;
    let wallet = wallet::open(&session.state)?;
    let proving = keys::proving(session, &trust, credential.suite())?;
    let schema = credential.attributes().schema().name().clone();
    let issuer = credential.issuer().clone();
    let progress = Progress::start(session.json, 0, "proving that the credential is signed");
    let started = Instant::now();
    let prepared = holder::prepare(&wallet, credential, &trust, &proving, session.now(), &mut session.rng())?;
    let milliseconds = started.elapsed().as_millis() as u64;
    drop(progress);
    let path = wallet::keep_prepared(&session.state, &prepared)?;
    let text = format!("Prepared {schema} by {issuer} in {milliseconds} ms: {} (secret)", path.display());
    Ok(Report::new(text, json!({"schema": schema, "issuer": issuer, "prepare_ms": milliseconds, "file": path})))
}

/// The request in a file, checked against the holder's own trust bundle.
fn check_request(session: &Session, file: &Path, trust: &Trust) -> Outcome<CheckedRequest> {
    let bytes = object::read(Kind::REQUEST, file)?;
    let signed = SignedRequest::from_bytes(&bytes).map_err(|error| Failure::file(file, error))?;
    let now = session.now();
    let today = Date::from_unix(now).map_err(|error| Failure::usage("clock", format!("{error}; check the clock")))?;
    Ok(signed.check(trust.bundle(), trust.schemas(), now, today)?)
}

fn present(session: &Session, file: &Path, yes: bool, out: &Out) -> Outcome<Report> {
    let trust = keys::trust(session)?;
    let request = check_request(session, file, &trust)?;
    if !request.policy().allows(AnswerPath::Zk) {
        return Err(Failure::rejected(
            "conventional-only",
            "the request accepts only an answer that discloses attributes; nothing was sent. To see what it would disclose, \
             and to decide, add --conventional",
        ));
    }
    let words = wording::request(&request, &trust);
    ask(session, &words, yes)?;
    let wallet = wallet::open(&session.state)?;
    let prepared = wallet::prepared(&session.state, trust.schemas())?;
    let chosen = wallet::choose(request.policy(), request.request().today, &prepared, Prepared::credential, "prepare")?;
    let proving = keys::proving(session, &trust, Suite::Native)?;
    let started = Instant::now();
    let presentation = holder::present(&wallet, &chosen, &request, &trust, &proving, &mut session.rng())?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let bytes = presentation.to_bytes(request.plan());
    object::write(out, &bytes, Readers::Owner)?;
    let issuers: Vec<_> = chosen.iter().map(|prepared| prepared.credential().issuer().to_string()).collect();
    let text = format!(
        "Answered with credentials by {} in {milliseconds:.1} ms: {} bytes in {}",
        issuers.join(" and "),
        bytes.len(),
        out.out.display()
    );
    let json = json!({
        "path": AnswerPath::Zk.as_str(),
        "audience": request.request().audience,
        "purpose": request.policy().id(),
        "clauses": wording::clauses(request.policy()),
        "endpoint": request.request().response_endpoint,
        "issuers": issuers,
        "present_ms": milliseconds,
        "bytes": bytes.len(),
        "file": out.out,
    });
    Ok(Report::new(text, json))
}

/// Shows who asks what. On a terminal nothing is answered before a yes.
fn ask(session: &Session, words: &str, yes: bool) -> Outcome<()> {
    if session.json {
        return Ok(());
    }
    complain(words);
    if yes || !can_ask(session) {
        return Ok(());
    }
    confirm("Answer? [y/N]")
}

/// Whether somebody is there to be asked.
fn can_ask(session: &Session) -> bool {
    is_interactive(session.json) && std::io::stdin().is_terminal()
}

/// Asks on the terminal.
fn confirm(question: &str) -> Outcome<()> {
    complain(question);
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    if ["y", "yes"].contains(&line.trim().to_lowercase().as_str()) {
        Ok(())
    } else {
        Err(Failure::rejected("no-consent", "the holder did not consent; nothing was sent"))
    }
}
