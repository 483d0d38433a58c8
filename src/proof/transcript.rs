//! The duplex sponge behind every challenge, batch weight and hedged scalar.
//!
//! TurboSHAKE128 as a duplex sponge (draft-irtf-cfrg-fiat-shamir, through `spongefish`). Every item is absorbed as its label's
//! length (1 byte), the label, the item's length (8 bytes, big-endian) and the item, so that no two sequences of items absorb
//! the same bytes (spec, rule FS-FRAMING).

use spongefish::{DefaultHash, DuplexSpongeInit, DuplexSpongeInterface, derive_session_id};

/// A sponge over labelled, length-prefixed items.
#[derive(Clone)]
pub(crate) struct Sponge(DefaultHash);

impl Sponge {
    /// A sponge for one session tag (see `shiming_circuits::domain`).
    pub(crate) fn new(session: &[u8]) -> Self {
        Self(DefaultHash::init(derive_session_id::<DefaultHash>(session).as_bytes()))
    }

    /// Absorbs one item. Labels are constants of this crate, shorter than 256 bytes.
    pub(crate) fn absorb(&mut self, label: &[u8], item: &[u8]) {
        self.0.absorb(&[label.len() as u8]).absorb(label);
        self.0.absorb(&(item.len() as u64).to_be_bytes()).absorb(item);
    }

    /// Squeezes bytes that depend on all items so far.
    pub(crate) fn squeeze(&mut self, out: &mut [u8]) {
        self.0.squeeze(out);
    }

    /// A digest of all items so far, which leaves the sponge as it is.
    pub(crate) fn peek(&self) -> [u8; 32] {
        self.0.clone().squeeze_array()
    }
}
