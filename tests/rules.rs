//! Spec, code and tests have the same rules.
//!
//! Three conventions make this decidable by reading text:
//!
//! - **Spec.** A rule is a heading of the third level whose first word is its id: capitals, digits and hyphens, at least four
//!   characters. Below it a line `Checked:` names files and symbols, "`file` `symbol`", separated by commas; a rule without one
//!   does not pass. A table whose first column is a code word in backticks, under a known heading, lists variants or codes.
//! - **Code.** The first part of a spec id with a hyphen (`KEY` of `KEY-SIZE`) is a family. Every word of a family in `src/` and
//!   `circuits/src/` is a rule, and so are the literal in `Rule("..")` and the word after "rule ".
//! - **Tests.** A circuit rule has a test function whose name begins with the id in lower case with underscores; a rule that is an
//!   error variant is named by a test, as `Error::Variant` or by its id.
//!
//! So a rule that is added in one place only fails here.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files with an extension below a directory, with their text, but for `tests/rules.rs`.
fn files(directory: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) && !path.ends_with("tests/rules.rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

fn is_id(word: &str) -> bool {
    let of_an_id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    word.len() >= 4 && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(of_an_id)
}

/// Maximal runs of letters, digits, hyphens and underscores.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).map(|word| word.trim_matches('-'))
}

/// The text between backticks.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// Every rule of the spec with the files and symbols that its `Checked:` lines name.
fn spec() -> BTreeMap<String, Vec<(String, String)>> {
    let mut rules: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, text) in files("spec", "md") {
        let mut current: Option<String> = None;
        for line in text.lines() {
            if line.starts_with('#') {
                let first = line.strip_prefix("### ").and_then(|heading| heading.split_whitespace().next());
                current = first.filter(|word| is_id(word)).map(str::to_owned);
                if let Some(id) = &current {
                    assert!(rules.insert(id.clone(), Vec::new()).is_none(), "{id} is defined twice, again in {path:?}");
                }
            } else if let (Some(id), Some(checked)) = (&current, line.strip_prefix("Checked:")) {
                for pair in quoted(checked).chunks(2) {
                    let &[file, symbol] = pair else { panic!("{id}: a file without a symbol in {line:?}") };
                    rules.get_mut(id).unwrap().push((file.to_owned(), symbol.to_owned()));
                }
            }
        }
    }
    rules
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut all = files("src", "rs");
    all.extend(files("circuits/src", "rs"));
    all
}

/// Every rule that code names, by the conventions at the top.
fn code(families: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in sources() {
        for word in words(&text).filter(|word| is_id(word)) {
            // The curve of a JSON Web Key has such a name and is no rule.
            let is_rule =
                word != "SM2-P-256" && word.split_once('-').is_some_and(|(family, _)| families.contains(family));
            if is_rule {
                found.insert(word.to_owned());
            }
        }
        // A mention, in a comment: "rule ID". A line break may stand between.
        let flat = text.replace("///", " ").replace("//!", " ");
        let all: Vec<&str> = flat.split_whitespace().collect();
        for pair in all.windows(2).filter(|pair| pair[0].trim_start_matches('(') == "rule") {
            let word = pair[1].trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_id(word) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// The rules of circuits: the literals in `Rule("..")`.
fn circuit_rules() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in files("circuits/src", "rs") {
        for rest in text.split("Rule(\"").skip(1) {
            found.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
    found
}

/// The variants of an enumeration, formatted by rustfmt.
fn variants(path: &str, name: &str) -> BTreeSet<String> {
    let text = read(path);
    let start = format!("pub enum {name} {{");
    let (_, body) = text.split_once(&start).unwrap_or_else(|| panic!("{path} has no {name}"));
    let body = body.split("\n}").next().unwrap();
    let is_variant = |line: &&str| line.starts_with("    ") && line[4..].starts_with(|c: char| c.is_ascii_uppercase());
    let first = |line: &str| line.trim().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned();
    body.lines().filter(is_variant).map(first).collect()
}

/// The first columns of the `n`th table, from 0, below a heading of a spec file: code words.
fn table(path: &str, heading: &str, n: usize) -> BTreeSet<String> {
    let text = read(path);
    let (_, section) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let tables: Vec<&str> = section.split("\n\n").map(str::trim).filter(|block| block.starts_with('|')).collect();
    let rows: Vec<&str> =
        tables[n].lines().filter(|line| line.starts_with("| `")).map(|line| quoted(line)[0]).collect();
    let set: BTreeSet<String> = rows.iter().map(|row| (*row).to_owned()).collect();
    assert_eq!(set.len(), rows.len(), "{heading}: a row twice");
    set
}

/// The text of all tests: `tests/`, `circuits/tests/`, and the test modules in `src/`.
fn tests() -> String {
    let mut all = String::new();
    for (_, text) in files("tests", "rs").into_iter().chain(files("circuits/tests", "rs")) {
        all.push_str(&text);
    }
    for (_, text) in sources() {
        all.extend(text.split("#[cfg(test)]").skip(1));
    }
    all
}

#[test]
fn spec_and_code_have_the_same_rules() {
    let spec = spec();
    let families = spec.keys().filter_map(|id| Some(id.split_once('-')?.0.to_owned())).collect();
    let unknown: Vec<_> = code(&families).into_iter().filter(|id| !spec.contains_key(id)).collect();
    assert!(unknown.is_empty(), "code names rules that the spec does not have: {unknown:?}");
    for (id, checked) in &spec {
        assert!(!checked.is_empty(), "{id} does not say where it is checked");
        for (file, symbol) in checked {
            assert!(read(file).contains(symbol), "{id}: {file} has no {symbol:?}");
        }
    }
}

#[test]
fn rules_of_a_family_are_named_in_code() {
    let spec = spec();
    let families: BTreeSet<String> = spec.keys().filter_map(|id| Some(id.split_once('-')?.0.to_owned())).collect();
    let code = code(&families);
    let missing: Vec<_> = spec.keys().filter(|id| id.contains('-') && !code.contains(*id)).collect();
    assert!(missing.is_empty(), "the spec has rules that code does not name: {missing:?}");
}

#[test]
fn circuit_rules_are_the_specs_and_each_has_a_test() {
    let circuit = circuit_rules();
    let families: BTreeSet<&str> = circuit.iter().map(|id| id.split('-').next().unwrap()).collect();
    let in_spec = spec().into_keys().filter(|id| families.contains(id.split('-').next().unwrap())).collect();
    assert_eq!(circuit, in_spec);
    let prefix = |id: &str| format!("{}_", id.to_lowercase().replace('-', "_"));
    let mut tested = BTreeSet::new();
    for (_, text) in files("circuits/tests", "rs") {
        for name in text.split("\nfn ").skip(1).map(|rest| rest.split('(').next().unwrap_or_default().to_owned() + "_")
        {
            // The longest id, since one may be the beginning of another.
            let id = circuit.iter().filter(|id| name.starts_with(&prefix(id))).max_by_key(|id| id.len());
            tested.extend(id.cloned());
        }
    }
    let untested: Vec<_> = circuit.difference(&tested).collect();
    assert!(untested.is_empty(), "no test is named after {untested:?}");
}

#[test]
fn rules_that_are_error_variants_have_a_test() {
    let tests = tests();
    let mut untested = Vec::new();
    let enumerations = [
        ("src/keys/lint.rs", "KeyError"),
        ("src/enrolment.rs", "EnrolmentError"),
        ("src/evidence/check.rs", "EvidenceError"),
        ("src/proofing/error.rs", "Refusal"),
    ];
    for (path, name) in enumerations {
        let text = read(path);
        // A variant of a rule has the id at the beginning of its message.
        let mut id = None;
        for line in text.lines().map(str::trim) {
            if let Some(message) = line.strip_prefix("#[error(\"") {
                let first = message.split(':').next().unwrap_or_default();
                id = is_id(first).then(|| first.to_owned());
            } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
                let Some(id) = id.take() else { continue };
                // With its parenthesis, if it has one: another error of the same name has a variant of the same name without.
                let end = line.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
                let end = if line[end..].starts_with('(') { end + 1 } else { end };
                let variant = format!("{name}::{}", &line[..end]);
                if !words(&tests).any(|word| word == id) && !tests.contains(&variant) {
                    untested.push((id, variant));
                }
            }
        }
    }
    assert!(untested.is_empty(), "no test names {untested:?}");
}

#[test]
fn rejection_codes_are_the_specs() {
    let text = read("src/verdict/rejection.rs");
    let codes: BTreeSet<String> =
        text.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(codes, table("spec/5-policy.md", "Rejections", 0));
}

#[test]
fn sd_jwt_codes_are_the_specs_and_each_is_met_by_a_test() {
    let text = read("src/conventional/sd_jwt/error.rs");
    let codes: Vec<String> =
        text.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    let set: BTreeSet<String> = codes.iter().cloned().collect();
    assert_eq!(set.len(), codes.len(), "a code twice");
    let credential = read("src/conventional/fault.rs");
    let credential = credential.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    assert_eq!(credential.collect::<BTreeSet<_>>(), table("spec/7-conventional.md", "Judging", 0));
    let mut spec = table("spec/7-conventional.md", "SD-JWT", 0);
    spec.extend(table("spec/7-conventional.md", "Key binding", 0));
    assert_eq!(set, spec);
    let tests = tests();
    let rfc = "src/conventional/sd_jwt/error.rs";
    let enumerations = [(rfc, "SdJwtError"), (rfc, "JwtFault"), (rfc, "DisclosureFault")];
    for (file, name) in enumerations.into_iter().chain([("src/conventional/fault.rs", "ConventionalFault")]) {
        for variant in variants(file, name) {
            assert!(tests.contains(&format!("{name}::{variant}")), "no test names {name}::{variant}");
        }
    }
}

#[test]
fn error_variants_are_the_specs() {
    let spec = "spec/5-policy.md";
    assert_eq!(variants("src/policy/error.rs", "PolicyError"), table(spec, "Language", 1));
    assert_eq!(variants("src/policy/error.rs", "PolicyFault"), table(spec, "Language", 2));
    assert_eq!(variants("src/request/check.rs", "RequestError"), table(spec, "Request", 0));
    assert_eq!(variants("src/registry/bundle.rs", "BundleError"), table(spec, "Trust bundle", 0));
}

#[test]
fn domain_tags_are_the_specs() {
    let mut tags = BTreeSet::new();
    for (_, text) in sources() {
        for rest in text.split("b\"").skip(1) {
            let literal = rest.split('"').next().unwrap();
            if literal.starts_with("shiming/") || literal.starts_with("SHIMING-") {
                tags.insert(literal.to_owned());
            }
        }
    }
    assert_eq!(tags, table("spec/1-encoding.md", "Table of tags", 0));
}

#[test]
fn files_of_the_spec_are_short() {
    for (path, text) in files("spec", "md") {
        assert!(text.lines().count() < 400, "{path:?}");
    }
}
