//! Messages as blocks of 16 words: the padding that SM3 (GB/T 32905, 5.2) and SHA-256 (FIPS 180-4, 5.1.1) share.
//!
//! A message is followed by a one bit, by the fewest zero bits that make room, and by its length in bits as 64 bits; bytes
//! and words are big-endian. The padding is constant for a length, and in-circuit it costs nothing.

use super::{WORD_BITS, Word};
use crate::field::Fr;
use ark_r1cs_std::fields::{FieldVar, fp::FpVar};
use core::array;

/// The number of words of a block.
pub const BLOCK_WORDS: usize = 16;

const BLOCK_BITS: usize = BLOCK_WORDS * WORD_BITS;
const LENGTH_BITS: usize = 64;

/// The words of 64 bytes.
#[must_use]
pub fn words(block: &[u8; BLOCK_BITS / 8]) -> [u32; BLOCK_WORDS] {
    array::from_fn(|i| u32::from_be_bytes(array::from_fn(|j| block[4 * i + j])))
}

/// The blocks of a message.
#[must_use]
pub fn pad(message: &[u8]) -> Vec<[u32; BLOCK_WORDS]> {
    let mut bytes = message.to_vec();
    bytes.push(0x80);
    while bytes.len() % (BLOCK_BITS / 8) != (BLOCK_BITS - LENGTH_BITS) / 8 {
        bytes.push(0);
    }
    bytes.extend((8 * message.len() as u64).to_be_bytes());
    bytes.as_chunks().0.iter().map(words).collect()
}

/// The blocks of a message in-circuit, twin of [`pad`]. The bits are in the order of the message, the most significant one
/// of the first byte first; that they are boolean is for the caller to guarantee.
#[must_use]
pub fn pad_bits(message: &[FpVar<Fr>]) -> Vec<[Word; BLOCK_WORDS]> {
    let mut bits = message.to_vec();
    bits.push(FpVar::one());
    while bits.len() % BLOCK_BITS != BLOCK_BITS - LENGTH_BITS {
        bits.push(FpVar::zero());
    }
    let length = message.len() as u64;
    bits.extend((0..LENGTH_BITS).rev().map(|i| FpVar::Constant(Fr::from(length >> i & 1))));
    // Within a word the bits of a message run from the most significant one.
    let word =
        |bits: &[FpVar<Fr>; WORD_BITS]| Word::from_boolean_bits(array::from_fn(|i| bits[WORD_BITS - 1 - i].clone()));
    let words: Vec<Word> = bits.as_chunks().0.iter().map(word).collect();
    words.as_chunks().0.to_vec()
}
