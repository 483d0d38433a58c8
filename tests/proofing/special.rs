//! Special groups (rows 5.1 to 5.8) and platforms that ask for more (2.7 to 2.9).

use crate::world::World;
use shiming::{
    digest::Digest,
    evidence::{EvidenceKind as K, Method},
    proofing::{Event, Path, ProofingRules, Refusal, Stage},
};

fn relative() -> Event {
    Event::Relative { relative: World::relative() }
}

#[test]
fn two_documents_and_a_card_of_either_network_for_hong_kong_macao_and_taiwan() {
    let world = World::new();
    for card in [K::BankCard, K::CrossBorderCard] {
        let mut walk = world.open(Path::DualDocument);
        assert_eq!(walk.pass(K::Passport), Stage::Started);
        assert_eq!(walk.case.wanted(&world.rules), ["document.permit"]);
        assert_eq!(walk.pass(K::TravelPermit), Stage::IdVerified);
        assert_eq!(walk.pass(card), Stage::CardBound);
        assert_eq!(walk.pass(K::Face), Stage::FaceEnrolled);
    }
}

#[test]
fn two_documents_that_name_two_people_are_reviewed() {
    let world = World::new();
    for fact in [shiming::evidence::Fact::Name, shiming::evidence::Fact::BirthDate, shiming::evidence::Fact::Sex] {
        let mut walk = world.open(Path::DualDocument);
        walk.pass(K::Passport);
        let stage = walk.give(K::TravelPermit, |said| {
            said.digests.insert(fact, Digest::from_bytes([1; 32]));
        });
        assert_eq!(stage, Stage::ManualReview);
    }
}

#[test]
fn passport_residence_permit_and_international_card_for_residents_from_abroad() {
    let world = World::new();
    let mut walk = world.open(Path::Overseas);
    walk.pass(K::Consular);
    walk.pass(K::Passport);
    let permit = Refusal::OutOfOrder { kind: K::TravelPermit, stage: Stage::Started };
    assert_eq!(walk.try_give(K::TravelPermit, |_| {}), Err(permit));
    assert_eq!(walk.pass(K::ResidencePermit), Stage::IdVerified);
    let card = Refusal::OutOfOrder { kind: K::BankCard, stage: Stage::IdVerified };
    assert_eq!(walk.try_give(K::BankCard, |_| {}), Err(card));
    assert_eq!(walk.pass(K::CrossBorderCard), Stage::CardBound);
    assert_eq!(walk.pass(K::Face), Stage::FaceEnrolled);
}

#[test]
fn proof_relative_an_elderly_persons_relative_presents_a_credential_before_showing_the_face() {
    let world = World::new();
    let mut walk = world.open(Path::Assisted).into_card_bound();
    for kind in [K::Kinship, K::RelativeFace, K::TwoWayVideo] {
        assert_eq!(walk.try_give(kind, |_| {}), Err(Refusal::OtherRelative));
    }
    assert_eq!(walk.event(&relative()), Stage::CardBound);
    assert_eq!(walk.try_event(&relative()), Err(Refusal::RelativeNotNeeded));
    for kind in [K::Kinship, K::RelativeFace, K::TwoWayVideo] {
        let stranger = walk.try_give(kind, |said| said.about = Some(Digest::from_bytes([1; 32])));
        assert_eq!(stranger, Err(Refusal::OtherRelative));
    }
    assert_eq!(walk.pass(K::Kinship), Stage::CardBound);
    assert_eq!(walk.pass(K::TwoWayVideo), Stage::CardBound);
    // The person's own face is not what this way takes, and the relative's is judged as any other.
    let own = Refusal::OutOfOrder { kind: K::Face, stage: Stage::CardBound };
    assert_eq!(walk.try_give(K::Face, |_| {}), Err(own));
    assert_eq!(walk.clone().give(K::RelativeFace, |said| said.similarity_bp = Some(9_799)), Stage::StepUp);
    assert_eq!(walk.pass(K::RelativeFace), Stage::FaceEnrolled);
}

#[test]
fn hotline_and_braille_captcha_stand_for_the_gesture_of_a_visually_impaired_person() {
    let world = World::new();
    let mut walk = world.open(Path::VisuallyImpaired).into_card_bound();
    assert_eq!(walk.pass(K::Hotline), Stage::CardBound);
    assert_eq!(walk.pass(K::BrailleCaptcha), Stage::FaceEnrolled);
}

#[test]
fn guardian_birth_certificate_face_and_video_for_minors_and_consent_below_14() {
    let world = World::new();
    for path in [Path::Minor, Path::Child] {
        let mut walk = world.open(path).into_id_verified();
        let card = Refusal::OutOfOrder { kind: K::BankCard, stage: Stage::IdVerified };
        assert_eq!(walk.try_give(K::BankCard, |_| {}), Err(card));
        assert_eq!(walk.try_give(K::BirthCertificate, |_| {}), Err(Refusal::OtherRelative));
        walk.event(&relative());
        let after = walk.pass(K::BirthCertificate);
        if path == Path::Child {
            assert_eq!(after, Stage::IdVerified);
            assert_eq!(walk.pass(K::GuardianConsent), Stage::CardBound);
        } else {
            assert_eq!(after, Stage::CardBound);
        }
        assert_eq!(walk.pass(K::Face), Stage::CardBound);
        assert_eq!(walk.pass(K::Video), Stage::FaceEnrolled);
    }
}

#[test]
fn paths_are_for_their_ages() {
    let on = |yyyymmdd| crate::world::date(yyyymmdd);
    let today = on(20_260_601);
    let band = |path: Path, born| path.ages(60).includes(on(born), today);
    // 14 and 18 are completed on the birthday.
    assert!(band(Path::Child, 20_120_602) && !band(Path::Minor, 20_120_602));
    assert!(!band(Path::Child, 20_120_601) && band(Path::Minor, 20_120_601));
    assert!(band(Path::Minor, 20_080_602) && !band(Path::Ordinary, 20_080_602));
    assert!(!band(Path::Minor, 20_080_601) && band(Path::Ordinary, 20_080_601));
    assert!(!band(Path::Assisted, 19_660_602) && band(Path::Assisted, 19_660_601));
    for path in [Path::DualDocument, Path::Overseas, Path::VisuallyImpaired] {
        assert!(!band(path, 20_080_602) && band(path, 20_080_601));
    }
}

#[test]
fn platforms_that_ask_for_more_at_the_card_get_it_before_the_card_is_bound() {
    let cases = [
        (ProofingRules::alipay(), K::BillingAddress),
        (ProofingRules::wechat(), K::CreditBureau),
        (ProofingRules::unionpay(), K::CardChip),
    ];
    for (rules, also) in cases {
        let mut world = World::new();
        world.rules = rules;
        world.rules.check().unwrap();
        let mut walk = world.open(Path::Ordinary).into_id_verified();
        assert_eq!(walk.pass(K::BankCard), Stage::IdVerified);
        assert_eq!(walk.case.wanted(&world.rules), [also.as_str()]);
        assert_eq!(walk.pass(also), Stage::CardBound);
    }
    let plain = World::new();
    let mut walk = plain.open(Path::Ordinary).into_id_verified();
    let chip = Refusal::OutOfOrder { kind: K::CardChip, stage: Stage::IdVerified };
    assert_eq!(walk.try_give(K::CardChip, |_| {}), Err(chip));
}

#[test]
fn proof_face_a_flat_picture_is_refused_where_the_rules_want_structured_light() {
    let mut world = World::new();
    world.rules.three_dimensional_face = true;
    let mut walk = world.open(Path::Ordinary).into_card_bound();
    for method in [Method::Rgb, Method::Infrared, Method::Video] {
        assert_eq!(walk.try_give(K::Face, |said| said.method = Some(method)), Err(Refusal::Method));
    }
    assert_eq!(walk.pass(K::Face), Stage::FaceEnrolled);
}
