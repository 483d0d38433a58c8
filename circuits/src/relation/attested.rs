//! What the relations over a TBS have in common: the holder's secrets, the slots, and the bytes that an issuer signed.

use super::{
    Rows, Rule,
    tag::{enforce_nonzero, holder_tag, holder_tag_var},
};
use crate::{
    bits::{enforce_canonical_bits, is_canonical_by_high_part},
    field::Fr,
    slots::{
        Header, SLOTS, Tbs,
        gadget::{enforce_widths, tbs_bits},
    },
};
use ark_ff::Zero;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;
use zeroize::Zeroize;

/// The holder's secrets and the attributes that an issuer signed as a TBS.
#[derive(Clone)]
pub struct Attested {
    /// The holder's secret.
    pub k: Fr,
    /// The blinding of the holder's tag at this issuer.
    pub b: Fr,
    /// Slots 1 to 15.
    pub attributes: [Fr; SLOTS - 1],
}

/// The rules of the bytes to be signed, under the names of one relation.
pub(super) struct TbsRules {
    /// `k` is not zero.
    pub(super) key: Rule,
    /// Slot 0 is the tag of `k` and `b`.
    pub(super) tag: Rule,
    /// The bits of slot 0 are an integer below the modulus.
    pub(super) tag_canonical: Rule,
    /// Slots 1 to 15 fit their widths.
    pub(super) width: Rule,
}

impl Drop for Attested {
    fn drop(&mut self) {
        self.k.zeroize();
        self.b.zeroize();
        self.attributes.zeroize();
    }
}

impl Attested {
    /// The hidden instances: `k`, then the slots 1 to 15.
    pub(super) fn hidden(&self) -> Vec<Fr> {
        let mut out = vec![self.k];
        out.extend_from_slice(&self.attributes);
        out
    }

    /// The TBS, or the first rule that secrets and attributes break.
    pub(super) fn tbs(&self, header: Header, rules: &TbsRules) -> Result<Tbs, Rule> {
        if self.k.is_zero() {
            return Err(rules.key);
        }
        let tag = holder_tag(self.k, self.b);
        if !is_canonical_by_high_part(&tag) {
            return Err(rules.tag_canonical);
        }
        let mut slots = [tag; SLOTS];
        slots[1..].copy_from_slice(&self.attributes);
        Tbs::pack(header, &slots).map_err(|_| rules.width)
    }
}

/// The bits of the TBS in-circuit, twin of [`Attested::tbs`]: every bit is a constant, a public bit of the schema, or boolean by a
/// row of its own. 240 + 1 rows for the tag, 380 for its bits, 568 for the others.
pub(super) fn enforce_tbs(
    rows: &mut Rows,
    rules: &TbsRules,
    schema: &[FpVar<Fr>],
    hidden: &[FpVar<Fr>],
    witness: Option<&Attested>,
) -> Result<Vec<FpVar<Fr>>, SynthesisError> {
    let (k, attributes) = (&hidden[0], &hidden[1..]);
    let b = rows.witness(witness.map(|witness| witness.b))?;
    rows.rule(rules.key, |cs| enforce_nonzero(cs, k))?;
    let tag = rows.rule(rules.tag, |_| holder_tag_var(k, &b))?;
    let tag = rows.rule(rules.tag_canonical, |cs| enforce_canonical_bits(&cs, &tag))?;
    let slots = rows.rule(rules.width, |cs| enforce_widths(&cs, attributes))?;
    Ok(tbs_bits(schema, &tag, &slots))
}
