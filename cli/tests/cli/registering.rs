//! `issuer register`: the key, its identifier, and the proof that the registrant has it.

use crate::device::{DISTID, Device, ID, JOSE, Outside};
use serde_json::{Value, json};
use shiming::signature::{Algorithm, Distid, SigningKey};

#[test]
fn the_curve_decides_the_suite_and_the_id_the_identifier() {
    for (algorithm, suite, distid) in
        [(Algorithm::Sm2, "sm2-sm3", json!(DISTID)), (Algorithm::Es256, "es256", Value::Null)]
    {
        let outside = Outside::new(algorithm);
        let said = outside.begin(&[]).done().json();
        assert_eq!((&said["suite"], &said["distid"], &said["pending"]), (&json!(suite), &distid, &json!(true)));
        let key_id = said["key_id"].clone();
        let message = outside.world.read("message");
        // The message is fixed, and the step may be repeated for the digest.
        outside.begin(&["--digest"]).done();
        let digest = match &outside.device.0 {
            SigningKey::Sm2(key) => key.public_key().digest(&Distid::parse(DISTID).unwrap(), &message).unwrap(),
            SigningKey::Es256(_) => outside.device.0.public_key().digest(&message).unwrap(),
        };
        assert_eq!(outside.world.read("message"), digest);
        let done = outside.finish(&outside.device.sign(DISTID, &message).to_der().unwrap()).done().json();
        assert_eq!((&done["key_id"], &done["distid"]), (&key_id, &distid));
        outside.trust().done();
        let bundle = outside.world.run(&["trust", "show"]).done().json();
        assert_eq!(bundle["trust"]["issuers"][1]["keys"][0]["suite"], suite);
    }
}

#[test]
fn an_identifier_of_its_own_is_registered_and_that_of_jose_is_refused() {
    let outside = Outside::new(Algorithm::Sm2);
    assert_eq!(outside.begin(&["--distid", JOSE]).code(2), "distid-jose");
    assert_eq!(outside.begin(&["--distid", "中文"]).code(2), "distid");
    assert_eq!(outside.begin(&["--distid", ""]).code(2), "distid");
    assert!(!outside.world.has("issuer/bureau"));
    let said = outside.begin(&["--distid", "it's ours"]).done().json();
    assert!(said["sign_with"].as_str().unwrap().contains(r"'distid:it'\''s ours'"), "{said}");
    let message = outside.world.read("message");
    assert_eq!(outside.finish(outside.device.sign(DISTID, &message).as_bytes()).code(1), "possession-invalid");
    outside.finish(outside.device.sign("it's ours", &message).as_bytes()).done();
    outside.trust().done();
    let outside = Outside::new(Algorithm::Es256);
    assert_eq!(outside.begin(&["--distid", "it's ours"]).code(2), "distid-without-sm2");
}

#[test]
fn possession_by_another_key_or_of_something_else_is_refused() {
    for algorithm in Algorithm::ALL {
        let outside = Outside::new(algorithm);
        outside.begin(&[]).done();
        let message = outside.world.read("message");
        let good = outside.device.sign(DISTID, &message);
        let other = Device::new(algorithm, 8).sign(DISTID, &message);
        let of_less = outside.device.sign(DISTID, &message[1..]);
        let trailing = [good.to_der().unwrap(), vec![0]].concat();
        let mut zero = *good.as_bytes();
        zero[..32].fill(0);
        let cases: [(&str, &[u8]); 6] = [
            ("possession-invalid", other.as_bytes()),
            ("possession-invalid", of_less.as_bytes()),
            ("possession-der", &trailing),
            ("possession-length", &good.as_bytes()[..63]),
            ("possession-length", b""),
            ("possession-range", &zero),
        ];
        for (code, proof) in cases {
            assert_eq!(outside.finish(proof).code(1), code);
            assert!(!outside.world.has("issuer/bureau/registration.json"));
        }
        assert_eq!(outside.world.run(&challenge(&outside)).code(2), "registration-pending");
        outside.finish(good.as_bytes()).done();
        // A proof that somebody put in afterwards is noticed when the key is to be trusted.
        let path = "issuer/bureau/registration.json";
        let mut registration: Value = serde_json::from_slice(&outside.world.read(path)).unwrap();
        registration["keys"][0]["possession"] = serde_json::to_value(other).unwrap();
        let written = outside.world.read(path);
        outside.world.write(path, registration.to_string().as_bytes());
        assert_eq!(outside.trust().code(1), "possession-invalid");
        outside.world.write(path, &written);
        outside.trust().done();
    }
}

fn challenge(outside: &Outside) -> [&'static str; 8] {
    let out: &'static str = Box::leak(outside.world.file("challenge").into_boxed_str());
    ["issuer", "challenge", "--id", ID, "--case", "c", "--out", out]
}

#[test]
fn what_a_second_step_repeats_has_to_be_the_same() {
    let outside = Outside::new(Algorithm::Sm2);
    assert_eq!(outside.finish(&[1; 64]).code(2), "no-registration");
    outside.begin(&["--schemas", "cn-realname", "--valid-days", "30"]).done();
    let message = outside.world.read("message");
    for changed in [["--schemas", "cn-bank-card"], ["--valid-days", "31"], ["--distid", "another"]] {
        assert_eq!(outside.begin(&changed).code(2), "registration-differs", "{changed:?}");
    }
    let other = Device::new(Algorithm::Sm2, 8);
    outside.world.write("public", other.jwk().as_bytes());
    assert_eq!(outside.begin(&[]).code(2), "registration-differs");
    outside.finish(outside.device.sign(DISTID, &message).as_bytes()).done();
    assert_eq!(outside.begin(&[]).code(2), "issuer-exists");
    assert_eq!(outside.finish(&[1; 64]).code(2), "no-registration");
}

#[test]
fn private_keys_and_what_is_no_key_are_refused() {
    let outside = Outside::new(Algorithm::Sm2);
    let private = outside.device.0.to_pkcs8_pem().unwrap().to_string();
    let mut jwk: Value = serde_json::from_str(&outside.device.jwk()).unwrap();
    jwk["kid"] = json!("hsm-1");
    let good = jwk.to_string();
    jwk["d"] = json!("AA");
    let mut off_curve: Value = serde_json::from_str(&outside.device.jwk()).unwrap();
    off_curve["x"] = off_curve["y"].clone();
    let cases = [
        ("private-key", private),
        ("private-key", jwk.to_string()),
        ("bad-file", off_curve.to_string()),
        ("bad-file", r#"{"kty":"EC"}"#.to_owned()),
        ("bad-file", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".to_owned()),
        ("bad-file", String::new()),
    ];
    for (code, content) in cases {
        outside.world.write("public", content.as_bytes());
        assert_eq!(outside.begin(&[]).code(2), code, "{content}");
        assert!(!outside.world.has("issuer/bureau"));
    }
    // What a JWK says of its use is no part of the key.
    outside.world.write("public", good.as_bytes());
    outside.begin(&[]).done();
}

#[test]
fn each_step_needs_its_arguments() {
    let outside = Outside::new(Algorithm::Sm2);
    let run = |more: &[&str]| outside.world.run(&[&["issuer", "register", "--id", ID], more].concat()).code(2);
    assert_eq!(run(&[]), "usage");
    assert_eq!(run(&["--name", "Bureau", "--public-key", "public"]), "usage");
    assert_eq!(run(&["--possession", "p", "--message-out", "m"]), "usage");
    assert_eq!(run(&["--possession", "p", "--digest"]), "usage");
    assert_eq!(outside.begin(&["--schemas", "none"]).code(2), "unknown-schema");
    assert!(!outside.world.has("issuer/bureau"));
}
