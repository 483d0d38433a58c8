//! P-256 (SEC 2, secp256r1) as arkworks has it, with what the circuit needs.

use super::P256;
use crate::{
    field::Fr,
    linear::Linear,
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

    /// One row: the number of zeros in the highest limb times a witness is limb 6. The integer is accepted if the highest limb is
    /// not all one, or limb 6 is zero.
    ///
    /// In the first case the integer is below `2^256 - 2^224 < p`. In the second it is below `2^256 - 2^224 + 2^192 < p =
    /// 2^256 - 2^224 + 2^192 + 2^96 - 1`. Refused are the `2^96 - 1` integers between that and `p`, and all from `p` on.
    fn enforce_below_prime(
        cs: &ConstraintSystemRef<Fr>,
        x: &Element,
        bits: &[Vec<Linear>],
    ) -> Result<(), SynthesisError> {
        let zeros = zeros(&bits[7]);
        let quotient = zeros.value().zip(x.limbs[6].value()).map(|(y, x)| x * y.inverse().unwrap_or_default());
        let quotient = Linear::witness(cs, quotient)?;
        Linear::enforce_product(cs, &zeros, &quotient, &x.limbs[6])
    }

    fn is_below_prime(limbs: &[u32; LIMBS]) -> bool {
        limbs[7] != u32::MAX || limbs[6] == 0
    }
}
