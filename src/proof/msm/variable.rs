//! Sums over points that arrive with the scalars.

use super::{
    affine::{Entry, Runs, normalize},
    digits::{bits, count, digits, halves, wnaf},
};
use ark_ec::AffineRepr;
use ark_ff::AdditiveGroup;
use shiming_circuits::field::{Fr, G1Affine, G1Projective};

/// Width of the non-adjacent forms; 8 odd multiples per point.
const WNAF: u32 = 5;

/// `sum scalar_i * point_i` for a few points, one or more; infinity for none, `None` unless there are as many scalars as
/// points.
///
/// All products share their doublings (Straus, American Mathematical Monthly 1964): 127 for the halves of full-size
/// scalars, as many as the longest has bits if all are shorter than 128 bits. Each half is in non-adjacent form of width 5.
#[must_use]
pub fn straus(points: &[G1Affine], scalars: &[Fr]) -> Option<G1Projective> {
    if points.len() != scalars.len() {
        return None;
    }
    let terms: Vec<_> = points.iter().zip(scalars).flat_map(|(p, s)| halves(p, s)).flatten().collect();
    // Odd multiples 1, 3, .., 2^(w-1)-1 of every term's point.
    let odd: Vec<G1Projective> = terms
        .iter()
        .flat_map(|(point, _)| {
            let double = point.into_group().double();
            let first = point.into_group();
            core::iter::successors(Some(first), move |multiple| Some(double + multiple)).take(1 << (WNAF - 2))
        })
        .collect();
    let odd = normalize(&odd);

    let mut additions: Vec<(usize, G1Affine)> = Vec::new();
    for ((_, scalar), multiples) in terms.iter().zip(odd.chunks(1 << (WNAF - 2))) {
        for (position, digit) in wnaf(scalar.magnitude, WNAF) {
            if let Some(point) = multiples.get(digit.unsigned_abs() as usize / 2) {
                additions.push((position, if (digit < 0) != scalar.negative { -*point } else { *point }));
            }
        }
    }
    additions.sort_unstable_by_key(|(position, _)| *position);

    let mut total = G1Projective::ZERO;
    let mut height = None;
    while let Some((position, point)) = additions.pop() {
        for _ in position..height.unwrap_or(position) {
            total.double_in_place();
        }
        height = Some(position);
        total += point;
    }
    for _ in 0..height.unwrap_or(0) {
        total.double_in_place();
    }
    Some(total)
}

/// `sum scalar_i * point_i` for many points, dozens to thousands; infinity for none, `None` unless there are as many
/// scalars as points.
///
/// Signed buckets (Pippenger, SIAM Journal on Computing 1980), all windows filled at once, so that one inversion serves the
/// additions of all of them. The window follows from the number of points; memory is about 1.5 KiB per point.
#[must_use]
pub fn pippenger(points: &[G1Affine], scalars: &[Fr]) -> Option<G1Projective> {
    if points.len() != scalars.len() {
        return None;
    }
    let (source, scalars): (Vec<_>, Vec<_>) =
        points.iter().zip(scalars).flat_map(|(p, s)| halves(p, s)).flatten().unzip();
    let bits = scalars.iter().map(|s| bits(s.magnitude)).max().unwrap_or(0);
    let window = window(source.len(), bits);
    let (windows, half) = (count(bits, window), 1 << (window - 1));

    let mut entries = Vec::with_capacity(source.len() * windows);
    for (point, scalar) in scalars.iter().enumerate() {
        for (i, digit) in digits(scalar.magnitude, window).take(windows).enumerate() {
            let Some(bucket) = (digit.unsigned_abs() as usize).checked_sub(1) else { continue };
            entries.push(Entry { run: i * half + bucket, point, negative: (digit < 0) != scalar.negative });
        }
    }
    let sums = Runs::sort(windows * half, &entries, &source).reduce().weighted(half);
    let horner = |mut total: G1Projective, (_, sum): (G1Projective, G1Projective)| {
        for _ in 0..window {
            total.double_in_place();
        }
        total + sum
    };
    Some(sums.into_iter().rev().fold(G1Projective::ZERO, horner))
}

/// The window that needs the fewest field multiplications for `points` scalars of `bits` bits.
fn window(points: usize, bits: usize) -> u32 {
    // A batch-affine addition takes 6, a bucket in the reduction a mixed addition of 10 and a full one of 14.
    (2..=16).min_by_key(|w| count(bits, *w) * (6 * points + (24 << (w - 1)))).unwrap_or(2)
}
