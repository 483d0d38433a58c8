//! The table of services in the spec says what the policy files ask, cell by cell.

use crate::stage::*;
use shiming::policy::{Clause, DateBound, Policy, Test};
use std::{collections::BTreeSet, fs};

fn chapter() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/spec/16-platforms.md")).unwrap()
}

/// The rows below the heading, cell by cell, without code marks.
fn rows() -> Vec<Vec<String>> {
    let text = chapter();
    let section = text.split("\n## Services\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    lines.map(cells).collect()
}

fn of<'a>(policy: &'a Policy, attribute: &'a str) -> impl Iterator<Item = &'a Test> {
    policy.entries()[0].clauses().iter().filter(move |clause| clause.attribute() == attribute).map(Clause::test)
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "-" }.to_owned()
}

/// The cells that a policy makes: age, class, valid, fresh, joined with, pseudonym.
fn cells(policy: &Policy) -> [String; 6] {
    let (mut from, mut to, mut class) = (None, None, None);
    for test in of(policy, "birth_date") {
        match test {
            Test::AgeAtLeast(years) => from = Some(*years),
            Test::AgeAtMost(years) => to = Some(*years),
            other => panic!("{other:?}"),
        }
    }
    for test in of(policy, "account_class") {
        let Test::AtLeast(bound) = test else { panic!("{test:?}") };
        class = Some(*bound);
    }
    let age = match (from, to) {
        (None, None) => "-".to_owned(),
        (Some(from), None) => format!("{from}+"),
        (Some(from), Some(to)) => format!("{from}-{to}"),
        (None, Some(to)) => format!("up to {to}"),
    };
    let today = Test::NotBefore(DateBound::Today);
    let has = |entry: &shiming::policy::Entry, attribute: &str, test: &Test| {
        entry.clauses().iter().any(|clause| clause.attribute() == attribute && clause.test() == test)
    };
    let fresh = |entry| has(entry, "reverify_by", &today) && has(entry, "verified", &Test::Equal(1));
    let joined: Vec<String> = policy.entries().iter().skip(1).map(|entry| entry.schema().name().to_string()).collect();
    [
        age,
        class.map_or_else(|| "-".to_owned(), |class| class.to_string()),
        yes(of(policy, "document_valid_until").any(|test| *test == today)),
        yes(policy.entries().iter().all(fresh)),
        if joined.is_empty() { "-".to_owned() } else { joined.join(", ") },
        policy.scope().unwrap().to_string(),
    ]
}

#[test]
fn every_row_is_what_its_policy_asks() {
    for row in rows() {
        let [_, name, expected @ ..] = row.as_slice() else { panic!("{row:?}") };
        assert_eq!(expected, cells(&loaded(name)), "{name}");
    }
}

#[test]
fn every_profile_has_one_row_one_owner_and_a_chapter() {
    let written: Vec<String> = rows().into_iter().map(|row| row[1].clone()).collect();
    let owned: Vec<&str> = PLATFORMS.iter().flat_map(|(_, profiles, _)| profiles.iter().copied()).collect();
    assert_eq!(written, owned);
    let (text, mut seen) = (chapter(), BTreeSet::new());
    let (_, described) = text.split_once("\n## Profiles\n").unwrap();
    for name in owned {
        let policy = loaded(name);
        assert_eq!(policy.id().as_str(), format!("{name}:1"));
        assert!(seen.insert(policy.document().digest().unwrap()), "{name} is another profile");
        assert!(described.contains(&format!("`{name}`")), "{name}");
        // No profile takes a value with it, and every one has a name for the account.
        assert!(
            policy.entries().iter().all(|entry| entry.disclosed().is_empty()) && policy.scope().is_some(),
            "{name}"
        );
    }
}

#[test]
fn every_attribute_that_a_profile_asks_is_explained() {
    let text = chapter();
    for name in PLATFORMS.iter().flat_map(|(_, profiles, _)| *profiles) {
        for clause in loaded(name).entries().iter().flat_map(|entry| entry.clauses()) {
            assert!(text.contains(&format!("`{}`", clause.attribute())), "{name}, {}", clause.attribute());
        }
    }
}

#[test]
fn every_policy_file_loads() {
    let files = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/policies")).unwrap();
    let names: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert!(names.len() > PLATFORMS.len());
    for name in names {
        assert_eq!(loaded(&name).id().as_str(), format!("{name}:1"));
    }
}
