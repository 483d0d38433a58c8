//! The demo in words and tables, and as one JSON object.

use super::{
    figures::{Figures, Measured},
    paths::{self, Paths},
    stage::{Result, Stage},
    world::World,
};
use crate::{
    output::{Report, Table},
    setup::WARNING,
    trust::short,
};
use serde_json::json;
use shiming::suite::Suite;
use std::path::Path;

const OPENING: &str = "Shiming proves that a person is real-name verified, adult and not expired, without showing who it is.\n\
    An issuer signs a credential about a person; the person's wallet answers platforms; a platform learns that its policy\n\
    holds, and a pseudonym that means nothing anywhere else. Everything below was just done and checked, with invented\n\
    people, in files and with the keys of this run.";

/// The whole report.
pub(crate) fn report(world: &World, stage: &Stage, paths: &Paths, figures: &Figures, kept: Option<&Path>) -> Report {
    let mut text = format!("{OPENING}\n\n{}\n\n{WARNING}\n\n", suites(world.suite));
    text.push_str("1. What happened\n");
    text.push_str(&events(stage));
    text.push_str("\n2. One person, several pseudonyms\n");
    text.push_str(&pseudonyms(stage));
    text.push_str("\n3. What each party saw of Li Na opening her account\n");
    text.push_str(&views(world, figures));
    text.push_str("\n4. The same request on both paths\n");
    text.push_str(&paths::table(paths));
    text.push_str("\n5. What it costs\n");
    text.push_str(&costs(world, figures));
    text.push_str(&format!(
        "\n{} answers accepted, {} attempts rejected, each by the check that is named.\n",
        stage.count_accepted(),
        stage.rejected().len()
    ));
    match kept {
        Some(directory) => text.push_str(&format!(
            "The files are in {0}. Try: shiming inspect {0}/request, {0}/presentation, {0}/conventional-answer",
            directory.display()
        )),
        None => text.push_str("The files are gone; `shiming demo --dir NEW-DIRECTORY` keeps them to look into."),
    }
    Report::new(text, as_json(world, stage, figures))
}

/// Who signs how.
fn suites(suite: Suite) -> String {
    let how = match suite {
        Suite::Sm2Sm3 => "an SM2 key and SM3",
        Suite::Es256 => "an ECDSA key on P-256 and SHA-256",
        _ => "EdDSA over Poseidon",
    };
    let others = match suite {
        Suite::Native => "So does card-network.",
        _ => "card-network signs with suite native; platforms cannot tell, but by naming issuers.",
    };
    format!("identity-issuer signs with suite {suite}: {how}. {others}")
}

fn events(stage: &Stage) -> String {
    let forged = stage.events.iter().position(|event| matches!(event.result, Result::Rejected("proof-invalid")));
    let mut table = Table::new(["", "what", "by", "result", "ms"]);
    for (number, event) in stage.events.iter().enumerate() {
        let result = match &event.result {
            Result::Done => "done".to_owned(),
            Result::Accepted(_) => "✓ accepted".to_owned(),
            Result::Known(_) => "✓ known account".to_owned(),
            Result::Rejected(code) => format!("✗ {code}"),
        };
        let milliseconds = format!("{:7.1}", event.milliseconds);
        table.row([(number + 1).to_string(), event.what.clone(), event.who.to_owned(), result, milliseconds]);
    }
    format!(
        "{}Times are of this one run and include writing to disk; \"by\" is who did it or whose check decided.\n\
         Number {} gets past the minor's own wallet, because he edited its file, and still proves nothing.\n",
        table.render(),
        forged.map_or(0, |position| position + 1)
    )
}

fn pseudonyms(stage: &Stage) -> String {
    let mut table = Table::new(["accepted", "at", "pseudonym"]);
    for event in &stage.events {
        if let Some(pseudonym) = event.pseudonym() {
            table.row([event.what.clone(), event.who.to_owned(), short(pseudonym)]);
        }
    }
    format!(
        "{}The same at one platform for one scope, however often she comes; different at another platform or scope, so that\n\
         platforms cannot match her, not even together with the issuer.\n",
        table.render()
    )
}

fn views(world: &World, figures: &Figures) -> String {
    let mut table = Table::new(["party", "sees", "does not see"]);
    table.row([
        "issuer\nidentity-issuer".to_owned(),
        "her number, birth date, document, region\n(it verifies them); a blinded tag of her wallet".to_owned(),
        "where, when and what for she uses the\ncredential; her pseudonyms; her secret".to_owned(),
    ]);
    table.row([
        "holder\nLi Na's wallet".to_owned(),
        "who asks, for which purpose, every clause,\nbefore it answers".to_owned(),
        "—".to_owned(),
    ]);
    table.row([
        "platform\nlive-platform".to_owned(),
        format!(
            "that all of account-opening:1 holds on {};\nthat identity-issuer attests it; one pseudonym;\n{} bytes \
             that are fresh every time",
            world.today, figures.presentation_bytes
        ),
        "name, number, birth date, region, document,\nexpiry: none of the 16 attributes".to_owned(),
    ]);
    table.row([
        "others\nother platforms, the network".to_owned(),
        "an answer that no other request accepts".to_owned(),
        "whether two answers are of one person".to_owned(),
    ]);
    table.render()
}

fn costs(world: &World, figures: &Figures) -> String {
    let mut table = Table::new(["step", "how often", "time", "in G1 multiplications"]);
    let mut row = |step: &str, often: &str, milliseconds: f64, units: Option<f64>| {
        let units = units.map(|units| format!("{units:6.1}")).unwrap_or_default();
        table.row([step.to_owned(), often.to_owned(), format!("{milliseconds:8.2} ms"), units]);
    };
    row("setup (development)", "once, by a ceremony in production", world.setup_ms, None);
    row("load keys and tables", "once per start", world.load_ms, None);
    row(
        "issue: make and sign both inputs",
        "once per credential",
        figures.issue.milliseconds,
        Some(figures.issue.units),
    );
    row("prepare a credential", "once per credential", figures.prepare_ms, None);
    let mut answer = |step: &str, often: &str, job: &Measured| row(step, often, job.milliseconds, Some(job.units));
    let often = "every answer, one thread";
    answer("present", often, &figures.present);
    answer("verify one", often, &figures.verify);
    answer("verify in a batch of 256, each", "many answers, one thread", &figures.batch_each);
    answer("disclose", often, &figures.plain.present);
    answer("verify one conventional answer", often, &figures.plain.verify);
    answer("disclose with pseudonym", often, &figures.linked.present);
    answer("verify one with pseudonym", often, &figures.linked.verify);
    format!(
        "{}Medians over {} presentations of {} holders. One G1 multiplication takes {:.1} µs here and is timed between the jobs.\n\
         A presentation has {} bytes, a conventional answer {} without and {} with a pseudonym. {} has {}\n\
         constraints, its proving key {} KB.\n",
        table.render(),
        figures.presentations,
        figures.holders,
        figures.g1_mul_us,
        figures.presentation_bytes,
        figures.plain.bytes,
        figures.linked.bytes,
        world.suite.relation(),
        world.constraints,
        world.proving_key_bytes.div_ceil(1000)
    )
}

/// Three decimals are more than the clock knows.
fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

fn as_json(world: &World, stage: &Stage, figures: &Figures) -> serde_json::Value {
    json!({
        "insecure_development_keys": true,
        "suite": world.suite,
        "holders": figures.holders,
        "constraints": world.constraints,
        "setup_ms": round(world.setup_ms),
        "load_ms": round(world.load_ms),
        "prepare_ms": round(figures.prepare_ms),
        "present_ms": round(figures.present.milliseconds),
        "present_units": round(figures.present.units),
        "verify_ms": round(figures.verify.milliseconds),
        "verify_units": round(figures.verify.units),
        "batch_verify_ms_each": round(figures.batch_each.milliseconds),
        "batch_verify_units_each": round(figures.batch_each.units),
        "batch": figures.presentations,
        "presentation_bytes": figures.presentation_bytes,
        "conventional_issue_ms": round(figures.issue.milliseconds),
        "conventional_present_ms": round(figures.plain.present.milliseconds),
        "conventional_verify_ms": round(figures.plain.verify.milliseconds),
        "conventional_verify_units": round(figures.plain.verify.units),
        "conventional_bytes": figures.plain.bytes,
        "conventional_linked_present_ms": round(figures.linked.present.milliseconds),
        "conventional_linked_verify_ms": round(figures.linked.verify.milliseconds),
        "conventional_linked_bytes": figures.linked.bytes,
        "proving_key_bytes": world.proving_key_bytes,
        "proving_key_bytes_all": world.proving_key_bytes_all,
        "g1_mul_us": round(figures.g1_mul_us),
        "accepted": stage.count_accepted(),
        "rejected": stage.rejected(),
    })
}
