//! A product of many pairings: one Miller loop in which all pairs share every squaring.
//!
//! The optimal ate pairing of BN curves (Vercauteren, "Optimal Pairings", IEEE Transactions on Information Theory 2010), with
//! arkworks' prepared lines and final exponentiation. arkworks' own loop shares squarings among four pairs and starts its thread
//! pool; a verification has six and is faster on one thread.

use ark_ec::{
    AffineRepr,
    bn::BnConfig,
    pairing::{MillerLoopOutput, Pairing},
};
use ark_ff::{Field, One};
use shiming_circuits::field::{Curve, CurveConfig, G1Affine};

/// A point of G2 with its lines computed.
pub(crate) type PreparedG2 = <Curve as Pairing>::G2Prepared;

/// Whether the product of `e(p, q)` over all pairs is one.
///
/// A pair with the identity on either side contributes one and is left out. `None` of the pairs at all is the empty product.
pub(crate) fn product_is_one(pairs: &[(G1Affine, &PreparedG2)]) -> bool {
    let mut pairs: Vec<_> =
        pairs.iter().filter(|(p, q)| !p.is_zero() && !q.infinity).map(|(p, q)| (p, q.ell_coeffs.iter())).collect();
    let mut f = <Curve as Pairing>::TargetField::one();
    // Each pair's lines come in the order of the loop: one for a doubling, one more where the digit is not zero. The curve's
    // parameter is positive and its twist is of type D, so no inversion follows and the lines multiply as below.
    let mut multiply = |f: &mut <Curve as Pairing>::TargetField| {
        for (p, lines) in &mut pairs {
            if let Some((c0, c1, c2)) = lines.next() {
                let (mut c0, mut c1) = (*c0, *c1);
                c0.mul_assign_by_fp(&p.y);
                c1.mul_assign_by_fp(&p.x);
                f.mul_by_034(&c0, &c1, c2);
            }
        }
    };
    let digits = CurveConfig::ATE_LOOP_COUNT;
    for (i, digit) in digits.iter().rev().skip(1).enumerate() {
        if i > 0 {
            f.square_in_place();
        }
        multiply(&mut f);
        if *digit != 0 {
            multiply(&mut f);
        }
    }
    // The two Frobenius lines of the optimal ate pairing.
    multiply(&mut f);
    multiply(&mut f);
    Curve::final_exponentiation(MillerLoopOutput(f)).is_some_and(|output| output.0.is_one())
}
