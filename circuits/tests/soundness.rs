//! Every rule can be broken alone, and then its rows say so.

mod sample;

use shiming_circuits::relation::{Relation, assign, credential_native::CredentialNative, matrices, violated};
use std::collections::BTreeSet;

#[test]
fn a_valid_credential_satisfies_every_row() {
    let (statement, witness) = sample::valid();
    assert_eq!(CredentialNative::holds(&statement, &witness), Ok(()));
    let matrices = matrices::<CredentialNative>().unwrap();
    let assignment = assign::<CredentialNative>(&statement, &witness).unwrap();
    assert_eq!(violated(&matrices, &assignment), BTreeSet::new());
}
