//! Linked Groth16: several Groth16 proofs over hidden public inputs, joined by one sigma proof for linear relations.
//!
//! [`linked`] is the protocol, [`relation_key`] a key with its tables, [`points`] the canonical bytes of points,
//! [`hash_to_curve`] the pseudonym's base; `groth16` is the only file that names Groth16.

pub(crate) mod groth16;
pub mod hash_to_curve;
pub mod linked;
pub mod msm;
pub(crate) mod pairing;
pub mod points;
pub(crate) mod randomness;
pub mod relation_key;
pub(crate) mod small;
pub mod subgroup;
pub(crate) mod transcript;
