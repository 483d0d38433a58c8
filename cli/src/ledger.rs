//! Ledgers in files: durable before they answer, atomic between processes.

use crate::{
    error::Outcome,
    state::{Readers, create_directory, create_whole, sync_parent},
};
use shiming::{
    digest::Digest,
    ledger::{LedgerError, NonceLedger, TagLedger},
    time::UnixTime,
};
use std::{
    fs,
    io::{self, ErrorKind},
    path::PathBuf,
};

/// One file per accepted nonce, whose creation is the acceptance.
pub(crate) struct FileNonces(PathBuf);

impl FileNonces {
    /// The ledger in a directory.
    pub(crate) fn open(directory: PathBuf) -> Outcome<Self> {
        create_directory(&directory)?;
        Ok(Self(directory))
    }

    fn path(&self, nonce: &[u8; 32]) -> PathBuf {
        self.0.join(hex(nonce))
    }
}

impl NonceLedger for FileNonces {
    fn consume(&self, nonce: &[u8; 32], expires_at: UnixTime) -> Result<(), LedgerError> {
        let content = expires_at.seconds().to_string();
        match create_whole(&self.path(nonce), content.as_bytes(), Readers::Owner) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(LedgerError::Used),
            other => other.map_err(|error| store(&error)),
        }
    }

    fn is_used(&self, nonce: &[u8; 32]) -> Result<bool, LedgerError> {
        self.path(nonce).try_exists().map_err(|error| store(&error))
    }
}

/// Two directories: `by-tag/<tag>` names the person, `by-person/<person>` names the tag.
///
/// The tag is recorded first. Where two processes bind one person to two tags, or a crash falls between the two records, what
/// remains is a tag reserved for its own person, which harms nobody; the person's record decides.
pub(crate) struct FileTags {
    by_tag: PathBuf,
    by_person: PathBuf,
}

impl FileTags {
    /// The ledger in a directory.
    pub(crate) fn open(directory: &std::path::Path) -> Outcome<Self> {
        let (by_tag, by_person) = (directory.join("by-tag"), directory.join("by-person"));
        create_directory(&by_tag)?;
        create_directory(&by_person)?;
        Ok(Self { by_tag, by_person })
    }
}

impl TagLedger for FileTags {
    fn bind(&self, person: &Digest, tag: &[u8; 32]) -> Result<(), LedgerError> {
        let (person, tag) = (hex(person.as_bytes()), hex(tag));
        let (tag_path, person_path) = (self.by_tag.join(&tag), self.by_person.join(&person));
        // The person's record decides, so a refusal leaves no trace.
        if known(&person_path)?.is_some_and(|known| known != tag) {
            return Err(LedgerError::PersonHasAnotherTag);
        }
        let reserved = record(&tag_path, &person)?;
        if !reserved.confirmed {
            return Err(LedgerError::TagOfAnotherPerson);
        }
        let bound = record(&person_path, &tag)?;
        if bound.confirmed {
            return Ok(());
        }
        if reserved.created {
            // Lost a race; give the tag back.
            fs::remove_file(&tag_path).and_then(|()| sync_parent(&tag_path)).map_err(|error| store(&error))?;
        }
        Err(LedgerError::PersonHasAnotherTag)
    }
}

/// What became of a record.
struct Recorded {
    /// The file was not there before.
    created: bool,
    /// The file says what was to be recorded.
    confirmed: bool,
}

fn record(path: &std::path::Path, content: &str) -> Result<Recorded, LedgerError> {
    match create_whole(path, content.as_bytes(), Readers::Owner) {
        Ok(()) => Ok(Recorded { created: true, confirmed: true }),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Ok(Recorded { created: false, confirmed: known(path)?.as_deref() == Some(content) })
        }
        Err(error) => Err(store(&error)),
    }
}

fn known(path: &std::path::Path) -> Result<Option<String>, LedgerError> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(store(&error)),
    }
}

fn store(error: &io::Error) -> LedgerError {
    LedgerError::Store(error.to_string())
}

/// Lower-case hexadecimal: file names of random bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;
    use std::{sync::Barrier, thread};

    const LATER: UnixTime = UnixTime::from_seconds(1_795_320_300);

    fn digest(byte: u8) -> Digest {
        Digest::from_bytes([byte; 32])
    }

    #[test]
    fn of_many_who_consume_one_nonce_exactly_one_succeeds_and_it_stays_used() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileNonces::open(directory.path().join("nonces")).unwrap();
        let barrier = Barrier::new(8);
        let consume = || {
            barrier.wait();
            ledger.consume(&[7; 32], LATER).is_ok()
        };
        let successes = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(consume)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|won| *won).count()
        });
        assert_eq!(successes, 1);
        let reopened = FileNonces::open(directory.path().join("nonces")).unwrap();
        assert!(reopened.is_used(&[7; 32]).unwrap());
        assert!(!reopened.is_used(&[8; 32]).unwrap());
        assert!(matches!(reopened.consume(&[7; 32], LATER), Err(LedgerError::Used)));
    }

    #[test]
    fn a_ledger_that_cannot_write_says_so() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileNonces::open(directory.path().join("nonces")).unwrap();
        fs::remove_dir(directory.path().join("nonces")).unwrap();
        assert!(matches!(ledger.consume(&[7; 32], LATER), Err(LedgerError::Store(_))));
    }

    #[test]
    fn persons_and_tags_are_bound_one_to_one() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileTags::open(directory.path()).unwrap();
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        assert!(matches!(ledger.bind(&digest(1), &[2; 32]), Err(LedgerError::PersonHasAnotherTag)));
        assert!(matches!(ledger.bind(&digest(2), &[1; 32]), Err(LedgerError::TagOfAnotherPerson)));
        // Neither refusal has left a trace.
        ledger.bind(&digest(2), &[2; 32]).unwrap();
    }

    #[test]
    fn a_person_who_comes_with_two_tags_at_once_keeps_one() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileTags::open(directory.path()).unwrap();
        let barrier = Barrier::new(8);
        let bind = |tag: u8| {
            barrier.wait();
            ledger.bind(&digest(1), &[tag; 32]).is_ok()
        };
        let bound: Vec<u8> = thread::scope(|scope| {
            let bind = &bind;
            let threads: Vec<_> = (0..8).map(|tag| (tag, scope.spawn(move || bind(tag)))).collect();
            threads.into_iter().filter_map(|(tag, thread)| thread.join().unwrap().then_some(tag)).collect()
        });
        let [winner] = bound[..] else { unreachable!("exactly one tag wins, not {bound:?}") };
        // The tags that lost are free again.
        for tag in (0..8).filter(|tag| *tag != winner) {
            ledger.bind(&digest(10 + tag), &[tag; 32]).unwrap();
        }
    }
}
