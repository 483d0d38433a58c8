//! Everything that a check refuses: exit 1 and its code.

use crate::world::{NOW, program, world};
use serde_json::json;

#[test]
fn an_answer_to_another_request_is_refused() {
    let world = world();
    world.request("live", "first").done();
    world.request("live", "second").done();
    world.request("ride", "elsewhere").done();
    world.present("first", "presentation").done();
    assert_eq!(world.verify("live", "second", "presentation").code(1), "sigma-invalid");
    assert_eq!(world.verify("live", "elsewhere", "presentation").code(1), "unknown-nonce");
    assert_eq!(world.verify("ride", "elsewhere", "presentation").code(1), "sigma-invalid");
    // None of these has used up the request.
    world.verify("live", "first", "presentation").done();
}

#[test]
fn a_late_answer_is_refused() {
    let world = world();
    world.request("live", "request").done();
    world.present("request", "presentation").done();
    assert_eq!(world.verify_at(NOW + 301, "live", "request", "presentation").code(1), "request-expired");
    let late = ["holder", "present", "--request", &world.file("request"), "--out", &world.file("late")];
    assert_eq!(world.run_at(NOW + 301, &late).code(1), "request-expired");
    assert!(!world.path().join("late").exists());
}

#[test]
fn damaged_answers_are_refused_under_their_codes() {
    let world = world();
    world.request("live", "request").done();
    world.present("request", "presentation").done();
    let good = world.read("presentation");
    let edited = |position: usize| {
        let mut bytes = good.clone();
        bytes[position] ^= 1;
        bytes
    };
    let cases = [
        ("malformed-wrong-header", edited(2)),
        ("unknown-issuer-key", edited(10)),
        ("sigma-invalid", edited(good.len() - 1)),
        ("wrong-length", good[..good.len() - 1].to_vec()),
        ("wrong-length", [good.as_slice(), &[0]].concat()),
        ("malformed-truncated", good[..3].to_vec()),
    ];
    for (code, bytes) in cases {
        world.write("damaged", &bytes);
        assert_eq!(world.verify("live", "request", "damaged").code(1), code);
    }
    world.verify("live", "request", "presentation").done();
}

#[test]
fn development_keys_are_refused_unless_permitted_by_name() {
    let world = world();
    world.request("live", "request").done();
    let (directory, now) = (world.path().to_str().unwrap(), NOW.to_string());
    let (request, out) = (world.file("request"), world.file("presentation"));
    let arguments =
        ["holder", "present", "--request", &request, "--out", &out, "--dir", directory, "--now", &now, "--json"];
    assert_eq!(program(&arguments).code(1), "development-key");
}

#[test]
fn a_minor_and_a_strangers_credential_are_refused_by_the_wallet() {
    let world = world();
    // Sixteen on that day.
    world.attributes(
        "minor.json",
        &[("document_number", json!("11010520101122002X")), ("birth_date", json!(20_101_122))],
    );
    std::fs::remove_dir_all(world.path().join("holder")).unwrap();
    world.run(&["holder", "init"]).done();
    world.request("live", "request").done();
    assert_eq!(world.present("request", "presentation").code(1), "no-fitting-credential");
    world.enrol("case-minor");
    world.issue("minor.json", "minor").done();
    world.run(&["holder", "prepare", "--credential", &world.file("minor")]).done();
    assert_eq!(world.present("request", "presentation").code(1), "policy-not-satisfied");
    // Another wallet's credential.
    assert_eq!(world.run(&["holder", "prepare", "--credential", &world.file("credential")]).code(1), "other-wallet");
}

#[test]
fn the_issuer_refuses_what_contradicts_itself() {
    let world = world();
    world.enrol("case-2");
    let cases = [
        ("citizen-number", "document_number", json!("110105194912310021")),
        ("citizen-number", "birth_date", json!(19_491_230)),
        ("citizen-number", "sex", json!(1)),
        ("citizen-number", "region", json!(310_101)),
        ("attribute", "nationality", json!(0)),
        ("attribute-date", "document_valid_until", json!(20_200_101)),
    ];
    for (code, attribute, value) in cases {
        world.attributes("wrong.json", &[(attribute, value)]);
        assert_eq!(world.issue("wrong.json", "refused").code(1), code, "{attribute}");
    }
    assert!(!world.path().join("refused").exists());
    // The challenge is not used up by any of them, but it is by a credential.
    world.issue("attributes.json", "again").done();
    assert_eq!(world.issue("attributes.json", "twice").code(1), "challenge-used");
}

#[test]
fn one_person_has_one_wallet_at_an_issuer_and_one_wallet_one_person() {
    let world = world();
    world.attributes(
        "other.json",
        &[
            ("document_number", json!("440524188001010014")),
            ("birth_date", json!(18_800_101)),
            ("region", json!(440_524)),
            ("sex", json!(1)),
        ],
    );
    world.enrol("case-2");
    assert_eq!(world.issue("other.json", "refused").code(1), "tag-of-another-person");
    std::fs::remove_dir_all(world.path().join("holder")).unwrap();
    world.run(&["holder", "init"]).done();
    world.enrol("case-3");
    assert_eq!(world.issue("attributes.json", "refused").code(1), "person-has-another-tag");
    // A refusal leaves no trace: the new wallet still fits the other person.
    world.issue("other.json", "credential").done();
}

#[test]
fn challenges_of_strangers_and_of_yesterday_are_refused() {
    let world = world();
    world.run(&["issuer", "keygen", "--id", "stranger", "--name", "Stranger"]).done();
    let (challenge, out) = (world.file("challenge"), world.file("enrolment"));
    world.run(&["issuer", "challenge", "--id", "stranger", "--case", "c", "--out", &challenge]).done();
    let enrol = ["holder", "enrol", "--challenge", &challenge, "--out", &out];
    assert_eq!(world.run(&enrol).code(1), "unknown-issuer");
    world.run(&["issuer", "challenge", "--id", "identity-issuer", "--case", "c", "--out", &challenge]).done();
    assert_eq!(world.run_at(NOW + 86_400, &enrol).code(1), "challenge-expired");
}
