//! Every profile: accepted on both paths under one pseudonym, and each reason to refuse it alone.

use crate::{
    people::{Facts, NUMBER, facts},
    stage::*,
    world::*,
};
use shiming::{
    credential::Credential,
    holder::HolderError,
    policy::{ClauseFailure, EvaluationError},
    prepared::Prepared,
    schema::Attributes,
    verdict::{HolderFault, Pseudonym, Rejection},
};

/// Accepts the person on both paths, where a conventional answer shows exactly these claims. Gives her name there.
fn accepts(name: &str, shown: &[&[&str]]) -> Pseudonym {
    let stage = stage();
    let pending = stage.ask(name);
    let fitting = stage.fitting(&pending);
    let zk = stage.judge(&pending, &stage.world.answer(&stage.wallet, &fitting, &pending)).unwrap();

    let pending = stage.ask(name);
    let credentials: Vec<&Credential> = fitting.iter().map(|prepared| prepared.credential()).collect();
    let proposal = stage.world.propose(&stage.wallet, &credentials, &pending).unwrap();
    let mut found = vec![Vec::new(); credentials.len()];
    proposal.disclosures().into_iter().for_each(|(credential, claim, _)| found[credential].push(claim));
    assert_eq!(found, shown, "{name}");
    let conventional = stage.judge(&pending, &stage.world.disclose(&stage.wallet, &credentials, &pending)).unwrap();

    for verdict in [&zk, &conventional] {
        assert!(verdict.disclosed().is_empty(), "{name}: a platform keeps a verdict and no attribute");
    }
    assert_eq!(zk.pseudonym(), conventional.pseudonym(), "{name}: one account on both paths");
    *zk.pseudonym().unwrap()
}

/// The person's credentials for a profile, the one of the changed facts issued anew.
fn with(name: &str, changed: &Facts) -> (Credential, Vec<&'static str>) {
    let schemas = loaded(name).entries().iter().map(|entry| entry.schema().name().to_string()).collect::<Vec<_>>();
    let known = |schema: &String| *stage().held.keys().find(|known| *known == schema).unwrap();
    (stage().issue(&stage().wallet, changed).unwrap(), schemas.iter().map(known).collect())
}

fn replaced<'a>(changed: &'a Credential, schemas: &[&str]) -> Vec<&'a Credential> {
    let name = changed.attributes().schema().name().as_str();
    let held = |schema: &&str| if *schema == name { changed } else { stage().held[*schema].credential() };
    schemas.iter().map(held).collect()
}

/// With this one fact the profile still holds, decided natively and accepted on the conventional path.
fn still_accepts(name: &str, schema: &'static str, attribute: &str, value: u32) {
    let (changed, schemas) = with(name, &facts(schema).but(attribute, value));
    let (credentials, pending) = (replaced(&changed, &schemas), stage().ask(name));
    let answer = stage().world.disclose(&stage().wallet, &credentials, &pending);
    assert!(stage().judge(&pending, &answer).is_ok(), "{name}: {attribute} {value}");
}

/// With these facts one clause fails, and nothing else: the same one natively, to her own wallet on both paths, and to the platform.
fn refuses(name: &str, changed: &Facts, attribute: &str) {
    let stage = stage();
    let (changed, schemas) = with(name, changed);
    let credential =
        schemas.iter().position(|schema| *schema == changed.attributes().schema().name().as_str()).unwrap();
    let (credentials, pending) = (replaced(&changed, &schemas), stage.ask(name));
    let attributes: Vec<&Attributes> = credentials.iter().map(|credential| credential.attributes()).collect();
    let found = pending.request().policy().evaluate(stage.world.today(), &attributes).unwrap_err();
    let expected = |e: &EvaluationError| matches!(e, EvaluationError::Clause(f) if f.credential == credential && f.attribute == attribute);
    assert!(expected(&found), "{name}, {attribute}: {found:?}");
    let own = stage.world.propose(&stage.wallet, &credentials, &pending).err().unwrap();
    assert!(matches!(&own, HolderError::Policy(e) if *e == found), "{name}, {attribute}: {own:?}");
    let answer = unchecked(&stage.wallet, &credentials, &pending);
    let fault = HolderFault::PolicyNotSatisfied { credential, attribute: attribute.to_owned() };
    assert_eq!(stage.judge(&pending, &answer).err(), Some(Rejection::Holder(fault)), "{name}");
}

/// The same in zero knowledge: her wallet names the clause, and whoever answers all the same has no proof.
fn refuses_in_zero_knowledge(name: &str, changed: &Facts, attribute: &str) {
    let stage = stage();
    let changed = stage.prepared(&stage.wallet, changed);
    let pending = stage.ask(name);
    let schema = changed.credential().attributes().schema().name().clone();
    let fitting: Vec<&Prepared> = (pending.request().policy().entries().iter().zip(stage.fitting(&pending)))
        .map(|(entry, held)| if *entry.schema().name() == schema { &changed } else { held })
        .collect();
    let own = stage.world.present(&stage.wallet, &fitting, pending.request()).err().unwrap();
    let named = |f: &ClauseFailure| f.attribute == attribute;
    assert!(matches!(&own, HolderError::Policy(EvaluationError::Clause(f)) if named(f)), "{name}: {own:?}");
    let answer = stage.world.lie(&stage.wallet, &fitting, &pending, &truth);
    assert_eq!(stage.judge(&pending, &answer).err(), Some(HolderFault::ProofInvalid.into()), "{name}");
}

/// Two wallets' worth of persons behind one wallet: her own identity, and a credential that a custodian made out to somebody else.
fn refuses_another_persons(name: &str, seed: u8, mine: &'static str, theirs: &'static str) {
    let (stage, wallet) = (stage(), World::wallet(seed));
    let entries = loaded(name);
    let schema = stage.held.keys().find(|s| **s == entries.entries()[1].schema().name().as_str()).unwrap();
    let held = [facts("cn-realname").of(mine), facts(schema).of(theirs)].map(|facts| stage.prepared(&wallet, &facts));
    let pending = stage.ask(name);
    let own = stage.world.present(&wallet, &[&held[0], &held[1]], pending.request()).err().unwrap();
    assert!(matches!(own, HolderError::Policy(EvaluationError::Join { credential: 1 })), "{name}: {own:?}");
    let answer = stage.world.lie(&wallet, &[&held[0], &held[1]], &pending, &truth);
    assert_eq!(stage.judge(&pending, &answer).err(), Some(HolderFault::ProofInvalid.into()), "{name}");
    let answer = unchecked(&wallet, &[held[0].credential(), held[1].credential()], &pending);
    assert_eq!(stage.judge(&pending, &answer).err(), Some(HolderFault::JoinMismatch.into()), "{name}");
}

const REALNAME: &str = "cn-realname";

/// The last review was due before today, and nothing else is wrong.
fn lapsed(schema: &'static str) -> Facts {
    facts(schema).but("verified_on", 20_260_520).but("reverify_by", 20_261_116)
}

/// What every profile asks of every one of its credentials.
fn refuses_what_is_not_verified(name: &str) {
    for schema in with(name, &facts(REALNAME)).1 {
        refuses(name, &facts(schema).but("verified", 0), "verified");
        refuses(name, &lapsed(schema), "reverify_by");
    }
}

#[test]
fn wechat_pays_for_the_verified_with_a_valid_document_and_a_class() {
    let name = "wechat-payment";
    accepts(name, &[&["account_class", "document_valid_until", "holder_tag", "reverify_by", "verified"]]);
    refuses_what_is_not_verified(name);
    refuses(name, &facts(REALNAME).but("document_valid_until", 20_261_121), "document_valid_until");
    refuses(name, &facts(REALNAME).but("account_class", 0), "account_class");
    refuses_in_zero_knowledge(name, &facts(REALNAME).but("document_valid_until", 20_261_121), "document_valid_until");
    still_accepts(name, REALNAME, "document_valid_until", 20_261_122);
    still_accepts(name, REALNAME, "account_class", 1);
    // A minor pays as well.
    still_accepts(name, REALNAME, "birth_date", 20_150_101);
}

#[test]
fn alipay_sells_wealth_products_to_adults_of_class_three() {
    let name = "alipay-wealth";
    accepts(
        name,
        &[&["account_class", "age_over_18", "document_valid_until", "holder_tag", "reverify_by", "verified"]],
    );
    refuses_what_is_not_verified(name);
    refuses(name, &facts(REALNAME).but("account_class", 2), "account_class");
    refuses(name, &facts(REALNAME).but("birth_date", 20_081_123), "birth_date");
    refuses(name, &facts(REALNAME).but("document_valid_until", 20_261_121), "document_valid_until");
    refuses_in_zero_knowledge(name, &facts(REALNAME).but("account_class", 2), "account_class");
    still_accepts(name, REALNAME, "birth_date", 20_081_122);
}

#[test]
fn alipay_lends_small_sums_from_the_third_credit_band_on() {
    let (name, bureau) = ("alipay-small-credit", "cn-credit-band");
    accepts(
        name,
        &[
            &["age_over_18", "document_number", "document_valid_until", "holder_tag", "reverify_by", "verified"],
            &["credit_band", "document_number", "holder_tag", "reverify_by", "verified"],
        ],
    );
    refuses_what_is_not_verified(name);
    refuses(name, &facts(bureau).but("credit_band", 2), "credit_band");
    refuses(name, &facts(REALNAME).but("birth_date", 20_081_123), "birth_date");
    refuses_in_zero_knowledge(name, &facts(bureau).but("credit_band", 2), "credit_band");
    refuses_another_persons(name, 11, "P1100001", "P1100002");
    still_accepts(name, bureau, "credit_band", 3);
}

#[test]
fn unionpay_binds_a_valid_card_of_the_person() {
    let (name, card) = ("unionpay-quick-pass", "cn-bank-card");
    accepts(
        name,
        &[
            &["document_number", "document_valid_until", "holder_tag", "reverify_by", "verified"],
            &["card_type", "card_valid_until", "document_number", "holder_tag", "reverify_by", "verified"],
        ],
    );
    refuses_what_is_not_verified(name);
    refuses(name, &facts(card).but("card_valid_until", 20_261_121), "card_valid_until");
    refuses(name, &facts(card).but("card_type", 3), "card_type");
    refuses(name, &facts(REALNAME).but("document_valid_until", 20_261_121), "document_valid_until");
    refuses_in_zero_knowledge(name, &facts(card).but("card_type", 3), "card_type");
    refuses_another_persons(name, 12, "P1200001", "P1200002");
    still_accepts(name, card, "card_valid_until", 20_261_122);
}

#[test]
fn douyin_lets_adults_sell_who_are_qualified_for_it() {
    let (name, creator) = ("douyin-live-commerce", "cn-creator");
    let qualification = ["qualification_kind", "qualification_level", "qualification_valid_until"];
    let identity = ["age_over_18", "document_number", "document_valid_until", "holder_tag", "reverify_by", "verified"];
    let [kind, level, until] = qualification;
    accepts(name, &[&identity, &["document_number", "holder_tag", kind, level, until, "reverify_by", "verified"]]);
    refuses_what_is_not_verified(name);
    refuses(name, &facts(creator).but(kind, 3), kind);
    refuses(name, &facts(creator).but(level, 1), level);
    refuses(name, &facts(creator).but(until, 20_261_121), until);
    refuses(name, &facts(REALNAME).but("birth_date", 20_081_123), "birth_date");
    refuses_in_zero_knowledge(name, &facts(creator).but(level, 1), level);
    refuses_another_persons(name, 13, "P1300001", "P1300002");
    still_accepts(name, creator, level, 2);
}

#[test]
fn pinduoduo_admits_owners_with_a_licence() {
    let (name, merchant) = ("pinduoduo-merchant", "cn-merchant-licence");
    let identity = ["age_over_18", "document_number", "document_valid_until", "holder_tag", "reverify_by", "verified"];
    let [kind, role, until] = ["licence_kind", "licence_role", "licence_valid_until"];
    accepts(name, &[&identity, &["document_number", "holder_tag", kind, role, until, "reverify_by", "verified"]]);
    refuses_what_is_not_verified(name);
    refuses(name, &facts(merchant).but(kind, 3), kind);
    refuses(name, &facts(merchant).but(role, 3), role);
    refuses(name, &facts(merchant).but(until, 20_261_121), until);
    refuses(name, &facts(REALNAME).but("birth_date", 20_081_123), "birth_date");
    refuses_in_zero_knowledge(name, &facts(merchant).but(role, 3), role);
    refuses_another_persons(name, 14, "P1400001", "P1400002");
    still_accepts(name, merchant, until, 20_261_122);
}

#[test]
fn didi_lets_drive_who_is_of_age_and_has_driven_for_three_years() {
    let (name, driver) = ("didi-driver", "cn-driver-licence");
    accepts(
        name,
        &[
            &["birth_date", "document_number", "document_valid_until", "holder_tag", "reverify_by", "verified"],
            &[
                "document_number",
                "first_issued_on",
                "holder_tag",
                "licence_class",
                "licence_valid_until",
                "reverify_by",
                "verified",
            ],
        ],
    );
    refuses_what_is_not_verified(name);
    refuses(name, &facts(REALNAME).but("birth_date", 20_051_123), "birth_date");
    refuses(name, &facts(REALNAME).but("birth_date", 19_661_122), "birth_date");
    refuses(name, &facts(driver).but("first_issued_on", 20_231_123), "first_issued_on");
    refuses(name, &facts(driver).but("licence_valid_until", 20_261_121), "licence_valid_until");
    refuses(name, &facts(driver).but("licence_class", 8), "licence_class");
    refuses_in_zero_knowledge(name, &facts(REALNAME).but("birth_date", 19_661_122), "birth_date");
    refuses_in_zero_knowledge(name, &facts(driver).but("first_issued_on", 20_231_123), "first_issued_on");
    refuses_another_persons(name, 15, "P1500001", "P1500002");
    still_accepts(name, REALNAME, "birth_date", 20_051_122);
    still_accepts(name, REALNAME, "birth_date", 19_661_123);
    still_accepts(name, driver, "first_issued_on", 20_231_122);
    still_accepts(name, driver, "licence_valid_until", 99_991_231);
}

#[test]
fn didi_knows_a_passenger_as_verified_and_by_a_name_of_its_own() {
    let name = "didi-passenger";
    let passenger = accepts(name, &[&["holder_tag", "reverify_by", "verified"]]);
    refuses_what_is_not_verified(name);
    refuses_in_zero_knowledge(name, &facts(REALNAME).but("verified", 0), "verified");
    let pending = stage().ask("didi-driver");
    let fitting = stage().fitting(&pending);
    let answer = stage().world.answer(&stage().wallet, &fitting, &pending);
    let driver = stage().judge(&pending, &answer).unwrap();
    assert_ne!(driver.pseudonym(), Some(&passenger), "one person drives and rides under two names");
}
