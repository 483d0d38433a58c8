//! Bank cards on the holder's side.

use shiming::document::card::{CARD_NUMBER_DIGITS, CardError, CardNetwork as N, CardNumber, CardToken, CardTokenKey};

fn read(text: &str) -> Result<N, CardError> {
    CardNumber::parse(text).map(|card| card.into_reference(&key()).network)
}

fn key() -> CardTokenKey {
    CardTokenKey::from_bytes(*b"0123456789abcdef0123456789abcdef")
}

/// A prefix, zeros, and the digit that fits.
fn with_check(prefix: &str, length: usize) -> String {
    let digits = format!("{prefix:0<width$}", width = length - 1);
    let sum: u32 = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(i, c)| c.to_digit(10).unwrap() * if i % 2 == 0 { 2 } else { 1 })
        .map(|n| if n > 9 { n - 9 } else { n })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn published_test_numbers_are_read() {
    for (number, network) in [
        ("6228480402564890018", N::UnionPay),
        ("6200000000000005", N::UnionPay),
        ("8171999927660000", N::UnionPay),
        ("4111111111111111", N::Visa),
        ("4222222222222", N::Visa),
        ("5555555555554444", N::Mastercard),
        ("2223003122003222", N::Mastercard),
        ("3530111333300000", N::Jcb),
        ("378282246310005", N::AmericanExpress),
        ("341111111111111", N::AmericanExpress),
    ] {
        assert_eq!(read(number), Ok(network), "{number}");
    }
}

#[test]
fn networks_are_known_by_prefixes_at_their_boundaries() {
    for (prefix, network) in [
        ("6199", None),
        ("6200", Some(N::UnionPay)),
        ("6299", Some(N::UnionPay)),
        ("6300", None),
        ("8099", None),
        ("8100", Some(N::UnionPay)),
        ("8199", Some(N::UnionPay)),
        ("8200", None),
        ("3999", None),
        ("4000", Some(N::Visa)),
        ("4999", Some(N::Visa)),
        ("5099", None),
        ("5100", Some(N::Mastercard)),
        ("5599", Some(N::Mastercard)),
        ("5600", None),
        ("2220", None),
        ("2221", Some(N::Mastercard)),
        ("2720", Some(N::Mastercard)),
        ("2721", None),
        ("3527", None),
        ("3528", Some(N::Jcb)),
        ("3589", Some(N::Jcb)),
        ("3590", None),
        ("3399", None),
        ("3400", Some(N::AmericanExpress)),
        ("3500", None),
        ("3699", None),
        ("3700", Some(N::AmericanExpress)),
        ("3799", Some(N::AmericanExpress)),
        ("3800", None),
    ] {
        assert_eq!(read(&with_check(prefix, 16)), network.ok_or(CardError::Network), "{prefix}");
    }
}

#[test]
fn a_number_has_13_to_19_digits() {
    assert_eq!((*CARD_NUMBER_DIGITS.start(), *CARD_NUMBER_DIGITS.end()), (13, 19));
    for length in 10..=22 {
        let expected = if (13..=19).contains(&length) { Ok(N::UnionPay) } else { Err(CardError::Length) };
        assert_eq!(read(&with_check("62", length)), expected, "{length}");
    }
    assert_eq!(read(""), Err(CardError::Length));
}

#[test]
fn other_characters_are_refused_also_blanks() {
    for text in
        ["4111 1111 1111 1111", "4111-1111-1111-1111", "411111111111111A", "411111111111111１", " 411111111111111"]
    {
        let expected = if text.len() <= 19 { CardError::Character } else { CardError::Length };
        assert_eq!(read(text), Err(expected), "{text}");
    }
}

#[test]
fn every_single_wrong_digit_is_refused() {
    let number = "6228480402564890018";
    for i in 0..number.len() {
        for digit in b'0'..=b'9' {
            let mut wrong = number.as_bytes().to_vec();
            if wrong[i] == digit {
                continue;
            }
            wrong[i] = digit;
            assert_eq!(read(std::str::from_utf8(&wrong).unwrap()), Err(CardError::CheckDigit), "{i} {digit}");
        }
    }
}

#[test]
fn the_token_is_hmac_sm3_of_the_tag_and_the_number() {
    let reference = CardNumber::parse("6228480402564890018").unwrap_or_else(|_| panic!()).into_reference(&key());
    // printf 'shiming/card-token/16228480402564890018' | openssl dgst -sm3 -hmac 0123456789abcdef0123456789abcdef
    let hex: String = reference.token.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "4dc0f3cbac4cfd61bff1cb34d2dc790f22e531140ad5602c0f2328d663617b38");
    assert_eq!((reference.last_four, reference.network), (18, N::UnionPay));
}

#[test]
fn the_same_card_has_one_token_under_a_key_and_others_have_others() {
    let token =
        |number, key: &CardTokenKey| CardNumber::parse(number).unwrap_or_else(|_| panic!()).into_reference(key).token;
    let other = CardTokenKey::from_bytes(*b"0123456789abcdef0123456789abcdeg");
    assert_eq!(token("4111111111111111", &key()), token("4111111111111111", &key()));
    assert_ne!(token("4111111111111111", &key()), token("4111111111111111", &other));
    assert_ne!(token("4111111111111111", &key()), token("4222222222222", &key()));
}

#[test]
fn what_leaves_has_no_part_of_the_number_but_four_digits() {
    let number = "4111222233339875";
    let reference =
        CardNumber::parse(&with_check(&number[..15], 16)).unwrap_or_else(|_| panic!()).into_reference(&key());
    let shown = format!("{reference:?} {}", serde_json::to_string(&reference.token).unwrap());
    for length in 5..=16 {
        for start in 0..=16 - length {
            assert!(!shown.contains(&number[start..start + length]), "{start} {length}");
        }
    }
}

#[test]
fn a_token_in_json_is_32_bytes_in_one_form() {
    let token = CardNumber::parse("4111111111111111").unwrap_or_else(|_| panic!()).into_reference(&key()).token;
    let json = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<CardToken>(&json).unwrap(), token);
    for wrong in ["\"\"", "\"AAAA\"", "1", &json.replace('"', ""), &format!("{}=\"", &json[..json.len() - 1])] {
        assert!(serde_json::from_str::<CardToken>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn all_networks_but_unionpay_are_cross_border() {
    let networks = [N::UnionPay, N::Visa, N::Mastercard, N::Jcb, N::AmericanExpress];
    assert_eq!(networks.map(N::is_cross_border), [false, true, true, true, true]);
}
