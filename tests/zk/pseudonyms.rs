//! Pseudonyms: the same where they must be, different everywhere else; and no RNG betrays what is behind them.

use crate::{rejections::scene, world::*};
use ark_ec::CurveGroup;
use ark_ff::Field;
use ark_serialize::CanonicalSerialize;
use shiming::{
    holder, prepared::Prepared, proof::hash_to_curve::pseudonym_base, verdict::Pseudonym, verifier::PendingRequest,
    wallet::Wallet,
};
use shiming_circuits::{
    domain,
    field::{Fr, fr_from_bytes, fr_from_uniform},
};

fn named(world: &World, wallet: &Wallet, prepared: &[&Prepared], policy: &str) -> Pseudonym {
    let pending = world.ask(policy);
    let answer = world.answer(wallet, prepared, &pending);
    *world.verify(&pending, &answer).unwrap().pseudonym().unwrap()
}

fn here(policy: &str) -> Pseudonym {
    named(&scene().world, &scene().wallet, &[&scene().adult], policy)
}

/// The pseudonym at the other verifier.
fn there() -> Pseudonym {
    let world = &scene().world;
    let rng = &mut rng(5);
    let pending = world.ask_elsewhere(FOUR_COMPARISONS);
    let answer = world.answer(&scene().wallet, &[&scene().adult], &pending);
    let verdict = world.other.verify(&pending, &answer, &world.trust, &world.nonces, NOW, rng).unwrap();
    *verdict.pseudonym().unwrap()
}

/// k, as the wallet derives it (spec/issuance, "Secrets"): written again here, because the library never gives it away.
fn k(seed: u8) -> Fr {
    let info = [domain::WALLET, &1u32.to_be_bytes(), b"k", &0u32.to_be_bytes()];
    let mut okm = [0; 64];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &[seed; 32]).expand_multi_info(&info, &mut okm).unwrap();
    fr_from_uniform(&okm)
}

#[test]
fn a_pseudonym_is_k_times_the_hash_of_audience_and_scope() {
    let mut bytes = Vec::new();
    (pseudonym_base("platform", "account") * k(1)).into_affine().serialize_compressed(&mut bytes).unwrap();
    assert_eq!(here(FOUR_COMPARISONS).as_bytes().as_slice(), bytes);
}

#[test]
fn two_presentations_and_two_policies_of_one_scope_have_one_pseudonym() {
    assert_eq!(here(FOUR_COMPARISONS), here(FOUR_COMPARISONS));
    assert_eq!(here(FOUR_COMPARISONS), here(DISCLOSING));
}

#[test]
fn two_audiences_of_one_scope_know_two_pseudonyms() {
    assert_ne!(here(FOUR_COMPARISONS), there());
}

#[test]
fn two_scopes_of_one_audience_know_two_pseudonyms() {
    assert_ne!(here(FOUR_COMPARISONS), here(&FOUR_COMPARISONS.replace("\"account\"", "\"voting\"")));
}

#[test]
fn no_pseudonym_is_given_where_none_is_asked_for() {
    let policy = FOUR_COMPARISONS.replace(r#""pseudonym": {"scope": "account"},"#, "");
    let pending = scene().world.ask(&policy);
    let answer = scene().world.answer(&scene().wallet, &[&scene().adult], &pending);
    assert_eq!(scene().world.verify(&pending, &answer).unwrap().pseudonym(), None);
}

#[test]
fn a_renewed_credential_and_a_second_credential_keep_the_pseudonym() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let first = world.identity(&wallet, &ADULT);
    let renewed = world.identity(&wallet, &Person { verified_on: 20_261_120, reverify_by: 20_270_510, ..ADULT });
    let card = world.card(&wallet, &ADULT);
    let name = here(FOUR_COMPARISONS);
    assert_eq!(named(&world, &wallet, &[&first], FOUR_COMPARISONS), name);
    assert_eq!(named(&world, &wallet, &[&renewed], FOUR_COMPARISONS), name);
    assert_eq!(named(&world, &wallet, &[&renewed, &card], TWO_CREDENTIALS), name);
}

#[test]
fn another_wallet_of_the_same_person_has_another_pseudonym() {
    let (world, wallet) = (World::new(), World::wallet(2));
    let prepared = world.identity(&wallet, &ADULT);
    assert_ne!(named(&world, &wallet, &[&prepared], FOUR_COMPARISONS), here(FOUR_COMPARISONS));
}

/// The challenge and k's response, from the bytes.
fn sigma(answer: &[u8]) -> (Fr, Fr) {
    let layout = Layout::FOUR_COMPARISONS;
    let mut challenge = [0; 16];
    challenge.copy_from_slice(&answer[layout.challenge()..layout.response(0)]);
    let mut response = [0; 32];
    response.copy_from_slice(&answer[layout.response(0)..layout.response(1)]);
    (Fr::from(u128::from_be_bytes(challenge)), fr_from_bytes(&response).unwrap())
}

/// An answer of the one wallet with an RNG of this seed.
fn seeded(prepared: &Prepared, pending: &PendingRequest, seed: u64) -> Vec<u8> {
    let world = &scene().world;
    holder::present(&scene().wallet, &[prepared], pending.request(), &world.trust, keys(), &mut rng(seed))
        .unwrap()
        .to_bytes(pending.request().plan())
}

/// The k that two answers with one mask would betray.
fn recovered(first: &[u8], second: &[u8]) -> Fr {
    let ((c1, z1), (c2, z2)) = (sigma(first), sigma(second));
    (z1 - z2) * (c1 - c2).inverse().unwrap()
}

fn all_blinded_points_differ(first: &[u8], second: &[u8]) {
    let layout = Layout::FOUR_COMPARISONS;
    for proof in 0..layout.proofs {
        for (offset, length) in [(0, 32), (32, 64), (96, 32), (128, 32)] {
            let range = layout.proof(proof) + offset..layout.proof(proof) + offset + length;
            assert_ne!(first[range.clone()], second[range], "proof {proof}, byte {offset}");
        }
    }
}

#[test]
fn the_attack_recovers_k_from_two_answers_that_do_share_a_mask() {
    // The attack itself works: with z = t + c k for one t, it yields k.
    let (t, k) = (Fr::from(99u64), k(1));
    let (c1, c2) = (Fr::from(5u64), Fr::from(11u64));
    assert_eq!(((t + c1 * k) - (t + c2 * k)) * (c1 - c2).inverse().unwrap(), k);
}

#[test]
fn an_rng_that_repeats_for_two_requests_betrays_nothing() {
    let (first, second) = (scene().world.ask(FOUR_COMPARISONS), scene().world.ask(FOUR_COMPARISONS));
    let answers = [seeded(&scene().adult, &first, 7), seeded(&scene().adult, &second, 7)];
    assert_ne!(recovered(&answers[0], &answers[1]), k(1));
    all_blinded_points_differ(&answers[0], &answers[1]);
}

#[test]
fn an_rng_that_repeats_for_two_credentials_under_one_request_betrays_nothing() {
    let world = &scene().world;
    let renewed = world.identity(&scene().wallet, &ADULT);
    let pending = world.ask(FOUR_COMPARISONS);
    let answers = [seeded(&scene().adult, &pending, 7), seeded(&renewed, &pending, 7)];
    assert_ne!(recovered(&answers[0], &answers[1]), k(1));
    all_blinded_points_differ(&answers[0], &answers[1]);
}

#[test]
fn an_rng_that_repeats_for_one_request_and_one_credential_gives_the_same_answer() {
    // Nothing is left to subtract: the second answer is the first one.
    let pending = scene().world.ask(FOUR_COMPARISONS);
    assert_eq!(seeded(&scene().adult, &pending, 7), seeded(&scene().adult, &pending, 7));
}

#[test]
fn two_answers_to_one_request_share_nothing_but_the_pseudonym() {
    let pending = scene().world.ask(FOUR_COMPARISONS);
    let answers = [seeded(&scene().adult, &pending, 7), seeded(&scene().adult, &pending, 8)];
    all_blinded_points_differ(&answers[0], &answers[1]);
    assert_ne!(recovered(&answers[0], &answers[1]), k(1));
    let layout = Layout::FOUR_COMPARISONS;
    for index in 0..layout.wires + layout.proofs {
        let range = layout.response(index)..layout.response(index + 1);
        assert_ne!(answers[0][range.clone()], answers[1][range], "response {index}");
    }
    let name = layout.pseudonym()..layout.challenge();
    assert_eq!(answers[0][name.clone()], answers[1][name]);
}
