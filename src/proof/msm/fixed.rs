//! Sums over bases that are known long before the scalars.

use super::{
    affine::{Entry, Runs, add_pairs, normalize, sum},
    digits::{SCALAR_BITS, Signed, balanced, count, digits, wnaf},
};
use ark_ec::{
    AffineRepr, CurveGroup,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::AdditiveGroup;
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};

/// Bits per digit where a base has a table of its own. Measured; see `benches/msm.rs`.
const TABLE_WINDOW: u32 = 8;

/// Width of the non-adjacent forms where all bases share their buckets. Measured; see `benches/msm.rs`.
const BUCKET_WINDOW: u32 = 9;

/// The odd digits there are that many; each has a bucket.
const BUCKETS: usize = 1 << (BUCKET_WINDOW - 2);

/// The positions of a non-adjacent form: one more than the bits of the scalar.
const POSITIONS: usize = SCALAR_BITS + 1;

/// For every digit position `i` of a scalar, the multiples `1 .. 2^(w-1)` of `2^(w i) B`, in this order.
struct Table<P: SWCurveConfig> {
    multiples: Vec<Affine<P>>,
}

impl<P: SWCurveConfig> Table<P> {
    const HALF: usize = 1 << (TABLE_WINDOW - 1);

    fn new(base: &Affine<P>) -> Self {
        let powers = powers(base, count(SCALAR_BITS, TABLE_WINDOW), TABLE_WINDOW);
        // Column j holds (j+1) 2^(w i) B for all i: the column before it plus the first.
        let mut columns = vec![powers];
        while columns.len() < Self::HALF {
            let (Some(first), Some(last)) = (columns.first(), columns.last()) else { break };
            columns.push(add_pairs(last.iter().zip(first.iter().map(Some))));
        }
        let rows = count(SCALAR_BITS, TABLE_WINDOW);
        let multiples = (0..rows).flat_map(|i| columns.iter().filter_map(move |c| c.get(i).copied())).collect();
        Self { multiples }
    }

    /// The points whose sum is `scalar * B`.
    fn terms(&self, scalar: &Fr) -> impl Iterator<Item = Affine<P>> {
        let Signed { negative, magnitude } = balanced(scalar);
        self.multiples.chunks(Self::HALF).zip(digits(magnitude, TABLE_WINDOW)).filter_map(move |(row, digit)| {
            let point = row.get((digit.unsigned_abs() as usize).checked_sub(1)?)?;
            Some(if (digit < 0) != negative { -*point } else { *point })
        })
    }

    fn mul(&self, scalar: &Fr) -> Projective<P> {
        let terms: Vec<_> = self.terms(scalar).collect();
        sum(&terms)
    }
}

/// `2^(step i) B` for `i` below `count`.
fn powers<P: SWCurveConfig>(base: &Affine<P>, count: usize, step: u32) -> Vec<Affine<P>> {
    let times = |power: &Projective<P>| {
        let mut power = *power;
        for _ in 0..step {
            power.double_in_place();
        }
        Some(power)
    };
    let powers: Vec<_> = core::iter::successors(Some(base.into_group()), times).take(count).collect();
    normalize(&powers)
}

/// Tables over a fixed list of a few G1 bases: commitments, the elements of a verifying key.
///
/// Per base 32 rows of the 128 multiples that a signed digit of 8 bits selects from: 256 KiB. A product is 32 additions
/// and no doubling (Brickell, Gordon, McCurley, Wilson, EUROCRYPT 1992). Wider digits would need fewer additions, but the
/// tables of a dozen bases already exceed a core's own cache, and what is waited for is memory. From about 17 bases on,
/// sums are no slower over [`BucketTables`], at a sixteenth of the memory.
pub struct FixedBases {
    tables: Vec<Table<<G1Projective as CurveGroup>::Config>>,
}

impl FixedBases {
    /// Tables for `bases`, in their order.
    #[must_use]
    pub fn new(bases: &[G1Affine]) -> Self {
        Self { tables: bases.iter().map(Table::new).collect() }
    }

    /// The number of bases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether there are no bases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// `scalar * base_i`; `None` if there is no base `i`.
    #[must_use]
    pub fn mul(&self, i: usize, scalar: &Fr) -> Option<G1Projective> {
        self.tables.get(i).map(|table| table.mul(scalar))
    }

    /// `sum scalar_i * base_i`, the point at infinity if there are no bases; `None` unless there are as many scalars as
    /// bases. A zero scalar costs nothing, one or minus one a single addition.
    #[must_use]
    pub fn msm(&self, scalars: &[Fr]) -> Option<G1Projective> {
        if scalars.len() != self.tables.len() {
            return None;
        }
        let terms: Vec<_> = self.tables.iter().zip(scalars).flat_map(|(table, scalar)| table.terms(scalar)).collect();
        Some(sum(&terms))
    }
}

/// Tables over a fixed list of many G1 bases: the queries of a proving key.
///
/// Per base the 254 points `2^i B`: 16 KiB. Scalars are in non-adjacent form of width 9, about 25 odd digits each, and all
/// digits of all scalars go to one set of 128 buckets, so that there are no doublings and one bucket reduction for the
/// whole sum (Pippenger's method with stored powers: Brickell, Gordon, McCurley, Wilson, EUROCRYPT 1992, section 3).
pub struct BucketTables {
    bases: usize,
    powers: Vec<G1Affine>,
}

impl BucketTables {
    /// Tables for `bases`, in their order.
    #[must_use]
    pub fn new(bases: &[G1Affine]) -> Self {
        Self { bases: bases.len(), powers: bases.iter().flat_map(|base| powers(base, POSITIONS, 1)).collect() }
    }

    /// The number of bases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bases
    }

    /// Whether there are no bases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bases == 0
    }

    /// `sum scalar_i * base_i`, the point at infinity if there are no bases; `None` unless there are as many scalars as
    /// bases. A zero scalar costs nothing, one or minus one a single addition.
    #[must_use]
    pub fn msm(&self, scalars: &[Fr]) -> Option<G1Projective> {
        if scalars.len() != self.bases {
            return None;
        }
        let mut entries = Vec::new();
        for (i, scalar) in scalars.iter().enumerate() {
            let Signed { negative, magnitude } = balanced(scalar);
            entries.extend(wnaf(magnitude, BUCKET_WINDOW).map(|(position, digit)| Entry {
                run: digit.unsigned_abs() as usize / 2,
                point: i * POSITIONS + position,
                negative: (digit < 0) != negative,
            }));
        }
        let buckets = Runs::sort(BUCKETS, &entries, &self.powers).reduce();
        // Bucket i holds the digit 2i + 1 = 2 (i + 1) - 1.
        Some(buckets.weighted(BUCKETS).into_iter().map(|(plain, weighted)| weighted.double() - plain).sum())
    }
}

/// Tables over one fixed G2 base, 512 KiB; a product is 32 additions. Made for `delta_2` in re-randomisation.
pub struct FixedBaseG2 {
    table: Table<<G2Projective as CurveGroup>::Config>,
}

impl FixedBaseG2 {
    /// Tables for `base`.
    #[must_use]
    pub fn new(base: &G2Affine) -> Self {
        Self { table: Table::new(base) }
    }

    /// `scalar * base`.
    pub fn mul(&self, scalar: &Fr) -> G2Projective {
        self.table.mul(scalar)
    }
}
