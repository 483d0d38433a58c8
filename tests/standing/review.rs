//! The review every 180 days, its grace, and what renews a verification.

use crate::cast::*;
use shiming::{
    evidence::{Blame, EvidenceKind, Fact, Outcome},
    issuer::REVERIFY_DAYS,
    standing::{Capability, Event, Phase, REVIEW_DAYS, Refusal, RulesError, Standing, StandingRules, StatusValue},
    time::{Date, UnixTime},
};

fn reviewed(status: &Standing, at: UnixTime) -> Standing {
    status.apply(&review_event(at), at).unwrap()
}

#[test]
fn a_review_falls_due_with_day_180_in_china_and_not_a_second_before() {
    // The verification was at noon; days are counted, not hours.
    let status = active();
    let phase = |at: UnixTime| status.at(at).unwrap().phase();
    assert_eq!(phase(MIDNIGHT.plus(179 * DAY)), Phase::Active);
    assert_eq!(phase(MIDNIGHT.plus(180 * DAY - 1)), Phase::Active);
    assert_eq!(phase(MIDNIGHT.plus(180 * DAY)), Phase::ReviewDue);
    assert_eq!(phase(MIDNIGHT.plus(181 * DAY)), Phase::ReviewDue);
    assert_eq!((REVIEW_DAYS, REVERIFY_DAYS), (180, 180));
}

#[test]
fn the_grace_period_is_30_days_and_configured() {
    let phase = |grace: u16, days: i64| {
        let rules = StandingRules::new(1, grace, 7_000, 7).unwrap();
        let status = Standing::begin(&issuance(1, tag(), BEGIN), rules, BEGIN).unwrap();
        status.at(MIDNIGHT.plus(days * DAY)).unwrap().phase()
    };
    assert_eq!([phase(30, 209), phase(30, 210)], [Phase::ReviewDue, Phase::Lapsed]);
    assert_eq!([phase(10, 189), phase(10, 190)], [Phase::ReviewDue, Phase::Lapsed]);
    // Without grace a status lapses when its review falls due.
    assert_eq!([phase(0, 179), phase(0, 180)], [Phase::Active, Phase::Lapsed]);
    assert_eq!(StandingRules::default(), StandingRules::new(1, 30, 7_000, 7).unwrap());
}

#[test]
fn rules_outside_their_ranges_are_refused() {
    assert_eq!(StandingRules::new(1, 181, 7_000, 7), Err(RulesError::Grace));
    assert_eq!(StandingRules::new(1, 30, 0, 7), Err(RulesError::Portrait));
    assert_eq!(StandingRules::new(1, 30, 10_001, 7), Err(RulesError::Portrait));
    assert_eq!(StandingRules::new(1, 30, 7_000, 0), Err(RulesError::Cooling));
    assert_eq!(StandingRules::new(1, 30, 7_000, 366), Err(RulesError::Cooling));
    let json = serde_json::to_string(&StandingRules::default()).unwrap();
    assert_eq!(serde_json::from_str::<StandingRules>(&json).unwrap(), StandingRules::default());
    assert!(serde_json::from_str::<StandingRules>(&json.replace("7000", "0")).is_err());
}

#[test]
fn a_status_in_grace_keeps_its_capabilities_and_a_lapsed_one_has_none() {
    for (phase, can, status) in [
        (Phase::Active, true, StatusValue::Valid),
        (Phase::ReviewDue, true, StatusValue::Valid),
        (Phase::Lapsed, false, StatusValue::Suspended),
        (Phase::Resetting, false, StatusValue::Invalid),
        (Phase::Cancelling, false, StatusValue::Suspended),
        (Phase::Cancelled, false, StatusValue::Invalid),
    ] {
        let standing = in_phase(phase);
        assert!(Capability::ALL.into_iter().all(|capability| standing.can(capability) == can), "{phase:?}");
        assert_eq!(standing.status(1), Some(status), "{phase:?}");
    }
    assert_eq!([StatusValue::Valid, StatusValue::Invalid, StatusValue::Suspended].map(StatusValue::number), [0, 1, 2]);
}

#[test]
fn a_review_renews_for_180_days_from_its_own_evidence_and_keeps_the_tag() {
    let at = BEGIN.plus(185 * DAY);
    let status = reviewed(&active(), at);
    assert_eq!((status.phase(), status.tag(), status.session()), (Phase::Active, &tag(), active().session()));
    assert_eq!(status.verified_on(), Date::from_unix(at).unwrap());
    assert_eq!(status.at(at.plus(179 * DAY)).unwrap().phase(), Phase::Active);
    assert_eq!(status.at(at.plus(180 * DAY)).unwrap().phase(), Phase::ReviewDue);
    // The new credential is valid, the one before is not any more.
    let values = [0, 1, 2, 3].map(|issue| status.status(issue));
    assert_eq!(values, [None, Some(StatusValue::Invalid), Some(StatusValue::Valid), None]);
}

#[test]
fn a_review_counts_from_its_oldest_evidence() {
    let at = BEGIN.plus(100 * DAY);
    let evidence = [passed(EvidenceKind::Population, at.plus(-DAY + 1)), passed(EvidenceKind::Face, at)];
    let status = active().apply(&Event::reviewed(&evidence, tag()), at).unwrap();
    assert_eq!(status.verified_on(), Date::from_unix(at).unwrap().plus_days(-1).unwrap());
}

#[test]
fn a_lapsed_status_is_not_reviewed_but_proofed_anew() {
    let lapsed = in_phase(Phase::Lapsed);
    let at = lapsed.now().plus(1);
    assert_eq!(refused(&lapsed, &review_event(at), at), Refusal::FullRedo);
    assert_eq!(Refusal::FullRedo.blame(), Blame::Subject);
    let redo = lapsed.apply(&Event::redo_begun(), at).unwrap();
    assert_eq!((redo.phase(), redo.status(1)), (Phase::Resetting, Some(StatusValue::Invalid)));
    let again = redo.apply(&Event::issued(issuance(2, tag(), at.plus(1))), at.plus(2)).unwrap();
    assert_eq!((again.phase(), again.tag(), again.issue()), (Phase::Active, &tag(), 2));
}

#[test]
fn the_last_second_of_grace_still_takes_a_review() {
    let last = MIDNIGHT.plus(210 * DAY - 1);
    assert_eq!(reviewed(&active(), last).phase(), Phase::Active);
    assert_eq!(refused(&active(), &review_event(last.plus(1)), last.plus(1)), Refusal::FullRedo);
}

/// A review of this evidence, 180 days after the beginning.
fn review_of(evidence: &[shiming::evidence::CheckedEvidence]) -> Refusal {
    refused(&in_phase(Phase::ReviewDue), &Event::reviewed(evidence, tag()), BEGIN.plus(180 * DAY))
}

#[test]
fn a_review_takes_a_document_and_a_face_and_everything_must_pass() {
    let at = BEGIN.plus(180 * DAY);
    let (document, face) = (passed(EvidenceKind::Population, at), passed(EvidenceKind::Face, at));
    assert_eq!(review_of(&[]), Refusal::NoIdentity);
    assert_eq!(review_of(std::slice::from_ref(&face)), Refusal::NoIdentity);
    assert_eq!(review_of(std::slice::from_ref(&document)), Refusal::NoFace);
    assert_eq!(review_of(&[face.clone(), passed(EvidenceKind::Ocr, at)]), Refusal::NoIdentity);
    assert_eq!(review_of(&[document.clone(), failed(EvidenceKind::Face, at)]), Refusal::NotPassed(EvidenceKind::Face));
    let unclear = with(EvidenceKind::Population, at, |claim| claim.result = Outcome::Indeterminate);
    assert_eq!(review_of(&[unclear, face.clone()]), Refusal::NotPassed(EvidenceKind::Population));
    let more = [document, face.clone(), failed(EvidenceKind::Device, at)];
    assert_eq!(review_of(&more), Refusal::NotPassed(EvidenceKind::Device));
    // A passport stands for the population registry.
    let passport = passed(EvidenceKind::Passport, at);
    assert!(in_phase(Phase::ReviewDue).apply(&Event::reviewed(&[passport, face], tag()), at).is_ok());
}

#[test]
fn the_face_of_a_review_is_9800_alike() {
    let at = BEGIN.plus(180 * DAY);
    let face = |bp: u16| with(EvidenceKind::Face, at, |claim| claim.similarity_bp = Some(bp));
    let event = |bp| Event::reviewed(&[passed(EvidenceKind::Population, at), face(bp)], tag());
    assert_eq!(refused(&active(), &event(9_799), at), Refusal::Similarity(9_799));
    assert!(active().apply(&event(9_800), at).is_ok());
}

#[test]
fn evidence_of_a_review_is_fresh_of_this_session_and_younger_than_the_last_verification() {
    let at = BEGIN.plus(180 * DAY);
    let (document, face) = (passed(EvidenceKind::Population, at), passed(EvidenceKind::Face, at));
    assert_eq!(review_of(&[document.clone(), of_session(2, EvidenceKind::Face, at)]), Refusal::OtherSession);
    let old = passed(EvidenceKind::Face, at.plus(-3_601));
    assert_eq!(review_of(&[document.clone(), old]), Refusal::Stale(EvidenceKind::Face));
    let early = passed(EvidenceKind::Face, at.plus(61));
    assert_eq!(review_of(&[document.clone(), early]), Refusal::FromTheFuture(EvidenceKind::Face));
    // What renewed the verification does not renew it again.
    let event = Event::reviewed(&[document, face], tag());
    let once = in_phase(Phase::ReviewDue).apply(&event, at).unwrap();
    assert_eq!(refused(&once, &event, at.plus(1)), Refusal::ObservedBefore(EvidenceKind::Population));
    // Nor does the evidence of the first proofing.
    let first = review_event(BEGIN);
    assert_eq!(refused(&active(), &first, BEGIN.plus(1)), Refusal::ObservedBefore(EvidenceKind::Population));
    assert!(active().apply(&review_event(BEGIN.plus(1)), BEGIN.plus(1)).is_ok());
}

#[test]
fn sources_of_a_review_that_contradict_each_other_are_refused() {
    let at = BEGIN.plus(180 * DAY);
    let evidence = [
        passed(EvidenceKind::Population, at),
        passed(EvidenceKind::Face, at),
        with(EvidenceKind::SocialInsurance, at, name(Fact::Name)),
    ];
    assert_eq!(review_of(&evidence), Refusal::Contradiction(Fact::Name));
    assert_eq!(Refusal::Contradiction(Fact::Name).blame(), Blame::Source);
}

#[test]
fn a_review_with_another_tag_or_an_expired_document_or_an_open_measure_is_refused() {
    let at = BEGIN.plus(180 * DAY);
    let evidence = [passed(EvidenceKind::Population, at), passed(EvidenceKind::Face, at)];
    let due = in_phase(Phase::ReviewDue);
    assert_eq!(refused(&due, &Event::reviewed(&evidence, digest(9)), at), Refusal::OtherTag);
    let yesterday = Date::from_unix(at).unwrap().plus_days(-1).unwrap();
    let expired = with(EvidenceKind::Population, at, |claim| claim.document_valid_until = Some(yesterday));
    assert_eq!(review_of(&[expired, passed(EvidenceKind::Face, at)]), Refusal::DocumentExpired);
    for measure in [Event::document_expired(), Event::inconsistency_found()] {
        let open = due.apply(&measure, at).unwrap();
        assert_eq!(refused(&open, &Event::reviewed(&evidence, tag()), at), Refusal::MeasureOpen);
    }
    // A suspicious transaction says nothing of who the person is.
    let suspected = Event::transaction_suspected(failed(EvidenceKind::Transaction, at));
    let open = due.apply(&suspected, at).unwrap();
    assert_eq!(open.apply(&Event::reviewed(&evidence, tag()), at).unwrap().phase(), Phase::Active);
}
