//! `setup`: development keys, insecure and named so.

use crate::{
    error::{Failure, Outcome},
    keys::write_development,
    output::{Progress, Report, Table},
    session::Session,
};
use serde_json::json;
use shiming::{danger, suite::Suite};
use std::time::Instant;

/// What whoever ran this setup can do.
pub(crate) const WARNING: &str = "INSECURE development keys: whoever made them can forge any proof for them. They are for \
    trials on one machine.\nProduction needs the keys of a verified ceremony.";

/// Makes development keys and writes them to keys/.
pub(crate) fn run(session: &Session, suites: &[Suite]) -> Outcome<Report> {
    let started = Instant::now();
    let progress = Progress::start(session.json, "making INSECURE development keys");
    let keys = danger::insecure_development_setup_with_progress(suites, &progress, &mut session.rng())
        .map_err(|error| Failure::usage("setup", format!("{error}; the program is damaged, build it again")))?;
    progress.say("writing the keys");
    let facts = write_development(&session.state, &keys)?;
    drop(progress);
    let milliseconds = started.elapsed().as_millis() as u64;

    let mut table = Table::new(["relation", "constraints", "proving key", "verifying key id, proving key digest"]);
    for fact in &facts {
        let digests = format!("{}\n{}", fact.document.key_id, fact.document.proving_key_digest);
        table.row([
            fact.relation.to_owned(),
            fact.constraints.to_string(),
            format!("{} KB", fact.proving_bytes.div_ceil(1000)),
            digests,
        ]);
    }
    let directory = session.state.keys();
    let text = format!(
        "{WARNING}\n\n{}\nWritten to {} in {milliseconds} ms. Next: shiming trust add relations",
        table.render(),
        directory.display()
    );
    let relations: Vec<_> = facts
        .iter()
        .map(|fact| {
            json!({
                "relation": fact.relation,
                "constraints": fact.constraints,
                "proving_key_bytes": fact.proving_bytes,
                "key_id": fact.document.key_id.to_string(),
                "proving_key_digest": fact.document.proving_key_digest.to_string(),
            })
        })
        .collect();
    Ok(Report::new(
        text,
        json!({"insecure": true, "setup_ms": milliseconds, "directory": directory, "relations": relations}),
    ))
}
