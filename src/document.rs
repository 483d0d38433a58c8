//! Identity documents as data: their types, numbers, machine readable zones and periods, the ages of their holders, and the
//! bank card that is bound beside them.
//!
//! Nothing here sees an image or decides whether a document is genuine: a source attests that, and these are the rules that
//! what it attests has to keep. Nothing reads a clock. What names a person is wiped when dropped and has no `Debug`.

pub mod age;
pub mod card;
pub mod dual;
pub mod mrz;
mod number;
pub mod period;

pub use number::{DocumentNumber, LegacyCitizenId, NumberError, normalised};

/// DOC-TYPE: the document types of schema 1, slot 12 `document_type`, with their codes. A code keeps its meaning for ever.
///
/// A birth certificate is none of them: it links a child to a parent and identifies nobody who shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum DocumentType {
    /// 居民身份证, of a citizen (居民身份证法).
    CitizenCard = crate::issuer::CITIZEN_CARD as u8,
    /// 临时居民身份证, of a citizen, for three months.
    TemporaryCitizenCard = 2,
    /// 港澳台居民居住证, of a Hong Kong, Macao or Taiwan resident (国办发〔2018〕81号).
    ResidencePermit = 3,
    /// 外国人永久居留身份证 of 2023, with 18 characters.
    PermanentResidentCard = 4,
    /// 外国人永久居留身份证 of before December 2023, with 15 characters; valid until it expires.
    OldPermanentResidentCard = 5,
    /// 护照, of any state (ICAO Doc 9303, part 4).
    Passport = 6,
    /// 港澳居民来往内地通行证 (回乡证), of a Hong Kong or Macao resident.
    HkMacaoResidentPermit = 7,
    /// 台湾居民来往大陆通行证 (台胞证), of a Taiwan resident.
    TaiwanResidentPermit = 8,
    /// 往来港澳通行证, of a mainland resident who travels to Hong Kong or Macao; no document of theirs.
    MainlanderHkMacaoPermit = 9,
}

/// Where a number in a table of this library comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The text of the rule itself.
    Text,
    /// Secondary sources; the table is an argument, and an operator that knows better passes another.
    Secondary,
    /// Nobody states it: a default of this library.
    Own,
}

/// A code that is no document type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no document type")]
pub struct UnknownDocumentType(pub u32);

impl DocumentType {
    /// Every type, by code.
    pub const ALL: [Self; 9] = [
        Self::CitizenCard,
        Self::TemporaryCitizenCard,
        Self::ResidencePermit,
        Self::PermanentResidentCard,
        Self::OldPermanentResidentCard,
        Self::Passport,
        Self::HkMacaoResidentPermit,
        Self::TaiwanResidentPermit,
        Self::MainlanderHkMacaoPermit,
    ];

    /// What people say for a permit between the mainland and Hong Kong or Macao, whichever of the three they carry.
    pub const PERMIT_ALIAS: &'static str = "港澳通行证";

    /// The value of slot 12.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// The type of a value of slot 12.
    ///
    /// # Errors
    ///
    /// [`UnknownDocumentType`].
    pub fn from_code(code: u32) -> Result<Self, UnknownDocumentType> {
        Self::ALL.into_iter().find(|kind| kind.code() == code).ok_or(UnknownDocumentType(code))
    }

    /// The document's name as it is printed on it.
    #[must_use]
    pub const fn term(self) -> &'static str {
        match self {
            Self::CitizenCard => "居民身份证",
            Self::TemporaryCitizenCard => "临时居民身份证",
            Self::ResidencePermit => "港澳台居民居住证",
            Self::PermanentResidentCard | Self::OldPermanentResidentCard => "外国人永久居留身份证",
            Self::Passport => "护照",
            Self::HkMacaoResidentPermit => "港澳居民来往内地通行证",
            Self::TaiwanResidentPermit => "台湾居民来往大陆通行证",
            Self::MainlanderHkMacaoPermit => "往来港澳通行证",
        }
    }

    /// The types that a term may mean, by code: more than one for [`Self::PERMIT_ALIAS`] and for the permanent residence card,
    /// none for a term that is no identity document.
    #[must_use]
    pub fn of_term(term: &str) -> Vec<Self> {
        let means = |kind: &Self| match term {
            Self::PERMIT_ALIAS => {
                matches!(kind, Self::HkMacaoResidentPermit | Self::TaiwanResidentPermit | Self::MainlanderHkMacaoPermit)
            }
            "回乡证" => *kind == Self::HkMacaoResidentPermit,
            "台胞证" => *kind == Self::TaiwanResidentPermit,
            _ => term == kind.term(),
        };
        Self::ALL.into_iter().filter(means).collect()
    }
}
