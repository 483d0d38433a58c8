//! In-circuit against native, on messages of many lengths and on random blocks.

use crate::{
    edit::Edit,
    relations::{Compress, Compression, Input, Sha256, Sm3},
};
use ark_bn254::Fr;
use ark_ff::PrimeField;
use ark_r1cs_std::{GR1CSVar, alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef, SynthesisMode};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use shiming_circuits::{
    sha256, sm3,
    word::{self, Sum, Word},
};

/// A system that only computes values, as a prover with cached matrices does.
pub fn values_only() -> ConstraintSystemRef<Fr> {
    let cs = ConstraintSystem::new_ref();
    cs.set_mode(SynthesisMode::Prove { construct_matrices: false, generate_lc_assignments: false });
    cs
}

fn bit_of(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 8] >> (7 - i % 8) & 1
}

pub fn bits(cs: &ConstraintSystemRef<Fr>, bytes: &[u8]) -> Vec<FpVar<Fr>> {
    (0..8 * bytes.len()).map(|i| FpVar::new_witness(cs.clone(), || Ok(Fr::from(bit_of(bytes, i)))).unwrap()).collect()
}

pub fn constant_bits(bytes: &[u8]) -> Vec<FpVar<Fr>> {
    (0..8 * bytes.len()).map(|i| FpVar::Constant(Fr::from(bit_of(bytes, i)))).collect()
}

pub fn word(cs: &ConstraintSystemRef<Fr>, word: u32) -> Word {
    Word::from_boolean_bits(core::array::from_fn(|i| {
        FpVar::new_witness(cs.clone(), || Ok(Fr::from(word >> i & 1))).unwrap()
    }))
}

fn digest_of(integers: &[FpVar<Fr>; 8]) -> Vec<u8> {
    integers
        .iter()
        .flat_map(|x| {
            let [low, 0, 0, 0] = x.value().unwrap().into_bigint().0 else { panic!("no word") };
            u32::try_from(low).unwrap().to_be_bytes()
        })
        .collect()
}

/// Both gadgets on a message, whose first bytes are constants.
fn assert_digests(cs: &ConstraintSystemRef<Fr>, message: &[u8], constants: usize) {
    let (header, rest) = message.split_at(constants.min(message.len()));
    let mut vars = constant_bits(header);
    vars.extend(bits(cs, rest));
    assert_eq!(digest_of(&sm3::gadget::digest(&vars).unwrap()), sm3::digest(message));
    assert_eq!(digest_of(&sha256::gadget::digest(&vars).unwrap()), sha256::digest(message));
}

/// SM3 after a public Z_A, with the registers that the verifier computes.
fn assert_digest_after_z_a(cs: &ConstraintSystemRef<Fr>, z_a: &[u8; 32], message: &[u8]) {
    let registers = sm3::registers_after_z_a(z_a).map(|register| word(cs, register));
    let z_a_bits: [FpVar<Fr>; 256] = bits(cs, z_a).try_into().unwrap();
    let digest = sm3::gadget::digest_after_z_a(&z_a_bits, &registers, &bits(cs, message)).unwrap();
    assert_eq!(digest_of(&digest), sm3::digest(&[&z_a[..], message].concat()));
}

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(strategy, |value| {
            test(value);
            Ok(())
        })
        .unwrap();
}

/// Either both hashes of a message, or SM3 of Z_A and the message.
fn random_messages(cases: u32) {
    let message = prop::collection::vec(any::<u8>(), 0..160);
    run(cases, &(message, 0usize..12, any::<[u8; 32]>(), any::<bool>()), |(message, constants, z_a, signed)| {
        if signed {
            assert_digest_after_z_a(&values_only(), &z_a, &message);
        } else {
            assert_digests(&values_only(), &message, constants);
        }
    });
}

#[test]
fn on_200_random_messages() {
    random_messages(200);
}

#[test]
#[ignore = "minutes: run by name"]
fn on_10000_random_messages() {
    random_messages(10_000);
}

/// Lengths around the boundaries of blocks, with every row checked.
#[test]
fn rows_hold_on_messages_of_one_to_four_blocks() {
    for length in [0, 1, 55, 56, 108, 119, 120, 200] {
        let message: Vec<u8> = (0..length).map(|i| i as u8 ^ 0x6d).collect();
        let cs = ConstraintSystem::new_ref();
        assert_digests(&cs, &message, 5);
        assert_digest_after_z_a(&cs, &[0xa7; 32], &message);
        assert!(cs.is_satisfied().unwrap(), "{length} bytes");
    }
}

/// Everything that is constant is computed, not constrained.
#[test]
fn constants_cost_nothing() {
    let message = [0x5a; 108];
    assert_eq!(digest_of(&sm3::gadget::digest(&constant_bits(&message)).unwrap()), sm3::digest(&message));
    assert_eq!(digest_of(&sha256::gadget::digest(&constant_bits(&message)).unwrap()), sha256::digest(&message));
}

fn random_blocks<C: Compression>(cases: u32) {
    run(cases, &prop::array::uniform24(any::<u32>()), |input: Input| {
        // The output is what the native function says, so this compares both.
        Edit::new::<Compress<C>>(&(), &input).assert_violated(&[]);
    });
    for input in [[0; 24], [u32::MAX; 24], [0x5555_5555; 24], [1; 24], [1 << 31; 24]] {
        Edit::new::<Compress<C>>(&(), &input).assert_violated(&[]);
    }
}

#[test]
fn rows_hold_on_100_random_blocks_of_sm3() {
    random_blocks::<Sm3>(100);
}

#[test]
fn rows_hold_on_100_random_blocks_of_sha256() {
    random_blocks::<Sha256>(100);
}

/// A prefix of rounds done by the verifier changes nothing.
#[test]
fn a_block_from_any_round() {
    let z_a = core::array::from_fn(|i| 3 * i as u8);
    let (cs, block) = (values_only(), core::array::from_fn(|i| (0x0101_0101 * i as u32) ^ 0x00c0_ffee));
    let mut first_half = block;
    first_half[..8].copy_from_slice(
        &shiming_circuits::word::blocks::words(&core::array::from_fn(|i| if i < 32 { z_a[i] } else { 0 }))[..8],
    );
    let registers = sm3::registers_after_z_a(&z_a).map(|register| word(&cs, register));
    let block = first_half.map(|w| word(&cs, w));
    let state = sm3::gadget::compress_from_round(&sm3::gadget::iv(), &registers, sm3::ROUNDS_OF_Z_A, &block).unwrap();
    assert_eq!(state.map(|word| word.value().unwrap()), sm3::compress(&sm3::IV, &first_half));
}

/// Every gadget with every choice of inputs that are constant gives what it gives over variables.
#[test]
fn constants_fold_to_the_same_values() {
    let inputs = [0xf0f0_f0f0u32, 0xcccc_cccc, 0xaaaa_aaaa];
    let [a, b, c] = inputs;
    for constants in 0..8 {
        let cs = ConstraintSystem::new_ref();
        let mut words = inputs.map(|value| word(&cs, value));
        for i in (0..3).filter(|i| constants >> i & 1 == 1) {
            words[i] = Word::constant(inputs[i]);
        }
        let [x, y, z] = &words;
        let sum = || Sum::new().word(x).minus(y).constant(7).xor2(x, z);
        let modular = Sum::new().xor3_modular(x, y, z).unwrap().reduce().unwrap();
        let full = Sum::new().xor3(x, y, z).unwrap().reduce().unwrap();
        for (gadget, native) in [
            (word::xor2(x, y).unwrap(), a ^ b),
            (word::xor3(x, y, z).unwrap(), a ^ b ^ c),
            (word::maj(x, y, z).unwrap(), (a & b) | (a & c) | (b & c)),
            (word::ch(x, y, z).unwrap(), (a & b) | (!a & c)),
            (modular, a ^ b ^ c),
            (full, a ^ b ^ c),
            (sum().reduce().unwrap(), a.wrapping_sub(b).wrapping_add(7).wrapping_add(a ^ c)),
            (
                sum().plus(sum()).reduce().unwrap(),
                a.wrapping_sub(b).wrapping_add(7).wrapping_add(a ^ c).wrapping_mul(2),
            ),
        ] {
            assert_eq!(gadget.value(), Some(native), "constants {constants:03b}");
        }
        assert!(cs.is_satisfied().unwrap());
        assert_eq!(constants == 7, cs.num_constraints() == 0);
    }
}
