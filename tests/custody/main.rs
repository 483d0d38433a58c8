//! Who keeps what, for how long, and how that is shown afterwards: hash chains, sealed evidence, purges, platform records.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod chain;
mod data;
mod purge;
mod receipts;
mod seal;

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shiming::{
    codec::Identifier,
    custody::{SealSecretKey, SealedEvidence},
    time::UnixTime,
};

/// 2026-11-22 12:00 in China.
pub const NOW: UnixTime = UnixTime::from_seconds(1_795_320_000);

pub fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// A face in `case-1` for the recipient whose key has the seed 7, captured and sealed at a time.
pub fn sealed_evidence(seed: u64, captured_at: UnixTime, content: &[u8]) -> SealedEvidence {
    let recipient = SealSecretKey::generate(&mut rng(7)).public_key();
    let (kind, case) = (id("bio.face"), id("case-1"));
    SealedEvidence::seal(&recipient, &kind, &case, captured_at, content, captured_at, &mut rng(seed)).unwrap()
}
