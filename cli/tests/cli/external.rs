//! Issuers whose keys sign elsewhere, from draft to verdict.

use crate::device::{DISTID, Device, ID, JOSE, Outside};
use serde_json::json;
use shiming::{
    issuer::Draft,
    schema::Schemas,
    signature::{Algorithm, Distid, PublicKey},
    suite::SuiteKey,
};

#[test]
fn a_device_signs_a_credential_in_either_suite_raw_or_in_der() {
    for algorithm in Algorithm::ALL {
        let outside = Outside::registered(algorithm);
        outside.draft("case-1", &[]).done();
        assert_eq!(outside.world.read("tbs").len(), 108);
        let (tbs, sd_jwt) = outside.signatures();
        outside.attach(tbs.as_bytes(), &sd_jwt.to_der().unwrap()).done();
        let raw = outside.world.read("signed");
        outside.attach(&tbs.to_der().unwrap(), sd_jwt.as_bytes()).done();
        assert_eq!(outside.world.read("signed"), raw);
        let verdict = outside.answer();
        assert_eq!(verdict["path"], "conventional");
        assert_eq!(verdict["issuers"], json!([ID]));
    }
}

#[test]
fn digests_are_those_of_the_library() {
    for algorithm in Algorithm::ALL {
        let outside = Outside::registered(algorithm);
        let said = outside.draft("case-1", &["--digest"]).done().json();
        assert_eq!(said["digest"], true);
        let draft = Draft::from_json(&outside.world.read("draft"), &Schemas::standard()).unwrap();
        let public = outside.device.0.public_key();
        let key = match public {
            PublicKey::Es256(key) => SuiteKey::Es256(key),
            PublicKey::Sm2(key) => SuiteKey::Sm2Sm3 { key, distid: Distid::parse(DISTID).unwrap() },
        };
        let tbs = draft.tbs().unwrap();
        assert_eq!(outside.world.read("tbs"), key.digest(tbs.as_bytes()).unwrap());
        assert_eq!(outside.world.read("sd-jwt"), public.digest(draft.sd_jwt_signing_input()).unwrap());
        // The signatures are over the same inputs as without digests.
        let sd_jwt = outside.device.sign(JOSE, draft.sd_jwt_signing_input());
        outside.attach(outside.device.sign(DISTID, tbs.as_bytes()).as_bytes(), sd_jwt.as_bytes()).done();
    }
}

#[test]
fn an_issuer_without_its_key_here_is_told_what_to_do() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.world.enrol_at(ID, "case-1");
    let said = outside.world.issue_at(ID, "attributes.json", "refused");
    assert_eq!(said.code(2), "external-key");
    assert!(said.out.contains("issuer tbs"));
    // Nothing was used up.
    outside.draft("case-1", &[]).done();
}

#[test]
fn the_attributes_of_the_native_suite_are_not_signed_elsewhere() {
    let outside = Outside::registered(Algorithm::Es256);
    let file = |name| outside.world.file(name);
    let (enrolment, attributes, out) = (file("enrolment"), file("attributes.json"), file("out"));
    let case = ["issuer", "tbs", "--id", "identity-issuer", "--case", "c", "--enrolment", &enrolment];
    let (tbs, sd_jwt) = (file("out-1"), file("out-2"));
    let outs = ["--draft-out", &out, "--tbs-out", &tbs, "--sd-jwt-out", &sd_jwt, "--attributes", &attributes];
    assert_eq!(outside.world.run(&[&case[..], &outs[..]].concat()).code(2), "suite-native");
}

#[test]
fn outputs_that_would_overwrite_each_other_are_refused_before_anything_is_used_up() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.world.enrol_at(ID, "case-1");
    let file = |name| outside.world.file(name);
    let (enrolment, attributes) = (file("enrolment"), file("attributes.json"));
    let case =
        ["issuer", "tbs", "--id", ID, "--case", "case-1", "--enrolment", &enrolment, "--attributes", &attributes];
    let (a, b, c, detour) = (file("a"), file("b"), file("c"), file("keys/../a"));
    let outs = |draft: &str, tbs: &str, sd_jwt: &str| {
        let outs = ["--draft-out", draft, "--tbs-out", tbs, "--sd-jwt-out", sd_jwt];
        outside.world.run(&[&case[..], &outs[..]].concat())
    };
    for [draft, tbs, sd_jwt] in [[&a, &a, &b], [&a, &b, &a], [&b, &a, &a], [&a, &detour, &b], [&a, &a, &a]] {
        assert_eq!(outs(draft, tbs, sd_jwt).code(2), "same-file");
    }
    assert!(!outside.world.has("a") && !outside.world.has("b"));
    outs(&a, &b, &c).done();
}

#[test]
fn the_next_steps_name_both_ways_to_keep_a_credential() {
    let outside = Outside::registered(Algorithm::Sm2);
    let world = &outside.world;
    let spoken = |arguments: &[&str]| {
        let (directory, now) = (world.path().to_str().unwrap(), crate::world::NOW.to_string());
        let common = ["--dir", directory, "--now", &now, "--insecure-development-keys"];
        crate::world::program(&[arguments, &common[..]].concat()).done().out
    };
    outside.draft("case-1", &[]).done();
    let (tbs, sd_jwt) = outside.signatures();
    outside.attach(tbs.as_bytes(), sd_jwt.as_bytes()).done();
    let file = |name| world.file(name);
    let (draft, tbs, sd_jwt, signed) = (file("draft"), file("tbs.sig"), file("sd-jwt.sig"), file("signed"));
    let attach = ["issuer", "attach", "--id", ID, "--draft", &draft, "--out", &signed];
    let attached = spoken(&[&attach[..], &["--tbs-signature", &tbs, "--sd-jwt-signature", &sd_jwt]].concat());
    world.enrol("case-2");
    let (enrolment, attributes, out) = (file("enrolment"), file("attributes.json"), file("issued"));
    let issue = ["issuer", "issue", "--id", "identity-issuer", "--case", "case-2", "--enrolment", &enrolment];
    let issued = spoken(&[&issue[..], &["--attributes", &attributes, "--out", &out]].concat());
    for (said, credential) in [(attached, &signed), (issued, &out)] {
        for command in ["prepare", "accept"] {
            assert!(said.contains(&format!("shiming holder {command} --credential {credential}")), "{said}");
        }
    }
    let accepted = spoken(&["holder", "accept", "--credential", &signed]);
    assert!(accepted.contains(&format!("shiming holder prepare --credential {signed}")), "{accepted}");
}

#[test]
fn an_enrolment_is_checked_and_used_up_when_its_draft_is_made() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.draft("case-1", &[]).done();
    let again = |case: &str| {
        let file = |name| outside.world.file(name);
        let (enrolment, attributes) = (file("enrolment"), file("attributes.json"));
        let (draft, tbs, sd_jwt) = (file("again"), file("again-tbs"), file("again-sd-jwt"));
        let case =
            ["issuer", "tbs", "--id", ID, "--case", case, "--enrolment", &enrolment, "--attributes", &attributes];
        outside.world.run(&[&case[..], &["--draft-out", &draft, "--tbs-out", &tbs, "--sd-jwt-out", &sd_jwt]].concat())
    };
    assert_eq!(again("case-1").code(1), "challenge-used");
    assert_eq!(again("case-2").code(1), "enrolment");
    assert!(!outside.world.has("again"));
}

#[test]
fn drafts_of_others_and_damaged_ones_are_refused() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.draft("case-1", &[]).done();
    let (tbs, sd_jwt) = outside.signatures();
    let draft = outside.world.read("draft");
    let text = String::from_utf8(draft.clone()).unwrap();
    let cases = [
        (1, "other-issuer", text.replace(r#""issuer":"bureau""#, r#""issuer":"identity-issuer""#)),
        (2, "bad-file", text.replace("shiming-draft/1", "shiming-draft/2")),
        (2, "bad-file", text[..text.len() - 1].to_owned()),
        // SM2 and ES256 signatures look alike; the key decides which it is.
        (2, "bad-file", text.replace("sm2-sm3", "es256")),
    ];
    for (exit, code, changed) in cases {
        assert_ne!(changed, text);
        outside.world.write("draft", changed.as_bytes());
        let said = outside.attach(tbs.as_bytes(), sd_jwt.as_bytes());
        assert_eq!(said.code(exit), code);
        assert!(!outside.world.has("signed"));
        assert!(!said.out.contains("11010519491231002X"));
    }
    outside.world.write("draft", &draft);
    outside.attach(tbs.as_bytes(), sd_jwt.as_bytes()).done();
}

#[test]
fn local_keys_of_every_suite_issue_and_answer() {
    for suite in ["native", "sm2-sm3", "es256"] {
        let outside = Outside { world: crate::world::world(), device: Device::new(Algorithm::Es256, 1) };
        let world = &outside.world;
        let keygen = ["issuer", "keygen", "--id", ID, "--name", "Bureau", "--suite", suite];
        assert_eq!(world.run(&keygen).done().json()["suite"], suite);
        outside.trust().done();
        world.enrol_at(ID, "case-1");
        assert_eq!(world.issue_at(ID, "attributes.json", "signed").done().json()["suite"], suite);
        assert_eq!(outside.answer()["issuers"], json!([ID]));
    }
}
