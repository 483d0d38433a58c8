//! The external channels that verified who somebody is, and the classes that they open.

use super::AccountClass;
use crate::digest::Digest;
use std::collections::BTreeSet;

/// What a channel's source is (article 11: government databases, systems of commercial banks, commercial databases).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelKind {
    /// 公安: the population register.
    Population,
    /// 出入境管理: passports, permits, residence.
    ExitEntry,
    /// 国家网络身份认证公共服务: 网号 and 网证.
    NetworkIdentity,
    /// 社保: social insurance.
    SocialInsurance,
    /// 运营商: the real-name register of a carrier.
    Carrier,
    /// 商业银行: a bank's system.
    Bank,
    /// 征信: a credit bureau.
    CreditBureau,
    /// Another commercial database.
    CommercialDatabase,
}

/// Which account at a bank answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankAccount {
    /// A bank account of class I (I 类银行账户).
    ClassOne,
    /// A credit card.
    CreditCard,
    /// A bank account of class II or III, which was itself opened on another's word.
    Other,
}

/// Why something is no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// A bank account of class II or III.
    #[error("a bank verifies by an account of class I or a credit card")]
    BankAccount,
    /// A bank without the account that answered.
    #[error("a bank is a channel with the kind of account that answered")]
    BankUnstated,
}

/// One channel. Two answers are of one channel if they are of one kind, and of a bank or a commercial database if they are of one
/// source: three cards of three banks are three channels, three cards of one bank are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel {
    kind: ChannelKind,
    source: Option<Digest>,
}

impl Channel {
    /// The channel of a source that is no bank; `source` tells commercial databases apart.
    ///
    /// # Errors
    ///
    /// [`ChannelError::BankUnstated`].
    pub fn new(kind: ChannelKind, source: Digest) -> Result<Self, ChannelError> {
        match kind {
            ChannelKind::Bank => Err(ChannelError::BankUnstated),
            ChannelKind::CommercialDatabase => Ok(Self { kind, source: Some(source) }),
            _ => Ok(Self { kind, source: None }),
        }
    }

    /// The channel of a bank.
    ///
    /// # Errors
    ///
    /// [`ChannelError::BankAccount`].
    pub fn bank(bank: Digest, account: BankAccount) -> Result<Self, ChannelError> {
        match account {
            BankAccount::ClassOne | BankAccount::CreditCard => Ok(Self { kind: ChannelKind::Bank, source: Some(bank) }),
            BankAccount::Other => Err(ChannelError::BankAccount),
        }
    }

    /// What its source is.
    #[must_use]
    pub const fn kind(&self) -> ChannelKind {
        self.kind
    }
}

/// CLASS-DISTINCT: the channels that verified a person, each counted once however often it answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(BTreeSet<Channel>);

impl Channels {
    /// How many there are: the attribute `channels`.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<Channel> for Channels {
    fn from_iter<T: IntoIterator<Item = Channel>>(channels: T) -> Self {
        Self(channels.into_iter().collect())
    }
}

/// How an institution identified a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identification {
    /// 面对面: at a counter, by itself or by somebody it entrusted.
    FaceToFace,
    /// 非面对面: through external channels.
    Remote(Channels),
}

/// Why an account of a class cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Fewer channels than the class needs.
    #[error("the class needs {needed} channels, {found} verified")]
    TooFewChannels {
        /// The class's number.
        needed: usize,
        /// The person's.
        found: usize,
    },
    /// Class I for somebody who has an account at the institution.
    #[error("an account of class I is for a person's first at the institution")]
    NotFirst,
    /// Class I after identification face to face, which opens class II and III.
    #[error("identification face to face opens class II or III")]
    FaceToFace,
}

impl AccountClass {
    /// CLASS-CHANNELS: refuses to open an account of this class on an identification; `first` says that it is the person's first
    /// payment account at the institution.
    ///
    /// # Errors
    ///
    /// [`OpeningError`].
    pub fn check_opening(self, identification: &Identification, first: bool) -> Result<(), OpeningError> {
        let rule = self.rule();
        match identification {
            Identification::FaceToFace if !rule.face_to_face => return Err(OpeningError::FaceToFace),
            Identification::Remote(channels) if channels.count() < rule.channels => {
                return Err(OpeningError::TooFewChannels { needed: rule.channels, found: channels.count() });
            }
            _ => {}
        }
        if rule.first_only && !first { Err(OpeningError::NotFirst) } else { Ok(()) }
    }

    /// The highest class that an identification opens.
    ///
    /// # Errors
    ///
    /// Why not even class I.
    pub fn highest(identification: &Identification, first: bool) -> Result<Self, OpeningError> {
        let one = Self::One.check_opening(identification, first).map(|()| Self::One);
        // A higher class if one opens, else class I or why not even that.
        [Self::Three, Self::Two]
            .into_iter()
            .find(|class| class.check_opening(identification, first).is_ok())
            .map_or(one, Ok)
    }
}
