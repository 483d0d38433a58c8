//! `range`: four hidden integers of at most 28 bits.
//!
//! Every comparison of a policy becomes one: `a >= b` is the range of `a - b`, and which attributes feed which position is
//! the verifier's linear map, not this circuit's concern. 28 bits hold every compared attribute, dates as YYYYMMDD among
//! them, and the difference of any two that are ordered; a difference that is negative wraps around the field and is far
//! outside. One key serves all policies. 112 rows and five instances fit a domain of 128.

use super::{Instances, Relation, Rows, Rule};
use crate::{bits::enforce_bits, field::Fr};
use ark_ff::PrimeField;
use ark_relations::gr1cs::SynthesisError;

/// Every hidden value is an integer in `[0, 2^28)`.
pub const RANGE_28: Rule = Rule("RANGE-28");

/// The number of values in one proof.
pub const VALUES: usize = 4;

/// The width of a value in bits.
pub const BITS: usize = 28;

/// The relation `range`: hidden `v_1 .. v_4`, nothing public, every `v_i` in `[0, 2^28)`.
pub struct Range;

impl Relation for Range {
    type Statement = ();
    type Witness = [Fr; VALUES];

    const NAME: &'static str = "range";
    const PUBLIC: usize = 0;
    const HIDDEN: usize = VALUES;
    const RULES: &'static [Rule] = &[RANGE_28];

    fn public((): &()) -> Vec<Fr> {
        Vec::new()
    }

    fn hidden(values: &[Fr; VALUES]) -> Vec<Fr> {
        values.to_vec()
    }

    fn holds((): &(), values: &[Fr; VALUES]) -> Result<(), Rule> {
        let bound = Fr::from(1u64 << BITS).into_bigint();
        if values.iter().all(|v| v.into_bigint() < bound) { Ok(()) } else { Err(RANGE_28) }
    }

    fn synthesize(
        rows: &mut Rows,
        instances: &Instances,
        _witness: Option<&[Fr; VALUES]>,
    ) -> Result<(), SynthesisError> {
        rows.rule(RANGE_28, |cs| {
            for v in &instances.hidden {
                // The bits themselves are of no use: that they exist says it all.
                enforce_bits(&cs, v, BITS)?;
            }
            Ok(())
        })
    }
}
