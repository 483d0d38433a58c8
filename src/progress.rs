//! What long computations say while they run: which stage of what, and how much of it is done.
//!
//! The library prints nothing. A setup, reading a large proving key and preparing a credential take a [`Progress`] and tell it
//! every [`Step`]; what to make of it is the caller's. Steps carry counts only, never values.

use std::sync::atomic::{AtomicU64, Ordering};

/// A stage of a long computation, in the order in which each computation goes through its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Setup, and reading a proving key: the constraint system is built, one unit.
    Synthesis,
    /// Setup: the points of the proving key are computed; units are points.
    Points,
    /// Reading a proving key: the digest of the file is computed and compared; units are bytes.
    Digest,
    /// Reading a proving key: its points are decoded; units are bytes.
    Decoding,
    /// Prepare: the statement is checked natively and every variable gets its value, one unit.
    Witness,
    /// Prepare: the quotient polynomial and the sums over the queries of the proving key; units are these.
    Sums,
    /// Prepare: the wallet verifies what it proved, one unit.
    OwnProof,
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name of the relation, such as `credential/native`.
    pub relation: &'static str,
    /// The stage.
    pub stage: Stage,
    /// How many units are done: 0 when the stage begins, [`Step::total`] when it ends.
    pub done: u64,
    /// How many there are, at least one.
    pub total: u64,
}

/// Who is told how far a computation is, from any thread.
///
/// Steps of one stage may arrive out of order, since threads share the work.
pub trait Progress: Sync {
    /// Told at the beginning of a stage and whenever a part of it is done.
    fn at(&self, step: Step);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn at(&self, _: Step) {}
}

/// One stage under way.
pub(crate) struct Counter<'a> {
    to: &'a dyn Progress,
    relation: &'static str,
    stage: Stage,
    total: u64,
    done: AtomicU64,
}

impl<'a> Counter<'a> {
    /// Begins a stage of so many units; one if there are none.
    pub(crate) fn begin(to: &'a dyn Progress, relation: &'static str, stage: Stage, total: u64) -> Self {
        let total = total.max(1);
        to.at(Step { relation, stage, done: 0, total });
        Self { to, relation, stage, total, done: AtomicU64::new(0) }
    }

    /// So many units more are done.
    pub(crate) fn advance(&self, units: u64) {
        let done = self.done.fetch_add(units, Ordering::Relaxed).saturating_add(units).min(self.total);
        self.to.at(Step { relation: self.relation, stage: self.stage, done, total: self.total });
    }
}
