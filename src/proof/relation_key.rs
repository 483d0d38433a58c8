//! A verifying key with the tables that both sides of the protocol use.

use super::{
    msm::{BucketTables, FixedBaseG2, FixedBases, pippenger},
    pairing::PreparedG2,
};
use crate::{
    digest::Digest,
    keys::{KeyId, VerifyingKey},
};
use ark_ec::{AffineRepr, CurveGroup};
use shiming_circuits::field::{Fr, G1Affine, G1Projective, G2Affine, fr_to_bytes};
use std::sync::OnceLock;

/// `x G1`.
pub(super) fn generator_times(x: &Fr) -> G1Projective {
    static TABLE: OnceLock<FixedBases> = OnceLock::new();
    // The table holds one base.
    TABLE.get_or_init(|| FixedBases::new(&[G1Affine::generator()])).mul(0, x).unwrap_or_default()
}

/// The standard generator of G2, prepared.
pub(super) fn generator_prepared() -> &'static PreparedG2 {
    static PREPARED: OnceLock<PreparedG2> = OnceLock::new();
    PREPARED.get_or_init(|| G2Affine::generator().into())
}

/// From this many bases on, buckets are as fast as windows and stay in the cache between two uses.
const BUCKETS_FROM: usize = 8;

/// Tables over the bases of a commitment.
enum Commitment {
    Windows(FixedBases),
    Buckets(BucketTables),
}

/// A verifying key with fixed-base tables over its hidden instance points and delta, and prepared pairing points.
pub struct RelationKey {
    verifying: VerifyingKey,
    id: KeyId,
    /// The hidden instance points, then `[delta]_1`.
    commitment: Commitment,
    /// `[delta]_1` alone.
    delta_g1: FixedBases,
    pub(super) delta_g2: FixedBaseG2,
    pub(super) delta_g2_prepared: PreparedG2,
    pub(super) beta_g2_prepared: PreparedG2,
}

/// The public instances of one relation, folded into one point: `IC_0 + sum x_i IC_i`, with what the transcript absorbs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicInputs {
    pub(super) folded: G1Affine,
    pub(super) described: Vec<u8>,
}

impl RelationKey {
    pub(crate) fn new(verifying: VerifyingKey) -> Self {
        let parts = verifying.parts();
        let mut bases: Vec<G1Affine> = parts.ic.iter().skip(1 + parts.spec.public).copied().collect();
        bases.push(parts.delta_g1);
        Self {
            id: verifying.id(),
            commitment: if bases.len() < BUCKETS_FROM {
                Commitment::Windows(FixedBases::new(&bases))
            } else {
                Commitment::Buckets(BucketTables::new(&bases))
            },
            delta_g1: FixedBases::new(&[parts.delta_g1]),
            delta_g2: FixedBaseG2::new(&parts.delta_g2),
            delta_g2_prepared: parts.delta_g2.into(),
            beta_g2_prepared: parts.beta_g2.into(),
            verifying,
        }
    }

    /// The key's identifier.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key itself.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// `sum x_i IC_i + rho D` over the hidden instances.
    pub(super) fn commit(&self, hidden: &[Fr], blinder: &Fr) -> G1Projective {
        let scalars: Vec<Fr> = hidden.iter().chain([blinder]).copied().collect();
        // One scalar for each base: callers pass as many values as the relation has hidden instances.
        match &self.commitment {
            Commitment::Windows(tables) => tables.msm(&scalars),
            Commitment::Buckets(tables) => tables.msm(&scalars),
        }
        .unwrap_or_default()
    }

    /// `x D`.
    pub(super) fn times_delta(&self, x: &Fr) -> G1Projective {
        self.delta_g1.mul(0, x).unwrap_or_default()
    }

    fn fold(&self, values: &[Fr]) -> Option<G1Affine> {
        let parts = self.verifying.parts();
        let (first, rest) = parts.ic.split_first()?;
        let bases = rest.get(..parts.spec.public)?;
        (values.len() == bases.len()).then(|| (pippenger(bases, values).unwrap_or_default() + first).into_affine())
    }

    /// Public instances that the transcript absorbs one by one; `None` if their number is not the relation's.
    #[must_use]
    pub fn public_inputs(&self, values: &[Fr]) -> Option<PublicInputs> {
        let described = values.iter().flat_map(fr_to_bytes).collect();
        Some(PublicInputs { folded: self.fold(values)?, described })
    }

    /// Public instances that a digest names, such as an issuer key's table: the transcript absorbs the digest and the folded
    /// point. Computed once per issuer key; `None` if their number is not the relation's.
    #[must_use]
    pub fn named_public_inputs(&self, name: &Digest, values: &[Fr]) -> Option<PublicInputs> {
        let folded = self.fold(values)?;
        let mut described = name.as_bytes().to_vec();
        super::points::put(&mut described, &folded);
        Some(PublicInputs { folded, described })
    }
}
