//! Special groups: other documents, somebody who helps, minors.

use super::{
    bureau::{ADULT, Bureau, PAYMENT, RELATIVE},
    failed,
    ordinary::Held,
    people,
    rows::Rows,
    walk::Walk,
};
use crate::{
    demo::{cast::years_before, forgery},
    error::Outcome,
};
use shiming::{
    evidence::EvidenceKind as K,
    prepared::Prepared,
    proofing::{Event, Path, Refusal, Relative, RelativeError, Stage, Subject, SubjectError},
    wallet::Wallet,
};

/// Plays all groups; Li Na is the relative and the guardian.
pub(super) fn play(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    rows.group("special groups");
    dual_documents(bureau, rows)?;
    overseas(bureau, rows)?;
    elderly(bureau, held, rows)?;
    visually_impaired(bureau, held, rows)?;
    minor(bureau, held, rows)?;
    child(bureau, held, rows)
}

/// The credential of a case that is ready, to a fresh wallet.
fn issued(bureau: &Bureau, rows: &mut Rows, walk: &mut Walk<'_>, source: &'static str) -> Outcome<(Wallet, Prepared)> {
    let wallet = Wallet::generate(&mut bureau.world.rng());
    let issued = bureau.issue(walk, &wallet)?;
    rows.case("  the credential is signed", source, walk, Stage::Issued)?;
    let prepared = bureau.prepare(&wallet, issued.credential, walk.at)?;
    Ok((wallet, prepared))
}

fn dual_documents(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let person = people::chan_tai_man(bureau.world.today)?;
    let mut walk = Walk::open(bureau, &person, "case-chan", Path::DualDocument)?;
    walk.pass(&[K::Passport])?;
    rows.case("CHAN TAI MAN, 45, of Hong Kong: her passport alone", "5.1", &walk, Stage::Started)?;
    walk.pass(&[K::TravelPermit])?;
    rows.case("  and her permit (回乡证), same name, birth and sex", "5.1", &walk, Stage::IdVerified)?;
    walk.pass(&[K::CrossBorderCard])?;
    rows.case("  a card of an international network", "5.2", &walk, Stage::CardBound)?;
    walk.pass(&[K::Face])?;
    rows.case("  her face", "5.1", &walk, Stage::FaceEnrolled)?;
    issued(bureau, rows, &mut walk, "5.1").map(drop)
}

fn overseas(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let person = people::jane_roe(bureau.world.today)?;
    let mut walk = Walk::open(bureau, &person, "case-roe", Path::Overseas)?;
    walk.pass(&[K::Consular, K::Passport, K::ResidencePermit])?;
    rows.case("JANE ROE, 30: consulate, passport, residence permit", "5.6", &walk, Stage::IdVerified)?;
    walk.pass(&[K::CrossBorderCard, K::Face])?;
    rows.case("  an international card, her face", "5.6", &walk, Stage::FaceEnrolled)?;
    issued(bureau, rows, &mut walk, "5.6").map(drop)
}

/// Li Na answers the issuer's own request, as to any verifier.
fn relative(
    bureau: &Bureau,
    held: &Held<'_>,
    rows: &mut Rows,
    walk: &mut Walk<'_>,
    source: &'static str,
) -> Outcome<()> {
    walk.at = walk.at.plus(60);
    let (_, verdict) = bureau.present((&bureau.counter, RELATIVE), &held.wallet, &held.prepared, walk.at)?;
    rows.accepted(("  Li Na presents her credential to the issuer, in zero knowledge", source), walk.at, &verdict)?;
    let relative = Relative::from_verdict(&verdict, &walk.rules).map_err(failed)?;
    walk.event(&Event::Relative { relative }).map(drop)
}

fn elderly(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    let person = people::li_xiuying(bureau.world.today)?;
    let mut walk = Walk::open(bureau, &person, "case-li-xiuying", Path::Assisted)?;
    walk.pass(&[K::Population, K::BankCard])?;
    rows.case("李秀英 Li Xiuying, 71, is helped by her daughter Li Na", "5.3", &walk, Stage::CardBound)?;
    let stranger = walk.clone().try_give(K::RelativeFace, |_| {})?;
    let what = ("  a face of somebody who has presented nothing", "5.4");
    rows.case_refuses(what, &walk, stranger, &Refusal::OtherRelative)?;
    let (_, payment) = bureau.present((&bureau.wechat, PAYMENT), &held.wallet, &held.prepared, walk.at)?;
    let other = Relative::from_verdict(&payment, &walk.rules);
    let possible = walk.possible()?;
    rows.refused(
        ("  Li Na's payment as her presentation", "5.3"),
        walk.at,
        other,
        &RelativeError::Policy,
        Some(possible),
    )?;
    relative(bureau, held, rows, &mut walk, "5.3")?;
    walk.pass(&[K::Kinship, K::RelativeFace])?;
    rows.case("  the registry attests kinship; Li Na's living face", "5.4", &walk, Stage::CardBound)?;
    walk.pass(&[K::TwoWayVideo])?;
    rows.case("  both by video confirm what they want", "5.5", &walk, Stage::FaceEnrolled)?;
    issued(bureau, rows, &mut walk, "5.3").map(drop)
}

fn visually_impaired(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    let person = people::zhao_ming(bureau.world.today)?;
    let mut walk = Walk::open(bureau, &person, "case-zhao", Path::VisuallyImpaired)?;
    walk.pass(&[K::Population, K::BankCard, K::Hotline])?;
    rows.case("赵明 Zhao Ming, 38, does not see: the hotline guides him", "5.7", &walk, Stage::CardBound)?;
    walk.pass(&[K::BrailleCaptcha])?;
    rows.case("  a captcha in braille instead of a gesture", "5.7", &walk, Stage::FaceEnrolled)?;
    let (_, prepared) = issued(bureau, rows, &mut walk, "5.7")?;
    let names = |prepared: &Prepared| {
        let attributes = prepared.credential().attributes().iter();
        attributes.map(|(slot, _)| slot.name().to_owned()).collect::<Vec<_>>()
    };
    let (his, hers) = (names(&prepared), names(&held.prepared));
    let what = ("  the attributes of his credential, beside Li Na's", "5.7");
    rows.compared(what, walk.at, (his == hers, true), &format!("{} attributes", his.len()))
}

fn minor(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    let person = people::wang_xiaoming(bureau.world.today)?;
    adult_path(bureau, rows, &person)?;
    let mut walk = Walk::open(bureau, &person, "case-wang-xiaoming", Path::Minor)?;
    walk.pass(&[K::Population])?;
    rows.case("王小明 Wang Xiaoming, 15, with his mother Li Na", "5.8", &walk, Stage::IdVerified)?;
    relative(bureau, held, rows, &mut walk, "5.8")?;
    walk.pass(&[K::BirthCertificate])?;
    rows.case("  the birth certificate names her", "5.8", &walk, Stage::CardBound)?;
    // Two channels more, so that nothing but his age is in the way of an adult's account.
    walk.pass(&[K::SocialInsurance, K::CarrierRealName, K::Face, K::Video])?;
    rows.case("  his face, the interview by video", "5.8", &walk, Stage::FaceEnrolled)?;
    let (wallet, prepared) = issued(bureau, rows, &mut walk, "5.8")?;
    let (_, verdict) = bureau.present((&bureau.wechat, PAYMENT), &wallet, &prepared, walk.at)?;
    rows.accepted(("  he pays where the policy asks no age", "7.1"), walk.at, &verdict)?;
    let pending = bureau.ask(&bureau.wechat, ADULT, walk.at)?;
    let refused = bureau.world.present(&wallet, &[&prepared], pending.request());
    rows.coded(("  his wallet is asked for an adult's account", "5.8"), walk.at, refused, "policy-not-satisfied")?;
    let forged = forgery::with_birth_date(&prepared, years_before(bureau.world.today, 30)?.to_u32())?;
    let answer = bureau.world.answer(&wallet, &[&forged], &pending)?;
    let refused = bureau.judge(&bureau.wechat, &pending, &answer, walk.at);
    rows.coded(("  he writes another birth date into the file", "5.8"), walk.at, refused, "proof-invalid")
}

/// The same boy on the way for adults.
fn adult_path(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = Walk::open(bureau, person, "case-wang-xiaoming", Path::Ordinary)?;
    walk.pass(&[K::Population, K::BankCard, K::Face])?;
    let refused = walk.approve()?.map(drop);
    let what = ("a boy of 15 takes the way for adults", "5.8");
    rows.case_refuses(what, &walk, refused, &Refusal::Subject(SubjectError::Age))
}

fn child(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    let person = people::wang_xiaohong(bureau.world.today)?;
    let mut walk = Walk::open(bureau, &person, "case-wang-xiaohong", Path::Child)?;
    walk.pass(&[K::Population])?;
    rows.case("王小红 Wang Xiaohong, 9, with her mother Li Na", "5.8", &walk, Stage::IdVerified)?;
    relative(bureau, held, rows, &mut walk, "5.8")?;
    walk.pass(&[K::BirthCertificate])?;
    rows.case("  the birth certificate; under 14 that is not enough", "5.8", &walk, Stage::IdVerified)?;
    walk.pass(&[K::GuardianConsent])?;
    rows.case("  her guardian consents", "5.8", &walk, Stage::CardBound)?;
    walk.pass(&[K::Face, K::Video])?;
    rows.case("  her face, the interview by video", "5.8", &walk, Stage::FaceEnrolled)?;
    issued(bureau, rows, &mut walk, "5.8").map(drop)
}
