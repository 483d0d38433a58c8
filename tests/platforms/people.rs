//! What the custodians attest of one person, by schema, to change one fact at a time.

use crate::world::World;
use shiming::{
    schema::{Attributes, AttributesBuilder, Value},
    time::Date,
};

/// The custodians: issuer and the schema that it signs.
pub const CUSTODIANS: [(&str, &str); 7] = [
    ("identity-issuer", "cn-realname"),
    ("card-network", "cn-bank-card"),
    ("wechat-status", "cn-platform-status"),
    ("credit-bureau", "cn-credit-band"),
    ("creator-registry", "cn-creator"),
    ("market-regulator", "cn-merchant-licence"),
    ("traffic-police", "cn-driver-licence"),
];

/// Somebody's document number; no citizen card, so that the birth date may change without it.
pub const NUMBER: &str = "P1000001";

/// The attributes of one credential, but for tag and handle. Dates are of dates' slots, as integers.
#[derive(Clone)]
pub struct Facts {
    pub schema: &'static str,
    values: Vec<(&'static str, Fact)>,
}

#[derive(Clone, Copy)]
enum Fact {
    Text(&'static str),
    Number(u32),
    Digest([u8; 16]),
}

/// Facts on which every profile holds.
pub fn facts(schema: &'static str) -> Facts {
    use Fact::{Digest, Number, Text};
    let number = ("document_number", Text(NUMBER));
    let verified = [("verified_on", Number(20_261_101)), ("reverify_by", Number(20_270_430)), ("verified", Number(1))];
    let own: &[(&'static str, Fact)] = match schema {
        "cn-realname" => &[
            number,
            ("birth_date", Number(19_900_101)),
            ("document_valid_until", Number(20_300_101)),
            ("region", Number(110_105)),
            ("nationality", Number(156)),
            ("channels", Number(5)),
            ("account_class", Number(3)),
            ("document_type", Number(2)),
            ("sex", Number(1)),
            ("risk_tier", Number(2)),
        ],
        "cn-bank-card" => &[
            number,
            ("card_digest", Digest([9; 16])),
            ("card_valid_until", Number(20_291_231)),
            ("issuer_country", Number(156)),
            ("card_type", Number(1)),
        ],
        "cn-platform-status" => &[
            ("account_digest", Digest([1; 16])),
            ("member_since", Number(20_180_501)),
            ("account_class", Number(3)),
            ("status", Number(1)),
            ("conduct_band", Number(12)),
        ],
        "cn-credit-band" => &[number, ("assessed_on", Number(20_261_031)), ("credit_band", Number(4))],
        "cn-creator" => &[
            number,
            ("qualification_valid_until", Number(20_271_231)),
            ("qualification_level", Number(3)),
            ("qualification_kind", Number(2)),
        ],
        "cn-merchant-licence" => &[
            number,
            ("licence_digest", Digest([6; 16])),
            ("licence_valid_until", Number(99_991_231)),
            ("licence_kind", Number(1)),
            ("licence_role", Number(1)),
        ],
        "cn-driver-licence" => &[
            number,
            ("first_issued_on", Number(20_120_601)),
            ("licence_valid_until", Number(20_280_601)),
            ("licence_class", Number(6)),
        ],
        other => panic!("no facts for {other}"),
    };
    Facts { schema, values: own.iter().chain(&verified).copied().collect() }
}

impl Facts {
    /// The same person, but for one attribute; 0 is absence.
    pub fn but(mut self, attribute: &str, value: u32) -> Self {
        let known = self.values.iter_mut().find(|(name, _)| *name == attribute);
        known.unwrap_or_else(|| panic!("no {attribute}")).1 = Fact::Number(value);
        self
    }

    /// Of somebody with another number.
    pub fn of(mut self, number: &'static str) -> Self {
        let known = self.values.iter_mut().filter(|(name, _)| *name == "document_number");
        known.for_each(|(_, value)| *value = Fact::Text(number));
        self
    }

    /// Of another account.
    pub fn account(mut self, account: u8) -> Self {
        let known = self.values.iter_mut().filter(|(name, _)| *name == "account_digest");
        known.for_each(|(_, value)| *value = Fact::Digest([account; 16]));
        self
    }

    pub fn attributes(&self, world: &World) -> AttributesBuilder {
        let schema = world.trust.schemas().get(self.schema).unwrap();
        self.values.iter().fold(Attributes::builder(schema), |builder, (name, fact)| {
            let value = match *fact {
                Fact::Text(text) => Value::Ascii(text.to_owned()),
                Fact::Digest(bytes) => Value::Digest(bytes),
                Fact::Number(0) => return builder,
                Fact::Number(n) if schema.slot(name).unwrap().is_date() => Value::Date(Date::from_yyyymmdd(n).unwrap()),
                Fact::Number(n) => Value::Integer(n),
            };
            builder.set(name, &value).unwrap()
        })
    }
}
