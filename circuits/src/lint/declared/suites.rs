//! The declarations of `credential/sm2-sm3` and `credential/es256`.
//!
//! Their rules have the same names but for the family, and the same rows but for hash, primes and congruence.

use crate::{
    lint::{Declaration, Seed},
    p256,
    relation::{Rule, credential_es256 as es256, credential_sm2_sm3 as sm2_sm3},
    sm2,
};

/// The additions of a signature: as many as entries, less one.
const ADDITIONS: usize = 74;

/// The rules that both have.
struct Rules {
    tag: Rule,
    signature: [Rule; 7],
}

/// The variables of a slope: eight limbs, of each the limb and 31 bits.
const SLOPE_STRIDE: usize = 32;

/// `credential/sm2-sm3`.
#[must_use]
pub fn credential_sm2_sm3() -> Declaration {
    Declaration {
        seeds: seeds(&Rules { tag: sm2_sm3::TAG, signature: sm2::gadget::RULES }),
        ..Declaration::default()
    }
}

/// `credential/es256`.
#[must_use]
pub fn credential_es256() -> Declaration {
    Declaration { seeds: seeds(&Rules { tag: es256::TAG, signature: p256::gadget::RULES }), ..Declaration::default() }
}

/// The blinding, the digits of both scalars, the slopes, X.
fn seeds(rules: &Rules) -> Vec<Seed> {
    let [digits, _, _, _addition, canonical, ..] = rules.signature;
    vec![
        Seed::new(rules.tag, 0, "b: any opening of the tag will do"),
        Seed::new(digits, 0, "bits of s: the signer chose it").repeated(11, 16, 12),
        Seed::new(digits, 192, "bits of s: the signer chose it").repeated(10, 8, 11),
        Seed::new(digits, 280, "bits of t: the signer chose it").repeated(5, 50, 6),
        Seed::new(digits, 580, "bits of t: the signer chose it").repeated(6, 1, 0),
        Seed::new(canonical, 0, "X").repeated(1, 8, SLOPE_STRIDE),
    ]
}
