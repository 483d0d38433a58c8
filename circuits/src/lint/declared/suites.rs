//! The declarations of `credential/sm2-sm3` and `credential/es256`.
//!
//! Their rules have the same names but for the family, and the same rows but for hash, primes and congruence.

use super::{slots, width};
use crate::{
    bits::CANONICAL_LOW_BITS,
    field::Fr,
    lint::{Counted, Declaration, Seed, Width},
    p256,
    relation::{Rule, credential_es256 as es256, credential_sm2_sm3 as sm2_sm3},
    sm2,
};
use ark_ff::PrimeField;

/// The additions of a signature: as many as entries, less one.
const ADDITIONS: usize = 74;

/// The rules that both have.
struct Rules {
    tag: Rule,
    tag_canonical: Rule,
    width: Rule,
    digest: Rule,
    /// Digits, both lookups, addition, canonical X, congruence, non-zero.
    signature: [Rule; 7],
}

const SM2: Rules = Rules {
    tag: sm2_sm3::TAG,
    tag_canonical: sm2_sm3::TAG_CANONICAL,
    width: sm2_sm3::WIDTH,
    digest: sm2_sm3::DIGEST,
    signature: sm2::gadget::RULES,
};

const P256: Rules = Rules {
    tag: es256::TAG,
    tag_canonical: es256::TAG_CANONICAL,
    width: es256::WIDTH,
    digest: es256::DIGEST,
    signature: p256::gadget::RULES,
};

/// How many integers of which width the zero tests of the additions range.
const SM2_ZERO_TESTS: &[(usize, usize)] =
    &[(68, 27), (69, 27), (73, 21), (74, 24), (75, 15), (76, 12), (77, 12), (78, 3), (79, 4), (80, 2), (81, 1)];

const P256_ZERO_TESTS: &[(usize, usize)] =
    &[(68, 54), (73, 42), (74, 6), (75, 18), (76, 6), (77, 12), (78, 5), (79, 1), (80, 4)];

/// `credential/sm2-sm3`.
#[must_use]
pub fn credential_sm2_sm3() -> Declaration {
    let rules = &SM2;
    let [_, _, _, _, canonical, congruence, _] = rules.signature;
    let mut widths = widths(rules, SM2_ZERO_TESTS);
    widths.extend([
        width(canonical, 42, 1, None, "the quotient or the carry of x - X"),
        width(canonical, 43, 1, None, "the quotient or the carry of x - X"),
        width(congruence, 3, 1, None, "the quotient of s + e + X - t"),
        width(congruence, 6, 1, None, "the carry of s + e + X - t"),
        width(rules.digest, 34, 564, None, "SS1, TT1 and TT2 of 188 rounds, and their carries"),
    ]);
    Declaration {
        seeds: seeds(rules),
        checks: checks(rules, 4),
        divisions: divisions(rules, 27_410, 6),
        sums: Vec::new(),
        widths,
    }
}

/// `credential/es256`.
#[must_use]
pub fn credential_es256() -> Declaration {
    let rules = &P256;
    let [_, _, _, _, canonical, congruence, _] = rules.signature;
    let mut widths = widths(rules, P256_ZERO_TESTS);
    let sum = "a word and its carry";
    widths.extend([
        width(canonical, 43, 2, None, "the quotient and the carry of x - X"),
        width(congruence, 74, 2, None, "the quotient and the carry of v e - u X"),
        width(rules.digest, 1, 4_280, None, "words and carries of the round that shares its rows with the next one"),
        width(rules.digest, 32, 1, None, sum),
        width(rules.digest, 33, 19, None, sum),
        width(rules.digest, 34, 155, None, sum),
        width(rules.digest, 35, 63, None, "a word and its carry, of the next round"),
        width(rules.digest, 36, 2, None, "a word and its carry, of the next round"),
    ]);
    let sums = vec![Counted {
        rule: rules.digest,
        rows: 7_853,
        reason: "bits of sums, and the packed majorities whose rows leave two values each",
    }];
    Declaration { seeds: seeds(rules), checks: checks(rules, 3), divisions: divisions(rules, 12_734, 4), sums, widths }
}

/// The blinding, the digits of both scalars, the slopes, X.
fn seeds(rules: &Rules) -> Vec<Seed> {
    let [digits, _, _, addition, canonical, ..] = rules.signature;
    let (s, t) = ("bits of the first scalar: the signer chose it", "bits of the second scalar: the signer chose it");
    let slopes =
        "limbs of slopes: of points that differ, a zero test over the integers leaves one residue, of up to two forms";
    let x = "limbs of X: a zero test and a comparison over the integers leave one";
    vec![
        Seed::new(rules.tag, 0, "b: any opening of the tag will do"),
        // A window is its bits, the sign's last, and the digit that they make.
        Seed::new(digits, 0, s).repeated(11, 16, 12),
        Seed::new(digits, 192, s).repeated(10, 8, 11),
        Seed::new(digits, 280, t).repeated(5, 50, 6),
        Seed::new(digits, 580, t).repeated(6, 1, 0),
        Seed::integers(addition, 32, 8 * ADDITIONS, slopes),
        Seed::integers(canonical, 32, 8, x),
    ]
}

fn checks(rules: &Rules, canonical: usize) -> Vec<Counted> {
    let reason = "X is below the prime, and three cases of whether a sum is zero";
    vec![Counted { rule: rules.signature[4], rows: canonical, reason }]
}

fn divisions(rules: &Rules, digest: usize, canonical: usize) -> Vec<Counted> {
    let words =
        "WORD-XOR3 and WORD-MAJ divide by 3 - 2 s and 4 s - 6, odd multiples of small powers of two, never zero";
    let zeros = "whether a sum is zero: both cases determine both witnesses";
    vec![
        Counted { rule: rules.digest, rows: digest, reason: words },
        Counted { rule: rules.signature[4], rows: canonical, reason: zeros },
    ]
}

/// The integers that both have.
fn widths(rules: &Rules, zero_tests: &[(usize, usize)]) -> Vec<Width> {
    let [digits, _, _, addition, canonical, ..] = rules.signature;
    let tag = Fr::MODULUS_BIT_SIZE as usize;
    let mut widths = slots(rules.width);
    widths.extend([
        width(rules.tag_canonical, tag, 1, Some(Fr::MODULUS), "slot 0 as an integer"),
        width(rules.tag_canonical, tag - CANONICAL_LOW_BITS, 1, None, "slot 0 is below r"),
        width(digits, 1, 512, None, "bits of digits and their signs"),
        width(addition, 32, 8 * ADDITIONS, None, "limbs of slopes"),
        width(canonical, 32, 8, None, "limbs of X"),
    ]);
    let zero_test =
        |(bits, count): &(usize, usize)| width(addition, *bits, *count, None, "quotients and carries of slopes");
    widths.extend(zero_tests.iter().map(zero_test));
    widths
}
