//! The people. They are invented; their dates follow from today, so that a minor stays a minor.

use crate::{
    attributes,
    error::{Failure, Outcome},
};
use shiming::{
    citizen_id::{CitizenId, Sex},
    schema::{AttributesBuilder, Schemas, Value},
    time::{Date, UnixTime},
};
use std::collections::BTreeMap;

/// A person as the population registry has her.
#[derive(Clone)]
pub(crate) struct Person {
    /// GB 11643.
    pub(crate) number: String,
    birth: Date,
    document_valid_until: Date,
    region: u32,
    sex: Sex,
}

/// Born this many years before today; the same day of the year, or the day after 29 February.
pub(crate) fn years_before(today: Date, years: u32) -> Outcome<Date> {
    let date = today.to_u32() - years * 10_000;
    Date::from_yyyymmdd(date)
        .or_else(|_| Date::from_yyyymmdd(date + 100 - 28))
        .map_err(|error| Failure::usage("clock", format!("{error}; check the clock")))
}

/// The first number of that region, birth and sex, whose check character is X or is not.
pub(crate) fn number(region: u32, birth: Date, sex: Sex, ends_in_x: bool) -> Outcome<String> {
    let first = if sex == Sex::Male { 1 } else { 2 };
    for order in (first..1000).step_by(2) {
        for check in "0123456789X".chars().filter(|check| (*check == 'X') == ends_in_x) {
            let text = format!("{region:06}{}{order:03}{check}", birth.to_u32());
            if CitizenId::parse(&text).is_ok() {
                return Ok(text);
            }
        }
    }
    Err(Failure::usage("demo-failed", "no citizen number fits an invented person"))
}

impl Person {
    #[allow(clippy::too_many_arguments, reason = "the facts of a person, all different")]
    fn new(today: Date, age: u32, valid_days: i64, region: u32, sex: Sex, ends_in_x: bool) -> Outcome<Self> {
        let birth = years_before(today, age)?;
        let number = number(region, birth, sex, ends_in_x)?;
        let document_valid_until = today
            .plus_days(valid_days)
            .map_err(|error| Failure::usage("clock", format!("{error}; check the clock")))?;
        Ok(Self { number, birth, document_valid_until, region, sex })
    }

    /// 李娜 Li Na, an adult.
    pub(crate) fn adult(today: Date) -> Outcome<Self> {
        Self::new(today, 34, 4000, 310_101, Sex::Female, false)
    }

    /// 王小明 Wang Xiaoming, a minor.
    pub(crate) fn minor(today: Date) -> Outcome<Self> {
        Self::new(today, 15, 1500, 440_305, Sex::Male, false)
    }

    /// 张伟 Zhang Wei, whose document expired a week ago.
    pub(crate) fn expired(today: Date) -> Outcome<Self> {
        Self::new(today, 41, -7, 510_107, Sex::Male, false)
    }

    /// 陈静 Chen Jing, whose number ends in X.
    pub(crate) fn ends_in_x(today: Date) -> Outcome<Self> {
        Self::new(today, 27, 3000, 110_105, Sex::Female, true)
    }

    /// One of the holders of the figures.
    pub(crate) fn holder(today: Date, index: u32) -> Outcome<Self> {
        Self::new(today, 20 + index, 3000, 320_106, Sex::Female, false)
    }

    /// The real-name attributes.
    pub(crate) fn identity(&self, schemas: &Schemas, now: UnixTime) -> Outcome<AttributesBuilder> {
        self.build(
            schemas,
            "cn-realname",
            now,
            [
                ("document_number", Value::Ascii(self.number.clone())),
                ("birth_date", Value::Date(self.birth)),
                ("document_valid_until", Value::Date(self.document_valid_until)),
                ("region", Value::Integer(self.region)),
                ("nationality", Value::Integer(156)),
                ("channels", Value::Integer(3)),
                ("verified", Value::Integer(1)),
                ("account_class", Value::Integer(2)),
                ("document_type", Value::Integer(1)),
                ("sex", Value::Integer(self.sex as u32)),
                ("risk_tier", Value::Integer(2)),
            ],
        )
    }

    /// A bank card in this person's name.
    pub(crate) fn card(&self, schemas: &Schemas, now: UnixTime) -> Outcome<AttributesBuilder> {
        let until = Date::from_unix(now.plus(900 * 86_400)).unwrap_or(Date::LONG_TERM);
        self.build(
            schemas,
            "cn-bank-card",
            now,
            [
                ("document_number", Value::Ascii(self.number.clone())),
                ("card_digest", Value::Digest([9; 16])),
                ("card_valid_until", Value::Date(until)),
                ("issuer_country", Value::Integer(156)),
                ("verified", Value::Integer(1)),
                ("card_type", Value::Integer(1)),
            ],
        )
    }

    fn build<const N: usize>(
        &self,
        schemas: &Schemas,
        schema: &str,
        now: UnixTime,
        values: [(&str, Value); N],
    ) -> Outcome<AttributesBuilder> {
        let schema = schemas.get(schema).ok_or_else(|| Failure::usage("unknown-schema", "a schema is missing"))?;
        let values: BTreeMap<String, Value> =
            values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        attributes::complete(schema, values, now)
    }

    /// The number with another check character, as a typing error has it.
    pub(crate) fn mistyped(&self) -> Self {
        let mut number = self.number.clone();
        let last = number.pop().unwrap_or('0');
        number.push(if last == '1' { '2' } else { '1' });
        Self { number, ..self.clone() }
    }
}
