//! What a verifier refuses about a presentation and its request, with the exact reason.

use crate::world::*;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use shiming::{
    codec::DecodeError,
    ledger::{LedgerError, MemoryNonces, NonceLedger},
    policy::Policy,
    prepared::Prepared,
    registry::IssuerKeyId,
    time::UnixTime,
    verdict::{ConfigurationFault, HolderFault, Rejection, StatusFault, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};
use shiming_circuits::field::{Fr, G1Affine, G2Affine};
use std::sync::OnceLock;

/// A world with one prepared adult. Made once: every case asks for requests of its own.
pub struct Scene {
    pub world: World,
    pub wallet: Wallet,
    pub adult: Prepared,
}

pub fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let (world, wallet) = (World::new(), World::wallet(1));
        let adult = world.identity(&wallet, &ADULT);
        Scene { world, wallet, adult }
    })
}

impl Scene {
    pub fn answered(&self, policy: &str) -> (PendingRequest, Vec<u8>) {
        let pending = self.world.ask(policy);
        let answer = self.world.answer(&self.wallet, &[&self.adult], &pending);
        (pending, answer)
    }

    fn refused(&self, pending: &PendingRequest, answer: &[u8]) -> HolderFault {
        fault(self.world.verify(pending, answer))
    }

    /// The fault of an answer after its bytes were changed.
    fn tampered(&self, policy: &str, tamper: impl FnOnce(&mut Vec<u8>)) -> HolderFault {
        let (pending, mut answer) = self.answered(policy);
        tamper(&mut answer);
        self.refused(&pending, &answer)
    }
}

pub fn fault(result: Result<Verdict, Rejection>) -> HolderFault {
    match result {
        Err(Rejection::Holder(fault)) => fault,
        other => panic!("not the holder's fault: {other:?}"),
    }
}

fn clauses(policy: &str) -> String {
    identity_policy(policy)
}

#[test]
fn a_presentation_under_another_request_of_the_same_policy_is_sigma_invalid() {
    let (_, answer) = scene().answered(FOUR_COMPARISONS);
    let another = scene().world.ask(FOUR_COMPARISONS);
    assert_eq!(scene().refused(&another, &answer), HolderFault::SigmaInvalid);
}

#[test]
fn a_presentation_for_one_scope_is_refused_for_another_of_the_same_shape() {
    let (_, answer) = scene().answered(FOUR_COMPARISONS);
    let another = scene().world.ask(&FOUR_COMPARISONS.replace("\"account\"", "\"voting\""));
    assert_eq!(scene().refused(&another, &answer), HolderFault::SigmaInvalid);
}

#[test]
fn a_request_of_another_verifier_is_the_wrong_audience() {
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let ledger = MemoryNonces::default();
    let result = world.other.verify(&pending, &answer, &world.trust, &ledger, NOW, &mut rng(1));
    assert_eq!(fault(result), HolderFault::WrongAudience);
    assert!(!ledger.is_used(pending.nonce().as_bytes()).unwrap());
    let restored = world.other.restore(pending.as_bytes(), &world.trust, NOW);
    assert_eq!(restored.err(), Some(Rejection::Holder(HolderFault::WrongAudience)));
}

#[test]
fn the_last_second_of_a_request_is_accepted_and_the_next_one_is_expired() {
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let verify = |now: UnixTime| {
        world.platform.verify(&pending, &answer, &world.trust, &MemoryNonces::default(), now, &mut rng(1))
    };
    let last = pending.request().request().expires_at;
    assert!(verify(last).is_ok());
    assert_eq!(fault(verify(last.plus(1))), HolderFault::RequestExpired);
    let restored = world.platform.restore(pending.as_bytes(), &world.trust, last.plus(1));
    assert_eq!(restored.err(), Some(Rejection::Holder(HolderFault::RequestExpired)));
}

#[test]
fn the_second_identical_submission_is_replayed_and_so_is_any_other_answer() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    assert!(scene().world.verify(&pending, &answer).is_ok());
    assert_eq!(scene().refused(&pending, &answer), HolderFault::Replayed);
    let second = scene().world.answer(&scene().wallet, &[&scene().adult], &pending);
    assert_ne!(second, answer);
    assert_eq!(scene().refused(&pending, &second), HolderFault::Replayed);
}

#[test]
fn the_same_answer_twice_in_one_batch_is_accepted_once() {
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let entries = [(&pending, answer.as_slice()), (&pending, answer.as_slice())];
    let mut results = world.platform.verify_batch(&entries, &world.trust, &world.nonces, NOW, &mut rng(1));
    assert_eq!(fault(results.pop().unwrap()), HolderFault::Replayed);
    assert!(results.pop().unwrap().is_ok());
}

#[test]
fn a_refused_submission_does_not_use_up_the_request() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    for position in [0, 40, 360, answer.len() - 1] {
        let mut bad = answer.clone();
        bad[position] ^= 1;
        assert_ne!(scene().refused(&pending, &bad), HolderFault::Replayed);
    }
    assert!(scene().world.verify(&pending, &answer).is_ok());
}

#[test]
fn of_eight_concurrent_submissions_exactly_one_is_accepted() {
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let submit = |seed| world.platform.verify(&pending, &answer, &world.trust, &world.nonces, NOW, &mut rng(seed));
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|seed| scope.spawn(move || submit(seed))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (accepted, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(accepted.len(), 1);
    for result in refused {
        assert_eq!(fault(result), HolderFault::Replayed);
    }
}

struct BrokenLedger;

impl NonceLedger for BrokenLedger {
    fn consume(&self, _: &[u8; 32], _: UnixTime) -> Result<(), LedgerError> {
        Err(LedgerError::Store("full".to_owned()))
    }

    fn is_used(&self, _: &[u8; 32]) -> Result<bool, LedgerError> {
        Ok(false)
    }
}

#[test]
fn a_nonce_that_cannot_be_recorded_is_not_accepted() {
    let Scene { world, .. } = scene();
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let result = world.platform.verify(&pending, &answer, &world.trust, &BrokenLedger, NOW, &mut rng(1));
    assert_eq!(result, Err(ConfigurationFault::LedgerUnavailable.into()));
}

#[test]
fn proofs_swapped_between_two_presentations_are_sigma_invalid() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let (_, other) = scene().answered(FOUR_COMPARISONS);
    let layout = Layout::FOUR_COMPARISONS;
    for index in 0..layout.proofs {
        let range = layout.proof(index)..layout.proof(index + 1);
        let mut swapped = answer.clone();
        swapped[range.clone()].copy_from_slice(&other[range]);
        assert_eq!(scene().refused(&pending, &swapped), HolderFault::SigmaInvalid, "proof {index}");
    }
    assert_eq!(answer.len(), layout.end());
}

#[test]
fn a_hidden_input_more_or_less_is_the_wrong_length() {
    let expected = Layout::FOUR_COMPARISONS.end();
    let wrong = |found| HolderFault::WrongLength { expected, found };
    let longer = scene().tampered(FOUR_COMPARISONS, |answer| {
        let at = Layout::FOUR_COMPARISONS.response(0);
        answer.splice(at..at, [0; 32]);
    });
    assert_eq!(longer, wrong(expected + 32));
    let shorter = scene().tampered(FOUR_COMPARISONS, |answer| {
        let at = Layout::FOUR_COMPARISONS.response(0);
        answer.drain(at..at + 32);
    });
    assert_eq!(shorter, wrong(expected - 32));
    let trailing = scene().tampered(FOUR_COMPARISONS, |answer| answer.push(0));
    assert_eq!(trailing, wrong(expected + 1));
}

#[test]
fn every_truncation_is_refused_by_where_it_ends() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let clear = Layout::FOUR_COMPARISONS.clear;
    for length in 0..answer.len() {
        let expected = match length {
            n if n < clear => HolderFault::Malformed(DecodeError::Truncated),
            found => HolderFault::WrongLength { expected: answer.len(), found },
        };
        assert_eq!(scene().refused(&pending, &answer[..length]), expected, "{length} bytes");
    }
}

#[test]
fn a_presentation_above_the_cap_is_not_even_read() {
    let cap = 16 << 10;
    let grown = |length: usize| scene().tampered(FOUR_COMPARISONS, |answer| answer.resize(length, 0));
    let expected = Layout::FOUR_COMPARISONS.end();
    assert_eq!(grown(cap), HolderFault::WrongLength { expected, found: cap });
    assert_eq!(grown(cap + 1), HolderFault::Malformed(DecodeError::TooLarge { cap }));
}

/// Replaces the first proof's A, B and C.
fn rerandomised(
    answer: &mut [u8],
    change: impl FnOnce(G1Affine, G2Affine, G1Affine) -> (G1Affine, G2Affine, G1Affine),
) {
    let at = Layout::FOUR_COMPARISONS.proof(0);
    let g1 = |at: usize| G1Affine::deserialize_compressed(&answer[at..at + 32]).unwrap();
    let b = G2Affine::deserialize_compressed(&answer[at + 32..at + 96]).unwrap();
    let (a, b, c) = change(g1(at), b, g1(at + 96));
    let mut bytes = Vec::new();
    a.serialize_compressed(&mut bytes).unwrap();
    b.serialize_compressed(&mut bytes).unwrap();
    c.serialize_compressed(&mut bytes).unwrap();
    answer[at..at + 128].copy_from_slice(&bytes);
}

#[test]
fn a_third_partys_rerandomised_copy_satisfies_the_pairing_but_is_sigma_invalid() {
    let r = Fr::from(7u64);
    let scaled = scene().tampered(FOUR_COMPARISONS, |answer| {
        rerandomised(answer, |a, b, c| ((a * r).into_affine(), (b * r.inverse().unwrap()).into_affine(), c));
    });
    assert_eq!(scaled, HolderFault::SigmaInvalid);
    let negated = scene().tampered(FOUR_COMPARISONS, |answer| rerandomised(answer, |a, b, c| (-a, -b, c)));
    assert_eq!(negated, HolderFault::SigmaInvalid);
}

#[test]
fn a_third_partys_shifted_b_and_c_is_sigma_invalid() {
    let delta = shiming::danger::InsecureKeyPoints::of(keys().native.verifying()).delta_g2;
    let shifted = scene().tampered(FOUR_COMPARISONS, |answer| {
        rerandomised(answer, |a, b, c| (a, (b + delta).into_affine(), (c + a).into_affine()));
    });
    assert_eq!(shifted, HolderFault::SigmaInvalid);
}

#[test]
fn a_pseudonym_of_somebody_else_is_sigma_invalid() {
    let another = scene().tampered(FOUR_COMPARISONS, |answer| {
        let at = Layout::FOUR_COMPARISONS.pseudonym();
        let point = G1Affine::deserialize_compressed(&answer[at..at + 32]).unwrap();
        let mut bytes = Vec::new();
        (point + G1Affine::generator()).into_affine().serialize_compressed(&mut bytes).unwrap();
        answer[at..at + 32].copy_from_slice(&bytes);
    });
    assert_eq!(another, HolderFault::SigmaInvalid);
}

#[test]
fn a_disclosed_value_changed_on_the_way_is_sigma_invalid_or_no_value() {
    let changed = scene().tampered(DISCLOSING, |answer| answer[37 + 16] = b'3');
    assert_eq!(changed, HolderFault::SigmaInvalid);
    let blank = scene().tampered(DISCLOSING, |answer| answer[37] = b' ');
    let fault = shiming::schema::AttributeFault::NotAscii;
    assert_eq!(blank, HolderFault::DisclosedValueInvalid { attribute: "document_number".to_owned(), fault });
    let absent = scene().tampered(DISCLOSING, |answer| answer[37..55].fill(0));
    let fault = shiming::schema::AttributeFault::Missing;
    assert_eq!(absent, HolderFault::DisclosedValueInvalid { attribute: "document_number".to_owned(), fault });
}

#[test]
fn a_disclosed_value_that_the_holder_lies_about_is_proof_invalid() {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(DISCLOSING);
    let lie = |_: usize, slot: usize, value: Fr| if slot == 1 { value + Fr::from(1u64) } else { value };
    let answer = world.lie(wallet, &[adult], &pending, &lie);
    assert_eq!(scene().refused(&pending, &answer), HolderFault::ProofInvalid);
    let honest = world.lie(wallet, &[adult], &pending, &truth);
    assert!(world.verify(&pending, &honest).is_ok());
}

/// The plan of another policy, for an answer under it to the request at hand.
fn answer_under(policy: &str, pending: &PendingRequest) -> Vec<u8> {
    let Scene { world, wallet, adult } = scene();
    let policy = Policy::from_document(document(policy), world.trust.schemas()).unwrap();
    world.lie_under(&policy.compile(world.today()), wallet, &[adult], pending, &truth)
}

const STRICT: &str =
    r#"{"attribute": "birth_date", "age_at_least": 18}, {"attribute": "account_class", "at_least": 3}"#;

#[test]
fn a_predicate_that_the_prover_drops_makes_the_sigma_proof_invalid() {
    let pending = scene().world.ask(&clauses(STRICT));
    let dropped = answer_under(&clauses(r#"{"attribute": "birth_date", "age_at_least": 18}"#), &pending);
    // As many range proofs, so as long; only the statement differs.
    assert_eq!(scene().refused(&pending, &dropped), HolderFault::SigmaInvalid);
}

#[test]
fn an_answer_to_a_weaker_policy_is_sigma_invalid() {
    let pending = scene().world.ask(&clauses(STRICT));
    let weaker = answer_under(&clauses(&STRICT.replace('3', "2")), &pending);
    assert_eq!(scene().refused(&pending, &weaker), HolderFault::SigmaInvalid);
    let younger = answer_under(&clauses(&STRICT.replace("18", "1").replace('3', "2")), &pending);
    assert_eq!(scene().refused(&pending, &younger), HolderFault::SigmaInvalid);
}

#[test]
fn a_set_that_the_prover_drops_is_the_wrong_length() {
    let strict = r#"{"attribute": "region", "in": [110101, 310101]}"#;
    let pending = scene().world.ask(&clauses(strict));
    let dropped = answer_under(&clauses(""), &pending);
    let expected = dropped.len() + 192;
    assert_eq!(scene().refused(&pending, &dropped), HolderFault::WrongLength { expected, found: dropped.len() });
    let wider = answer_under(&clauses(&strict.replace("110101", "110105")), &pending);
    assert_eq!(scene().refused(&pending, &wider), HolderFault::SigmaInvalid);
}

#[test]
fn a_pseudonym_that_the_prover_leaves_out_is_the_wrong_length() {
    let pending = scene().world.ask(FOUR_COMPARISONS);
    let without = answer_under(&FOUR_COMPARISONS.replace(r#""pseudonym": {"scope": "account"},"#, ""), &pending);
    let expected = without.len() + 32;
    assert_eq!(scene().refused(&pending, &without), HolderFault::WrongLength { expected, found: without.len() });
}

#[test]
fn a_status_epoch_that_moved_on_is_stale() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    let later = World::changed(|document| document.status_epoch = 1);
    assert_eq!(later.verify(&pending, &answer), Err(StatusFault::StatusEpochStale.into()));
    let restored = later.platform.restore(pending.as_bytes(), &later.trust, NOW);
    assert_eq!(restored.err(), Some(StatusFault::StatusEpochStale.into()));
}

#[test]
fn a_policy_for_the_other_path_takes_no_answer_in_zero_knowledge() {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(&FOUR_COMPARISONS.replace("[\"zk\"]", "[\"conventional\"]"));
    let honest = world.present(wallet, &[adult], pending.request());
    assert!(matches!(honest, Err(shiming::holder::HolderError::PathNotAccepted)));
    let answer = world.lie(wallet, &[adult], &pending, &truth);
    assert_eq!(scene().refused(&pending, &answer), HolderFault::PathNotAllowed);
}

#[test]
fn an_unknown_issuer_key_is_the_issuers_fault_whatever_the_rest_says() {
    let (pending, mut answer) = scene().answered(FOUR_COMPARISONS);
    answer[5..37].fill(7);
    let unknown = shiming::verdict::IssuerFault::UnknownIssuerKey;
    assert_eq!(scene().world.verify(&pending, &answer), Err(unknown.into()));
}

#[test]
fn the_key_of_an_issuer_that_the_policy_does_not_name_is_not_permitted() {
    let (pending, mut answer) = scene().answered(FOUR_COMPARISONS);
    let network: IssuerKeyId = scene().world.network.key_id();
    answer[5..37].copy_from_slice(network.digest().as_bytes());
    assert_eq!(scene().refused(&pending, &answer), HolderFault::IssuerNotPermitted);
}
