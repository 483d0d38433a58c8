//! Requests: one valid one, one field changed, the exact reason why no holder answers it and no verifier makes it.

use crate::{rejections::scene, world::*};
use shiming::{
    codec::DecodeError,
    digest::Digest,
    jws::JwsError,
    policy::{PolicyError, PolicyFault},
    registry::BundleError,
    request::{LIFETIME_CAP_SECONDS, Request, RequestError, SignedRequest},
    signature::Es256SigningKey,
    time::{Date, UnixTime},
    verifier::AskError,
};
use std::collections::BTreeMap;

fn valid() -> Request {
    scene().world.ask(FOUR_COMPARISONS).request().request().clone()
}

fn check(signed: &SignedRequest, now: UnixTime, today: Date) -> Option<RequestError> {
    let trust = &scene().world.trust;
    signed.check(trust.bundle(), trust.schemas(), now, today).err()
}

fn today() -> Date {
    scene().world.today()
}

/// Why a request with a change is refused; it is signed with the platform's key after the change.
fn changed(change: impl FnOnce(&mut Request)) -> Option<RequestError> {
    changed_and_signed(change, &es256(11))
}

fn changed_and_signed(change: impl FnOnce(&mut Request), key: &Es256SigningKey) -> Option<RequestError> {
    let mut request = valid();
    change(&mut request);
    check(&request.sign(key).unwrap(), NOW, today())
}

/// The bytes of a valid request with one of the three parts of the JWS changed.
fn parts(change: impl FnOnce(&mut [String; 3])) -> Result<SignedRequest, JwsError> {
    let bytes = valid().sign(&es256(11)).unwrap().as_bytes().to_vec();
    let text = String::from_utf8(bytes).unwrap();
    let mut parts: [String; 3] = text.split('.').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    change(&mut parts);
    SignedRequest::from_bytes(parts.join(".").as_bytes())
}

#[test]
fn the_unchanged_request_is_answered() {
    assert_eq!(changed(|_| {}), None);
}

#[test]
fn an_unsigned_request_is_refused() {
    assert_eq!(parts(|parts| parts[2].clear()).err(), Some(JwsError::Unsigned));
    let none = shiming::codec::to_base64url(br#"{"alg":"none","kid":"platform","typ":"shiming-request+jws"}"#);
    assert_eq!(parts(|parts| parts[0] = none).err(), Some(JwsError::Header));
    let two = SignedRequest::from_bytes(b"e30.e30");
    assert_eq!(two.err(), Some(JwsError::Parts));
}

#[test]
fn a_request_whose_payload_changed_after_signing_is_refused() {
    let other = shiming::codec::to_base64url(&serde_json::to_vec(&valid()).unwrap());
    let signed = parts(|parts| parts[1] = other).unwrap();
    assert_eq!(check(&signed, NOW, today()), Some(RequestError::Jws(JwsError::Signature)));
}

#[test]
fn a_request_signed_by_anybody_elses_key_is_refused() {
    let expected = Some(RequestError::Jws(JwsError::Signature));
    assert_eq!(changed_and_signed(|_| {}, &es256(99)), expected);
    // The key of another registered verifier, too.
    assert_eq!(changed_and_signed(|_| {}, &es256(12)), expected);
    assert_eq!(changed_and_signed(|request| request.audience = id("other"), &es256(11)), expected);
}

#[test]
fn a_request_of_an_unregistered_audience_is_refused() {
    let refused = changed(|request| request.audience = id("stranger"));
    assert_eq!(refused, Some(RequestError::UnknownAudience(id("stranger"))));
}

#[test]
fn a_request_for_one_audience_under_the_name_of_another_is_refused() {
    let header = br#"{"alg":"ES256","kid":"other","typ":"shiming-request+jws"}"#;
    let signed = parts(|parts| parts[0] = shiming::codec::to_base64url(header)).unwrap();
    assert_eq!(check(&signed, NOW, today()), Some(RequestError::KeyIdMismatch));
}

#[test]
fn another_signed_object_of_the_verifier_is_no_request() {
    let header = br#"{"alg":"ES256","kid":"platform","typ":"shiming-verdict+jws"}"#;
    let signed = parts(|parts| parts[0] = shiming::codec::to_base64url(header)).unwrap();
    assert_eq!(check(&signed, NOW, today()), Some(RequestError::Jws(JwsError::WrongType)));
}

#[test]
fn a_date_one_day_off_is_answered_and_two_days_off_is_refused() {
    let shifted = |days| changed(|request| request.today = request.today.plus_days(days).unwrap());
    assert_eq!([shifted(-1), shifted(1)], [None, None]);
    assert_eq!([shifted(-2), shifted(2)], [const { Some(RequestError::WrongDate) }; 2]);
}

#[test]
fn an_endpoint_that_is_not_the_audiences_is_refused() {
    for endpoint in [OTHER_ENDPOINT, "https://live.example/answers/", "http://live.example/answers", ""] {
        let refused = changed(|request| request.response_endpoint = endpoint.to_owned());
        assert_eq!(refused, Some(RequestError::EndpointNotRegistered), "{endpoint}");
    }
}

#[test]
fn a_policy_that_the_audience_is_not_registered_for_is_refused() {
    for purpose in ["test:3", "test", "TEST:1", ""] {
        let refused = changed(|request| request.policy.id = purpose.to_owned());
        assert_eq!(refused, Some(RequestError::PurposeNotRegistered), "{purpose}");
    }
}

#[test]
fn a_request_is_answered_until_its_last_second() {
    let request = valid();
    let (signed, last) = (request.sign(&es256(11)).unwrap(), request.expires_at);
    assert_eq!(check(&signed, last, today()), None);
    assert_eq!(check(&signed, last.plus(1), today()), Some(RequestError::Expired));
}

#[test]
fn a_request_from_the_future_is_refused_beyond_the_clock_skew() {
    let request = valid();
    let signed = request.sign(&es256(11)).unwrap();
    assert_eq!(check(&signed, request.created_at.plus(-60), today()), None);
    assert_eq!(check(&signed, request.created_at.plus(-61), today()), Some(RequestError::NotYetValid));
}

#[test]
fn a_lifetime_that_is_negative_or_above_the_cap_is_refused() {
    let lifetime = |seconds| changed(|request| request.expires_at = request.created_at.plus(seconds));
    assert_eq!([lifetime(0), lifetime(LIFETIME_CAP_SECONDS)], [None, None]);
    assert_eq!([lifetime(-1), lifetime(LIFETIME_CAP_SECONDS + 1)], [const { Some(RequestError::Lifetime) }; 2]);
}

#[test]
fn a_relation_key_that_the_bundle_does_not_have_is_refused() {
    let range = id("range");
    let refused = changed(|request| {
        let _ = request.relations.insert(id("range"), Digest::from_bytes([7; 32]));
    });
    assert_eq!(refused, Some(RequestError::RelationKeyNotTrusted(range.clone())));
    let refused = changed(|request| {
        let membership = request.relations[&id("membership")];
        request.relations.insert(id("range"), membership);
    });
    assert_eq!(refused, Some(RequestError::RelationKeyNotTrusted(range)));
    let refused = changed(|request| {
        let _ = request.relations.insert(id("circus"), Digest::from_bytes([7; 32]));
    });
    assert_eq!(refused, Some(RequestError::UnknownRelation(id("circus"))));
}

#[test]
fn a_relation_that_the_policy_needs_must_be_named() {
    for name in ["credential/native", "range"] {
        let refused = changed(|request| {
            let _ = request.relations.remove(&id(name));
        });
        assert_eq!(refused, Some(RequestError::RelationMissing(name.to_owned())));
    }
    assert_eq!(
        changed(|request| {
            let _ = request.relations.remove(&id("membership"));
        }),
        None
    );
}

#[test]
fn a_schema_digest_that_the_bundle_does_not_have_is_refused() {
    let refused = changed(|request| {
        let _ = request.schemas.insert(id("cn-realname"), Digest::from_bytes([7; 32]));
    });
    assert_eq!(refused, Some(RequestError::SchemaNotTrusted(id("cn-realname"))));
    let refused = changed(|request| {
        let _ = request.schemas.insert(id("cn-fiction"), Digest::from_bytes([7; 32]));
    });
    assert_eq!(refused, Some(RequestError::UnknownSchema(id("cn-fiction"))));
    let refused = changed(|request| request.schemas = BTreeMap::new());
    assert_eq!(refused, Some(RequestError::SchemaMissing(id("cn-realname"))));
}

#[test]
fn another_status_epoch_than_the_bundles_is_refused() {
    let refused = changed(|request| request.status_epoch = 3);
    assert_eq!(refused, Some(RequestError::StatusEpoch { requested: 3, trusted: 0 }));
}

#[test]
fn a_holder_with_a_stale_trust_bundle_answers_nothing() {
    let signed = valid().sign(&es256(11)).unwrap();
    let refused = |world: &World| signed.check(world.trust.bundle(), world.trust.schemas(), NOW, today()).err();
    let stale = World::changed(|document| document.max_staleness_seconds = 3_599);
    assert_eq!(refused(&stale), Some(RequestError::TrustBundle(BundleError::Stale)));
    let early = World::changed(|document| document.issued_at = NOW.plus(61));
    assert_eq!(refused(&early), Some(RequestError::TrustBundle(BundleError::FromTheFuture)));
}

fn policy_fault(clause: &str) -> Option<RequestError> {
    let policy = document(&identity_policy(clause));
    // Registration vouches for a policy, not for its form.
    let trust = &scene().world.registered(&policy);
    let request = Request { policy: policy.clone(), ..valid() };
    let changed = request.sign(&es256(11)).unwrap().check(trust.bundle(), trust.schemas(), NOW, today()).err();
    let asked = scene().world.platform.request(&policy, ENDPOINT, trust, NOW, &mut rng(1));
    assert_eq!(asked.err(), changed.clone().map(AskError::Request), "both sides refuse alike");
    changed
}

#[test]
fn a_policy_that_breaks_the_schemas_table_is_refused_by_both_sides() {
    let at = |attribute: &str, fault| {
        Some(RequestError::Policy(PolicyError::Attribute { credential: 0, attribute: attribute.to_owned(), fault }))
    };
    let not_allowed = at("document_number", PolicyFault::NotAllowed);
    assert_eq!(policy_fault(r#"{"attribute": "document_number", "at_least": 1}"#), not_allowed);
    let not_allowed = at("nationality", PolicyFault::NotAllowed);
    assert_eq!(policy_fault(r#"{"attribute": "nationality", "at_least": 1}"#), not_allowed);
    assert_eq!(policy_fault(r#"{"attribute": "holder_tag", "equal": 1}"#), at("holder_tag", PolicyFault::NotAllowed));
    assert_eq!(policy_fault(r#"{"attribute": "region", "in": []}"#), at("region", PolicyFault::EmptySet));
    let repeated = r#"{"attribute": "region", "not_in": [110101, 310101, 110101]}"#;
    assert_eq!(policy_fault(repeated), at("region", PolicyFault::DuplicateElement));
    let seventeen: Vec<String> = (0..17).map(|i| (310_101 + i).to_string()).collect();
    let long = format!(r#"{{"attribute": "region", "in": [{}]}}"#, seventeen.join(", "));
    assert_eq!(policy_fault(&long), at("region", PolicyFault::SetTooLong));
    let upper = r#"{"attribute": "account_class", "at_most": 2}"#;
    assert_eq!(policy_fault(upper), at("account_class", PolicyFault::NotRequired));
}

#[test]
fn a_verifier_makes_no_request_that_holders_would_refuse() {
    let world = &scene().world;
    let ask = |policy: &str, endpoint: &str, now| {
        world.platform.request(&document(policy), endpoint, &world.trust, now, &mut rng(1)).err()
    };
    let request = |error| Some(AskError::Request(error));
    let endpoint = ask(FOUR_COMPARISONS, OTHER_ENDPOINT, NOW);
    assert_eq!(endpoint, request(RequestError::EndpointNotRegistered));
    let purpose = ask(&FOUR_COMPARISONS.replace("test:1", "test:9"), ENDPOINT, NOW);
    assert_eq!(purpose, request(RequestError::PurposeNotRegistered));
    let more = FOUR_COMPARISONS.replace(r#""disclose": []"#, r#""disclose": ["document_number"]"#);
    assert_eq!(ask(&more, ENDPOINT, NOW), request(RequestError::PurposeMismatch));
    let stale = ask(FOUR_COMPARISONS, ENDPOINT, NOW.plus(86_400 * 40));
    assert_eq!(stale, request(RequestError::TrustBundle(BundleError::Stale)));
    assert_eq!(ask(FOUR_COMPARISONS, ENDPOINT, UnixTime::from_seconds(i64::MAX)), Some(AskError::Time));
}

#[test]
fn request_files_are_capped_and_ascii() {
    let cap = 64 << 10;
    let too_large = Some(JwsError::Decode(DecodeError::TooLarge { cap }));
    assert_eq!(SignedRequest::from_bytes(&vec![b'a'; cap + 1]).err(), too_large);
    assert_eq!(SignedRequest::from_bytes(&vec![b'a'; cap]).err(), Some(JwsError::Parts));
    assert_eq!(SignedRequest::from_bytes(&[0xff; 8]).err(), Some(JwsError::Decode(DecodeError::NotUtf8)));
    assert_eq!(SignedRequest::from_bytes(b"").err(), Some(JwsError::Parts));
}
