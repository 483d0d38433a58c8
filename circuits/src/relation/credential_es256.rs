//! `credential/es256`: an issuer signed these attributes with ECDSA on P-256 and SHA-256, for the holder of `k`.
//!
//! Public: the schema id and the window table of the issuer's key, which the verifier computes from the key. Hidden: `k` and the slots
//! 1 to 15. Private: the blinding `b` and the signature. Slot 0 is the holder's tag and is no instance: it is lifelong.

use super::{
    Instances, Relation, Rows, Rule,
    attested::{Attested, TbsRules, enforce_tbs},
};
use crate::{
    field::Fr,
    p256::{
        self, PublicKey, Signature,
        gadget::{ADDITION, CONGRUENCE, DIGITS, LOOKUP_G, LOOKUP_Q, NONZERO, X_CANONICAL, enforce_signature},
    },
    sha256,
    slots::{
        Header, SLOTS,
        gadget::{SCHEMA_BITS, schema_bits},
    },
    weierstrass::{SignatureError, TABLE_VALUES},
};
use ark_relations::gr1cs::SynthesisError;

/// `k` is not zero.
pub const KEY: Rule = Rule("P256-KEY");
/// Slot 0 is the tag of `k` and `b`.
pub const TAG: Rule = Rule("P256-TAG");
/// The bits of slot 0 are an integer below the modulus.
pub const TAG_CANONICAL: Rule = Rule("P256-TAG-CANONICAL");
/// Slots 1 to 15 fit their widths.
pub const WIDTH: Rule = Rule("P256-WIDTH");
/// The digest is SHA-256 of the TBS.
pub const DIGEST: Rule = Rule("P256-DIGEST");

const TBS: TbsRules = TbsRules { key: KEY, tag: TAG, tag_canonical: TAG_CANONICAL, width: WIDTH };

/// The relation `credential/es256`.
pub struct CredentialEs256;

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
    /// Secrets and attributes.
    pub attested: Attested,
    /// What the signature's verification gave ([`PublicKey::verify`]).
    pub signature: p256::Witness,
}

impl Statement {
    /// `e = SHA-256(TBS)`.
    fn digest(&self, attested: &Attested) -> Result<[u8; 32], Rule> {
        Ok(sha256::digest(attested.tbs(self.header, &TBS)?.as_bytes()))
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

impl Relation for CredentialEs256 {
    type Statement = Statement;
    type Witness = Witness;

    const NAME: &'static str = "credential/es256";
    const PUBLIC: usize = SCHEMA_BITS + TABLE_VALUES;
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
        out.extend_from_slice(statement.issuer.table());
        out
    }

    fn hidden(witness: &Witness) -> Vec<Fr> {
        witness.attested.hidden()
    }

    fn holds(statement: &Statement, witness: &Witness) -> Result<(), Rule> {
        let digest = statement.digest(&witness.attested)?;
        p256::holds(&statement.issuer, &digest, &witness.signature)
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, witness: Option<&Witness>) -> Result<(), SynthesisError> {
        let (schema, table) = instances.public.split_at(SCHEMA_BITS);

        let tbs = enforce_tbs(rows, &TBS, schema, &instances.hidden, witness.map(|witness| &witness.attested))?;
        let digest = rows.rule(DIGEST, |_| sha256::gadget::digest(&tbs))?;
        enforce_signature(rows, table, &digest, witness.map(|witness| &witness.signature))
    }
}
