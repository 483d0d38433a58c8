//! Evidence on its way from one source to another, sealed: nobody between them reads it, this library neither.
//!
//! A fresh SM4 key (GB/T 32907) goes to the recipient by SM2 public-key encryption (GB/T 32918.4, C1 C3 C2) and the content
//! under that key by SM4-GCM (RFC 8998, section 3). Everything before the content is authenticated with it. Who sealed is not: that
//! is what the source's signed attestation of the evidence's digest says.
//!
//! Bytes, big-endian:
//!
//! | length | content |
//! |---|---|
//! | 4, 1 | `SMSE`, version 1 |
//! | 32 | the recipient's key id |
//! | 1, n | length of the kind, the kind |
//! | 1, n | length of the case, the case |
//! | 8, 8 | captured at, purge by: Unix seconds |
//! | 113 | the SM4 key: 04, x, y, the SM3 digest, 16 bytes |
//! | 12 | nonce |
//! | 4, n | length of the content, the encrypted content |
//! | 16 | tag |

use super::PURGE_AFTER_SECONDS;
use crate::codec::{DecodeError, IDENTIFIER_CAP, Identifier, Kind, Reader};
use crate::digest::Digest;
use crate::signature::{KeyError, POINT_BYTES};
use crate::time::UnixTime;
use ::sm2::elliptic_curve::{Generate, sec1::FromSec1Point, sec1::ToSec1Point};
use ::sm2::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use ::sm2::pke::{DecryptingKey, EncryptingKey, Mode};
use ::sm2::{NonZeroScalar, SecretKey};
use aes_gcm::aead::consts::U12;
use aes_gcm::{AeadInOut, AesGcm, KeyInit};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use sm4::Sm4;
use std::fmt;
use zeroize::Zeroizing;

/// Sealed evidence: personal, at most 16 MiB, which holds a short video.
pub const SEALED_EVIDENCE: Kind = Kind::secret("sealed evidence", 16 << 20);

const MAGIC: &[u8; 4] = b"SMSE";
const VERSION: u8 = 1;
const KEY_BYTES: usize = 16;
/// An uncompressed point, an SM3 digest, and as many bytes as the key has.
const TRANSPORT_BYTES: usize = 65 + 32 + KEY_BYTES;
/// The first byte of an uncompressed point (SEC 1, section 2.3.3).
const UNCOMPRESSED: u8 = 4;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// GCM over SM4 with a nonce of 96 bits and a tag of 128 (RFC 8998, section 3; the mode is NIST SP 800-38D's, for any cipher with
/// blocks of 128 bits).
type Sm4Gcm = AesGcm<Sm4, U12>;

/// The name of a key that evidence is sealed for: a digest of its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealKeyId(Digest);

impl SealKeyId {
    /// The digest.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

/// A key that evidence is sealed for: a point of the SM2 curve. Not a [`crate::signature::Sm2PublicKey`]: a key has one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealPublicKey(::sm2::PublicKey);

impl SealPublicKey {
    /// The key at a point, x and y, each 32 bytes big-endian.
    ///
    /// # Errors
    ///
    /// [`KeyError::Point`].
    pub fn from_point_bytes(bytes: &[u8; POINT_BYTES]) -> Result<Self, KeyError> {
        let point = ::sm2::Sec1Point::from_untagged_bytes(bytes.into());
        Option::from(::sm2::PublicKey::from_sec1_point(&point)).map(Self).ok_or(KeyError::Point)
    }

    /// x and y.
    #[must_use]
    pub fn to_point_bytes(&self) -> [u8; POINT_BYTES] {
        let mut bytes = [0; POINT_BYTES];
        let point = self.0.to_sec1_point(false);
        // Uncompressed: one tag byte, then as many bytes as the array has.
        bytes.iter_mut().zip(point.as_bytes().iter().skip(1)).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// The key of an SPKI PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_spki_pem(pem: &str) -> Result<Self, KeyError> {
        ::sm2::PublicKey::from_public_key_pem(pem).map(Self).map_err(|_| KeyError::Pem)
    }

    /// The SPKI PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a key does not cause.
    pub fn to_spki_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> SealKeyId {
        SealKeyId(Digest::of(domain::SEAL_KEY_ID, &[&self.to_point_bytes()]))
    }
}

/// The private half. Wiped when dropped, and without `Debug`.
///
/// The copies that the crate `sm2` makes on the stack while it decrypts are not wiped by it.
pub struct SealSecretKey(SecretKey);

impl SealSecretKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SecretKey::from(NonZeroScalar::generate_from_rng(rng)))
    }

    /// The key of a PKCS#8 PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`].
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        SecretKey::from_pkcs8_pem(pem).map(Self).map_err(|_| KeyError::Pem)
    }

    /// The PKCS#8 PEM, with LF line ends.
    ///
    /// # Errors
    ///
    /// [`KeyError::Pem`], which a key does not cause.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Pem)
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> SealPublicKey {
        SealPublicKey(self.0.public_key())
    }
}

/// Why evidence cannot be sealed or opened.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// SEAL-PURGE: not 72 hours between capture and purge, or a capture before 1970 or after the year 9999.
    #[error("SEAL-PURGE: the evidence does not say to be purged 72 hours after its capture")]
    PurgeBy,
    /// SEAL-TIME: captured after now.
    #[error("SEAL-TIME: the evidence says to be captured in the future")]
    CapturedInFuture,
    /// SEAL-TIME: it should have been purged.
    #[error("SEAL-TIME: the evidence is due to be purged")]
    PurgeDue,
    /// SEAL-RECIPIENT: sealed for another key.
    #[error("SEAL-RECIPIENT: the evidence is sealed for another key")]
    OtherRecipient,
    /// SEAL-KEY: the SM4 key cannot be decrypted: altered, or of another key under this one's id.
    #[error("SEAL-KEY: the evidence's content key cannot be decrypted")]
    Key,
    /// SEAL-CONTENT: header, nonce, content or tag were altered.
    #[error("SEAL-CONTENT: the evidence was altered")]
    Altered,
    /// A random number generator that gave no scalar, or a content beyond GCM's limit: neither happens.
    #[error("the evidence could not be sealed")]
    Unsealable,
}

/// What everybody on the way may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealHeader {
    /// Whom it is sealed for.
    pub recipient: SealKeyId,
    /// What it is, by the name of its kind of evidence.
    pub kind: Identifier,
    /// The case that it belongs to.
    pub case: Identifier,
    /// When it was captured.
    pub captured_at: UnixTime,
}

impl SealHeader {
    /// When it must be gone: 72 hours after the capture.
    #[must_use]
    pub const fn purge_by(&self) -> UnixTime {
        self.captured_at.plus(PURGE_AFTER_SECONDS)
    }

    /// SEAL-TIME. Who could date a capture ahead could keep evidence longer, so no skew is allowed.
    fn check_time(&self, now: UnixTime) -> Result<(), SealError> {
        if self.captured_at > now {
            Err(SealError::CapturedInFuture)
        } else if now >= self.purge_by() {
            Err(SealError::PurgeDue)
        } else {
            Ok(())
        }
    }
}

/// Sealed evidence: the exact bytes, with the header that they say.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedEvidence {
    header: SealHeader,
    bytes: Vec<u8>,
    transport_at: usize,
    content_at: usize,
}

impl SealedEvidence {
    /// Seals a content for a recipient at the time `now`.
    ///
    /// # Errors
    ///
    /// [`SealError::PurgeBy`], [`SealError::CapturedInFuture`], [`SealError::PurgeDue`];
    /// [`SealFormError::Form`] with [`DecodeError::TooLarge`].
    pub fn seal<R: CryptoRng>(
        recipient: &SealPublicKey,
        kind: &Identifier,
        case: &Identifier,
        captured_at: UnixTime,
        content: &[u8],
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Self, SealFormError> {
        let header = SealHeader { recipient: recipient.id(), kind: kind.clone(), case: case.clone(), captured_at };
        check_capture(captured_at)?;
        header.check_time(now)?;
        let longest = SEALED_EVIDENCE.cap();
        let length = u32::try_from(content.len()).map_err(|_| DecodeError::TooLarge { cap: longest })?;
        let (mut key, mut nonce) = (Zeroizing::new([0; KEY_BYTES]), [0; NONCE_BYTES]);
        rng.fill_bytes(&mut *key);
        rng.fill_bytes(&mut nonce);
        let sm2 = EncryptingKey::new_with_mode(recipient.0, Mode::C1C3C2);
        let transport = sm2.encrypt(rng, &*key).map_err(|_| SealError::Unsealable)?;

        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(header.recipient.0.as_bytes());
        for name in [kind, case] {
            // At most 64 bytes.
            bytes.push(name.as_bytes().len() as u8);
            bytes.extend_from_slice(name.as_bytes());
        }
        for time in [captured_at, header.purge_by()] {
            bytes.extend_from_slice(&time.seconds().to_be_bytes());
        }
        let transport_at = bytes.len();
        bytes.extend_from_slice(&transport);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&length.to_be_bytes());
        let content_at = bytes.len();
        if content_at.saturating_add(content.len()).saturating_add(TAG_BYTES) > longest {
            return Err(DecodeError::TooLarge { cap: longest }.into());
        }
        let mut buffer = Zeroizing::new(content.to_vec());
        let tag = Sm4Gcm::new((&*key).into())
            .encrypt_inout_detached((&nonce).into(), &bytes, buffer.as_mut_slice().into())
            .map_err(|_| SealError::Unsealable)?;
        bytes.extend_from_slice(&buffer);
        bytes.extend_from_slice(&tag);
        Ok(Self { header, bytes, transport_at, content_at })
    }

    /// Reads the form (rule SEAL-FORM). Nothing is authenticated before [`SealedEvidence::open`].
    ///
    /// # Errors
    ///
    /// [`SealFormError::Form`]; [`SealFormError::Seal`] with [`SealError::PurgeBy`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealFormError> {
        SEALED_EVIDENCE.check_size(bytes)?;
        let mut reader = Reader::new(bytes);
        if reader.take(MAGIC.len())? != MAGIC || reader.u8()? != VERSION {
            return Err(DecodeError::WrongHeader.into());
        }
        let recipient = SealKeyId(Digest::from_bytes(reader.array()?));
        let (kind, case) = (identifier(&mut reader)?, identifier(&mut reader)?);
        let captured_at = UnixTime::from_seconds(i64::from_be_bytes(reader.array()?));
        let purge_by = UnixTime::from_seconds(i64::from_be_bytes(reader.array()?));
        let header = SealHeader { recipient, kind, case, captured_at };
        check_capture(captured_at)?;
        if purge_by != header.purge_by() {
            return Err(SealError::PurgeBy.into());
        }
        let transport_at = bytes.len() - reader.remaining();
        let transport = reader.take(TRANSPORT_BYTES)?;
        // One encoding of the point: a compressed one would have another length besides.
        if transport.first() != Some(&UNCOMPRESSED) {
            return Err(DecodeError::NotCanonical.into());
        }
        reader.take(NONCE_BYTES)?;
        let length = u32::from_be_bytes(reader.array()?);
        let content_at = bytes.len() - reader.remaining();
        let rest = reader.remaining() as u64;
        match rest.cmp(&(u64::from(length) + TAG_BYTES as u64)) {
            std::cmp::Ordering::Less => Err(DecodeError::Truncated.into()),
            std::cmp::Ordering::Greater => Err(DecodeError::TrailingBytes.into()),
            std::cmp::Ordering::Equal => Ok(Self { header, bytes: bytes.to_vec(), transport_at, content_at }),
        }
    }

    /// The content, if it is sealed for this key and `now` is between capture and purge.
    ///
    /// # Errors
    ///
    /// [`SealError`], one variant per cause.
    pub fn open(&self, key: &SealSecretKey, now: UnixTime) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.check_time(now)?;
        if self.header.recipient != key.public_key().id() {
            return Err(SealError::OtherRecipient);
        }
        let (authenticated, sealed) = self.bytes.split_at_checked(self.content_at).ok_or(SealError::Altered)?;
        let (content, tag) = sealed.split_last_chunk::<TAG_BYTES>().ok_or(SealError::Altered)?;
        let mut reader = Reader::new(authenticated.get(self.transport_at..).ok_or(SealError::Altered)?);
        let transport = reader.take(TRANSPORT_BYTES).map_err(|_| SealError::Altered)?;
        let nonce = reader.array::<NONCE_BYTES>().map_err(|_| SealError::Altered)?;
        let sm2 = DecryptingKey::new_with_mode(key.0.to_nonzero_scalar(), Mode::C1C3C2);
        let sm4 = Zeroizing::new(sm2.decrypt(transport).map_err(|_| SealError::Key)?);
        let cipher = Sm4Gcm::new_from_slice(&sm4).map_err(|_| SealError::Key)?;
        let mut opened = Zeroizing::new(content.to_vec());
        cipher
            .decrypt_inout_detached((&nonce).into(), authenticated, opened.as_mut_slice().into(), tag.into())
            .map_err(|_| SealError::Altered)?;
        Ok(opened)
    }

    /// Refuses evidence that is due to be purged, or captured after `now` (rule SEAL-TIME).
    ///
    /// # Errors
    ///
    /// [`SealError::CapturedInFuture`], [`SealError::PurgeDue`].
    pub fn check_time(&self, now: UnixTime) -> Result<(), SealError> {
        self.header.check_time(now)
    }

    /// What everybody on the way may read. A claim until it is opened.
    #[must_use]
    pub fn header(&self) -> &SealHeader {
        &self.header
    }

    /// The exact bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 over a tag and the exact bytes: the evidence's name in attestations, stores and receipts.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(domain::SEALED_EVIDENCE, &[&self.bytes])
    }
}

impl fmt::Debug for SealedEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedEvidence({} of {}, {} bytes)", self.header.kind, self.header.case, self.bytes.len())
    }
}

/// Why something is not sealed evidence.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFormError {
    /// SEAL-FORM: not the one encoding, or too long.
    #[error("SEAL-FORM: sealed evidence: {0}")]
    Form(#[from] DecodeError),
    /// The form is right and what it says is not.
    #[error(transparent)]
    Seal(#[from] SealError),
}

fn identifier(reader: &mut Reader<'_>) -> Result<Identifier, DecodeError> {
    let length = usize::from(reader.u8()?);
    if length > IDENTIFIER_CAP {
        return Err(DecodeError::NotCanonical);
    }
    let text = std::str::from_utf8(reader.take(length)?).map_err(|_| DecodeError::NotUtf8)?;
    Identifier::parse(text).map_err(|_| DecodeError::NotCanonical)
}

/// The last second of the year 9999: beyond it a deadline would not be one.
const LAST_CAPTURE: i64 = 253_402_300_799;

fn check_capture(captured_at: UnixTime) -> Result<(), SealError> {
    if (0..=LAST_CAPTURE).contains(&captured_at.seconds()) { Ok(()) } else { Err(SealError::PurgeBy) }
}
