//! The lint of a verifying key. Each rule about degenerate points closes a forgery (spec/4-presentation); the others keep the
//! key's form.

use super::verifying::Parts;
use crate::proof::points::PointError;
use ark_ec::{AffineRepr, pairing::Pairing};
use shiming_circuits::field::{Curve, Fq, G1Affine, G2Affine};
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a verifying key is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is not a verifying key of this version.
    #[error("not a verifying key of this version and curve")]
    Header,
    /// The key is for another relation.
    #[error("the key is for relation {found}")]
    Relation {
        /// The relation that the key names.
        found: String,
    },
    /// KEY-SIZE: the number of instance points does not fit the relation.
    #[error("KEY-SIZE: the key has {found} instance points, the relation needs {expected}")]
    Size {
        /// Points that the relation needs.
        expected: usize,
        /// Points in the key.
        found: usize,
    },
    /// A point does not decode.
    #[error("KEY-POINT: {0}")]
    Point(#[from] PointError),
    /// Bytes follow the key.
    #[error("bytes follow the key")]
    TrailingBytes,
    /// KEY-IDENTITY: one of the points is the identity.
    #[error("KEY-IDENTITY: {point} is the identity")]
    Identity {
        /// Which point.
        point: &'static str,
    },
    /// KEY-SUBGROUP: a G2 point has the wrong order.
    #[error("KEY-SUBGROUP: {point} is outside the prime-order subgroup")]
    Subgroup {
        /// Which point.
        point: &'static str,
    },
    /// KEY-DELTA: `[delta]_1` and `[delta]_2` differ.
    #[error("KEY-DELTA: delta is not the same in both groups")]
    Delta,
    /// KEY-BETA: `[beta]_1` and `[beta]_2` differ.
    #[error("KEY-BETA: beta is not the same in both groups")]
    Beta,
    /// KEY-G1-DISTINCT: two of G1, alpha, beta, delta and the instance points are equal up to sign.
    #[error("KEY-G1-DISTINCT: two points among G1, alpha, beta, delta and the instance points are equal up to sign")]
    G1NotDistinct,
    /// KEY-G2-DISTINCT: two of beta, gamma and delta are equal up to sign.
    #[error("KEY-G2-DISTINCT: two of beta, gamma and delta are equal up to sign")]
    G2NotDistinct,
    /// KEY-DELTA-SHARED: two relations have the same delta up to sign.
    #[error("KEY-DELTA-SHARED: {first} and {second} share delta up to sign")]
    DeltaShared {
        /// One relation.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

/// Every rule that one key can be checked for by itself. Curve membership was checked when the points were decoded or made.
pub(super) fn lint(parts: &Parts) -> Result<(), KeyError> {
    let expected = parts.spec.public + parts.spec.hidden + 1;
    if parts.ic.len() != expected {
        return Err(KeyError::Size { expected, found: parts.ic.len() });
    }
    identities(parts)?;
    for (point, name) in [(&parts.beta_g2, "beta_2"), (&parts.delta_g2, "delta_2")] {
        if !point.is_in_correct_subgroup_assuming_on_curve() {
            return Err(KeyError::Subgroup { point: name });
        }
    }
    if Curve::pairing(parts.delta_g1, G2Affine::generator()) != Curve::pairing(G1Affine::generator(), parts.delta_g2) {
        return Err(KeyError::Delta);
    }
    if Curve::pairing(parts.beta_g1, G2Affine::generator()) != Curve::pairing(G1Affine::generator(), parts.beta_g2) {
        return Err(KeyError::Beta);
    }
    // Points are equal up to sign if and only if their x coordinates are.
    let g1 = [G1Affine::generator(), parts.alpha_g1, parts.beta_g1, parts.delta_g1]
        .into_iter()
        .chain(parts.ic.iter().copied());
    let mut seen: BTreeSet<Option<Fq>> = BTreeSet::new();
    if !g1.map(|p| p.x()).all(|x| seen.insert(x)) {
        return Err(KeyError::G1NotDistinct);
    }
    let [beta, gamma, delta] = [parts.beta_g2, G2Affine::generator(), parts.delta_g2].map(|p| p.x());
    if beta == gamma || gamma == delta || beta == delta {
        return Err(KeyError::G2NotDistinct);
    }
    Ok(())
}

fn identities(parts: &Parts) -> Result<(), KeyError> {
    let g1 = [(&parts.alpha_g1, "alpha_1"), (&parts.beta_g1, "beta_1"), (&parts.delta_g1, "delta_1")];
    let ic = parts.ic.iter().map(|p| (p, "an instance point"));
    if let Some((_, point)) = g1.into_iter().chain(ic).find(|(p, _)| p.is_zero()) {
        return Err(KeyError::Identity { point });
    }
    for (p, point) in [(&parts.beta_g2, "beta_2"), (&parts.delta_g2, "delta_2")] {
        if p.is_zero() {
            return Err(KeyError::Identity { point });
        }
    }
    Ok(())
}
