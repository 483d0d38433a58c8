//! SD-JWT (RFC 9901) and its key binding: what is accepted, and one test for each thing that is not.
//!
//! Every negative case is a valid object but for the one thing that its test breaks. [`forge`] makes objects that the library
//! itself refuses to make.
// A test that fails should panic.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod binding;
mod disclosures;
mod flow;
mod forge;
mod form;
mod payload;
mod properties;
mod signatures;
