//! Days of six digits, YYMMDD, and the centuries that they leave out.

use crate::time::{Date, DateError};

/// MRZ-CENTURY: today's century, or the one before if the day were after today. Somebody of more than a hundred years reads as a
/// child, so a birth date of a zone is compared with another source's.
pub(super) fn birth(field: &[u8], today: Date) -> Result<Date, DateError> {
    let yymmdd = number(field)?;
    let century = today.to_u32() / 1_000_000 * 1_000_000;
    if century + yymmdd > today.to_u32() {
        Date::from_yyyymmdd(century.saturating_sub(1_000_000) + yymmdd)
    } else {
        Date::from_yyyymmdd(century + yymmdd)
    }
}

/// MRZ-CENTURY: 2000 + YY. Machine readable documents of the last century have expired.
pub(super) fn expiry(field: &[u8]) -> Result<Date, DateError> {
    Date::from_yyyymmdd(20_000_000 + number(field)?)
}

/// Six digits; a filler stands for what is not known, and such a day is none.
fn number(field: &[u8]) -> Result<u32, DateError> {
    if field.len() != 6 {
        return Err(DateError::Format);
    }
    field
        .iter()
        .try_fold(0, |n, c| if c.is_ascii_digit() { Ok(n * 10 + u32::from(c - b'0')) } else { Err(DateError::Format) })
}
