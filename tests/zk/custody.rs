//! Custody at the verifier: no raw byte of a person reaches a platform's record, what passes between wallet and verifier, or the text of
//! an error; and on the conventional path exactly what the person consented to does.
//!
//! The library writes no log, so its errors and the `Debug` of its objects are all that a log could get from it.
//!
//! Not searched for are the values of one and two bytes (nationality, channels, verified, account class, document type, sex, risk
//! tier). Any byte of a proof has each of them by chance, and the policy itself has such numbers. That they are not there by
//! meaning follows from the format: a presentation has no bytes but those which the request determines, and with nothing
//! disclosed they are points, scalars and the challenge (spec, encoding). What is searched for has at least four bytes: by
//! chance a pattern of four is in one of these transcripts with probability 2^-21, and all randomness here has fixed seeds.

use crate::{
    forge::{LINKED, PLAIN},
    world::*,
};
use shiming::{
    credential::Credential,
    custody::{PlatformRecord, RecordClass, RecordError, RecordLevel, RecordStatus},
    holder::HolderError,
    issuer::IssueError,
    schema::Value,
    verdict::Verdict,
    verifier::PendingRequest,
    wallet::Wallet,
};
use shiming_circuits::field;
use std::collections::BTreeSet;

const PEOPLE: u32 = 12;

/// A sequence that is the same in every run.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % sides
    }
}

/// A random adult with a number that fits, and a digest of the name.
fn random_person(dice: &mut Dice) -> (Person, [u8; 16]) {
    let provinces = [11, 13, 21, 31, 37, 42, 44, 51, 61, 65];
    let region = provinces[dice.roll(10) as usize] * 10_000 + 100 + dice.roll(40);
    let date = |year: u32, month: u32, day: u32| year * 10_000 + month * 100 + day;
    let birth_date = date(1_930 + dice.roll(75), 1 + dice.roll(12), 1 + dice.roll(28));
    let order = 100 + dice.roll(899);
    let body = format!("{region:06}{birth_date:08}{order:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let number = format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]));
    let person = Person {
        number: Box::leak(number.into_boxed_str()),
        birth_date,
        valid_until: date(2_028 + dice.roll(18), 1 + dice.roll(12), 1 + dice.roll(28)),
        region,
        sex: if order % 2 == 1 { 1 } else { 2 },
        account_class: 2 + dice.roll(2),
        ..ADULT
    };
    let mut name_digest = [0; 16];
    name_digest.iter_mut().for_each(|byte| *byte = dice.roll(256) as u8);
    (person, name_digest)
}

struct Subject {
    wallet: Wallet,
    credential: Credential,
    raw: Vec<(&'static str, Vec<Vec<u8>>)>,
}

fn subject(world: &World, dice: &mut Dice, seed: u8) -> Subject {
    let (person, name) = random_person(dice);
    let wallet = World::wallet(seed);
    let attributes = person.attributes(&world.trust).set("name_digest", &Value::Digest(name)).unwrap();
    let credential = world.issue(&world.authority, &wallet, attributes).unwrap();
    let tag = field::fr_to_bytes(&credential.holder_tag());
    let raw = vec![
        ("document_number", patterns(person.number.as_bytes())),
        ("name_digest", patterns(&name)),
        ("birth_date", numbers(person.birth_date)),
        ("document_valid_until", numbers(person.valid_until)),
        ("region", numbers(person.region)),
        ("verified_on", numbers(person.verified_on)),
        ("reverify_by", numbers(person.reverify_by)),
        ("holder_tag", patterns(&tag)),
    ];
    Subject { wallet, credential, raw }
}

/// The usual encodings of bytes: as they are and reversed, in hex, and in base64 inside a longer text at each alignment.
fn patterns(value: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for bytes in [value.to_vec(), value.iter().rev().copied().collect::<Vec<u8>>()] {
        found.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
        found.push(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>().into_bytes());
        for shift in 0..3 {
            let text = shiming::codec::to_base64url(&[vec![0; shift], bytes.clone()].concat());
            // Only characters all of whose six bits are the value's.
            let whole = text[(8 * shift).div_ceil(6)..8 * (shift + bytes.len()) / 6].to_owned();
            found.push(whole.replace('-', "+").replace('_', "/").into_bytes());
            found.push(whole.into_bytes());
        }
        found.push(bytes);
    }
    assert!(found.iter().all(|pattern| pattern.len() >= 4));
    found
}

/// An integer as four bytes and as decimal text; a date also with hyphens.
fn numbers(value: u32) -> Vec<Vec<u8>> {
    let text = value.to_string();
    let mut found = [patterns(&value.to_be_bytes()), patterns(text.as_bytes())].concat();
    if let [year @ .., m, n, d, e] = text.as_bytes()
        && year.len() == 4
    {
        found.push([year, b"-", &[*m, *n], b"-", &[*d, *e]].concat());
    }
    found
}

/// Bytes, and what the base64url texts in them say.
fn views(bytes: &[u8]) -> Vec<Vec<u8>> {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let mut all = vec![bytes.to_vec()];
    for run in bytes.split(|byte| !is_base64url(byte)).filter(|run| run.len() >= 8) {
        let text = std::str::from_utf8(run).unwrap();
        all.extend(shiming::codec::from_base64url(text));
    }
    all
}

/// The names of the raw values that are in bytes.
fn found_in(bytes: &[u8], raw: &[(&'static str, Vec<Vec<u8>>)]) -> BTreeSet<&'static str> {
    let views = views(bytes);
    let holds = |pattern: &[u8]| views.iter().any(|view| view.windows(pattern.len()).any(|window| window == pattern));
    raw.iter().filter(|(_, patterns)| patterns.iter().any(|pattern| holds(pattern))).map(|(name, _)| *name).collect()
}

fn record(verdict: &Verdict, pending: &PendingRequest) -> Result<PlatformRecord, RecordError> {
    PlatformRecord::of(verdict, pending.request(), RecordStatus::Valid)
}

#[test]
fn the_search_finds_every_value_where_it_is() {
    let (world, mut dice) = (World::new(), Dice(1));
    for seed in 1..=3 {
        let subject = subject(&world, &mut dice, seed);
        let all: BTreeSet<_> = subject.raw.iter().map(|(name, _)| *name).collect();
        assert_eq!(found_in(&subject.credential.to_json().unwrap(), &subject.raw), all, "the wallet has them all");
        let other = subject_of_another_run(&world);
        let personal = ["document_number", "name_digest", "birth_date", "document_valid_until", "region", "holder_tag"];
        let found = found_in(&other.credential.to_json().unwrap(), &subject.raw);
        assert!(personal.iter().all(|name| !found.contains(name)), "and another's has none: {found:?}");
    }
}

fn subject_of_another_run(world: &World) -> Subject {
    subject(world, &mut Dice(99), 99)
}

#[test]
fn no_raw_byte_of_anybody_reaches_the_record_the_transcript_or_an_error() {
    let (world, mut dice) = (World::new(), Dice(2));
    for seed in 1..=PEOPLE as u8 {
        let Subject { wallet, credential, raw } = subject(&world, &mut dice, seed);
        let (wallet, raw) = (&wallet, raw.as_slice());
        let prepared = world.prepare(wallet, credential).unwrap();
        let pending = world.ask(FOUR_COMPARISONS);
        let answer = world.answer(wallet, &[&prepared], &pending);
        let verdict = world.verify(&pending, &answer).unwrap();
        let record = record(&verdict, &pending).unwrap();
        let mut seen = vec![
            ("request", pending.as_bytes().to_vec()),
            ("presentation", answer.clone()),
            ("presentation as text", shiming::codec::to_text(&answer).into_bytes()),
            ("record", record.to_json().unwrap()),
            ("record's debug", format!("{record:?}").into_bytes()),
            ("verdict's debug", format!("{verdict:?}").into_bytes()),
        ];
        // What the verifier says about spoilt answers, and the wallet about a policy that its holder fails.
        let fresh = world.ask(FOUR_COMPARISONS);
        let spoilt = world.answer(wallet, &[&prepared], &fresh);
        for at in (0..spoilt.len()).step_by(37) {
            let mut spoilt = spoilt.clone();
            spoilt[at] ^= 1;
            let error = world.verify(&fresh, &spoilt).unwrap_err();
            seen.push(("rejection", format!("{error} {error:?} {}", error.code()).into_bytes()));
        }
        let failing = identity_policy(r#"{"attribute": "birth_date", "age_at_least": 150}"#);
        let error = world.present(wallet, &[&prepared], world.ask(&failing).request()).err().unwrap();
        assert!(matches!(error, HolderError::Policy(_)));
        seen.push(("wallet's error", format!("{error} {error:?}").into_bytes()));
        for (what, bytes) in seen {
            assert_eq!(found_in(&bytes, raw), BTreeSet::new(), "{what} of person {seed}");
        }
    }
}

#[test]
fn no_error_of_an_issuer_or_a_decoder_quotes_a_person() {
    let (world, mut dice) = (World::new(), Dice(3));
    let wallet = World::wallet(1);
    for seed in 1..=4 {
        let (person, _) = random_person(&mut dice);
        let raw = [
            ("document_number", patterns(person.number.as_bytes())),
            ("birth_date", numbers(person.birth_date)),
            ("region", numbers(person.region)),
        ];
        let contradictions = [
            Person { birth_date: 19_290_101, ..person.clone() },
            Person { region: 659_004, ..person.clone() },
            Person { sex: 3 - person.sex, ..person.clone() },
        ];
        for contradiction in contradictions {
            let error = world.issue(&world.authority, &wallet, contradiction.attributes(&world.trust)).err().unwrap();
            assert!(!matches!(error, IssueError::Ledger(_)));
            assert_eq!(found_in(format!("{error} {error:?}").as_bytes(), &raw), BTreeSet::new(), "{error}");
        }
        // A credential file with each of its bytes changed in turn, a few at a time.
        let subject = subject(&world, &mut dice, 10 + seed);
        let json = subject.credential.to_json().unwrap();
        for at in (0..json.len()).step_by(53) {
            let mut json = json.clone();
            json[at] ^= 4;
            let Err(error) = Credential::from_json(&json, world.trust.schemas()) else { continue };
            assert_eq!(found_in(format!("{error} {error:?}").as_bytes(), &subject.raw), BTreeSet::new(), "{error}");
        }
    }
}

#[test]
fn the_conventional_transcript_holds_exactly_what_was_consented_to() {
    let (world, mut dice) = (World::new(), Dice(4));
    let disclosing = PLAIN.replace(r#""disclose": []"#, r#""disclose": ["document_number"]"#);
    let named = PLAIN.replace(r#""disclose": []"#, r#""disclose": ["name_digest"]"#);
    let (adult, linked) = (PLAIN.replace("60", "18"), LINKED.replace("60", "20"));
    for seed in 1..=4 {
        let subject = subject(&world, &mut dice, seed);
        let credentials = [&subject.credential];
        for policy in
            [&adult, &PLAIN.replace("60", "20"), &disclosing.replace("60", "18"), &named.replace("60", "18"), &linked]
        {
            let pending = world.ask(policy);
            let proposal = world.propose(&subject.wallet, &credentials, &pending).unwrap();
            let consented: BTreeSet<String> = proposal.disclosures().into_iter().map(|(_, name, _)| name).collect();
            let answer = world.disclose(&subject.wallet, &credentials, &pending);
            assert!(world.verify(&pending, &answer).is_ok());
            // By name: every disclosure is an array of a salt, a name and a value.
            let sent: BTreeSet<String> = views(&answer)
                .iter()
                .filter_map(|view| serde_json::from_slice::<(String, String, serde_json::Value)>(view).ok())
                .map(|(_, name, _)| name)
                .collect();
            assert_eq!(sent, consented, "{policy}");
            // By bytes. The number has the birth date and the region in it.
            let found = found_in(&answer, &subject.raw);
            let mut expected: BTreeSet<_> =
                subject.raw.iter().map(|(name, _)| *name).filter(|name| consented.contains(*name)).collect();
            if consented.contains("document_number") {
                expected.extend(["birth_date", "region"]);
            }
            assert_eq!(found, expected, "{policy}");
            assert_eq!(found_in(pending.as_bytes(), &subject.raw), BTreeSet::new());
        }
    }
}

/// A request to the person with a wallet's seed, and the verdict about the answer.
fn asked(world: &World, seed: u8, policy: &str) -> (PendingRequest, Verdict) {
    let wallet = World::wallet(seed);
    let person = if seed == 1 { ADULT } else { SECOND };
    let prepared = world.identity(&wallet, &person);
    let pending = world.ask(policy);
    let answer = world.answer(&wallet, &[&prepared], &pending);
    let verdict = world.verify(&pending, &answer).unwrap();
    (pending, verdict)
}

#[test]
fn a_record_says_what_the_policy_had_proved_and_no_more() {
    let world = World::new();
    let bounds = |clauses: &str| {
        let (pending, verdict) = asked(&world, 2, &identity_policy(clauses));
        let record = record(&verdict, &pending).unwrap();
        (record.class(), record.reverify_by().to_u32())
    };
    // The person has class III and a review on 2027-04-30.
    assert_eq!(bounds(""), (RecordClass::None, 20_261_122));
    assert_eq!(bounds(r#"{"attribute": "account_class", "at_least": 1}"#), (RecordClass::One, 20_261_122));
    assert_eq!(bounds(r#"{"attribute": "account_class", "at_least": 3}"#), (RecordClass::Three, 20_261_122));
    assert_eq!(bounds(r#"{"attribute": "reverify_by", "not_before": 20270301}"#), (RecordClass::None, 20_270_301));
    assert_eq!(bounds(r#"{"attribute": "reverify_by", "not_after": 20270501}"#), (RecordClass::None, 20_261_122));
}

#[test]
fn a_record_has_the_pseudonym_the_policy_and_one_text() {
    let world = World::new();
    let (pending, verdict) = asked(&world, 1, FOUR_COMPARISONS);
    let made = record(&verdict, &pending).unwrap();
    assert_eq!(Some(made.pseudonym()), verdict.pseudonym());
    assert_eq!((made.policy_version(), made.level()), (&id("test:1"), RecordLevel::RealName));
    assert_eq!((made.status(), made.class()), (RecordStatus::Valid, RecordClass::Two));
    let json = String::from_utf8(made.to_json().unwrap()).unwrap();
    let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&json).unwrap();
    let names: BTreeSet<_> = members.keys().map(String::as_str).collect();
    let expected = ["class", "level", "policy_version", "pseudonym", "reverify_by", "status"];
    assert_eq!(names, BTreeSet::from(expected));
    assert_eq!(PlatformRecord::from_json(json.as_bytes()), Ok(made));
    for other in [json.replace(":\"II\"", ": \"II\""), json.replace("\"class\"", "\"birth_date\":19491231,\"class\"")] {
        assert!(matches!(PlatformRecord::from_json(other.as_bytes()), Err(RecordError::Form(_))), "{other}");
    }
}

#[test]
fn a_record_of_another_request_without_pseudonym_or_verification_is_none() {
    let world = World::new();
    let (pending, verdict) = asked(&world, 1, FOUR_COMPARISONS);
    let other = world.ask(&FOUR_COMPARISONS.replace("test:1", "test:2"));
    assert_eq!(record(&verdict, &other), Err(RecordError::OtherRequest));
    let elsewhere = document(FOUR_COMPARISONS);
    let elsewhere = world.other.request(&elsewhere, OTHER_ENDPOINT, &world.trust, NOW, &mut rng(1)).unwrap();
    assert_eq!(record(&verdict, &elsewhere), Err(RecordError::OtherRequest));
    assert!(record(&verdict, &pending).is_ok());
    for omitted in ["verified", "reverify_by"] {
        let disclose = format!(r#""disclose": [], "omit": ["{omitted}"]"#);
        let (pending, verdict) = asked(&world, 1, &identity_policy("").replace(r#""disclose": []"#, &disclose));
        assert_eq!(record(&verdict, &pending), Err(RecordError::NotVerified), "{omitted}");
    }
    let wallet = World::wallet(1);
    let credential = world.issue(&world.authority, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let pending = world.ask(PLAIN);
    let answer = world.disclose(&wallet, &[&credential], &pending);
    let nameless = world.verify(&pending, &answer).unwrap();
    assert_eq!(record(&nameless, &pending), Err(RecordError::NoPseudonym));
}

#[test]
fn a_record_is_renewed_for_the_same_person_only_and_not_after_its_revocation() {
    let world = World::new();
    let (pending, verdict) = asked(&world, 1, FOUR_COMPARISONS);
    let made = record(&verdict, &pending).unwrap();
    let later = identity_policy(r#"{"attribute": "reverify_by", "not_before": 20270401}"#);
    let (later, again) = asked(&world, 1, &later);
    let suspended = made.with_status(RecordStatus::Suspended).unwrap();
    let renewed = suspended.renewed(&again, later.request()).unwrap();
    assert_eq!((renewed.status(), renewed.reverify_by().to_u32()), (RecordStatus::Suspended, 20_270_401));
    assert_eq!(renewed.pseudonym(), made.pseudonym());
    let (pending, other) = asked(&world, 2, FOUR_COMPARISONS);
    assert_eq!(made.renewed(&other, pending.request()), Err(RecordError::OtherPerson));
    let revoked = made.with_status(RecordStatus::Revoked).unwrap();
    assert_eq!(revoked.with_status(RecordStatus::Valid), Err(RecordError::Revoked));
    assert_eq!(revoked.with_status(RecordStatus::Suspended), Err(RecordError::Revoked));
    assert_eq!(revoked.with_status(RecordStatus::Revoked), Ok(revoked.clone()));
    assert_eq!(revoked.renewed(&again, later.request()), Err(RecordError::Revoked));
}

#[test]
fn two_credentials_of_one_holder_are_a_joined_level() {
    let world = World::new();
    let wallet = World::wallet(1);
    let (identity, card) = (world.identity(&wallet, &ADULT), world.card(&wallet, &ADULT));
    let pending = world.ask(TWO_CREDENTIALS);
    let answer = world.answer(&wallet, &[&identity, &card], &pending);
    let verdict = world.verify(&pending, &answer).unwrap();
    assert_eq!(record(&verdict, &pending).unwrap().level(), RecordLevel::RealNameJoined);
}
