//! The built program from the outside: files, exit codes, permissions, JSON.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod demo;
mod files;
mod flow;
mod refusals;
mod world;
