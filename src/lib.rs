#![doc = include_str!("../README.md")]
#![deny(clippy::indexing_slicing)]

pub mod citizen_id;
pub mod codec;
pub mod credential;
pub mod danger;
pub mod digest;
pub mod enrolment;
pub mod holder;
pub mod issuer;
pub mod jws;
pub mod keys;
pub mod ledger;
pub mod policy;
pub mod prepared;
pub mod presentation;
pub mod proof;
pub mod registry;
pub mod request;
pub mod schema;
pub mod signature;
pub(crate) mod statement;
pub mod time;
pub mod trust;
pub mod verdict;
pub mod verifier;
pub mod wallet;
