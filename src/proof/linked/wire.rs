//! The bytes of a linked proof. Every length follows from the statement.

use super::{BlindedProof, LinkedProof, Statement};
use crate::proof::points::{self, G1_BYTES, G2_BYTES, PointError};
use shiming_circuits::field::{FR_BYTES, Fr, fr_from_bytes, fr_to_bytes};
use thiserror::Error;

const PROOF_BYTES: usize = 3 * G1_BYTES + G2_BYTES;
const CHALLENGE_BYTES: usize = 16;

/// Why bytes are not a linked proof for a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The length is not the one that the statement determines.
    #[error("{found} bytes where the statement needs {expected}")]
    Length {
        /// What the statement needs.
        expected: usize,
        /// What was sent.
        found: usize,
    },
    /// A point does not decode.
    #[error("{field} of proof {part}: {error}")]
    Point {
        /// The proof's position.
        part: usize,
        /// `A`, `B`, `C` or `Com`.
        field: &'static str,
        /// The cause.
        error: PointError,
    },
    /// The pseudonym does not decode.
    #[error("pseudonym: {0}")]
    Pseudonym(PointError),
    /// A response is not below the group order.
    #[error("response {index} is not canonical")]
    Response {
        /// Its position: the wires, then the blinders.
        index: usize,
    },
}

impl Statement {
    /// The length in bytes of every proof of this statement.
    #[must_use]
    pub fn proof_bytes(&self) -> usize {
        self.parts.len() * (PROOF_BYTES + FR_BYTES)
            + usize::from(self.pseudonym.is_some()) * G1_BYTES
            + CHALLENGE_BYTES
            + self.wires * FR_BYTES
    }
}

pub(super) fn put_proof(out: &mut Vec<u8>, proof: &BlindedProof) {
    points::put(out, &proof.a);
    points::put(out, &proof.b);
    points::put(out, &proof.c);
    points::put(out, &proof.commitment);
}

impl LinkedProof {
    /// For each part A (32), B (64), C (32), Com (32); the pseudonym (32) if there is one; the challenge (16); one response
    /// (32) for each wire, one for each part.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        self.proofs.iter().for_each(|proof| put_proof(&mut out, proof));
        self.pseudonym.iter().for_each(|pseudonym| points::put(&mut out, pseudonym));
        out.extend(self.challenge);
        self.responses.iter().chain(&self.blinders).for_each(|x| out.extend(fr_to_bytes(x)));
        out
    }

    /// The proof in bytes, for a statement that fixes every length.
    ///
    /// # Errors
    ///
    /// [`WireError`], one variant per cause.
    pub fn from_bytes(statement: &Statement, bytes: &[u8]) -> Result<Self, WireError> {
        let length = WireError::Length { expected: statement.proof_bytes(), found: bytes.len() };
        if bytes.len() != statement.proof_bytes() {
            return Err(length);
        }
        let mut rest = bytes;
        let mut take = |n: usize| {
            let (head, tail) = rest.split_at_checked(n).ok_or(length)?;
            rest = tail;
            Ok(head)
        };
        let mut proofs = Vec::with_capacity(statement.parts.len());
        for part in 0..statement.parts.len() {
            let field = |field| move |error| WireError::Point { part, field, error };
            proofs.push(BlindedProof {
                a: points::g1(take(G1_BYTES)?).map_err(field("A"))?,
                b: points::g2(take(G2_BYTES)?).map_err(field("B"))?,
                c: points::g1(take(G1_BYTES)?).map_err(field("C"))?,
                commitment: points::g1(take(G1_BYTES)?).map_err(field("Com"))?,
            });
        }
        let pseudonym = match &statement.pseudonym {
            None => None,
            Some(_) => Some(points::g1(take(G1_BYTES)?).map_err(WireError::Pseudonym)?),
        };
        let challenge = take(CHALLENGE_BYTES)?.try_into().map_err(|_| length)?;
        let mut scalar = |index| -> Result<Fr, WireError> {
            let bytes = take(FR_BYTES)?.try_into().map_err(|_| length)?;
            fr_from_bytes(bytes).ok_or(WireError::Response { index })
        };
        let responses = (0..statement.wires).map(&mut scalar).collect::<Result<_, _>>()?;
        let blinders = (0..statement.parts.len()).map(|i| scalar(statement.wires + i)).collect::<Result<_, _>>()?;
        Ok(Self { proofs, pseudonym, challenge, responses, blinders })
    }
}
