//! Periods of validity, by the age on the day of issue.

use super::day;
use shiming::document::{
    DocumentType as T, Provenance,
    period::{DocumentPeriod, LastDay, PERIODS, PeriodError as E, PeriodRow, Term},
};

const LONG: u32 = 99_991_231;

fn check(document_type: T, birth: u32, issued: u32, valid_until: u32) -> Result<(), E> {
    DocumentPeriod { document_type, issued: day(issued), valid_until: day(valid_until), birth: day(birth) }
        .check(PERIODS)
}

#[test]
fn a_citizen_card_is_valid_by_the_age_on_the_day_of_issue() {
    // Issued on 2020-03-10, on the day before a birthday and on it.
    for (younger, older, before, from) in [
        (20_040_311, 20_040_310, 20_250_310, 20_300_310),
        (19_940_311, 19_940_310, 20_300_310, 20_400_310),
        (19_740_311, 19_740_310, 20_400_310, LONG),
    ] {
        assert_eq!(check(T::CitizenCard, younger, 20_200_310, before), Ok(()), "{younger}");
        assert_eq!(check(T::CitizenCard, older, 20_200_310, from), Ok(()), "{older}");
        assert!(check(T::CitizenCard, younger, 20_200_310, from).is_err(), "{younger}");
        assert!(check(T::CitizenCard, older, 20_200_310, before).is_err(), "{older}");
    }
    assert_eq!(check(T::CitizenCard, 20_200_310, 20_200_310, 20_250_310), Ok(()), "on the day of birth");
}

#[test]
fn a_day_more_or_less_is_another_length() {
    for (document_type, birth, issued, valid_until) in [
        (T::CitizenCard, 20_100_101, 20_200_310, 20_250_310),
        (T::CitizenCard, 20_000_101, 20_200_310, 20_300_310),
        (T::CitizenCard, 19_900_101, 20_200_310, 20_400_310),
        (T::TemporaryCitizenCard, 19_900_101, 20_200_310, 20_200_610),
    ] {
        assert_eq!(check(document_type, birth, issued, valid_until), Ok(()));
        for other in [valid_until - 1, valid_until + 1, valid_until - 10_000 + 1, valid_until + 10_000] {
            let expected = if other <= issued { E::EndsBeforeIssue } else { E::Length };
            assert_eq!(check(document_type, birth, issued, other), Err(expected), "{document_type:?} {other}");
        }
    }
}

#[test]
fn long_term_is_for_those_of_46_years_and_for_them_only() {
    assert_eq!(check(T::CitizenCard, 19_700_101, 20_200_310, 20_400_310), Err(E::LongTermRequired));
    assert_eq!(check(T::CitizenCard, 19_700_101, 20_200_310, 20_300_310), Err(E::LongTermRequired));
    for birth in [20_150_101, 20_000_101, 19_900_101, 19_740_311] {
        assert_eq!(check(T::CitizenCard, birth, 20_200_310, LONG), Err(E::LongTermRefused), "{birth}");
    }
    for document_type in
        [T::TemporaryCitizenCard, T::ResidencePermit, T::PermanentResidentCard, T::TaiwanResidentPermit]
    {
        assert_eq!(check(document_type, 19_700_101, 20_200_310, LONG), Err(E::LongTermRefused), "{document_type:?}");
    }
}

#[test]
fn where_a_month_lacks_the_day_its_last_day_is_the_end() {
    for (document_type, birth, issued, end) in [
        // Ten years after 29 February is a common year, twenty a leap year.
        (T::CitizenCard, 20_000_101, 20_200_229, 20_300_228),
        (T::CitizenCard, 19_900_101, 20_200_229, 20_400_229),
        (T::CitizenCard, 20_100_101, 20_240_229, 20_290_228),
        (T::TemporaryCitizenCard, 19_900_101, 20_231_130, 20_240_229),
        (T::TemporaryCitizenCard, 19_900_101, 20_221_130, 20_230_228),
        (T::TemporaryCitizenCard, 19_900_101, 20_230_331, 20_230_630),
        (T::TemporaryCitizenCard, 19_900_101, 20_231_031, 20_240_131),
        (T::TemporaryCitizenCard, 19_900_101, 20_231_231, 20_240_331),
    ] {
        assert_eq!(check(document_type, birth, issued, end), Ok(()), "{issued} {end}");
        let next = day(end).plus_days(1).unwrap().to_u32();
        assert_eq!(check(document_type, birth, issued, next), Err(E::Length), "{issued} {next}");
    }
}

#[test]
fn permits_are_valid_for_their_own_times() {
    // Children and adults on 2012-12-31 and 2013-01-01: cards of 1999 and of 2013.
    for (document_type, adult, issued, years) in [
        (T::ResidencePermit, true, 20_200_310, 5),
        (T::ResidencePermit, false, 20_200_310, 5),
        (T::PermanentResidentCard, true, 20_231_201, 10),
        (T::PermanentResidentCard, false, 20_231_201, 5),
        (T::OldPermanentResidentCard, true, 20_200_310, 10),
        (T::OldPermanentResidentCard, false, 20_200_310, 5),
        (T::HkMacaoResidentPermit, true, 20_121_231, 10),
        (T::HkMacaoResidentPermit, false, 20_121_231, 3),
        (T::HkMacaoResidentPermit, true, 20_130_101, 10),
        (T::HkMacaoResidentPermit, false, 20_130_101, 5),
        (T::TaiwanResidentPermit, true, 20_200_310, 5),
        (T::TaiwanResidentPermit, false, 20_200_310, 5),
    ] {
        let eighteen = issued - 180_000;
        let birth = if adult { eighteen } else { day(eighteen).plus_days(1).unwrap().to_u32() };
        let end = issued + years * 10_000;
        for valid_until in [end, day(end).plus_days(-1).unwrap().to_u32()] {
            assert_eq!(
                check(document_type, birth, issued, valid_until),
                Ok(()),
                "{document_type:?} {birth} {valid_until}"
            );
        }
        for days in [-2, 1] {
            let other = day(end).plus_days(days).unwrap().to_u32();
            assert_eq!(check(document_type, birth, issued, other), Err(E::Length), "{document_type:?} {birth} {other}");
        }
        for wrong in [3, 5, 10, 20].into_iter().filter(|n| *n != years) {
            let other = issued + wrong * 10_000;
            assert_eq!(check(document_type, birth, issued, other), Err(E::Length), "{document_type:?} {birth} {other}");
        }
    }
}

#[test]
fn permits_of_foreigners_in_hong_kong_and_macao_are_valid_for_five_years_since_10_july_2024() {
    let adult = 19_900_101;
    assert_eq!(check(T::HkMacaoResidentPermit, adult, 20_240_709, 20_290_709), Err(E::Length));
    assert_eq!(check(T::HkMacaoResidentPermit, adult, 20_240_710, 20_290_710), Ok(()));
    assert_eq!(check(T::HkMacaoResidentPermit, adult, 20_240_710, 20_340_710), Ok(()));
}

#[test]
fn the_days_are_in_order_also_of_documents_without_a_known_time() {
    for document_type in T::ALL {
        assert_eq!(
            check(document_type, 20_200_311, 20_200_310, 20_250_310),
            Err(E::BornAfterIssue),
            "{document_type:?}"
        );
        assert_eq!(
            check(document_type, 20_000_101, 20_200_310, 20_200_310),
            Err(E::EndsBeforeIssue),
            "{document_type:?}"
        );
        assert_eq!(
            check(document_type, 20_000_101, 20_200_310, 20_200_309),
            Err(E::EndsBeforeIssue),
            "{document_type:?}"
        );
    }
    for document_type in [T::Passport, T::MainlanderHkMacaoPermit] {
        assert_eq!(check(document_type, 20_000_101, 20_200_310, 20_270_815), Ok(()), "{document_type:?}");
    }
}

#[test]
fn a_document_is_current_from_its_day_of_issue_to_its_last_day() {
    let current = |today, valid_until| {
        let period = DocumentPeriod {
            document_type: T::CitizenCard,
            issued: day(20_200_310),
            valid_until: day(valid_until),
            birth: day(19_700_101),
        };
        period.check_current(day(today))
    };
    assert_eq!(current(20_200_309, 20_300_310), Err(E::IssuedInFuture));
    assert_eq!(current(20_200_310, 20_300_310), Ok(()));
    assert_eq!(current(20_300_310, 20_300_310), Ok(()));
    assert_eq!(current(20_300_311, 20_300_310), Err(E::Expired));
    assert_eq!(current(99_991_231, LONG), Ok(()));
}

#[test]
fn another_table_is_another_rule() {
    let six_years = PeriodRow {
        document_type: T::Passport,
        from_age: 0,
        below_age: None,
        issued_from: 0,
        issued_before: None,
        term: Term::Months(72),
        last_day: LastDay::SameDay,
        source: "a test",
        provenance: Provenance::Own,
    };
    let period = |valid_until| DocumentPeriod {
        document_type: T::Passport,
        issued: day(20_200_310),
        valid_until: day(valid_until),
        birth: day(20_000_101),
    };
    assert_eq!(period(20_260_310).check(&[six_years]), Ok(()));
    assert_eq!(period(20_260_311).check(&[six_years]), Err(E::Length));
    assert_eq!(period(20_260_309).check(&[six_years]), Err(E::Length));
}

#[test]
fn an_end_after_the_last_year_is_none() {
    assert_eq!(check(T::TemporaryCitizenCard, 19_900_101, 99_991_130, 99_991_230), Err(E::Length));
}

#[test]
fn rows_from_secondary_sources_say_so() {
    for row in PERIODS {
        let by_law = matches!(row.document_type, T::CitizenCard | T::TemporaryCitizenCard | T::TaiwanResidentPermit)
            || row.issued_before.is_some();
        assert_eq!(row.provenance, if by_law { Provenance::Text } else { Provenance::Secondary }, "{row:?}");
        assert!(!row.source.is_empty());
    }
}
