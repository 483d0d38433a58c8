//! The lint of the circuits as people and machines run it.

use crate::world::program;

const SMALL: [&str; 5] = ["credential/native", "range", "membership", "non-membership", "tag"];

#[test]
fn lint_says_what_was_checked_of_every_named_relation() {
    let said = program(&[&["lint", "--json", "--details"], &SMALL[..]].concat()).done();
    assert_eq!(said.err, "");
    let json = said.json();
    assert_eq!((&json["ok"], &json["clean"], &json["seed"]), (&true.into(), &true.into(), &0.into()));
    let relations = json["relations"].as_array().unwrap();
    assert_eq!(relations.iter().map(|of| of["relation"].as_str().unwrap()).collect::<Vec<_>>(), SMALL);
    for of in relations {
        let number = |name: &str| of[name].as_u64().unwrap();
        assert!(number("rows") > 0 && of["density"].as_f64().unwrap() > 1.0);
        for check in ["mutation", "alternatives"] {
            assert_eq!(of[check]["tried"], of[check]["rejected"]);
        }
        let propagation = &of["propagation"];
        let known = propagation["forced"].as_u64().unwrap() + propagation["seeds"].as_u64().unwrap();
        assert_eq!(known, number("variables"));
        assert_eq!(number("public_inputs_bound"), number("instances"));
        assert_eq!((&of["unconstrained"], &of["findings"]), (&serde_json::json!({}), &serde_json::json!([])));
        assert!(!of["census"].as_array().unwrap().is_empty());
    }
    assert_eq!(relations[0]["rows"], 4519);
    assert!(relations[0]["mutation"]["tried"].as_u64().unwrap() > 10_000);
}

#[test]
fn lint_prints_a_table_and_takes_another_seed() {
    let said = program(&["lint", "tag", "range", "--seed", "7"]).done();
    assert_eq!(said.err, "", "no progress where nobody looks");
    for expected in ["relation", "density", "propagation", "alternatives", "│ tag", "│ range", "Nothing was found."]
    {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    assert!(!said.out.contains("membership"));
    let said = program(&["lint", "tag", "--details"]).done();
    assert!(said.out.contains("TAG-HASH"), "{}", said.out);
}

#[test]
fn lint_refuses_relations_that_there_are_not() {
    let said = program(&["lint", "--json", "tag", "tags"]);
    assert_eq!(said.code(2), "unknown-relation");
    assert!(said.out.contains("credential/sm2-sm3"));
}

/// `cargo test --release -p shiming-cli --test cli -- --ignored lint_of_every_relation`
#[test]
#[ignore = "tens of seconds, and the same as every_relation_is_clean of the circuits; run by name"]
fn lint_of_every_relation_finds_nothing() {
    let json = program(&["lint", "--json"]).done().json();
    assert_eq!(json["clean"], true);
    assert_eq!(json["relations"].as_array().unwrap().len(), SMALL.len() + 2);
}
