//! Issuer keys of every suite in a trust bundle: members, identifiers, possession, points that nobody else signs with.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use shiming::{
    codec::{Identifier, to_base64url},
    issuer::{Signer, default_distid},
    registry::{BundleError, IssuerKeyDocument, IssuerKeyId, KeyFault, TrustBundle, possession_message},
    signature::{
        Algorithm, DISTID_CAP, Distid, Es256SigningKey, JOSE_DISTID, KeyError, PublicKey, SigningKey, Sm2SigningKey,
    },
    suite::Suite,
    time::{UnixTime, Validity},
};
use shiming_circuits::eddsa;

const NOW: i64 = 1_795_305_600;
const SUITES: [Suite; 3] = [Suite::Native, Suite::Sm2Sm3, Suite::Es256];

/// The x-coordinate of SM2's generator (GB/T 32918.5), and p - y.
const GENERATOR_X: [u8; 32] = [
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94, 0x8f, 0xe3, 0x0b,
    0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
];
const MINUS_GENERATOR_Y: [u8; 32] = [
    0x43, 0xc8, 0xc9, 0x5c, 0x0b, 0x09, 0x88, 0x63, 0xa6, 0x42, 0x31, 0x1c, 0x94, 0x96, 0xde, 0xac, 0x2f, 0x56, 0x78,
    0x82, 0x39, 0xd5, 0xb8, 0xc0, 0xfd, 0x20, 0xcd, 0x1a, 0xde, 0xc6, 0x0f, 0x5f,
];

fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

fn es256(seed: u8) -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn sm2(seed: u8) -> Sm2SigningKey {
    Sm2SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn signer(suite: Suite, seed: u8) -> Signer {
    match suite {
        Suite::Native => Signer::Native {
            attributes: eddsa::SigningKey::from_uniform_bytes(&[seed; 64]).unwrap(),
            sd_jwt: SigningKey::Es256(es256(seed)),
        },
        Suite::Sm2Sm3 => Signer::Sm2Sm3 { key: sm2(seed), distid: default_distid(&id("first")).unwrap() },
        _ => Signer::Es256(es256(seed)),
    }
}

fn register(signer: &Signer, issuer: &str) -> IssuerKeyDocument {
    let at = UnixTime::from_seconds(NOW);
    let window = Validity::new(at.plus(-10), at.plus(10)).unwrap();
    signer.register(&id(issuer), &[id("cn-realname")], window).unwrap()
}

fn service(seed: u8) -> Value {
    json!(es256(seed).public_key())
}

/// Two issuers and a verifier; the first issuer has the key, the second another of the same suite.
fn document(suite: Suite) -> Value {
    let key = |seed: u8, issuer: &str| json!(register(&signer(suite, seed), issuer));
    json!({
        "version": 1, "issued_at": NOW, "max_staleness_seconds": 3600,
        "issuers": [
            {"id": "first", "name": "First", "keys": [key(1, "first")], "service_key": service(21)},
            {"id": "second", "name": "Second", "keys": [key(2, "second")], "service_key": service(22)}
        ],
        "verifiers": [{
            "id": "shop", "name": "Shop", "key": service(23), "endpoints": ["https://shop.example"], "purposes": {}
        }],
        "relations": {},
        "schemas": {"cn-realname": to_base64url(&[5; 32])},
        "status_epoch": 0
    })
}

fn load(document: &Value) -> Result<TrustBundle, BundleError> {
    TrustBundle::from_json(document.to_string().as_bytes())
}

/// Whether each issuer's key is relied on.
fn verifying(document: &Value) -> [Result<(), KeyFault>; 2] {
    let bundle = load(document).unwrap();
    ["first", "second"].map(|issuer| bundle.issuer(&id(issuer)).unwrap().keys()[0].verifying().map(drop))
}

/// The same after the first issuer's key was changed.
fn changed(suite: Suite, change: impl FnOnce(&mut Value)) -> [Result<(), KeyFault>; 2] {
    let mut document = document(suite);
    change(&mut document["issuers"][0]["keys"][0]);
    verifying(&document)
}

/// Why a bundle is refused whose first key was changed.
fn refused(suite: Suite, change: impl FnOnce(&mut Value)) -> BundleError {
    let mut document = document(suite);
    change(&mut document["issuers"][0]["keys"][0]);
    load(&document).unwrap_err()
}

fn key_id(suite: Suite) -> IssuerKeyId {
    signer(suite, 1).key_id()
}

#[test]
fn a_registered_key_of_every_suite_is_relied_on() {
    for suite in SUITES {
        assert_eq!(changed(suite, |_| {}), [Ok(()), Ok(())], "{suite}");
        let bundle = load(&document(suite)).unwrap();
        let key = &bundle.issuer(&id("first")).unwrap().keys()[0];
        assert_eq!((key.id(), key.suite()), (key_id(suite), suite));
        let (tbs, sd_jwt) = key.verifying().unwrap();
        assert_eq!((tbs.suite(), sd_jwt.algorithm()), (suite, signer(suite, 1).algorithm()));
    }
}

#[test]
fn a_key_has_exactly_the_members_of_its_suite() {
    let members: [(&str, Value); 3] = [
        ("distid", json!("shiming-tbs:first")),
        ("sd_jwt", json!(PublicKey::Es256(es256(9).public_key()))),
        ("possession", json!(to_base64url(&[1; 64]))),
    ];
    let native = [false, true, false];
    let expected =
        [(Suite::Native, native), (Suite::Sm2Sm3, [true, false, true]), (Suite::Es256, [false, false, true])];
    for (suite, expected) in expected {
        for mask in 0..8u8 {
            let present: [bool; 3] = std::array::from_fn(|i| mask >> i & 1 == 1);
            let mut document = document(suite);
            let key = &mut document["issuers"][0]["keys"][0];
            for ((name, value), present) in members.iter().zip(present) {
                if present {
                    key[name] = value.clone();
                } else {
                    key.as_object_mut().unwrap().remove(*name);
                }
            }
            match load(&document) {
                Ok(_) => assert_eq!(present, expected, "{suite}"),
                Err(error) => {
                    assert_ne!(present, expected, "{suite}");
                    assert!(matches!(error, BundleError::KeyForm(_)), "{suite} {present:?}: {error}");
                }
            }
        }
    }
}

#[test]
fn a_wrong_proof_of_possession_costs_its_issuer_only() {
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        for position in [0, 31, 32, 63] {
            let flipped = changed(suite, |key| {
                let text = key["possession"].as_str().unwrap().to_owned();
                let mut bytes = shiming::codec::from_base64url(&text).unwrap();
                bytes[position] ^= 1;
                key["possession"] = json!(to_base64url(&bytes));
            });
            assert_eq!(flipped, [Err(KeyFault::Possession), Ok(())], "{suite} byte {position}");
        }
        for bytes in [[0; 64], [0xff; 64], [1; 64]] {
            let made_up = changed(suite, |key| key["possession"] = json!(to_base64url(&bytes)));
            assert_eq!(made_up, [Err(KeyFault::Possession), Ok(())], "{suite}");
        }
    }
}

#[test]
fn a_proof_of_possession_is_for_one_issuer_one_key_and_one_identifier() {
    let faults = [Err(KeyFault::Possession), Ok(())];
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        let of = |seed: u8, issuer: &str| json!(register(&signer(suite, seed), issuer))["possession"].clone();
        assert_eq!(changed(suite, |key| key["possession"] = of(1, "second")), faults, "{suite}: another issuer");
        assert_eq!(changed(suite, |key| key["possession"] = of(3, "first")), faults, "{suite}: another key");
        let stolen = changed(suite, |key| *key = json!(register(&signer(suite, 3), "thief")));
        assert_eq!(stolen, faults, "{suite}: somebody else's whole registration");
    }
    let message = possession_message(&id("first"), &key_id(Suite::Sm2Sm3));
    let jose = sm2(1).sign(&Distid::jose(), &message).unwrap();
    let under_jose = changed(Suite::Sm2Sm3, |key| key["possession"] = json!(jose));
    assert_eq!(under_jose, faults, "signed under JOSE's identifier");
    // The id of a key is of its identifier too.
    assert_eq!(changed(Suite::Sm2Sm3, |key| key["distid"] = json!("shiming-tbs:other")), faults);
}

#[test]
fn a_message_of_possession_is_no_tbs_and_no_jwt() {
    let message = possession_message(&id("first"), &key_id(Suite::Es256));
    assert!(!message.starts_with(b"SM") && !message.starts_with(b"eyJ"));
    assert_ne!(message.len(), 108);
    let others = [
        possession_message(&id("second"), &key_id(Suite::Es256)),
        possession_message(&id("first"), &key_id(Suite::Sm2Sm3)),
        possession_message(&id("first"), &signer(Suite::Es256, 2).key_id()),
    ];
    assert!(!others.contains(&message));
}

#[test]
fn an_identifier_is_not_empty_too_long_or_joses() {
    let with = |text: String| refused(Suite::Sm2Sm3, |key| key["distid"] = json!(text));
    let decode = |error: BundleError| matches!(error, BundleError::Decode(_));
    assert!(decode(with(String::new())));
    assert!(decode(with("x".repeat(DISTID_CAP + 1))));
    assert!(decode(with("身份".to_owned())));
    let bytes = shiming::registry::IssuerKeyBytes::from_bytes(sm2(1).public_key().to_point_bytes());
    let jose = IssuerKeyId::of(Suite::Sm2Sm3, &bytes, Some(&Distid::jose()));
    assert_eq!(with(JOSE_DISTID.to_owned()), BundleError::Distid(jose));
    // A padded one is another identifier, which only its own signatures verify under.
    let padded = changed(Suite::Sm2Sm3, |key| key["distid"] = json!(format!("{JOSE_DISTID} ")));
    assert_eq!(padded, [Err(KeyFault::Possession), Ok(())]);
}

#[test]
fn an_identifier_of_8191_bytes_is_registered_and_one_of_8192_is_not() {
    let registered = |length: usize| {
        let long = Distid::parse(&"x".repeat(length)).unwrap();
        changed(Suite::Sm2Sm3, |key| *key = json!(register(&Signer::Sm2Sm3 { key: sm2(1), distid: long }, "first")))
    };
    for length in [1, 8190, 8191] {
        assert_eq!(registered(length), [Ok(()), Ok(())], "{length} bytes");
    }
    assert_eq!(Distid::parse(&"x".repeat(8192)), Err(KeyError::Distid));
    let error = refused(Suite::Sm2Sm3, |key| key["distid"] = json!("x".repeat(8192)));
    assert!(matches!(error, BundleError::Decode(_)), "{error}");
}

#[test]
fn the_sm2_key_that_nobody_can_sign_under_is_not_relied_on() {
    // -G is a point of the curve, and whoever may choose the digest signs under it; but nobody has proved to possess it.
    let mut minus_g = [0; 64];
    minus_g[..32].copy_from_slice(&GENERATOR_X);
    minus_g[32..].copy_from_slice(&MINUS_GENERATOR_Y);
    assert!(PublicKey::from_point_bytes(Algorithm::Sm2, &minus_g).is_ok());
    let found = changed(Suite::Sm2Sm3, |key| key["key"] = json!(to_base64url(&minus_g)));
    assert_eq!(found, [Err(KeyFault::Possession), Ok(())]);
}

#[test]
fn bytes_that_are_no_point_cost_their_issuer_only() {
    for suite in SUITES {
        let own = *signer(suite, 1).public_key().as_bytes();
        let mut off_curve = own;
        off_curve[63] ^= 1;
        // The identity of a Weierstrass curve has no coordinates; Baby Jubjub's is (0, 1), in two byte orders.
        let mut identity = [[0u8; 64], [0u8; 64]];
        (identity[0][63], identity[1][32]) = (1, 1);
        for bytes in [off_curve, [0; 64], [0xff; 64], identity[0], identity[1]] {
            let found = changed(suite, |key| key["key"] = json!(to_base64url(&bytes)));
            assert_eq!(found, [Err(KeyFault::Point), Ok(())], "{suite}");
        }
    }
    let crossed = *signer(Suite::Es256, 1).public_key().as_bytes();
    let found = changed(Suite::Sm2Sm3, |key| key["key"] = json!(to_base64url(&crossed)));
    assert_eq!(found, [Err(KeyFault::Point), Ok(())], "a point of the other curve");
}

#[test]
fn a_short_or_long_key_is_no_bundle() {
    for length in [0, 33, 63, 65] {
        let error = refused(Suite::Es256, |key| key["key"] = json!(to_base64url(&vec![1; length])));
        assert!(matches!(error, BundleError::Decode(_)), "{length} bytes");
    }
}

/// Why a bundle is refused whose parties were changed.
fn shared(suite: Suite, change: impl FnOnce(&mut Value)) -> Option<BundleError> {
    let mut document = document(suite);
    change(&mut document);
    load(&document).err()
}

#[test]
fn no_key_shares_its_point_with_a_service_or_a_verifier() {
    for suite in [Suite::Native, Suite::Es256] {
        let expected = Some(BundleError::SharedPoint(key_id(suite)));
        let point = json!(es256(1).public_key());
        assert_eq!(shared(suite, |d| d["issuers"][0]["service_key"] = point.clone()), expected, "its own service");
        assert_eq!(shared(suite, |d| d["issuers"][1]["service_key"] = point.clone()), expected, "another service");
        assert_eq!(shared(suite, |d| d["verifiers"][0]["key"] = point.clone()), expected, "a verifier");
    }
}

#[test]
fn no_two_issuers_sign_with_one_point() {
    // The second listed issuer is the one that is refused.
    let native = Some(BundleError::SharedPoint(signer(Suite::Native, 2).key_id()));
    let own = json!(PublicKey::Es256(es256(1).public_key()));
    assert_eq!(shared(Suite::Native, |d| d["issuers"][1]["keys"][0]["sd_jwt"] = own), native, "one SD-JWT key");
    for suite in [Suite::Sm2Sm3, Suite::Es256] {
        let same = shared(suite, |d| d["issuers"][1]["keys"][0]["key"] = d["issuers"][0]["keys"][0]["key"].clone());
        assert_eq!(same, Some(BundleError::DuplicateIssuerKey(key_id(suite))), "{suite}");
    }
    // Under another identifier the key has another id and the same point.
    let other = Distid::parse("shiming-tbs:second").unwrap();
    let second = Signer::Sm2Sm3 { key: sm2(1), distid: other };
    let found = shared(Suite::Sm2Sm3, |d| d["issuers"][1]["keys"][0] = json!(register(&second, "second")));
    assert_eq!(found, Some(BundleError::SharedPoint(second.key_id())));
}

#[test]
fn a_point_has_one_purpose_in_one_suite() {
    // The SD-JWT key of a native issuer is no TBS key of an ES256 issuer.
    let mut document = document(Suite::Native);
    document["issuers"][1]["keys"][0] = json!(register(&signer(Suite::Es256, 1), "second"));
    assert_eq!(load(&document).err(), Some(BundleError::SharedPoint(key_id(Suite::Es256))));
    // One issuer's two keys neither: a key that signs SD-JWTs for one set of schemas would sign for the other.
    let mut document = self::document(Suite::Native);
    let again = json!(register(&signer(Suite::Es256, 1), "first"));
    document["issuers"][0]["keys"].as_array_mut().unwrap().push(again);
    assert_eq!(load(&document).err(), Some(BundleError::SharedPoint(key_id(Suite::Es256))));
    // The same numbers on two curves are two points.
    let mut document = self::document(Suite::Es256);
    document["issuers"][1]["keys"][0] = json!(register(&signer(Suite::Sm2Sm3, 1), "second"));
    assert!(load(&document).is_ok());
}

#[test]
fn a_key_id_covers_suite_bytes_and_identifier() {
    let bytes = signer(Suite::Sm2Sm3, 1).public_key();
    let distid = |text: &str| Distid::parse(text).unwrap();
    let (a, b) = (distid("a"), distid("b"));
    let ids = [
        IssuerKeyId::of(Suite::Native, &bytes, None),
        IssuerKeyId::of(Suite::Es256, &bytes, None),
        IssuerKeyId::of(Suite::Sm2Sm3, &bytes, None),
        IssuerKeyId::of(Suite::Sm2Sm3, &bytes, Some(&a)),
        IssuerKeyId::of(Suite::Sm2Sm3, &bytes, Some(&b)),
        IssuerKeyId::of(Suite::Sm2Sm3, &signer(Suite::Sm2Sm3, 2).public_key(), Some(&a)),
    ];
    let different: std::collections::BTreeSet<String> = ids.iter().map(IssuerKeyId::to_string).collect();
    assert_eq!(different.len(), ids.len());
    for key in ids {
        assert_eq!(IssuerKeyId::parse(key.to_identifier().as_str()), Ok(key));
    }
}

#[test]
fn local_keys_are_generated_for_both_algorithms() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng);
        assert_eq!(key.public_key().algorithm(), algorithm);
        assert_ne!(SigningKey::generate(algorithm, &mut rng).public_key(), key.public_key());
    }
}
