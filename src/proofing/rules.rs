//! What an issuer sets: thresholds, weights, regions. The numbers that the source system gives are the defaults.

use super::Path;
use crate::evidence::{EvidenceKind, Member};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Weights of consistency (动态权重算法, row 2.5), in thousandths. The source gives none, so these are ours.
///
/// The score of a case adds, for each stage and each kind listed, its weight times 1 (passed), 0 (absent or undecided) or -1
/// (failed). Below the threshold a person decides. The table cannot let an anomaly pass: that rule comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightTable {
    /// The identity document.
    pub identity: u16,
    /// The card.
    pub card: u16,
    /// The face.
    pub face: u16,
    /// Other evidence.
    pub others: BTreeMap<EvidenceKind, u16>,
    /// The least score that passes.
    pub threshold: i32,
}

/// The settings of proofing. A case keeps to the version that it was opened under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofingRules {
    /// Grows with every change.
    pub version: u32,
    /// A document that ends within these days is near its expiry (row 3.1; 30 as in row 3.8).
    pub near_expiry_days: u16,
    /// The least similarity without step-up, in basis points: 9,800 (row 3.4).
    pub similarity_bp: u16,
    /// Regions of banks, GB/T 2260, whose cards need a step-up (row 3.2). A code that ends in two or four zeros is that of a
    /// prefecture or province and means all in it. None by default.
    pub sensitive_regions: BTreeSet<u32>,
    /// The supplementary records of a step-up (row 3.6).
    pub supplementary: BTreeSet<EvidenceKind>,
    /// How many of them are needed: all by default.
    pub supplementary_needed: usize,
    /// What the card stage needs besides: a billing address (2.7), a chip (2.9), a credit bureau's record (2.8).
    pub card_also: BTreeSet<EvidenceKind>,
    /// Whether a face must be captured with structured light (row 1.10).
    pub three_dimensional_face: bool,
    /// From what age a person counts as elderly (row 5.4): 60, Law on the Protection of the Rights of the Elderly, article 2.
    pub elder_age: u32,
    /// The policies by which a relative or guardian may present a credential.
    pub relative_policies: BTreeSet<String>,
    /// The weights.
    pub weights: WeightTable,
}

/// Why settings are refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RulesError {
    /// The weights do not add up to 1,000.
    #[error("the weights add up to {0}, not to 1,000 thousandths")]
    WeightSum(u32),
    /// A threshold that everything or nothing reaches.
    #[error("the threshold {0} is not from 1 to 1,000")]
    Threshold(i32),
    /// More supplementary records are needed than listed, or none.
    #[error("{needed} supplementary records are needed, {listed} are listed")]
    Supplementary {
        /// How many are needed.
        needed: usize,
        /// How many are listed.
        listed: usize,
    },
    /// A similarity above 10,000.
    #[error("a similarity is at most 10,000 basis points")]
    Similarity,
    /// A kind that has its own place: a stage's of some path, the video, a review, or one that is about somebody else.
    #[error("{} is no kind that this setting can ask for", .0.as_str())]
    Kind(EvidenceKind),
    /// An age below majority.
    #[error("nobody is elderly before 18")]
    ElderAge,
}

impl Default for WeightTable {
    fn default() -> Self {
        let others = BTreeMap::from([(EvidenceKind::Device, 100), (EvidenceKind::Ocr, 100)]);
        Self { identity: 300, card: 250, face: 250, others, threshold: 700 }
    }
}

impl Default for ProofingRules {
    fn default() -> Self {
        Self {
            version: 1,
            near_expiry_days: 30,
            similarity_bp: 9_800,
            sensitive_regions: BTreeSet::new(),
            supplementary: BTreeSet::from([EvidenceKind::SocialInsurance, EvidenceKind::CarrierRealName]),
            supplementary_needed: 2,
            card_also: BTreeSet::new(),
            three_dimensional_face: false,
            elder_age: 60,
            relative_policies: BTreeSet::from(["relative:1".to_owned()]),
            weights: WeightTable::default(),
        }
    }
}

impl ProofingRules {
    /// The settings of Alipay's check (row 2.7): the billing address of the card.
    #[must_use]
    pub fn alipay() -> Self {
        Self { card_also: BTreeSet::from([EvidenceKind::BillingAddress]), ..Self::default() }
    }

    /// The settings of WeChat's check (row 2.8): four elements in real time, which is the kind's own age, and a credit bureau.
    #[must_use]
    pub fn wechat() -> Self {
        Self { card_also: BTreeSet::from([EvidenceKind::CreditBureau]), ..Self::default() }
    }

    /// The settings of UnionPay's app (row 2.9): the chip of the card.
    #[must_use]
    pub fn unionpay() -> Self {
        Self { card_also: BTreeSet::from([EvidenceKind::CardChip]), ..Self::default() }
    }

    /// Whether a region is listed, or in one that is.
    pub(super) fn is_sensitive(&self, region: u32) -> bool {
        [1, 100, 10_000].iter().any(|level| self.sensitive_regions.contains(&(region / level * level)))
    }

    /// Refuses settings that contradict themselves.
    ///
    /// # Errors
    ///
    /// [`RulesError`], one variant per cause.
    pub fn check(&self) -> Result<(), RulesError> {
        let weights = &self.weights;
        let pillars = [weights.identity, weights.card, weights.face];
        let sum = pillars.iter().chain(weights.others.values()).map(|weight| u32::from(*weight)).sum();
        let listed = self.supplementary.len();
        // What a setting asks for comes at another time than what a stage takes, and nobody compares whom it is about.
        let placed = |kind: &&EvidenceKind| {
            matches!(kind, EvidenceKind::Video | EvidenceKind::Review | EvidenceKind::Branch)
                || kind.members().contains(&Member::About)
                || Path::ALL.iter().any(|path| path.uses(**kind))
        };
        if sum != 1_000 {
            Err(RulesError::WeightSum(sum))
        } else if !(1..=1_000).contains(&weights.threshold) {
            Err(RulesError::Threshold(weights.threshold))
        } else if !(1..=listed).contains(&self.supplementary_needed) {
            Err(RulesError::Supplementary { needed: self.supplementary_needed, listed })
        } else if let Some(kind) = self.supplementary.union(&self.card_also).find(placed) {
            Err(RulesError::Kind(*kind))
        } else if self.similarity_bp > crate::evidence::SIMILARITY_CAP {
            Err(RulesError::Similarity)
        } else if self.elder_age < crate::document::age::ADULT_AGE {
            Err(RulesError::ElderAge)
        } else {
            Ok(())
        }
    }
}
