//! What is printed: one report per command as text or as one JSON object, tables, and progress.

use crate::error::{Exit, Failure, Outcome};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};
use std::{
    io::{IsTerminal, Write},
    time::Duration,
};
use unicode_width::UnicodeWidthStr;

/// What a command says when it is done.
pub(crate) struct Report {
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
        Self { text: text.into(), json }
    }
}

/// Prints a command's outcome and says how the process ends.
pub(crate) fn print(outcome: Outcome<Report>, as_json: bool) -> Exit {
    match outcome {
        Ok(report) => {
            if as_json {
                let mut object = Map::from_iter([("ok".to_owned(), Value::Bool(true))]);
                object.extend(report.json);
                line(&Value::Object(object).to_string());
            } else {
                line(report.text.trim_end());
            }
            Exit::Done
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

/// A spinner with a sentence, or a bar with a count, on standard error; nothing where nobody looks.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Starts. `steps` of 0 means that their number is not known.
    pub(crate) fn start(as_json: bool, steps: u64, sentence: &str) -> Self {
        if !is_interactive(as_json) {
            return Self(ProgressBar::hidden());
        }
        let template = if steps == 0 { "{spinner} {msg} {elapsed}" } else { "{bar:32} {pos}/{len} {msg}" };
        let bar = if steps == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(steps) };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(sentence.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// One step further.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// Another sentence.
    pub(crate) fn say(&self, sentence: &str) {
        self.0.set_message(sentence.to_owned());
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
}

impl Table {
    /// A table with a head.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(str::to_owned).to_vec()] }
    }

    /// One more row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
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
        let ruled = self.rows.iter().any(tall);
        let mut out = rule("┌", "┬", "┐");
        for (number, row) in self.rows.iter().enumerate() {
            if number == 1 || (number > 1 && ruled) {
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
