//! The base flow: how people become real-name verified, what happens when something is off, and how that status ends.
//!
//! Every row of the table is an answer of the library's machines to attestations that sources signed with the keys of this run.
//! A row that comes out otherwise than the rules say ends the demo.

mod accounts;
mod bureau;
mod evidence;
mod exceptions;
mod groups;
mod leaving;
mod life;
mod measures;
mod ordinary;
mod people;
mod report;
mod rows;
mod sources;
mod walk;

use crate::{
    error::{Failure, Outcome},
    output::{Progress, Report},
    session::Session,
    state::State,
};
use bureau::Bureau;
use rows::Rows;
use shiming::suite::Suite;
use std::{fmt, path::Path, time::Instant};

/// Plays the base flow.
pub(crate) fn play(session: &Session, suite: Suite, directory: &Path, kept: bool) -> Outcome<Report> {
    let started = Instant::now();
    let progress = Progress::start(session.json, "making INSECURE development keys");
    let bureau = Bureau::build(session, suite, State::new(directory.to_owned()), &progress)?;
    progress.say("playing the base flow");
    let mut rows = Rows::default();
    let li_na = ordinary::person(&bureau)?;
    let held = ordinary::play(&bureau, &mut rows, &li_na)?;
    evidence::play(&bureau, &mut rows)?;
    exceptions::play(&bureau, &mut rows)?;
    groups::play(&bureau, &held, &mut rows)?;
    accounts::play(&bureau, &mut rows)?;
    measures::play(&bureau, &held, &mut rows)?;
    life::play(&bureau, &held, &mut rows)?;
    let receipts = leaving::play(&bureau, &held, &mut rows)?;
    drop(progress);
    report::keep(&bureau, &held, &receipts)?;
    report::report(&rows, &held, started.elapsed(), kept.then_some(directory))
}

/// A step of the demo that must succeed did not.
fn failed(error: impl fmt::Display) -> Failure {
    Failure::usage("demo-failed", format!("{error}; do not use this program"))
}
