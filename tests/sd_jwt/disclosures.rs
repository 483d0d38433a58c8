//! One disclosure: its array, its name, its value.

use crate::forge::{Forge, disclosure, hash};
use serde_json::json;
use shiming::codec::DecodeError;
use shiming::conventional::sd_jwt::{Disclosure, DisclosureFault, HashAlgorithm, SdJwtError};
use shiming::signature::Algorithm::{Es256, Sm2};

/// The fault of a disclosure whose digest the issuer has signed.
fn fault(json: &str) -> DisclosureFault {
    let mut forge = Forge::new(Es256);
    forge.disclose(json);
    match forge.verify() {
        Err(SdJwtError::Disclosure(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn any_json_but_null_is_a_value() {
    let mut forge = Forge::new(Sm2);
    for (n, value) in ["true", "-1.5", "\"\"", "[]", "{}", "[[{\"a\":{}}]]", "\"\\u5f20\""].into_iter().enumerate() {
        forge.disclose(&format!(r#"["s","v{n}",{value}]"#));
    }
    assert_eq!(forge.verify().unwrap().disclosed()["v6"], json!("张"));
}

#[test]
fn white_space_and_escapes_are_part_of_the_text() {
    // RFC 9901, section 4.2.1: issuers differ in JSON, digests are of what they wrote.
    let texts = [r#"["s", "family_name", "M\u00f6bius"]"#, r#"["s","family_name","Möbius"]"#].map(disclosure);
    let read = texts.clone().map(|text| Disclosure::parse(&text).unwrap());
    assert_eq!((read[0].name(), read[0].value()), (read[1].name(), read[1].value()));
    for (text, read) in texts.iter().zip(&read) {
        for algorithm in HashAlgorithm::ALL {
            assert_eq!(read.digest(algorithm), hash(algorithm, text));
        }
    }
    assert_ne!(read[0].digest(HashAlgorithm::Sha256), read[1].digest(HashAlgorithm::Sha256));
}

#[test]
fn an_array_element_is_refused_by_name() {
    assert_eq!(fault(r#"["salt","value"]"#), DisclosureFault::ArrayElement);
}

#[test]
fn another_length_is_refused() {
    for json in ["[]", r#"["salt"]"#, r#"["salt","name",1,2]"#] {
        assert_eq!(fault(json), DisclosureFault::Length, "{json}");
    }
}

#[test]
fn a_salt_is_a_string() {
    for json in ["[1,\"name\",1]", "[[\"salt\"],\"name\",1]", "[true,\"name\",1]"] {
        assert_eq!(fault(json), DisclosureFault::SaltNotString, "{json}");
    }
}

#[test]
fn a_name_is_a_string() {
    for json in [r#"["salt",1,1]"#, r#"["salt",["name"],1]"#, r#"["salt",{},1]"#] {
        assert_eq!(fault(json), DisclosureFault::NameNotString, "{json}");
    }
}

#[test]
fn the_formats_own_names_are_refused() {
    for name in ["_sd", "...", "_sd_alg"] {
        assert_eq!(fault(&format!(r#"["salt","{name}",1]"#)), DisclosureFault::ReservedName, "{name}");
    }
    // Escaped it is the same name.
    assert_eq!(fault(r#"["salt","\u005fsd",1]"#), DisclosureFault::ReservedName);
}

#[test]
fn recursive_disclosures_are_refused_by_name() {
    for value in [r#"{"_sd":["AA"]}"#, r#"[{"...":"AA"}]"#, r#"{"a":[{"b":{"_sd":[]}}]}"#, r#"{"_sd_alg":"sm3"}"#] {
        assert_eq!(fault(&format!(r#"["salt","name",{value}]"#)), DisclosureFault::NestedDigests, "{value}");
    }
}

#[test]
fn a_disclosure_is_one_json_array() {
    for json in ["", "{}", "1", "\"text\"", "[", r#"["s","n",]"#, "[\"s\",\"n\",\"\u{1}\"]", r#"["s","n",NaN]"#] {
        assert!(matches!(fault(json), DisclosureFault::Malformed(DecodeError::Json(_))), "{json:?}");
    }
    assert_eq!(fault(r#"["s","n",1] x"#), DisclosureFault::Malformed(DecodeError::TrailingBytes));
}

#[test]
fn an_empty_disclosure_is_refused() {
    let text = Forge::new(Es256).text() + "~";
    let refused = Forge::new(Es256).check(&text).unwrap_err();
    assert!(matches!(refused, SdJwtError::Disclosure(DisclosureFault::Malformed(_))), "{refused:?}");
}

#[test]
fn errors_do_not_quote_values() {
    for json in [r#"["s","n",11010519491231 x]"#, r#"["s","n",{"11010519491231":1,"11010519491231":1}]"#] {
        let fault = fault(json);
        assert!(!format!("{fault} {fault:?}").contains("1101051949"), "{fault:?}");
    }
}
