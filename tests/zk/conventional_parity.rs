//! Parity: on random people, policies and days the native decision, the conventional path and zero knowledge have one outcome, which
//! is acceptance, the failing credential and attribute, disclosed values, and the pseudonym.
//!
//! The long run, once for each release:
//! `cargo test --release --test zk -- --ignored a_hundred_thousand_cases --nocapture`.

use crate::{forge::*, rejections::fault, world::*};
use serde_json::{Value as Json, json};
use shiming::{
    credential::Credential,
    holder::HolderError,
    policy::{EvaluationError, Policy, PolicyDocument},
    prepared::Prepared,
    schema::{Attributes, AttributesBuilder, BIRTH_DATE, Operation, Schema, Slot, Value},
    signature::SigningKey,
    time::Date,
    trust::Trust,
    verdict::{HolderFault, Pseudonym, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

/// A deterministic sequence of choices (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % n as u64) as usize
    }

    fn percent(&mut self, p: usize) -> bool {
        self.below(100) < p
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

const REGIONS: [u32; 6] = [110_000, 110_105, 310_101, 440_524, 659_004, 999_999];
const BIRTHS: [u32; 8] =
    [19_491_231, 20_000_229, 20_080_228, 20_080_229, 20_081_121, 20_081_122, 20_081_123, 20_261_122];
const ENDS: [u32; 5] = [20_261_121, 20_261_122, 20_270_301, 20_501_231, 99_991_231];
const REVIEWS: [u32; 4] = [20_261_121, 20_261_122, 20_270_228, 20_270_430];

fn date(yyyymmdd: u32) -> Value {
    Value::Date(Date::from_yyyymmdd(yyyymmdd).unwrap())
}

/// Sets what is not absent.
fn set(builder: AttributesBuilder, name: &str, value: u32) -> AttributesBuilder {
    if value == 0 { builder } else { builder.set(name, &Value::Integer(value)).unwrap() }
}

fn identity(dice: &mut Dice, number: &str, schema: &std::sync::Arc<Schema>) -> AttributesBuilder {
    let some_day = 10_000 * (1_900 + dice.below(127) as u32) + 101 + dice.below(12) as u32 * 100;
    let birth = if dice.percent(40) { dice.pick(&BIRTHS) } else { some_day };
    let mut builder = Attributes::builder(schema)
        .set("document_number", &Value::Ascii(number.to_owned()))
        .and_then(|b| b.set("birth_date", &date(birth)))
        .and_then(|b| b.set("document_valid_until", &date(dice.pick(&ENDS))))
        .and_then(|b| b.set("verified_on", &date(20_261_101)))
        .and_then(|b| b.set("reverify_by", &date(dice.pick(&REVIEWS))))
        .unwrap();
    if dice.percent(60) {
        builder = builder.set("name_digest", &Value::Digest([1 + dice.below(255) as u8; 16])).unwrap();
    }
    let values = [
        ("region", dice.pick(&REGIONS)),
        ("nationality", dice.pick(&[156, 344, 840, 999, 1])),
        ("channels", dice.pick(&[0, 1, 3, 65_535])),
        ("verified", u32::from(dice.percent(85))),
        ("account_class", dice.below(4) as u32),
        // Not a citizen card, whose number would have to say the same as the rest.
        ("document_type", dice.pick(&[2, 3, 255])),
        ("sex", dice.below(3) as u32),
        ("risk_tier", dice.pick(&[0, 1, 7, 15])),
    ];
    values.iter().fold(builder, |builder, (name, value)| set(builder, name, *value))
}

fn card(dice: &mut Dice, number: &str, schema: &std::sync::Arc<Schema>) -> AttributesBuilder {
    let builder = Attributes::builder(schema)
        .set("document_number", &Value::Ascii(number.to_owned()))
        .and_then(|b| b.set("card_digest", &Value::Digest([1 + dice.below(255) as u8; 16])))
        .and_then(|b| b.set("card_valid_until", &date(dice.pick(&ENDS[1..4]))))
        .and_then(|b| b.set("verified_on", &date(20_261_101)))
        .and_then(|b| b.set("reverify_by", &date(dice.pick(&REVIEWS))))
        .unwrap();
    let country = dice.pick(&[156, 344, 840]);
    let values = [("issuer_country", country), ("verified", u32::from(dice.percent(85))), ("card_type", 1)];
    values.iter().fold(builder, |builder, (name, value)| set(builder, name, *value))
}

/// A person with two credentials; the card of one in five is somebody else's.
struct Subject {
    wallet: Wallet,
    prepared: [Prepared; 2],
    binding: [SigningKey; 2],
}

impl Subject {
    fn credential(&self, index: usize) -> &Credential {
        self.prepared[index].credential()
    }
}

fn subjects(count: usize) -> Vec<Subject> {
    let world = on(0);
    let mut dice = Dice(2_026);
    let schema = |name: &str| world.trust.schemas().get(name).unwrap().clone();
    let (realname, bank_card) = (schema("cn-realname"), schema("cn-bank-card"));
    let subject = |n: usize| {
        let wallet = World::wallet(n as u8 + 1);
        let number = format!("P{n:07}");
        let other = if dice.percent(20) { format!("Q{n:07}") } else { number.clone() };
        let issue = |issuer, attributes| {
            let credential = world.issue(issuer, &wallet, attributes).unwrap();
            world.prepare(&wallet, credential).unwrap()
        };
        let prepared = [
            issue(&world.authority, identity(&mut dice, &number, &realname)),
            issue(&world.network, card(&mut dice, &other, &bank_card)),
        ];
        let binding = [0, 1].map(|i| binding_key(&wallet, Prepared::credential(&prepared[i])));
        Subject { wallet, prepared, binding }
    };
    (0..count).map(subject).collect()
}

/// Days from the issue; half a century is covered, and what falls on no 29 February.
const DAYS: [i64; 18] = [-1, 0, 0, 0, 1, 2, 98, 99, 100, 159, 160, 463, 464, 465, 1_825, 3_653, 9_000, 18_262];

/// The world on a day, with issuer keys that are accepted on all of them.
fn on(days: i64) -> World {
    let now = NOW.plus(86_400 * days);
    World::with(now, ring().clone(), |document| {
        document.issued_at = now.plus(-3_600);
        for key in document.issuers.iter_mut().flat_map(|issuer| &mut issuer.keys) {
            (key.not_before, key.not_after) = (NOW.plus(-3 * 86_400), NOW.plus(86_400 * 30_000));
        }
    })
}

/// A constant around the person's own value, or anywhere.
fn constant(dice: &mut Dice, slot: &Slot, own: u32) -> Json {
    if slot.is_date() {
        let own = Date::from_yyyymmdd(own.max(15_830_101)).unwrap();
        let near = own.plus_days(dice.pick(&[-1, 0, 0, 1, -400, 400])).unwrap_or(own);
        return match dice.below(4) {
            0 => json!("today"),
            1 => json!(dice.pick(&BIRTHS)),
            _ => json!(near),
        };
    }
    let near = (i64::from(own) + dice.pick(&[-1, 0, 0, 1])).max(slot.minimum().max(1) as i64);
    let span = (slot.maximum() - slot.minimum()).min(1 << 20) as usize;
    if dice.percent(70) { json!(near) } else { json!(slot.minimum().max(1) + dice.below(span) as u64) }
}

/// A clause on a slot that the schema allows; `None` if it allows none. What is not a policy after all is drawn anew.
fn clause(dice: &mut Dice, slot: &Slot, own: u32) -> Option<Json> {
    let allows = |operation| slot.operations().contains(operation);
    let mut operators = Vec::new();
    if allows(Operation::Compare) {
        let (lower, upper) = if slot.is_date() { ("not_before", "not_after") } else { ("at_least", "at_most") };
        operators.push(lower);
        operators.extend(slot.is_required().then_some(upper));
        operators.extend((slot.name() == BIRTH_DATE).then_some(["age_at_least"; 3]).into_iter().flatten());
    }
    operators.extend(allows(Operation::Equal).then_some("equal"));
    operators.extend(allows(Operation::Set).then_some("in"));
    operators.extend((allows(Operation::Set) && slot.is_required()).then_some("not_in"));
    if operators.is_empty() {
        return None;
    }
    let operator = dice.pick(&operators);
    let value = match operator {
        "age_at_least" => match dice.below(3) {
            0 => json!(dice.pick(&[1, 16, 17, 18, 18, 18, 19, 60])),
            1 => json!(1 + dice.below(150)),
            _ => json!(18),
        },
        "in" | "not_in" => {
            let length = 1 + dice.below(16);
            let elements: BTreeSet<u64> = (0..length).filter_map(|_| constant(dice, slot, own).as_u64()).collect();
            json!(elements)
        }
        _ => constant(dice, slot, own),
    };
    Some(json!({ "attribute": slot.name(), operator: value }))
}

/// A policy over one or both credentials of a subject.
fn policy(dice: &mut Dice, subject: &Subject, trust: &Trust) -> PolicyDocument {
    loop {
        let both = dice.percent(12);
        let only_card = !both && dice.percent(10);
        let (number, pseudonym) = (dice.percent(30), dice.percent(12));
        let kinds: &[usize] = if both {
            &[0, 1]
        } else if only_card {
            &[1]
        } else {
            &[0]
        };
        let credentials: Vec<Json> = kinds
            .iter()
            .map(|kind| {
                let attributes = subject.credential(*kind).attributes();
                let slots = attributes.schema().slots();
                let own = |slot: &Slot| attributes.get(slot.name()).and_then(|v| v.integer()).unwrap_or(0);
                let clauses = (0..dice.below(6)).filter_map(|_| {
                    let slot = &slots[1 + dice.below(14)];
                    clause(dice, slot, own(slot))
                });
                let clauses: Vec<Json> = clauses.collect();
                let omit: Vec<&str> = ["verified", "reverify_by"].into_iter().filter(|_| dice.percent(45)).collect();
                let digest = if *kind == 0 { "name_digest" } else { "card_digest" };
                let mut disclose = Vec::new();
                disclose.extend(number.then_some("document_number"));
                disclose.extend(dice.percent(25).then_some(digest));
                let (schema, issuer) = [("cn-realname", "authority"), ("cn-bank-card", "network")][*kind];
                json!({ "schema": schema, "issuers": [issuer], "require": clauses, "disclose": disclose, "omit": omit })
            })
            .collect();
        let scope = dice.pick(&["account", "voting"]);
        let mut document = json!({ "id": "test:1", "credentials": credentials, "paths": ["zk", "conventional"] });
        if pseudonym {
            document["pseudonym"] = json!({ "scope": scope });
        }
        let document: PolicyDocument = serde_json::from_value(document).unwrap();
        if Policy::from_document(document.clone(), trust.schemas()).is_ok() {
            return document;
        }
    }
}

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

/// One case on the native predicate and the conventional path, and in zero knowledge if asked.
fn compare(dice: &mut Dice, subjects: &[Subject], worlds: &[World], zk: bool, seen: &mut Seen) {
    let index = dice.below(subjects.len());
    let (subject, world) = (&subjects[index], &worlds[dice.below(worlds.len())]);
    let document = policy(dice, subject, &world.trust);
    let text = serde_json::to_string(&document).unwrap();
    let case = || format!("subject {index}, {}, {text}", world.today());
    let pending = world.platform.request(&document, ENDPOINT, &world.trust, world.now, &mut rng(dice.0)).unwrap();
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
            let again = world.platform.request(&document, ENDPOINT, &world.trust, world.now, &mut rng(!dice.0));
            let again = again.unwrap();
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
    for case in 0..cases {
        compare(&mut dice, &subjects, &worlds, case % (cases / zk) == 0 && case / (cases / zk) < zk, &mut seen);
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
    assert_eq!(seen.operators.len(), 10, "{:?}", seen.operators);
    assert!([accepted, clauses_failed].iter().all(|n| *n > 10_000));
    assert!([joins_failed, adult_claims, pseudonyms, disclosed, two_credentials].iter().all(|n| *n > 500));
}
