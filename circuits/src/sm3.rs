//! SM3 (GB/T 32905-2016), the hash under SM2 signatures.
//!
//! Natively, what the circuit is compared with and what a verifier computes: SM2 prefixes every message with Z_A, 32 bytes
//! that depend on the signer alone. The first four rounds of the first block use the words W_0 to W_7 only, and these are
//! Z_A, so the verifier passes the registers after them as instances and the circuit begins with the fifth round.

pub mod gadget;

use crate::word::blocks::{BLOCK_WORDS, pad, words};

/// The length of a digest in bytes.
pub const DIGEST_BYTES: usize = 32;

/// The number of rounds of the first block that read nothing but its first half.
pub const ROUNDS_OF_Z_A: usize = 4;

const ROUNDS: usize = 64;
const EXPANDED: usize = ROUNDS + 4;

/// The chaining value before the first block.
pub const IV: [u32; 8] =
    [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];

/// `T_j <<< j` of the standard.
const fn round_constant(j: usize) -> u32 {
    let t: u32 = if j < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
    t.rotate_left(j as u32 % 32)
}

/// The words W_0 to W_67 of a block.
fn expand(block: &[u32; BLOCK_WORDS]) -> [u32; EXPANDED] {
    let mut w = [0; EXPANDED];
    w[..BLOCK_WORDS].copy_from_slice(block);
    for j in BLOCK_WORDS..EXPANDED {
        let x = w[j - 16] ^ w[j - 9] ^ w[j - 3].rotate_left(15);
        let p1 = x ^ x.rotate_left(15) ^ x.rotate_left(23);
        w[j] = p1 ^ w[j - 13].rotate_left(7) ^ w[j - 6];
    }
    w
}

/// Round `j` on the registers A to H.
fn round([a, b, c, d, e, f, g, h]: [u32; 8], j: usize, w: u32, w_plus_4: u32) -> [u32; 8] {
    let a12 = a.rotate_left(12);
    let ss1 = a12.wrapping_add(e).wrapping_add(round_constant(j)).rotate_left(7);
    let ss2 = ss1 ^ a12;
    let (ff, gg) = if j < 16 { (a ^ b ^ c, e ^ f ^ g) } else { ((a & b) | (a & c) | (b & c), (e & f) | (!e & g)) };
    let tt1 = ff.wrapping_add(d).wrapping_add(ss2).wrapping_add(w ^ w_plus_4);
    let tt2 = gg.wrapping_add(h).wrapping_add(ss1).wrapping_add(w);
    let p0 = tt2 ^ tt2.rotate_left(9) ^ tt2.rotate_left(17);
    [tt1, a, b.rotate_left(9), c, p0, e, f.rotate_left(19), g]
}

/// The chaining value after a block.
#[must_use]
pub fn compress(state: &[u32; 8], block: &[u32; BLOCK_WORDS]) -> [u32; 8] {
    let w = expand(block);
    let registers = (0..ROUNDS).fold(*state, |registers, j| round(registers, j, w[j], w[j + 4]));
    core::array::from_fn(|i| state[i] ^ registers[i])
}

/// The registers after the first four rounds of the first block of a message that begins with Z_A.
#[must_use]
pub fn registers_after_z_a(z_a: &[u8; DIGEST_BYTES]) -> [u32; 8] {
    let mut block = [0; 64];
    block[..DIGEST_BYTES].copy_from_slice(z_a);
    let w = words(&block);
    (0..ROUNDS_OF_Z_A).fold(IV, |registers, j| round(registers, j, w[j], w[j + 4]))
}

/// The digest of a message.
#[must_use]
pub fn digest(message: &[u8]) -> [u8; DIGEST_BYTES] {
    let state = pad(message).iter().fold(IV, |state, block| compress(&state, block));
    core::array::from_fn(|i| state[i / 4].to_be_bytes()[i % 4])
}
