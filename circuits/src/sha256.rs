//! SHA-256 (FIPS 180-4), the hash under ES256 signatures: natively, what the circuit is compared with.

pub mod gadget;

use crate::word::blocks::{BLOCK_WORDS, pad};

/// The length of a digest in bytes.
pub const DIGEST_BYTES: usize = 32;

const ROUNDS: usize = 64;

/// The chaining value before the first block.
pub const IV: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The round constants.
#[rustfmt::skip]
const K: [u32; ROUNDS] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// The words W_0 to W_63 of a block.
fn expand(block: &[u32; BLOCK_WORDS]) -> [u32; ROUNDS] {
    let mut w = [0; ROUNDS];
    w[..BLOCK_WORDS].copy_from_slice(block);
    for j in BLOCK_WORDS..ROUNDS {
        let (x, y) = (w[j - 15], w[j - 2]);
        let sigma0 = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
        let sigma1 = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
        w[j] = sigma1.wrapping_add(w[j - 7]).wrapping_add(sigma0).wrapping_add(w[j - 16]);
    }
    w
}

/// A round on the working variables a to h.
fn round([a, b, c, d, e, f, g, h]: [u32; 8], k: u32, w: u32) -> [u32; 8] {
    let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let ch = (e & f) ^ (!e & g);
    let t1 = h.wrapping_add(sum1).wrapping_add(ch).wrapping_add(k).wrapping_add(w);
    let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let maj = (a & b) ^ (a & c) ^ (b & c);
    let t2 = sum0.wrapping_add(maj);
    [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g]
}

/// The working variables before every round and after the last one.
fn trace(state: &[u32; 8], block: &[u32; BLOCK_WORDS]) -> [[u32; 8]; ROUNDS + 1] {
    let mut working = [*state; ROUNDS + 1];
    for (j, w) in expand(block).into_iter().enumerate() {
        working[j + 1] = round(working[j], K[j], w);
    }
    working
}

/// The chaining value after a block.
#[must_use]
pub fn compress(state: &[u32; 8], block: &[u32; BLOCK_WORDS]) -> [u32; 8] {
    let working = trace(state, block)[ROUNDS];
    core::array::from_fn(|i| state[i].wrapping_add(working[i]))
}

/// The digest of a message.
#[must_use]
pub fn digest(message: &[u8]) -> [u8; DIGEST_BYTES] {
    let state = pad(message).iter().fold(IV, |state, block| compress(&state, block));
    core::array::from_fn(|i| state[i / 4].to_be_bytes()[i % 4])
}
