//! Files of proving keys: streamed, and refused before anything in them is decoded.

use crate::world::*;
use shiming::{
    digest::Digest,
    keys::{PROVING_KEY_CAP, ProvingKey, ProvingKeyError, digest_of_file},
    progress::{Progress, Silent, Stage, Step},
    proof::points::PointError,
};
use shiming_circuits::relation::{credential_native::CredentialNative, range::Range};
use std::{
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    sync::Mutex,
};

type Native = ProvingKey<CredentialNative>;

/// A file that counts how it is read, and may change when it is read again.
struct Spy<'a> {
    bytes: Vec<u8>,
    at: usize,
    read: usize,
    largest: usize,
    /// How often it was read from the beginning.
    passes: usize,
    before_the_second: &'a dyn Fn(&mut Vec<u8>),
}

impl Spy<'_> {
    fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), at: 0, read: 0, largest: 0, passes: 0, before_the_second: &|_| {} }
    }
}

impl Read for Spy<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.bytes[self.at.min(self.bytes.len())..]).read(buffer)?;
        self.at += count;
        self.read += count;
        self.largest = self.largest.max(buffer.len());
        Ok(count)
    }
}

impl Seek for Spy<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match to {
            SeekFrom::Start(0) => {
                self.passes += 1;
                if self.passes == 2 {
                    (self.before_the_second)(&mut self.bytes);
                }
                self.at = 0;
            }
            SeekFrom::End(0) => self.at = self.bytes.len(),
            _ => return Err(ErrorKind::Unsupported.into()),
        }
        Ok(self.at as u64)
    }
}

fn file() -> Vec<u8> {
    keys().native.to_bytes()
}

/// Where beta_1 begins.
fn points(file: &[u8]) -> usize {
    8 + u32::from_be_bytes(file[4..8].try_into().unwrap()) as usize
}

fn refused(bytes: &[u8]) -> Option<ProvingKeyError> {
    Native::from_bytes(bytes, &Native::digest_of(bytes)).err()
}

#[test]
fn a_key_is_written_and_read_in_small_parts() {
    struct Parts(Vec<u8>, usize);
    impl io::Write for Parts {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.extend(bytes);
            self.1 = self.1.max(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut out = Parts(Vec::new(), 0);
    let (digest, length) = keys().native.write(&mut out).unwrap();
    assert_eq!((digest, length), (Native::digest_of(&out.0), out.0.len() as u64));
    assert_eq!(digest_of_file(&mut out.0.as_slice()).unwrap(), (digest, length));
    assert_eq!(out.0, file());
    let mut spy = Spy::new(&out.0);
    // It may stand anywhere.
    spy.at = 17;
    let read = Native::read(&mut spy, &digest, &Silent).unwrap();
    assert_eq!(read.to_bytes(), out.0);
    assert_eq!((spy.passes, spy.read), (2, 2 * out.0.len()));
    let buffer = 1 << 19;
    assert!(spy.largest <= buffer && out.1 <= buffer && out.0.len() > 2 * buffer);
}

#[test]
fn a_flipped_byte_is_refused_before_any_point_is_decoded() {
    let good = file();
    let (pinned, start) = (Native::digest_of(&good), points(&good));
    // Magic, the key inside, beta_1, the count of A, points, the last one.
    for position in [0, 5, 100, start, start + 64, start + 200, good.len() / 2, good.len() - 1] {
        let mut bytes = good.clone();
        bytes[position] ^= 1;
        let mut spy = Spy::new(&bytes);
        let found = Native::digest_of(&bytes);
        let error = Native::read(&mut spy, &pinned, &Silent).err();
        assert_eq!(error, Some(ProvingKeyError::Digest { expected: pinned, found }), "{position}");
        assert_eq!((spy.passes, spy.read), (1, good.len()), "only hashed");
        assert!(!matches!(refused(&bytes), None | Some(ProvingKeyError::Digest { .. })), "{position}");
    }
}

#[test]
fn truncated_files_and_trailing_bytes_are_refused() {
    let good = file();
    let pinned = Native::digest_of(&good);
    let mut longer = good.clone();
    longer.push(0);
    let truncated = [0, 3, 7, 500, points(&good), points(&good) + 66, good.len() / 2, good.len() - 1];
    let shorter = truncated.map(|length| good[..length].to_vec());
    for bytes in shorter.iter().chain([&longer]) {
        let error = Native::from_bytes(bytes, &pinned).err();
        assert_eq!(error, Some(ProvingKeyError::Digest { expected: pinned, found: Native::digest_of(bytes) }));
    }
    // A bundle that pins such a file does not make it a key.
    assert_eq!(refused(&longer), Some(ProvingKeyError::Header));
    for bytes in &shorter {
        assert_eq!(refused(bytes), Some(ProvingKeyError::Point(PointError::Truncated)));
    }
}

#[test]
fn lengths_that_the_file_does_not_have_are_refused_without_memory_for_them() {
    let good = file();
    for position in [4, points(&good) + 64] {
        let mut bytes = good.clone();
        bytes[position..position + 4].fill(0xff);
        let mut spy = Spy::new(&bytes);
        let error = Native::read(&mut spy, &Native::digest_of(&bytes), &Silent).err();
        assert!(matches!(error, Some(ProvingKeyError::Point(PointError::Truncated) | ProvingKeyError::Header)));
        assert!(spy.largest <= 1 << 19);
    }
    // Infinity takes a bit: a query as long as the file has bits would take 512 times the file.
    let mut bytes = good[..points(&good) + 64].to_vec();
    bytes.extend(((1u32 << 22) + 1).to_be_bytes());
    bytes.resize(bytes.len() + (1 << 20), 0);
    assert_eq!(refused(&bytes), Some(ProvingKeyError::Header));
}

#[test]
fn a_file_that_changes_between_hashing_and_decoding_is_refused() {
    fn read(change: &dyn Fn(&mut Vec<u8>)) -> Option<ProvingKeyError> {
        let good = file();
        let mut spy = Spy { before_the_second: change, ..Spy::new(&good) };
        Native::read(&mut spy, &Native::digest_of(&good), &Silent).err()
    }
    let good = file();
    let start = points(&good) + 64 + 4;
    assert_eq!(read(&|_| {}), None);
    // Another key that decodes: two pairs of points exchanged, the points of a pair exchanged, the key of the same shape by
    // another setup. The first list of A has 4,096 bits, then pairs of 96 bytes, x and x first.
    let pairs = start + 512;
    assert_ne!(good[pairs..pairs + 96], good[pairs + 96..pairs + 192]);
    assert_ne!(good[pairs..pairs + 32], good[pairs + 32..pairs + 64]);
    assert_eq!(read(&|bytes| bytes[pairs..pairs + 192].rotate_left(96)), Some(ProvingKeyError::Changed));
    assert_eq!(read(&|bytes| bytes[pairs..pairs + 64].rotate_left(32)), Some(ProvingKeyError::Changed));
    let other = other_keys().native.to_bytes();
    assert_eq!(other.len(), good.len());
    assert_eq!(read(&|bytes| bytes.clone_from(&other)), Some(ProvingKeyError::Changed));
    // What does not decode.
    let truncated = Some(ProvingKeyError::Point(PointError::Truncated));
    assert_eq!(read(&|bytes| bytes.truncate(start + 640)), truncated);
    assert_eq!(read(&|bytes| bytes[start - 4] = 0xff), truncated);
    assert!(matches!(read(&|bytes| bytes[start + 63] ^= 1), Some(ProvingKeyError::Point(_))));
    // What is appended after the first pass is not read: the key is the one that was hashed.
    assert_eq!(read(&|bytes| bytes.extend([0; 64])), None);
}

#[test]
fn keys_of_another_relation_are_refused() {
    let bytes = keys().native.to_bytes();
    let error = ProvingKey::<Range>::from_bytes(&bytes, &Native::digest_of(&bytes)).err();
    assert!(matches!(error, Some(ProvingKeyError::Verifying(_))));
}

/// A file without end, or one that fails.
struct Endless(Option<ErrorKind>, u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0);
        self.1 += buffer.len() as u64;
        self.0.map_or(Ok(buffer.len()), |kind| Err(kind.into()))
    }
}

impl Seek for Endless {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

#[test]
fn files_without_end_and_files_that_cannot_be_read_are_refused() {
    let pinned = Digest::from_bytes([1; 32]);
    let mut endless = Endless(None, 0);
    let error = Native::read(&mut endless, &pinned, &Silent).err();
    assert_eq!(error, Some(ProvingKeyError::TooLarge { cap: PROVING_KEY_CAP }));
    assert!(endless.1 <= PROVING_KEY_CAP + (1 << 19));
    assert_eq!(digest_of_file(&mut Endless(None, 0)).unwrap_err().kind(), ErrorKind::FileTooLarge);
    let kind = ErrorKind::PermissionDenied;
    assert_eq!(Native::read(&mut Endless(Some(kind), 0), &pinned, &Silent).err(), Some(ProvingKeyError::Read(kind)));
}

#[derive(Default)]
struct Told(Mutex<Vec<Step>>);

impl Progress for Told {
    fn at(&self, step: Step) {
        self.0.lock().unwrap().push(step);
    }
}

#[test]
fn reading_tells_how_far_it_is() {
    let (bytes, told) = (file(), Told::default());
    Native::read(&mut io::Cursor::new(&bytes), &Native::digest_of(&bytes), &told).unwrap();
    let told = told.0.into_inner().unwrap();
    let mut stages: Vec<Stage> = told.iter().map(|step| step.stage).collect();
    stages.dedup();
    assert_eq!(stages, [Stage::Digest, Stage::Synthesis, Stage::Decoding]);
    for stage in stages {
        let steps: Vec<_> = told.iter().filter(|step| step.stage == stage).collect();
        assert!(steps.windows(2).all(|pair| pair[0].done < pair[1].done && pair[0].total == pair[1].total));
        let (first, last) = (steps[0], steps[steps.len() - 1]);
        assert_eq!((first.relation, first.done), ("credential/native", 0));
        // The counts of the queries are no points.
        assert!(last.done == last.total || (stage == Stage::Decoding && last.done + 20 == last.total));
    }
}

#[test]
fn preparing_tells_how_far_it_is() {
    let told = Told::default();
    let crate::rejections::Scene { world, wallet, .. } = crate::rejections::scene();
    let credential = crate::rejections::scene().adult.credential().clone();
    shiming::holder::prepare_with_progress(wallet, credential, &world.trust, keys(), NOW, &told, &mut rng(6)).unwrap();
    let mut told: Vec<_> =
        told.0.into_inner().unwrap().into_iter().map(|step| (step.stage, step.done, step.total)).collect();
    told.sort_unstable();
    let stage = |stage, total| (0..=total).map(move |done| (stage, done, total));
    let expected: Vec<_> =
        stage(Stage::Witness, 1).chain(stage(Stage::Sums, 5)).chain(stage(Stage::OwnProof, 1)).collect();
    assert_eq!(told, expected);
}
