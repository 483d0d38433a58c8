//! Hashes, signatures and credentials that circomlib made; `spec/vectors` has them with their generators.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger};
use ark_r1cs_std::{
    alloc::AllocVar,
    eq::EqGadget,
    fields::{FieldVar, fp::FpVar},
};
use ark_relations::gr1cs::ConstraintSystem;
use serde::Deserialize;
use shiming_circuits::{
    babyjubjub::Affine,
    eddsa::{self, PublicKey, Signature, SignatureError, gadget::SignatureVar},
    field::fr_from_bytes,
    poseidon,
    relation::{
        Relation, assign,
        credential_native::{CredentialNative, Statement, Witness, message},
        matrices, violated,
    },
    slots::{Header, SLOTS, Tbs},
};

fn read<T: serde::de::DeserializeOwned>(object: &str) -> T {
    let path = format!("{}/../spec/vectors/{object}/circomlib.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn element(hex: &str) -> Fr {
    fr_from_bytes(&bytes(hex).try_into().unwrap()).unwrap()
}

fn integer(hex: &str) -> BigInt<4> {
    let bits: Vec<bool> = bytes(hex).iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1)).collect();
    BigInt::from_bits_be(&bits)
}

#[derive(Deserialize)]
struct Hashes {
    cases: Vec<Hash>,
}

#[derive(Deserialize)]
struct Hash {
    capacity: String,
    inputs: Vec<String>,
    output: String,
}

fn hash(capacity: Fr, inputs: &[Fr]) -> Fr {
    macro_rules! by_length {
        ($($n:literal),+) => {
            match inputs.len() {
                $( $n => poseidon::hash::<$n>(capacity, inputs.try_into().unwrap()), )+
                n => panic!("no hash of {n} inputs"),
            }
        };
    }
    by_length!(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
}

#[test]
fn poseidon_of_circomlib() {
    let hashes: Hashes = read("poseidon");
    assert_eq!(hashes.cases.len(), 48);
    for case in hashes.cases {
        let inputs: Vec<_> = case.inputs.iter().map(|x| element(x)).collect();
        assert_eq!(hash(element(&case.capacity), &inputs), element(&case.output));
    }
}

#[derive(Deserialize)]
struct Signatures {
    valid: Vec<Signed>,
    invalid: Vec<Forged>,
    keys: Vec<RefusedKey>,
}

#[derive(Deserialize)]
struct RefusedKey {
    case: String,
    error: String,
    key: String,
}

#[derive(Deserialize)]
struct Signed {
    key_x: String,
    key_y: String,
    message: String,
    r_x: String,
    r_y: String,
    s: String,
}

#[derive(Deserialize)]
struct Forged {
    case: String,
    error: String,
    #[serde(flatten)]
    signed: Signed,
}

impl Signed {
    fn key(&self) -> PublicKey {
        PublicKey::from_point(Affine::new_unchecked(element(&self.key_x), element(&self.key_y))).unwrap()
    }

    fn signature(&self) -> Signature {
        let r = Affine::new_unchecked(element(&self.r_x), element(&self.r_y));
        Signature { r, s: integer(&self.s) }
    }

    /// Natively, and in-circuit, which must agree.
    fn verify(&self) -> Result<(), SignatureError> {
        let (key, message, signature) = (self.key(), element(&self.message), self.signature());
        let result = key.verify(&message, &signature);
        assert_eq!(satisfied(&key, message, &signature), result.is_ok());
        result
    }
}

/// Whether the rows of the verification hold.
fn satisfied(key: &PublicKey, message: Fr, signature: &Signature) -> bool {
    let cs = ConstraintSystem::new_ref();
    let input = |value: Fr| FpVar::new_input(cs.clone(), || Ok(value)).unwrap();
    let (x, y, message) = (input(key.point().x), input(key.point().y), input(message));
    let table: Vec<_> = key.table().iter().map(|value| input(*value)).collect();
    let signature = SignatureVar::new_witness(&cs, Some(signature)).unwrap();
    let h = eddsa::gadget::challenge(&signature.r, [&x, &y], &message).unwrap();
    let h = eddsa::gadget::challenge_bits(&cs, &h).unwrap();
    let s = eddsa::gadget::scalar_bits(&cs, &signature.s).unwrap();
    signature.r.x.enforce_not_equal(&FpVar::zero()).unwrap();
    eddsa::gadget::enforce_equation(&cs, &signature.r, &s, &h, &table).unwrap();
    cs.is_satisfied().unwrap()
}

#[test]
fn signatures_of_circomlib() {
    let signatures: Signatures = read("eddsa");
    assert_eq!(signatures.valid.len(), 8);
    for signed in &signatures.valid {
        assert_eq!(signed.verify(), Ok(()));
        let signature = signed.signature();
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Ok(signature));
        let key = signed.key();
        assert_eq!(PublicKey::from_bytes(&key.to_bytes()).as_ref(), Ok(&key));
        assert_eq!(key.to_bytes()[..32], bytes(&signed.key_x)[..]);
    }
}

#[test]
fn forgeries() {
    let signatures: Signatures = read("eddsa");
    assert_eq!(signatures.invalid.len(), 80);
    for forged in &signatures.invalid {
        let error = forged.signed.verify().unwrap_err();
        assert_eq!(format!("{error:?}"), forged.error, "{}", forged.case);
    }
}

#[test]
fn refused_keys() {
    let signatures: Signatures = read("eddsa");
    assert_eq!(signatures.keys.len(), 12);
    for refused in signatures.keys {
        let error = PublicKey::from_bytes(&bytes(&refused.key).try_into().unwrap()).unwrap_err();
        assert_eq!(format!("{error:?}"), refused.error, "{}", refused.case);
    }
}

#[derive(Deserialize)]
struct Credentials {
    cases: Vec<Credential>,
}

#[derive(Deserialize)]
struct Credential {
    schema: u16,
    k: String,
    b: String,
    slots: Vec<String>,
    message: String,
    tbs: String,
    #[serde(flatten)]
    signed: SignedMessage,
}

#[derive(Deserialize)]
struct SignedMessage {
    key_x: String,
    key_y: String,
    r_x: String,
    r_y: String,
    s: String,
}

#[test]
fn credentials_of_circomlib() {
    let credentials: Credentials = read("credential-native");
    assert_eq!(credentials.cases.len(), 3);
    let matrices = matrices::<CredentialNative>().unwrap();
    for case in credentials.cases {
        let header = Header::new(case.schema);
        let slots: [Fr; SLOTS] = core::array::from_fn(|i| element(&case.slots[i]));
        let SignedMessage { key_x, key_y, r_x, r_y, s } = case.signed;
        let issuer = PublicKey::from_point(Affine::new_unchecked(element(&key_x), element(&key_y))).unwrap();
        let signature = Signature { r: Affine::new_unchecked(element(&r_x), element(&r_y)), s: integer(&s) };
        let attributes = core::array::from_fn(|i| slots[i + 1]);
        let witness = Witness { k: element(&case.k), b: element(&case.b), attributes, signature };
        let statement = Statement { header, issuer };

        assert_eq!(witness.slots(), slots);
        assert_eq!(message(header, &slots), element(&case.message));
        assert_eq!(Tbs::pack(header, &slots).unwrap().as_bytes()[..], bytes(&case.tbs)[..]);
        assert_eq!(CredentialNative::holds(&statement, &witness), Ok(()));
        let assignment = assign::<CredentialNative>(&statement, &witness).unwrap();
        assert!(violated(&matrices, &assignment).is_empty());
    }
}
