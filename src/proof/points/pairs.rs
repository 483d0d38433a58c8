//! Lists of raw points, two in the room of one and a half: the queries of proving keys.
//!
//! On `y^2 = x^3 + b`, two points satisfy `(y_0 + y_1) (y_0 - y_1) = x_0^3 - x_1^3`. So `x_0`, `x_1` and `s = y_0 + y_1` are enough:
//! `y_0 - y_1` is `(x_0^3 - x_1^3) / s`. No root is taken, and one inversion serves hundreds of pairs, so that reading such a list
//! takes no longer than reading both coordinates of every point. If `s` is zero, `y_0` itself stands in its place, with the top bit
//! of the first byte set; coordinates are below `2^254`.
//!
//! A list of `n` points is `n` bits, the first point's the lowest of the first byte, that say which points are not at infinity; then
//! the pairs of those that are not, in order, and the last of an odd number as a raw point. Every list has one encoding.

use super::{PointError, RawReader, put_fq};
use crate::proof::msm::parallel;
use ark_ec::{
    AffineRepr,
    short_weierstrass::{Affine, SWCurveConfig},
};
use ark_ff::{Field, MontFp, Zero, serial_batch_inversion_and_mul};
use core::cmp::Ordering;
use shiming_circuits::field::{Fq, Fq2};

/// So many pairs share an inversion.
const TOGETHER: usize = 256;

/// The bit of a third coordinate's first byte that says that the sum is zero.
const OPPOSITE: u8 = 0x80;

/// One half.
const HALF: Fq = MontFp!("10944121435919637611123202872628637544348155578648911831344518947322613104292");

/// A coordinate as raw points have it, with a bit to spare in the first byte.
pub(crate) trait Coordinate: Field {
    /// Bytes.
    const BYTES: usize;

    fn put(&self, out: &mut Vec<u8>);

    /// The next coordinate, and whether the spare bit is set.
    fn marked(reader: &mut RawReader<'_>) -> Result<(Self, bool), PointError>;

    fn halved(&self) -> Self;
}

impl Coordinate for Fq {
    const BYTES: usize = 32;

    fn put(&self, out: &mut Vec<u8>) {
        put_fq(out, self);
    }

    fn marked(reader: &mut RawReader<'_>) -> Result<(Self, bool), PointError> {
        let mut bytes: [u8; 32] = reader.take(32)?.try_into().map_err(|_| PointError::Truncated)?;
        let [first, ..] = &mut bytes;
        let mark = *first & OPPOSITE != 0;
        *first &= !OPPOSITE;
        Ok((RawReader(&bytes).fq()?, mark))
    }

    fn halved(&self) -> Self {
        *self * HALF
    }
}

impl Coordinate for Fq2 {
    const BYTES: usize = 64;

    fn put(&self, out: &mut Vec<u8>) {
        put_fq(out, &self.c0);
        put_fq(out, &self.c1);
    }

    fn marked(reader: &mut RawReader<'_>) -> Result<(Self, bool), PointError> {
        let (c0, mark) = Fq::marked(reader)?;
        Ok((Self::new(c0, reader.fq()?), mark))
    }

    fn halved(&self) -> Self {
        Self::new(self.c0.halved(), self.c1.halved())
    }
}

fn coordinate<F: Coordinate>(reader: &mut RawReader<'_>) -> Result<F, PointError> {
    let (x, mark) = F::marked(reader)?;
    if mark { Err(PointError::NotCanonical) } else { Ok(x) }
}

/// The bytes that say which of `count` points are not at infinity.
pub(crate) fn presence_bytes(count: usize) -> usize {
    count.div_ceil(8)
}

/// The bytes of the points that these bytes announce.
pub(crate) fn point_bytes<P: SWCurveConfig<BaseField: Coordinate>>(presence: &[u8]) -> usize {
    let points: usize = presence.iter().map(|byte| byte.count_ones() as usize).sum();
    (points / 2 * 3 + points % 2 * 2) * P::BaseField::BYTES
}

/// Appends a list.
pub(crate) fn put<P: SWCurveConfig<BaseField: Coordinate>>(out: &mut Vec<u8>, points: &[Affine<P>]) {
    let presence = points
        .chunks(8)
        .map(|points| points.iter().rev().fold(0u8, |byte, point| byte << 1 | u8::from(!point.is_zero())));
    out.extend(presence);
    let present: Vec<&Affine<P>> = points.iter().filter(|point| !point.is_zero()).collect();
    for pair in present.chunks(2) {
        match pair {
            [first, second] => {
                first.x.put(out);
                second.x.put(out);
                let (sum, start) = (first.y + second.y, out.len());
                if sum.is_zero() {
                    first.y.put(out);
                    out.iter_mut().skip(start).take(1).for_each(|byte| *byte |= OPPOSITE);
                } else {
                    sum.put(out);
                }
            }
            last => last.iter().for_each(|point| {
                point.x.put(out);
                point.y.put(out);
            }),
        }
    }
}

/// The list of `count` points with these presence bytes and these point bytes; on the curve, the subgroup is the caller's.
pub(crate) fn read<P: SWCurveConfig<BaseField: Coordinate>>(
    count: usize,
    presence: &[u8],
    points: &[u8],
) -> Result<Vec<Affine<P>>, PointError> {
    let mut bits = presence.iter().flat_map(|byte| (0..8).map(move |i| byte >> i & 1 == 1));
    let present: Vec<bool> = bits.by_ref().take(count).collect();
    if presence.len() > presence_bytes(count) || bits.any(|bit| bit) {
        return Err(PointError::NotCanonical);
    }
    match points.len().cmp(&point_bytes::<P>(presence)) {
        Ordering::Equal if present.len() == count => {}
        Ordering::Greater if present.len() == count => return Err(PointError::NotCanonical),
        _ => return Err(PointError::Truncated),
    }
    let pieces: Vec<&[u8]> = points.chunks(3 * P::BaseField::BYTES * TOGETHER).collect();
    let mut decoded = Vec::with_capacity(count);
    for piece in parallel::map(&pieces, |piece| read_piece::<P>(piece)) {
        decoded.extend(piece?);
    }
    let mut decoded = decoded.into_iter();
    let mut next = |present| if present { decoded.next().ok_or(PointError::Truncated) } else { Ok(Affine::identity()) };
    present.into_iter().map(&mut next).collect()
}

fn read_piece<P: SWCurveConfig<BaseField: Coordinate>>(bytes: &[u8]) -> Result<Vec<Affine<P>>, PointError> {
    let pairs = bytes.chunks_exact(3 * P::BaseField::BYTES);
    let last = pairs.remainder();
    let mut parts = Vec::with_capacity(pairs.len());
    let mut inverses = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let mut reader = RawReader(pair);
        let xs: [P::BaseField; 2] = [coordinate(&mut reader)?, coordinate(&mut reader)?];
        let (third, opposite) = P::BaseField::marked(&mut reader)?;
        if third.is_zero() {
            // A sum of zero is written otherwise, and no point of either curve has y = 0: their orders are odd.
            return Err(PointError::NotCanonical);
        }
        parts.push((xs, third, opposite));
        inverses.push(third);
    }
    serial_batch_inversion_and_mul(&mut inverses, &P::BaseField::ONE);
    let mut out = Vec::with_capacity(2 * parts.len() + 1);
    for (([x0, x1], third, opposite), inverse) in parts.into_iter().zip(inverses) {
        let [cube0, cube1] = [x0, x1].map(|x| x.square() * x);
        let (y0, y1) = if opposite {
            // Only points with x_0^3 = x_1^3 have opposite y.
            if cube0 != cube1 {
                return Err(PointError::NotOnCurve);
            }
            (third, -third)
        } else {
            let difference = (cube0 - cube1) * inverse;
            ((third + difference).halved(), (third - difference).halved())
        };
        // The second point is on the curve if the first is: y_0^2 - y_1^2 = x_0^3 - x_1^3.
        if y0.square() != cube0 + P::COEFF_B {
            return Err(PointError::NotOnCurve);
        }
        out.extend([Affine::new_unchecked(x0, y0), Affine::new_unchecked(x1, y1)]);
    }
    if !last.is_empty() {
        let mut reader = RawReader(last);
        let point = Affine::new_unchecked(coordinate(&mut reader)?, coordinate(&mut reader)?);
        if !point.is_on_curve() {
            return Err(PointError::NotOnCurve);
        }
        out.push(point);
    }
    Ok(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use ark_ec::{CurveGroup, short_weierstrass::Projective};
    use ark_ff::{AdditiveGroup, UniformRand};
    use ark_std::test_rng;
    use shiming_circuits::field::{G1Affine, G1Projective, G2Affine, G2Projective};

    fn random<P: SWCurveConfig>(count: usize) -> Vec<Affine<P>> {
        let mut rng = test_rng();
        (0..count).map(|_| Projective::<P>::rand(&mut rng).into_affine()).collect()
    }

    fn bytes<P: SWCurveConfig<BaseField: Coordinate>>(points: &[Affine<P>]) -> (Vec<u8>, Vec<u8>) {
        let mut out = Vec::new();
        put(&mut out, points);
        let rest = out.split_off(presence_bytes(points.len()));
        assert_eq!(rest.len(), point_bytes::<P>(&out));
        (out, rest)
    }

    fn survives<P: SWCurveConfig<BaseField: Coordinate>>(points: &[Affine<P>]) {
        let (presence, rest) = bytes(points);
        assert_eq!(read::<P>(points.len(), &presence, &rest).unwrap(), points);
    }

    #[test]
    fn lists_of_both_groups_survive_with_infinity_anywhere_and_any_two_neighbours() {
        fn both<P: SWCurveConfig<BaseField: Coordinate>>() {
            survives::<P>(&[]);
            for count in [1, 2, 3, 8, 9, 2 * TOGETHER, 2 * TOGETHER + 3] {
                let mut points = random::<P>(count);
                survives(&points);
                points[count / 2] = Affine::identity();
                survives(&points);
                points[0] = Affine::identity();
                survives(&points);
            }
            let [p, q] = random::<P>(2)[..] else { unreachable!() };
            for second in [p, -p, q, -q] {
                survives(&[p, second]);
            }
            survives(&[Affine::<P>::identity(); 17]);
        }
        both::<<G1Projective as CurveGroup>::Config>();
        both::<<G2Projective as CurveGroup>::Config>();
    }

    #[test]
    fn a_pair_takes_three_coordinates_and_infinity_one_bit() {
        let points: Vec<G1Affine> = random(16);
        assert_eq!(bytes(&points).1.len(), 16 * 48);
        let points: Vec<G2Affine> = random(16);
        assert_eq!(bytes(&points).1.len(), 16 * 96);
        assert_eq!(bytes(&[G1Affine::identity(); 16]), (vec![0; 2], Vec::new()));
    }

    /// Three points share each y.
    #[test]
    fn opposite_pairs_are_at_any_of_three_abscissae() {
        let [p]: [G1Affine; 1] = random(1).try_into().unwrap();
        // (-1 + sqrt(-3)) / 2 is a primitive cube root of unity.
        let root = (Fq::from(-3).sqrt().unwrap() - Fq::ONE).halved();
        assert!(root.pow([3]) == Fq::ONE && root != Fq::ONE);
        survives(&[p, G1Affine::new_unchecked(p.x * root, -p.y)]);
        survives(&[p, G1Affine::new_unchecked(p.x * root, p.y)]);
    }

    #[test]
    fn every_list_has_one_encoding() {
        let [p, q]: [G1Affine; 2] = random(2).try_into().unwrap();
        let (presence, good) = bytes(&[p, q]);
        let try_read =
            |presence: &[u8], points: &[u8]| read::<<G1Projective as CurveGroup>::Config>(2, presence, points);
        assert_eq!(try_read(&presence, &good).unwrap(), [p, q]);
        assert_eq!(try_read(&[3 | 4], &good), Err(PointError::NotCanonical), "a bit beyond the last point");
        assert_eq!(try_read(&[3, 0], &good), Err(PointError::NotCanonical), "a byte beyond the last point");
        assert_eq!(try_read(&[], &good), Err(PointError::Truncated));
        assert_eq!(try_read(&presence, &good[1..]), Err(PointError::Truncated));
        assert_eq!(try_read(&presence, &[&good[..], &[0]].concat()), Err(PointError::NotCanonical));
        // A coordinate not below p, and the mark where none belongs.
        for start in [0, 32, 64] {
            let mut bad = good.clone();
            bad[start..start + 32].fill(0xff);
            bad[start] = 0x7f;
            assert_eq!(try_read(&presence, &bad), Err(PointError::NotCanonical), "{start}");
        }
        for start in [0, 32] {
            let mut bad = good.clone();
            bad[start] |= OPPOSITE;
            assert_eq!(try_read(&presence, &bad), Err(PointError::NotCanonical), "{start}");
        }
        // The sum zero without its mark, and with it.
        for mark in [0, OPPOSITE] {
            let mut bad = good.clone();
            bad[64..].fill(0);
            bad[64] = mark;
            assert_eq!(try_read(&presence, &bad), Err(PointError::NotCanonical));
        }
    }

    #[test]
    fn what_is_not_on_the_curve_is_refused() {
        let [p, q]: [G1Affine; 2] = random(2).try_into().unwrap();
        let read_two =
            |presence: &[u8], points: &[u8]| read::<<G1Projective as CurveGroup>::Config>(2, presence, points);
        let (presence, good) = bytes(&[p, q]);
        for position in [31, 63, 95] {
            let mut bad = good.clone();
            bad[position] ^= 1;
            assert_eq!(read_two(&presence, &bad), Err(PointError::NotOnCurve), "{position}");
        }
        // Marked opposite, but with other cubes; marked, with a y that is not the first point's.
        let mut bad = good.clone();
        bad[64] |= OPPOSITE;
        assert_eq!(read_two(&presence, &bad), Err(PointError::NotOnCurve));
        let (presence, mut bad) = bytes(&[p, -p]);
        bad[95] ^= 1;
        assert_eq!(read_two(&presence, &bad), Err(PointError::NotOnCurve));
        let (presence, mut bad) = bytes(&[p, G1Affine::identity()]);
        bad[63] ^= 1;
        assert_eq!(read_two(&presence, &bad), Err(PointError::NotOnCurve));
    }

    #[test]
    fn constants() {
        assert_eq!(HALF.double(), Fq::ONE);
    }
}
