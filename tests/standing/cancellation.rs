//! Five gates in their order, and nothing after them.

use crate::cast::*;
use shiming::{
    evidence::{Blame, EvidenceKind},
    standing::{Capability, Event, GATES, Phase, Refusal, Standing, StandingRules, StatusValue},
    time::UnixTime,
};

const REQUESTED: UnixTime = BEGIN.plus(DAY);
const COOLING: i64 = 7 * DAY;

fn requested() -> Standing {
    in_phase(Phase::Cancelling)
}

fn gate(kind: EvidenceKind, at: UnixTime) -> Event {
    Event::gate_attested(passed(kind, at))
}

fn proven(at: UnixTime) -> Event {
    holder("holder-proven", tag(), "leave-1", at)
}

fn confirmation(at: UnixTime) -> Event {
    holder("cancellation-confirmed", tag(), "leave-1", at)
}

/// The event of each gate, in their order, at times that follow each other.
fn gates() -> [(Event, UnixTime); 5] {
    let at = |seconds| REQUESTED.plus(seconds);
    [
        (gate(EvidenceKind::SimCard, at(10)), at(10)),
        (gate(EvidenceKind::LastTransaction, at(20)), at(20)),
        (gate(EvidenceKind::AccountSettled, at(30)), at(30)),
        (proven(at(40)), at(40)),
        (confirmation(at(40 + COOLING)), at(40 + COOLING)),
    ]
}

/// The status after this many gates.
fn through(count: usize) -> Standing {
    gates()[..count].iter().fold(requested(), |status, (event, at)| status.apply(event, *at).unwrap())
}

pub fn cancelled() -> Standing {
    through(5)
}

#[test]
fn exactly_five_gates_lead_to_cancelled_with_an_order_to_erase() {
    for count in 0..=5 {
        let status = through(count);
        assert_eq!(status.cancellation().unwrap().passed() as usize, count);
        assert_eq!(status.phase() == Phase::Cancelled, count == usize::from(GATES));
        assert_eq!(status.erasure().is_some(), count == 5);
        assert_eq!(status.status(1), Some(if count == 5 { StatusValue::Invalid } else { StatusValue::Suspended }));
        assert!(Capability::ALL.iter().all(|capability| !status.can(*capability)));
    }
    let order = cancelled().erasure().unwrap();
    assert_eq!((order.tag, order.ordered_at), (tag(), gates()[4].1));
}

#[test]
fn every_gate_out_of_its_order_is_refused() {
    let late = gates()[4].1.plus(DAY);
    let at = |gate: usize, passed: usize| if passed == 4 || gate == 4 { late } else { REQUESTED.plus(50) };
    for passed in 0..5 {
        for found in (0..5).filter(|found| *found != passed) {
            let status = through(passed);
            let kinds = [EvidenceKind::SimCard, EvidenceKind::LastTransaction, EvidenceKind::AccountSettled];
            let at = at(found, passed);
            let event = match found {
                3 => proven(at),
                4 => confirmation(at),
                _ => gate(kinds[found], at),
            };
            let expected = Refusal::GateOrder { next: passed as u8 + 1, found: found as u8 + 1 };
            assert_eq!(refused(&status, &event, at), expected);
            assert_eq!(expected.blame(), Blame::Subject);
        }
    }
}

#[test]
fn cancel_gates_without_a_request_and_other_evidence_open_nothing() {
    for phase in Phase::ALL.into_iter().filter(|phase| !matches!(phase, Phase::Cancelling | Phase::Cancelled)) {
        let status = in_phase(phase);
        let at = status.now().plus(1);
        for event in [gate(EvidenceKind::SimCard, at), proven(at), confirmation(at), Event::cancellation_withdrawn()] {
            assert_eq!(refused(&status, &event, at), Refusal::OtherPhase(phase));
        }
    }
    let at = REQUESTED.plus(10);
    let expected = Refusal::WrongKind(EvidenceKind::CarrierRealName);
    assert_eq!(refused(&requested(), &gate(EvidenceKind::CarrierRealName, at), at), expected);
}

#[test]
fn cancel_sim_evidence_of_before_the_request_opens_nothing() {
    let early = |seconds| gate(EvidenceKind::SimCard, REQUESTED.plus(seconds));
    let at = REQUESTED.plus(10);
    let expected = Refusal::ObservedBefore(EvidenceKind::SimCard);
    assert_eq!(refused(&requested(), &early(-1), at), expected);
    assert_eq!(refused(&requested(), &early(0), at), expected);
    assert!(requested().apply(&early(1), at).is_ok());
    let failed = Event::gate_attested(failed(EvidenceKind::SimCard, at));
    assert_eq!(refused(&requested(), &failed, at), Refusal::NotPassed(EvidenceKind::SimCard));
}

#[test]
fn cancel_settled_needs_all_measures_lifted_at_gate_three_and_at_the_end() {
    let at = REQUESTED.plus(30);
    let two = through(2);
    let settled = gate(EvidenceKind::AccountSettled, at);
    for measure in [
        Event::document_expired(),
        Event::inconsistency_found(),
        Event::transaction_suspected(failed(EvidenceKind::Transaction, at.plus(-1))),
    ] {
        let open = two.apply(&measure, at.plus(-1)).unwrap();
        assert_eq!(refused(&open, &settled, at), Refusal::MeasureOpen);
        let (end, end_at) = &gates()[4];
        let open = through(4).apply(&Event::document_expired(), end_at.plus(-1)).unwrap();
        assert_eq!(refused(&open, end, *end_at), Refusal::MeasureOpen);
    }
}

#[test]
fn cancel_holder_takes_this_wallets_answer_to_a_challenge_of_this_cancellation() {
    let (status, at) = (through(3), REQUESTED.plus(40));
    let other = |tag, case, created_at| holder("holder-proven", tag, case, created_at);
    assert_eq!(refused(&status, &other(digest(9), "leave-1", at), at), Refusal::OtherTag);
    assert_eq!(refused(&status, &other(tag(), "leave-2", at), at), Refusal::OtherCase);
    // A challenge of the request's second is of this cancellation, one of the second before is not.
    assert_eq!(refused(&status, &other(tag(), "leave-1", REQUESTED.plus(-1)), at), Refusal::ChallengeBefore);
    assert!(status.apply(&other(tag(), "leave-1", REQUESTED), at).is_ok());
    assert_eq!(refused(&status, &proven(at), at.plus(901)), Refusal::ChallengeTime);
    assert_eq!(refused(&status, &proven(at.plus(1)), at), Refusal::ChallengeTime);
    assert!(status.apply(&proven(at), at.plus(900)).is_ok());
    for refusal in [Refusal::OtherTag, Refusal::OtherCase, Refusal::ChallengeBefore, Refusal::ChallengeTime] {
        assert_eq!(refusal.blame(), Blame::Subject);
    }
}

#[test]
fn cancel_cooling_ends_with_the_seventh_day_and_takes_a_challenge_of_after_it() {
    let (status, end) = (through(4), REQUESTED.plus(40 + COOLING));
    assert_eq!(status.cancellation().unwrap().cooling_until(), Some(end));
    assert_eq!(refused(&status, &confirmation(end.plus(-1)), end.plus(-1)), Refusal::CoolingOff(end));
    // Waiting does not make the challenge of gate 4, or one of before the end, a confirmation.
    assert_eq!(refused(&status, &confirmation(end.plus(-1)), end), Refusal::ChallengeBefore);
    assert_eq!(status.apply(&confirmation(end), end).unwrap().phase(), Phase::Cancelled);
    assert_eq!(status.apply(&confirmation(end.plus(DAY)), end.plus(DAY)).unwrap().phase(), Phase::Cancelled);
    let rules = StandingRules::new(2, 30, 7_000, 1).unwrap();
    assert_eq!(rules.cooling_seconds(), DAY);
}

#[test]
fn a_withdrawn_cancellation_returns_to_the_phase_before_and_begins_anew() {
    for phase in [Phase::Active, Phase::ReviewDue, Phase::Lapsed] {
        let before = in_phase(phase);
        let at = before.now().plus(1);
        let leaving = before.apply(&Event::cancellation_requested(id("leave-1")), at).unwrap();
        assert_eq!(leaving.phase(), Phase::Cancelling);
        let back = leaving.apply(&Event::cancellation_withdrawn(), at).unwrap();
        assert_eq!(back, before.at(at).unwrap());
    }
    // Gates do not survive a withdrawal.
    let at = REQUESTED.plus(60);
    let back = through(4).apply(&Event::cancellation_withdrawn(), at).unwrap();
    assert_eq!(back.phase(), Phase::Active);
    let again = back.apply(&Event::cancellation_requested(id("leave-2")), at).unwrap();
    assert_eq!(again.cancellation().unwrap().passed(), 0);
    let old = gate(EvidenceKind::SimCard, REQUESTED.plus(10));
    assert_eq!(refused(&again, &old, at), Refusal::ObservedBefore(EvidenceKind::SimCard));
}

#[test]
fn a_withdrawal_returns_to_where_time_has_led_meanwhile() {
    let leaving = requested();
    let phase = |days| leaving.apply(&Event::cancellation_withdrawn(), BEGIN.plus(days * DAY)).unwrap().phase();
    assert_eq!(
        [phase(179), phase(180), phase(209), phase(210)],
        [Phase::Active, Phase::ReviewDue, Phase::ReviewDue, Phase::Lapsed]
    );
}

#[test]
fn a_trigger_or_a_lost_wallet_ends_the_cancellation_with_a_reset() {
    let at = REQUESTED.plus(50);
    let trigger = Event::triggered(failed(EvidenceKind::DeviceCluster, at));
    for event in [trigger, Event::wallet_lost()] {
        let status = through(4).apply(&event, at).unwrap();
        assert_eq!((status.phase(), status.cancellation()), (Phase::Resetting, None));
    }
}

#[test]
fn who_is_being_proofed_anew_cannot_leave_meanwhile() {
    let status = in_phase(Phase::Resetting);
    let refusal = refused(&status, &Event::cancellation_requested(id("leave-1")), status.now());
    assert!(matches!(refusal, Refusal::NoTransition { phase: Phase::Resetting, .. }));
}

#[test]
fn nothing_leaves_cancelled() {
    let status = cancelled();
    let at = status.now().plus(1);
    let events = [
        review_event(at),
        Event::issued(issuance(2, tag(), at)),
        Event::redo_begun(),
        Event::wallet_lost(),
        Event::document_expired(),
        Event::inconsistency_found(),
        Event::cancellation_requested(id("leave-2")),
        Event::cancellation_withdrawn(),
    ];
    for event in &events {
        assert_eq!(refused(&status, event, at), Refusal::Cancelled);
    }
    let later = status.at(at.plus(1_000 * DAY)).unwrap();
    assert_eq!((later.phase(), later.status(1)), (Phase::Cancelled, Some(StatusValue::Invalid)));
    assert_eq!(later.erasure(), status.erasure());
}
