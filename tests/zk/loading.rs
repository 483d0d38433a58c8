//! What a party refuses of its own trust bundle and its own files before anything is proved or judged.

use crate::{rejections::scene, world::*};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, PrimeField};
use shiming::{
    codec::{Kind, from_base64url, to_base64url, to_json},
    digest::Digest,
    enrolment::{CHALLENGE_TYPE, EnrolmentError, SignedChallenge},
    holder::{self, HolderError},
    issuer::IssueError,
    jws::Jws,
    prepared::{Prepared, PreparedError},
    proof::points::PointError,
    registry::{BundleDocument, BundleError, IssuerKeyBytes, IssuerKeyId, TrustBundle},
    schema::Schemas,
    signature::PublicKey,
    suite::Suite,
    trust::{LoadError, Trust},
    verdict::IssuerFault,
};
use shiming_circuits::field::{Fq2, G2Affine};

/// Why a changed bundle does not load with the keys and schemas of this party.
fn refused(change: impl FnOnce(&mut BundleDocument)) -> Option<LoadError> {
    let mut document = scene().world.trust.bundle().document().clone();
    change(&mut document);
    Trust::load(TrustBundle::new(document).unwrap(), ring().clone(), Schemas::standard()).err()
}

#[test]
fn a_bundle_and_a_key_that_disagree_on_development_do_not_load() {
    assert_eq!(refused(|_| {}), None);
    let error = refused(|document| document.relations.get_mut(&id("range")).unwrap().development = false);
    assert_eq!(error, Some(LoadError::DevelopmentFlag { relation: "range".to_owned() }));
}

#[test]
fn a_bundle_that_pins_another_key_or_none_does_not_load() {
    let other = Digest::from_bytes([7; 32]);
    let found = ring().get("tag").unwrap().id();
    let error = refused(|document| document.relations.get_mut(&id("tag")).unwrap().key_id = other);
    assert_eq!(error, Some(LoadError::KeyMismatch { relation: "tag".to_owned(), expected: other, found }));
    let error = refused(|document| {
        document.relations.remove(&id("tag"));
    });
    assert_eq!(error, Some(LoadError::Missing { relation: "tag".to_owned() }));
}

#[test]
fn a_bundle_that_pins_another_schema_table_does_not_load() {
    let error = refused(|document| {
        document.schemas.insert(id("cn-realname"), Digest::from_bytes([7; 32]));
    });
    assert_eq!(error, Some(LoadError::SchemaDigest { schema: "cn-realname".to_owned() }));
}

#[test]
fn an_issuer_key_that_is_no_point_costs_its_issuer_only() {
    let bytes = IssuerKeyBytes::from_bytes([1; 64]);
    let world = World::changed(|document| {
        let mut broken = document.issuers[0].keys[0].clone();
        broken.key = bytes;
        broken.sd_jwt = Some(PublicKey::Es256(es256(3_000).public_key()));
        document.issuers[0].keys.push(broken);
    });
    let (pending, mut answer) = scene().answered(FOUR_COMPARISONS);
    assert!(world.verify(&pending, &answer).is_ok());
    let (pending, _) = scene().answered(FOUR_COMPARISONS);
    answer[5..37].copy_from_slice(IssuerKeyId::of(Suite::Native, &bytes, None).digest().as_bytes());
    assert_eq!(world.verify(&pending, &answer), Err(IssuerFault::InvalidIssuerKey.into()));
}

#[test]
fn under_a_stale_bundle_nobody_enrols_prepares_checks_or_issues() {
    let world = World::changed(|document| document.issued_at = NOW.plus(-86_400 * 31));
    let (wallet, fresh) = (World::wallet(1), &scene().world);
    let challenge = || fresh.authority.challenge(&id("case-1"), NOW, &mut rng(1)).unwrap();
    let stale = |error: Option<HolderError>| matches!(error, Some(HolderError::Bundle(BundleError::Stale)));
    assert!(stale(holder::enrol(&wallet, challenge(), &world.trust, keys(), NOW, &mut rng(2)).err()));
    assert!(stale(world.prepare(&wallet, scene().adult.credential().clone()).err()));
    let enrolment = holder::enrol(&wallet, challenge(), &fresh.trust, keys(), NOW, &mut rng(2)).unwrap();
    let check = |trust| fresh.authority.check_enrolment(&enrolment, &id("case-1"), trust, NOW, &mut rng(3));
    assert_eq!(check(&world.trust).err(), Some(EnrolmentError::Bundle(BundleError::Stale)));
    let (enrolled, attributes) = (check(&fresh.trust).unwrap(), ADULT.attributes(&world.trust));
    let issued =
        world.authority.issue(enrolled, attributes, &world.trust, &world.enrolments, &world.tags, NOW, &mut rng(4));
    assert!(matches!(issued.err(), Some(IssueError::Bundle(BundleError::Stale))));
}

#[test]
fn a_challenge_under_another_issuers_name_is_refused() {
    let challenge = scene().world.authority.challenge(&id("case-1"), NOW, &mut rng(1)).unwrap();
    let payload = to_json(Kind::CHALLENGE, challenge.challenge()).unwrap();
    let jws = Jws::sign(Kind::CHALLENGE, &es256(1), &id("network"), CHALLENGE_TYPE, payload).unwrap();
    let error = SignedChallenge::from_bytes(jws.as_bytes()).unwrap().check(scene().world.trust.bundle(), NOW).err();
    assert_eq!(error, Some(EnrolmentError::OtherIssuer("network".to_owned())));
}

#[test]
fn a_prepared_file_with_a_point_outside_the_subgroup_is_refused() {
    // Blinding would keep the part outside the subgroup, and it would link every presentation.
    let outside = (1u64..)
        .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(x.into(), 1u64.into()), false))
        .filter(|point| !point.is_in_correct_subgroup_assuming_on_curve())
        .unwrap();
    let (x, y) = outside.xy().unwrap();
    let raw: Vec<u8> = [x.c0, x.c1, y.c0, y.c1].iter().flat_map(|c| c.into_bigint().to_bytes_be()).collect();
    let mut file: serde_json::Value = serde_json::from_slice(&scene().adult.to_json().unwrap()).unwrap();
    let mut core = from_base64url(file["core"].as_str().unwrap()).unwrap();
    core[128..256].copy_from_slice(&raw);
    file["core"] = to_base64url(&core).into();
    let error = Prepared::from_json(&serde_json::to_vec(&file).unwrap(), scene().world.trust.schemas()).err();
    assert_eq!(error, Some(PreparedError::Point(PointError::WrongSubgroup)));
}
