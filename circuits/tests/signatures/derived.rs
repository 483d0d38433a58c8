//! The witness that the rules would have for a signature, valid or not: what a prover has who skips verification.

use crate::foreign::Suite;
use ark_ff::{Field, PrimeField};
use shiming_circuits::{
    p256::P256,
    sm2::Sm2,
    weierstrass::{PublicKey, Witness},
};

pub(crate) trait Derived: Suite {
    /// The scalars of G and of the key, for r, s and e modulo the order.
    fn scalars(
        r: Self::ScalarField,
        s: Self::ScalarField,
        e: Self::ScalarField,
    ) -> (Self::ScalarField, Self::ScalarField);

    /// The witness for r and s, whatever integers they are.
    fn derived(key: &PublicKey<Self>, digest: &[u8; 32], encoded: &[u8; 64]) -> Witness<Self> {
        let residue = |bytes: &[u8]| Self::ScalarField::from_be_bytes_mod_order(bytes);
        let (s, t) = Self::scalars(residue(&encoded[..32]), residue(&encoded[32..]), residue(digest));
        Witness::new(key, s, t)
    }
}

impl Derived for Sm2 {
    fn scalars(
        r: Self::ScalarField,
        s: Self::ScalarField,
        _: Self::ScalarField,
    ) -> (Self::ScalarField, Self::ScalarField) {
        (s, r + s)
    }
}

impl Derived for P256 {
    fn scalars(
        r: Self::ScalarField,
        s: Self::ScalarField,
        e: Self::ScalarField,
    ) -> (Self::ScalarField, Self::ScalarField) {
        let inverse = s.inverse().unwrap_or_default();
        (e * inverse, r * inverse)
    }
}
