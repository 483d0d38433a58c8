//! The verifier's side: every sigma proof, then all pairing equations at once.

use super::{LinkedProof, Statement, challenge, challenge_scalar};
use crate::{
    keys::KeyId,
    proof::{
        msm,
        pairing::{PreparedG2, product_is_one},
        randomness::seed,
        relation_key::{RelationKey, generator_prepared},
        transcript::Sponge,
    },
};
use ark_ec::AffineRepr;
use ark_ff::One;
use core::ops::Neg;
use rand_core::CryptoRng;
use shiming_circuits::{
    domain,
    field::{Fr, G1Affine, G1Projective, fr_to_bytes},
};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a linked proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LinkedError {
    /// The proof does not have the statement's shape.
    #[error("the proof does not have the shape of the statement")]
    Shape,
    /// The sigma proof does not answer this statement's challenge.
    #[error("the proof of the linear relations does not answer this statement")]
    Sigma,
    /// A pairing equation does not hold.
    #[error("a Groth16 equation does not hold")]
    Equation,
}

/// Verifies one proof. The RNG makes the weights of the pairing equations unpredictable.
pub(crate) fn verify(statement: &Statement, proof: &LinkedProof, rng: &mut impl CryptoRng) -> Result<(), LinkedError> {
    let mut results = verify_batch(&[(statement, proof)], rng);
    results.pop().unwrap_or(Err(LinkedError::Shape))
}

/// Verifies many proofs, with one result each, in order. All pairing equations are checked in one product; if it fails, halves
/// are, so one bad proof never spoils another.
pub(crate) fn verify_batch(
    entries: &[(&Statement, &LinkedProof)],
    rng: &mut impl CryptoRng,
) -> Vec<Result<(), LinkedError>> {
    let mut results: Vec<Result<(), LinkedError>> =
        entries.iter().map(|(statement, proof)| check_sigma(statement, proof)).collect();
    let pending: Vec<usize> = results.iter().enumerate().filter(|(_, r)| r.is_ok()).map(|(i, _)| i).collect();
    bisect(entries, &pending, &mut results, rng);
    results
}

fn bisect(
    entries: &[(&Statement, &LinkedProof)],
    pending: &[usize],
    results: &mut [Result<(), LinkedError>],
    rng: &mut impl CryptoRng,
) {
    let chosen: Vec<_> = pending.iter().filter_map(|i| entries.get(*i).copied()).collect();
    // The product over no equations is one, at the price of a final exponentiation.
    if chosen.is_empty() || equations_hold(&chosen, rng) {
        return;
    }
    if let [index] = pending {
        if let Some(result) = results.get_mut(*index) {
            *result = Err(LinkedError::Equation);
        }
        return;
    }
    let (left, right) = pending.split_at(pending.len() / 2);
    bisect(entries, left, results, rng);
    bisect(entries, right, results, rng);
}

/// Rebuilds every announcement from the responses and compares the challenge.
fn check_sigma(statement: &Statement, proof: &LinkedProof) -> Result<(), LinkedError> {
    let shape = proof.proofs.len() == statement.parts.len()
        && proof.blinders.len() == statement.parts.len()
        && proof.responses.len() == statement.wires
        && proof.pseudonym.is_some() == statement.pseudonym.is_some();
    if !shape {
        return Err(LinkedError::Shape);
    }
    let c = challenge_scalar(&proof.challenge);
    let mut announcements = Vec::with_capacity(statement.parts.len() + 1);
    for ((part, blinded), blinder) in statement.parts.iter().zip(&proof.proofs).zip(&proof.blinders) {
        // z = t + c w, so M z + c * constant = M t + c x: the constants stand on the commitment's side.
        let values = part.forms.iter().map(|form| form.linear(&proof.responses).map(|z| z + c * form.constant));
        let values = values.collect::<Option<Vec<Fr>>>().ok_or(LinkedError::Shape)?;
        let commitment = msm::straus(&[blinded.commitment.neg()], &[c]).ok_or(LinkedError::Shape)?;
        announcements.push(part.key.commit(&values, blinder) + commitment);
    }
    if let (Some((base, wire)), Some(pseudonym)) = (&statement.pseudonym, &proof.pseudonym) {
        let z = proof.responses.get(*wire).ok_or(LinkedError::Shape)?;
        announcements.push(msm::straus(&[*base, pseudonym.neg()], &[*z, c]).ok_or(LinkedError::Shape)?);
    }
    let announcements = msm::normalize(&announcements);
    let transcript = statement.transcript(&proof.proofs, proof.pseudonym.as_ref());
    if challenge(transcript, &announcements) == proof.challenge { Ok(()) } else { Err(LinkedError::Sigma) }
}

/// The weights of all equations: 1, then 128-bit scalars other than zero, squeezed from key ids, challenges, responses and 32
/// RNG bytes. A prover who could predict them could make errors cancel; see spec, rule BATCH-WEIGHTS.
fn weights(entries: &[(&Statement, &LinkedProof)], rng: &mut impl CryptoRng) -> impl Iterator<Item = Fr> {
    let mut sponge = Sponge::new(domain::WEIGHTS);
    for (statement, proof) in entries {
        for part in &statement.parts {
            sponge.absorb(b"key", part.key.id().as_bytes());
        }
        sponge.absorb(b"challenge", &proof.challenge);
        for response in proof.responses.iter().chain(&proof.blinders) {
            sponge.absorb(b"response", &fr_to_bytes(response));
        }
    }
    sponge.absorb(b"rng", seed(rng).as_ref());
    let squeezed = core::iter::repeat_with(move || {
        let mut bytes = [0u8; 16];
        sponge.squeeze(&mut bytes);
        Fr::from(u128::from_be_bytes(bytes).max(1))
    });
    core::iter::once(Fr::one()).chain(squeezed)
}

/// Sums that share their second pairing argument.
#[derive(Default)]
struct Sum {
    points: Vec<G1Affine>,
    weights: Vec<Fr>,
}

impl Sum {
    fn add(&mut self, point: G1Affine, weight: Fr) {
        self.points.push(point);
        self.weights.push(weight);
    }

    fn total(&self) -> Option<G1Projective> {
        // A handful is cheaper with shared doublings than with buckets.
        if self.points.len() <= 8 {
            msm::straus(&self.points, &self.weights)
        } else {
            msm::pippenger(&self.points, &self.weights)
        }
    }
}

/// `prod_j [ e(A_j, B_j) / (e(alpha, beta) e(P_j + Com_j, G2) e(C_j, delta_j)) ]^(w_j) = 1`, in one product of Miller loops.
fn equations_hold(entries: &[(&Statement, &LinkedProof)], rng: &mut impl CryptoRng) -> bool {
    // `None` means that a sum had fewer weights than points, which its only constructor rules out; it is refused all the same.
    product_holds(entries, rng).unwrap_or(false)
}

fn product_holds(entries: &[(&Statement, &LinkedProof)], rng: &mut impl CryptoRng) -> Option<bool> {
    let mut left: Vec<G1Projective> = Vec::new();
    let mut fresh: Vec<PreparedG2> = Vec::new();
    let mut inputs = Sum::default();
    let mut deltas: BTreeMap<KeyId, (&RelationKey, Sum)> = BTreeMap::new();
    let mut alphas: Vec<(&RelationKey, Fr)> = Vec::new();
    let equations = entries.iter().flat_map(|(statement, proof)| statement.parts.iter().zip(&proof.proofs));
    for ((part, proof), weight) in equations.zip(weights(entries, rng)) {
        let key: &RelationKey = &part.key;
        left.push(if weight.is_one() { proof.a.into_group() } else { msm::straus(&[proof.a], &[weight])? });
        fresh.push(proof.b.into());
        inputs.add(part.public.folded, weight);
        inputs.add(proof.commitment, weight);
        deltas.entry(key.id()).or_insert_with(|| (key, Sum::default())).1.add(proof.c, weight);
        // Relations of one phase 1 share alpha and beta, hence one pairing.
        let same = |(other, _): &&mut (&RelationKey, Fr)| {
            other.verifying().alpha_g1() == key.verifying().alpha_g1()
                && other.verifying().beta_g2() == key.verifying().beta_g2()
        };
        match alphas.iter_mut().find(same) {
            Some((_, sum)) => *sum += weight,
            None => alphas.push((key, weight)),
        }
    }
    let mut right: Vec<&PreparedG2> = fresh.iter().collect();
    left.push(-inputs.total()?);
    right.push(generator_prepared());
    for (key, sum) in deltas.values() {
        left.push(-sum.total()?);
        right.push(&key.delta_g2_prepared);
    }
    for (key, weight) in alphas {
        left.push(-msm::straus(&[key.verifying().alpha_g1()], &[weight])?);
        right.push(&key.beta_g2_prepared);
    }
    let pairs: Vec<_> = msm::normalize(&left).into_iter().zip(right).collect();
    Some(product_is_one(&pairs))
}
