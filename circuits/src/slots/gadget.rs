//! The widths of the slots in-circuit.

use super::WIDTHS;
use crate::{bits::enforce_bits, field::Fr};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// Slots 1 to 15 fit their widths, one row per bit (568). Slot 0 needs none: a field element is its own canonical integer.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn enforce_widths(cs: &ConstraintSystemRef<Fr>, slots: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
    slots.iter().zip(&WIDTHS[1..]).try_for_each(|(slot, width)| enforce_bits(cs, slot, 8 * width).map(drop))
}
