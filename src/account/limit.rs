//! Whether a payment is within an account's limits.

use super::{
    AccountClass, Fen, Purpose,
    table::{MinorRow, RISK_TIERS},
};
use crate::document::age::AgeBand;

/// Why an account may not pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The class is not for that purpose.
    #[error("accounts of class {} are not for that", .0.code())]
    Purpose(AccountClass),
    /// The risk tier is none of the table's.
    #[error("{0} is no risk tier")]
    Tier(u32),
    /// The period's sum would be above the limit.
    #[error("the period's payments would be above the limit")]
    Period,
    /// The day's sum would be above the limit.
    #[error("the day's payments would be above the limit")]
    Day,
    /// A minor's payment is above the limit of one.
    #[error("the payment is above the limit of a minor's payment")]
    MinorPayment,
    /// A minor's sum of the month would be above the limit.
    #[error("the month's payments would be above the limit of a minor")]
    MinorMonth,
}

/// Why a table of tiers is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TierTableError {
    /// A higher tier has a higher limit.
    #[error("tier {0} allows more than the tier below it")]
    Rising(usize),
}

/// Limits of risk tiers, from 0 for the least risk: an operator's configuration. None for a tier means the class limit alone.
///
/// The default has none for every tier, because the source names no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierLimits([Option<Fen>; RISK_TIERS]);

impl TierLimits {
    /// The limits of tiers 0 to 15.
    ///
    /// # Errors
    ///
    /// [`TierTableError`]: more risk never allows more.
    pub fn new(limits: [Option<Fen>; RISK_TIERS]) -> Result<Self, TierTableError> {
        let allowed = |limit: Option<Fen>| limit.map_or(u64::MAX, Fen::get);
        let pairs = limits.iter().zip(limits.iter().skip(1));
        match pairs.into_iter().position(|(low, high)| allowed(*high) > allowed(*low)) {
            Some(tier) => Err(TierTableError::Rising(tier + 1)),
            None => Ok(Self(limits)),
        }
    }
}

/// LIMIT-TIER: what an account of a class may pay in its period: the lower of the class's limit and the risk tier's.
///
/// # Errors
///
/// [`LimitError::Tier`].
pub fn period_limit(class: AccountClass, tier: u32, tiers: &TierLimits) -> Result<Fen, LimitError> {
    let of_tier = usize::try_from(tier).ok().and_then(|tier| tiers.0.get(tier)).ok_or(LimitError::Tier(tier))?;
    let of_class = class.rule().limit;
    Ok(of_tier.map_or(of_class, |limit| limit.min(of_class)))
}

/// A payment from a balance, with what was paid before it.
#[derive(Clone, Copy, Debug)]
pub struct Payment {
    /// The amount.
    pub amount: Fen,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it goes to the person's own bank account.
    pub to_own_bank_account: bool,
    /// What counted in the class's period.
    pub paid_in_period: Fen,
    /// What was paid on that day.
    pub paid_today: Fen,
}

/// LIMIT-CLASS: refuses a payment that the class is not for or that exceeds the limit of its period ([`period_limit`]) or of the
/// day ([`super::DailyLimit::amount`]); otherwise the new sums of period and day. Exactly the limit passes.
///
/// # Errors
///
/// [`LimitError::Purpose`], [`LimitError::Period`], [`LimitError::Day`], in this order.
pub fn check_payment(
    class: AccountClass,
    payment: &Payment,
    period_limit: Fen,
    day_limit: Fen,
) -> Result<(Fen, Fen), LimitError> {
    if !class.allows(payment.purpose) {
        return Err(LimitError::Purpose(class));
    }
    let counts = !payment.to_own_bank_account || class.rule().own_transfers_count;
    let within = |sum: Fen, more: Fen, limit: Fen| sum.checked_add(more).filter(|sum| *sum <= limit);
    // What does not count is not refused either, even where the sum already exceeds a limit that was lowered.
    let in_period = if counts {
        within(payment.paid_in_period, payment.amount, period_limit).ok_or(LimitError::Period)?
    } else {
        payment.paid_in_period
    };
    let today = within(payment.paid_today, payment.amount, day_limit).ok_or(LimitError::Day)?;
    Ok((in_period, today))
}

/// LIMIT-MINOR: what minors may pay: an operator's configuration, like [`super::table::GAME_RECHARGE`] for games. An age without a
/// row has no limit of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinorLimits(Vec<MinorRow>);

impl MinorLimits {
    /// The limits of these rows; of several for an age all apply.
    #[must_use]
    pub fn new(rows: &[MinorRow]) -> Self {
        Self(rows.to_vec())
    }

    /// Refuses a payment of somebody of an age who has paid `paid_this_month`; otherwise the month's new sum.
    ///
    /// # Errors
    ///
    /// [`LimitError::MinorPayment`], [`LimitError::MinorMonth`].
    pub fn check(&self, band: AgeBand, amount: Fen, paid_this_month: Fen) -> Result<Fen, LimitError> {
        let sum = paid_this_month.checked_add(amount).ok_or(LimitError::MinorMonth)?;
        for row in self.0.iter().filter(|row| row.band == band) {
            if amount > row.payment {
                return Err(LimitError::MinorPayment);
            }
            if sum > row.month {
                return Err(LimitError::MinorMonth);
            }
        }
        Ok(sum)
    }
}
