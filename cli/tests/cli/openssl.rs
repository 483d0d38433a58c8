//! The whole way with the `openssl` command line as the issuer's device: the commands are those that the program prints.

use crate::device::{ID, Outside};
use shiming::signature::Algorithm;
use std::process::Command;

/// Whether the tool is here. Without it these tests say so and check nothing; `.ci/run` installs it.
fn is_missing() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: there is no openssl command here");
    }
    !found
}

/// Runs a command of the shell in the world's directory.
fn shell(outside: &Outside, command: &str) {
    let output = Command::new("sh").args(["-c", command]).current_dir(outside.world.path()).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An issuer whose key openssl made, before registration.
fn outside(algorithm: Algorithm) -> Outside {
    let outside = Outside::new(algorithm);
    let curve = match algorithm {
        Algorithm::Es256 => "P-256",
        Algorithm::Sm2 => "SM2",
    };
    shell(&outside, &format!("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out key.pem"));
    shell(&outside, "openssl pkey -in key.pem -pubout -out public");
    outside
}

fn whole_way(algorithm: Algorithm, digest: &[&str]) {
    if is_missing() {
        return;
    }
    let outside = outside(algorithm);
    issue(&outside, digest);
    assert_eq!(outside.answer()["issuers"], serde_json::json!([ID]));
}

/// Registration, draft and credential, each with openssl's signatures; the credential is in `signed`.
fn issue(outside: &Outside, digest: &[&str]) {
    let said = outside.begin(digest).done().json();
    shell(outside, said["sign_with"].as_str().unwrap());
    let proof = outside.world.read("message.sig");
    assert_eq!(proof.first(), Some(&0x30), "openssl writes DER");
    outside.finish(&proof).done();
    outside.trust().done();
    let said = outside.draft("case-1", digest).done().json();
    assert_eq!(outside.world.read("tbs").len(), if digest.is_empty() { 108 } else { 32 });
    for command in said["sign_with"].as_array().unwrap() {
        shell(outside, command.as_str().unwrap());
    }
    outside.attach_files().done();
}

/// A credential that openssl signed, prepared and presented in zero knowledge.
fn in_zero_knowledge(algorithm: Algorithm, suite: &str) {
    if is_missing() {
        return;
    }
    let outside = outside(algorithm);
    let world = &outside.world;
    world.run(&["setup", "--suites", suite]).done();
    world.run(&["trust", "add", "relations"]).done();
    issue(&outside, &[]);

    let prepare = || world.run(&["holder", "prepare", "--credential", &world.file("signed")]);
    let key = format!("keys/INSECURE-development-credential-{suite}.pk");
    let good = world.read(&key);
    let mut poisoned = good.clone();
    poisoned[good.len() / 2] ^= 1;
    world.write(&key, &poisoned);
    let said = prepare();
    assert_eq!(said.code(2), "bad-file");
    assert!(said.out.contains("digest") && said.out.contains(&key));
    world.write(&key, &good);
    prepare().done();

    world.request_by(ID, &["zk"], "request");
    world.present("request", "answer").done();
    assert_eq!(world.read("answer").len(), 949);
    let verdict = world.verify("live", "request", "answer").done().json();
    assert_eq!(verdict["path"], "zk");
    assert_eq!(verdict["issuers"], serde_json::json!([ID]));
    assert_eq!(world.verify("live", "request", "answer").code(1), "replayed");
    world.request_by(ID, &["zk"], "second");
    assert_eq!(world.verify("live", "second", "answer").code(1), "sigma-invalid");
}

#[test]
fn a_credential_that_openssl_signed_with_sm2_is_presented_in_zero_knowledge() {
    in_zero_knowledge(Algorithm::Sm2, "sm2-sm3");
}

/// `cargo test --release -p shiming-cli --test cli -- --ignored openssl_signed_with_es256`
#[test]
#[ignore = "tens of seconds, and the same way as with SM2; run by name"]
fn a_credential_that_openssl_signed_with_es256_is_presented_in_zero_knowledge() {
    in_zero_knowledge(Algorithm::Es256, "es256");
}

#[test]
fn openssl_signs_with_sm2_under_explicit_identifiers() {
    whole_way(Algorithm::Sm2, &[]);
}

#[test]
fn openssl_signs_with_es256() {
    whole_way(Algorithm::Es256, &[]);
}

#[test]
fn openssl_signs_digests_with_sm2() {
    whole_way(Algorithm::Sm2, &["--digest"]);
}

#[test]
fn openssl_signs_digests_with_es256() {
    whole_way(Algorithm::Es256, &["--digest"]);
}

#[test]
fn openssl_under_another_identifier_or_swapped_is_refused() {
    if is_missing() {
        return;
    }
    let outside = outside(Algorithm::Sm2);
    let said = outside.begin(&[]).done().json();
    let command = said["sign_with"].as_str().unwrap();
    shell(&outside, &command.replace("shiming-tbs:bureau", "1234567812345678"));
    assert_eq!(outside.finish(&outside.world.read("message.sig")).code(1), "possession-invalid");
    shell(&outside, command);
    outside.finish(&outside.world.read("message.sig")).done();
    outside.trust().done();
    let said = outside.draft("case-1", &[]).done().json();
    let commands: Vec<&str> = said["sign_with"].as_array().unwrap().iter().filter_map(|c| c.as_str()).collect();
    let [tbs, sd_jwt] = commands[..] else { panic!("two commands, not {commands:?}") };
    shell(&outside, &tbs.replace("shiming-tbs:bureau", "1234567812345678"));
    shell(&outside, sd_jwt);
    assert_eq!(outside.attach_files().code(1), "tbs-signature-invalid");
    shell(&outside, tbs);
    shell(&outside, "mv tbs.sig swap && mv sd-jwt.sig tbs.sig && mv swap sd-jwt.sig");
    assert_eq!(outside.attach_files().code(1), "tbs-signature-invalid");
    shell(&outside, "mv tbs.sig swap && mv sd-jwt.sig tbs.sig && mv swap sd-jwt.sig");
    outside.attach_files().done();
}
