//! `shiming`: issue, hold, request and verify, in files.
//!
//! Each command reads and writes objects in files; what a role keeps lies in its directory under `--dir`. Everything that
//! decides is in the library: this program reads arguments, files, the clock and the system's RNG.

mod args;
mod attributes;
mod demo;
mod error;
mod holder;
mod inspect;
mod issuer;
mod keys;
mod ledger;
mod lint;
mod object;
mod output;
mod proofing;
mod session;
mod setup;
mod state;
mod trust;
mod verifier;
mod wallet;
mod wording;

use crate::{
    args::{Cli, Command},
    error::{Exit, Failure, Outcome},
    output::Report,
    session::Session,
    state::State,
};
use clap::Parser;
use shiming::time::UnixTime;
use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let directory = cli
        .dir
        .clone()
        .or_else(|| std::env::var_os("SHIMING_DIR").map(PathBuf::from))
        .unwrap_or("shiming-state".into());
    let session = Session {
        state: State::new(directory),
        json: cli.json,
        development: cli.insecure_development_keys,
        fixed_now: cli.now.map(UnixTime::from_seconds),
    };
    let outcome = run(&session, &cli);
    exit_code(output::print(outcome, cli.json))
}

fn run(session: &Session, cli: &Cli) -> Outcome<Report> {
    match &cli.command {
        Command::Setup { suites } => setup::run(session, suites),
        Command::Issuer(command) => issuer::run(session, command),
        Command::Proofing(command) => proofing::run(session, command),
        Command::Holder(command) => holder::run(session, command),
        Command::Verifier(command) => verifier::run(session, command),
        Command::Trust(command) => trust::run(session, command),
        Command::Inspect { file, reveal } => inspect::run(file, *reveal),
        Command::Lint { relations, seed, details } => lint::run(session, relations, *seed, *details),
        Command::Demo { flow, suite } => demo::run(session, *flow, (*suite).into(), cli.dir.as_deref()),
    }
}

/// Help and version are answers; everything else about arguments is a usage error, in JSON too.
fn usage(error: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|argument| argument == "--json");
    if json && error.use_stderr() {
        let message = error.render().to_string();
        return exit_code(output::print(Err(Failure::usage("usage", message.trim_end())), true));
    }
    let _ = error.print();
    exit_code(if error.use_stderr() { Exit::Usage } else { Exit::Done })
}

fn exit_code(exit: Exit) -> ExitCode {
    ExitCode::from(match exit {
        Exit::Done => 0,
        Exit::Rejected => 1,
        Exit::Usage => 2,
    })
}
