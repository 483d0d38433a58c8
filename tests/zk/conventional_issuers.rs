//! Who signed a conventional answer: type, issuer, window and key of its SD-JWT, and what the trust bundle says about the key.

use crate::{forge::*, rejections::scene, world::*};
use serde_json::{Value, json};
use shiming::{
    codec::to_base64url,
    conventional::{
        ConventionalFault,
        sd_jwt::{HashAlgorithm, JwtFault, SdJwt, SdJwtError},
    },
    credential::{Credential, CredentialError},
    danger,
    issuer::Issuer,
    registry::{BundleDocument, IssuerKeyBytes, IssuerKeyId, TrustError},
    signature::{Algorithm, Jwk, RawSignature, SignatureError, SigningKey},
    verdict::{HolderFault, IssuerFault, Rejection, Verdict},
};

fn answered(sd_jwt: &SdJwt) -> Result<Verdict, Rejection> {
    shown(sd_jwt, PLAIN, &PLAIN_NAMES)
}

fn plain(name: &str, value: Value) -> Result<Verdict, Rejection> {
    answered(&sealed().plain(name, value).sign())
}

#[test]
fn the_unchanged_parts_are_accepted() {
    assert!(answered(&sealed().sign()).is_ok());
}

#[test]
fn another_vct_is_the_wrong_type() {
    for vct in ["urn:shiming:cn-bank-card:1", "urn:shiming:cn-realname:2", "urn:shiming:cn-realname:1 ", ""] {
        assert_eq!(plain("vct", json!(vct)), refused(ConventionalFault::WrongType), "{vct}");
    }
}

#[test]
fn another_iss_than_the_owner_of_the_key_is_the_wrong_issuer() {
    for iss in ["network", "ministry", "authority2", "Authority"] {
        assert_eq!(plain("iss", json!(iss)), refused(ConventionalFault::WrongIssuer), "{iss}");
    }
}

#[test]
fn the_window_of_the_sd_jwt_counts_both_its_ends() {
    let window = |nbf: i64, exp: i64| {
        answered(&sealed().plain("nbf", json!(NOW.plus(nbf))).plain("exp", json!(NOW.plus(exp))).sign())
    };
    assert!(window(0, 0).is_ok());
    assert_eq!(window(-2, -1), refused(ConventionalFault::Expired));
    assert_eq!(window(1, 2), refused(ConventionalFault::NotYetValid));
    assert_eq!(window(1, -1), refused(ConventionalFault::Claims), "ends before it begins");
}

#[test]
fn the_plain_claims_are_exactly_five_each_of_its_form() {
    let claims = refused(ConventionalFault::Claims);
    for name in ["vct", "iss", "nbf", "exp", "cnf"] {
        let mut without = sealed();
        without.plain.remove(name);
        assert_eq!(answered(&without.sign()), claims, "without {name}");
        for value in [json!({}), json!([]), json!(true), json!(1.5)] {
            assert_eq!(plain(name, value), claims, "{name}");
        }
    }
    for (name, value) in [("sub", json!("11010519491231002X")), ("status", json!({})), ("iat", json!(NOW))] {
        assert_eq!(plain(name, value), claims, "{name}");
    }
    for name in ["nbf", "exp"] {
        assert_eq!(plain(name, json!("1795320000")), claims, "{name} as text");
    }
}

#[test]
fn a_plain_claim_is_no_disclosure() {
    let forged = sealed().plain("birth_date", json!("1949-12-31"));
    let claims = forged.claims.iter().filter(|(name, _)| name != "birth_date").cloned().collect();
    let forged = Sealed { claims, ..forged }.sign();
    let without: Vec<&str> = PLAIN_NAMES.into_iter().filter(|name| *name != "birth_date").collect();
    assert_eq!(shown(&forged, PLAIN, &without), refused(ConventionalFault::Claims));
}

#[test]
fn a_confirmed_key_of_another_algorithm_or_off_its_curve_is_no_binding_key() {
    let sm2 = SigningKey::from_bytes(Algorithm::Sm2, &[9; 32]).unwrap().public_key();
    assert_eq!(plain("cnf", json!({ "jwk": Jwk::from(&sm2) })), refused(ConventionalFault::BindingKey));
    let mut off_curve = scene().adult.credential().sd_jwt().unverified_claims().unwrap()["cnf"].clone();
    off_curve["jwk"]["y"] = off_curve["jwk"]["x"].clone();
    assert_eq!(plain("cnf", off_curve.clone()), refused(ConventionalFault::BindingKey));
    off_curve["jwk"]["kty"] = json!("OKP");
    assert_eq!(plain("cnf", off_curve.clone()), refused(ConventionalFault::BindingKey));
    off_curve["jwk"]["d"] = off_curve["jwk"]["x"].clone();
    assert_eq!(plain("cnf", off_curve), refused(ConventionalFault::Claims), "a private key");
}

/// The scene's SD-JWT under another header, signed by the authority.
fn under(header: &str) -> Result<Verdict, Rejection> {
    let text = scene().adult.credential().sd_jwt().to_text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let payload = jwt.split('.').nth(1).unwrap();
    let input = format!("{}.{payload}", to_base64url(header.as_bytes()));
    let signature = sd_jwt_key(&scene().world.authority).sign(input.as_bytes()).unwrap();
    let text = format!("{input}.{}~{rest}", to_base64url(signature.as_bytes()));
    answered(&SdJwt::parse(&text).unwrap())
}

#[test]
fn a_kid_that_is_no_key_id_is_the_holders_fault_and_an_unknown_one_is_an_unknown_key() {
    let kid = scene().world.authority.key_id().to_identifier();
    assert!(under(&format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"dc+sd-jwt"}}"#)).is_ok());
    assert_eq!(under(r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#), refused(ConventionalFault::KeyId));
    for kid in ["", "authority", &kid.as_str()[1..], &format!("{kid}=")] {
        let header = format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"dc+sd-jwt"}}"#);
        assert_eq!(under(&header), refused(ConventionalFault::KeyId), "{kid}");
    }
    let unknown = to_base64url(&[7; 32]);
    let header = format!(r#"{{"alg":"ES256","kid":"{unknown}","typ":"dc+sd-jwt"}}"#);
    assert_eq!(under(&header), Err(IssuerFault::UnknownIssuerKey.into()));
}

#[test]
fn the_hash_goes_with_the_issuers_algorithm() {
    let mixed = Sealed { hash: HashAlgorithm::Sm3, ..sealed() };
    assert_eq!(answered(&mixed.sign()), refused(ConventionalFault::Hash));
}

/// A credential file with one member changed.
fn edited(credential: &Credential, change: impl FnOnce(&mut Value)) -> Credential {
    let mut file: Value = serde_json::from_slice(&credential.to_json().unwrap()).unwrap();
    change(&mut file);
    Credential::from_json(&serde_json::to_vec(&file).unwrap(), scene().world.trust.schemas()).unwrap()
}

#[test]
fn a_credential_under_an_issuers_own_key_in_anothers_name_is_nobodys() {
    let world = World::new();
    let credential = world.issue(&world.bureau, &World::wallet(3), ADULT.attributes(&world.trust)).unwrap();
    assert_eq!(credential.verify(&world.trust, NOW), Ok(()));
    let twin = Sealed::of(&credential, &world.bureau).plain("iss", json!("authority")).sign();
    let forged = edited(&credential, |file| {
        file["issuer"] = json!("authority");
        file["sd_jwt"] = json!(twin.to_text());
    });
    assert_eq!(forged.verify(&world.trust, NOW), Err(CredentialError::Trust(TrustError::UnknownKey)));
}

#[test]
fn a_cut_out_age_over_18_is_noticed_before_the_wallet_shows_a_date_of_birth() {
    let (world, adult) = (&scene().world, scene().adult.credential());
    let flag = adult.sd_jwt().disclosures().iter().find(|d| d.name() == "age_over_18").unwrap().as_str();
    let cut = adult.sd_jwt().to_text().replace(&format!("{flag}~"), "");
    let tampered = edited(adult, |file| file["sd_jwt"] = json!(cut));
    assert_eq!(tampered.verify(&world.trust, NOW), Err(CredentialError::TwinDiffers));
}

#[test]
fn the_kid_finds_the_key_and_only_the_registered_key_verifies() {
    let invalid = |key: SigningKey| answered(&Sealed { key, ..sealed() }.sign());
    let signature = refused(ConventionalFault::SdJwt(SdJwtError::Issuer(JwtFault::Signature(SignatureError::Invalid))));
    assert_eq!(invalid(sd_jwt_key(&scene().world.network)), signature);
    assert_eq!(invalid(sd_jwt_key(&scene().world.bureau)), signature);
    assert_eq!(invalid(SigningKey::Es256(es256(1))), signature, "the issuer's service key");
    assert_eq!(invalid(binding_key(&scene().wallet, scene().adult.credential())), signature, "the holder's key");
    let mismatch = refused(ConventionalFault::SdJwt(SdJwtError::Issuer(JwtFault::AlgorithmMismatch)));
    assert_eq!(invalid(sd_jwt_key(&scene().world.ministry)), mismatch);
}

#[test]
fn the_key_of_an_issuer_that_the_policy_does_not_name_is_not_permitted() {
    let world = &scene().world;
    let (key, kid) = (sd_jwt_key(&world.network), world.network.key_id().to_identifier());
    let forged = Sealed { key, kid, ..sealed() }.plain("iss", json!("network")).sign();
    assert_eq!(answered(&forged), Err(HolderFault::IssuerNotPermitted.into()));
}

/// The verdict on a good answer of the scene's adult in a world whose trust bundle was changed.
fn in_world(change: impl FnOnce(&mut BundleDocument)) -> Result<Verdict, Rejection> {
    let pending = scene().world.ask(PLAIN);
    let answer = alone(&bind(scene().adult.credential().sd_jwt(), &PLAIN_NAMES, &pending));
    World::changed(change).verify(&pending, &answer)
}

#[test]
fn the_trust_bundle_decides_when_and_for_what_a_key_is_accepted() {
    assert!(in_world(|_| {}).is_ok());
    let late = in_world(|document| document.issuers[0].keys[0].not_after = NOW.plus(-1));
    assert_eq!(late, Err(IssuerFault::IssuerKeyExpired.into()));
    let early = in_world(|document| document.issuers[0].keys[0].not_before = NOW.plus(1));
    assert_eq!(early, Err(IssuerFault::IssuerKeyNotYetValid.into()));
    let cards = in_world(|document| document.issuers[0].keys[0].schemas = vec![id("cn-bank-card")]);
    assert_eq!(cards, Err(IssuerFault::SchemaNotAuthorised.into()));
    let removed = in_world(|document| document.issuers[0].keys.clear());
    assert_eq!(removed, Err(IssuerFault::UnknownIssuerKey.into()));
    let gone = in_world(|document| drop(document.issuers.remove(0)));
    assert_eq!(gone, Err(IssuerFault::UnknownIssuerKey.into()));
}

#[test]
fn another_registered_key_for_sd_jwts_does_not_verify_the_old_ones() {
    let changed = in_world(|document| {
        document.issuers[0].keys[0].sd_jwt = Some(SigningKey::Es256(es256(99)).public_key());
    });
    let signature = SdJwtError::Issuer(JwtFault::Signature(SignatureError::Invalid));
    assert_eq!(changed, Err(sd_jwt_fault(signature).into()));
}

/// A credential of an issuer, and what an answer with it becomes in a changed world.
fn of(issuer: &Issuer, algorithm: Algorithm, change: impl FnOnce(&mut BundleDocument)) -> Result<Verdict, Rejection> {
    let (world, wallet) = (World::new(), World::wallet(1));
    let credential = world.issue(issuer, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let pending = world.ask(PLAIN);
    let key = danger::insecure_binding_key(&wallet, &credential, algorithm).unwrap();
    let answer = alone(&Binding::to(&pending, key).bind(credential.sd_jwt(), &PLAIN_NAMES));
    World::changed(change).verify(&pending, &answer)
}

#[test]
fn a_bad_proof_of_possession_costs_its_issuer_and_nobody_else() {
    let world = &scene().world;
    let broken = |index: usize| {
        move |document: &mut BundleDocument| {
            let possession = &mut document.issuers[index].keys[0].possession;
            let mut bytes = *possession.unwrap().as_bytes();
            bytes[63] ^= 1;
            *possession = Some(RawSignature::from_bytes(bytes));
        }
    };
    let invalid = Err(IssuerFault::InvalidIssuerKey.into());
    assert!(of(&world.ministry, Algorithm::Sm2, |_| {}).is_ok());
    assert_eq!(of(&world.ministry, Algorithm::Sm2, broken(2)), invalid);
    assert!(of(&world.bureau, Algorithm::Es256, broken(2)).is_ok());
    assert_eq!(of(&world.bureau, Algorithm::Es256, broken(3)), invalid);
    assert!(of(&world.ministry, Algorithm::Sm2, broken(3)).is_ok());
    assert!(in_world(broken(2)).is_ok());
}

#[test]
fn bytes_that_are_no_point_cost_their_issuer_and_nobody_else() {
    // The id of a key is of its bytes, so the answer has to name the bad one.
    for (index, bytes) in [(0, [0xff; 64]), (2, [0; 64]), (2, [1; 64]), (3, [0; 64]), (3, [0xff; 64])] {
        let bad = IssuerKeyBytes::from_bytes(bytes);
        let mut kid = None;
        let changed = World::changed(|document| {
            let key = &mut document.issuers[index].keys[0];
            key.key = bad;
            kid = Some(IssuerKeyId::of(key.suite, &bad, key.distid.as_ref()));
        });
        let pending = scene().world.ask(PLAIN);
        let answer = |sd_jwt: &SdJwt| alone(&bind(sd_jwt, &PLAIN_NAMES, &pending));
        let forged = Sealed { kid: kid.unwrap().to_identifier(), ..sealed() }.sign();
        assert_eq!(changed.verify(&pending, &answer(&forged)), Err(IssuerFault::InvalidIssuerKey.into()), "{index}");
        if index != 0 {
            assert!(changed.verify(&pending, &answer(&sealed().sign())).is_ok(), "{index}");
        }
    }
}

#[test]
fn a_credential_of_another_issuer_of_the_same_person_is_told_by_its_issuer() {
    let world = &scene().world;
    let verdict = of(&world.bureau, Algorithm::Es256, |_| {}).unwrap();
    assert_eq!(verdict.issuers(), [id("bureau")]);
    assert!(verdict.several_issuers_acceptable());
}

#[test]
fn a_credential_that_says_another_suite_than_its_key_is_refused_by_its_holder() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let credential = world.issue(&world.bureau, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let mut file: Value = serde_json::from_slice(&credential.to_json().unwrap()).unwrap();
    file["suite"] = json!("sm2-sm3");
    let relabelled = Credential::from_json(&serde_json::to_vec(&file).unwrap(), world.trust.schemas()).unwrap();
    let error = shiming::holder::accept(&wallet, &relabelled, &world.trust, NOW).unwrap_err();
    assert!(error.to_string().contains("another suite"), "{error}");
}
