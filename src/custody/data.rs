//! Which data there are, who keeps each, how sensitive it is and on what its processing rests, in one table.
//!
//! The table records claims and makes none: a code says which instrument somebody names as a basis, not that it is one. Where the
//! source system names an instrument loosely, its wording is kept and the instrument that it probably means stands beside it.

use crate::schema::{Encoding, Schema, Slot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who keeps a datum: identity data are cut in three (rows 4.2 to 4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Custodian {
    /// 公安机关持有证件主数据: what stands on documents; for a document of another authority, that authority. The issuer of identity
    /// credentials works from it.
    PublicSecurity,
    /// 银联保管金融验证信息: what verifies cards and money.
    CardNetwork,
    /// 平台仅存储脱敏后的认证状态标识: what a platform decides itself, and a status.
    Platform,
}

/// How much harm a disclosure does (个人金融信息保护技术规范, JR/T 0171-2020, section 4.2), from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DataClass {
    /// Information of the institution's own use: tokens, when an account was opened.
    C1,
    /// What identifies a person or shows the state of his finances.
    C2,
    /// What authenticates a person: biometric features, codes and the last day of a card.
    C3,
}

macro_rules! legal_bases {
    ($($(#[doc = $doc:literal])* $variant:ident $code:literal $title:literal $meant:expr;)*) => {
        /// What somebody names as the basis of processing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum LegalBasis {
            $($(#[doc = $doc])* #[serde(rename = $code)] $variant,)*
        }

        impl LegalBasis {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code in records.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The title, in the wording of the source system where it names the instrument.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The instrument that is probably meant, where the title is not exactly one's.
            #[must_use]
            pub const fn probably_means(self) -> Option<&'static str> {
                match self { $(Self::$variant => $meant,)* }
            }
        }
    };
}

legal_bases! {
    /// Row 1.1.
    CybersecurityLaw "csl" "《网络安全法》" None;
    /// Row 1.1.
    AntiMoneyLaunderingLaw "aml" "《反洗钱法》" None;
    /// Row 0.2. The measures are the bank's announcement alone; in force since 2016-07-01.
    PaymentMeasures "pboc-2015-43" "《非银行支付机构网络支付业务管理办法》" Some("中国人民银行公告〔2015〕第43号");
    /// Row 1.8. No standard of exactly this title was found.
    ProtectionRequirements "protection-requirements" "《网络安全防护技术要求》" Some("GB/T 22239-2019 网络安全等级保护基本要求");
    /// Row 1.12.
    FinancialInformation "jrt-0171" "《个人金融信息保护规范》" Some("JR/T 0171-2020 个人金融信息保护技术规范");
    /// Sensitive personal information (annex B of the standard).
    PersonalInformationStandard "gbt-35273" "GB/T 35273-2020 信息安全技术 个人信息安全规范" None;
    /// Consent, or what a contract or the law needs. The law's article numbers are from memory.
    PiplProcessing "pipl-13" "《个人信息保护法》第十三条" None;
    /// Separate consent to the processing of sensitive personal information.
    PiplSensitive "pipl-29" "《个人信息保护法》第二十九条" None;
    /// A guardian's consent for children under 14.
    PiplChildren "pipl-31" "《个人信息保护法》第三十一条" None;
    /// Deletion when the purpose is reached.
    PiplDeletion "pipl-47" "《个人信息保护法》第四十七条" None;
}

/// Where a datum occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occurrence {
    /// An attribute of a credential, by its name in a schema.
    Attribute,
    /// A kind of evidence, by its name in attestations.
    Evidence,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Datum {
    /// Attribute or evidence.
    pub occurrence: Occurrence,
    /// The name there.
    pub name: &'static str,
    /// Who keeps it.
    pub custodian: Custodian,
    /// Its class.
    pub class: DataClass,
    /// Whether it is sensitive personal information (GB/T 35273-2020, annex B).
    pub sensitive: bool,
    /// What its processing is said to rest on.
    pub basis: &'static [LegalBasis],
}

use Custodian::{CardNetwork, Platform, PublicSecurity};
use DataClass::{C1, C2, C3};
use LegalBasis as B;
use Occurrence::{Attribute, Evidence};

const IDENTITY: &[LegalBasis] =
    &[B::CybersecurityLaw, B::AntiMoneyLaunderingLaw, B::PiplProcessing, B::PiplSensitive, B::FinancialInformation];
const PLAIN: &[LegalBasis] = &[B::CybersecurityLaw, B::AntiMoneyLaunderingLaw, B::PiplProcessing];
const CARD: &[LegalBasis] =
    &[B::AntiMoneyLaunderingLaw, B::PaymentMeasures, B::PiplProcessing, B::PiplSensitive, B::FinancialInformation];
const ACCOUNT: &[LegalBasis] = &[B::AntiMoneyLaunderingLaw, B::PaymentMeasures, B::PiplProcessing];
const BIOMETRIC: &[LegalBasis] = &[
    B::CybersecurityLaw,
    B::ProtectionRequirements,
    B::FinancialInformation,
    B::PersonalInformationStandard,
    B::PiplSensitive,
    B::PiplDeletion,
];
const CHILD: &[LegalBasis] = &[B::PiplProcessing, B::PiplSensitive, B::PiplChildren];
const ASSISTANCE: &[LegalBasis] = &[B::PiplProcessing, B::PiplSensitive, B::PersonalInformationStandard];

const fn row(
    occurrence: Occurrence,
    name: &'static str,
    custodian: Custodian,
    class: DataClass,
    sensitive: bool,
    basis: &'static [LegalBasis],
) -> Datum {
    Datum { occurrence, name, custodian, class, sensitive, basis }
}

/// Every datum, each once (rule CUSTODY-TABLE).
pub const DATA: &[Datum] = &[
    row(Attribute, "holder_tag", PublicSecurity, C1, false, PLAIN),
    row(Attribute, "document_number", PublicSecurity, C2, true, IDENTITY),
    row(Attribute, "name_digest", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "birth_date", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "document_valid_until", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "region", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "nationality", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "document_type", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "sex", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "first_issued_on", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "licence_digest", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "licence_valid_until", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "licence_class", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "licence_kind", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "licence_role", PublicSecurity, C2, false, PLAIN),
    row(Attribute, "revocation_handle", PublicSecurity, C1, false, PLAIN),
    row(Attribute, "card_digest", CardNetwork, C2, true, CARD),
    row(Attribute, "card_valid_until", CardNetwork, C3, true, CARD),
    row(Attribute, "card_type", CardNetwork, C2, false, CARD),
    row(Attribute, "issuer_country", CardNetwork, C2, false, CARD),
    row(Attribute, "credit_band", CardNetwork, C2, true, CARD),
    row(Attribute, "assessed_on", CardNetwork, C2, false, CARD),
    row(Attribute, "verified", Platform, C1, false, PLAIN),
    row(Attribute, "verified_on", Platform, C1, false, PLAIN),
    row(Attribute, "reverify_by", Platform, C1, false, PLAIN),
    row(Attribute, "channels", Platform, C1, false, ACCOUNT),
    row(Attribute, "account_class", Platform, C1, false, ACCOUNT),
    row(Attribute, "risk_tier", Platform, C2, false, ACCOUNT),
    row(Attribute, "status", Platform, C1, false, PLAIN),
    row(Attribute, "account_digest", Platform, C2, false, ACCOUNT),
    row(Attribute, "member_since", Platform, C1, false, PLAIN),
    row(Attribute, "conduct_band", Platform, C2, false, PLAIN),
    row(Attribute, "qualification_valid_until", Platform, C1, false, PLAIN),
    row(Attribute, "qualification_level", Platform, C1, false, PLAIN),
    row(Attribute, "qualification_kind", Platform, C1, false, PLAIN),
    row(Evidence, "mps.population", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "ctid.netcert", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "id.ocr", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "document.passport", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "document.permit", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "document.residence", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "consular", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "branch.inperson", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "kinship", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "birth.certificate", PublicSecurity, C2, true, CHILD),
    row(Evidence, "guardian.consent", PublicSecurity, C2, true, CHILD),
    row(Evidence, "social.insurance", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "carrier.realname", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "sim.realname", PublicSecurity, C2, true, IDENTITY),
    row(Evidence, "bio.face", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "bio.face.relative", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "bio.video", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "bio.video.bidirectional", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "bio.appearance", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "avatar.similarity", PublicSecurity, C3, true, BIOMETRIC),
    row(Evidence, "unionpay.card", CardNetwork, C3, true, CARD),
    row(Evidence, "card.cross-border", CardNetwork, C3, true, CARD),
    row(Evidence, "card.avs", CardNetwork, C2, true, CARD),
    row(Evidence, "card.nfc-chip", CardNetwork, C3, true, CARD),
    row(Evidence, "card.region", CardNetwork, C1, false, CARD),
    row(Evidence, "credit.bureau", CardNetwork, C2, true, CARD),
    row(Evidence, "transaction.voucher", CardNetwork, C2, true, CARD),
    row(Evidence, "device.risk", Platform, C2, false, PLAIN),
    row(Evidence, "device.cluster", Platform, C2, false, PLAIN),
    row(Evidence, "risk.tier", Platform, C2, false, ACCOUNT),
    row(Evidence, "transaction.monitor", Platform, C2, true, ACCOUNT),
    row(Evidence, "account.settled", Platform, C2, false, ACCOUNT),
    row(Evidence, "review.decision", Platform, C1, false, PLAIN),
    row(Evidence, "assist.hotline", Platform, C2, true, ASSISTANCE),
    row(Evidence, "captcha.braille", Platform, C2, true, ASSISTANCE),
];

/// The row of a datum.
#[must_use]
pub fn datum(occurrence: Occurrence, name: &str) -> Option<&'static Datum> {
    DATA.iter().find(|row| row.occurrence == occurrence && row.name == name)
}

/// The codes that the record of an issuance names: those of every attribute of its schema. An attribute without a row is refused
/// by name (rule CUSTODY-TABLE).
///
/// # Errors
///
/// [`UnclassifiedAttribute`].
pub fn legal_bases(schema: &Schema) -> Result<BTreeSet<LegalBasis>, UnclassifiedAttribute> {
    let mut codes = BTreeSet::new();
    let used = schema.slots().iter().filter(|slot| slot.encoding() != Encoding::Unused);
    for name in used.map(Slot::name) {
        let row = datum(Attribute, name).ok_or_else(|| UnclassifiedAttribute(name.to_owned()))?;
        codes.extend(row.basis);
    }
    Ok(codes)
}

/// An attribute that nobody has classified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CUSTODY-TABLE: the attribute {0} has no custodian, class and basis")]
pub struct UnclassifiedAttribute(pub String);
