//! The slots in-circuit: their widths, and the bits of the TBS.

use super::{HEADER_BYTES, Header, TBS_BYTES, WIDTHS};
use crate::{bits::enforce_bits, field::Fr};
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The bits of the schema id, which a verifier passes as public instances.
pub const SCHEMA_BITS: usize = 16;

/// Slots 1 to 15 fit their widths, one row per bit (568); gives the bits of each, least significant first. Slot 0 needs none: a
/// field element is its own canonical integer.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_widths(
    cs: &ConstraintSystemRef<Fr>,
    slots: &[FpVar<Fr>],
) -> Result<Vec<Vec<FpVar<Fr>>>, SynthesisError> {
    slots.iter().zip(&WIDTHS[1..]).map(|(slot, width)| enforce_bits(cs, slot, 8 * width)).collect()
}

/// The public instances of a header: the schema id as bits, most significant first. Magic and version are constants.
#[must_use]
pub fn schema_bits(header: Header) -> [Fr; SCHEMA_BITS] {
    core::array::from_fn(|i| Fr::from(header.schema >> (SCHEMA_BITS - 1 - i) & 1))
}

/// The bits of the TBS in the order of its bytes, most significant first: `schema` as [`schema_bits`], then the slots' bits, each least
/// significant first: 254 canonical ones of slot 0, and those of [`enforce_widths`]. No row: big-endian integers are their bits in
/// reverse.
#[must_use]
pub fn tbs_bits(schema: &[FpVar<Fr>], tag: &[FpVar<Fr>], slots: &[Vec<FpVar<Fr>>]) -> Vec<FpVar<Fr>> {
    let constant = Header::new(0).to_bytes();
    let mut bits = Vec::with_capacity(8 * TBS_BYTES);
    for byte in &constant[..HEADER_BYTES - 2] {
        bits.extend((0..8).rev().map(|i| FpVar::Constant(Fr::from(byte >> i & 1))));
    }
    bits.extend_from_slice(schema);
    bits.extend(core::iter::repeat_n(FpVar::zero(), 8 * WIDTHS[0] - tag.len()));
    bits.extend(tag.iter().rev().cloned());
    bits.extend(slots.iter().flat_map(|slot| slot.iter().rev().cloned()));
    bits
}
