//! r and s: between 1 and the order minus 1, in both algorithms; and what a signature is over.

use crate::hex;
use shiming::signature::{
    Algorithm, Distid, RawSignature,
    SignatureError::{self, Invalid, Range},
    SigningKey,
};

/// The group orders and their successors.
const ORDERS: [(Algorithm, &str, &str); 2] = [
    (
        Algorithm::Es256,
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552",
    ),
    (
        Algorithm::Sm2,
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54124",
    ),
];

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_bytes(algorithm, &[7; 32]).unwrap()
}

fn with(signature: &RawSignature, half: usize, value: &[u8; 32]) -> RawSignature {
    let mut bytes = *signature.as_bytes();
    bytes[half..half + 32].copy_from_slice(value);
    RawSignature::from_bytes(bytes)
}

/// n - x, for x below n.
fn negated(order: &[u8; 32], x: &[u8]) -> [u8; 32] {
    let (mut out, mut borrow) = ([0u8; 32], 0i16);
    for i in (0..32).rev() {
        let difference = i16::from(order[i]) - i16::from(x[i]) - borrow;
        borrow = i16::from(difference < 0);
        out[i] = difference.rem_euclid(256) as u8;
    }
    out
}

#[test]
fn zero_the_order_and_what_is_above_are_out_of_range() {
    for (algorithm, order, above) in ORDERS {
        let signature = key(algorithm).sign(b"message").unwrap();
        for half in [0, 32] {
            for value in [[0; 32], hex::array(order), hex::array(above), [0xff; 32]] {
                let found = key(algorithm).public_key().verify(b"message", &with(&signature, half, &value));
                assert_eq!(found, Err(Range), "{algorithm:?} at {half}: {}", hex::text(&value));
            }
            // The ends of the range are in it, and are not this signature.
            let mut one = [0; 32];
            one[31] = 1;
            let mut last: [u8; 32] = hex::array(order);
            last[31] -= 1;
            for value in [one, last] {
                let found = key(algorithm).public_key().verify(b"message", &with(&signature, half, &value));
                assert_eq!(found, Err(Invalid), "{algorithm:?} at {half}: {}", hex::text(&value));
            }
        }
    }
}

#[test]
fn an_sm2_signature_whose_r_and_s_add_up_to_the_order_is_invalid() {
    let (_, order, _) = ORDERS[1];
    let signature = key(Algorithm::Sm2).sign(b"message").unwrap();
    let s = negated(&hex::array(order), &signature.as_bytes()[..32]);
    let found = key(Algorithm::Sm2).public_key().verify(b"message", &with(&signature, 32, &s));
    assert_eq!(found, Err(Invalid));
}

#[test]
fn an_es256_signature_has_a_second_form_and_an_sm2_signature_has_none() {
    for (algorithm, order, _) in ORDERS {
        let signature = key(algorithm).sign(b"message").unwrap();
        let s = negated(&hex::array(order), &signature.as_bytes()[32..]);
        let found = key(algorithm).public_key().verify(b"message", &with(&signature, 32, &s));
        assert_eq!(found.is_ok(), algorithm == Algorithm::Es256, "{algorithm:?}");
    }
}

#[test]
fn every_changed_byte_of_message_and_signature_is_refused() {
    let message: Vec<u8> = (0..108).collect();
    for algorithm in Algorithm::ALL {
        let (key, signature) = (key(algorithm).public_key(), key(algorithm).sign(&message).unwrap());
        for position in 0..message.len() {
            let mut changed = message.clone();
            changed[position] ^= 1;
            assert_eq!(key.verify(&changed, &signature), Err(Invalid), "{algorithm:?}, message byte {position}");
        }
        for position in 0..64 {
            let mut changed = *signature.as_bytes();
            changed[position] ^= 1;
            let refused = key.verify(&message, &RawSignature::from_bytes(changed));
            assert!(refused.is_err(), "{algorithm:?}, signature byte {position}");
        }
        assert_eq!(key.verify(&message, &signature), Ok(()));
    }
}

#[test]
fn a_signature_is_of_one_key_of_one_algorithm() {
    for algorithm in Algorithm::ALL {
        let signature = key(algorithm).sign(b"message").unwrap();
        let stranger = SigningKey::from_bytes(algorithm, &[8; 32]).unwrap().public_key();
        assert_eq!(stranger.verify(b"message", &signature), Err(Invalid));
        let other = Algorithm::ALL.into_iter().find(|a| *a != algorithm).unwrap();
        let refused: Result<(), SignatureError> = key(other).public_key().verify(b"message", &signature);
        assert!(refused.is_err(), "the same private number on the other curve");
    }
}

#[test]
fn an_sm2_signature_is_under_one_identifier() {
    let SigningKey::Sm2(key) = key(Algorithm::Sm2) else { panic!("an SM2 key") };
    let distid = |text: &str| Distid::parse(text).unwrap();
    let signature = key.sign(&distid("shiming-tbs:ministry"), b"message").unwrap();
    assert_eq!(key.public_key().verify(&distid("shiming-tbs:ministry"), b"message", &signature), Ok(()));
    for other in ["shiming-tbs:bureau", "1234567812345678", "shiming-tbs:ministry ", "s"] {
        let found = key.public_key().verify(&distid(other), b"message", &signature);
        assert_eq!(found, Err(Invalid), "{other}");
    }
    // The identifier is hashed with its length: it cannot lend bytes to what follows it.
    let shifted = key.public_key().verify(&distid("shiming-tbs:ministr"), b"ymessage", &signature);
    assert_eq!(shifted, Err(Invalid));
}
