//! The built program from the outside: files, exit codes, permissions, JSON.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod conventional;
mod demo;
mod demo_base;
mod device;
mod external;
mod files;
mod flow;
mod lint;
mod openssl;
mod proofing;
mod refusals;
mod registering;
mod signatures;
mod world;
