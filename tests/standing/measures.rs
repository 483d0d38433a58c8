//! Measures with their times.

use crate::cast::*;
use shiming::{
    digest::Digest,
    evidence::{Blame, EvidenceKind, Outcome},
    one_time_password::{OneTimePasswordError, OneTimePasswordSecret, OneTimePasswordState},
    standing::{Capability, ConfirmedTransaction, Event, FREEZE_SECONDS, REISSUE_DAYS, Refusal, Standing, StatusValue},
    time::{Date, UnixTime},
};

const AT: UnixTime = BEGIN.plus(10 * DAY);

fn can(status: &Standing) -> [bool; 3] {
    Capability::ALL.map(|capability| status.can(capability))
}

#[test]
fn an_expired_document_suspends_transfers_at_once_and_reminds_after_30_days() {
    let status = active().apply(&Event::document_expired(), AT).unwrap();
    // Present and transfer are gone in the same second; receiving is not.
    assert_eq!((can(&status), status.status(1)), ([false, false, true], Some(StatusValue::Suspended)));
    let document = status.measures().document().unwrap();
    let today = Date::from_unix(AT).unwrap();
    assert_eq!(document.since(), AT);
    let days = [29, 30, 31].map(|days| document.remind_on() <= today.plus_days(days).unwrap());
    assert_eq!((days, REISSUE_DAYS), ([false, true, true], 30));
}

#[test]
fn a_current_document_observed_after_the_expiry_lifts_the_suspension() {
    let open = active().apply(&Event::document_expired(), AT).unwrap();
    let at = AT.plus(3_600);
    let renewed = Event::document_renewed(passed(EvidenceKind::Population, AT.plus(1)));
    let status = open.apply(&renewed, at).unwrap();
    assert_eq!((can(&status), status.status(1)), ([true; 3], Some(StatusValue::Valid)));
    let refusal = |evidence| refused(&open, &Event::document_renewed(evidence), at);
    assert_eq!(refusal(passed(EvidenceKind::Population, AT)), Refusal::ObservedBefore(EvidenceKind::Population));
    assert_eq!(refusal(passed(EvidenceKind::Face, at)), Refusal::WrongKind(EvidenceKind::Face));
    let yesterday = Date::from_unix(at).unwrap().plus_days(-1).unwrap();
    let expired = with(EvidenceKind::Population, at, |claim| claim.document_valid_until = Some(yesterday));
    assert_eq!(refusal(expired), Refusal::DocumentExpired);
    assert_eq!(refusal(failed(EvidenceKind::Population, at)), Refusal::NotPassed(EvidenceKind::Population));
    assert_eq!(refusal(of_session(2, EvidenceKind::Population, at)), Refusal::OtherSession);
    assert_eq!(refused(&active(), &renewed, at), Refusal::NothingOpen);
    assert_eq!(refused(&open, &Event::document_expired(), at), Refusal::AlreadyOpen);
    for refusal in [Refusal::NothingOpen, Refusal::AlreadyOpen] {
        assert_eq!(refusal.blame(), Blame::Operator);
    }
}

#[test]
fn an_inconsistency_is_frozen_at_once_or_by_itself_after_72_hours() {
    assert_eq!(FREEZE_SECONDS, 259_200);
    let found = active().apply(&Event::inconsistency_found(), AT).unwrap();
    assert_eq!((can(&found), found.status(1)), ([true; 3], Some(StatusValue::Valid)));
    let deadline = AT.plus(72 * 3_600);
    assert_eq!(found.measures().freeze().unwrap().deadline(), deadline);
    let frozen_at = |at: UnixTime| found.at(at).unwrap().measures().freeze().unwrap().frozen_at();
    assert_eq!(
        [frozen_at(deadline.plus(-1)), frozen_at(deadline), frozen_at(deadline.plus(1))],
        [None, Some(deadline), Some(deadline)]
    );
    let overdue = found.at(deadline).unwrap();
    assert_eq!((can(&overdue), overdue.status(1)), ([false; 3], Some(StatusValue::Suspended)));
    let at_once = found.apply(&Event::frozen(), AT).unwrap();
    assert_eq!(can(&at_once), [false; 3]);
    assert_eq!(refused(&at_once, &Event::frozen(), AT), Refusal::AlreadyOpen);
    assert_eq!(refused(&overdue, &Event::frozen(), deadline), Refusal::AlreadyOpen);
    assert_eq!(refused(&active(), &Event::frozen(), AT), Refusal::NothingOpen);
}

#[test]
fn only_a_branch_that_saw_the_person_after_the_detection_unfreezes() {
    let frozen = after(&active(), &[(&Event::inconsistency_found(), AT), (&Event::frozen(), AT)]);
    let at = AT.plus(100);
    let refusal = |evidence| refused(&frozen, &Event::seen_at_branch(evidence), at);
    assert_eq!(refusal(passed(EvidenceKind::Branch, AT.plus(-1))), Refusal::ObservedBefore(EvidenceKind::Branch));
    assert_eq!(refusal(passed(EvidenceKind::Branch, AT)), Refusal::ObservedBefore(EvidenceKind::Branch));
    assert_eq!(refusal(passed(EvidenceKind::Video, at)), Refusal::WrongKind(EvidenceKind::Video));
    assert_eq!(refusal(failed(EvidenceKind::Branch, at)), Refusal::NotPassed(EvidenceKind::Branch));
    assert_eq!(refusal(of_session(2, EvidenceKind::Branch, at)), Refusal::OtherSession);
    let seen = Event::seen_at_branch(passed(EvidenceKind::Branch, AT.plus(1)));
    let status = frozen.apply(&seen, at).unwrap();
    assert_eq!((can(&status), status.status(1)), ([true; 3], Some(StatusValue::Valid)));
    assert_eq!(refused(&active(), &seen, at), Refusal::NothingOpen);
    // A review, time and a cleared transaction leave it frozen.
    assert_eq!(refused(&frozen, &review_event(at), at), Refusal::MeasureOpen);
    assert_eq!(can(&frozen.at(at.plus(100 * DAY)).unwrap()), [false; 3]);
}

#[test]
fn a_second_inconsistency_keeps_the_first_deadline_and_wants_the_branch_after_itself() {
    let second = AT.plus(DAY);
    let found = Event::inconsistency_found();
    let status = after(&active(), &[(&found, AT), (&found, second)]);
    assert_eq!(status.measures().freeze().unwrap().deadline(), AT.plus(FREEZE_SECONDS));
    let between = Event::seen_at_branch(passed(EvidenceKind::Branch, second));
    assert_eq!(refused(&status, &between, second.plus(9)), Refusal::ObservedBefore(EvidenceKind::Branch));
    let later = Event::seen_at_branch(passed(EvidenceKind::Branch, second.plus(1)));
    assert!(status.apply(&later, second.plus(9)).unwrap().measures().is_empty());
}

#[test]
fn a_suspicious_transaction_limits_receiving_until_it_is_settled() {
    let suspected = Event::transaction_suspected(failed(EvidenceKind::Transaction, AT));
    let status = active().apply(&suspected, AT).unwrap();
    assert_eq!((can(&status), status.status(1)), ([true, true, false], Some(StatusValue::Valid)));
    assert_eq!(refused(&status, &suspected, AT), Refusal::AlreadyOpen);
    // Time alone settles nothing.
    assert_eq!(can(&status.at(AT.plus(100 * DAY)).unwrap()), [true, true, false]);
    let by_password = status.apply(&confirmed(digest(1), AT), AT.plus(60)).unwrap();
    assert_eq!(can(&by_password), [true; 3]);
    let cleared = Event::transaction_cleared(passed(EvidenceKind::Transaction, AT.plus(1)));
    assert_eq!(can(&status.apply(&cleared, AT.plus(60)).unwrap()), [true; 3]);
}

#[test]
fn a_password_or_a_clearance_settles_its_own_transaction_only() {
    let fails = |n| Event::transaction_suspected(about(EvidenceKind::Transaction, AT, Outcome::Fail, digest(n)));
    let status = after(&active(), &[(&fails(1), AT), (&fails(2), AT)]);
    let at = AT.plus(60);
    assert_eq!(refused(&status, &confirmed(digest(3), at), at), Refusal::OtherTransaction);
    let clears = |n| Event::transaction_cleared(about(EvidenceKind::Transaction, at, Outcome::Pass, digest(n)));
    assert_eq!(refused(&status, &clears(3), at), Refusal::OtherTransaction);
    assert_eq!(Refusal::OtherTransaction.blame(), Blame::Operator);
    let one = status.apply(&confirmed(digest(1), at), at).unwrap();
    assert_eq!(can(&one), [true, true, false]);
    assert_eq!(refused(&one, &confirmed(digest(1), at), at), Refusal::OtherTransaction);
    assert_eq!(can(&one.apply(&clears(2), at).unwrap()), [true; 3]);
    // A password of before the suspicion was for the transaction, not for the suspicion.
    let early = confirmed(digest(1), AT.plus(-1));
    assert_eq!(refused(&status, &early, at), Refusal::ObservedBefore(EvidenceKind::Transaction));
}

#[test]
fn only_a_failed_observation_is_a_suspicion_and_only_a_passed_one_clears_it() {
    let refusal = |evidence| refused(&active(), &Event::transaction_suspected(evidence), AT);
    assert_eq!(refusal(passed(EvidenceKind::Transaction, AT)), Refusal::NoTrigger(EvidenceKind::Transaction));
    let unclear = about(EvidenceKind::Transaction, AT, Outcome::Indeterminate, digest(1));
    assert_eq!(refusal(unclear), Refusal::NoTrigger(EvidenceKind::Transaction));
    assert_eq!(refusal(failed(EvidenceKind::Device, AT)), Refusal::WrongKind(EvidenceKind::Device));
    let status = active().apply(&Event::transaction_suspected(failed(EvidenceKind::Transaction, AT)), AT).unwrap();
    let at = AT.plus(60);
    let refusal = |evidence| refused(&status, &Event::transaction_cleared(evidence), at);
    assert_eq!(refusal(failed(EvidenceKind::Transaction, at)), Refusal::NotPassed(EvidenceKind::Transaction));
    assert_eq!(refusal(passed(EvidenceKind::Transaction, AT)), Refusal::ObservedBefore(EvidenceKind::Transaction));
    assert_eq!(refusal(passed(EvidenceKind::Device, at)), Refusal::WrongKind(EvidenceKind::Device));
}

#[test]
fn a_code_of_the_suspicious_transaction_settles_it_and_a_code_of_another_none() {
    let secret = OneTimePasswordSecret::from_bytes([5; 32]);
    let suspected = Event::transaction_suspected(failed(EvidenceKind::Transaction, AT));
    let status = active().apply(&suspected, AT).unwrap();
    let at = AT.plus(60);
    let code = |transaction: Digest| {
        secret.for_transaction(transaction.as_bytes()).ok().unwrap().code(at).ok().unwrap().to_string()
    };
    let fresh = OneTimePasswordState::default();
    let other = ConfirmedTransaction::judge(&secret, digest(1), &code(digest(2)), at, &fresh);
    assert_eq!(other.outcome, Err(OneTimePasswordError::Wrong));
    assert_eq!(other.state.wrong_codes(), 1);
    let judged = ConfirmedTransaction::judge(&secret, digest(1), &code(digest(1)), at, &other.state);
    let again = ConfirmedTransaction::judge(&secret, digest(1), &code(digest(1)), at, &judged.state);
    assert_eq!(again.outcome, Err(OneTimePasswordError::Replayed));
    // What confirms another transaction, or confirmed this one before the suspicion, settles nothing.
    let for_other = ConfirmedTransaction::judge(&secret, digest(2), &code(digest(2)), at, &fresh).outcome.unwrap();
    assert_eq!(refused(&status, &Event::transaction_confirmed(for_other), at), Refusal::OtherTransaction);
    let settled = status.apply(&Event::transaction_confirmed(judged.outcome.unwrap()), at).unwrap();
    assert!(!status.can(Capability::Receive) && settled.can(Capability::Receive));
}
