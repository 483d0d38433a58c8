//! What an issuer checks of the attributes beyond their schema.

use super::IssueError;
use crate::{
    citizen_id::{CitizenId, Sex},
    digest::Digest,
    schema::{ACCOUNT_DIGEST, Attributes, DOCUMENT_NUMBER, Value},
    time::Date,
};
use shiming_circuits::domain;

/// ISSUE-PERSON: who a person is to this issuer's tag ledger: the document type, where the schema has one, and the document
/// number in its one form. Two documents of different types are two persons, which the spec says.
///
/// # Errors
///
/// [`IssueError::NumberForm`].
pub fn person(document_type: Option<u32>, number: &str) -> Result<Digest, IssueError> {
    if number.bytes().any(|c| c.is_ascii_lowercase()) {
        return Err(IssueError::NumberForm);
    }
    let document_type = document_type.map_or_else(Vec::new, |document_type| document_type.to_be_bytes().to_vec());
    Ok(Digest::of(domain::PERSON, &[&document_type, number.as_bytes()]))
}

/// The person of attributes: whose document it is, which is checked; in a schema without document number the account.
pub(super) fn person_of(attributes: &Attributes) -> Result<Digest, IssueError> {
    let number = match (attributes.get(DOCUMENT_NUMBER), attributes.get(ACCOUNT_DIGEST)) {
        (Some(Value::Ascii(number)), _) => number,
        // No document type has seven bytes, so that no account is anybody's document.
        (_, Some(Value::Digest(account))) => return Ok(Digest::of(domain::PERSON, &[b"account", &account])),
        _ => return Err(IssueError::NoPerson),
    };
    check_citizen_number(attributes, &number)?;
    match attributes.get("document_type") {
        Some(Value::Integer(document_type)) => person(Some(document_type), &number),
        _ => person(None, &number),
    }
}

/// How long a verification lasts at most, in days.
pub const REVERIFY_DAYS: i64 = 180;

/// ISSUE-REVERIFY: the verification is not in the future, and the next review at most 180 days after it.
pub(super) fn check_review(attributes: &Attributes, today: Date) -> Result<(), IssueError> {
    match (attributes.get("verified_on"), attributes.get("reverify_by")) {
        (Some(Value::Date(on)), _) if on > today => Err(IssueError::Reverify),
        (Some(Value::Date(on)), Some(Value::Date(by))) if !(0..=REVERIFY_DAYS).contains(&by.days_since(on)) => {
            Err(IssueError::Reverify)
        }
        _ => Ok(()),
    }
}

/// The document type of schema 1 whose number is a citizen number of GB 11643.
pub const CITIZEN_CARD: u32 = 1;

/// ISSUE-CITIZEN-ID: a citizen number has its check character, and names the birth date, region and sex of the attributes.
/// A sex of 0 is not stated.
fn check_citizen_number(attributes: &Attributes, number: &str) -> Result<(), IssueError> {
    if !matches!(attributes.get("document_type"), Some(Value::Integer(CITIZEN_CARD))) {
        return Ok(());
    }
    let number = CitizenId::parse(number)?;
    if let Some(Value::Date(birth_date)) = attributes.get("birth_date") {
        number.check_birth(birth_date)?;
    }
    if let Some(Value::Integer(region)) = attributes.get("region") {
        number.check_region(region)?;
    }
    match attributes.get("sex") {
        Some(Value::Integer(1)) => number.check_sex(Sex::Male)?,
        Some(Value::Integer(2)) => number.check_sex(Sex::Female)?,
        _ => {}
    }
    Ok(())
}
