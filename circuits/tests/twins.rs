//! What exists natively and in-circuit gives the same values, costs what its documentation says, and refuses the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod sample;

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveConfig, CurveGroup, twisted_edwards::TECurveConfig};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, LegendreSymbol, One, PrimeField, Zero};
use ark_r1cs_std::{GR1CSVar, alloc::AllocVar, fields::fp::FpVar};
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef};
use light_poseidon::PoseidonHasher;
use proptest::prelude::*;
use shiming_circuits::{
    babyjubjub::{
        Affine, BabyJubjub, SCALAR_BITS, Scalar, base_mul,
        gadget::{self, PointVar, table_mul},
        table::adapted,
    },
    eddsa::PublicKey,
    field::fr_from_uniform,
    poseidon,
    relation::{
        Relation,
        credential_native::CredentialNative,
        tag::{self, Tag},
    },
    slots::{Header, SLOTS, WIDTHS},
};

fn system() -> ConstraintSystemRef<Fr> {
    ConstraintSystem::new_ref()
}

fn var(cs: &ConstraintSystemRef<Fr>, value: Fr) -> FpVar<Fr> {
    FpVar::new_witness(cs.clone(), || Ok(value)).unwrap()
}

fn point_var(cs: &ConstraintSystemRef<Fr>, point: Affine) -> PointVar {
    PointVar::new_witness(cs, Some(point)).unwrap()
}

fn bit_vars(cs: &ConstraintSystemRef<Fr>, integer: &BigInt<4>, n: usize) -> Vec<FpVar<Fr>> {
    (0..n).map(|i| var(cs, Fr::from(integer.get_bit(i)))).collect()
}

fn element() -> impl Strategy<Value = Fr> {
    any::<[u8; 32]>().prop_map(|half| {
        let mut bytes = [0; 64];
        bytes[32..].copy_from_slice(&half);
        bytes[..32].copy_from_slice(&half);
        fr_from_uniform(&bytes)
    })
}

fn scalar() -> impl Strategy<Value = Scalar> {
    element().prop_map(|x| Scalar::from_le_bytes_mod_order(&x.into_bigint().to_bytes_le()))
}

/// The points of order 1, 2 and 4, and one of order 8.
fn torsion() -> Vec<Affine> {
    let root = BabyJubjub::COEFF_A.sqrt().unwrap().inverse().unwrap();
    let generator_of_all = (0u64..)
        .filter_map(|y| Affine::get_point_from_y_unchecked(Fr::from(y), false))
        .map(|p| p.mul_bigint(Scalar::MODULUS).into_affine())
        .find(|p| !p.mul_bigint([4u64]).is_zero())
        .unwrap();
    vec![
        Affine::zero(),
        Affine::new_unchecked(Fr::zero(), -Fr::one()),
        Affine::new_unchecked(root, Fr::zero()),
        Affine::new_unchecked(-root, Fr::zero()),
        generator_of_all,
    ]
}

/// Edge points: torsion, the generator, its inverse and double, and sums of torsion and generator.
fn points() -> Vec<Affine> {
    let base = Affine::generator();
    let mut all = torsion();
    all.extend([base, -base, (base + base).into_affine()]);
    all.extend(torsion().into_iter().map(|t| (base + t).into_affine()));
    all
}

#[test]
fn the_curve_has_a_complete_addition_law() {
    assert_eq!(BabyJubjub::COEFF_A.legendre(), LegendreSymbol::QuadraticResidue);
    assert_eq!(BabyJubjub::COEFF_D.legendre(), LegendreSymbol::QuadraticNonResidue);
}

#[test]
fn the_generator_is_base8_of_prime_order() {
    let base = Affine::generator();
    assert!(base.is_on_curve() && base.is_in_correct_subgroup_assuming_on_curve() && !base.is_zero());
    // The generator of the whole group in ERC-2494, of which Base8 is eight times.
    let whole = Affine::new_unchecked(
        ark_ff::MontFp!("995203441582195749578291179787384436505546430278305826713579947235728471134"),
        ark_ff::MontFp!("5472060717959818805561601436314318772137091100104008585924551046643952123905"),
    );
    assert!(whole.is_on_curve());
    assert_eq!(whole.mul_by_cofactor(), base);
    assert_eq!(Scalar::MODULUS.num_bits() as usize, SCALAR_BITS);
    assert_eq!(BabyJubjub::COFACTOR_INV * Scalar::from(8u8), Scalar::one());
}

#[test]
fn the_test_points_are_edge_cases() {
    assert!(points().iter().all(Affine::is_on_curve));
    let orders: Vec<_> =
        torsion().iter().map(|t| [1u64, 2, 4, 8].into_iter().find(|n| t.mul_bigint([*n]).is_zero())).collect();
    assert_eq!(orders, [Some(1), Some(2), Some(4), Some(4), Some(8)]);
}

#[test]
fn addition_of_all_edge_points() {
    for p in points() {
        for q in points() {
            let cs = system();
            let (p_var, q_var) = (point_var(&cs, p), point_var(&cs, q));
            let sum = p_var.add(&cs, &q_var).unwrap();
            assert_eq!(sum.value(), Some((p + q).into_affine()));
            assert_eq!(cs.num_constraints(), 6);
            assert!(cs.is_satisfied().unwrap());
        }
    }
}

#[test]
fn addition_determines_its_result() {
    // The factors of the result are never zero, so no other result satisfies the rows: each coordinate is tried.
    for p in points() {
        for q in points() {
            let sum = (p + q).into_affine();
            let others = [
                Affine::new_unchecked(sum.x + Fr::one(), sum.y),
                Affine::new_unchecked(sum.x, sum.y + Fr::one()),
                Affine::new_unchecked(Fr::zero(), Fr::zero()),
            ];
            for other in others {
                let cs = system();
                let [p, q, other] = [p, q, other].map(|point| point_var(&cs, point));
                p.enforce_sum(&q, &other).unwrap();
                assert!(!cs.is_satisfied().unwrap());
            }
        }
    }
}

#[test]
fn a_base_multiple_of_edge_scalars() {
    let zero = BigInt::zero();
    let order = Scalar::MODULUS;
    let last = (-Scalar::one()).into_bigint();
    let all_ones = BigInt::new([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 5]);
    for s in [zero, BigInt::one(), BigInt::from(7u64), BigInt::from(8u64), last, order, all_ones] {
        assert_base_multiple(&s);
    }
}

fn assert_base_multiple(s: &BigInt<4>) {
    let cs = system();
    let bits = bit_vars(&cs, s, SCALAR_BITS);
    let product = gadget::base_mul(&cs, &bits).unwrap();
    assert_eq!(product.value(), Some(Affine::generator().mul_bigint(s).into_affine()));
    // 83 digits of three bits and one of two, and 83 additions.
    assert_eq!(cs.num_constraints(), 83 * 3 + 2 + 83 * 6);
    assert!(cs.is_satisfied().unwrap());
    if let Some(scalar) = Scalar::from_bigint(*s) {
        assert_eq!(product.value(), Some(base_mul(&scalar)));
    }
}

fn assert_table_multiple(point: &Affine, h: &BigInt<4>) {
    let cs = system();
    let bits = bit_vars(&cs, h, 254);
    let table = adapted(point, PublicKey::DIGITS).unwrap();
    assert_eq!(table.len(), PublicKey::TABLE_VALUES);
    let table: Vec<_> = table.into_iter().map(|value| var(&cs, value)).collect();
    let product = table_mul(&cs, &bits, &table).unwrap();
    assert_eq!(product.value(), Some(point.mul_bigint(h).into_affine()));
    assert_eq!(cs.num_constraints(), 127 * 4 + 126 * 6);
    assert!(cs.is_satisfied().unwrap());
}

#[test]
fn a_table_multiple_of_edge_scalars() {
    let point = (Affine::generator() * Scalar::from(1234u64)).into_affine();
    let last = (-Fr::one()).into_bigint();
    let all_ones = BigInt::new([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 2]);
    for h in [BigInt::zero(), BigInt::one(), Scalar::MODULUS, Fr::MODULUS, last, all_ones] {
        assert_table_multiple(&point, &h);
    }
}

#[test]
fn a_table_of_the_identity_has_no_adapted_form() {
    assert_eq!(adapted(&Affine::zero(), PublicKey::DIGITS), None);
    assert_eq!(adapted(&Affine::new_unchecked(Fr::zero(), -Fr::one()), PublicKey::DIGITS), None);
}

#[test]
fn a_table_selects_every_entry() {
    let point = Affine::generator();
    for digit in 0..4u64 {
        let cs = system();
        let table: Vec<_> = adapted(&point, 1).unwrap().into_iter().map(|value| var(&cs, value)).collect();
        let entry = table_mul(&cs, &bit_vars(&cs, &BigInt::from(digit), 2), &table).unwrap();
        assert_eq!(entry.value(), Some(point.mul_bigint([digit]).into_affine()));
        assert_eq!(cs.num_constraints(), 4);
    }
}

/// Native hash, gadget and an independent implementation agree, and the gadget costs three rows per S-box.
fn assert_poseidon<const N: usize>(capacity: Fr, inputs: [Fr; N], partial_rounds: usize) {
    let native = poseidon::hash(capacity, &inputs);
    if N <= 12 {
        let mut oracle = light_poseidon::Poseidon::<Fr>::with_domain_tag_circom(N, capacity).unwrap();
        assert_eq!(oracle.hash(&inputs).unwrap(), native);
    }
    let rows = 3 * (8 * (N + 1) + partial_rounds);
    for (constant, rows) in [(false, rows), (true, rows - 3)] {
        let cs = system();
        let capacity = if constant { FpVar::Constant(capacity) } else { var(&cs, capacity) };
        let hash = poseidon::gadget::hash(&capacity, &inputs.map(|x| var(&cs, x))).unwrap();
        assert_eq!(hash.value().unwrap(), native);
        assert_eq!(cs.num_constraints(), rows);
        assert!(cs.is_satisfied().unwrap());
    }
}

macro_rules! every_width {
    ($assert:ident; $($n:literal $partial:literal),+) => { $( $assert::<$n>($partial); )+ };
}

#[test]
fn poseidon_of_edge_values() {
    fn assert<const N: usize>(partial_rounds: usize) {
        for capacity in [Fr::ZERO, Fr::ONE, -Fr::ONE] {
            for input in [Fr::ZERO, Fr::ONE, -Fr::ONE] {
                assert_poseidon::<N>(capacity, [input; N], partial_rounds);
            }
        }
    }
    every_width!(assert; 1 56, 2 57, 3 56, 4 60, 5 60, 6 63, 7 64, 8 63);
    every_width!(assert; 9 60, 10 66, 11 60, 12 65, 13 70, 14 60, 15 64, 16 68);
}

#[test]
fn poseidon_depends_on_length_order_and_capacity() {
    let [a, b] = [Fr::from(1u8), Fr::from(2u8)];
    let hashes = [
        poseidon::hash(Fr::ZERO, &[a]),
        poseidon::hash(Fr::ZERO, &[a, Fr::ZERO]),
        poseidon::hash(Fr::ZERO, &[a, b]),
        poseidon::hash(Fr::ZERO, &[b, a]),
        poseidon::hash(Fr::ONE, &[a, b]),
        poseidon::hash(Fr::ZERO, &[a, b, Fr::ZERO]),
    ];
    for (i, x) in hashes.iter().enumerate() {
        assert!(hashes[..i].iter().all(|y| x != y));
    }
}

fn two_to(n: usize) -> Fr {
    Fr::from(2u8).pow([n as u64])
}

/// The predicate holds if and only if all rows do, and the rule it names is among the broken ones.
fn assert_relation<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> Result<(), TestCaseError> {
    let violated = edit::Edit::new::<R>(statement, witness).violated();
    match R::holds(statement, witness) {
        Ok(()) => prop_assert!(violated.is_empty(), "{violated:?}"),
        Err(rule) => prop_assert!(violated.contains(&rule), "{rule} {violated:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn poseidon_twins(capacity in element(), inputs in proptest::array::uniform5(element())) {
        assert_poseidon(capacity, inputs, 60);
        assert_poseidon(capacity, [inputs[0]], 56);
        assert_poseidon(capacity, [inputs[0], inputs[1]], 57);
        assert_poseidon::<16>(capacity, core::array::from_fn(|i| inputs[i % 5] + Fr::from(i as u64)), 68);
    }

    #[test]
    fn multiplication_twins(s in scalar(), h in element(), point in scalar()) {
        assert_base_multiple(&s.into_bigint());
        assert_table_multiple(&(Affine::generator() * point).into_affine(), &h.into_bigint());
    }

    #[test]
    fn addition_twins(x in scalar(), y in scalar()) {
        let base = Affine::generator();
        let (p, q) = ((base * x).into_affine(), (base * y).into_affine());
        for q in [q, p, -p] {
            let cs = system();
            let sum = point_var(&cs, p).add(&cs, &point_var(&cs, q)).unwrap();
            prop_assert_eq!(sum.value(), Some((p + q).into_affine()));
            prop_assert!(cs.is_satisfied().unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn credential_native_twins(change in 0..9usize, slot in 1..SLOTS, bit in 0..256usize, x in element()) {
        let (mut statement, mut witness) = sample::credential(sample::secrets().0, sample::attributes(), bit as u8);
        let delta = Fr::from(2u8).pow([bit as u64 % 254]);
        match change {
            0 => {}
            1 => witness.k += delta,
            2 => witness.b += delta,
            3 => witness.attributes[slot - 1] += delta,
            4 => witness.signature.r.x += delta,
            5 => witness.signature.s.0[bit / 64] ^= 1 << (bit % 64),
            6 => statement.header = Header::new(1 ^ 1 << (bit % 16)),
            7 => statement.issuer = sample::issuer(bit as u8 | 2).public_key().clone(),
            // Signed as it stands, so that only the width can be wrong, in about half of the cases.
            _ => {
                let mut attributes = sample::attributes();
                attributes[slot - 1] = if bit % 2 == 0 { x } else { two_to(8 * WIDTHS[slot]) - delta };
                (statement, witness) = sample::credential(x, attributes, bit as u8);
            }
        }
        assert_relation::<CredentialNative>(&statement, &witness)?;
    }

    #[test]
    fn tag_twins(k in element(), b in element(), change in 0..5usize) {
        let k = if change == 0 { Fr::ZERO } else { k };
        let holder_tag = tag::holder_tag(k, b) + if change == 1 { Fr::ONE } else { Fr::ZERO };
        assert_relation::<Tag>(&tag::Statement { holder_tag }, &tag::Witness { k, b })?;
    }
}
