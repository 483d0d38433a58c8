//! Documents, rule by rule.
// A test that fails should panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod age;
mod card;
mod document_types;
mod dual;
mod mrz;
mod mrz_peer;
mod number;
mod period;

use shiming::time::Date;

pub(crate) fn day(yyyymmdd: u32) -> Date {
    Date::from_yyyymmdd(yyyymmdd).unwrap()
}
