//! A true statement of every relation, from a seed: what the lint inspects a relation at.
//!
//! The same seed always gives the same statement, on every machine: everything is drawn from SHA-256 of the seed and a label. The
//! signing keys and secrets here are those of nobody, and known to everybody.

use super::{Declaration, Fault, Report, check, declared};
use crate::{
    eddsa,
    field::{Fr, fr_from_uniform},
    p256,
    relation::{
        Relation, Rule,
        attested::Attested,
        credential_es256::{self, CredentialEs256},
        credential_native::{self, CredentialNative},
        credential_sm2_sm3::{self, CredentialSm2Sm3},
        membership::{Membership, Set},
        non_membership::NonMembership,
        range::{self, Range},
        tag::{self, Tag, holder_tag},
    },
    sha256,
    slots::{Header, SLOTS, Tbs, WIDTHS},
    sm2, sm3,
    weierstrass::{Affine, Curve, PublicKey},
};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisError;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use core::array;

/// The relations that can be inspected, by name: all.
pub const RELATIONS: [&str; 7] = [
    CredentialNative::NAME,
    Range::NAME,
    Membership::NAME,
    NonMembership::NAME,
    Tag::NAME,
    CredentialSm2Sm3::NAME,
    CredentialEs256::NAME,
];

/// The distinguishing identifier of the SM2 issuer of the sample of `credential/sm2-sm3`.
const DISTID: &[u8] = b"shiming-lint-sample";

/// Why a relation was not inspected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// There is no relation of that name.
    #[error("there is no relation of that name")]
    Unknown,
    /// The seed gives no statement: a hash is zero, or a sample is outside of its rules.
    #[error("the seed gives no statement; take another")]
    Seed,
    /// The rows could not be built.
    #[error("{0}")]
    Synthesis(#[from] SynthesisError),
}

impl From<Rule> for SampleError {
    fn from(_: Rule) -> Self {
        Self::Seed
    }
}

/// The seed that [`declaration`] is for.
pub const SEED: u64 = 0;

/// What sums force in `credential/es256` at [`SEED`]. Which values the packed majorities of two rounds of SHA-256 leave, and so
/// whether a sum or a later row forces a variable, depends on the bits that are hashed: this one number belongs to a statement.
const ES256_SUMS: usize = 7_941;

/// The declaration of a relation, by its name, at the statement of [`SEED`].
#[must_use]
pub fn declaration(relation: &str) -> Option<Declaration> {
    let mut declaration = declared::of(relation)?;
    if relation == CredentialEs256::NAME {
        declaration.sums.iter_mut().for_each(|entry| entry.rows = ES256_SUMS);
    }
    Some(declaration)
}

/// Inspects a relation, by its name, at the statement of a seed, with the declaration that this library has of it.
///
/// At another seed than [`SEED`], how many variables sums force is not compared where that depends on the statement; that every
/// variable is forced is.
///
/// # Errors
///
/// [`SampleError`]; what is wrong with the relation is in the report.
pub fn inspect(relation: &str, seed: u64) -> Result<Report, SampleError> {
    let declaration = declaration(relation).ok_or(SampleError::Unknown)?;
    let mut report = inspect_with(relation, seed, &declaration)?;
    if seed != SEED {
        let depends = |rule: Option<Rule>| declaration.sums.iter().any(|entry| Some(entry.rule) == rule);
        report.findings.retain(|of| !(matches!(of.fault, Fault::Sums { .. }) && depends(of.rule)));
    }
    Ok(report)
}

/// The same with another declaration.
///
/// # Errors
///
/// As [`inspect`].
pub fn inspect_with(relation: &str, seed: u64, declaration: &Declaration) -> Result<Report, SampleError> {
    fn at<R: Relation>(
        (statement, witness): (R::Statement, R::Witness),
        seed: u64,
        declaration: &Declaration,
    ) -> Result<Report, SampleError> {
        R::holds(&statement, &witness)?;
        // It only chooses one of the mutants of every variable.
        let mut rng = StdRng::seed_from_u64(seed);
        Ok(check::<R>(&statement, &witness, declaration, &mut rng)?)
    }
    match relation {
        CredentialNative::NAME => at::<CredentialNative>(credential_native(seed)?, seed, declaration),
        Range::NAME => at::<Range>(range(seed), seed, declaration),
        Membership::NAME => at::<Membership>(membership(seed)?, seed, declaration),
        NonMembership::NAME => at::<NonMembership>(non_membership(seed)?, seed, declaration),
        Tag::NAME => at::<Tag>(tag(seed), seed, declaration),
        CredentialSm2Sm3::NAME => at::<CredentialSm2Sm3>(credential_sm2_sm3(seed)?, seed, declaration),
        CredentialEs256::NAME => at::<CredentialEs256>(credential_es256(seed)?, seed, declaration),
        _ => Err(SampleError::Unknown),
    }
}

/// 64 bytes of a seed under a label.
fn bytes(seed: u64, label: &str) -> [u8; 64] {
    let half = |half: u8| sha256::digest(&[&seed.to_be_bytes()[..], &[half], label.as_bytes()].concat());
    let halves = [half(0), half(1)];
    array::from_fn(|i| halves[i / 32][i % 32])
}

fn scalar(seed: u64, label: &str) -> Fr {
    fr_from_uniform(&bytes(seed, label))
}

/// Secrets of a holder, and slots 1 to 15 of any values that fit their widths.
#[must_use]
pub fn attested(seed: u64) -> Attested {
    let slot = |i: usize| Fr::from_be_bytes_mod_order(&bytes(seed, &format!("slot {i}"))[..WIDTHS[i]]);
    Attested { k: scalar(seed, "k"), b: scalar(seed, "b"), attributes: array::from_fn(|i| slot(i + 1)) }
}

fn header(seed: u64) -> Header {
    let [first, second, ..] = bytes(seed, "schema");
    Header::new(u16::from_be_bytes([first, second]))
}

fn slots(attested: &Attested) -> [Fr; SLOTS] {
    let mut slots = [holder_tag(attested.k, attested.b); SLOTS];
    slots[1..].copy_from_slice(&attested.attributes);
    slots
}

/// A statement of `credential/native`.
///
/// # Errors
///
/// [`SampleError::Seed`].
pub fn credential_native(seed: u64) -> Result<(credential_native::Statement, credential_native::Witness), SampleError> {
    let (header, attested) = (header(seed), attested(seed));
    let key = eddsa::SigningKey::from_uniform_bytes(&bytes(seed, "issuer")).map_err(|_| SampleError::Seed)?;
    let nonce = bytes(seed, "nonce");
    let randomness: [u8; 32] = array::from_fn(|i| nonce[i]);
    let signature = key.sign(&credential_native::message(header, &slots(&attested)), &randomness);
    let statement = credential_native::Statement { header, issuer: key.public_key().clone() };
    let Attested { k, b, attributes } = attested.clone();
    Ok((statement, credential_native::Witness { k, b, attributes, signature }))
}

/// A secret scalar and the key that it signs for.
fn issuer<C: Curve>(seed: u64) -> Result<(C::ScalarField, PublicKey<C>), SampleError> {
    let secret = C::ScalarField::from_be_bytes_mod_order(&bytes(seed, "issuer"));
    let point = (Affine::<C>::generator() * secret).into_affine();
    Ok((secret, PublicKey::from_point(point).map_err(|_| SampleError::Seed)?))
}

/// A nonce and the x coordinate of its multiple of the generator, as an integer modulo the order.
fn nonce<C: Curve>(seed: u64) -> Result<(C::ScalarField, C::ScalarField), SampleError>
where
    C::BaseField: PrimeField,
{
    let nonce = C::ScalarField::from_be_bytes_mod_order(&bytes(seed, "nonce"));
    let x = (Affine::<C>::generator() * nonce).into_affine().x().ok_or(SampleError::Seed)?;
    Ok((nonce, C::ScalarField::from_le_bytes_mod_order(&x.into_bigint().to_bytes_le())))
}

/// `r || s`, both 32 bytes big-endian.
fn encoded<F: PrimeField>(r: F, s: F) -> [u8; 64] {
    let (r, s) = (r.into_bigint().to_bytes_be(), s.into_bigint().to_bytes_be());
    array::from_fn(|i| if i < 32 { r[i] } else { s[i - 32] })
}

/// A statement of `credential/sm2-sm3`, signed as GB/T 32918.2, section 6.1 has it.
///
/// # Errors
///
/// [`SampleError::Seed`].
pub fn credential_sm2_sm3(
    seed: u64,
) -> Result<(credential_sm2_sm3::Statement, credential_sm2_sm3::Witness), SampleError> {
    let (header, attested) = (header(seed), attested(seed));
    let (secret, issuer) = issuer::<sm2::curve::Sm2>(seed)?;
    let z_a = issuer.z(DISTID).map_err(|_| SampleError::Seed)?;
    let tbs = Tbs::pack(header, &slots(&attested)).map_err(|_| SampleError::Seed)?;
    let digest = sm3::digest(&[z_a.as_slice(), tbs.as_bytes()].concat());
    let (nonce, x) = nonce::<sm2::curve::Sm2>(seed)?;
    let r = sm2::curve::Scalar::from_be_bytes_mod_order(&digest) + x;
    let inverse = (secret + sm2::curve::Scalar::ONE).inverse().ok_or(SampleError::Seed)?;
    let signature = encoded(r, inverse * (nonce - r * secret));
    let signature = sm2::Signature::from_bytes(&signature).map_err(|_| SampleError::Seed)?;
    let statement = credential_sm2_sm3::Statement { header, issuer, z_a };
    let witness = statement.witness(attested, &signature)?;
    Ok((statement, witness))
}

/// A statement of `credential/es256`, signed as FIPS 186-5, section 6.4.1 has it.
///
/// # Errors
///
/// [`SampleError::Seed`].
pub fn credential_es256(seed: u64) -> Result<(credential_es256::Statement, credential_es256::Witness), SampleError> {
    type Order = <p256::P256 as ark_ec::CurveConfig>::ScalarField;
    let (header, attested) = (header(seed), attested(seed));
    let (secret, issuer) = issuer::<p256::P256>(seed)?;
    let tbs = Tbs::pack(header, &slots(&attested)).map_err(|_| SampleError::Seed)?;
    let (nonce, r) = nonce::<p256::P256>(seed)?;
    let e = Order::from_be_bytes_mod_order(&sha256::digest(tbs.as_bytes()));
    let signature = encoded(r, nonce.inverse().ok_or(SampleError::Seed)? * (e + r * secret));
    let signature = p256::Signature::from_bytes(&signature).map_err(|_| SampleError::Seed)?;
    let statement = credential_es256::Statement { header, issuer };
    let witness = statement.witness(attested, &signature)?;
    Ok((statement, witness))
}

/// A statement of `range`: both bounds, and values between them.
#[must_use]
pub fn range(seed: u64) -> ((), [Fr; range::VALUES]) {
    let [a, b, c, d, ..] = bytes(seed, "value");
    let greatest = (1u64 << range::BITS) - 1;
    let mut values = [u64::from(u32::from_be_bytes([a, b, c, d])) & greatest; range::VALUES];
    values[0] = 0;
    values[range::VALUES - 1] = greatest;
    ((), values.map(Fr::from))
}

/// 16 scalars.
fn set(seed: u64) -> Result<(Vec<Fr>, Set), SampleError> {
    let elements: Vec<Fr> = (0..16).map(|i| scalar(seed, &format!("element {i}"))).collect();
    let set = Set::new(&elements).map_err(|_| SampleError::Seed)?;
    Ok((elements, set))
}

/// A statement of `membership`. The member is the last element, behind which nothing multiplies zero.
///
/// # Errors
///
/// [`SampleError::Seed`].
pub fn membership(seed: u64) -> Result<(Set, Fr), SampleError> {
    let (elements, set) = set(seed)?;
    let member = elements.last().ok_or(SampleError::Seed)?;
    Ok((set, *member))
}

/// A statement of `non-membership`.
///
/// # Errors
///
/// [`SampleError::Seed`].
pub fn non_membership(seed: u64) -> Result<(Set, Fr), SampleError> {
    Ok((set(seed)?.1, scalar(seed, "no element")))
}

/// A statement of `tag`.
#[must_use]
pub fn tag(seed: u64) -> (tag::Statement, tag::Witness) {
    let Attested { k, b, .. } = attested(seed);
    (tag::Statement { holder_tag: holder_tag(k, b) }, tag::Witness { k, b })
}
