//! The whole way through files, accepted.

use crate::world::{ENDPOINT, NOW, World, program, world};
use serde_json::json;
use std::{fs, path::Path};

#[test]
fn an_answer_is_accepted_once_and_a_second_time_it_is_replayed() {
    let world = world();
    world.request("live", "request").done();
    let presented = world.present("request", "presentation").done().json();
    assert_eq!(presented["audience"], "live");
    assert_eq!(presented["endpoint"], ENDPOINT);
    assert_eq!(presented["issuers"], json!(["identity-issuer"]));
    assert_eq!(presented["bytes"], 949);

    let verdict = world.verify("live", "request", "presentation").done().json();
    assert_eq!(verdict["accepted"], true);
    assert_eq!(verdict["policy"], "account-opening:1");
    assert_eq!(verdict["disclosed"], json!([]));
    assert_eq!(world.verify("live", "request", "presentation").code(1), "replayed");
}

#[test]
fn pseudonyms_are_stable_at_one_platform_and_differ_at_another() {
    let world = world();
    let pseudonym = |id: &str| {
        world.request(id, "request").done();
        world.present("request", "presentation").done();
        world.verify(id, "request", "presentation").done().json()["pseudonym"].clone()
    };
    let (first, second, elsewhere) = (pseudonym("live"), pseudonym("live"), pseudonym("ride"));
    assert_eq!(first, second);
    assert_ne!(first, elsewhere);
}

#[test]
fn every_object_may_travel_as_text() {
    let world = world();
    let challenge = world.file("challenge");
    let case = ["issuer", "challenge", "--id", "identity-issuer", "--case", "text", "--text", "--out", &challenge];
    world.run(&case).done();
    world.run(&["holder", "enrol", "--challenge", &challenge, "--text", "--out", &world.file("enrolment")]).done();
    let issue = ["issuer", "issue", "--id", "identity-issuer", "--case", "text", "--text", "--schema", "cn-realname"];
    let (enrolment, attributes, credential) =
        (world.file("enrolment"), world.file("attributes.json"), world.file("credential"));
    let files = ["--enrolment", &enrolment, "--attributes", &attributes, "--out", &credential];
    world.run(&[&issue[..], &files[..]].concat()).done();
    world.run(&["holder", "prepare", "--credential", &credential]).done();
    world.request("live", "request").done();
    world
        .run(&["holder", "present", "--request", &world.file("request"), "--text", "--out", &world.file("text")])
        .done();
    for name in ["challenge", "enrolment", "credential", "text"] {
        let text = String::from_utf8(world.read(name)).unwrap();
        assert!(text.trim_end().bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c)), "{name}");
    }
    world.verify("live", "request", "text").done();
}

#[cfg(unix)]
#[test]
fn secrets_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = world();
    // `fs::copy` keeps modes, but the directories of the copy are the test's.
    world.enrol("modes");
    world.issue("attributes.json", "credential").done();
    world.run(&["issuer", "keygen", "--id", "fresh", "--name", "Fresh"]).done();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let secrets = [
        "holder/wallet.json",
        "issuer/identity-issuer/signing-key",
        "issuer/identity-issuer/service-key.pem",
        "verifier/live/request-key.pem",
        "credential",
        "enrolment",
    ];
    for name in secrets {
        assert_eq!(mode(&world.path().join(name)), 0o600, "{name}");
    }
    for directory in ["holder/prepared", "issuer/identity-issuer/tags/by-tag", "issuer/identity-issuer/challenges"] {
        for entry in fs::read_dir(world.path().join(directory)).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600, "{directory}");
        }
    }
    assert_eq!(mode(&world.path().join("issuer/fresh")), 0o700);
    let leftovers = walk(world.path()).into_iter().filter(|path| path.extension().is_some_and(|e| e == "new"));
    assert_eq!(leftovers.count(), 0);
}

fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn insecure_keys_say_so_in_their_names() {
    let world = world();
    for entry in fs::read_dir(world.path().join("keys")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(name.starts_with("INSECURE-development-"), "{name}");
    }
    let directory = world.path().to_str().unwrap();
    let text = program(&["--dir", directory, "trust", "show"]).done().out;
    assert!(text.contains("INSECURE"), "{text}");
}

#[test]
fn the_holder_reads_who_asks_what_before_answering() {
    let world = world();
    world.request("live", "request").done();
    let (directory, now) = (world.path().to_str().unwrap(), NOW.to_string());
    let (request, out) = (world.file("request"), world.file("presentation"));
    let present = ["holder", "present", "--request", &request, "--out", &out];
    let common = ["--dir", directory, "--now", &now, "--insecure-development-keys"];
    let said = program(&[&present[..], &common[..]].concat()).done();
    for expected in ["平台", "live", "account-opening:1", "birth_date is at least 18 years ago", ENDPOINT] {
        assert!(said.err.contains(expected), "{expected} in {}", said.err);
    }
}

#[test]
fn inspect_explains_every_file_and_hides_secrets() {
    let world = world();
    world.request("live", "request").done();
    world.present("request", "presentation").done();
    let prepared = fs::read_dir(world.path().join("holder/prepared")).unwrap().next().unwrap().unwrap().path();
    let prepared = prepared.strip_prefix(world.path()).unwrap().to_str().unwrap().to_owned();
    let kinds = [
        ("challenge", "challenge"),
        ("enrolment", "enrolment"),
        ("credential", "credential"),
        (prepared.as_str(), "prepared credential"),
        ("request", "request"),
        ("presentation", "presentation"),
        ("trust.json", "trust bundle"),
        ("holder/wallet.json", "wallet"),
        ("issuer/identity-issuer/registration.json", "issuer registration"),
        ("verifier/live/registration.json", "verifier registration"),
        ("keys/INSECURE-development-range.vk", "verifying key"),
        ("keys/INSECURE-development-range.pk", "proving key"),
    ];
    for (name, kind) in kinds {
        let hidden = world.run(&["inspect", &world.file(name)]).done();
        assert_eq!(hidden.json()["kind"], kind);
        assert!(!hidden.out.contains("11010519491231002X"), "{name}");
    }
    for (file, kind) in [("../policies/ride-hailing.json", "policy"), ("../schemas/cn-realname.json", "schema")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert_eq!(world.run(&["inspect", path.to_str().unwrap()]).done().json()["kind"], kind);
    }
    let shown = world.run(&["inspect", "--reveal", &world.file("credential")]).done();
    assert!(shown.out.contains("11010519491231002X"));
    let seed = |arguments: &[&str]| world.run(arguments).done().json()["facts"]["seed"].clone();
    let wallet = world.file("holder/wallet.json");
    assert_ne!(seed(&["inspect", &wallet]), seed(&["inspect", "--reveal", &wallet]));
}

#[test]
fn the_environment_names_the_directory() {
    let world: World = world();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_shiming"))
        .args(["trust", "show", "--json"])
        .env("SHIMING_DIR", world.path())
        .output()
        .unwrap();
    assert!(output.status.success());
}

#[test]
fn two_credentials_of_one_person_answer_together() {
    let world = world();
    let keygen = ["issuer", "keygen", "--id", "card-network", "--name", "Cards", "--schemas", "cn-bank-card"];
    world.run(&keygen).done();
    world.run(&["trust", "add", "issuer", &world.file("issuer/card-network/registration.json")]).done();
    let shop = ["verifier", "keygen", "--id", "shop", "--name", "商店", "--endpoint", "https://shop.example/pay"];
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/payment-two-credentials.json");
    let account = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json");
    world.run(&[&shop[..], &["--purpose", policy, account]].concat()).done();
    world.run(&["trust", "add", "verifier", &world.file("verifier/shop/registration.json")]).done();
    world.run(&["verifier", "request", "--id", "shop", "--policy", policy, "--out", &world.file("request")]).done();
    assert_eq!(world.present("request", "presentation").code(1), "no-fitting-credential");

    let card = json!({
        "document_number": "11010519491231002X", "card_digest": "CQkJCQkJCQkJCQkJCQkJCQ", "card_valid_until": 20_291_231,
        "issuer_country": 156, "verified": 1, "card_type": 1
    });
    world.write("card.json", card.to_string().as_bytes());
    let (challenge, enrolment, attributes, credential) =
        (world.file("challenge"), world.file("enrolment"), world.file("card.json"), world.file("card"));
    world.run(&["issuer", "challenge", "--id", "card-network", "--case", "card-1", "--out", &challenge]).done();
    world.run(&["holder", "enrol", "--challenge", &challenge, "--out", &enrolment]).done();
    let files = ["--enrolment", &enrolment, "--attributes", &attributes, "--out", &credential];
    world.run(&[&["issuer", "issue", "--id", "card-network", "--case", "card-1"], &files[..]].concat()).done();
    world.run(&["holder", "prepare", "--credential", &credential]).done();
    world.present("request", "presentation").done();
    let verdict = world.verify("shop", "request", "presentation").done().json();
    assert_eq!(verdict["issuers"], json!(["identity-issuer", "card-network"]));
}
