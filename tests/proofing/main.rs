//! The base flow: evidence, stages, review, step-up, special groups, approval, and the log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod approval;
mod attempts;
mod basis;
mod chance;
mod evidence;
mod log;
mod order;
mod review;
mod rules;
mod special;
mod step_up;
mod table;
mod world;
