//! A platform attests a status without knowing who somebody is: one tag for each account (rule ISSUE-PERSON).

use crate::{people::facts, stage::*, world::*};
use shiming::{issuer::IssueError, ledger::LedgerError};

const STATUS: &str = "cn-platform-status";

#[test]
fn an_account_has_one_wallet_and_a_wallet_one_account() {
    let stage = stage();
    let first = World::wallet(31);
    assert!(stage.issue(&first, &facts(STATUS).account(31)).is_ok());
    assert!(stage.issue(&first, &facts(STATUS).account(31)).is_ok(), "issued again to the same wallet");
    let second = stage.issue(&World::wallet(32), &facts(STATUS).account(31)).err();
    assert!(matches!(second, Some(IssueError::Ledger(LedgerError::PersonHasAnotherTag))), "{second:?}");
    let other = stage.issue(&first, &facts(STATUS).account(32)).err();
    assert!(matches!(other, Some(IssueError::Ledger(LedgerError::TagOfAnotherPerson))), "{other:?}");
}

#[test]
fn a_status_says_nothing_about_who_somebody_is() {
    let held = stage().held[STATUS].credential();
    let claims: Vec<&str> = held.sd_jwt().disclosures().iter().map(|disclosure| disclosure.name()).collect();
    for identity in ["document_number", "name_digest", "birth_date", "region", "nationality", "sex", "age_over_18"] {
        assert!(!claims.contains(&identity), "{identity}");
    }
    let number = crate::people::NUMBER.as_bytes();
    let json = held.to_json().unwrap();
    assert!(!json.windows(number.len()).any(|window| window == number));
}
