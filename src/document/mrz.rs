//! Machine readable zones of ICAO Doc 9303: TD1 (part 5, three lines of 30), TD2 (part 6, two of 36) and TD3 (part 4, passports,
//! two of 44).
//!
//! A zone is read strictly: its shape, then every check digit, then the fields. That it is consistent does not make it genuine;
//! any typist can compute check digits.

mod check;
mod date;
mod layout;
mod name;

pub use check::check_digit;
pub use name::NameError;

use crate::{
    citizen_id::Sex,
    time::{Date, DateError},
};
use layout::Layout;
use std::ops::Range;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The size of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A card of three lines of 30 characters.
    Td1,
    /// A card of two lines of 36.
    Td2,
    /// A passport, two lines of 44.
    Td3,
}

/// Why lines are no machine readable zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Not three lines of 30 characters, two of 36 or two of 44.
    #[error("a zone has 3 lines of 30, 2 of 36 or 2 of 44 characters")]
    Shape,
    /// A character other than A to Z, 0 to 9 and the filler.
    #[error("a zone has capital letters, digits and < only")]
    Character,
    /// The document number's check digit.
    #[error("the check digit of the document number does not fit")]
    NumberCheck,
    /// The birth date's check digit.
    #[error("the check digit of the birth date does not fit")]
    BirthCheck,
    /// The expiry date's check digit.
    #[error("the check digit of the expiry date does not fit")]
    ExpiryCheck,
    /// TD3: the check digit of the optional data.
    #[error("the check digit of the optional data does not fit")]
    OptionalCheck,
    /// The check digit over the others.
    #[error("the composite check digit does not fit")]
    CompositeCheck,
    /// Another document than one of the format: not P of a passport, or not A, C or I of a card.
    #[error("the document code is not one of this format")]
    DocumentCode,
    /// The issuer is not one to three letters.
    #[error("the issuing state is no code")]
    Issuer,
    /// The nationality is not one to three letters.
    #[error("the nationality is no code")]
    Nationality,
    /// The document number is empty or has a filler within.
    #[error("the document number is empty or interrupted")]
    Number,
    /// The birth date is no day; also one that the document leaves unknown.
    #[error("the birth date is no day: {0}")]
    BirthDate(DateError),
    /// The expiry date is no day.
    #[error("the expiry date is no day: {0}")]
    ExpiryDate(DateError),
    /// The sex is not M, F or the filler.
    #[error("the sex is not M, F or <")]
    Sex,
    /// The name is none.
    #[error("{0}")]
    Name(#[from] NameError),
}

/// What a zone states. Wiped when dropped, and without `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Mrz {
    #[zeroize(skip)]
    format: Format,
    document_code: String,
    issuer: String,
    number: String,
    nationality: String,
    #[zeroize(skip)]
    birth: Date,
    #[zeroize(skip)]
    sex: Option<Sex>,
    #[zeroize(skip)]
    expiry: Date,
    name: Name,
    optional: [String; 2],
}

/// A name as a zone has it: Latin capitals, with single blanks between components. Wiped when dropped, and without `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Name {
    primary: String,
    secondary: String,
    fills_field: bool,
}

impl Mrz {
    /// Reads the lines of a zone, without line ends; `today` decides centuries.
    ///
    /// # Errors
    ///
    /// The first of [`MrzError`]'s rules that the lines break, in their order.
    pub fn parse(lines: &[&str], today: Date) -> Result<Self, MrzError> {
        let layout = Layout::of(lines).ok_or(MrzError::Shape)?;
        let zone = Zone { text: Zeroizing::new(lines.concat().into_bytes()), layout };
        if !zone.text.iter().all(|c| check::value(*c).is_some()) {
            return Err(MrzError::Character);
        }
        let (number, rest) = zone.checked_number()?;
        zone.check(&layout.birth, layout.birth_check, MrzError::BirthCheck)?;
        zone.check(&layout.expiry, layout.expiry_check, MrzError::ExpiryCheck)?;
        zone.check_optional()?;
        zone.check_composite()?;
        Ok(Self {
            format: layout.format,
            document_code: zone.document_code()?,
            issuer: zone.country(&layout.issuer).ok_or(MrzError::Issuer)?,
            nationality: zone.country(&layout.nationality).ok_or(MrzError::Nationality)?,
            number: plain_number(&number)?,
            birth: date::birth(zone.field(&layout.birth), today).map_err(MrzError::BirthDate)?,
            sex: match zone.at(layout.sex) {
                b'M' => Some(Sex::Male),
                b'F' => Some(Sex::Female),
                b'<' => None,
                _ => return Err(MrzError::Sex),
            },
            expiry: date::expiry(zone.field(&layout.expiry)).map_err(MrzError::ExpiryDate)?,
            name: Name::from_field(zone.field(&layout.name))?,
            optional: [text(trimmed(rest)), text(trimmed(zone.field(&layout.second_optional)))],
        })
    }

    /// The size of the document.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// One or two letters: P for a passport, and what the state adds.
    #[must_use]
    pub fn document_code(&self) -> &str {
        &self.document_code
    }

    /// The issuing state or organisation: one to three letters (Doc 9303, part 3, section 5).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The document number without fillers.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The holder's nationality: one to three letters.
    #[must_use]
    pub fn nationality(&self) -> &str {
        &self.nationality
    }

    /// The birth date, its century by rule MRZ-CENTURY.
    #[must_use]
    pub const fn birth(&self) -> Date {
        self.birth
    }

    /// The sex; none where the document does not state it.
    #[must_use]
    pub const fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// The last day on which the document is valid.
    #[must_use]
    pub const fn expiry(&self) -> Date {
        self.expiry
    }

    /// The holder's name.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// The optional data without fillers at the end: after the document number, and of TD1 on the second line.
    #[must_use]
    pub fn optional(&self) -> [&str; 2] {
        self.optional.each_ref().map(String::as_str)
    }
}

/// The lines behind each other, of the allowed characters.
struct Zone {
    text: Zeroizing<Vec<u8>>,
    layout: &'static Layout,
}

impl Zone {
    fn field(&self, range: &Range<usize>) -> &[u8] {
        // Layouts lie within their own shape; an empty field would be refused as any other.
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn at(&self, place: usize) -> u8 {
        self.text.get(place).copied().unwrap_or(b'<')
    }

    /// MRZ-CHECK: a digit that fits the field.
    fn check(&self, field: &Range<usize>, digit: usize, error: MrzError) -> Result<(), MrzError> {
        if check_digit(self.field(field)) == Some(self.at(digit)) { Ok(()) } else { Err(error) }
    }

    /// The document number, and the optional data after it.
    ///
    /// MRZ-LONG: on a card, a filler for a check digit says that the number goes on in the optional data, up to its check digit
    /// and a filler.
    fn checked_number(&self) -> Result<(Zeroizing<Vec<u8>>, &[u8]), MrzError> {
        let layout = self.layout;
        let head = self.field(&layout.number);
        let optional = self.field(&layout.optional);
        if layout.format == Format::Td3 || self.at(layout.number_check) != b'<' {
            self.check(&layout.number, layout.number_check, MrzError::NumberCheck)?;
            return Ok((Zeroizing::new(head.to_vec()), optional));
        }
        let mut parts = optional.splitn(2, |c| *c == b'<');
        let (Some([tail @ .., digit]), Some(rest)) = (parts.next(), parts.next()) else {
            return Err(MrzError::NumberCheck);
        };
        let number = Zeroizing::new([head, tail].concat());
        if tail.is_empty() || check_digit(&number) != Some(*digit) {
            return Err(MrzError::NumberCheck);
        }
        Ok((number, rest))
    }

    /// MRZ-OPTIONAL: TD3's optional data have a check digit; where there are none it may be a filler.
    fn check_optional(&self) -> Result<(), MrzError> {
        let layout = self.layout;
        let Some(digit) = layout.optional_check else { return Ok(()) };
        let unused = self.field(&layout.optional).iter().all(|c| *c == b'<');
        if unused && self.at(digit) == b'<' {
            return Ok(());
        }
        self.check(&layout.optional, digit, MrzError::OptionalCheck)
    }

    fn check_composite(&self) -> Result<(), MrzError> {
        let fields: Vec<&[u8]> = self.layout.composite_over.iter().map(|range| self.field(range)).collect();
        let all = Zeroizing::new(fields.concat());
        if check_digit(&all) == Some(self.at(self.layout.composite)) { Ok(()) } else { Err(MrzError::CompositeCheck) }
    }

    fn document_code(&self) -> Result<String, MrzError> {
        let code = self.field(&self.layout.document_code);
        let allowed = match (self.layout.format, code) {
            (Format::Td3, [b'P', second]) => *second == b'<' || second.is_ascii_uppercase(),
            // V would make it a visa.
            (Format::Td1 | Format::Td2, [b'A' | b'C' | b'I', second]) => {
                *second != b'V' && (*second == b'<' || second.is_ascii_uppercase())
            }
            _ => false,
        };
        if allowed { Ok(text(trimmed(code))) } else { Err(MrzError::DocumentCode) }
    }

    fn country(&self, range: &Range<usize>) -> Option<String> {
        let code = trimmed(self.field(range));
        (!code.is_empty() && code.iter().all(u8::is_ascii_uppercase)).then(|| text(code))
    }
}

/// A number may be shorter than its field, but has no filler within.
fn plain_number(number: &[u8]) -> Result<String, MrzError> {
    let number = trimmed(number);
    if number.is_empty() || number.contains(&b'<') { Err(MrzError::Number) } else { Ok(text(number)) }
}

/// Without fillers at the end.
fn trimmed(mut field: &[u8]) -> &[u8] {
    while let [head @ .., b'<'] = field {
        field = head;
    }
    field
}

fn text(ascii: &[u8]) -> String {
    ascii.iter().map(|c| char::from(*c)).collect()
}
