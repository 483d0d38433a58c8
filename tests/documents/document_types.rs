//! The enumeration of slot 12.

use shiming::document::{DocumentType, UnknownDocumentType};
use shiming::issuer::CITIZEN_CARD;

#[test]
fn codes_are_1_to_9_and_stay_what_they_are() {
    let codes = DocumentType::ALL.map(|kind| (kind.code(), kind.term()));
    assert_eq!(
        codes,
        [
            (1, "居民身份证"),
            (2, "临时居民身份证"),
            (3, "港澳台居民居住证"),
            (4, "外国人永久居留身份证"),
            (5, "外国人永久居留身份证"),
            (6, "护照"),
            (7, "港澳居民来往内地通行证"),
            (8, "台湾居民来往大陆通行证"),
            (9, "往来港澳通行证"),
        ]
    );
    assert_eq!(DocumentType::CitizenCard.code(), CITIZEN_CARD);
    for kind in DocumentType::ALL {
        assert_eq!(DocumentType::from_code(kind.code()), Ok(kind));
    }
}

#[test]
fn other_codes_are_refused() {
    for code in [0, 10, 255, 257, u32::MAX] {
        assert_eq!(DocumentType::from_code(code), Err(UnknownDocumentType(code)));
    }
}

#[test]
fn the_loose_term_means_all_three_permits_and_no_other_document() {
    use DocumentType as T;
    let permits = vec![T::HkMacaoResidentPermit, T::TaiwanResidentPermit, T::MainlanderHkMacaoPermit];
    assert_eq!(T::of_term(T::PERMIT_ALIAS), permits);
    assert_eq!(T::of_term("往来港澳通行证"), [T::MainlanderHkMacaoPermit]);
    assert_eq!(T::of_term("回乡证"), [T::HkMacaoResidentPermit]);
    assert_eq!(T::of_term("台胞证"), [T::TaiwanResidentPermit]);
    assert_eq!(T::of_term("外国人永久居留身份证"), [T::PermanentResidentCard, T::OldPermanentResidentCard]);
}

#[test]
fn a_birth_certificate_is_no_identity_document() {
    for term in ["出生证明", "出生医学证明", "户口簿", "", "passport"] {
        assert_eq!(DocumentType::of_term(term), [], "{term}");
    }
}
