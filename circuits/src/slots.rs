//! The sixteen attribute slots and the 108 bytes that an issuer signs.
//!
//! The bytes to be signed (TBS) are a header of 5 bytes (magic `SM`, version, schema id) and 16 slots of fixed width, 103
//! bytes, the same for every schema. All integers are big-endian. A slot's field element is its bytes as an integer; slot 0 is
//! a canonical scalar, every other slot is shorter than the modulus. The packing is a bijection between valid TBS and pairs of
//! a header and 16 elements in range, so what is signed as bytes and what is signed as elements is the same.

pub mod gadget;

use crate::field::{FR_BYTES, Fr, fr_from_bytes, fr_to_bytes};
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};

/// The number of slots.
pub const SLOTS: usize = 16;

/// The width of every slot in bytes.
pub const WIDTHS: [usize; SLOTS] = [32, 18, 16, 4, 4, 4, 4, 4, 2, 2, 1, 1, 1, 1, 1, 8];

/// The length of the header in bytes.
pub const HEADER_BYTES: usize = 5;

/// The length of the bytes to be signed.
pub const TBS_BYTES: usize = 108;

/// The version of this layout.
pub const VERSION: u8 = 1;

const MAGIC: [u8; 2] = *b"SM";

/// Why bytes or elements are not signed attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotsError {
    /// The bytes are not 108.
    #[error("the bytes to be signed are 108, not {0}")]
    Length(usize),
    /// The bytes do not begin with `SM`.
    #[error("the magic of the header is not SM")]
    Magic,
    /// The layout is of another version.
    #[error("the version of the header is {0}, not 1")]
    Version(u8),
    /// The integer in slot 0 is not below the modulus of the scalar field.
    #[error("slot 0 is not a canonical scalar")]
    NotCanonical,
    /// The value does not fit into its slot.
    #[error("the value of slot {0} is wider than the slot")]
    TooWide(usize),
}

/// What the attributes are: the first five bytes of the TBS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The version of the layout; only [`VERSION`] packs.
    pub version: u8,
    /// The schema that gives the slots their meaning.
    pub schema: u16,
}

impl Header {
    /// The header of a schema in the current version.
    #[must_use]
    pub const fn new(schema: u16) -> Self {
        Self { version: VERSION, schema }
    }

    /// The five bytes: magic, version, schema id.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let [high, low] = self.schema.to_be_bytes();
        [MAGIC[0], MAGIC[1], self.version, high, low]
    }

    /// The five bytes as a big-endian integer: the capacity of the hash over the attributes.
    #[must_use]
    pub fn to_field(self) -> Fr {
        Fr::from_be_bytes_mod_order(&self.to_bytes())
    }
}

/// Whether a value fits into a slot, whose index is below 16; every element fits into slot 0.
#[must_use]
pub fn fits(slot: usize, value: &Fr) -> bool {
    value.into_bigint().num_bits() as usize <= 8 * WIDTHS[slot]
}

/// The bytes to be signed: a header of this version and 16 slots, slot 0 canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tbs([u8; TBS_BYTES]);

impl Tbs {
    /// The TBS of a header and 16 elements.
    ///
    /// # Errors
    ///
    /// [`SlotsError::Version`] and [`SlotsError::TooWide`] with the first slot that its value does not fit.
    pub fn pack(header: Header, slots: &[Fr; SLOTS]) -> Result<Self, SlotsError> {
        if header.version != VERSION {
            return Err(SlotsError::Version(header.version));
        }
        let mut bytes = [0; TBS_BYTES];
        bytes[..HEADER_BYTES].copy_from_slice(&header.to_bytes());
        let mut start = HEADER_BYTES;
        for (slot, (width, value)) in WIDTHS.into_iter().zip(slots).enumerate() {
            if !fits(slot, value) {
                return Err(SlotsError::TooWide(slot));
            }
            bytes[start..start + width].copy_from_slice(&fr_to_bytes(value)[FR_BYTES - width..]);
            start += width;
        }
        Ok(Self(bytes))
    }

    /// The TBS in bytes that somebody else packed.
    ///
    /// # Errors
    ///
    /// [`SlotsError::Length`], [`SlotsError::Magic`], [`SlotsError::Version`] or [`SlotsError::NotCanonical`], in this order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SlotsError> {
        let bytes: [u8; TBS_BYTES] = bytes.try_into().map_err(|_| SlotsError::Length(bytes.len()))?;
        if bytes[..2] != MAGIC {
            return Err(SlotsError::Magic);
        }
        if bytes[2] != VERSION {
            return Err(SlotsError::Version(bytes[2]));
        }
        let mut tag = [0; FR_BYTES];
        tag.copy_from_slice(&bytes[HEADER_BYTES..HEADER_BYTES + FR_BYTES]);
        fr_from_bytes(&tag).ok_or(SlotsError::NotCanonical)?;
        Ok(Self(bytes))
    }

    /// The 108 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; TBS_BYTES] {
        &self.0
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> Header {
        Header { version: self.0[2], schema: u16::from_be_bytes([self.0[3], self.0[4]]) }
    }

    /// The 16 elements.
    #[must_use]
    pub fn slots(&self) -> [Fr; SLOTS] {
        let mut slots = [Fr::ZERO; SLOTS];
        let mut start = HEADER_BYTES;
        for (width, value) in WIDTHS.into_iter().zip(&mut slots) {
            // Nothing is reduced: slot 0 is canonical by construction and the others are shorter than the modulus.
            *value = Fr::from_be_bytes_mod_order(&self.0[start..start + width]);
            start += width;
        }
        slots
    }
}
