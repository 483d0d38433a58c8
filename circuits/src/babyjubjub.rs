//! Baby Jubjub (ERC-2494) in circomlib's coordinates: `168700 x^2 + y^2 = 1 + 168696 x^2 y^2` over the BN254 scalar field.
//!
//! arkworks has the isomorphic curve with `a = 1`, whose x-coordinates differ by the factor `sqrt(168700)` and whose generator
//! is another point. Keys and signatures of other implementations are in the coordinates used here, so the curve is defined
//! directly: there is no coordinate map that could be applied twice, not at all, or with the wrong root.
//!
//! `a = 168700` is a square and `d = 168696` is not, so the affine addition law is complete: its denominators never vanish for
//! any two points of the curve, the identity, doublings, inverses and points of small order included (Bernstein, Birkner,
//! Joye, Lange, Peters, "Twisted Edwards Curves", AFRICACRYPT 2008, section 6). Both facts are tested. Native and in-circuit
//! arithmetic use this law alone, so there is no exceptional case anywhere.
//!
//! Secret scalars only ever multiply the generator, and [`base_mul`] does so by one sequence of field operations for all of
//! them, so that neither the length nor the weight of a nonce shows in the time. The field operations themselves are those of
//! arkworks, which promises no constant time.

pub mod gadget;
pub mod table;

use crate::field::Fr;
use ark_ec::{
    CurveConfig,
    twisted_edwards::{self, MontCurveConfig, TECurveConfig},
};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, MontFp, PrimeField};

/// Integers modulo the order `l` of the prime subgroup, 251 bits.
pub type Scalar = ark_ed_on_bn254::Fr;

/// A pair of coordinates; on the curve only if something has checked it.
pub type Affine = twisted_edwards::Affine<BabyJubjub>;

/// A point in extended coordinates.
pub type Projective = twisted_edwards::Projective<BabyJubjub>;

/// The bits of a scalar.
pub const SCALAR_BITS: usize = 251;

/// The curve's constants; its generator is circomlib's `Base8`, of prime order `l`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BabyJubjub;

impl CurveConfig for BabyJubjub {
    type BaseField = Fr;
    type ScalarField = Scalar;

    const COFACTOR: &'static [u64] = &[8];
    const COFACTOR_INV: Scalar =
        MontFp!("2394026564107420727433200628387514462817212225638746351800188703329891451411");
}

impl TECurveConfig for BabyJubjub {
    type MontCurveConfig = Self;

    const COEFF_A: Fr = MontFp!("168700");
    const COEFF_D: Fr = MontFp!("168696");
    const GENERATOR: Affine = Affine::new_unchecked(
        MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
        MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
    );
}

impl MontCurveConfig for BabyJubjub {
    type TECurveConfig = Self;

    const COEFF_A: Fr = MontFp!("168698");
    const COEFF_B: Fr = MontFp!("1");
}

/// The generator times a scalar: a doubling and an addition for each of the 251 bits, whatever they are, and an inversion by
/// Fermat's theorem.
pub fn base_mul(scalar: &Scalar) -> Affine {
    let bits = scalar.into_bigint();
    let mut product = Projective::ZERO;
    for i in (0..SCALAR_BITS).rev() {
        product.double_in_place();
        let with_base = product + BabyJubjub::GENERATOR;
        product = [product, with_base][usize::from(bits.get_bit(i))];
    }
    let mut exponent = Fr::MODULUS;
    exponent.sub_with_borrow(&BigInt::from(2u64));
    // The exponent is public. Z is not zero: the formulas are complete.
    let inverse = product.z.pow(exponent);
    Affine::new_unchecked(product.x * inverse, product.y * inverse)
}
