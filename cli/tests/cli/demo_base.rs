//! The demo of the base flow: its rows as a machine reads them, and its table.

use crate::world::program;
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::OnceLock};

/// One run for all tests here.
fn played() -> &'static Value {
    static PLAYED: OnceLock<Value> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let said = program(&["demo", "--flow", "base", "--json"]).done();
        assert_eq!((said.out.lines().count(), said.err.as_str()), (1, ""));
        said.json()
    })
}

fn rows() -> &'static [Value] {
    played()["rows"].as_array().unwrap()
}

/// Outcome and what is still possible, of the one row that says so.
fn row(what: &str) -> (&'static str, Vec<&'static str>) {
    let mut found = rows().iter().filter(|row| row["what"].as_str().unwrap().contains(what));
    let row = found.next().unwrap_or_else(|| panic!("no row says {what}"));
    assert!(found.next().is_none(), "several rows say {what}");
    let possible = row["possible"].as_array().map(|all| all.iter().map(|one| one.as_str().unwrap()).collect());
    (row["outcome"].as_str().unwrap(), possible.unwrap_or_default())
}

fn outcome(what: &str) -> &'static str {
    row(what).0
}

/// What the holder of a status may do.
const ALL: [&str; 3] = ["present", "transfer", "receive"];

#[test]
fn base_flow_shows_every_group_and_row_of_the_source_that_a_demo_can() {
    let groups = json!([
        "ordinary case",
        "evidence",
        "settings of issuers",
        "step-up",
        "manual review",
        "special groups",
        "accounts",
        "measures",
        "life cycle",
        "leaving",
        "custody"
    ]);
    assert_eq!(played()["groups"], groups);
    let sources: BTreeSet<&str> = rows().iter().flat_map(|row| row["source"].as_str().unwrap().split(", ")).collect();
    for source in [
        "0.2", "0.4", "0.6", "1.4", "1.10", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8", "2.9", "3.1",
        "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "4.5", "4.6", "4.7", "5.1", "5.2", "5.3",
        "5.4", "5.5", "5.6", "5.7", "5.8", "6.2", "8.1", "8.2", "8.3", "8.4", "8.5", "8.6",
    ] {
        assert!(sources.contains(source), "{source}");
    }
}

#[test]
fn base_flow_takes_no_evidence_that_is_not_signed_authorised_fresh_and_of_the_session() {
    let refused = ["another source signed", "not registered", "attests a card", "another attempt", "301 seconds"];
    let codes = ["EVIDENCE-SIGNED", "EVIDENCE-SOURCE", "EVIDENCE-SOURCE", "EVIDENCE-SUBJECT", "EVIDENCE-FRESH"];
    assert_eq!(refused.map(outcome), codes);
    assert_eq!(row("300 seconds"), ("card-bound", vec!["bio.face"]));
    assert_eq!(outcome("the same attestation again"), "PROOF-ORDER");
    assert_eq!([outcome("not issued for 72 h"), outcome("and a second")], ["face-enrolled", "closed"]);
    let wanted = ["Alipay asks", "WeChat asks", "UnionPay asks"].map(row);
    assert_eq!(wanted.map(|(_, possible)| possible), [["card.avs"], ["credit.bureau"], ["card.nfc-chip"]]);
    assert_eq!([outcome("from a colour camera"), outcome("threshold of 801")], ["PROOF-FACE", "manual-review"]);
}

#[test]
fn base_flow_steps_up_at_9799_and_not_at_9800() {
    assert_eq!(row("9,800 of 10,000 alike"), ("face-enrolled", vec!["issue"]));
    assert_eq!(row("his face is 9,799"), ("step-up", vec!["social.insurance", "carrier.realname"]));
    assert_eq!(outcome("the video before the records"), "PROOF-ORDER");
    assert_eq!(row("his carrier's real-name record"), ("video-due", vec!["bio.video"]));
    assert_eq!(row("the interview by video, last"), ("face-enrolled", vec!["issue"]));
    assert_eq!([outcome("ends in 31 days"), outcome("ends in 30 days")], ["face-enrolled", "step-up"]);
    assert_eq!([outcome("region that the issuer"), outcome("usually logs in")], ["step-up", "step-up"]);
}

#[test]
fn base_flow_reviews_every_anomaly_and_says_which_decisions_are_open() {
    let all = vec!["accept", "repeat", "refuse"];
    for what in ["does not find him", "card does not match", "face does not match", "cannot tell", "credit bureau does"]
    {
        assert_eq!(row(what), ("manual-review", all.clone()), "{what}");
    }
    // A contradiction needs a branch first, an expired document another document.
    assert_eq!(row("in the name 张玮"), ("manual-review", vec!["repeat", "refuse"]));
    assert_eq!(row("a branch has seen him"), ("manual-review", all));
    assert_eq!(row("has expired yesterday"), ("manual-review", vec!["repeat", "refuse"]));
    assert_eq!(outcome("the reviewer refuses"), "refused");
    assert_eq!(row("his new document"), ("id-verified", vec!["unionpay.card"]));
}

#[test]
fn base_flow_refuses_a_minor_what_is_for_adults() {
    assert_eq!(outcome("takes the way for adults"), "PROOF-AGE");
    assert_eq!(outcome("where the policy asks no age"), "accepted");
    assert_eq!(outcome("asked for an adult's account"), "policy-not-satisfied");
    assert_eq!(outcome("writes another birth date"), "proof-invalid");
    assert_eq!(row("under 14 that is not enough"), ("id-verified", vec!["guardian.consent"]));
    assert_eq!(outcome("somebody who has presented nothing"), "PROOF-RELATIVE");
}

#[test]
fn base_flow_opens_the_classes_with_one_three_and_five_channels() {
    let classes = ["1 external", "2 external", "3 external", "4 external", "5 external"].map(outcome);
    assert_eq!(classes, ["class 1", "class 1", "class 2", "class 2", "class 3"]);
    assert_eq!(outcome("no channel"), "refused");
    let limits = ["a password", "which are one kind", "password and one-time", "face and certificate"].map(outcome);
    assert_eq!(limits, ["1,000 yuan a day", "1,000 yuan a day", "5,000 yuan a day", "as agreed"]);
}

#[test]
fn base_flow_takes_measures_at_once_and_lifts_them() {
    assert_eq!(row("Li Na's document expires"), ("active", vec!["receive"]));
    assert_eq!(row("has her new document").1, ALL);
    assert_eq!(row("nobody acts: a second before"), ("active", ALL.to_vec()));
    assert_eq!(row("nobody acts: 72 h"), ("active", vec![]));
    assert_eq!(row("a branch sees her").1, ALL);
    assert_eq!(row("a transaction is suspicious"), ("active", vec!["present", "transfer"]));
    assert_eq!(row("the code of another transaction"), ("refused", vec!["present", "transfer"]));
    assert_eq!(row("the code of this transaction").1, ALL);
}

#[test]
fn base_flow_reviews_renews_and_replaces_a_lost_wallet() {
    assert_eq!(row("day 179"), ("active", ALL.to_vec()));
    assert_eq!(row("day 180"), ("review-due", ALL.to_vec()));
    assert_eq!(row("day 210"), ("lapsed", vec![]));
    assert_eq!(outcome("wants a review now"), "LIFE-REVIEW");
    let pseudonyms: Vec<_> = rows().iter().filter(|row| row["what"] == "  her pseudonym at the platform").collect();
    assert_eq!(pseudonyms.iter().map(|row| &row["outcome"]).collect::<Vec<_>>(), ["the same", "another"]);
    assert_eq!(outcome("portrait is 7,000"), "LIFE-TRIGGER");
    assert_eq!(row("portrait is 6,999"), ("resetting", vec![]));
    assert_eq!(outcome("a new wallet without a record"), "person-has-another-tag");
    assert_eq!(outcome("who found the phone"), "person-has-another-tag");
}

#[test]
fn base_flow_ends_after_five_gates_and_purges_after_72_hours() {
    let gates = [1, 2, 3, 4].map(|gate| outcome(&format!("gate {gate}: ")));
    assert_eq!(gates, ["cancelling"; 4]);
    assert_eq!(
        [outcome("second gate before"), outcome("a second before that ends")],
        ["CANCEL-ORDER", "CANCEL-COOLING"]
    );
    assert_eq!(outcome("gate 5: her wallet confirms"), "cancelled");
    assert_eq!([outcome("she wants to come back"), outcome("the platform restores it")], ["LIFE-FINAL", "refused"]);
    assert_eq!([outcome("sealed with SM2"), outcome("72 h after their capture")], ["0 receipts", "2 receipts"]);
    assert_eq!(outcome("a copy is opened then"), "SEAL-TIME");
}

#[test]
fn base_flow_gives_the_platform_a_status_and_nobody_a_number() {
    let members: Vec<&str> = played()["platform_record"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["class", "level", "policy_version", "pseudonym", "reverify_by", "status"]);
    assert_eq!(outcome("what the platform keeps of her"), "status only");
    // A document number is 18 characters that begin with a region.
    assert!(!played().to_string().contains("310101"));
}

#[test]
fn base_flow_is_a_table_and_keeps_its_files_where_it_is_told() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("new");
    // 29 February in China, when most years have no birthday.
    let said = program(&["--now", "1709136000", "demo", "--flow", "base", "--dir", path.to_str().unwrap()]).done();
    assert_eq!(said.err, "", "no progress where nobody looks");
    for expected in
        ["INSECURE", "李娜", "SPECIAL GROUPS", "still possible", "policy_version", "each as the rules demand"]
    {
        assert!(said.out.contains(expected), "{expected}");
    }
    let log = std::fs::read_to_string(path.join("case-log")).unwrap();
    // Opened, three stages, issued.
    assert_eq!(log.lines().count(), 5);
    assert!(!log.contains("李娜"));
    let receipts = std::fs::read_to_string(path.join("purge-log")).unwrap();
    assert_eq!(receipts.lines().count(), 2);
    for (file, kind) in [("request", "request"), ("presentation", "presentation")] {
        let file = path.join(file);
        assert_eq!(program(&["inspect", "--json", file.to_str().unwrap()]).done().json()["kind"], kind);
    }
}
