//! Row counts, pinned, and times, printed by a test that is run by name.

use crate::{
    edit::cached,
    relations::{COMPRESS, Compress, Compression, Sha256, Sm3},
};
use shiming_circuits::relation::{assign, matrices};
use std::time::Instant;

fn rows<C: Compression>() -> usize {
    let matrices = cached::<Compress<C>>();
    matrices.rules().iter().filter(|(rule, _)| *rule == COMPRESS).map(|(_, range)| range.len()).sum()
}

#[test]
fn an_all_variable_block() {
    assert_eq!([rows::<Sm3>(), rows::<Sha256>()], [19_968, 15_110]);
}

fn times<C: Compression>() -> String {
    let setup = Instant::now();
    let shape = matrices::<Compress<C>>().unwrap().shape();
    let setup = setup.elapsed();
    let prove = Instant::now();
    for i in 0..30 {
        assign::<Compress<C>>(&(), &[0x9e37_79b9 * i; 24]).unwrap();
    }
    let prove = prove.elapsed() / 30;
    format!("{}: {} coefficients, matrices {setup:?}, assignment {prove:?}\n", C::NAME, shape.nonzeros)
}

#[test]
#[ignore = "prints times"]
fn times_of_a_block() {
    panic!("{}{}", times::<Sm3>(), times::<Sha256>());
}
