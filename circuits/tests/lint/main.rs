//! The lint: every relation is clean, gadgets are functions of their inputs, planted bugs are found.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

#[path = "../sample/mod.rs"]
mod sample;
#[path = "../suite/mod.rs"]
mod suite;

mod bugs;
mod gadgets;
mod planted;
mod relations;
mod scaling;
mod suite_bugs;
mod synthetic;
mod table;
