//! How long documents are valid, by the holder's age on the day of issue.

use super::{
    DocumentType, Provenance,
    age::{ADULT_AGE, AgeRule},
};
use crate::time::Date;

/// How long a document is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// So many months of the calendar.
    Months(u32),
    /// 长期: until [`Date::LONG_TERM`].
    LongTerm,
}

/// What is printed as the last day of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastDay {
    /// The day with the number of the day of issue, or the month's last where there is none (Civil Code, article 202).
    SameDay,
    /// That day or the one before it: documents of both kinds exist, or no source says which.
    SameDayOrDayBefore,
}

/// One row: documents of a type, issued between two days to holders between two ages, are valid for a term.
#[derive(Clone, Copy, Debug)]
pub struct PeriodRow {
    /// The type of document.
    pub document_type: DocumentType,
    /// The lowest age in years on the day of issue.
    pub from_age: u32,
    /// The age below which the row applies; none for no bound.
    pub below_age: Option<u32>,
    /// The first day of issue, YYYYMMDD; 0 for no bound.
    pub issued_from: u32,
    /// The day of issue before which the row applies, YYYYMMDD; none for no bound.
    pub issued_before: Option<u32>,
    /// How long the document is valid.
    pub term: Term,
    /// Its last day.
    pub last_day: LastDay,
    /// Where the row is from.
    pub source: &'static str,
    /// How well the row is established.
    pub provenance: Provenance,
}

const ANY: PeriodRow = PeriodRow {
    document_type: DocumentType::CitizenCard,
    from_age: 0,
    below_age: None,
    issued_from: 0,
    issued_before: None,
    term: Term::LongTerm,
    last_day: LastDay::SameDay,
    source: "居民身份证法, article 5",
    provenance: Provenance::Text,
};
const PERMIT: PeriodRow = PeriodRow { last_day: LastDay::SameDayOrDayBefore, provenance: Provenance::Secondary, ..ANY };
/// Permits of Hong Kong and Macao residents: those of 1999 and those of 2013.
const HK_MACAO: PeriodRow = PeriodRow { document_type: DocumentType::HkMacaoResidentPermit, ..PERMIT };
const HK_MACAO_1999: PeriodRow =
    PeriodRow { issued_before: Some(20_130_101), source: "permits of 1999", provenance: Provenance::Text, ..HK_MACAO };
const HK_MACAO_2013: PeriodRow = PeriodRow { issued_from: 20_130_101, source: "permits of 2013", ..HK_MACAO };

/// DOC-PERIOD: the periods that are known. Passports and permits of mainland residents have no row: their states' affair.
pub const PERIODS: &[PeriodRow] = &[
    PeriodRow { below_age: Some(16), term: Term::Months(5 * 12), ..ANY },
    PeriodRow { from_age: 16, below_age: Some(26), term: Term::Months(10 * 12), ..ANY },
    PeriodRow { from_age: 26, below_age: Some(46), term: Term::Months(20 * 12), ..ANY },
    PeriodRow { from_age: 46, term: Term::LongTerm, ..ANY },
    PeriodRow {
        document_type: DocumentType::TemporaryCitizenCard,
        term: Term::Months(3),
        source: "临时居民身份证",
        ..ANY
    },
    PeriodRow {
        document_type: DocumentType::ResidencePermit,
        term: Term::Months(5 * 12),
        source: "国办发〔2018〕81号",
        ..PERMIT
    },
    PeriodRow {
        below_age: Some(ADULT_AGE),
        term: Term::Months(5 * 12),
        ..permanent(DocumentType::PermanentResidentCard)
    },
    PeriodRow { from_age: ADULT_AGE, term: Term::Months(10 * 12), ..permanent(DocumentType::PermanentResidentCard) },
    PeriodRow {
        below_age: Some(ADULT_AGE),
        term: Term::Months(5 * 12),
        ..permanent(DocumentType::OldPermanentResidentCard)
    },
    PeriodRow { from_age: ADULT_AGE, term: Term::Months(10 * 12), ..permanent(DocumentType::OldPermanentResidentCard) },
    PeriodRow { below_age: Some(ADULT_AGE), term: Term::Months(3 * 12), ..HK_MACAO_1999 },
    PeriodRow { from_age: ADULT_AGE, term: Term::Months(10 * 12), ..HK_MACAO_1999 },
    PeriodRow { below_age: Some(ADULT_AGE), term: Term::Months(5 * 12), ..HK_MACAO_2013 },
    PeriodRow { from_age: ADULT_AGE, term: Term::Months(10 * 12), ..HK_MACAO_2013 },
    PeriodRow {
        issued_from: 20_240_710,
        term: Term::Months(5 * 12),
        source: "permits of residents who are no Chinese nationals",
        ..HK_MACAO
    },
    PeriodRow {
        document_type: DocumentType::TaiwanResidentPermit,
        term: Term::Months(5 * 12),
        source: "permits of five years",
        provenance: Provenance::Text,
        ..PERMIT
    },
];

const fn permanent(document_type: DocumentType) -> PeriodRow {
    PeriodRow { document_type, source: "外国人永久居留身份证", ..PERMIT }
}

/// Which rule the days of a document break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The holder was born after the day of issue.
    #[error("the document was issued before its holder was born")]
    BornAfterIssue,
    /// The last day is not after the day of issue.
    #[error("the document ends before it begins")]
    EndsBeforeIssue,
    /// A document that is long-term at that age has an end.
    #[error("a document of this type, issued at that age, is long-term")]
    LongTermRequired,
    /// A document that has an end at that age is long-term.
    #[error("a document of this type, issued at that age, is not long-term")]
    LongTermRefused,
    /// Another length than any row for that type, age and day of issue.
    #[error("the document is valid for another time than its type, issued at that age, can be")]
    Length,
    /// The day of issue is later than today.
    #[error("the document was issued in the future")]
    IssuedInFuture,
    /// The last day is before today.
    #[error("the document has expired")]
    Expired,
}

/// The days that a document states, with its holder's birth date.
#[derive(Clone, Copy)]
pub struct DocumentPeriod {
    /// The type of document.
    pub document_type: DocumentType,
    /// The day of issue.
    pub issued: Date,
    /// The last day on which it is valid, or [`Date::LONG_TERM`].
    pub valid_until: Date,
    /// The holder's birth date.
    pub birth: Date,
}

impl DocumentPeriod {
    /// Refuses three days that no row of `rows` ([`PERIODS`]) explains. A type without a row in the table keeps the order of
    /// the three only.
    ///
    /// # Errors
    ///
    /// [`PeriodError`], but for the two that need today.
    pub fn check(&self, rows: &[PeriodRow]) -> Result<(), PeriodError> {
        if self.birth > self.issued {
            return Err(PeriodError::BornAfterIssue);
        }
        if self.valid_until <= self.issued {
            return Err(PeriodError::EndsBeforeIssue);
        }
        if !rows.iter().any(|row| row.document_type == self.document_type) {
            return Ok(());
        }
        let terms = || rows.iter().filter(|row| self.is_in(row));
        if terms().any(|row| self.fits(row)) {
            Ok(())
        } else if self.valid_until.is_long_term() {
            Err(PeriodError::LongTermRefused)
        } else if terms().any(|row| row.term == Term::LongTerm) {
            Err(PeriodError::LongTermRequired)
        } else {
            Err(PeriodError::Length)
        }
    }

    /// DOC-CURRENT: refuses a document that is not valid on `today`; on its last day it is.
    ///
    /// # Errors
    ///
    /// [`PeriodError::IssuedInFuture`], [`PeriodError::Expired`].
    pub fn check_current(&self, today: Date) -> Result<(), PeriodError> {
        if self.issued > today {
            Err(PeriodError::IssuedInFuture)
        } else if self.valid_until < today {
            Err(PeriodError::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether a row is about documents of this type, age and day of issue.
    fn is_in(&self, row: &PeriodRow) -> bool {
        let reached = |years| AgeRule::BirthdayInclusive.has_age(self.birth, years, self.issued);
        row.document_type == self.document_type
            && reached(row.from_age)
            && !row.below_age.is_some_and(reached)
            && self.issued.to_u32() >= row.issued_from
            && row.issued_before.is_none_or(|day| self.issued.to_u32() < day)
    }

    fn fits(&self, row: &PeriodRow) -> bool {
        let Term::Months(months) = row.term else { return self.valid_until.is_long_term() };
        let Some(end) = plus_months(self.issued, months) else { return false };
        self.valid_until == end
            || (row.last_day == LastDay::SameDayOrDayBefore && self.valid_until.plus_days(1) == Ok(end))
    }
}

/// The day with the same number so many months later, or the last of that month; none after 9999.
fn plus_months(date: Date, months: u32) -> Option<Date> {
    let date = date.to_u32();
    let month = date / 10_000 * 12 + date / 100 % 100 - 1 + months;
    let first = month / 12 * 10_000 + (month % 12 + 1) * 100;
    // The shortest month lacks three days of the longest.
    (0..=3).find_map(|back| Date::from_yyyymmdd(first + date % 100 - back).ok())
}
