//! Sums over bases that are known long before the scalars.

use super::{
    affine::{Entry, Runs, add_pairs, normalize, sum},
    digits::{SCALAR_BITS, Signed, balanced, count, digits},
};
use ark_ec::{
    AffineRepr, CurveGroup,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::AdditiveGroup;
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};

/// Bits per digit where a base has a table of its own. Measured; see `benches/msm.rs`.
const TABLE_WINDOW: usize = 8;

/// Bits per digit where all bases share their buckets. Measured; see `benches/msm.rs`.
const BUCKET_WINDOW: usize = 8;

/// The magnitudes that are one digit there.
const SHORT: u64 = 1 << (BUCKET_WINDOW - 1);

/// For every digit position `i` of a scalar, the multiples `1 .. 2^(w-1)` of `2^(w i) B`, in this order.
struct Table<P: SWCurveConfig> {
    multiples: Vec<Affine<P>>,
}

impl<P: SWCurveConfig> Table<P> {
    const HALF: usize = 1 << (TABLE_WINDOW - 1);

    fn new(base: &Affine<P>) -> Self {
        let powers = powers(base, TABLE_WINDOW);
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

/// `2^(window i) B` for every digit position `i`.
fn powers<P: SWCurveConfig>(base: &Affine<P>, window: usize) -> Vec<Affine<P>> {
    let mut power = base.into_group();
    let powers: Vec<_> = (0..count(SCALAR_BITS, window))
        .map(|_| {
            let this = power;
            for _ in 0..window {
                power.double_in_place();
            }
            this
        })
        .collect();
    normalize(&powers)
}

/// Tables over a fixed list of a few G1 bases: commitments, pseudonyms, the elements of a verifying key.
///
/// Per base 32 rows of the 128 multiples that a signed digit of 8 bits selects from: 256 KiB. A product is 32 additions
/// and no doubling (Brickell, Gordon, McCurley, Wilson, EUROCRYPT 1992); a sum adds all terms of all products at once,
/// batch-affine while that pays.
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
        let terms = self.tables.iter().zip(scalars).flat_map(|(table, scalar)| table.terms(scalar)).collect();
        Some(Runs::one(terms).reduce().sum())
    }
}

/// Tables over a fixed list of many G1 bases: the queries of a proving key.
///
/// Per base the 32 points `2^(8 i) B`: 2 KiB. All signed digits of all scalars go to one set of 128 buckets, so that there
/// are no doublings and one bucket reduction for the whole sum (Pippenger's method as in Brickell, Gordon, McCurley,
/// Wilson, section 3). For more than about twenty bases this is faster than [`FixedBases`] and over a hundred times smaller.
pub struct BucketTables {
    bases: usize,
    powers: Vec<G1Affine>,
}

impl BucketTables {
    /// Tables for `bases`, in their order.
    #[must_use]
    pub fn new(bases: &[G1Affine]) -> Self {
        Self { bases: bases.len(), powers: bases.iter().flat_map(|base| powers(base, BUCKET_WINDOW)).collect() }
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
        let positions = count(SCALAR_BITS, BUCKET_WINDOW);
        let mut entries = Vec::with_capacity(self.powers.len());
        for (i, scalar) in scalars.iter().enumerate() {
            let Signed { negative, magnitude } = balanced(scalar);
            // Most scalars of a witness are bits: no use in looking for more digits.
            let positions = if matches!(magnitude, [0..=SHORT, 0, 0, 0]) { 1 } else { positions };
            for (j, digit) in digits(magnitude, BUCKET_WINDOW).take(positions).enumerate() {
                let Some(run) = (digit.unsigned_abs() as usize).checked_sub(1) else { continue };
                entries.push(Entry { run, point: i * self.powers_per_base() + j, negative: (digit < 0) != negative });
            }
        }
        let buckets = Runs::sort(1 << (BUCKET_WINDOW - 1), &entries, &self.powers).reduce();
        Some(buckets.weighted(1 << (BUCKET_WINDOW - 1)).into_iter().sum())
    }

    const fn powers_per_base(&self) -> usize {
        count(SCALAR_BITS, BUCKET_WINDOW)
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
