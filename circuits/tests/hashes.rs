//! SM3 and SHA-256: native against published vectors and other implementations, in-circuit against native.

#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test fails by panicking, and is one crate")]

#[path = "hashes/counts.rs"]
mod counts;
mod edit;
#[path = "hashes/forgery.rs"]
mod forgery;
#[path = "hashes/gadgets.rs"]
mod gadgets;
#[path = "hashes/native.rs"]
mod native;
#[path = "hashes/relations.rs"]
mod relations;
#[path = "hashes/twins.rs"]
mod twins;
