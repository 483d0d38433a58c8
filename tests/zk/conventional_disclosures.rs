//! What a conventional answer discloses: exactly the claims that the policy needs, each a value of its slot, and the policy holds.

use crate::{forge::*, rejections::scene, world::*};
use serde_json::{Value, json};
use shiming::{
    conventional::{
        ConventionalFault,
        sd_jwt::{Disclosure, KeyBoundSdJwt, SdJwtError},
    },
    schema::AttributeFault,
    time::DateError,
    verdict::{HolderFault, Rejection, Verdict},
};

/// An age that follows from `age_over_18`.
const ADULTS: &str = r#"{
  "id": "test:1",
  "credentials": [{"schema": "cn-realname", "issuers": ["authority"],
    "require": [{"attribute": "birth_date", "age_at_least": 18}], "disclose": []}],
  "paths": ["conventional"]
}"#;

fn answered(policy: &str, names: &[&str]) -> Result<Verdict, Rejection> {
    shown(scene().adult.credential().sd_jwt(), policy, names)
}

fn missing(attribute: &str) -> Result<Verdict, Rejection> {
    refused(ConventionalFault::Missing { attribute: attribute.to_owned() })
}

fn surplus(attribute: &str) -> Result<Verdict, Rejection> {
    refused(ConventionalFault::Surplus { attribute: attribute.to_owned() })
}

#[test]
fn exactly_the_needed_claims_are_accepted() {
    let verdict = answered(PLAIN, &PLAIN_NAMES).unwrap();
    assert_eq!((verdict.disclosed().len(), verdict.pseudonym()), (0, None));
    let disclosing = PLAIN.replace(r#""disclose": []"#, r#""disclose": ["document_number", "name_digest"]"#);
    let verdict = answered(&disclosing, &[&PLAIN_NAMES[..], &["document_number", "name_digest"]].concat()).unwrap();
    let disclosed: Vec<(&str, String)> =
        verdict.disclosed().iter().map(|d| (d.attribute.as_str(), d.value.to_text())).collect();
    assert_eq!(disclosed[0], ("document_number", ADULT.number.to_owned()));
    assert_eq!(disclosed[1].0, "name_digest");
}

#[test]
fn each_needed_claim_that_is_missing_is_named() {
    for left_out in PLAIN_NAMES {
        let names: Vec<&str> = PLAIN_NAMES.into_iter().filter(|name| *name != left_out).collect();
        assert_eq!(answered(PLAIN, &names), missing(left_out));
    }
    assert_eq!(answered(PLAIN, &[]), missing("birth_date"));
}

#[test]
fn each_claim_that_is_not_needed_is_a_surplus() {
    let all = scene().adult.credential().sd_jwt().disclosures().iter().map(Disclosure::name);
    let others: Vec<&str> = all.filter(|name| !PLAIN_NAMES.contains(name)).collect();
    assert!(others.contains(&"holder_tag") && others.contains(&"document_number") && others.contains(&"age_over_18"));
    for more in others {
        assert_eq!(answered(PLAIN, &[&PLAIN_NAMES[..], &[more]].concat()), surplus(more));
    }
}

#[test]
fn a_surplus_is_refused_although_a_needed_claim_is_missing_too() {
    assert_eq!(answered(PLAIN, &["document_number"]), surplus("document_number"));
}

#[test]
fn age_over_18_stands_for_the_birth_date_and_never_beside_it() {
    let with = |age: &[&str]| answered(ADULTS, &[age, &["reverify_by", "verified"]].concat());
    assert!(with(&["age_over_18"]).is_ok());
    assert!(with(&["birth_date"]).is_ok());
    assert_eq!(with(&["birth_date", "age_over_18"]), surplus("birth_date"));
    assert_eq!(with(&[]), missing("birth_date"));
}

#[test]
fn age_over_18_says_nothing_about_other_bounds_on_the_birth_date() {
    let clauses = [
        r#"{"attribute": "birth_date", "age_at_least": 19}"#,
        r#"{"attribute": "birth_date", "not_after": 20081231}"#,
        r#"{"attribute": "birth_date", "age_at_least": 18}, {"attribute": "birth_date", "not_before": 19000101}"#,
    ];
    for clause in clauses {
        let policy = ADULTS.replace(r#"{"attribute": "birth_date", "age_at_least": 18}"#, clause);
        assert_eq!(answered(&policy, &["age_over_18", "reverify_by", "verified"]), surplus("age_over_18"), "{clause}");
        assert!(answered(&policy, &["birth_date", "reverify_by", "verified"]).is_ok(), "{clause}");
    }
}

#[test]
fn age_over_18_is_true_or_no_claim() {
    for value in [json!(false), json!("true"), json!(1), json!({})] {
        let forged = sealed().claim("age_over_18", value).sign();
        let verdict = shown(&forged, ADULTS, &["age_over_18", "reverify_by", "verified"]);
        assert_eq!(verdict, refused(ConventionalFault::UnknownClaim));
    }
}

#[test]
fn a_claim_that_the_schema_does_not_have_or_never_discloses_is_unknown() {
    for name in ["height", "revocation_handle", "Birth_date", "", "card_type"] {
        let forged = sealed().claim(name, json!("1")).sign();
        let names = [&PLAIN_NAMES[..], &[name]].concat();
        assert_eq!(shown(&forged, PLAIN, &names), refused(ConventionalFault::UnknownClaim), "{name}");
    }
}

#[test]
fn a_bank_card_has_no_age_and_no_unused_slots() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let card = world.issue(&world.network, &wallet, ADULT.card(&world.trust)).unwrap();
    let policy = PLAIN.replace("cn-realname", "cn-bank-card").replace(r#""authority""#, r#""network""#);
    let (from, to) = (policy.find("{\"attribute\": \"birth").unwrap(), policy.find("],\n    \"disclose").unwrap());
    let policy = format!("{}{}", &policy[..from], &policy[to..]);
    let pending = world.ask(&policy);
    for name in ["age_over_18", "unused_3"] {
        let forged = Sealed::of(&card, &world.network).claim(name, json!(true)).sign();
        let binding = Binding::to(&pending, binding_key(&wallet, &card));
        let answer = alone(&binding.bind(&forged, &["reverify_by", "verified", name]));
        assert_eq!(world.verify(&pending, &answer), refused(ConventionalFault::UnknownClaim), "{name}");
    }
    let answer = world.disclose(&wallet, &[&card], &pending);
    assert!(world.verify(&pending, &answer).is_ok());
}

#[test]
fn a_disclosed_value_that_breaks_its_slot_is_named_with_the_rule() {
    let cases: [(&str, Value, AttributeFault); 16] = [
        ("birth_date", json!("1949-02-30"), AttributeFault::Date(DateError::Day)),
        ("birth_date", json!("9999-12-31"), AttributeFault::LongTerm),
        ("birth_date", json!("19491231"), AttributeFault::WrongType),
        ("birth_date", json!("1949-1231"), AttributeFault::WrongType),
        ("birth_date", json!(19_491_231), AttributeFault::WrongType),
        ("birth_date", json!(["1949-12-31"]), AttributeFault::WrongType),
        ("birth_date", json!(""), AttributeFault::Missing),
        ("account_class", json!(4), AttributeFault::OutOfRange),
        ("account_class", json!("2"), AttributeFault::WrongType),
        ("account_class", json!(2.0), AttributeFault::WrongType),
        ("account_class", json!(-1), AttributeFault::WrongType),
        ("account_class", json!(0), AttributeFault::WrongType),
        ("account_class", json!(1u64 << 32), AttributeFault::WrongType),
        ("account_class", json!(true), AttributeFault::WrongType),
        ("verified", json!(2), AttributeFault::OutOfRange),
        ("reverify_by", json!("2027-04-31"), AttributeFault::Date(DateError::Day)),
    ];
    for (name, value, fault) in cases {
        let case = format!("{name} {value}");
        let verdict = shown(&sealed().claim(name, value).sign(), PLAIN, &PLAIN_NAMES);
        let expected = HolderFault::DisclosedValueInvalid { attribute: name.to_owned(), fault };
        assert_eq!(verdict, Err(expected.into()), "{case}");
    }
}

#[test]
fn a_text_that_breaks_its_slot_is_named_with_the_rule() {
    let disclosing = PLAIN.replace(r#""disclose": []"#, r#""disclose": ["document_number", "name_digest"]"#);
    let names = [&PLAIN_NAMES[..], &["document_number", "name_digest"]].concat();
    let cases = [
        ("document_number", json!("1101051949123100 X"), AttributeFault::NotAscii),
        ("document_number", json!("11010519491231002X0"), AttributeFault::TooWide),
        ("document_number", json!("北京"), AttributeFault::NotAscii),
        ("document_number", json!(""), AttributeFault::Missing),
        ("document_number", json!(1), AttributeFault::WrongType),
        ("name_digest", json!("AAAA"), AttributeFault::WrongType),
        ("name_digest", json!("AAAAAAAAAAAAAAAAAAAAAA=="), AttributeFault::WrongType),
    ];
    for (name, value, fault) in cases {
        let case = format!("{name} {value}");
        let verdict = shown(&sealed().claim(name, value).sign(), &disclosing, &names);
        let expected = HolderFault::DisclosedValueInvalid { attribute: name.to_owned(), fault };
        assert_eq!(verdict, Err(expected.into()), "{case}");
    }
}

#[test]
fn a_holder_who_discloses_truthfully_what_does_not_satisfy_the_policy_is_told_the_attribute() {
    let fails = |attribute: &str| {
        let attribute = attribute.to_owned();
        Err(HolderFault::PolicyNotSatisfied { credential: 0, attribute }.into())
    };
    assert_eq!(answered(&PLAIN.replace("60", "77"), &PLAIN_NAMES), fails("birth_date"));
    assert_eq!(answered(&PLAIN.replace("\"at_least\": 2", "\"at_least\": 3"), &PLAIN_NAMES), fails("account_class"));
    for (name, value) in [("verified", json!("")), ("reverify_by", json!("2026-11-21"))] {
        assert_eq!(shown(&sealed().claim(name, value).sign(), PLAIN, &PLAIN_NAMES), fails(name));
    }
    let last_day = sealed().claim("reverify_by", json!("2026-11-22")).sign();
    assert!(shown(&last_day, PLAIN, &PLAIN_NAMES).is_ok());
}

#[test]
fn the_first_clause_that_fails_is_named() {
    let both = PLAIN.replace("60", "77").replace("\"at_least\": 2", "\"at_least\": 3");
    let expected = HolderFault::PolicyNotSatisfied { credential: 0, attribute: "birth_date".to_owned() };
    assert_eq!(answered(&both, &PLAIN_NAMES), Err(expected.into()));
}

#[test]
fn an_absent_optional_value_is_a_claim_that_satisfies_nothing() {
    for clause in [r#""at_least": 1"#, r#""at_least": 3"#] {
        let policy = PLAIN.replace(r#""at_least": 2"#, clause);
        let absent = shown(&sealed().claim("account_class", json!("")).sign(), &policy, &PLAIN_NAMES);
        let expected = HolderFault::PolicyNotSatisfied { credential: 0, attribute: "account_class".to_owned() };
        assert_eq!(absent, Err(expected.into()));
    }
}

/// The answer of the scene's adult with the disclosure of a claim replaced by another text.
fn altered(name: &str, with: impl FnOnce(&Disclosure) -> String) -> HolderFault {
    let pending = scene().world.ask(PLAIN);
    let sd_jwt = scene().adult.credential().sd_jwt();
    let original = sd_jwt.disclosures().iter().find(|d| d.name() == name).unwrap();
    let text = sd_jwt.to_text().replace(original.as_str(), &with(original));
    let altered = shiming::conventional::sd_jwt::SdJwt::parse(&text).unwrap();
    refusal(&pending, &alone(&bind(&altered, &PLAIN_NAMES, &pending)))
}

#[test]
fn a_claim_that_the_holder_alters_is_one_that_the_issuer_has_not_signed() {
    let unreferenced = sd_jwt_fault(SdJwtError::UnreferencedDisclosure);
    let made_up = |name: &'static str, value: Value| {
        altered(name, |_| Disclosure::new(name, &value, &mut rng(1)).unwrap().as_str().to_owned())
    };
    assert_eq!(made_up("birth_date", json!("1900-01-01")), unreferenced);
    assert_eq!(made_up("birth_date", json!("1949-12-31")), unreferenced, "the true value under another salt");
    assert_eq!(made_up("account_class", json!(3)), unreferenced);
    let renamed =
        altered("risk_tier", |d| Disclosure::new("account_class", d.value(), &mut rng(1)).unwrap().as_str().to_owned());
    assert_eq!(renamed, unreferenced);
}

#[test]
fn a_disclosure_of_another_credential_is_not_of_this_one() {
    let (world, wallet) = (World::new(), World::wallet(1));
    // Every world draws the same salts for its first credential.
    let issue = || world.issue(&world.authority, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let [_, other] = [issue(), issue()];
    let theirs = other.sd_jwt().disclosures().iter().find(|d| d.name() == "account_class").unwrap();
    let fault = altered("account_class", |_| theirs.as_str().to_owned());
    assert_eq!(fault, sd_jwt_fault(SdJwtError::UnreferencedDisclosure));
}

#[test]
fn a_disclosure_that_is_sent_twice_is_refused() {
    let fault = altered("account_class", |d| format!("{0}~{0}", d.as_str()));
    assert_eq!(fault, sd_jwt_fault(SdJwtError::DuplicateDisclosure));
}

#[test]
fn a_disclosure_that_is_taken_away_after_the_binding_is_missed_by_the_binding() {
    let pending = scene().world.ask(PLAIN);
    let more = bind(scene().adult.credential().sd_jwt(), &[&PLAIN_NAMES[..], &["sex"]].concat(), &pending);
    let sex = more.sd_jwt().disclosures().iter().find(|d| d.name() == "sex").unwrap();
    let text = more.to_text().replace(&format!("{}~", sex.as_str()), "");
    assert!(KeyBoundSdJwt::parse(&text).is_ok());
    assert_eq!(refusal(&pending, &wire(&[text], &[])), sd_jwt_fault(SdJwtError::WrongHash));
}
