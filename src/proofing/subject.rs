//! The person, as the issuer knows him while the case is open.

use crate::{
    codec::array,
    document::DocumentType,
    evidence::{Attestation, CheckedEvidence, Fact, FactKey, Member},
    schema::{AttributeError, AttributesBuilder, Value},
    time::Date,
};
use sm3::{Digest as _, Sm3};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// The bytes of the salt of a name's digest.
pub const NAME_SALT_BYTES: usize = 16;

/// Which of the person's data the sources do not attest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubjectError {
    /// PROOF-SUBJECT: a source states something else.
    #[error("PROOF-SUBJECT: what the issuer has as {} is not what the sources attest", .0.as_str())]
    Differs(Fact),
    /// PROOF-SUBJECT: no source states it.
    #[error("PROOF-SUBJECT: no source attests {}", .0.as_str())]
    NotAttested(Fact),
    /// PROOF-SUBJECT: its last day has passed since the source looked at it.
    #[error("PROOF-SUBJECT: the person's document has expired")]
    Expired,
    /// PROOF-AGE: the path is for other ages.
    #[error("PROOF-AGE: the person's age is not one that this way of proofing is for")]
    Age,
}

/// The data that a credential of schema 1 states, and the name. Wiped when dropped, and without `Debug`: it names a person.
pub struct Subject {
    /// The name as the document has it.
    pub name: String,
    /// The type of the identity document.
    pub document_type: DocumentType,
    /// Its number, in the one form of its type.
    pub number: String,
    /// The birth date.
    pub birth_date: Date,
    /// 1 male, 2 female (GB/T 2261.1).
    pub sex: u8,
    /// ISO 3166-1 numeric.
    pub nationality: u16,
    /// GB/T 2260.
    pub region: u32,
    /// The last day of the document.
    pub document_valid_until: Date,
}

impl Drop for Subject {
    fn drop(&mut self) {
        self.name.zeroize();
        self.number.zeroize();
    }
}

impl Subject {
    /// The facts that sources attest of it, each in the text that is digested.
    #[must_use]
    pub fn facts(&self) -> [(Fact, Zeroizing<String>); 8] {
        [
            (Fact::Name, Zeroizing::new(self.name.clone())),
            (Fact::Number, Zeroizing::new(self.number.clone())),
            (Fact::DocumentType, Zeroizing::new(self.document_type.code().to_string())),
            (Fact::BirthDate, Zeroizing::new(self.birth_date.to_u32().to_string())),
            (Fact::Sex, Zeroizing::new(self.sex.to_string())),
            (Fact::Nationality, Zeroizing::new(self.nationality.to_string())),
            (Fact::Region, Zeroizing::new(self.region.to_string())),
            (Fact::DocumentValidUntil, Zeroizing::new(self.document_valid_until.to_u32().to_string())),
        ]
    }

    /// Writes into an attestation the digests of those of these facts that its kind states: what a source does with the data that
    /// it has itself.
    pub fn attest(&self, attestation: &mut Attestation, key: &FactKey) {
        let members = attestation.kind.members();
        for (fact, text) in self.facts().iter().filter(|(fact, _)| members.contains(&Member::Digest(*fact))) {
            attestation.digests.insert(*fact, key.digest(*fact, text));
        }
    }

    /// PROOF-SUBJECT: every fact is the one that the evidence of the identity states.
    pub(super) fn check(&self, identity: &CheckedEvidence, key: &FactKey) -> Result<(), SubjectError> {
        for (fact, text) in &self.facts() {
            match identity.fact(*fact) {
                None => return Err(SubjectError::NotAttested(*fact)),
                Some(stated) if *stated != key.digest(*fact, text) => return Err(SubjectError::Differs(*fact)),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// The attributes of schema 1 that are the person's.
    pub(super) fn attributes(
        &self,
        builder: AttributesBuilder,
        salt: &[u8; NAME_SALT_BYTES],
    ) -> Result<AttributesBuilder, AttributeError> {
        builder
            .set("document_number", &Value::Ascii(self.number.clone()))?
            .set("name_digest", &Value::Digest(name_digest(&self.name, salt)))?
            .set("birth_date", &Value::Date(self.birth_date))?
            .set("document_valid_until", &Value::Date(self.document_valid_until))?
            .set("region", &Value::Integer(self.region))?
            .set("nationality", &Value::Integer(u32::from(self.nationality)))?
            .set("document_type", &Value::Integer(self.document_type.code()))?
            .set("sex", &Value::Integer(u32::from(self.sex)))
    }
}

/// Slot 2 of schema 1: the first 16 bytes of SM3(salt || name in NFC). The issuer draws the salt, the holder keeps both.
#[must_use]
pub fn name_digest(name: &str, salt: &[u8; NAME_SALT_BYTES]) -> [u8; 16] {
    let normal = Zeroizing::new(name.nfc().collect::<String>());
    let digest = Sm3::new().chain_update(salt).chain_update(normal.as_bytes()).finalize();
    digest.get(..16).and_then(|first| array(first).ok()).unwrap_or_default()
}
