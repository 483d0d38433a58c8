//! What a platform keeps of a person: a status (仅存储脱敏后的认证状态标识).
//!
//! A record is made of a [`Verdict`] and the verifier's own request, and of nothing else about the person (rule CUSTODY-RECORD). Its members are a pseudonym,
//! small enumerations, the name of a policy and a date that the policy had proved, so there is no place for an attribute.
//! It never says more than was proved: level, class and date are the bounds of the policy, which are the same for all who pass.

use crate::codec::{DecodeError, Identifier, Kind, from_json, to_json};
use crate::policy::{DateBound, Entry, Test};
use crate::request::CheckedRequest;
use crate::time::Date;
use crate::verdict::{Pseudonym, Verdict};
use serde::{Deserialize, Serialize};

/// A platform's record of one person: not public, at most 1 KiB.
pub const PLATFORM_RECORD: Kind = Kind::secret("platform record", 1 << 10);

/// What was proved of somebody's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordLevel {
    /// A real name, by one credential.
    RealName,
    /// A real name, by several credentials of one holder: of a document and of a card, say.
    RealNameJoined,
}

/// The account class that was proved at least (PBOC announcement 2015 No. 43, article 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordClass {
    /// The policy did not ask.
    #[serde(rename = "none")]
    None,
    /// I类.
    #[serde(rename = "I")]
    One,
    /// II类.
    #[serde(rename = "II")]
    Two,
    /// III类.
    #[serde(rename = "III")]
    Three,
}

/// How a record stands: the values of Token Status Lists (draft 21, section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordStatus {
    /// 0x00.
    Valid,
    /// 0x01, for good.
    Revoked,
    /// 0x02.
    Suspended,
}

/// Why there is no such record.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not the one JSON of a record.
    #[error("platform record: {0}")]
    Form(#[from] DecodeError),
    /// The verdict is about another policy or for another audience.
    #[error("the verdict is not about the request")]
    OtherRequest,
    /// The policy asks for no pseudonym.
    #[error("the policy asks for no pseudonym, so nobody can be recorded")]
    NoPseudonym,
    /// The policy leaves out `verified` or `reverify_by`.
    #[error("the policy does not have a current verification proved")]
    NotVerified,
    /// The verdict is about another person.
    #[error("the verdict is about another pseudonym")]
    OtherPerson,
    /// The record is revoked, which is for good.
    #[error("the record is revoked")]
    Revoked,
}

/// A platform's record of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformRecord {
    #[serde(with = "pseudonym_text")]
    pseudonym: Pseudonym,
    level: RecordLevel,
    class: RecordClass,
    status: RecordStatus,
    reverify_by: Date,
    policy_version: Identifier,
}

impl PlatformRecord {
    /// The record of whoever satisfied a request, which says by what policy and on which day.
    ///
    /// # Errors
    ///
    /// [`RecordError`], one variant per cause.
    pub fn of(verdict: &Verdict, request: &CheckedRequest, status: RecordStatus) -> Result<Self, RecordError> {
        let (policy, today) = (request.policy(), request.request().today);
        if verdict.policy() != policy.id() || *verdict.audience() != request.request().audience {
            return Err(RecordError::OtherRequest);
        }
        let pseudonym = *verdict.pseudonym().ok_or(RecordError::NoPseudonym)?;
        let entries = policy.entries();
        if entries.is_empty() || !entries.iter().all(proves_verified) {
            return Err(RecordError::NotVerified);
        }
        let mut reverify_by = None;
        for entry in entries {
            // The first of the dates that any credential has to be reviewed by.
            let proved = proved_review(entry, today).ok_or(RecordError::NotVerified)?;
            reverify_by = Some(reverify_by.map_or(proved, |known: Date| known.min(proved)));
        }
        let reverify_by = reverify_by.ok_or(RecordError::NotVerified)?;
        let level = if entries.len() > 1 { RecordLevel::RealNameJoined } else { RecordLevel::RealName };
        let class = entries.iter().map(proved_class).max().unwrap_or(RecordClass::None);
        Ok(Self { pseudonym, level, class, status, reverify_by, policy_version: policy.id().clone() })
    }

    /// The record after a new verdict about the same person.
    ///
    /// # Errors
    ///
    /// [`RecordError::Revoked`], [`RecordError::OtherPerson`], and those of [`PlatformRecord::of`].
    pub fn renewed(&self, verdict: &Verdict, request: &CheckedRequest) -> Result<Self, RecordError> {
        if self.status == RecordStatus::Revoked {
            return Err(RecordError::Revoked);
        }
        let renewed = Self::of(verdict, request, self.status)?;
        if renewed.pseudonym == self.pseudonym { Ok(renewed) } else { Err(RecordError::OtherPerson) }
    }

    /// The record with another status.
    ///
    /// # Errors
    ///
    /// [`RecordError::Revoked`].
    pub fn with_status(&self, status: RecordStatus) -> Result<Self, RecordError> {
        if self.status == RecordStatus::Revoked && status != RecordStatus::Revoked {
            return Err(RecordError::Revoked);
        }
        Ok(Self { status, ..self.clone() })
    }

    /// The person, as this platform knows her.
    #[must_use]
    pub fn pseudonym(&self) -> &Pseudonym {
        &self.pseudonym
    }

    /// What was proved of the identity.
    #[must_use]
    pub fn level(&self) -> RecordLevel {
        self.level
    }

    /// The account class that was proved at least.
    #[must_use]
    pub fn class(&self) -> RecordClass {
        self.class
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> RecordStatus {
        self.status
    }

    /// Until when it is proved that no review is due: a bound of the policy, the day of the request if it is `today`.
    #[must_use]
    pub fn reverify_by(&self) -> Date {
        self.reverify_by
    }

    /// The policy, whose id ends in its version.
    #[must_use]
    pub fn policy_version(&self) -> &Identifier {
        &self.policy_version
    }

    /// The compact JSON.
    ///
    /// # Errors
    ///
    /// [`RecordError::Form`], which does not happen.
    pub fn to_json(&self) -> Result<Vec<u8>, RecordError> {
        Ok(to_json(PLATFORM_RECORD, self)?)
    }

    /// Reads what [`PlatformRecord::to_json`] wrote. Whether it was a verdict's, the platform's storage has to keep.
    ///
    /// # Errors
    ///
    /// [`RecordError::Form`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let read: Self = from_json(PLATFORM_RECORD, bytes)?;
        if to_json(PLATFORM_RECORD, &read)? == bytes { Ok(read) } else { Err(DecodeError::NotCanonical.into()) }
    }
}

fn proves_verified(entry: &Entry) -> bool {
    entry.clauses().iter().any(|clause| clause.attribute() == "verified" && *clause.test() == Test::Equal(1))
}

/// The latest date that a review is proved not to be due before.
fn proved_review(entry: &Entry, today: Date) -> Option<Date> {
    let proved = entry.clauses().iter().filter(|clause| clause.attribute() == "reverify_by");
    proved
        .filter_map(|clause| match clause.test() {
            Test::NotBefore(DateBound::Today) => Some(today),
            Test::NotBefore(DateBound::On(date)) => Some(*date),
            _ => None,
        })
        .max()
}

/// The class that every person has who passes.
fn proved_class(entry: &Entry) -> RecordClass {
    let clauses = entry.clauses().iter().filter(|clause| clause.attribute() == "account_class");
    let floors = clauses.filter_map(|clause| match clause.test() {
        Test::AtLeast(bound) | Test::Equal(bound) => Some(*bound),
        Test::In(set) => set.iter().min().copied(),
        _ => None,
    });
    match floors.max() {
        Some(1) => RecordClass::One,
        Some(2) => RecordClass::Two,
        Some(3..) => RecordClass::Three,
        _ => RecordClass::None,
    }
}

/// `serde(with)` of a pseudonym as base64url.
mod pseudonym_text {
    use crate::codec::{array_from_base64url, to_base64url};
    use crate::verdict::Pseudonym;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(pseudonym: &Pseudonym, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base64url(pseudonym.as_bytes()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Pseudonym, D::Error> {
        let text = String::deserialize(from)?;
        array_from_base64url(&text).map(Pseudonym::from_bytes).map_err(D::Error::custom)
    }
}
