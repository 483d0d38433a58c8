//! Bugs in the relations over a TBS, with the checks that see them.

use crate::{
    bugs::{Bug, bug, edit},
    planted::Planted,
};
use ark_bn254::Fr;
use ark_ff::Field;
use shiming_circuits::{
    p256,
    relation::{credential_es256 as es256, credential_sm2_sm3 as sm2_sm3},
    sm2,
};

/// Instances: the second bit of the schema, and a value of the key's table that multiplies no bit.
const SCHEMA_BIT: usize = 2;
const TABLE_VALUE: usize = 1 + 16;

/// The registers that SM3 has after four rounds: after schema and Z_A.
const REGISTERS: core::ops::Range<usize> = 1 + 16 + 256..1 + 16 + 512;

/// The rows of a slope: its limbs, then nine products, then quotient and carry of 68 bits each.
const SLOPE_ROWS: usize = 256 + 9;
const ZERO_TEST_ROWS: usize = 2 * 68;

pub(crate) const SUITE_BUGS: &[Bug] = &[
    bug("scalar-bit-dropped", &["ranges"], || {
        edit(Planted::sm2_sm3(), |p| p.blank([p.rows(sm2::gadget::DIGITS).start + 3]))
    }),
    bug("slope-bit-dropped", &["mutation", "propagation", "ranges"], || {
        edit(Planted::es256(), |p| p.blank([p.rows(p256::gadget::ADDITION).start + 5]))
    }),
    bug("zero-test-left-out", &["ranges"], || {
        edit(Planted::es256(), |p| {
            let start = p.rows(p256::gadget::ADDITION).start + SLOPE_ROWS;
            p.blank(start..start + ZERO_TEST_ROWS);
            p.remove_unused();
        })
    }),
    bug("square-row-dropped", &["propagation"], || {
        edit(Planted::es256(), |p| {
            p.blank([p.rows(p256::gadget::ADDITION).start + SLOPE_ROWS + ZERO_TEST_ROWS + 14]);
        })
    }),
    bug("carry-row-dropped", &["mutation", "propagation", "ranges"], || {
        edit(Planted::sm2_sm3(), |p| {
            let sum = |row: &usize| p.matrices.a[*row].len() > 40 && p.matrices.c[*row].is_empty();
            let row = p.rows(sm2_sm3::DIGEST).find(sum).unwrap();
            p.blank([row]);
        })
    }),
    bug("majority-row-dropped", &["mutation", "propagation"], || edit(Planted::es256(), |p| p.blank([majority(p)]))),
    bug("far-root-too-near", &["propagation"], || {
        edit(Planted::es256(), |p| {
            // The wrong root of a majority is off by 2^20 instead of 2^80, and the sum of another word.
            let (far, near) = (Fr::from(2u8).pow([80]), Fr::from(1u64 << 20));
            let row = majority(p);
            let [a, b, _] = p.sides(row);
            for (coefficient, _) in a.iter_mut().chain(b) {
                for (from, to) in [(far, near), (-far, -near)] {
                    for rest in [Fr::from(0u8), -Fr::from((1u64 << 40) + 1)] {
                        if *coefficient == from + rest {
                            *coefficient = to + rest;
                        }
                    }
                }
            }
            assert!(p.is_satisfied());
        })
    }),
    bug("x-comparison-left-out", &["census"], || {
        edit(Planted::sm2_sm3(), |p| {
            let start = p.rows(sm2::gadget::X_CANONICAL).start + 256;
            p.blank(start..start + 11);
            p.remove_unused();
        })
    }),
    bug("congruence-carry-left-out", &["ranges"], || {
        edit(Planted::es256(), |p| {
            let rows = p.rows(p256::gadget::CONGRUENCE);
            p.blank(rows.end - 74..rows.end);
            p.remove_unused();
        })
    }),
    bug("scalar-may-be-zero", &["mutation", "propagation"], || {
        edit(Planted::sm2_sm3(), |p| p.blank([p.rows(sm2::gadget::NONZERO).start]))
    }),
    bug("key-lookup-row-dropped", &["propagation", "instances"], || {
        edit(Planted::es256(), |p| p.blank([p.rows(p256::gadget::LOOKUP_Q).start + 1]))
    }),
    bug("table-value-unbound", &["instances"], || {
        edit(Planted::es256(), |p| p.make_constant(TABLE_VALUE, p.rows(p256::gadget::LOOKUP_Q)))
    }),
    bug("schema-bit-unbound", &["instances"], || {
        edit(Planted::es256(), |p| p.make_constant(SCHEMA_BIT, p.rows(es256::DIGEST)))
    }),
    bug("registers-summed-only", &["alternatives"], || {
        edit(Planted::sm2_sm3(), |p| {
            // Bits of A and E with the same weight in SS1 of the first round, and nowhere else.
            let sum = |row: &usize| p.matrices.a[*row].len() > 64 && p.matrices.c[*row].is_empty();
            let row = p.rows(sm2_sm3::DIGEST).find(sum).unwrap();
            let bits: Vec<_> = p.matrices.a[row].iter().filter(|(_, v)| REGISTERS.contains(v)).copied().collect();
            let exchanged = |v: usize, w: usize| p.assignment[v] != p.assignment[w];
            let mut pairs = bits.iter().flat_map(|(c, v)| bits.iter().map(move |(d, w)| (c == d, *v, *w)));
            let (_, a, e) = pairs.find(|(equal, v, w)| *equal && v < w && exchanged(*v, *w)).unwrap();
            let rows: Vec<usize> = p.rows(sm2_sm3::DIGEST).filter(|other| *other != row).collect();
            p.make_constant(a, rows.clone());
            p.make_constant(e, rows);
            assert!(p.is_satisfied());
        })
    }),
    bug("tag-comparison-row-dropped", &["mutation", "propagation", "ranges", "alternatives"], || {
        edit(Planted::sm2_sm3(), |p| p.blank([p.rows(sm2_sm3::TAG_CANONICAL).start + 254 + 5]))
    }),
];

/// The first row of a packed majority.
fn majority(p: &Planted) -> usize {
    let m = &p.matrices;
    let is = |row: &usize| m.a[*row].len() == 3 && m.b[*row].len() == 6 && m.c[*row].is_empty();
    p.rows(es256::DIGEST).find(is).unwrap()
}
