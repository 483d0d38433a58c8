//! What every relation costs, and a digest of its matrices: a constraint that is lost or changed shows here first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use shiming_circuits::relation::{Relation, Rule, credential_native::CredentialNative, matrices, tag::Tag};

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
