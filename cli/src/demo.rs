//! `demo`: stories with people, played by real checks in a fresh directory: presentations with the figures of the main job, or
//! real-name proofing ([`base`]).

mod attacks;
mod base;
mod cast;
mod figures;
mod forgery;
mod paths;
mod report;
mod stage;
mod story;
mod world;

use crate::{
    args::Flow,
    error::{Failure, Outcome},
    ledger::hex,
    output::{Progress, Report},
    session::Session,
    state::{State, create_directory},
};
use rand_core::Rng as _;
use shiming::suite::Suite;
use stage::Stage;
use std::path::{Path, PathBuf};
use world::World;

/// Plays the story and measures. The directory is a fresh temporary one, removed at the end, or the one that was named, which
/// must be empty and stays.
pub(crate) fn run(session: &Session, flow: Flow, suite: Suite, named: Option<&Path>) -> Outcome<Report> {
    let directory = match named {
        Some(path) => empty_directory(path)?,
        None => temporary_directory(session)?,
    };
    let outcome = match flow {
        Flow::Zk => play(session, suite, &directory, named.is_some()),
        Flow::Base => base::play(session, suite, &directory, named.is_some()),
    };
    if named.is_none() {
        let _ = std::fs::remove_dir_all(&directory);
    }
    outcome
}

fn play(session: &Session, suite: Suite, directory: &Path, kept: bool) -> Outcome<Report> {
    let progress = Progress::start(session.json, "making INSECURE development keys");
    let mut stage = Stage::default();
    let world = World::build(session, suite, State::new(directory.to_owned()), &progress)?;
    progress.say("playing the story");
    let cast = story::play(&world, &mut stage)?;
    let paths = paths::play(&world, &cast, &mut stage)?;
    attacks::play(&world, &cast, &mut stage)?;
    progress.say("measuring 256 requests");
    let figures = figures::measure(&world)?;
    drop(progress);
    Ok(report::report(&world, &stage, &paths, &figures, kept.then_some(directory)))
}

fn empty_directory(path: &Path) -> Outcome<PathBuf> {
    create_directory(path)?;
    let mut entries = std::fs::read_dir(path).map_err(|error| Failure::io(path, &error))?;
    if entries.next().is_some() {
        let path = path.display();
        return Err(Failure::usage("not-empty", format!("{path} is not empty; name a new directory for the demo")));
    }
    Ok(path.to_owned())
}

fn temporary_directory(session: &Session) -> Outcome<PathBuf> {
    let mut random = [0u8; 8];
    session.rng().fill_bytes(&mut random);
    let path = std::env::temp_dir().join(format!("shiming-demo-{}", hex(&random)));
    create_directory(&path)?;
    Ok(path)
}
