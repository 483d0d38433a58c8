//! What platforms ask (spec, section 16): every profile accepted and refused on both paths, and nobody asks more. One binary and
//! one stage, so that keys are made once.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod asking;
#[path = "../zk/cast.rs"]
mod cast;
mod people;
mod profiles;
mod service_table;
mod several;
mod stage;
mod status;
#[path = "../zk/world.rs"]
mod world;

/// The suites beside `native` that the keys of this binary serve: none.
pub const SUITES: &[shiming::suite::Suite] = &[];
