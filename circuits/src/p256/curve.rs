//! P-256 (SEC 2, secp256r1) as arkworks has it, with what the circuit needs.

use super::P256;
use crate::{
    field::Fr,
    linear::{Linear, power_of_two},
    solinas::{LIMBS, gadget::Element},
    weierstrass::{self, ConstantWindow, Constants, Curve, gadget::zeros},
};
use ark_ff::Field;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::sync::OnceLock;

impl Curve for P256 {
    const PRIME: [i64; LIMBS + 1] = [-1, 0, 0, 1, 0, 0, 1, -1, 1];

    fn constants() -> Result<&'static Constants, SynthesisError> {
        static CONSTANTS: OnceLock<Option<Constants>> = OnceLock::new();
        CONSTANTS.get_or_init(Constants::new::<Self>).as_ref().ok_or(SynthesisError::Unsatisfiable)
    }

    fn base_table() -> Result<&'static [ConstantWindow<Self>], SynthesisError> {
        static TABLE: OnceLock<Option<Vec<ConstantWindow<P256>>>> = OnceLock::new();
        TABLE.get_or_init(weierstrass::base_table).as_deref().ok_or(SynthesisError::Unsatisfiable)
    }

    /// Eight rows. The limbs of the prime are, from the highest, `2^32 - 1`, 1, three of zero and three of `2^32 - 1`. With `a`
    /// the number of zeros among the bits of limb 7 and `z` among those of limbs 0 to 2, and `m` the sum of limbs 3 to 5, an
    /// integer is below the prime if and only if `a` is not zero, or limb 6 is zero, or limb 6 is one, `m` is zero and `z` is
    /// not. The last two are `x_6 (x_6 - 1 + 2^32 m + 2^80 [z = 0]) = 0`, whose second factor is a sum of terms that are not
    /// negative once `x_6` is not zero.
    fn enforce_below_prime(
        cs: &ConstraintSystemRef<Fr>,
        x: &Element,
        bits: &[Vec<Linear>],
    ) -> Result<(), SynthesisError> {
        let top_full = zeros(&bits[7]).is_zero(cs)?;
        let lowest_full = zeros(bits[..3].iter().flatten()).is_zero(cs)?;
        let limb = &x.limbs[6];
        let mut rest = limb.plus(-Fr::ONE);
        for middle in &x.limbs[3..6] {
            rest.add_scaled(power_of_two(32), middle);
        }
        rest.add_scaled(power_of_two(80), &lowest_full);
        let excess = Linear::product(cs, limb, &rest)?;
        Linear::enforce_product(cs, &top_full, &excess, &Linear::zero())
    }
}
