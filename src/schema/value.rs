//! What an attribute is once its slot has been read.

use super::{AttributeFault, Encoding, Slot};
use crate::codec::{array, from_base64url, to_base64url};
use crate::time::Date;
use ark_ff::Zero;
use shiming_circuits::field::{FR_BYTES, Fr, fr_from_bytes, fr_to_bytes};
use std::fmt;

/// An attribute's value. `Display` is for showing it to people; `Debug` tells the kind only, since values are personal.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// 0: the credential does not have the attribute.
    Absent,
    /// A holder tag.
    Tag(Fr),
    /// Printable ASCII, at most the slot's width.
    Ascii(String),
    /// 16 bytes of a hash; shown in hex.
    Digest([u8; 16]),
    /// A date, 99991231 for long-term where the schema permits it.
    Date(Date),
    /// An integer.
    Integer(u32),
    /// 64 bits; shown in hex.
    Handle(u64),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Tag(_) => "Tag(..)",
            Self::Ascii(_) => "Ascii(..)",
            Self::Digest(_) => "Digest(..)",
            Self::Date(_) => "Date(..)",
            Self::Integer(_) => "Integer(..)",
            Self::Handle(_) => "Handle(..)",
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Tag(tag) => hex(f, &fr_to_bytes(tag)),
            Self::Ascii(text) => f.write_str(text),
            Self::Digest(bytes) => hex(f, bytes),
            Self::Date(date) => date.fmt(f),
            Self::Integer(n) => n.fmt(f),
            Self::Handle(bits) => write!(f, "{bits:016x}"),
        }
    }
}

fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl Slot {
    /// The field element of a value: its bytes, padded to the slot's width, as a big-endian integer.
    ///
    /// # Errors
    ///
    /// The first rule of the slot that the value breaks.
    pub fn encode(&self, value: &Value) -> Result<Fr, AttributeFault> {
        let x = match (self.encoding(), value) {
            (_, Value::Absent) => Fr::zero(),
            (Encoding::Tag, Value::Tag(tag)) => *tag,
            (Encoding::Ascii, Value::Ascii(text)) => {
                // An empty text and a text of zero bytes would be read back as absent.
                if text.is_empty() || !text.bytes().all(|c| c.is_ascii_graphic()) {
                    return Err(AttributeFault::NotAscii);
                }
                let mut padded = [0u8; FR_BYTES];
                let room = padded.iter_mut().skip(FR_BYTES - self.width());
                if text.len() > self.width() {
                    return Err(AttributeFault::TooWide);
                }
                room.zip(text.bytes()).for_each(|(to, byte)| *to = byte);
                fr_from_bytes(&padded).ok_or(AttributeFault::TooWide)?
            }
            (Encoding::Digest, Value::Digest(bytes)) => Fr::from(u128::from_be_bytes(*bytes)),
            (Encoding::Date | Encoding::DateOrLongTerm, Value::Date(date)) => Fr::from(date.to_u32()),
            (Encoding::Integer, Value::Integer(n)) => Fr::from(*n),
            (Encoding::Handle, Value::Handle(bits)) => Fr::from(*bits),
            (Encoding::Unused, _) => return Err(AttributeFault::NotUnused),
            _ => return Err(AttributeFault::WrongType),
        };
        // One set of rules: what encodes must also decode.
        self.decode(&x)?;
        Ok(x)
    }

    /// The value of a field element.
    ///
    /// # Errors
    ///
    /// The first rule of the slot that the element breaks.
    pub fn decode(&self, x: &Fr) -> Result<Value, AttributeFault> {
        if x.is_zero() {
            return if self.is_required() { Err(AttributeFault::Missing) } else { Ok(Value::Absent) };
        }
        let bytes = fr_to_bytes(x);
        let (high, content) = bytes.split_at_checked(FR_BYTES - self.width()).ok_or(AttributeFault::TooWide)?;
        if self.encoding() == Encoding::Unused {
            return Err(AttributeFault::NotUnused);
        }
        if high.iter().any(|byte| *byte != 0) {
            return Err(AttributeFault::TooWide);
        }
        match self.encoding() {
            Encoding::Tag => Ok(Value::Tag(*x)),
            Encoding::Ascii => {
                let length = content.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                let text = content.get(..length).unwrap_or_default();
                if !text.iter().all(u8::is_ascii_graphic) {
                    return Err(AttributeFault::NotAscii);
                }
                Ok(Value::Ascii(text.iter().copied().map(char::from).collect()))
            }
            Encoding::Digest => array(content).map(Value::Digest).map_err(|_| AttributeFault::TooWide),
            Encoding::Date | Encoding::DateOrLongTerm => {
                let date = Date::from_yyyymmdd(integer(content)?).map_err(AttributeFault::Date)?;
                if date.is_long_term() && self.encoding() == Encoding::Date {
                    return Err(AttributeFault::LongTerm);
                }
                Ok(Value::Date(date))
            }
            Encoding::Integer => {
                let n = integer(content)?;
                if (self.minimum()..=self.maximum()).contains(&u64::from(n)) {
                    Ok(Value::Integer(n))
                } else {
                    Err(AttributeFault::OutOfRange)
                }
            }
            Encoding::Handle => {
                array(content).map(|bits| Value::Handle(u64::from_be_bytes(bits))).map_err(|_| AttributeFault::TooWide)
            }
            Encoding::Unused => Err(AttributeFault::NotUnused),
        }
    }

    /// The value of a text, as files and command lines write it: dates as YYYYMMDD, integers in decimal, ASCII as it is, tags,
    /// digests and handles as base64url of their bytes.
    ///
    /// # Errors
    ///
    /// [`AttributeFault::WrongType`] for a text of another form, otherwise the first rule of the slot that it breaks.
    pub fn parse(&self, text: &str) -> Result<Value, AttributeFault> {
        fn bytes<const N: usize>(text: &str) -> Result<[u8; N], AttributeFault> {
            from_base64url(text).and_then(|bytes| array(&bytes)).map_err(|_| AttributeFault::WrongType)
        }
        let value = match self.encoding() {
            Encoding::Unused => return Err(AttributeFault::NotUnused),
            Encoding::Tag => Value::Tag(fr_from_bytes(&bytes(text)?).ok_or(AttributeFault::WrongType)?),
            Encoding::Ascii => Value::Ascii(text.to_owned()),
            Encoding::Digest => Value::Digest(bytes(text)?),
            Encoding::Date | Encoding::DateOrLongTerm => Value::Date(Date::parse(text).map_err(AttributeFault::Date)?),
            Encoding::Integer if text.bytes().all(|c| c.is_ascii_digit()) => {
                Value::Integer(text.parse().map_err(|_| AttributeFault::WrongType)?)
            }
            Encoding::Integer => return Err(AttributeFault::WrongType),
            Encoding::Handle => Value::Handle(u64::from_be_bytes(bytes(text)?)),
        };
        self.encode(&value)?;
        Ok(value)
    }
}

impl Value {
    /// The integer that policies compare, 0 if absent; `None` for other encodings than dates and integers.
    #[must_use]
    pub fn integer(&self) -> Option<u32> {
        match self {
            Self::Absent => Some(0),
            Self::Date(date) => Some(date.to_u32()),
            Self::Integer(n) => Some(*n),
            _ => None,
        }
    }

    /// The text that [`Slot::parse`] reads back; empty if absent.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Tag(tag) => to_base64url(&fr_to_bytes(tag)),
            Self::Ascii(text) => text.clone(),
            Self::Digest(bytes) => to_base64url(bytes),
            Self::Date(date) => date.to_u32().to_string(),
            Self::Integer(n) => n.to_string(),
            Self::Handle(bits) => to_base64url(&bits.to_be_bytes()),
        }
    }
}

fn integer(bytes: &[u8]) -> Result<u32, AttributeFault> {
    bytes
        .iter()
        .try_fold(0u32, |n, byte| n.checked_mul(256).map(|n| n + u32::from(*byte)))
        .ok_or(AttributeFault::TooWide)
}
