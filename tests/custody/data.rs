//! The table of data: complete, without contradictions, and in agreement with what a platform may keep.

use shiming::{
    custody::{Custodian, DATA, DataClass, LegalBasis, Occurrence, datum, legal_bases},
    evidence::EvidenceKind,
    schema::{Encoding, Schema, Schemas},
};
use std::collections::BTreeSet;

#[test]
fn every_attribute_of_every_schema_has_a_custodian_a_class_and_a_basis() {
    for schema in Schemas::standard().iter() {
        assert!(!legal_bases(schema).unwrap().is_empty());
        for slot in schema.slots().iter().filter(|slot| slot.encoding() != Encoding::Unused) {
            assert!(datum(Occurrence::Attribute, slot.name()).is_some(), "{}", slot.name());
        }
    }
}

#[test]
fn every_kind_of_evidence_has_one_row_and_no_row_is_of_an_unknown_kind() {
    for kind in EvidenceKind::ALL {
        assert!(datum(Occurrence::Evidence, kind.as_str()).is_some(), "{}", kind.as_str());
    }
    let rows = DATA.iter().filter(|row| row.occurrence == Occurrence::Evidence).count();
    assert_eq!(rows, EvidenceKind::ALL.len());
}

#[test]
fn an_attribute_that_nobody_has_classified_is_refused_by_name() {
    let json = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/cn-realname.json")).unwrap();
    let schema = Schema::load(json.replace("\"region\"", "\"shoe_size\"").as_bytes()).unwrap();
    let error = legal_bases(&schema).unwrap_err();
    assert_eq!(error.to_string(), "CUSTODY-TABLE: the attribute shoe_size has no custodian, class and basis");
}

#[test]
fn no_datum_has_two_rows() {
    let names: BTreeSet<_> = DATA.iter().map(|row| (row.occurrence, row.name)).collect();
    assert_eq!(names.len(), DATA.len());
    assert!(DATA.iter().all(|row| !row.basis.is_empty()));
    assert!(datum(Occurrence::Evidence, "document_number").is_none(), "an attribute is no evidence");
    assert!(datum(Occurrence::Attribute, "bio.face").is_none());
}

#[test]
fn a_platform_keeps_nothing_that_is_sensitive_on_a_document_or_on_a_card() {
    for row in DATA.iter().filter(|row| row.occurrence == Occurrence::Attribute && row.custodian == Custodian::Platform)
    {
        assert!(!row.sensitive && row.class < DataClass::C3, "{}", row.name);
    }
    let kept_by = |name: &str| datum(Occurrence::Attribute, name).unwrap().custodian;
    for name in ["document_number", "name_digest", "birth_date", "document_valid_until", "region", "sex"] {
        assert_eq!(kept_by(name), Custodian::PublicSecurity, "{name}");
    }
    assert_eq!((kept_by("card_digest"), kept_by("card_valid_until")), (Custodian::CardNetwork, Custodian::CardNetwork));
    // The members of a platform's record.
    for name in ["verified", "account_class", "status", "reverify_by"] {
        assert_eq!(kept_by(name), Custodian::Platform, "{name}");
    }
}

#[test]
fn what_authenticates_a_person_is_c3_and_sensitive() {
    for row in DATA.iter().filter(|row| row.name.starts_with("bio.") || row.name == "card_valid_until") {
        assert_eq!((row.class, row.sensitive), (DataClass::C3, true), "{}", row.name);
    }
    assert!(DataClass::C1 < DataClass::C2 && DataClass::C2 < DataClass::C3);
}

#[test]
fn a_childs_evidence_names_the_guardians_consent() {
    for name in ["birth.certificate", "guardian.consent"] {
        assert!(datum(Occurrence::Evidence, name).unwrap().basis.contains(&LegalBasis::PiplChildren));
    }
}

#[test]
fn codes_are_unique_and_survive_json() {
    let codes: BTreeSet<_> = LegalBasis::ALL.iter().map(|basis| basis.code()).collect();
    assert_eq!(codes.len(), LegalBasis::ALL.len());
    for basis in LegalBasis::ALL {
        let json = serde_json::to_string(basis).unwrap();
        assert_eq!(json, format!("\"{}\"", basis.code()));
        assert_eq!(serde_json::from_str::<LegalBasis>(&json).unwrap(), *basis);
    }
    assert!(serde_json::from_str::<LegalBasis>("\"gdpr\"").is_err());
}

#[test]
fn loose_titles_keep_the_sources_wording_beside_what_they_probably_mean() {
    let meant = |basis: LegalBasis| (basis.title(), basis.probably_means());
    assert_eq!(meant(LegalBasis::CybersecurityLaw), ("《网络安全法》", None));
    assert_eq!(meant(LegalBasis::AntiMoneyLaunderingLaw), ("《反洗钱法》", None));
    let (title, means) = meant(LegalBasis::ProtectionRequirements);
    assert!(title == "《网络安全防护技术要求》" && means.unwrap().starts_with("GB/T 22239-2019"));
    let (title, means) = meant(LegalBasis::FinancialInformation);
    assert!(title == "《个人金融信息保护规范》" && means.unwrap().starts_with("JR/T 0171-2020"));
}
