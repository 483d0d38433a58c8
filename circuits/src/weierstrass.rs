//! Sums `s G + t Q` on a short Weierstrass curve over a foreign prime, natively and in-circuit: SM2's curve and P-256.
//!
//! The order `n` of the group is an odd prime of 256 bits. G is the generator, Q an issuer's key, any point but the identity.
//!
//! **Digits.** Both scalars are odd integers, by odd signed digits ([`window`]); a residue has an odd representative. No digit
//! is zero and no entry of a table is the identity.
//!
//! **Tables.** The multiples of G are constants of the circuit. Those of Q are public: whoever has the key computes the same
//! values, so the prover has no say in them and one circuit serves all keys ([`table`]).
//!
//! **Addition.** For points P and P' the rows say that a slope `l` satisfies `l (x' - x) = y' - y` modulo the prime, and that
//! the sum has `X = l^2 - x - x'`; where its y-coordinate is needed it is `l (x - X) - y`, inserted as it stands. The premise
//! is that neither point is the identity.
//!
//! - `x != x'`: the slope is determined and the sum is right.
//! - `P' = -P`: the left side is zero, the right side `-2 y`, which is not, as the order of the group is odd. No assignment.
//! - `P' = P`: the slope is free. This case must not occur.
//!
//! **Why it does not occur within one scalar.** The entries of neighbouring windows are added in a tree. A node adds `L B` and
//! `R B`, where B is G or Q, `L` is the sum of `d_i 2^(o_i)` over windows from bit `a` to bit `b`, and `R` from `b` to `c`. `L`
//! is an odd multiple of `2^a` below `2^b` in size; `R` is an odd multiple of `2^b`, so at least `2^b` in size. Therefore
//! `L + R` and `L - R` are not zero, and neither `L` nor `R` is. `B` has order `n`, so the points are equal or opposite only if
//! `n` divides `L - R` or `L + R`. In size both are below `2^c`, at most `2^256 < 2 n`: they would have to be `n` or `-n`. If
//! `a > 0` they are even, and `n` is odd. If `a = 0` and `c < 256` they are below `2^255 < n`. There remains the root, where
//! four rows exclude `n` and `-n` for both ([`Scalar::enforce_nonzero`]). Hence no node but the last adds equal points,
//! nor any that are the identity, whatever the prover does: this rests on no assumption. It loses four of `2^256` digit
//! strings, and those few that differ from them by a multiple of the circuit's modulus, as inverses are taken there.
//!
//! **The last addition** is `s G + t Q`. If `s G = -t Q` the sum is the identity, and there is no assignment, as both standards
//! demand. If `s G = t Q` the slope is free, and the prover knows the issuer's secret, `s / t` modulo `n`, with `t` not zero.
//! Whoever knows it can sign. So from a prover that convinces one extracts a signature, or the secret and with it a signature:
//! the relation remains an argument of knowledge of a signature, for every key, also for one that was made to cheat, and
//! without a further assumption. An honest prover for whom the two happen to be equal takes the tangent and is right.

mod addition;
pub mod gadget;
mod key;
mod lookup;
pub mod table;
pub mod window;

pub(crate) use key::{Flaw, differs_in_field};
pub use key::{KeyError, PublicKey, Signature, SignatureError, Witness};
pub use lookup::{Entry, Scalar};
pub use table::ConstantWindow;

use crate::{
    field::Fr,
    linear::Linear,
    solinas::{Arithmetic, LIMBS, Modulus, gadget::Element},
};
use ark_ec::short_weierstrass::{self, SWCurveConfig};
use ark_ff::PrimeField;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The number of public values of a key's table ([`table::adapted_values`]).
pub const TABLE_VALUES: usize = 4_992;

/// A point, on the curve only if something has checked it.
pub type Affine<C> = short_weierstrass::Affine<C>;

/// A curve of prime order over a prime field, both of 256 bits.
pub trait Curve: SWCurveConfig<BaseField: PrimeField> + Copy + Eq {
    /// The prime of the field as a polynomial in `2^32`, the constant coefficient first.
    const PRIME: [i64; LIMBS + 1];

    /// The constants of the curve, made once.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::Unsatisfiable`] if they do not exist, which tests exclude.
    fn constants() -> Result<&'static Constants, SynthesisError>;

    /// The table of the generator, made once.
    ///
    /// # Errors
    ///
    /// As [`Self::constants`].
    fn base_table() -> Result<&'static [ConstantWindow<Self>], SynthesisError>;

    /// Whether whoever has the secret of this key can sign. Only one key of SM2 is not such.
    #[must_use]
    fn can_sign(_key: &Affine<Self>) -> bool {
        true
    }

    /// Rows that hold if and only if an integer, given by limbs of 32 bits and their bits, is below the prime.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    fn enforce_below_prime(
        cs: &ConstraintSystemRef<Fr>,
        x: &Element,
        bits: &[Vec<Linear>],
    ) -> Result<(), SynthesisError>;
}

/// Arithmetic modulo the prime of a curve and the order of its group.
#[derive(Debug)]
pub struct Constants {
    /// Modulo the prime.
    pub field: Arithmetic,
    /// Modulo the order.
    pub order: Arithmetic,
}

impl Constants {
    /// The constants of a curve.
    pub(crate) fn new<C: Curve>() -> Option<Self> {
        Some(Self {
            field: Arithmetic::new(Modulus::from_polynomial(&C::PRIME))?,
            order: Arithmetic::new(Modulus::from_integer(window::order::<C::ScalarField>()))?,
        })
    }
}

/// The table of the generator.
pub(crate) fn base_table<C: Curve>() -> Option<Vec<ConstantWindow<C>>> {
    let modulus = C::constants().ok()?.field.modulus();
    Some(window::base_multiples::<C>().into_iter().map(|points| ConstantWindow::new(points, modulus)).collect())
}
