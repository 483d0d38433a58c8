//! Who is approved: a ready case, for the person that its sources attest, of the ages of its way.

use crate::world::{NOW, Walk, World, date};
use shiming::{
    account::AccountClass,
    document::DocumentType,
    evidence::{Blame, EvidenceKind as K, Fact, FactKey, Outcome, Session},
    proofing::{Approved, Path, Refusal, Stage, Subject, SubjectError, name_digest},
};

fn approve<'a>(walk: &Walk<'a>, subject: &'a Subject) -> Result<Approved<'a>, Refusal> {
    let world = walk.world;
    walk.case.approve(&world.session, subject, &world.key, &world.rules, walk.at)
}

fn refused(walk: &Walk, subject: &Subject) -> Refusal {
    approve(walk, subject).err().expect("is refused")
}

#[test]
fn a_ready_case_is_approved_for_its_person() {
    let world = World::new();
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    let approved = approve(&walk, &world.subject).ok().unwrap();
    assert_eq!((approved.path(), approved.channels()), (Path::Ordinary, 2));
    assert_eq!(approved.class(), Some(AccountClass::One));
}

#[test]
fn proof_ready_a_case_that_is_not_done_or_under_review_is_not_approved() {
    let world = World::new();
    let opened = world.open(Path::Ordinary);
    assert_eq!(refused(&opened, &world.subject), Refusal::NotReady(Stage::Started));
    let bound = opened.into_card_bound();
    assert_eq!(refused(&bound, &world.subject), Refusal::NotReady(Stage::CardBound));
    let mut failed = bound.clone();
    failed.give(K::Face, |said| said.result = Outcome::Fail);
    assert_eq!(refused(&failed, &world.subject), Refusal::NotReady(Stage::ManualReview));
    let mut unlike = bound.clone();
    unlike.give(K::Face, |said| said.similarity_bp = Some(9_799));
    assert_eq!(refused(&unlike, &world.subject), Refusal::NotReady(Stage::StepUp));
    let mut late = bound;
    late.pass(K::Face);
    late.at = NOW.plus(72 * 3_600);
    assert!(approve(&late, &world.subject).is_ok());
    late.at = late.at.plus(1);
    assert_eq!(refused(&late, &world.subject), Refusal::TimedOut);
}

#[test]
fn proof_subject_data_other_than_the_sources_attest_is_refused_fact_by_fact() {
    let world = World::new();
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    let other = |change: fn(&mut Subject), fact: Fact| {
        let mut subject = crate::world::person();
        change(&mut subject);
        let refusal = refused(&walk, &subject);
        assert_eq!(refusal, Refusal::Subject(SubjectError::Differs(fact)));
        assert_eq!(refusal.blame(), Blame::Subject);
    };
    other(|subject| subject.name = "李四".to_owned(), Fact::Name);
    other(|subject| subject.number = "11010519491231002X".to_owned(), Fact::Number);
    other(|subject| subject.document_type = DocumentType::Passport, Fact::DocumentType);
    other(|subject| subject.birth_date = date(19_900_308), Fact::BirthDate);
    other(|subject| subject.sex = 2, Fact::Sex);
    other(|subject| subject.nationality = 392, Fact::Nationality);
    other(|subject| subject.region = 310_105, Fact::Region);
    other(|subject| subject.document_valid_until = date(20_400_102), Fact::DocumentValidUntil);
}

#[test]
fn proof_subject_another_key_or_session_is_refused() {
    let world = World::new();
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    let other_key = FactKey::from_bytes([1; 32]);
    let refusal = walk.case.approve(&world.session, &world.subject, &other_key, &world.rules, walk.at).err();
    assert_eq!(refusal, Some(Refusal::Subject(SubjectError::Differs(Fact::Name))));
    let other = Session::from_parts(world.session.issuer(), world.session.case(), [7; 32]);
    let refusal = walk.case.approve(&other, &world.subject, &world.key, &world.rules, walk.at).err();
    assert_eq!(refusal, Some(Refusal::OtherSubject));
}

#[test]
fn proof_age_a_minor_is_not_approved_on_an_adults_path_and_an_adult_not_on_a_minors() {
    let mut world = World::new();
    // 17 until tomorrow.
    world.subject.birth_date = date(20_080_602);
    let walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(refused(&walk, &world.subject), Refusal::Subject(SubjectError::Age));
    let mut tomorrow = walk.clone();
    tomorrow.at = NOW.plus(86_400);
    assert!(approve(&tomorrow, &world.subject).is_ok());
    let adult = World::new();
    let mut walk = adult.open(Path::Minor).into_id_verified();
    walk.event(&shiming::proofing::Event::Relative { relative: World::relative() });
    for kind in [K::BirthCertificate, K::Face, K::Video] {
        walk.pass(kind);
    }
    assert_eq!(walk.case.stage(), Stage::FaceEnrolled);
    assert_eq!(refused(&walk, &adult.subject), Refusal::Subject(SubjectError::Age));
}

#[test]
fn one_three_and_five_channels_give_the_classes_and_two_kinds_of_one_channel_count_once() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    let class = |walk: &Walk| {
        let approved = approve(walk, &world.subject).ok().unwrap();
        (approved.channels(), approved.class())
    };
    assert_eq!(class(&walk), (2, Some(AccountClass::One)));
    walk.pass(K::SocialInsurance);
    assert_eq!(class(&walk), (3, Some(AccountClass::Two)));
    walk.pass(K::CarrierRealName);
    assert_eq!(class(&walk), (4, Some(AccountClass::Two)));
    // No channel of its own.
    walk.pass(K::Ocr);
    assert_eq!(class(&walk), (4, Some(AccountClass::Two)));
    walk.pass(K::CreditBureau);
    assert_eq!(class(&walk), (5, Some(AccountClass::Three)));
    let mut seen = world.open(Path::Ordinary).into_face_enrolled();
    seen.pass(K::Branch);
    assert_eq!(class(&seen), (2, Some(AccountClass::Three)));
}

#[test]
fn the_name_digest_is_16_bytes_of_sm3_over_salt_and_name() {
    // printf '0123456789abcdef张三' | openssl dgst -sm3
    let digest = name_digest("张三", b"0123456789abcdef");
    assert_eq!(digest.map(|byte| format!("{byte:02x}")).concat(), NAME_DIGEST);
    assert_eq!(name_digest("e\u{301}", &[0; 16]), name_digest("\u{e9}", &[0; 16]));
}

const NAME_DIGEST: &str = "9e8d796fd8db092a121a7e5088045c18";
