//! The bugs that the lint sees, with the checks that do.

use crate::{
    gadgets::GADGET,
    planted::{Planted, add_term},
    suite_bugs::SUITE_BUGS,
};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, One};
use shiming_circuits::relation::{credential_native as native, membership, range, tag};

/// A bug with what finds it: the names of checks of the lint, all that do.
pub(crate) struct Bug {
    pub(crate) name: &'static str,
    pub(crate) found_by: &'static [&'static str],
    pub(crate) plant: fn() -> Planted,
}

pub(crate) const fn bug(name: &'static str, found_by: &'static [&'static str], plant: fn() -> Planted) -> Bug {
    Bug { name, found_by, plant }
}

pub(crate) fn edit(mut planted: Planted, edit: impl FnOnce(&mut Planted)) -> Planted {
    edit(&mut planted);
    planted
}

/// The witnesses of `credential/native` that a prover chooses, and `k`.
const K: usize = 1020;
const HEADER: usize = 1;
const R_X: usize = 1037;

pub(crate) const BUGS: &[Bug] = &[
    bug("booleanity-dropped", &["propagation", "ranges"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::SCALAR_RANGE).start + 100]))
    }),
    bug("range-row-dropped", &["mutation", "propagation", "ranges", "alternatives"], || {
        edit(Planted::range(), |p| p.blank([p.rows(range::RANGE_28).start + 5]))
    }),
    bug("last-bit-dropped", &["mutation", "propagation", "ranges", "instances"], || {
        edit(Planted::range(), |p| p.blank([p.rows(range::RANGE_28).start + range::BITS - 1]))
    }),
    bug("last-bit-dropped-in-use", &["mutation", "propagation", "ranges"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::WIDTH).start + 143]))
    }),
    bug("booleanity-moved", &["rows", "mutation", "propagation", "ranges", "alternatives"], || {
        edit(Planted::range(), |p| {
            let (from, to) = (5, 9);
            let bit = p.bits(0, range::BITS).0[to];
            p.matrices.a[from] = vec![(Fr::one(), 0), (-Fr::one(), bit)];
            p.matrices.b[from] = vec![(Fr::one(), bit)];
        })
    }),
    bug("range-check-left-out", &["ranges"], || {
        edit(Planted::native(), |p| {
            let start = p.rows(native::WIDTH).start + 144;
            p.blank(start..start + 128);
            p.remove_unused();
        })
    }),
    bug("booleanity-of-twice-the-bit", &["propagation", "ranges"], || {
        edit(Planted::range(), |p| {
            // b (2 - b) = 0 for a b that is 0.
            p.matrices.b[5][0].0.double_in_place();
        })
    }),
    bug("last-bit-too-high", &["census", "ranges"], || {
        edit(Planted::range(), |p| {
            // The last bit of 6 weighs 2^28 instead of 2^27.
            let (_, last) = p.bits(0, range::BITS);
            let half = Fr::from(2u8).inverse().unwrap();
            let scaled = |side: &mut Vec<(Fr, usize)>| {
                side.iter_mut().filter(|(_, v)| *v != 0).for_each(|(c, _)| *c *= half);
            };
            let [a, b, _] = p.sides(last);
            scaled(a);
            scaled(b);
        })
    }),
    bug("digit-twice", &["propagation", "ranges"], || {
        edit(Planted::range(), |p| {
            // Bit 3 is weighed as bit 4 is; both are 0 in 6.
            let (bits, last) = p.bits(0, range::BITS);
            for side in p.sides(last) {
                if let Some(weight) = side.iter().find(|(_, v)| *v == bits[3]).map(|(c, _)| *c) {
                    add_term(side, weight, bits[3]);
                }
            }
        })
    }),
    bug("sbox-row-dropped", &["propagation"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::MESSAGE).start + 31]))
    }),
    bug("addition-row-dropped", &["propagation"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::EQUATION).start + 6]))
    }),
    bug("last-addition-row-dropped", &["census"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::EQUATION).end - 6]))
    }),
    bug("lookup-row-dropped", &["propagation"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::EQUATION).start + 1]))
    }),
    bug("result-off-the-curve", &["census"], || {
        edit(Planted::native(), |p| p.blank([p.rows(native::EQUATION).end - 1]))
    }),
    bug("equality-dropped", &["census", "instances"], || {
        edit(Planted::tag(), |p| p.blank([p.rows(tag::HASH).end - 1]))
    }),
    bug("equality-of-a-value-with-itself", &["rows", "census", "instances"], || {
        edit(Planted::tag(), |p| {
            let row = p.rows(tag::HASH).end - 1;
            p.matrices.a[row].clear();
        })
    }),
    bug("equality-replaced-by-a-copy", &["rows", "instances"], || {
        edit(Planted::tag(), |p| {
            let row = p.rows(tag::HASH).end - 1;
            for side in [&mut p.matrices.a, &mut p.matrices.b, &mut p.matrices.c] {
                side[row] = side[row - 1].clone();
            }
        })
    }),
    bug("public-instance-unbound", &["instances"], || {
        edit(Planted::native(), |p| p.make_constant(HEADER, p.rows(native::MESSAGE)))
    }),
    bug("hidden-instance-unbound", &["propagation", "instances"], || {
        edit(Planted::native(), |p| p.reallocate(K, 0..p.matrices.a.len()))
    }),
    bug("secret-reallocated", &["propagation"], || edit(Planted::native(), |p| p.reallocate(K, p.rows(native::TAG)))),
    bug("digit-reallocated", &["propagation"], || {
        edit(Planted::native(), |p| {
            let digit = p.bits(p.rows(native::SCALAR_RANGE).start, 251).0[7];
            p.reallocate(digit, p.rows(native::EQUATION));
        })
    }),
    bug("result-reallocated", &["census"], || edit(Planted::native(), |p| p.reallocate(R_X, p.rows(native::EQUATION)))),
    bug("hint-in-no-row", &["mutation", "propagation"], || edit(Planted::tag(), |p| p.reallocate(1, []))),
    bug("element-skipped", &["rows", "instances"], || {
        edit(Planted::membership(), |p| {
            // The factor v - s_8 stands twice, in place of v - s_7 too.
            let row = p.rows(membership::MEMBERSHIP_IN).start + 6;
            for side in p.sides(row - 1) {
                side.iter_mut().filter(|(_, v)| *v == 7).for_each(|(_, v)| *v = 8);
            }
        })
    }),
    bug("challenge-comparison-left-out", &["propagation", "ranges", "alternatives"], || {
        edit(Planted::native(), |p| {
            let rows = p.rows(native::CHALLENGE_CANONICAL);
            p.blank(rows.start + 254..rows.end);
            p.remove_unused();
        })
    }),
    bug("scalar-comparison-left-out", &["ranges", "alternatives"], || {
        edit(Planted::native(), |p| {
            let rows = p.rows(native::SCALAR_RANGE);
            p.blank(rows.start + 251..rows.end);
            p.remove_unused();
        })
    }),
    bug("challenge-bound-too-large", &["propagation", "ranges", "alternatives"], || {
        edit(Planted::native(), |p| widen(p, p.rows(native::CHALLENGE_CANONICAL).start + 254))
    }),
    bug("scalar-bound-too-large", &["ranges", "alternatives"], || {
        edit(Planted::native(), |p| widen(p, p.rows(native::SCALAR_RANGE).start + 251))
    }),
    bug("limb-without-range", &["mutation", "propagation", "ranges"], || {
        edit(Planted::limbs(), |p| p.blank([p.rows(GADGET).start + 31]))
    }),
    bug("carry-between-limbs", &["propagation", "alternatives"], || {
        edit(Planted::limbs(), |p| {
            // Limbs of 32 bits at a distance of 31: the sum is written in two ways.
            let sum = p.rows(GADGET).end - 1;
            let half = Fr::from(2u8).inverse().unwrap();
            for (i, (c, v)) in p.matrices.a[sum].iter_mut().filter(|(_, v)| *v > 1).enumerate() {
                *c *= half.pow([i as u64]);
                assert!(*v >= p.matrices.instances);
            }
            let rest: Fr = p.matrices.a[sum].iter().filter(|(_, v)| *v > 1).map(|(c, v)| *c * p.assignment[*v]).sum();
            let own = p.matrices.a[sum][0];
            assert_eq!(own.1, 1);
            p.assignment[1] = -rest * own.0.inverse().unwrap();
        })
    }),
    bug("bit-not-computed", &["census", "instances"], || {
        edit(Planted::forced_bit(), |p| p.blank([p.rows(GADGET).end - 1]))
    }),
    bug("inverse-without-product", &["census"], || {
        edit(Planted::tag(), |p| {
            // k k' = k instead of 1: nothing for k = 0.
            let row = p.rows(tag::KEY).start;
            let inverse = p.matrices.b[row][0].1;
            p.assignment[inverse] = Fr::one();
            p.matrices.c[row] = p.matrices.a[row].clone();
        })
    }),
    bug("inverse-of-zero", &["rows", "mutation", "propagation"], || {
        edit(Planted::tag(), |p| {
            // (k - k) k' = 0.
            let row = p.rows(tag::KEY).start;
            p.matrices.a[row].clear();
            p.matrices.c[row].clear();
        })
    }),
    bug("result-compared-twice", &["rows"], || {
        edit(Planted::native(), |p| {
            // Twice the row of x in place of the row of y.
            let row = p.rows(native::EQUATION).end - 1;
            let m = &mut p.matrices;
            for side in [&mut m.a, &mut m.b, &mut m.c] {
                side[row] = side[row - 1].clone();
            }
            m.b[row].iter_mut().chain(&mut m.c[row]).for_each(|(c, _)| *c = c.double());
        })
    }),
    bug("equality-times-a-hint", &["mutation", "propagation"], || {
        edit(Planted::tag(), |p| {
            // (hash - tag) z = 0 for a z that is any.
            let row = p.rows(tag::HASH).end - 1;
            p.reallocate(0, []);
            p.matrices.b[row] = vec![(Fr::one(), p.assignment.len() - 1)];
        })
    }),
    bug("root-as-a-hint", &["mutation", "propagation"], || {
        edit(Planted::tag(), |p| {
            // k' k' = the square of what k' is: -k' will do.
            let row = p.rows(tag::KEY).start;
            let inverse = p.matrices.b[row][0].1;
            let square = p.assignment[inverse].square();
            p.matrices.a[row] = vec![(Fr::one(), inverse)];
            p.matrices.c[row] = vec![(square, 0)];
        })
    }),
    bug("two-rows-made-one", &["propagation"], || {
        edit(Planted::tag(), |p| {
            // x = .. and y = .. become x + y = ..: each is bound by the other.
            let row = p.rows(tag::HASH).start + 1;
            let other = p.product(row + 3);
            let constant = p.assignment[other];
            add_term(&mut p.matrices.c[row], Fr::one(), other);
            add_term(&mut p.matrices.c[row], -constant, 0);
            p.blank([row + 3]);
        })
    }),
    bug("constant-wrong", &["rows"], || {
        edit(Planted::native(), |p| {
            let row = p.rows(native::MESSAGE).start + 90;
            add_term(p.sides(row)[0], Fr::one(), 0);
        })
    }),
    bug("coefficient-doubled", &["rows"], || {
        edit(Planted::native(), |p| {
            let row = p.rows(native::EQUATION).end - 8;
            p.matrices.a[row].iter_mut().for_each(|(c, _)| *c = c.double());
        })
    }),
    bug("sides-exchanged", &["rows", "census"], || {
        edit(Planted::native(), |p| {
            let row = p.rows(native::MESSAGE).start + 300;
            let m = &mut p.matrices;
            core::mem::swap(&mut m.a[row], &mut m.c[row]);
        })
    }),
    bug("selector-exchanged", &["rows"], || {
        edit(Planted::native(), |p| {
            // The lookup of a digit takes b1 where it should take b0, in a digit in which they differ.
            let (bits, _) = p.bits(p.rows(native::CHALLENGE_CANONICAL).start, 254);
            let differ = |pair: &&[usize]| p.assignment[pair[0]] != p.assignment[pair[1]];
            let pair = bits.chunks_exact(2).find(differ).unwrap().to_vec();
            for row in p.rows(native::EQUATION) {
                for side in p.sides(row) {
                    side.iter_mut().filter(|(_, v)| *v == pair[0]).for_each(|(_, v)| *v = pair[1]);
                }
            }
        })
    }),
    bug("subtraction-for-addition", &["rows"], || {
        edit(Planted::native(), |p| {
            let row = p.rows(native::EQUATION).end - 2;
            p.matrices.c[row].iter_mut().take(1).for_each(|(c, _)| *c = -*c);
        })
    }),
];

/// Makes the bound of a comparison, from its first row on, all 126 ones, with its bits fitted.
fn widen(p: &mut Planted, first: usize) {
    let (bits, last) = p.bits(first, 126);
    // The last bit is (c - 1 - hi - sum b_i 2^i) / 2^125 on side A, and one minus it on side B.
    let scale = Fr::from(2u8).pow([125]);
    let bound = Fr::from(2u8).pow([126]) - Fr::one();
    let constant = p.matrices.a[last][0];
    assert_eq!(constant.1, 0);
    let without_bits: Fr =
        p.matrices.a[last].iter().filter(|(_, v)| !bits.contains(v)).map(|(c, v)| *c * p.assignment[*v]).sum();
    let shift = bound * scale.inverse().unwrap() - constant.0;
    p.set_bits(&bits, (without_bits + shift) * scale);
    add_term(&mut p.matrices.a[last], shift, 0);
    add_term(&mut p.matrices.b[last], -shift, 0);
    assert!(p.is_satisfied());
}

#[test]
fn every_planted_bug_is_found_by_the_checks_that_the_table_names() {
    let mut wrong = Vec::new();
    for bug in BUGS.iter().chain(SUITE_BUGS) {
        let found_by = (bug.plant)().found_by();
        if found_by != bug.found_by {
            wrong.push(format!("{}: {found_by:?}, not {:?}", bug.name, bug.found_by));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
