//! Headers and signatures of both JWTs: the key decides.

use crate::forge::{Binding, Forge, holder, issuer, stranger};
use shiming::codec::{from_base64url, to_base64url};
use shiming::conventional::sd_jwt::{JwtFault, KeyBoundSdJwt, SD_JWT_VC_TYPE, SdJwt, SdJwtError};
use shiming::signature::{
    Algorithm::{self, Es256, Sm2},
    Distid, RawSignature, SignatureError, SigningKey,
};

const INVALID: JwtFault = JwtFault::Signature(SignatureError::Invalid);
const RANGE: JwtFault = JwtFault::Signature(SignatureError::Range);

/// The orders of the two groups.
const ORDERS: [(Algorithm, &str); 2] = [
    (Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (Sm2, "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"),
];

fn other(algorithm: Algorithm) -> Algorithm {
    if algorithm == Es256 { Sm2 } else { Es256 }
}

fn issuer_fault(forge: &Forge) -> JwtFault {
    match forge.verify() {
        Err(SdJwtError::Issuer(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

fn binding_fault(binding: &Binding) -> JwtFault {
    match binding.verify() {
        Err(SdJwtError::KeyBinding(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn alg_none_is_refused() {
    for name in ["none", "None", "NONE"] {
        let mut forge = Forge::new(Es256);
        forge.header = forge.header.replace("ES256", name);
        assert_eq!(issuer_fault(&forge), JwtFault::AlgorithmNone);
        let mut binding = Binding::new(Es256);
        binding.header = binding.header.replace("ES256", name);
        assert_eq!(binding_fault(&binding), JwtFault::AlgorithmNone);
    }
}

#[test]
fn alg_none_without_signature_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.header = forge.header.replace("ES256", "none");
    let text = forge.text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let unsigned = format!("{}.~{rest}", jwt.rsplit_once('.').unwrap().0);
    assert_eq!(forge.check(&unsigned).unwrap_err(), SdJwtError::Issuer(JwtFault::Unsigned));
}

#[test]
fn a_swapped_alg_is_refused() {
    for algorithm in Algorithm::ALL {
        // The name of the other algorithm over the registered key's signature.
        let mut forge = Forge::new(algorithm);
        forge.header = forge.header.replace(algorithm.as_str(), other(algorithm).as_str());
        assert_eq!(issuer_fault(&forge), JwtFault::AlgorithmMismatch);
        // The name and the signature of the other algorithm, under the same private scalar.
        forge.key = issuer(other(algorithm));
        assert_eq!(issuer_fault(&forge), JwtFault::AlgorithmMismatch);
        // The signature alone.
        let mut forge = Forge::new(algorithm);
        forge.key = issuer(other(algorithm));
        assert!(matches!(issuer_fault(&forge), INVALID | RANGE));

        let mut binding = Binding::new(algorithm);
        binding.header = binding.header.replace(algorithm.as_str(), other(algorithm).as_str());
        assert_eq!(binding_fault(&binding), JwtFault::AlgorithmMismatch);
        binding.key = holder(other(algorithm));
        assert_eq!(binding_fault(&binding), JwtFault::AlgorithmMismatch);
    }
}

#[test]
fn a_key_of_the_other_kind_is_refused() {
    for algorithm in Algorithm::ALL {
        let sd_jwt = SdJwt::parse(&Forge::new(algorithm).text()).unwrap();
        let refused = sd_jwt.verify(&issuer(other(algorithm)).public_key(), SD_JWT_VC_TYPE).unwrap_err();
        assert_eq!(refused, SdJwtError::Issuer(JwtFault::AlgorithmMismatch));

        let binding = Binding::new(algorithm);
        let bound = KeyBoundSdJwt::parse(&binding.text()).unwrap();
        let verified = bound.sd_jwt().verify(&issuer(algorithm).public_key(), SD_JWT_VC_TYPE).unwrap();
        let refused = bound.verify_binding(&verified, &holder(other(algorithm)).public_key(), &binding.expectation());
        assert_eq!(refused, Err(SdJwtError::KeyBinding(JwtFault::AlgorithmMismatch)));
    }
}

#[test]
fn other_algorithms_are_refused() {
    for name in ["HS256", "RS256", "ES384", "es256", "EdDSA", "SM2", ""] {
        let mut forge = Forge::new(Es256);
        forge.header = forge.header.replace("ES256", name);
        assert_eq!(issuer_fault(&forge), JwtFault::AlgorithmMismatch, "{name}");
    }
}

#[test]
fn a_header_without_alg_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.header = r#"{"typ":"dc+sd-jwt"}"#.into();
    assert!(matches!(issuer_fault(&forge), JwtFault::Malformed(_)));
}

#[test]
fn another_typ_is_refused() {
    for typ in ["vc+sd-jwt", "JWT", "kb+jwt", "DC+SD-JWT", "application/dc+sd-jwt", ""] {
        let mut forge = Forge::new(Es256);
        forge.header = forge.header.replace("dc+sd-jwt", typ);
        assert_eq!(issuer_fault(&forge), JwtFault::WrongType, "{typ}");
    }
    for typ in ["dc+sd-jwt", "JWT", "jwt", "KB+JWT", ""] {
        let mut binding = Binding::new(Es256);
        binding.header = binding.header.replace("kb+jwt", typ);
        assert_eq!(binding_fault(&binding), JwtFault::WrongType, "{typ}");
    }
}

#[test]
fn a_missing_typ_is_refused() {
    let mut forge = Forge::new(Es256);
    forge.header = r#"{"alg":"ES256"}"#.into();
    assert_eq!(issuer_fault(&forge), JwtFault::WrongType);
    let mut binding = Binding::new(Es256);
    binding.header = r#"{"alg":"ES256"}"#.into();
    assert_eq!(binding_fault(&binding), JwtFault::WrongType);
}

#[test]
fn crit_is_refused() {
    for crit in [r#"["b64"]"#, r#"["exp"]"#, "[]", "1", "false"] {
        let mut forge = Forge::new(Es256);
        forge.header = forge.header.replacen('{', &format!(r#"{{"crit":{crit},"#), 1);
        assert_eq!(issuer_fault(&forge), JwtFault::Critical, "{crit}");
        let mut binding = Binding::new(Es256);
        binding.header = binding.header.replacen('{', &format!(r#"{{"crit":{crit},"#), 1);
        assert_eq!(binding_fault(&binding), JwtFault::Critical, "{crit}");
    }
}

#[test]
fn keys_in_headers_decide_nothing() {
    // RFC 7515, section 4: a parameter that is not understood is ignored.
    let mut forge = Forge::new(Es256);
    forge.header = forge.header.replacen('{', r#"{"jku":"https://attacker.example","x5c":["AA"],"#, 1);
    assert!(forge.verify().is_ok());
    forge.key = stranger(Es256);
    assert_eq!(issuer_fault(&forge), INVALID);
}

#[test]
fn the_signature_of_another_key_is_refused() {
    for algorithm in Algorithm::ALL {
        let mut forge = Forge::new(algorithm);
        forge.key = stranger(algorithm);
        assert_eq!(issuer_fault(&forge), INVALID);
        let mut binding = Binding::new(algorithm);
        for key in [stranger(algorithm), issuer(algorithm)] {
            binding.key = key;
            assert_eq!(binding_fault(&binding), INVALID);
        }
    }
}

#[test]
fn r_and_s_are_between_zero_and_the_order() {
    for (algorithm, order) in ORDERS {
        let order: [u8; 32] = std::array::from_fn(|i| u8::from_str_radix(&order[2 * i..2 * i + 2], 16).unwrap());
        let text = Forge::new(algorithm).text();
        let (jwt, rest) = text.split_once('~').unwrap();
        let (signed, signature) = jwt.rsplit_once('.').unwrap();
        let signature = from_base64url(signature).unwrap();
        for half in [0, 32] {
            for value in [[0; 32], order, [0xff; 32]] {
                let mut wrong = signature.clone();
                wrong[half..half + 32].copy_from_slice(&value);
                let wrong = format!("{signed}.{}~{rest}", to_base64url(&wrong));
                let refused = Forge::new(algorithm).check(&wrong).unwrap_err();
                assert_eq!(refused, SdJwtError::Issuer(RANGE), "{algorithm:?} {half}");
            }
        }
    }
}

#[test]
fn an_sm2_signature_under_another_distid_is_refused() {
    let SigningKey::Sm2(key) = issuer(Sm2) else { panic!() };
    let text = Forge::new(Sm2).text();
    let (jwt, rest) = text.split_once('~').unwrap();
    let (signed, _) = jwt.rsplit_once('.').unwrap();
    let with = |signature: RawSignature| format!("{signed}.{}~{rest}", to_base64url(signature.as_bytes()));
    let other = key.sign(&Distid::parse("ALICE123@YAHOO.COM").unwrap(), signed.as_bytes()).unwrap();
    assert_eq!(Forge::new(Sm2).check(&with(other)).unwrap_err(), SdJwtError::Issuer(INVALID));
    let own = key.sign(&Distid::jose(), signed.as_bytes()).unwrap();
    assert!(Forge::new(Sm2).check(&with(own)).is_ok());
}

#[test]
fn a_payload_under_another_signature_is_refused() {
    for algorithm in Algorithm::ALL {
        let mut forge = Forge::new(algorithm);
        let first = forge.text();
        forge.payload["iss"] = "another".into();
        let second = forge.text();
        let signature = first.split('~').next().unwrap().rsplit('.').next().unwrap();
        let (jwt, rest) = second.split_once('~').unwrap();
        let mixed = format!("{}.{signature}~{rest}", jwt.rsplit_once('.').unwrap().0);
        assert_eq!(forge.check(&mixed).unwrap_err(), SdJwtError::Issuer(INVALID));
    }
}
