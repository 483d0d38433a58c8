//! SHA-256 in-circuit.

use super::{IV, K, ROUNDS};
use crate::{
    field::Fr,
    word::{
        Sum, Word,
        blocks::{BLOCK_WORDS, pad_bits},
        ch, maj,
    },
};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;

/// The eight words of a chaining value, or of the working variables a to h.
pub type State = [Word; 8];

/// The chaining value before the first block.
#[must_use]
pub fn iv() -> State {
    IV.map(Word::constant)
}

/// The words W_0 to W_63 of a block, twin of [`super::expand`].
fn expand(block: &[Word; BLOCK_WORDS]) -> Result<Vec<Word>, SynthesisError> {
    let mut w = block.to_vec();
    for j in BLOCK_WORDS..ROUNDS {
        let (x, y) = (&w[j - 15], &w[j - 2]);
        let sum = Sum::new()
            .xor3(&y.rotate_right(17), &y.rotate_right(19), &y.shift_right(10))?
            .word(&w[j - 7])
            .xor3(&x.rotate_right(7), &x.rotate_right(18), &x.shift_right(3))?
            .word(&w[j - 16]);
        w.push(sum.reduce()?);
    }
    Ok(w)
}

/// A round on the working variables, twin of [`super::round`].
fn round([a, b, c, d, e, f, g, h]: State, k: u32, w: &Word) -> Result<State, SynthesisError> {
    let new_e = Sum::new()
        .word(&d)
        .word(&h)
        .xor3(&e.rotate_right(6), &e.rotate_right(11), &e.rotate_right(25))?
        .word(&ch(&e, &f, &g)?)
        .constant(k)
        .word(w)
        .reduce()?;
    // T1 + T2, with T1 = e' - d.
    let new_a = Sum::new()
        .word(&new_e)
        .minus(&d)
        .xor3(&a.rotate_right(2), &a.rotate_right(13), &a.rotate_right(22))?
        .word(&maj(&a, &b, &c)?)
        .reduce()?;
    Ok([new_a, a, b, c, new_e, e, f, g])
}

/// The chaining value after a block, twin of [`super::compress`].
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn compress(state: &State, block: &[Word; BLOCK_WORDS]) -> Result<State, SynthesisError> {
    let w = expand(block)?;
    let working = (0..ROUNDS).try_fold(state.clone(), |working, j| round(working, K[j], &w[j]))?;
    let mut out = iv();
    for (i, word) in out.iter_mut().enumerate() {
        *word = Sum::new().word(&state[i]).word(&working[i]).reduce()?;
    }
    Ok(out)
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
    let state = pad_bits(message).iter().try_fold(iv(), |state, block| compress(&state, block))?;
    Ok(state.map(|word| word.to_integer()))
}
