//! Properties: no decoder panics, no mutation is accepted, and the proof agrees with the native decision on random people,
//! policies and days.

use crate::{
    rejections::{fault, scene},
    world::*,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::{TestCaseError, TestRunner},
};
use shiming::{
    credential::Credential,
    enrolment::{Enrolment, SignedChallenge},
    holder::{self, HolderError},
    keys::{RelationSpec, VerifyingKey},
    policy::Policy,
    prepared::Prepared,
    request::SignedRequest,
    verdict::HolderFault,
};
use std::sync::OnceLock;

pub fn check<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    if let Err(error) = TestRunner::new(config).run(&strategy, test) {
        panic!("{error}");
    }
}

/// A change of some bytes.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Insert(Index, u8),
    Delete(Index, usize),
    Repeat(Index, usize),
    Swap(Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 1u8..).prop_map(|(at, mask)| Mutation::Flip(at, mask)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        (at(), 1..70usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (at(), 1..70usize).prop_map(|(at, length)| Mutation::Repeat(at, length)),
        (at(), at()).prop_map(|(a, b)| Mutation::Swap(a, b)),
    ]
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let range = |at: &Index, length: usize| {
            let at = at.index(bytes.len());
            at..bytes.len().min(at + length)
        };
        match self {
            Self::Flip(at, mask) => {
                let at = at.index(bytes.len());
                bytes[at] ^= mask;
            }
            Self::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
            Self::Delete(at, length) => drop(bytes.drain(range(at, *length))),
            Self::Repeat(at, length) => {
                let range = range(at, *length);
                let copy = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, copy);
            }
            Self::Swap(a, b) => {
                let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
                bytes.swap(a, b);
            }
        }
    }
}

/// Valid bytes after a few changes, or arbitrary bytes.
pub fn hostile(valid: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let mutated = vec(mutation(), 1..4).prop_map(move |mutations| {
        let mut bytes = valid.clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut bytes));
        bytes
    });
    prop_oneof![4 => mutated, 1 => vec(any::<u8>(), 0..1_200)]
}

#[test]
fn no_mutated_presentation_is_accepted_and_none_panics() {
    let (pending, answer) = scene().answered(FOUR_COMPARISONS);
    check(400, hostile(answer.clone()), |bytes| {
        let accepted = scene().world.verify(&pending, &bytes).is_ok();
        prop_assert!(!accepted || bytes == answer);
        // Swapping equal bytes leaves a good presentation, which uses up the nonce: only the first one counts then.
        Ok(())
    });
}

#[test]
fn no_mutated_request_is_answered_and_none_panics() {
    let pending = scene().world.ask(FOUR_COMPARISONS);
    let valid = pending.as_bytes().to_vec();
    let trust = &scene().world.trust;
    check(400, hostile(valid.clone()), |bytes| {
        let signed = SignedRequest::from_bytes(&bytes);
        let checked = signed.map(|signed| signed.check(trust.bundle(), trust.schemas(), NOW, scene().world.today()));
        prop_assert!(!matches!(checked, Ok(Ok(_))) || bytes == valid);
        Ok(())
    });
}

#[test]
fn no_mutated_challenge_is_answered_and_none_panics() {
    let world = &scene().world;
    let valid = world.authority.challenge(&id("case-1"), NOW, &mut rng(1)).unwrap().as_bytes().to_vec();
    check(400, hostile(valid.clone()), |bytes| {
        let good = SignedChallenge::from_bytes(&bytes).and_then(|c| c.check(world.trust.bundle(), NOW)).is_ok();
        prop_assert!(!good || bytes == valid);
        Ok(())
    });
}

#[test]
fn no_mutated_enrolment_is_accepted_and_none_panics() {
    let world = &scene().world;
    let challenge = world.authority.challenge(&id("case-1"), NOW, &mut rng(1)).unwrap();
    let enrolment = holder::enrol(&World::wallet(1), challenge, &world.trust, keys(), NOW, &mut rng(2)).unwrap();
    let valid = enrolment.to_json().unwrap();
    check(300, hostile(valid.clone()), |bytes| {
        let Ok(read) = Enrolment::from_json(&bytes) else { return Ok(()) };
        let accepted = world.authority.check_enrolment(&read, &id("case-1"), &world.trust, NOW, &mut rng(3)).is_ok();
        // Blanks between the members are the only freedom that the file has.
        prop_assert!(!accepted || read.to_json().unwrap() == valid);
        Ok(())
    });
}

#[test]
fn no_mutated_credential_is_prepared_as_another_and_none_panics() {
    let valid = scene().adult.credential().to_json().unwrap();
    let schemas = scene().world.trust.schemas();
    check(300, hostile(valid), |bytes| {
        let Ok(read) = Credential::from_json(&bytes, schemas) else { return Ok(()) };
        if read.verify(&scene().world.trust, NOW).is_ok() {
            prop_assert!(read.attributes() == scene().adult.credential().attributes());
        }
        Ok(())
    });
}

#[test]
fn no_mutated_prepared_file_panics() {
    let valid = scene().adult.to_json().unwrap().to_vec();
    check(300, hostile(valid), |bytes| {
        let _ = Prepared::from_json(&bytes, scene().world.trust.schemas());
        Ok(())
    });
}

#[test]
fn every_mutated_verifying_key_is_another_key_or_none() {
    let spec = RelationSpec::named("range").unwrap();
    let key = keys().range.verifying();
    let valid = key.to_bytes();
    check(200, hostile(valid.clone()), |bytes| {
        let Ok(read) = VerifyingKey::from_bytes(spec, &bytes) else { return Ok(()) };
        prop_assert_eq!(read.to_bytes(), bytes.clone(), "one encoding for each key");
        prop_assert!(read.id() != key.id() || bytes == valid);
        Ok(())
    });
}

const REGIONS: [u32; 5] = [110_105, 110_101, 310_101, 440_524, 659_004];
const DAYS: [u32; 8] = [19_491_231, 19_800_229, 20_000_229, 20_080_228, 20_080_229, 20_081_122, 20_081_123, 20_261_122];
const REVIEWS: [u32; 4] = [20_261_121, 20_261_122, 20_261_123, 20_270_430];
const ENDS: [u32; 5] = [20_261_121, 20_261_122, 20_261_123, 20_301_231, 99_991_231];

/// Random people with their prepared credentials, made once.
fn people() -> &'static [Prepared] {
    static PEOPLE: OnceLock<Vec<Prepared>> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let world = World::new();
        let mut state = 2_026u32;
        let mut pick = |length: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % length
        };
        (0..12)
            .map(|_| {
                let person = Person {
                    number: ADULT.number,
                    birth_date: DAYS[pick(8)],
                    valid_until: ENDS[pick(5)],
                    region: REGIONS[pick(5)],
                    sex: pick(3) as u32,
                    account_class: pick(4) as u32,
                    verified_on: 20_261_101,
                    reverify_by: REVIEWS[pick(4)],
                    verified: u32::from(pick(5) > 0),
                    document_type: 2,
                };
                world.identity(&World::wallet(1), &person)
            })
            .collect()
    })
}

fn clause() -> impl Strategy<Value = String> {
    let with = |attribute: &'static str, operator: &'static str| {
        move |bound: u32| format!(r#"{{"attribute": "{attribute}", "{operator}": {bound}}}"#)
    };
    let regions = || proptest::sample::subsequence(REGIONS.to_vec(), 1..=4);
    let set = |operator: &'static str| {
        move |elements: Vec<u32>| format!(r#"{{"attribute": "region", "{operator}": {elements:?}}}"#)
    };
    prop_oneof![
        3 => select(vec![1u32, 17, 18, 19, 26, 60]).prop_map(with("birth_date", "age_at_least")),
        1 => select(vec![1u32, 17, 18, 26, 60]).prop_map(with("birth_date", "age_at_most")),
        1 => select(DAYS.to_vec()).prop_map(with("birth_date", "not_after")),
        1 => select(DAYS.to_vec()).prop_map(with("birth_date", "not_before")),
        2 => Just(r#"{"attribute": "document_valid_until", "not_before": "today"}"#.to_owned()),
        1 => select(ENDS.to_vec()).prop_map(with("document_valid_until", "not_after")),
        1 => (1u32..=3).prop_map(with("account_class", "at_least")),
        1 => (1u32..=3).prop_map(with("risk_tier", "at_least")),
        1 => (1u32..=5).prop_map(with("channels", "at_least")),
        1 => (1u32..=2).prop_map(with("sex", "equal")),
        1 => select(REGIONS.to_vec()).prop_map(with("region", "at_least")),
        1 => select(REGIONS.to_vec()).prop_map(with("region", "at_most")),
        2 => regions().prop_map(set("in")),
        2 => regions().prop_map(set("not_in")),
    ]
}

/// A person, the clauses of a policy, and the day, counted from today.
fn case() -> impl Strategy<Value = (Index, Vec<String>, i64)> {
    (any::<Index>(), vec(clause(), 0..5), select(vec![-1i64, 0, 0, 1, 99, 100, 463]))
}

/// The verifier accepts exactly what the native decision accepts; the wallet names the same clause; and whoever answers in
/// spite of it is refused by the proof.
fn agrees((person, clauses, days): (Index, Vec<String>, i64)) -> Result<(), TestCaseError> {
    let (wallet, prepared) = (World::wallet(1), person.get(people()));
    let world = World::at(NOW.plus(86_400 * days));
    let policy = document(&identity_policy(&clauses.join(", ")));
    let Ok(native) = Policy::from_document(policy.clone(), world.trust.schemas()) else {
        return Err(TestCaseError::reject("the same clause twice"));
    };
    let decision = native.evaluate(world.today(), &[prepared.credential().attributes()]);
    let pending = world.ask_document(&policy, &mut rng(1));
    let lie = world.lie(&wallet, &[prepared], &pending, &truth);
    match (world.present(&wallet, &[prepared], pending.request()), decision) {
        (Ok(answer), Ok(())) => {
            prop_assert!(world.verify(&pending, &answer.to_bytes(pending.request().plan())).is_ok());
        }
        (Err(HolderError::Policy(found)), Err(expected)) => {
            prop_assert_eq!(found, expected);
            prop_assert_eq!(fault(world.verify(&pending, &lie)), HolderFault::ProofInvalid);
        }
        (answer, decision) => prop_assert!(false, "wallet: {:?}, native: {decision:?}", answer.err()),
    }
    Ok(())
}

#[test]
fn proof_and_native_decision_agree_on_random_people_policies_and_days() {
    check(48, case(), agrees);
}

#[test]
#[ignore = "some minutes"]
fn proof_and_native_decision_agree_on_two_thousand_random_cases() {
    check(2_000, case(), agrees);
}
