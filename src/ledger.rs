//! What must be remembered: nonces that were accepted, and the one tag of each person.
//!
//! Both are traits, so that a platform keeps them where it keeps its data; the operations are atomic by contract. The versions
//! here are in memory.

use crate::{digest::Digest, time::UnixTime};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};
use thiserror::Error;

/// Why a ledger could not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The entry was there already: a nonce that was used.
    #[error("the nonce was used before")]
    Used,
    /// The person has another tag.
    #[error("the person has another holder tag; a lost wallet needs a recorded tag change")]
    PersonHasAnotherTag,
    /// The tag belongs to another person.
    #[error("the holder tag belongs to another person")]
    TagOfAnotherPerson,
    /// The tag to be replaced is not the person's.
    #[error("the holder tag to be replaced is not the person's")]
    NotThePersonsTag,
    /// The new tag was the person's before and was replaced.
    #[error("the holder tag was replaced before; whoever found the lost wallet has it")]
    TagRetired,
    /// The store failed; nothing was recorded.
    #[error("the ledger could not be read or written: {0}")]
    Store(String),
}

/// Nonces that were accepted.
pub trait NonceLedger {
    /// Records the nonce if it is not there, atomically: of any number of concurrent calls with one nonce, exactly one
    /// succeeds, and it is durable before it returns. The entry may be dropped once `expires_at` and the allowed clock skew
    /// have passed.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Used`] if the nonce is there; [`LedgerError::Store`] if it could not be recorded, and then the caller
    /// must refuse.
    fn consume(&self, nonce: &[u8; 32], expires_at: UnixTime) -> Result<(), LedgerError>;

    /// Whether the nonce is there: a cheap early refusal, never the decision.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Store`].
    fn is_used(&self, nonce: &[u8; 32]) -> Result<bool, LedgerError>;
}

/// The one tag of each person at an issuer.
pub trait TagLedger {
    /// Records that `person` holds `tag`, atomically, or confirms it if it is recorded already.
    ///
    /// # Errors
    ///
    /// [`LedgerError::PersonHasAnotherTag`], [`LedgerError::TagOfAnotherPerson`] or [`LedgerError::Store`].
    fn bind(&self, person: &Digest, tag: &[u8; 32]) -> Result<(), LedgerError>;

    /// Puts `new` in the place of `old` for a person who has lost the wallet, atomically and durably, or confirms it if it is
    /// done already. The old tag stays the person's past: nobody gets it again, so at no time a person has two tags.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NotThePersonsTag`], [`LedgerError::TagOfAnotherPerson`], [`LedgerError::TagRetired`] or
    /// [`LedgerError::Store`]; nothing has changed then.
    fn replace(&self, person: &Digest, old: &[u8; 32], new: &[u8; 32]) -> Result<(), LedgerError>;
}

/// Nonces in memory. Lost at exit: for tests, and for processes whose requests die with them.
#[derive(Default)]
pub struct MemoryNonces(Mutex<HashMap<[u8; 32], UnixTime>>);

impl NonceLedger for MemoryNonces {
    fn consume(&self, nonce: &[u8; 32], expires_at: UnixTime) -> Result<(), LedgerError> {
        // A panic elsewhere leaves the map whole: every change is one insertion.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.contains_key(nonce) {
            return Err(LedgerError::Used);
        }
        used.insert(*nonce, expires_at);
        Ok(())
    }

    fn is_used(&self, nonce: &[u8; 32]) -> Result<bool, LedgerError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(nonce))
    }
}

/// Tags in memory.
#[derive(Default)]
pub struct MemoryTags(Mutex<TagMaps>);

#[derive(Default)]
struct TagMaps {
    tag_of: BTreeMap<Digest, [u8; 32]>,
    /// Of all tags that anybody has or had.
    person_of: BTreeMap<[u8; 32], Digest>,
    /// What was replaced, by what.
    successor: BTreeMap<[u8; 32], [u8; 32]>,
}

impl TagLedger for MemoryTags {
    fn bind(&self, person: &Digest, tag: &[u8; 32]) -> Result<(), LedgerError> {
        let mut maps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (maps.tag_of.get(person), maps.person_of.get(tag)) {
            (Some(known), _) if known != tag => Err(LedgerError::PersonHasAnotherTag),
            (_, Some(known)) if known != person => Err(LedgerError::TagOfAnotherPerson),
            _ => {
                maps.tag_of.insert(*person, *tag);
                maps.person_of.insert(*tag, *person);
                Ok(())
            }
        }
    }
    fn replace(&self, person: &Digest, old: &[u8; 32], new: &[u8; 32]) -> Result<(), LedgerError> {
        let mut maps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if maps.person_of.get(old) != Some(person) {
            return Err(LedgerError::NotThePersonsTag);
        }
        if maps.person_of.get(new).is_some_and(|known| known != person) {
            return Err(LedgerError::TagOfAnotherPerson);
        }
        if old == new || maps.successor.contains_key(new) {
            return Err(LedgerError::TagRetired);
        }
        match maps.successor.get(old) {
            Some(done) if done == new => return Ok(()),
            Some(_) => return Err(LedgerError::NotThePersonsTag),
            None => {}
        }
        maps.successor.insert(*old, *new);
        maps.person_of.insert(*new, *person);
        maps.tag_of.insert(*person, *new);
        Ok(())
    }
}
