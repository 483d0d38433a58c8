//! The life of a verified status: phases, reviews, redos, measures, tags, the way out, the log.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod cancellation;
mod cast;
mod dice;
mod log;
mod measures;
mod model;
mod oracle;
mod redo;
mod review;
mod table;
mod tags;
