//! The cast: people as registries know them, and the policies that they are asked.

use shiming::{
    policy::PolicyDocument,
    schema::{Attributes, AttributesBuilder, Value},
    time::Date,
    trust::Trust,
};
use shiming_circuits::field::Fr;

/// A person as the registry knows her.
#[derive(Clone)]
pub struct Person {
    pub number: &'static str,
    pub birth_date: u32,
    pub valid_until: u32,
    pub region: u32,
    pub sex: u32,
    pub account_class: u32,
    pub verified_on: u32,
    pub reverify_by: u32,
    pub verified: u32,
    /// 1 is a citizen card, whose number must say the same as the rest.
    pub document_type: u32,
}

/// The citizen number is the example of GB 11643.
pub const ADULT: Person = Person {
    number: "11010519491231002X",
    birth_date: 19_491_231,
    valid_until: 99_991_231,
    region: 110_105,
    sex: 2,
    account_class: 2,
    verified_on: 20_261_101,
    reverify_by: 20_270_430,
    verified: 1,
    document_type: 1,
};

/// The other example of GB 11643.
pub const SECOND: Person = Person {
    number: "440524188001010014",
    birth_date: 18_800_101,
    valid_until: 20_301_231,
    region: 440_524,
    sex: 1,
    account_class: 3,
    verified_on: 20_261_101,
    reverify_by: 20_270_430,
    verified: 1,
    document_type: 1,
};

impl Person {
    pub fn attributes(&self, trust: &Trust) -> AttributesBuilder {
        let date = |d| Value::Date(Date::from_yyyymmdd(d).unwrap());
        let values = [
            ("document_number", Value::Ascii(self.number.to_owned())),
            ("birth_date", date(self.birth_date)),
            ("document_valid_until", date(self.valid_until)),
            ("verified_on", date(self.verified_on)),
            ("reverify_by", date(self.reverify_by)),
            ("region", Value::Integer(self.region)),
            ("nationality", Value::Integer(156)),
            ("channels", Value::Integer(3)),
            ("verified", Value::Integer(self.verified)),
            ("account_class", Value::Integer(self.account_class)),
            ("document_type", Value::Integer(self.document_type)),
            ("sex", Value::Integer(self.sex)),
            ("risk_tier", Value::Integer(2)),
        ];
        let schema = trust.schemas().get("cn-realname").unwrap();
        values.iter().fold(Attributes::builder(schema), |b, (name, value)| b.set(name, value).unwrap())
    }

    pub fn card(&self, trust: &Trust) -> AttributesBuilder {
        let date = |d| Value::Date(Date::from_yyyymmdd(d).unwrap());
        let values = [
            ("document_number", Value::Ascii(self.number.to_owned())),
            ("card_digest", Value::Digest([9; 16])),
            ("card_valid_until", date(20_291_231)),
            ("verified_on", date(20_261_101)),
            ("reverify_by", date(20_270_430)),
            ("issuer_country", Value::Integer(156)),
            ("verified", Value::Integer(1)),
            ("card_type", Value::Integer(1)),
        ];
        let schema = trust.schemas().get("cn-bank-card").unwrap();
        values.iter().fold(Attributes::builder(schema), |b, (name, value)| b.set(name, value).unwrap())
    }
}

pub fn document(policy: &str) -> PolicyDocument {
    serde_json::from_str(policy).unwrap()
}

/// The claims of a holder who lies about nothing.
pub fn truth(_: usize, _: usize, value: Fr) -> Fr {
    value
}

/// A policy over one identity credential with these clauses, with a pseudonym.
pub fn identity_policy(clauses: &str) -> String {
    format!(
        r#"{{"id": "test:1", "credentials": [{{"schema": "cn-realname", "issuers": ["authority"],
            "require": [{clauses}], "disclose": []}}], "pseudonym": {{"scope": "account"}}, "paths": ["zk"]}}"#
    )
}

/// An identity and a bank card of one person.
pub const TWO_CREDENTIALS: &str = r#"{
  "id": "test:1",
  "credentials": [
    {"schema": "cn-realname", "issuers": ["authority"],
     "require": [{"attribute": "birth_date", "age_at_least": 18}], "disclose": []},
    {"schema": "cn-bank-card", "issuers": ["network"], "require": [], "disclose": []}
  ],
  "pseudonym": {"scope": "account"},
  "paths": ["zk"]
}"#;

/// One disclosed attribute.
pub const DISCLOSING: &str = r#"{
  "id": "test:1",
  "credentials": [{"schema": "cn-realname", "issuers": ["authority"],
    "require": [{"attribute": "birth_date", "age_at_least": 18}], "disclose": ["document_number"]}],
  "pseudonym": {"scope": "account"},
  "paths": ["zk"]
}"#;

/// Where things stand in the bytes of a presentation.
pub struct Layout {
    /// Disclosed bytes of all credentials.
    pub clear: usize,
    pub proofs: usize,
    pub wires: usize,
}

impl Layout {
    /// One credential, nothing disclosed, four comparisons, the constant `verified`.
    pub const FOUR_COMPARISONS: Self = Self { clear: 5 + 32, proofs: 2, wires: 15 };

    pub fn proof(&self, index: usize) -> usize {
        self.clear + 160 * index
    }

    pub fn pseudonym(&self) -> usize {
        self.proof(self.proofs)
    }

    pub fn challenge(&self) -> usize {
        self.pseudonym() + 32
    }

    pub fn response(&self, index: usize) -> usize {
        self.challenge() + 16 + 32 * index
    }

    pub fn end(&self) -> usize {
        self.response(self.wires + self.proofs)
    }
}

/// Four comparisons over one credential, with a pseudonym: the job of the figures.
pub const FOUR_COMPARISONS: &str = r#"{
  "id": "test:1",
  "credentials": [{
    "schema": "cn-realname", "issuers": ["authority"],
    "require": [
      {"attribute": "birth_date", "age_at_least": 18},
      {"attribute": "document_valid_until", "not_before": "today"},
      {"attribute": "account_class", "at_least": 2}
    ],
    "disclose": []
  }],
  "pseudonym": {"scope": "account"},
  "paths": ["zk"]
}"#;
