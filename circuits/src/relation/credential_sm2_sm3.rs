//! `credential/sm2-sm3`: an issuer signed these attributes with SM2 and SM3, for the holder of `k`.
//!
//! Public: the schema id, `Z_A` with the registers that SM3 reaches over it, and the window table of the issuer's key; the verifier
//! computes all of them from schema, key and distinguishing identifier. Hidden: `k` and the slots 1 to 15. Private: the blinding `b`
//! and the signature. Slot 0 is the holder's tag and is no instance: it is lifelong.

use super::{
    Instances, Relation, Rows, Rule,
    attested::{Attested, TbsRules, enforce_tbs},
};
use crate::{
    field::Fr,
    slots::{
        Header, SLOTS,
        gadget::{SCHEMA_BITS, schema_bits},
    },
    sm2::{
        self, PublicKey, Signature,
        gadget::{ADDITION, CONGRUENCE, DIGITS, LOOKUP_G, LOOKUP_Q, NONZERO, X_CANONICAL, enforce_signature},
    },
    sm3,
    weierstrass::{SignatureError, TABLE_VALUES},
    word::Word,
};
use ark_relations::gr1cs::SynthesisError;
use core::array;

/// `k` is not zero.
pub const KEY: Rule = Rule("SM2-KEY");
/// Slot 0 is the tag of `k` and `b`.
pub const TAG: Rule = Rule("SM2-TAG");
/// The bits of slot 0 are an integer below the modulus.
pub const TAG_CANONICAL: Rule = Rule("SM2-TAG-CANONICAL");
/// Slots 1 to 15 fit their widths.
pub const WIDTH: Rule = Rule("SM2-WIDTH");
/// The digest is SM3 of `Z_A` and the TBS.
pub const DIGEST: Rule = Rule("SM2-DIGEST");

const TBS: TbsRules = TbsRules { key: KEY, tag: TAG, tag_canonical: TAG_CANONICAL, width: WIDTH };

/// Bits of a digest, and of the registers of SM3.
const DIGEST_BITS: usize = 256;

/// The relation `credential/sm2-sm3`.
pub struct CredentialSm2Sm3;

/// What the verifier knows of the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Version and schema.
    pub header: Header,
    /// The issuer's key.
    pub issuer: PublicKey,
    /// The digest of identifier, curve and key ([`PublicKey::z`]).
    pub z_a: [u8; 32],
}

/// The holder's secrets and the credential.
#[derive(Clone)]
pub struct Witness {
    /// Secrets and attributes.
    pub attested: Attested,
    /// What the signature's verification gave ([`PublicKey::verify`]).
    pub signature: sm2::Witness,
}

impl Statement {
    /// `e = SM3(Z_A || TBS)`.
    fn digest(&self, attested: &Attested) -> Result<[u8; 32], Rule> {
        let tbs = attested.tbs(self.header, &TBS)?;
        Ok(sm3::digest(&[self.z_a.as_slice(), tbs.as_bytes()].concat()))
    }

    /// The witness for a signature by the statement's key.
    ///
    /// # Errors
    ///
    /// The first rule that secrets and attributes break, or [`CONGRUENCE`] for a signature that does not verify.
    pub fn witness(&self, attested: Attested, signature: &Signature) -> Result<Witness, Rule> {
        let digest = self.digest(&attested)?;
        let signature = self.issuer.verify(&digest, signature).map_err(|error| match error {
            SignatureError::OutOfRange | SignatureError::SumIsZero | SignatureError::NotProvable => NONZERO,
            SignatureError::Equation => CONGRUENCE,
        })?;
        Ok(Witness { attested, signature })
    }
}

impl Relation for CredentialSm2Sm3 {
    type Statement = Statement;
    type Witness = Witness;

    const NAME: &'static str = "credential/sm2-sm3";
    const PUBLIC: usize = SCHEMA_BITS + 2 * DIGEST_BITS + TABLE_VALUES;
    const HIDDEN: usize = SLOTS;
    const RULES: &'static [Rule] = &[
        KEY,
        TAG,
        TAG_CANONICAL,
        WIDTH,
        DIGEST,
        DIGITS,
        LOOKUP_G,
        LOOKUP_Q,
        ADDITION,
        X_CANONICAL,
        CONGRUENCE,
        NONZERO,
    ];

    fn public(statement: &Statement) -> Vec<Fr> {
        let mut out = schema_bits(statement.header).to_vec();
        let words = sm3::registers_after_z_a(&statement.z_a);
        let bits = |byte: u8| (0..8).rev().map(move |i| Fr::from(byte >> i & 1));
        out.extend(statement.z_a.into_iter().flat_map(bits));
        out.extend(words.into_iter().flat_map(u32::to_be_bytes).flat_map(bits));
        out.extend_from_slice(statement.issuer.table());
        out
    }

    fn hidden(witness: &Witness) -> Vec<Fr> {
        witness.attested.hidden()
    }

    fn holds(statement: &Statement, witness: &Witness) -> Result<(), Rule> {
        let digest = statement.digest(&witness.attested)?;
        sm2::holds(&statement.issuer, &digest, &witness.signature)
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, witness: Option<&Witness>) -> Result<(), SynthesisError> {
        let (schema, rest) = instances.public.split_at(SCHEMA_BITS);
        let (z_a, rest) = rest.split_at(DIGEST_BITS);
        let (registers, table) = rest.split_at(DIGEST_BITS);
        // The verifier passes zeros and ones, most significant first.
        let word = |i: usize| Word::from_boolean_bits(array::from_fn(|bit| registers[32 * i + 31 - bit].clone()));

        let tbs = enforce_tbs(rows, &TBS, schema, &instances.hidden, witness.map(|witness| &witness.attested))?;
        let z_a = array::from_fn(|i| z_a[i].clone());
        let digest = rows.rule(DIGEST, |_| sm3::gadget::digest_after_z_a(&z_a, &array::from_fn(word), &tbs))?;
        enforce_signature(rows, table, &digest, witness.map(|witness| &witness.signature))
    }
}
