//! The three stages in their order, and nothing stale, repeated or from another session (rules PROOF-ORDER, PROOF-FRESH, ...).

use crate::world::{NOW, World};
use shiming::{
    evidence::{Blame, EvidenceKind as K},
    proofing::{CASE_HOURS, Case, Event, Path, ProofingRules, Refusal, Stage},
};

#[test]
fn identity_card_and_face_in_this_order_make_a_case_ready() {
    let world = World::new();
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    assert!(walk.case.anomalies().is_empty() && walk.case.triggers().is_empty());
    assert_eq!(walk.case.wanted(&world.rules), Vec::<&str>::new());
    assert_eq!(walk.case.channels().count(), 2);
}

#[test]
fn proof_order_a_stage_cannot_be_skipped_or_go_first() {
    let world = World::new();
    let mut started = world.open(Path::Ordinary);
    for kind in [K::BankCard, K::Face, K::Video] {
        let refused = Refusal::OutOfOrder { kind, stage: Stage::Started };
        assert_eq!(started.try_give(kind, |_| {}), Err(refused.clone()));
        assert_eq!(refused.blame(), Blame::Subject);
    }
    let mut verified = started.into_id_verified();
    assert_eq!(
        verified.try_give(K::Face, |_| {}),
        Err(Refusal::OutOfOrder { kind: K::Face, stage: Stage::IdVerified })
    );
    assert_eq!(verified.case.wanted(&world.rules), ["unionpay.card"]);
}

#[test]
fn proof_order_evidence_of_a_special_group_is_not_taken_on_the_ordinary_path() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    for kind in [K::RelativeFace, K::Hotline, K::BrailleCaptcha, K::Kinship, K::BirthCertificate, K::Passport] {
        let refused = Refusal::OutOfOrder { kind, stage: Stage::CardBound };
        assert_eq!(walk.try_give(kind, |_| {}), Err(refused));
    }
    assert_eq!(walk.try_event(&Event::Relative { relative: World::relative() }), Err(Refusal::RelativeNotNeeded));
}

#[test]
fn proof_order_what_was_observed_before_the_stage_it_follows_is_refused() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    let verified = walk.at;
    let early = walk.try_give(K::BankCard, |said| said.observed_at = verified.plus(-1));
    assert_eq!(early, Err(Refusal::ObservedBefore(K::BankCard)));
    assert_eq!(walk.give(K::BankCard, |said| said.observed_at = verified), Stage::CardBound);
    // What no stage is for may be older, but not older than the case.
    let before = walk.try_give(K::Device, |said| said.observed_at = NOW.plus(-61));
    assert_eq!(before, Err(Refusal::ObservedBefore(K::Device)));
    assert_eq!(walk.give(K::Device, |said| said.observed_at = NOW), Stage::CardBound);
}

#[test]
fn proof_order_the_same_attestation_or_a_second_of_its_kind_is_refused() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary);
    let device = world.pass(K::Device, walk.at);
    walk.event(&device);
    assert_eq!(walk.try_event(&device), Err(Refusal::Repeated(K::Device)));
    assert_eq!(walk.try_give(K::Device, |_| {}), Err(Refusal::Repeated(K::Device)));
}

#[test]
fn proof_fresh_evidence_that_was_fresh_when_checked_is_refused_when_used_too_late() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    let card = world.pass(K::BankCard, walk.at);
    walk.at = walk.at.plus(300 - 60);
    let mut late = walk.clone();
    assert_eq!(walk.try_event(&card), Ok(Stage::CardBound));
    late.at = late.at.plus(1);
    assert_eq!(late.try_event(&card), Err(Refusal::Stale(K::BankCard)));
}

#[test]
fn proof_subject_evidence_of_an_earlier_session_does_not_count_in_a_new_one() {
    let world = World::new();
    let mut other = World::new();
    let session = shiming::evidence::Session::from_parts(world.session.issuer(), world.session.case(), [7; 32]);
    other.session = session;
    let mut walk = world.open(Path::Ordinary);
    let foreign = other.pass(K::Population, walk.at);
    assert_eq!(walk.try_event(&foreign), Err(Refusal::OtherSubject));
    assert_eq!(Refusal::OtherSubject.blame(), Blame::Source);
}

#[test]
fn proof_time_events_do_not_go_backwards_and_a_case_ends_after_72_hours() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    let before = walk.case.apply(&Event::Looked, &world.rules, walk.at.plus(-1));
    assert_eq!(before, Err(Refusal::Backwards));
    let end = NOW.plus(CASE_HOURS * 3_600);
    assert_eq!(CASE_HOURS, 72);
    // At the 72nd hour evidence is still taken; a second later not, and a look closes the case.
    let on_time = walk.case.apply(&world.pass(K::BankCard, end), &world.rules, end).unwrap();
    assert_eq!(on_time.stage(), Stage::CardBound);
    let late = end.plus(1);
    assert_eq!(walk.case.apply(&world.pass(K::BankCard, late), &world.rules, late), Err(Refusal::TimedOut));
    assert_eq!(walk.case.apply(&Event::Looked, &world.rules, end).unwrap().stage(), Stage::IdVerified);
    assert_eq!(walk.case.apply(&Event::Looked, &world.rules, late).unwrap().stage(), Stage::Closed);
    walk.at = late;
    assert_eq!(walk.event(&Event::Withdrawn), Stage::Closed);
}

#[test]
fn proof_open_a_case_is_opened_once_first_and_under_its_rules() {
    let world = World::new();
    let opened = world.opened(Path::Ordinary);
    assert_eq!(Case::open(&Event::Looked, &world.rules, NOW), Err(Refusal::Opening));
    let walk = world.open(Path::Ordinary);
    assert_eq!(walk.case.apply(&opened, &world.rules, NOW), Err(Refusal::Opening));
    let newer = ProofingRules { version: 2, ..ProofingRules::default() };
    let other = Refusal::OtherRules { opened: 1, given: 2 };
    assert_eq!(Case::open(&opened, &newer, NOW), Err(other.clone()));
    assert_eq!(walk.case.apply(&Event::Looked, &newer, NOW), Err(other));
}

#[test]
fn proof_final_nothing_follows_an_end() {
    let world = World::new();
    let tag = shiming::digest::Digest::from_bytes([1; 32]);
    let mut issued = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(issued.event(&Event::Issued { tag }), Stage::Issued);
    assert_eq!(issued.case.tag(), Some(&tag));
    let mut closed = world.open(Path::Ordinary);
    closed.event(&Event::Withdrawn);
    for mut walk in [issued, closed] {
        let stage = walk.case.stage();
        for event in
            [Event::Looked, Event::Withdrawn, Event::Issued { tag }, world.pass(K::Population, walk.at.plus(60))]
        {
            assert_eq!(walk.try_event(&event), Err(Refusal::Final(stage)));
        }
    }
}

#[test]
fn proof_ready_nothing_is_issued_before_the_three_stages_are_done() {
    let world = World::new();
    let event = Event::Issued { tag: shiming::digest::Digest::from_bytes([1; 32]) };
    let mut walk = world.open(Path::Ordinary);
    assert_eq!(walk.try_event(&event), Err(Refusal::NotReady(Stage::Started)));
    let mut walk = walk.into_id_verified();
    assert_eq!(walk.try_event(&event), Err(Refusal::NotReady(Stage::IdVerified)));
    let mut walk = {
        walk.pass(K::BankCard);
        walk
    };
    assert_eq!(walk.try_event(&event), Err(Refusal::NotReady(Stage::CardBound)));
    assert_eq!(Refusal::NotReady(Stage::CardBound).blame(), Blame::Operator);
}

#[test]
fn a_refused_event_leaves_the_case_as_it_was() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    let before = walk.case.clone();
    assert!(walk.try_give(K::Face, |_| {}).is_err());
    assert_eq!(walk.case, before);
}
