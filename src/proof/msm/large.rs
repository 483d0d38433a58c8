//! Sums of thousands of products in G1 and G2, such as the queries of a large relation's proving key.

use super::{
    affine::{Entry, Runs},
    digits::{G1Config, HALF_BITS, Half, count, digit, offset, short_halves},
    parallel,
};
use ark_ec::{
    AffineRepr,
    scalar_mul::glv::GLVConfig,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{AdditiveGroup, One, Zero};
use core::ops::Range;
use shiming_circuits::field::Fr;
use zeroize::Zeroizing;

/// So many points are added up together: their windows' working set stays in a core's own cache.
const TOGETHER: usize = 1 << 14;

/// `lambda` times the point, with the one `lambda` that scalars are split by, at the price of a multiplication or two.
///
/// The curve's constants name one primitive cube root of unity for G1 and the other one, its square, for G2.
fn image<P: GLVConfig<ScalarField = Fr>>(point: &Affine<P>) -> Affine<P> {
    let once = P::endomorphism_affine(point);
    if P::LAMBDA == G1Config::LAMBDA { once } else { P::endomorphism_affine(&once) }
}

/// Scalars split and sorted by size once, for sums over several lists of bases.
///
/// Zeros are dropped; one and minus one are single additions; shorter than 127 bits counts once, and all others as two
/// halves (see [`super`]). Wiped when dropped.
pub struct Recoded {
    units: Zeroizing<Vec<(usize, bool)>>,
    halves: Zeroizing<Vec<Half>>,
}

impl Recoded {
    /// The scalars, in the order of the bases to come.
    #[must_use]
    pub fn new(scalars: &[Fr]) -> Self {
        let mut units = Vec::with_capacity(scalars.len());
        let mut halves = Vec::with_capacity(2 * scalars.len());
        for (index, scalar) in scalars.iter().enumerate() {
            if scalar.is_zero() {
                continue;
            }
            if scalar.is_one() {
                units.push((index, false));
            } else if (-*scalar).is_one() {
                units.push((index, true));
            } else {
                halves.extend(short_halves(index, scalar).into_iter().flatten());
            }
        }
        Self { units: Zeroizing::new(units), halves: Zeroizing::new(halves) }
    }
}

/// `sum scalar_i * base_i` over all lists together; bases without scalar and scalars without base are left out.
///
/// Signed buckets (Pippenger, SIAM Journal on Computing 1980) over the halves, with the window that needs the fewest
/// multiplications for so many points. The additions into buckets are affine, thousands to an inversion; the windows are
/// independent and shared out among the cores under the feature `parallel`.
pub fn large<P: GLVConfig<ScalarField = Fr>>(parts: &[(&[Affine<P>], &Recoded)]) -> Projective<P> {
    let most = parts.iter().map(|(_, scalars)| scalars.halves.len()).sum();
    let (mut units, mut source) = (Vec::new(), Vec::with_capacity(most));
    // Never grown, so that no copy stays behind.
    let mut halves = Zeroizing::new(Vec::with_capacity(most));
    for (bases, scalars) in parts {
        let base = |index: usize| bases.get(index).filter(|base| !base.is_zero());
        let unit = |(index, negative): &(usize, bool)| base(*index).map(|base| if *negative { -*base } else { *base });
        units.extend(scalars.units.iter().filter_map(unit));
        for half in scalars.halves.iter() {
            let Some(base) = base(half.index) else { continue };
            source.push(if half.image { image(base) } else { *base });
            halves.push(*half);
        }
    }
    let window = window(source.len());
    let windows = count(HALF_BITS, window);
    let step = (TOGETHER / source.len().max(1)).clamp(1, windows);
    let ranges: Vec<Range<usize>> = (0..windows).step_by(step).map(|i| i..(i + step).min(windows)).collect();
    let (sums, units) = parallel::join(
        || parallel::map(&ranges, |range| buckets(&source, &halves, window, range.clone())),
        || Runs::one(units).reduce().total(),
    );
    let horner = |mut total: Projective<P>, sum: Projective<P>| {
        for _ in 0..window {
            total.double_in_place();
        }
        total + sum
    };
    sums.into_iter().flatten().rev().fold(Projective::ZERO, horner) + units
}

/// For each window of a range, the sum of all digits times their points.
fn buckets<P: SWCurveConfig>(
    source: &[Affine<P>],
    halves: &[Half],
    window: u32,
    range: Range<usize>,
) -> Vec<Projective<P>> {
    let half = 1 << (window - 1);
    let offset = offset(window, HALF_BITS);
    let windows = range.len();
    let mut entries = Vec::with_capacity(halves.len() * windows);
    for (i, position) in range.enumerate() {
        for (point, scalar) in halves.iter().enumerate() {
            let digit = digit(scalar.magnitude, offset, window, position, HALF_BITS);
            let Some(bucket) = (digit.unsigned_abs() as usize).checked_sub(1) else { continue };
            entries.push(Entry { run: i * half + bucket, point, negative: (digit < 0) != scalar.negative });
        }
    }
    Runs::sort(windows * half, &entries, source).reduce().weighted_in_rows(half)
}

/// The window that needs the fewest field multiplications for `points` magnitudes.
fn window(points: usize) -> u32 {
    // A batch-affine addition takes 6; each bucket has two of them in the reduction.
    (4..=16).min_by_key(|w| count(HALF_BITS, *w) * (6 * points + (14 << (w - 1)))).unwrap_or(4)
}
