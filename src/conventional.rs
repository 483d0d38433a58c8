//! The conventional path: attributes are disclosed under an issuer's ES256 or SM2 signature, without zero-knowledge proofs.

pub mod sd_jwt;
