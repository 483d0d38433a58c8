//! SHA-256 in-circuit.
//!
//! Two rounds are done at once, with their choices and their majorities packed ([`pair`]): 328 rows, which are 128 for the
//! bits of the four new words, 64 for what is packed, 126 for the functions Sigma, 10 for carries. An expanded word has 92
//! rows; the last two have 58, as only their sums are wanted and their carries go into those of the rounds. With 33 rows
//! for each word of the feed-forward, an all-variable block has 15,110.
//!
//! Rounds on registers that are constant are done one by one, folding what is constant.

use super::{IV, K, ROUNDS};
use crate::{
    field::Fr,
    word::{
        Sum, Word,
        blocks::{BLOCK_WORDS, pad_bits},
        ch, maj, pair, values,
    },
};
use ark_r1cs_std::{GR1CSVar, fields::fp::FpVar};
use ark_relations::gr1cs::SynthesisError;

/// The eight words of a chaining value, or of the working variables a to h.
pub type State = [Word; 8];

/// How many words the expansion reads: all but the last two.
const READ_BY_EXPANSION: usize = ROUNDS - 2;

/// The chaining value before the first block.
#[must_use]
pub fn iv() -> State {
    IV.map(Word::constant)
}

/// The words W_0 to W_63 of a block as summands, twin of [`super::expand`].
fn expand(block: &[Word; BLOCK_WORDS]) -> Result<Vec<Sum>, SynthesisError> {
    let mut words = block.to_vec();
    let mut summands: Vec<Sum> = block.iter().map(|word| Sum::new().word(word)).collect();
    for j in BLOCK_WORDS..ROUNDS {
        let (x, y) = (&words[j - 15], &words[j - 2]);
        let sum = Sum::new()
            .xor3(&y.rotate_right(17), &y.rotate_right(19), &y.shift_right(10))?
            .word(&words[j - 7])
            .xor3(&x.rotate_right(7), &x.rotate_right(18), &x.shift_right(3))?
            .word(&words[j - 16]);
        if j < READ_BY_EXPANSION {
            let word = sum.reduce()?;
            summands.push(Sum::new().word(&word));
            words.push(word);
        } else {
            summands.push(sum);
        }
    }
    Ok(summands)
}

/// `d + T1` but for the choice: the next `e` modulo 2^32.
fn sum_of_e(d: &Word, h: &Word, e: &Word, k: u32, w: &Sum) -> Result<Sum, SynthesisError> {
    let sum = Sum::new().word(d).word(h).constant(k).plus(w.clone());
    sum.xor3_modular(&e.rotate_right(6), &e.rotate_right(11), &e.rotate_right(25))
}

/// `T1 + T2` but for the majority, with the next `e` minus `d` for T1: the next `a` modulo 2^32.
fn sum_of_a(new_e: &Word, d: &Word, a: &Word) -> Result<Sum, SynthesisError> {
    Sum::new().word(new_e).minus(d).xor3(&a.rotate_right(2), &a.rotate_right(13), &a.rotate_right(22))
}

/// A round on the working variables, twin of [`super::round`].
fn round([a, b, c, d, e, f, g, h]: State, k: u32, w: &Sum) -> Result<State, SynthesisError> {
    let new_e = sum_of_e(&d, &h, &e, k, w)?.word(&ch(&e, &f, &g)?).reduce()?;
    let new_a = sum_of_a(&new_e, &d, &a)?.word(&maj(&a, &b, &c)?).reduce()?;
    Ok([new_a, a, b, c, new_e, e, f, g])
}

/// Two rounds on working variables of which none is constant, twin of [`super::round`] twice. `after` is the working
/// variables after either round.
fn two_rounds(
    [a, b, c, d, e, f, g, h]: State,
    k: &[u32],
    w: &[Sum],
    after: Option<&[[u32; 8]]>,
) -> Result<State, SynthesisError> {
    let cs = a.bits().cs();
    let new = |round: usize, register: usize| Word::new_witness(&cs, after.map(|after| after[round][register]));
    let (a1, e1, a2, e2) = (new(0, 0)?, new(0, 4)?, new(1, 0)?, new(1, 4)?);
    let choices = pair::ch(&e, &f, &g, &e1)?;
    pair::enforce_sums(
        [sum_of_e(&d, &h, &e, k[0], &w[0])?, sum_of_e(&c, &g, &e1, k[1], &w[1])?],
        &choices,
        [&e1, &e2],
    )?;
    let majorities = pair::maj(&a, &b, &c, &a1)?;
    pair::enforce_sums([sum_of_a(&e1, &d, &a)?, sum_of_a(&e2, &c, &a1)?], &majorities, [&a1, &a2])?;
    Ok([a2, a1, a, b, e2, e1, e, f])
}

/// The chaining value after a block, twin of [`super::compress`].
///
/// # Errors
///
/// Whatever the constraint system reports.
pub fn compress(state: &State, block: &[Word; BLOCK_WORDS]) -> Result<State, SynthesisError> {
    let native =
        values(state.each_ref()).zip(values(block.each_ref())).map(|(state, block)| super::trace(&state, &block));
    let w = expand(block)?;
    let mut working = state.clone();
    for j in (0..ROUNDS).step_by(2) {
        working = if working.iter().flat_map(Word::bits).any(FpVar::is_constant) {
            round(round(working, K[j], &w[j])?, K[j + 1], &w[j + 1])?
        } else {
            two_rounds(working, &K[j..], &w[j..], native.as_ref().map(|trace| &trace[j + 1..]))?
        };
    }
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
