//! One-time passwords of one transaction.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shiming::one_time_password::{
    Algorithm, Digits, Judgement, MAX_TRIES, OneTimePasswordError as E, OneTimePasswordSecret, OneTimePasswordState,
    STEP_SECONDS, TransactionCodes, WINDOW_STEPS,
};
use shiming::time::UnixTime;

/// The first second of a step.
const NOW: i64 = 1_795_305_600;

fn secret() -> OneTimePasswordSecret {
    OneTimePasswordSecret::from_bytes(*b"0123456789abcdef0123456789abcdef")
}

fn codes(transaction: &[u8]) -> TransactionCodes {
    secret().for_transaction(transaction).ok().unwrap()
}

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

fn code(codes: &TransactionCodes, seconds: i64) -> String {
    codes.code(at(seconds)).ok().unwrap().to_string()
}

/// A code of six digits that is none of the window's.
fn wrong(codes: &TransactionCodes) -> String {
    let window = [-30, 0, 30].map(|offset| code(codes, NOW + offset));
    (0..4).map(|n| format!("{n:06}")).find(|code| !window.contains(code)).unwrap()
}

const FRESH: OneTimePasswordState = OneTimePasswordState::new(None, 0);

#[test]
fn the_code_of_the_instant_is_accepted() {
    let codes = codes(b"txn-1");
    let Judgement { state, outcome } = codes.verify(&code(&codes, NOW), at(NOW), &FRESH);
    assert_eq!(outcome, Ok(()));
    assert_eq!(state, OneTimePasswordState::new(Some(NOW as u64 / 30), 0));
    assert_eq!(OneTimePasswordState::default(), FRESH);
}

#[test]
fn the_secret_of_a_transaction_is_hkdf_of_the_subjects_and_its_id() {
    // python3: hmac over the derived key: PRK = HMAC-SHA256(0^32, secret); OKM = HMAC-SHA256(PRK, tag || id || 01);
    // then RFC 4226 truncation of HMAC-SHA256(OKM, step).
    assert_eq!(code(&codes(b"txn-1"), NOW), "655886");
    assert_eq!(code(&codes(b""), NOW), "445585");
    let eight = secret().codes(b"txn-1", Algorithm::SHA1, Digits::Eight).ok().unwrap();
    assert_eq!(code(&eight, NOW), "79689073");
}

#[test]
fn a_code_of_one_transaction_is_wrong_for_every_other() {
    let mine = codes(b"txn-1");
    for other in [&b"txn-2"[..], b"", b"txn-1 ", b"txn-", b"txn-10", b"TXN-1"] {
        assert_eq!(codes(other).verify(&code(&mine, NOW), at(NOW), &FRESH).outcome, Err(E::Wrong), "{other:?}");
    }
    // And one of another subject for the same transaction.
    let other = OneTimePasswordSecret::from_bytes([7; 32]).for_transaction(b"txn-1").ok().unwrap();
    assert_eq!(other.verify(&code(&mine, NOW), at(NOW), &FRESH).outcome, Err(E::Wrong));
}

#[test]
fn one_step_before_and_after_is_accepted_and_no_more() {
    assert_eq!((STEP_SECONDS, WINDOW_STEPS), (30, 1));
    let codes = codes(b"txn-1");
    let of_now = code(&codes, NOW);
    for (offset, expected) in [
        (-31, Err(E::Wrong)),
        (-30, Ok(())),
        (-1, Ok(())),
        (0, Ok(())),
        (29, Ok(())),
        (30, Ok(())),
        (59, Ok(())),
        (60, Err(E::Wrong)),
    ] {
        assert_eq!(codes.verify(&of_now, at(NOW + offset), &FRESH).outcome, expected, "{offset}");
    }
}

#[test]
fn a_code_is_accepted_once() {
    let codes = codes(b"txn-1");
    let used = codes.verify(&code(&codes, NOW), at(NOW), &FRESH).state;
    for offset in [0, 1, 29, 30, 59, -30] {
        let again = codes.verify(&code(&codes, NOW), at(NOW + offset), &used);
        assert_eq!((again.outcome, again.state), (Err(E::Replayed), used), "{offset}");
    }
    // An earlier step's is used with it, a later one's is not.
    assert_eq!(codes.verify(&code(&codes, NOW - 30), at(NOW), &used).outcome, Err(E::Replayed));
    assert_eq!(codes.verify(&code(&codes, NOW + 30), at(NOW), &used).outcome, Ok(()));
}

#[test]
fn five_wrong_codes_are_the_last() {
    let codes = codes(b"txn-1");
    let mut state = FRESH;
    for n in 1..=MAX_TRIES {
        let judged = codes.verify(&wrong(&codes), at(NOW), &state);
        assert_eq!((judged.outcome, judged.state.wrong_codes()), (Err(E::Wrong), n));
        if n == MAX_TRIES - 1 {
            assert_eq!(codes.verify(&code(&codes, NOW), at(NOW), &judged.state).outcome, Ok(()), "the fifth try");
        }
        state = judged.state;
    }
    assert_eq!(MAX_TRIES, 5);
    let right = codes.verify(&code(&codes, NOW), at(NOW), &state);
    assert_eq!((right.outcome, right.state), (Err(E::Exhausted), state));
    assert_eq!(codes.verify(&wrong(&codes), at(NOW), &state).state, state);
    assert_eq!(
        codes.verify(&code(&codes, NOW), at(NOW), &OneTimePasswordState::new(None, 255)).outcome,
        Err(E::Exhausted)
    );
}

#[test]
fn an_accepted_code_does_not_forgive_wrong_ones() {
    let codes = codes(b"txn-1");
    let state = codes.verify(&code(&codes, NOW), at(NOW), &OneTimePasswordState::new(None, 3)).state;
    assert_eq!((state.wrong_codes(), state.used_step()), (3, Some(NOW as u64 / 30)));
}

#[test]
fn what_is_no_code_costs_no_try() {
    let codes = codes(b"txn-1");
    let right = code(&codes, NOW);
    for text in ["", "12345", "1234567", "12345a", " 12345", "+12345", "１２", &right[..5], &format!("{right}0")] {
        let judged = codes.verify(text, at(NOW), &FRESH);
        assert_eq!((judged.outcome, judged.state), (Err(E::Format(6)), FRESH), "{text:?}");
    }
    let eight = secret().codes(b"txn-1", Algorithm::SHA256, Digits::Eight).ok().unwrap();
    assert_eq!(eight.verify(&right, at(NOW), &FRESH).outcome, Err(E::Format(8)));
    let seven = secret().codes(b"txn-1", Algorithm::SHA256, Digits::Seven).ok().unwrap();
    assert_eq!(seven.verify(&right, at(NOW), &FRESH).outcome, Err(E::Format(7)));
    assert_eq!(code(&seven, NOW)[1..], right);
}

#[test]
fn a_time_before_1970_is_the_clocks_fault() {
    let codes = codes(b"txn-1");
    assert_eq!(codes.code(at(-1)).err(), Some(E::Clock));
    let judged = codes.verify("000000", at(-1), &FRESH);
    assert_eq!((judged.outcome, judged.state), (Err(E::Clock), FRESH));
    // The first steps have no step before them, the last none after.
    assert_eq!(codes.verify(&code(&codes, 0), at(0), &FRESH).outcome, Ok(()));
    assert_eq!(codes.verify(&code(&codes, i64::MAX), at(i64::MAX), &FRESH).outcome, Ok(()));
}

#[test]
fn generated_secrets_differ() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let [one, two] =
        [(); 2].map(|()| OneTimePasswordSecret::generate(&mut rng).for_transaction(b"txn-1").ok().unwrap());
    assert_ne!(
        (0..4).map(|n| code(&one, NOW + 30 * n)).collect::<String>(),
        (0..4).map(|n| code(&two, NOW + 30 * n)).collect::<String>()
    );
    assert_eq!(one.verify(&code(&two, NOW), at(NOW), &FRESH).outcome, Err(E::Wrong));
}
