//! Keys: their encodings round trip, and what is no key is refused.

use crate::hex;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};
use shiming::signature::{
    Algorithm, DISTID_CAP, Distid, Es256PublicKey, Es256SigningKey, JOSE_DISTID, Jwk, KeyError, PublicKey, SigningKey,
    Sm2PublicKey, Sm2SigningKey,
};

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut ChaCha20Rng::seed_from_u64(3))
}

fn spki(key: &PublicKey) -> String {
    match key {
        PublicKey::Es256(key) => key.to_spki_pem().unwrap(),
        PublicKey::Sm2(key) => key.to_spki_pem().unwrap(),
    }
}

#[test]
fn keys_survive_their_encodings() {
    for algorithm in Algorithm::ALL {
        let private = key(algorithm);
        let public = private.public_key();
        let again = SigningKey::from_pkcs8_pem(&private.to_pkcs8_pem().unwrap()).unwrap();
        assert_eq!(again.public_key(), public);
        assert_eq!(again.sign(b"message"), private.sign(b"message"));
        assert_eq!(PublicKey::from_spki_pem(&spki(&public)), Ok(public));
        assert_eq!(PublicKey::from_point_bytes(algorithm, &public.to_point_bytes()), Ok(public));
        assert_eq!(PublicKey::try_from(&Jwk::from(&public)), Ok(public));
        let json = serde_json::to_value(public).unwrap();
        assert_eq!(serde_json::from_value::<PublicKey>(json.clone()).unwrap(), public);
        let names: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(names, ["crv", "kty", "x", "y"]);
    }
}

#[test]
fn the_key_of_an_sm2_pem_is_what_openssl_writes() {
    let public = key(Algorithm::Sm2).public_key();
    let pem = spki(&public);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let prefix = hex::bytes("3059301306072a8648ce3d020106082a811ccf5501822d034200");
    let mut der = prefix.clone();
    der.push(4);
    der.extend(public.to_point_bytes());
    let standard: String = body.replace('+', "-").replace('/', "_").replace('=', "");
    assert_eq!(shiming::codec::from_base64url(&standard).unwrap(), der);
}

#[test]
fn the_pem_of_one_kind_is_none_of_another() {
    let (es256, sm2) = (key(Algorithm::Es256), key(Algorithm::Sm2));
    let private = [es256.to_pkcs8_pem().unwrap(), sm2.to_pkcs8_pem().unwrap()];
    let public = [spki(&es256.public_key()), spki(&sm2.public_key())];
    assert_eq!(Es256SigningKey::from_pkcs8_pem(&private[1]).err(), Some(KeyError::Pem));
    assert_eq!(Sm2SigningKey::from_pkcs8_pem(&private[0]).err(), Some(KeyError::Pem));
    assert_eq!(Es256PublicKey::from_spki_pem(&public[1]), Err(KeyError::Pem));
    assert_eq!(Sm2PublicKey::from_spki_pem(&public[0]), Err(KeyError::Pem));
    for (private, public) in private.iter().zip(&public) {
        assert_eq!(PublicKey::from_spki_pem(private), Err(KeyError::Pem), "a private key is no public one");
        assert_eq!(SigningKey::from_pkcs8_pem(public).err(), Some(KeyError::Pem));
        let cut = &public[..public.len() - 40];
        assert_eq!(PublicKey::from_spki_pem(cut), Err(KeyError::Pem));
    }
    for text in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"] {
        assert_eq!(PublicKey::from_spki_pem(text), Err(KeyError::Pem));
        assert_eq!(SigningKey::from_pkcs8_pem(text).err(), Some(KeyError::Pem));
    }
}

/// A private key in a JWK whose members were changed.
fn changed(algorithm: Algorithm, change: impl FnOnce(&mut Value)) -> Result<PublicKey, String> {
    let mut jwk = serde_json::to_value(key(algorithm).public_key()).unwrap();
    change(&mut jwk);
    serde_json::from_value::<PublicKey>(jwk).map_err(|error| error.to_string())
}

#[test]
fn a_jwk_is_exactly_a_point_on_a_known_curve() {
    for algorithm in Algorithm::ALL {
        assert!(changed(algorithm, |_| {}).is_ok());
        for name in ["crv", "kty", "x", "y"] {
            assert!(changed(algorithm, |jwk| drop(jwk.as_object_mut().unwrap().remove(name))).is_err(), "{name}");
            assert!(changed(algorithm, |jwk| jwk[name] = json!("")).is_err(), "empty {name}");
            assert!(changed(algorithm, |jwk| jwk[name] = json!(1)).is_err(), "{name} of another type");
        }
        for curve in ["P-384", "secp256k1", "p-256", "SM2", "Ed25519"] {
            let error = changed(algorithm, |jwk| jwk["crv"] = json!(curve)).unwrap_err();
            assert!(error.contains("not a JWK"), "{curve}: {error}");
        }
        let error = changed(algorithm, |jwk| jwk["kty"] = json!("OKP")).unwrap_err();
        assert!(error.contains("not a JWK"), "{error}");
        for extra in ["d", "kid", "alg", "use"] {
            assert!(changed(algorithm, |jwk| jwk[extra] = json!("AA")).is_err(), "{extra}");
        }
        let other = if algorithm == Algorithm::Es256 { "SM2-P-256" } else { "P-256" };
        let error = changed(algorithm, |jwk| jwk["crv"] = json!(other)).unwrap_err();
        assert!(error.contains("not a point"), "the point of one curve on the other: {error}");
        let error = changed(algorithm, |jwk| jwk["y"] = jwk["x"].clone()).unwrap_err();
        assert!(error.contains("not a point"), "{error}");
        assert!(changed(algorithm, |jwk| jwk["x"] = json!(format!("{}=", jwk["x"].as_str().unwrap()))).is_err());
    }
}

/// The field primes.
const PRIMES: [(Algorithm, &str); 2] = [
    (Algorithm::Es256, "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
    (Algorithm::Sm2, "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff"),
];

#[test]
fn bytes_off_the_curve_the_identity_and_unreduced_coordinates_are_no_point() {
    for (algorithm, prime) in PRIMES {
        let read = |bytes: [u8; 64]| PublicKey::from_point_bytes(algorithm, &bytes);
        let good = key(algorithm).public_key().to_point_bytes();
        assert!(read(good).is_ok());
        assert_eq!(read([0; 64]), Err(KeyError::Point), "the identity has no affine coordinates");
        assert_eq!(read([0xff; 64]), Err(KeyError::Point));
        for position in [0, 31, 32, 63] {
            let mut changed = good;
            changed[position] ^= 1;
            assert_eq!(read(changed), Err(KeyError::Point), "byte {position}");
        }
        let mut swapped = good;
        swapped.rotate_left(32);
        assert_eq!(read(swapped), Err(KeyError::Point));
        let mut prime_x = good;
        prime_x[..32].copy_from_slice(&hex::array::<32>(prime));
        assert_eq!(read(prime_x), Err(KeyError::Point), "x is the prime");
    }
    let (es256, sm2) = (key(Algorithm::Es256), key(Algorithm::Sm2));
    let crossed = PublicKey::from_point_bytes(Algorithm::Sm2, &es256.public_key().to_point_bytes());
    assert_eq!(crossed, Err(KeyError::Point));
    let crossed = PublicKey::from_point_bytes(Algorithm::Es256, &sm2.public_key().to_point_bytes());
    assert_eq!(crossed, Err(KeyError::Point));
}

#[test]
fn a_private_key_is_between_one_and_the_order() {
    let orders = [
        (Algorithm::Es256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (Algorithm::Sm2, "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"),
    ];
    for (algorithm, order) in orders {
        let read = |bytes: [u8; 32]| SigningKey::from_bytes(algorithm, &bytes).err();
        assert_eq!(read([0; 32]), Some(KeyError::Scalar));
        assert_eq!(read(hex::array(order)), Some(KeyError::Scalar));
        assert_eq!(read([0xff; 32]), Some(KeyError::Scalar));
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(read(one), None);
        let mut last: [u8; 32] = hex::array(order);
        last[31] -= 1;
        // GB/T 32918.2 has no signature by n - 1: 1 + d is not invertible.
        assert_eq!(read(last), (algorithm == Algorithm::Sm2).then_some(KeyError::Scalar), "{algorithm:?}");
    }
}

#[test]
fn a_distinguishing_identifier_is_printable_and_has_a_length() {
    for good in [JOSE_DISTID, "a", "ALICE123@YAHOO.COM", "a b", &"x".repeat(DISTID_CAP)] {
        assert_eq!(Distid::parse(good).unwrap().as_str(), good);
    }
    for bad in ["", "\n", "a\t", "é", "身份", "a\0", "\u{7f}", &"x".repeat(DISTID_CAP + 1)] {
        assert_eq!(Distid::parse(bad), Err(KeyError::Distid), "{bad:?}");
        assert!(serde_json::from_value::<Distid>(json!(bad)).is_err(), "{bad:?}");
    }
    assert_eq!(Distid::jose().as_str(), JOSE_DISTID);
}

#[test]
fn the_longest_identifier_signs_and_verifies() {
    let SigningKey::Sm2(key) = key(Algorithm::Sm2) else { panic!("an SM2 key") };
    let longest = Distid::parse(&"x".repeat(DISTID_CAP)).unwrap();
    let signature = key.sign(&longest, b"message").unwrap();
    assert_eq!(key.public_key().verify(&longest, b"message", &signature), Ok(()));
    let shorter = Distid::parse(&"x".repeat(DISTID_CAP - 1)).unwrap();
    assert!(key.public_key().verify(&shorter, b"message", &signature).is_err());
}
