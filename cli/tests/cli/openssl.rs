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
    let said = outside.begin(digest).done().json();
    shell(&outside, said["sign_with"].as_str().unwrap());
    let proof = outside.world.read("message.sig");
    assert_eq!(proof.first(), Some(&0x30), "openssl writes DER");
    outside.finish(&proof).done();
    outside.trust().done();
    let said = outside.draft("case-1", digest).done().json();
    assert_eq!(outside.world.read("tbs").len(), if digest.is_empty() { 108 } else { 32 });
    for command in said["sign_with"].as_array().unwrap() {
        shell(&outside, command.as_str().unwrap());
    }
    outside.attach_files().done();
    assert_eq!(outside.answer()["issuers"], serde_json::json!([ID]));
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
