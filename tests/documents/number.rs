//! Document numbers.

use shiming::citizen_id::{CitizenId, CitizenIdError, Sex};
use shiming::document::{DocumentNumber, DocumentType as T, LegacyCitizenId, NumberError, normalised};
use shiming::time::DateError;

fn read(kind: T, text: &str) -> Result<String, NumberError> {
    DocumentNumber::parse(kind, text).map(|number| number.as_str().to_owned())
}

fn error(kind: T, text: &str) -> NumberError {
    read(kind, text).err().unwrap()
}

const CITIZEN: &str = "11010519491231002X";
const HONG_KONG: &str = "810000199205080035";
const TAIWAN: &str = "830000199205080012";
const FOREIGNER: &str = "911124199901010015";

#[test]
fn each_type_reads_its_own_form_as_it_is() {
    for (kind, text) in [
        (T::CitizenCard, CITIZEN),
        (T::CitizenCard, "440524188001010014"),
        (T::TemporaryCitizenCard, CITIZEN),
        (T::ResidencePermit, HONG_KONG),
        (T::ResidencePermit, TAIWAN),
        (T::PermanentResidentCard, FOREIGNER),
        (T::OldPermanentResidentCard, "CAN110099010112"),
        (T::Passport, "L898902C3"),
        (T::Passport, "E12345678"),
        (T::Passport, "1"),
        (T::HkMacaoResidentPermit, "H12345678"),
        (T::HkMacaoResidentPermit, "M00000001"),
        (T::TaiwanResidentPermit, "01234567"),
        (T::MainlanderHkMacaoPermit, "C12345678"),
        (T::MainlanderHkMacaoPermit, "CA1234567"),
    ] {
        let number = DocumentNumber::parse(kind, text).ok().unwrap();
        assert_eq!((number.document_type(), number.as_str(), number.reissue()), (kind, text, None));
    }
}

#[test]
fn numbers_of_gb_11643_state_birth_and_sex_and_others_do_not() {
    let of = |kind, text| {
        DocumentNumber::parse(kind, text).ok().unwrap().citizen_id().map(|id| (id.birth_date().to_u32(), id.sex()))
    };
    assert_eq!(of(T::CitizenCard, CITIZEN), Some((19_491_231, Sex::Female)));
    assert_eq!(of(T::PermanentResidentCard, FOREIGNER), Some((19_990_101, Sex::Male)));
    assert_eq!(of(T::Passport, "E12345678"), None);
    assert_eq!(of(T::HkMacaoResidentPermit, "H12345678"), None);
}

#[test]
fn a_number_of_another_kind_of_person_is_refused() {
    for (kind, text) in [
        (T::CitizenCard, HONG_KONG),
        (T::CitizenCard, FOREIGNER),
        (T::TemporaryCitizenCard, TAIWAN),
        (T::ResidencePermit, CITIZEN),
        (T::ResidencePermit, FOREIGNER),
        (T::PermanentResidentCard, CITIZEN),
        (T::PermanentResidentCard, HONG_KONG),
    ] {
        assert_eq!(error(kind, text), NumberError::Holder, "{kind:?} {text}");
    }
}

#[test]
fn residence_permits_have_three_regions() {
    let with_check = |digits: &str| {
        let remainder = digits.bytes().fold(0, |p, c| (p + u32::from(c - b'0')) * 2 % 11);
        format!("{digits}{}", char::from_digit((12 - remainder) % 11, 10).unwrap_or('X'))
    };
    assert!(read(T::ResidencePermit, &with_check("82000019920508002")).is_ok());
    for region in ["810001", "819999", "820100", "830001"] {
        assert_eq!(
            error(T::ResidencePermit, &with_check(&format!("{region}19920508003"))),
            NumberError::Region,
            "{region}"
        );
    }
}

#[test]
fn faults_of_gb_11643_keep_their_causes() {
    let of = |text| error(T::CitizenCard, text);
    assert_eq!(of("110105194912310020"), NumberError::CitizenId(CitizenIdError::CheckCharacter));
    assert_eq!(of("11010519491231002x"), NumberError::CitizenId(CitizenIdError::Character));
    assert_eq!(of("110105491231002"), NumberError::CitizenId(CitizenIdError::Length));
}

#[test]
fn other_lengths_are_refused() {
    for (kind, text) in [
        (T::OldPermanentResidentCard, "CAN11009901011"),
        (T::OldPermanentResidentCard, "CAN1100990101123"),
        (T::Passport, ""),
        (T::Passport, "ABCDEFGHIJ"),
        (T::HkMacaoResidentPermit, "H1234567"),
        (T::HkMacaoResidentPermit, "H123456780"),
        (T::HkMacaoResidentPermit, "H12345678012"),
        (T::TaiwanResidentPermit, "0123456"),
        (T::TaiwanResidentPermit, "012345678"),
        (T::MainlanderHkMacaoPermit, "C1234567"),
        (T::MainlanderHkMacaoPermit, "C123456789"),
    ] {
        assert_eq!(error(kind, text), NumberError::Length, "{kind:?} {text}");
    }
}

#[test]
fn other_characters_are_refused_also_lower_case_ones() {
    for (kind, text) in [
        (T::OldPermanentResidentCard, "can110099010112"),
        (T::OldPermanentResidentCard, "CA1110099010112"),
        (T::OldPermanentResidentCard, "CAN11009901011A"),
        (T::Passport, "e12345678"),
        (T::Passport, "E1234 678"),
        (T::Passport, "E1234<678"),
        (T::HkMacaoResidentPermit, "h12345678"),
        (T::HkMacaoResidentPermit, "A12345678"),
        (T::HkMacaoResidentPermit, "H1234567A"),
        (T::HkMacaoResidentPermit, "H123456780A"),
        (T::HkMacaoResidentPermit, "H12345678A0"),
        (T::TaiwanResidentPermit, "A1234567"),
        (T::MainlanderHkMacaoPermit, "W12345678"),
        (T::MainlanderHkMacaoPermit, "Ca1234567"),
    ] {
        assert_eq!(error(kind, text), NumberError::Character, "{kind:?} {text}");
    }
    // Bytes, not characters: within the length, a letter of another alphabet splits the text at no boundary.
    assert_eq!(error(T::HkMacaoResidentPermit, "H1234567é"), NumberError::Length);
    assert_eq!(error(T::Passport, "护照"), NumberError::Character);
}

#[test]
fn a_reissued_permit_has_the_number_of_the_first() {
    let first = DocumentNumber::parse(T::HkMacaoResidentPermit, "H1234567800").ok().unwrap();
    let again = DocumentNumber::parse(T::HkMacaoResidentPermit, "H1234567899").ok().unwrap();
    assert_eq!((first.as_str(), first.reissue()), ("H12345678", Some(0)));
    assert_eq!((again.as_str(), again.reissue()), ("H12345678", Some(99)));
}

#[test]
fn numbers_are_equal_with_their_types_only() {
    let id = |kind| DocumentNumber::parse(kind, CITIZEN).ok().unwrap();
    assert!(id(T::CitizenCard) == id(T::CitizenCard));
    assert!(id(T::CitizenCard) != id(T::TemporaryCitizenCard));
}

#[test]
fn input_in_lower_case_is_read_after_it_was_normalised() {
    assert_eq!(*normalised("11010519491231002x"), CITIZEN);
    assert_eq!(*normalised("h1234567800"), "H1234567800");
    assert_eq!(read(T::CitizenCard, &normalised("11010519491231002x")), Ok(CITIZEN.to_owned()));
    // Nothing else changes: neither blanks nor letters beyond ASCII.
    assert_eq!(*normalised(" 1101 x×é"), " 1101 X×é");
}

#[test]
fn a_legacy_number_is_that_of_the_current_card_with_its_century() {
    let current = CitizenId::parse(CITIZEN).ok().unwrap();
    assert!(LegacyCitizenId::parse("110105491231002").ok().unwrap().is_of(&current));
    for other in ["110105491231003", "110105491230002", "110106491231002"] {
        assert!(!LegacyCitizenId::parse(other).ok().unwrap().is_of(&current), "{other}");
    }
    // The same digits in another century are another person's.
    let older = CitizenId::parse("440524188001010014").ok().unwrap();
    assert!(!LegacyCitizenId::parse("440524800101001").ok().unwrap().is_of(&older));
}

#[test]
fn a_legacy_number_is_checked_as_far_as_it_goes() {
    let of = |text| LegacyCitizenId::parse(text).err().unwrap();
    for text in ["", "11010549123100", "1101054912310021", CITIZEN] {
        assert_eq!(of(text), NumberError::LegacyLength, "{text}");
    }
    for text in ["11010549123100X", "A10105491231002", "11010é491231002"] {
        let expected = if text.len() == 15 { NumberError::Character } else { NumberError::LegacyLength };
        assert_eq!(of(text), expected, "{text}");
    }
    assert_eq!(of("100105491231002"), NumberError::CitizenId(CitizenIdError::Region));
    assert_eq!(of("110105491331002"), NumberError::CitizenId(CitizenIdError::BirthDate(DateError::Month)));
    assert_eq!(of("110105490229002"), NumberError::CitizenId(CitizenIdError::BirthDate(DateError::Day)));
    assert_eq!(of("810000491231002"), NumberError::Holder);
}

#[test]
fn a_legacy_number_is_accepted_for_no_type() {
    for kind in T::ALL {
        assert!(read(kind, "110105491231002").is_err(), "{kind:?}");
    }
}
