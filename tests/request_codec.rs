//! The strict decoding under all objects.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use serde::Deserialize;
use shiming::codec::{
    DecodeError, Identifier, IdentifierError, Kind, Reader, array_from_base64url, from_base64url, from_json, from_text,
    to_base64url, to_text,
};
use shiming::digest::Digest;
use std::collections::BTreeMap;

const PUBLIC: Kind = Kind::public("thing", 64);
const SECRET: Kind = Kind::secret("secret", 64);

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Thing {
    #[serde(default)]
    map: BTreeMap<String, BTreeMap<String, u8>>,
    text: Option<String>,
}

#[test]
fn duplicate_keys_are_refused_at_every_depth_also_escaped() {
    for text in [
        r#"{"text":"a","text":"b"}"#,
        r#"{"map":{"x":{"text":1,"text":2}}}"#,
        r#"{"map":{"x":{"text":1,"\u0074ext":2}}}"#,
        r#"[[{"text":[{}],"text":1}]]"#,
    ] {
        let found = from_json::<serde_json::Value>(PUBLIC, text.as_bytes());
        assert_eq!(found, Err(DecodeError::DuplicateKey("text".into())), "{text}");
    }
    assert!(from_json::<Thing>(PUBLIC, br#"{"map":{"x":{"a":1},"y":{"a":1}}}"#).is_ok());
}

#[test]
fn null_unknown_keys_and_rests_are_refused() {
    for text in [r#"{"text":null}"#, r#"{"other":1}"#, r#"{"text":1}"#, "", "{", "nul"] {
        assert!(matches!(from_json::<Thing>(PUBLIC, text.as_bytes()), Err(DecodeError::Json(_))), "{text}");
    }
    assert_eq!(from_json::<Thing>(PUBLIC, b"{}{}"), Err(DecodeError::TrailingBytes));
    assert_eq!(from_json::<Thing>(PUBLIC, b"{\"text\":\"\xff\"}"), Err(DecodeError::NotUtf8));
    assert_eq!(from_json::<Thing>(PUBLIC, &[b' '; 65]), Err(DecodeError::TooLarge { cap: 64 }));
    assert!(from_json::<Thing>(PUBLIC, b" {} \n").is_ok());
}

#[test]
fn errors_of_secret_objects_do_not_quote_them() {
    for text in [r#"{"text":11010519491231}"#, r#"{"1101051949":1}"#, r#"{"1101051949":1,"1101051949":1}"#] {
        let quoted = from_json::<Thing>(PUBLIC, text.as_bytes()).unwrap_err().to_string();
        let hidden = from_json::<Thing>(SECRET, text.as_bytes()).unwrap_err().to_string();
        assert!(quoted.contains("1101051949") && !hidden.contains("1101051949"), "{hidden}");
    }
}

#[test]
fn base64url_has_one_form() {
    assert_eq!(from_base64url("AP-_"), Ok(vec![0, 0xff, 0xbf]));
    for text in ["A", "AA==", "AB", "AAB", "AP+/", "A A", "AA\n", "é"] {
        assert_eq!(from_base64url(text), Err(DecodeError::Base64), "{text:?}");
    }
    assert_eq!(array_from_base64url::<2>("AAAA"), Err(DecodeError::WrongLength { expected: 2, found: 3 }));
}

#[test]
fn the_text_form_is_one_line_below_the_cap() {
    let bytes = [7; 64];
    assert_eq!(from_text(PUBLIC, to_text(&bytes).as_bytes()), Ok(bytes.to_vec()));
    assert_eq!(from_text(PUBLIC, format!("{}\n", to_text(&bytes)).as_bytes()), Ok(bytes.to_vec()));
    assert_eq!(from_text(PUBLIC, to_text(&[7; 65]).as_bytes()), Err(DecodeError::TooLarge { cap: 64 }));
    assert_eq!(from_text(PUBLIC, &[b'A'; 1000]), Err(DecodeError::TooLarge { cap: 64 }));
    assert_eq!(from_text(PUBLIC, b"AA\n\n"), Err(DecodeError::Base64));
    assert_eq!(from_text(PUBLIC, b"\xff\xff"), Err(DecodeError::NotUtf8));
}

#[test]
fn a_reader_stays_within_its_bytes() {
    let mut reader = Reader::new(b"SM\x01\x02\x03\x04");
    assert_eq!(reader.clone().header(b"SX"), Err(DecodeError::WrongHeader));
    assert_eq!(reader.header(b"SM"), Ok(()));
    assert_eq!(reader.clone().finish(), Err(DecodeError::TrailingBytes));
    assert_eq!(reader.clone().u32(), Ok(0x0102_0304));
    assert_eq!((reader.u8(), reader.u16(), reader.remaining()), (Ok(1), Ok(0x0203), 1));
    assert_eq!(reader.u16(), Err(DecodeError::Truncated));
    assert_eq!(reader.take(usize::MAX), Err(DecodeError::Truncated));
    assert_eq!(reader.take(1), Ok([4].as_slice()));
    assert_eq!(reader.clone().array::<1>(), Err(DecodeError::Truncated));
    assert_eq!(reader.finish(), Ok(()));
}

#[test]
fn identifiers_have_an_alphabet_and_a_length() {
    assert!(Identifier::parse("cn-realname/v1.2_x:Y").is_ok() && Identifier::parse(&"a".repeat(64)).is_ok());
    assert_eq!(Identifier::parse(""), Err(IdentifierError::Empty));
    assert_eq!(Identifier::parse(&"a".repeat(65)), Err(IdentifierError::TooLong));
    for text in ["a b", "a\"", "а", "a\\", "a@b", "a\n"] {
        assert_eq!(Identifier::parse(text), Err(IdentifierError::Character), "{text:?}");
    }
}

#[test]
fn a_digest_separates_tags_and_parts() {
    let digests = [
        Digest::of(b"tag", &[b"ab", b"c"]),
        Digest::of(b"tag", &[b"a", b"bc"]),
        Digest::of(b"tag", &[b"abc"]),
        Digest::of(b"taga", &[b"bc"]),
        Digest::of(b"tag", &[b"ab", b"c", b""]),
    ];
    for (i, a) in digests.iter().enumerate() {
        assert!(digests.iter().skip(i + 1).all(|b| a != b));
    }
    // printf '\0\0\0\0\0\0\0\3tag\0\0\0\0\0\0\0\3abc' | sha256sum
    assert_eq!(digests[2].to_string(), "ab7c88d950c7428229238c8d760fb3f761b7302073b7406f04751e02ca57fc6f");
    let json = serde_json::to_string(&digests[0]).unwrap();
    assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digests[0]);
    assert_eq!(Digest::from_slice(&[0; 31]), Err(DecodeError::WrongLength { expected: 32, found: 31 }));
}

proptest! {
    #[test]
    fn decoding_never_panics(bytes: Vec<u8>, text in ".{0,64}") {
        let _ = from_json::<Thing>(PUBLIC, &bytes);
        let _ = from_json::<Thing>(SECRET, text.as_bytes());
        let _ = from_text(PUBLIC, &bytes);
        if let Ok(decoded) = from_base64url(&text) {
            prop_assert_eq!(to_base64url(&decoded), text);
        }
    }
}
