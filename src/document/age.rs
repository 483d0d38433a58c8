//! Ages, and what the Civil Code makes of them.

use crate::time::Date;

/// Below it somebody has no capacity (Civil Code, article 20).
pub const LIMITED_CAPACITY_AGE: u32 = 8;
/// Below it a guardian consents to the handling of personal information (PIPL, article 31).
pub const OWN_CONSENT_AGE: u32 = 14;
/// From it somebody who lives on own income counts as having full capacity (Civil Code, article 18).
pub const SELF_SUPPORTING_AGE: u32 = 16;
/// From it somebody is adult (Civil Code, article 17).
pub const ADULT_AGE: u32 = 18;

/// DOC-AGE: from which day somebody has an age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgeRule {
    /// From the birthday, as civil law and [`Date::has_age`] count.
    #[default]
    BirthdayInclusive,
    /// From the day after the birthday, as the Supreme People's Court counts in juvenile criminal cases.
    DayAfterBirthday,
}

impl AgeRule {
    /// Whether somebody born on `birth` has completed `years` years on `today`.
    #[must_use]
    pub fn has_age(self, birth: Date, years: u32, today: Date) -> bool {
        match self {
            Self::BirthdayInclusive => birth.has_age(years, today),
            // The same integers as `Date::has_age`, without equality.
            Self::DayAfterBirthday => u64::from(birth.to_u32()) + u64::from(years) * 10_000 < u64::from(today.to_u32()),
        }
    }
}

/// A birth date after the day in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the birth date is in the future")]
pub struct NotBorn;

/// Between which of the four ages somebody is. Younger bands are smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeBand {
    /// Below 8.
    BelowEight,
    /// From 8, below 14.
    FromEight,
    /// From 14, below 16.
    FromFourteen,
    /// From 16, below 18.
    FromSixteen,
    /// From 18.
    Adult,
}

/// Capacity for civil conduct (民事行为能力) by age alone; a court's finding about an adult is not in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// 无民事行为能力: a guardian acts (Civil Code, article 20).
    None,
    /// 限制民事行为能力: a guardian acts or agrees, but for acts that fit the age (Civil Code, article 19).
    Limited,
    /// 完全民事行为能力 (Civil Code, article 18).
    Full,
}

impl AgeBand {
    /// The band of somebody born on `birth`.
    ///
    /// # Errors
    ///
    /// [`NotBorn`].
    pub fn of(birth: Date, today: Date, rule: AgeRule) -> Result<Self, NotBorn> {
        if birth > today {
            return Err(NotBorn);
        }
        let reached = |years| rule.has_age(birth, years, today);
        Ok(if reached(ADULT_AGE) {
            Self::Adult
        } else if reached(SELF_SUPPORTING_AGE) {
            Self::FromSixteen
        } else if reached(OWN_CONSENT_AGE) {
            Self::FromFourteen
        } else if reached(LIMITED_CAPACITY_AGE) {
            Self::FromEight
        } else {
            Self::BelowEight
        })
    }

    /// Capacity in this band; `self_supporting` says that somebody lives mainly on own labour, which a source attests.
    #[must_use]
    pub const fn capacity(self, self_supporting: bool) -> Capacity {
        match self {
            Self::BelowEight => Capacity::None,
            Self::FromSixteen if self_supporting => Capacity::Full,
            Self::FromEight | Self::FromFourteen | Self::FromSixteen => Capacity::Limited,
            Self::Adult => Capacity::Full,
        }
    }

    /// Whether a guardian consents to the handling of personal information: below 14.
    #[must_use]
    pub const fn needs_guardian_consent(self) -> bool {
        matches!(self, Self::BelowEight | Self::FromEight)
    }

    /// Whether a guardian takes part in proofing: below 18, whatever the capacity.
    #[must_use]
    pub const fn is_minor(self) -> bool {
        !matches!(self, Self::Adult)
    }
}
