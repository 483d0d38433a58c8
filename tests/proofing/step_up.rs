//! What asks for more evidence (rows 3.1 to 3.4), which it is (3.6), and the video last (3.7).

use crate::world::{World, date};
use shiming::{
    evidence::{EvidenceKind as K, Outcome},
    proofing::{Path, ProofingRules, Refusal, Stage, Trigger},
};
use std::collections::BTreeSet;

#[test]
fn a_similarity_of_9800_passes_and_9799_asks_for_a_step_up() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.clone().give(K::Face, |said| said.similarity_bp = Some(9_800)), Stage::FaceEnrolled);
    assert_eq!(walk.give(K::Face, |said| said.similarity_bp = Some(9_799)), Stage::StepUp);
    assert_eq!(walk.case.triggers(), &BTreeSet::from([Trigger::LowSimilarity]));
    assert_eq!(walk.case.wanted(&world.rules), ["social.insurance", "carrier.realname"]);
}

#[test]
fn a_document_that_ends_in_30_days_asks_for_a_step_up_and_in_31_not() {
    let world = World::new();
    for (until, stage) in [(20_260_701, Stage::StepUp), (20_260_702, Stage::FaceEnrolled), (20_260_601, Stage::StepUp)]
    {
        let mut walk = world.open(Path::Ordinary);
        walk.give(K::Population, |said| said.document_valid_until = Some(date(until)));
        walk.pass(K::BankCard);
        assert_eq!(walk.pass(K::Face), stage, "{until}");
    }
}

#[test]
fn a_bank_in_a_listed_region_asks_for_a_step_up_and_the_list_is_empty_by_default() {
    let mut world = World::new();
    assert!(world.rules.sensitive_regions.is_empty());
    world.rules = ProofingRules { sensitive_regions: BTreeSet::from([310_000]), ..ProofingRules::default() };
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(walk.clone().give(K::BankRegion, |said| said.region = Some(320_000)), Stage::FaceEnrolled);
    assert_eq!(walk.give(K::BankRegion, |said| said.region = Some(310_000)), Stage::StepUp);
    assert_eq!(walk.case.triggers(), &BTreeSet::from([Trigger::SensitiveRegion]));
}

#[test]
fn a_device_conflict_asks_for_a_step_up_and_a_device_that_cannot_be_told_is_an_anomaly() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    let mut undecided = walk.clone();
    assert_eq!(walk.give(K::Device, |said| said.result = Outcome::Fail), Stage::StepUp);
    assert_eq!(walk.case.triggers(), &BTreeSet::from([Trigger::DeviceConflict]));
    assert_eq!(undecided.give(K::Device, |said| said.result = Outcome::Indeterminate), Stage::ManualReview);
}

#[test]
fn records_first_and_the_video_last_complete_a_step_up() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Face, |said| said.similarity_bp = Some(9_799));
    let early = Refusal::OutOfOrder { kind: K::Video, stage: Stage::StepUp };
    assert_eq!(walk.try_give(K::Video, |_| {}), Err(early));
    assert_eq!(walk.pass(K::SocialInsurance), Stage::StepUp);
    assert_eq!(walk.pass(K::CarrierRealName), Stage::VideoDue);
    let last = walk.at;
    let before = walk.try_give(K::Video, |said| said.observed_at = last.plus(-1));
    assert_eq!(before, Err(Refusal::ObservedBefore(K::Video)));
    assert_eq!(walk.give(K::Video, |said| said.observed_at = last), Stage::FaceEnrolled);
    assert!(walk.case.triggers().is_empty());
}

#[test]
fn one_record_is_enough_where_the_rules_say_so() {
    let mut world = World::new();
    world.rules.supplementary_needed = 1;
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Face, |said| said.similarity_bp = Some(9_000));
    assert_eq!(walk.pass(K::CarrierRealName), Stage::VideoDue);
}

#[test]
fn records_that_came_before_the_step_up_count() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.pass(K::SocialInsurance);
    walk.pass(K::CarrierRealName);
    assert_eq!(walk.give(K::Face, |said| said.similarity_bp = Some(9_000)), Stage::VideoDue);
}

#[test]
fn a_trigger_after_the_video_asks_for_another_video() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Face, |said| said.similarity_bp = Some(9_000));
    walk.pass(K::SocialInsurance);
    walk.pass(K::CarrierRealName);
    assert_eq!(walk.pass(K::Video), Stage::FaceEnrolled);
    assert_eq!(walk.give(K::Device, |said| said.result = Outcome::Fail), Stage::VideoDue);
    assert_eq!(walk.pass(K::Video), Stage::FaceEnrolled);
}

#[test]
fn a_failed_record_or_video_is_an_anomaly() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Face, |said| said.similarity_bp = Some(9_000));
    assert_eq!(walk.clone().give(K::SocialInsurance, |said| said.result = Outcome::Fail), Stage::ManualReview);
    walk.pass(K::SocialInsurance);
    walk.pass(K::CarrierRealName);
    assert_eq!(walk.give(K::Video, |said| said.result = Outcome::Fail), Stage::ManualReview);
    let mut repeated = walk.clone();
    assert_eq!(repeated.review(Outcome::Indeterminate), Ok(Stage::VideoDue));
    assert_eq!(repeated.pass(K::Video), Stage::FaceEnrolled);
    // A reviewer who accepts the video ends the step-up with it.
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::FaceEnrolled));
}
