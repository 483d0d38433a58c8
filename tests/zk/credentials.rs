//! Credentials and what a wallet does with wrong ones; and what a verifier says when a wallet does it all the same.

use crate::{
    rejections::{Scene, fault, scene},
    world::*,
};
use shiming::{
    citizen_id::{CitizenId, CitizenIdError},
    codec::{DecodeError, from_base64url, to_base64url},
    credential::{Credential, CredentialError},
    holder::{self, HolderError},
    issuer::IssueError,
    keys::{ProvingKey, ProvingKeyError, ProvingKeys},
    policy::EvaluationError,
    prepared::{Prepared, PreparedError},
    registry::TrustError,
    schema::{AttributeError, AttributeFault, Attributes, Value},
    suite::TbsSignatureError,
    verdict::{HolderFault, IssuerFault},
    wallet::Wallet,
};
use shiming_circuits::{eddsa::SignatureError, relation::Relation, slots::SlotsError};

/// Where each slot starts in the 108 signed bytes, and where the last one ends.
const SLOTS: [usize; 17] = [5, 37, 55, 71, 75, 79, 83, 87, 91, 93, 95, 96, 97, 98, 99, 100, 108];

fn file() -> serde_json::Value {
    serde_json::from_slice(&scene().adult.credential().to_json().unwrap()).unwrap()
}

fn read(document: &serde_json::Value) -> Result<Credential, CredentialError> {
    Credential::from_json(&serde_json::to_vec(document).unwrap(), scene().world.trust.schemas())
}

fn edited(change: impl FnOnce(&mut serde_json::Value)) -> Result<Credential, CredentialError> {
    let mut document = file();
    change(&mut document);
    read(&document)
}

/// The credential with one byte of a base64url field changed.
fn flipped(field: &str, position: usize, mask: u8) -> Result<Credential, CredentialError> {
    edited(|document| {
        let mut bytes = from_base64url(document[field].as_str().unwrap()).unwrap();
        bytes[position] ^= mask;
        document[field] = to_base64url(&bytes).into();
    })
}

/// Why a wallet does not prepare a credential that its file let pass.
fn unprepared(credential: Credential, wallet: &Wallet) -> HolderError {
    scene().world.prepare(wallet, credential).err().unwrap()
}

/// Why a file is refused, by the decoder or else by the wallet's check of the signature.
enum Refused {
    Read(CredentialError),
    Prepare(HolderError),
}

fn refused(credential: Result<Credential, CredentialError>) -> Refused {
    match credential {
        Err(error) => Refused::Read(error),
        Ok(credential) => Refused::Prepare(unprepared(credential, &scene().wallet)),
    }
}

#[test]
fn the_unchanged_file_is_read_and_prepared() {
    assert!(scene().world.prepare(&scene().wallet, edited(|_| {}).unwrap()).is_ok());
}

#[test]
fn every_changed_byte_of_the_signed_bytes_is_refused_as_its_place_says() {
    let schema = scene().world.trust.schemas().get("cn-realname").unwrap();
    for position in 0..108 {
        for mask in [0x01, 0x80] {
            let refused = refused(flipped("tbs", position, mask));
            let slot = SLOTS.iter().rposition(|start| *start <= position);
            let as_expected = match (slot, &refused) {
                (None, Refused::Read(error)) => match position {
                    0 | 1 => *error == CredentialError::Tbs(SlotsError::Magic),
                    2 => *error == CredentialError::Tbs(SlotsError::Version(1 ^ mask)),
                    _ => *error == CredentialError::SchemaMismatch,
                },
                (Some(0), Refused::Read(error)) => *error == CredentialError::Tbs(SlotsError::NotCanonical),
                (Some(0), Refused::Prepare(error)) => matches!(error, HolderError::OtherWallet),
                (Some(slot), Refused::Read(CredentialError::Attribute(error))) => {
                    error.attribute == schema.slots()[slot].name()
                }
                (Some(_), Refused::Prepare(HolderError::Credential(error))) => {
                    *error == CredentialError::Signature(SignatureError::Equation.into())
                }
                _ => false,
            };
            assert!(as_expected, "byte {position}, mask {mask:#x}");
        }
    }
}

#[test]
fn every_changed_byte_of_the_signature_is_refused_as_its_place_says() {
    use SignatureError::{Equation, NotCanonical, NotOnCurve, ScalarOutOfRange};
    for position in 0..96 {
        for mask in [0x01, 0x80] {
            let error = match refused(flipped("signature", position, mask)) {
                Refused::Read(CredentialError::Signature(error)) => error,
                Refused::Prepare(HolderError::Credential(CredentialError::Signature(error))) => error,
                _ => panic!("byte {position}: not the signature"),
            };
            let allowed = if position < 64 { [NotCanonical, NotOnCurve] } else { [ScalarOutOfRange, Equation] };
            assert!(
                allowed.map(TbsSignatureError::Native).contains(&error),
                "byte {position}, mask {mask:#x}: {error:?}"
            );
        }
    }
}

#[test]
fn a_second_encoding_of_slot_0_is_not_read() {
    let plus_modulus = edited(|document| {
        use ark_ff::{BigInteger, PrimeField};
        let mut tbs = from_base64url(document["tbs"].as_str().unwrap()).unwrap();
        let mut tag = scene().adult.credential().holder_tag().into_bigint();
        tag.add_with_carry(&shiming_circuits::field::Fr::MODULUS);
        tbs[5..37].copy_from_slice(&tag.to_bytes_be());
        document["tbs"] = to_base64url(&tbs).into();
    });
    assert_eq!(plus_modulus.err(), Some(CredentialError::Tbs(SlotsError::NotCanonical)));
}

#[test]
fn a_date_of_zero_is_missing_in_the_file_and_at_the_issuer() {
    let missing = |attribute: &str| AttributeError { attribute: attribute.to_owned(), fault: AttributeFault::Missing };
    for (slot, name) in [(3, "birth_date"), (4, "document_valid_until"), (5, "verified_on"), (6, "reverify_by")] {
        let zero = edited(|document| {
            let mut tbs = from_base64url(document["tbs"].as_str().unwrap()).unwrap();
            tbs[SLOTS[slot]..SLOTS[slot + 1]].fill(0);
            document["tbs"] = to_base64url(&tbs).into();
        });
        assert_eq!(zero.err(), Some(CredentialError::Attribute(missing(name))));
    }
    let world = World::new();
    let schema = world.trust.schemas().get("cn-realname").unwrap();
    let number = Value::Ascii(ADULT.number.to_owned());
    let unborn = Attributes::builder(schema).set("document_number", &number).unwrap();
    match world.issue(&world.authority, &World::wallet(1), unborn) {
        Err(IssueError::Attribute(error)) => assert_eq!(error, missing("birth_date")),
        _ => panic!("issued, or refused for another reason"),
    }
}

#[test]
fn the_file_names_what_it_is() {
    assert_eq!(edited(|d| d["object"] = "shiming-credential/2".into()).err(), Some(CredentialError::Object));
    let length = TbsSignatureError::External(shiming::signature::SignatureError::Length);
    assert_eq!(edited(|d| d["suite"] = "es256".into()).err(), Some(CredentialError::Signature(length)));
    assert_eq!(edited(|d| d["schema"] = "cn-fiction".into()).err(), Some(CredentialError::Schema));
    assert_eq!(edited(|d| d["schema"] = "cn-bank-card".into()).err(), Some(CredentialError::SchemaMismatch));
    let shapes = [
        edited(|d| d["more"] = 1.into()),
        edited(|d| d["suite"] = "rsa".into()),
        edited(|d| d["tbs"] = "AA".into()),
        edited(|d| d["key"] = "".into()),
    ];
    for shape in shapes {
        assert!(matches!(shape.err(), Some(CredentialError::Decode(DecodeError::Json(_)))));
    }
}

#[test]
fn credential_files_are_capped_and_utf8() {
    let read = |bytes: &[u8]| Credential::from_json(bytes, scene().world.trust.schemas()).err();
    let cap = 16 << 10;
    assert_eq!(read(&vec![b' '; cap + 1]), Some(CredentialError::Decode(DecodeError::TooLarge { cap })));
    assert_eq!(read(b"{\"object\":\"\xff\"}"), Some(CredentialError::Decode(DecodeError::NotUtf8)));
    let twice = read(br#"{"object":"a","object":"a"}"#);
    // Not even the key is quoted: the file is secret.
    assert_eq!(twice, Some(CredentialError::Decode(DecodeError::DuplicateKey("(6 bytes)".to_owned()))));
}

#[test]
fn a_credential_of_an_issuer_or_key_that_is_not_in_the_bundle_is_not_prepared() {
    let trust = |change: fn(&mut serde_json::Value)| match unprepared(edited(change).unwrap(), &scene().wallet) {
        HolderError::Trust(error) => error,
        other => panic!("not the trust bundle: {other}"),
    };
    assert_eq!(trust(|document| document["issuer"] = "stranger".into()), TrustError::UnknownIssuer);
    assert_eq!(trust(|document| document["key"] = Digest::HEX.into()), TrustError::UnknownKey);
    assert_eq!(trust(|document| document["issuer"] = "network".into()), TrustError::UnknownKey);
}

/// Some key id in the form that files have.
struct Digest;

impl Digest {
    const HEX: &'static str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
}

#[test]
fn a_credential_of_another_wallet_is_neither_prepared_nor_presented() {
    let Scene { world, adult, .. } = scene();
    let thief = World::wallet(2);
    assert!(matches!(unprepared(edited(|_| {}).unwrap(), &thief), HolderError::OtherWallet));
    let pending = world.ask(FOUR_COMPARISONS);
    assert!(matches!(world.present(&thief, &[adult], pending.request()), Err(HolderError::OtherWallet)));
    let answer = world.lie(&thief, &[adult], &pending, &truth);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
}

#[test]
fn a_wallet_cannot_answer_for_two_credentials_of_two_wallets() {
    let Scene { world, wallet, adult } = scene();
    let card = World::new().card(&World::wallet(2), &ADULT);
    let pending = world.ask(TWO_CREDENTIALS);
    let honest = world.present(wallet, &[adult, &card], pending.request());
    assert!(matches!(honest, Err(HolderError::OtherWallet)));
    for wallet in [wallet, &World::wallet(2)] {
        let answer = world.lie(wallet, &[adult, &card], &pending, &truth);
        assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
    }
}

#[test]
fn two_persons_with_one_k_are_not_joined() {
    let Scene { world, wallet, adult } = scene();
    let card = World::new().card(wallet, &SECOND);
    let pending = world.ask(TWO_CREDENTIALS);
    let honest = world.present(wallet, &[adult, &card], pending.request());
    assert!(matches!(honest, Err(HolderError::Policy(EvaluationError::Join { credential: 1 }))));
    let answer = world.lie(wallet, &[adult, &card], &pending, &truth);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::ProofInvalid);
}

#[test]
fn a_bank_card_is_no_identity() {
    let Scene { world, wallet, .. } = scene();
    let card = World::new().card(wallet, &ADULT);
    let pending = world.ask(&identity_policy(""));
    match world.present(wallet, &[&card], pending.request()) {
        Err(HolderError::Schema { index: 0, expected, found }) => {
            assert_eq!((expected.as_str(), found.as_str()), ("cn-realname", "cn-bank-card"));
        }
        _ => panic!("presented, or refused for another reason"),
    }
    // A wallet whose trust lets the network sign identities answers; the verifier's does not.
    let lax = World::changed(|document| document.issuers[1].keys[0].schemas.push(id("cn-realname")));
    let answer = lax.lie(wallet, &[&card], &pending, &truth);
    assert_eq!(fault(world.verify(&pending, &answer)), HolderFault::IssuerNotPermitted);
    let pending = world.ask(&identity_policy("").replace("\"authority\"", "\"authority\", \"network\""));
    let answer = lax.lie(wallet, &[&card], &pending, &truth);
    assert_eq!(world.verify(&pending, &answer).err(), Some(IssuerFault::SchemaNotAuthorised.into()));
    // Where it may sign both, the header in the signed bytes still tells them apart.
    assert_eq!(fault(lax.verify(&pending, &answer)), HolderFault::ProofInvalid);
}

#[test]
fn the_number_and_order_of_credentials_is_the_policys() {
    let Scene { world, wallet, adult } = scene();
    let card = World::new().card(wallet, &ADULT);
    let pending = world.ask(TWO_CREDENTIALS);
    let present = |prepared: &[&Prepared]| world.present(wallet, prepared, pending.request()).err();
    assert!(matches!(present(&[]), Some(HolderError::Count { expected: 2, found: 0 })));
    assert!(matches!(present(&[adult]), Some(HolderError::Count { expected: 2, found: 1 })));
    assert!(matches!(present(&[adult, &card, &card]), Some(HolderError::Count { expected: 2, found: 3 })));
    assert!(matches!(present(&[&card, adult]), Some(HolderError::Schema { index: 0, .. })));
    assert!(present(&[adult, &card]).is_none());
}

#[test]
fn a_credential_of_an_issuer_that_the_policy_does_not_name_is_not_presented() {
    let Scene { world, wallet, adult } = scene();
    let pending = world.ask(&identity_policy("").replace("\"authority\"", "\"network\""));
    match world.present(wallet, &[adult], pending.request()) {
        Err(HolderError::IssuerNotAccepted { index: 0, issuer }) => assert_eq!(issuer, "authority"),
        _ => panic!("presented, or refused for another reason"),
    }
}

#[test]
fn a_citizen_number_with_a_wrong_check_character_is_no_number() {
    assert!(CitizenId::parse(ADULT.number).is_ok());
    for check in "0123456789".chars() {
        let wrong = format!("{}{check}", &ADULT.number[..17]);
        assert_eq!(CitizenId::parse(&wrong).err(), Some(CitizenIdError::CheckCharacter));
    }
}

fn prepared_with(change: impl FnOnce(&mut serde_json::Value)) -> Result<Prepared, PreparedError> {
    let mut document: serde_json::Value = serde_json::from_slice(&scene().adult.to_json().unwrap()).unwrap();
    change(&mut document);
    Prepared::from_json(&serde_json::to_vec(&document).unwrap(), scene().world.trust.schemas())
}

#[test]
fn a_prepared_file_of_another_shape_is_not_read() {
    assert!(prepared_with(|_| {}).is_ok());
    assert_eq!(prepared_with(|d| d["object"] = "shiming-prepared/2".into()).err(), Some(PreparedError::Object));
    let off_curve = prepared_with(|document| document["core"] = to_base64url(&[1; 320]).into());
    assert!(matches!(off_curve.err(), Some(PreparedError::Point(_))));
    let short = prepared_with(|document| document["core"] = to_base64url(&[0; 319]).into());
    assert!(matches!(short.err(), Some(PreparedError::Decode(DecodeError::Json(_)))));
    let inside = prepared_with(|document| document["credential"] = to_base64url(b"{}").into());
    assert!(matches!(inside.err(), Some(PreparedError::Credential(CredentialError::Decode(DecodeError::Json(_))))));
}

#[test]
fn a_credential_prepared_under_another_key_is_stale() {
    let stale = prepared_with(|document| document["relation_key"] = Digest::HEX.into()).unwrap();
    let pending = scene().world.ask(FOUR_COMPARISONS);
    let refused = scene().world.present(&scene().wallet, &[&stale], pending.request());
    assert!(matches!(refused, Err(HolderError::StalePrepared)));
}

fn again<R: Relation>(key: &ProvingKey<R>) -> ProvingKey<R> {
    let bytes = key.to_bytes();
    ProvingKey::from_bytes(&bytes, &ProvingKey::<R>::digest_of(&bytes)).unwrap()
}

fn good() -> ProvingKeys {
    let ProvingKeys { native, range, membership, non_membership, tag, .. } = keys();
    ProvingKeys {
        native: again(native),
        range: again(range),
        membership: again(membership),
        non_membership: again(non_membership),
        tag: again(tag),
        sm2_sm3: None,
        es256: None,
    }
}

/// The key with the first pair of points in place of every other one of the first list of a query; queries are A, B in G1, L, H.
fn poisoned<R: Relation>(key: &ProvingKey<R>, query: usize) -> ProvingKey<R> {
    let mut bytes = key.to_bytes();
    let number = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    // Where the points of a list of `count` begin, and how many there are beside infinity.
    let list = |bytes: &[u8], at: usize, count: usize| {
        let presence = &bytes[at..at + count.div_ceil(8)];
        (at + presence.len(), presence.iter().map(|byte| byte.count_ones() as usize).sum::<usize>())
    };
    let mut at = 8 + number(&bytes, 4) + 64;
    for _ in 0..query {
        let mut count = number(&bytes, at);
        at += 4;
        while count > 0 {
            let (start, points) = list(&bytes, at, count.min(4096));
            at = start + 32 * (points / 2 * 3 + points % 2 * 2);
            count = count.saturating_sub(4096);
        }
    }
    let (start, points) = list(&bytes, at + 4, number(&bytes, at).min(4096));
    assert!(points >= 4);
    for pair in 1..points / 2 {
        bytes.copy_within(start..start + 96, start + 96 * pair);
    }
    let pinned = ProvingKey::<R>::digest_of(&key.to_bytes());
    let found = ProvingKey::<R>::digest_of(&bytes);
    let refused = ProvingKey::<R>::from_bytes(&bytes, &pinned).err();
    assert_eq!(refused, Some(ProvingKeyError::Digest { expected: pinned, found }));
    ProvingKey::from_bytes(&bytes, &found).unwrap()
}

fn prepare_with(keys: &ProvingKeys) -> Option<HolderError> {
    let Scene { world, wallet, .. } = scene();
    let credential = edited(|_| {}).unwrap();
    holder::prepare(wallet, credential, &world.trust, keys, NOW, &mut rng(6)).err()
}

#[test]
fn a_poisoned_key_for_credentials_is_noticed_before_anything_is_cached() {
    let mut keys = good();
    assert!(prepare_with(&keys).is_none());
    let native = &crate::world::keys().native;
    for bad in [poisoned(native, 2), poisoned(native, 3), again(&other_keys().native)] {
        keys.native = bad;
        assert!(matches!(prepare_with(&keys), Some(HolderError::PoisonedKey)));
    }
}

#[test]
fn a_poisoned_key_for_enrolment_is_noticed_before_anything_is_sent() {
    let world = &scene().world;
    let enrol = |keys: &ProvingKeys| {
        let challenge = world.authority.challenge(&id("case-1"), NOW, &mut rng(1)).unwrap();
        holder::enrol(&World::wallet(1), challenge, &world.trust, keys, NOW, &mut rng(2)).err()
    };
    let mut keys = good();
    assert!(enrol(&keys).is_none());
    let tag = &crate::world::keys().tag;
    for bad in [poisoned(tag, 2), poisoned(tag, 3), again(&other_keys().tag)] {
        keys.tag = bad;
        assert!(matches!(enrol(&keys), Some(HolderError::PoisonedKey)));
    }
}

#[test]
fn an_answer_with_a_range_key_of_another_setup_is_proof_invalid() {
    let Scene { world, wallet, adult } = scene();
    let mut keys = good();
    keys.range = again(&other_keys().range);
    let pending = world.ask(FOUR_COMPARISONS);
    let answer = holder::present(wallet, &[adult], pending.request(), &world.trust, &keys, &mut rng(2)).unwrap();
    let refused = world.verify(&pending, &answer.to_bytes(pending.request().plan()));
    assert_eq!(fault(refused), HolderFault::ProofInvalid);
}
