//! The kinds of evidence, in one table: what an attestation of each must state, how old it may be, and which channel it is.

use crate::account::ChannelKind;
use serde::{Deserialize, Serialize};

/// What the source found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The check succeeded.
    Pass,
    /// The check failed.
    Fail,
    /// The source cannot tell.
    Indeterminate,
}

/// How a face was captured (row 1.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// 3D结构光
    #[serde(rename = "structured-light-3d")]
    StructuredLight3d,
    /// A colour camera.
    Rgb,
    /// An infrared camera.
    Infrared,
    /// A video call.
    Video,
}

/// What of a bank card was matched (row 1.9): the article's four are the number, the phone, the CVV and a message; the industry's
/// are the name, the identity number, the number and the phone. Each is only named, never given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// The holder's name.
    Name,
    /// The holder's identity number.
    IdNumber,
    /// The card number.
    CardNumber,
    /// The phone number reserved with the bank.
    Phone,
    /// The card verification value.
    Cvv,
    /// A message sent to the phone.
    Sms,
}

impl Element {
    /// The four of the article.
    pub const ARTICLE_FOUR: [Self; 4] = [Self::CardNumber, Self::Phone, Self::Cvv, Self::Sms];
    /// The four of the industry.
    pub const INDUSTRY_FOUR: [Self; 4] = [Self::Name, Self::IdNumber, Self::CardNumber, Self::Phone];
}

/// A fact that sources state by keyed digest, so that it can be compared and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The name in NFC.
    Name,
    /// The number of the identity document, in its canonical form.
    Number,
    /// The type of that document, in decimal.
    DocumentType,
    /// The birth date, YYYYMMDD.
    BirthDate,
    /// 1 or 2.
    Sex,
    /// ISO 3166-1 numeric, in decimal.
    Nationality,
    /// GB/T 2260, six digits.
    Region,
    /// The last day of the document, YYYYMMDD.
    DocumentValidUntil,
    /// The card's token.
    Card,
    /// The phone number.
    Phone,
    /// The reference of a biometric template.
    Template,
}

impl Fact {
    /// The name in attestations, and in the input of digests.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::DocumentType => "document-type",
            Self::BirthDate => "birth-date",
            Self::Sex => "sex",
            Self::Nationality => "nationality",
            Self::Region => "region",
            Self::DocumentValidUntil => "document-valid-until",
            Self::Card => "card",
            Self::Phone => "phone",
            Self::Template => "template",
        }
    }
}

/// Members of an attestation that a kind states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// `similarity_bp`
    Similarity,
    /// `liveness`
    Liveness,
    /// `method`
    Method,
    /// `elements`, with one of the two fours in it
    Elements,
    /// `document_valid_until`
    DocumentValidUntil,
    /// `region`
    Region,
    /// `tier`
    Tier,
    /// `about`
    About,
    /// A digest of the fact.
    Digest(Fact),
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $age:expr, $channel:expr, [$($member:expr),*];)*) => {
        /// A kind of evidence. The number of the row of the source system that it serves is in its description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum EvidenceKind {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)*
        }

        impl EvidenceKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in attestations and registries.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How long after the observation it may be used, in seconds.
            #[must_use]
            pub const fn max_age_seconds(self) -> i64 {
                match self { $(Self::$variant => $age,)* }
            }

            /// The external channel that it comes through, if it is one (PBOC announcement 2015 No. 43, article 11).
            #[must_use]
            pub const fn channel(self) -> Option<ChannelKind> {
                match self { $(Self::$variant => $channel,)* }
            }

            /// What an attestation that passes states, and beyond which it states nothing.
            #[must_use]
            pub const fn members(self) -> &'static [Member] {
                match self { $(Self::$variant => &[$($member),*],)* }
            }
        }
    };
}

use ChannelKind as C;
use Fact as F;
use Member as M;

/// The source has no ages but the four elements' "实时" (real-time); these are ours.
const REAL_TIME: i64 = 300;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

kinds! {
    /// 1.3, 4.3: the population registry finds name, number and photograph together.
    Population "mps.population" DAY, Some(C::Population), [M::DocumentValidUntil, M::Digest(F::Name), M::Digest(F::Number), M::Digest(F::DocumentType), M::Digest(F::BirthDate), M::Digest(F::Sex), M::Digest(F::Nationality), M::Digest(F::Region), M::Digest(F::DocumentValidUntil)];
    /// 6.3: the national network identity service (CTID) confirms a 网证; stands in for the population registry.
    NetworkIdentity "ctid.netcert" DAY, Some(C::NetworkIdentity), [M::Digest(F::Name), M::Digest(F::Number)];
    /// 2.2: fields read from a photograph of the document agree with what was typed.
    Ocr "id.ocr" DAY, None, [M::Digest(F::Name), M::Digest(F::Number)];
    /// 5.1, 5.6: a passport, its machine-readable zone checked.
    Passport "document.passport" DAY, Some(C::ExitEntry), [M::DocumentValidUntil, M::Digest(F::Name), M::Digest(F::Number), M::Digest(F::DocumentType), M::Digest(F::BirthDate), M::Digest(F::Sex), M::Digest(F::Nationality), M::Digest(F::Region), M::Digest(F::DocumentValidUntil)];
    /// 5.1: a mainland travel permit or residence permit of a Hong Kong, Macao or Taiwan resident.
    TravelPermit "document.permit" DAY, Some(C::ExitEntry), [M::DocumentValidUntil, M::Digest(F::Name), M::Digest(F::BirthDate), M::Digest(F::Sex)];
    /// 5.6: a residence permit or permanent residence card of a foreigner.
    ResidencePermit "document.residence" DAY, Some(C::ExitEntry), [M::DocumentValidUntil, M::Digest(F::Name), M::Digest(F::BirthDate), M::Digest(F::Sex)];
    /// 1.4, 1.9, 2.3, 2.8: the card network matches four elements of a card in the subject's own name.
    BankCard "unionpay.card" REAL_TIME, Some(C::Bank), [M::Elements, M::Digest(F::Name), M::Digest(F::Number), M::Digest(F::Card)];
    /// 5.2, 5.6: an international network matches a card in the subject's own name.
    CrossBorderCard "card.cross-border" REAL_TIME, Some(C::Bank), [M::Digest(F::Name), M::Digest(F::Card)];
    /// 2.7: the billing address of a credit card.
    BillingAddress "card.avs" DAY, None, [M::Digest(F::Card)];
    /// 2.9: the chip of the card was read.
    CardChip "card.nfc-chip" HOUR, None, [M::Digest(F::Card)];
    /// 3.2: where the bank of the card is.
    BankRegion "card.region" DAY, None, [M::Region];
    /// 1.5, 1.10, 1.11, 2.4, 3.4: a living face is the one on file.
    Face "bio.face" HOUR, None, [M::Similarity, M::Liveness, M::Method, M::Digest(F::Template)];
    /// 5.4: the living face of the relative who helps.
    RelativeFace "bio.face.relative" HOUR, None, [M::Similarity, M::Liveness, M::Method, M::About];
    /// 3.7, 5.8: an interview by video.
    Video "bio.video" HOUR, None, [];
    /// 5.5: both ways by video, the will confirmed.
    TwoWayVideo "bio.video.bidirectional" HOUR, None, [M::About];
    /// 3.3: the device and the usual place of login do not contradict each other.
    Device "device.risk" HOUR, None, [];
    /// 3.6: a record of social insurance.
    SocialInsurance "social.insurance" DAY, Some(C::SocialInsurance), [M::Digest(F::Name), M::Digest(F::Number)];
    /// 3.6: the carrier's own real-name record of the phone.
    CarrierRealName "carrier.realname" DAY, Some(C::Carrier), [M::Digest(F::Name), M::Digest(F::Number), M::Digest(F::Phone)];
    /// 2.8: a credit bureau knows the subject.
    CreditBureau "credit.bureau" DAY, Some(C::CreditBureau), [M::Digest(F::Name), M::Digest(F::Number)];
    /// 0.6: the tier of a risk model outside.
    RiskTier "risk.tier" DAY, None, [M::Tier];
    /// 5.3: the relative and the subject are kin; `about` is the relative's presentation.
    Kinship "kinship" DAY, None, [M::About];
    /// 5.8: the birth certificate names guardian and child; `about` is the guardian's presentation.
    BirthCertificate "birth.certificate" DAY, None, [M::About, M::Digest(F::Name)];
    /// 5.8: the guardian consents for a child under 14; `about` is the guardian's presentation.
    GuardianConsent "guardian.consent" DAY, None, [M::About];
    /// 5.6: a consulate helped.
    Consular "consular" DAY, None, [M::Digest(F::Name)];
    /// 5.7: the hotline guided a visually impaired subject.
    Hotline "assist.hotline" HOUR, None, [];
    /// 5.7: a captcha in braille was solved.
    BrailleCaptcha "captcha.braille" HOUR, None, [];
    /// 3.9: a branch has seen the subject and the documents.
    Branch "branch.inperson" DAY, None, [M::Digest(F::Name), M::Digest(F::Number)];
    /// 2.6: a person's decision on a manual review; `about` is that review. Pass accepts, indeterminate has the step repeated, fail refuses.
    Review "review.decision" DAY, None, [M::About];
    /// 3.10: a transaction is suspicious (fail) or cleared (pass); `about` is the transaction.
    Transaction "transaction.monitor" DAY, None, [M::About];
    /// 8.2: how alike the current portrait and the enrolled face are.
    Portrait "avatar.similarity" DAY, None, [M::Similarity];
    /// 8.3: the features have not changed beyond recognition.
    Appearance "bio.appearance" DAY, None, [];
    /// 8.4: the account is not used from a cluster of devices.
    DeviceCluster "device.cluster" DAY, None, [];
    /// 8.6, gate 1: the phone's card is registered in the subject's name.
    SimCard "sim.realname" DAY, None, [M::Digest(F::Phone)];
    /// 8.6, gate 2: the voucher of the last transaction; `about` is its digest.
    LastTransaction "transaction.voucher" DAY, None, [M::About];
    /// 8.6, gate 3: nothing is owed, held or pending.
    AccountSettled "account.settled" DAY, None, [];
}
