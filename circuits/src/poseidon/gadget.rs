//! Poseidon in-circuit: three rows per S-box, and the linear layers are free.
//!
//! Every row defines one new variable as a product of earlier ones, so the output is a function of capacity and inputs: there
//! is no witness to choose. `x^5` has multiplicative depth above two and so needs three rows; elements that are constants in
//! the first round cost none. With `t = N + 1`: `3 (8 t + partial rounds)` rows, less three for a constant capacity.

use super::{MAX_INPUTS, Parameters};
use crate::field::Fr;
use ark_ff::AdditiveGroup;
use ark_r1cs_std::fields::{
    FieldVar,
    fp::{AllocatedFp, FpVar},
};
use ark_relations::gr1cs::SynthesisError;

/// The Poseidon hash of exactly `N` elements, twin of [`super::hash`].
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn hash<const N: usize>(capacity: &FpVar<Fr>, inputs: &[FpVar<Fr>; N]) -> Result<FpVar<Fr>, SynthesisError> {
    const { assert!(N >= 1 && N <= MAX_INPUTS) };
    let parameters = Parameters::of(N);
    let mut state: Vec<FpVar<Fr>> = core::iter::once(capacity).chain(inputs).cloned().collect();
    for (round, constants) in parameters.constants.iter().enumerate() {
        state.iter_mut().zip(constants).for_each(|(x, c)| *x += *c);
        let through = if parameters.is_full(round) { state.len() } else { 1 };
        for x in &mut state[..through] {
            *x *= x.square()?.square()?;
        }
        state = mix(&parameters.mds, &state);
    }
    Ok(state.swap_remove(0))
}

/// The linear layer: one linear combination for each element, which without matrices is a value alone.
fn mix(mds: &[Vec<Fr>], state: &[FpVar<Fr>]) -> Vec<FpVar<Fr>> {
    let variables: Vec<&AllocatedFp<Fr>> = state
        .iter()
        .filter_map(|x| match x {
            FpVar::Var(variable) => Some(variable),
            FpVar::Constant(_) => None,
        })
        .collect();
    let element = |row: &Vec<Fr>| {
        let (mut constant, mut coefficients) = (Fr::ZERO, Vec::with_capacity(variables.len()));
        for (coefficient, x) in row.iter().zip(state) {
            match x {
                FpVar::Var(_) => coefficients.push(*coefficient),
                FpVar::Constant(value) => constant += *coefficient * value,
            }
        }
        let combination = AllocatedFp::linear_combination(coefficients.iter(), &variables);
        combination.map_or(FpVar::Constant(constant), |x| FpVar::Var(x.add_constant(constant)))
    };
    mds.iter().map(element).collect()
}
