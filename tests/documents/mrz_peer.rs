//! Machine readable zones against an independent implementation, the crate `mrz`.

use super::day;
use mrz::{Date, MrzData, MrzDate, ParseOptions, Sex as PeerSex, Td1Fields, Td2Fields, Td3Fields};
use proptest::prelude::*;
use shiming::citizen_id::Sex;
use shiming::document::mrz::{Format, Mrz, MrzError, check_digit};

/// 2026-11-22; births of the peer's pivot year are kept before it, because the peer looks at the year only.
const TODAY: u32 = 20_261_122;

#[derive(Clone, Debug)]
struct Holder {
    format: Format,
    number: String,
    names: (String, String),
    birth: (u32, u32, u32),
    expiry: (u32, u32, u32),
    sex: PeerSex,
    optional: Option<String>,
}

fn holder() -> impl Strategy<Value = Holder> {
    let days = |years: std::ops::Range<u32>| (years, 1u32..=12, 1u32..=28);
    // Together below the 30 characters of a TD1 card.
    let names = ("[A-Z]{1,8}( [A-Z]{1,5})?", prop_oneof![Just(String::new()), "[A-Z]{1,7}( [A-Z]{1,4})?"]);
    let sex = prop_oneof![Just(PeerSex::Male), Just(PeerSex::Female), Just(PeerSex::Unspecified)];
    let format = prop_oneof![Just(Format::Td1), Just(Format::Td2), Just(Format::Td3)];
    let optional = proptest::option::of("[A-Z0-9]{1,7}");
    (format, "[A-Z0-9]{1,9}", names, days(1927..2026), days(2000..2100), sex, optional).prop_map(
        |(format, number, names, birth, expiry, sex, optional)| Holder {
            format,
            number,
            names,
            birth,
            expiry,
            sex,
            optional,
        },
    )
}

fn peer_date((year, month, day): (u32, u32, u32)) -> MrzDate {
    MrzDate::Calendar(Date::new(year as i32, month, day))
}

/// The zone as the peer writes it.
fn written(holder: &Holder) -> Vec<String> {
    let Holder { format, number, names, birth, expiry, sex, optional } = holder.clone();
    let (surname, given_names) = names;
    let (date_of_birth, date_of_expiry) = (peer_date(birth), peer_date(expiry));
    let (issuing_country, nationality) = ("CHN".to_owned(), "D".to_owned());
    let zone = match format {
        Format::Td3 => mrz::format_td3(&Td3Fields {
            document_code: "P".to_owned(),
            issuing_country,
            document_number: number,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            personal_number: optional,
        }),
        Format::Td2 => mrz::format_td2(&Td2Fields {
            document_code: "I".to_owned(),
            issuing_country,
            document_number: number,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            optional_data: optional,
        }),
        Format::Td1 => mrz::format_td1(&Td1Fields {
            document_code: "I".to_owned(),
            issuing_country,
            document_number: number,
            optional_data_1: None,
            surname,
            given_names,
            nationality,
            date_of_birth,
            sex,
            date_of_expiry,
            optional_data_2: optional,
        }),
    };
    zone.lines().map(str::to_owned).collect()
}

fn peer(lines: &[&str]) -> Option<MrzData> {
    let options = ParseOptions::default().with_pivot_yy(26);
    match lines {
        [first, second, third] => mrz::parse_td1_with(first, second, third, &options).ok(),
        [first, second] if first.len() == 36 => mrz::parse_td2_with(first, second, &options).ok(),
        [first, second] => mrz::parse_td3_with(first, second, &options).ok(),
        _ => None,
    }
}

const fn peer_sex(sex: Option<Sex>) -> PeerSex {
    match sex {
        Some(Sex::Male) => PeerSex::Male,
        Some(Sex::Female) => PeerSex::Female,
        None => PeerSex::Unspecified,
    }
}

fn same(ours: &Mrz, theirs: &MrzData) {
    assert_eq!(ours.document_code(), theirs.document_type);
    assert_eq!(ours.issuer(), theirs.issuing_country);
    assert_eq!(ours.nationality(), theirs.nationality);
    assert_eq!(ours.number(), theirs.full_document_number());
    assert_eq!(ours.birth().to_string(), theirs.date_of_birth.to_string());
    assert_eq!(ours.expiry().to_string(), theirs.date_of_expiry.to_string());
    assert_eq!(peer_sex(ours.sex()), theirs.sex);
}

fn is_check(error: MrzError) -> bool {
    use MrzError as E;
    matches!(error, E::NumberCheck | E::BirthCheck | E::ExpiryCheck | E::OptionalCheck | E::CompositeCheck)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_the_peer_writes_is_read_as_it_was_meant(holder in holder()) {
        let lines = written(&holder);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let ours = Mrz::parse(&lines, day(TODAY)).unwrap_or_else(|error| panic!("{error}: {lines:?}"));
        same(&ours, &peer(&lines).unwrap());
        let yyyymmdd = |(year, month, day): (u32, u32, u32)| year * 10_000 + month * 100 + day;
        prop_assert_eq!(ours.format(), holder.format);
        prop_assert_eq!(ours.number(), &holder.number);
        prop_assert_eq!((ours.name().primary(), ours.name().secondary()), (holder.names.0.as_str(), holder.names.1.as_str()));
        prop_assert_eq!((ours.birth().to_u32(), ours.expiry().to_u32()), (yyyymmdd(holder.birth), yyyymmdd(holder.expiry)));
        prop_assert_eq!(ours.optional().concat(), holder.optional.unwrap_or_default());
    }

    #[test]
    fn changed_zones_are_judged_as_the_peer_judges_them(
        holder in holder(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[A-Z0-9<]"), 1..4),
    ) {
        let mut lines = written(&holder);
        for (line, place, c) in &edits {
            let line = line.index(lines.len());
            let place = place.index(lines[line].len());
            lines[line].replace_range(place..=place, c);
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let theirs = peer(&lines);
        match Mrz::parse(&lines, day(TODAY)) {
            Ok(ours) => {
                let theirs = theirs.unwrap();
                prop_assert!(theirs.valid(), "{lines:?}");
                // The peer's births are by year; this year's later days are last century's to us.
                if theirs.date_of_birth.to_string().as_str() <= "2026-11-22" {
                    same(&ours, &theirs);
                }
            }
            // The peer takes a filler for a digit 0, which ICAO allows in one place only.
            Err(error) if is_check(error) => prop_assert!(
                theirs.is_none_or(|data| !data.valid()) || filler_for_a_digit(&lines),
                "{error}: {lines:?}"
            ),
            // What has no check digit is for us to judge.
            Err(_) => {}
        }
    }

    #[test]
    fn check_digits_are_the_peers(field in "[A-Z0-9<]{0,90}") {
        let theirs = mrz::check_digit(&field).unwrap();
        prop_assert_eq!(check_digit(field.as_bytes()), char::from_digit(theirs, 10).map(|c| c as u8));
    }
}

/// Whether a place of a check digit has a filler.
fn filler_for_a_digit(lines: &[&str]) -> bool {
    let places: &[(usize, usize)] = match lines.len() {
        3 => &[(0, 14), (1, 6), (1, 14), (1, 29)],
        _ if lines[0].len() == 36 => &[(1, 9), (1, 19), (1, 27), (1, 35)],
        _ => &[(1, 9), (1, 19), (1, 27), (1, 42), (1, 43)],
    };
    places.iter().any(|(line, place)| lines[*line].as_bytes()[*place] == b'<')
}
