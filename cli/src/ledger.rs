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
