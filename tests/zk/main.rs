//! Issue, prepare, present and verify in zero knowledge: one binary, so that keys are made once.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod bytes;
mod cast;
mod conventional;
mod conventional_binding;
mod conventional_chance;
mod conventional_disclosures;
mod conventional_issuers;
mod conventional_linked;
mod conventional_parity;
mod conventional_wire;
mod credentials;
mod custody;
mod flow;
mod forge;
mod issuing;
mod keys;
mod life;
mod loading;
mod people;
mod proofing;
mod properties;
mod proving_files;
mod pseudonyms;
mod rejections;
mod requests;
mod suites;
mod trusting;
mod vectors;
mod world;

/// The suites beside `native` that the keys of this binary serve: none, since their setup takes long.
pub const SUITES: &[shiming::suite::Suite] = &[];
