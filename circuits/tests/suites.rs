//! Every rule of `credential/sm2-sm3` and `credential/es256` that is not the signature's can be broken alone.
//!
//! What a prover fits to a broken rule is spliced from smaller relations: the hash of any bits, and the signature over any digest,
//! have the same variables by themselves as in the whole. `foreign_soundness.rs` breaks the rules of the signature.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod foreign;
mod suite;

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger, Field, One, PrimeField, Zero};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;
use core::marker::PhantomData;
use edit::{Edit, cached};
use foreign::{Signed, TABLE_VALUES};
use shiming_circuits::{
    p256::P256,
    relation::{
        Instances, Relation, Rows, Rule, assign, attested::Attested, credential_es256::CredentialEs256,
        credential_sm2_sm3::CredentialSm2Sm3, tag::holder_tag,
    },
    sha256,
    slots::{Header, SLOTS, TBS_BYTES, Tbs, WIDTHS},
    sm2::Sm2,
    sm3,
    weierstrass::Witness,
    word::Word,
};
use std::collections::BTreeSet;

const SECRET: u8 = 7;
/// The first instances are the bits of the schema.
const SCHEMA: usize = 1;
const SCHEMA_BITS: usize = 16;
/// Bits of a TBS that are constant: magic and version, and the two above the 254 of slot 0.
const CONSTANT: [core::ops::Range<usize>; 2] = [0..24, 40..42];

/// A relation over a TBS with its issuer.
trait Suite: Relation + Sized {
    type Curve: foreign::Suite;

    /// The instances that the hash has besides the message.
    const HASH_INSTANCES: usize;

    fn of(attested: Attested, tbs: &[u8]) -> (Self::Statement, Self::Witness);
    fn hash_instances() -> Vec<Fr>;
    fn hash(given: &[FpVar<Fr>], message: &[FpVar<Fr>]) -> Result<[FpVar<Fr>; 8], SynthesisError>;
    fn signed(tbs: &[u8]) -> (foreign::Statement<Self::Curve>, Witness<Self::Curve>);
}

fn bits_of(bytes: &[u8]) -> impl Iterator<Item = Fr> {
    bytes.iter().flat_map(|byte| (0..8).rev().map(move |i| Fr::from(byte >> i & 1)))
}

impl Suite for CredentialSm2Sm3 {
    type Curve = Sm2;

    const HASH_INSTANCES: usize = 512;

    fn of(attested: Attested, tbs: &[u8]) -> (Self::Statement, Self::Witness) {
        suite::sm2_of(SECRET, attested, tbs)
    }

    fn hash_instances() -> Vec<Fr> {
        let z_a = suite::sm2_key(SECRET).z(suite::DISTID.as_bytes()).unwrap();
        let registers: Vec<u8> = sm3::registers_after_z_a(&z_a).into_iter().flat_map(u32::to_be_bytes).collect();
        bits_of(&z_a).chain(bits_of(&registers)).collect()
    }

    fn hash(given: &[FpVar<Fr>], message: &[FpVar<Fr>]) -> Result<[FpVar<Fr>; 8], SynthesisError> {
        let (z_a, registers) = given.split_at(256);
        let word = |i: usize| core::array::from_fn(|bit| registers[32 * i + 31 - bit].clone());
        let registers = core::array::from_fn(|i| Word::from_boolean_bits(word(i)));
        sm3::gadget::digest_after_z_a(&core::array::from_fn(|i| z_a[i].clone()), &registers, message)
    }

    fn signed(tbs: &[u8]) -> (foreign::Statement<Sm2>, Witness<Sm2>) {
        let key = suite::sm2_key(SECRET);
        let digest = sm3::digest(&[key.z(suite::DISTID.as_bytes()).unwrap().as_slice(), tbs].concat());
        (foreign::Statement { key, digest }, suite::sm2_signed(SECRET, &digest))
    }
}

impl Suite for CredentialEs256 {
    type Curve = P256;

    const HASH_INSTANCES: usize = 0;

    fn of(attested: Attested, tbs: &[u8]) -> (Self::Statement, Self::Witness) {
        suite::p256_of(SECRET, attested, tbs)
    }

    fn hash_instances() -> Vec<Fr> {
        Vec::new()
    }

    fn hash(_: &[FpVar<Fr>], message: &[FpVar<Fr>]) -> Result<[FpVar<Fr>; 8], SynthesisError> {
        sha256::gadget::digest(message)
    }

    fn signed(tbs: &[u8]) -> (foreign::Statement<P256>, Witness<P256>) {
        let digest = sha256::digest(tbs);
        (foreign::Statement { key: suite::p256_key(SECRET), digest }, suite::p256_signed(SECRET, &digest))
    }
}

/// The hash of a message whose bits are instances where the credential has variables.
struct Hash<S>(PhantomData<S>);

const HASH: Rule = Rule("TEST-HASH");
const VARIABLE_BITS: usize = 8 * TBS_BYTES - 26;

impl<S: Suite> Relation for Hash<S> {
    type Statement = Vec<u8>;
    type Witness = ();

    const NAME: &'static str = if S::HASH_INSTANCES == 0 { "test/sha256" } else { "test/sm3" };
    const PUBLIC: usize = S::HASH_INSTANCES + VARIABLE_BITS;
    const HIDDEN: usize = 0;
    const RULES: &'static [Rule] = &[HASH];

    fn public(tbs: &Vec<u8>) -> Vec<Fr> {
        let bits = bits_of(tbs).enumerate().filter(|(i, _)| !CONSTANT.iter().any(|range| range.contains(i)));
        S::hash_instances().into_iter().chain(bits.map(|(_, bit)| bit)).collect()
    }

    fn hidden((): &()) -> Vec<Fr> {
        Vec::new()
    }

    fn holds(_: &Vec<u8>, (): &()) -> Result<(), Rule> {
        Ok(())
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, _: Option<&()>) -> Result<(), SynthesisError> {
        let (given, variable) = instances.public.split_at(S::HASH_INSTANCES);
        let mut message: Vec<FpVar<Fr>> =
            bits_of(&suite::tbs(&suite::attested()).as_bytes()[..3]).map(FpVar::Constant).collect();
        message.extend_from_slice(&variable[..SCHEMA_BITS]);
        message.extend([FpVar::Constant(Fr::zero()), FpVar::Constant(Fr::zero())]);
        message.extend_from_slice(&variable[SCHEMA_BITS..]);
        rows.rule(HASH, |_| S::hash(given, &message)).map(drop)
    }
}

fn rule<S: Suite>(name: &str) -> Rule {
    *S::RULES.iter().find(|rule| rule.0.split_once('-').unwrap().1 == name).unwrap()
}

fn bytes() -> Vec<u8> {
    suite::tbs(&suite::attested()).as_bytes().to_vec()
}

fn valid<S: Suite>() -> Edit {
    let (statement, witness) = S::of(suite::attested(), &bytes());
    Edit::new::<S>(&statement, &witness)
}

/// The first hidden instance.
const fn k<S: Suite>() -> usize {
    1 + S::PUBLIC
}

/// Fits the hash to a message, and if told so the signature: what an issuer would have to sign.
fn fit<S: Suite>(edit: &mut Edit, message: &[u8], sign: bool) {
    let hash = assign::<Hash<S>>(&message.to_vec(), &()).unwrap().split_off(1 + Hash::<S>::PUBLIC);
    let (statement, witness) = S::signed(message);
    let signature = assign::<Signed<S::Curve>>(&statement, &witness).unwrap().split_off(1 + TABLE_VALUES + 8);
    let end = edit.assignment.len() - signature.len();
    edit.assignment[end - hash.len()..end].copy_from_slice(&hash);
    if sign {
        edit.assignment[end..].copy_from_slice(&signature);
    }
}

fn a_true_credential<S: Suite>() {
    let (statement, witness) = S::of(suite::attested(), &bytes());
    assert_eq!(S::holds(&statement, &witness), Ok(()));
    let honest = valid::<S>();
    honest.assert_violated(&[]);
    // What is spliced below is what synthesis makes.
    let mut spliced = valid::<S>();
    let (hash, signed) = (cached::<Hash<S>>().witnesses, cached::<Signed<S::Curve>>().witnesses);
    let start = spliced.assignment.len() - hash - signed;
    spliced.assignment[start..].fill(Fr::zero());
    fit::<S>(&mut spliced, &bytes(), true);
    assert_eq!(spliced.assignment, honest.assignment);
    // Nothing can be changed alone, but for instances that multiply zero here.
    let first_witness = 1 + S::PUBLIC + S::HIDDEN;
    assert_eq!(honest.free_variables().range(first_witness..).count(), 0);
}

fn a_secret_of_zero<S: Suite>() {
    let attested = Attested { k: Fr::zero(), ..suite::attested() };
    let (statement, witness) = S::of(attested.clone(), suite::tbs(&attested).as_bytes());
    assert_eq!(S::holds(&statement, &witness), Err(rule::<S>("KEY")));
    Edit::new::<S>(&statement, &witness).assert_violated(&[rule::<S>("KEY")]);
}

/// The secrets of another holder under the same signed bytes.
fn another_tag<S: Suite>() {
    let mut edit = valid::<S>();
    edit.assignment[k::<S>()] += Fr::one();
    edit.fit(rule::<S>("KEY"));
    edit.assert_violated(&[rule::<S>("TAG")]);
    let mut edit = valid::<S>();
    edit.assignment[k::<S>() + SLOTS] += Fr::one();
    edit.assert_violated(&[rule::<S>("TAG")]);
    for (k, b) in [(1u8, 0u8), (0, 1)] {
        let mut attested = suite::attested();
        attested.k += Fr::from(k);
        attested.b += Fr::from(b);
        let (statement, witness) = S::of(attested, &bytes());
        assert_eq!(S::holds(&statement, &witness), Err(rule::<S>("CONGRUENCE")));
        Edit::new::<S>(&statement, &witness).assert_violated(&[rule::<S>("CONGRUENCE")]);
    }
}

/// The issuer signs the tag plus the modulus, which has 254 bits as well: the same field element by other bytes.
fn the_modulus_added<S: Suite>() {
    let aliased = |b: u64| {
        let attested = Attested { b: Fr::from(b), ..suite::attested() };
        let mut sum: BigInt<4> = holder_tag(attested.k, attested.b).into_bigint();
        assert!(!sum.add_with_carry(&Fr::MODULUS));
        (attested, sum)
    };
    let (attested, sum) = (1..).map(aliased).find(|(_, sum)| sum.num_bits() <= 254).unwrap();
    let mut message = suite::tbs(&attested).as_bytes().to_vec();
    message[5..37].copy_from_slice(&sum.to_bytes_be());
    let (statement, witness) = S::of(attested, &message);
    assert_eq!(S::holds(&statement, &witness), Err(rule::<S>("CONGRUENCE")));
    let mut edit = Edit::new::<S>(&statement, &witness);
    edit.assert_violated(&[rule::<S>("CONGRUENCE")]);
    for (i, bit) in edit.bits(rule::<S>("TAG-CANONICAL"), 0, 253).into_iter().enumerate() {
        edit.assignment[bit] = Fr::from(sum.get_bit(i));
    }
    fit::<S>(&mut edit, &message, true);
    edit.assert_violated(&[rule::<S>("TAG-CANONICAL")]);
}

/// A digit that is no bit enters the hash, so that rows of the hash break with it.
fn a_slot_too_wide<S: Suite>() {
    for (slot, width) in WIDTHS.iter().enumerate().skip(1) {
        for value in [Fr::from(2u8).pow([8 * *width as u64]), -Fr::one()] {
            let mut attested = suite::attested();
            attested.attributes[slot - 1] = value;
            let (statement, witness) = S::of(attested, &bytes());
            assert_eq!(S::holds(&statement, &witness), Err(rule::<S>("WIDTH")));
            let violated = Edit::new::<S>(&statement, &witness).violated();
            assert!(violated.contains(&rule::<S>("WIDTH")), "{violated:?}");
            assert!(violated.is_subset(&["WIDTH", "DIGEST", "CONGRUENCE"].map(rule::<S>).into()), "{violated:?}");
        }
    }
}

/// An attribute and its bits changed under the signature; the hash fitted, the signature is of other bytes.
fn a_changed_message<S: Suite>() {
    let mut first = 0;
    for (slot, width) in WIDTHS.iter().enumerate().skip(1) {
        let mut attested = suite::attested();
        attested.attributes[slot - 1] = Fr::one();
        let mut edit = valid::<S>();
        edit.assignment[k::<S>() + slot] = Fr::one();
        for (j, bit) in edit.bits(rule::<S>("WIDTH"), first, 8 * *width - 1).into_iter().enumerate() {
            edit.assignment[bit] = Fr::from(u8::from(j == 0));
        }
        first += 8 * *width;
        edit.assert_violated(&[rule::<S>("DIGEST")]);
        fit::<S>(&mut edit, suite::tbs(&attested).as_bytes(), false);
        edit.assert_violated(&[rule::<S>("CONGRUENCE")]);
        let (statement, witness) = S::of(attested, &bytes());
        assert_eq!(S::holds(&statement, &witness), Err(rule::<S>("CONGRUENCE")));
    }
}

/// Every bit of the schema; with the hash fitted, the signature is of another schema.
fn a_changed_schema<S: Suite>() {
    for i in 0..SCHEMA_BITS {
        let mut edit = valid::<S>();
        let bit = &mut edit.assignment[SCHEMA + i];
        *bit = Fr::one() - *bit;
        edit.assert_violated(&[rule::<S>("DIGEST")]);
        let mut slots = [holder_tag(suite::attested().k, suite::attested().b); SLOTS];
        slots[1..].copy_from_slice(&suite::attested().attributes);
        let other = Tbs::pack(Header::new(1 ^ 1 << (SCHEMA_BITS - 1 - i)), &slots).unwrap();
        fit::<S>(&mut edit, other.as_bytes(), false);
        edit.assert_violated(&[rule::<S>("CONGRUENCE")]);
    }
}

fn a_wrong_intermediate<S: Suite>() {
    let hash = cached::<Hash<S>>().witnesses;
    let signature = cached::<Signed<S::Curve>>().witnesses;
    for i in (0..hash).step_by(hash / 40) {
        let mut edit = valid::<S>();
        let first = edit.assignment.len() - signature - hash;
        edit.assignment[first + i] += Fr::one();
        assert!(edit.violated().contains(&rule::<S>("DIGEST")), "{i}");
    }
}

#[test]
fn a_true_credential_of_sm2_satisfies_every_row() {
    a_true_credential::<CredentialSm2Sm3>();
}

#[test]
fn a_true_credential_of_p256_satisfies_every_row() {
    a_true_credential::<CredentialEs256>();
}

#[test]
fn sm2_key_a_secret_of_zero() {
    a_secret_of_zero::<CredentialSm2Sm3>();
}

#[test]
fn p256_key_a_secret_of_zero() {
    a_secret_of_zero::<CredentialEs256>();
}

#[test]
fn sm2_tag_another_one() {
    another_tag::<CredentialSm2Sm3>();
}

#[test]
fn p256_tag_another_one() {
    another_tag::<CredentialEs256>();
}

#[test]
fn sm2_tag_canonical_the_modulus_added() {
    the_modulus_added::<CredentialSm2Sm3>();
}

#[test]
fn p256_tag_canonical_the_modulus_added() {
    the_modulus_added::<CredentialEs256>();
}

#[test]
fn sm2_width_a_slot_too_wide() {
    a_slot_too_wide::<CredentialSm2Sm3>();
}

#[test]
fn p256_width_a_slot_too_wide() {
    a_slot_too_wide::<CredentialEs256>();
}

#[test]
fn sm2_digest_a_changed_message() {
    a_changed_message::<CredentialSm2Sm3>();
}

#[test]
fn p256_digest_a_changed_message() {
    a_changed_message::<CredentialEs256>();
}

#[test]
fn sm2_digest_a_changed_schema() {
    a_changed_schema::<CredentialSm2Sm3>();
}

#[test]
fn p256_digest_a_changed_schema() {
    a_changed_schema::<CredentialEs256>();
}

#[test]
fn sm2_digest_a_wrong_intermediate() {
    a_wrong_intermediate::<CredentialSm2Sm3>();
}

#[test]
fn p256_digest_a_wrong_intermediate() {
    a_wrong_intermediate::<CredentialEs256>();
}

/// The version is a constant of the rows and no instance, so that the predicate alone refuses another one.
#[test]
fn a_header_of_another_version() {
    let other = Header { version: 2, ..Header::new(1) };
    let (mut statement, witness) = suite::sm2(SECRET);
    let public = CredentialSm2Sm3::public(&statement);
    statement.header = other;
    assert_eq!(CredentialSm2Sm3::holds(&statement, &witness), Err(rule::<CredentialSm2Sm3>("WIDTH")));
    assert_eq!(CredentialSm2Sm3::public(&statement), public);
    let (mut statement, witness) = suite::p256(SECRET);
    let public = CredentialEs256::public(&statement);
    statement.header = other;
    assert_eq!(CredentialEs256::holds(&statement, &witness), Err(rule::<CredentialEs256>("WIDTH")));
    assert_eq!(CredentialEs256::public(&statement), public);
}

/// Bits of `Z_A` and of the registers after it: each alone gives another hash.
#[test]
fn sm2_digest_another_z_a_or_other_registers() {
    for i in (0..512).step_by(37) {
        let mut edit = valid::<CredentialSm2Sm3>();
        let bit = &mut edit.assignment[SCHEMA + SCHEMA_BITS + i];
        *bit = Fr::one() - *bit;
        let violated: BTreeSet<Rule> = edit.violated();
        assert_eq!(violated, [rule::<CredentialSm2Sm3>("DIGEST")].into(), "{i}");
    }
    let (mut statement, witness) = suite::sm2(SECRET);
    statement.z_a[0] ^= 1;
    assert_eq!(CredentialSm2Sm3::holds(&statement, &witness), Err(rule::<CredentialSm2Sm3>("CONGRUENCE")));
    Edit::new::<CredentialSm2Sm3>(&statement, &witness).assert_violated(&[rule::<CredentialSm2Sm3>("CONGRUENCE")]);
}
