//! Linked Groth16: several proofs over hidden instances, joined by one sigma proof for linear relations.
//!
//! A [`Statement`] is built by the verifier from its own request; a proof supplies no length, no list and no order. See
//! spec/presentation for the protocol and its security argument.

mod prove;
mod verify;
mod wire;

pub(crate) use prove::prove;
pub use verify::LinkedError;
pub(crate) use verify::{verify, verify_batch};
pub use wire::WireError;

use super::{
    relation_key::{PublicInputs, RelationKey},
    transcript::Sponge,
};
use crate::digest::Digest;
use shiming_circuits::field::{CURVE_ID, Fr, G1Affine, G2Affine, fr_to_bytes};
use std::sync::Arc;

/// A hidden instance as a public linear form of the wires: `sum coefficient * wire + constant`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    terms: Vec<(usize, Fr)>,
    constant: Fr,
}

impl Form {
    /// One wire.
    #[must_use]
    pub fn wire(wire: usize) -> Self {
        Self { terms: vec![(wire, Fr::from(1u64))], constant: Fr::from(0u64) }
    }

    /// A constant: a disclosed value, an idle slot.
    #[must_use]
    pub fn constant(constant: Fr) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// This form minus a constant.
    #[must_use]
    pub fn minus(mut self, constant: Fr) -> Self {
        self.constant -= constant;
        self
    }

    /// The constant minus this form.
    #[must_use]
    pub fn subtracted_from(mut self, constant: Fr) -> Self {
        self.terms.iter_mut().for_each(|(_, coefficient)| *coefficient = -*coefficient);
        self.constant = constant - self.constant;
        self
    }

    /// The value at these wires; `None` if a wire does not exist.
    pub(crate) fn value(&self, wires: &[Fr]) -> Option<Fr> {
        self.linear(wires).map(|x| x + self.constant)
    }

    /// The linear part at these wires; `None` if a wire does not exist.
    fn linear(&self, wires: &[Fr]) -> Option<Fr> {
        self.terms.iter().map(|(wire, coefficient)| wires.get(*wire).map(|w| *w * coefficient)).sum()
    }
}

/// One relation of a statement.
#[derive(Clone)]
pub struct Part {
    /// Its key.
    pub key: Arc<RelationKey>,
    /// Its public instances.
    pub public: PublicInputs,
    /// Its hidden instances, as many as the relation has.
    pub forms: Vec<Form>,
}

/// What a linked proof proves: the relations in order, over shared hidden wires, with an optional pseudonym.
pub struct Statement {
    /// The Fiat-Shamir session, one of the three of `shiming_circuits::domain`.
    pub session: &'static [u8],
    /// The digest of what the proof answers: a request, a challenge.
    pub context: Digest,
    /// Whatever else the transcript absorbs, in order: issuer key ids, schema digests, status snapshot, disclosed values.
    pub items: Vec<(&'static [u8], Vec<u8>)>,
    /// The relations.
    pub parts: Vec<Part>,
    /// The number of wires.
    pub wires: usize,
    /// The pseudonym's base and the wire that multiplies it.
    pub pseudonym: Option<(G1Affine, usize)>,
}

/// One blinded proof with the commitment to its hidden instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlindedProof {
    pub(crate) a: G1Affine,
    pub(crate) b: G2Affine,
    pub(crate) c: G1Affine,
    pub(crate) commitment: G1Affine,
}

/// A linked proof. Its shape is the statement's; it carries no lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedProof {
    pub(crate) proofs: Vec<BlindedProof>,
    pub(crate) pseudonym: Option<G1Affine>,
    /// 128 bits, big-endian.
    pub(crate) challenge: [u8; 16],
    /// One for each wire.
    pub(crate) responses: Vec<Fr>,
    /// One for each part.
    pub(crate) blinders: Vec<Fr>,
}

impl LinkedProof {
    /// The pseudonym, if the statement has one.
    #[must_use]
    pub fn pseudonym(&self) -> Option<&G1Affine> {
        self.pseudonym.as_ref()
    }
}

/// The 128-bit challenge as a scalar. Two distinct challenges differ by an invertible scalar, which is all that special
/// soundness needs; 128 bits bound the chance to guess one.
fn challenge_scalar(challenge: &[u8; 16]) -> Fr {
    Fr::from(u128::from_be_bytes(*challenge))
}

impl Statement {
    /// The transcript through the statement, every proof, every commitment and the pseudonym: all that precedes the sigma
    /// proof's first message.
    fn transcript(&self, proofs: &[BlindedProof], pseudonym: Option<&G1Affine>) -> Sponge {
        let mut sponge = Sponge::new(self.session);
        sponge.absorb(b"curve", &[CURVE_ID]);
        sponge.absorb(b"context", self.context.as_bytes());
        for (label, item) in &self.items {
            sponge.absorb(label, item);
        }
        sponge.absorb(b"wires", &(self.wires as u64).to_be_bytes());
        sponge.absorb(b"parts", &(self.parts.len() as u64).to_be_bytes());
        for part in &self.parts {
            absorb_part(&mut sponge, part);
        }
        let mut bytes = Vec::with_capacity(160);
        for proof in proofs {
            bytes.clear();
            wire::put_proof(&mut bytes, proof);
            sponge.absorb(b"proof", &bytes);
        }
        if let (Some((base, wire)), Some(pseudonym)) = (&self.pseudonym, pseudonym) {
            bytes.clear();
            bytes.extend((*wire as u64).to_be_bytes());
            super::points::put(&mut bytes, base);
            super::points::put(&mut bytes, pseudonym);
            sponge.absorb(b"pseudonym", &bytes);
        }
        sponge
    }
}

fn absorb_part(sponge: &mut Sponge, part: &Part) {
    let spec = part.key.verifying().spec();
    sponge.absorb(b"relation", spec.name.as_bytes());
    sponge.absorb(b"key", part.key.id().as_bytes());
    sponge.absorb(b"public", &(spec.public as u64).to_be_bytes());
    sponge.absorb(b"hidden", &(spec.hidden as u64).to_be_bytes());
    sponge.absorb(b"inputs", &part.public.described);
    let mut bytes = Vec::with_capacity(96);
    for form in &part.forms {
        bytes.clear();
        for (wire, coefficient) in &form.terms {
            bytes.extend((*wire as u64).to_be_bytes());
            bytes.extend(fr_to_bytes(coefficient));
        }
        bytes.extend(fr_to_bytes(&form.constant));
        sponge.absorb(b"form", &bytes);
    }
}

/// The challenge over everything and the sigma proof's first message: one commitment for each part, then the pseudonym's.
fn challenge(mut sponge: Sponge, announcements: &[G1Affine]) -> [u8; 16] {
    let mut bytes = Vec::with_capacity(32);
    for announcement in announcements {
        bytes.clear();
        super::points::put(&mut bytes, announcement);
        sponge.absorb(b"announcement", &bytes);
    }
    let mut challenge = [0u8; 16];
    sponge.squeeze(&mut challenge);
    challenge
}
