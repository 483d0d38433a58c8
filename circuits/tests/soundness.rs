//! Every rule can be broken alone, and then its rows, and no others, say so.
//!
//! A case is the attack that the rule is there for: everything else is fitted to it. `holds` judges every case that a witness
//! can express, and agrees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod sample;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{BigInt, BigInteger, Field, One, PrimeField, Zero};
use edit::Edit;
use shiming_circuits::{
    babyjubjub::{Affine, BabyJubjub, SCALAR_BITS, Scalar},
    eddsa::{PublicKey, Signature, challenge},
    relation::{
        Relation, Rule,
        credential_native::{
            CHALLENGE, CHALLENGE_CANONICAL, CredentialNative, EQUATION, KEY, MESSAGE, R_IDENTITY, SCALAR_RANGE,
            Statement, TAG, WIDTH, Witness, message,
        },
        tag::{self, Tag},
    },
    slots::{Header, WIDTHS},
};
use std::collections::BTreeSet;

/// Indices in the assignment: the constant one comes first.
const HEADER: usize = 1;
const KEY_X: usize = 2;
const TABLE: usize = 4;
const K: usize = 1 + CredentialNative::PUBLIC;
const FIRST_WITNESS: usize = K + CredentialNative::HIDDEN;
const BLINDING: usize = FIRST_WITNESS;

fn valid() -> Edit {
    let (statement, witness) = sample::valid();
    Edit::new::<CredentialNative>(&statement, &witness)
}

/// The predicate names `rule`, and the rows break exactly the rules given.
#[track_caller]
fn assert_broken((statement, witness): &(Statement, Witness), rule: Rule, rules: &[Rule]) {
    assert_eq!(CredentialNative::holds(statement, witness), Err(rule));
    Edit::new::<CredentialNative>(statement, witness).assert_violated(rules);
}

/// The valid credential with a signature that its issuer made from a nonce of the test's choice and any multiple for the
/// challenge.
fn signed(nonce: Scalar, multiple: impl Fn(Fr) -> Scalar) -> (Statement, Witness, Fr) {
    let (statement, mut witness) = sample::valid();
    let secret = Scalar::from_be_bytes_mod_order(sample::issuer(1).to_bytes().as_slice());
    let r = (Affine::generator() * nonce).into_affine();
    let h = challenge(&r, statement.issuer.point(), &message(statement.header, &witness.slots()));
    witness.signature = Signature { r, s: (nonce + multiple(h) * secret).into_bigint() };
    (statement, witness, h)
}

fn times_eight(x: Fr) -> Scalar {
    Scalar::from_le_bytes_mod_order(&x.into_bigint().to_bytes_le()) * Scalar::from(8u8)
}

/// `x + y` over the integers.
fn sum(mut x: BigInt<4>, y: &BigInt<4>) -> BigInt<4> {
    assert!(!x.add_with_carry(y));
    x
}

#[test]
fn a_valid_credential_satisfies_every_row() {
    let (statement, witness) = sample::valid();
    assert_eq!(CredentialNative::holds(&statement, &witness), Ok(()));
    valid().assert_violated(&[]);
    let (statement, witness, _) = signed(Scalar::from(77u8), times_eight);
    assert_eq!(CredentialNative::holds(&statement, &witness), Ok(()));
}

#[test]
fn native_key_a_secret_of_zero() {
    assert_broken(&sample::credential(Fr::zero(), sample::attributes(), 3), KEY, &[KEY]);
}

#[test]
fn native_key_a_wrong_inverse() {
    let mut edit = valid();
    let inverse = edit.matrices.b[edit.matrices.rules()[0].1.start][0].1;
    edit.assignment[inverse] = Fr::zero();
    edit.assert_violated(&[KEY]);
}

#[test]
fn native_tag_another_blinding() {
    let mut edit = valid();
    edit.assignment[BLINDING] += Fr::one();
    edit.assert_violated(&[TAG]);
}

#[test]
fn native_tag_the_secret_of_another_holder() {
    let mut edit = valid();
    edit.assignment[K] += Fr::one();
    edit.fit(KEY);
    edit.assert_violated(&[TAG]);
}

#[test]
fn native_width_one_bit_too_many_in_every_slot() {
    for slot in 1..WIDTHS.len() {
        let mut attributes = sample::attributes();
        attributes[slot - 1] = Fr::from(2u8).pow([8 * WIDTHS[slot] as u64]);
        assert_broken(&sample::credential(sample::secrets().0, attributes, 3), WIDTH, &[WIDTH]);
    }
}

#[test]
fn native_width_a_negative_value_in_every_slot() {
    for slot in 1..WIDTHS.len() {
        let mut attributes = sample::attributes();
        attributes[slot - 1] = -Fr::one();
        assert_broken(&sample::credential(sample::secrets().0, attributes, 3), WIDTH, &[WIDTH]);
    }
}

#[test]
fn native_message_an_attribute_exchanged_under_the_signature() {
    for i in 1..CredentialNative::HIDDEN {
        let mut edit = valid();
        // One in place of the attribute, with the bits of one.
        edit.assignment[K + i] = Fr::one();
        let first = 8 * WIDTHS[1..i].iter().sum::<usize>();
        for (j, bit) in edit.bits(WIDTH, first, 8 * WIDTHS[i] - 1).into_iter().enumerate() {
            edit.assignment[bit] = Fr::from(u8::from(j == 0));
        }
        edit.assert_violated(&[MESSAGE]);
    }
}

#[test]
fn native_message_another_schema() {
    let mut edit = valid();
    edit.assignment[HEADER] = Header::new(2).to_field();
    edit.assert_violated(&[MESSAGE]);
}

#[test]
fn native_message_a_wrong_intermediate() {
    let mut edit = valid();
    let product = edit.first_product(MESSAGE);
    edit.assignment[product] += Fr::one();
    edit.assert_violated(&[MESSAGE]);
}

#[test]
fn native_challenge_another_key() {
    for coordinate in [KEY_X, KEY_X + 1] {
        let mut edit = valid();
        edit.assignment[coordinate] += Fr::one();
        edit.assert_violated(&[CHALLENGE]);
    }
}

#[test]
fn native_challenge_a_wrong_intermediate() {
    let mut edit = valid();
    let product = edit.first_product(CHALLENGE);
    edit.assignment[product] += Fr::one();
    edit.assert_violated(&[CHALLENGE]);
}

#[test]
fn native_challenge_canonical_the_modulus_added() {
    // With the bits of h + r the equation multiplies by another integer, for which the signature is made.
    let aliased = |h: Fr| sum(h.into_bigint(), &Fr::MODULUS);
    let multiple = |h: Fr| Scalar::from_le_bytes_mod_order(&aliased(h).to_bytes_le()) * Scalar::from(8u8);
    let (statement, witness, h) = (1u64..)
        .map(|nonce| signed(Scalar::from(nonce), multiple))
        .find(|(_, _, h)| aliased(*h).num_bits() <= 254)
        .unwrap();
    assert_eq!(CredentialNative::holds(&statement, &witness), Err(EQUATION));
    let mut edit = Edit::new::<CredentialNative>(&statement, &witness);
    edit.assert_violated(&[EQUATION]);
    let bits = edit.bits(CHALLENGE_CANONICAL, 0, 253);
    for (i, bit) in bits.into_iter().enumerate() {
        edit.assignment[bit] = Fr::from(aliased(h).get_bit(i));
    }
    edit.fit(EQUATION);
    edit.assert_violated(&[CHALLENGE_CANONICAL]);
}

#[test]
fn native_challenge_canonical_a_bit_that_is_none() {
    let mut edit = valid();
    let bits = edit.bits(CHALLENGE_CANONICAL, 0, 2);
    // Two of the first bit are one of the second: the sum is kept.
    edit.assignment[bits[0]] += Fr::from(2u8);
    edit.assignment[bits[1]] -= Fr::one();
    edit.fit(EQUATION);
    assert!(edit.violated().contains(&CHALLENGE_CANONICAL));
}

#[test]
fn native_scalar_range_the_order_added() {
    // S + l has 251 bits for one S in three.
    let (statement, mut witness) = (0..)
        .map(|randomness| sample::credential(sample::secrets().0, sample::attributes(), randomness))
        .find(|(_, witness)| sum(witness.signature.s, &Scalar::MODULUS).num_bits() as usize <= SCALAR_BITS)
        .unwrap();
    assert_eq!(CredentialNative::holds(&statement, &witness), Ok(()));
    witness.signature.s = sum(witness.signature.s, &Scalar::MODULUS);
    assert_broken(&(statement, witness), SCALAR_RANGE, &[SCALAR_RANGE]);
}

#[test]
fn native_scalar_range_more_bits_than_the_order() {
    let order = Scalar::MODULUS;
    let too_long = [order << 1, order << 2, Fr::MODULUS, BigInt::new([u64::MAX; 4])];
    for s in too_long {
        let (statement, mut witness) = sample::valid();
        witness.signature.s = s;
        assert_broken(&(statement, witness), SCALAR_RANGE, &[SCALAR_RANGE, EQUATION]);
    }
}

#[test]
fn native_scalar_range_the_modulus_added() {
    // As a field element S + r is S; the predicate counts integers, and so does the witness.
    let (statement, mut witness) = sample::valid();
    witness.signature.s = sum(witness.signature.s, &Fr::MODULUS);
    assert_broken(&(statement, witness), SCALAR_RANGE, &[SCALAR_RANGE, EQUATION]);
}

#[test]
fn native_scalar_range_the_sliver_below_the_order() {
    let (statement, mut witness) = sample::valid();
    for s in [(Scalar::MODULUS >> 125) << 125, (-Scalar::one()).into_bigint()] {
        witness.signature.s = s;
        assert_broken(&(statement.clone(), witness.clone()), SCALAR_RANGE, &[SCALAR_RANGE, EQUATION]);
    }
}

#[test]
fn native_r_identity_a_nonce_of_zero() {
    let (statement, witness, _) = signed(Scalar::zero(), times_eight);
    assert_broken(&(statement, witness), R_IDENTITY, &[R_IDENTITY]);
}

#[test]
fn native_r_identity_the_point_of_order_two() {
    let (statement, mut witness) = sample::valid();
    witness.signature.r = Affine::new_unchecked(Fr::zero(), -Fr::one());
    assert_broken(&(statement, witness), R_IDENTITY, &[R_IDENTITY, EQUATION]);
}

#[test]
fn native_equation_another_scalar() {
    let (statement, mut witness) = sample::valid();
    witness.signature.s = sum(witness.signature.s, &BigInt::one());
    assert_broken(&(statement, witness), EQUATION, &[EQUATION]);
}

#[test]
fn native_equation_another_r() {
    let (statement, mut witness) = sample::valid();
    let r = witness.signature.r;
    let off_curve = Affine::new_unchecked(r.x, r.y + Fr::one());
    let doubled = (r + r).into_affine();
    let shifted = (r + Affine::new_unchecked(Fr::zero(), -Fr::one())).into_affine();
    let a_root = BabyJubjub::COEFF_A.sqrt().unwrap().inverse().unwrap();
    let order_four = Affine::new_unchecked(a_root, Fr::zero());
    assert!(order_four.is_on_curve() && order_four.mul_by_cofactor().is_zero());
    for r in [off_curve, doubled, shifted, -r, order_four] {
        witness.signature.r = r;
        assert_broken(&(statement.clone(), witness.clone()), EQUATION, &[EQUATION]);
    }
}

#[test]
fn native_equation_r_with_torsion_under_its_own_challenge() {
    // The issuer himself signs for R plus a point of order two: S B - 8 h A lacks that point.
    let (statement, mut witness) = sample::valid();
    let nonce = Scalar::from(5u8);
    let r = (Affine::generator() * nonce + Affine::new_unchecked(Fr::zero(), -Fr::one())).into_affine();
    let secret = Scalar::from_be_bytes_mod_order(sample::issuer(1).to_bytes().as_slice());
    let h = challenge(&r, statement.issuer.point(), &message(statement.header, &witness.slots()));
    witness.signature = Signature { r, s: (nonce + times_eight(h) * secret).into_bigint() };
    assert_broken(&(statement, witness), EQUATION, &[EQUATION]);
}

#[test]
fn native_equation_another_issuer() {
    let (mut statement, witness) = sample::valid();
    statement.issuer = sample::issuer(2).public_key().clone();
    assert_broken(&(statement, witness), EQUATION, &[EQUATION]);
}

#[test]
fn native_equation_another_schema() {
    let (mut statement, witness) = sample::valid();
    statement.header = Header::new(2);
    assert_broken(&(statement, witness), EQUATION, &[EQUATION]);
}

#[test]
fn native_equation_another_credentials_signature() {
    let (statement, mut witness) = sample::valid();
    witness.attributes[4] -= Fr::one();
    assert_broken(&(statement, witness), EQUATION, &[EQUATION]);
}

#[test]
fn native_equation_the_table_of_another_issuer() {
    let mut edit = valid();
    let other = sample::issuer(2);
    edit.assignment[TABLE..][..PublicKey::TABLE_VALUES].copy_from_slice(other.public_key().table());
    edit.fit(EQUATION);
    edit.assert_violated(&[EQUATION]);
}

#[test]
fn every_instance_is_bound() {
    // A table value that multiplies a bit is bound by those signatures whose challenge has that bit.
    let mut free: Option<BTreeSet<usize>> = None;
    for randomness in 0..24 {
        let (statement, witness) = sample::credential(sample::secrets().0, sample::attributes(), randomness);
        let edit = Edit::new::<CredentialNative>(&statement, &witness);
        let now: BTreeSet<usize> = edit.free_variables().into_iter().filter(|v| *v < FIRST_WITNESS).collect();
        // Only the second value of a column multiplies a bit alone.
        assert!(now.iter().all(|v| (TABLE..K).contains(v) && (v - TABLE) % 4 == 1));
        free = Some(free.map_or(now.clone(), |free| free.intersection(&now).copied().collect()));
    }
    assert_eq!(free, Some(BTreeSet::new()));
}

#[test]
fn every_witness_is_bound() {
    let free = valid().free_variables();
    assert!(free.iter().all(|v| *v < FIRST_WITNESS), "{free:?}");
}

fn holder() -> (tag::Statement, tag::Witness) {
    let (k, b) = sample::secrets();
    (tag::Statement { holder_tag: tag::holder_tag(k, b) }, tag::Witness { k, b })
}

#[track_caller]
fn assert_tag_broken(statement: tag::Statement, witness: &tag::Witness, rule: Rule) {
    assert_eq!(Tag::holds(&statement, witness), Err(rule));
    Edit::new::<Tag>(&statement, witness).assert_violated(&[rule]);
}

#[test]
fn a_valid_tag_satisfies_every_row() {
    let (statement, witness) = holder();
    assert_eq!(Tag::holds(&statement, &witness), Ok(()));
    let edit = Edit::new::<Tag>(&statement, &witness);
    edit.assert_violated(&[]);
    assert_eq!(edit.free_variables(), BTreeSet::new());
}

#[test]
fn tag_key_a_secret_of_zero() {
    let b = sample::secrets().1;
    let statement = tag::Statement { holder_tag: tag::holder_tag(Fr::zero(), b) };
    assert_tag_broken(statement, &tag::Witness { k: Fr::zero(), b }, tag::KEY);
}

#[test]
fn tag_hash_another_tag_secret_or_blinding() {
    let (statement, witness) = holder();
    let one = Fr::one();
    assert_tag_broken(tag::Statement { holder_tag: statement.holder_tag + one }, &witness, tag::HASH);
    assert_tag_broken(statement, &tag::Witness { k: witness.k + one, b: witness.b }, tag::HASH);
    assert_tag_broken(statement, &tag::Witness { k: witness.k, b: witness.b + one }, tag::HASH);
    assert_tag_broken(statement, &tag::Witness { k: witness.b, b: witness.k }, tag::HASH);
}
