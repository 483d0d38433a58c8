//! The log of a case: every event in a hash chain, from which the case is rebuilt.
//!
//! The log is the truth. [`CaseLog::record`] gives the line to write; the caller appends it, makes it durable, and goes on with
//! the log in [`Recorded`]. What was acknowledged is then in the file, and after a crash [`CaseLog::replay`] gives the same case.

use super::event::EventRecord;
use super::{Case, Event, ProofingRules, Refusal};
use crate::{
    chain::{self, ChainError, ChainHead},
    codec::{DecodeError, Identifier, Kind},
    time::UnixTime,
};
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use thiserror::Error;

/// One line of a log: at most 16 KiB. Digests and results only, but of one person, so errors do not quote it.
const LINE: Kind = Kind::secret("case log", 16 << 10);

/// Why a log cannot be replayed or continued.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LogError {
    /// The chain is broken.
    #[error("{0}")]
    Chain(#[from] ChainError),
    /// An entry that the case would not have taken.
    #[error("entry {entry} of the log: {refusal}")]
    Refused {
        /// The entry, from 1.
        entry: usize,
        /// Why.
        refusal: Refusal,
    },
    /// PROOF-OPEN: the case was opened under settings of another content, whatever their version, or changes them later.
    #[error("PROOF-OPEN: entry {entry} of the log has other rules than those given")]
    Rules {
        /// The entry, from 1.
        entry: usize,
    },
    /// An event cannot be written.
    #[error("the event cannot be written: {0}")]
    Encode(#[from] DecodeError),
    /// The event is refused, and nothing is to be written.
    #[error("{0}")]
    Refusal(#[from] Refusal),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: UnixTime,
    /// The settings, with the opening alone: their version does not say what is in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rules: Option<ProofingRules>,
    what: EventRecord,
}

/// A case with the head of its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseLog {
    head: ChainHead,
    case: Option<Case>,
}

/// An event that was taken: the line to make durable, and the log once it is.
#[derive(Clone, Debug)]
#[must_use = "the line is not written yet"]
pub struct Recorded {
    /// The line, its newline included.
    pub line: Vec<u8>,
    /// The log after it.
    pub log: CaseLog,
}

/// A log as replayed.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The log.
    pub log: CaseLog,
    /// How many bytes of the file are whole lines; what is behind them is a torn write, to be cut off before the next line.
    pub whole: usize,
    /// The heads of the empty log and after each line.
    heads: Vec<ChainHead>,
}

impl Replayed {
    /// Requires that the log holds all that led to a head that was remembered elsewhere (rule CHAIN-ANCHOR): a log whose end was cut
    /// off, and with it a failed check, replays as well as any.
    ///
    /// # Errors
    ///
    /// [`ChainError::Unanchored`].
    pub fn require(&self, anchor: &ChainHead) -> Result<(), ChainError> {
        if self.heads.contains(anchor) { Ok(()) } else { Err(ChainError::Unanchored) }
    }
}

impl CaseLog {
    /// The empty log of an issuer's case.
    #[must_use]
    pub fn new(issuer: &Identifier, case: &Identifier) -> Self {
        Self { head: ChainHead::genesis_of_case(domain::CASE_LOG, issuer, case), case: None }
    }

    /// The case; none before its opening.
    #[must_use]
    pub const fn case(&self) -> Option<&Case> {
        self.case.as_ref()
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
    /// [`LogError::Refusal`], [`LogError::Encode`]; nothing has happened then.
    pub fn record(&self, event: &Event, rules: &ProofingRules, at: UnixTime) -> Result<Recorded, LogError> {
        let case = next(self.case.as_ref(), event, rules, at)?;
        let entry = Entry { at, rules: self.case.is_none().then(|| rules.clone()), what: EventRecord::from(event) };
        let (line, head) = self.head.append_line(LINE, &entry)?;
        Ok(Recorded { line, log: Self { head, case: Some(case) } })
    }

    /// The log of a file.
    ///
    /// # Errors
    ///
    /// [`LogError::Chain`], [`LogError::Rules`], [`LogError::Refused`].
    pub fn replay(
        issuer: &Identifier,
        case: &Identifier,
        rules: &ProofingRules,
        bytes: &[u8],
    ) -> Result<Replayed, LogError> {
        let genesis = Self::new(issuer, case).head;
        let chain = chain::read::<Entry>(LINE, genesis, bytes)?;
        let (head, whole) = (chain.head(), chain.whole());
        let (mut state, mut heads) = (None, vec![genesis]);
        for (index, (entry, after)) in chain.into_links().into_iter().enumerate() {
            heads.push(after);
            let event = Event::from(entry.what);
            let refused = |refusal| LogError::Refused { entry: index + 1, refusal };
            state = Some(next(state.as_ref(), &event, rules, entry.at).map_err(refused)?);
            if entry.rules.as_ref() != (index == 0).then_some(rules) {
                return Err(LogError::Rules { entry: index + 1 });
            }
        }
        Ok(Replayed { log: Self { head, case: state }, whole, heads })
    }
}

fn next(case: Option<&Case>, event: &Event, rules: &ProofingRules, at: UnixTime) -> Result<Case, Refusal> {
    match case {
        None => Case::open(event, rules, at),
        Some(case) => case.apply(event, rules, at),
    }
}
