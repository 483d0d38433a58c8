//! A circuit of the size of the largest planned ones, within a bound of time.

use crate::{
    gadgets::{GADGET, Gadget, Open},
    synthetic::{limbs, square},
};
use ark_bn254::Fr;
use ark_ff::{Field, PrimeField};
use ark_r1cs_std::{GR1CSVar, alloc::AllocVar, eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use ark_std::test_rng;
use shiming_circuits::{
    bits::enforce_bits,
    lint::{self, Check, Seed},
    poseidon,
};
use std::time::{Duration, Instant};

const HASHES: usize = 30;
const LIMBS: usize = 2500;

const SQUARES: usize = 77;

/// A chain of hashes of 16 inputs, a chain of squares whose rows have to be solved jointly, and limbs of 32 bits of every 4 of
/// which the sum is known: 100,000 rows.
struct Large;

impl Gadget for Large {
    const INPUTS: usize = 17;

    fn synthesize(cs: &ConstraintSystemRef<Fr>, inputs: &[FpVar<Fr>]) -> Result<(), SynthesisError> {
        let mut state: [FpVar<Fr>; 16] = core::array::from_fn(|i| inputs[i + 1].clone());
        for i in 0..HASHES {
            state[i % 16] = poseidon::gadget::hash(&inputs[0], &state)?;
        }
        let mut coefficients = state[..8].to_vec();
        for _ in 0..SQUARES {
            coefficients = square(cs, &coefficients)?[4..12].to_vec();
        }
        for i in 0..LIMBS / 4 {
            let source = &state[i % 16];
            let low =
                FpVar::new_witness(cs.clone(), || Ok(Fr::from(u128::from_le_bytes(first_bytes(source.value()?, i)))))?;
            let mut sum = low.clone();
            for j in 0..4 {
                let limb = FpVar::new_witness(cs.clone(), || {
                    Ok(Fr::from((low.value()?.into_bigint() >> (32 * j as u32)).0[0] & u64::from(u32::MAX)))
                })?;
                enforce_bits(cs, &limb, 32)?;
                sum -= limb * Fr::from(2u8).pow([32 * j as u64]);
            }
            sum.enforce_equal(&FpVar::Constant(Fr::from(0u8)))?;
        }
        Ok(())
    }
}

fn first_bytes(x: Fr, i: usize) -> [u8; 16] {
    let words = x.into_bigint().0;
    (u128::from(words[0]).wrapping_mul(i as u128 + 1) << 64 | u128::from(words[1])).to_le_bytes()
}

#[test]
fn a_large_circuit_takes_seconds() {
    let inputs: Vec<Fr> = (1..=17u64).map(Fr::from).collect();
    let mut declaration = limbs(LIMBS);
    // The numbers that the limbs make up come after the variables of hashes and squares; each is followed by 4 limbs with 31 bits.
    let before = HASHES * 3 * (8 * 17 + 68) + 15 * SQUARES;
    let stride = 1 + 4 * 32;
    declaration.seeds = vec![Seed::new(GADGET, before, "any number of 128 bits").repeated(1, LIMBS / 4, stride)];

    let (matrices, assignment) = {
        use shiming_circuits::relation::{assign, matrices};
        (matrices::<Open<Large>>().unwrap(), assign::<Open<Large>>(&inputs, &()).unwrap())
    };
    let start = Instant::now();
    let report = lint::inspect("large", &matrices, &assignment, &declaration, &mut test_rng()).unwrap();
    let elapsed = start.elapsed();
    println!("{report}{elapsed:?}");
    assert!(report.rows >= 95_000 && report.nonzeros >= 900_000, "{report}");
    assert!(report.is_clean(), "{report}");
    assert!(elapsed < Duration::from_secs(120), "{elapsed:?}");

    // What gets stuck takes no longer.
    declaration.seeds.clear();
    let start = Instant::now();
    let report = lint::inspect("large", &matrices, &assignment, &declaration, &mut test_rng()).unwrap();
    let elapsed = start.elapsed();
    println!("{elapsed:?}");
    assert_eq!(report.found_by(), [Check::Propagation]);
    assert!(elapsed < Duration::from_secs(120), "{elapsed:?}");
}
