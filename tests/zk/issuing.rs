//! Enrolment and issuing: one valid answer to a challenge, one thing changed, the exact reason.

use crate::{rejections::scene, world::*};
use shiming::{
    citizen_id::{CitizenIdError, CitizenIdMismatch},
    codec::{DecodeError, Kind, from_text, to_base64url, to_text},
    danger,
    digest::Digest,
    enrolment::{CHALLENGE_LIFETIME, Enrolment, EnrolmentError, SignedChallenge},
    holder::{self, HolderError},
    issuer::{IssueError, Issuer},
    jws::JwsError,
    ledger::LedgerError,
    proof::linked::{Form, Part, Statement},
    registry::TrustError,
    signature::{Algorithm, PublicKey, RawSignature},
    time::UnixTime,
    wallet::Wallet,
};
use shiming_circuits::{
    domain,
    field::{Fr, fr_to_bytes},
    relation::{Relation, tag},
};

fn challenge(issuer: &Issuer, seed: u64) -> SignedChallenge {
    issuer.challenge(&id("case-1"), NOW, &mut rng(seed)).unwrap()
}

fn enrol(challenge: SignedChallenge, now: UnixTime) -> Result<Enrolment, HolderError> {
    holder::enrol(&World::wallet(1), challenge, &scene().world.trust, keys(), now, &mut rng(9))
}

/// Why a wallet does not answer.
fn unanswered(challenge: SignedChallenge, now: UnixTime) -> EnrolmentError {
    match enrol(challenge, now).err() {
        Some(HolderError::Challenge(error)) => error,
        other => panic!("not the challenge: {other:?}"),
    }
}

fn check(issuer: &Issuer, enrolment: &Enrolment, now: UnixTime) -> Option<EnrolmentError> {
    issuer.check_enrolment(enrolment, &id("case-1"), &scene().world.trust, now, &mut rng(3)).err()
}

/// A valid enrolment whose file was changed.
fn changed(change: impl FnOnce(&mut serde_json::Value)) -> Result<Enrolment, EnrolmentError> {
    let valid = enrol(challenge(&scene().world.authority, 1), NOW).unwrap();
    let mut document = serde_json::from_slice(&valid.to_json().unwrap()).unwrap();
    change(&mut document);
    Enrolment::from_json(&serde_json::to_vec(&document).unwrap())
}

fn authority_says(enrolment: Result<Enrolment, EnrolmentError>) -> Option<EnrolmentError> {
    check(&scene().world.authority, &enrolment.unwrap(), NOW)
}

#[test]
fn the_unchanged_enrolment_is_accepted() {
    assert_eq!(authority_says(changed(|_| {})), None);
}

#[test]
fn a_challenge_is_valid_until_its_last_second_on_both_sides() {
    let authority = &scene().world.authority;
    let last = NOW.plus(CHALLENGE_LIFETIME);
    let enrolment = enrol(challenge(authority, 1), last).unwrap();
    assert_eq!(check(authority, &enrolment, last), None);
    assert_eq!(unanswered(challenge(authority, 1), last.plus(1)), EnrolmentError::Expired);
    assert_eq!(check(authority, &enrolment, last.plus(1)), Some(EnrolmentError::Expired));
}

#[test]
fn a_challenge_from_the_future_is_not_answered() {
    let authority = &scene().world.authority;
    assert!(enrol(challenge(authority, 1), NOW.plus(-60)).is_ok());
    assert_eq!(unanswered(challenge(authority, 1), NOW.plus(-61)), EnrolmentError::NotYetValid);
}

#[test]
fn a_challenge_of_an_unknown_issuer_is_not_answered() {
    let stranger = issuer("stranger", 5);
    let unknown = EnrolmentError::UnknownIssuer("stranger".to_owned());
    assert_eq!(unanswered(challenge(&stranger, 1), NOW), unknown);
}

#[test]
fn a_challenge_in_the_name_of_an_issuer_by_another_key_is_not_answered() {
    let impostor = issuer("authority", 5);
    assert_eq!(unanswered(challenge(&impostor, 1), NOW), EnrolmentError::Signature(JwsError::Signature));
}

#[test]
fn an_unsigned_challenge_is_not_read() {
    let bytes = challenge(&scene().world.authority, 1).as_bytes().to_vec();
    let dot = bytes.iter().rposition(|byte| *byte == b'.').unwrap();
    let unsigned = SignedChallenge::from_bytes(&bytes[..=dot]).err();
    assert_eq!(unsigned, Some(EnrolmentError::Signature(JwsError::Unsigned)));
}

#[test]
fn an_answer_to_another_issuers_challenge_is_refused() {
    let enrolment = enrol(challenge(&scene().world.network, 1), NOW).unwrap();
    let other = EnrolmentError::OtherIssuer("network".to_owned());
    assert_eq!(check(&scene().world.authority, &enrolment, NOW), Some(other));
}

#[test]
fn a_proof_for_another_challenge_of_the_same_issuer_is_refused() {
    let second = to_text(challenge(&scene().world.authority, 2).as_bytes());
    let moved = changed(|document| document["challenge"] = second.into());
    assert_eq!(authority_says(moved), Some(EnrolmentError::Proof));
}

#[test]
fn a_proof_for_another_tag_is_refused() {
    let other = World::wallet(2).holder_tag("authority");
    let moved = changed(|document| document["holder_tag"] = to_base64url(&fr_to_bytes(&other)).into());
    assert_eq!(authority_says(moved), Some(EnrolmentError::Proof));
}

#[test]
fn a_tag_of_zero_is_refused_and_one_that_is_not_canonical_is_not_read() {
    let zero = changed(|document| document["holder_tag"] = to_base64url(&[0; 32]).into());
    assert_eq!(authority_says(zero), Some(EnrolmentError::Tag));
    let large = changed(|document| document["holder_tag"] = to_base64url(&[0xff; 32]).into());
    assert_eq!(large.err(), Some(EnrolmentError::Tag));
}

#[test]
fn an_enrolment_file_of_another_object_or_shape_is_not_read() {
    let object = changed(|document| document["object"] = "shiming-enrolment/2".into());
    assert_eq!(object.err(), Some(EnrolmentError::Object));
    let unknown = changed(|document| document["extra"] = 1.into());
    assert!(matches!(unknown.err(), Some(EnrolmentError::Decode(DecodeError::Json(_)))));
    let short = changed(|document| document["holder_tag"] = to_base64url(&[0; 31]).into());
    assert!(matches!(short.err(), Some(EnrolmentError::Decode(DecodeError::Json(_)))));
    let padded = changed(|document| document["proof"] = "AA==".into());
    assert_eq!(padded.err(), Some(EnrolmentError::Decode(DecodeError::Base64)));
    let large = Enrolment::from_json(&vec![b' '; (16 << 10) + 1]).err();
    assert_eq!(large, Some(EnrolmentError::Decode(DecodeError::TooLarge { cap: 16 << 10 })));
    assert_eq!(Enrolment::from_json(&[0xff]).err(), Some(EnrolmentError::Decode(DecodeError::NotUtf8)));
}

#[test]
fn every_changed_byte_of_an_enrolment_proof_is_refused() {
    let valid = enrol(challenge(&scene().world.authority, 1), NOW).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&valid.to_json().unwrap()).unwrap();
    let proof = from_text(Kind::ENROLMENT, document["proof"].as_str().unwrap().as_bytes()).unwrap();
    for position in 0..proof.len() {
        let mut bad = proof.clone();
        bad[position] ^= 1;
        let mut document = document.clone();
        document["proof"] = to_base64url(&bad).into();
        let enrolment = Enrolment::from_json(&serde_json::to_vec(&document).unwrap());
        assert_eq!(authority_says(enrolment), Some(EnrolmentError::Proof), "byte {position}");
    }
    for length in [0, 1, proof.len() - 1] {
        let short = changed(|document| document["proof"] = to_base64url(&proof[..length]).into());
        assert_eq!(authority_says(short), Some(EnrolmentError::Proof), "{length} bytes");
    }
}

/// The enrolment of a dishonest wallet with these secrets, proof and all, for this tag.
fn dishonest(k: Fr, b: Fr, holder_tag: Fr) -> Result<Enrolment, EnrolmentError> {
    let challenge = challenge(&scene().world.authority, 1);
    let key = ring().get("tag").unwrap().clone();
    let statement = tag::Statement { holder_tag };
    let core = danger::insecure_core_without_check(&keys().tag, &statement, &tag::Witness { k, b }).unwrap();
    let binding = es256(5_000);
    let binding_key = PublicKey::Es256(binding.public_key());
    let possession = possession(challenge.as_bytes(), holder_tag, &binding_key);
    let linked = Statement {
        session: domain::ENROLMENT,
        context: Digest::of(domain::CHALLENGE_DIGEST, &[challenge.as_bytes()]),
        items: vec![(b"issuer", b"authority".to_vec()), (b"binding", possession.clone())],
        parts: vec![Part {
            public: key.public_inputs(&tag::Tag::public(&statement)).unwrap(),
            key,
            forms: vec![Form::wire(0)],
        }],
        wires: 1,
        pseudonym: None,
    };
    let proof = danger::insecure_prove_linked(&linked, &[k], vec![core], &mut rng(4)).unwrap();
    changed(|document| {
        document["holder_tag"] = to_base64url(&fr_to_bytes(&holder_tag)).into();
        document["binding_key"] = serde_json::to_value(binding_key).unwrap();
        document["binding_proof"] = serde_json::to_value(binding.sign(&possession).unwrap()).unwrap();
        document["proof"] = to_base64url(&proof.to_bytes()).into();
    })
}

/// What a binding key signs at enrolment, by the specification.
fn possession(challenge: &[u8], holder_tag: Fr, key: &PublicKey) -> Vec<u8> {
    let challenge = Digest::of(domain::CHALLENGE_DIGEST, &[challenge]);
    let (algorithm, point) = (key.algorithm().as_str().as_bytes(), key.to_point_bytes());
    let parts: [&[u8]; 4] = [challenge.as_bytes(), &fr_to_bytes(&holder_tag), algorithm, &point];
    [domain::BINDING_POSSESSION, Digest::of(domain::BINDING_POSSESSION, &parts).as_bytes()].concat()
}

#[test]
fn a_binding_key_is_enrolled_by_whoever_has_it_only() {
    let other = RawSignature::from_bytes([1; 64]);
    let unproven = changed(|document| document["binding_proof"] = serde_json::to_value(other).unwrap());
    assert_eq!(authority_says(unproven), Some(EnrolmentError::Binding));
    let swapped = changed(|document| {
        document["binding_key"] = serde_json::to_value(PublicKey::Es256(es256(5_001).public_key())).unwrap();
    });
    // The proof of knowledge is bound to the key, so it is the first to notice.
    assert_eq!(authority_says(swapped), Some(EnrolmentError::Proof));
}

#[test]
fn a_dishonest_wallet_enrols_with_true_secrets_only() {
    let (k, b) = (Fr::from(5u64), Fr::from(6u64));
    let tag = tag::holder_tag(k, b);
    assert_eq!(authority_says(dishonest(k, b, tag)), None);
    assert_eq!(authority_says(dishonest(k + k, b, tag)), Some(EnrolmentError::Proof));
    assert_eq!(authority_says(dishonest(k, k, tag)), Some(EnrolmentError::Proof));
}

#[test]
fn k_of_zero_breaks_the_relation_natively_and_its_proof_is_refused() {
    let (zero, b) = (Fr::from(0u64), Fr::from(6u64));
    let holder_tag = tag::holder_tag(zero, b);
    let native = tag::Tag::holds(&tag::Statement { holder_tag }, &tag::Witness { k: zero, b });
    assert_eq!(native, Err(tag::KEY));
    assert_eq!(authority_says(dishonest(zero, b, holder_tag)), Some(EnrolmentError::Proof));
}

/// Issues for a fresh enrolment of a wallet.
fn issue(world: &World, wallet: &Wallet, person: &Person) -> Result<(), IssueError> {
    world.issue(&world.authority, wallet, person.attributes(&world.trust)).map(drop)
}

#[test]
fn one_challenge_yields_one_credential() {
    let world = World::new();
    let enrolment = enrol(challenge(&world.authority, 1), NOW).unwrap();
    let issue = || {
        let enrolled =
            world.authority.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut rng(3)).unwrap();
        let attributes = ADULT.attributes(&world.trust);
        world.authority.issue(enrolled, attributes, &world.trust, &world.enrolments, &world.tags, NOW, &mut rng(4))
    };
    assert!(issue().is_ok());
    assert!(matches!(issue().err(), Some(IssueError::Ledger(LedgerError::Used))));
}

#[test]
fn a_person_with_a_second_tag_is_refused_and_the_first_tag_stays_good() {
    let world = World::new();
    assert!(issue(&world, &World::wallet(1), &ADULT).is_ok());
    let second = issue(&world, &World::wallet(2), &ADULT);
    assert!(matches!(second, Err(IssueError::Ledger(LedgerError::PersonHasAnotherTag))));
    assert!(issue(&world, &World::wallet(1), &ADULT).is_ok());
}

#[test]
fn a_tag_of_another_person_is_refused() {
    let world = World::new();
    assert!(issue(&world, &World::wallet(1), &ADULT).is_ok());
    let second = issue(&world, &World::wallet(1), &SECOND);
    assert!(matches!(second, Err(IssueError::Ledger(LedgerError::TagOfAnotherPerson))));
}

#[test]
fn a_citizen_card_whose_number_is_wrong_or_of_somebody_else_is_not_issued() {
    let world = World::new();
    let refused = |person: Person| issue(&world, &World::wallet(1), &person).unwrap_err();
    let wrong = refused(Person { number: "110105194912310021", ..ADULT });
    assert!(matches!(wrong, IssueError::CitizenId(CitizenIdError::CheckCharacter)));
    let born = refused(Person { birth_date: 19_491_230, ..ADULT });
    assert!(matches!(born, IssueError::CitizenIdMismatch(CitizenIdMismatch::BirthDate)));
    let region = refused(Person { region: 110_101, ..ADULT });
    assert!(matches!(region, IssueError::CitizenIdMismatch(CitizenIdMismatch::Region)));
    let sex = refused(Person { sex: 1, ..ADULT });
    assert!(matches!(sex, IssueError::CitizenIdMismatch(CitizenIdMismatch::Sex)));
    // Nothing was bound: another wallet of the same person is still free to enrol.
    assert!(issue(&world, &World::wallet(2), &ADULT).is_ok());
}

#[test]
fn a_review_more_than_180_days_after_the_verification_is_not_issued() {
    let world = World::new();
    let late = issue(&world, &World::wallet(1), &Person { reverify_by: 20_270_501, ..ADULT });
    assert!(matches!(late, Err(IssueError::Reverify)));
    let ahead = issue(&world, &World::wallet(1), &Person { verified_on: 20_261_123, ..ADULT });
    assert!(matches!(ahead, Err(IssueError::Reverify)), "verified tomorrow");
    let reversed = issue(&world, &World::wallet(1), &Person { reverify_by: 20_261_031, ..ADULT });
    assert!(matches!(reversed, Err(IssueError::Reverify)), "to be reviewed before it was verified");
    assert!(issue(&world, &World::wallet(1), &Person { reverify_by: 20_270_430, ..ADULT }).is_ok());
}

#[test]
fn an_enrolment_that_was_checked_in_time_is_not_issued_for_later() {
    let world = World::new();
    let enrolment = enrol(challenge(&world.authority, 1), NOW).unwrap();
    let issue = |now| {
        let enrolled =
            world.authority.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut rng(3)).unwrap();
        let attributes = ADULT.attributes(&world.trust);
        world.authority.issue(enrolled, attributes, &world.trust, &world.enrolments, &world.tags, now, &mut rng(4))
    };
    let last = NOW.plus(CHALLENGE_LIFETIME);
    assert!(matches!(issue(last.plus(1)).err(), Some(IssueError::Enrolment(EnrolmentError::Expired))));
    assert!(issue(last).is_ok());
}

#[test]
fn a_key_outside_its_window_or_schemas_signs_nothing_and_binds_nobody() {
    let refused = |world: &World, expected: TrustError| match issue(world, &World::wallet(1), &ADULT) {
        Err(IssueError::Trust(error)) => assert_eq!(error, expected),
        other => panic!("not the trust bundle: {other:?}"),
    };
    let late = World::changed(|document| document.issuers[0].keys[0].not_after = NOW.plus(-1));
    refused(&late, TrustError::KeyExpired);
    let early = World::changed(|document| document.issuers[0].keys[0].not_before = NOW.plus(1));
    refused(&early, TrustError::KeyNotYetValid);
    let cards = World::changed(|document| document.issuers[0].keys[0].schemas = vec![id("cn-bank-card")]);
    refused(&cards, TrustError::SchemaNotAuthorised);
    // Nothing was recorded: the same person may come with another wallet.
    let mut fresh = World::new();
    fresh.tags = late.tags;
    assert!(issue(&fresh, &World::wallet(2), &ADULT).is_ok());
}

#[test]
fn an_answer_to_another_case_is_not_this_cases() {
    // Without ENROL-CASE one person could answer for another and take over the other's record.
    let world = &scene().world;
    let enrolment = enrol(challenge(&world.authority, 1), NOW).unwrap();
    let error = world.authority.check_enrolment(&enrolment, &id("case-2"), &world.trust, NOW, &mut rng(3)).err();
    assert_eq!(error, Some(EnrolmentError::OtherCase("case-1".to_owned())));
}

#[test]
fn what_one_issuer_checked_another_does_not_issue_for() {
    let world = World::new();
    let enrolment = enrol(challenge(&world.authority, 1), NOW).unwrap();
    let enrolled = world.authority.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut rng(3)).unwrap();
    let attributes = ADULT.card(&world.trust);
    let error = world
        .network
        .issue(enrolled, attributes, &world.trust, &world.enrolments, &world.network_tags, NOW, &mut rng(4))
        .err();
    assert!(matches!(error, Some(IssueError::Enrolment(EnrolmentError::OtherIssuer(name))) if name == "authority"));
}

#[test]
fn a_binding_key_of_another_algorithm_than_the_issuers_key_gets_no_draft_and_binds_nobody() {
    // An operator who configured the wrong algorithm: the challenge asks for it and the wallet answers so.
    let (world, mut rng) = (World::new(), rng(5));
    let ministry = &world.ministry;
    let wrong = Issuer::external(ministry.id().clone(), ministry.key_id(), Algorithm::Es256, es256(3));
    let challenge = wrong.challenge(&id("case-1"), NOW, &mut rng).unwrap();
    let enrolment = holder::enrol(&World::wallet(1), challenge, &world.trust, keys(), NOW, &mut rng).unwrap();
    let enrolled = wrong.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut rng).unwrap();
    let (attributes, nonces, tags) = (ADULT.attributes(&world.trust), &world.enrolments, &world.ministry_tags);
    let refused = wrong.draft(enrolled, attributes, &world.trust, nonces, tags, NOW, &mut rng).err();
    assert!(matches!(refused, Some(IssueError::Enrolment(EnrolmentError::Binding))), "{refused:?}");
    // The person has no tag yet, so another wallet may come.
    assert!(world.issue(ministry, &World::wallet(2), ADULT.attributes(&world.trust)).is_ok());
}

#[test]
fn a_document_number_has_one_form() {
    let world = World::new();
    let wallet = World::wallet(1);
    let lower = Person { number: "11010519491231002x", ..ADULT };
    let error = world.issue(&world.network, &wallet, lower.card(&world.trust)).err();
    assert!(matches!(error, Some(IssueError::NumberForm)));
}
