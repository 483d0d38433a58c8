//! What makes an attestation evidence (rules EVIDENCE-*).

use crate::world::{NOW, World, id};
use shiming::{
    codec::DecodeError,
    digest::Digest,
    document::DocumentType,
    evidence::{
        Attestation, Blame, DocumentTerm, Element, EvidenceError, EvidenceKind as K, Fact, FactKey, Member, Outcome,
        Session, SignedAttestation,
    },
    jws::JwsError,
    registry::{BundleDocument, BundleError, TrustBundle},
    time::UnixTime,
};
use std::collections::BTreeSet;

fn refused(world: &World, kind: K, change: impl FnOnce(&mut Attestation)) -> EvidenceError {
    let mut said = world.says(kind, NOW);
    change(&mut said);
    world.check(&world.signed(&said), NOW).unwrap_err()
}

#[test]
fn every_kind_is_accepted_from_a_source_that_may_attest_it() {
    let world = World::new();
    for (_, kinds) in SOURCED {
        for kind in *kinds {
            let signed = world.signed(&world.says(*kind, NOW));
            let evidence = world.check(&signed, NOW).unwrap();
            assert_eq!(
                (evidence.kind(), evidence.result(), evidence.subject()),
                (*kind, Outcome::Pass, world.session.subject())
            );
            assert_eq!(evidence.attestation(), &signed.digest());
            let again = SignedAttestation::from_bytes(signed.as_bytes()).unwrap();
            assert_eq!(world.check(&again, NOW).unwrap(), evidence);
        }
    }
}

/// One kind of each algorithm and shape.
const SOURCED: &[(&str, &[K])] = &[(
    "all",
    &[K::Population, K::BankCard, K::Face, K::Device, K::RiskTier, K::Branch, K::CarrierRealName, K::Kinship, K::Video],
)];

#[test]
fn evidence_signed_an_edited_attestation_or_another_algorithm_is_refused() {
    let world = World::new();
    let signed = world.signed(&world.says(K::Population, NOW));
    let text = String::from_utf8(signed.as_bytes().to_vec()).unwrap();
    let [head, payload, signature] = text.split('.').collect::<Vec<_>>().try_into().unwrap();
    // The last payload character carries at least two bits of JSON's closing brace.
    let other = world.signed(&world.says(K::Population, NOW.plus(1)));
    let other = String::from_utf8(other.as_bytes().to_vec()).unwrap();
    let [_, other_payload, _] = other.split('.').collect::<Vec<_>>().try_into().unwrap();
    assert_ne!(payload, other_payload);
    let edited = SignedAttestation::from_bytes(format!("{head}.{other_payload}.{signature}").as_bytes()).unwrap();
    assert_eq!(world.check(&edited, NOW), Err(EvidenceError::Signed(JwsError::Signature)));
    // The registry's key is SM2; a header that says ES256 does not change that.
    let es256 = world.signed(&world.says(K::BankCard, NOW));
    let es256 = String::from_utf8(es256.as_bytes().to_vec()).unwrap();
    let es256_head = es256.split('.').next().unwrap().to_owned();
    let forged = shiming::codec::from_base64url(&es256_head).unwrap();
    let forged = String::from_utf8(forged).unwrap().replace("network", "registry");
    let forged = shiming::codec::to_base64url(forged.as_bytes());
    let forged = SignedAttestation::from_bytes(format!("{forged}.{payload}.{signature}").as_bytes()).unwrap();
    assert_eq!(world.check(&forged, NOW), Err(EvidenceError::Signed(JwsError::Header)));
}

#[test]
fn evidence_signed_no_member_has_room_for_raw_data() {
    let world = World::new();
    let signed = world.signed(&world.says(K::BankCard, NOW));
    let payload = std::str::from_utf8(signed.as_bytes()).unwrap().split('.').nth(1).unwrap().to_owned();
    let payload = String::from_utf8(shiming::codec::from_base64url(&payload).unwrap()).unwrap();
    for member in [
        r#""pan":"6228480402564890018""#,
        r#""cvv":"123""#,
        r#""image":"AAAA""#,
        r#""template":"AAAA""#,
        r#""name":"x""#,
    ] {
        let with = format!("{},{member}}}", payload.strip_suffix('}').unwrap());
        let jws =
            format!("{}.{}.{}", head(&signed), shiming::codec::to_base64url(with.as_bytes()), "AAAA".repeat(21) + "AA");
        let refused = SignedAttestation::from_bytes(jws.as_bytes()).unwrap_err();
        // The kind is secret: the error says where, and never what.
        let JwsError::Decode(DecodeError::Json(said)) = &refused else { panic!("{refused:?}") };
        assert!(said.starts_with("line ") && !said.contains("6228480402564890018"), "{said}");
    }
}

fn head(signed: &SignedAttestation) -> String {
    std::str::from_utf8(signed.as_bytes()).unwrap().split('.').next().unwrap().to_owned()
}

#[test]
fn evidence_source_an_unknown_one_another_kind_and_a_past_window_are_refused() {
    let world = World::new();
    let said = world.says(K::Population, NOW);
    let signed = world.signed(&said);
    let check = |bundle: &shiming::registry::TrustBundle| signed.check(&world.session, bundle, 30, NOW).unwrap_err();
    let gone = world.bundle_with(|document| document.sources.retain(|source| source.id != id("registry")));
    assert_eq!(check(&gone), EvidenceError::UnknownSource(id("registry")));
    let past = world.bundle_with(|document| document.sources[0].not_after = NOW.plus(-1));
    assert_eq!(check(&past), EvidenceError::SourceWindow(id("registry")));
    let later = world.bundle_with(|document| document.sources[0].not_before = NOW.plus(1));
    assert_eq!(check(&later), EvidenceError::SourceWindow(id("registry")));
    let by_network = world.signed_by(&said, &id("network"));
    let not_authorised = EvidenceError::NotAuthorised { source_id: id("network"), kind: K::Population };
    assert_eq!(world.check(&by_network, NOW), Err(not_authorised.clone()));
    for error in [check(&gone), check(&past), not_authorised] {
        assert_eq!(error.blame(), Blame::Registry);
    }
}

#[test]
fn evidence_subject_another_case_session_or_nonce_is_refused() {
    let world = World::new();
    let other = Session::from_parts(&id("issuer"), &id("case-1"), [7; 32]);
    assert_eq!(refused(&world, K::Face, |said| said.subject = other.subject()), EvidenceError::OtherSubject);
    assert_eq!(refused(&world, K::Face, |said| said.nonce = [7; 32]), EvidenceError::OtherSubject);
    assert_eq!(EvidenceError::OtherSubject.blame(), Blame::Source);
    let nonce = *world.session.nonce();
    let subjects = [("issuer", "case-2"), ("other", "case-1")]
        .map(|(issuer, case)| Session::from_parts(&id(issuer), &id(case), nonce).subject());
    assert!(!subjects.contains(&world.session.subject()));
}

#[test]
fn evidence_fresh_the_kinds_age_the_sources_word_and_the_clock_bound_it() {
    let world = World::new();
    let signed = world.signed(&world.says(K::BankCard, NOW));
    // 实时: 300 seconds.
    assert!(world.check(&signed, NOW.plus(300)).is_ok());
    assert_eq!(world.check(&signed, NOW.plus(301)), Err(EvidenceError::Stale(K::BankCard)));
    let mut short = world.says(K::Population, NOW);
    short.valid_until = NOW.plus(10);
    let short = world.signed(&short);
    assert_eq!(world.check(&short, NOW.plus(10)).unwrap().usable_until(), NOW.plus(10));
    assert_eq!(world.check(&short, NOW.plus(11)), Err(EvidenceError::Stale(K::Population)));
    // A minute of difference between clocks.
    assert!(world.check(&signed, NOW.plus(-60)).is_ok());
    assert_eq!(world.check(&signed, NOW.plus(-61)), Err(EvidenceError::FromTheFuture));
    assert_eq!(EvidenceError::Stale(K::Face).blame(), Blame::Subject);
}

#[test]
fn evidence_form_what_passes_states_all_of_its_kind_and_nothing_else() {
    let world = World::new();
    let form = |kind| EvidenceError::Form(kind);
    assert_eq!(refused(&world, K::Face, |said| said.similarity_bp = None), form(K::Face));
    assert_eq!(refused(&world, K::Face, |said| said.liveness = None), form(K::Face));
    assert_eq!(
        refused(&world, K::Population, |said| {
            said.digests.remove(&Fact::Number);
        }),
        form(K::Population)
    );
    assert_eq!(refused(&world, K::Video, |said| said.tier = Some(1)), form(K::Video));
    assert_eq!(refused(&world, K::Video, |said| said.about = Some(Digest::from_bytes([1; 32]))), form(K::Video));
    assert_eq!(
        refused(&world, K::Device, |said| {
            said.digests.insert(Fact::Name, Digest::from_bytes([1; 32]));
        }),
        form(K::Device)
    );
    // Three of four elements are not four.
    let three = BTreeSet::from([Element::Name, Element::IdNumber, Element::CardNumber]);
    assert_eq!(refused(&world, K::BankCard, |said| said.elements = three), form(K::BankCard));
    // What failed may leave measures out, but not what it is about.
    let mut failed = world.says(K::Kinship, NOW);
    (failed.result, failed.about) = (Outcome::Fail, None);
    assert_eq!(world.check(&world.signed(&failed), NOW), Err(form(K::Kinship)));
    let mut failed = world.says(K::Face, NOW);
    (failed.result, failed.similarity_bp) = (Outcome::Fail, None);
    assert_eq!(world.check(&world.signed(&failed), NOW).unwrap().result(), Outcome::Fail);
}

#[test]
fn evidence_form_both_fours_of_a_card_are_accepted() {
    let world = World::new();
    for four in [Element::ARTICLE_FOUR, Element::INDUSTRY_FOUR] {
        let mut said = world.says(K::BankCard, NOW);
        said.elements = BTreeSet::from(four);
        assert!(world.check(&world.signed(&said), NOW).is_ok());
    }
}

#[test]
fn evidence_form_measures_outside_their_range_are_refused() {
    let world = World::new();
    assert_eq!(refused(&world, K::Face, |said| said.similarity_bp = Some(10_001)), EvidenceError::Range);
    assert_eq!(refused(&world, K::RiskTier, |said| said.tier = Some(16)), EvidenceError::Range);
    assert_eq!(refused(&world, K::BankRegion, |said| said.region = Some(109_999)), EvidenceError::Range);
    assert_eq!(refused(&world, K::Video, |said| said.valid_until = NOW.plus(-1)), EvidenceError::Range);
}

#[test]
fn a_face_that_is_not_living_has_failed_whatever_the_source_concludes() {
    let world = World::new();
    let mut said = world.says(K::Face, NOW);
    said.liveness = Some(false);
    assert_eq!(world.check(&world.signed(&said), NOW).unwrap().result(), Outcome::Fail);
}

#[test]
fn a_documents_term_is_answered_at_the_check_and_its_date_not_kept() {
    let world = World::new();
    let term = |until: u32| {
        let mut said = world.says(K::Population, NOW);
        said.document_valid_until = Some(crate::world::date(until));
        let evidence = world.check(&world.signed(&said), NOW).unwrap();
        assert!(!format!("{evidence:?}").contains(&until.to_string()));
        evidence.document().unwrap()
    };
    // Today is 1 June 2026.
    assert_eq!(term(20_260_531), DocumentTerm::Expired);
    assert_eq!(term(20_260_601), DocumentTerm::NearExpiry);
    assert_eq!(term(20_260_701), DocumentTerm::NearExpiry);
    assert_eq!(term(20_260_702), DocumentTerm::Current);
    assert_eq!(term(99_991_231), DocumentTerm::Current);
}

#[test]
fn digests_of_facts_depend_on_key_fact_and_normal_form() {
    let (one, two) = (FactKey::from_bytes([1; 32]), FactKey::from_bytes([2; 32]));
    assert_eq!(one.digest(Fact::Name, "Ame\u{301}lie"), one.digest(Fact::Name, "Am\u{e9}lie"));
    assert_ne!(one.digest(Fact::Name, "a"), two.digest(Fact::Name, "a"));
    assert_ne!(one.digest(Fact::Name, "a"), one.digest(Fact::Number, "a"));
}

#[test]
fn the_keyed_digest_is_hmac_sm3() {
    // `printf 'abc' | openssl dgst -sm3 -hmac key` gives 28e63256...; the digest here is over the fact's name, a zero byte and the
    // text: `printf 'name\0abc' | openssl dgst -sm3 -mac hmac -macopt hexkey:0101...01`.
    let digest = FactKey::from_bytes([1; 32]).digest(Fact::Name, "abc");
    assert_eq!(digest.to_string(), HMAC_SM3);
}

const HMAC_SM3: &str = "cce424dd1d0868246936abf4455744bbb0d200d7413085f8d7f88fe7bf8ea7d0";

#[test]
fn every_kind_has_a_row_number_an_age_and_a_name_of_its_own() {
    let names: BTreeSet<_> = K::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), K::ALL.len());
    for kind in K::ALL {
        assert!(kind.max_age_seconds() > 0 && kind.max_age_seconds() <= 86_400, "{kind:?}");
        let text = serde_json::to_string(kind).unwrap();
        assert_eq!(text, format!("\"{}\"", kind.as_str()));
        let members = kind.members();
        assert!((0..members.len()).all(|i| !members[..i].contains(&members[i])), "{kind:?} names a member twice");
    }
    // What identifies states every fact that a credential will.
    let facts = crate::world::person().facts();
    for kind in [K::Population, K::Passport] {
        assert!(facts.iter().all(|(fact, _)| kind.members().contains(&Member::Digest(*fact))));
    }
    assert_eq!(DocumentType::CitizenCard.code(), 1);
    assert!(UnixTime::from_seconds(0) < NOW);
}

#[test]
fn a_registry_lists_each_source_once_with_a_key_window_and_kinds_of_its_own() {
    let world = World::new();
    let refused = |change: fn(&mut BundleDocument)| {
        let mut document = world.bundle.document().clone();
        change(&mut document);
        TrustBundle::new(document).unwrap_err()
    };
    let twice = refused(|document| document.sources[1].key = document.sources[0].key);
    assert_eq!(twice, BundleError::SourceKey(id("border")));
    let one_id = refused(|document| document.sources[1].id = document.sources[0].id.clone());
    assert_eq!(one_id, BundleError::DuplicateSource(id("registry")));
    let reversed = refused(|document| document.sources[2].not_after = document.sources[2].not_before.plus(-1));
    assert_eq!(reversed, BundleError::SourceWindow(id("network")));
    let nothing = refused(|document| document.sources[2].kinds.clear());
    assert_eq!(nothing, BundleError::SourceKinds(id("network")));
    // A bundle without sources is written as it was before there were any.
    let mut none = world.bundle.document().clone();
    none.sources.clear();
    assert!(!String::from_utf8(TrustBundle::new(none).unwrap().to_json().unwrap()).unwrap().contains("sources"));
}
