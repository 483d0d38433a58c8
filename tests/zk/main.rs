//! Issue, prepare, present and verify in zero knowledge: one binary, so that keys are made once.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod flow;
mod vectors;
mod world;
