//! The demo as a newcomer and as a machine read it.

use crate::world::program;
use std::collections::BTreeSet;

#[test]
fn demo_json_has_every_figure_and_code() {
    let said = program(&["demo", "--json"]).done();
    assert_eq!(said.out.lines().count(), 1);
    assert_eq!(said.err, "");
    let json = said.json();
    let numbers = [
        "constraints",
        "setup_ms",
        "load_ms",
        "prepare_ms",
        "present_ms",
        "verify_ms",
        "batch_verify_ms_each",
        "presentation_bytes",
        "proving_key_bytes",
        "conventional_issue_ms",
        "conventional_verify_ms",
        "conventional_bytes",
        "conventional_linked_verify_ms",
        "conventional_linked_bytes",
        "present_units",
        "verify_units",
        "g1_mul_us",
        "accepted",
    ];
    for name in numbers {
        assert!(json[name].as_f64().is_some_and(|value| value > 0.0), "{name}");
    }
    assert_eq!(json["presentation_bytes"], 949);
    assert_eq!(json["accepted"], 7);
    let codes: BTreeSet<&str> = json["rejected"].as_array().unwrap().iter().filter_map(|code| code.as_str()).collect();
    for code in [
        "replayed",
        "wrong-audience",
        "sigma-invalid",
        "proof-invalid",
        "request-expired",
        "policy-not-satisfied",
        "unknown-issuer-key",
        "citizen-number",
        "person-has-another-tag",
        "development-key",
        "conventional-not-accepted",
        "path-not-allowed",
    ] {
        assert!(codes.contains(code), "{code}");
    }
}

/// The story of a suite whose issuers keep their own keys: the same events, and presentations of the same size.
fn story_of(suite: &str, constraints: u64) {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("new");
    let json = program(&["demo", "--json", "--suite", suite, "--dir", path.to_str().unwrap()]).done().json();
    assert_eq!((&json["suite"], &json["constraints"]), (&suite.into(), &constraints.into()));
    assert_eq!((&json["accepted"], &json["presentation_bytes"]), (&7.into(), &949.into()));
    assert_eq!(json["batch"], 256);
    let rejected = json["rejected"].as_array().unwrap();
    for code in ["proof-invalid", "sigma-invalid", "unknown-issuer-key", "different-persons", "request-signature"] {
        assert!(rejected.iter().any(|found| found == code), "{code}");
    }
    let registration = path.join("issuer/identity-issuer/registration.json");
    let registration: serde_json::Value = serde_json::from_slice(&std::fs::read(registration).unwrap()).unwrap();
    assert_eq!(registration["keys"][0]["suite"], suite);
    // Under this issuer's key, and the same for platforms.
    let answer = path.join("conventional-answer");
    assert_eq!(program(&["inspect", "--json", answer.to_str().unwrap()]).done().json()["kind"], "conventional answer");
}

#[test]
fn demo_plays_the_story_with_sm2_keys() {
    story_of("sm2-sm3", 97_307);
}

/// `cargo test --release -p shiming-cli --test cli -- --ignored demo_plays_the_story_with_p256_keys`
#[test]
#[ignore = "half a minute, and the same story as of sm2-sm3; run by name"]
fn demo_plays_the_story_with_p256_keys() {
    story_of("es256", 69_506);
}

#[test]
fn demo_keeps_its_files_where_it_is_told_and_takes_no_used_directory() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().to_str().unwrap();
    let said = program(&["demo", "--dir", path]).done();
    assert_eq!(said.err, "", "no progress where nobody looks");
    for expected in ["INSECURE", "李娜", "replayed", "pseudonym", "does not see", "conventionally", "known account"] {
        assert!(said.out.contains(expected), "{expected}");
    }
    let presentation = directory.path().join("presentation");
    let json = program(&["inspect", "--json", presentation.to_str().unwrap()]).done().json();
    assert_eq!(json["kind"], "presentation");
    let answer = directory.path().join("conventional-answer");
    let json = program(&["inspect", "--json", answer.to_str().unwrap()]).done().json();
    assert_eq!(json["kind"], "conventional answer");
    assert_eq!(program(&["demo", "--dir", path, "--json"]).code(2), "not-empty");
}
