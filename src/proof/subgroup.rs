//! Whether a point of the twist is in G2, for every G2 point that comes from outside.
//!
//! The twist `E'` over `F_{p^2}` has `r h` points with `h = 10069 * 5864401 * 1875725156269 * q_4`, `q_4` a prime of 178 bits.
//! A point outside the subgroup of order `r` makes a pairing meaningless. With `psi` the untwist-Frobenius-twist
//! endomorphism and `x` the parameter of the curve, a point `P` of the twist is in G2 if and only if
//!
//! ```text
//! [x+1] P + psi([x] P) + psi^2([x] P) = psi^3([2x] P)
//! ```
//!
//! (Dai, Lin, Zhao, Zhou, "Fast subgroup membership testings for G1, G2 and GT on pairing-friendly curves", Designs, Codes
//! and Cryptography 2023, ePrint 2022/348, sections 3 and 5.1). One multiplication by 63 bits, where `psi(P) = [6x^2] P`
//! (El Housni, Guillevic, Piellard, ePrint 2022/352, section 4.3) takes one by 127.
//!
//! Why it is exact: `psi^2 - [t] psi + [p] = 0` on the twist, so the difference of both sides is `[a] P + [b] psi(P)` for
//! integers `a` and `b`, and `[a^2 + a b t + b^2 p]` annihilates every `P` where it vanishes. The greatest common divisor of
//! that norm with `r h` is `r`. The tests say the same in another way: no prime factor of `h` divides it twice, so `psi` acts
//! on the points of each such order as a scalar, and one point per factor that is refused refuses all points with a part of
//! that order.

use super::msm::wnaf;
use ark_ff::{AdditiveGroup, Field, MontFp};
use shiming_circuits::field::{Fq2, G2Affine, G2Projective};

/// The parameter `x` of the curve: `p = 36x^4 + 36x^3 + 24x^2 + 6x + 1`.
const X: u64 = 4_965_661_367_192_848_881;

/// `(u+9)^((p-1)/3)`.
const PSI_X: Fq2 = Fq2::new(
    MontFp!("21575463638280843010398324269430826099269044274347216827212613867836435027261"),
    MontFp!("10307601595873709700152284273816112264069230130616436755625194854815875713954"),
);

/// `(u+9)^((p-1)/2)`.
const PSI_Y: Fq2 = Fq2::new(
    MontFp!("2821565182194536844548159561693502659359617185244120367078079554186484126554"),
    MontFp!("3505843767911556378687030309984248845540243509899259641013678093033130930403"),
);

/// Whether `point` is on the twist and in the subgroup of order `r`; true of the point at infinity, which callers that
/// cannot use it refuse by themselves.
#[must_use]
pub fn g2_in_subgroup(point: &G2Affine) -> bool {
    if !point.is_on_curve() {
        return false;
    }
    let multiple = times_x(point);
    // psi is a homomorphism: psi(Q) + psi^2(Q) = psi(Q + psi(Q)).
    let left = multiple + point + psi(&(multiple + psi(&multiple)));
    left == psi(&psi(&psi(&multiple.double())))
}

/// `[x] P`, in non-adjacent form: 62 doublings and 23 additions.
fn times_x(point: &G2Affine) -> G2Projective {
    let (plus, minus) = (*point, -*point);
    let digits: Vec<_> = wnaf([X, 0, 0, 0], 2).collect();
    let mut total = G2Projective::ZERO;
    let mut height = 0;
    for (position, digit) in digits.into_iter().rev() {
        for _ in position..height {
            total.double_in_place();
        }
        height = position;
        total += if digit < 0 { minus } else { plus };
    }
    // X is odd: the last digit is at position 0.
    total
}

/// `(x, y) -> (x^p (u+9)^((p-1)/3), y^p (u+9)^((p-1)/2))`, in Jacobian coordinates.
fn psi(point: &G2Projective) -> G2Projective {
    let mut image = *point;
    image.x.frobenius_map_in_place(1);
    image.y.frobenius_map_in_place(1);
    image.z.frobenius_map_in_place(1);
    image.x *= PSI_X;
    image.y *= PSI_Y;
    image
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::PrimeField;
    use shiming_circuits::field::Fq;

    #[test]
    fn psi_constants() {
        let xi = Fq2::new(Fq::from(9), Fq::from(1));
        // With e = (p-1)/6, taken from p = 6e + 1.
        let mut e = Fq::MODULUS_MINUS_ONE_DIV_TWO;
        let (mut quotient, mut rest) = ([0u64; 4], 0u128);
        for (q, limb) in quotient.iter_mut().zip(e.0).rev() {
            let value = rest << 64 | u128::from(limb);
            *q = (value / 3) as u64;
            rest = value % 3;
        }
        assert_eq!(rest, 0);
        e.0 = quotient;
        assert_eq!(xi.pow(e).square(), PSI_X);
        assert_eq!(xi.pow(Fq::MODULUS_MINUS_ONE_DIV_TWO), PSI_Y);
    }
}
