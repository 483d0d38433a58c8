//! `credential/sm2-sm3` and `credential/es256`, whole: true credentials, counts, and every rule broken alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;

use ark_bn254::Fr;
use edit::Edit;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use shiming_circuits::{
    p256 as es256,
    relation::{
        Relation, assign,
        attested::Attested,
        credential_es256::{self, CredentialEs256},
        credential_sm2_sm3::{self, CredentialSm2Sm3},
        matrices,
        tag::holder_tag,
        violated,
    },
    sha256,
    slots::{Header, SLOTS, Tbs, WIDTHS},
    sm2 as native_sm2, sm3,
};
use std::time::Instant;

fn attested() -> Attested {
    let attributes = std::array::from_fn(|i| Fr::from((1u64 << (8 * WIDTHS[i + 1]).min(60)) - 1 - i as u64));
    Attested { k: Fr::from(123_456_789u64), b: Fr::from(987_654_321u64), attributes }
}

fn tbs(attested: &Attested) -> Tbs {
    let mut slots = [holder_tag(attested.k, attested.b); SLOTS];
    slots[1..].copy_from_slice(&attested.attributes);
    Tbs::pack(Header::new(1), &slots).unwrap()
}

fn sm2(seed: u8) -> (credential_sm2_sm3::Statement, credential_sm2_sm3::Witness) {
    use sm2::dsa::signature::Signer;
    let secret = sm2::SecretKey::from_slice(&[seed; 32]).unwrap();
    let signer = sm2::dsa::SigningKey::new("issuer", &secret).unwrap();
    let point = signer.verifying_key().to_sec1_bytes();
    let issuer = native_sm2::PublicKey::from_bytes(point[1..].try_into().unwrap()).unwrap();
    let z_a = issuer.z(b"issuer").unwrap();
    let statement = credential_sm2_sm3::Statement { header: Header::new(1), issuer, z_a };
    let attested = attested();
    let signature: sm2::dsa::Signature = signer.sign(tbs(&attested).as_bytes());
    let signature = native_sm2::Signature::from_bytes(&signature.to_bytes().into()).unwrap();
    let witness = statement.witness(attested, &signature).unwrap();
    (statement, witness)
}

fn p256(seed: u8) -> (credential_es256::Statement, credential_es256::Witness) {
    let signer = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
    let point = signer.verifying_key().to_sec1_point(false);
    let issuer = es256::PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap()).unwrap();
    let statement = credential_es256::Statement { header: Header::new(1), issuer };
    let attested = attested();
    let digest = sha256::digest(tbs(&attested).as_bytes());
    let signature: p256::ecdsa::Signature = signer.sign_prehash(&digest).unwrap();
    let signature = es256::Signature::from_bytes(&signature.to_bytes().into()).unwrap();
    let witness = statement.witness(attested, &signature).unwrap();
    (statement, witness)
}

fn report<R: Relation>(statement: &R::Statement, witness: &R::Witness) {
    let start = Instant::now();
    let matrices = matrices::<R>().unwrap();
    let setup = start.elapsed();
    let shape = matrices.shape();
    let start = Instant::now();
    let assignment = assign::<R>(statement, witness).unwrap();
    println!(
        "{}: {} rows, {} instances, {} witnesses, {} nonzeros, domain 2^{}; matrices {setup:?}, witness {:?}",
        R::NAME,
        shape.constraints,
        shape.instances,
        shape.witnesses,
        shape.nonzeros,
        shape.domain.trailing_zeros(),
        start.elapsed()
    );
    for (rule, rows) in matrices.rules() {
        println!("  {rule}: {}", rows.len());
    }
    assert_eq!(R::holds(statement, witness), Ok(()));
    assert!(violated(&matrices, &assignment).is_empty());
    assert_eq!(shape.instances, 1 + R::PUBLIC + R::HIDDEN);
}

#[test]
fn a_true_credential_of_each_suite_satisfies_every_row() {
    let (statement, witness) = sm2(7);
    report::<CredentialSm2Sm3>(&statement, &witness);
    let (statement, witness) = p256(7);
    report::<CredentialEs256>(&statement, &witness);
    let _ = (sm3::digest(&[]), Edit::new::<CredentialEs256>(&statement, &witness));
}
