//! The log of a status: every event in a hash chain, from which the status is rebuilt.
//!
//! The log is the truth. [`StandingLog::record`] gives the line to write; the caller appends it, makes it durable, and goes on with
//! the log in [`Recorded`]. What was acknowledged is then in the file, and after a crash [`StandingLog::replay`] gives the same
//! status.

use super::{Event, Happened, Refusal, Standing, StandingRules};
use crate::{
    chain::{self, ChainError, ChainHead},
    codec::{DecodeError, Identifier, Kind},
    time::UnixTime,
};
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use thiserror::Error;

/// One line of a log: at most 16 KiB. Digests and results only, but of one person, so errors do not quote it.
const LINE: Kind = Kind::secret("status log", 16 << 10);

/// Why a log cannot be replayed or continued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LogError {
    /// The chain is broken, or does not hold what was acknowledged.
    #[error("{0}")]
    Chain(#[from] ChainError),
    /// An event cannot be written.
    #[error("the event cannot be written: {0}")]
    Encode(#[from] DecodeError),
    /// LIFE-LOG: an entry under other rules.
    #[error("LIFE-LOG: entry {entry} is of other rules, of version {version}")]
    Rules {
        /// The entry, from 1.
        entry: usize,
        /// The version that it names.
        version: u32,
    },
    /// LIFE-LOG: a status begins with an issue.
    #[error("LIFE-LOG: the first event is not the issue of a credential")]
    NotBegun,
    /// LIFE-LOG: an entry that the status would not have taken.
    #[error("LIFE-LOG: entry {entry}: {refusal}")]
    Entry {
        /// The entry, from 1.
        entry: usize,
        /// Why.
        refusal: Refusal,
    },
    /// The event is refused, and nothing is to be written.
    #[error("{0}")]
    Refused(#[from] Refusal),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: UnixTime,
    rules: StandingRules,
    what: Happened,
}

/// A status with the head of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingLog {
    head: ChainHead,
    rules: StandingRules,
    standing: Option<Standing>,
}

/// An event that was taken: the line to make durable, and the log once it is.
#[derive(Clone, Debug)]
#[must_use = "the line is not written yet"]
pub struct Recorded {
    /// The line, its newline included.
    pub line: Vec<u8>,
    /// The log after it.
    pub log: StandingLog,
}

/// A log as replayed.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The log.
    pub log: StandingLog,
    /// How many bytes of the file are whole lines; what is behind them is a torn write, to be cut off before the next line.
    pub whole: usize,
}

impl StandingLog {
    /// The empty log of an issuer's case.
    #[must_use]
    pub fn new(issuer: &Identifier, case: &Identifier, rules: StandingRules) -> Self {
        Self { head: ChainHead::genesis_of_case(domain::STANDING_LOG, issuer, case), rules, standing: None }
    }

    /// The status; none before the first issue.
    #[must_use]
    pub const fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// The head: what somebody else may keep to see later that nothing was cut off.
    #[must_use]
    pub const fn head(&self) -> ChainHead {
        self.head
    }

    /// What an event makes of it.
    ///
    /// # Errors
    ///
    /// [`LogError::Refused`], [`LogError::NotBegun`], [`LogError::Encode`]; nothing has happened then.
    pub fn record(&self, event: &Event, at: UnixTime) -> Result<Recorded, LogError> {
        let standing = self.next(event, at)?;
        let entry = Entry { at, rules: self.rules, what: event.0.clone() };
        let (line, head) = self.head.append_line(LINE, &entry)?;
        Ok(Recorded { line, log: Self { head, rules: self.rules, standing: Some(standing) } })
    }

    /// The log of a file, whose empty log is `self`. `anchor` is a head that was acknowledged and remembered elsewhere, if any.
    ///
    /// # Errors
    ///
    /// [`LogError::Chain`], [`LogError::Rules`], [`LogError::NotBegun`], [`LogError::Entry`].
    pub fn replay(mut self, bytes: &[u8], anchor: Option<&ChainHead>) -> Result<Replayed, LogError> {
        let chain = chain::read::<Entry>(LINE, self.head, bytes)?;
        if let Some(anchor) = anchor {
            chain.require(anchor)?;
        }
        for (index, (Entry { at, rules, what }, head)) in chain.links().iter().enumerate() {
            let entry = index + 1;
            if *rules != self.rules {
                return Err(LogError::Rules { entry, version: rules.version() });
            }
            let standing = self.next(&Event(what.clone()), *at).map_err(|error| match error {
                LogError::Refused(refusal) => LogError::Entry { entry, refusal },
                other => other,
            })?;
            self.standing = Some(standing);
            self.head = *head;
        }
        Ok(Replayed { log: self, whole: chain.whole() })
    }

    fn next(&self, event: &Event, at: UnixTime) -> Result<Standing, LogError> {
        match (&self.standing, &event.0) {
            (Some(standing), _) => Ok(standing.apply(event, at)?),
            (None, Happened::Issued { issuance }) => Ok(Standing::begin(issuance, self.rules, at)?),
            (None, _) => Err(LogError::NotBegun),
        }
    }
}
