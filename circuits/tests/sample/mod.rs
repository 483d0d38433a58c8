//! One credential of the native suite, from fixed seeds.

#![allow(dead_code, unreachable_pub, reason = "every test binary uses a part of it")]

use ark_bn254::Fr;
use ark_ff::PrimeField;
use shiming_circuits::{
    eddsa::SigningKey,
    relation::{
        credential_native::{Statement, Witness, message},
        tag::holder_tag,
    },
    slots::{Header, SLOTS, WIDTHS},
};

/// An issuer's key; another one for every seed.
pub fn issuer(seed: u8) -> SigningKey {
    let bytes = core::array::from_fn(|i| seed.wrapping_add(1).wrapping_mul(7).wrapping_add(i as u8));
    SigningKey::from_uniform_bytes(&bytes).unwrap()
}

/// The secrets of a holder.
pub fn secrets() -> (Fr, Fr) {
    (Fr::from_be_bytes_mod_order(&[0x5a; 32]), Fr::from_be_bytes_mod_order(&[0xa5; 32]))
}

/// Slots 1 to 15, each as wide as its slot allows.
pub fn attributes() -> [Fr; SLOTS - 1] {
    core::array::from_fn(|i| Fr::from_be_bytes_mod_order(&vec![0xff - i as u8; WIDTHS[i + 1]]))
}

/// The header of the sample.
pub fn header() -> Header {
    Header::new(1)
}

/// A credential over any values, valid or not, with a valid signature.
pub fn credential(k: Fr, attributes: [Fr; SLOTS - 1], randomness: u8) -> (Statement, Witness) {
    let key = issuer(1);
    let (_, b) = secrets();
    let slots = core::array::from_fn(|i| if i == 0 { holder_tag(k, b) } else { attributes[i - 1] });
    let signature = key.sign(&message(header(), &slots), &[randomness; 32]);
    let statement = Statement { header: header(), issuer: key.public_key().clone() };
    (statement, Witness { k, b, attributes, signature })
}

/// The valid credential.
pub fn valid() -> (Statement, Witness) {
    credential(secrets().0, attributes(), 3)
}
