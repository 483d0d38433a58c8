//! The rows of the table. What a row says is read off the machine's state, its refusal or its verdict, and compared with what
//! the rules demand.

use super::{bureau::Bureau, failed, walk::Walk};
use crate::error::{Failure, Outcome};
use serde::Serialize;
use shiming::{
    proofing::{Anomaly, Refusal, Stage, Trigger},
    standing::{self, Capability, Phase, Standing, StatusValue},
    time::{Date, UnixTime},
    verdict::Verdict,
};
use std::fmt::{Debug, Display};

/// One row.
#[derive(Serialize)]
pub(super) struct Row {
    /// What it is part of.
    pub(super) group: &'static str,
    /// What happens.
    pub(super) what: String,
    /// The row of the source system that it is about.
    pub(super) source: &'static str,
    /// When, in China.
    pub(super) on: Date,
    /// The stage or phase after it, `accepted`, or the code of the refusal.
    pub(super) outcome: String,
    /// More about that.
    pub(super) detail: String,
    /// What can be done now, where the machine is one that goes on.
    pub(super) possible: Option<Vec<String>>,
}

/// All rows so far.
#[derive(Default)]
pub(super) struct Rows {
    /// In order.
    pub(super) rows: Vec<Row>,
    group: &'static str,
}

/// A value's name as the library's formats write it.
fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

impl Rows {
    /// What follows is of another group.
    pub(super) fn group(&mut self, group: &'static str) {
        self.group = group;
    }

    /// A row whose outcome was found, and must be the expected one.
    pub(super) fn found(
        &mut self,
        (what, source): (&str, &'static str),
        at: UnixTime,
        (found, expected): (String, &str),
        (detail, possible): (String, Option<Vec<String>>),
    ) -> Outcome<()> {
        if found != expected {
            return Err(failed(format!("\"{what}\" should have ended with {expected}, not with {found} ({detail})")));
        }
        let on = Bureau::date(at)?;
        let (group, what) = (self.group, what.to_owned());
        self.rows.push(Row { group, what, source, on, outcome: found, detail, possible });
        Ok(())
    }

    /// Where a case stands.
    pub(super) fn case(&mut self, what: &str, source: &'static str, walk: &Walk<'_>, expected: Stage) -> Outcome<()> {
        let case = walk.case()?;
        let triggers = case.triggers().iter().map(|trigger| trigger_word(*trigger).to_owned());
        let detail: Vec<String> = triggers.chain(case.anomalies().iter().map(anomaly_words)).collect();
        let ending = (name(&case.stage()), name(&expected));
        self.found((what, source), walk.at, (ending.0, &ending.1), (detail.join(", "), Some(walk.possible()?)))
    }

    /// What a case does not take; it is as before.
    pub(super) fn case_refuses<T>(
        &mut self,
        (what, source): (&str, &'static str),
        walk: &Walk<'_>,
        found: Result<T, Refusal>,
        expected: &Refusal,
    ) -> Outcome<()> {
        self.refused((what, source), walk.at, found, expected, Some(walk.possible()?))
    }

    /// Where a verified status stands, what its credential is worth, and what its holder may do.
    pub(super) fn status(
        &mut self,
        (what, source): (&str, &'static str),
        status: &Standing,
        expected: (Phase, StatusValue, &[Capability]),
        detail: &str,
    ) -> Outcome<()> {
        let able: Vec<Capability> = Capability::ALL.into_iter().filter(|can| status.can(*can)).collect();
        let value = status.status(status.issue()).ok_or_else(|| failed("the status has no credential"))?;
        let (phase, worth, can) = expected;
        if (value, able.as_slice()) != (worth, can) {
            return Err(failed(format!(
                "\"{what}\" should have left {worth:?} and {can:?}, not {value:?} and {able:?}"
            )));
        }
        let separator = if detail.is_empty() { "" } else { "; " };
        let detail = format!("credential {}{separator}{detail}", format!("{value:?}").to_lowercase());
        let ending = (name(&status.phase()), name(&phase));
        self.found((what, source), status.now(), (ending.0, &ending.1), (detail, Some(abilities(status))))
    }

    /// What a verified status does not take; it is as before.
    pub(super) fn status_refuses<T>(
        &mut self,
        (what, source): (&str, &'static str),
        status: &Standing,
        at: UnixTime,
        found: Result<T, standing::Refusal>,
        expected: &standing::Refusal,
    ) -> Outcome<()> {
        self.refused((what, source), at, found, expected, Some(abilities(status)))
    }

    /// A refusal, which must be this one. Its code is the rule that its message begins with.
    pub(super) fn refused<T, E: Display + Debug + PartialEq>(
        &mut self,
        (what, source): (&str, &'static str),
        at: UnixTime,
        found: Result<T, E>,
        expected: &E,
        possible: Option<Vec<String>>,
    ) -> Outcome<()> {
        let Err(refusal) = found else {
            return Err(failed(format!("\"{what}\" should have been refused, and was not")));
        };
        if refusal != *expected {
            return Err(failed(format!("\"{what}\" should have been refused with {expected:?}, not with {refusal:?}")));
        }
        let message = refusal.to_string();
        let is_rule = |rule: &str| rule.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
        let (code, detail) = match message.split_once(": ") {
            Some((rule, rest)) if is_rule(rule) => (rule.to_owned(), rest.to_owned()),
            _ => ("refused".to_owned(), message),
        };
        let expected = code.clone();
        self.found((what, source), at, (code, &expected), (detail, possible))
    }

    /// A refusal that the program has a code for.
    pub(super) fn coded<T>(
        &mut self,
        (what, source): (&str, &'static str),
        at: UnixTime,
        found: Result<T, impl Into<Failure>>,
        expected: &str,
    ) -> Outcome<()> {
        let Err(failure) = found.map(drop).map_err(Into::<Failure>::into) else {
            return Err(failed(format!("\"{what}\" should have ended with {expected}, and was accepted")));
        };
        self.found((what, source), at, (failure.code.to_owned(), expected), (failure.message, None))
    }

    /// A verifier's acceptance.
    pub(super) fn accepted(
        &mut self,
        (what, source): (&str, &'static str),
        at: UnixTime,
        verdict: &Verdict,
    ) -> Outcome<String> {
        let pseudonym = verdict.pseudonym().ok_or_else(|| failed("the verdict has no pseudonym"))?.to_string();
        let detail = format!("{} at {}, pseudonym {}", verdict.policy(), verdict.audience(), short(&pseudonym));
        self.found((what, source), at, ("accepted".to_owned(), "accepted"), (detail, None))?;
        Ok(pseudonym)
    }

    /// Two things that must be the same, or must not be.
    pub(super) fn compared(
        &mut self,
        (what, source): (&str, &'static str),
        at: UnixTime,
        (equal, expected): (bool, bool),
        detail: &str,
    ) -> Outcome<()> {
        let word = |equal: bool| if equal { "the same" } else { "another" };
        self.found((what, source), at, (word(equal).to_owned(), word(expected)), (detail.to_owned(), None))
    }
}

/// The beginning of a pseudonym or a digest, for tables.
pub(super) fn short(pseudonym: &str) -> String {
    pseudonym.chars().take(8).chain("..".chars()).collect()
}

/// What the holder of a status may do.
fn abilities(status: &Standing) -> Vec<String> {
    Capability::ALL.into_iter().filter(|can| status.can(*can)).map(|can| format!("{can:?}").to_lowercase()).collect()
}

const fn trigger_word(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::NearExpiry => "the document ends soon",
        Trigger::SensitiveRegion => "the bank's region is listed",
        Trigger::DeviceConflict => "device and place conflict",
        Trigger::LowSimilarity => "the faces are not alike enough",
    }
}

fn anomaly_words(anomaly: &Anomaly) -> String {
    match anomaly {
        Anomaly::Failed(kind) => format!("{} failed", kind.as_str()),
        Anomaly::Undecided(kind) => format!("{} undecided", kind.as_str()),
        Anomaly::Contradiction(kind, fact) => format!("{} contradicts on {}", kind.as_str(), fact.as_str()),
        Anomaly::ExpiredDocument(kind) => format!("{}: document expired", kind.as_str()),
        Anomaly::LowScore => "low score".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use crate::error::Failure;
    use shiming::{account::LimitError, time::UnixTime};

    const AT: UnixTime = UnixTime::from_seconds(1_795_320_000);
    const WHAT: (&str, &str) = ("something", "0.0");

    /// The code of a row that ends the demo; none if it was taken.
    fn code(rows: &mut Rows, row: impl FnOnce(&mut Rows) -> Result<(), Failure>) -> Option<&'static str> {
        row(rows).err().map(|failure| failure.code)
    }

    #[test]
    fn a_row_that_ends_otherwise_ends_the_demo() {
        let rows = &mut Rows::default();
        let found =
            |expected| move |rows: &mut Rows| rows.found(WHAT, AT, ("a".to_owned(), expected), (String::new(), None));
        assert_eq!(code(rows, found("b")), Some("demo-failed"));
        let refused = |found: Result<(), LimitError>| {
            move |rows: &mut Rows| rows.refused(WHAT, AT, found, &LimitError::Day, None)
        };
        assert_eq!(code(rows, refused(Ok(()))), Some("demo-failed"));
        assert_eq!(code(rows, refused(Err(LimitError::Period))), Some("demo-failed"));
        let coded = |found: Result<(), Failure>| move |rows: &mut Rows| rows.coded(WHAT, AT, found, "x");
        assert_eq!(code(rows, coded(Ok(()))), Some("demo-failed"));
        assert_eq!(code(rows, coded(Err(Failure::rejected("y", "")))), Some("demo-failed"));
        assert_eq!(code(rows, |rows| rows.compared(WHAT, AT, (true, false), "")), Some("demo-failed"));
        assert!(rows.rows.is_empty());
        assert_eq!(code(rows, found("a")), None);
        assert_eq!(code(rows, refused(Err(LimitError::Day))), None);
        assert_eq!(code(rows, coded(Err(Failure::rejected("x", "")))), None);
        assert_eq!(rows.rows.len(), 3);
    }
}
