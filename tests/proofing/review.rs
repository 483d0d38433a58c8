//! Any single anomaly forces manual review, and a signed decision is the only way out (rule PROOF-REVIEW).

use crate::world::{NOW, World, id};
use shiming::{
    digest::Digest,
    evidence::{Blame, EvidenceKind as K, Fact, Outcome},
    proofing::{Anomaly, Event, Path, ProofingRules, Refusal, Stage, WeightTable},
};

fn failed(result: Outcome) -> impl Fn(&mut shiming::evidence::Attestation) {
    move |said| said.result = result
}

#[test]
fn proof_review_any_failed_or_undecided_evidence_at_any_stage_forces_it() {
    let world = World::new();
    for result in [Outcome::Fail, Outcome::Indeterminate] {
        let opened = || world.open(Path::Ordinary);
        let at_stage = [
            (opened(), K::Population),
            (opened().into_id_verified(), K::BankCard),
            (opened().into_card_bound(), K::Face),
        ];
        for (mut walk, kind) in at_stage {
            assert_eq!(walk.give(kind, failed(result)), Stage::ManualReview, "{kind:?}");
        }
        for kind in [K::Ocr, K::SocialInsurance, K::CarrierRealName, K::CreditBureau, K::RiskTier, K::Branch] {
            let mut walk = world.open(Path::Ordinary).into_face_enrolled();
            assert_eq!(walk.give(kind, failed(result)), Stage::ManualReview, "{kind:?}");
        }
    }
}

#[test]
fn proof_review_weights_cannot_let_an_anomaly_pass() {
    let mut world = World::new();
    let weights = WeightTable { identity: 1_000, card: 0, face: 0, others: Default::default(), threshold: 1 };
    world.rules = ProofingRules { weights, ..ProofingRules::default() };
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.give(K::Face, failed(Outcome::Indeterminate)), Stage::ManualReview);
    assert!(walk.case.score(&world.rules) >= 1);
}

#[test]
fn proof_review_a_score_below_the_threshold_forces_it_too() {
    let mut world = World::new();
    world.rules.weights = WeightTable { threshold: 801, ..WeightTable::default() };
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.pass(K::Face), Stage::ManualReview);
    assert_eq!(walk.case.anomalies().iter().collect::<Vec<_>>(), [&Anomaly::LowScore]);
    let mut repeated = walk.clone();
    assert_eq!(repeated.review(Outcome::Indeterminate), Err(Refusal::NothingToRepeat));
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::FaceEnrolled));
    // One more channel of evidence, and the score would have been reached.
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.pass(K::Device);
    assert_eq!(walk.pass(K::Face), Stage::FaceEnrolled);
    assert_eq!(walk.case.score(&world.rules), 900);
}

#[test]
fn proof_review_sources_that_contradict_each_other_force_it() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_id_verified();
    let other_name = world.key.digest(Fact::Name, "李四");
    let stage = walk.give(K::BankCard, |said| {
        said.digests.insert(Fact::Name, other_name);
    });
    assert_eq!(stage, Stage::ManualReview);
    assert!(walk.case.anomalies().contains(&Anomaly::Contradiction(K::BankCard, Fact::Name)));
    // Not a reviewer alone, but a branch that has seen the person since, makes it acceptable.
    assert_eq!(walk.clone().review(Outcome::Pass), Err(Refusal::NotAcceptable));
    let since = walk.at;
    let mut early = walk.clone();
    early.give(K::Branch, |said| said.observed_at = since.plus(-1));
    assert_eq!(early.review(Outcome::Pass), Err(Refusal::NotAcceptable));
    assert_eq!(walk.pass(K::Branch), Stage::ManualReview);
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::CardBound));
}

#[test]
fn proof_review_an_expired_document_cannot_be_accepted_only_shown_anew() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary);
    let expired = Some(crate::world::date(20_260_531));
    assert_eq!(walk.give(K::Population, |said| said.document_valid_until = expired), Stage::ManualReview);
    assert!(walk.case.anomalies().contains(&Anomaly::ExpiredDocument(K::Population)));
    assert_eq!(walk.review(Outcome::Pass), Err(Refusal::NotAcceptable));
    assert_eq!(walk.review(Outcome::Indeterminate), Ok(Stage::Started));
    assert_eq!(walk.pass(K::Population), Stage::IdVerified);
}

#[test]
fn proof_review_pass_accepts_indeterminate_repeats_and_fail_refuses() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    let face = world.evidence(K::Face, walk.at, failed(Outcome::Fail));
    assert_eq!(walk.event(&face), Stage::ManualReview);
    assert_eq!(walk.clone().review(Outcome::Fail), Ok(Stage::Refused));
    let mut repeated = walk.clone();
    assert_eq!(repeated.review(Outcome::Indeterminate), Ok(Stage::CardBound));
    assert_eq!(repeated.try_event(&face), Err(Refusal::Repeated(K::Face)));
    assert_eq!(repeated.pass(K::Face), Stage::FaceEnrolled);
    // Accepted against its result, the face weighs against the case: one review more.
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::ManualReview));
    assert_eq!(walk.case.anomalies().iter().collect::<Vec<_>>(), [&Anomaly::LowScore]);
    assert_eq!(walk.review(Outcome::Pass), Ok(Stage::FaceEnrolled));
}

#[test]
fn proof_review_only_a_decision_about_this_review_gets_the_case_out() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    assert_eq!(walk.review(Outcome::Pass), Err(Refusal::NotUnderReview));
    walk.give(K::Face, failed(Outcome::Fail));
    let first = walk.case.review().unwrap();
    for kind in [K::Face, K::Device, K::SocialInsurance, K::Video] {
        assert_eq!(walk.try_give(kind, |_| {}), Err(Refusal::UnderReview), "{kind:?}");
    }
    let other = walk.try_give(K::Review, |said| said.about = Some(Digest::from_bytes([1; 32])));
    assert_eq!(other, Err(Refusal::OtherReview));
    assert_eq!(Refusal::OtherReview.blame(), Blame::Operator);
    let ready = Event::Issued { tag: Digest::from_bytes([1; 32]) };
    assert_eq!(walk.try_event(&ready), Err(Refusal::NotReady(Stage::ManualReview)));
    // A decision on the first review is none on the second.
    assert_eq!(walk.review(Outcome::Indeterminate), Ok(Stage::CardBound));
    walk.give(K::Face, failed(Outcome::Fail));
    assert_ne!(walk.case.review(), Some(first));
    assert_eq!(walk.try_give(K::Review, |said| said.about = Some(first)), Err(Refusal::OtherReview));
}

#[test]
fn proof_review_whoever_attested_evidence_of_the_case_does_not_review_it() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    walk.give(K::Face, |said| said.similarity_bp = Some(9_000));
    walk.pass(K::SocialInsurance);
    walk.pass(K::CarrierRealName);
    assert_eq!(walk.case.stage(), Stage::VideoDue);
    // The video is attested by somebody who may also review.
    let mut said = world.says(K::Video, walk.at);
    said.result = Outcome::Fail;
    let video = world.check(&world.signed_by(&said, &id("second-reviewer")), walk.at).unwrap();
    assert_eq!(walk.event(&Event::Evidence { evidence: video }), Stage::ManualReview);
    let mut decision = world.says(K::Review, walk.at);
    decision.about = walk.case.review();
    let own = world.check(&world.signed_by(&decision, &id("second-reviewer")), walk.at).unwrap();
    assert_eq!(walk.clone().try_event(&Event::Evidence { evidence: own }), Err(Refusal::OwnReview));
    let others = world.check(&world.signed_by(&decision, &id("reviewer")), walk.at).unwrap();
    assert!(walk.try_event(&Event::Evidence { evidence: others }).is_ok());
}

#[test]
fn proof_review_a_case_under_review_can_be_withdrawn_and_runs_out_of_time() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary);
    walk.give(K::Population, failed(Outcome::Fail));
    assert_eq!(walk.clone().event(&Event::Withdrawn), Stage::Closed);
    walk.at = NOW.plus(72 * 3_600);
    assert_eq!(walk.event(&Event::Looked), Stage::Closed);
}
