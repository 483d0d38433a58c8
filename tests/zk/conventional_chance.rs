//! Random people, policies and days for the parity of the decisions.

use crate::{forge::binding_key, world::*};
use serde_json::{Value as Json, json};
use shiming::{
    credential::Credential,
    policy::{Policy, PolicyDocument},
    prepared::Prepared,
    schema::{Attributes, AttributesBuilder, BIRTH_DATE, Operation, Schema, Slot, Value},
    signature::SigningKey,
    time::Date,
    trust::Trust,
    wallet::Wallet,
};
use std::{collections::BTreeSet, sync::Arc};

/// A deterministic sequence of choices (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % n as u64) as usize
    }

    pub fn percent(&mut self, p: usize) -> bool {
        self.below(100) < p
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
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

fn identity(dice: &mut Dice, number: &str, schema: &Arc<Schema>) -> AttributesBuilder {
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

fn card(dice: &mut Dice, number: &str, schema: &Arc<Schema>) -> AttributesBuilder {
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

/// A person with two credentials; the card of three in ten is somebody else's.
pub struct Subject {
    pub wallet: Wallet,
    pub prepared: [Prepared; 2],
    pub binding: [SigningKey; 2],
}

impl Subject {
    pub fn credential(&self, index: usize) -> &Credential {
        self.prepared[index].credential()
    }
}

pub fn subjects(count: usize) -> Vec<Subject> {
    let world = on(0);
    let mut dice = Dice(2_026);
    let schema = |name: &str| world.trust.schemas().get(name).unwrap().clone();
    let (realname, bank_card) = (schema("cn-realname"), schema("cn-bank-card"));
    let subject = |n: usize| {
        let wallet = World::wallet(n as u8 + 1);
        let number = format!("P{n:07}");
        let other = if dice.percent(30) { format!("Q{n:07}") } else { number.clone() };
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
pub const DAYS: [i64; 18] = [-1, 0, 0, 0, 1, 2, 98, 99, 100, 159, 160, 463, 464, 465, 1_825, 3_653, 9_000, 18_262];

/// The world on a day, with issuer keys that are accepted on all of them.
pub fn on(days: i64) -> World {
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
        operators.extend((slot.name() == BIRTH_DATE).then_some("age_at_most"));
    }
    operators.extend(allows(Operation::Equal).then_some("equal"));
    operators.extend(allows(Operation::Set).then_some("in"));
    operators.extend((allows(Operation::Set) && slot.is_required()).then_some("not_in"));
    if operators.is_empty() {
        return None;
    }
    let operator = dice.pick(&operators);
    let value = match operator {
        "age_at_least" | "age_at_most" => match dice.below(3) {
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
pub fn policy(dice: &mut Dice, subject: &Subject, trust: &Trust) -> PolicyDocument {
    loop {
        let both = dice.percent(20);
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
                // Fewer for pairs, so that some of them get as far as the join.
                let clauses = (0..dice.below(if both { 3 } else { 6 })).filter_map(|_| {
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
