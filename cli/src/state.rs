//! The state directory: one directory per role, secrets readable by their owner only, every file written whole or not at all.

use crate::error::{Failure, Outcome};
use shiming::codec::{DecodeError, Identifier};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Everybody: 0644.
    All,
    /// The owner: 0600.
    Owner,
}

impl Readers {
    #[cfg(unix)]
    const fn mode(self) -> u32 {
        match self {
            Self::All => 0o644,
            Self::Owner => 0o600,
        }
    }
}

/// Where everything lies.
#[derive(Clone, Debug)]
pub(crate) struct State {
    root: PathBuf,
}

impl State {
    /// The state under a directory, which need not exist yet.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The directory.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Verifying and proving keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// The trust bundle.
    pub(crate) fn trust(&self) -> PathBuf {
        self.root.join("trust.json")
    }

    /// What an issuer has.
    pub(crate) fn issuer(&self, id: &Identifier) -> PathBuf {
        self.root.join("issuer").join(file_name(id.as_str()))
    }

    /// What a source of evidence has.
    pub(crate) fn source(&self, id: &Identifier) -> PathBuf {
        self.root.join("source").join(file_name(id.as_str()))
    }

    /// What the holder has.
    pub(crate) fn holder(&self) -> PathBuf {
        self.root.join("holder")
    }

    /// What a verifier has.
    pub(crate) fn verifier(&self, id: &Identifier) -> PathBuf {
        self.root.join("verifier").join(file_name(id.as_str()))
    }
}

/// A name as a file name: `/` and `:` and a leading dot are percent-encoded, so that no name leaves its directory.
pub(crate) fn file_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (i, c) in name.chars().enumerate() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => out.push(c),
            '.' if i > 0 => out.push(c),
            _ => c.to_string().bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}"))),
        }
    }
    out
}

/// Makes a directory and its parents, for the owner only.
pub(crate) fn create_directory(path: &Path) -> Outcome<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| Failure::io(path, &error))
}

/// A file of at most `cap` bytes. The buffer is wiped when dropped, since any file may hold a secret.
pub(crate) fn read(path: &Path, cap: usize) -> Outcome<Zeroizing<Vec<u8>>> {
    let fail = |error| Failure::io(path, &error);
    let file = File::open(path).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len();
    let too_large = || Failure::file(path, DecodeError::TooLarge { cap });
    if length > cap as u64 {
        return Err(too_large());
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 1));
    file.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() > cap { Err(too_large()) } else { Ok(bytes) }
}

/// Writes a file whole, in place of an older one.
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Outcome<()> {
    write_with(path, readers, |file| file.write_all(bytes))
}

/// The same with contents that are written piece by piece: whatever `contents` fails with, the older file stays.
pub(crate) fn write_with<T>(
    path: &Path,
    readers: Readers,
    contents: impl FnOnce(&mut File) -> io::Result<T>,
) -> Outcome<T> {
    let fail = |error| Failure::io(path, &error);
    let (temporary, value) = write_temporary(path, readers, contents).map_err(fail)?;
    fs::rename(&temporary, path).and_then(|()| sync_parent(path)).map(|()| value).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        fail(error)
    })
}

/// Writes a file whole where none is; an existing one stays and is an error.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> Outcome<()> {
    create_whole(path, bytes, readers).map_err(|error| Failure::io(path, &error))
}

/// The same with the system's error: of any number of concurrent calls exactly one succeeds, and a reader sees all of the
/// file or none. It is durable when this returns.
pub(crate) fn create_whole(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let (temporary, ()) = write_temporary(path, readers, |file| file.write_all(bytes))?;
    // A hard link fails where a rename would replace.
    let linked = fs::hard_link(&temporary, path);
    let _ = fs::remove_file(&temporary);
    linked.and_then(|()| sync_parent(path))
}

fn write_temporary<T>(
    path: &Path,
    readers: Readers,
    contents: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // Random, so that what a crash left behind, or another process writes, is never taken for the file itself.
    let unique = format!(".{name}.{:016x}.new", getrandom::u64().map_err(io::Error::other)?);
    let temporary = path.with_file_name(unique);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, readers.mode());
    #[cfg(not(unix))]
    let _ = readers;
    let mut file = options.open(&temporary)?;
    let written = contents(&mut file).and_then(|value| file.sync_all().map(|()| value));
    written.map(|value| (temporary.clone(), value)).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// Makes an entry of a directory durable.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(unix)]
    return File::open(parent)?.sync_all();
    #[cfg(not(unix))]
    {
        let _ = parent;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{Readers, file_name, write, write_with};
    use std::{fs, io::Write};

    #[test]
    fn a_write_that_fails_half_way_leaves_the_older_file_and_nothing_else() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("key");
        write(&path, b"old", Readers::All).unwrap();
        let failed = write_with(&path, Readers::All, |file| {
            file.write_all(b"half")?;
            Err::<(), _>(std::io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().code, "io");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        let digest = write_with(&path, Readers::All, |file| file.write_all(b"new").map(|()| 7));
        assert_eq!((digest.unwrap(), fs::read(&path).unwrap()), (7, b"new".to_vec()));
    }

    #[test]
    fn no_name_leaves_its_directory() {
        assert_eq!(file_name("authority"), "authority");
        assert_eq!(file_name("../x:1"), "%2E.%2Fx%3A1");
        assert_eq!(file_name(".."), "%2E.");
        assert_eq!(file_name("cn.example"), "cn.example");
    }
}
