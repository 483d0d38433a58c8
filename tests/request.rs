//! Requests: what is answered and what is not.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use serde_json::{Value as Json, json};
use shiming::codec::{DecodeError, Identifier, Kind, from_base64url, to_base64url};
use shiming::digest::Digest;
use shiming::jws::{Jws, JwsError};
use shiming::policy::{PolicyDocument, PolicyError};
use shiming::registry::{
    BundleDocument, BundleError, IssuerDocument, IssuerKeyBytes, IssuerKeyDocument, RelationDocument, TrustBundle,
    VerifierDocument,
};
use shiming::request::{
    CheckedRequest, LIFETIME_CAP_SECONDS, Nonce, REQUEST_TYPE, Request, RequestError, SignedRequest,
};
use shiming::schema::{Schema, Schemas};
use shiming::signature::{Es256SigningKey, PublicKey};
use shiming::suite::Suite;
use shiming::time::{Date, UnixTime};
use shiming_circuits::domain;

/// 2026-11-22T00:00:00Z.
const NOW: i64 = 1_795_305_600;

fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

fn key(seed: u8) -> Es256SigningKey {
    Es256SigningKey::from_bytes(&[seed; 32]).unwrap()
}

fn digest(n: u8) -> Digest {
    Digest::from_bytes([n; 32])
}

fn today() -> Date {
    Date::from_yyyymmdd(20_261_122).unwrap()
}

fn schema_digests() -> [(Identifier, Digest); 2] {
    ["cn-realname", "cn-bank-card"].map(|name| (id(name), Schemas::standard().get(name).unwrap().digest()))
}

fn bundle() -> BundleDocument {
    let relation = |n| RelationDocument { key_id: digest(n), proving_key_digest: digest(100 + n), development: true };
    BundleDocument {
        version: 3,
        issued_at: UnixTime::from_seconds(NOW - 1000),
        max_staleness_seconds: 86_400,
        issuers: vec![IssuerDocument {
            id: id("identity-issuer"),
            name: "Identity".into(),
            keys: vec![IssuerKeyDocument {
                key: IssuerKeyBytes::from_bytes([5; 64]),
                suite: Suite::Native,
                distid: None,
                sd_jwt: Some(PublicKey::Es256(Es256SigningKey::from_bytes(&[99; 32]).unwrap().public_key())),
                possession: None,
                schemas: vec![id("cn-realname")],
                not_before: UnixTime::from_seconds(NOW - 5000),
                not_after: UnixTime::from_seconds(NOW + 5000),
            }],
            service_key: key(9).public_key(),
        }],
        sources: Vec::new(),
        verifiers: vec![
            VerifierDocument {
                id: id("shop"),
                name: "Shop".into(),
                key: key(1).public_key(),
                endpoints: vec!["https://shop.example/answer".into()],
                purposes: [(id("live-commerce:1"), policy().digest().unwrap())].into(),
            },
            VerifierDocument {
                id: id("other"),
                name: "Other".into(),
                key: key(2).public_key(),
                endpoints: vec![],
                purposes: [].into(),
            },
        ],
        relations: [("credential/native", 1), ("range", 2), ("membership", 3), ("non-membership", 4)]
            .map(|(name, n)| (id(name), relation(n)))
            .into(),
        schemas: schema_digests().into(),
        status_epoch: 7,
    }
}

fn policy() -> PolicyDocument {
    serde_json::from_slice(include_bytes!("../policies/live-commerce.json")).unwrap()
}

fn request() -> Request {
    Request {
        policy: policy(),
        audience: id("shop"),
        nonce: Nonce::from_bytes([8; 32]),
        today: today(),
        relations: [("credential/native", 1), ("range", 2), ("membership", 3)].map(|(n, d)| (id(n), digest(d))).into(),
        schemas: schema_digests().into_iter().take(1).collect(),
        status_epoch: 7,
        response_endpoint: "https://shop.example/answer".into(),
        created_at: UnixTime::from_seconds(NOW),
        expires_at: UnixTime::from_seconds(NOW + 300),
    }
}

fn check_at(signed: &SignedRequest, now: i64, own_today: Date) -> Result<CheckedRequest, RequestError> {
    let bundle = TrustBundle::new(bundle()).unwrap();
    signed.check(&bundle, &Schemas::standard(), UnixTime::from_seconds(now), own_today)
}

fn check(signed: &SignedRequest) -> Result<CheckedRequest, RequestError> {
    check_at(signed, NOW, today())
}

/// The error of a request with one change, signed by the audience.
fn changed(change: impl FnOnce(&mut Request)) -> RequestError {
    let mut request = request();
    change(&mut request);
    check(&request.sign(&key(1)).unwrap()).unwrap_err()
}

#[test]
fn a_request_crosses_the_wire_and_is_checked() {
    let signed = request().sign(&key(1)).unwrap();
    let received = SignedRequest::from_bytes(signed.as_bytes()).unwrap();
    assert_eq!(received, signed);
    let checked = check(&received).unwrap();
    assert_eq!((checked.request(), checked.as_bytes()), (&request(), signed.as_bytes()));
    assert_eq!(checked.digest(), Digest::of(domain::REQUEST_DIGEST, &[signed.as_bytes()]));
    assert_eq!(checked.policy().id(), &id("live-commerce:1"));
    assert_eq!(*checked.plan(), checked.policy().compile(today()));
    assert_eq!(received.unverified_nonce(), &Nonce::from_bytes([8; 32]));
}

#[test]
fn signing_is_deterministic_and_every_request_has_its_digest() {
    let signed = request().sign(&key(1)).unwrap();
    assert_eq!(signed.as_bytes(), request().sign(&key(1)).unwrap().as_bytes());
    let mut other = request();
    other.nonce = Nonce::generate(&mut ChaCha20Rng::seed_from_u64(1));
    assert_ne!(other.sign(&key(1)).unwrap().digest(), signed.digest());
}

#[test]
fn an_unsigned_request_is_refused() {
    let text = String::from_utf8(request().sign(&key(1)).unwrap().as_bytes().to_vec()).unwrap();
    let signed_part = text.rsplit_once('.').unwrap().0;
    let from = |text: &str| SignedRequest::from_bytes(text.as_bytes()).unwrap_err();
    assert_eq!(from(&format!("{signed_part}.")), JwsError::Unsigned);
    assert_eq!(from(signed_part), JwsError::Parts);
    assert_eq!(from(&format!("{text}.")), JwsError::Parts);
    let json = serde_json::to_vec(&request()).unwrap();
    assert!(SignedRequest::from_bytes(&json).is_err());
}

#[test]
fn a_request_of_another_key_name_or_audience_is_refused() {
    let foreign = request().sign(&key(2)).unwrap();
    assert_eq!(check(&foreign), Err(RequestError::Jws(JwsError::Signature)));
    assert_eq!(changed(|r| r.audience = id("nobody")), RequestError::UnknownAudience(id("nobody")));
    assert_eq!(changed(|r| r.audience = id("other")), RequestError::Jws(JwsError::Signature));
    let payload = serde_json::to_vec(&request()).unwrap();
    let renamed = Jws::sign(Kind::REQUEST, &key(1), &id("other"), REQUEST_TYPE, payload.clone()).unwrap();
    let renamed = SignedRequest::from_bytes(renamed.as_bytes()).unwrap();
    assert_eq!(check(&renamed), Err(RequestError::KeyIdMismatch));
    let retyped = Jws::sign(Kind::REQUEST, &key(1), &id("shop"), "shiming-trust+jws", payload).unwrap();
    let retyped = SignedRequest::from_bytes(retyped.as_bytes()).unwrap();
    assert_eq!(check(&retyped), Err(RequestError::Jws(JwsError::WrongType)));
}

#[test]
fn an_altered_payload_breaks_the_signature() {
    let text = String::from_utf8(request().sign(&key(1)).unwrap().as_bytes().to_vec()).unwrap();
    let parts: Vec<&str> = text.split('.').collect();
    let mut payload: Json = serde_json::from_slice(&from_base64url(parts[1]).unwrap()).unwrap();
    payload["status_epoch"] = json!(8);
    let forged = format!("{}.{}.{}", parts[0], to_base64url(payload.to_string().as_bytes()), parts[2]);
    let forged = SignedRequest::from_bytes(forged.as_bytes()).unwrap();
    assert_eq!(check(&forged), Err(RequestError::Jws(JwsError::Signature)));
}

#[test]
fn a_request_is_answered_in_its_time_only() {
    let signed = request().sign(&key(1)).unwrap();
    assert!(check_at(&signed, NOW - 60, today()).is_ok());
    assert_eq!(check_at(&signed, NOW - 61, today()), Err(RequestError::NotYetValid));
    assert!(check_at(&signed, NOW + 300, today()).is_ok());
    assert_eq!(check_at(&signed, NOW + 301, today()), Err(RequestError::Expired));
    assert_eq!(changed(|r| r.expires_at = r.created_at.plus(LIFETIME_CAP_SECONDS + 1)), RequestError::Lifetime);
    assert_eq!(changed(|r| r.expires_at = r.created_at.plus(-1)), RequestError::Lifetime);
    assert_eq!(changed(|r| r.expires_at = UnixTime::from_seconds(i64::MAX)), RequestError::Lifetime);
    let extreme = |r: &mut Request| {
        r.created_at = UnixTime::from_seconds(i64::MIN);
        r.expires_at = UnixTime::from_seconds(i64::MIN);
    };
    assert_eq!(changed(extreme), RequestError::Expired);
}

#[test]
fn today_is_at_most_a_day_from_the_own_date() {
    let signed = request().sign(&key(1)).unwrap();
    for (own, ok) in [(20_261_120, false), (20_261_121, true), (20_261_123, true), (20_261_124, false)] {
        let found = check_at(&signed, NOW, Date::from_yyyymmdd(own).unwrap());
        assert_eq!(found.map(|_| ()), if ok { Ok(()) } else { Err(RequestError::WrongDate) }, "{own}");
    }
}

#[test]
fn endpoint_and_purpose_must_be_registered() {
    for endpoint in ["https://shop.example/answer/", "https://evil.example/answer", "", "HTTPS://shop.example/answer"] {
        assert_eq!(changed(|r| r.response_endpoint = endpoint.into()), RequestError::EndpointNotRegistered);
    }
    assert_eq!(changed(|r| r.policy.id = "ride-hailing:1".into()), RequestError::PurposeNotRegistered);
    assert_eq!(changed(|r| r.policy.id = String::new()), RequestError::PurposeNotRegistered);
}

#[test]
fn the_policy_must_be_the_registered_one() {
    let changes: [fn(&mut PolicyDocument); 13] = [
        |p| p.credentials[0].require.push(clause(r#"{"attribute": "sex", "equal": 2}"#)),
        |p| _ = p.credentials[0].require.pop(),
        |p| p.credentials[0].require[0].age_at_least = Some(19),
        // An easier bound asks for less and tells something else: a series of them narrows the value down.
        |p| p.credentials[0].require[0].age_at_least = Some(17),
        |p| p.credentials[0].require.swap(0, 1),
        |p| p.credentials[0].disclose.push("document_number".into()),
        |p| p.credentials[0].issuers.push("another-issuer".into()),
        |p| p.credentials[0].omit.push("verified".into()),
        |p| p.credentials.push(p.credentials[0].clone()),
        |p| p.credentials.clear(),
        |p| p.pseudonym = None,
        |p| p.pseudonym.as_mut().unwrap().scope = "voting".into(),
        |p| p.paths.push("conventional".into()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(changed(|r| change(&mut r.policy)), RequestError::PurposeMismatch, "change {number}");
    }
    // Above the cap of a policy there is no digest; a request is allowed to be longer.
    let long = changed(|r| r.policy.credentials[0].issuers = (0..2_000).map(|n| format!("issuer-{n}")).collect());
    assert_eq!(long, RequestError::PurposeMismatch);
}

fn clause(json: &str) -> shiming::policy::ClauseDocument {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_digest_of_a_policy_is_of_its_compact_json() {
    // Layout, the order of members and members that say nothing do not count.
    let original = policy().digest().unwrap();
    let sorted: serde_json::Value = serde_json::to_value(policy()).unwrap();
    let mut reordered: serde_json::Value = serde_json::from_str(&sorted.to_string()).unwrap();
    reordered["credentials"][0]["omit"] = serde_json::json!([]);
    reordered["credentials"][0].as_object_mut().unwrap().remove("disclose");
    let text = serde_json::to_string_pretty(&reordered).unwrap();
    assert_eq!(serde_json::from_str::<PolicyDocument>(&text).unwrap().digest().unwrap(), original);
    // Recomputed with Python's hashlib over the tag and the JSON, each behind its length in 8 bytes.
    assert_eq!(original.to_string(), "2e1a9e525cb4bc62392882baee90a66316da468ac68cc5c3c2d7119cd18b7cd7");
}

#[test]
fn keys_schemas_and_epoch_must_be_the_own_ones() {
    let unknown = changed(|r| _ = r.relations.insert(id("status"), digest(1)));
    assert_eq!(unknown, RequestError::UnknownRelation(id("status")));
    let other = changed(|r| _ = r.relations.insert(id("range"), digest(1)));
    assert_eq!(other, RequestError::RelationKeyNotTrusted(id("range")));
    for name in ["credential/native", "range", "membership"] {
        let missing = changed(|r| _ = r.relations.remove(&id(name)));
        assert_eq!(missing, RequestError::RelationMissing(name.into()));
    }
    let unknown = changed(|r| _ = r.schemas.insert(id("cn-passport"), digest(1)));
    assert_eq!(unknown, RequestError::UnknownSchema(id("cn-passport")));
    let other = changed(|r| _ = r.schemas.insert(id("cn-realname"), digest(1)));
    assert_eq!(other, RequestError::SchemaNotTrusted(id("cn-realname")));
    assert_eq!(changed(|r| r.schemas.clear()), RequestError::SchemaMissing(id("cn-realname")));
    assert_eq!(changed(|r| r.status_epoch = 6), RequestError::StatusEpoch { requested: 6, trusted: 7 });
}

#[test]
fn a_bundle_that_vouches_for_another_table_than_the_own_one_is_noticed() {
    let table = include_str!("../schemas/cn-realname.json").replacen("\"version\": 1", "\"version\": 2", 1);
    let mut own = Schemas::empty();
    own.insert(Schema::load(table.as_bytes()).unwrap()).unwrap();
    let signed = request().sign(&key(1)).unwrap();
    let bundle = TrustBundle::new(bundle()).unwrap();
    let found = signed.check(&bundle, &own, UnixTime::from_seconds(NOW), today());
    assert_eq!(found, Err(RequestError::SchemaNotTrusted(id("cn-realname"))));
}

#[test]
fn a_stale_bundle_answers_nothing() {
    let signed = request().sign(&key(1)).unwrap();
    let mut document = bundle();
    document.max_staleness_seconds = 999;
    let bundle = TrustBundle::new(document).unwrap();
    let found = signed.check(&bundle, &Schemas::standard(), UnixTime::from_seconds(NOW), today());
    assert_eq!(found, Err(RequestError::TrustBundle(BundleError::Stale)));
}

#[test]
fn an_invalid_policy_is_refused_by_its_rule() {
    let mut empty = request();
    empty.policy.credentials.clear();
    let mut document = bundle();
    document.verifiers[0].purposes = [(id("live-commerce:1"), empty.policy.digest().unwrap())].into();
    let bundle = TrustBundle::new(document).unwrap();
    let signed = empty.sign(&key(1)).unwrap();
    let found = signed.check(&bundle, &Schemas::standard(), UnixTime::from_seconds(NOW), today());
    assert_eq!(found, Err(RequestError::Policy(PolicyError::NoCredentials)));
}

#[test]
fn the_payload_is_strict_json() {
    let honest = String::from_utf8(serde_json::to_vec(&request()).unwrap()).unwrap();
    let read = |payload: String| {
        let jws = Jws::sign(Kind::REQUEST, &key(1), &id("shop"), REQUEST_TYPE, payload.into_bytes()).unwrap();
        SignedRequest::from_bytes(jws.as_bytes()).unwrap_err()
    };
    let twice = honest.replacen("{\"credential/native\":", "{\"range\":\"x\",\"credential/native\":", 1);
    assert_eq!(read(twice), JwsError::Decode(DecodeError::DuplicateKey("range".into())));
    assert_eq!(read(format!("{honest}{{}}")), JwsError::Decode(DecodeError::TrailingBytes));
    for (from, to) in [
        ("\"nonce\":\"", "\"nonce\":\"A"),
        ("\"today\":20261122", "\"today\":20261131"),
        ("\"today\":", "\"tomorrow\":1,\"today\":"),
        ("\"audience\":\"shop\"", "\"audience\":\"s hop\""),
        ("\"status_epoch\":7", "\"status_epoch\":-7"),
        ("\"status_epoch\":7", "\"status_epoch\":\"7\""),
    ] {
        assert!(honest.contains(from), "{from}");
        assert!(matches!(read(honest.replacen(from, to, 1)), JwsError::Decode(DecodeError::Json(_))), "{to}");
    }
    let long = vec![b'a'; (64 << 10) + 1];
    let cap = DecodeError::TooLarge { cap: 64 << 10 };
    assert_eq!(SignedRequest::from_bytes(&long).unwrap_err(), JwsError::Decode(cap));
}

proptest! {
    #[test]
    fn reading_never_panics(bytes: Vec<u8>, a in "[A-Za-z0-9_-]{0,40}", b in "[A-Za-z0-9_=-]{0,40}") {
        let _ = SignedRequest::from_bytes(&bytes);
        let _ = SignedRequest::from_bytes(format!("{a}.{b}.{a}").as_bytes());
    }

    #[test]
    fn one_changed_byte_is_never_accepted(place in 0usize..2000, change in 1u8..=255) {
        let mut bytes = request().sign(&key(1)).unwrap().as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] ^= change;
        if let Ok(read) = SignedRequest::from_bytes(&bytes) {
            prop_assert!(check(&read).is_err());
        }
    }
}
