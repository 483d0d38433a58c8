//! `holder present --conventional`: an answer that discloses, after explicit consent to every claim.

use super::{can_ask, check_request, confirm};
use crate::{
    args::Out,
    error::{Failure, Outcome},
    keys, object,
    output::{Report, complain},
    session::Session,
    state::Readers,
    wallet, wording,
};
use serde_json::json;
use shiming::{
    credential::Credential,
    holder::{self, HolderError, Proposal},
    policy::Path as AnswerPath,
    request::CheckedRequest,
    suite::Suite,
};
use std::{path::Path, time::Instant};

/// Shows what would be disclosed, asks, and discloses it.
pub(super) fn present(session: &Session, file: &Path, yes: bool, out: &Out) -> Outcome<Report> {
    let trust = keys::trust(session)?;
    let request = check_request(session, file, &trust)?;
    if !request.policy().allows(AnswerPath::Conventional) {
        return Err(HolderError::ConventionalNotAccepted.into());
    }
    let wallet = wallet::open(&session.state)?;
    let credentials = wallet::credentials(&session.state, trust.schemas())?;
    let today = request.request().today;
    let chosen: Vec<&Credential> = wallet::choose(request.policy(), today, &credentials, |held| held, "accept")?;
    let now = session.now();
    let proposal = holder::propose(&wallet, &chosen, &request, &trust, now)?;
    let disclosures = proposal.disclosures();
    let lifelong = proposal.reveals_holder_tags();
    let words = format!("{}\n{}", wording::request(&request, &trust), wording::proposal(&request, &proposal));
    consent(session, &words, &proposal, &request, yes)?;
    // Only the proof behind a pseudonym, or behind several credentials, needs a proving key.
    let proving =
        if request.policy().is_linked() { Some(keys::load_proving(session, &trust, Suite::Native)?) } else { None };
    let started = Instant::now();
    let answer = proposal.disclose_with_consent(&wallet, &trust, proving.as_ref(), now, &mut session.rng())?.to_bytes();
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let bytes = answer.map_err(|error| Failure::usage("answer-too-large", error))?;
    object::write(out, &bytes, Readers::Owner)?;
    let issuers: Vec<_> = chosen.iter().map(|credential| credential.issuer().to_string()).collect();
    let text = format!(
        "Disclosed {} claims by {} to {} in {milliseconds:.1} ms: {} bytes in {}",
        disclosures.len(),
        issuers.join(" and "),
        request.request().audience,
        bytes.len(),
        out.out.display()
    );
    let claims = disclosures
        .iter()
        .map(|(credential, claim, value)| json!({"credential": credential, "claim": claim, "value": value}));
    let json = json!({
        "path": AnswerPath::Conventional.as_str(),
        "audience": request.request().audience,
        "purpose": request.policy().id(),
        "clauses": wording::clauses(request.policy()),
        "endpoint": request.request().response_endpoint,
        "issuers": issuers,
        "disclosed": claims.collect::<Vec<_>>(),
        "lifelong_tag_disclosed": lifelong,
        "present_ms": milliseconds,
        "bytes": bytes.len(),
        "file": out.out,
    });
    Ok(Report::new(text, json))
}

/// Nothing is disclosed before a yes, on a terminal or by --yes.
fn consent(
    session: &Session,
    words: &str,
    proposal: &Proposal<'_>,
    request: &CheckedRequest,
    yes: bool,
) -> Outcome<()> {
    if !session.json {
        complain(words);
    }
    if yes {
        return Ok(());
    }
    let audience = &request.request().audience;
    if can_ask(session) {
        return confirm(&format!("Disclose all of this to {audience}? [y/N]"));
    }
    let names: Vec<String> = proposal.disclosures().into_iter().map(|(_, claim, _)| claim).collect();
    Err(Failure::rejected(
        "no-consent",
        format!(
            "the answer would disclose {} to {audience}; nothing was sent. Consent with --yes beside --conventional, or on a \
             terminal",
            names.join(", ")
        ),
    ))
}
