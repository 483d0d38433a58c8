//! Poseidon over the BN254 scalar field, with circomlib's parameters, of fixed length by type.
//!
//! Grassi, Khovratovich, Rechberger, Roy, Schofnegger, "Poseidon: A New Hash Function for Zero-Knowledge Proof Systems"
//! (USENIX Security 2021), with S-box `x^5`, width `t = N + 1`, 8 full rounds, and partial rounds from the paper's script for
//! 128 bits; round constants and MDS matrix come from the paper's Grain LFSR (appendix F). The layout is circomlib's: the
//! capacity element is `state[0]`, inputs follow, and the output is `state[0]`.
//!
//! There is no sponge and no padding. A hash of one length never meets a hash of another, because the length fixes the width
//! and thereby every constant; two uses of one length are kept apart by the capacity.

pub mod gadget;

use crate::field::Fr;
use ark_crypto_primitives::sponge::poseidon::find_poseidon_ark_and_mds;
use ark_ff::{AdditiveGroup, Field, PrimeField};
use std::sync::OnceLock;

/// The largest number of inputs of one permutation.
pub const MAX_INPUTS: usize = 16;

const FULL_ROUNDS: usize = 8;

/// Partial rounds for 1 to 16 inputs: circomlib's table, which is the paper's script with its security margin.
const PARTIAL_ROUNDS: [usize; MAX_INPUTS] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

/// Round constants and MDS matrix of one width.
struct Parameters {
    partial_rounds: usize,
    constants: Vec<Vec<Fr>>,
    mds: Vec<Vec<Fr>>,
}

impl Parameters {
    /// The parameters for `inputs` in `1..=MAX_INPUTS`, generated on first use.
    fn of(inputs: usize) -> &'static Self {
        static CACHE: [OnceLock<Parameters>; MAX_INPUTS] = [const { OnceLock::new() }; MAX_INPUTS];
        CACHE[inputs - 1].get_or_init(|| {
            let partial_rounds = PARTIAL_ROUNDS[inputs - 1];
            let (constants, mds) = find_poseidon_ark_and_mds(
                u64::from(Fr::MODULUS_BIT_SIZE),
                inputs,
                FULL_ROUNDS as u64,
                partial_rounds as u64,
                0,
            );
            Self { partial_rounds, constants, mds }
        })
    }

    /// Whether every element passes the S-box in this round, or only the first one.
    fn is_full(&self, round: usize) -> bool {
        !(FULL_ROUNDS / 2..FULL_ROUNDS / 2 + self.partial_rounds).contains(&round)
    }
}

/// The Poseidon hash of exactly `N` elements, `1 <= N <= 16`.
///
/// The capacity is a domain tag of [`crate::domain`] or the header of signed attributes; zero is circomlib's own hash and is
/// only for compatibility with it. Tags and headers are integers below 2^248 that differ from zero and from one another.
#[must_use]
pub fn hash<const N: usize>(capacity: Fr, inputs: &[Fr; N]) -> Fr {
    const { assert!(N >= 1 && N <= MAX_INPUTS) };
    let parameters = Parameters::of(N);
    let mut state: Vec<Fr> = core::iter::once(capacity).chain(inputs.iter().copied()).collect();
    for (round, constants) in parameters.constants.iter().enumerate() {
        state.iter_mut().zip(constants).for_each(|(x, c)| *x += c);
        let through = if parameters.is_full(round) { state.len() } else { 1 };
        state[..through].iter_mut().for_each(|x| *x *= x.square().square());
        state = parameters.mds.iter().map(|row| inner_product(row, &state)).collect();
    }
    state[0]
}

fn inner_product(row: &[Fr], state: &[Fr]) -> Fr {
    row.iter().zip(state).fold(Fr::ZERO, |sum, (m, x)| sum + *m * x)
}
