//! What forces a full redo, and what a full redo takes.

use crate::cast::*;
use shiming::{
    evidence::{Blame, EvidenceKind, Outcome},
    standing::{Capability, Cause, Event, Phase, Refusal, StatusValue},
};

#[test]
fn a_portrait_below_the_threshold_changed_features_and_a_device_cluster_force_a_redo() {
    let at = BEGIN.plus(DAY);
    let unlike = with(EvidenceKind::Portrait, at, |claim| claim.similarity_bp = Some(6_999));
    let triggers = [
        unlike,
        failed(EvidenceKind::Portrait, at),
        failed(EvidenceKind::Appearance, at),
        failed(EvidenceKind::DeviceCluster, at),
    ];
    for trigger in triggers {
        let status = active().apply(&Event::triggered(trigger), at).unwrap();
        assert_eq!((status.phase(), status.status(1)), (Phase::Resetting, Some(StatusValue::Invalid)));
        assert!(Capability::ALL.iter().all(|capability| !status.can(*capability)));
    }
}

#[test]
fn life_trigger_what_is_in_order_forces_nothing() {
    let at = BEGIN.plus(DAY);
    let alike = |bp: u16| with(EvidenceKind::Portrait, at, |claim| claim.similarity_bp = Some(bp));
    let refusal = |evidence| refused(&active(), &Event::triggered(evidence), at);
    assert_eq!(refusal(alike(7_000)), Refusal::NoTrigger(EvidenceKind::Portrait));
    assert_eq!(refusal(passed(EvidenceKind::Appearance, at)), Refusal::NoTrigger(EvidenceKind::Appearance));
    let unclear = with(EvidenceKind::DeviceCluster, at, |claim| claim.result = Outcome::Indeterminate);
    assert_eq!(refusal(unclear), Refusal::NoTrigger(EvidenceKind::DeviceCluster));
    assert_eq!(refusal(failed(EvidenceKind::Face, at)), Refusal::WrongKind(EvidenceKind::Face));
    assert_eq!(Refusal::NoTrigger(EvidenceKind::Portrait).blame(), Blame::Operator);
    let other = with(EvidenceKind::DeviceCluster, at, |claim| claim.result = Outcome::Fail);
    assert_eq!(
        refused(&active(), &Event::triggered(other), at.plus(DAY + 1)),
        Refusal::Stale(EvidenceKind::DeviceCluster)
    );
}

/// A status that a trigger has reset a day after it began.
fn resetting() -> shiming::standing::Standing {
    let at = BEGIN.plus(DAY);
    active().apply(&Event::triggered(failed(EvidenceKind::DeviceCluster, at)), at).unwrap()
}

#[test]
fn a_redo_takes_a_new_session_that_began_after_the_reset_and_the_same_tag() {
    let (status, reset) = (resetting(), BEGIN.plus(DAY));
    let at = reset.plus(100);
    let refusal = |session, tag, verified_at| refused(&status, &Event::issued(issuance(session, tag, verified_at)), at);
    assert_eq!(refusal(1, tag(), at), Refusal::SessionUsed);
    assert_eq!(refusal(2, tag(), reset), Refusal::ProofedBefore);
    assert_eq!(refusal(2, tag(), at.plus(1)), Refusal::Backwards);
    assert_eq!(refusal(2, digest(9), at), Refusal::OtherTag);
    for refusal in [Refusal::SessionUsed, Refusal::ProofedBefore] {
        assert_eq!(refusal.blame(), Blame::Operator);
    }
    let again = status.apply(&Event::issued(issuance(2, tag(), reset.plus(1))), at).unwrap();
    assert_eq!((again.phase(), again.tag(), again.session()), (Phase::Active, &tag(), session(2).subject()));
    // The old credential stays revoked, the new one is valid.
    assert_eq!([again.status(1), again.status(2)], [Some(StatusValue::Invalid), Some(StatusValue::Valid)]);
}

#[test]
fn no_session_comes_back_and_its_evidence_is_another_subjects() {
    let again =
        resetting().apply(&Event::issued(issuance(2, tag(), BEGIN.plus(DAY + 1))), BEGIN.plus(2 * DAY)).unwrap();
    let at = BEGIN.plus(3 * DAY);
    assert_eq!(refused(&again, &review_event(at), at), Refusal::OtherSession);
    let lost = again.apply(&Event::wallet_lost(), at).unwrap();
    let changed = lost.apply(&tag_changed(tag(), digest(7)), at).unwrap();
    for used in [1, 2] {
        let event = Event::issued(issuance(used, digest(7), at.plus(1)));
        assert_eq!(refused(&changed, &event, at.plus(1)), Refusal::SessionUsed);
    }
}

#[test]
fn nothing_is_issued_to_who_is_not_being_reset() {
    for phase in Phase::ALL.into_iter().filter(|phase| !matches!(phase, Phase::Resetting | Phase::Cancelled)) {
        let status = in_phase(phase);
        let at = status.now().plus(1);
        let refusal = refused(&status, &Event::issued(issuance(2, tag(), at)), at);
        assert_eq!(refusal, Refusal::NoTransition { phase, cause: Cause::Reissued });
    }
}

#[test]
fn a_redo_ends_an_expired_document_that_it_has_seen_renewed_and_no_other_measure() {
    let (status, reset) = (resetting(), BEGIN.plus(DAY));
    let expired = status.apply(&Event::document_expired(), reset.plus(10)).unwrap();
    let before = expired.apply(&Event::issued(issuance(2, tag(), reset.plus(10))), reset.plus(20)).unwrap();
    assert!(before.measures().document().is_some());
    let after = expired.apply(&Event::issued(issuance(2, tag(), reset.plus(11))), reset.plus(20)).unwrap();
    assert!(after.measures().document().is_none());
    let frozen = status.apply(&Event::inconsistency_found(), reset.plus(10)).unwrap();
    let after = frozen.apply(&Event::issued(issuance(2, tag(), reset.plus(11))), reset.plus(20)).unwrap();
    assert!(after.measures().freeze().is_some());
}

#[test]
fn evidence_of_the_ended_session_lifts_nothing_during_a_redo() {
    let status = resetting().apply(&Event::inconsistency_found(), BEGIN.plus(DAY)).unwrap();
    let at = BEGIN.plus(2 * DAY);
    let seen = Event::seen_at_branch(passed(EvidenceKind::Branch, at));
    assert_eq!(refused(&status, &seen, at), Refusal::OtherPhase(Phase::Resetting));
}
