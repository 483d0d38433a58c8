//! GB 11643-1999, with the standard's own numbers.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use shiming::citizen_id::{CitizenId, CitizenIdError, CitizenIdMismatch, NumberKind, Sex};
use shiming::time::{Date, DateError};

fn parsed(text: &str) -> CitizenId {
    CitizenId::parse(text).ok().unwrap()
}

fn error(text: &str) -> CitizenIdError {
    CitizenId::parse(text).err().unwrap()
}

/// The number of 17 digits with its check character, by ISO 7064: the weighted sum of all 18 is 1 modulo 11.
fn with_check(digits: &str) -> String {
    let remainder = digits.bytes().fold(0, |p, c| (p + u32::from(c - b'0')) * 2 % 11);
    let check = (12 - remainder) % 11;
    format!("{digits}{}", char::from_digit(check, 10).unwrap_or('X'))
}

#[test]
fn the_examples_of_the_standard_are_read() {
    let woman = parsed("11010519491231002X");
    assert_eq!((woman.region(), woman.birth_date().to_u32(), woman.sex()), (110_105, 19_491_231, Sex::Female));
    let man = parsed("440524188001010014");
    assert_eq!((man.region(), man.birth_date().to_u32(), man.sex()), (440_524, 18_800_101, Sex::Male));
    assert_eq!((man.kind(), man.country(), man.as_str()), (NumberKind::Citizen, None, "440524188001010014"));
}

#[test]
fn residence_permits_have_the_regions_81_to_83() {
    for (number, region) in [("810000199205080035", 810_000), ("830000199205080012", 830_000)] {
        let id = parsed(number);
        assert_eq!((id.kind(), id.region(), id.sex()), (NumberKind::ResidencePermit, region, Sex::Male));
    }
    assert_eq!(parsed(&with_check("82000019920508002")).kind(), NumberKind::ResidencePermit);
}

#[test]
fn permanent_residence_cards_have_a_province_and_a_country() {
    let id = parsed("911124199901010015");
    assert_eq!((id.kind(), id.region(), id.country()), (NumberKind::PermanentResident, 110_000, Some(124)));
    assert_eq!(id.birth_date().to_u32(), 19_990_101);
}

#[test]
fn another_length_is_refused_also_the_old_15_digits() {
    for text in ["", "110105491231002", "11010519491231002", "11010519491231002XX"] {
        assert_eq!(error(text), CitizenIdError::Length, "{text:?}");
    }
}

#[test]
fn other_characters_are_refused_also_a_lower_case_x() {
    for text in [
        "11010519491231002x",
        "1101051949123100XX",
        "11010519491231002A",
        "A1010519491231002X",
        "1101051949123100 X",
        "１１０１０５",
    ] {
        assert_eq!(error(text), CitizenIdError::Character, "{text:?}");
    }
}

#[test]
fn a_wrong_check_character_is_refused() {
    for text in ["110105194912310020", "110105194912310021", "44052418800101001X", "110105194912310039"] {
        assert_eq!(error(text), CitizenIdError::CheckCharacter, "{text:?}");
    }
}

#[test]
fn an_unknown_province_is_refused() {
    for digits in
        ["10010519491231002", "00000019491231002", "84000019920508003", "70010519491231002", "99912419990101001"]
    {
        assert_eq!(error(&with_check(digits)), CitizenIdError::Region, "{digits}");
    }
    assert_eq!(error(&with_check("91100019990101001")), CitizenIdError::Region, "country 000");
}

#[test]
fn an_unknown_county_is_accepted_because_codes_are_historical() {
    assert_eq!(parsed(&with_check("11999919491231002")).region(), 119_999);
}

#[test]
fn an_unreal_birth_date_is_refused() {
    for (digits, fault) in [
        ("11010519490231002", DateError::Day),
        ("11010519000229002", DateError::Day),
        ("11010519491331002", DateError::Month),
        ("11010515821231002", DateError::Year),
    ] {
        assert_eq!(error(&with_check(digits)), CitizenIdError::BirthDate(fault), "{digits}");
    }
}

#[test]
fn another_source_must_agree() {
    let id = parsed("11010519491231002X");
    let date = |n| Date::from_yyyymmdd(n).unwrap();
    assert_eq!(id.check_birth(date(19_491_231)), Ok(()));
    assert_eq!(id.check_birth(date(19_491_230)), Err(CitizenIdMismatch::BirthDate));
    assert_eq!(id.check_sex(Sex::Female), Ok(()));
    assert_eq!(id.check_sex(Sex::Male), Err(CitizenIdMismatch::Sex));
    assert_eq!(id.check_region(110_105), Ok(()));
    assert_eq!(id.check_region(110_101), Err(CitizenIdMismatch::Region));
}

proptest! {
    #[test]
    fn every_text_gives_a_number_or_an_error(text in "(?s).{0,24}") {
        if let Ok(id) = CitizenId::parse(&text) {
            prop_assert_eq!(id.as_str(), text);
        }
    }

    #[test]
    fn one_changed_digit_is_always_noticed(order in 0u32..1000, place in 0usize..17, change in 1u8..10) {
        let number = with_check(&format!("11010519491231{order:03}"));
        prop_assert!(CitizenId::parse(&number).is_ok());
        let mut changed = number.into_bytes();
        changed[place] = b'0' + (changed[place] - b'0' + change) % 10;
        let changed = String::from_utf8(changed).unwrap();
        prop_assert_eq!(CitizenId::parse(&changed).err(), Some(CitizenIdError::CheckCharacter));
    }
}
