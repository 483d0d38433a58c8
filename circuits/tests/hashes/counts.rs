//! Row counts, pinned, and times, printed by a test that is run by name.

use crate::{
    edit::cached,
    relations::{COMPRESS, Compress, Compression, Sha256, Sm3},
    twins::{bits, constant_bits, values_only, word},
};
use ark_bn254::Fr;
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef};
use shiming_circuits::{
    relation::{assign, matrices},
    sha256, sm3,
};
use std::time::{Duration, Instant};

/// The length of what an issuer signs, and how much of it every issuer writes in the same way: `SM` and the version.
const TBS: usize = 108;
const CONSTANT: usize = 3;

fn rows<C: Compression>() -> usize {
    let matrices = cached::<Compress<C>>();
    matrices.rules().iter().filter(|(rule, _)| *rule == COMPRESS).map(|(_, range)| range.len()).sum()
}

#[test]
fn an_all_variable_block() {
    assert_eq!([rows::<Sm3>(), rows::<Sha256>()], [19_968, 15_110]);
}

/// The digest that an SM2 issuer signs: Z_A, the registers after it and the TBS but for three bytes are variables.
fn sm3_of_tbs(cs: &ConstraintSystemRef<Fr>) -> usize {
    let z_a = [0x3c; 32];
    let registers = sm3::registers_after_z_a(&z_a).map(|register| word(cs, register));
    let z_a = bits(cs, &z_a).try_into().unwrap();
    let message = [constant_bits(b"SM\x01"), bits(cs, &[0xc3; TBS - CONSTANT])].concat();
    let before = cs.num_constraints();
    let _ = sm3::gadget::digest_after_z_a(&z_a, &registers, &message).unwrap();
    cs.num_constraints() - before
}

/// The digest that an ES256 issuer signs.
fn sha256_of_tbs(cs: &ConstraintSystemRef<Fr>) -> usize {
    let message = [constant_bits(b"SM\x01"), bits(cs, &[0xc3; TBS - CONSTANT])].concat();
    let before = cs.num_constraints();
    let _ = sha256::gadget::digest(&message).unwrap();
    cs.num_constraints() - before
}

#[test]
fn the_digest_of_a_tbs() {
    assert_eq!(
        [sm3_of_tbs(&ConstraintSystem::new_ref()), sha256_of_tbs(&ConstraintSystem::new_ref())],
        [57_840, 29_947]
    );
}

fn mean<T>(runs: u32, run: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    (0..runs).for_each(|_| drop(run()));
    start.elapsed() / runs
}

fn times<C: Compression>() -> String {
    let setup = mean(1, || matrices::<Compress<C>>().unwrap());
    let prove = mean(30, || assign::<Compress<C>>(&(), &[0x9e37_79b9; 24]).unwrap());
    let nonzeros = cached::<Compress<C>>().shape().nonzeros;
    format!("{}: {nonzeros} coefficients, matrices {setup:?}, assignment {prove:?}", C::NAME)
}

#[test]
#[ignore = "prints times"]
#[allow(clippy::print_stdout, reason = "that is all it does")]
fn times_of_blocks_and_digests() {
    println!("{}\n{}", times::<Sm3>(), times::<Sha256>());
    println!("SM3 of Z_A and a TBS, three blocks: {:?}", mean(30, || sm3_of_tbs(&values_only())));
    println!("SHA-256 of a TBS, two blocks: {:?}", mean(30, || sha256_of_tbs(&values_only())));
}
