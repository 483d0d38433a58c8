//! The compression functions as relations, so that tests have matrices to edit. Input bits and output integers are hidden
//! instances; all rows of the gadget belong to one rule.

use ark_bn254::Fr;
use ark_r1cs_std::{eq::EqGadget, fields::fp::FpVar};
use ark_relations::gr1cs::SynthesisError;
use shiming_circuits::{
    bits::enforce_boolean,
    relation::{Instances, Relation, Rows, Rule},
    sha256, sm3,
    word::Word,
};

/// Every bit of chaining value and block is boolean.
pub const INPUT: Rule = Rule("TEST-INPUT");
/// The rows of the gadget.
pub const COMPRESS: Rule = Rule("TEST-COMPRESS");
/// The integers are those of the new chaining value.
pub const OUTPUT: Rule = Rule("TEST-OUTPUT");

/// A chaining value of 8 words and a block of 16.
pub type Input = [u32; 24];

pub fn split(input: &Input) -> ([u32; 8], [u32; 16]) {
    (core::array::from_fn(|i| input[i]), core::array::from_fn(|i| input[8 + i]))
}

/// What a compression function is, natively and in-circuit.
pub trait Compression {
    const NAME: &'static str;
    fn native(state: &[u32; 8], block: &[u32; 16]) -> [u32; 8];
    fn gadget(state: &[Word; 8], block: &[Word; 16]) -> Result<[Word; 8], SynthesisError>;
}

pub struct Sm3;
pub struct Sha256;

impl Compression for Sm3 {
    const NAME: &'static str = "test/sm3";

    fn native(state: &[u32; 8], block: &[u32; 16]) -> [u32; 8] {
        sm3::compress(state, block)
    }

    fn gadget(state: &[Word; 8], block: &[Word; 16]) -> Result<[Word; 8], SynthesisError> {
        sm3::gadget::compress(state, block)
    }
}

impl Compression for Sha256 {
    const NAME: &'static str = "test/sha256";

    fn native(state: &[u32; 8], block: &[u32; 16]) -> [u32; 8] {
        sha256::compress(state, block)
    }

    fn gadget(state: &[Word; 8], block: &[Word; 16]) -> Result<[Word; 8], SynthesisError> {
        sha256::gadget::compress(state, block)
    }
}

/// A compression function over variables alone.
pub struct Compress<C>(core::marker::PhantomData<C>);

fn word(bits: &[FpVar<Fr>]) -> Word {
    Word::from_boolean_bits(core::array::from_fn(|i| bits[i].clone()))
}

impl<C: Compression> Relation for Compress<C> {
    type Statement = ();
    type Witness = Input;

    const NAME: &'static str = C::NAME;
    const PUBLIC: usize = 0;
    const HIDDEN: usize = 24 * 32 + 8;
    const RULES: &'static [Rule] = &[INPUT, COMPRESS, OUTPUT];

    fn public((): &()) -> Vec<Fr> {
        Vec::new()
    }

    fn hidden(input: &Input) -> Vec<Fr> {
        let (state, block) = split(input);
        let bits = input.iter().flat_map(|word| (0..32).map(move |i| Fr::from(word >> i & 1)));
        bits.chain(C::native(&state, &block).map(Fr::from)).collect()
    }

    fn holds((): &(), _: &Input) -> Result<(), Rule> {
        Ok(())
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, _: Option<&Input>) -> Result<(), SynthesisError> {
        let (bits, output) = instances.hidden.split_at(24 * 32);
        rows.rule(INPUT, |_| bits.iter().try_for_each(enforce_boolean))?;
        let words: Vec<Word> = bits.chunks(32).map(word).collect();
        let (state, block) =
            (core::array::from_fn(|i| words[i].clone()), core::array::from_fn(|i| words[8 + i].clone()));
        let state = rows.rule(COMPRESS, |_| C::gadget(&state, &block))?;
        rows.rule(OUTPUT, |_| state.iter().zip(output).try_for_each(|(word, x)| word.to_integer().enforce_equal(x)))
    }
}
