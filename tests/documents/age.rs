//! Ages at their boundaries.

use super::day;
use shiming::document::age::{AgeBand, AgeRule, Capacity, NotBorn};

use AgeBand as B;
use AgeRule::{BirthdayInclusive, DayAfterBirthday};

fn band(birth: u32, today: u32, rule: AgeRule) -> AgeBand {
    AgeBand::of(day(birth), day(today), rule).unwrap()
}

#[test]
fn each_age_begins_on_the_birthday_or_on_the_day_after_it() {
    let birth = 20_000_615;
    for (years, below, from) in [
        (8, B::BelowEight, B::FromEight),
        (14, B::FromEight, B::FromFourteen),
        (16, B::FromFourteen, B::FromSixteen),
        (18, B::FromSixteen, B::Adult),
    ] {
        let birthday = birth + years * 10_000;
        for (today, inclusive, after) in
            [(birthday - 1, below, below), (birthday, from, below), (birthday + 1, from, from)]
        {
            assert_eq!(band(birth, today, BirthdayInclusive), inclusive, "{years} {today}");
            assert_eq!(band(birth, today, DayAfterBirthday), after, "{years} {today}");
        }
    }
    assert_eq!(AgeRule::default(), BirthdayInclusive);
}

#[test]
fn somebody_born_on_29_february_is_of_age_on_1_march_of_a_common_year() {
    for (birth, today, inclusive, after) in [
        (20_000_229, 20_180_228, false, false),
        (20_000_229, 20_180_301, true, true),
        (20_000_228, 20_180_228, true, false),
        (20_000_615, 20_180_614, false, false),
        (20_000_615, 20_180_615, true, false),
    ] {
        assert_eq!(BirthdayInclusive.has_age(day(birth), 18, day(today)), inclusive, "{birth} {today}");
        assert_eq!(DayAfterBirthday.has_age(day(birth), 18, day(today)), after, "{birth} {today}");
    }
    // In a leap year there is a birthday.
    assert_eq!(band(20_080_229, 20_240_228, BirthdayInclusive), B::FromFourteen);
    assert_eq!(band(20_080_229, 20_240_229, BirthdayInclusive), B::FromSixteen);
    assert_eq!(band(20_080_229, 20_240_229, DayAfterBirthday), B::FromFourteen);
    assert_eq!(band(20_080_229, 20_240_301, DayAfterBirthday), B::FromSixteen);
}

#[test]
fn nobody_is_born_tomorrow() {
    assert_eq!(band(20_261_122, 20_261_122, BirthdayInclusive), B::BelowEight);
    assert_eq!(AgeBand::of(day(20_261_123), day(20_261_122), BirthdayInclusive), Err(NotBorn));
}

#[test]
fn capacity_follows_the_civil_code() {
    for (band, capacity, self_supporting) in [
        (B::BelowEight, Capacity::None, Capacity::None),
        (B::FromEight, Capacity::Limited, Capacity::Limited),
        (B::FromFourteen, Capacity::Limited, Capacity::Limited),
        (B::FromSixteen, Capacity::Limited, Capacity::Full),
        (B::Adult, Capacity::Full, Capacity::Full),
    ] {
        assert_eq!((band.capacity(false), band.capacity(true)), (capacity, self_supporting), "{band:?}");
    }
}

#[test]
fn guardians_consent_below_14_and_take_part_below_18() {
    let bands = [B::BelowEight, B::FromEight, B::FromFourteen, B::FromSixteen, B::Adult];
    assert_eq!(bands.map(B::needs_guardian_consent), [true, true, false, false, false]);
    // Own income gives capacity, and leaves a minor one.
    assert_eq!(bands.map(B::is_minor), [true, true, true, true, false]);
    assert!(bands.is_sorted());
}
