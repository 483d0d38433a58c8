//! LIMIT-TABLE: every number of payment accounts, with its article and how well it is established.
//!
//! Where the source has no number there is none here either: the sums of risk tiers and the limits that wallets set for minors
//! are an operator's configuration.

use super::{AccountClass, Fen, Purpose};
use crate::document::{Provenance, age::AgeBand};

/// The announcement, in force since 2016-07-01.
pub const ANNOUNCEMENT: &str = "PBOC Announcement [2015] No. 43";

/// Over what time an account's payments are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Since the account was opened.
    SinceOpening,
    /// A calendar year, over all payment accounts of the person at the institution.
    Year,
}

/// A row of article 11.
#[derive(Debug)]
pub struct ClassRule {
    /// The class.
    pub class: AccountClass,
    /// The number of external channels that verified the person's identity.
    pub channels: usize,
    /// Whether identification face to face takes their place.
    pub face_to_face: bool,
    /// Whether it is for a person's first account at the institution only.
    pub first_only: bool,
    /// What the balance may pay for.
    pub purposes: &'static [Purpose],
    /// What it may pay in the period.
    pub limit: Fen,
    /// The period.
    pub period: Period,
    /// Whether transfers to the person's own bank account count.
    pub own_transfers_count: bool,
    /// The article.
    pub article: &'static str,
    /// How well channels, limit and period are established.
    pub provenance: Provenance,
    /// How well `own_transfers_count` is.
    pub own_transfers_provenance: Provenance,
}

/// Class I.
pub const CLASS_ONE: ClassRule = ClassRule {
    class: AccountClass::One,
    channels: 1,
    face_to_face: false,
    first_only: true,
    purposes: &[Purpose::Consumption, Purpose::Transfer],
    limit: Fen::from_yuan(1_000),
    period: Period::SinceOpening,
    own_transfers_count: true,
    article: "article 11 (1)",
    provenance: Provenance::Text,
    own_transfers_provenance: Provenance::Secondary,
};

/// Class II.
pub const CLASS_TWO: ClassRule = ClassRule {
    class: AccountClass::Two,
    channels: 3,
    face_to_face: true,
    first_only: false,
    purposes: &[Purpose::Consumption, Purpose::Transfer],
    limit: Fen::from_yuan(100_000),
    period: Period::Year,
    own_transfers_count: false,
    article: "article 11 (2)",
    provenance: Provenance::Text,
    own_transfers_provenance: Provenance::Text,
};

/// Class III.
pub const CLASS_THREE: ClassRule = ClassRule {
    class: AccountClass::Three,
    channels: 5,
    face_to_face: true,
    first_only: false,
    purposes: &[Purpose::Consumption, Purpose::Transfer, Purpose::Investment],
    limit: Fen::from_yuan(200_000),
    period: Period::Year,
    own_transfers_count: false,
    article: "article 11 (3)",
    provenance: Provenance::Text,
    own_transfers_provenance: Provenance::Text,
};

/// Article 24: how many kinds of element count as several.
pub const SEVERAL_FACTORS: usize = 2;
/// Article 24 (2): a day's payments with several kinds of element, none of them a certificate or an electronic signature.
pub const DAILY_SEVERAL: Fen = Fen::from_yuan(5_000);
/// Article 24 (3): a day's payments with fewer kinds; the institution bears every loss.
pub const DAILY_FEW: Fen = Fen::from_yuan(1_000);

/// The number of risk tiers: the values of the attribute `risk_tier` in schema 1, 0 to 15.
pub const RISK_TIERS: usize = 16;

/// What minors of an age may pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinorRow {
    /// The age.
    pub band: AgeBand,
    /// One payment.
    pub payment: Fen,
    /// The payments of a calendar month.
    pub month: Fen,
}

/// The recharge of online games: notice of the NPPA (国家新闻出版署) of 2019-11. These are limits for games and nothing else's.
pub const GAME_RECHARGE: [MinorRow; 4] = [
    MinorRow { band: AgeBand::BelowEight, payment: Fen::new(0), month: Fen::new(0) },
    MinorRow { band: AgeBand::FromEight, payment: Fen::from_yuan(50), month: Fen::from_yuan(200) },
    MinorRow { band: AgeBand::FromFourteen, payment: Fen::from_yuan(50), month: Fen::from_yuan(200) },
    MinorRow { band: AgeBand::FromSixteen, payment: Fen::from_yuan(100), month: Fen::from_yuan(400) },
];
