//! `inspect`: what a file is, in words. Secrets and personal data stay hidden unless asked for.

mod binary;
mod conventional;
mod json;
mod signed;

use crate::{
    error::{Failure, Outcome},
    object,
    output::Report,
    state,
};
use serde_json::{Map, Value};
use shiming::codec;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// The greatest file that is read whole; proving keys, which are larger, are not.
const OBJECT_CAP: usize = 16 << 20;

/// The facts about a file, in order.
pub(crate) struct Facts {
    kind: &'static str,
    explanation: &'static str,
    lines: Vec<(String, String)>,
    /// What the next names begin with, where several things of one kind are explained.
    group: String,
    reveal: bool,
}

impl Facts {
    fn new(kind: &'static str, explanation: &'static str, reveal: bool) -> Self {
        Self { kind, explanation, lines: Vec::new(), group: String::new(), reveal }
    }

    fn say(&mut self, name: &str, value: impl std::fmt::Display) {
        self.lines.push((format!("{}{name}", self.group), value.to_string()));
    }

    /// Personal data or a secret.
    fn hide(&mut self, name: &str, value: impl std::fmt::Display) {
        let shown = if self.reveal { value.to_string() } else { "hidden; --reveal shows it".to_owned() };
        self.say(name, shown);
    }

    fn report(self, text_form: bool) -> Report {
        let width = self.lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let form = if text_form { " (text form)" } else { "" };
        let mut text = format!("{}{form}\n{}\n\n", self.kind, self.explanation);
        for (name, value) in &self.lines {
            let mut rows = value.lines();
            text.push_str(&format!("{name:width$}  {}\n", rows.next().unwrap_or("")));
            rows.for_each(|row| text.push_str(&format!("{:width$}  {row}\n", "")));
        }
        let facts: Map<String, Value> = self.lines.into_iter().map(|(name, value)| (name, value.into())).collect();
        let json = serde_json::json!({"kind": self.kind, "explanation": self.explanation, "text_form": text_form, "facts": facts});
        Report::new(text, json)
    }
}

/// Explains the object in a file.
pub(crate) fn run(path: &Path, reveal: bool) -> Outcome<Report> {
    let fail = |error| Failure::io(path, &error);
    let mut file = File::open(path).map_err(fail)?;
    // Only a file can be read again.
    if file.metadata().map_err(fail)?.is_file() && begins_like_a_proving_key(&mut file).map_err(fail)? {
        let facts = binary::proving_key(&mut file, reveal);
        return facts.map(|facts| facts.report(false)).map_err(|error| unknown(path, &error));
    }
    let bytes = state::read(path, OBJECT_CAP)?;
    let text_form = object::is_text(&bytes);
    let decoded;
    let bytes: &[u8] = if text_form {
        let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let text = std::str::from_utf8(text).map_err(|_| Failure::file(path, codec::DecodeError::NotUtf8))?;
        decoded = zeroize::Zeroizing::new(codec::from_base64url(text).map_err(|error| unknown(path, &error))?);
        &decoded
    } else {
        &bytes
    };
    let facts = match bytes {
        [b'S', b'M', b'P', b'K', ..] => binary::proving_key(&mut io::Cursor::new(bytes), reveal),
        [b'S', b'M', b'V', b'K', ..] => binary::verifying_key(bytes, reveal),
        [b'S', b'P', _, 1, ..] => conventional::answer(bytes, reveal),
        [b'S', b'P', ..] => binary::presentation(bytes, reveal),
        [b'{', ..] => json::explain(bytes, reveal),
        _ if bytes.iter().filter(|byte| **byte == b'.').count() == 2 => signed::explain(bytes, reveal),
        _ => Err("no object of this program begins like this".to_owned()),
    };
    facts.map(|facts| facts.report(text_form)).map_err(|error| unknown(path, &error))
}

/// Proving keys are too large to be read whole.
fn begins_like_a_proving_key(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::with_capacity(4);
    file.take(4).read_to_end(&mut head)?;
    Ok(head == b"SMPK")
}

/// A file that cannot be explained.
fn unknown(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage("unknown-object", format!("{}: {error}; it may be damaged or of another program", path.display()))
}
