//! What a verifier refuses because of its own trust: issuer keys, relation keys, and which member of a batch is to blame.

use crate::{
    rejections::{Scene, fault, scene},
    world::*,
};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::CanonicalDeserialize;
use shiming::{
    codec::{from_base64url, to_base64url},
    danger,
    ledger::MemoryNonces,
    prepared::Prepared,
    registry::{BundleDocument, IssuerKeyDocument},
    verdict::{ConfigurationFault, HolderFault, IssuerFault, Rejection},
    verifier::PendingRequest,
};
use shiming_circuits::field::G1Affine;

/// What becomes of a good answer where the authority's key is registered otherwise.
fn with_key(change: impl FnOnce(&mut IssuerKeyDocument)) -> Result<(), Rejection> {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let world = World::changed(|document: &mut BundleDocument| change(&mut document.issuers[0].keys[0]));
    world.verify(&pending, &answer).map(drop)
}

#[test]
fn the_unchanged_registration_accepts() {
    assert_eq!(with_key(|_| {}), Ok(()));
}

#[test]
fn an_issuer_key_is_accepted_from_its_first_to_its_last_second() {
    assert_eq!(with_key(|key| (key.not_before, key.not_after) = (NOW, NOW)), Ok(()));
    assert_eq!(with_key(|key| key.not_before = NOW.plus(1)), Err(IssuerFault::IssuerKeyNotYetValid.into()));
    assert_eq!(with_key(|key| key.not_after = NOW.plus(-1)), Err(IssuerFault::IssuerKeyExpired.into()));
}

#[test]
fn an_issuer_key_that_may_not_sign_the_schema_is_refused() {
    let refused = with_key(|key| key.schemas = vec![id("cn-bank-card")]);
    assert_eq!(refused, Err(IssuerFault::SchemaNotAuthorised.into()));
}

#[test]
fn an_issuer_that_left_the_bundle_has_an_unknown_key() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let world = World::changed(|document| drop(document.issuers.remove(0)));
    assert_eq!(world.verify(&pending, &answer), Err(IssuerFault::UnknownIssuerKey.into()));
}

#[test]
fn the_key_of_another_issuer_for_the_same_schema_does_not_verify_the_proof() {
    let (_, answer) = scene().answered(FOUR_COMPARISONS);
    let world = World::changed(|document| document.issuers[1].keys[0].schemas.push(id("cn-realname")));
    let both = FOUR_COMPARISONS.replace("[\"authority\"]", "[\"authority\", \"network\"]");
    let pending = world.ask(&both);
    let mut answer = answer;
    answer[5..37].copy_from_slice(world.network.key_id().digest().as_bytes());
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::SigmaInvalid);
}

#[test]
fn relation_keys_other_than_the_requests_are_a_mismatch() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let ring = danger::insecure_accept_development_keys(other_keys().verifying()).unwrap();
    let world = World::with(NOW, ring.clone(), |document| {
        for (name, relation) in &mut document.relations {
            relation.key_id = ring.get(name.as_str()).unwrap().id();
        }
    });
    assert_eq!(world.verify(&pending, &answer), Err(ConfigurationFault::KeyMismatch.into()));
    let restored = world.platform.restore(pending.as_bytes(), &world.trust, NOW);
    assert_eq!(restored.err(), Some(ConfigurationFault::KeyMismatch.into()));
    // A credential that was prepared under the old keys is no longer presented.
    let stale = world.present(&scene().wallet, &[&scene().adult], world.ask(FOUR_COMPARISONS).request());
    assert!(matches!(stale, Err(shiming::holder::HolderError::StalePrepared)));
}

#[test]
fn a_relation_without_a_loaded_key_is_missing() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let without = keys().verifying().into_iter().filter(|key| key.spec().name != "range").collect();
    let world = World::with(NOW, danger::insecure_ring_without_lint(without), |_| {});
    assert_eq!(world.verify(&pending, &answer), Err(ConfigurationFault::KeyMissing.into()));
}

#[test]
fn a_stale_trust_bundle_restores_no_request() {
    let (pending, _) = scene().answered(FOUR_COMPARISONS);
    let world = World::changed(|document| document.max_staleness_seconds = 3_599);
    let restored = world.platform.restore(pending.as_bytes(), &world.trust, NOW);
    assert_eq!(restored.err(), Some(ConfigurationFault::TrustBundleStale.into()));
}

#[test]
fn a_kept_request_whose_bytes_changed_is_invalid() {
    let Scene { world, .. } = scene();
    let (pending, _) = scene().answered(FOUR_COMPARISONS);
    let mut bytes = pending.as_bytes().to_vec();
    let last = bytes.len() - 10;
    bytes[last] = if bytes[last] == b'A' { b'B' } else { b'A' };
    let restored = world.platform.restore(&bytes, &world.trust, NOW);
    assert_eq!(restored.err(), Some(ConfigurationFault::RequestInvalid.into()));
    assert!(world.platform.restore(pending.as_bytes(), &world.trust, NOW).is_ok());
}

fn batch(entries: &[(PendingRequest, Vec<u8>)]) -> Vec<Result<(), Rejection>> {
    let world = &scene().world;
    let entries: Vec<_> = entries.iter().map(|(pending, answer)| (pending, answer.as_slice())).collect();
    let results = world.platform.verify_batch(&entries, &world.trust, &MemoryNonces::default(), NOW, &mut rng(3));
    results.into_iter().map(|result| result.map(drop)).collect()
}

/// An answer whose range proof is false: the account class is claimed to be 3 where the credential has 2.
fn false_answer() -> (PendingRequest, Vec<u8>) {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(&FOUR_COMPARISONS.replace("\"at_least\": 2", "\"at_least\": 3"));
    let answer = world.lie(wallet, &[adult], &pending, &truth);
    (pending, answer)
}

#[test]
fn a_batch_says_exactly_which_entries_are_bad_and_why() {
    let invalid = |fault: HolderFault| Err(Rejection::Holder(fault));
    let mut entries: Vec<_> = (0..6).map(|_| scene().answered(FOUR_COMPARISONS)).collect();
    entries[1].1[40] ^= 1;
    entries[4] = false_answer();
    entries[5].1.pop();
    let length = entries[5].1.len();
    let results = batch(&entries);
    assert_eq!([&results[0], &results[2], &results[3]], [&Ok(()); 3]);
    assert!(matches!(results[1], Err(Rejection::Holder(HolderFault::SigmaInvalid | HolderFault::NonCanonicalPoint))));
    assert_eq!(results[4], invalid(HolderFault::ProofInvalid));
    assert_eq!(results[5], invalid(HolderFault::WrongLength { expected: length + 1, found: length }));
}

#[test]
fn every_position_of_a_bad_entry_is_found() {
    let honest: Vec<_> = (0..4).map(|_| scene().answered(FOUR_COMPARISONS)).collect();
    for bad in 0..5 {
        let mut entries: Vec<_> = honest.iter().map(|(pending, answer)| (restored(pending), answer.clone())).collect();
        entries.insert(bad, false_answer());
        for (index, result) in batch(&entries).into_iter().enumerate() {
            let expected = if index == bad { Err(HolderFault::ProofInvalid.into()) } else { Ok(()) };
            assert_eq!(result, expected, "entry {index}, the bad one is {bad}");
        }
    }
}

fn restored(pending: &PendingRequest) -> PendingRequest {
    scene().world.platform.restore(pending.as_bytes(), &scene().world.trust, NOW).ok().unwrap()
}

#[test]
fn an_empty_batch_has_no_results() {
    assert_eq!(batch(&[]), []);
}

/// The prepared credential with its cached C moved by a point.
fn moved(prepared: &Prepared, by: G1Affine) -> Prepared {
    let json = prepared.to_json().unwrap();
    let mut document: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let mut core = from_base64url(document["core"].as_str().unwrap()).unwrap();
    // Raw coordinates are big-endian, arkworks' uncompressed form is little-endian with flags that are zero here or set y's sign.
    let mut raw: Vec<u8> = core[256..].to_vec();
    raw[..32].reverse();
    raw[32..].reverse();
    let c = G1Affine::deserialize_uncompressed_unchecked(raw.as_slice()).unwrap();
    let (x, y) = (c + by).into_affine().xy().unwrap();
    let big_endian = |x: ark_bn254::Fq| ark_ff::BigInteger::to_bytes_be(&ark_ff::PrimeField::into_bigint(x));
    core[256..].copy_from_slice(&[big_endian(x), big_endian(y)].concat());
    document["core"] = to_base64url(&core).into();
    Prepared::from_json(&serde_json::to_vec(&document).unwrap(), scene().world.trust.schemas()).unwrap()
}

#[test]
fn two_bad_proofs_whose_errors_cancel_under_equal_weights_are_both_refused() {
    let Scene { world, wallet, adult } = scene();
    let x = G1Affine::generator();
    // C1 + X and C2 - X: the product of both equations without weights is that of two good proofs.
    for by in [[x, -x], [x, x], [-x, x]] {
        let entries: Vec<_> = by
            .map(|by| {
                let pending = world.ask(FOUR_COMPARISONS);
                let answer = world.answer(wallet, &[&moved(adult, by)], &pending);
                (pending, answer)
            })
            .into();
        assert_eq!(batch(&entries), [const { Err(Rejection::Holder(HolderFault::ProofInvalid)) }; 2]);
    }
}

#[test]
fn errors_that_cancel_between_two_credentials_of_one_presentation_are_refused() {
    let Scene { world, wallet, adult } = scene();
    let card = world.card(wallet, &ADULT);
    let pending = world.ask(TWO_CREDENTIALS);
    let x = G1Affine::generator();
    let answer = world.answer(wallet, &[&moved(adult, x), &moved(&card, -x)], &pending);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
    let answer = world.answer(wallet, &[adult, &card], &pending);
    assert!(world.verify(&pending, &answer).is_ok());
}

#[test]
fn two_disclosed_document_numbers_that_differ_are_of_two_persons() {
    let Scene { world, wallet, adult } = scene();
    let card = World::new().card(wallet, &SECOND);
    let policy = TWO_CREDENTIALS.replace("\"disclose\": []", "\"disclose\": [\"document_number\"]");
    let pending = world.ask(&policy);
    let answer = world.lie(wallet, &[adult, &card], &pending, &truth);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::JoinMismatch);
    let lie = |_: usize, slot: usize, value| if slot == 1 { adult.credential().attributes().slots()[1] } else { value };
    let answer = world.lie(wallet, &[adult, &card], &pending, &lie);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
}

#[test]
fn an_issuer_key_whose_relation_is_not_loaded_answers_on_the_other_path_only() {
    // This binary has no keys for the suites of ministry and bureau, whose issuer keys the bundle has.
    let Scene { world, .. } = scene();
    let policy = FOUR_COMPARISONS.replace(r#"["authority"]"#, r#"["authority", "ministry", "bureau"]"#);
    let (pending, answer) = scene().answered(&policy);
    for issuer in [&world.ministry, &world.bureau] {
        let mut renamed = answer.clone();
        renamed[5..37].copy_from_slice(issuer.key_id().digest().as_bytes());
        assert_eq!(fault(world.verify(&pending, &renamed)), HolderFault::SuiteNotProvable, "{}", issuer.id());
    }
    assert!(world.verify(&pending, &answer).is_ok());
}
