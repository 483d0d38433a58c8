//! Sums of scalar multiples in G1 and G2, on one thread.
//!
//! Every function here takes time that depends on its scalars.

use ark_ff::Zero;
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};

/// Tables over a fixed list of G1 bases, for single products and short sums: commitments.
pub struct FixedBases {
    bases: Vec<G1Affine>,
}

impl FixedBases {
    /// Tables for `bases`, in their order.
    #[must_use]
    pub fn new(bases: &[G1Affine]) -> Self {
        Self { bases: bases.to_vec() }
    }

    /// The number of bases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bases.len()
    }

    /// Whether there are no bases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bases.is_empty()
    }

    /// `scalar * base_i`; `None` if there is no base `i`.
    #[must_use]
    pub fn mul(&self, i: usize, scalar: &Fr) -> Option<G1Projective> {
        self.bases.get(i).map(|base| *base * scalar)
    }

    /// `sum scalar_i * base_i`; `None` unless there are as many scalars as bases.
    #[must_use]
    pub fn msm(&self, scalars: &[Fr]) -> Option<G1Projective> {
        straus(&self.bases, scalars)
    }
}

/// Tables over a fixed list of many G1 bases, for long sums: the queries of a proving key.
pub struct BucketTables {
    bases: Vec<G1Affine>,
}

impl BucketTables {
    /// Tables for `bases`, in their order.
    #[must_use]
    pub fn new(bases: &[G1Affine]) -> Self {
        Self { bases: bases.to_vec() }
    }

    /// `sum scalar_i * base_i`; `None` unless there are as many scalars as bases.
    #[must_use]
    pub fn msm(&self, scalars: &[Fr]) -> Option<G1Projective> {
        straus(&self.bases, scalars)
    }
}

/// Tables over one fixed G2 base.
pub struct FixedBaseG2 {
    base: G2Affine,
}

impl FixedBaseG2 {
    /// Tables for `base`.
    #[must_use]
    pub fn new(base: &G2Affine) -> Self {
        Self { base: *base }
    }

    /// `scalar * base`.
    pub fn mul(&self, scalar: &Fr) -> G2Projective {
        self.base * scalar
    }
}

/// `sum scalar_i * point_i` for a few variable points; `None` unless there are as many scalars as points.
#[must_use]
pub fn straus(points: &[G1Affine], scalars: &[Fr]) -> Option<G1Projective> {
    (points.len() == scalars.len())
        .then(|| points.iter().zip(scalars).filter(|(_, s)| !s.is_zero()).map(|(p, s)| *p * s).sum())
}

/// `sum scalar_i * point_i` for many variable points; `None` unless there are as many scalars as points.
#[must_use]
pub fn pippenger(points: &[G1Affine], scalars: &[Fr]) -> Option<G1Projective> {
    straus(points, scalars)
}
