//! SM2 and ES256 signatures through native verification and through the circuit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod edit;
mod foreign;

use edit::Edit;
use foreign::{P256Signature, Sm2Signature, Statement, bytes, key, scalar};
use shiming_circuits::{p256, relation::matrices, sm2};
use std::time::Instant;

#[test]
fn sm2_walks() {
    let d = scalar(5);
    let t0 = Instant::now();
    let key = key::<sm2::Sm2>(d);
    eprintln!("key {:?}", t0.elapsed());
    let t0 = Instant::now();
    let key = sm2::PublicKey::from_bytes(&key.to_bytes()).unwrap();
    eprintln!("key {:?}", t0.elapsed());
    use ::sm2::dsa::signature::hazmat::PrehashSigner;
    use ::sm2::dsa::{Signature, SigningKey};
    let signer = SigningKey::from_slice("x", &bytes(d)).unwrap();
    let digest = [7; 32];
    let sig: Signature = signer.sign_prehash(&digest).unwrap();
    let sig = sm2::Signature::from_bytes(&sig.to_bytes().into()).unwrap();
    let witness = key.verify(&digest, &sig).unwrap();
    let t0 = Instant::now();
    let m = matrices::<Sm2Signature>().unwrap();
    eprintln!("matrices {:?}", t0.elapsed());
    let shape = m.shape();
    eprintln!("{} {} {} {}", shape.constraints, shape.instances, shape.witnesses, shape.nonzeros);
    for (r, rows) in m.rules() {
        eprintln!("{r} {}", rows.len());
    }
    let statement = Statement { key, digest };
    for _ in 0..3 {
        let t0 = Instant::now();
        let edit = Edit {
            matrices: Box::leak(Box::new(matrices::<Sm2Signature>().unwrap())),
            assignment: {
                let t0 = Instant::now();
                let a = shiming_circuits::relation::assign::<Sm2Signature>(&statement, &witness).unwrap();
                eprintln!("assign {:?}", t0.elapsed());
                a
            },
        };
        eprintln!("{:?}", edit.violated());
        eprintln!("all {:?}", t0.elapsed());
    }
}

#[test]
fn p256_walks() {
    let d = scalar(5);
    let key = key::<p256::P256>(d);
    use ::p256::ecdsa::signature::hazmat::PrehashSigner;
    use ::p256::ecdsa::{Signature, SigningKey};
    let signer = SigningKey::from_slice(&bytes(d)).unwrap();
    let digest = [7; 32];
    let sig: Signature = signer.sign_prehash(&digest).unwrap();
    let sig = p256::Signature::from_bytes(&sig.to_bytes().into()).unwrap();
    let witness = key.verify(&digest, &sig).unwrap();
    let edit = Edit::new::<P256Signature>(&Statement { key, digest }, &witness);
    for (r, rows) in edit.matrices.rules() {
        eprintln!("{r} {}", rows.len());
    }
    let shape = edit.matrices.shape();
    eprintln!("{} {} {} {}", shape.constraints, shape.instances, shape.witnesses, shape.nonzeros);
    eprintln!("{:?}", edit.violated());
}
