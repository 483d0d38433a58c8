//! What every relation costs, and a digest of its matrices: a constraint that is lost or changed shows here first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use shiming_circuits::relation::{
    Relation, Rule, credential_es256::CredentialEs256, credential_native::CredentialNative,
    credential_sm2_sm3::CredentialSm2Sm3, matrices, tag::Tag,
};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Counts `[constraints, instances, witnesses, nonzeros, domain]`, rows of every rule in order, digest.
fn assert_shape<R: Relation>(counts: [usize; 5], rules: &[(&'static str, usize)], digest: &str) {
    let matrices = matrices::<R>().unwrap();
    let shape = matrices.shape();
    let found: Vec<_> = matrices.rules().iter().map(|(rule, rows)| (rule.0, rows.len())).collect();
    assert_eq!(found, rules, "{}", R::NAME);
    let found = [shape.constraints, shape.instances, shape.witnesses, shape.nonzeros, shape.domain];
    assert_eq!(found, counts, "{}", R::NAME);
    assert_eq!(hex(&shape.digest), digest, "{}", R::NAME);

    assert_eq!(shape.instances, 1 + R::PUBLIC + R::HIDDEN);
    assert_eq!(matrices.rules().iter().map(|(rule, _)| *rule).collect::<Vec<Rule>>(), R::RULES);
    // No row stands outside of a rule.
    assert!((0..shape.constraints).all(|row| matrices.rule_of(row).is_some()));
}

#[test]
fn tag() {
    assert_shape::<Tag>(
        [242, 3, 242, 6728, 256],
        &[("TAG-KEY", 1), ("TAG-HASH", 241)],
        "058894ae4b8728e7b26401dcbaf531d033e0c2669fecf42c09a4f761cd19f31a",
    );
}

#[test]
fn credential_native() {
    assert_shape::<CredentialNative>(
        [4519, 1036, 4502, 56534, 8192],
        &[
            ("NATIVE-KEY", 1),
            ("NATIVE-TAG", 240),
            ("NATIVE-WIDTH", 568),
            ("NATIVE-MESSAGE", 612),
            ("NATIVE-CHALLENGE", 321),
            ("NATIVE-CHALLENGE-CANONICAL", 380),
            ("NATIVE-SCALAR-RANGE", 377),
            ("NATIVE-R-IDENTITY", 1),
            ("NATIVE-EQUATION", 2019),
        ],
        "ed0a6a98a27f53ff81868a3a33cece7b84f2a152e01dc6871cb4b6f6efdd80c5",
    );
}

#[test]
fn credential_sm2_sm3() {
    assert_shape::<CredentialSm2Sm3>(
        [97307, 5537, 96571, 993_509, 131_072],
        &[
            ("SM2-KEY", 1),
            ("SM2-TAG", 240),
            ("SM2-TAG-CANONICAL", 380),
            ("SM2-WIDTH", 568),
            ("SM2-DIGEST", 57840),
            ("SM2-DIGITS", 587),
            ("SM2-LOOKUP-G", 2584),
            ("SM2-LOOKUP-Q", 2598),
            ("SM2-ADDITION", 32137),
            ("SM2-X-CANONICAL", 352),
            ("SM2-CONGRUENCE", 9),
            ("SM2-NONZERO", 11),
        ],
        "c68753c2ba1583c94515c502c9cd90d63444e4ec4d87359ff37d13378debcd24",
    );
}

#[test]
fn credential_es256() {
    assert_shape::<CredentialEs256>(
        [69506, 5025, 69095, 731_397, 131_072],
        &[
            ("P256-KEY", 1),
            ("P256-TAG", 240),
            ("P256-TAG-CANONICAL", 380),
            ("P256-WIDTH", 568),
            ("P256-DIGEST", 29944),
            ("P256-DIGITS", 587),
            ("P256-LOOKUP-G", 2584),
            ("P256-LOOKUP-Q", 2598),
            ("P256-ADDITION", 32078),
            ("P256-X-CANONICAL", 350),
            ("P256-CONGRUENCE", 166),
            ("P256-NONZERO", 10),
        ],
        "71cda9cdf0105dcecb3de5a9c8e9b1231ad10b1191bcd53a17b6242fc2ad5d6c",
    );
}
