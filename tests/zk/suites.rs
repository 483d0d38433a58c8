//! The suites: what a local or an external key of each signs, what direct verification refuses, and what answers with it.

use crate::{
    forge::{Binding, alone},
    world::*,
};
use serde_json::{Value, json};
use shiming::{
    codec::{from_base64url, to_base64url},
    conventional::{
        ConventionalFault,
        sd_jwt::{JwtFault, SdJwtError},
    },
    credential::{Credential, CredentialError},
    danger,
    holder::{self, HolderError},
    issuer::{Draft, DraftError, IssueError, Issuer},
    ledger::{MemoryNonces, MemoryTags},
    registry::TrustError,
    schema::{AttributeFault, Attributes},
    signature::{Algorithm, Distid, RawSignature, SignatureError},
    suite::{Suite, SuiteKey, TbsSignature, TbsSignatureError},
    time::DateError,
    wallet::Wallet,
};
use shiming_circuits::slots::{SlotsError, Tbs};

const SUITES: [Suite; 3] = [Suite::Native, Suite::Sm2Sm3, Suite::Es256];
const INVALID: TbsSignatureError = TbsSignatureError::External(SignatureError::Invalid);
const RANGE: TbsSignatureError = TbsSignatureError::External(SignatureError::Range);

/// Where TBS slots begin.
const BIRTH_DATE: usize = 5 + 32 + 18 + 16;
const ACCOUNT_CLASS: usize = 96;

fn issuer_of(world: &World, suite: Suite) -> &Issuer {
    match suite {
        Suite::Native => &world.authority,
        Suite::Sm2Sm3 => &world.ministry,
        _ => &world.bureau,
    }
}

fn issued(world: &World, suite: Suite, wallet: &Wallet) -> Credential {
    world.issue(issuer_of(world, suite), wallet, ADULT.attributes(&world.trust)).unwrap()
}

/// The registered key of a suite's issuer.
fn key_of(world: &World, suite: Suite) -> SuiteKey {
    let issuer = world.trust.bundle().issuer(issuer_of(world, suite).id()).unwrap();
    issuer.keys()[0].verifying().unwrap().0
}

/// A draft of an issuer for the adult's wallet 1.
fn draft(world: &World, issuer: &Issuer) -> Draft {
    let mut rng = world.rng();
    let challenge = issuer.challenge(&id("case-1"), NOW, &mut *rng).unwrap();
    let enrolment = holder::enrol(&World::wallet(1), challenge, &world.trust, keys(), NOW, &mut *rng).unwrap();
    let enrolled = issuer.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut *rng).unwrap();
    let (nonces, tags) = (MemoryNonces::default(), MemoryTags::default());
    issuer.draft(enrolled, ADULT.attributes(&world.trust), &world.trust, &nonces, &tags, NOW, &mut *rng).unwrap()
}

fn external(signature: &TbsSignature) -> RawSignature {
    match signature {
        TbsSignature::External(signature) => *signature,
        TbsSignature::Native(_) => panic!("not of an external suite"),
    }
}

#[test]
fn a_credential_of_every_suite_is_accepted_and_reads_back() {
    let (world, wallet) = (World::new(), World::wallet(1));
    for suite in SUITES {
        let credential = issued(&world, suite, &wallet);
        assert_eq!(credential.suite(), suite);
        assert_eq!(credential.signature().to_bytes().len(), if suite == Suite::Native { 96 } else { 64 });
        assert_eq!(credential.verify(&world.trust, NOW), Ok(()));
        assert!(holder::accept(&wallet, &credential, &world.trust, NOW).is_ok());
        let again = Credential::from_json(&credential.to_json().unwrap(), world.trust.schemas()).unwrap();
        assert!(holder::accept(&wallet, &again, &world.trust, NOW).is_ok());
        let other = holder::accept(&World::wallet(2), &credential, &world.trust, NOW);
        assert!(matches!(other, Err(HolderError::OtherWallet)));
    }
}

#[test]
fn only_native_credentials_are_prepared() {
    let (world, wallet) = (World::new(), World::wallet(1));
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        let refused = world.prepare(&wallet, issued(&world, suite, &wallet)).err();
        assert!(matches!(refused, Some(HolderError::NotProvable(found)) if found == suite));
    }
}

/// What the header of a credential's SD-JWT and its payload say about algorithms.
fn algorithms(credential: &Credential) -> (String, String) {
    let text = credential.sd_jwt().to_text();
    let header: Value = serde_json::from_slice(&from_base64url(text.split('.').next().unwrap()).unwrap()).unwrap();
    let hash = credential.sd_jwt().unverified_claims().unwrap()["_sd_alg"].as_str().unwrap().to_owned();
    (header["alg"].as_str().unwrap().to_owned(), hash)
}

#[test]
fn sm2_goes_with_sm3_and_es256_with_sha_256() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let of = |suite| algorithms(&issued(&world, suite, &wallet));
    assert_eq!(of(Suite::Sm2Sm3), ("SGD_SM3_SM2".to_owned(), "sm3".to_owned()));
    assert_eq!(of(Suite::Es256), ("ES256".to_owned(), "sha-256".to_owned()));
    assert_eq!(of(Suite::Native), ("ES256".to_owned(), "sha-256".to_owned()));
}

#[test]
fn a_credential_of_every_suite_answers_and_names_one_account() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let policy = crate::forge::LINKED.replace(r#""authority""#, r#""authority", "ministry", "bureau""#);
    let account = |suite| {
        let (credential, pending) = (issued(&world, suite, &wallet), world.ask(&policy));
        let answer = world.disclose(&wallet, &[&credential], &pending);
        let verdict = world.verify(&pending, &answer).unwrap();
        assert_eq!(verdict.issuers(), [issuer_of(&world, suite).id().clone()]);
        *verdict.pseudonym().unwrap()
    };
    let accounts = SUITES.map(account);
    assert!(accounts.iter().all(|account| *account == accounts[0]));
}

#[test]
fn an_sm2_binding_is_refused_from_a_key_of_another_algorithm_or_wallet() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let (credential, pending) = (issued(&world, Suite::Sm2Sm3, &wallet), world.ask(crate::forge::PLAIN));
    let verify = |wallet: &Wallet, algorithm| {
        let key = danger::insecure_binding_key(wallet, &credential, algorithm).unwrap();
        let bound = Binding::to(&pending, key).bind(credential.sd_jwt(), &crate::forge::PLAIN_NAMES);
        world.verify(&pending, &alone(&bound))
    };
    let fault = |fault| Err(crate::forge::sd_jwt_fault(SdJwtError::KeyBinding(fault)).into());
    assert_eq!(verify(&wallet, Algorithm::Es256), fault(JwtFault::AlgorithmMismatch));
    assert_eq!(verify(&World::wallet(2), Algorithm::Sm2), fault(JwtFault::Signature(SignatureError::Invalid)));
    assert!(verify(&wallet, Algorithm::Sm2).is_ok());
}

#[test]
fn direct_verification_refuses_every_changed_byte_of_tbs_and_signature() {
    let (world, wallet) = (World::new(), World::wallet(1));
    for suite in SUITES {
        let (credential, key) = (issued(&world, suite, &wallet), key_of(&world, suite));
        let (tbs, signature) = (credential.tbs().unwrap(), credential.signature().to_bytes());
        let verify = |tbs: &[u8], signature: &[u8]| {
            let tbs = Tbs::from_bytes(tbs).map_err(|error| error.to_string())?;
            let signature = TbsSignature::from_bytes(suite, signature).map_err(|error| error.to_string())?;
            key.verify(&tbs, &signature).map_err(|error| error.to_string())
        };
        assert_eq!(verify(tbs.as_bytes(), &signature), Ok(()));
        for position in 0..tbs.as_bytes().len() {
            let mut changed = *tbs.as_bytes();
            changed[position] ^= 1;
            assert!(verify(&changed, &signature).is_err(), "{suite}: TBS byte {position}");
        }
        for position in 0..signature.len() {
            let mut changed = signature.clone();
            changed[position] ^= 1;
            assert!(verify(tbs.as_bytes(), &changed).is_err(), "{suite}: signature byte {position}");
        }
        for length in [0, 63, 65, 95, 97] {
            let refused = TbsSignature::from_bytes(suite, &vec![1; length]).err();
            assert_eq!(refused, Some(TbsSignatureError::External(SignatureError::Length)), "{suite}: {length}");
        }
    }
}

#[test]
fn a_signature_of_one_suite_is_none_of_another() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let all = SUITES.map(|suite| (issued(&world, suite, &wallet), key_of(&world, suite)));
    for (credential, of) in &all {
        for (_, key) in all.iter().filter(|(_, key)| key.suite() != of.suite()) {
            let refused = key.verify(&credential.tbs().unwrap(), credential.signature()).unwrap_err();
            let native = key.suite() == Suite::Native || of.suite() == Suite::Native;
            let expected = if native { vec![TbsSignatureError::Suite] } else { vec![INVALID, RANGE] };
            assert!(expected.contains(&refused), "{} under {}: {refused}", of.suite(), key.suite());
        }
    }
}

#[test]
fn an_sm2_tbs_signature_is_under_the_dedicated_identifier_only() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let (credential, key) = (issued(&world, Suite::Sm2Sm3, &wallet), key_of(&world, Suite::Sm2Sm3));
    let SuiteKey::Sm2Sm3 { key, distid } = key else { panic!("an SM2 key") };
    assert_eq!(distid.as_str(), "shiming-tbs:ministry");
    for other in ["1234567812345678", "shiming-tbs:bureau", "shiming-tbs:ministry1"] {
        let key = SuiteKey::Sm2Sm3 { key, distid: Distid::parse(other).unwrap() };
        let refused = credential.verify_attributes(&key);
        assert_eq!(refused, Err(CredentialError::Signature(INVALID)), "{other}");
    }
    assert_eq!(credential.verify_attributes(&SuiteKey::Sm2Sm3 { key, distid }), Ok(()));
}

/// What becomes of a fresh draft of an issuer with the signatures that `choose` makes of the good ones.
fn attached(
    suite: Suite,
    choose: impl FnOnce(TbsSignature, RawSignature) -> (TbsSignature, RawSignature),
) -> Result<Credential, DraftError> {
    let world = World::new();
    let issuer = issuer_of(&world, suite);
    let draft = draft(&world, issuer);
    let (tbs, sd_jwt) = issuer.signer().unwrap().sign(&draft, &mut rng(1)).unwrap();
    let (tbs, sd_jwt) = choose(tbs, sd_jwt);
    draft.attach(tbs, sd_jwt, &world.trust, NOW)
}

fn twin(fault: SignatureError) -> DraftError {
    let fault = SdJwtError::Issuer(JwtFault::Signature(fault));
    DraftError::Twin(CredentialError::Twin(ConventionalFault::SdJwt(fault)))
}

#[test]
fn the_good_signatures_attach_in_every_suite() {
    for suite in SUITES {
        assert!(attached(suite, |tbs, sd_jwt| (tbs, sd_jwt)).is_ok(), "{suite}");
    }
}

#[test]
fn an_sd_jwt_signature_is_no_tbs_signature_and_the_reverse() {
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        let as_tbs = attached(suite, |_, sd_jwt| (TbsSignature::External(sd_jwt), sd_jwt)).err();
        assert_eq!(as_tbs, Some(DraftError::Attributes(INVALID)), "{suite}");
        let as_sd_jwt = attached(suite, |tbs, _| (tbs, external(&tbs))).err();
        assert_eq!(as_sd_jwt, Some(twin(SignatureError::Invalid)), "{suite}");
        let swapped = attached(suite, |tbs, sd_jwt| (TbsSignature::External(sd_jwt), external(&tbs))).err();
        assert_eq!(swapped, Some(DraftError::Attributes(INVALID)), "{suite}");
    }
    let native = attached(Suite::Native, |_, sd_jwt| (TbsSignature::External(sd_jwt), sd_jwt)).err();
    assert_eq!(native, Some(DraftError::Attributes(TbsSignatureError::Suite)));
}

#[test]
fn signatures_out_of_range_do_not_attach() {
    let orders = [
        (Suite::Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (Suite::Sm2Sm3, "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"),
    ];
    for (suite, order) in orders {
        let order: [u8; 32] = std::array::from_fn(|i| u8::from_str_radix(&order[2 * i..2 * i + 2], 16).unwrap());
        for half in [0, 32] {
            for value in [[0; 32], order, [0xff; 32]] {
                let set = |signature: RawSignature| {
                    let mut bytes = *signature.as_bytes();
                    bytes[half..half + 32].copy_from_slice(&value);
                    RawSignature::from_bytes(bytes)
                };
                let tbs = attached(suite, |tbs, sd_jwt| (TbsSignature::External(set(external(&tbs))), sd_jwt)).err();
                assert_eq!(tbs, Some(DraftError::Attributes(RANGE)), "{suite} at {half}");
                let sd_jwt = attached(suite, |tbs, sd_jwt| (tbs, set(sd_jwt))).err();
                assert_eq!(sd_jwt, Some(twin(SignatureError::Range)), "{suite} at {half}");
            }
        }
    }
}

#[test]
fn a_key_elsewhere_signs_two_inputs_or_their_digests() {
    let world = World::new();
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        let local = issuer_of(&world, suite);
        let signer = local.signer().unwrap();
        let issuer = Issuer::external(local.id().clone(), local.key_id(), signer.algorithm(), es256(77));
        assert!(issuer.signer().is_none());
        let draft = draft(&world, local);
        let file = draft.to_json().unwrap();
        let read = || Draft::from_json(&file, world.trust.schemas()).unwrap();
        assert_eq!((read().key(), read().suite()), (&issuer.key_id(), suite));
        let (tbs, sd_jwt) = signer.sign(&read(), &mut rng(1)).unwrap();
        let der = [external(&tbs), sd_jwt].map(|s| RawSignature::from_raw_or_der(&s.to_der().unwrap()).unwrap());
        assert!(read().attach(TbsSignature::External(der[0]), der[1], &world.trust, NOW).is_ok());
        let key = key_of(&world, suite);
        assert!(key.digest(read().tbs().unwrap().as_bytes()).is_some());
        assert_eq!(key.verify_bytes(read().tbs().unwrap().as_bytes(), &der[0]), Ok(()));
        let other = issuer_of(&world, if suite == Suite::Es256 { Suite::Sm2Sm3 } else { Suite::Es256 });
        let refused = other.signer().unwrap().sign(&read(), &mut rng(1)).err();
        assert!(matches!(refused, Some(IssueError::Draft(DraftError::OtherKey))));
    }
    assert!(key_of(&world, Suite::Native).digest(b"message").is_none());
}

#[test]
fn an_issuer_without_its_key_makes_drafts_and_no_credentials() {
    let world = World::new();
    let (local, mut rng) = (&world.bureau, world.rng());
    let issuer = Issuer::external(local.id().clone(), local.key_id(), Algorithm::Es256, es256(4));
    let challenge = issuer.challenge(&id("case-1"), NOW, &mut *rng).unwrap();
    let enrolment = holder::enrol(&World::wallet(1), challenge, &world.trust, keys(), NOW, &mut *rng).unwrap();
    let enrolled = issuer.check_enrolment(&enrolment, &id("case-1"), &world.trust, NOW, &mut *rng).unwrap();
    let attributes = ADULT.attributes(&world.trust);
    let refused =
        issuer.issue(enrolled, attributes, &world.trust, &world.enrolments, &world.bureau_tags, NOW, &mut *rng).err();
    assert!(matches!(refused, Some(IssueError::Draft(DraftError::External))));
}

/// A draft file of the bureau whose members were changed.
fn file(change: impl FnOnce(&mut Value)) -> (World, Result<Draft, DraftError>) {
    let world = World::new();
    let mut file: Value = serde_json::from_slice(&draft(&world, &world.bureau).to_json().unwrap()).unwrap();
    change(&mut file);
    let read = Draft::from_json(&serde_json::to_vec(&file).unwrap(), world.trust.schemas());
    (world, read)
}

/// A draft file whose TBS bytes were changed.
fn tbs(change: impl FnOnce(&mut Vec<u8>)) -> (World, Result<Draft, DraftError>) {
    file(|file| {
        let mut bytes = from_base64url(file["tbs"].as_str().unwrap()).unwrap();
        change(&mut bytes);
        file["tbs"] = json!(to_base64url(&bytes));
    })
}

#[test]
fn a_tbs_with_an_invalid_slot_is_no_draft() {
    let slot = |at: usize, with: &[u8]| {
        let (_, read) = tbs(|bytes| bytes[at..at + with.len()].copy_from_slice(with));
        match read.err() {
            Some(DraftError::Attribute(error)) => (error.attribute, error.fault),
            other => panic!("not an attribute: {other:?}"),
        }
    };
    let day = |n: u32| n.to_be_bytes();
    let birth = |fault| ("birth_date".to_owned(), fault);
    assert_eq!(slot(BIRTH_DATE, &day(19_490_230)), birth(AttributeFault::Date(DateError::Day)));
    assert_eq!(slot(BIRTH_DATE, &day(0)), birth(AttributeFault::Missing));
    assert_eq!(slot(BIRTH_DATE, &day(99_991_231)), birth(AttributeFault::LongTerm));
    assert_eq!(slot(5 + 32, b" "), ("document_number".to_owned(), AttributeFault::NotAscii));
    assert_eq!(slot(ACCOUNT_CLASS, &[4]), ("account_class".to_owned(), AttributeFault::OutOfRange));
    assert_eq!(slot(5, &[0; 32]), ("holder_tag".to_owned(), AttributeFault::Missing));
    let (_, above) = tbs(|bytes| bytes[5..37].fill(0xff));
    assert_eq!(above.err(), Some(DraftError::Tbs(SlotsError::NotCanonical)));
    let (_, magic) = tbs(|bytes| bytes[0] = b'X');
    assert_eq!(magic.err(), Some(DraftError::Tbs(SlotsError::Magic)));
    let (_, card) = tbs(|bytes| bytes[4] = 2);
    assert_eq!(card.err(), Some(DraftError::Schema));
}

#[test]
fn a_file_of_another_kind_is_no_draft() {
    assert!(file(|_| {}).1.is_ok());
    let error = |change: &dyn Fn(&mut Value)| file(change).1.err();
    assert_eq!(error(&|file| file["object"] = json!("shiming-draft/2")), Some(DraftError::Object));
    assert_eq!(error(&|file| file["schema"] = json!("cn-passport")), Some(DraftError::Schema));
    assert_eq!(error(&|file| file["schema"] = json!("cn-bank-card")), Some(DraftError::Schema));
    for (name, value) in [("extra", json!(1)), ("suite", json!("rsa")), ("tbs", json!("AA")), ("key", json!(""))] {
        assert!(matches!(error(&|file| file[name] = value.clone()), Some(DraftError::Decode(_))), "{name}");
    }
    let unread = error(&|file| file["sd_jwt"] = json!("e30.e30"));
    assert_eq!(unread, Some(DraftError::SdJwt(SdJwtError::NoTilde)));
}

#[test]
fn a_draft_whose_two_inputs_disagree_does_not_attach_although_both_are_signed() {
    let (world, read) = tbs(|bytes| bytes[ACCOUNT_CLASS] = 3);
    let draft = read.unwrap();
    let (tbs, sd_jwt) = world.bureau.signer().unwrap().sign(&draft, &mut rng(1)).unwrap();
    let refused = draft.attach(tbs, sd_jwt, &world.trust, NOW).err();
    assert_eq!(refused, Some(DraftError::Twin(CredentialError::TwinDiffers)));
}

#[test]
fn a_draft_for_a_key_that_the_bundle_does_not_have_or_of_another_suite_does_not_attach() {
    let signed = |change: &dyn Fn(&mut Value)| {
        let (world, good) = file(|_| {});
        let signatures = world.bureau.signer().unwrap().sign(&good.unwrap(), &mut rng(1)).unwrap();
        let (_, changed) = file(change);
        changed.unwrap().attach(signatures.0, signatures.1, &world.trust, NOW).err()
    };
    assert_eq!(signed(&|_| {}), None);
    assert_eq!(
        signed(&|file| file["key"] = json!(to_base64url(&[7; 32]))),
        Some(DraftError::Trust(TrustError::UnknownKey))
    );
    let relabelled = signed(&|file| file["suite"] = json!("sm2-sm3"));
    assert_eq!(relabelled, Some(DraftError::Attributes(TbsSignatureError::Suite)));
    let renamed = signed(&|file| file["issuer"] = json!("ministry"));
    assert_eq!(renamed, Some(DraftError::Trust(TrustError::UnknownKey)));
}

#[test]
fn the_slots_of_these_tests_are_where_they_say() {
    let world = World::new();
    let bytes = *draft(&world, &world.bureau).tbs().unwrap().as_bytes();
    assert_eq!(bytes[BIRTH_DATE..BIRTH_DATE + 4], ADULT.birth_date.to_be_bytes());
    assert_eq!(u32::from(bytes[ACCOUNT_CLASS]), ADULT.account_class);
    let schema = world.trust.schemas().get("cn-realname").unwrap();
    let attributes = Attributes::from_slots(schema, Tbs::from_bytes(&bytes).unwrap().slots());
    assert!(attributes.is_ok());
}
