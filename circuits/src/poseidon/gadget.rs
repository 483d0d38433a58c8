//! Poseidon in-circuit: three rows per S-box, and the linear layers are free.
//!
//! Every row defines one new variable as a product of earlier ones, so the output is a function of capacity and inputs: there
//! is no witness to choose. `x^5` has multiplicative depth above two and so needs three rows; elements that are constants in
//! the first round cost none. With `t = N + 1`: `3 (8 t + partial rounds)` rows, less three for a constant capacity.

use super::{MAX_INPUTS, Parameters};
use crate::field::Fr;
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
use ark_relations::gr1cs::SynthesisError;

/// The Poseidon hash of exactly `N` elements, twin of [`super::hash`].
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn hash<const N: usize>(capacity: &FpVar<Fr>, inputs: &[FpVar<Fr>; N]) -> Result<FpVar<Fr>, SynthesisError> {
    const { assert!(N >= 1 && N <= MAX_INPUTS) };
    let parameters = Parameters::of(N);
    let mds: Vec<Vec<FpVar<Fr>>> =
        parameters.mds.iter().map(|row| row.iter().copied().map(FpVar::Constant).collect()).collect();
    let mut state: Vec<FpVar<Fr>> = core::iter::once(capacity).chain(inputs).cloned().collect();
    for (round, constants) in parameters.constants.iter().enumerate() {
        state.iter_mut().zip(constants).for_each(|(x, c)| *x += *c);
        let through = if parameters.is_full(round) { state.len() } else { 1 };
        for x in &mut state[..through] {
            *x *= x.square()?.square()?;
        }
        state = mds.iter().map(|row| FpVar::inner_product(row, &state)).collect::<Result<_, _>>()?;
    }
    Ok(state.swap_remove(0))
}
