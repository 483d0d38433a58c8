//! What happened on stage: every event is the result of a real check, and one that comes out otherwise ends the demo.

use crate::error::{Failure, Outcome};
use shiming::verdict::{Rejection, Verdict};
use std::time::Instant;

/// How an event ended.
pub(crate) enum Result {
    /// Something was done.
    Done,
    /// A verifier accepted, under this pseudonym, which it met for the first time.
    Accepted(String),
    /// A verifier accepted, under a pseudonym that it knew: the same account.
    Known(String),
    /// A check said no.
    Rejected(&'static str),
}

/// One line of the story.
pub(crate) struct Event {
    /// Who decided.
    pub(crate) who: &'static str,
    /// What was tried.
    pub(crate) what: String,
    /// How it ended.
    pub(crate) result: Result,
    /// How long the step took.
    pub(crate) milliseconds: f64,
}

impl Event {
    /// Under which pseudonym a verifier accepted.
    pub(crate) fn pseudonym(&self) -> Option<&String> {
        match &self.result {
            Result::Accepted(pseudonym) | Result::Known(pseudonym) => Some(pseudonym),
            _ => None,
        }
    }
}

/// The events so far.
#[derive(Default)]
pub(crate) struct Stage {
    /// In order.
    pub(crate) events: Vec<Event>,
}

/// A value and the milliseconds that it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let value = work();
    (value, started.elapsed().as_secs_f64() * 1e3)
}

impl Stage {
    fn push(&mut self, who: &'static str, what: &str, result: Result, milliseconds: f64) {
        self.events.push(Event { who, what: what.to_owned(), result, milliseconds });
    }

    /// A step that must succeed.
    pub(crate) fn done<T>(&mut self, who: &'static str, what: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let (value, milliseconds) = timed(work);
        let value = value?;
        self.push(who, what, Result::Done, milliseconds);
        Ok(value)
    }

    /// A verification that must accept. Gives the pseudonym.
    pub(crate) fn accepted(
        &mut self,
        who: &'static str,
        what: &str,
        work: impl FnOnce() -> std::result::Result<Verdict, Rejection>,
    ) -> Outcome<String> {
        let (verdict, milliseconds) = timed(work);
        let verdict = verdict?;
        let pseudonym = verdict.pseudonym().map(ToString::to_string).unwrap_or_default();
        let known = self.events.iter().any(|event| event.who == who && event.pseudonym() == Some(&pseudonym));
        let result = if known { Result::Known(pseudonym.clone()) } else { Result::Accepted(pseudonym.clone()) };
        self.push(who, what, result, milliseconds);
        Ok(pseudonym)
    }

    /// A step that must be refused, under this code.
    pub(crate) fn refused<T, E: Into<Failure>>(
        &mut self,
        who: &'static str,
        what: &str,
        expected: &str,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> Outcome<()> {
        let (outcome, milliseconds) = timed(work);
        let found = match outcome {
            Ok(_) => "accepted",
            Err(error) => error.into().code,
        };
        if found != expected {
            let message =
                format!("\"{what}\" should have ended with {expected}, not with {found}; do not use this program");
            return Err(Failure::usage("demo-failed", message));
        }
        self.push(who, what, Result::Rejected(found), milliseconds);
        Ok(())
    }

    /// How many verifications accepted.
    pub(crate) fn count_accepted(&self) -> usize {
        self.events.iter().filter(|event| event.pseudonym().is_some()).count()
    }

    /// The codes of all refusals, in order.
    pub(crate) fn rejected(&self) -> Vec<&'static str> {
        let code = |event: &Event| match event.result {
            Result::Rejected(code) => Some(code),
            _ => None,
        };
        self.events.iter().filter_map(code).collect()
    }
}
