//! A relation of one signature over a public digest, for either curve, with its native predicate and a signer without rules.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "every test binary uses a part of it")]

use ark_bn254::Fr;
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, Field, PrimeField, Zero};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;
use core::marker::PhantomData;
use num_bigint::{BigInt, BigUint};
use shiming_circuits::{
    p256::{self, P256},
    relation::{Instances, Relation, Rows, Rule},
    sm2::{self, Sm2},
    solinas::{
        gadget::{limbs_of, limbs_of_integer},
        to_integer,
    },
    weierstrass::{
        Affine, Curve, PublicKey, Signature, SignatureError, Witness,
        window::{Window, halves, order},
    },
};

/// The public values of a key's table.
pub const TABLE_VALUES: usize = 4992;

/// A key and a digest.
pub struct Statement<C: Curve> {
    pub key: PublicKey<C>,
    pub digest: [u8; 32],
}

/// A curve with its signature scheme.
pub trait Suite: Curve {
    const NAME: &'static str;
    const RULES: &'static [Rule; 7];

    fn enforce(
        rows: &mut Rows,
        table: &[FpVar<Fr>],
        digest: &[FpVar<Fr>; 8],
        witness: Option<&Witness<Self>>,
    ) -> Result<(), SynthesisError>;

    /// The digest for which two scalars and an x-coordinate satisfy the congruence; SM2: `t - s - X`, ES256: `u X / v`.
    fn digest(s: Self::ScalarField, t: Self::ScalarField, x: Self::ScalarField) -> Self::ScalarField;

    /// The integer r of the signature.
    fn r(s: Self::ScalarField, t: Self::ScalarField, x: Self::ScalarField) -> Self::ScalarField;

    /// Integers that the rows invert so that r is not zero.
    fn inverted(witness: &Witness<Self>) -> Vec<BigInt>;

    fn verify(
        key: &PublicKey<Self>,
        digest: &[u8; 32],
        signature: &Signature<Self>,
    ) -> Result<Witness<Self>, SignatureError>;

    /// A signature by RustCrypto, as 64 bytes.
    fn sign(secret: &[u8; 32], digest: &[u8; 32]) -> [u8; 64];
}

impl Suite for Sm2 {
    const NAME: &'static str = "test/sm2";
    const RULES: &'static [Rule; 7] = &sm2::gadget::RULES;

    fn enforce(
        rows: &mut Rows,
        table: &[FpVar<Fr>],
        digest: &[FpVar<Fr>; 8],
        witness: Option<&Witness<Self>>,
    ) -> Result<(), SynthesisError> {
        sm2::gadget::enforce_signature(rows, table, digest, witness)
    }

    fn digest(s: Self::ScalarField, t: Self::ScalarField, x: Self::ScalarField) -> Self::ScalarField {
        t - s - x
    }

    fn r(s: Self::ScalarField, t: Self::ScalarField, _: Self::ScalarField) -> Self::ScalarField {
        t - s
    }

    fn inverted(witness: &Witness<Self>) -> Vec<BigInt> {
        let twice: BigInt = order::<Self::ScalarField>() * 2;
        let r = &witness.t - &witness.s;
        vec![&r - &twice, &r + twice, r]
    }

    fn verify(
        key: &PublicKey<Self>,
        digest: &[u8; 32],
        signature: &Signature<Self>,
    ) -> Result<Witness<Self>, SignatureError> {
        key.verify(digest, signature)
    }

    fn sign(secret: &[u8; 32], digest: &[u8; 32]) -> [u8; 64] {
        use ::sm2::dsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
        let signature: Signature = SigningKey::from_slice("", secret).unwrap().sign_prehash(digest).unwrap();
        signature.to_bytes().into()
    }
}

impl Suite for P256 {
    const NAME: &'static str = "test/p256";
    const RULES: &'static [Rule; 7] = &p256::gadget::RULES;

    fn enforce(
        rows: &mut Rows,
        table: &[FpVar<Fr>],
        digest: &[FpVar<Fr>; 8],
        witness: Option<&Witness<Self>>,
    ) -> Result<(), SynthesisError> {
        p256::gadget::enforce_signature(rows, table, digest, witness)
    }

    fn digest(s: Self::ScalarField, t: Self::ScalarField, x: Self::ScalarField) -> Self::ScalarField {
        t.inverse().map_or(t, |inverse| s * x * inverse)
    }

    fn r(_: Self::ScalarField, _: Self::ScalarField, x: Self::ScalarField) -> Self::ScalarField {
        x
    }

    fn inverted(witness: &Witness<Self>) -> Vec<BigInt> {
        vec![&witness.x - order::<Self::ScalarField>(), witness.x.clone()]
    }

    fn verify(
        key: &PublicKey<Self>,
        digest: &[u8; 32],
        signature: &Signature<Self>,
    ) -> Result<Witness<Self>, SignatureError> {
        key.verify(digest, signature)
    }

    fn sign(secret: &[u8; 32], digest: &[u8; 32]) -> [u8; 64] {
        use ::p256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
        let signature: Signature = SigningKey::from_slice(secret).unwrap().sign_prehash(digest).unwrap();
        signature.to_bytes().into()
    }
}

/// The table of a key and the words of a digest are public: there is a signature.
pub struct Signed<C>(PhantomData<C>);

impl<C: Suite> Relation for Signed<C> {
    type Statement = Statement<C>;
    type Witness = Witness<C>;

    const NAME: &'static str = C::NAME;
    const PUBLIC: usize = TABLE_VALUES + 8;
    const HIDDEN: usize = 0;
    const RULES: &'static [Rule] = C::RULES;

    fn public(statement: &Self::Statement) -> Vec<Fr> {
        let words = statement.digest.chunks(4).map(Fr::from_be_bytes_mod_order);
        statement.key.table().iter().copied().chain(words).collect()
    }

    fn hidden(_: &Self::Witness) -> Vec<Fr> {
        Vec::new()
    }

    /// For a scalar of zero the addition is what fails first, there being no such point.
    fn holds(statement: &Self::Statement, witness: &Self::Witness) -> Result<(), Rule> {
        let [_, _, _, addition, canonical, congruence, nonzero] = *C::RULES;
        let (s, t) = (residue::<C::ScalarField>(&witness.s), residue::<C::ScalarField>(&witness.t));
        let sum: Affine<C> = (C::GENERATOR * s + *statement.key.point() * t).into();
        if s.is_zero() || t.is_zero() || AffineRepr::is_zero(&sum) {
            return Err(addition);
        }
        if limbs_of(sum.x) != limbs_of_integer(&witness.x) {
            return Err(canonical);
        }
        let x = residue(&witness.x);
        let e = C::ScalarField::from_be_bytes_mod_order(&statement.digest);
        if e != C::digest(s, t, x) {
            return Err(congruence);
        }
        // Integers that are inverted modulo the circuit's modulus.
        let n = order::<C::ScalarField>();
        let mut inverted = C::inverted(witness);
        for (scalar, windows) in [(&witness.s, Window::of_base()), (&witness.t, Window::of_key())] {
            let (low, high) = halves(scalar, &windows).unwrap();
            for x in [&low + &high, low - high] {
                inverted.extend([&x - &n, x + &n]);
            }
        }
        let refused = inverted.iter().any(|x| x.magnitude() % order::<Fr>().magnitude() == BigUint::ZERO);
        if C::r(s, t, x).is_zero() || refused { Err(nonzero) } else { Ok(()) }
    }

    fn synthesize(
        rows: &mut Rows,
        instances: &Instances,
        witness: Option<&Self::Witness>,
    ) -> Result<(), SynthesisError> {
        let (table, digest) = instances.public.split_at(TABLE_VALUES);
        let digest = core::array::from_fn(|i| digest[i].clone());
        C::enforce(rows, table, &digest, witness)
    }
}

/// A residue of an integer of any sign.
pub fn residue<F: PrimeField>(x: &BigInt) -> F {
    let magnitude = F::from_le_bytes_mod_order(&x.magnitude().to_bytes_le());
    if x.sign() == num_bigint::Sign::Minus { -magnitude } else { magnitude }
}

/// An x-coordinate as a scalar.
pub fn as_scalar<C: Curve>(x: C::BaseField) -> C::ScalarField {
    residue(&to_integer(x))
}

/// A scalar with no structure, the same for the same seed.
pub fn scalar<F: PrimeField>(seed: u64) -> F {
    (F::from(seed) + F::from(0x9e37_79b9_7f4a_7c15_u64)).pow([0xdead_beef_u64, 0x0123_4567_89ab])
}

/// A residue as 32 big-endian bytes.
pub fn bytes<F: PrimeField>(x: F) -> [u8; 32] {
    x.into_bigint().to_bytes_be().try_into().unwrap()
}

/// The key of a secret.
pub fn key<C: Curve>(secret: C::ScalarField) -> PublicKey<C> {
    PublicKey::from_point((C::GENERATOR * secret).into()).unwrap()
}

/// The statement that two scalars satisfy, with their witness: what whoever chooses the digest can always have.
pub fn fitted<C: Suite>(key: &PublicKey<C>, s: C::ScalarField, t: C::ScalarField) -> (Statement<C>, Witness<C>) {
    let witness = Witness::new(key, s, t);
    let digest = bytes(C::digest(s, t, residue(&witness.x)));
    (Statement { key: key.clone(), digest }, witness)
}

/// A key, and two scalars, for which the sum is the given point.
pub fn hitting<C: Suite>(point: Affine<C>) -> (PublicKey<C>, C::ScalarField, C::ScalarField) {
    let (s, t) = (scalar::<C::ScalarField>(31), scalar::<C::ScalarField>(32));
    let key = (point - C::GENERATOR * s) * t.inverse().unwrap();
    (PublicKey::from_point(key.into()).unwrap(), s, t)
}

/// A point with the given x-coordinate, or the next lower one that is on the curve.
pub fn point_from<C: Curve>(mut x: C::BaseField) -> Affine<C> {
    loop {
        if let Some(point) = Affine::<C>::get_point_from_x_unchecked(x, false) {
            return point;
        }
        x -= C::BaseField::ONE;
    }
}
