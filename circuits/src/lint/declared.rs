//! The declarations of the relations.

mod suites;

pub use suites::{credential_es256, credential_sm2_sm3};

use super::{Counted, Declaration, Seed, Width};
use crate::{
    babyjubjub::{
        SCALAR_BITS, Scalar,
        table::{ADAPTED_DIGIT_BITS, BASE_DIGITS},
    },
    bits::CANONICAL_LOW_BITS,
    eddsa::SCALAR_LOW_BITS,
    field::Fr,
    relation::{
        Relation, Rule,
        credential_es256::CredentialEs256,
        credential_native::{self as native, CredentialNative},
        credential_sm2_sm3::CredentialSm2Sm3,
        membership::{MEMBERSHIP_IN, Membership},
        non_membership::NonMembership,
        range::{self, RANGE_28, Range},
        tag::{self, Tag},
    },
    slots::WIDTHS,
};
use ark_ff::{BigInt, PrimeField};

/// The declaration of a relation by its name.
#[must_use]
pub fn of(relation: &str) -> Option<Declaration> {
    match relation {
        CredentialSm2Sm3::NAME => Some(suites::credential_sm2_sm3()),
        CredentialEs256::NAME => Some(suites::credential_es256()),
        CredentialNative::NAME => Some(credential_native()),
        Range::NAME => Some(range()),
        Membership::NAME => Some(membership()),
        NonMembership::NAME => Some(non_membership()),
        Tag::NAME => Some(tag()),
        _ => None,
    }
}

/// `credential/native`.
#[must_use]
pub fn credential_native() -> Declaration {
    let mut widths = slots(native::WIDTH);
    let challenge = Fr::MODULUS_BIT_SIZE as usize;
    widths.extend([
        width(native::CHALLENGE_CANONICAL, challenge, 1, Some(Fr::MODULUS), "h as an integer"),
        width(native::CHALLENGE_CANONICAL, challenge - CANONICAL_LOW_BITS, 1, None, "h is below r"),
        width(native::SCALAR_RANGE, SCALAR_BITS, 1, Some(Scalar::MODULUS), "S as an integer"),
        width(native::SCALAR_RANGE, SCALAR_BITS - SCALAR_LOW_BITS as usize, 1, None, "S is below l"),
    ]);
    // Both sums take one addition for each digit but the first; the one that joins them has R as its result.
    let additions = BASE_DIGITS - 1 + challenge.div_ceil(ADAPTED_DIGIT_BITS) - 1;
    Declaration {
        seeds: vec![
            Seed::new(native::TAG, 0, "b: any opening of the tag will do"),
            Seed::new(native::CHALLENGE, 0, "R.x: the signer chose R, and h depends on it"),
            Seed::new(native::CHALLENGE, 1, "R.y: the signer chose R, and h depends on it"),
            Seed::new(native::SCALAR_RANGE, 0, "S: a discrete logarithm, which no row solves for"),
        ],
        checks: vec![Counted { rule: native::EQUATION, rows: 2, reason: "both coordinates of R are those of the sum" }],
        divisions: vec![Counted {
            rule: native::EQUATION,
            rows: 2 * additions,
            reason: "the addition law is complete and all operands are on the curve",
        }],
        sums: Vec::new(),
        widths,
    }
}

/// `range`.
#[must_use]
pub fn range() -> Declaration {
    let reason = "the statement itself";
    let width = Width { rule: RANGE_28, bits: range::BITS, count: range::VALUES, modulus: None, reason };
    Declaration { widths: vec![width], ..Declaration::default() }
}

/// `membership`.
#[must_use]
pub fn membership() -> Declaration {
    let reason = "the product of all differences is zero";
    Declaration { checks: vec![Counted { rule: MEMBERSHIP_IN, rows: 1, reason }], ..Declaration::default() }
}

/// `non-membership`: every variable is forced, and the inverse exists because its row has the constant one as product.
#[must_use]
pub fn non_membership() -> Declaration {
    Declaration::default()
}

/// `tag`.
#[must_use]
pub fn tag() -> Declaration {
    Declaration {
        seeds: vec![Seed::new(tag::HASH, 0, "b: any opening of the tag will do")],
        checks: vec![Counted { rule: tag::HASH, rows: 1, reason: "the hash is the public tag" }],
        ..Declaration::default()
    }
}

const fn width(rule: Rule, bits: usize, count: usize, modulus: Option<BigInt<4>>, reason: &'static str) -> Width {
    Width { rule, bits, count, modulus, reason }
}

/// The integers of the slots 1 to 15.
fn slots(rule: Rule) -> Vec<Width> {
    let mut slots: Vec<usize> = WIDTHS[1..].iter().map(|bytes| 8 * bytes).collect();
    slots.sort_unstable();
    let width = |chunk: &[usize]| width(rule, chunk[0], chunk.len(), None, "a slot of that width");
    slots.chunk_by(|x, y| x == y).map(width).collect()
}
