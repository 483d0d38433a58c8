//! Affine additions in batches: six multiplications each, where a mixed addition takes ten, because one inversion serves
//! them all (Montgomery's trick).

use ark_ec::{
    AffineRepr,
    short_weierstrass::{Affine, Bucket, Projective, SWCurveConfig},
};
use ark_ff::{AdditiveGroup, Field, One, Zero, serial_batch_inversion_and_mul};

/// With fewer additions than this, the inversion costs more than it saves.
const WORTH_AN_INVERSION: usize = 64;

/// As many additions share an inversion at most: more would leave the core's own cache between its two passes.
const AT_ONCE: usize = 2048;

/// How many independent chains of multiplications run side by side, so that none waits for its own last result.
const LANES: usize = 4;

/// `a + b` for every pair, with one inversion; every case is handled, infinity and a missing `b` included.
pub(super) fn add_pairs<'a, P: SWCurveConfig>(
    pairs: impl Iterator<Item = (&'a Affine<P>, Option<&'a Affine<P>>)>,
) -> Vec<Affine<P>> {
    let pairs: Vec<_> = pairs.collect();
    let mut sums = Vec::with_capacity(pairs.len());
    let mut slopes: Vec<P::BaseField> = Vec::with_capacity(AT_ONCE.min(pairs.len()));
    // A short last piece is not worth its inversion: the pieces are of about one size.
    let pieces = pairs.len().div_ceil(AT_ONCE).max(1);
    for pairs in pairs.chunks(pairs.len().div_ceil(pieces).max(1)) {
        slopes.clear();
        slopes.extend(pairs.iter().map(|(a, b)| denominator(a, *b)));
        invert(&mut slopes);
        for (pairs, slopes) in pairs.chunks(LANES).zip(slopes.chunks_mut(LANES)) {
            for ((a, b), slope) in pairs.iter().zip(slopes.iter_mut()) {
                *slope *= numerator(a, *b);
            }
            sums.extend(pairs.iter().zip(&*slopes).map(|((a, b), slope)| add(a, *b, slope)));
        }
    }
    sums
}

/// The denominator of the slope through `a` and `b`; zero if their sum needs none.
fn denominator<P: SWCurveConfig>(a: &Affine<P>, b: Option<&Affine<P>>) -> P::BaseField {
    match b {
        Some(b) if !a.is_zero() && !b.is_zero() => {
            if a.x != b.x {
                b.x - a.x
            } else if a.y == b.y {
                // Not zero: a point with y = 0 has order two, and the order of the group is an odd prime.
                a.y.double()
            } else {
                P::BaseField::ZERO
            }
        }
        _ => P::BaseField::ZERO,
    }
}

/// The numerator of the slope; whatever it is where the denominator is zero, the slope is not looked at.
fn numerator<P: SWCurveConfig>(a: &Affine<P>, b: Option<&Affine<P>>) -> P::BaseField {
    match b {
        Some(b) if a.x != b.x => b.y - a.y,
        _ => {
            let square = a.x.square();
            square.double() + square + P::COEFF_A
        }
    }
}

fn add<P: SWCurveConfig>(a: &Affine<P>, b: Option<&Affine<P>>, slope: &P::BaseField) -> Affine<P> {
    let Some(b) = b.filter(|b| !b.is_zero()) else { return *a };
    if a.is_zero() {
        return *b;
    }
    if a.x == b.x && a.y != b.y {
        return Affine::identity();
    }
    let x = slope.square() - a.x - b.x;
    let y = (a.x - x) * slope - a.y;
    // On the curve because a and b are; checking it again would cost what the batch saved.
    Affine::new_unchecked(x, y)
}

/// The inverses of all values but zeros, which stay, with one inversion (Montgomery, Mathematics of Computation 1987).
fn invert<F: Field>(values: &mut [F]) {
    let mut lanes = [F::ONE; LANES];
    let mut before = Vec::with_capacity(values.len().div_ceil(LANES));
    for chunk in values.chunks(LANES) {
        before.push(lanes);
        for (lane, value) in lanes.iter_mut().zip(chunk).filter(|(_, value)| !value.is_zero()) {
            *lane *= value;
        }
    }
    // The lanes are products of what is not zero.
    serial_batch_inversion_and_mul(&mut lanes, &F::ONE);
    for (chunk, before) in values.chunks_mut(LANES).zip(&before).rev() {
        for ((value, before), lane) in chunk.iter_mut().zip(before).zip(&mut lanes).filter(|((v, _), _)| !v.is_zero()) {
            let inverse = *lane * before;
            *lane *= &*value;
            *value = inverse;
        }
    }
}

/// Points in runs: the first `runs[0]` belong together, then the next `runs[1]`, and so on.
pub(super) struct Runs<P: SWCurveConfig> {
    points: Vec<Affine<P>>,
    runs: Vec<usize>,
}

/// A point with the run that it belongs to.
pub(super) struct Entry {
    /// The run.
    pub(super) run: usize,
    /// The index in the source.
    pub(super) point: usize,
    /// Whether the negative is meant.
    pub(super) negative: bool,
}

impl<P: SWCurveConfig> Runs<P> {
    /// `count` runs with the entries' points, taken from `source`.
    pub(super) fn sort(count: usize, entries: &[Entry], source: &[Affine<P>]) -> Self {
        let mut runs = vec![0; count];
        for entry in entries {
            if let Some(run) = runs.get_mut(entry.run) {
                *run += 1;
            }
        }
        let mut next: Vec<usize> = runs
            .iter()
            .scan(0, |start, run| {
                *start += run;
                Some(*start - run)
            })
            .collect();
        let mut points = vec![Affine::identity(); entries.len()];
        for entry in entries {
            if let (Some(slot), Some(point)) = (next.get_mut(entry.run), source.get(entry.point)) {
                if let Some(target) = points.get_mut(*slot) {
                    *target = if entry.negative { -*point } else { *point };
                }
                *slot += 1;
            }
        }
        Self { points, runs }
    }

    /// All points in one run.
    pub(super) fn one(points: Vec<Affine<P>>) -> Self {
        Self { runs: vec![points.len()], points }
    }

    /// The sum of all points.
    pub(super) fn total(&self) -> Projective<P> {
        sum(&self.points)
    }

    /// Adds up neighbours within each run, all runs at once, as long as that pays.
    pub(super) fn reduce(mut self) -> Self {
        while self.runs.iter().map(|run| run / 2).sum::<usize>() >= WORTH_AN_INVERSION {
            self.points = add_pairs(pairs(&self.points, &self.runs));
            for run in &mut self.runs {
                *run = run.div_ceil(2);
            }
        }
        self
    }

    /// `sum_i run_i` and `sum_i (i+1) run_i` over every `size` consecutive runs, by running sums from the last run down.
    pub(super) fn weighted(&self, size: usize) -> Vec<(Projective<P>, Projective<P>)> {
        let mut rest = self.points.as_slice();
        self.runs
            .chunks(size.max(1))
            .map(|runs| {
                let (own, tail) = rest.split_at_checked(runs.iter().sum()).unwrap_or((rest, &[]));
                rest = tail;
                running(own, runs)
            })
            .collect()
    }
}

impl<P: SWCurveConfig> Runs<P> {
    /// `sum_i (i+1) run_i` over every `size` consecutive runs, `size` a power of two.
    ///
    /// The runs are laid out in rows of a square; `i` is `columns row(i) + column(i)`, so the sums of rows and of columns
    /// are all that is needed. Those take affine additions, two for each point, where a running sum takes 24 multiplications.
    pub(super) fn weighted_in_rows(&self, size: usize) -> Vec<Projective<P>> {
        let bits = size.trailing_zeros();
        let (columns, rows) = (1usize << (bits / 2), 1usize << bits.div_ceil(2));
        let mut entries = Vec::with_capacity(2 * self.points.len());
        let mut point = 0;
        for (run, length) in self.runs.iter().enumerate() {
            let (group, i) = (run / size, run % size);
            // Row 0 has no weight.
            let row = (i / columns).checked_sub(1).map(|row| group * (rows + columns) + row);
            let column = group * (rows + columns) + rows + i % columns;
            for point in point..point + length {
                entries.extend(row.map(|run| Entry { run, point, negative: false }));
                entries.push(Entry { run: column, point, negative: false });
            }
            point += length;
        }
        let squares = Runs::sort(self.runs.len() / size * (rows + columns), &entries, &self.points).reduce();
        let mut rest = squares.points.as_slice();
        let mut weighted = |runs: &[usize]| {
            let (own, tail) = rest.split_at_checked(runs.iter().sum()).unwrap_or((rest, &[]));
            rest = tail;
            running(own, runs).1
        };
        squares
            .runs
            .chunks(rows + columns)
            .map(|runs| {
                let (row_runs, column_runs) = runs.split_at(rows.min(runs.len()));
                let mut total = weighted(row_runs);
                for _ in 0..bits / 2 {
                    total.double_in_place();
                }
                total + weighted(column_runs)
            })
            .collect()
    }
}

/// `sum_i run_i` and `sum_i (i+1) run_i`, by running sums from the last run down.
fn running<P: SWCurveConfig>(mut points: &[Affine<P>], runs: &[usize]) -> (Projective<P>, Projective<P>) {
    let (mut running, mut total) = (Bucket::ZERO, Bucket::ZERO);
    for run in runs.iter().rev() {
        let (head, own) = points.split_at_checked(points.len() - run).unwrap_or((points, &[]));
        points = head;
        for point in own {
            running += point;
        }
        total += &running;
    }
    (running.into(), total.into())
}

/// Neighbours within each run; the last point of an odd run comes alone.
fn pairs<'a, P: SWCurveConfig>(
    points: &'a [Affine<P>],
    runs: &'a [usize],
) -> impl Iterator<Item = (&'a Affine<P>, Option<&'a Affine<P>>)> {
    let split = |rest: &mut &'a [Affine<P>], run: &usize| {
        let (own, tail) = rest.split_at_checked(*run)?;
        *rest = tail;
        Some(own)
    };
    runs.iter()
        .scan(points, split)
        .flat_map(|own| own.chunks(2))
        .filter_map(|pair| pair.first().map(|first| (first, pair.get(1))))
}

/// The sum of a few points.
pub(super) fn sum<'a, P: SWCurveConfig>(points: impl IntoIterator<Item = &'a Affine<P>>) -> Projective<P> {
    let mut total = Bucket::ZERO;
    for point in points {
        total += point;
    }
    total.into()
}

/// Affine coordinates of projective points, with one inversion and on one thread.
pub(in crate::proof) fn normalize<P: SWCurveConfig>(points: &[Projective<P>]) -> Vec<Affine<P>> {
    let mut inverses: Vec<_> = points.iter().map(|p| p.z).collect();
    serial_batch_inversion_and_mul(&mut inverses, &P::BaseField::one());
    let affine = |(p, z): (&Projective<P>, &P::BaseField)| {
        if p.is_zero() {
            return Affine::identity();
        }
        let zz = z.square();
        // Coordinates of a point that is on the curve already.
        Affine::new_unchecked(p.x * zz, p.y * zz * z)
    };
    points.iter().zip(&inverses).map(affine).collect()
}
