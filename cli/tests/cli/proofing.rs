//! A case from its opening to the credential, in files.

use crate::world::{NOW, Said, World, world};
use serde_json::{Value, json};
use std::fs;

const CASE: [&str; 4] = ["--id", "identity-issuer", "--case", "p-1"];

/// Sources in the trust bundle, and a person in a file.
struct Desk {
    world: World,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { world: world() };
        let sources = [
            ("registry", "SGD_SM3_SM2", "mps.population,birth.certificate"),
            ("network", "ES256", "unionpay.card"),
            ("faces", "ES256", "bio.face,bio.video"),
            ("records", "SGD_SM3_SM2", "social.insurance,carrier.realname"),
            ("reviewer", "SGD_SM3_SM2", "review.decision"),
        ];
        for (id, algorithm, kinds) in sources {
            let made = ["proofing", "source", "--id", id, "--name", id, "--algorithm", algorithm, "--kinds", kinds];
            let registration = desk.world.run(&made).done().json()["registration"].as_str().unwrap().to_owned();
            desk.world.run(&["trust", "add", "source", &registration]).done();
        }
        desk.person("person", &[]);
        desk
    }

    fn person(&self, name: &str, changes: &[(&str, Value)]) {
        let mut person = json!({
            "name": "张三", "document_type": 1, "number": "11010519491231002X", "birth_date": 19_491_231, "sex": 2,
            "nationality": 156, "region": 110_105, "document_valid_until": 99_991_231
        });
        for (member, value) in changes {
            person[*member] = value.clone();
        }
        fs::write(self.world.path().join(name), person.to_string()).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.world.run(arguments)
    }

    fn open(&self, path: &str) -> Said {
        let (person, session) = (self.world.file("person"), self.world.file("session"));
        let rest = ["--path", path, "--person", &person, "--session-out", &session];
        self.run(&[&["proofing", "open"], &CASE[..], &rest].concat())
    }

    fn attest(&self, source: &str, kind: &str, rest: &[&str]) -> Said {
        let (session, person, out) =
            (self.world.file("session"), self.world.file("person"), self.world.file("evidence"));
        let with = ["proofing", "attest", "--source", source, "--session", &session, "--kind", kind, "--out", &out];
        let facts = ["mps.population", "unionpay.card", "social.insurance", "carrier.realname"];
        let person = if facts.contains(&kind) { vec!["--person", &person] } else { Vec::new() };
        self.run(&[&with, &person[..], rest].concat())
    }

    fn submit(&self) -> Said {
        let evidence = self.world.file("evidence");
        self.run(&[&["proofing", "submit"], &CASE[..], &["--evidence", &evidence]].concat())
    }

    /// Attested and submitted: the stage after it.
    fn give(&self, source: &str, kind: &str, rest: &[&str]) -> Value {
        self.attest(source, kind, rest).done();
        self.submit().done().json()["stage"].clone()
    }

    fn status(&self) -> Value {
        self.run(&[&["proofing", "status"], &CASE[..]].concat()).done().json()
    }

    fn face(&self, similarity: &str) -> Value {
        self.give("faces", "bio.face", &["--similarity", similarity, "--fact", "template=t-7"])
    }

    fn to_card_bound(&self) {
        assert_eq!(self.open("ordinary").done().json()["stage"], "started");
        assert_eq!(self.give("registry", "mps.population", &[]), "id-verified");
        assert_eq!(self.give("network", "unionpay.card", &["--fact", "card=token"]), "card-bound");
    }

    fn issue(&self) -> Said {
        self.world.enrol_at("identity-issuer", "p-1");
        let (enrolment, out) = (self.world.file("enrolment"), self.world.file("proofed"));
        self.run(&[&["proofing", "issue"], &CASE[..], &["--enrolment", &enrolment, "--out", &out]].concat())
    }
}

#[test]
fn three_stages_lead_to_a_credential_that_answers_a_platform() {
    let desk = Desk::new();
    desk.to_card_bound();
    assert_eq!(desk.issue().code(1), "case");
    assert_eq!(desk.face("9950"), "face-enrolled");
    let issued = desk.issue().done().json();
    assert_eq!(issued["stage"], "issued");
    let bases = issued["basis"]["bases"].as_array().unwrap();
    assert!(bases.contains(&json!("aml")) && bases.contains(&json!("csl")), "{bases:?}");
    let credential = desk.world.file("proofed");
    desk.run(&["holder", "prepare", "--credential", &credential]).done();
    desk.world.request("live", "request").done();
    desk.world.present("request", "presentation").done();
    assert_eq!(desk.world.verify("live", "request", "presentation").done().json()["accepted"], true);
    // The log stays; the person and the session's key are gone, and no second credential comes of the case.
    let case = "issuer/identity-issuer/cases/p-1";
    assert!(desk.world.path().join(case).join("log").exists());
    assert!(!desk.world.path().join(case).join("person").exists());
    assert!(!desk.world.path().join(case).join("session").exists());
    assert_eq!(desk.issue().code(2), "case-erased");
    let log = String::from_utf8(desk.world.read(&format!("{case}/log"))).unwrap();
    assert!(!log.contains("11010519491231002X") && !log.contains("19491231") && !log.contains("张三"));
}

#[test]
fn a_step_up_and_a_review_go_through_files_too() {
    let desk = Desk::new();
    desk.to_card_bound();
    assert_eq!(desk.face("9799"), "step-up");
    assert_eq!(desk.status()["needs"], json!(["social.insurance", "carrier.realname"]));
    assert_eq!(desk.give("records", "social.insurance", &[]), "step-up");
    let phone = ["--fact", "phone=13800000000"];
    desk.attest("records", "carrier.realname", &[&phone[..], &["--result", "fail"]].concat()).done();
    assert_eq!(desk.submit().done().json()["stage"], "manual-review");
    let review = desk.status()["review"].as_str().unwrap().to_owned();
    assert_eq!(desk.attest("reviewer", "review.decision", &[]).code(2), "incomplete");
    let decision = ["--about", review.as_str(), "--result", "indeterminate"];
    assert_eq!(desk.give("reviewer", "review.decision", &decision), "step-up");
    assert_eq!(desk.give("records", "carrier.realname", &phone), "video-due");
    assert_eq!(desk.give("faces", "bio.video", &[]), "face-enrolled");
}

#[test]
fn refusals_name_the_rule_and_whose_fault_it_is() {
    let desk = Desk::new();
    desk.open("ordinary").done();
    assert_eq!(desk.open("ordinary").code(2), "case-exists");
    desk.attest("faces", "bio.face", &["--similarity", "9950", "--fact", "template=t-7"]).done();
    let refused = desk.submit();
    assert!(refused.json()["message"].as_str().unwrap().starts_with("PROOF-ORDER"), "{}", refused.out);
    assert_eq!(refused.code(1), "case");
    // A source that may not attest it, and evidence that is another's.
    desk.attest("network", "mps.population", &[]).done();
    let refused = desk.submit();
    assert!(refused.json()["message"].as_str().unwrap().starts_with("EVIDENCE-SOURCE"));
    assert_eq!(refused.code(1), "evidence");
    assert_eq!(desk.attest("faces", "bio.face", &[]).code(2), "incomplete");
    desk.person("person", &[("number", json!("110105194912310021"))]);
    assert_eq!(desk.attest("registry", "mps.population", &[]).code(1), "person");
}

#[test]
fn a_torn_line_of_the_log_is_cut_and_a_changed_one_refused() {
    let desk = Desk::new();
    desk.to_card_bound();
    let path = desk.world.path().join("issuer/identity-issuer/cases/p-1/log");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], b"{\"entry\":{\"at\":17953"].concat()).unwrap();
    assert_eq!(desk.status()["stage"], "card-bound");
    assert!(fs::read(&path).unwrap().starts_with(&whole));
    let changed = String::from_utf8(whole).unwrap().replacen("\"pass\"", "\"fail\"", 1);
    fs::write(&path, changed).unwrap();
    assert_eq!(desk.run(&[&["proofing", "status"], &CASE[..]].concat()).code(2), "bad-log");
}

#[test]
fn a_case_is_withdrawn_and_runs_out_of_its_72_hours() {
    let desk = Desk::new();
    desk.to_card_bound();
    let status = [&["proofing", "status"], &CASE[..]].concat();
    let at = |seconds: i64| desk.world.run_at(NOW + seconds, &status).done().json()["stage"].clone();
    assert_eq!(at(72 * 3_600), "card-bound");
    assert_eq!(at(72 * 3_600 + 1), "closed");
    let other = Desk::new();
    other.open("ordinary").done();
    let withdrawn = other.run(&[&["proofing", "withdraw"], &CASE[..]].concat()).done().json();
    assert_eq!(withdrawn["stage"], "closed");
    for desk in [desk, other] {
        let case = desk.world.path().join("issuer/identity-issuer/cases/p-1");
        assert!(case.join("log").exists() && !case.join("person").exists() && !case.join("session").exists());
        assert_eq!(desk.run(&status).code(2), "case-erased");
    }
}
