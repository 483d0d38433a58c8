//! Bad files and bad arguments: exit 2, a code, and nothing half done.

use crate::world::{program, world};

#[test]
fn unknown_commands_and_arguments_are_usage_errors() {
    assert_eq!(program(&["sign"]).exit, 2);
    assert_eq!(program(&["holder", "present"]).exit, 2);
    assert_eq!(program(&[]).exit, 2);
    assert_eq!(program(&["sign", "--json"]).code(2), "usage");
    assert_eq!(
        program(&["issuer", "challenge", "--id", "has space", "--case", "c", "--out", "x", "--json"]).code(2),
        "usage"
    );
    assert_eq!(program(&["--help"]).exit, 0);
    assert_eq!(program(&["--version"]).exit, 0);
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused() {
    let world = world();
    world.request("live", "request").done();
    let request = world.read("request");
    let credential = world.read("credential");
    let cases: [(&str, Vec<u8>); 7] = [
        ("another kind", credential.clone()),
        ("truncated", request[..request.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("oversized", vec![b'{'; 100_000]),
        ("oversized text", vec![b'A'; 100_000]),
        ("not UTF-8", vec![0xff; 100]),
        ("text of nothing", b"AAAA".to_vec()),
    ];
    for (what, bytes) in &cases {
        world.write("bad", bytes);
        assert_eq!(world.present("bad", "presentation").code(2), "bad-file", "{what}");
        assert!(!world.path().join("presentation").exists());
    }
    let cases: [(&str, Vec<u8>); 5] = [
        ("another kind", request.clone()),
        ("truncated", credential[..credential.len() - 1].to_vec()),
        ("trailing", [credential.as_slice(), b"x"].concat()),
        ("oversized", vec![b' '; 20_000]),
        ("not UTF-8", [&[b'{', 0xff], &credential[1..]].concat()),
    ];
    for (what, bytes) in &cases {
        let path = world.write("bad", bytes);
        let said = world.run(&["holder", "prepare", "--credential", path.to_str().unwrap()]);
        assert_eq!(said.code(2), "bad-file", "{what}");
        assert!(!said.out.contains("11010519491231002X"));
    }
    world.write("bad", &vec![b'{'; 70_000]);
    assert_eq!(world.verify("live", "request", "bad").code(2), "bad-file");
    assert_eq!(world.verify("live", "credential", "bad").code(2), "bad-file");
    world.write("bad", &[0xff; 40]);
    assert_eq!(world.run(&["inspect", &world.file("bad")]).code(2), "unknown-object");
    assert_eq!(world.run(&["inspect", &world.file("nothing")]).code(2), "io");
}

#[test]
fn a_poisoned_proving_key_is_refused() {
    let world = world();
    world.request("live", "request").done();
    let name = "keys/INSECURE-development-credential-native.pk";
    let mut key = world.read(name);
    let middle = key.len() / 2;
    key[middle] ^= 1;
    world.write(name, &key);
    assert_eq!(world.present("request", "presentation").code(2), "bad-file");
}

#[test]
fn a_changed_verifying_key_is_refused() {
    let world = world();
    let other = world.read("keys/INSECURE-development-tag.vk");
    world.write("keys/INSECURE-development-range.vk", &other);
    assert_eq!(world.request("live", "request").code(2), "bad-file");
}

#[test]
fn what_must_not_be_overwritten_is_not() {
    let world = world();
    let wallet = world.read("holder/wallet.json");
    assert_eq!(world.run(&["holder", "init"]).code(2), "wallet-exists");
    assert_eq!(world.read("holder/wallet.json"), wallet);
    let key = world.read("issuer/identity-issuer/signing-key");
    assert_eq!(world.run(&["issuer", "keygen", "--id", "identity-issuer", "--name", "Again"]).code(2), "io");
    assert_eq!(world.read("issuer/identity-issuer/signing-key"), key);
    let registration = world.file("issuer/identity-issuer/registration.json");
    assert_eq!(world.run(&["trust", "add", "issuer", &registration]).code(2), "already-trusted");
    let before = world.run(&["trust", "show"]).done().json()["trust"]["version"].as_u64().unwrap();
    let after = world.run(&["trust", "add", "issuer", "--replace", &registration]).done().json()["version"].as_u64();
    assert_eq!(after, Some(before + 1));
}

#[test]
fn what_is_missing_is_named_with_the_command_that_makes_it() {
    let directory = tempfile::TempDir::new().unwrap();
    let run =
        |arguments: &[&str]| program(&[arguments, &["--dir", directory.path().to_str().unwrap(), "--json"]].concat());
    let cases: [(&[&str], &str, &str); 5] = [
        (&["trust", "add", "relations"], "key-missing", "shiming setup"),
        (&["trust", "show"], "no-trust-bundle", "shiming trust add"),
        (&["issuer", "challenge", "--id", "x", "--case", "c", "--out", "x"], "no-issuer", "issuer keygen"),
        (
            &["verifier", "verify", "--id", "x", "--request", "x", "--presentation", "x"],
            "no-verifier",
            "verifier keygen",
        ),
        (&["issuer", "keygen", "--id", "x", "--name", "x", "--schemas", "none"], "unknown-schema", "cn-realname"),
    ];
    for (arguments, code, advice) in cases {
        let said = run(arguments);
        assert_eq!(said.code(2), code);
        assert!(said.out.contains(advice), "{}", said.out);
    }
}

#[test]
fn a_verifier_asks_only_what_it_is_registered_for() {
    let world = world();
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/ride-hailing.json");
    let out = world.file("request");
    let said = world.run(&["verifier", "request", "--id", "live", "--policy", policy, "--out", &out]);
    assert_eq!(said.code(2), "purpose-not-registered");
    let registered = include_str!("../../../policies/account-opening.json");
    let more = registered.replace(r#""disclose": []"#, r#""disclose": ["document_number"]"#);
    world.write("more.json", more.as_bytes());
    let said = world.run(&["verifier", "request", "--id", "live", "--policy", &world.file("more.json"), "--out", &out]);
    assert_eq!(said.code(2), "purpose-mismatch");
    // Registered, but not yet in the bundle; nobody else can be registered.
    let register = |id: &str| world.run(&["verifier", "register", "--id", id, "--purpose", policy]);
    assert!(register("live").done().json()["purposes"]["ride-hailing:1"].is_string());
    let ride = || world.run(&["verifier", "request", "--id", "live", "--policy", policy, "--out", &out]);
    assert_eq!(ride().code(2), "purpose-not-registered");
    let registration = world.file("verifier/live/registration.json");
    world.run(&["trust", "add", "verifier", "--replace", &registration]).done();
    ride().done();
    assert_eq!(register("nobody").code(2), "no-verifier");
    let keygen = ["verifier", "keygen", "--id", "twice", "--name", "x", "--endpoint", "https://x.example", "--purpose"];
    let account = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json");
    let said = world.run(&[&keygen[..], &[account, &world.file("more.json")]].concat());
    assert_eq!(said.code(2), "policy-invalid");
    world.write("policy.json", br#"{"id":"account-opening:1","credentials":[],"paths":["zk"],"paths":["zk"]}"#);
    let said =
        world.run(&["verifier", "request", "--id", "live", "--policy", &world.file("policy.json"), "--out", &out]);
    assert_eq!(said.code(2), "bad-file");
}
