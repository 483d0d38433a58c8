//! The change of a holder tag after the wallet was lost.

use super::{Event, Refusal, Standing, TagChange, proof::tag_bytes_digest};
use crate::{
    digest::Digest,
    ledger::{LedgerError, TagLedger},
};
use shiming_circuits::field::{Fr, fr_to_bytes};
use thiserror::Error;

/// Why a tag is not replaced.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TagChangeError {
    /// The status does not allow it.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The ledger does not.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
}

impl Standing {
    /// Replaces the lost tag in the issuer's ledger and gives the event that records it (LIFE-TAG). `person` is the ledger's
    /// name of the person.
    ///
    /// The status must be revoked for a lost wallet already, so that at no time two tags of a person are valid. A crash
    /// between the ledger and the log is made good by calling this again: the ledger confirms what it has done.
    ///
    /// # Errors
    ///
    /// [`TagChangeError`]: [`Refusal::NotLost`], [`Refusal::OtherTag`] before the ledger is touched, or the ledger's.
    pub fn replace_tag(
        &self,
        ledger: &impl TagLedger,
        person: &Digest,
        (old, new): (&Fr, &Fr),
    ) -> Result<Event, TagChangeError> {
        let (old, new) = (fr_to_bytes(old), fr_to_bytes(new));
        let change = TagChange::new(tag_bytes_digest(&old), tag_bytes_digest(&new));
        let event = Event::tag_changed(change);
        self.apply(&event, self.now())?;
        ledger.replace(person, &old, &new)?;
        Ok(event)
    }
}
