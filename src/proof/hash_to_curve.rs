//! Hashing to G1 (RFC 9380), suite `BN254G1_XMD:SHA-256_SVDW_RO_`.
//!
//! `hash_to_curve` of section 3 with `expand_message_xmd` over SHA-256 (5.3.1), `hash_to_field` with `m = 1`, `L = 48`
//! (5.2), and the map of Shallue and van de Woestijne (6.6.1, straight-line in appendix F.1) with `Z = 1`. The curve is
//! `y^2 = x^3 + 3`; G1 is all of it, so the cofactor to clear is 1. The output is a random oracle into G1: nobody knows its
//! discrete logarithm to any base.
//!
//! The hash to the field is written here because the expander of `ark-ff` pads with `L` zero bytes where the RFC says the
//! block length of the hash; the two differ in this field, so it would not reproduce the published vectors.
//!
//! Takes time that depends on the input, which is public: an audience and a scope.

use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, Field, MontFp, One, PrimeField, Zero, serial_batch_inversion_and_mul};
use sha2::{Digest, Sha256};
use shiming_circuits::{
    domain,
    field::{Fq, G1Affine},
};

/// `B` of the curve equation.
const B: Fq = MontFp!("3");
/// `Z` of the map, the first candidate of RFC 9380, appendix H.1.
const Z: Fq = MontFp!("1");
/// `c1 = g(Z)`.
const C1: Fq = MontFp!("4");
/// `c2 = -Z / 2`.
const C2: Fq = MontFp!("10944121435919637611123202872628637544348155578648911831344518947322613104291");
/// `c3 = sqrt(-g(Z) * (3 * Z^2 + 4 * A))`, the root with `sgn0(c3) = 0`.
const C3: Fq = MontFp!("8815841940592487685674414971303048083897117035520822607866");
/// `c4 = -4 * g(Z) / (3 * Z^2 + 4 * A)`.
const C4: Fq = MontFp!("7296080957279758407415468581752425029565437052432607887563012631548408736189");

/// The bytes that one field element is reduced from: `ceil((254 + 128) / 8)`.
const L: usize = 48;
/// The output length of SHA-256.
const OUTPUT: usize = 32;
/// The block length of SHA-256.
const BLOCK: usize = 64;

/// The base that a pseudonym is a multiple of: the hash of audience and scope under the library's own tag.
///
/// Both are hashed as UTF-8 behind their length in bytes as a 32-bit big-endian integer, so that no two pairs meet.
pub fn pseudonym_base(audience: &str, scope: &str) -> G1Affine {
    let mut message = Vec::with_capacity(8 + audience.len() + scope.len());
    for part in [audience, scope] {
        // Saturates at 4 GiB, which no request reaches; every shorter pair has one encoding.
        message.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend(part.as_bytes());
    }
    hash_to_curve(domain::PSEUDONYM_DST, &message)
}

/// `hash_to_curve` (RFC 9380, section 3): a point of G1, indifferentiable from a random oracle.
///
/// `dst` should not be empty; one of more than 255 bytes is hashed first (section 5.3.3).
pub fn hash_to_curve(dst: &[u8], message: &[u8]) -> G1Affine {
    let [q0, q1] = map_to_curve(&hash_to_field(dst, message));
    // G1 has prime order: there is no cofactor to clear.
    (q0.into_group() + q1).into_affine()
}

/// `hash_to_field` (RFC 9380, section 5.2) with `count = 2`.
#[must_use]
pub fn hash_to_field(dst: &[u8], message: &[u8]) -> [Fq; 2] {
    let mut u = [Fq::zero(); 2];
    for (u, bytes) in u.iter_mut().zip(expand_message(dst, message).chunks(L)) {
        *u = Fq::from_be_bytes_mod_order(bytes);
    }
    u
}

/// `expand_message_xmd` (RFC 9380, section 5.3.1) over SHA-256, for `2 L = 96` bytes: three blocks.
fn expand_message(dst: &[u8], message: &[u8]) -> [u8; 2 * L] {
    let long;
    let (dst, length) = match u8::try_from(dst.len()) {
        Ok(length) => (dst, length),
        Err(_) => {
            long = Sha256::new_with_prefix(b"H2C-OVERSIZE-DST-").chain_update(dst).finalize();
            (long.as_slice(), OUTPUT as u8)
        }
    };
    let b0 = Sha256::new_with_prefix([0; BLOCK])
        .chain_update(message)
        .chain_update(((2 * L) as u16).to_be_bytes())
        .chain_update([0])
        .chain_update(dst)
        .chain_update([length])
        .finalize();
    let mut out = [0; 2 * L];
    let mut previous = [0; OUTPUT];
    for (i, block) in (1u8..).zip(out.chunks_mut(OUTPUT)) {
        // b_1 hashes b_0 itself: exclusive or with zero.
        for (byte, b0) in previous.iter_mut().zip(&b0) {
            *byte ^= b0;
        }
        let hash = Sha256::new_with_prefix(previous).chain_update([i]).chain_update(dst).chain_update([length]);
        previous = hash.finalize().into();
        block.copy_from_slice(&previous);
    }
    out
}

/// `map_to_curve_svdw` (RFC 9380, appendix F.1) of both elements; they share their one inversion.
pub fn map_to_curve(u: &[Fq; 2]) -> [G1Affine; 2] {
    let maps = u.map(|u| {
        let tv = u.square() * C1;
        (u, Fq::one() + tv, Fq::one() - tv)
    });
    let mut inverses = maps.map(|(_, plus, minus)| plus * minus);
    // inv0: leaves zeros as they are.
    serial_batch_inversion_and_mul(&mut inverses, &Fq::one());
    let mut points = [G1Affine::zero(); 2];
    for ((point, (u, plus, minus)), inverse) in points.iter_mut().zip(maps).zip(inverses) {
        *point = map(u, plus, minus, inverse);
    }
    points
}

/// One map, given `tv2 = 1 + c1 u^2`, `tv1 = 1 - c1 u^2` and `tv3 = inv0(tv1 tv2)`.
fn map(u: Fq, tv2: Fq, tv1: Fq, tv3: Fq) -> G1Affine {
    let tv4 = u * tv1 * tv3 * C3;
    let x1 = C2 - tv4;
    let x2 = C2 + tv4;
    let x3 = || (tv2.square() * tv3).square() * C4 + Z;
    // A candidate's root is its test: is_square and sqrt are one exponentiation. One of the three is a square (6.6.1).
    let at = |x: Fq| sqrt(&(x.square() * x + B)).map(|y| (x, y));
    let Some((x, y)) = at(x1).or_else(|| at(x2)).or_else(|| at(x3())) else { return G1Affine::zero() };
    let y = if is_odd(&u) == is_odd(&y) { y } else { -y };
    // On the curve because y is a root of x^3 + 3, and thereby in G1, whose cofactor is 1.
    G1Affine::new_unchecked(x, y)
}

/// `sgn0` (RFC 9380, section 4.1).
fn is_odd(x: &Fq) -> bool {
    x.into_bigint().is_odd()
}

/// The root `x^((p+1)/4)` if `x` is a square; `p = 3 mod 4` (RFC 9380, appendix I.1).
fn sqrt(x: &Fq) -> Option<Fq> {
    // The exponent in 63 digits to base 16, which take a quarter of the multiplications that its bits would.
    let mut powers = [Fq::one(); 16];
    let mut power = Fq::one();
    for entry in &mut powers {
        *entry = power;
        power *= x;
    }
    let mut exponent = Fq::MODULUS;
    // The lowest limb does not overflow: the modulus ends in 0x47.
    exponent.add_with_carry(&1u64.into());
    exponent >>= 2;
    let digits = exponent.0.into_iter().rev().flat_map(|limb| (0..16).rev().map(move |i| (limb >> (4 * i)) & 15));
    let mut root = Fq::one();
    for digit in digits.skip_while(|digit| *digit == 0) {
        for _ in 0..4 {
            root.square_in_place();
        }
        if let Some(power) = powers.get(digit as usize).filter(|_| digit != 0) {
            root *= power;
        }
    }
    (root.square() == *x).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ec::{CurveConfig, short_weierstrass::SWCurveConfig};
    use shiming_circuits::field::G1Projective;

    type Config = <G1Projective as CurveGroup>::Config;

    fn g(x: Fq) -> Fq {
        x.square() * x + B
    }

    #[test]
    fn constants_follow_from_z() {
        assert_eq!(Config::COEFF_A, Fq::zero());
        assert_eq!(Config::COEFF_B, B);
        assert_eq!(Config::COFACTOR, [1]);
        let three_z_squared = Fq::from(3) * Z.square();
        assert_eq!(C1, g(Z));
        assert_eq!(C2 + C2, -Z);
        assert_eq!(C3.square(), -g(Z) * three_z_squared);
        assert!(!is_odd(&C3));
        assert_eq!(C4 * three_z_squared, -Fq::from(4) * g(Z));
    }

    /// The criteria of RFC 9380, appendix H.1; Z = 1 is the first candidate, so none before it meets them.
    #[test]
    fn z_is_the_first() {
        assert!(!g(Z).is_zero());
        let h = -Fq::from(3) * Z.square() / (Fq::from(4) * g(Z));
        assert!(!h.is_zero());
        assert!(sqrt(&h).is_some());
        assert!(sqrt(&g(Z)).is_some() || sqrt(&g(-Z / Fq::from(2))).is_some());
    }

    #[test]
    fn roots() {
        for i in 0..200u64 {
            let x = Fq::from(i) * C3;
            let root = sqrt(&x.square());
            assert!(root == Some(x) || root == Some(-x));
            // -1 is no square when p = 3 mod 4.
            assert_eq!(sqrt(&-x.square()).is_some(), i == 0);
        }
    }
}
