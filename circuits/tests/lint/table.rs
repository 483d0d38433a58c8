//! The bugs that the lint does not see, and the table of all, the same as in `spec/10-lint.md`.

use crate::{
    bugs::{BUGS, edit},
    planted::{Planted, add_term},
    sample,
    suite_bugs::SUITE_BUGS,
};
use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use shiming_circuits::relation::{
    Relation, Rule,
    tag::{self, Tag},
};
use std::{collections::BTreeMap, fs, path::Path};

/// A bug that leaves every variable a function of the inputs, only of the wrong one: no lint can know. A test does.
struct Unseen {
    name: &'static str,
    /// The file in `circuits/tests/` and the function.
    test: [&'static str; 2],
    /// The rule of `tag` that the false statement breaks.
    rule: Rule,
    plant: fn() -> Planted,
    /// A false statement that the planted rows accept: the assignment.
    attack: fn(&Planted) -> Vec<Fr>,
}

const UNSEEN: &[Unseen] = &[
    Unseen {
        name: "zero-check-left-out",
        test: ["soundness.rs", "tag_key_a_secret_of_zero"],
        rule: tag::KEY,
        plant: || {
            edit(Planted::tag(), |p| {
                p.blank(p.rows(tag::KEY));
                p.remove_unused();
            })
        },
        attack: |_| {
            let b = sample::secrets().1;
            let planted = Planted::holder(tag::holder_tag(Fr::zero(), b), Fr::zero(), b);
            // Without the inverse, the fifth variable.
            let mut assignment = planted.assignment;
            assignment.remove(4);
            assignment
        },
    },
    Unseen {
        name: "inputs-exchanged",
        test: ["soundness.rs", "tag_hash_another_tag_secret_or_blinding"],
        rule: tag::HASH,
        plant: || {
            let (k, b) = sample::secrets();
            edit(Planted::holder(tag::holder_tag(b, k), k, b), |p| {
                // The hash takes b and k.
                for row in p.rows(tag::HASH) {
                    for side in p.sides(row) {
                        side.iter_mut().for_each(|(_, v)| *v = [0, 1, 3, 2].get(*v).copied().unwrap_or(*v));
                        side.sort_by_key(|(_, v)| *v);
                    }
                }
                p.assignment = Planted::holder(tag::holder_tag(b, k), b, k).assignment;
                p.assignment.swap(2, 3);
                p.assignment[4] = k.inverse().unwrap();
            })
        },
        attack: |planted| planted.assignment.clone(),
    },
    Unseen {
        name: "constant-wrong-in-both",
        test: ["vectors.rs", "poseidon_of_circomlib"],
        rule: tag::HASH,
        plant: || {
            edit(Planted::tag(), |p| {
                // The last equation has another constant, and so has the native hash that made the tag.
                let row = p.rows(tag::HASH).end - 1;
                let coefficient = p.matrices.a[row].iter().find(|(_, v)| *v == 1).unwrap().0;
                add_term(&mut p.matrices.a[row], Fr::one(), 0);
                p.assignment[1] -= coefficient.inverse().unwrap();
            })
        },
        attack: |planted| planted.assignment.clone(),
    },
];

/// The planted rows accept a false statement, the lint says nothing, and the named test would.
#[test]
fn every_bug_that_the_lint_does_not_see_has_a_test() {
    for bug in UNSEEN {
        let mut planted = (bug.plant)();
        assert_eq!(planted.found_by(), [""; 0], "{}", bug.name);
        planted.assignment = (bug.attack)(&planted);
        assert!(planted.is_satisfied(), "{}", bug.name);
        let [holder_tag, k, b] = core::array::from_fn(|i| planted.assignment[i + 1]);
        let holds = Tag::holds(&tag::Statement { holder_tag }, &tag::Witness { k, b });
        assert_eq!(holds, Err(bug.rule), "{}", bug.name);
        let [file, function] = bug.test;
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file)).unwrap();
        assert!(text.contains(&format!("#[test]\nfn {function}()")), "{}: no test {function}", bug.name);
    }
}

/// Every planted bug changes the digest that `shape.rs` and `small_relations.rs` pin.
#[test]
fn every_planted_bug_changes_the_digest() {
    let honest: Vec<_> = [
        Planted::sm2_sm3(),
        Planted::es256(),
        Planted::native(),
        Planted::tag(),
        Planted::range(),
        Planted::membership(),
        Planted::limbs(),
        Planted::forced_bit(),
    ]
    .iter()
    .map(|planted| planted.matrices.shape().digest)
    .collect();
    for planted in BUGS.iter().chain(SUITE_BUGS).map(|bug| bug.plant).chain(UNSEEN.iter().map(|bug| bug.plant)) {
        assert!(!honest.contains(&planted().matrices.shape().digest));
    }
}

/// The tables of the specification: name, and what finds it, of every row under "Planted bugs".
fn spec() -> BTreeMap<String, Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/10-lint.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("\n## Planted bugs\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let code = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let mut bugs = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let [_, name, what, found_by, _] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert!(!what.trim().is_empty(), "{line}");
        assert!(bugs.insert(code(name).concat(), code(found_by)).is_none(), "{line}");
    }
    bugs
}

#[test]
fn the_table_of_the_spec_is_this_one() {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut here: BTreeMap<_, _> =
        BUGS.iter().chain(SUITE_BUGS).map(|bug| (bug.name.to_owned(), owned(bug.found_by))).collect();
    here.extend(UNSEEN.iter().map(|bug| (bug.name.to_owned(), owned(&bug.test))));
    assert_eq!(here.len(), BUGS.len() + SUITE_BUGS.len() + UNSEEN.len());
    assert_eq!(spec(), here);
}
