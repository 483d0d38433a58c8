//! The linked proof of a conventional answer: one holder behind every tag, his pseudonym, and no other answer's proof.

use crate::{
    forge::*,
    rejections::{Scene, scene},
    world::*,
};
use serde_json::json;
use shiming::{
    codec::DecodeError,
    conventional::{
        ConventionalFault,
        sd_jwt::{KeyBoundSdJwt, SdJwtError},
    },
    credential::Credential,
    policy::Path,
    verdict::{HolderFault, Pseudonym, Rejection, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};

/// The linked proof for one tag with a pseudonym: a proof, N, a challenge, two responses.
const PROOF: usize = 160 + 32 + 16 + 2 * 32;

/// An identity and a bank card of one wallet, in a world of their own.
struct Pair {
    wallet: Wallet,
    identity: Credential,
    card: Credential,
}

fn pair(seed: u8, identity: &Person, card: &Person) -> Pair {
    let (world, wallet) = (World::new(), World::wallet(seed));
    let identity = world.issue(&world.authority, &wallet, identity.attributes(&world.trust)).unwrap();
    let card = world.issue(&world.network, &wallet, card.card(&world.trust)).unwrap();
    Pair { wallet, identity, card }
}

impl Pair {
    fn shares(&self) -> [(&Wallet, &Credential, &[&str]); 2] {
        let [identity, card] = JOINED_NAMES;
        [(&self.wallet, &self.identity, identity), (&self.wallet, &self.card, card)]
    }
}

fn adult() -> [(&'static Wallet, &'static Credential, &'static [&'static str]); 1] {
    [(&scene().wallet, scene().adult.credential(), &LINKED_NAMES)]
}

/// What the scene's adult presents to a linked request, and the proof that `wallet` makes for it.
fn proved_by(wallet: &Wallet, pending: &PendingRequest) -> (Vec<KeyBoundSdJwt>, Vec<u8>) {
    let presented = present(&adult(), pending);
    let proof = link(wallet, &[(wallet, adult()[0].1, adult()[0].2)], &presented, pending);
    (presented, proof)
}

#[test]
fn an_answer_made_by_hand_is_accepted_as_the_wallets_is() {
    let pending = scene().world.ask(LINKED);
    let (presented, proof) = proved_by(&scene().wallet, &pending);
    assert_eq!(proof.len(), PROOF);
    assert!(judge(&pending, &wire(&texts(&presented), &proof)).unwrap().pseudonym().is_some());
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let presented = present(&own.shares(), &pending);
    let proof = link(&own.wallet, &own.shares(), &presented, &pending);
    assert!(judge(&pending, &wire(&texts(&presented), &proof)).is_ok());
}

#[test]
fn a_proof_of_another_holder_for_this_ones_tag_is_invalid() {
    let pending = scene().world.ask(LINKED);
    let (presented, proof) = proved_by(&World::wallet(2), &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::ProofInvalid);
}

#[test]
fn a_proof_that_mixes_two_holders_is_invalid() {
    // k of the one in the sigma proof, the Groth16 proof of the other.
    let pending = scene().world.ask(LINKED);
    let presented = present(&adult(), &pending);
    let proof = link(&World::wallet(2), &adult(), &presented, &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::ProofInvalid);
}

#[test]
fn another_holders_pseudonym_in_ones_own_answer_is_sigma_invalid() {
    let pending = scene().world.ask(LINKED);
    let (presented, mut own) = proved_by(&scene().wallet, &pending);
    let (_, other) = proved_by(&World::wallet(2), &pending);
    assert_ne!(own[160..192], other[160..192]);
    own[160..192].copy_from_slice(&other[160..192]);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &own)), HolderFault::SigmaInvalid);
}

#[test]
fn a_pseudonym_of_ones_own_for_another_scope_is_sigma_invalid() {
    let (here, there) = (scene().world.ask(LINKED), scene().world.ask(&LINKED.replace("account", "voting")));
    let (presented, mut own) = proved_by(&scene().wallet, &here);
    let (_, other) = proved_by(&scene().wallet, &there);
    own[160..192].copy_from_slice(&other[160..192]);
    assert_eq!(refusal(&here, &wire(&texts(&presented), &own)), HolderFault::SigmaInvalid);
}

#[test]
fn the_proof_of_one_answer_with_the_sd_jwt_of_another_is_sigma_invalid() {
    // One holder, one credential, one request: only the time of the binding differs.
    let pending = scene().world.ask(LINKED);
    let (first, proof) = proved_by(&scene().wallet, &pending);
    let later = Binding { issued_at: NOW.plus(1), ..Binding::to(&pending, binding_key(adult()[0].0, adult()[0].1)) };
    let second = later.bind(adult()[0].1.sd_jwt(), &LINKED_NAMES);
    assert_eq!(refusal(&pending, &wire(&[second.to_text()], &proof)), HolderFault::SigmaInvalid);
    assert!(judge(&pending, &wire(&texts(&first), &proof)).is_ok());
}

#[test]
fn the_proof_of_an_answer_to_another_request_is_sigma_invalid() {
    let (here, there) = (scene().world.ask(LINKED), scene().world.ask(LINKED));
    let (_, proof) = proved_by(&scene().wallet, &there);
    let presented = present(&adult(), &here);
    assert_eq!(refusal(&here, &wire(&texts(&presented), &proof)), HolderFault::SigmaInvalid);
}

#[test]
fn a_presentation_in_zero_knowledge_brings_no_proof_for_this_path() {
    let policy = LINKED.replace(r#"["conventional"]"#, r#"["zk", "conventional"]"#);
    let pending = scene().world.ask(&policy);
    let answer = scene().world.answer(&scene().wallet, &[&scene().adult], &pending);
    let presented = present(&adult(), &pending);
    let stolen = &answer[answer.len() - PROOF..];
    let refused = refusal(&pending, &wire(&texts(&presented), stolen));
    let points = [HolderFault::SigmaInvalid, HolderFault::NonCanonicalPoint, HolderFault::NonCanonicalScalar];
    assert!(points.contains(&refused), "{refused:?}");
    let mut relabelled = answer;
    relabelled[3] = 1;
    assert!(matches!(refusal(&pending, &relabelled), HolderFault::Malformed(_)));
}

#[test]
fn a_proof_for_the_tags_in_another_order_is_sigma_invalid() {
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let presented = present(&own.shares(), &pending);
    let (mut shares, mut swapped) = (own.shares(), presented.clone());
    shares.reverse();
    swapped.reverse();
    let proof = link(&own.wallet, &shares, &swapped, &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::SigmaInvalid);
}

#[test]
fn two_sd_jwts_in_the_order_of_no_policy_are_refused() {
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let mut presented = present(&own.shares(), &pending);
    let proof = link(&own.wallet, &own.shares(), &presented, &pending);
    presented.reverse();
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::IssuerNotPermitted);
    let anywhere = JOINED.replace(r#""authority""#, r#""authority", "network""#);
    let pending = scene().world.ask(&anywhere);
    let mut presented = present(&own.shares(), &pending);
    presented.reverse();
    let swapped = judge(&pending, &wire(&texts(&presented), &proof));
    assert_eq!(swapped, Err(shiming::verdict::IssuerFault::SchemaNotAuthorised.into()));
}

#[test]
fn one_sd_jwt_for_both_entries_is_refused() {
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let presented = present(&own.shares(), &pending);
    let twice = [presented[0].to_text(), presented[0].to_text()];
    assert_eq!(refusal(&pending, &wire(&twice, &[0; 400])), HolderFault::IssuerNotPermitted);
}

#[test]
fn credentials_of_two_document_numbers_are_a_join_mismatch() {
    let mixed = pair(1, &ADULT, &SECOND);
    let pending = scene().world.ask(JOINED);
    let presented = present(&mixed.shares(), &pending);
    let proof = link(&mixed.wallet, &mixed.shares(), &presented, &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::JoinMismatch);
}

#[test]
fn credentials_of_one_number_and_two_wallets_are_refused_by_the_proof() {
    let (first, second) = (pair(1, &ADULT, &ADULT), pair(2, &ADULT, &ADULT));
    let pending = scene().world.ask(JOINED);
    let shares = [first.shares()[0], second.shares()[1]];
    let presented = present(&shares, &pending);
    for wallet in [&first.wallet, &second.wallet] {
        let proof = link(wallet, &shares, &presented, &pending);
        assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::ProofInvalid);
    }
    // One wallet's secrets behind both tags do not help either.
    let claimed = [first.shares()[0], (&first.wallet, &second.card, JOINED_NAMES[1])];
    let proof = link(&first.wallet, &claimed, &presented, &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::ProofInvalid);
}

#[test]
fn a_second_credential_whose_number_is_hidden_is_missing_it() {
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let [identity, _] = own.shares();
    let shares = [identity, (&own.wallet, &own.card, &["holder_tag", "reverify_by", "verified"][..])];
    let presented = present(&shares, &pending);
    let proof = link(&own.wallet, &shares, &presented, &pending);
    let fault = ConventionalFault::Missing { attribute: "document_number".to_owned() };
    assert_eq!(
        refusal(&pending, &wire(&texts(&presented), &proof)),
        HolderFault::Conventional { credential: 1, fault }
    );
}

#[test]
fn a_fault_of_the_second_credential_names_it() {
    let own = pair(1, &ADULT, &ADULT);
    let pending = scene().world.ask(JOINED);
    let presented = present(&own.shares(), &pending);
    let bare = presented[1].sd_jwt().to_text();
    let fault = ConventionalFault::SdJwt(SdJwtError::MissingKeyBinding);
    let refused = refusal(&pending, &wire(&[presented[0].to_text(), bare], &[]));
    assert_eq!(refused, HolderFault::Conventional { credential: 1, fault });
}

#[test]
fn a_linked_answer_shows_the_tag() {
    let pending = scene().world.ask(LINKED);
    let (_, proof) = proved_by(&scene().wallet, &pending);
    let hidden = present(&[(adult()[0].0, adult()[0].1, &LINKED_NAMES[1..])], &pending);
    let fault = ConventionalFault::Missing { attribute: "holder_tag".to_owned() };
    assert_eq!(refusal(&pending, &wire(&texts(&hidden), &proof)), conventional(fault));
}

#[test]
fn a_tag_that_the_issuer_did_not_prove_is_no_tag_of_the_holder() {
    // A dishonest issuer signs somebody else's tag; the holder cannot prove it.
    let other = sealed().claim("holder_tag", json!(tag_claim(&World::wallet(2)))).sign();
    let pending = scene().world.ask(LINKED);
    let presented = vec![bind(&other, &LINKED_NAMES, &pending)];
    let proof = link(&scene().wallet, &adult(), &presented, &pending);
    assert_eq!(refusal(&pending, &wire(&texts(&presented), &proof)), HolderFault::SigmaInvalid);
    for text in ["", "AAAA", &"_".repeat(43)] {
        let broken = sealed().claim("holder_tag", json!(text)).sign();
        let answer = wire(&[bind(&broken, &LINKED_NAMES, &pending).to_text()], &proof);
        let invalid = matches!(refusal(&pending, &answer), HolderFault::DisclosedValueInvalid { attribute, .. } if attribute == "holder_tag");
        assert!(invalid, "{text:?}");
    }
}

fn tag_claim(wallet: &Wallet) -> String {
    shiming::codec::to_base64url(&shiming_circuits::field::fr_to_bytes(&wallet.holder_tag("authority")))
}

#[test]
fn a_proof_where_none_is_asked_for_is_trailing_bytes() {
    let (linked, plain) = (scene().world.ask(LINKED), scene().world.ask(PLAIN));
    let (_, proof) = proved_by(&scene().wallet, &linked);
    let bound = bind(adult()[0].1.sd_jwt(), &PLAIN_NAMES, &plain);
    let refused = refusal(&plain, &wire(&[bound.to_text()], &proof));
    assert_eq!(refused, HolderFault::Malformed(DecodeError::TrailingBytes));
    assert!(judge(&plain, &alone(&bound)).is_ok());
}

#[test]
fn a_missing_or_cut_or_grown_proof_is_the_wrong_length() {
    let pending = scene().world.ask(LINKED);
    let (presented, proof) = proved_by(&scene().wallet, &pending);
    let texts = texts(&presented);
    let expected = wire(&texts, &proof).len();
    for length in [0, 1, PROOF - 32, PROOF - 1, PROOF + 1, PROOF + 32] {
        let mut cut = proof.clone();
        cut.resize(length, 0);
        let answer = wire(&texts, &cut);
        let found = answer.len();
        assert_eq!(refusal(&pending, &answer), HolderFault::WrongLength { expected, found }, "{length}");
    }
}

#[test]
fn every_changed_byte_of_the_proof_is_refused() {
    let pending = scene().world.ask(LINKED);
    let (presented, proof) = proved_by(&scene().wallet, &pending);
    let texts = texts(&presented);
    for position in 0..proof.len() {
        let mut bad = proof.clone();
        bad[position] ^= 1;
        assert!(judge(&pending, &wire(&texts, &bad)).is_err(), "byte {position}");
    }
    assert!(judge(&pending, &wire(&texts, &proof)).is_ok());
}

fn name(verdict: Result<Verdict, Rejection>) -> Pseudonym {
    *verdict.unwrap().pseudonym().unwrap()
}

/// The account of a wallet on each path at the scene's platform.
fn accounts(policy: &str) -> [Pseudonym; 2] {
    let Scene { world, wallet, adult } = scene();
    let [zk, conventional] =
        ["zk", "conventional"].map(|path| world.ask(&policy.replace(r#"["conventional"]"#, &format!(r#"["{path}"]"#))));
    let in_zk = name(judge(&zk, &world.answer(wallet, &[adult], &zk)));
    let verdict = judge(&conventional, &world.disclose(wallet, &[adult.credential()], &conventional)).unwrap();
    assert_eq!(verdict.path(), Path::Conventional);
    [in_zk, *verdict.pseudonym().unwrap()]
}

#[test]
fn one_persons_answers_on_both_paths_are_one_account() {
    let [zk, conventional] = accounts(LINKED);
    assert_eq!(zk, conventional);
    let [elsewhere, there] = accounts(&LINKED.replace("account", "voting"));
    assert_eq!(elsewhere, there);
    assert_ne!(zk, elsewhere, "another scope is another account");
}

#[test]
fn at_another_audience_one_person_has_another_account() {
    let Scene { world, wallet, adult } = scene();
    let theirs = world.ask_elsewhere(LINKED);
    let answer = world.disclose(wallet, &[adult.credential()], &theirs);
    let ledger = shiming::ledger::MemoryNonces::default();
    let there = name(world.other.verify(&theirs, &answer, &world.trust, &ledger, NOW, &mut rng(1)));
    let [_, here] = accounts(LINKED);
    assert_ne!(here, there);
}

#[test]
fn a_renewed_credential_keeps_the_account_and_another_wallet_has_another() {
    let [_, first] = accounts(LINKED);
    let account = |seed: u8| {
        let pending = scene().world.ask(LINKED);
        let own = pair(seed, &ADULT, &ADULT);
        name(judge(&pending, &scene().world.disclose(&own.wallet, &[&own.identity], &pending)))
    };
    assert_eq!(account(1), first);
    assert_ne!(account(2), first);
}
