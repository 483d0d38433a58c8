//! The `openssl` command line signs, the holder proves: hardware needs nothing that it does not have.

use crate::{flow::any_issuer, world::*};
use shiming::{
    credential::Credential,
    holder,
    issuer::{Draft, Issuer, default_distid},
    registry::{IssuerKeyBytes, IssuerKeyDocument, IssuerKeyId, possession_message},
    signature::{Algorithm, JOSE_DISTID, PublicKey, RawSignature},
    suite::{Suite, TbsSignature},
};
use std::{fs, path::Path, process::Command};

fn openssl(arguments: &[&str]) -> bool {
    Command::new("openssl").args(arguments).output().is_ok_and(|output| output.status.success())
}

/// A signature by the command line over bytes, DER.
fn sign(folder: &Path, suite: Suite, distid: &str, message: &[u8]) -> RawSignature {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(path("message"), message).unwrap();
    let (key, out, input) = (path("key.pem"), path("signature"), path("message"));
    let distid = format!("distid:{distid}");
    let signed = match suite {
        Suite::Sm2Sm3 => openssl(&["dgst", "-sm3", "-sign", &key, "-sigopt", &distid, "-out", &out, &input]),
        _ => openssl(&["dgst", "-sha256", "-sign", &key, "-out", &out, &input]),
    };
    assert!(signed);
    RawSignature::from_raw_or_der(&fs::read(path("signature")).unwrap()).unwrap()
}

fn whole_story(suite: Suite, curve: &[&str]) {
    if !openssl(&["version"]) {
        println!("SKIPPED: there is no openssl command line");
        return;
    }
    let folder = std::env::temp_dir().join(format!("shiming-own-keys-{suite}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    assert!(openssl(&[&["genpkey"], curve, &["-out", &path("key.pem")]].concat()));
    assert!(openssl(&["pkey", "-in", &path("key.pem"), "-pubout", "-out", &path("key.pub")]));
    let public = PublicKey::from_spki_pem(&fs::read_to_string(path("key.pub")).unwrap()).unwrap();

    // Registration, with the proof of possession by the same command.
    let name = id("bureau");
    let key = IssuerKeyBytes::from_bytes(public.to_point_bytes());
    let distid = (suite == Suite::Sm2Sm3).then(|| default_distid(&name).unwrap());
    let key_id = IssuerKeyId::of(suite, &key, distid.as_ref());
    let tbs_distid = distid.as_ref().map_or("", |distid| distid.as_str()).to_owned();
    let possession = Some(sign(&folder, suite, &tbs_distid, &possession_message(&name, &key_id)));
    let world = World::changed(|document| {
        let entry = document.issuers.iter_mut().find(|issuer| issuer.id == name).unwrap();
        let window = (entry.keys[0].not_before, entry.keys[0].not_after);
        let (not_before, not_after) = window;
        let schemas = vec![id("cn-realname")];
        entry.keys =
            vec![IssuerKeyDocument { key, suite, distid, sd_jwt: None, possession, schemas, not_before, not_after }];
    });
    let algorithm = public.algorithm();
    assert_eq!(algorithm == Algorithm::Sm2, suite == Suite::Sm2Sm3);
    let issuer = Issuer::external(name, key_id, algorithm, es256(4));

    // Both inputs leave, both signatures come back.
    let wallet = World::wallet(1);
    let credential: Credential = {
        let rng = &mut *world.rng();
        let challenge = issuer.challenge(&id("case-1"), world.now, rng).unwrap();
        let enrolment = holder::enrol(&wallet, challenge, &world.trust, keys(), world.now, rng).unwrap();
        let enrolled = issuer.check_enrolment(&enrolment, &id("case-1"), &world.trust, world.now, rng).unwrap();
        let attributes = ADULT.attributes(&world.trust);
        let draft = issuer
            .draft(enrolled, attributes, &world.trust, &world.enrolments, &world.bureau_tags, world.now, rng)
            .unwrap();
        let draft = Draft::from_json(&draft.to_json().unwrap(), world.trust.schemas()).unwrap();
        let tbs = sign(&folder, suite, &tbs_distid, draft.tbs().unwrap().as_bytes());
        let sd_jwt = sign(&folder, suite, JOSE_DISTID, draft.sd_jwt_signing_input());
        draft.attach(TbsSignature::External(tbs), sd_jwt, &world.trust, world.now).unwrap()
    };
    let prepared = world.prepare(&wallet, credential).unwrap();
    let pending = world.ask(&any_issuer());
    let answer = world.answer(&wallet, &[&prepared], &pending);
    let verdict = world.verify(&pending, &answer).unwrap();
    assert_eq!(verdict.issuers(), [id("bureau")]);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_credential_that_openssl_signed_with_sm2_is_proved_in_zero_knowledge() {
    whole_story(Suite::Sm2Sm3, &["-algorithm", "SM2"]);
}

#[test]
fn a_credential_that_openssl_signed_with_es256_is_proved_in_zero_knowledge() {
    whole_story(Suite::Es256, &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
}
