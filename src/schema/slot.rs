//! One row of a schema's table.

use super::{COMPARED_LIMIT, HOLDER_TAG, SchemaError};
use serde::{Deserialize, Serialize};

/// How a slot's bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Encoding {
    /// Must be zero.
    Unused = 0,
    /// A canonical scalar of 32 bytes.
    Tag = 1,
    /// Printable ASCII without blanks, padded with zero bytes on the right.
    Ascii = 2,
    /// The first 16 bytes of a hash.
    Digest = 3,
    /// A real date, YYYYMMDD.
    Date = 4,
    /// A real date or 99991231, long-term.
    DateOrLongTerm = 5,
    /// An integer between the row's bounds.
    Integer = 6,
    /// 64 bits without an order.
    Handle = 7,
}

/// What a policy may do with a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Operation {
    /// Bounds: `at_least`, `at_most`, `not_before`, `not_after`, `age_at_least`.
    Compare = 1,
    /// `in`, `not_in`.
    Set = 2,
    /// `equal`.
    Equal = 4,
    /// `disclose`.
    Disclose = 8,
}

/// A set of [`Operation`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operations(u8);

impl Operations {
    /// Whether an operation is among them.
    #[must_use]
    pub fn contains(self, operation: Operation) -> bool {
        self.0 & operation as u8 != 0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A validated row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    number: usize,
    width: usize,
    name: String,
    encoding: Encoding,
    required: bool,
    operations: Operations,
    minimum: u64,
    maximum: u64,
}

/// A row as written in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    slot: usize,
    name: String,
    encoding: Encoding,
    required: bool,
    allow: Vec<Operation>,
    minimum: Option<u64>,
    maximum: Option<u64>,
}

impl Slot {
    pub(super) fn from_row(number: usize, width: usize, row: Row) -> Result<Self, SchemaError> {
        if row.slot != number {
            return Err(SchemaError::SlotOrder(number));
        }
        let name_is_plain = row.name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        if !(1..=32).contains(&row.name.len()) || !name_is_plain {
            return Err(SchemaError::SlotName(number));
        }
        let (expected, possible) = match row.encoding {
            Encoding::Unused => (width, Operations(0)),
            Encoding::Tag => (32, Operations(0)),
            Encoding::Ascii => (18, Operations(Operation::Disclose as u8)),
            Encoding::Digest => (16, Operations(Operation::Disclose as u8)),
            Encoding::Date | Encoding::DateOrLongTerm => {
                (4, Operations(Operation::Compare as u8 | Operation::Disclose as u8))
            }
            Encoding::Integer => (width.min(4), Operations(0b1111)),
            Encoding::Handle => (8, Operations(0)),
        };
        if expected != width {
            return Err(SchemaError::Width(number));
        }
        let mut operations = Operations(0);
        for operation in row.allow {
            if !possible.contains(operation) || operations.contains(operation) {
                return Err(SchemaError::Operation(number));
            }
            operations.0 |= operation as u8;
        }
        let widest = 1u64.checked_shl(8 * width as u32).map_or(u64::MAX, |n| n - 1);
        let bounded = row.encoding == Encoding::Integer;
        let (minimum, maximum) = (row.minimum.unwrap_or(0), row.maximum.unwrap_or(widest));
        if (!bounded && (row.minimum.is_some() || row.maximum.is_some())) || minimum > maximum || maximum > widest {
            return Err(SchemaError::Bounds(number));
        }
        let tested = [Operation::Compare, Operation::Set, Operation::Equal].iter().any(|o| operations.contains(*o));
        if bounded && tested && maximum >= u64::from(COMPARED_LIMIT) {
            return Err(SchemaError::ComparedLimit(number));
        }
        if row.encoding == Encoding::Unused && row.required {
            return Err(SchemaError::Bounds(number));
        }
        if (number == 0) != (row.name == HOLDER_TAG) {
            return Err(SchemaError::HolderTag);
        }
        let (name, encoding, required) = (row.name, row.encoding, row.required);
        Ok(Self { number, width, name, encoding, required, operations, minimum, maximum })
    }

    /// The position, 0 to 15.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// The width in bytes.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The attribute's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the bytes are read.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether 0, absent, is refused.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// What a policy may do with it.
    #[must_use]
    pub fn operations(&self) -> Operations {
        self.operations
    }

    /// The least present value of an integer; 0 for other encodings.
    #[must_use]
    pub fn minimum(&self) -> u64 {
        self.minimum
    }

    /// The greatest value of an integer; what fits into the width (or 64 bits) for other encodings.
    #[must_use]
    pub fn maximum(&self) -> u64 {
        self.maximum
    }

    /// Whether the value is a date.
    #[must_use]
    pub fn is_date(&self) -> bool {
        matches!(self.encoding, Encoding::Date | Encoding::DateOrLongTerm)
    }

    /// All facts but the name, 19 bytes: encoding, required, operations, minimum, maximum.
    pub(super) fn canonical_facts(&self) -> Vec<u8> {
        let mut facts = vec![self.encoding as u8, u8::from(self.required), self.operations.0];
        facts.extend(self.minimum.to_be_bytes());
        facts.extend(self.maximum.to_be_bytes());
        facts
    }
}
