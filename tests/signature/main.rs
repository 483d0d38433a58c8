//! ECDSA and SM2 signatures and their keys: published vectors, other implementations, and everything that is not one of them.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod encodings;
mod generated;
mod hex;
mod keys;
mod ranges;
mod tools;
mod vectors;
mod wycheproof;
