//! `spec/vectors`: every file is a case, its name the case, its `expect` the outcome.
//!
//! `cargo test --release --test zk -- --ignored regenerate_the_vectors` writes them anew, with the keys of this test binary. The
//! verifying keys lie beside them, so that another implementation needs nothing else.

use crate::world::{ADULT, ENDPOINT, FOUR_COMPARISONS, NOW, SECOND, World, es256, id, keys};
use serde_json::{Value, json};
use shiming::{
    codec::{from_base64url, to_base64url},
    credential::Credential,
    danger,
    keys::{RelationSpec, VerifyingKey},
    ledger::MemoryNonces,
    registry::TrustBundle,
    request::SignedRequest,
    schema::Schemas,
    time::{Date, UnixTime},
    trust::Trust,
    verifier::Verifier,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn folder(object: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/vectors").join(object)
}

/// Every case of an object: name and content. An empty folder is a failure.
fn cases(object: &str) -> Vec<(String, Value)> {
    let mut cases: Vec<_> = fs::read_dir(folder(object))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
        })
        .collect();
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(cases.len() > 2, "no cases in {object}");
    cases
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap()
}

/// The trust bundle and keys of the vectors, loaded as a verifier loads them.
fn trust() -> Trust {
    let keys = RelationSpec::REQUIRED
        .iter()
        .map(|spec| {
            let file = folder("keys").join(format!("{}.vk", spec.name.replace('/', "-")));
            VerifyingKey::from_bytes(*spec, &fs::read(file).unwrap()).unwrap()
        })
        .collect();
    let bundle = TrustBundle::from_json(&fs::read(folder("keys").join("trust.json")).unwrap()).unwrap();
    Trust::load(bundle, danger::insecure_accept_development_keys(keys).unwrap(), Schemas::standard()).unwrap()
}

#[test]
fn every_presentation_is_judged_as_its_file_expects() {
    let trust = trust();
    for (name, case) in cases("presentation") {
        let verifier = Verifier::new(id(text(&case, "verifier")), es256(11));
        let now = UnixTime::from_seconds(case["now"].as_i64().unwrap());
        let presentation = from_base64url(text(&case, "presentation")).unwrap();
        let verdict = verifier.restore(text(&case, "request").as_bytes(), &trust, now).and_then(|pending| {
            let ledger = MemoryNonces::default();
            verifier.verify(&pending, &presentation, &trust, &ledger, now, &mut crate::world::rng(9))
        });
        match verdict {
            Ok(verdict) => {
                assert_eq!(text(&case, "expect"), "accepted", "{name}");
                assert_eq!(
                    case["pseudonym"].as_str().map(str::to_owned),
                    verdict.pseudonym().map(|p| p.to_string()),
                    "{name}"
                );
                let disclosed: Vec<_> =
                    verdict.disclosed().iter().map(|d| format!("{}={}", d.attribute, d.value)).collect();
                assert_eq!(case["disclosed"], json!(disclosed), "{name}");
            }
            Err(rejection) => assert_eq!(rejection.code(), text(&case, "expect"), "{name}"),
        }
    }
}

#[test]
fn every_request_is_checked_as_its_file_expects() {
    let trust = trust();
    for (name, case) in cases("request") {
        let now = UnixTime::from_seconds(case["now"].as_i64().unwrap());
        let today = Date::from_yyyymmdd(case["today"].as_u64().unwrap() as u32).unwrap();
        let outcome = SignedRequest::from_bytes(text(&case, "request").as_bytes())
            .map_err(|e| variant(&e))
            .and_then(|signed| signed.check(trust.bundle(), trust.schemas(), now, today).map_err(|e| variant(&e)));
        assert_eq!(outcome.map_or_else(|e| e, |_| "accepted".to_owned()), text(&case, "expect"), "{name}");
    }
}

#[test]
fn every_credential_is_read_as_its_file_expects() {
    let trust = trust();
    for (name, case) in cases("credential") {
        let bytes = serde_json::to_vec(&case["credential"]).unwrap();
        let outcome =
            Credential::from_json(&bytes, trust.schemas()).and_then(|c| c.verify(&trust, NOW)).map_err(|e| variant(&e));
        assert_eq!(outcome.map_or_else(|e| e, |()| "accepted".to_owned()), text(&case, "expect"), "{name}");
    }
}

/// An error as the path of its variants, such as `Signature(Native(Equation))`, without what it quotes.
fn variant(error: &impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    text.split(['{', '"']).next().unwrap().trim_end_matches(['(', ' ']).to_owned()
}

fn write(object: &str, name: &str, case: &Value) {
    fs::create_dir_all(folder(object)).unwrap();
    let mut text = serde_json::to_string_pretty(case).unwrap();
    text.push('\n');
    fs::write(folder(object).join(format!("{name}.json")), text).unwrap();
}

#[test]
#[ignore = "writes spec/vectors anew"]
fn regenerate_the_vectors() {
    // Every policy of the vectors is a purpose of both verifiers.
    let policies = [FOUR_COMPARISONS, DISCLOSING, TWO_CREDENTIALS].map(crate::world::document);
    let purposes: Vec<_> = policies.iter().map(|policy| (id(&policy.id), policy.digest().unwrap())).collect();
    let world = World::changed(|document| {
        document.verifiers.iter_mut().for_each(|verifier| verifier.purposes.extend(purposes.iter().cloned()));
    });
    fs::create_dir_all(folder("keys")).unwrap();
    fs::write(folder("keys").join("trust.json"), world.trust.bundle().to_json().unwrap()).unwrap();
    for key in keys().verifying() {
        fs::write(folder("keys").join(format!("{}.vk", key.spec().name.replace('/', "-"))), key.to_bytes()).unwrap();
    }
    presentations(&world);
    requests(&world);
    credentials(&world);
}

const DISCLOSING: &str = r#"{"id": "test:3", "credentials": [{"schema": "cn-realname", "issuers": ["authority"],
  "require": [{"attribute": "nationality", "in": [156, 344, 446]}, {"attribute": "document_type", "not_in": [9]}],
  "disclose": ["document_number"]}], "paths": ["zk"]}"#;

const TWO_CREDENTIALS: &str = r#"{"id": "test:2", "credentials": [
  {"schema": "cn-realname", "issuers": ["authority"], "require": [{"attribute": "birth_date", "age_at_least": 18}], "disclose": []},
  {"schema": "cn-bank-card", "issuers": ["network"], "require": [{"attribute": "card_valid_until", "not_before": "today"}], "disclose": []}],
  "pseudonym": {"scope": "pay"}, "paths": ["zk"]}"#;

fn presentations(world: &World) {
    let wallet = World::wallet(1);
    let (identity, card) = (world.identity(&wallet, &ADULT), world.card(&wallet, &ADULT));
    let accepted = |name: &str, policy: &str, prepared: &[&shiming::prepared::Prepared]| {
        let pending = world.ask(policy);
        let bytes = world.answer(&wallet, prepared, &pending);
        let verdict = world.verify(&pending, &bytes).unwrap();
        let disclosed: Vec<_> = verdict.disclosed().iter().map(|d| format!("{}={}", d.attribute, d.value)).collect();
        let mut case = json!({
            "request": std::str::from_utf8(pending.as_bytes()).unwrap(), "presentation": to_base64url(&bytes),
            "verifier": "platform", "now": NOW.seconds(), "expect": "accepted", "disclosed": disclosed,
        });
        if let Some(pseudonym) = verdict.pseudonym() {
            case["pseudonym"] = json!(pseudonym.to_string());
        }
        write("presentation", name, &case);
        (case, bytes)
    };
    let (case, bytes) = accepted("ok_four_comparisons_and_pseudonym", FOUR_COMPARISONS, &[&identity]);
    let (disclosing, disclosed) = accepted("ok_disclosed_values_and_sets", DISCLOSING, &[&identity]);
    accepted("ok_two_credentials_of_one_person", TWO_CREDENTIALS, &[&identity, &card]);

    let refused = |name: &str, case: &Value, bytes: &[u8], expect: &str| {
        let mut case = case.clone();
        case["presentation"] = json!(to_base64url(bytes));
        case["expect"] = json!(expect);
        for field in ["pseudonym", "disclosed"] {
            case.as_object_mut().unwrap().remove(field);
        }
        write("presentation", name, &case);
    };
    let edited = |bytes: &[u8], edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.to_vec();
        edit(&mut bytes);
        bytes
    };
    let edit = |name: &str, expect: &str, change: &dyn Fn(&mut Vec<u8>)| {
        refused(name, &case, &edited(&bytes, change), expect);
    };
    edit("empty", "malformed-truncated", &|b| b.clear());
    edit("another_version", "malformed-wrong-header", &|b| b[2] = 2);
    edit("another_curve", "malformed-wrong-header", &|b| b[4] = 2);
    edit("an_unknown_issuer_key", "unknown-issuer-key", &|b| b[5] ^= 1);
    edit("truncated_by_a_byte", "wrong-length", &|b| b.truncate(b.len() - 1));
    edit("a_trailing_byte", "wrong-length", &|b| b.push(0));
    edit("the_identity_as_a", "identity-point", &|b| {
        b[37..69].fill(0);
        b[68] = 0x40;
    });
    edit("a_response_above_the_order", "non-canonical-scalar", &|b| {
        let start = b.len() - 32;
        b[start..].fill(0xff);
    });
    edit("an_edited_response", "sigma-invalid", &|b| *b.last_mut().unwrap() ^= 1);
    edit("an_edited_challenge", "sigma-invalid", &|b| {
        let challenge = b.len() - 17 * 32 - 16;
        b[challenge] ^= 1;
    });
    edit("swapped_commitment", "sigma-invalid", &|b| {
        let (c, commitment) = (b[37 + 96..37 + 128].to_vec(), b[37 + 128..37 + 160].to_vec());
        b[37 + 96..37 + 128].copy_from_slice(&commitment);
        b[37 + 128..37 + 160].copy_from_slice(&c);
    });
    let (other, _) = accepted("ok_a_second_request", FOUR_COMPARISONS, &[&identity]);
    refused("an_answer_to_another_request", &other, &bytes, "sigma-invalid");
    refused("another_disclosed_value", &disclosing, &edited(&disclosed, &|b| b[37 + 3] ^= 1), "sigma-invalid");
    let mut late = case.clone();
    late["now"] = json!(NOW.seconds() + 301);
    refused("an_expired_request", &late, &bytes, "request-expired");
    let mut elsewhere = case.clone();
    elsewhere["verifier"] = json!("other");
    refused("another_verifiers_request", &elsewhere, &bytes, "wrong-audience");
}

fn requests(world: &World) {
    let pending = world.ask(FOUR_COMPARISONS);
    let request = pending.request().request().clone();
    let put = |name: &str, bytes: &[u8], now: i64, today: u64, expect: &str| {
        let case = json!({"request": String::from_utf8_lossy(bytes), "now": now, "today": today, "expect": expect});
        write("request", name, &case);
    };
    let now = NOW.seconds();
    put("ok", pending.as_bytes(), now, 20_261_122, "accepted");
    put("ok_a_day_off", pending.as_bytes(), now, 20_261_123, "accepted");
    put("two_days_off", pending.as_bytes(), now, 20_261_124, "WrongDate");
    put("expired", pending.as_bytes(), now + 301, 20_261_122, "Expired");
    put("from_the_future", pending.as_bytes(), now - 61, 20_261_122, "NotYetValid");
    let text = std::str::from_utf8(pending.as_bytes()).unwrap();
    let unsigned = &text[..=text.rfind('.').unwrap()];
    put("unsigned", unsigned.as_bytes(), now, 20_261_122, "Unsigned");
    let signed = |change: &dyn Fn(&mut shiming::request::Request), key: u64| {
        let mut request = request.clone();
        change(&mut request);
        request.sign(&es256(key)).unwrap().as_bytes().to_vec()
    };
    put("signed_by_another_key", &signed(&|_| {}, 12), now, 20_261_122, "Jws(Signature)");
    put(
        "an_unknown_audience",
        &signed(&|r| r.audience = id("nobody"), 11),
        now,
        20_261_122,
        "UnknownAudience(Identifier",
    );
    let endpoint = |r: &mut shiming::request::Request| r.response_endpoint = format!("{ENDPOINT}/elsewhere");
    put("an_unregistered_endpoint", &signed(&endpoint, 11), now, 20_261_122, "EndpointNotRegistered");
    put(
        "an_unregistered_purpose",
        &signed(&|r| r.policy.id = "test:9".into(), 11),
        now,
        20_261_122,
        "PurposeNotRegistered",
    );
    let more = |r: &mut shiming::request::Request| r.policy.credentials[0].disclose.push("document_number".into());
    put("more_than_its_purpose", &signed(&more, 11), now, 20_261_122, "PurposeMismatch");
    put("another_epoch", &signed(&|r| r.status_epoch = 1, 11), now, 20_261_122, "StatusEpoch");
    put("too_long_a_life", &signed(&|r| r.expires_at = NOW.plus(301), 11), now, 20_261_122, "Lifetime");
}

fn credentials(world: &World) {
    let wallet = World::wallet(2);
    let credential = world.issue(&world.authority, &wallet, SECOND.attributes(&world.trust)).unwrap();
    let valid: Value = serde_json::from_slice(&credential.to_json().unwrap()).unwrap();
    let put = |name: &str, expect: &str, change: &dyn Fn(&mut Value)| {
        let mut file = valid.clone();
        change(&mut file);
        write("credential", name, &json!({"credential": file, "expect": expect}));
    };
    let edit = |field: &'static str, change: fn(&mut Vec<u8>)| {
        move |file: &mut Value| {
            let mut bytes = from_base64url(file[field].as_str().unwrap()).unwrap();
            change(&mut bytes);
            file[field] = json!(to_base64url(&bytes));
        }
    };
    put("ok", "accepted", &|_| {});
    put("an_edited_attribute", "Signature(Native(Equation))", &edit("tbs", |b| b[107] ^= 1));
    put("slot_0_above_the_modulus", "Tbs(NotCanonical)", &edit("tbs", |b| b[5..37].fill(0xff)));
    put("another_magic", "Tbs(Magic)", &edit("tbs", |b| b[0] = b'X'));
    put("another_schema", "SchemaMismatch", &edit("tbs", |b| b[4] = 2));
    put("a_date_of_zero", "Attribute(AttributeError", &edit("tbs", |b| b[71..75].fill(0)));
    put("s_above_the_order", "Signature(Native(ScalarOutOfRange))", &edit("signature", |b| b[64..].fill(0xff)));
    put("an_edited_r", "Signature(Native(NotOnCurve))", &edit("signature", |b| b[31] ^= 1));
    put("another_object", "Object", &|file| file["object"] = json!("shiming-credential/2"));
    put("an_unknown_suite", "Decode(Json", &|file| file["suite"] = json!("none"));
    put("an_unknown_schema", "Schema", &|file| file["schema"] = json!("cn-nothing"));
}
