//! Attempts to get a case issued, or a review passed, that should not be.

use crate::world::{NOW, Walk, World, date, id};
use shiming::{
    digest::Digest,
    evidence::{EvidenceKind as K, Fact, Outcome},
    proofing::{Event, Path, ProofingRules, Refusal, RulesError, Stage, SubjectError},
    standing::Issuance,
};

const TAG: Event = Event::Issued { tag: Digest::from_bytes([1; 32]) };

/// Another name than the person's.
fn other_name(walk: &mut Walk, kind: K) -> Stage {
    let digest = walk.world.key.digest(Fact::Name, "李四");
    walk.give(kind, |said| {
        said.digests.insert(Fact::Name, digest);
    })
}

fn give_by(walk: &mut Walk, kind: K, source: &str, about: Option<Digest>) -> Result<Stage, Refusal> {
    let mut said = walk.world.says(kind, walk.at);
    said.about = about.or(said.about);
    let evidence = walk.world.check(&walk.world.signed_by(&said, &id(source)), walk.at).unwrap();
    walk.try_event(&Event::Evidence { evidence })
}

#[test]
fn proof_review_what_no_stage_needs_is_repeated_and_not_just_dropped() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(other_name(&mut walk, K::CreditBureau), Stage::ManualReview);
    // A reviewer who cannot accept the contradiction has it repeated, which must not make it disappear.
    assert_eq!(walk.clone().review(Outcome::Pass), Err(Refusal::NotAcceptable));
    assert_eq!(walk.review(Outcome::Indeterminate), Ok(Stage::FaceEnrolled));
    assert_eq!(walk.case.wanted(&world.rules), ["credit.bureau"]);
    assert_eq!(walk.try_event(&TAG), Err(Refusal::NotReady(Stage::FaceEnrolled)));
    let approved = walk.case.approve(&world.session, &world.subject, &world.key, &world.rules, walk.at);
    assert_eq!(approved.err(), Some(Refusal::NotReady(Stage::FaceEnrolled)));
    let mut again = walk.clone();
    assert_eq!(other_name(&mut again, K::CreditBureau), Stage::ManualReview);
    assert_eq!(walk.pass(K::CreditBureau), Stage::FaceEnrolled);
    assert_eq!(walk.event(&TAG), Stage::Issued);
}

#[test]
fn proof_review_a_device_that_cannot_be_told_does_not_escape_its_step_up() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Device, |said| said.result = Outcome::Indeterminate);
    assert_eq!(walk.review(Outcome::Indeterminate), Ok(Stage::CardBound));
    assert_eq!(walk.pass(K::Face), Stage::FaceEnrolled);
    assert_eq!(walk.try_event(&TAG), Err(Refusal::NotReady(Stage::FaceEnrolled)));
    assert_eq!(walk.give(K::Device, |said| said.result = Outcome::Fail), Stage::StepUp);
}

#[test]
fn proof_review_a_branch_that_contradicts_the_identity_settles_nothing() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    assert_eq!(other_name(&mut walk, K::BankCard), Stage::ManualReview);
    let mut honest = walk.clone();
    // The branch has seen whoever owns the card, who is not whom the registry knows.
    assert_eq!(other_name(&mut walk, K::Branch), Stage::ManualReview);
    assert_eq!(walk.review(Outcome::Pass), Err(Refusal::NotAcceptable));
    assert_eq!(honest.pass(K::Branch), Stage::ManualReview);
    assert_eq!(honest.review(Outcome::Pass), Ok(Stage::CardBound));
}

#[test]
fn proof_review_a_branch_of_before_the_contradiction_is_asked_again_and_of_after_it_is_not() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    assert_eq!(walk.pass(K::Branch), Stage::IdVerified);
    assert_eq!(walk.try_give(K::Branch, |_| {}), Err(Refusal::Repeated(K::Branch)));
    assert_eq!(other_name(&mut walk, K::BankCard), Stage::ManualReview);
    assert_eq!(walk.review(Outcome::Pass), Err(Refusal::NotAcceptable));
    assert_eq!(walk.pass(K::Branch), Stage::ManualReview);
    assert_eq!(walk.try_give(K::Branch, |_| {}), Err(Refusal::UnderReview));
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::CardBound));
}

#[test]
fn proof_review_what_leaves_out_a_member_of_its_kind_is_not_accepted_for_a_stage() {
    let world = World::new();
    // A face without its similarity would escape the step-up, a card without its name the comparison.
    let mut face = world.open(Path::Ordinary).into_card_bound();
    face.give(K::Face, |said| (said.result, said.similarity_bp) = (Outcome::Indeterminate, None));
    let mut card = world.open(Path::Ordinary).into_id_verified();
    card.give(K::BankCard, |said| {
        said.result = Outcome::Fail;
        said.digests.clear();
    });
    let mut identity = world.open(Path::Ordinary);
    identity.give(K::Population, |said| (said.result, said.document_valid_until) = (Outcome::Indeterminate, None));
    for (mut walk, kind) in [(face, K::Face), (card, K::BankCard), (identity, K::Population)] {
        assert_eq!(walk.review(Outcome::Pass), Err(Refusal::NotAcceptable), "{kind:?}");
        assert!(walk.review(Outcome::Indeterminate).is_ok());
        assert!(!walk.case.evidence().any(|evidence| evidence.kind() == kind));
    }
    // No record of insurance has nothing to state, and a person may decide on it.
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    walk.give(K::SocialInsurance, |said| {
        said.result = Outcome::Fail;
        said.digests.clear();
    });
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::FaceEnrolled));
}

#[test]
fn proof_review_nobody_reviews_after_attesting_also_what_was_taken_out_nor_attests_after_reviewing() {
    let world = World::new();
    let stepped_up = || {
        let mut walk = world.open(Path::Ordinary).into_card_bound();
        walk.give(K::Face, |said| said.similarity_bp = Some(9_000));
        walk.pass(K::SocialInsurance);
        assert_eq!(walk.pass(K::CarrierRealName), Stage::VideoDue);
        walk
    };
    let mut walk = stepped_up();
    assert_eq!(give_by(&mut walk, K::Video, "second-reviewer", None), Ok(Stage::FaceEnrolled));
    // The trigger takes the video out; its source is still one of this case.
    assert_eq!(walk.give(K::Device, |said| said.result = Outcome::Fail), Stage::VideoDue);
    assert_eq!(walk.give(K::Ocr, |said| said.result = Outcome::Fail), Stage::ManualReview);
    let about = walk.case.review();
    assert_eq!(give_by(&mut walk, K::Review, "second-reviewer", about), Err(Refusal::OwnReview));
    let mut walk = stepped_up();
    assert_eq!(walk.give(K::Ocr, |said| said.result = Outcome::Fail), Stage::ManualReview);
    let about = walk.case.review();
    assert_eq!(give_by(&mut walk, K::Review, "second-reviewer", about), Ok(Stage::VideoDue));
    assert_eq!(give_by(&mut walk.clone(), K::Video, "second-reviewer", None), Err(Refusal::OwnReview));
    assert_eq!(give_by(&mut walk, K::Video, "faces", None), Ok(Stage::FaceEnrolled));
}

#[test]
fn proof_review_a_decision_is_taken_once_and_the_loop_of_reviews_ends() {
    let mut world = World::new();
    world.rules.weights.threshold = 1_000;
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.pass(K::Face), Stage::ManualReview);
    let about = walk.case.review();
    let decision = world.evidence(K::Review, walk.at, |said| said.about = about);
    assert_eq!(walk.event(&decision), Stage::FaceEnrolled);
    assert_eq!(walk.try_event(&decision), Err(Refusal::Repeated(K::Review)));
    // The score was decided on once; what fails after that is an anomaly by itself.
    assert_eq!(walk.pass(K::Ocr), Stage::FaceEnrolled);
    assert_eq!(walk.give(K::SocialInsurance, |said| said.result = Outcome::Fail), Stage::ManualReview);
    assert_ne!(walk.case.review(), about);
}

#[test]
fn proof_open_no_setting_asks_at_another_time_for_what_has_its_place() {
    let placed = [K::BankCard, K::Face, K::Passport, K::Kinship, K::RelativeFace, K::Video, K::Review, K::Branch];
    for kind in placed {
        let mut rules = ProofingRules::default();
        rules.supplementary.insert(kind);
        assert_eq!(rules.check(), Err(RulesError::Kind(kind)));
        let mut rules = ProofingRules::default();
        rules.card_also.insert(kind);
        assert_eq!(rules.check(), Err(RulesError::Kind(kind)));
    }
    for kind in [K::NetworkIdentity, K::CreditBureau, K::Ocr] {
        let mut rules = ProofingRules::default();
        rules.supplementary.insert(kind);
        assert_eq!(rules.check(), Ok(()));
    }
}

#[test]
fn proof_subject_a_document_that_has_expired_since_it_was_seen_is_not_issued_on() {
    let mut world = World::new();
    // Its last day is the day of the check, so it is near its expiry: the case steps up and is ready the next day.
    world.subject.document_valid_until = date(20_260_601);
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.pass(K::Face), Stage::StepUp);
    walk.pass(K::SocialInsurance);
    walk.pass(K::CarrierRealName);
    assert_eq!(walk.pass(K::Video), Stage::FaceEnrolled);
    let approve = |at| walk.case.approve(&world.session, &world.subject, &world.key, &world.rules, at).map(drop);
    // The day ends in China at 16:00 UTC.
    assert_eq!(approve(NOW.plus(16 * 3_600 - 1)), Ok(()));
    assert_eq!(approve(NOW.plus(16 * 3_600)), Err(Refusal::Subject(SubjectError::Expired)));
}

#[test]
fn proof_time_no_time_overflows_and_none_goes_backwards() {
    let world = World::new();
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    for at in [i64::MAX, i64::MAX - 1] {
        let at = shiming::time::UnixTime::from_seconds(at);
        assert_eq!(walk.case.apply(&TAG, &world.rules, at), Err(Refusal::TimedOut));
        assert_eq!(walk.case.apply(&Event::Looked, &world.rules, at).unwrap().stage(), Stage::Closed);
    }
    let past = shiming::time::UnixTime::from_seconds(i64::MIN);
    assert_eq!(walk.case.apply(&TAG, &world.rules, past), Err(Refusal::Backwards));
    // An attestation of the end of time is of the future.
    let mut said = world.says(K::Face, NOW);
    (said.observed_at, said.valid_until) = (walk.at.plus(i64::MAX), walk.at.plus(i64::MAX));
    assert!(world.check(&world.signed(&said), NOW).is_err());
    said.observed_at = past;
    assert!(world.check(&world.signed(&said), NOW).is_err());
}

#[test]
fn a_status_begins_with_an_issued_case_and_counts_from_its_oldest_evidence() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    let early = NOW.plus(-60);
    walk.give(K::Ocr, |said| said.observed_at = early);
    assert_eq!(Issuance::of(&walk.case), None);
    walk.event(&TAG);
    let issuance = Issuance::of(&walk.case).unwrap();
    let expected = shiming::danger::insecure_issuance(world.session.subject(), Digest::from_bytes([1; 32]), early);
    assert_eq!(issuance, expected);
}

#[test]
fn proof_ready_a_list_of_regions_is_held_against_every_card() {
    let mut world = World::new();
    world.rules.sensitive_regions = [350_000, 310_100, 440_305].into();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(walk.case.wanted(&world.rules), ["card.region"]);
    assert_eq!(walk.try_event(&TAG), Err(Refusal::NotReady(Stage::FaceEnrolled)));
    for (region, listed) in
        [(350_200, true), (350_000, true), (310_115, true), (440_305, true), (310_200, false), (440_304, false)]
    {
        let after = walk.clone().give(K::BankRegion, |said| said.region = Some(region));
        assert_eq!(after, if listed { Stage::StepUp } else { Stage::FaceEnrolled }, "{region}");
    }
    walk.give(K::BankRegion, |said| said.region = Some(440_300));
    assert_eq!(walk.event(&TAG), Stage::Issued);
}

#[test]
fn what_the_settings_add_at_the_card_is_not_asked_of_a_child() {
    let mut world = World::new();
    world.rules = ProofingRules { sensitive_regions: [350_000].into(), ..ProofingRules::alipay() };
    let mut walk = world.open(Path::Minor).into_id_verified();
    walk.event(&Event::Relative { relative: World::relative() });
    assert_eq!(walk.pass(K::BirthCertificate), Stage::CardBound);
    walk.pass(K::Face);
    assert_eq!(walk.pass(K::Video), Stage::FaceEnrolled);
    assert_eq!(walk.event(&TAG), Stage::Issued);
}

#[test]
fn proof_order_what_was_observed_before_the_opening_or_in_the_future_is_not_taken() {
    let world = World::new();
    let walk = world.open(Path::Ordinary);
    let observed = |seconds| world.pass(K::Population, NOW.plus(seconds));
    let taken = |seconds, at| walk.case.apply(&observed(seconds), &world.rules, NOW.plus(at)).map(|case| case.stage());
    assert_eq!(taken(-61, 0), Err(Refusal::ObservedBefore(K::Population)));
    assert_eq!(taken(-60, 0), Ok(Stage::IdVerified));
    // It was checked by another clock than the one that it is given by.
    assert_eq!(taken(61, 0), Err(Refusal::FromTheFuture(K::Population)));
    assert_eq!(taken(60, 0), Ok(Stage::IdVerified));
}
