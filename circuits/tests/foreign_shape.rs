//! What the signatures on foreign curves cost, by rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod foreign;

use foreign::{Signed, Suite};
use shiming_circuits::{p256::P256, relation::matrices, sm2::Sm2};

/// Counts `[constraints, instances, witnesses, nonzeros]` and the rows of every rule.
fn assert_rows<C: Suite>(counts: [usize; 4], rows: [usize; 7]) {
    let matrices = matrices::<Signed<C>>().unwrap();
    let found: Vec<_> = matrices.rules().iter().map(|(rule, rows)| (*rule, rows.len())).collect();
    assert_eq!(found, C::RULES.iter().copied().zip(rows).collect::<Vec<_>>());
    let shape = matrices.shape();
    assert_eq!([shape.constraints, shape.instances, shape.witnesses, shape.nonzeros], counts);
}

#[test]
fn rows_of_every_rule_of_sm2() {
    assert_rows::<Sm2>([38278, 5001, 38122, 371429], [587, 2584, 2598, 32137, 352, 9, 11]);
}

#[test]
fn rows_of_every_rule_of_p256() {
    assert_rows::<P256>([38373, 5001, 38218, 371966], [587, 2584, 2598, 32078, 350, 166, 10]);
}
