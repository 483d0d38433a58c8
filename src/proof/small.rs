//! The prover of small relations: fixed-base tables over every query, no thread pool.
//!
//! Its scalars are mostly bits, for which a table is one addition; the quotient's are full-size, for which one set of buckets
//! over precomputed shifts is.

use super::{
    groth16::{Core, ProvingPoints},
    msm::{BucketTables, FixedBaseG2},
};
use crate::keys::VerifyingKey;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, Zero};
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use std::sync::OnceLock;

/// A query without its points at infinity.
struct Query {
    indices: Vec<usize>,
    tables: BucketTables,
}

impl Query {
    fn new(points: &[G1Affine]) -> Self {
        let (indices, bases): (Vec<_>, Vec<_>) =
            points.iter().enumerate().filter(|(_, p)| !p.is_zero()).map(|(i, p)| (i, *p)).unzip();
        Self { indices, tables: BucketTables::new(&bases) }
    }

    fn sum(&self, scalars: &[Fr]) -> G1Projective {
        let picked: Vec<Fr> = self.indices.iter().filter_map(|i| scalars.get(*i).copied()).collect();
        // One scalar for each base by construction: the key's queries fit the relation's matrices.
        self.tables.msm(&picked).unwrap_or_default()
    }
}

/// Tables of one small relation's proving key.
pub(crate) struct SmallProver {
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    instances: usize,
    a: Query,
    b_g1: Query,
    /// Variable, point, and its table once a value other than 0 and 1 has met it: most variables are bits and never need one.
    b_g2: Vec<(usize, G2Affine, OnceLock<FixedBaseG2>)>,
    l: Query,
    h: Query,
}

impl SmallProver {
    pub(crate) fn new(key: &VerifyingKey, points: &ProvingPoints, instances: usize) -> Self {
        let b_g2 = points.b_g2.iter().enumerate().filter(|(_, p)| !p.is_zero());
        Self {
            alpha_g1: key.alpha_g1(),
            beta_g1: points.beta_g1,
            beta_g2: key.beta_g2(),
            instances,
            a: Query::new(&points.a),
            b_g1: Query::new(&points.b_g1),
            b_g2: b_g2.map(|(i, p)| (i, *p, OnceLock::new())).collect(),
            l: Query::new(&points.l),
            h: Query::new(&points.h),
        }
    }

    pub(crate) fn core(&self, quotient: &[Fr], assignment: &[Fr]) -> Core {
        let private = assignment.get(self.instances..).unwrap_or_default();
        let g1 = [
            self.a.sum(assignment) + self.alpha_g1,
            self.b_g1.sum(assignment) + self.beta_g1,
            self.l.sum(private) + self.h.sum(quotient),
        ];
        let mut b_g2 = G2Projective::from(self.beta_g2);
        for (i, base, table) in &self.b_g2 {
            match assignment.get(*i) {
                None => {}
                Some(x) if x.is_zero() => {}
                Some(x) if x.is_one() => b_g2 += base,
                Some(x) => b_g2 += table.get_or_init(|| FixedBaseG2::new(base)).mul(x),
            }
        }
        let [a, b_g1, c] = g1.map(CurveGroup::into_affine);
        Core { a, b_g1, b_g2: b_g2.into_affine(), c }
    }
}
