//! Ways through the three stages: the ordinary one, and those of special groups (rows 5.1 to 5.8).

use super::Stage;
use crate::document::age::{ADULT_AGE, OWN_CONSENT_AGE};
use crate::evidence::EvidenceKind as K;
use crate::time::Date;
use serde::{Deserialize, Serialize};

/// Which way a case takes. What a disability has to do with it stays here: no attribute says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// A citizen with a resident identity card.
    Ordinary,
    /// 5.1: a Hong Kong, Macao or Taiwan resident, or another holder of passport and permit.
    DualDocument,
    /// 5.6: a resident abroad: passport, residence permit, international card; a consulate may help.
    Overseas,
    /// 5.3 to 5.5: an elderly person whose verified relative shows the face, both on video.
    Assisted,
    /// 5.7: a visually impaired person: hotline and braille captcha instead of the gesture before a camera.
    VisuallyImpaired,
    /// 5.8: from 14 to 17: guardian, birth certificate, face and video.
    Minor,
    /// 5.8: under 14: the guardian also consents.
    Child,
}

/// Something that a stage needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Evidence of a kind.
    One(K),
    /// Evidence of one of some kinds.
    Any(&'static [K]),
    /// A relative's or guardian's own presentation.
    Relative,
}

/// The ages that a path is for, in completed years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// At least this many.
    pub from: u32,
    /// Below this many, if there is an upper end.
    pub below: Option<u32>,
}

impl Ages {
    /// Whether somebody born on a date is in the band.
    #[must_use]
    pub fn includes(self, birth_date: Date, today: Date) -> bool {
        birth_date.has_age(self.from, today) && self.below.is_none_or(|below| !birth_date.has_age(below, today))
    }
}

impl Path {
    /// All paths.
    pub const ALL: [Self; 7] = [
        Self::Ordinary,
        Self::DualDocument,
        Self::Overseas,
        Self::Assisted,
        Self::VisuallyImpaired,
        Self::Minor,
        Self::Child,
    ];

    /// What leads to a stage.
    #[must_use]
    pub const fn needs(self, stage: Stage) -> &'static [Need] {
        use Need::{Any, One, Relative};
        match (stage, self) {
            (Stage::IdVerified, Self::DualDocument) => &[One(K::Passport), One(K::TravelPermit)],
            (Stage::IdVerified, Self::Overseas) => &[One(K::Passport), One(K::ResidencePermit)],
            (Stage::IdVerified, _) => &[One(K::Population)],
            (Stage::CardBound, Self::DualDocument) => &[Any(&[K::BankCard, K::CrossBorderCard])],
            (Stage::CardBound, Self::Overseas) => &[One(K::CrossBorderCard)],
            // A child has no card of its own: guardian and birth certificate stand in its place.
            (Stage::CardBound, Self::Minor) => &[Relative, One(K::BirthCertificate)],
            (Stage::CardBound, Self::Child) => &[Relative, One(K::BirthCertificate), One(K::GuardianConsent)],
            (Stage::CardBound, _) => &[One(K::BankCard)],
            (Stage::FaceEnrolled, Self::Assisted) => {
                &[Relative, One(K::Kinship), One(K::RelativeFace), One(K::TwoWayVideo)]
            }
            (Stage::FaceEnrolled, Self::VisuallyImpaired) => &[One(K::Hotline), One(K::BrailleCaptcha)],
            (Stage::FaceEnrolled, Self::Minor | Self::Child) => &[One(K::Face), One(K::Video)],
            (Stage::FaceEnrolled, _) => &[One(K::Face)],
            _ => &[],
        }
    }

    /// Whether a stage of it needs, or can be met by, a kind.
    #[must_use]
    pub fn uses(self, kind: K) -> bool {
        let stages = [Stage::IdVerified, Stage::CardBound, Stage::FaceEnrolled];
        stages.iter().any(|stage| self.takes(*stage, kind))
    }

    /// Whether a kind can meet a need of what leads to a stage.
    #[must_use]
    pub fn takes(self, stage: Stage, kind: K) -> bool {
        self.needs(stage).iter().any(|need| need.kinds().contains(&kind))
    }

    /// Whether its second stage is a bank card.
    #[must_use]
    pub fn has_card(self) -> bool {
        let card = |kind: &K| matches!(kind, K::BankCard | K::CrossBorderCard);
        self.needs(Stage::CardBound).iter().any(|need| need.kinds().iter().any(card))
    }

    /// The ages it is for. `elder` is from when a person counts as elderly.
    #[must_use]
    pub const fn ages(self, elder: u32) -> Ages {
        match self {
            Self::Child => Ages { from: 0, below: Some(OWN_CONSENT_AGE) },
            Self::Minor => Ages { from: OWN_CONSENT_AGE, below: Some(ADULT_AGE) },
            Self::Assisted => Ages { from: elder, below: None },
            Self::Ordinary | Self::DualDocument | Self::Overseas | Self::VisuallyImpaired => {
                Ages { from: ADULT_AGE, below: None }
            }
        }
    }

    /// The kind that states who the person is.
    #[must_use]
    pub const fn identity_kind(self) -> K {
        match self {
            Self::DualDocument | Self::Overseas => K::Passport,
            _ => K::Population,
        }
    }
}

impl Need {
    /// The kinds that can meet it; none for a relative's presentation.
    #[must_use]
    pub const fn kinds(&self) -> &[K] {
        match self {
            Self::One(kind) => std::slice::from_ref(kind),
            Self::Any(kinds) => kinds,
            Self::Relative => &[],
        }
    }
}
