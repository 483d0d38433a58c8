//! The text itself: sizes, parts, encodings and JSON.

use crate::forge::{Binding, Forge, disclosure, issuer, jwt};
use shiming::codec::{DecodeError, to_base64url};
use shiming::conventional::sd_jwt::{DisclosureFault, JwtFault, KeyBoundSdJwt, SdJwt, SdJwtError};
use shiming::signature::Algorithm::Es256;

#[test]
fn a_bare_jwt_is_no_sd_jwt() {
    let text = Forge::new(Es256).text();
    let jwt = text.split('~').next().unwrap();
    assert_eq!(SdJwt::parse(jwt).unwrap_err(), SdJwtError::NoTilde);
    assert_eq!(KeyBoundSdJwt::parse(jwt).unwrap_err(), SdJwtError::NoTilde);
    assert_eq!(SdJwt::parse("").unwrap_err(), SdJwtError::NoTilde);
}

#[test]
fn a_missing_last_tilde_is_refused() {
    let text = Forge::new(Es256).text();
    assert_eq!(SdJwt::parse(text.strip_suffix('~').unwrap()).unwrap_err(), SdJwtError::UnexpectedKeyBinding);
}

#[test]
fn a_key_binding_is_refused_where_none_is_expected() {
    assert_eq!(SdJwt::parse(&Binding::new(Es256).text()).unwrap_err(), SdJwtError::UnexpectedKeyBinding);
}

#[test]
fn a_missing_key_binding_is_refused() {
    let text = Forge::new(Es256).text();
    assert_eq!(KeyBoundSdJwt::parse(&text).unwrap_err(), SdJwtError::MissingKeyBinding);
}

#[test]
fn trailing_bytes_are_refused() {
    let sd_jwt = Forge::new(Es256).text();
    for end in ["\n", " ", "\0", "A"] {
        assert_eq!(SdJwt::parse(&(sd_jwt.clone() + end)).unwrap_err(), SdJwtError::UnexpectedKeyBinding);
        assert_eq!(KeyBoundSdJwt::parse(&(sd_jwt.clone() + end)).unwrap_err(), SdJwtError::KeyBinding(JwtFault::Parts));
    }
    let bound = Binding::new(Es256).text();
    for end in ["\n", " ", "\0", "A", "AA", "=="] {
        let refused = KeyBoundSdJwt::parse(&(bound.clone() + end)).unwrap_err();
        assert_eq!(refused, SdJwtError::KeyBinding(JwtFault::Base64), "{end:?}");
    }
    assert_eq!(KeyBoundSdJwt::parse(&(bound.clone() + ".")).unwrap_err(), SdJwtError::KeyBinding(JwtFault::Parts));
    assert_eq!(KeyBoundSdJwt::parse(&(bound + "~")).unwrap_err(), SdJwtError::MissingKeyBinding);
}

#[test]
fn bytes_in_front_are_refused() {
    for start in [" ", "\n", "\u{feff}", "="] {
        let refused = SdJwt::parse(&(start.to_owned() + &Forge::new(Es256).text())).unwrap_err();
        assert_eq!(refused, SdJwtError::Issuer(JwtFault::Base64), "{start:?}");
    }
    assert_eq!(
        SdJwt::parse(&("~".to_owned() + &Forge::new(Es256).text())).unwrap_err(),
        SdJwtError::Issuer(JwtFault::Parts)
    );
}

#[test]
fn a_jwt_has_three_parts() {
    let text = Forge::new(Es256).text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    for wrong in [parts[..2].join("."), parts[..1].join("."), format!("{jwt}.AA"), format!("{jwt}.")] {
        let refused = SdJwt::parse(&format!("{wrong}~{rest}")).unwrap_err();
        assert_eq!(refused, SdJwtError::Issuer(JwtFault::Parts), "{wrong}");
    }
    let unsigned = format!("{}.{}.~{rest}", parts[0], parts[1]);
    assert_eq!(SdJwt::parse(&unsigned).unwrap_err(), SdJwtError::Issuer(JwtFault::Unsigned));
}

#[test]
fn a_key_binding_has_three_parts() {
    let binding = Binding::new(Es256);
    let (sd_jwt, jwt) = (binding.sd_jwt.text(), binding.jwt());
    let parts: Vec<&str> = jwt.split('.').collect();
    let refused = |end: String| KeyBoundSdJwt::parse(&(sd_jwt.clone() + &end)).unwrap_err();
    assert_eq!(refused(parts[..2].join(".")), SdJwtError::KeyBinding(JwtFault::Parts));
    assert_eq!(refused(format!("{}.{}.", parts[0], parts[1])), SdJwtError::KeyBinding(JwtFault::Unsigned));
    // A disclosure behind the key binding.
    assert_eq!(refused(format!("{jwt}~{}", disclosure("[]"))), SdJwtError::KeyBinding(JwtFault::Parts));
}

#[test]
fn padding_is_refused_everywhere() {
    let text = Forge::new(Es256).text();
    let parts: Vec<&str> = text.split(['.', '~']).collect();
    // A part whose length is a multiple of four has no padding to add; one more is no encoding at all.
    let padded = |part: &str| part.to_owned() + &"=".repeat((4 - part.len() % 4).max(1));
    for (n, part) in parts.iter().enumerate().take(5) {
        let refused = SdJwt::parse(&text.replacen(part, &padded(part), 1)).unwrap_err();
        let expected =
            if n < 3 { SdJwtError::Issuer(JwtFault::Base64) } else { SdJwtError::Disclosure(DisclosureFault::Base64) };
        assert_eq!(refused, expected, "{n}");
    }
}

#[test]
fn another_alphabet_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.disclosures[0] = forge.disclosures[0].replacen(char::is_alphanumeric, "+", 1);
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::Disclosure(DisclosureFault::Base64));
    forge.disclosures[0].replace_range(..1, "/");
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::Disclosure(DisclosureFault::Base64));
}

#[test]
fn set_trailing_bits_are_refused() {
    // 64 bytes of a signature are 86 characters, the last of which carries two bits.
    let text = Forge::new(Es256).text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let last = jwt.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
    let changed = format!("{}{next}~{rest}", &jwt[..jwt.len() - 1]);
    assert_eq!(SdJwt::parse(&changed).unwrap_err(), SdJwtError::Issuer(JwtFault::Base64));

    let mut forge = Forge::new(Es256);
    let unaligned = [r#"["s","n",1]"#, r#"["s","n",12]"#].map(disclosure);
    for text in unaligned.into_iter().filter(|text| text.len() % 4 != 0) {
        let last = text.chars().last().unwrap();
        let next = alphabet.chars().nth(alphabet.find(last).unwrap() + 1).unwrap();
        forge.disclosures = vec![format!("{}{next}", &text[..text.len() - 1])];
        assert_eq!(forge.verify().unwrap_err(), SdJwtError::Disclosure(DisclosureFault::Base64));
    }
}

#[test]
fn a_signature_has_64_bytes() {
    let text = Forge::new(Es256).text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let (signed, _) = jwt.rsplit_once('.').unwrap();
    for length in [0usize, 63, 65, 70, 128].into_iter().skip(1) {
        let wrong = format!("{signed}.{}~{rest}", to_base64url(&vec![1; length]));
        assert_eq!(SdJwt::parse(&wrong).unwrap_err(), SdJwtError::Issuer(JwtFault::Base64), "{length}");
    }
}

#[test]
fn more_than_64_kib_are_refused_unread() {
    let mut text = "A".repeat(65_536);
    assert_eq!(SdJwt::parse(&text).unwrap_err(), SdJwtError::NoTilde);
    text.push('~');
    assert_eq!(SdJwt::parse(&text).unwrap_err(), SdJwtError::TooLarge);
    assert_eq!(KeyBoundSdJwt::parse(&text).unwrap_err(), SdJwtError::TooLarge);
}

#[test]
fn more_than_64_disclosures_are_refused() {
    let mut forge = Forge::new(Es256);
    for n in 2..64 {
        forge.disclose(&format!(r#"["salt","n{n}",1]"#));
    }
    assert_eq!(forge.verify().unwrap().disclosed().len(), 64);
    forge.disclose(r#"["salt","one more",1]"#);
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::TooManyDisclosures);
    // They are counted before any is read.
    let tildes = Forge::new(Es256).text() + &"~".repeat(60_000);
    assert_eq!(SdJwt::parse(&tildes).unwrap_err(), SdJwtError::TooManyDisclosures);
}

#[test]
fn duplicate_keys_are_refused_in_every_json() {
    let duplicate = |key: &str| DecodeError::DuplicateKey(format!("({} bytes)", key.len()));
    let mut forge = Forge::new(Es256);
    forge.header = r#"{"alg":"ES256","typ":"dc+sd-jwt","typ":"dc+sd-jwt"}"#.into();
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::Issuer(JwtFault::Malformed(duplicate("typ"))));
    let mut forge = Forge::new(Es256);
    for payload in [r#"{"iss":"a","iss":"a"}"#, r#"{"a":[{"iss":1,"iss":1}]}"#] {
        let refused = forge.check(&forge.text_of(payload)).unwrap_err();
        assert_eq!(refused, SdJwtError::Issuer(JwtFault::Malformed(duplicate("iss"))));
    }
    forge.disclose(r#"["salt","new",{"iss":1,"iss":1}]"#);
    assert_eq!(forge.verify().unwrap_err(), SdJwtError::Disclosure(DisclosureFault::Malformed(duplicate("iss"))));

    let mut binding = Binding::new(Es256);
    binding.header = r#"{"alg":"ES256","alg":"ES256","typ":"kb+jwt"}"#.into();
    assert_eq!(binding.verify().unwrap_err(), SdJwtError::KeyBinding(JwtFault::Malformed(duplicate("alg"))));
    let binding = Binding::new(Es256);
    let payload = binding.payload.to_string().replacen('{', r#"{"aud":"https://live.example","#, 1);
    let text = binding.sd_jwt.text() + &jwt(&binding.header, &payload, &binding.key);
    assert_eq!(binding.check(&text).unwrap_err(), SdJwtError::KeyBinding(JwtFault::Malformed(duplicate("aud"))));
}

#[test]
fn null_is_refused_in_every_json() {
    let malformed = |result: Result<_, SdJwtError>| result.unwrap_err();
    let mut forge = Forge::new(Es256);
    forge.payload["sub"] = serde_json::Value::Null;
    assert!(matches!(malformed(forge.verify()), SdJwtError::Issuer(JwtFault::Malformed(DecodeError::Json(_)))));
    let mut forge = Forge::new(Es256);
    forge.header = r#"{"alg":"ES256","kid":null,"typ":"dc+sd-jwt"}"#.into();
    assert!(matches!(malformed(forge.verify()), SdJwtError::Issuer(JwtFault::Malformed(DecodeError::Json(_)))));
    let mut forge = Forge::new(Es256);
    forge.disclose(r#"["salt","new",null]"#);
    assert!(matches!(
        malformed(forge.verify()),
        SdJwtError::Disclosure(DisclosureFault::Malformed(DecodeError::Json(_)))
    ));
}

#[test]
fn a_payload_is_one_json_object() {
    let forge = Forge::new(Es256);
    for payload in ["", "{", "[]", "1", r#""text""#, "{}{}", "{} x", "\u{feff}{}", "{\"a\":\"\\ud800\"}"] {
        let refused = forge.check(&forge.text_of(payload)).unwrap_err();
        assert!(matches!(refused, SdJwtError::Issuer(JwtFault::Malformed(_))), "{payload:?}");
    }
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(2000), "]".repeat(2000));
    let refused = forge.check(&forge.text_of(&deep)).unwrap_err();
    assert!(matches!(refused, SdJwtError::Issuer(JwtFault::Malformed(DecodeError::Json(_)))));
}

#[test]
fn a_payload_that_is_not_utf8_is_refused() {
    let key = issuer(Es256);
    let input = format!("{}.{}", to_base64url(Forge::new(Es256).header.as_bytes()), to_base64url(b"{\"a\":\"\xff\"}"));
    let signature = key.sign(input.as_bytes()).unwrap();
    let text = format!("{input}.{}~", to_base64url(signature.as_bytes()));
    let refused = Forge::new(Es256).check(&text).unwrap_err();
    assert_eq!(refused, SdJwtError::Issuer(JwtFault::Malformed(DecodeError::NotUtf8)));
}
