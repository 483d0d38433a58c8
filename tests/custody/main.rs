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
