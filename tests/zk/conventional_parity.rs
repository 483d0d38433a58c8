//! Parity: on random people, policies and days the native decision, the conventional path and zero knowledge have one outcome, which
//! is acceptance, the failing credential and attribute, disclosed values, and the pseudonym.
//!
//! The long run, once for each release:
//! `cargo test --release --test zk -- --ignored a_hundred_thousand_cases --nocapture`.

use crate::{conventional_chance::*, forge::*, rejections::fault, world::*};
use shiming::{
    credential::Credential,
    holder::HolderError,
    policy::{EvaluationError, Policy, PolicyDocument},
    prepared::Prepared,
    schema::{Attributes, Schema},
    trust::Trust,
    verdict::{HolderFault, Pseudonym, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// What was seen over a run.
#[derive(Debug, Default)]
struct Seen {
    cases: usize,
    accepted: usize,
    clauses_failed: usize,
    joins_failed: usize,
    adult_claims: usize,
    pseudonyms: usize,
    disclosed: usize,
    two_credentials: usize,
    in_zero_knowledge: usize,
    operators: BTreeSet<&'static str>,
    accounts: BTreeMap<(usize, String), Pseudonym>,
}

/// The names that the conventional path discloses: `age_over_18` where it says enough and is there.
fn names<'a>(policy: &'a Policy, credentials: &[&'a Credential]) -> Vec<Vec<&'a str>> {
    let one = |(needed, credential): (shiming::policy::Disclosed, &&'a Credential)| -> Vec<&'a str> {
        let adult = credential.sd_jwt().disclosures().iter().any(|d| d.name() == "age_over_18");
        let age = needed.age_suffices.filter(|_| adult);
        let slots = credential.attributes().schema().slots();
        let names = needed.slots.iter().filter(|slot| Some(**slot) != age).map(|slot| slots[*slot].name());
        names.chain(age.map(|_| "age_over_18")).collect()
    };
    policy.conventional_disclosures().into_iter().zip(credentials).map(one).collect()
}

/// What is drawn for one case.
struct Drawn {
    subject: usize,
    world: usize,
    document: PolicyDocument,
    seed: u64,
}

/// How many cases are drawn before their policies are registered together.
const DRAWN: usize = 200;

/// Draws a case; its policy has an id of its own.
fn draw(dice: &mut Dice, case: usize, subjects: &[Subject], worlds: &[World]) -> Drawn {
    let (subject, world) = (dice.below(subjects.len()), dice.below(worlds.len()));
    let id = format!("case-{case}:1");
    let document = PolicyDocument { id, ..policy(dice, &subjects[subject], &worlds[world].trust) };
    Drawn { subject, world, document, seed: dice.0 }
}

/// One case on the native predicate and the conventional path, and in zero knowledge if asked.
fn compare(drawn: Drawn, subjects: &[Subject], worlds: &[World], asking: &[Trust], zk: bool, seen: &mut Seen) {
    let Drawn { subject: index, world, document, seed } = drawn;
    let (subject, world, asking) = (&subjects[index], &worlds[world], &asking[world]);
    let ask = |seed| world.platform.request(&document, ENDPOINT, asking, world.now, &mut rng(seed)).unwrap();
    let text = serde_json::to_string(&document).unwrap();
    let case = || format!("subject {index}, {}, {text}", world.today());
    let pending = ask(seed);
    let policy = pending.request().policy();
    let kind = |schema: &Schema| usize::from(schema.name().as_str() == "cn-bank-card");
    let kinds: Vec<usize> = policy.entries().iter().map(|entry| kind(entry.schema())).collect();
    let credentials: Vec<&Credential> = kinds.iter().map(|kind| subject.credential(*kind)).collect();
    let attributes: Vec<&Attributes> = credentials.iter().map(|credential| credential.attributes()).collect();
    let native = policy.evaluate(world.today(), &attributes);

    let names = names(policy, &credentials);
    let bound: Vec<_> = (kinds.iter().zip(&names))
        .map(|(kind, names)| {
            let binding = Binding { issued_at: world.now, ..Binding::to(&pending, subject.binding[*kind].clone()) };
            binding.bind(subject.credential(*kind).sd_jwt(), names)
        })
        .collect();
    // Whoever fails the policy fails before his proof is looked at.
    let proof = if policy.is_linked() && native.is_ok() {
        let shares = credentials.iter().zip(&names);
        let shares: Vec<_> = shares.map(|(c, names)| (&subject.wallet, *c, names.as_slice())).collect();
        link_in(world, &subject.wallet, &shares, &bound, &pending)
    } else {
        Vec::new()
    };
    let ledger = shiming::ledger::MemoryNonces::default();
    let answer = wire(&texts(&bound), &proof);
    let conventional = world.platform.verify(&pending, &answer, &world.trust, &ledger, world.now, &mut rng(1));
    match (&native, conventional) {
        (Ok(()), Ok(verdict)) => {
            check_verdict(&verdict, policy, &attributes, &case);
            seen.accepted += 1;
            seen.disclosed += verdict.disclosed().len();
            if let Some(name) = verdict.pseudonym() {
                let key = (index, policy.scope().unwrap().to_string());
                assert_eq!(seen.accounts.entry(key).or_insert(*name), name, "{}", case());
                seen.pseudonyms += 1;
            }
        }
        (Err(EvaluationError::Clause(failure)), found) => {
            let (credential, attribute) = (failure.credential, failure.attribute.clone());
            let expected = HolderFault::PolicyNotSatisfied { credential, attribute };
            assert_eq!(fault(found), expected, "{}", case());
            seen.clauses_failed += 1;
        }
        (Err(EvaluationError::Join { .. }), found) => {
            assert_eq!(fault(found), HolderFault::JoinMismatch, "{}", case());
            seen.joins_failed += 1;
        }
        (native, found) => panic!("native {native:?}, conventional {found:?}: {}", case()),
    }
    if zk {
        in_zero_knowledge(subject, &kinds, world, &pending, &native, &case);
        if let (Ok(()), Some(scope)) = (&native, policy.scope()) {
            let prepared: Vec<&Prepared> = kinds.iter().map(|kind| &subject.prepared[*kind]).collect();
            let again = ask(!seed);
            let verdict = world.verify(&again, &world.answer(&subject.wallet, &prepared, &again)).unwrap();
            let account = seen.accounts.get(&(index, scope.to_string()));
            assert_eq!(verdict.pseudonym(), account, "{}", case());
        }
        seen.in_zero_knowledge += 1;
    }
    seen.cases += 1;
    seen.two_credentials += usize::from(kinds.len() == 2);
    seen.adult_claims += usize::from(names.iter().flatten().any(|name| *name == "age_over_18"));
    let operators = [
        "age_at_least",
        "age_at_most",
        "not_before",
        "not_after",
        "at_least",
        "at_most",
        "equal",
        "\"in\"",
        "not_in",
        "omit",
        "today",
    ];
    seen.operators.extend(operators.into_iter().filter(|operator| text.contains(operator)));
}

/// The linked proof in a world of another day than the scene's.
fn link_in(
    world: &World,
    wallet: &Wallet,
    shares: &Shares<'_>,
    presented: &[shiming::conventional::sd_jwt::KeyBoundSdJwt],
    pending: &PendingRequest,
) -> Vec<u8> {
    let shares = shares.iter().zip(presented);
    let shares: Vec<_> = shares
        .map(|((wallet, credential, _), presented)| shiming::danger::InsecureShare { wallet, credential, presented })
        .collect();
    let (request, rng) = (pending.request(), &mut *world.rng());
    shiming::danger::insecure_link_without_checks(wallet, &shares, request, &world.trust, keys(), rng).unwrap()
}

/// The disclosed values are the credentials' own, and the pseudonym is there if it is asked for.
fn check_verdict(verdict: &Verdict, policy: &Policy, attributes: &[&Attributes], case: &dyn Fn() -> String) {
    let mut expected = Vec::new();
    for (credential, (entry, attributes)) in policy.entries().iter().zip(attributes).enumerate() {
        for slot in entry.disclosed() {
            let name = entry.schema().slots()[*slot].name();
            expected.push((credential, name, attributes.get(name).unwrap()));
        }
    }
    let found: Vec<_> =
        verdict.disclosed().iter().map(|d| (d.credential, d.attribute.as_str(), d.value.clone())).collect();
    assert!(found == expected, "{}", case());
    assert_eq!(verdict.pseudonym().is_some(), policy.scope().is_some(), "{}", case());
}

fn in_zero_knowledge(
    subject: &Subject,
    kinds: &[usize],
    world: &World,
    pending: &PendingRequest,
    native: &Result<(), EvaluationError>,
    case: &dyn Fn() -> String,
) {
    let prepared: Vec<&Prepared> = kinds.iter().map(|kind| &subject.prepared[*kind]).collect();
    let attributes: Vec<&Attributes> = prepared.iter().map(|p| p.credential().attributes()).collect();
    match (world.present(&subject.wallet, &prepared, pending.request()), native) {
        (Ok(answer), Ok(())) => {
            let verdict = world.verify(pending, &answer.to_bytes(pending.request().plan())).unwrap();
            check_verdict(&verdict, pending.request().policy(), &attributes, case);
        }
        (Err(HolderError::Policy(found)), Err(expected)) => {
            assert_eq!(found, *expected, "{}", case());
            let lie = world.lie(&subject.wallet, &prepared, pending, &truth);
            let refused = fault(world.verify(pending, &lie));
            let shown = pending.request().policy().entries().iter().all(|entry| entry.disclosed().contains(&1));
            let expected = [HolderFault::ProofInvalid, HolderFault::JoinMismatch];
            assert!(expected[..1 + usize::from(shown)].contains(&refused), "{refused:?}: {}", case());
        }
        (answer, native) => panic!("wallet {:?}, native {native:?}: {}", answer.err(), case()),
    }
}

fn run(cases: usize, zk: usize, people: usize, seed: u64) -> Seen {
    let (subjects, worlds) = (subjects(people), DAYS.map(on));
    let (mut dice, mut seen) = (Dice(seed), Seen::default());
    let start = Instant::now();
    for first in (0..cases).step_by(DRAWN) {
        let drawn: Vec<Drawn> =
            (first..cases.min(first + DRAWN)).map(|case| draw(&mut dice, case, &subjects, &worlds)).collect();
        let asked = |world| drawn.iter().filter(move |drawn| drawn.world == world).map(|drawn| &drawn.document);
        let asking: Vec<Trust> =
            worlds.iter().enumerate().map(|(index, world)| world.registered_all(asked(index))).collect();
        for (case, drawn) in (first..).zip(drawn) {
            let zk = case % (cases / zk) == 0 && case / (cases / zk) < zk;
            compare(drawn, &subjects, &worlds, &asking, zk, &mut seen);
        }
    }
    println!("{cases} cases in {:.1?}", start.elapsed());
    let names: BTreeSet<&Pseudonym> = seen.accounts.values().collect();
    assert_eq!(names.len(), seen.accounts.len(), "two people or scopes with one account");
    assert_eq!((seen.cases, seen.in_zero_knowledge), (cases, zk));
    seen
}

#[test]
fn native_conventional_and_zero_knowledge_have_one_outcome_on_random_cases() {
    let seen = run(150, 10, 6, 1);
    assert!(seen.accepted > 20 && seen.clauses_failed > 20 && seen.adult_claims > 0, "{seen:?}");
}

#[test]
#[ignore = "some minutes"]
fn a_hundred_thousand_cases_have_one_outcome_and_two_thousand_of_them_in_zero_knowledge() {
    let seen = run(100_000, 2_000, 60, 2);
    let Seen { accepted, clauses_failed, joins_failed, adult_claims, pseudonyms, disclosed, two_credentials, .. } =
        seen;
    println!("accepted {accepted}, clause failed {clauses_failed}, join failed {joins_failed}");
    println!("age_over_18 {adult_claims}, pseudonyms {pseudonyms}, values {disclosed}, pairs {two_credentials}");
    assert_eq!(seen.operators.len(), 11, "{:?}", seen.operators);
    assert!([accepted, clauses_failed].iter().all(|n| *n > 10_000));
    assert!([joins_failed, adult_claims, pseudonyms, disclosed, two_credentials].iter().all(|n| *n > 500));
}
