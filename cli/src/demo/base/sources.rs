//! The sources of evidence, with keys of this run: half of them sign with SM2, half with ES256.

use super::failed;
use crate::{demo::world::id, error::Outcome, session::Rng};
use shiming::{
    evidence::{Attestation, EvidenceKind, SignedAttestation},
    registry::SourceDocument,
    signature::{Algorithm, SigningKey},
    time::UnixTime,
};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// A source's id, its name for people, how it signs, and what it may attest.
type Known = (&'static str, &'static str, Algorithm, &'static [EvidenceKind]);

const SOURCES: &[Known] = {
    use Algorithm::{Es256, Sm2};
    use EvidenceKind as K;
    &[
        ("population", "公安人口库 Population registry", Sm2, &[K::Population, K::BirthCertificate, K::Kinship]),
        (
            "exit-entry",
            "出入境管理 Exit and entry",
            Sm2,
            &[K::Passport, K::TravelPermit, K::ResidencePermit, K::Consular],
        ),
        (
            "unionpay",
            "银联 Card network",
            Sm2,
            &[K::BankCard, K::CrossBorderCard, K::BankRegion, K::BillingAddress, K::CardChip],
        ),
        ("faces", "人脸识别 Faces", Es256, &[K::Face, K::RelativeFace, K::Video, K::TwoWayVideo]),
        ("portraits", "头像比对 Portraits", Es256, &[K::Portrait, K::Appearance]),
        ("risk", "风控 Risk", Es256, &[K::Device, K::DeviceCluster, K::RiskTier, K::Transaction]),
        ("social-insurance", "社保 Social insurance", Es256, &[K::SocialInsurance]),
        ("carrier", "运营商 Carrier", Sm2, &[K::CarrierRealName, K::SimCard]),
        ("credit-bureau", "征信 Credit bureau", Es256, &[K::CreditBureau]),
        ("accounts", "账户系统 Accounts", Es256, &[K::LastTransaction, K::AccountSettled]),
        (
            "desk",
            "网点与客服 Branches and hotline",
            Es256,
            &[K::Branch, K::Hotline, K::BrailleCaptcha, K::GuardianConsent],
        ),
        ("reviewer", "人工复核 Reviewer", Sm2, &[K::Review]),
    ]
};

/// All sources.
pub(super) struct Sources {
    keys: BTreeMap<&'static str, SigningKey>,
}

impl Sources {
    /// Fresh keys.
    pub(super) fn generate(rng: &mut Rng) -> Self {
        let keys = SOURCES.iter().map(|(id, _, algorithm, _)| (*id, SigningKey::generate(*algorithm, rng)));
        Self { keys: keys.collect() }
    }

    /// What the trust bundle says of them.
    pub(super) fn documents(&self, now: UnixTime) -> Outcome<Vec<SourceDocument>> {
        let document = |(name, people_say, _, kinds): &Known| {
            Ok(SourceDocument {
                id: id(name)?,
                name: (*people_say).to_owned(),
                key: self.key(name)?.public_key(),
                kinds: kinds.iter().copied().collect(),
                not_before: now.plus(-DAY),
                not_after: now.plus(365 * DAY),
            })
        };
        SOURCES.iter().map(document).collect()
    }

    fn key(&self, source: &str) -> Outcome<&SigningKey> {
        self.keys.get(source).ok_or_else(|| failed(format!("no key of the source {source}")))
    }

    /// Signed by the source that attests such things.
    pub(super) fn sign(&self, said: &Attestation) -> Outcome<SignedAttestation> {
        let source = SOURCES.iter().find(|(.., kinds)| kinds.contains(&said.kind));
        let (source, ..) = source.ok_or_else(|| failed(format!("no source attests {}", said.kind.as_str())))?;
        self.sign_as(source, source, said)
    }

    /// Signed under the name of a source with the key of another, or under a name that nobody has.
    pub(super) fn sign_as(&self, source: &str, key: &str, said: &Attestation) -> Outcome<SignedAttestation> {
        Ok(said.sign(&id(source)?, self.key(key)?)?)
    }
}
