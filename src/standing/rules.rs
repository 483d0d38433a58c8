//! The numbers of the life cycle, those of the source system as constants and ours as configuration.

use crate::evidence::SIMILARITY_CAP;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Days from a verification to its review (row 8.1).
pub const REVIEW_DAYS: i64 = crate::issuer::REVERIFY_DAYS;
/// Days from the expiry of a document to the reminder of its reissue (row 3.8).
pub const REISSUE_DAYS: i64 = 30;
/// Seconds from the detection of an inconsistency to the freeze at the latest (row 3.9): 72 hours.
pub const FREEZE_SECONDS: i64 = 72 * 3_600;
/// The least similarity of the face at a review, in basis points (row 3.4).
pub const FACE_BP: u16 = 9_800;
/// The gates of a cancellation (row 8.6).
pub const GATES: u8 = 5;

/// What an issuer configures. All defaults are ours; the source system names no numbers here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Numbers", into = "Numbers")]
pub struct StandingRules(Numbers);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    version: u32,
    grace_days: u16,
    portrait_bp: u16,
    cooling_days: u16,
}

/// Why numbers are no rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RulesError {
    /// More grace than a verification lasts.
    #[error("LIFE-REVIEW: the grace period is longer than the {REVIEW_DAYS} days of a verification")]
    Grace,
    /// A similarity of 0, below which nothing is, or above 10,000.
    #[error("LIFE-TRIGGER: the similarity of portraits is 1 to 10,000 basis points")]
    Portrait,
    /// No time to think, or more than a year.
    #[error("CANCEL-COOLING: the cooling-off period is 1 to 365 days")]
    Cooling,
}

impl StandingRules {
    /// The rules of a version: days of grace after a review fell due, the similarity in basis points below which a portrait
    /// forces a full redo, and days of cooling-off.
    ///
    /// # Errors
    ///
    /// [`RulesError`].
    pub fn new(version: u32, grace_days: u16, portrait_bp: u16, cooling_days: u16) -> Result<Self, RulesError> {
        Self::try_from(Numbers { version, grace_days, portrait_bp, cooling_days })
    }

    /// The version, which every entry of a log repeats.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.0.version
    }

    /// Days from the day that a review falls due to the day that the status lapses.
    #[must_use]
    pub const fn grace_days(&self) -> i64 {
        self.0.grace_days as i64
    }

    /// The similarity of portrait and enrolled face below which everything is done again, in basis points.
    #[must_use]
    pub const fn portrait_bp(&self) -> u16 {
        self.0.portrait_bp
    }

    /// The cooling-off period, in seconds.
    #[must_use]
    pub const fn cooling_seconds(&self) -> i64 {
        self.0.cooling_days as i64 * 86_400
    }
}

impl Default for StandingRules {
    /// Version 1: 30 days of grace, 7,000 basis points, 7 days of cooling-off.
    fn default() -> Self {
        Self(Numbers { version: 1, grace_days: 30, portrait_bp: 7_000, cooling_days: 7 })
    }
}

impl TryFrom<Numbers> for StandingRules {
    type Error = RulesError;

    fn try_from(numbers: Numbers) -> Result<Self, RulesError> {
        if i64::from(numbers.grace_days) > REVIEW_DAYS {
            Err(RulesError::Grace)
        } else if !(1..=SIMILARITY_CAP).contains(&numbers.portrait_bp) {
            Err(RulesError::Portrait)
        } else if !(1..=365).contains(&numbers.cooling_days) {
            Err(RulesError::Cooling)
        } else {
            Ok(Self(numbers))
        }
    }
}

impl From<StandingRules> for Numbers {
    fn from(rules: StandingRules) -> Self {
        rules.0
    }
}
