//! The record of legal bases at an issue (rule PROOF-BASIS; rows 1.1, 1.8 and 1.12).

use crate::world::World;
use shiming::{
    custody::LegalBasis,
    digest::Digest,
    evidence::EvidenceKind as K,
    proofing::{BasisError, Event, IssuanceBasis, Path, Stage},
    schema::{Schema, Schemas},
};
use std::sync::Arc;

fn schema() -> Arc<Schema> {
    Arc::clone(Schemas::standard().get("cn-realname").unwrap())
}

#[test]
fn an_issue_names_the_bases_of_its_attributes_and_of_its_evidence() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(walk.event(&Event::Issued { tag: Digest::from_bytes([1; 32]) }), Stage::Issued);
    let record = IssuanceBasis::of(&walk.case, &schema()).unwrap();
    assert_eq!((record.subject(), record.issued_at()), (world.session.subject(), walk.at));
    assert_eq!(record.schema(), &schema().digest());
    for basis in [
        LegalBasis::CybersecurityLaw,
        LegalBasis::AntiMoneyLaunderingLaw,
        LegalBasis::PaymentMeasures,
        // Of the face, which no attribute is.
        LegalBasis::ProtectionRequirements,
        LegalBasis::FinancialInformation,
        LegalBasis::PiplSensitive,
    ] {
        assert!(record.bases().contains(&basis), "{basis:?}");
    }
    assert!(!record.bases().contains(&LegalBasis::PiplChildren));
    let json = serde_json::to_string(&record).unwrap();
    assert!(json.contains(r#""csl","aml""#), "{json}");
    assert_eq!(serde_json::from_str::<IssuanceBasis>(&json).unwrap(), record);
}

#[test]
fn a_childs_issue_names_the_guardians_consent() {
    let world = World::new();
    let mut walk = world.open(Path::Child).into_id_verified();
    walk.event(&Event::Relative { relative: World::relative() });
    for kind in [K::BirthCertificate, K::GuardianConsent, K::Face, K::Video] {
        walk.pass(kind);
    }
    walk.event(&Event::Issued { tag: Digest::from_bytes([1; 32]) });
    let record = IssuanceBasis::of(&walk.case, &schema()).unwrap();
    assert!(record.bases().contains(&LegalBasis::PiplChildren));
}

#[test]
fn proof_basis_nothing_is_recorded_of_what_was_not_issued_or_is_unclassified() {
    let world = World::new();
    let mut walk = world.open(Path::Ordinary).into_face_enrolled();
    assert_eq!(IssuanceBasis::of(&walk.case, &schema()), Err(BasisError::NotIssued(Stage::FaceEnrolled)));
    walk.event(&Event::Issued { tag: Digest::from_bytes([1; 32]) });
    let json = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/cn-realname.json")).unwrap();
    let unknown = Schema::load(json.replace("\"region\"", "\"shoe_size\"").as_bytes()).unwrap();
    let error = IssuanceBasis::of(&walk.case, &unknown).unwrap_err();
    assert!(matches!(&error, BasisError::UnclassifiedAttribute(name) if name.0 == "shoe_size"), "{error}");
}
