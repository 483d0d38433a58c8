//! A passport and a permit of one person.

use super::{
    day,
    mrz::{TD3, second_line},
};
use shiming::citizen_id::Sex;
use shiming::document::{
    DocumentNumber, DocumentType as T,
    dual::{DualDocument, DualDocumentError as E, Permit, Residency},
    mrz::{Mrz, Name},
};

const TODAY: u32 = 20_261_122;

fn passport_of(name: &str, birth: &str, sex: char, expiry: &str) -> Mrz {
    let lines = [format!("P<UTO{name:<<39}"), second_line("L898902C3", birth, sex, expiry, "")];
    Mrz::parse(&lines.each_ref().map(String::as_str), day(TODAY)).ok().unwrap()
}

fn passport() -> Mrz {
    passport_of("ERIKSSON<<ANNA<MARIA", "740812", 'F', "301231")
}

fn permit_of(kind: T, number: &str) -> Permit {
    Permit {
        number: DocumentNumber::parse(kind, number).ok().unwrap(),
        name: Name::new("ERIKSSON", "ANNA MARIA").ok().unwrap(),
        birth: day(19_740_812),
        sex: Some(Sex::Female),
        valid_until: day(20_291_231),
    }
}

fn permit() -> Permit {
    permit_of(T::HkMacaoResidentPermit, "H1234567801")
}

fn error(passport: Mrz, permit: Permit) -> E {
    DualDocument::new(passport, permit, Residency::HongKongMacao, day(TODAY)).err().unwrap()
}

#[test]
fn two_documents_of_one_person_are_accepted() {
    let dual = DualDocument::new(passport(), permit(), Residency::HongKongMacao, day(TODAY)).ok().unwrap();
    assert_eq!((dual.passport().number(), dual.permit().number.as_str()), ("L898902C3", "H12345678"));
}

#[test]
fn each_residency_has_its_permit_and_no_other() {
    let permits = [
        (Residency::HongKongMacao, T::HkMacaoResidentPermit, "H12345678"),
        (Residency::Taiwan, T::TaiwanResidentPermit, "12345678"),
        (Residency::Mainland, T::MainlanderHkMacaoPermit, "C12345678"),
    ];
    for (residency, _, _) in permits {
        for (of, kind, number) in permits {
            let dual = DualDocument::new(passport(), permit_of(kind, number), residency, day(TODAY));
            assert_eq!(dual.err(), (residency != of).then_some(E::PermitType), "{residency:?} {kind:?}");
        }
        let card = permit_of(T::CitizenCard, "11010519491231002X");
        assert_eq!(DualDocument::new(passport(), card, residency, day(TODAY)).err(), Some(E::PermitType));
    }
}

#[test]
fn the_first_document_is_a_passport() {
    let card = Mrz::parse(
        &["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
        day(TODAY),
    );
    assert_eq!(error(card.ok().unwrap(), permit()), E::NotAPassport);
}

#[test]
fn both_are_valid_to_their_last_day() {
    let until = |passport_expiry: &str, valid_until| {
        let passport = passport_of("ERIKSSON<<ANNA<MARIA", "740812", 'F', passport_expiry);
        let mut permit = permit();
        permit.valid_until = day(valid_until);
        DualDocument::new(passport, permit, Residency::HongKongMacao, day(TODAY)).err()
    };
    assert_eq!(until("261122", 20_261_122), None);
    assert_eq!(until("261121", 20_261_122), Some(E::PassportExpired));
    assert_eq!(until("261122", 20_261_121), Some(E::PermitExpired));
    assert_eq!(until("261121", 20_261_121), Some(E::PassportExpired), "the first cause");
    // The specimen expired in 2012.
    assert_eq!(error(Mrz::parse(&TD3, day(TODAY)).ok().unwrap(), permit()), E::PassportExpired);
}

#[test]
fn what_both_state_is_the_same() {
    let with = |name: &str, birth, sex| passport_of(name, birth, sex, "301231");
    assert_eq!(error(with("ERIKSON<<ANNA<MARIA", "740812", 'F'), permit()), E::Name);
    assert_eq!(error(with("ERIKSSON<<ANNA", "740812", 'F'), permit()), E::Name);
    assert_eq!(error(with("ERIKSSON<ANNA<MARIA", "740812", 'F'), permit()), E::Name);
    assert_eq!(error(with("ERIKSSON<<ANNA<MARIA", "740813", 'F'), permit()), E::Birth);
    assert_eq!(error(with("ERIKSSON<<ANNA<MARIA", "740812", 'M'), permit()), E::Sex);
}

#[test]
fn an_unstated_sex_on_either_is_not_the_same_one() {
    let unstated = || passport_of("ERIKSSON<<ANNA<MARIA", "740812", '<', "301231");
    assert_eq!(error(unstated(), permit()), E::SexNotStated);
    let mut silent = permit();
    silent.sex = None;
    assert_eq!(error(passport(), silent.clone()), E::SexNotStated);
    assert_eq!(error(unstated(), silent), E::SexNotStated);
}

#[test]
fn a_name_that_may_be_cut_is_not_compared() {
    let cut = "A".repeat(29);
    let mut same = permit();
    same.name = Name::new("ERIKSSON", &cut).ok().unwrap();
    assert_eq!(error(passport_of(&format!("ERIKSSON<<{cut}"), "740812", 'F', "301231"), same), E::NameTruncated);
}
