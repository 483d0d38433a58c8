//! The suites that are measured.

use crate::{suite, world::World};
use shiming::{
    issuer::Issuer,
    keys::{ProvingKey, ProvingKeys},
    suite::Suite,
};
use shiming_circuits::{
    field::Fr,
    p256,
    relation::{
        Relation,
        attested::Attested,
        credential_es256::{self, CredentialEs256},
        credential_sm2_sm3::{self, CredentialSm2Sm3},
    },
    slots::Header,
    sm2,
};

/// What the rows need of a suite.
pub trait Measured: Relation {
    const SUITE: Suite;

    /// Statement and witness of a credential with these attributes.
    fn example(attested: Attested) -> (Self::Statement, Self::Witness);

    /// The public instances of an issuer, from the bytes of its key on.
    fn register(key: &[u8; 64]) -> Vec<Fr>;

    /// The bytes of some issuer's key.
    fn issuer_key() -> [u8; 64];

    fn issuer(world: &World) -> &Issuer;

    fn key(keys: &ProvingKeys) -> &ProvingKey<Self>
    where
        Self: Sized;

    fn install(keys: &mut ProvingKeys, key: ProvingKey<Self>)
    where
        Self: Sized;
}

impl Measured for CredentialSm2Sm3 {
    const SUITE: Suite = Suite::Sm2Sm3;

    fn example(attested: Attested) -> (Self::Statement, Self::Witness) {
        let tbs = suite::tbs(&attested);
        suite::sm2_of(7, attested, tbs.as_bytes())
    }

    fn register(key: &[u8; 64]) -> Vec<Fr> {
        let issuer = sm2::PublicKey::from_bytes(key).unwrap();
        let z_a = issuer.z(suite::DISTID.as_bytes()).unwrap();
        Self::public(&credential_sm2_sm3::Statement { header: Header::new(1), issuer, z_a })
    }

    fn issuer_key() -> [u8; 64] {
        suite::sm2_key(7).to_bytes()
    }

    fn issuer(world: &World) -> &Issuer {
        &world.ministry
    }

    fn key(keys: &ProvingKeys) -> &ProvingKey<Self> {
        keys.sm2_sm3.as_deref().unwrap()
    }

    fn install(keys: &mut ProvingKeys, key: ProvingKey<Self>) {
        keys.sm2_sm3 = Some(Box::new(key));
    }
}

impl Measured for CredentialEs256 {
    const SUITE: Suite = Suite::Es256;

    fn example(attested: Attested) -> (Self::Statement, Self::Witness) {
        let tbs = suite::tbs(&attested);
        suite::p256_of(7, attested, tbs.as_bytes())
    }

    fn register(key: &[u8; 64]) -> Vec<Fr> {
        let issuer = p256::PublicKey::from_bytes(key).unwrap();
        Self::public(&credential_es256::Statement { header: Header::new(1), issuer })
    }

    fn issuer_key() -> [u8; 64] {
        suite::p256_key(7).to_bytes()
    }

    fn issuer(world: &World) -> &Issuer {
        &world.bureau
    }

    fn key(keys: &ProvingKeys) -> &ProvingKey<Self> {
        keys.es256.as_deref().unwrap()
    }

    fn install(keys: &mut ProvingKeys, key: ProvingKey<Self>) {
        keys.es256 = Some(Box::new(key));
    }
}
