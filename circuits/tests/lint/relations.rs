//! Every relation is clean with its declaration, and every entry of the declaration is needed.

use crate::sample;
use ark_bn254::Fr;
use ark_std::test_rng;
use shiming_circuits::{
    lint::{
        self, Check, Declaration, Fault, Report, declared,
        sample::{RELATIONS, SEED, SampleError, declaration},
    },
    relation::{
        Relation, assign,
        credential_es256::CredentialEs256,
        credential_native::CredentialNative,
        credential_sm2_sm3::CredentialSm2Sm3,
        membership::{Membership, Set},
        non_membership::NonMembership,
        range::Range,
        tag::Tag,
    },
    weierstrass::TABLE_VALUES,
};
use std::{collections::BTreeSet, fs, path::Path, time::Instant};

/// The relations in which a run takes a moment.
const SMALL: &[&str] = RELATIONS.split_at(5).0;

fn of<R: Relation>(statement: &R::Statement, witness: &R::Witness, declaration: &Declaration) -> Report {
    lint::check::<R>(statement, witness, declaration, &mut test_rng()).unwrap()
}

fn elements() -> Set {
    Set::new(&(1u64..=16).map(Fr::from).collect::<Vec<_>>()).unwrap()
}

fn report(name: &str, declaration: &Declaration) -> Report {
    lint::sample::inspect_with(name, SEED, declaration).unwrap()
}

#[test]
fn every_relation_is_clean() {
    for name in RELATIONS {
        let start = Instant::now();
        let report = report(name, &declaration(name).unwrap());
        println!("{report}  {:?} with synthesis\n", start.elapsed());
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.forced + report.seeds, report.witnesses);
        assert_eq!(report.mutants.tried, report.mutants.rejected);
        assert_eq!(report.alternatives.tried, report.alternatives.rejected);
    }
    assert_eq!(declared::of("tags"), None);
    assert!(matches!(lint::sample::inspect("tags", SEED), Err(SampleError::Unknown)));
}

/// The statement of a seed is always the same one, another one for another seed, and true.
#[test]
fn samples_follow_from_their_seeds() {
    fn values<R: Relation>((statement, witness): (R::Statement, R::Witness)) -> Vec<Fr> {
        assert_eq!(R::holds(&statement, &witness), Ok(()), "{}", R::NAME);
        assign::<R>(&statement, &witness).unwrap()
    }
    fn assert_of_seed<R: Relation>(sample: impl Fn(u64) -> (R::Statement, R::Witness)) {
        assert_eq!(values::<R>(sample(0)), values::<R>(sample(0)), "{}", R::NAME);
        assert_ne!(values::<R>(sample(0)), values::<R>(sample(1)), "{}", R::NAME);
    }
    use lint::sample::*;
    assert_of_seed::<CredentialNative>(|seed| credential_native(seed).unwrap());
    assert_of_seed::<CredentialSm2Sm3>(|seed| credential_sm2_sm3(seed).unwrap());
    assert_of_seed::<CredentialEs256>(|seed| credential_es256(seed).unwrap());
    assert_of_seed::<Range>(range);
    assert_of_seed::<Membership>(|seed| membership(seed).unwrap());
    assert_of_seed::<NonMembership>(|seed| non_membership(seed).unwrap());
    assert_of_seed::<Tag>(tag);
    // Pinned: the same on every machine.
    assert_eq!(range(0).1[1], Fr::from(219_127_703u64));
}

/// No relation is forgotten: the names are those that the files of the relations have.
#[test]
fn every_relation_is_linted() {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/relation")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let name = text.split("const NAME: &'static str = \"").nth(1).and_then(|rest| rest.split('"').next());
        names.extend(name.map(str::to_owned));
    }
    assert_eq!(names, RELATIONS.map(str::to_owned).into());
}

/// `(relation, rule, position)` of every seed: what a prover may choose.
#[test]
fn seeds_are_pinned() {
    let seeds = |name: &str| -> Vec<(String, usize, usize)> {
        let declaration = declared::of(name).unwrap();
        assert!(declaration.seeds.iter().all(|seed| !seed.reason.is_empty()));
        declaration.seeds.iter().map(|seed| (seed.rule.to_string(), seed.position, seed.count * seed.times)).collect()
    };
    let pin = |rule: &str, position| (rule.to_owned(), position, 1);
    assert_eq!(
        seeds(CredentialNative::NAME),
        [pin("NATIVE-TAG", 0), pin("NATIVE-CHALLENGE", 0), pin("NATIVE-CHALLENGE", 1), pin("NATIVE-SCALAR-RANGE", 0)]
    );
    assert_eq!(seeds(Tag::NAME), [pin("TAG-HASH", 0)]);
    for (name, family) in [(CredentialSm2Sm3::NAME, "SM2"), (CredentialEs256::NAME, "P256")] {
        let pin = |rule: &str, position, count| (format!("{family}-{rule}"), position, count);
        // 24 and 51 windows, 256 bits of either scalar; 74 slopes and X of eight limbs.
        let digits = [(0, 176), (192, 80), (280, 250), (580, 6)].map(|(at, count)| pin("DIGITS", at, count));
        let mut expected = vec![pin("TAG", 0, 1)];
        expected.extend(digits);
        expected.extend([pin("ADDITION", 0, 592), pin("X-CANONICAL", 0, 8)]);
        assert_eq!(seeds(name), expected);
    }
    for name in [Range::NAME, Membership::NAME, NonMembership::NAME] {
        assert_eq!(seeds(name), []);
    }
}

/// Without a seed, variables are left: no seed is declared in vain.
#[test]
fn every_seed_is_needed() {
    for name in RELATIONS {
        let declaration = lint::sample::declaration(name).unwrap();
        for i in 0..declaration.seeds.len() {
            let mut fewer = declaration.clone();
            let seed = fewer.seeds.remove(i);
            let report = report(name, &fewer);
            let rules: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| matches!(finding.fault, Fault::Unforced { .. }))
                .filter_map(|finding| finding.rule)
                .collect();
            assert!(rules.contains(&seed.rule), "{name}: {seed:?} is forced without being declared");
        }
    }
}

/// Every other entry of a declaration is needed as well, and its number is exact.
#[test]
fn every_declared_number_is_exact() {
    assert_exact(SMALL);
}

#[test]
#[ignore = "minutes: run by name"]
fn every_declared_number_of_the_suites_is_exact() {
    assert_exact(&[CredentialSm2Sm3::NAME, CredentialEs256::NAME]);
}

fn assert_exact(names: &[&str]) {
    for name in names {
        let declaration = lint::sample::declaration(name).unwrap();
        let assert_found = |changed: &Declaration, check| {
            assert_eq!(report(name, changed).found_by(), [check], "{name}: {changed:?}");
        };
        for i in 0..declaration.checks.len() {
            let mut changed = declaration.clone();
            changed.checks[i].rows -= 1;
            assert_found(&changed, Check::Census);
        }
        for i in 0..declaration.divisions.len() {
            let mut changed = declaration.clone();
            changed.divisions[i].rows += 1;
            assert_found(&changed, Check::Census);
        }
        for i in 0..declaration.sums.len() {
            let mut changed = declaration.clone();
            changed.sums[i].rows += 1;
            assert_found(&changed, Check::Census);
        }
        for i in 0..declaration.widths.len() {
            let mut changed = declaration.clone();
            changed.widths[i].count += 1;
            assert_found(&changed, Check::Ranges);
        }
    }
}

#[test]
fn a_seed_that_is_not_there_is_found() {
    let mut declaration = declared::tag();
    declaration.seeds[0].position = 1000;
    let report = report(Tag::NAME, &declaration);
    assert!(report.findings.iter().any(|finding| finding.fault == Fault::UnknownSeed { position: 1000 }));
}

/// At another statement only what sums force may differ, and only where it depends on the bits that are hashed.
#[test]
fn another_seed_is_as_clean() {
    for name in SMALL.iter().chain(&[CredentialEs256::NAME]) {
        let report = lint::sample::inspect(name, 1).unwrap();
        assert!(report.is_clean(), "{report}");
    }
    let exact = lint::sample::inspect_with(CredentialEs256::NAME, 1, &declaration(CredentialEs256::NAME).unwrap());
    let faults: Vec<_> = exact.unwrap().findings.into_iter().map(|finding| finding.fault).collect();
    assert!(matches!(faults[..], [Fault::Sums { .. }]), "{faults:?}");
}

/// Over several statements every instance is bound; the mutation is the same that the lint makes of witnesses.
#[test]
fn every_instance_is_bound_in_some_statement() {
    fn common(reports: impl Iterator<Item = Report>) -> BTreeSet<usize> {
        let idle = reports.map(|report| BTreeSet::from_iter(report.idle));
        idle.reduce(|all, idle| &all & &idle).unwrap()
    }
    let native = (0..24).map(|randomness| {
        let (statement, witness) = sample::credential(sample::secrets().0, sample::attributes(), randomness);
        of::<CredentialNative>(&statement, &witness, &declared::credential_native())
    });
    assert_eq!(common(native), BTreeSet::new());
    let member = (1..=16).map(|v| of::<Membership>(&elements(), &Fr::from(v as u64), &declared::membership()));
    let member: Vec<_> = member.collect();
    // What comes after the member multiplies zero.
    assert_eq!(member[0].idle.len(), 15);
    assert_eq!(common(member.into_iter()), BTreeSet::new());
    for name in [Range::NAME, NonMembership::NAME, Tag::NAME] {
        assert_eq!(report(name, &declared::of(name).unwrap()).idle, [], "{name}");
    }
    // Of the suites' instances only values of the table can multiply zero; that each of them is bound under some signature is shown
    // in `foreign_soundness.rs`.
    for (name, table) in [(CredentialSm2Sm3::NAME, 1 + 16 + 512), (CredentialEs256::NAME, 1 + 16)] {
        let idle = report(name, &declared::of(name).unwrap()).idle;
        assert!(idle.iter().all(|instance| (table..table + TABLE_VALUES).contains(instance)), "{name}: {idle:?}");
    }
}
