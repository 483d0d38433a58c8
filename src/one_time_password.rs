//! One-time passwords for one transaction: RFC 6238 under a secret that is derived for the transaction.
//!
//! A code is worthless for every other transaction, because it was computed under another secret. Verification is a function of
//! the code, the instant and the state so far; the new state comes out and the caller keeps it, also after a wrong code. How a
//! code reaches its holder is not the concern of this module.

use crate::time::UnixTime;
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use shiming_circuits::domain;
use std::fmt;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Builder, Totp, TotpError};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A time step X in seconds (RFC 6238, section 4.1).
pub const STEP_SECONDS: u64 = 30;
/// OTP-WINDOW: how many steps before and after the current one are accepted (RFC 6238, section 5.2, recommends at most one).
pub const WINDOW_STEPS: u64 = 1;
/// OTP-TRIES: after so many wrong codes a transaction accepts none (RFC 4226, section 7.3; the number is this library's).
pub const MAX_TRIES: u8 = 5;
/// The length of codes by default; RFC 4226, section 5.3, asks for at least six digits.
pub const DEFAULT_DIGITS: Digits = Digits::Six;

/// The bytes of a subject's secret (RFC 4226, section 4, asks for at least 16).
const SECRET_BYTES: usize = 32;

pub use totp_rs::Algorithm;

/// How many digits a code has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Digits {
    /// Six.
    Six = 6,
    /// Seven.
    Seven = 7,
    /// Eight.
    Eight = 8,
}

/// Why a code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OneTimePasswordError {
    /// Not so many ASCII digits. No try is counted.
    #[error("the code must have {0} digits")]
    Format(u8),
    /// An instant before 1970: the caller's clock. No try is counted.
    #[error("the time is before 1970")]
    Clock,
    /// Too many wrong codes; this transaction needs another verification.
    #[error("too many wrong codes for this transaction")]
    Exhausted,
    /// A code that was used, or one of a step before it.
    #[error("the code was used")]
    Replayed,
    /// No code of this transaction at this time: a typing error, an old code, or another transaction's.
    #[error("the code is wrong")]
    Wrong,
    /// The library refused its parameters.
    #[error("no code can be computed")]
    Parameters,
}

/// A subject's secret. Wiped when dropped, and without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct OneTimePasswordSecret([u8; SECRET_BYTES]);

impl OneTimePasswordSecret {
    /// A random secret.
    #[must_use]
    pub fn generate<R: CryptoRng>(rng: &mut R) -> Self {
        let mut secret = Self([0; SECRET_BYTES]);
        rng.fill_bytes(&mut secret.0);
        secret
    }

    /// The secret of these bytes, which come from a random generator.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// OTP-BOUND: the codes of one transaction: under HKDF-SHA256 of the secret, with `domain::ONE_TIME_PASSWORD` and the
    /// transaction's exact id as info. SHA-256 and six digits.
    ///
    /// # Errors
    ///
    /// [`OneTimePasswordError::Parameters`], which the defaults do not meet.
    pub fn for_transaction(&self, transaction: &[u8]) -> Result<TransactionCodes, OneTimePasswordError> {
        self.codes(transaction, Algorithm::SHA256, DEFAULT_DIGITS)
    }

    /// The same with another hash or length, for devices that have no other.
    ///
    /// # Errors
    ///
    /// [`OneTimePasswordError::Parameters`].
    pub fn codes(
        &self,
        transaction: &[u8],
        algorithm: Algorithm,
        digits: Digits,
    ) -> Result<TransactionCodes, OneTimePasswordError> {
        let mut derived = Zeroizing::new([0; SECRET_BYTES]);
        // A tag of fixed length is before the id, so that nothing else has the same info; 32 bytes are one hash.
        let info = [domain::ONE_TIME_PASSWORD, transaction];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand_multi_info(&info, derived.as_mut())
            .map_err(|_| OneTimePasswordError::Parameters)?;
        TransactionCodes::of(derived.as_ref(), algorithm, digits)
    }
}

/// What a transaction has seen: no code yet by default. The caller keeps it with the transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OneTimePasswordState {
    /// The step of the accepted code.
    used: Option<u64>,
    /// How many wrong codes there were.
    wrong: u8,
}

impl OneTimePasswordState {
    /// A state that was kept.
    #[must_use]
    pub const fn new(used_step: Option<u64>, wrong_codes: u8) -> Self {
        Self { used: used_step, wrong: wrong_codes }
    }

    /// The step of the latest accepted code: its instant in seconds, divided by [`STEP_SECONDS`].
    #[must_use]
    pub const fn used_step(&self) -> Option<u64> {
        self.used
    }

    /// How many wrong codes there were.
    #[must_use]
    pub const fn wrong_codes(&self) -> u8 {
        self.wrong
    }
}

/// A judgement, and the state after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a state that is not kept allows the same code again"]
pub struct Judgement {
    /// What the caller keeps, whatever the outcome.
    pub state: OneTimePasswordState,
    /// Whether the code is accepted.
    pub outcome: Result<(), OneTimePasswordError>,
}

/// The codes of one transaction. The secret is wiped when dropped, and there is no `Debug`.
pub struct TransactionCodes {
    totp: Totp,
    digits: Digits,
}

/// One code. Wiped when dropped; shown by `Display` to whoever delivers it, and without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Code(String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TransactionCodes {
    /// RFC 6238 under a secret as it is.
    fn of(secret: &[u8], algorithm: Algorithm, digits: Digits) -> Result<Self, OneTimePasswordError> {
        let builder = Builder::new()
            .with_algorithm(algorithm)
            .with_digits(digits as u8)
            .with_step_duration(STEP_SECONDS)
            .with_secret(secret);
        let totp = builder.build().map_err(|_: TotpError| OneTimePasswordError::Parameters)?;
        Ok(Self { totp, digits })
    }

    /// The code at an instant.
    ///
    /// # Errors
    ///
    /// [`OneTimePasswordError::Clock`].
    pub fn code(&self, now: UnixTime) -> Result<Code, OneTimePasswordError> {
        Ok(self.of_step(step(now)?))
    }

    fn of_step(&self, step: u64) -> Code {
        // A step is a time divided by this factor, but for the one after the last.
        Code(self.totp.generate(step.saturating_mul(STEP_SECONDS)).to_string())
    }

    /// Judges a code at an instant, after the state so far.
    ///
    /// OTP-ONCE: the step of an accepted code is used, and so is every earlier one (RFC 6238, section 5.2).
    pub fn verify(&self, code: &str, now: UnixTime, state: &OneTimePasswordState) -> Judgement {
        let (state, outcome) = match self.judge(code, now, state) {
            Ok(step) => (OneTimePasswordState { used: Some(step), ..*state }, Ok(())),
            Err(error @ OneTimePasswordError::Wrong) => {
                (OneTimePasswordState { wrong: state.wrong.saturating_add(1), ..*state }, Err(error))
            }
            Err(error) => (*state, Err(error)),
        };
        Judgement { state, outcome }
    }

    /// The step of a code that is accepted.
    fn judge(&self, code: &str, now: UnixTime, state: &OneTimePasswordState) -> Result<u64, OneTimePasswordError> {
        use OneTimePasswordError as E;
        let digits = self.digits as u8;
        if code.len() != usize::from(digits) || !code.bytes().all(|c| c.is_ascii_digit()) {
            return Err(E::Format(digits));
        }
        let now = step(now)?;
        if state.wrong >= MAX_TRIES {
            return Err(E::Exhausted);
        }
        // Every step of the window is compared in full, whichever fits; the latest is taken.
        let (mut matched, mut latest) = (Choice::from(0), 0);
        for step in now.saturating_sub(WINDOW_STEPS)..=now.saturating_add(WINDOW_STEPS) {
            let equal = self.of_step(step).0.as_bytes().ct_eq(code.as_bytes());
            latest.conditional_assign(&step, equal);
            matched |= equal;
        }
        if !bool::from(matched) {
            Err(E::Wrong)
        } else if state.used.is_some_and(|used| latest <= used) {
            Err(E::Replayed)
        } else {
            Ok(latest)
        }
    }
}

/// T of RFC 6238, with T0 = 0.
fn step(now: UnixTime) -> Result<u64, OneTimePasswordError> {
    u64::try_from(now.seconds()).map(|now| now / STEP_SECONDS).map_err(|_| OneTimePasswordError::Clock)
}

#[cfg(test)]
mod tests {
    //! The codes of RFC 6238 are of secrets that no transaction has, so only this module computes them.
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    /// Appendix B, with the errata: seeds of 20, 32 and 64 bytes.
    #[test]
    fn the_vectors_of_rfc_6238_appendix_b() {
        let seed = b"12345678901234567890123456789012345678901234567890123456789012345678901234567890";
        let vectors = [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ];
        for (at, sha1, sha256, sha512) in vectors {
            for (algorithm, length, expected) in
                [(Algorithm::SHA1, 20, sha1), (Algorithm::SHA256, 32, sha256), (Algorithm::SHA512, 64, sha512)]
            {
                let codes = TransactionCodes::of(seed.get(..length).unwrap(), algorithm, Digits::Eight).ok().unwrap();
                let now = UnixTime::from_seconds(at);
                assert_eq!(codes.code(now).ok().unwrap().to_string(), expected, "{algorithm:?} {at}");
                assert_eq!(codes.verify(expected, now, &OneTimePasswordState::default()).outcome, Ok(()));
                // Shorter codes are the last digits.
                let six = TransactionCodes::of(seed.get(..length).unwrap(), algorithm, Digits::Six).ok().unwrap();
                assert!(expected.ends_with(&six.code(now).ok().unwrap().to_string()));
            }
        }
    }

    #[test]
    fn a_secret_that_rfc_4226_calls_too_short_is_refused() {
        for (length, refused) in [(15, true), (16, false)] {
            let codes = TransactionCodes::of(&[7; 64][..length], Algorithm::SHA1, Digits::Six);
            assert_eq!(codes.err(), refused.then_some(OneTimePasswordError::Parameters));
        }
    }
}
