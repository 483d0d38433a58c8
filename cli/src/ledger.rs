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

/// Three directories: `by-tag/<tag>` names the person, `by-person/<person>` names the person's first tag, `replaced/<tag>` names
/// the tag that took its place. Files are made and never changed; a person's tag is the last of the chain.
///
/// The tag is recorded first. Where two processes bind one person to two tags, or a crash falls between the two records, what
/// remains is a tag reserved for its own person, which harms nobody; the person's record decides. Likewise the record in
/// `replaced` decides on a replacement: of two at once, one makes it.
pub(crate) struct FileTags {
    by_tag: PathBuf,
    by_person: PathBuf,
    replaced: PathBuf,
}

impl FileTags {
    /// The ledger in a directory.
    pub(crate) fn open(directory: &std::path::Path) -> Outcome<Self> {
        let (by_tag, by_person) = (directory.join("by-tag"), directory.join("by-person"));
        let replaced = directory.join("replaced");
        create_directory(&by_tag)?;
        create_directory(&by_person)?;
        create_directory(&replaced)?;
        Ok(Self { by_tag, by_person, replaced })
    }

    /// The person's tag now.
    fn current(&self, person: &str) -> Result<Option<String>, LedgerError> {
        let mut tag = known(&self.by_person.join(person))?;
        while let Some(old) = &tag {
            let Some(next) = known(&self.replaced.join(old))? else { break };
            tag = Some(next);
        }
        Ok(tag)
    }
}

impl TagLedger for FileTags {
    fn bind(&self, person: &Digest, tag: &[u8; 32]) -> Result<(), LedgerError> {
        let (person, tag) = (hex(person.as_bytes()), hex(tag));
        let (tag_path, person_path) = (self.by_tag.join(&tag), self.by_person.join(&person));
        // The person's record decides, so a refusal leaves no trace.
        match self.current(&person)? {
            Some(known) if known == tag => return Ok(()),
            Some(_) => return Err(LedgerError::PersonHasAnotherTag),
            None => {}
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

    fn replace(&self, person: &Digest, old: &[u8; 32], new: &[u8; 32]) -> Result<(), LedgerError> {
        let (person, old, new) = (hex(person.as_bytes()), hex(old), hex(new));
        let (new_path, replaced_path) = (self.by_tag.join(&new), self.replaced.join(&old));
        if known(&self.by_tag.join(&old))?.as_ref() != Some(&person) {
            return Err(LedgerError::NotThePersonsTag);
        }
        if known(&new_path)?.is_some_and(|known| known != person) {
            return Err(LedgerError::TagOfAnotherPerson);
        }
        if old == new || known(&self.replaced.join(&new))?.is_some() {
            return Err(LedgerError::TagRetired);
        }
        match known(&replaced_path)? {
            Some(done) if done == new => return Ok(()),
            Some(_) => return Err(LedgerError::NotThePersonsTag),
            // A tag that was only reserved is nobody's.
            None if self.current(&person)?.as_ref() != Some(&old) => return Err(LedgerError::NotThePersonsTag),
            None => {}
        }
        let reserved = record(&new_path, &person)?;
        if !reserved.confirmed {
            return Err(LedgerError::TagOfAnotherPerson);
        }
        if record(&replaced_path, &new)?.confirmed {
            return Ok(());
        }
        if reserved.created {
            // Lost a race; give the tag back.
            fs::remove_file(&new_path).and_then(|()| sync_parent(&new_path)).map_err(|error| store(&error))?;
        }
        Err(LedgerError::NotThePersonsTag)
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
    fn a_replaced_tag_is_nobodys_again_and_the_new_one_is_the_persons() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileTags::open(directory.path()).unwrap();
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        ledger.bind(&digest(2), &[2; 32]).unwrap();
        assert!(matches!(ledger.replace(&digest(1), &[2; 32], &[3; 32]), Err(LedgerError::NotThePersonsTag)));
        assert!(matches!(ledger.replace(&digest(1), &[9; 32], &[3; 32]), Err(LedgerError::NotThePersonsTag)));
        assert!(matches!(ledger.replace(&digest(1), &[1; 32], &[2; 32]), Err(LedgerError::TagOfAnotherPerson)));
        assert!(matches!(ledger.replace(&digest(1), &[1; 32], &[1; 32]), Err(LedgerError::TagRetired)));
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        ledger.replace(&digest(1), &[1; 32], &[3; 32]).unwrap();
        // Again, as after a crash; and by a process that opens the directory later.
        let ledger = FileTags::open(directory.path()).unwrap();
        ledger.replace(&digest(1), &[1; 32], &[3; 32]).unwrap();
        ledger.bind(&digest(1), &[3; 32]).unwrap();
        assert!(matches!(ledger.bind(&digest(1), &[1; 32]), Err(LedgerError::PersonHasAnotherTag)));
        assert!(matches!(ledger.bind(&digest(4), &[1; 32]), Err(LedgerError::TagOfAnotherPerson)));
        assert!(matches!(ledger.replace(&digest(1), &[1; 32], &[5; 32]), Err(LedgerError::NotThePersonsTag)));
        assert!(matches!(ledger.replace(&digest(1), &[3; 32], &[1; 32]), Err(LedgerError::TagRetired)));
        ledger.replace(&digest(1), &[3; 32], &[5; 32]).unwrap();
        ledger.bind(&digest(1), &[5; 32]).unwrap();
    }

    #[test]
    fn a_tag_that_is_replaced_twice_at_once_has_one_successor_and_the_losers_are_free() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileTags::open(directory.path()).unwrap();
        ledger.bind(&digest(1), &[100; 32]).unwrap();
        let barrier = Barrier::new(8);
        let replace = |tag: u8| {
            barrier.wait();
            ledger.replace(&digest(1), &[100; 32], &[tag; 32]).is_ok()
        };
        let done: Vec<u8> = thread::scope(|scope| {
            let replace = &replace;
            let threads: Vec<_> = (0..8).map(|tag| (tag, scope.spawn(move || replace(tag)))).collect();
            threads.into_iter().filter_map(|(tag, thread)| thread.join().unwrap().then_some(tag)).collect()
        });
        let [winner] = done[..] else { unreachable!("exactly one tag wins, not {done:?}") };
        ledger.bind(&digest(1), &[winner; 32]).unwrap();
        for tag in (0..8).filter(|tag| *tag != winner) {
            ledger.bind(&digest(10 + tag), &[tag; 32]).unwrap();
        }
    }

    #[test]
    fn a_crash_after_the_reservation_leaves_the_old_tag_in_place() {
        let directory = tempfile::TempDir::new().unwrap();
        let ledger = FileTags::open(directory.path()).unwrap();
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        // What `replace` writes first.
        record(&ledger.by_tag.join(hex(&[3; 32])), &hex(digest(1).as_bytes())).unwrap();
        ledger.bind(&digest(1), &[1; 32]).unwrap();
        // A reserved tag is not the person's.
        assert!(matches!(ledger.replace(&digest(1), &[3; 32], &[4; 32]), Err(LedgerError::NotThePersonsTag)));
        ledger.replace(&digest(1), &[1; 32], &[3; 32]).unwrap();
        ledger.bind(&digest(1), &[3; 32]).unwrap();
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
