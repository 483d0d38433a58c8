//! Two documents of one person: a passport, and the permit with which a resident of Hong Kong, Macao or Taiwan, or a foreigner who
//! lives there, comes to the mainland.

use super::{
    DocumentNumber, DocumentType,
    mrz::{Format, Mrz, Name},
};
use crate::{citizen_id::Sex, time::Date};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Where the holder of two documents lives, as a source attests it. A zone does not say: passports of Hong Kong and Macao name
/// the state CHN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residency {
    /// Hong Kong or Macao, of whatever nationality.
    HongKongMacao,
    /// Taiwan.
    Taiwan,
    /// The mainland.
    Mainland,
}

impl Residency {
    /// The permit that identifies such residents. 往来港澳通行证 does so for mainland residents only, whatever it is called.
    #[must_use]
    pub const fn permit(self) -> DocumentType {
        match self {
            Self::HongKongMacao => DocumentType::HkMacaoResidentPermit,
            Self::Taiwan => DocumentType::TaiwanResidentPermit,
            Self::Mainland => DocumentType::MainlanderHkMacaoPermit,
        }
    }
}

/// What a source read from a permit. Wiped when dropped, and without `Debug`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Permit {
    /// Its number, with its type.
    pub number: DocumentNumber,
    /// The holder's name in Latin letters.
    pub name: Name,
    /// The holder's birth date.
    #[zeroize(skip)]
    pub birth: Date,
    /// The holder's sex; none if the permit does not state it.
    #[zeroize(skip)]
    pub sex: Option<Sex>,
    /// The last day on which it is valid.
    #[zeroize(skip)]
    pub valid_until: Date,
}

/// Why two documents are not one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DualDocumentError {
    /// The zone is a card's.
    #[error("the first document is no passport")]
    NotAPassport,
    /// The permit is not the one that such residents carry.
    #[error("the permit is not the one of this residency")]
    PermitType,
    /// The passport has expired.
    #[error("the passport has expired")]
    PassportExpired,
    /// The permit has expired.
    #[error("the permit has expired")]
    PermitExpired,
    /// One of the names may have been cut, so that nobody can compare them without the documents.
    #[error("a name may be cut; compare the documents")]
    NameTruncated,
    /// The names differ.
    #[error("the names differ")]
    Name,
    /// The birth dates differ.
    #[error("the birth dates differ")]
    Birth,
    /// One of the documents does not state the sex.
    #[error("a document does not state the sex")]
    SexNotStated,
    /// The sexes differ.
    #[error("the sexes differ")]
    Sex,
}

/// DOC-DUAL: a passport and a permit of one person, both valid. Wiped when dropped, and without `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DualDocument {
    passport: Mrz,
    permit: Permit,
}

impl DualDocument {
    /// The pair of a passport and a permit.
    ///
    /// # Errors
    ///
    /// The first of [`DualDocumentError`]'s rules that they break, in their order.
    pub fn new(passport: Mrz, permit: Permit, residency: Residency, today: Date) -> Result<Self, DualDocumentError> {
        use DualDocumentError as E;
        let name = passport.name();
        let refused = [
            (passport.format() != Format::Td3, E::NotAPassport),
            (permit.number.document_type() != residency.permit(), E::PermitType),
            (passport.expiry() < today, E::PassportExpired),
            (permit.valid_until < today, E::PermitExpired),
            (name.may_be_truncated() || permit.name.may_be_truncated(), E::NameTruncated),
            (!name.is_same(&permit.name), E::Name),
            (passport.birth() != permit.birth, E::Birth),
            (passport.sex().is_none() || permit.sex.is_none(), E::SexNotStated),
            (passport.sex() != permit.sex, E::Sex),
        ];
        match refused.into_iter().find(|(broken, _)| *broken) {
            Some((_, error)) => Err(error),
            None => Ok(Self { passport, permit }),
        }
    }

    /// The passport.
    #[must_use]
    pub const fn passport(&self) -> &Mrz {
        &self.passport
    }

    /// The permit.
    #[must_use]
    pub const fn permit(&self) -> &Permit {
        &self.permit
    }
}
