//! The recommended curve of SM2 (GB/T 32918.5, section 2): `y^2 = x^3 - 3 x + b`.

use crate::{
    field::Fr,
    linear::Linear,
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

    /// Two rows. The integer is accepted if not all of its highest 31 bits are one, or bit 224 is zero and some bit of limbs 3
    /// to 6 is: `a + 32 b != 0`, where `a` counts zeros among the 31 bits and `b` is the number of zeros in limbs 3 to 6 if bit 224 is zero, and
    /// else zero. Neither is negative and both are small, so the sum is zero only if both are.
    ///
    /// In the first case the integer is below `2^256 - 2^225`. In the second its highest 32 bits are `2^32 - 2` and the next 128
    /// are not all one, so it is below `2^256 - 2^224 - 2^96 < p`. Refused are the `2^64 - 1` integers between that and `p`, and all from `p` on.
    fn enforce_below_prime(
        cs: &ConstraintSystemRef<Fr>,
        _: &Element,
        bits: &[Vec<Linear>],
    ) -> Result<(), SynthesisError> {
        let middle = zeros(bits[3..7].iter().flatten());
        let middle = Linear::product(cs, &zeros([&bits[7][0]]), &middle)?;
        (&zeros(&bits[7][1..]) + &middle.scaled(Fr::from(32u8))).enforce_nonzero(cs)
    }

    fn is_below_prime(limbs: &[u32; LIMBS]) -> bool {
        limbs[7] >> 1 != u32::MAX >> 1 || limbs[7] & 1 == 0 && limbs[3..7].iter().any(|limb| *limb != u32::MAX)
    }
}
