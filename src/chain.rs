//! An append-only log whose every entry depends on all before it: a hash chain over SM3 (GB/T 32905) under domain tags.
//!
//! A log begins at a [`ChainHead::genesis`] of its purpose and its context, so that no two logs share a head, and each entry
//! moves the head (rule CHAIN-HEAD). In a file every entry is one line of JSON between the heads before and after it
//! ([`ChainHead::append_line`], [`read`]). Nothing here writes: whoever keeps a log appends the line, makes it durable, and only
//! then acknowledges.
//!
//! The chain shows what was changed, removed, inserted or reordered before its head. It does not show that entries were cut off
//! the end, or that a whole log was written anew: for that a head has to be remembered elsewhere, and [`Chain::require`]d.

use crate::codec::{self, DecodeError, Identifier, Kind};
use crate::digest::Digest;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shiming_circuits::domain;
use sm3::{Digest as _, Sm3};
use std::fmt;

/// The digest of everything that a log holds: 32 bytes of SM3. Public, so compared in variable time.
///
/// Shown as lower-case hex; in JSON base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChainHead(Digest);

impl ChainHead {
    /// The head of the empty log of one purpose (`tag`) and one subject (`context`: a case, a custodian).
    #[must_use]
    pub fn genesis(tag: &[u8], context: &[u8]) -> Self {
        Self::over(domain::CHAIN_GENESIS, &[tag, context])
    }

    /// The head of the empty log of one purpose and an issuer's case. Identifiers have no zero byte, so it parts the two.
    #[must_use]
    pub fn genesis_of_case(tag: &[u8], issuer: &Identifier, case: &Identifier) -> Self {
        Self::genesis(tag, &[issuer.as_bytes(), case.as_bytes()].join(&b'\0'))
    }

    /// The head after one more entry (rule CHAIN-HEAD).
    #[must_use]
    pub fn append(&self, entry: &[u8]) -> Self {
        Self::over(domain::CHAIN_ENTRY, &[self.as_bytes(), entry])
    }

    /// The head after these entries, in their order.
    #[must_use]
    pub fn append_all<'a>(&self, entries: impl IntoIterator<Item = &'a [u8]>) -> Self {
        entries.into_iter().fold(*self, |head, entry| head.append(entry))
    }

    /// The tag and every part, each behind its length as eight big-endian bytes: no two lists of parts have the same input.
    fn over(tag: &[u8], parts: &[&[u8]]) -> Self {
        let mut hash = Sm3::new();
        for part in std::iter::once(&tag).chain(parts) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(Digest::from_bytes(hash.finalize().into()))
    }

    /// The head with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Digest::from_bytes(bytes))
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The line that appends an entry to a file, its newline included, and the head after it.
    ///
    /// The caller writes the line to the end of the file, makes it durable, and only then goes on with the new head; if the
    /// write fails, the head has not moved, and the file is read again before anything else is written. A secret
    /// kind's line is written to where its owner alone can read.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`] if the line without its newline exceeds the kind's cap, [`DecodeError::Json`] for an entry
    /// without a JSON form.
    pub fn append_line<T: Serialize>(&self, kind: Kind, entry: &T) -> Result<(Vec<u8>, Self), DecodeError> {
        let head = self.append(&codec::to_json(kind, entry)?);
        let mut line = codec::to_json(kind, &Line { entry, previous: *self, head })?;
        line.push(b'\n');
        Ok((line, head))
    }
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHead({self})")
    }
}

/// One line. The members are written in this order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<T> {
    entry: T,
    previous: ChainHead,
    head: ChainHead,
}

/// Why a log is refused. Lines are counted from 1.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A line that is not the one JSON text of an entry between two heads.
    #[error("line {line} of the log: {cause}")]
    Line {
        /// The line.
        line: usize,
        /// What is wrong with it.
        cause: DecodeError,
    },
    /// A line that does not continue the one before: some were removed, inserted or reordered, or the log is another's.
    #[error("line {line} of the log does not follow on the line before")]
    Previous {
        /// The line.
        line: usize,
    },
    /// A line whose entry has another digest: it was changed.
    #[error("line {line} of the log was changed")]
    Head {
        /// The line.
        line: usize,
    },
    /// A head that was acknowledged is not in the log: its end was cut off, or all of it was written anew.
    #[error("the log does not hold what was acknowledged")]
    Unanchored,
}

/// A log as read: its entries with the head after each, and what a crash left behind at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Chain<T> {
    genesis: ChainHead,
    links: Vec<(T, ChainHead)>,
    whole: usize,
    torn: usize,
}

/// Reads a log that begins at `genesis` (rule CHAIN-LINE, rule CHAIN-TORN).
///
/// What follows the last newline was never acknowledged: it is no error but [`Chain::torn`], whatever it holds. A line
/// behind which there is a newline must be right.
///
/// # Errors
///
/// [`ChainError`], one variant per cause, for the first line that is wrong.
pub fn read<T: Serialize + DeserializeOwned>(
    kind: Kind,
    genesis: ChainHead,
    bytes: &[u8],
) -> Result<Chain<T>, ChainError> {
    let mut chain = Chain { genesis, links: Vec::new(), whole: 0, torn: 0 };
    for (index, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        let Some(json) = text.strip_suffix(b"\n") else {
            chain.torn = text.len();
            break;
        };
        let malformed = |cause| ChainError::Line { line, cause };
        let found: Line<T> = codec::from_json(kind, json).map_err(malformed)?;
        if found.previous != chain.head() {
            return Err(ChainError::Previous { line });
        }
        let (canonical, head) = found.previous.append_line(kind, &found.entry).map_err(malformed)?;
        if found.head != head {
            return Err(ChainError::Head { line });
        }
        if canonical != text {
            return Err(malformed(DecodeError::NotCanonical));
        }
        chain.links.push((found.entry, head));
        chain.whole += text.len();
    }
    Ok(chain)
}

impl<T> Chain<T> {
    /// The head after the last entry, where the next one is appended.
    #[must_use]
    pub fn head(&self) -> ChainHead {
        self.links.last().map_or(self.genesis, |(_, head)| *head)
    }

    /// The entries, in order, each with the head after it.
    #[must_use]
    pub fn links(&self) -> &[(T, ChainHead)] {
        &self.links
    }

    /// The entries with their heads, to be taken.
    #[must_use]
    pub fn into_links(self) -> Vec<(T, ChainHead)> {
        self.links
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.links.iter().map(|(entry, _)| entry)
    }

    /// How many bytes an interrupted write left behind the last whole line; 0 if none. They must be cut before anything is
    /// appended: [`Chain::whole`] is the length to cut the file to.
    #[must_use]
    pub fn torn(&self) -> usize {
        self.torn
    }

    /// The length in bytes of the whole lines.
    #[must_use]
    pub fn whole(&self) -> usize {
        self.whole
    }

    /// Requires that the log holds all that led to a head that was remembered elsewhere (rule CHAIN-ANCHOR).
    ///
    /// # Errors
    ///
    /// [`ChainError::Unanchored`].
    pub fn require(&self, anchor: &ChainHead) -> Result<(), ChainError> {
        let known = self.genesis == *anchor || self.links.iter().any(|(_, head)| head == anchor);
        if known { Ok(()) } else { Err(ChainError::Unanchored) }
    }
}
