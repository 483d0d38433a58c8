//! The people of the base flow. They are invented; their dates follow from today.

use super::failed;
use crate::{
    demo::cast::{number, years_before},
    error::Outcome,
};
use shiming::{citizen_id::Sex, document::DocumentType, proofing::Subject, time::Date};

/// 156 is China, 344 Hong Kong, 840 the United States (ISO 3166-1).
const CHINA: u16 = 156;

/// A citizen with an identity card: age, days until the card's last day, region, sex.
fn citizen(today: Date, name: &str, (age, left): (u32, i64), (region, sex): (u32, Sex)) -> Outcome<Subject> {
    let birth_date = years_before(today, age)?;
    Ok(Subject {
        name: name.to_owned(),
        document_type: DocumentType::CitizenCard,
        number: number(region, birth_date, sex, false)?,
        birth_date,
        sex: sex as u8,
        nationality: CHINA,
        region,
        document_valid_until: today.plus_days(left).map_err(failed)?,
    })
}

/// 李娜 Li Na, 34: the ordinary case, and the relative of others.
pub(super) fn li_na(today: Date) -> Outcome<Subject> {
    citizen(today, "李娜", (34, 4_000), (310_101, Sex::Female))
}

/// 张伟 Zhang Wei, 41, to whom the exceptions happen; his card ends in so many days.
pub(super) fn zhang_wei(today: Date, left: i64) -> Outcome<Subject> {
    citizen(today, "张伟", (41, left), (510_107, Sex::Male))
}

/// 陈静 Chen Jing, 27, who loses her phone.
pub(super) fn chen_jing(today: Date) -> Outcome<Subject> {
    citizen(today, "陈静", (27, 3_000), (110_105, Sex::Female))
}

/// 李秀英 Li Xiuying, 71, Li Na's mother.
pub(super) fn li_xiuying(today: Date) -> Outcome<Subject> {
    citizen(today, "李秀英", (71, 9_000), (310_101, Sex::Female))
}

/// 赵明 Zhao Ming, 38, who does not see.
pub(super) fn zhao_ming(today: Date) -> Outcome<Subject> {
    citizen(today, "赵明", (38, 5_000), (420_106, Sex::Male))
}

/// 王小明 Wang Xiaoming, 15, Li Na's son.
pub(super) fn wang_xiaoming(today: Date) -> Outcome<Subject> {
    citizen(today, "王小明", (15, 1_500), (310_101, Sex::Male))
}

/// 王小红 Wang Xiaohong, 9, Li Na's daughter.
pub(super) fn wang_xiaohong(today: Date) -> Outcome<Subject> {
    citizen(today, "王小红", (9, 1_500), (310_101, Sex::Female))
}

/// CHAN TAI MAN, 45, of Hong Kong, who has a passport and a permit.
pub(super) fn chan_tai_man(today: Date) -> Outcome<Subject> {
    abroad(today, "CHAN TAI MAN", "K12345678", (45, 344), 810_000)
}

/// JANE ROE, 30, an American who lives in Shanghai.
pub(super) fn jane_roe(today: Date) -> Outcome<Subject> {
    abroad(today, "JANE ROE", "X98765432", (30, 840), 310_101)
}

/// Somebody with a passport.
fn abroad(today: Date, name: &str, number: &str, (age, nationality): (u32, u16), region: u32) -> Outcome<Subject> {
    Ok(Subject {
        name: name.to_owned(),
        document_type: DocumentType::Passport,
        number: number.to_owned(),
        birth_date: years_before(today, age)?,
        sex: Sex::Female as u8,
        nationality,
        region,
        document_valid_until: today.plus_days(2_000).map_err(failed)?,
    })
}
