//! The bytes of conventional answers around their SD-JWTs: path, form, replay, batches, and what hostile bytes do.

use crate::{
    forge::*,
    properties::{check, hostile},
    rejections::{Scene, scene},
    world::*,
};
use proptest::prelude::*;
use shiming::{
    codec::DecodeError,
    conventional::{ConventionalFault, sd_jwt::SdJwtError},
    holder::HolderError,
    ledger::MemoryNonces,
    verdict::{HolderFault, Rejection, Verdict},
    verifier::PendingRequest,
};

/// A good answer of the scene's adult.
fn answered(policy: &str) -> (PendingRequest, Vec<u8>) {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(policy);
    let answer = world.disclose(wallet, &[adult.credential()], &pending);
    (pending, answer)
}

fn malformed(error: DecodeError) -> HolderFault {
    HolderFault::Malformed(error)
}

#[test]
fn a_policy_for_zero_knowledge_takes_no_conventional_answer() {
    let Scene { world, wallet, adult } = scene();
    for policy in [LINKED, PLAIN] {
        let pending = world.ask(&policy.replace(r#"["conventional"]"#, r#"["zk"]"#));
        let credentials = [adult.credential()];
        let honest = world.propose(wallet, &credentials, &pending).err();
        assert!(matches!(honest, Some(HolderError::ConventionalNotAccepted)));
        let names: &[&str] = if policy == LINKED { &LINKED_NAMES } else { &PLAIN_NAMES };
        let answer = alone(&bind(adult.credential().sd_jwt(), names, &pending));
        assert_eq!(refusal(&pending, &answer), HolderFault::PathNotAllowed);
    }
}

#[test]
fn a_policy_for_the_conventional_path_takes_no_answer_in_zero_knowledge() {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(LINKED);
    let honest = world.present(wallet, &[adult], pending.request()).err();
    assert!(matches!(honest, Some(HolderError::PathNotAccepted)));
    let answer = world.lie(wallet, &[adult], &pending, &truth);
    assert_eq!(refusal(&pending, &answer), HolderFault::PathNotAllowed);
}

#[test]
fn another_header_is_no_answer() {
    let (pending, answer) = answered(PLAIN);
    for position in 0..5 {
        for value in [0, 2, 0xff] {
            let mut other = answer.clone();
            other[position] = value;
            let refused = refusal(&pending, &other);
            // Path 0 is the other path's.
            let expected = match (position, value) {
                (3, 0) => HolderFault::PathNotAllowed,
                _ => malformed(DecodeError::WrongHeader),
            };
            assert_eq!(refused, expected, "byte {position} is {value}");
        }
    }
}

#[test]
fn every_truncation_is_refused_by_where_it_ends() {
    let (pending, answer) = answered(LINKED);
    let text = u32::from_be_bytes(answer[5..9].try_into().unwrap()) as usize;
    for length in (0..answer.len()).filter(|length| *length < 64 || length % 7 == 0 || *length > 9 + text - 8) {
        let expected = match length {
            n if n < 9 + text => malformed(DecodeError::Truncated),
            found => HolderFault::WrongLength { expected: answer.len(), found },
        };
        assert_eq!(refusal(&pending, &answer[..length]), expected, "{length} bytes");
    }
}

#[test]
fn bytes_behind_an_answer_are_refused() {
    for (policy, linked) in [(PLAIN, false), (LINKED, true)] {
        let (pending, answer) = answered(policy);
        for more in [&b"\0"[..], b"\n", b"~"] {
            let longer = [&answer[..], more].concat();
            let (expected, found) = (answer.len(), longer.len());
            let fault = if linked {
                HolderFault::WrongLength { expected, found }
            } else {
                malformed(DecodeError::TrailingBytes)
            };
            assert_eq!(refusal(&pending, &longer), fault);
        }
    }
}

#[test]
fn a_length_that_takes_bytes_from_elsewhere_is_refused() {
    let (pending, answer) = answered(PLAIN);
    let with = |length: u32| {
        let mut other = answer.clone();
        other[5..9].copy_from_slice(&length.to_be_bytes());
        refusal(&pending, &other)
    };
    assert_eq!(with(u32::MAX), malformed(DecodeError::Truncated));
    assert_eq!(with(answer.len() as u32 - 8), malformed(DecodeError::Truncated));
    assert_eq!(with(0), sd_jwt_fault(SdJwtError::NoTilde));
    assert!(matches!(
        with(answer.len() as u32 - 10),
        HolderFault::Conventional { credential: 0, fault: ConventionalFault::SdJwt(SdJwtError::KeyBinding(_)) }
    ));
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let (pending, mut answer) = answered(PLAIN);
    answer[20] = 0xff;
    assert_eq!(refusal(&pending, &answer), malformed(DecodeError::NotUtf8));
}

#[test]
fn an_answer_above_the_cap_is_not_even_read() {
    let (pending, mut answer) = answered(PLAIN);
    let cap = 64 << 10;
    answer.resize(cap, 0);
    assert_eq!(refusal(&pending, &answer), malformed(DecodeError::TrailingBytes));
    answer.push(0);
    assert_eq!(refusal(&pending, &answer), malformed(DecodeError::TooLarge { cap }));
}

#[test]
fn the_second_submission_is_replayed_on_either_path() {
    let Scene { world, wallet, adult } = scene();
    let both = LINKED.replace(r#"["conventional"]"#, r#"["zk", "conventional"]"#);
    let (pending, answer) = answered(&both);
    let in_zk = world.answer(wallet, &[adult], &pending);
    assert!(judge(&pending, &answer).is_ok());
    for second in [&answer, &in_zk] {
        assert_eq!(refusal(&pending, second), HolderFault::Replayed);
    }
}

#[test]
fn a_refused_answer_does_not_use_up_the_request() {
    let (pending, answer) = answered(LINKED);
    let last = answer.len() - 1;
    for position in [0, 5, 200, last] {
        let mut bad = answer.clone();
        bad[position] ^= 1;
        assert_ne!(refusal(&pending, &bad), HolderFault::Replayed);
    }
    assert!(judge(&pending, &answer).is_ok());
}

#[test]
fn the_last_second_of_a_request_is_accepted_and_the_next_one_is_expired() {
    let world = &scene().world;
    let (pending, answer) = answered(PLAIN);
    let last = pending.request().request().expires_at;
    let verify =
        |now| world.platform.verify(&pending, &answer, &world.trust, &MemoryNonces::default(), now, &mut rng(1));
    assert!(verify(last).is_ok());
    assert_eq!(verify(last.plus(1)), Err(HolderFault::RequestExpired.into()));
}

#[test]
fn in_a_batch_of_both_paths_a_bad_entry_spoils_no_other() {
    let Scene { world, wallet, adult } = scene();
    let policies = [LINKED, PLAIN].map(|policy| policy.replace(r#"["conventional"]"#, r#"["zk", "conventional"]"#));
    let [linked, plain] = &policies;
    let in_zk = |policy: &str| {
        let pending = world.ask(policy);
        let answer = world.answer(wallet, &[adult], &pending);
        (pending, answer)
    };
    let broken = |(pending, mut answer): (PendingRequest, Vec<u8>), from_end: usize| {
        let position = answer.len() - from_end;
        answer[position] ^= 1;
        (pending, answer)
    };
    let entries = [
        answered(linked),
        in_zk(linked),
        broken(answered(linked), 40),
        answered(plain),
        broken(in_zk(linked), 40),
        broken(answered(plain), answered(plain).1.len()),
        in_zk(plain),
        answered(linked),
    ];
    let good = [true, true, false, true, false, false, true, true];
    let ledger = MemoryNonces::default();
    let judged = |entries: &[(&PendingRequest, &[u8])], ledger: &MemoryNonces| -> Vec<Result<Verdict, Rejection>> {
        world.platform.verify_batch(entries, &world.trust, ledger, NOW, &mut rng(1))
    };
    let borrowed: Vec<(&PendingRequest, &[u8])> = entries.iter().map(|(p, a)| (p, a.as_slice())).collect();
    let together = judged(&borrowed, &ledger);
    assert_eq!(together.iter().map(Result::is_ok).collect::<Vec<bool>>(), good);
    let one_by_one: Vec<_> = borrowed.iter().flat_map(|entry| judged(&[*entry], &MemoryNonces::default())).collect();
    assert_eq!(together, one_by_one);
    assert!(judged(&borrowed, &ledger).iter().zip(good).all(|(again, good)| match again {
        Err(Rejection::Holder(HolderFault::Replayed)) => good,
        other => !good && other.is_err(),
    }));
}

#[test]
fn two_answers_to_one_request_in_a_batch_count_once() {
    let Scene { world, wallet, adult } = scene();
    let both = LINKED.replace(r#"["conventional"]"#, r#"["zk", "conventional"]"#);
    let (pending, answer) = answered(&both);
    let in_zk = world.answer(wallet, &[adult], &pending);
    let entries = [(&pending, answer.as_slice()), (&pending, in_zk.as_slice())];
    let mut judged = world.platform.verify_batch(&entries, &world.trust, &world.nonces, NOW, &mut rng(1));
    assert_eq!(judged.pop().unwrap(), Err(HolderFault::Replayed.into()));
    assert!(judged.pop().unwrap().is_ok());
}

/// A changed answer is refused, or is as good as the original: ECDSA signatures have a second form, and nothing else does.
fn holds(policy: &str, cases: u32) {
    let world = &scene().world;
    let (pending, answer) = answered(policy);
    let verify =
        |bytes: &[u8]| world.platform.verify(&pending, bytes, &world.trust, &MemoryNonces::default(), NOW, &mut rng(1));
    let original = verify(&answer).unwrap();
    check(cases, hostile(answer.clone()), |bytes| {
        if let Ok(verdict) = verify(&bytes) {
            prop_assert_eq!(&verdict, &original);
        }
        Ok(())
    });
}

#[test]
fn a_changed_conventional_answer_is_refused_or_has_the_same_verdict_and_none_panics() {
    holds(PLAIN, 600);
    holds(LINKED, 300);
}

#[test]
fn every_changed_byte_of_an_answer_is_refused() {
    let (pending, answer) = answered(PLAIN);
    for position in 0..answer.len() {
        let mut bad = answer.clone();
        bad[position] ^= 1;
        assert!(judge(&pending, &bad).is_err(), "byte {position}");
    }
    assert!(judge(&pending, &answer).is_ok());
}
