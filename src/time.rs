//! Instants, dates and windows. Nothing here reads a clock: callers pass `now` and `today`.
//!
//! A date is the integer YYYYMMDD of the Gregorian calendar (GB/T 7408), so that order of dates is order of integers, and
//! "today" is the date in China, UTC+8 without daylight saving.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;
/// UTC+8, in seconds.
const CHINA_OFFSET: i64 = 8 * 3600;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The instant this many seconds after the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later; the greatest representable one instead of an overflow.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`, negative if `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Why a number or a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// A text that is not eight ASCII digits.
    #[error("a date is eight digits, YYYYMMDD")]
    Format,
    /// A year before 1583, the first full year of the Gregorian calendar, or after 9999.
    #[error("the year is outside 1583 to 9999")]
    Year,
    /// A month other than 1 to 12.
    #[error("there is no such month")]
    Month,
    /// A day that its month does not have in that year.
    #[error("there is no such day in that month")]
    Day,
}

/// A real day of the Gregorian calendar from 1583 to 9999, as the integer YYYYMMDD; in JSON that integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(u32);

impl Date {
    /// 99991231: 长期, a document without an end. Schemas say which dates may be this.
    pub const LONG_TERM: Self = Self(99_991_231);

    /// The date of the integer YYYYMMDD.
    ///
    /// # Errors
    ///
    /// [`DateError::Year`], [`DateError::Month`], [`DateError::Day`].
    pub const fn from_yyyymmdd(yyyymmdd: u32) -> Result<Self, DateError> {
        let (year, month, day) = split(yyyymmdd);
        if year < 1583 || year > 9999 {
            Err(DateError::Year)
        } else if month < 1 || month > 12 {
            Err(DateError::Month)
        } else if day < 1 || day > days_in_month(year, month) {
            Err(DateError::Day)
        } else {
            Ok(Self(yyyymmdd))
        }
    }

    /// The date of eight ASCII digits.
    ///
    /// # Errors
    ///
    /// [`DateError`].
    pub fn parse(text: &str) -> Result<Self, DateError> {
        if text.len() != 8 || !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(DateError::Format);
        }
        Self::from_yyyymmdd(text.parse().map_err(|_| DateError::Format)?)
    }

    /// The date in China (UTC+8) at an instant.
    ///
    /// # Errors
    ///
    /// [`DateError::Year`] outside 1583 to 9999.
    pub fn from_unix(at: UnixTime) -> Result<Self, DateError> {
        Self::from_days(at.0.saturating_add(CHINA_OFFSET).div_euclid(SECONDS_PER_DAY))
    }

    /// The integer YYYYMMDD.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        self.0
    }

    /// Whether this is [`Date::LONG_TERM`].
    #[must_use]
    pub const fn is_long_term(self) -> bool {
        self.0 == Self::LONG_TERM.0
    }

    /// Days from `earlier` to `self`, negative if `earlier` is later.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i64 {
        self.to_days() - earlier.to_days()
    }

    /// The date `days` later (earlier if negative).
    ///
    /// # Errors
    ///
    /// [`DateError::Year`] outside 1583 to 9999.
    pub fn plus_days(self, days: i64) -> Result<Self, DateError> {
        Self::from_days(self.to_days().saturating_add(days))
    }

    /// Whether somebody born on this date has completed `years` years on `today`: `birth + years * 10000 <= today` on the
    /// integers.
    ///
    /// The birthday itself counts (Civil Code, article 1259); somebody born on 29 February completes a year on 1 March of
    /// a common year (article 202).
    #[must_use]
    pub fn has_age(self, years: u32, today: Self) -> bool {
        u64::from(self.0) + u64::from(years) * 10_000 <= u64::from(today.0)
    }

    /// Days since 1970-01-01 (proleptic Gregorian), counted in years that begin in March, so that the leap day is the last.
    const fn to_days(self) -> i64 {
        let (year, month, day) = split(self.0);
        let (year, month, day) = (year as i64, month as i64, day as i64);
        let march_year = if month > 2 { year } else { year - 1 };
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    fn from_days(days: i64) -> Result<Self, DateError> {
        let days = days.checked_add(719_468).ok_or(DateError::Year)?;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = (march_month + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let yyyymmdd = u32::try_from(year).ok().filter(|y| *y <= 9999).ok_or(DateError::Year)? * 10_000;
        // Month and day are below 32 by construction; the sum is checked again as any other date.
        Self::from_yyyymmdd(yyyymmdd + (month * 100 + day) as u32)
    }
}

const fn split(yyyymmdd: u32) -> (u32, u32, u32) {
    (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
}

const fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_long_term() {
            return f.write_str("long-term");
        }
        let (year, month, day) = split(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::from_yyyymmdd(u32::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Why an instant is outside a window, or a window is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// The end is before the start.
    #[error("the window ends before it begins")]
    Reversed,
    /// The instant is before the window.
    #[error("not valid yet")]
    NotYet,
    /// The instant is after the window.
    #[error("expired")]
    Expired,
}

/// A window of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    not_before: UnixTime,
    not_after: UnixTime,
}

impl Validity {
    /// The window between two instants.
    ///
    /// # Errors
    ///
    /// [`ValidityError::Reversed`].
    pub fn new(not_before: UnixTime, not_after: UnixTime) -> Result<Self, ValidityError> {
        if not_after < not_before { Err(ValidityError::Reversed) } else { Ok(Self { not_before, not_after }) }
    }

    /// The first instant.
    #[must_use]
    pub const fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// The last instant.
    #[must_use]
    pub const fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// Refuses an instant outside the window.
    ///
    /// # Errors
    ///
    /// [`ValidityError::NotYet`], [`ValidityError::Expired`].
    pub fn check(&self, at: UnixTime) -> Result<(), ValidityError> {
        if at < self.not_before {
            Err(ValidityError::NotYet)
        } else if at > self.not_after {
            Err(ValidityError::Expired)
        } else {
            Ok(())
        }
    }
}
