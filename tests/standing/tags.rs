//! One tag for each person, also when the wallet is lost.

use crate::cast::*;
use shiming::{
    digest::Digest,
    evidence::Blame,
    ledger::{LedgerError, MemoryTags, TagLedger},
    standing::{Event, Phase, Refusal, Standing, StandingRules, StatusValue, TagChangeError, tag_digest},
};
use shiming_circuits::field::{Fr, fr_to_bytes};

fn fr(n: u64) -> Fr {
    Fr::from(n)
}

/// A person with the tag 1 in the ledger and in the status.
fn holding() -> (MemoryTags, Digest, Standing) {
    let (ledger, person) = (MemoryTags::default(), digest(50));
    ledger.bind(&person, &fr_to_bytes(&fr(1))).unwrap();
    let issuance = issuance(1, tag_digest(&fr(1)), BEGIN);
    (ledger, person, Standing::begin(&issuance, StandingRules::default(), BEGIN).unwrap())
}

fn replaced(
    status: &Standing,
    ledger: &MemoryTags,
    person: &Digest,
    old: u64,
    new: u64,
) -> Result<Event, TagChangeError> {
    status.replace_tag(ledger, person, (&fr(old), &fr(new)))
}

fn refusal(result: Result<Event, TagChangeError>) -> Refusal {
    let Err(TagChangeError::Refused(refusal)) = result else { panic!("{result:?}") };
    refusal
}

#[test]
fn a_lost_wallet_is_revoked_first_then_its_tag_replaced_then_the_person_proofed_anew() {
    let (ledger, person, status) = holding();
    let at = BEGIN.plus(DAY);
    // Not before it is lost, and the ledger is not touched.
    assert_eq!(refusal(replaced(&status, &ledger, &person, 1, 2)), Refusal::NotLost);
    ledger.bind(&person, &fr_to_bytes(&fr(1))).unwrap();
    let lost = status.apply(&Event::wallet_lost(), at).unwrap();
    assert_eq!((lost.phase(), lost.status(1)), (Phase::Resetting, Some(StatusValue::Invalid)));
    // The lost tag is not issued to again, and a new one not without the record.
    let issued = |n: u64| Event::issued(issuance(2, tag_digest(&fr(n)), at.plus(5)));
    assert_eq!(refused(&lost, &issued(1), at.plus(9)), Refusal::TagNotReplaced);
    assert_eq!(refused(&lost, &issued(2), at.plus(9)), Refusal::TagNotReplaced);
    let event = replaced(&lost, &ledger, &person, 1, 2).unwrap();
    let changed = lost.apply(&event, at.plus(1)).unwrap();
    assert_eq!(*changed.tag(), tag_digest(&fr(2)));
    assert_eq!(refused(&changed, &issued(1), at.plus(9)), Refusal::OtherTag);
    let again = changed.apply(&issued(2), at.plus(9)).unwrap();
    assert_eq!((again.phase(), again.tag()), (Phase::Active, &tag_digest(&fr(2))));
    assert_eq!(again.status(1), Some(StatusValue::Invalid));
    // The ledger takes the new wallet and refuses the old one.
    ledger.bind(&person, &fr_to_bytes(&fr(2))).unwrap();
    assert!(matches!(ledger.bind(&person, &fr_to_bytes(&fr(1))), Err(LedgerError::PersonHasAnotherTag)));
}

#[test]
fn a_crash_between_ledger_and_log_is_made_good_by_the_same_call() {
    let (ledger, person, status) = holding();
    let lost = status.apply(&Event::wallet_lost(), BEGIN.plus(1)).unwrap();
    let first = replaced(&lost, &ledger, &person, 1, 2).unwrap();
    // The event was never written; the call is repeated on the same status.
    let second = replaced(&lost, &ledger, &person, 1, 2).unwrap();
    assert_eq!(first, second);
    // Another tag now would be a second one.
    let other = replaced(&lost, &ledger, &person, 1, 3);
    assert!(matches!(other, Err(TagChangeError::Ledger(LedgerError::NotThePersonsTag))));
}

#[test]
fn a_tag_is_changed_once_for_each_loss_and_only_the_statuss_own() {
    let (ledger, person, status) = holding();
    let lost = status.apply(&Event::wallet_lost(), BEGIN.plus(1)).unwrap();
    assert_eq!(refusal(replaced(&lost, &ledger, &person, 5, 2)), Refusal::OtherTag);
    assert_eq!(refusal(replaced(&lost, &ledger, &person, 1, 1)), Refusal::OtherTag);
    let changed = lost.apply(&replaced(&lost, &ledger, &person, 1, 2).unwrap(), BEGIN.plus(2)).unwrap();
    assert_eq!(refusal(replaced(&changed, &ledger, &person, 2, 3)), Refusal::NotLost);
    // The new wallet is lost as well.
    let again = changed.apply(&Event::wallet_lost(), BEGIN.plus(3)).unwrap();
    let back = replaced(&again, &ledger, &person, 2, 1);
    assert!(matches!(back, Err(TagChangeError::Ledger(LedgerError::TagRetired))));
    assert!(replaced(&again, &ledger, &person, 2, 3).is_ok());
    assert_eq!([Refusal::NotLost.blame(), Refusal::OtherTag.blame()], [Blame::Operator, Blame::Subject]);
}

#[test]
fn a_trigger_alone_changes_no_tag() {
    let (ledger, person, status) = holding();
    let at = BEGIN.plus(DAY);
    let trigger = Event::triggered(failed(shiming::evidence::EvidenceKind::Appearance, at));
    let reset = status.apply(&trigger, at).unwrap();
    assert_eq!(refusal(replaced(&reset, &ledger, &person, 1, 2)), Refusal::NotLost);
}

#[test]
fn the_ledger_replaces_a_tag_once_and_never_gives_it_to_anybody_again() {
    let (ledger, person, _) = holding();
    let (other, b) = (digest(51), |n: u64| fr_to_bytes(&fr(n)));
    ledger.bind(&other, &b(10)).unwrap();
    assert!(matches!(ledger.replace(&person, &b(10), &b(2)), Err(LedgerError::NotThePersonsTag)));
    assert!(matches!(ledger.replace(&person, &b(9), &b(2)), Err(LedgerError::NotThePersonsTag)));
    assert!(matches!(ledger.replace(&person, &b(1), &b(10)), Err(LedgerError::TagOfAnotherPerson)));
    assert!(matches!(ledger.replace(&person, &b(1), &b(1)), Err(LedgerError::TagRetired)));
    // No refusal has changed anything.
    ledger.bind(&person, &b(1)).unwrap();
    ledger.replace(&person, &b(1), &b(2)).unwrap();
    ledger.replace(&person, &b(1), &b(2)).unwrap();
    assert!(matches!(ledger.replace(&person, &b(1), &b(3)), Err(LedgerError::NotThePersonsTag)));
    assert!(matches!(ledger.replace(&person, &b(2), &b(1)), Err(LedgerError::TagRetired)));
    assert!(matches!(ledger.bind(&person, &b(1)), Err(LedgerError::PersonHasAnotherTag)));
    assert!(matches!(ledger.bind(&other, &b(1)), Err(LedgerError::PersonHasAnotherTag)));
    assert!(matches!(ledger.bind(&digest(52), &b(1)), Err(LedgerError::TagOfAnotherPerson)));
}
