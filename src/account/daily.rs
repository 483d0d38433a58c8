//! What may be paid in a day, by how the payer is verified (articles 22 and 24).

use super::{Fen, table};

/// A valid element (有效要素) that verified a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// 静态密码: what only the person knows.
    Password,
    /// 数字证书: what only the person has.
    Certificate,
    /// 电子签名: what only the person has.
    ElectronicSignature,
    /// 一次性密码, over a safe channel: what only the person has.
    OneTimePassword,
    /// 生理特征: what the person is.
    Biometric,
}

/// The three kinds of article 22: known, possessed, physiological.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    known: bool,
    possessed: bool,
    physiological: bool,
    signed: bool,
}

impl FromIterator<Factor> for Factors {
    fn from_iter<T: IntoIterator<Item = Factor>>(factors: T) -> Self {
        let mut kinds = Self::default();
        for factor in factors {
            match factor {
                Factor::Password => kinds.known = true,
                Factor::OneTimePassword => kinds.possessed = true,
                Factor::Certificate | Factor::ElectronicSignature => (kinds.possessed, kinds.signed) = (true, true),
                Factor::Biometric => kinds.physiological = true,
            }
        }
        kinds
    }
}

/// What article 24 allows in a day, over all of a person's payment accounts at the institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DailyLimit {
    /// What institution and person agreed.
    ByAgreement,
    /// So much.
    AtMost {
        /// The sum of a day.
        limit: Fen,
        /// Whether the institution bears every loss.
        institution_bears_losses: bool,
    },
}

impl Factors {
    /// How many kinds there are. Two elements of one kind are one: they are lost together.
    #[must_use]
    pub fn kinds(&self) -> usize {
        [self.known, self.possessed, self.physiological].into_iter().filter(|has| *has).count()
    }

    /// LIMIT-DAILY: what they allow in a day.
    #[must_use]
    pub fn daily_limit(&self) -> DailyLimit {
        match (self.kinds() >= table::SEVERAL_FACTORS, self.signed) {
            (true, true) => DailyLimit::ByAgreement,
            (true, false) => DailyLimit::AtMost { limit: table::DAILY_SEVERAL, institution_bears_losses: false },
            (false, _) => DailyLimit::AtMost { limit: table::DAILY_FEW, institution_bears_losses: true },
        }
    }
}

impl DailyLimit {
    /// The sum of a day, with what was agreed.
    #[must_use]
    pub const fn amount(self, agreed: Fen) -> Fen {
        match self {
            Self::ByAgreement => agreed,
            Self::AtMost { limit, .. } => limit,
        }
    }
}
