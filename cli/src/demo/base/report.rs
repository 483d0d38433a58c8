//! The table, for people and for machines.

use super::{bureau::Bureau, failed, ordinary::Held, rows::Rows};
use crate::{
    error::Outcome,
    output::{Report, Table},
    setup::WARNING,
    state::{self, Readers},
};
use serde_json::json;
use std::{path::Path, time::Duration};
use unicode_width::UnicodeWidthStr;

const OPENING: &str = "How people become real-name verified, what happens when something is off, and how that status ends. Sources sign\n\
    attestations with the keys of this run; the library checks them, and each row is what its machines made of them. The\n\
    people are invented, the days are China's, \"row\" is the row of the source system that the rule is from.";

/// The widest a column of the table gets.
const WIDTHS: [usize; 5] = [48, 8, 10, 48, 26];

/// The whole report.
pub(super) fn report(rows: &Rows, held: &Held<'_>, took: Duration, kept: Option<&Path>) -> Outcome<Report> {
    let record = String::from_utf8(held.record.to_json().map_err(failed)?).map_err(failed)?;
    let mut text = format!("{OPENING}\n\n{WARNING}\n");
    let mut groups: Vec<&str> = rows.rows.iter().map(|row| row.group).collect();
    groups.dedup();
    let mut table = Table::new(["what happens", "row", "day", "outcome", "still possible"]);
    let mut group = "";
    for row in &rows.rows {
        if row.group != group {
            group = row.group;
            table.rule();
            table.row([group.to_uppercase(), String::new(), String::new(), String::new(), String::new()]);
        }
        let separator = if row.detail.is_empty() { "" } else { ": " };
        let outcome = format!("{}{separator}{}", row.outcome, row.detail);
        let possible = match row.possible.as_deref() {
            None => String::new(),
            Some([]) => "nothing".to_owned(),
            Some(possible) => possible.join(", "),
        };
        let cells = [row.what.clone(), row.source.to_owned(), row.on.to_string(), outcome, possible];
        let mut widths = WIDTHS.iter();
        table.row(cells.map(|cell| wrapped(&cell, widths.next().copied().unwrap_or(usize::MAX))));
    }
    text.push_str(&format!("\n{}\nWhat the platform keeps of Li Na, and all of it:\n{record}\n", table.render()));
    let seconds = took.as_secs_f64();
    let count = rows.rows.len();
    text.push_str(&format!("\n{count} rows, each as the rules demand, in {seconds:.1} s with making the keys."));
    if let Some(directory) = kept {
        text.push_str(&format!("\nLogs, record, request and answer are in {}.", directory.display()));
    }
    let record: serde_json::Value = serde_json::from_str(&record).map_err(failed)?;
    let json = json!({
        "flow": "base",
        "insecure": true,
        "rows": rows.rows,
        "groups": groups,
        "platform_record": record,
        "total_ms": took.as_millis() as u64,
    });
    Ok(Report::new(text, json))
}

/// The lines of a text, none wider than so many columns unless a word is. What begins with blanks goes on behind them.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let indent: String = paragraph.chars().take_while(|c| *c == ' ').collect();
        let mut line = indent.clone();
        for word in paragraph.split_whitespace() {
            let blank = usize::from(line.len() > indent.len());
            if blank > 0 && line.width() + blank + word.width() > width {
                lines.push(std::mem::replace(&mut line, indent.clone()));
            } else if blank > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Keeps what there is to look into.
pub(super) fn keep(bureau: &Bureau, held: &Held<'_>, receipts: &[u8]) -> Outcome<()> {
    let root = bureau.world.state.root();
    let record = held.record.to_json().map_err(failed)?;
    state::write(&root.join("case-log"), &held.walk.file, Readers::Owner)?;
    state::write(&root.join("platform-record.json"), &record, Readers::Owner)?;
    state::write(&root.join("purge-log"), receipts, Readers::All)?;
    state::write(&root.join("request"), held.pending.as_bytes(), Readers::All)?;
    state::write(&root.join("presentation"), &held.answer, Readers::Owner)
}
