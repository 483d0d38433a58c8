//! tmp
use super::{Instances, Relation, Rows, Rule};
use crate::{bits::enforce_bits, field::Fr};
use ark_ff::{BigInteger, PrimeField};
use ark_relations::gr1cs::SynthesisError;
/// tmp
pub struct NonMembership;
impl Relation for NonMembership {
    type Statement = ();
    type Witness = [Fr; 4];
    const NAME: &'static str = "non_membership";
    const PUBLIC: usize = 0;
    const HIDDEN: usize = 4;
    const RULES: &'static [Rule] = &[Rule("RANGE-28")];
    fn public(_: &()) -> Vec<Fr> { vec![] }
    fn hidden(w: &[Fr; 4]) -> Vec<Fr> { w.to_vec() }
    fn holds(_: &(), w: &[Fr; 4]) -> Result<(), Rule> {
        if w.iter().all(|x| x.into_bigint().num_bits() <= 28) { Ok(()) } else { Err(Rule("RANGE-28")) }
    }
    fn synthesize(rows: &mut Rows, i: &Instances, _: Option<&[Fr; 4]>) -> Result<(), SynthesisError> {
        rows.rule(Rule("RANGE-28"), |cs| i.hidden.iter().try_for_each(|x| enforce_bits(&cs, x, 28).map(drop)))
    }
}
