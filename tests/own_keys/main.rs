//! Issuers that keep their own keys, in zero knowledge: one binary, because the keys of their relations take seconds to make.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "../zk/cast.rs"]
mod cast;
mod flow;
mod openssl;
mod refused;
#[path = "../zk/world.rs"]
mod world;

/// The suites that the keys of this binary serve.
pub const SUITES: &[shiming::suite::Suite] = &[shiming::suite::Suite::Sm2Sm3, shiming::suite::Suite::Es256];
