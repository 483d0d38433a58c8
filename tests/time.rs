//! Dates, instants and windows.
// A test that fails should panic.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use shiming::time::{Date, DateError, UnixTime, Validity, ValidityError};

fn date(yyyymmdd: u32) -> Date {
    Date::from_yyyymmdd(yyyymmdd).unwrap()
}

#[test]
fn real_dates_are_accepted() {
    for real in [15_830_101, 20_000_229, 20_240_229, 19_000_228, 20_261_122, 99_991_231] {
        assert_eq!(date(real).to_u32(), real);
    }
}

#[test]
fn each_part_of_an_unreal_date_has_its_error() {
    for (unreal, error) in [
        (0, DateError::Year),
        (15_821_231, DateError::Year),
        (100_000_101, DateError::Year),
        (u32::MAX, DateError::Year),
        (20_260_001, DateError::Month),
        (20_261_301, DateError::Month),
        (20_261_100, DateError::Day),
        (20_261_131, DateError::Day),
        (20_260_229, DateError::Day),
        (19_000_229, DateError::Day),
        (21_000_229, DateError::Day),
        (20_240_230, DateError::Day),
        (20_260_132, DateError::Day),
    ] {
        assert_eq!(Date::from_yyyymmdd(unreal), Err(error), "{unreal}");
    }
}

#[test]
fn a_date_text_is_eight_ascii_digits() {
    assert_eq!(Date::parse("20261122"), Ok(date(20_261_122)));
    for text in ["", "2026-11-22", "2026112", "202611220", "+2026112", "2026112a", "２０２６", " 2026112"] {
        assert_eq!(Date::parse(text), Err(DateError::Format), "{text:?}");
    }
    assert_eq!(Date::parse("20261323"), Err(DateError::Month));
}

#[test]
fn a_day_in_china_begins_at_sixteen_hours_utc() {
    // 2026-11-22T00:00:00Z is 1795305600.
    let midnight_utc = 1_795_305_600;
    for (seconds, expected) in [
        (midnight_utc, 20_261_122),
        (midnight_utc + 16 * 3600 - 1, 20_261_122),
        (midnight_utc + 16 * 3600, 20_261_123),
        (0, 19_700_101),
        (-8 * 3600 - 1, 19_691_231),
        (951_782_400, 20_000_229),
    ] {
        assert_eq!(Date::from_unix(UnixTime::from_seconds(seconds)), Ok(date(expected)));
    }
    for extreme in [i64::MIN, i64::MAX, 253_402_300_800] {
        assert_eq!(Date::from_unix(UnixTime::from_seconds(extreme)), Err(DateError::Year));
    }
}

#[test]
fn a_re_verification_is_due_after_180_days() {
    assert_eq!(date(20_260_526).plus_days(180), Ok(date(20_261_122)));
    assert_eq!(date(20_261_122).days_since(date(20_260_526)), 180);
    assert_eq!(date(20_240_301).days_since(date(20_240_228)), 2);
    assert_eq!(Date::LONG_TERM.plus_days(1), Err(DateError::Year));
    assert_eq!(date(15_830_101).plus_days(-1), Err(DateError::Year));
    assert_eq!(date(20_000_101).plus_days(i64::MAX), Err(DateError::Year));
}

#[test]
fn a_year_of_age_completes_on_the_birthday() {
    for (birth, today, adult) in [
        (20_000_615, 20_180_614, false),
        (20_000_615, 20_180_615, true),
        (20_000_615, 20_180_616, true),
        (20_000_228, 20_180_228, true),
        (20_261_122, 20_261_122, false),
        (20_270_101, 20_261_122, false),
    ] {
        assert_eq!(date(birth).has_age(18, date(today)), adult, "{birth} on {today}");
    }
}

#[test]
fn born_on_29_february_turns_on_1_march_of_a_common_year_and_on_29_february_of_a_leap_year() {
    let birth = date(20_000_229);
    assert!(!birth.has_age(18, date(20_180_228)));
    assert!(birth.has_age(18, date(20_180_301)));
    assert!(!birth.has_age(20, date(20_200_228)));
    assert!(birth.has_age(20, date(20_200_229)));
}

#[test]
fn an_absurd_age_does_not_overflow() {
    assert!(!date(20_000_101).has_age(u32::MAX, Date::LONG_TERM));
}

#[test]
fn a_window_includes_both_ends_and_is_never_reversed() {
    let at = UnixTime::from_seconds;
    let window = Validity::new(at(10), at(20)).unwrap();
    assert_eq!(window.check(at(9)), Err(ValidityError::NotYet));
    assert_eq!(window.check(at(10)), Ok(()));
    assert_eq!(window.check(at(20)), Ok(()));
    assert_eq!(window.check(at(21)), Err(ValidityError::Expired));
    assert_eq!(Validity::new(at(20), at(19)), Err(ValidityError::Reversed));
    assert!(Validity::new(at(20), at(20)).is_ok());
}

#[test]
fn json_dates_are_integers_and_real() {
    assert_eq!(serde_json::to_string(&date(20_261_122)).unwrap(), "20261122");
    assert!(serde_json::from_str::<Date>("\"20261122\"").is_err());
    assert!(serde_json::from_str::<Date>("20261131").is_err());
}

proptest! {
    #[test]
    fn days_and_dates_are_inverse(seconds in -12_000_000_000i64..250_000_000_000) {
        let day = Date::from_unix(UnixTime::from_seconds(seconds)).unwrap();
        let next = day.plus_days(1).unwrap();
        prop_assert_eq!(next.days_since(day), 1);
        prop_assert!(next > day);
        prop_assert_eq!(next.plus_days(-1), Ok(day));
        prop_assert_eq!(Date::from_unix(UnixTime::from_seconds(seconds).plus(86_400)), Ok(next));
        prop_assert_eq!(Date::parse(&day.to_u32().to_string()), Ok(day));
    }

    #[test]
    fn parsing_never_panics(n: u32, text in ".*") {
        let _ = Date::from_yyyymmdd(n);
        let _ = Date::parse(&text);
    }
}
