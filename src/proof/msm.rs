//! Sums of scalar multiples in G1 and G2.
//!
//! | bases | scalars | take |
//! |---|---|---|
//! | a few, fixed | any | [`FixedBases`]: a table of multiples per base |
//! | many, fixed | any, also mostly bits | [`BucketTables`]: one set of buckets for all digits of all scalars |
//! | one, fixed, in G2 | any | [`FixedBaseG2`] |
//! | a few, variable | any; 128 bits are cheaper | [`straus`] |
//! | many, variable | any; 128 bits are cheaper | [`pippenger`] |
//! | thousands, in G1 or G2 | any, also mostly bits, also shared by several sums | [`large`] |
//!
//! All run on the caller's thread but [`large`]: at the sizes of the others, sharing out would cost more than the sum.
//!
//! **Timing.** Every function here takes time that depends on its scalars: zero digits are skipped, tables are looked up
//! at secret addresses, additions with equal points take another path. Who measures the time or the cache of the machine
//! while it proves may learn digits of secret scalars. The library accepts this for proofs, which are made on the holder's
//! own device and whose scalars are masked afresh every time. The one scalar used again and again is the holder's secret
//! in its pseudonym, so a machine that shares its caches with strangers is no place for a wallet.
//!
//! The point at infinity is a base like any other, and bases may repeat or be each other's negatives.

mod affine;
mod digits;
mod fixed;
mod large;
pub(crate) mod parallel;
mod variable;

pub(super) use affine::normalize;
pub(in crate::proof) use digits::wnaf;
pub use fixed::{BucketTables, FixedBaseG2, FixedBases};
pub use large::{Recoded, large};
pub use variable::{pippenger, straus};
