//! Relations that consist of one signature over a public digest, and signers that know their secret.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ark_relations::gr1cs::SynthesisError;
use shiming_circuits::{
    p256::{self, P256},
    relation::{Instances, Relation, Rows, Rule},
    sm2::{self, Sm2},
    weierstrass::{Curve, PublicKey, Signature, Witness, table::adapted_values},
};

/// A key and a digest.
pub struct Statement<C: Curve> {
    pub key: PublicKey<C>,
    pub digest: [u8; 32],
}

impl<C: Curve> Statement<C> {
    fn public(&self) -> Vec<Fr> {
        let words = self.digest.chunks(4).map(|word| Fr::from_be_bytes_mod_order(word));
        self.key.table().iter().copied().chain(words).collect()
    }
}

macro_rules! signature_relation {
    ($name:ident, $curve:ty, $module:ident, $text:literal) => {
        /// The table of a key and the words of a digest are public: there is a signature.
        pub struct $name;

        impl Relation for $name {
            type Statement = Statement<$curve>;
            type Witness = Witness<$curve>;

            const NAME: &'static str = $text;
            const PUBLIC: usize = 4808;
            const HIDDEN: usize = 0;
            const RULES: &'static [Rule] = &$module::gadget::RULES;

            fn public(statement: &Self::Statement) -> Vec<Fr> {
                statement.public()
            }

            fn hidden(_: &Self::Witness) -> Vec<Fr> {
                Vec::new()
            }

            fn holds(_: &Self::Statement, _: &Self::Witness) -> Result<(), Rule> {
                unimplemented!("the native predicate is PublicKey::verify")
            }

            fn synthesize(
                rows: &mut Rows,
                instances: &Instances,
                witness: Option<&Self::Witness>,
            ) -> Result<(), SynthesisError> {
                assert_eq!(Self::PUBLIC, adapted_values() + 8);
                let (table, digest) = instances.public.split_at(adapted_values());
                let digest = core::array::from_fn(|i| digest[i].clone());
                $module::gadget::enforce_signature(rows, table, &digest, witness)
            }
        }
    };
}

signature_relation!(Sm2Signature, Sm2, sm2, "test/sm2");
signature_relation!(P256Signature, P256, p256, "test/p256");

/// The key of a secret.
pub fn key<C: Curve>(secret: C::ScalarField) -> PublicKey<C> {
    PublicKey::from_point((C::GENERATOR * secret).into()).unwrap()
}

pub fn scalar<F: PrimeField>(x: u64) -> F {
    // Any spread-out value.
    F::from(x).pow([97]) + F::from(x)
}

/// The scalar as 32 big-endian bytes.
pub fn bytes<F: PrimeField>(x: F) -> [u8; 32] {
    use ark_ff::BigInteger;
    x.into_bigint().to_bytes_be().try_into().unwrap()
}

pub fn signature<C: Curve>(r: C::ScalarField, s: C::ScalarField) -> Signature<C> {
    let mut encoded = [0; 64];
    encoded[..32].copy_from_slice(&bytes(r));
    encoded[32..].copy_from_slice(&bytes(s));
    Signature::from_bytes(&encoded).unwrap()
}
