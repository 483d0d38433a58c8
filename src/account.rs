//! Payment accounts of non-bank institutions: the classes of PBOC Announcement \[2015\] No. 43, what opens them, what they are for
//! and what they may pay.
//!
//! Every number is in one table, [`mod@table`]. What somebody has spent is the institution's state, not a credential's: it comes
//! in and the new sum goes out, and nothing here keeps it. Amounts are integers of fen.

mod channel;
mod daily;
mod limit;
pub mod table;

pub use channel::{BankAccount, Channel, ChannelError, ChannelKind, Channels, Identification, OpeningError};
pub use daily::{DailyLimit, Factor, Factors};
pub use limit::{LimitError, MinorLimits, Payment, TierLimits, TierTableError, check_payment, period_limit};

use serde::{Deserialize, Serialize};

/// An amount of renminbi in fen, a hundredth of a yuan; in JSON that integer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(u64);

impl Fen {
    /// So many fen.
    #[must_use]
    pub const fn new(fen: u64) -> Self {
        Self(fen)
    }

    /// So many yuan.
    #[must_use]
    pub const fn from_yuan(yuan: u32) -> Self {
        // 32 bits times 100 are below 64 bits.
        Self(yuan as u64 * 100)
    }

    /// The number of fen.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum; none if no 64 bits hold it.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }
}

/// The class of a payment account (article 11), as the attribute `account_class` has it; 0 there means absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum AccountClass {
    /// I 类.
    One = 1,
    /// II 类.
    Two = 2,
    /// III 类.
    Three = 3,
}

/// A number that is no account class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no account class")]
pub struct UnknownAccountClass(pub u32);

impl AccountClass {
    /// Every class, lowest first.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// The value of the attribute.
    #[must_use]
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// The class of a value of the attribute.
    ///
    /// # Errors
    ///
    /// [`UnknownAccountClass`].
    pub fn from_code(code: u32) -> Result<Self, UnknownAccountClass> {
        Self::ALL.into_iter().find(|class| class.code() == code).ok_or(UnknownAccountClass(code))
    }

    /// Its row of the table.
    #[must_use]
    pub const fn rule(self) -> &'static table::ClassRule {
        match self {
            Self::One => &table::CLASS_ONE,
            Self::Two => &table::CLASS_TWO,
            Self::Three => &table::CLASS_THREE,
        }
    }

    /// CLASS-USE: whether an account of this class may pay for something.
    #[must_use]
    pub fn allows(self, purpose: Purpose) -> bool {
        self.rule().purposes.contains(&purpose)
    }
}

/// What the balance of an account is used for (article 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// 消费
    Consumption,
    /// 转账
    Transfer,
    /// 购买投资理财等金融类产品
    Investment,
}
