//! Answers that disclose: never without the flag and consent, judged like the others, and of one account with them.

use crate::{
    device::{ID, Outside},
    world::{NOW, program, world},
};
use serde_json::json;
use shiming::signature::Algorithm;

const BOTH: [&str; 2] = ["zk", "conventional"];

#[test]
fn both_paths_lead_to_one_account() {
    let world = world();
    world.request_by("identity-issuer", &BOTH, "first");
    let said = world.present("first", "presentation").done().json();
    assert_eq!((&said["path"], &said["bytes"]), (&json!("zk"), &json!(949)));
    let zk = world.verify("live", "first", "presentation").done().json();
    // One request is answered once, on whichever path.
    world.disclose("first", "answer").done();
    assert_eq!(world.verify("live", "first", "answer").code(1), "replayed");

    world.request_by("identity-issuer", &BOTH, "second");
    let said = world.disclose("second", "answer").done().json();
    assert_eq!((&said["path"], &said["lifelong_tag_disclosed"]), (&json!("conventional"), &json!(true)));
    let claims: Vec<&str> =
        said["disclosed"].as_array().unwrap().iter().filter_map(|claim| claim["claim"].as_str()).collect();
    let expected = ["account_class", "age_over_18", "document_valid_until", "holder_tag", "reverify_by", "verified"];
    assert_eq!(claims, expected);
    let conventional = world.verify("live", "second", "answer").done().json();
    assert_eq!((&zk["path"], &conventional["path"]), (&json!("zk"), &json!("conventional")));
    assert_eq!(zk["pseudonym"], conventional["pseudonym"]);
    assert!(zk["pseudonym"].is_string());
    assert_eq!(world.verify("live", "second", "answer").code(1), "replayed");
}

#[test]
fn nothing_is_disclosed_without_the_flag() {
    let world = world();
    world.request_by("identity-issuer", &["conventional"], "request");
    let (request, out) = (world.file("request"), world.file("answer"));
    let present = ["holder", "present", "--request", &request, "--out", &out];
    for more in [&[][..], &["--yes"]] {
        let said = world.run(&[&present[..], more].concat());
        assert_eq!(said.code(1), "conventional-only");
        assert!(said.out.contains("--conventional"));
        assert!(!world.has("answer"));
    }
}

#[test]
fn nothing_is_disclosed_without_consent() {
    let world = world();
    world.request_by("identity-issuer", &BOTH, "request");
    let (request, out) = (world.file("request"), world.file("answer"));
    let present = ["holder", "present", "--conventional", "--request", &request, "--out", &out];
    let said = world.run(&present);
    assert_eq!(said.code(1), "no-consent");
    assert!(said.out.contains("document_valid_until") && !said.out.contains("99991231"), "{}", said.out);
    // As text, where nobody is at a terminal: every claim and the warning are shown, and nothing is answered.
    let (directory, now) = (world.path().to_str().unwrap(), NOW.to_string());
    let common = ["--dir", directory, "--now", &now, "--insecure-development-keys"];
    let said = program(&[&present[..], &common].concat());
    assert_eq!(said.exit, 1, "{}", said.out);
    assert!(said.out.contains("no-consent"));
    for expected in
        ["DISCLOSES to live", "age_over_18", "99991231", "WARNING: holder_tag", "also accepts zero knowledge"]
    {
        assert!(said.err.contains(expected), "{expected} in {}", said.err);
    }
    assert!(!world.has("answer"));
}

#[test]
fn a_request_that_accepts_only_zero_knowledge_gets_nothing_else() {
    let world = world();
    world.request_by("identity-issuer", &["zk"], "zk");
    assert_eq!(world.disclose("zk", "answer").code(1), "conventional-not-accepted");
    assert!(!world.has("answer"));
    // Nor does its verifier take an answer that was made for a request of both.
    world.request_by("identity-issuer", &BOTH, "both");
    world.disclose("both", "answer").done();
    assert_eq!(world.verify("live", "zk", "answer").code(1), "path-not-allowed");
    world.present("zk", "presentation").done();
    world.verify("live", "zk", "presentation").done();
}

#[test]
fn an_answer_to_another_request_is_refused() {
    let world = world();
    world.request_by("identity-issuer", &BOTH, "first");
    world.request_by("identity-issuer", &BOTH, "second");
    world.disclose("first", "answer").done();
    assert_eq!(world.verify("live", "second", "answer").code(1), "kb-jwt-wrong-nonce");
    world.verify("live", "first", "answer").done();
}

#[test]
fn credentials_of_a_suite_without_keys_are_accepted_for_this_path_only() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.draft("case-1", &[]).done();
    let (tbs, sd_jwt) = outside.signatures();
    outside.attach(tbs.as_bytes(), sd_jwt.as_bytes()).done();
    let world = &outside.world;
    let said = world.run(&["holder", "prepare", "--credential", &world.file("signed")]);
    assert_eq!(said.code(1), "not-provable");
    for advice in ["setup --suites sm2-sm3", "trust add relations", "holder accept"] {
        assert!(said.out.contains(advice), "{advice}");
    }
    world.run(&["holder", "accept", "--credential", &world.file("signed")]).done();
    world.request_by(ID, &BOTH, "request");
    assert_eq!(world.present("request", "presentation").code(1), "no-fitting-credential");
    world.disclose("request", "answer").done();
    world.verify("live", "request", "answer").done();
}

#[test]
fn only_sound_credentials_of_this_wallet_are_accepted() {
    let world = world();
    let accept = |name: &str| world.run(&["holder", "accept", "--credential", &world.file(name)]);
    accept("credential").done();
    let text = String::from_utf8(world.read("credential")).unwrap();
    // The last character before the first tilde is of the SD-JWT's signature; its low bits are not free.
    let tilde = text.find('~').unwrap();
    let mut damaged = text.clone().into_bytes();
    damaged[tilde - 10] = if damaged[tilde - 10] == b'A' { b'B' } else { b'A' };
    world.write("damaged", &damaged);
    assert_eq!(accept("damaged").code(1), "credential-twin");
    std::fs::remove_dir_all(world.path().join("holder")).unwrap();
    world.run(&["holder", "init"]).done();
    assert_eq!(accept("credential").code(1), "other-wallet");
    assert!(!world.has("holder/accepted"));
    world.request_by("identity-issuer", &BOTH, "request");
    assert_eq!(world.disclose("request", "answer").code(1), "no-fitting-credential");
}

#[test]
fn inspect_explains_drafts_and_disclosing_answers_and_hides_what_is_personal() {
    let outside = Outside::registered(Algorithm::Es256);
    let world = &outside.world;
    outside.draft("case-1", &[]).done();
    let (tbs, sd_jwt) = outside.signatures();
    outside.attach(tbs.as_bytes(), sd_jwt.as_bytes()).done();
    outside.answer();
    let inspect = |name: &str, more: &[&str]| world.run(&[&["inspect", &world.file(name)], more].concat()).done();
    for (name, kind, personal) in [
        ("draft", "draft", "11010519491231002X"),
        ("signed", "credential", "11010519491231002X"),
        ("answer", "conventional answer", "9999-12-31"),
    ] {
        let (hidden, shown) = (inspect(name, &[]), inspect(name, &["--reveal"]));
        assert_eq!(hidden.json()["kind"], kind);
        assert!(!hidden.out.contains(personal), "{}", hidden.out);
        assert!(shown.out.contains(personal), "{}", shown.out);
    }
    let facts = inspect("answer", &[]).json()["facts"].clone();
    assert_eq!(facts["1. SD-JWT type"], "urn:shiming:cn-realname:1");
    assert_eq!(facts["1. bound to audience"], "live");
    assert!(facts["1. claim age_over_18"].is_string());
    let registration = inspect("issuer/bureau/registration.json", &[]).json();
    assert_eq!(registration["facts"]["suite"], "es256");
    world.write("cut", &world.read("answer")[..40]);
    assert_eq!(world.run(&["inspect", &world.file("cut")]).code(2), "unknown-object");
}
