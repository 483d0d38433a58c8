//! `credential/native`: an issuer signed these attributes with EdDSA-Poseidon, for the holder of `k`.
//!
//! Public: the header, the issuer's key and its window table. Hidden: `k` and the slots 1 to 15. Private: the blinding `b` and
//! the signature. Slot 0 is the holder's tag and is no instance: it is lifelong.

use super::{
    Instances, Relation, Rows, Rule,
    tag::{enforce_nonzero, holder_tag, holder_tag_var},
};
use crate::{
    eddsa::{self, PublicKey, Signature, SignatureError, gadget::SignatureVar},
    field::Fr,
    poseidon,
    slots::{self, Header, SLOTS},
};
use ark_ff::Zero;
use ark_relations::gr1cs::SynthesisError;
use core::array;
use zeroize::Zeroize;

/// `k` is not zero.
pub const KEY: Rule = Rule("NATIVE-KEY");
/// Slot 0 is the tag of `k` and `b`.
pub const TAG: Rule = Rule("NATIVE-TAG");
/// Slots 1 to 15 fit their widths.
pub const WIDTH: Rule = Rule("NATIVE-WIDTH");
/// The message is the hash of header and slots.
pub const MESSAGE: Rule = Rule("NATIVE-MESSAGE");
/// The challenge is the hash of R, key and message.
pub const CHALLENGE: Rule = Rule("NATIVE-CHALLENGE");
/// The bits of the challenge are an integer below the modulus.
pub const CHALLENGE_CANONICAL: Rule = Rule("NATIVE-CHALLENGE-CANONICAL");
/// S is below the order of the group.
pub const SCALAR_RANGE: Rule = Rule("NATIVE-SCALAR-RANGE");
/// R is not the identity.
pub const R_IDENTITY: Rule = Rule("NATIVE-R-IDENTITY");
/// `R = S B - h (8 A)`.
pub const EQUATION: Rule = Rule("NATIVE-EQUATION");

/// The relation `credential/native`.
pub struct CredentialNative;

/// What the verifier knows of the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Version and schema.
    pub header: Header,
    /// The issuer's key.
    pub issuer: PublicKey,
}

/// The holder's secrets and the credential.
#[derive(Clone)]
pub struct Witness {
    /// The holder's secret.
    pub k: Fr,
    /// The blinding of the holder's tag at this issuer.
    pub b: Fr,
    /// Slots 1 to 15.
    pub attributes: [Fr; SLOTS - 1],
    /// The issuer's signature over [`message`].
    pub signature: Signature,
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.k.zeroize();
        self.b.zeroize();
        self.attributes.zeroize();
    }
}

/// What the issuer signs: `Poseidon(header; a_0, .., a_15)`.
#[must_use]
pub fn message(header: Header, slots: &[Fr; SLOTS]) -> Fr {
    poseidon::hash(header.to_field(), slots)
}

impl Witness {
    /// The 16 slots, the first one computed.
    #[must_use]
    pub fn slots(&self) -> [Fr; SLOTS] {
        let tag = holder_tag(self.k, self.b);
        array::from_fn(|i| if i == 0 { tag } else { self.attributes[i - 1] })
    }
}

impl Relation for CredentialNative {
    type Statement = Statement;
    type Witness = Witness;

    const NAME: &'static str = "credential/native";
    const PUBLIC: usize = 3 + PublicKey::TABLE_VALUES;
    const HIDDEN: usize = SLOTS;
    const RULES: &'static [Rule] =
        &[KEY, TAG, WIDTH, MESSAGE, CHALLENGE, CHALLENGE_CANONICAL, SCALAR_RANGE, R_IDENTITY, EQUATION];

    fn public(statement: &Statement) -> Vec<Fr> {
        let key = statement.issuer.point();
        let mut out = vec![statement.header.to_field(), key.x, key.y];
        out.extend_from_slice(statement.issuer.table());
        out
    }

    fn hidden(witness: &Witness) -> Vec<Fr> {
        let mut out = vec![witness.k];
        out.extend_from_slice(&witness.attributes);
        out
    }

    /// The rules of slot 0, message and challenge define values, and values computed here cannot break them.
    fn holds(statement: &Statement, witness: &Witness) -> Result<(), Rule> {
        if witness.k.is_zero() {
            return Err(KEY);
        }
        let slots = witness.slots();
        if !slots.iter().enumerate().all(|(slot, value)| slots::fits(slot, value)) {
            return Err(WIDTH);
        }
        let message = message(statement.header, &slots);
        statement.issuer.verify(&message, &witness.signature).map_err(|error| match error {
            SignatureError::ScalarOutOfRange => SCALAR_RANGE,
            SignatureError::ChallengeOutOfRange => CHALLENGE_CANONICAL,
            SignatureError::SmallOrder if witness.signature.r.x.is_zero() => R_IDENTITY,
            // Off the curve or of another small order, R cannot be the point that the equation asks for.
            SignatureError::NotCanonical
            | SignatureError::NotOnCurve
            | SignatureError::SmallOrder
            | SignatureError::Equation => EQUATION,
        })
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, witness: Option<&Witness>) -> Result<(), SynthesisError> {
        let (header, key, table) = (&instances.public[0], &instances.public[1..3], &instances.public[3..]);
        let (k, attributes) = (&instances.hidden[0], &instances.hidden[1..]);
        let b = rows.witness(witness.map(|witness| witness.b))?;
        let signature = SignatureVar::new_witness(&rows.cs(), witness.map(|witness| &witness.signature))?;

        rows.rule(KEY, |cs| enforce_nonzero(cs, k))?;
        let tag = rows.rule(TAG, |_| holder_tag_var(k, &b))?;
        rows.rule(WIDTH, |cs| slots::gadget::enforce_widths(&cs, attributes))?;
        let slots: [_; SLOTS] = array::from_fn(|i| if i == 0 { tag.clone() } else { attributes[i - 1].clone() });
        let message = rows.rule(MESSAGE, |_| poseidon::gadget::hash(header, &slots))?;

        let h = rows.rule(CHALLENGE, |_| eddsa::gadget::challenge(&signature.r, [&key[0], &key[1]], &message))?;
        let h = rows.rule(CHALLENGE_CANONICAL, |cs| eddsa::gadget::challenge_bits(&cs, &h))?;
        let s = rows.rule(SCALAR_RANGE, |cs| eddsa::gadget::scalar_bits(&cs, &signature.s))?;
        rows.rule(R_IDENTITY, |cs| enforce_nonzero(cs, &signature.r.x))?;
        rows.rule(EQUATION, |cs| eddsa::gadget::enforce_equation(&cs, &signature.r, &s, &h, table))
    }
}
