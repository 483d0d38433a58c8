//! `lint`: what the rows of the relations fail to say, at a sample statement of each.

use crate::{
    error::{Failure, Outcome},
    output::{Progress, Report, Table},
    session::Session,
};
use serde_json::{Value, json};
use shiming_circuits::{
    lint::{Fault, Report as Inspected, Tally, sample},
    relation::Rule,
};
use std::{collections::BTreeMap, time::Instant};

/// One relation, inspected.
struct Line {
    report: Inspected,
    seconds: f64,
}

/// Inspects the named relations, or all.
pub(crate) fn run(session: &Session, named: &[String], seed: u64, details: bool) -> Outcome<Report> {
    let names: Vec<&str> = match named {
        [] => sample::RELATIONS.to_vec(),
        named => named.iter().map(String::as_str).collect(),
    };
    if let Some(unknown) = names.iter().find(|name| !sample::RELATIONS.contains(name)) {
        let known = sample::RELATIONS.join(", ");
        return Err(Failure::usage("unknown-relation", format!("there is no relation {unknown}; there are {known}")));
    }
    let progress = Progress::start(session.json, "inspecting");
    let mut lines = Vec::with_capacity(names.len());
    for (number, name) in names.iter().enumerate() {
        progress.say(&format!("inspecting {name}, {} of {}", number + 1, names.len()));
        let started = Instant::now();
        let report = sample::inspect(name, seed).map_err(|error| Failure::usage("lint", format!("{name}: {error}")))?;
        lines.push(Line { report, seconds: started.elapsed().as_secs_f64() });
    }
    drop(progress);
    Ok(report(&lines, seed, details))
}

fn report(lines: &[Line], seed: u64, details: bool) -> Report {
    let findings: usize = lines.iter().map(|line| line.report.findings.len()).sum();
    let json = json!({
        "clean": findings == 0,
        "seed": seed,
        "relations": lines.iter().map(|line| as_json(line, details)).collect::<Vec<_>>(),
    });
    let verdict = match findings {
        0 => "Nothing was found.".to_owned(),
        1 => "One finding; the relation named is not to be used.".to_owned(),
        many => format!("{many} findings; the relations named are not to be used."),
    };
    let mut text = table(lines);
    text.push_str(LEGEND);
    for line in lines {
        let shown = if details { line.report.to_string() } else { faults(&line.report) };
        if !shown.is_empty() {
            text.push_str(&format!("\n{shown}"));
        }
    }
    text.push_str(&format!("\n{verdict}"));
    if findings == 0 { Report::new(text, json) } else { Report::rejected("lint-findings", text, json) }
}

const LEGEND: &str = "density: coefficients in a row. mutation: variables changed alone, rejected of tried. propagation: variables that \
    rows force,\nand those that the prover may choose. range rows: rows for bits, and the integers they bound. alternatives: \
    other bits and\nlimbs, rejected of tried. public inputs: those that a row binds. spec/10-lint.md has what each check proves.\n";

fn table(lines: &[Line]) -> String {
    let mut table = Table::new([
        "relation",
        "rows",
        "variables",
        "density",
        "mutation",
        "propagation",
        "range rows",
        "alternatives",
        "public inputs",
        "findings",
        "s",
    ]);
    let tally = |tally: Tally| format!("{} of {}", tally.rejected, tally.tried);
    for Line { report, seconds } in lines {
        let ranges: usize = report.census.iter().map(|of| of.range).sum();
        let integers: usize = report.widths.iter().map(|width| width.count).sum();
        table.row([
            report.relation.to_owned(),
            report.rows.to_string(),
            report.witnesses.to_string(),
            format!("{:.1}", report.density()),
            tally(report.mutants),
            format!("{} + {}", report.forced, report.seeds),
            if integers == 0 { "none".to_owned() } else { format!("{ranges} for {integers}") },
            tally(report.alternatives),
            format!("{} of {}", report.instances - unbound(report), report.instances),
            report.findings.len().to_string(),
            format!("{seconds:.1}"),
        ]);
    }
    table.render()
}

fn unbound(report: &Inspected) -> usize {
    report.findings.iter().filter(|finding| matches!(finding.fault, Fault::Unbound { .. })).count()
}

/// The variables that nothing constrains, by the gadget whose rule introduces them.
fn unconstrained(report: &Inspected) -> BTreeMap<&'static str, Vec<usize>> {
    let mut by_gadget: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for finding in &report.findings {
        let found: &[usize] = match &finding.fault {
            Fault::Free { variable, .. } => std::slice::from_ref(variable),
            Fault::Unforced { variables } => variables,
            _ => continue,
        };
        by_gadget.entry(finding.rule.map_or("-", |Rule(name)| name)).or_default().extend(found);
    }
    for variables in by_gadget.values_mut() {
        variables.sort_unstable();
        variables.dedup();
    }
    by_gadget
}

/// What was found, in lines; nothing if nothing was.
fn faults(report: &Inspected) -> String {
    if report.is_clean() {
        return String::new();
    }
    let mut text = format!("{}:\n", report.relation);
    for (gadget, variables) in unconstrained(report) {
        text.push_str(&format!("  {} unconstrained variables of {gadget}\n", variables.len()));
    }
    report.findings.iter().for_each(|finding| text.push_str(&format!("  {finding}\n")));
    text
}

fn as_json(Line { report, seconds }: &Line, details: bool) -> Value {
    let tally = |tally: Tally| json!({"tried": tally.tried, "rejected": tally.rejected});
    let rule = |rule: Option<Rule>| rule.map(|Rule(name)| name);
    let findings = report.findings.iter().map(|finding| {
        json!({
            "check": finding.fault.check().name(),
            "gadget": rule(finding.rule),
            "what": finding.fault.to_string(),
        })
    });
    let mut json = json!({
        "relation": report.relation,
        "clean": report.is_clean(),
        "rows": report.rows,
        "instances": report.instances,
        "variables": report.witnesses,
        "nonzeros": report.nonzeros,
        "density": (report.density() * 1e3).round() / 1e3,
        "mutation": tally(report.mutants),
        "propagation": {"forced": report.forced, "seeds": report.seeds},
        "range_rows": report.census.iter().map(|of| of.range).sum::<usize>(),
        "integers": report.widths.iter().map(|width| width.count).sum::<usize>(),
        "alternatives": tally(report.alternatives),
        "public_inputs_bound": report.instances - unbound(report),
        "public_inputs_idle": report.idle.len(),
        "unconstrained": unconstrained(report),
        "findings": findings.collect::<Vec<_>>(),
        "seconds": (seconds * 1e3).round() / 1e3,
    });
    if details {
        let census = report.census.iter().map(|of| {
            json!({
                "gadget": of.rule.0,
                "forcing": of.forcing,
                "divisions": of.divisions,
                "range": of.range,
                "checks": of.checks,
            })
        });
        let widths = report.widths.iter().map(|width| {
            let below = width.below.map(|below| below.to_string());
            json!({"gadget": rule(width.rule), "bits": width.bits, "below": below, "count": width.count})
        });
        json["census"] = census.collect();
        json["widths"] = widths.collect();
    }
    json
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Line, report, unconstrained};
    use crate::error::Exit;
    use shiming_circuits::{
        lint::{declared, sample},
        relation::{
            Relation,
            tag::{self, Tag},
        },
    };

    /// The relation `tag` against a declaration that lacks its one seed, as if the prover were not to choose `b`.
    fn broken() -> Line {
        let mut declaration = declared::of(Tag::NAME).unwrap();
        declaration.seeds.clear();
        Line { report: sample::inspect_with(Tag::NAME, 0, &declaration).unwrap(), seconds: 0.5 }
    }

    #[test]
    fn findings_end_the_command_as_rejected_and_name_the_gadget() {
        let line = broken();
        let gadgets: Vec<_> = unconstrained(&line.report).into_keys().collect();
        assert_eq!(gadgets, [tag::HASH.0]);
        for details in [false, true] {
            let said = report(&[broken()], 0, details);
            assert_eq!(said.exit(), Exit::Rejected);
            assert!(said.text().contains(tag::HASH.0), "{}", said.text());
            assert_eq!(said.json()["code"], "lint-findings");
            assert_eq!(said.json()["clean"], false);
            assert_eq!(said.json()["relations"][0]["findings"][0]["check"], "propagation");
            assert_eq!(said.json()["relations"][0]["findings"][0]["gadget"], tag::HASH.0);
            assert!(said.json()["relations"][0]["unconstrained"][tag::HASH.0].as_array().unwrap().len() > 1);
        }
    }

    #[test]
    fn a_clean_relation_ends_the_command_as_done() {
        let clean = Line { report: sample::inspect(Tag::NAME, 0).unwrap(), seconds: 0.5 };
        let said = report(&[clean], 0, false);
        assert_eq!(said.exit(), Exit::Done);
        assert_eq!(said.json()["clean"], true);
    }
}
