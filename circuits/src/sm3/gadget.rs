//! SM3 in-circuit.
//!
//! An all-variable block has 19,968 rows: 52 expanded words of 96, rounds of 230, and 256 of the feed-forward. A round is
//! SS1 34, FF 32, GG 32, TT1 34 with 32 for SS2 and W' together, TT2 34, P0 32. If only the value of the digest is
//! wanted, the last feed-forward has 128. Constants fold, so a first block costs less.

use super::{DIGEST_BYTES, EXPANDED, IV, ROUNDS, ROUNDS_OF_Z_A, round_constant};
use crate::{
    field::Fr,
    word::{
        Sum, Word,
        blocks::{BLOCK_WORDS, pad_bits},
        ch, maj, xor2, xor3,
    },
};
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
use ark_relations::gr1cs::SynthesisError;
use core::array;

/// The eight words of a chaining value, or of the registers A to H.
pub type State = [Word; 8];

/// The chaining value before the first block.
#[must_use]
pub fn iv() -> State {
    IV.map(Word::constant)
}

/// The words W_0 to W_67 of a block, twin of [`super::expand`].
fn expand(block: &[Word; BLOCK_WORDS]) -> Result<Vec<Word>, SynthesisError> {
    let mut w = block.to_vec();
    for j in BLOCK_WORDS..EXPANDED {
        let x = xor3(&w[j - 16], &w[j - 9], &w[j - 3].rotate_left(15))?;
        let p1 = xor3(&x, &x.rotate_left(15), &x.rotate_left(23))?;
        w.push(xor3(&p1, &w[j - 13].rotate_left(7), &w[j - 6])?);
    }
    Ok(w)
}

/// Round `j` on the registers, twin of [`super::round`].
fn round([a, b, c, d, e, f, g, h]: State, j: usize, w: &Word, w_plus_4: &Word) -> Result<State, SynthesisError> {
    let a12 = a.rotate_left(12);
    let ss1 = Sum::new().word(&a12).word(&e).constant(round_constant(j)).reduce()?.rotate_left(7);
    let (ff, gg) = if j < 16 { (xor3(&a, &b, &c)?, xor3(&e, &f, &g)?) } else { (maj(&a, &b, &c)?, ch(&e, &f, &g)?) };
    let tt1 = Sum::new().word(&ff).word(&d).xor2(&ss1, &a12).xor2(w, w_plus_4).reduce()?;
    let tt2 = Sum::new().word(&gg).word(&h).word(&ss1).word(w).reduce()?;
    let p0 = xor3(&tt2, &tt2.rotate_left(9), &tt2.rotate_left(17))?;
    Ok([tt1, a, b.rotate_left(9), c, p0, e, f.rotate_left(19), g])
}

/// The registers after the rounds from `first` on, given those before.
fn rounds(registers: &State, first: usize, block: &[Word; BLOCK_WORDS]) -> Result<State, SynthesisError> {
    let w = expand(block)?;
    (first..ROUNDS).try_fold(registers.clone(), |registers, j| round(registers, j, &w[j], &w[j + 4]))
}

/// The XOR of chaining value and registers: 256 rows.
fn feed_forward(state: &State, registers: &State) -> Result<State, SynthesisError> {
    let mut out = iv();
    for (i, word) in out.iter_mut().enumerate() {
        *word = xor2(&state[i], &registers[i])?;
    }
    Ok(out)
}

/// The chaining value after a block, twin of [`super::compress`].
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn compress(state: &State, block: &[Word; BLOCK_WORDS]) -> Result<State, SynthesisError> {
    feed_forward(state, &rounds(state, 0, block)?)
}

/// The chaining value after a block whose first rounds the circuit does not repeat: `registers` are those before round
/// `first`. That they follow from `state` and the block is for the caller to guarantee; where they are instances, the
/// verifier computes them.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn compress_from_round(
    state: &State,
    registers: &State,
    first: usize,
    block: &[Word; BLOCK_WORDS],
) -> Result<State, SynthesisError> {
    feed_forward(state, &rounds(registers, first, block)?)
}

/// The digest of a message as eight integers below 2^32, the most significant one first.
///
/// The bits are in the order of the message, the most significant one of the first byte first, and may be constants; that
/// they are boolean is for the caller to guarantee.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn digest(message: &[FpVar<Fr>]) -> Result<[FpVar<Fr>; 8], SynthesisError> {
    digest_from_round(&iv(), 0, message)
}

/// The digest of Z_A and a message, as [`digest`] of both.
///
/// `registers` is [`super::registers_after_z_a`] of Z_A. Both are computed by the verifier, who passes booleans.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn digest_after_z_a(
    z_a: &[FpVar<Fr>; 8 * DIGEST_BYTES],
    registers: &State,
    message: &[FpVar<Fr>],
) -> Result<[FpVar<Fr>; 8], SynthesisError> {
    digest_from_round(registers, ROUNDS_OF_Z_A, &[z_a, message].concat())
}

/// The digest of a message, given the registers before round `first` of its first block.
fn digest_from_round(registers: &State, first: usize, message: &[FpVar<Fr>]) -> Result<[FpVar<Fr>; 8], SynthesisError> {
    let blocks = pad_bits(message);
    let mut state = iv();
    let mut registers = rounds(registers, first, &blocks[0])?;
    for block in &blocks[1..] {
        state = feed_forward(&state, &registers)?;
        registers = rounds(&state, 0, block)?;
    }
    // Only the integers of the digest are wanted, so two XORs share a row.
    let mut out = array::from_fn(|_| FpVar::zero());
    for (i, word) in out.iter_mut().enumerate() {
        *word = Sum::new().xor2(&state[i], &registers[i]).to_integer()?;
    }
    Ok(out)
}
