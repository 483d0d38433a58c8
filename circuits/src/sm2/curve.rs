//! The recommended curve of SM2 (GB/T 32918.5, section 2): `y^2 = x^3 - 3 x + b`.

use crate::{
    field::Fr,
    linear::{Linear, power_of_two},
    solinas::{LIMBS, gadget::Element},
    weierstrass::{self, Affine, ConstantWindow, Constants, Curve, gadget::zeros},
};
use ark_ec::{CurveConfig, short_weierstrass::SWCurveConfig};
use ark_ff::{Field, Fp256, MontBackend, MontConfig, MontFp};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use std::sync::OnceLock;

/// Parameters of the prime field, `p = 2^256 - 2^224 - 2^96 + 2^64 - 1`.
#[derive(MontConfig)]
#[modulus = "115792089210356248756420345214020892766250353991924191454421193933289684991999"]
#[generator = "13"]
pub struct CoordinateConfig;

/// Parameters of the scalar field, the integers modulo the order `n`.
#[derive(MontConfig)]
#[modulus = "115792089210356248756420345214020892766061623724957744567843809356293439045923"]
#[generator = "3"]
pub struct ScalarConfig;

/// Coordinates.
pub type Coordinate = Fp256<MontBackend<CoordinateConfig, 4>>;

/// Scalars.
pub type Scalar = Fp256<MontBackend<ScalarConfig, 4>>;

/// The curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sm2;

impl CurveConfig for Sm2 {
    type BaseField = Coordinate;
    type ScalarField = Scalar;

    const COFACTOR: &'static [u64] = &[1];
    const COFACTOR_INV: Scalar = Scalar::ONE;
}

impl SWCurveConfig for Sm2 {
    type ZeroFlag = ();

    const COEFF_A: Coordinate = MontFp!("-3");
    const COEFF_B: Coordinate =
        MontFp!("18505919022281880113072981827955639221458448578012075254857346196103069175443");
    const GENERATOR: Affine<Self> = Affine::<Self>::new_unchecked(
        MontFp!("22963146547237050559479531362550074578802567295341616970375194840604139615431"),
        MontFp!("85132369209828568825618990617112496413088388631904505083283536607588877201568"),
    );
}

impl Curve for Sm2 {
    const PRIME: [i64; LIMBS + 1] = [-1, 0, 1, -1, 0, 0, 0, -1, 1];

    fn constants() -> Result<&'static Constants, SynthesisError> {
        static CONSTANTS: OnceLock<Option<Constants>> = OnceLock::new();
        CONSTANTS.get_or_init(Constants::new::<Self>).as_ref().ok_or(SynthesisError::Unsatisfiable)
    }

    fn base_table() -> Result<&'static [ConstantWindow<Self>], SynthesisError> {
        static TABLE: OnceLock<Option<Vec<ConstantWindow<Sm2>>>> = OnceLock::new();
        TABLE.get_or_init(weierstrass::base_table).as_deref().ok_or(SynthesisError::Unsatisfiable)
    }

    /// A signature is `s = (k - r d) / (1 + d)` for the secret `d`, so `d = n - 1` has none (GB/T 32918.1, section 6.1).
    fn can_sign(key: &Affine<Self>) -> bool {
        *key != -Self::GENERATOR
    }

    /// Eleven rows. The limbs of the prime are, from the highest, `2^32 - 2`, four of `2^32 - 1`, zero and two of `2^32 - 1`.
    /// With `a` the number of zeros among the highest 31 bits, `m` among those of limbs 3 to 6 and `z` among those of limbs 0
    /// and 1, an integer is below the prime if and only if `a` is not zero, or bit 224 is zero and either `m` is not zero, or
    /// limb 2 is zero and `z` is not. That is `[a = 0] (b_224 + 2 [m = 0] (x_2 + 2^32 [z = 0])) = 0`, as all terms of the
    /// second factor are integers that are not negative and small.
    fn enforce_below_prime(
        cs: &ConstraintSystemRef<Fr>,
        x: &Element,
        bits: &[Vec<Linear>],
    ) -> Result<(), SynthesisError> {
        let top_full = zeros(&bits[7][1..]).is_zero(cs)?;
        let middle_full = zeros(bits[3..7].iter().flatten()).is_zero(cs)?;
        let mut rest = zeros(bits[..2].iter().flatten()).is_zero(cs)?.scaled(power_of_two(32));
        rest.add_scaled(Fr::ONE, &x.limbs[2]);
        let mut excess = Linear::product(cs, &middle_full, &rest)?.scaled(Fr::from(2u8));
        excess.add_scaled(Fr::ONE, &bits[7][0]);
        Linear::enforce_product(cs, &top_full, &excess, &Linear::zero())
    }
}
