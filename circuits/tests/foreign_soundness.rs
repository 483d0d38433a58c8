//! Every rule of SM2 and P-256 verification broken, by the attack that it is there for, and the rows of each rule.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod foreign;

use ark_bn254::Fr;
use ark_ec::CurveConfig;
use ark_ff::{AdditiveGroup, Field, One};
use edit::Edit;
use foreign::{Signed, Statement, Suite, TABLE_VALUES, as_scalar, fitted, hitting, key, point_from, residue, scalar};
use num_bigint::BigInt;
use shiming_circuits::{
    p256::{self, P256},
    relation::{Relation, Rule},
    sm2::{self, Sm2},
    solinas::to_integer,
    weierstrass::{
        Affine, PublicKey, Signature, SignatureError, Witness,
        window::{Window, odd_representative, order},
    },
};

/// The first row's variables in a full assignment: the constant one comes first, then the table, then the digest.
const TABLE: usize = 1;

fn valid<C: Suite>() -> (Statement<C>, Witness<C>) {
    fitted(&key::<C>(scalar(1)), scalar(2), scalar(3))
}

fn edit<C: Suite>((statement, witness): &(Statement<C>, Witness<C>)) -> Edit {
    Edit::new::<Signed<C>>(statement, witness)
}

/// The predicate names the first of the rules that the rows break.
#[track_caller]
fn assert_broken<C: Suite>(case: &(Statement<C>, Witness<C>), rules: &[Rule]) {
    assert_eq!(Signed::<C>::holds(&case.0, &case.1), Err(rules[0]));
    edit(case).assert_violated(rules);
}

const NAMES: [&str; 7] = ["DIGITS", "LOOKUP-G", "LOOKUP-Q", "ADDITION", "X-CANONICAL", "CONGRUENCE", "NONZERO"];

/// The rule of a suite with this name.
fn rule<C: Suite>(name: &str) -> Rule {
    let i = NAMES.iter().position(|n| *n == name).unwrap();
    assert!(C::RULES[i].0.ends_with(name));
    C::RULES[i]
}

#[track_caller]
fn satisfied<C: Suite>(case: &(Statement<C>, Witness<C>)) {
    assert_eq!(Signed::<C>::holds(&case.0, &case.1), Ok(()));
    edit(case).assert_violated(&[]);
}

fn digits_a_bit_that_is_none<C: Suite>() {
    let mut edit = edit(&valid::<C>());
    let bits = edit.bits(rule::<C>("DIGITS"), 0, 2);
    // Two of the first bit are one of the second: the digit is kept.
    edit.assignment[bits[0]] += Fr::from(2u8);
    edit.assignment[bits[1]] -= Fr::one();
    edit.fit(rule::<C>("LOOKUP-G"));
    assert!(edit.violated().contains(&rule::<C>("DIGITS")));
    assert!(!edit.violated().contains(&rule::<C>("LOOKUP-G")));
}

#[test]
fn sm2_digits_a_bit_that_is_none() {
    digits_a_bit_that_is_none::<Sm2>();
}

#[test]
fn p256_digits_a_bit_that_is_none() {
    digits_a_bit_that_is_none::<P256>();
}

/// The variable that row `row` of a rule defines as its product alone.
fn product(edit: &Edit, rule: Rule, nth: usize) -> usize {
    let rows = edit.matrices.rules().iter().find(|(r, _)| *r == rule).unwrap().1.clone();
    edit.matrices.c[rows.start + nth].iter().map(|(_, variable)| *variable).max().unwrap()
}

fn lookup_another_value<C: Suite>(name: &str) {
    let rule = rule::<C>(name);
    let case = valid::<C>();
    for nth in [0, 1, 7, 60, 100, 115] {
        let mut edit = edit(&case);
        let product = product(&edit, rule, nth);
        edit.assignment[product] += Fr::one();
        assert!(edit.violated().contains(&rule), "{nth}");
    }
}

#[test]
fn sm2_lookup_g_another_value() {
    lookup_another_value::<Sm2>("LOOKUP-G");
}

#[test]
fn p256_lookup_g_another_value() {
    lookup_another_value::<P256>("LOOKUP-G");
}

#[test]
fn sm2_lookup_q_another_value() {
    lookup_another_value::<Sm2>("LOOKUP-Q");
}

#[test]
fn p256_lookup_q_another_value() {
    lookup_another_value::<P256>("LOOKUP-Q");
}

/// Every cell of the table under the same proof: bound by the rows of the lookup, but where it multiplies a bit that is zero.
fn lookup_q_a_wrong_table_cell<C: Suite>() {
    let mut free: Option<std::collections::BTreeSet<usize>> = None;
    for seed in 0..12 {
        let edit = edit(&fitted(&key::<C>(scalar(1)), scalar(2), scalar(seed)));
        let now = edit.free_variables().into_iter().filter(|v| *v < TABLE + TABLE_VALUES).collect();
        free = Some(free.map_or_else(|| std::collections::BTreeSet::clone(&now), |free| &free & &now));
    }
    assert_eq!(free, Some(std::collections::BTreeSet::new()));
    // The rows that break are those of the lookup, and after fitting them those of the addition.
    let mut edit = edit(&valid::<C>());
    edit.assignment[TABLE] += Fr::one();
    edit.assert_violated(&[rule::<C>("LOOKUP-Q")]);
    edit.fit(rule::<C>("LOOKUP-Q"));
    edit.assert_violated(&[rule::<C>("ADDITION")]);
}

#[test]
fn sm2_lookup_q_a_wrong_table_cell() {
    lookup_q_a_wrong_table_cell::<Sm2>();
}

#[test]
fn p256_lookup_q_a_wrong_table_cell() {
    lookup_q_a_wrong_table_cell::<P256>();
}

/// The table of another key: lookups are satisfied by its values, and the sums are not those of the witness.
fn addition_the_table_of_another_key<C: Suite>() {
    let (mut statement, witness) = valid::<C>();
    statement.key = key(scalar(4));
    edit(&(statement, witness)).assert_violated(&[rule::<C>("ADDITION"), rule::<C>("X-CANONICAL")]);
}

#[test]
fn sm2_addition_the_table_of_another_key() {
    addition_the_table_of_another_key::<Sm2>();
}

#[test]
fn p256_addition_the_table_of_another_key() {
    addition_the_table_of_another_key::<P256>();
}

/// A slope that is none: its bits are changed consistently, and the coordinate that follows from it is fitted.
fn addition_another_slope<C: Suite>() {
    let mut edit = edit(&valid::<C>());
    let bits = edit.bits(rule::<C>("ADDITION"), 0, 31);
    let (limb, bit) = (bits[0] - 1, bits[0]);
    let flipped = Fr::one() - edit.assignment[bit].double();
    edit.assignment[bit] += flipped;
    edit.assignment[limb] += flipped;
    assert!(edit.violated().contains(&rule::<C>("ADDITION")));
    edit.fit(rule::<C>("ADDITION"));
    assert!(edit.violated().contains(&rule::<C>("ADDITION")));
}

#[test]
fn sm2_addition_another_slope() {
    addition_another_slope::<Sm2>();
}

#[test]
fn p256_addition_another_slope() {
    addition_another_slope::<P256>();
}

/// Opposite summands, both in the last addition and in the root of one scalar, have no slope.
fn addition_to_the_identity<C: Suite>() {
    let secret = scalar::<C::ScalarField>(1);
    let t = scalar::<C::ScalarField>(3);
    let case = fitted(&key::<C>(secret), -secret * t, t);
    assert_eq!(Signed::<C>::holds(&case.0, &case.1), Err(rule::<C>("ADDITION")));
    assert!(edit(&case).violated().contains(&rule::<C>("ADDITION")));
}

#[test]
fn sm2_addition_to_the_identity() {
    addition_to_the_identity::<Sm2>();
}

#[test]
fn p256_addition_to_the_identity() {
    addition_to_the_identity::<P256>();
}

/// Equal summands in the last addition: the tangent is a solution, so a signature that happens to have them is no loss.
fn addition_of_equal_points<C: Suite>() {
    let secret = scalar::<C::ScalarField>(1);
    let t = scalar::<C::ScalarField>(3);
    satisfied(&fitted(&key::<C>(secret), secret * t, t));
}

#[test]
fn sm2_addition_of_equal_points() {
    addition_of_equal_points::<Sm2>();
}

#[test]
fn p256_addition_of_equal_points() {
    addition_of_equal_points::<P256>();
}

/// `X + p` in place of a small `X`, under the digest that makes it fit.
fn x_canonical_the_prime_added<C: Suite>() {
    let point: Affine<C> = point_from(C::BaseField::from(50u8));
    let (key, s, t) = hitting::<C>(point);
    satisfied(&fitted(&key, s, t));

    let (mut statement, mut witness) = fitted(&key, s, t);
    witness.x += order::<C::BaseField>();
    statement.digest = foreign::bytes(C::digest(s, t, residue(&witness.x)));
    assert_broken(&(statement, witness), &[rule::<C>("X-CANONICAL")]);
}

#[test]
fn sm2_x_canonical_the_prime_added() {
    x_canonical_the_prime_added::<Sm2>();
}

#[test]
fn p256_x_canonical_the_prime_added() {
    x_canonical_the_prime_added::<P256>();
}

/// Every `X` that a point near the border of the range has is accepted, and no other integer that is congruent to it.
fn x_canonical_is_exact<C: Suite>() {
    let prime = order::<C::BaseField>();
    let spill = (BigInt::from(1) << 256) - &prime;
    let near = [0u32, 32, 64, 95, 96, 127, 128, 160, 192, 223, 224, 225].map(|bit| &prime - (BigInt::from(1) << bit));
    for x in near.into_iter().chain([&spill - 1, &prime - 1000]) {
        let point: Affine<C> = point_from(residue(&x));
        let (key, s, t) = hitting::<C>(point);
        satisfied(&fitted(&key, s, t));
    }
    // Just below 2^256 - p, where x + p still has 256 bits.
    let point: Affine<C> = point_from(residue(&(&spill - 1)));
    let (key, s, t) = hitting::<C>(point);
    let (mut statement, mut witness) = fitted(&key, s, t);
    witness.x += prime;
    assert!(witness.x.bits() <= 256);
    statement.digest = foreign::bytes(C::digest(s, t, residue(&witness.x)));
    assert_broken(&(statement, witness), &[rule::<C>("X-CANONICAL")]);
}

#[test]
fn sm2_x_canonical_is_exact() {
    x_canonical_is_exact::<Sm2>();
}

#[test]
fn p256_x_canonical_is_exact() {
    x_canonical_is_exact::<P256>();
}

/// Another coordinate than that of the sum.
fn x_canonical_another_coordinate<C: Suite>() {
    let (mut statement, mut witness) = valid::<C>();
    witness.x -= 1;
    let (s, t) = (residue(&witness.s), residue(&witness.t));
    statement.digest = foreign::bytes(C::digest(s, t, residue(&witness.x)));
    assert_broken(&(statement, witness), &[rule::<C>("X-CANONICAL")]);
}

#[test]
fn sm2_x_canonical_another_coordinate() {
    x_canonical_another_coordinate::<Sm2>();
}

#[test]
fn p256_x_canonical_another_coordinate() {
    x_canonical_another_coordinate::<P256>();
}

/// Another scalar under the same digest, and another digest under the same scalars.
fn congruence_a_forgery<C: Suite>() {
    let (statement, witness) = valid::<C>();
    let (s, t): (C::ScalarField, C::ScalarField) = (residue(&witness.s), residue(&witness.t));
    let one = C::ScalarField::one();
    for (s, t) in [(s + one, t), (s, t + one), (-s, -t), (t, s), (s.double(), t.double())] {
        let forged = fitted(&statement.key, s, t).1;
        // Scaling both scalars satisfies the congruence of ES256, but for another X.
        let broken = Statement { key: statement.key.clone(), digest: statement.digest };
        if Signed::<C>::holds(&broken, &forged).is_ok() {
            // ES256: (r, n - s) is valid too.
            assert_eq!((s, t), (-residue::<C::ScalarField>(&witness.s), -residue::<C::ScalarField>(&witness.t)));
            continue;
        }
        assert_broken(&(broken, forged), &[rule::<C>("CONGRUENCE")]);
    }
    for bit in [0, 100, 255] {
        let mut broken = Statement { key: statement.key.clone(), digest: statement.digest };
        broken.digest[bit / 8] ^= 1 << (bit % 8);
        assert_broken(&(broken, witness.clone()), &[rule::<C>("CONGRUENCE")]);
    }
}

#[test]
fn sm2_congruence_a_forgery() {
    congruence_a_forgery::<Sm2>();
}

#[test]
fn p256_congruence_a_forgery() {
    congruence_a_forgery::<P256>();
}

/// Both scalars, from a digest and the x-coordinate that the sum shall have.
type Scalars<F> = fn(F, F) -> (F, F);

/// A digest that is not below the order stands for its residue, as both standards have it, and for no other one.
fn congruence_a_digest_above_the_order<C: Suite>(scalars: Scalars<C::ScalarField>) {
    let point: Affine<C> = point_from(C::BaseField::from(1u64 << 50));
    let e = C::ScalarField::from(5u8);
    let (s, t) = scalars(e, as_scalar::<C>(point.x));
    let key = PublicKey::<C>::from_point(((point - C::GENERATOR * s) * t.inverse().unwrap()).into()).unwrap();
    let (statement, witness) = fitted(&key, s, t);
    assert_eq!(statement.digest, foreign::bytes(e));
    let sum: BigInt = order::<C::ScalarField>() + 5;
    let digest = |x: BigInt| <[u8; 32]>::try_from(x.to_bytes_be().1).unwrap();
    satisfied(&(Statement { key: key.clone(), digest: digest(sum.clone()) }, witness.clone()));
    assert_broken(&(Statement { key, digest: digest(sum + 1) }, witness), &[rule::<C>("CONGRUENCE")]);
}

#[test]
fn sm2_congruence_a_digest_above_the_order() {
    congruence_a_digest_above_the_order::<Sm2>(|e, x| (scalar(2), e + x + scalar::<sm2::curve::Scalar>(2)));
}

#[test]
fn p256_congruence_a_digest_above_the_order() {
    type Order = <P256 as CurveConfig>::ScalarField;
    congruence_a_digest_above_the_order::<P256>(|e, x| (scalar::<Order>(3) * e * x.inverse().unwrap(), scalar(3)));
}

/// A scalar of zero is `n` as an odd integer; the tree cannot reach the identity either.
fn nonzero_a_scalar_of_zero<C: Suite>() {
    let zero = C::ScalarField::ZERO;
    for (s, t) in [(zero, scalar(3)), (scalar(2), zero)] {
        let case = fitted(&key::<C>(scalar(1)), s, t);
        assert_eq!(Signed::<C>::holds(&case.0, &case.1), Err(rule::<C>("ADDITION")));
        let violated = edit(&case).violated();
        assert!(violated.contains(&rule::<C>("NONZERO")) && violated.contains(&rule::<C>("ADDITION")));
    }
}

#[test]
fn sm2_nonzero_a_scalar_of_zero() {
    nonzero_a_scalar_of_zero::<Sm2>();
}

#[test]
fn p256_nonzero_a_scalar_of_zero() {
    nonzero_a_scalar_of_zero::<P256>();
}

/// The scalars whose halves differ by `n`: the root of the tree adds equal points, its slope is free, and only this rule
/// notices.
fn nonzero_a_free_slope<C: Suite>() {
    let n = order::<C::ScalarField>();
    let wrapping = |windows: &[Window]| {
        let offset = windows[windows.len() / 2].offset;
        let unit = BigInt::from(1) << offset;
        // L - R = n, with R an odd multiple of the unit.
        let low = &n % &unit;
        [low.clone(), low - &unit]
            .into_iter()
            .map(|low| (&low - &n, low))
            .find(|(high, _)| (high >> offset).bit(0))
            .map(|(high, low)| low + high)
            .unwrap()
    };
    let key = key::<C>(scalar(1));
    let of_base: C::ScalarField = residue(&wrapping(&Window::of_base()));
    let of_key: C::ScalarField = residue(&wrapping(&Window::of_key()));
    for (s, t) in [(of_base, scalar(3)), (-of_base, scalar(3)), (scalar(2), of_key), (scalar(2), -of_key)] {
        assert_broken(&fitted(&key, s, t), &[rule::<C>("NONZERO")]);
    }
    assert_eq!(odd_representative(of_base), wrapping(&Window::of_base()));
}

#[test]
fn sm2_nonzero_a_free_slope() {
    nonzero_a_free_slope::<Sm2>();
}

#[test]
fn p256_nonzero_a_free_slope() {
    nonzero_a_free_slope::<P256>();
}

#[test]
fn sm2_nonzero_r_of_zero() {
    let t = scalar(3);
    assert_broken(&fitted(&key::<Sm2>(scalar(1)), t, t), &[sm2::gadget::NONZERO]);
    // 2 - n and 2 + n stand for the same residue, so t - s may also be 2 n or -2 n.
    let n = order::<<Sm2 as CurveConfig>::ScalarField>();
    let two = <Sm2 as CurveConfig>::ScalarField::from(2u8);
    for swapped in [false, true] {
        let (statement, mut witness) = fitted(&key::<Sm2>(scalar(1)), two, two);
        (witness.s, witness.t) = (2 - &n, 2 + &n);
        if swapped {
            core::mem::swap(&mut witness.s, &mut witness.t);
        }
        assert_broken(&(statement, witness), &[sm2::gadget::NONZERO]);
    }
}

#[test]
fn p256_nonzero_r_of_zero() {
    // X = n, if the curve has such a point, or X = 0, which it has.
    let mut found = 0;
    for x in [BigInt::ZERO, order::<<P256 as CurveConfig>::ScalarField>()] {
        let Some(point) = Affine::<P256>::get_point_from_x_unchecked(residue(&x), false) else { continue };
        found += 1;
        let (key, s, t) = hitting::<P256>(point);
        let case = fitted(&key, s, t);
        assert_eq!(to_integer(point.x), case.1.x);
        assert!(as_scalar::<P256>(point.x) == ark_ff::AdditiveGroup::ZERO);
        assert_broken(&case, &[p256::gadget::NONZERO]);
    }
    assert!(found > 0);
}

/// What the rows see of an integer is its residue modulo the circuit's modulus: a scalar that is not zero, but from a refused
/// integer by a multiple of that modulus, is refused as well. Predicate and rows agree, and a signature that has it is
/// `NotProvable`.
fn nonzero_an_integer_that_the_field_takes_for_zero<C: Suite>() {
    let (n, r) = (order::<C::ScalarField>(), order::<Fr>());
    let key = key::<C>(scalar(1));
    for k in [2, 4] {
        let wrapped: BigInt = &n - k * &r;
        let residue = residue::<C::ScalarField>(&wrapped);
        assert_eq!(odd_representative(residue), wrapped);
        for (s, t) in [(residue, scalar(3)), (-residue, scalar(3)), (scalar(2), residue), (scalar(2), -residue)] {
            assert_broken(&fitted(&key, s, t), &[rule::<C>("NONZERO")]);
        }
    }
    // Next to it nothing is refused.
    satisfied(&fitted(&key, residue::<C::ScalarField>(&(&n - 2 * &r + 2)), scalar(3)));
}

#[test]
fn sm2_nonzero_an_integer_that_the_field_takes_for_zero() {
    nonzero_an_integer_that_the_field_takes_for_zero::<Sm2>();
    // t - s = k r and 2 n - k r, for which r of the signature is not zero.
    let (n, r) = (order::<<Sm2 as CurveConfig>::ScalarField>(), order::<Fr>());
    let s = odd_representative(scalar::<<Sm2 as CurveConfig>::ScalarField>(2));
    for difference in [2 * &r, -4 * &r, 2 * &n - 6 * &r, 8 * &r - 2 * &n] {
        let t = &s + &difference;
        let (statement, mut witness) = fitted(&key::<Sm2>(scalar(1)), residue(&s), residue(&t));
        if t.bits() > 256 {
            continue;
        }
        witness.t = t;
        assert_broken(&(statement, witness), &[sm2::gadget::NONZERO]);
    }
}

#[test]
fn p256_nonzero_an_integer_that_the_field_takes_for_zero() {
    nonzero_an_integer_that_the_field_takes_for_zero::<P256>();
    // X = k r and n - k r, if the curve has such points.
    let (n, r) = (order::<<P256 as CurveConfig>::ScalarField>(), order::<Fr>());
    let mut found = 0;
    for x in (1..5).flat_map(|k| [k * &r, &n - k * &r]) {
        let Some(point) = Affine::<P256>::get_point_from_x_unchecked(residue(&x), false) else { continue };
        found += 1;
        let (key, s, t) = hitting::<P256>(point);
        assert_broken(&fitted(&key, s, t), &[p256::gadget::NONZERO]);
    }
    assert!(found > 0);
}

/// A signature whose scalar is such an integer verifies elsewhere; here the issuer is told to sign again.
#[test]
fn a_signature_over_an_integer_that_the_field_takes_for_zero_is_not_provable() {
    let r = order::<Fr>();
    fn refused<C: Suite>(key: &PublicKey<C>, digest: &[u8; 32], r: C::ScalarField, s: C::ScalarField) {
        let signature = Signature::from_bytes(&[foreign::bytes(r), foreign::bytes(s)].concat().try_into().unwrap());
        assert_eq!(C::verify(key, digest, &signature.unwrap()).err(), Some(SignatureError::NotProvable));
    }
    let key_of_sm2 = key::<Sm2>(scalar(1));
    let (s, t) = (residue(&(2 * &r)), scalar(3));
    refused::<Sm2>(&key_of_sm2, &fitted(&key_of_sm2, s, t).0.digest, t - s, s);
    let key_of_p256 = key::<P256>(scalar(1));
    let (u, v) = (residue(&(2 * &r)), scalar(3));
    let (statement, witness) = fitted(&key_of_p256, u, v);
    let x: <P256 as CurveConfig>::ScalarField = residue(&witness.x);
    refused::<P256>(&key_of_p256, &statement.digest, x, x * v.inverse().unwrap());
}

/// No witness can be changed alone, by one, without breaking a row.
fn every_witness_is_bound<C: Suite>() {
    let edit = edit(&valid::<C>());
    let free = edit.free_variables();
    assert!(free.iter().all(|v| *v < edit.matrices.instances), "{free:?}");
}

#[test]
fn every_witness_of_sm2_is_bound() {
    every_witness_is_bound::<Sm2>();
}

#[test]
fn every_witness_of_p256_is_bound() {
    every_witness_is_bound::<P256>();
}
