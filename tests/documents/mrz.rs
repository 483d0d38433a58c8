//! Machine readable zones, with the specimens of ICAO Doc 9303.

use super::day;
use shiming::citizen_id::Sex;
use shiming::document::mrz::{Format, Mrz, MrzError as E, Name, NameError, check_digit};
use shiming::time::DateError;

pub(crate) const TD3: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
const TD2: [&str; 2] = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
const TD1: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];

fn read(lines: &[&str]) -> Result<Mrz, E> {
    Mrz::parse(lines, day(20_261_122))
}

fn error(lines: &[&str]) -> E {
    read(lines).err().unwrap()
}

fn digit(field: &str) -> char {
    char::from(check_digit(field.as_bytes()).unwrap())
}

/// A passport's second line with the digits that fit.
pub(crate) fn second_line(number: &str, birth: &str, sex: char, expiry: &str, optional: &str) -> String {
    let (number, optional) = (format!("{number:<<9}"), format!("{optional:<<14}"));
    let fields =
        [number, birth.to_owned(), expiry.to_owned(), optional].map(|field| format!("{field}{}", digit(&field)));
    let composite = digit(&fields.concat());
    format!("{}UTO{}{sex}{}{}{composite}", fields[0], fields[1], fields[2], fields[3])
}

fn passport(number: &str, birth: &str, expiry: &str) -> Result<Mrz, E> {
    read(&[TD3[0], &second_line(number, birth, 'F', expiry, "")])
}

fn with_name(name: &str) -> Result<Mrz, E> {
    read(&[&format!("P<UTO{name:<<39}"), TD3[1]])
}

#[test]
fn the_specimens_are_read() {
    for (lines, format, code, number, optional) in [
        (&TD3[..], Format::Td3, "P", "L898902C3", ["ZE184226B", ""]),
        (&TD2[..], Format::Td2, "I", "D23145890", ["", ""]),
        (&TD1[..], Format::Td1, "I", "D23145890", ["", ""]),
    ] {
        let mrz = read(lines).ok().unwrap();
        assert_eq!((mrz.format(), mrz.document_code(), mrz.number(), mrz.optional()), (format, code, number, optional));
        assert_eq!((mrz.issuer(), mrz.nationality(), mrz.sex()), ("UTO", "UTO", Some(Sex::Female)));
        assert_eq!((mrz.birth().to_u32(), mrz.expiry().to_u32()), (19_740_812, 20_120_415));
        let name = mrz.name();
        assert_eq!((name.primary(), name.secondary(), name.may_be_truncated()), ("ERIKSSON", "ANNA MARIA", false));
    }
}

#[test]
fn check_digits_are_those_of_the_specimen() {
    for (field, expected) in [
        ("L898902C3", b'6'),
        ("740812", b'2'),
        ("120415", b'9'),
        ("ZE184226B<<<<<", b'1'),
        ("L898902C3674081221204159ZE184226B<<<<<1", b'0'),
        ("", b'0'),
        ("<<<<<<", b'0'),
    ] {
        assert_eq!(check_digit(field.as_bytes()), Some(expected), "{field}");
    }
    for field in ["a", "A B", "é", "+"] {
        assert_eq!(check_digit(field.as_bytes()), None, "{field}");
    }
    assert_eq!(second_line("L898902C3", "740812", 'F', "120415", "ZE184226B"), TD3[1]);
}

#[test]
fn other_shapes_are_refused() {
    let long = format!("{}<", TD3[0]);
    for lines in [
        &[][..],
        &TD3[..1],
        &TD1[..2],
        &[TD3[0], TD3[1], TD3[1]],
        &[TD3[0], TD2[1]],
        &[&long, TD3[1]],
        &[&TD3[0][1..], TD3[1]],
        &[&TD3.join("\n")],
    ] {
        assert_eq!(error(lines), E::Shape, "{lines:?}");
    }
}

#[test]
fn other_characters_are_refused() {
    for wrong in [
        "P<UTOERIKSSON<<anna<MARIA<<<<<<<<<<<<<<<<<<<",
        "P UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "P<UTOERIKSSON<<ANNÉ<MARIA<<<<<<<<<<<<<<<<<<",
    ] {
        assert_eq!(error(&[wrong, TD3[1]]), E::Character, "{wrong}");
    }
}

/// The specimen with one character replaced, lines from 0.
fn edited(lines: &[&str], line: usize, place: usize, c: char) -> Vec<String> {
    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    lines[line].replace_range(place..=place, &c.to_string());
    lines
}

fn error_of(lines: &[String]) -> E {
    error(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn each_check_digit_covers_its_field() {
    for (lines, line, place, expected) in [
        (&TD3[..], 1, 0, E::NumberCheck),
        (&TD3[..], 1, 9, E::NumberCheck),
        (&TD3[..], 1, 13, E::BirthCheck),
        (&TD3[..], 1, 19, E::BirthCheck),
        (&TD3[..], 1, 21, E::ExpiryCheck),
        (&TD3[..], 1, 27, E::ExpiryCheck),
        (&TD3[..], 1, 28, E::OptionalCheck),
        (&TD3[..], 1, 42, E::OptionalCheck),
        (&TD3[..], 1, 43, E::CompositeCheck),
        (&TD2[..], 1, 0, E::NumberCheck),
        (&TD2[..], 1, 9, E::NumberCheck),
        (&TD2[..], 1, 13, E::BirthCheck),
        (&TD2[..], 1, 19, E::BirthCheck),
        (&TD2[..], 1, 21, E::ExpiryCheck),
        (&TD2[..], 1, 27, E::ExpiryCheck),
        (&TD2[..], 1, 28, E::CompositeCheck),
        (&TD2[..], 1, 34, E::CompositeCheck),
        (&TD2[..], 1, 35, E::CompositeCheck),
        (&TD1[..], 0, 5, E::NumberCheck),
        (&TD1[..], 0, 14, E::NumberCheck),
        (&TD1[..], 0, 15, E::CompositeCheck),
        (&TD1[..], 0, 29, E::CompositeCheck),
        (&TD1[..], 1, 0, E::BirthCheck),
        (&TD1[..], 1, 6, E::BirthCheck),
        (&TD1[..], 1, 8, E::ExpiryCheck),
        (&TD1[..], 1, 14, E::ExpiryCheck),
        (&TD1[..], 1, 18, E::CompositeCheck),
        (&TD1[..], 1, 28, E::CompositeCheck),
        (&TD1[..], 1, 29, E::CompositeCheck),
    ] {
        for c in ['3', '5', '8'] {
            // Of equal value modulo ten, as D and 3, no check digit tells.
            if digit(&lines[line][place..=place]) != digit(&c.to_string()) {
                let wrong = edited(lines, line, place, c);
                assert_eq!(error_of(&wrong), expected, "{wrong:?}");
            }
        }
    }
}

#[test]
fn a_check_digit_is_a_digit() {
    // The values of A and of the filler are 10 and 0, which are 0 modulo ten as the specimen's composite digit.
    for c in ['<', 'A', 'K', 'U'] {
        assert_eq!(error_of(&edited(&TD3, 1, 43, c)), E::CompositeCheck, "{c}");
    }
    assert_eq!(error_of(&edited(&TD3, 1, 9, '<')), E::NumberCheck);
    assert_eq!(error_of(&edited(&TD1, 1, 6, '<')), E::BirthCheck);
    assert_eq!(error_of(&edited(&TD1, 1, 14, '<')), E::ExpiryCheck);
}

#[test]
fn unused_optional_data_have_the_digit_0_or_a_filler() {
    let zero = second_line("L898902C3", "740812", 'F', "120415", "");
    assert_eq!(zero.as_bytes()[42], b'0');
    assert!(read(&[TD3[0], &zero]).is_ok());
    // The filler counts as 0 in the composite digit, so that stays.
    let filler = edited(&[TD3[0], &zero], 1, 42, '<');
    assert!(read(&[&filler[0], &filler[1]]).is_ok());
    assert_eq!(error_of(&edited(&[TD3[0], &zero], 1, 42, '1')), E::OptionalCheck);
    // Used data whose digit is 0 have no such choice.
    let used = second_line("L898902C3", "740812", 'F', "120415", "A");
    assert_eq!(used.as_bytes()[42], b'0');
    assert!(read(&[TD3[0], &used]).is_ok());
    assert_eq!(error_of(&edited(&[TD3[0], &used], 1, 42, '<')), E::OptionalCheck);
}

#[test]
fn a_long_number_of_a_card_goes_on_in_the_optional_data() {
    let card = |number: &str, optional: &str| {
        let first = format!("I<UTO{number}{optional:<<15}");
        let composite = digit(&format!("{}{}{}{}", &first[5..], "7408122", "1204159", "<<<<<<<<<<<"));
        read(&[&first, &format!("7408122F1204159UTO<<<<<<<<<<<{composite}"), TD1[2]])
    };
    // The example of part 5: D23145890734 with the digit 9, then optional data.
    let long = card("D23145890<", "7349").ok().unwrap();
    assert_eq!((long.number(), long.optional()), ("D23145890734", ["", ""]));
    let with_data = card("D23145890<", "7349<AB").ok().unwrap();
    assert_eq!((with_data.number(), with_data.optional()), ("D23145890734", ["AB", ""]));
    for optional in ["7348", "", "9", "<7349", "734", "73499", "734A", "73491234567890A"] {
        assert_eq!(card("D23145890<", optional).err(), Some(E::NumberCheck), "{optional}");
    }
    // A filler within the nine characters is a filler within the number.
    let head = "D2314589<";
    let tail = digit(&format!("{head}734"));
    assert_eq!(card(&format!("{head}<"), &format!("734{tail}")).err(), Some(E::Number));
}

#[test]
fn a_long_number_of_a_td2_card_too() {
    let second = |optional: &str| {
        let fields = format!("D23145890<UTO7408122F1204159{optional:<<7}");
        let composite = digit(&format!("{}{}{}", &fields[..10], &fields[13..20], &fields[21..]));
        format!("{fields}{composite}")
    };
    assert_eq!(read(&[TD2[0], &second("7349")]).ok().unwrap().number(), "D23145890734");
    assert_eq!(error(&[TD2[0], &second("7340")]), E::NumberCheck);
    // Without the filler that ends it.
    assert_eq!(error(&[TD2[0], &second("7349123")]), E::NumberCheck);
}

#[test]
fn document_codes_are_those_of_the_format() {
    for (lines, codes) in [
        (&TD3[..], ["V<", "I<", "<<", "P1", "AC"]),
        (&TD2[..], ["P<", "V<", "IV", "I1", "<<"]),
        (&TD1[..], ["P<", "AV", "CV", "C0", "<I"]),
    ] {
        for code in codes {
            let mut wrong: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            wrong[0].replace_range(..2, code);
            assert_eq!(error_of(&wrong), E::DocumentCode, "{code}");
        }
    }
    for code in ["A<", "C<", "ID", "IP", "AC"] {
        let first = format!("{code}{}", &TD1[0][2..]);
        assert_eq!(read(&[&first, TD1[1], TD1[2]]).ok().unwrap().document_code(), code.trim_end_matches('<'));
    }
    let first = format!("PE{}", &TD3[0][2..]);
    assert_eq!(read(&[&first, TD3[1]]).ok().unwrap().document_code(), "PE");
}

#[test]
fn states_are_one_to_three_letters() {
    for (code, read_as) in
        [("D<<", Some("D")), ("CHN", Some("CHN")), ("<<<", None), ("U<O", None), ("UT0", None), ("<UT", None)]
    {
        let issuer = format!("P<{code}{}", &TD3[0][5..]);
        let nationality = format!("{}{code}{}", &TD3[1][..10], &TD3[1][13..]);
        match read_as {
            Some(state) => {
                assert_eq!(read(&[&issuer, TD3[1]]).ok().unwrap().issuer(), state);
                assert_eq!(read(&[TD3[0], &nationality]).ok().unwrap().nationality(), state);
            }
            None => {
                assert_eq!(error(&[&issuer, TD3[1]]), E::Issuer, "{code}");
                assert_eq!(error(&[TD3[0], &nationality]), E::Nationality, "{code}");
            }
        }
    }
}

#[test]
fn a_number_is_neither_empty_nor_interrupted() {
    assert_eq!(passport("A1", "740812", "120415").ok().unwrap().number(), "A1");
    for number in ["", "A<1", "<A1", "A1<B"] {
        assert_eq!(passport(number, "740812", "120415").err(), Some(E::Number), "{number}");
    }
}

#[test]
fn birth_dates_are_not_in_the_future() {
    let birth = |yymmdd: &str, today| {
        let line = second_line("L898902C3", yymmdd, 'F', "301231", "");
        Mrz::parse(&[TD3[0], &line], day(today)).map(|mrz| mrz.birth().to_u32())
    };
    for (yymmdd, today, expected) in [
        ("261121", 20_261_122, 20_261_121),
        ("261122", 20_261_122, 20_261_122),
        ("261123", 20_261_122, 19_261_123),
        ("270101", 20_261_122, 19_270_101),
        ("991231", 20_261_122, 19_991_231),
        ("000101", 20_261_122, 20_000_101),
        ("000229", 20_261_122, 20_000_229),
        ("740812", 20_740_811, 19_740_812),
        ("740812", 20_740_812, 20_740_812),
        ("740812", 19_990_101, 19_740_812),
    ] {
        assert_eq!(birth(yymmdd, today), Ok(expected), "{yymmdd} {today}");
    }
    // 29 February of the year that the rule finds: 2027 is none, and neither is 1927.
    assert_eq!(birth("270229", 20_261_122), Err(E::BirthDate(DateError::Day)));
    assert_eq!(birth("250229", 20_261_122), Err(E::BirthDate(DateError::Day)));
}

#[test]
fn dates_that_are_no_days_are_refused() {
    for (yymmdd, cause) in [
        ("741301", DateError::Month),
        ("740001", DateError::Month),
        ("740800", DateError::Day),
        ("740832", DateError::Day),
        ("7408<<", DateError::Format),
        ("<<<<<<", DateError::Format),
        ("74O812", DateError::Format),
    ] {
        assert_eq!(passport("L898902C3", yymmdd, "120415").err(), Some(E::BirthDate(cause)), "{yymmdd}");
        assert_eq!(passport("L898902C3", "740812", yymmdd).err(), Some(E::ExpiryDate(cause)), "{yymmdd}");
    }
}

#[test]
fn expiry_is_in_the_century_from_2000() {
    for (yymmdd, expected) in [("000101", 20_000_101), ("261122", 20_261_122), ("991231", 20_991_231)] {
        assert_eq!(passport("L898902C3", "740812", yymmdd).ok().unwrap().expiry().to_u32(), expected);
    }
}

#[test]
fn the_sex_is_m_f_or_not_stated() {
    for (c, expected) in [
        ('M', Ok(Some(Sex::Male))),
        ('F', Ok(Some(Sex::Female))),
        ('<', Ok(None)),
        ('X', Err(E::Sex)),
        ('0', Err(E::Sex)),
    ] {
        // No check digit covers it.
        let lines = edited(&TD3, 1, 20, c);
        assert_eq!(read(&[&lines[0], &lines[1]]).map(|mrz| mrz.sex()), expected, "{c}");
    }
}

#[test]
fn names_are_split_at_the_double_filler() {
    for (field, primary, secondary) in [
        ("ERIKSSON<<ANNA<MARIA", "ERIKSSON", "ANNA MARIA"),
        ("VAN<DER<BERG<<JAN", "VAN DER BERG", "JAN"),
        ("ARKFREITH", "ARKFREITH", ""),
        ("LI<NA", "LI NA", ""),
        ("A<<B", "A", "B"),
    ] {
        let mrz = with_name(field).ok().unwrap();
        assert_eq!((mrz.name().primary(), mrz.name().secondary()), (primary, secondary));
    }
    for (field, expected) in [
        ("", NameError::Empty),
        ("<<ANNA", NameError::Empty),
        ("<ERIKSSON<<ANNA", NameError::Separator),
        ("ERIKSSON<<<ANNA", NameError::Separator),
        ("ERIKSSON<<ANNA<<MARIA", NameError::Separator),
        ("ER1KSSON<<ANNA", NameError::Character),
        ("ERIKSSON<<ANNA2", NameError::Character),
    ] {
        assert_eq!(with_name(field).err(), Some(E::Name(expected)), "{field}");
    }
}

#[test]
fn a_name_that_fills_its_field_may_be_cut() {
    let full = format!("ERIKSSON<<{}", "A".repeat(29));
    assert!(with_name(&full).ok().unwrap().name().may_be_truncated());
    assert!(!with_name(&full[..38]).ok().unwrap().name().may_be_truncated());
    assert!(!Name::new("ERIKSSON", &"A".repeat(100)).ok().unwrap().may_be_truncated());
}

#[test]
fn a_name_of_another_document_has_blanks() {
    let name = Name::new("ERIKSSON", "ANNA MARIA").ok().unwrap();
    assert!(name.is_same(read(&TD3).ok().unwrap().name()));
    assert!(!name.is_same(&Name::new("ERIKSSON", "ANNA").ok().unwrap()));
    assert!(!name.is_same(&Name::new("ERIKSON", "ANNA MARIA").ok().unwrap()));
    for (primary, secondary, expected) in [
        ("", "ANNA", NameError::Empty),
        ("Eriksson", "ANNA", NameError::Character),
        ("ERIKSSON", "ANNA<MARIA", NameError::Character),
        ("ERIKSSON", "ANNA  MARIA", NameError::Separator),
        ("ERIKSSON ", "ANNA", NameError::Separator),
        ("ERIKSSON", " ", NameError::Separator),
        ("张", "三", NameError::Character),
    ] {
        assert_eq!(Name::new(primary, secondary).err(), Some(expected), "{primary:?} {secondary:?}");
    }
}
