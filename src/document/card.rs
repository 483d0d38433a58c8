//! Bank cards, on the holder's side: a number becomes a keyed token, the last four digits and the network, and nothing else of it
//! leaves.
//!
//! The card verification value has no type here: nobody may keep it, so nothing takes it.

use crate::codec::{array_from_base64url, to_base64url};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use shiming_circuits::domain;
use sm3::Sm3;
use std::{fmt, ops::RangeInclusive};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How many digits a card number has (ISO/IEC 7812-1).
pub const CARD_NUMBER_DIGITS: RangeInclusive<usize> = 13..=19;

/// Why a text is no card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not 13 to 19 characters.
    #[error("a card number has 13 to 19 digits")]
    Length,
    /// A character that is no digit; blanks are none.
    #[error("a card number has digits only")]
    Character,
    /// The last digit does not fit the others: a typing error.
    #[error("the check digit of the card number does not fit")]
    CheckDigit,
    /// A prefix of no known network.
    #[error("the card is of no known network")]
    Network,
}

/// Who issued the number range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardNetwork {
    /// 银联: 62 and 81.
    UnionPay,
    /// Visa: 4.
    Visa,
    /// Mastercard: 51 to 55, 2221 to 2720.
    Mastercard,
    /// JCB: 3528 to 3589.
    Jcb,
    /// American Express: 34 and 37.
    AmericanExpress,
}

impl CardNetwork {
    /// The network of the first four digits.
    fn of_prefix(prefix: u32) -> Option<Self> {
        match prefix {
            6200..=6299 | 8100..=8199 => Some(Self::UnionPay),
            4000..=4999 => Some(Self::Visa),
            5100..=5599 | 2221..=2720 => Some(Self::Mastercard),
            3528..=3589 => Some(Self::Jcb),
            3400..=3499 | 3700..=3799 => Some(Self::AmericanExpress),
            _ => None,
        }
    }

    /// Whether cards of it are cross-border ones in the mainland: all but UnionPay's.
    #[must_use]
    pub const fn is_cross_border(self) -> bool {
        !matches!(self, Self::UnionPay)
    }
}

/// DOC-CARD: a card number. Wiped when dropped, and without `Debug`; all that can be made of it is a [`CardReference`].
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CardNumber {
    digits: String,
    #[zeroize(skip)]
    network: CardNetwork,
}

impl CardNumber {
    /// The card number of a text without blanks.
    ///
    /// # Errors
    ///
    /// The first of [`CardError`]'s rules that the text breaks, in their order.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        if !CARD_NUMBER_DIGITS.contains(&text.len()) {
            return Err(CardError::Length);
        }
        if !text.bytes().all(|c| c.is_ascii_digit()) {
            return Err(CardError::Character);
        }
        if !has_check_digit(text.as_bytes()) {
            return Err(CardError::CheckDigit);
        }
        let prefix = text.bytes().take(4).fold(0, |n, c| n * 10 + u32::from(c - b'0'));
        let network = CardNetwork::of_prefix(prefix).ok_or(CardError::Network)?;
        Ok(Self { digits: text.to_owned(), network })
    }

    /// What may leave the holder's side of the card; the number is wiped.
    #[must_use]
    pub fn into_reference(self, key: &CardTokenKey) -> CardReference {
        let last_four = self
            .digits
            .bytes()
            .rev()
            .take(4)
            .fold((0, 1), |(n, place), c| (n + u16::from(c - b'0') * place, place * 10));
        CardReference { token: key.token(&self.digits), last_four: last_four.0, network: self.network }
    }
}

/// The Luhn formula (ISO/IEC 7812-1, annex B): from the right, every second digit doubled and its digits added; a sum of tens.
fn has_check_digit(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(c, factor)| u32::from(c.wrapping_sub(b'0')) * factor)
        .map(|n| n / 10 + n % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// The secret under which card numbers become tokens: 32 bytes of a random generator. Wiped when dropped, and without `Debug`.
///
/// There are few enough card numbers to try them all, so a token hides one from everybody but those who have the key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CardTokenKey([u8; 32]);

impl CardTokenKey {
    /// The key of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn token(&self, digits: &str) -> CardToken {
        let mut block = block(&self.0);
        let mut mac = Hmac::<Sm3>::new(&block);
        block.as_mut_slice().zeroize();
        mac.update(domain::CARD_TOKEN);
        mac.update(digits.as_bytes());
        CardToken(mac.finalize().into_bytes().into())
    }
}

/// A key that is shorter than a block, with zeros behind it, which HMAC does itself (RFC 2104, section 2).
fn block(key: &[u8; 32]) -> hmac::digest::Key<Hmac<Sm3>> {
    let mut block = hmac::digest::Key::<Hmac<Sm3>>::default();
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    block
}

/// HMAC-SM3 (GB/T 15852.2) over `domain::CARD_TOKEN` and the digits: the same card under the same key has the same token. In JSON
/// base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardToken([u8; 32]);

impl CardToken {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardToken({})", to_base64url(&self.0))
    }
}

impl Serialize for CardToken {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&to_base64url(&self.0))
    }
}

impl<'de> Deserialize<'de> for CardToken {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        array_from_base64url(&String::deserialize(from)?).map(Self).map_err(D::Error::custom)
    }
}

/// What leaves the holder's side of a bank card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardReference {
    /// The token, for equality.
    pub token: CardToken,
    /// The last four digits as an integer below 10,000, for the holder to recognise the card.
    pub last_four: u16,
    /// The network.
    pub network: CardNetwork,
}
