//! True credentials of the suites whose issuers sign bytes, for every binary of tests.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "every test binary uses a part of it")]

use ark_bn254::Fr;
use shiming_circuits::{
    p256, relation,
    relation::{attested::Attested, credential_es256, credential_sm2_sm3, tag::holder_tag},
    sha256,
    slots::{Header, SLOTS, Tbs, WIDTHS},
    sm2, sm3,
};

pub type Sm2Case = (credential_sm2_sm3::Statement, credential_sm2_sm3::Witness);
pub type P256Case = (credential_es256::Statement, credential_es256::Witness);

/// The distinguishing identifier of every SM2 issuer here.
pub const DISTID: &str = "issuer";

pub fn attested() -> Attested {
    let attributes = std::array::from_fn(|i| Fr::from((1u64 << (8 * WIDTHS[i + 1]).min(60)) - 1 - i as u64));
    Attested { k: Fr::from(123_456_789u64), b: Fr::from(987_654_321u64), attributes }
}

pub fn tbs(attested: &Attested) -> Tbs {
    let mut slots = [holder_tag(attested.k, attested.b); SLOTS];
    slots[1..].copy_from_slice(&attested.attributes);
    Tbs::pack(Header::new(1), &slots).unwrap()
}

pub fn sm2_key(secret: u8) -> sm2::PublicKey {
    let secret = ::sm2::SecretKey::from_slice(&[secret; 32]).unwrap();
    let point = ::sm2::dsa::SigningKey::new(DISTID, &secret).unwrap().verifying_key().to_sec1_bytes();
    sm2::PublicKey::from_bytes(point[1..].try_into().unwrap()).unwrap()
}

pub fn p256_key(secret: u8) -> p256::PublicKey {
    let signer = ::p256::ecdsa::SigningKey::from_slice(&[secret; 32]).unwrap();
    let point = signer.verifying_key().to_sec1_point(false);
    p256::PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap()).unwrap()
}

/// What a signature over a digest gives its holder, whatever the digest is of.
pub fn sm2_signed(secret: u8, digest: &[u8; 32]) -> sm2::Witness {
    use ::sm2::dsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
    let signer = SigningKey::from_slice(DISTID, &[secret; 32]).unwrap();
    let signature: Signature = signer.sign_prehash(digest).unwrap();
    let signature = sm2::Signature::from_bytes(&signature.to_bytes().into()).unwrap();
    sm2_key(secret).verify(digest, &signature).unwrap()
}

/// As [`sm2_signed`].
pub fn p256_signed(secret: u8, digest: &[u8; 32]) -> p256::Witness {
    use ::p256::ecdsa::{Signature, SigningKey, signature::hazmat::PrehashSigner};
    let signer = SigningKey::from_slice(&[secret; 32]).unwrap();
    let signature: Signature = signer.sign_prehash(digest).unwrap();
    let signature = p256::Signature::from_bytes(&signature.to_bytes().into()).unwrap();
    p256_key(secret).verify(digest, &signature).unwrap()
}

pub fn sm2_of(secret: u8, attested: Attested, tbs: &[u8]) -> Sm2Case {
    let issuer = sm2_key(secret);
    let z_a = issuer.z(DISTID.as_bytes()).unwrap();
    let digest = sm3::digest(&[z_a.as_slice(), tbs].concat());
    let statement = credential_sm2_sm3::Statement { header: Header::new(1), issuer, z_a };
    (statement, relation::credential_sm2_sm3::Witness { attested, signature: sm2_signed(secret, &digest) })
}

pub fn p256_of(secret: u8, attested: Attested, tbs: &[u8]) -> P256Case {
    let statement = credential_es256::Statement { header: Header::new(1), issuer: p256_key(secret) };
    (statement, relation::credential_es256::Witness { attested, signature: p256_signed(secret, &sha256::digest(tbs)) })
}

pub fn sm2(secret: u8) -> Sm2Case {
    let attested = attested();
    let tbs = tbs(&attested);
    sm2_of(secret, attested, tbs.as_bytes())
}

pub fn p256(secret: u8) -> P256Case {
    let attested = attested();
    let tbs = tbs(&attested);
    p256_of(secret, attested, tbs.as_bytes())
}
