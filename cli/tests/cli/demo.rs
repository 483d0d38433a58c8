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

#[test]
fn demo_keeps_its_files_where_it_is_told_and_takes_no_used_directory() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().to_str().unwrap();
    let said = program(&["demo", "--dir", path]).done();
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
