//! What Shiming computes twice, natively and in-circuit, and the relations made of it.
//!
//! In dependency order: [`field`] names the curve and packs bytes; [`domain`] lists every domain tag; one module per
//! rule holds the native function with its gadget beside it; [`relation`] says what a relation is, one file per statement.
//! Nothing here knows JSON, clocks, files or networks.

// Gadgets index fixed-size arrays whose lengths are constants of the relation; every such index is in bounds by its type.
#![allow(clippy::indexing_slicing)]

pub mod babyjubjub;
pub mod bits;
pub mod domain;
pub mod eddsa;
pub mod field;
pub mod linear;
pub mod lint;
pub mod p256;
pub mod poseidon;
pub mod relation;
pub mod sha256;
pub mod slots;
pub mod sm2;
pub mod sm3;
pub mod solinas;
pub mod weierstrass;
pub mod word;
