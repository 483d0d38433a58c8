//! The rows of each gadget alone: over all boolean inputs and many claimed outputs, and what a row that is missing lets
//! through.

use crate::edit::{Edit, cached};
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field, One, Zero};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use shiming_circuits::{
    relation::{Instances, Relation, Rows, Rule, assign},
    word::{Sum, Word, ch, maj, pair, xor2, xor3},
};

const GADGET: Rule = Rule("TEST-GADGET");

/// Inputs of a gadget.
type Words = [u32; 8];

/// Between them, the first four have all combinations of four bits, each in two of the 32 places.
const ALL_CASES: Words =
    [0xaaaa_aaaa, 0xcccc_cccc, 0xf0f0_f0f0, 0xff00_ff00, 0xdead_beef, 0x0123_4567, 0x89ab_cdef, u32::MAX];

const INPUTS: usize = 8 * 32;

/// A gadget over eight words of hidden instances, which are boolean by the caller's word.
trait Gadget {
    const NAME: &'static str;
    fn synthesize(cs: &ConstraintSystemRef<Fr>, words: &[Word], values: Option<&Words>) -> Result<(), SynthesisError>;
}

struct Alone<G>(core::marker::PhantomData<G>);

impl<G: Gadget> Relation for Alone<G> {
    type Statement = ();
    type Witness = Words;

    const NAME: &'static str = G::NAME;
    const PUBLIC: usize = 0;
    const HIDDEN: usize = INPUTS;
    const RULES: &'static [Rule] = &[GADGET];

    fn public((): &()) -> Vec<Fr> {
        Vec::new()
    }

    fn hidden(words: &Words) -> Vec<Fr> {
        words.iter().flat_map(|word| (0..32).map(move |i| Fr::from(word >> i & 1))).collect()
    }

    fn holds((): &(), _: &Words) -> Result<(), Rule> {
        Ok(())
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, values: Option<&Words>) -> Result<(), SynthesisError> {
        let word = |bits: &[FpVar<Fr>]| Word::from_boolean_bits(core::array::from_fn(|i| bits[i].clone()));
        let words: Vec<Word> = instances.hidden.chunks(32).map(word).collect();
        rows.rule(GADGET, |cs| G::synthesize(&cs, &words, values))
    }
}

macro_rules! gadget {
    ($name:ident, |$cs:ident, $words:ident, $values:ident| $body:expr) => {
        struct $name;
        impl Gadget for $name {
            const NAME: &'static str = stringify!($name);
            fn synthesize(
                $cs: &ConstraintSystemRef<Fr>,
                $words: &[Word],
                $values: Option<&Words>,
            ) -> Result<(), SynthesisError> {
                $body.map(drop)
            }
        }
    };
}

gadget!(Xor2, |_cs, w, _values| xor2(&w[0], &w[1]));
gadget!(Xor3, |_cs, w, _values| xor3(&w[0], &w[1], &w[2]));
gadget!(Maj, |_cs, w, _values| maj(&w[0], &w[1], &w[2]));
gadget!(Ch, |_cs, w, _values| ch(&w[0], &w[1], &w[2]));
gadget!(XorPairs, |_cs, w, _values| Sum::new().xor2(&w[0], &w[1]).to_integer());
gadget!(PackedCh, |_cs, w, _values| pair::ch(&w[0], &w[1], &w[2], &w[3]));
gadget!(PackedMaj, |_cs, w, _values| pair::maj(&w[0], &w[1], &w[2], &w[3]));
gadget!(Reduce, |_cs, w, _values| Sum::new().word(&w[0]).word(&w[1]).word(&w[2]).minus(&w[3]).reduce());
gadget!(Pair, |cs, w, values| {
    // x = w3 + w4 + ch(w0, w1, w2), y = w5 + w6 + ch(x, w0, w1).
    let x = values.map(|v| v[3].wrapping_add(v[4]).wrapping_add((v[0] & v[1]) | (!v[0] & v[2])));
    let y = values.zip(x).map(|(v, x)| v[5].wrapping_add(v[6]).wrapping_add((x & v[0]) | (!x & v[1])));
    let [x, y] = [Word::new_witness(cs, x)?, Word::new_witness(cs, y)?];
    let packed = pair::ch(&w[0], &w[1], &w[2], &x)?;
    pair::enforce_sums([Sum::new().word(&w[3]).word(&w[4]), Sum::new().word(&w[5]).word(&w[6])], &packed, [&x, &y])
});
gadget!(PairMaj, |cs, w, values| {
    let x = values.map(|v| v[3].wrapping_add(v[4]).wrapping_add((v[0] & v[1]) | (v[0] & v[2]) | (v[1] & v[2])));
    let y = values.zip(x).map(|(v, x)| v[5].wrapping_sub(v[6]).wrapping_add((x & v[0]) | (x & v[1]) | (v[0] & v[1])));
    let [x, y] = [Word::new_witness(cs, x)?, Word::new_witness(cs, y)?];
    let packed = pair::maj(&w[0], &w[1], &w[2], &x)?;
    pair::enforce_sums([Sum::new().word(&w[3]).word(&w[4]), Sum::new().word(&w[5]).minus(&w[6])], &packed, [&x, &y])
});

fn row_count<G: Gadget>() -> usize {
    cached::<Alone<G>>().a.len()
}

fn witness<G: Gadget>() -> Edit {
    Edit { matrices: cached::<Alone<G>>(), assignment: assign::<Alone<G>>(&(), &ALL_CASES).unwrap() }
}

/// The rows that do not hold, by index.
fn broken(edit: &Edit) -> Vec<usize> {
    edit.matrices.unsatisfied_rows(&edit.assignment).collect()
}

const LANE: i128 = 1 << 40;
const FAR: i128 = 1 << 80;

/// Claims for an output, booleans and packed booleans among them.
fn claims() -> Vec<Fr> {
    let mut claims: Vec<Fr> =
        (-5..=5i128).flat_map(|k| [k, k * LANE, 1 + k * LANE, k * FAR, k << 31].map(Fr::from)).collect();
    claims.extend([2u64, 3, 5, 6].map(|k| Fr::from(k).inverse().unwrap()));
    claims.extend([-Fr::from(2u64).inverse().unwrap(), Fr::from(u64::MAX), (-Fr::one()).sqrt().unwrap()]);
    claims
}

/// Each place of a gadget with one variable and one row for each: no claim but the true one is accepted.
fn assert_forced<G: Gadget>(value: impl Fn([i128; 4]) -> i128) {
    assert_eq!(row_count::<G>(), 32, "{}", G::NAME);
    let mut edit = witness::<G>();
    for place in 0..32 {
        let output = 1 + INPUTS + place;
        let truth = Fr::from(value(core::array::from_fn(|k| i128::from(ALL_CASES[k] >> place & 1))));
        assert_eq!(edit.assignment[output], truth, "{} at {place}", G::NAME);
        assert!(claims().contains(&truth));
        for claim in claims() {
            edit.assignment[output] = claim;
            let expected = if claim == truth { vec![] } else { vec![place] };
            assert_eq!(broken(&edit), expected, "{} at {place}: {claim}", G::NAME);
        }
        edit.assignment[output] = truth;
    }
}

fn majority([a, b, c]: [i128; 3]) -> i128 {
    i128::from(a + b + c > 1)
}

fn choice([e, f, g]: [i128; 3]) -> i128 {
    if e == 1 { f } else { g }
}

#[test]
fn a_row_forces_its_output() {
    assert_forced::<Xor2>(|[a, b, ..]| a ^ b);
    assert_forced::<Xor3>(|[a, b, c, _]| a ^ b ^ c);
    assert_forced::<Maj>(|[a, b, c, _]| majority([a, b, c]));
    // The variable is the product; the output is it plus g.
    assert_forced::<Ch>(|[e, f, g, _]| choice([e, f, g]) - g);
    assert_forced::<PackedCh>(|[e, f, g, u]| choice([e, f, g]) + LANE * choice([u, e, f]));
}

#[test]
fn two_xors_in_a_row() {
    assert_eq!(row_count::<XorPairs>(), 16);
    let (edit, xor) = (witness::<XorPairs>(), ALL_CASES[0] ^ ALL_CASES[1]);
    // Even exponents in order, then odd ones: 0 with 2, 4 with 6, ..
    let low = |row: usize| if row < 8 { 4 * row } else { 4 * (row - 8) + 1 };
    let bit = |i: usize| i128::from(xor >> i & 1);
    for row in 0..16 {
        let product = 1 + INPUTS + row;
        let truth = Fr::from(bit(low(row)) + 4 * bit(low(row) + 2) - 4);
        assert_eq!(edit.assignment[product], truth);
        for claim in claims().into_iter().filter(|claim| *claim != truth) {
            let mut edit = Edit { matrices: edit.matrices, assignment: edit.assignment.clone() };
            edit.assignment[product] = claim;
            assert_eq!(broken(&edit), [row]);
        }
    }
}

/// The two roots of a packed majority, and that the wrong one is far away.
fn wrong_majority([a, b, c, u]: [i128; 4]) -> i128 {
    if a == b { c + LANE * u + FAR * (1 - a - b) } else { (1 + LANE) * a + FAR * (a - b) }
}

#[test]
fn a_packed_majority_has_two_roots() {
    assert_eq!(row_count::<PackedMaj>(), 32);
    let mut edit = witness::<PackedMaj>();
    for place in 0..32 {
        let bits: [i128; 4] = core::array::from_fn(|k| i128::from(ALL_CASES[k] >> place & 1));
        let [a, b, c, u] = bits;
        let truth = majority([a, b, c]) + LANE * majority([u, a, b]);
        let (wrong, output) = (wrong_majority(bits), 1 + INPUTS + place);
        assert_eq!(edit.assignment[output], Fr::from(truth));
        assert!((wrong - truth).abs() >= FAR - 1 - LANE);
        for claim in claims().into_iter().chain([Fr::from(truth), Fr::from(wrong)]) {
            edit.assignment[output] = claim;
            let root = claim == Fr::from(truth) || claim == Fr::from(wrong);
            assert_eq!(broken(&edit).is_empty(), root, "{place}: {claim}");
        }
        edit.assignment[output] = Fr::from(truth);
    }
}

/// With the sum, the far root of a majority is refused in every place, whatever the carries, which here are solved for
/// as any field elements: what they would have to be is no integer of their range.
#[test]
fn a_sum_refuses_far_majorities() {
    let honest = witness::<PairMaj>();
    assert!(broken(&honest).is_empty());
    let x = word_at(&honest, 0);
    for places in [1u32, 1 << 31, 3, 0x8000_0001, u32::MAX, 0x0f0f_0f0f].into_iter().chain((0..32).map(|i| 1 << i)) {
        let mut edit = Edit { matrices: honest.matrices, assignment: honest.assignment.clone() };
        for place in (0..32).filter(|i| places >> i & 1 == 1) {
            let bit = |word: u32| i128::from(word >> place & 1);
            let wrong = wrong_majority([bit(ALL_CASES[0]), bit(ALL_CASES[1]), bit(ALL_CASES[2]), bit(x)]);
            edit.assignment[1 + INPUTS + 64 + place] = Fr::from(wrong);
        }
        assert_eq!(broken(&edit), [row_count::<PairMaj>() - 1], "{places:08x}");
        // Other words and carries move the last factor by less than F, and it is off by at least that.
        let last = last_bit(&edit) * Fr::from(LANE << 32) * Fr::from(1u64 << (carries_of_high(&edit) - 1));
        let small = Fr::from(1u128 << 79);
        assert!(last > small && -last > small, "{places:08x}");
    }
}

/// A word that the gadget has allocated, by its place among its words.
fn word_at(edit: &Edit, word: usize) -> u32 {
    let bits = &edit.assignment[1 + INPUTS + 32 * word..][..32];
    bits.iter().rev().fold(0, |word, bit| word << 1 | u32::from(bit.is_one()))
}

fn last_bit(edit: &Edit) -> Fr {
    edit.matrices.a.last().unwrap().iter().map(|(c, i)| *c * edit.assignment[*i]).sum()
}

/// Rows after words, packed functions and carries of the low lane.
fn carries_of_high(edit: &Edit) -> usize {
    let low = 2;
    edit.matrices.a.len() - 64 - 32 - low
}

/// Whether all rows but one hold.
fn accepted_without(row: usize, edit: &Edit) -> bool {
    broken(edit).iter().all(|broken| *broken == row)
}

/// A word of a sum of 4 terms, one of them subtracted: its rows, each of which is needed.
#[test]
fn a_reduction_needs_every_row() {
    let honest = witness::<Reduce>();
    assert!(broken(&honest).is_empty());
    let (rows, first) = (row_count::<Reduce>(), 1 + INPUTS);
    // w0 + w1 + w2 - w3 + 2^32 is below 2^34.
    assert_eq!((rows, honest.assignment.len()), (34, first + 33));
    for row in 0..rows {
        let other = if row == 0 { 1 } else { 0 };
        let mut forged = Edit { matrices: honest.matrices, assignment: honest.assignment.clone() };
        let flip = Fr::one() - forged.assignment[first + other].double();
        forged.assignment[first + other] += flip;
        if row < rows - 1 {
            // What the flipped bit adds is taken from the bit that nothing constrains.
            let weight = |i: usize| Fr::from(1u64 << i);
            forged.assignment[first + row] -= flip * weight(other) * weight(row).inverse().unwrap();
        }
        assert!(accepted_without(row, &forged), "row {row}");
        assert_eq!(broken(&forged), [row]);
    }
}

/// Two rounds with packed choices: without a row there is another assignment with the same inputs.
#[test]
fn a_pair_of_sums_needs_every_row() {
    let honest = witness::<Pair>();
    assert!(broken(&honest).is_empty());
    let (rows, first) = (row_count::<Pair>(), 1 + INPUTS);
    let (y, packed, low_carry) = (first + 32, first + 64, first + 96);
    let weight = |i: usize| Fr::from(1u128 << i);
    // Either lane is of three words: carries of two bits, and the last row is of no variable.
    assert_eq!((rows, honest.assignment.len()), (100, first + 99));
    for row in 0..rows {
        let forged = (0..32).filter(|flipped| y + flipped != first + row).find_map(|flipped| {
            let mut edit = Edit { matrices: honest.matrices, assignment: honest.assignment.clone() };
            let delta = (Fr::one() - edit.assignment[y + flipped].double()) * weight(40 + flipped);
            edit.assignment[y + flipped] = Fr::one() - edit.assignment[y + flipped];
            // y is now another word; the variable of the missing row makes up for it in the sum.
            match row {
                0..32 => {
                    let (bit, m) = non_boolean_bit_of_x(&edit, row, delta)?;
                    edit.assignment[first + row] = bit;
                    edit.assignment[packed + row] = m;
                }
                32..64 => edit.assignment[y + row - 32] -= delta / weight(40 + row - 32),
                64..96 => edit.assignment[packed + row - 64] += delta / weight(row - 64),
                96..98 => edit.assignment[low_carry + row - 96] -= delta / weight(32 + row - 96),
                98 => edit.assignment[low_carry + 2] -= delta / weight(72),
                _ => {}
            }
            Some(edit)
        });
        assert_eq!(broken(&forged.unwrap()), [row], "row {row}");
    }
}

/// Some `t` other than 0 and 1 for bit `i` of x, with the `m` that the row of the choice then forces, so that
/// `2^i (m - t)` is `delta` more than it was.
fn non_boolean_bit_of_x(edit: &Edit, i: usize, delta: Fr) -> Option<(Fr, Fr)> {
    let [e, f, g] = [0, 1, 2].map(|k| Fr::from(ALL_CASES[k] >> i & 1));
    let (l, two) = (Fr::from(LANE), Fr::from(2u64));
    let m = |t: Fr| ((l * t - two * e + f + g) * (g - f - l * t) + l * l * t + (Fr::one() + two * l) * f + g) / two;
    let target = edit.assignment[1 + INPUTS + 64 + i] - edit.assignment[1 + INPUTS + i] + delta / Fr::from(1u64 << i);
    // m(t) - t - target is quadratic in t: from its values at 0, 1 and -1.
    let [zero, one, minus] = [Fr::zero(), Fr::one(), -Fr::one()].map(|t| m(t) - t - target);
    let (a, b) = ((one + minus) / two - zero, (one - minus) / two);
    let root = (b * b - Fr::from(4u64) * a * zero).sqrt()?;
    let t = (root - b) / (two * a);
    Some((t, m(t)))
}

/// A row of a gadget that only defines a variable leaves it free when it is missing.
#[test]
fn gadgets_need_every_row() {
    fn check<G: Gadget>() {
        let honest = witness::<G>();
        for row in 0..row_count::<G>() {
            let mut forged = Edit { matrices: honest.matrices, assignment: honest.assignment.clone() };
            forged.assignment[1 + INPUTS + row] += Fr::one();
            assert_eq!(broken(&forged), [row], "{}", G::NAME);
        }
    }
    check::<Xor2>();
    check::<Xor3>();
    check::<Maj>();
    check::<Ch>();
    check::<XorPairs>();
    check::<PackedCh>();
    check::<PackedMaj>();
}
