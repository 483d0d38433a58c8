//! What is printed: one report per command as text or as one JSON object, tables, and progress.

use crate::error::{Exit, Failure, Outcome};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use shiming::progress::{self, Stage, Step};
use std::{
    collections::BTreeSet,
    io::{IsTerminal, Write},
    time::Duration,
};
use unicode_width::UnicodeWidthStr;

/// What a command says when it is done.
pub(crate) struct Report {
    exit: Exit,
    text: String,
    json: Map<String, Value>,
}

impl Report {
    /// A report; `json` must be an object.
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        let json = match json {
            Value::Object(map) => map,
            other => Map::from_iter([("result".to_owned(), other)]),
        };
        Self { exit: Exit::Done, text: text.into(), json }
    }

    /// A whole report of a check that said no, under a code.
    pub(crate) fn rejected(code: &'static str, text: impl Into<String>, json: Value) -> Self {
        let mut report = Self::new(text, json);
        report.exit = Exit::Rejected;
        report.json.insert("accepted".to_owned(), Value::Bool(false));
        report.json.insert("code".to_owned(), code.into());
        report
    }

    /// How the process ends.
    #[cfg(test)]
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// What people read.
    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What machines read.
    #[cfg(test)]
    pub(crate) fn json(&self) -> &Map<String, Value> {
        &self.json
    }
}

/// Prints a command's outcome and says how the process ends.
pub(crate) fn print(outcome: Outcome<Report>, as_json: bool) -> Exit {
    match outcome {
        Ok(report) => {
            if as_json {
                let ok = report.exit == Exit::Done;
                let mut object = Map::from_iter([("ok".to_owned(), Value::Bool(ok))]);
                object.extend(report.json);
                line(&Value::Object(object).to_string());
            } else {
                line(report.text.trim_end());
            }
            report.exit
        }
        Err(Failure { exit, code, message }) => {
            match (as_json, exit) {
                (true, Exit::Rejected) => {
                    line(&json!({"ok": false, "accepted": false, "code": code, "message": message}).to_string());
                }
                (true, _) => line(&json!({"ok": false, "code": code, "message": message}).to_string()),
                (false, Exit::Rejected) => line(&format!("rejected: {code}\n{message}")),
                (false, _) => complain(&format!("error: {code}\n{message}")),
            }
            exit
        }
    }
}

/// A line on standard output. A reader that went away is not an error of this program.
fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", printable(text));
}

/// The text without what would steer a terminal or turn its direction: files and names come from anybody, and a holder decides
/// by what stands here.
fn printable(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A line on standard error.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{}", printable(text));
}

/// Whether progress and questions have somebody to see them.
pub(crate) fn is_interactive(as_json: bool) -> bool {
    !as_json && std::io::stderr().is_terminal()
}

/// A spinner with a sentence, or a bar for the stages that the library tells, on standard error; nothing where nobody looks.
pub(crate) struct Progress(ProgressBar);

const SPINNER: &str = "{spinner} {msg} {elapsed}";
const BAR: &str = "{bar:32} {percent:>3}% {msg} {elapsed}";

impl Progress {
    /// Starts with a sentence about what takes its time.
    pub(crate) fn start(as_json: bool, sentence: &str) -> Self {
        if !is_interactive(as_json) {
            return Self::silent();
        }
        let progress = Self(ProgressBar::new_spinner());
        progress.say(sentence);
        progress.0.enable_steady_tick(Duration::from_millis(120));
        progress
    }

    /// Shows nothing.
    pub(crate) fn silent() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Another sentence.
    pub(crate) fn say(&self, sentence: &str) {
        self.style(SPINNER);
        self.0.set_message(sentence.to_owned());
    }

    fn style(&self, template: &str) {
        self.0.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    }
}

impl progress::Progress for Progress {
    fn at(&self, step: Step) {
        if step.done == 0 {
            self.style(if step.total > 1 { BAR } else { SPINNER });
            self.0.set_message(format!("{}: {}", step.relation, words(step.stage)));
            self.0.set_length(step.total);
            self.0.set_position(0);
        } else if step.done > self.0.position() {
            self.0.set_position(step.done);
        }
    }
}

/// What people read of a stage.
fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Synthesis => "building the constraints",
        Stage::Points => "computing the points of the INSECURE development key",
        Stage::Digest => "comparing the proving key with its pinned digest",
        Stage::Decoding => "loading the proving key",
        Stage::Witness => "checking the signature and assigning the variables",
        Stage::Sums => "proving that the credential is signed",
        Stage::OwnProof => "verifying the own proof",
        _ => "working",
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A table with a frame. Cells may have several lines.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    /// The rows that a rule is above, if they were chosen.
    ruled: BTreeSet<usize>,
}

impl Table {
    /// A table with a head.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).to_vec()], ruled: BTreeSet::new() }
    }

    /// One more row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// A rule above the next row. A table with one has no others but below its head.
    pub(crate) fn rule(&mut self) {
        self.ruled.insert(self.rows.len());
    }

    /// The table as text.
    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let lines = self.rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| cell.lines());
            lines.map(UnicodeWidthStr::width).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let rule = |left: &str, middle: &str, right: &str| {
            let dashes: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
            format!("{left}{}{right}\n", dashes.join(middle))
        };
        let tall = |row: &Vec<String>| row.iter().any(|cell| cell.lines().count() > 1);
        // Rows of one line each need no rules between them.
        let ruled = self.ruled.is_empty() && self.rows.iter().any(tall);
        let mut out = rule("┌", "┬", "┐");
        for (number, row) in self.rows.iter().enumerate() {
            if number == 1 || (number > 1 && ruled) || self.ruled.contains(&number) {
                out.push_str(&rule("├", "┼", "┤"));
            }
            let height = row.iter().map(|cell| cell.lines().count()).max().unwrap_or(1).max(1);
            for position in 0..height {
                for (cell, width) in row.iter().zip(&widths) {
                    let text = cell.lines().nth(position).unwrap_or("");
                    out.push_str(&format!("│ {text}{} ", " ".repeat(width - UnicodeWidthStr::width(text))));
                }
                out.push_str("│\n");
            }
        }
        out.push_str(&rule("└", "┴", "┘"));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, printable};
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn nothing_printed_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\nc\r\u{202e}实名"), "a\u{fffd}[2Jb\nc\u{fffd}\u{fffd}实名");
    }

    #[test]
    fn every_line_of_a_table_is_equally_wide() {
        let mut table = Table::new(["who", "what"]);
        table.row(["李娜".to_owned(), "accepted\nas 实名".to_owned()]);
        table.row(["Wang".to_owned(), String::new()]);
        let text = table.render();
        let widths: Vec<usize> = text.lines().map(UnicodeWidthStr::width).collect();
        assert!(widths.iter().all(|width| Some(width) == widths.first()), "{text}");
    }
}
