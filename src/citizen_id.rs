//! The citizen identity number of GB 11643-1999: 18 characters, of which six are a region (GB/T 2260), eight a birth date
//! (GB/T 7408), three an order number (odd for men, even for women) and one a check character (ISO 7064, MOD 11-2).
//!
//! Residence permits of Hong Kong, Macao and Taiwan residents (regions 81, 82, 83) have the same layout. So have permanent
//! residence cards of 2023, whose first digit is 9, followed by two digits of a province and three of a country (ISO 3166-1).

use crate::time::{Date, DateError};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The number of characters.
pub const CITIZEN_ID_LENGTH: usize = 18;

/// Weights of the first 17 digits: 2^(18-i) mod 11 (GB 11643-1999, section 4.3).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character of each remainder of the weighted sum.
const CHECK_CHARACTERS: [u8; 11] = *b"10X98765432";

/// The first two digits of GB/T 2260, and 83 of the residence permits of Taiwan residents. Below this level codes were
/// abolished and reassigned over the decades and stay valid in numbers, so nothing more is refused.
const PROVINCES: [u32; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

/// Why a text is no citizen identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Not 18 bytes. Numbers of 15 digits (GB 11643-1989) are no longer valid.
    #[error("the number must have 18 characters; ask for the one on the current card")]
    Length,
    /// Not 17 digits followed by a digit or an upper-case X.
    #[error("the number must be 17 digits and then a digit or an upper-case X")]
    Character,
    /// The last character does not fit the others: a typing error.
    #[error("the check character does not fit; compare the number with the card")]
    CheckCharacter,
    /// The first digits are no province.
    #[error("the number begins with an unknown region")]
    Region,
    /// Digits 7 to 14 are no date.
    #[error("digits 7 to 14 are no birth date: {0}")]
    BirthDate(DateError),
}

/// Which of a number's facts another source contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdMismatch {
    /// Another birth date.
    #[error("the birth date differs from the one in the number")]
    BirthDate,
    /// Another sex.
    #[error("the sex differs from the one in the number")]
    Sex,
    /// Another region.
    #[error("the region differs from the one in the number")]
    Region,
}

/// The sex of GB/T 2261.1, as the attribute `sex` has it; 0 there means absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Sex {
    /// 男
    Male = 1,
    /// 女
    Female = 2,
}

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// A citizen, on a resident identity card.
    Citizen,
    /// A Hong Kong, Macao or Taiwan resident, on a residence permit.
    ResidencePermit,
    /// A foreigner, on a permanent residence card of 2023.
    PermanentResident,
}

/// A well-formed number. Wiped when dropped, and without `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CitizenId([u8; CITIZEN_ID_LENGTH]);

impl CitizenId {
    /// The number of a text.
    ///
    /// # Errors
    ///
    /// The first of [`CitizenIdError`]'s rules that the text breaks, in their order.
    pub fn parse(text: &str) -> Result<Self, CitizenIdError> {
        let id = Self(text.as_bytes().try_into().map_err(|_| CitizenIdError::Length)?);
        let [digits @ .., last] = &id.0;
        if !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
            return Err(CitizenIdError::Character);
        }
        let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        if CHECK_CHARACTERS.get((sum % 11) as usize) != Some(last) {
            return Err(CitizenIdError::CheckCharacter);
        }
        let province = if id.kind() == NumberKind::PermanentResident { id.number(1, 2) } else { id.number(0, 2) };
        if !PROVINCES.contains(&province) || id.country() == Some(0) {
            return Err(CitizenIdError::Region);
        }
        Date::from_yyyymmdd(id.number(6, 8)).map_err(CitizenIdError::BirthDate)?;
        Ok(id)
    }

    /// The 18 ASCII characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII was checked; an empty text would be refused by everything that takes a number.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whose number it is.
    #[must_use]
    pub fn kind(&self) -> NumberKind {
        match self.number(0, 2) {
            90..=99 => NumberKind::PermanentResident,
            81..=83 => NumberKind::ResidencePermit,
            _ => NumberKind::Citizen,
        }
    }

    /// Digits 7 to 14.
    #[must_use]
    pub fn birth_date(&self) -> Date {
        // `parse` has checked that it is a date; a birth date in 9999 would satisfy no age.
        Date::from_yyyymmdd(self.number(6, 8)).unwrap_or(Date::LONG_TERM)
    }

    /// The six digits of GB/T 2260: digits 1 to 6; of a permanent residence card its province, digits 2 and 3, and 0000.
    #[must_use]
    pub fn region(&self) -> u32 {
        if self.kind() == NumberKind::PermanentResident { self.number(1, 2) * 10_000 } else { self.number(0, 6) }
    }

    /// Digits 4 to 6 of a permanent residence card: the holder's country, ISO 3166-1 numeric.
    #[must_use]
    pub fn country(&self) -> Option<u32> {
        (self.kind() == NumberKind::PermanentResident).then(|| self.number(3, 3))
    }

    /// The parity of digit 17.
    #[must_use]
    pub fn sex(&self) -> Sex {
        if self.number(16, 1).is_multiple_of(2) { Sex::Female } else { Sex::Male }
    }

    /// Refuses another birth date than the number's.
    ///
    /// # Errors
    ///
    /// [`CitizenIdMismatch::BirthDate`].
    pub fn check_birth(&self, birth_date: Date) -> Result<(), CitizenIdMismatch> {
        if birth_date == self.birth_date() { Ok(()) } else { Err(CitizenIdMismatch::BirthDate) }
    }

    /// Refuses another sex than the number's.
    ///
    /// # Errors
    ///
    /// [`CitizenIdMismatch::Sex`].
    pub fn check_sex(&self, sex: Sex) -> Result<(), CitizenIdMismatch> {
        if sex == self.sex() { Ok(()) } else { Err(CitizenIdMismatch::Sex) }
    }

    /// Refuses another region than the number's.
    ///
    /// # Errors
    ///
    /// [`CitizenIdMismatch::Region`].
    pub fn check_region(&self, region: u32) -> Result<(), CitizenIdMismatch> {
        if region == self.region() { Ok(()) } else { Err(CitizenIdMismatch::Region) }
    }

    /// The integer of `length` digits from `start`; only called within the first 17 characters, which are digits.
    fn number(&self, start: usize, length: usize) -> u32 {
        self.0.iter().skip(start).take(length).fold(0, |n, digit| n * 10 + u32::from(digit.wrapping_sub(b'0')))
    }
}
