//! Document numbers, each in its one canonical form.

use super::DocumentType;
use crate::citizen_id::{CitizenId, CitizenIdError, NumberKind};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The regions of residence permits: Hong Kong, Macao, Taiwan (国办发〔2018〕81号).
const RESIDENCE_REGIONS: [u32; 3] = [810_000, 820_000, 830_000];
/// The length of the number that a Hong Kong or Macao resident keeps for life; a two-digit reissue count may follow it.
const LIFETIME_LENGTH: usize = 9;

/// Why a text is no number of a document of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Of an 18-character type, no number of GB 11643.
    #[error("{0}")]
    CitizenId(#[from] CitizenIdError),
    /// A number of GB 11643, but of another kind of person than the document's holders.
    #[error("the number is not of this document's kind of holder")]
    Holder,
    /// Of a residence permit, a region other than 810000, 820000 and 830000.
    #[error("the region of a residence permit is 810000, 820000 or 830000")]
    Region,
    /// Another length than the type's.
    #[error("a number of this document has another length")]
    Length,
    /// A character that the type does not have in that place; letters are upper case.
    #[error("a number of this document has another character there")]
    Character,
    /// Of a legacy number, a length other than 15.
    #[error("a number of GB 11643-1989 has 15 digits")]
    LegacyLength,
}

/// DOC-INPUT: what somebody typed, with ASCII letters in upper case (the check character x) and nothing else changed.
///
/// Parsers accept the canonical form only, so callers that read keyboards say that they do.
#[must_use]
pub fn normalised(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.to_ascii_uppercase())
}

/// DOC-FORM: a number of a document in the form that stands in credentials and in an issuer's ledger.
///
/// Wiped when dropped, and without `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DocumentNumber {
    #[zeroize(skip)]
    document_type: DocumentType,
    text: String,
    reissue: Option<u8>,
}

impl DocumentNumber {
    /// The number of a text.
    ///
    /// # Errors
    ///
    /// [`NumberError`]; never [`NumberError::LegacyLength`], because a legacy number is refused by its length.
    pub fn parse(document_type: DocumentType, text: &str) -> Result<Self, NumberError> {
        let bytes = text.as_bytes();
        let (canonical, reissue) = match document_type {
            DocumentType::CitizenCard | DocumentType::TemporaryCitizenCard => {
                check_citizen_id(text, NumberKind::Citizen)?;
                (text, None)
            }
            DocumentType::ResidencePermit => {
                let id = check_citizen_id(text, NumberKind::ResidencePermit)?;
                if !RESIDENCE_REGIONS.contains(&id.region()) {
                    return Err(NumberError::Region);
                }
                (text, None)
            }
            DocumentType::PermanentResidentCard => {
                check_citizen_id(text, NumberKind::PermanentResident)?;
                (text, None)
            }
            DocumentType::OldPermanentResidentCard => {
                // Three letters of the country, twelve digits.
                shape(bytes, &[(3, u8::is_ascii_uppercase), (12, u8::is_ascii_digit)])?;
                (text, None)
            }
            DocumentType::Passport => {
                // ICAO Doc 9303, part 4: at most nine characters; which ones is each state's affair.
                if !(1..=9).contains(&bytes.len()) {
                    return Err(NumberError::Length);
                }
                shape(bytes, &[(bytes.len(), is_alphanumeric)])?;
                (text, None)
            }
            DocumentType::HkMacaoResidentPermit => lifetime(text)?,
            DocumentType::TaiwanResidentPermit => {
                shape(bytes, &[(8, u8::is_ascii_digit)])?;
                (text, None)
            }
            DocumentType::MainlanderHkMacaoPermit => {
                shape(bytes, &[(1, |c| *c == b'C'), (8, is_alphanumeric)])?;
                (text, None)
            }
        };
        Ok(Self { document_type, text: canonical.to_owned(), reissue })
    }

    /// The type of the document.
    #[must_use]
    pub const fn document_type(&self) -> DocumentType {
        self.document_type
    }

    /// The canonical form: at most 18 ASCII characters. Of a Hong Kong or Macao resident's permit the nine that its holder
    /// keeps for life, so that a reissued permit is the same person's.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Of a Hong Kong or Macao resident's permit of 1999, how often it was reissued: the two digits that follow the number.
    #[must_use]
    pub const fn reissue(&self) -> Option<u8> {
        self.reissue
    }

    /// The number as one of GB 11643, of a type that has those: it states region, birth date and sex.
    #[must_use]
    pub fn citizen_id(&self) -> Option<CitizenId> {
        // Other types' numbers have other lengths.
        CitizenId::parse(&self.text).ok()
    }
}

fn check_citizen_id(text: &str, kind: NumberKind) -> Result<CitizenId, NumberError> {
    let id = CitizenId::parse(text)?;
    if id.kind() == kind { Ok(id) } else { Err(NumberError::Holder) }
}

/// H or M and eight digits, of a permit of 1999 with two digits more.
fn lifetime(text: &str) -> Result<(&str, Option<u8>), NumberError> {
    let place = |c: &u8| matches!(c, b'H' | b'M');
    let (number, reissue) = text.split_at_checked(LIFETIME_LENGTH).ok_or(NumberError::Length)?;
    shape(number.as_bytes(), &[(1, place), (8, u8::is_ascii_digit)])?;
    match reissue.as_bytes() {
        [] => Ok((number, None)),
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Ok((number, Some((tens - b'0') * 10 + (ones - b'0')))),
        [_, _] => Err(NumberError::Character),
        _ => Err(NumberError::Length),
    }
}

fn is_alphanumeric(c: &u8) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// So many characters of a class.
type Run = (usize, fn(&u8) -> bool);

/// Runs of characters, and nothing after them.
fn shape(text: &[u8], runs: &[Run]) -> Result<(), NumberError> {
    if text.len() != runs.iter().map(|(length, _)| length).sum::<usize>() {
        return Err(NumberError::Length);
    }
    let classes = runs.iter().flat_map(|(length, class)| std::iter::repeat_n(class, *length));
    if text.iter().zip(classes).all(|(c, class)| class(c)) { Ok(()) } else { Err(NumberError::Character) }
}

/// DOC-LEGACY: a citizen number of GB 11643-1989, 15 digits: region, birth date without the century, order number, no check
/// character.
///
/// It is read to find somebody in an old record and there is no way from it to a [`DocumentNumber`]: cards with such numbers
/// are no longer valid. Wiped when dropped, and without `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LegacyCitizenId(CitizenId);

impl LegacyCitizenId {
    /// The legacy number of 15 digits. Its holder was born in the 20th century.
    ///
    /// # Errors
    ///
    /// [`NumberError::LegacyLength`], [`NumberError::Character`], and [`NumberError::CitizenId`] with the region or the birth date.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if text.len() != 15 {
            return Err(NumberError::LegacyLength);
        }
        let (region, rest) = text.split_at_checked(6).ok_or(NumberError::Character)?;
        if !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(NumberError::Character);
        }
        let digits = Zeroizing::new(format!("{region}19{rest}"));
        // ISO 7064: exactly one of the eleven check characters fits, and the number's other rules are checked with it.
        for check in "0123456789X".chars() {
            match CitizenId::parse(&Zeroizing::new(format!("{}{check}", *digits))) {
                Err(CitizenIdError::CheckCharacter) => {}
                Ok(id) if id.kind() != NumberKind::Citizen => return Err(NumberError::Holder),
                other => return Ok(Self(other?)),
            }
        }
        Err(NumberError::CitizenId(CitizenIdError::CheckCharacter))
    }

    /// Whether a current number is this one's: the same with 19 inserted and a check character appended.
    #[must_use]
    pub fn is_of(&self, current: &CitizenId) -> bool {
        self.0 == *current
    }
}
