//! The file of a proving key, streamed: tens of megabytes go through a buffer, never as a whole through memory.

use super::{ProvingKey, ProvingKeyError, RelationSpec, VerifyingKey};
use crate::{
    digest::Digest,
    progress::{Counter, Progress, Silent, Stage},
    proof::{
        groth16::ProvingPoints,
        points::{
            PointError, RawReader,
            pairs::{self, Coordinate},
            put_raw_g1,
        },
    },
};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use sha2::{Digest as _, Sha256};
use shiming_circuits::relation::{self, Relation};
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};

const MAGIC: &[u8; 4] = b"SMPK";
/// The greatest file of a proving key, in bytes: six times that of the largest relation.
pub const PROVING_KEY_CAP: u64 = 256 << 20;
/// The greatest verifying key inside.
const VERIFYING_KEY_CAP: usize = 1 << 20;
/// Bytes of a raw point.
const G1_BYTES: usize = 64;
const G2_BYTES: usize = 128;
/// So many points are one list of the file; the last one of a query is shorter.
const TOGETHER: usize = 1 << 12;
/// The greatest number of points of a query: infinity takes a bit, so that the length of the file does not bound what is allocated.
const POINTS_CAP: usize = 1 << 22;
/// Bytes that are hashed between two reports.
const BUFFER: usize = 1 << 18;

/// The SHA-256 digest of everything that a reader still has, and its length in bytes. Of a proving key file this is the digest that
/// trust bundles pin, whatever the relation.
///
/// # Errors
///
/// Whatever reading reports, and [`ErrorKind::FileTooLarge`] beyond [`PROVING_KEY_CAP`].
pub fn digest_of_file(file: &mut impl Read) -> io::Result<(Digest, u64)> {
    hash(file, |_| {})
}

fn hash(file: &mut impl Read, mut tell: impl FnMut(u64)) -> io::Result<(Digest, u64)> {
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0u64, vec![0u8; BUFFER]);
    loop {
        let count = match file.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        if count == 0 {
            return Ok((Digest::from_bytes(hash.finalize().into()), length));
        }
        length += count as u64;
        if length > PROVING_KEY_CAP {
            return Err(ErrorKind::FileTooLarge.into());
        }
        hash.update(buffer.get(..count).unwrap_or_default());
        tell(count as u64);
    }
}

fn refused(error: &io::Error) -> ProvingKeyError {
    match error.kind() {
        ErrorKind::FileTooLarge => ProvingKeyError::TooLarge { cap: PROVING_KEY_CAP },
        ErrorKind::UnexpectedEof => PointError::Truncated.into(),
        kind => ProvingKeyError::Read(kind),
    }
}

impl<R: Relation> ProvingKey<R> {
    /// Writes the file: `SMPK`, the verifying key (4-byte length), beta_1, then each query (4-byte count) as lists of
    /// 4,096 points (spec, encoding, proving key), the last one shorter. Returns its
    /// SHA-256 digest, as trust bundles pin it, and its length in bytes.
    ///
    /// The digest is of the bytes that were handed over: whoever has to know that they arrived reads them back.
    ///
    /// # Errors
    ///
    /// Whatever writing reports.
    pub fn write(&self, out: &mut impl Write) -> io::Result<(Digest, u64)> {
        let points = self.points();
        let mut out = Hashing { inner: out, hash: Sha256::new(), length: 0 };
        let verifying = self.verifying().to_bytes();
        let mut buffer = Vec::with_capacity(G2_BYTES * TOGETHER);
        buffer.extend(MAGIC);
        buffer.extend((verifying.len() as u32).to_be_bytes());
        buffer.extend(verifying);
        put_raw_g1(&mut buffer, &points.beta_g1);
        out.write(&buffer)?;
        for query in [&points.a, &points.b_g1, &points.l, &points.h] {
            out.query(query, &mut buffer)?;
        }
        out.query(&points.b_g2, &mut buffer)?;
        out.inner.flush()?;
        Ok((Digest::from_bytes(out.hash.finalize().into()), out.length))
    }

    /// The key in a file whose digest is the pinned one; the whole file, wherever its cursor stands. `progress` is told
    /// [`Stage::Digest`], then [`Stage::Synthesis`], then [`Stage::Decoding`].
    ///
    /// The file is read twice. The first pass hashes it, and unless the digest is the pinned one nothing else is looked at. The
    /// second one decodes it, hashes exactly the bytes that it decodes, stops at the length of the first pass, and gives the key away
    /// only if that digest is the pinned one as well: a file that changes between the passes, or under them, is an error, and what
    /// was decoded of it is dropped. Beside the key there is never more than a buffer of it in memory.
    ///
    /// # Errors
    ///
    /// [`ProvingKeyError`], one variant per cause.
    pub fn read(
        file: &mut (impl Read + Seek),
        pinned: &Digest,
        progress: &dyn Progress,
    ) -> Result<Self, ProvingKeyError> {
        let rewound = |file: &mut dyn Seek, to| file.seek(to).map_err(|error| refused(&error));
        let end = rewound(file, SeekFrom::End(0))?;
        rewound(file, SeekFrom::Start(0))?;
        let counter = Counter::begin(progress, R::NAME, Stage::Digest, end);
        let (found, length) = hash(file, |bytes| counter.advance(bytes)).map_err(|error| refused(&error))?;
        if found != *pinned {
            return Err(ProvingKeyError::Digest { expected: *pinned, found });
        }
        let counter = Counter::begin(progress, R::NAME, Stage::Synthesis, 1);
        let matrices = relation::matrices::<R>().map_err(|_| ProvingKeyError::Synthesis { relation: R::NAME })?;
        counter.advance(1);

        rewound(file, SeekFrom::Start(0))?;
        let mut source = Source { file, left: length, hash: Sha256::new(), buffer: Vec::new() };
        let (verifying, points) = decode::<R>(&mut source, progress)?;
        if source.left > 0 {
            return Err(ProvingKeyError::Header);
        }
        if Digest::from_bytes(source.hash.finalize().into()) != *pinned {
            return Err(ProvingKeyError::Changed);
        }
        Self::new(verifying, points, matrices)
    }

    /// The bytes of the file, for keys that are small enough.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Writing to a vector cannot fail.
        let _ = self.write(&mut out);
        out
    }

    /// The key in the bytes of a file whose digest is the pinned one.
    ///
    /// # Errors
    ///
    /// [`ProvingKeyError`]; the digest is compared before anything is decoded.
    pub fn from_bytes(bytes: &[u8], pinned: &Digest) -> Result<Self, ProvingKeyError> {
        Self::read(&mut Cursor::new(bytes), pinned, &Silent)
    }

    /// The SHA-256 digest of the bytes of a file, as trust bundles pin it.
    #[must_use]
    pub fn digest_of(bytes: &[u8]) -> Digest {
        Digest::from_bytes(Sha256::digest(bytes).into())
    }
}

fn decode<R: Relation>(
    source: &mut Source<'_, impl Read>,
    progress: &dyn Progress,
) -> Result<(VerifyingKey, ProvingPoints), ProvingKeyError> {
    if source.take(4)? != MAGIC {
        return Err(ProvingKeyError::Header);
    }
    let length = source.count()?;
    if length > VERIFYING_KEY_CAP {
        return Err(ProvingKeyError::Header);
    }
    let verifying = VerifyingKey::from_bytes(RelationSpec::of::<R>(), source.take(length)?)?;
    let beta_g1 = RawReader(source.take(G1_BYTES)?).g1()?;
    let counter = Counter::begin(progress, R::NAME, Stage::Decoding, source.left);
    let mut g1 = || source.query(&counter);
    let (a, b_g1, l, h) = (g1()?, g1()?, g1()?, g1()?);
    // The subgroup of these points is not checked: the pinned digest vouches for them, and a holder checks every proof that it
    // caches.
    let b_g2 = source.query(&counter)?;
    Ok((verifying, ProvingPoints { beta_g1, a, b_g1, b_g2, l, h }))
}

/// What is written, with its digest.
struct Hashing<'a, W> {
    inner: &'a mut W,
    hash: Sha256,
    length: u64,
}

impl<W: Write> Hashing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn query<P>(&mut self, query: &[Affine<P>], buffer: &mut Vec<u8>) -> io::Result<()>
    where
        P: SWCurveConfig<BaseField: Coordinate>,
    {
        self.write(&(query.len() as u32).to_be_bytes())?;
        for points in query.chunks(TOGETHER) {
            buffer.clear();
            pairs::put(buffer, points);
            self.write(buffer)?;
        }
        Ok(())
    }
}

/// The bytes that are decoded, with their digest.
struct Source<'a, F> {
    file: &'a mut F,
    /// How much of the first pass's length is left.
    left: u64,
    hash: Sha256,
    buffer: Vec<u8>,
}

impl<F: Read> Source<'_, F> {
    /// The next `n` bytes. Nothing is allocated for bytes that the first pass did not see.
    fn take(&mut self, n: usize) -> Result<&[u8], ProvingKeyError> {
        self.left = self.left.checked_sub(n as u64).ok_or(PointError::Truncated)?;
        self.buffer.resize(n, 0);
        self.file.read_exact(&mut self.buffer).map_err(|error| refused(&error))?;
        self.hash.update(&self.buffer);
        Ok(&self.buffer)
    }

    /// The next big-endian 32-bit integer.
    fn count(&mut self) -> Result<usize, ProvingKeyError> {
        Ok(RawReader(self.take(4)?).u32()?)
    }

    /// A query behind its length.
    fn query<P: SWCurveConfig<BaseField: Coordinate>>(
        &mut self,
        counter: &Counter<'_>,
    ) -> Result<Vec<Affine<P>>, ProvingKeyError> {
        let count = self.count()?;
        if pairs::presence_bytes(count) as u64 > self.left {
            return Err(PointError::Truncated.into());
        }
        if count > POINTS_CAP {
            return Err(ProvingKeyError::Header);
        }
        let mut points = Vec::with_capacity(count);
        while points.len() < count {
            let together = (count - points.len()).min(TOGETHER);
            let presence = self.take(pairs::presence_bytes(together))?.to_vec();
            let bytes = self.take(pairs::point_bytes::<P>(&presence))?;
            points.extend(pairs::read(together, &presence, bytes)?);
            counter.advance((presence.len() + self.buffer.len()) as u64);
        }
        Ok(points)
    }
}
