//! Signatures from elsewhere that `issuer attach` refuses, each under its code and its side.

use crate::device::{DISTID, Device, JOSE, Outside};
use shiming::signature::{Algorithm, RawSignature};

/// The order of the curve, big-endian.
fn order(algorithm: Algorithm) -> [u8; 32] {
    let hex = match algorithm {
        Algorithm::Es256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        Algorithm::Sm2 => "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    };
    std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

/// r and s replaced where they are given.
fn with(signature: &RawSignature, r: Option<[u8; 32]>, s: Option<[u8; 32]>) -> Vec<u8> {
    let (old_r, old_s) = signature.as_bytes().split_at(32);
    [r.map_or_else(|| old_r.to_vec(), Vec::from), s.map_or_else(|| old_s.to_vec(), Vec::from)].concat()
}

/// The DER with one zero byte too many before r.
fn padded(signature: &RawSignature) -> Vec<u8> {
    let mut der = signature.to_der().unwrap();
    der[1] += 1;
    der[3] += 1;
    der.insert(4, 0);
    der
}

/// The DER with a length in two bytes where one suffices.
fn long_length(signature: &RawSignature) -> Vec<u8> {
    let mut der = signature.to_der().unwrap();
    der.insert(1, 0x81);
    der
}

#[test]
fn forms_and_ranges_are_refused_on_either_side() {
    for algorithm in Algorithm::ALL {
        let outside = Outside::registered(algorithm);
        outside.draft("case-1", &[]).done();
        let (tbs, sd_jwt) = outside.signatures();
        let bad = |good: &RawSignature| -> Vec<(&'static str, Vec<u8>)> {
            let der = good.to_der().unwrap();
            vec![
                ("der", [der.as_slice(), &[0]].concat()),
                ("der", [der.as_slice(), b"\n"].concat()),
                ("der", padded(good)),
                ("der", long_length(good)),
                ("der", der[..der.len() - 1].to_vec()),
                ("length", [good.as_bytes().as_slice(), &[0]].concat().iter().map(|b| b ^ 0x40).collect()),
                ("length", Vec::new()),
                ("range", with(good, Some([0; 32]), None)),
                ("range", with(good, None, Some([0; 32]))),
                ("range", with(good, Some(order(algorithm)), None)),
                ("range", with(good, None, Some(order(algorithm)))),
                ("range", with(good, None, Some([0xff; 32]))),
            ]
        };
        for (kind, bytes) in bad(&tbs) {
            // The XOR may have made a first byte of DER.
            let kind = if kind == "length" && bytes.first() == Some(&0x30) { "der" } else { kind };
            let said = outside.attach(&bytes, sd_jwt.as_bytes());
            assert_eq!(said.code(1), format!("tbs-signature-{kind}"), "{bytes:02x?}");
        }
        for (kind, bytes) in bad(&sd_jwt) {
            let kind = if kind == "length" && bytes.first() == Some(&0x30) { "der" } else { kind };
            let said = outside.attach(tbs.as_bytes(), &bytes);
            assert_eq!(said.code(1), format!("sd-jwt-signature-{kind}"), "{bytes:02x?}");
        }
        assert!(!outside.world.has("signed"));
        outside.attach(tbs.as_bytes(), sd_jwt.as_bytes()).done();
    }
}

#[test]
fn signatures_of_other_keys_and_over_other_inputs_are_refused() {
    for algorithm in Algorithm::ALL {
        let outside = Outside::registered(algorithm);
        outside.draft("case-1", &[]).done();
        let (tbs, sd_jwt) = outside.signatures();
        let (tbs, sd_jwt) = (tbs.as_bytes(), sd_jwt.as_bytes());
        let other = Device::new(algorithm, 8);
        let read = |name| outside.world.read(name);
        let (foreign_tbs, foreign_sd_jwt) = (other.sign(DISTID, &read("tbs")), other.sign(JOSE, &read("sd-jwt")));
        let possession = outside.device.sign(DISTID, &read("message"));
        let cases: [(&str, &[u8], &[u8]); 6] = [
            ("tbs-signature-invalid", foreign_tbs.as_bytes(), sd_jwt),
            ("sd-jwt-signature-invalid", tbs, foreign_sd_jwt.as_bytes()),
            // Swapped: one for the other, the other for the one, both.
            ("tbs-signature-invalid", sd_jwt, sd_jwt),
            ("sd-jwt-signature-invalid", tbs, tbs),
            ("tbs-signature-invalid", sd_jwt, tbs),
            ("tbs-signature-invalid", possession.as_bytes(), sd_jwt),
        ];
        for (code, first, second) in cases {
            let said = outside.attach(first, second);
            assert_eq!(said.code(1), code);
            assert!(said.out.contains("--tbs-out") || said.out.contains("--sd-jwt-out"), "{}", said.out);
        }
        // The signatures of one draft do not fit another one of the same person.
        outside.draft("case-2", &[]).done();
        assert_eq!(outside.attach(tbs, sd_jwt).code(1), "tbs-signature-invalid");
        assert!(!outside.world.has("signed"));
    }
}

#[test]
fn sm2_signatures_under_another_identifier_are_refused() {
    let outside = Outside::registered(Algorithm::Sm2);
    outside.draft("case-1", &[]).done();
    let (tbs, sd_jwt) = outside.signatures();
    let sign = |distid, name| outside.device.sign(distid, &outside.world.read(name));
    for wrong in [JOSE, "shiming-tbs:bureau2", "shiming-tbs:identity-issuer"] {
        let said = outside.attach(sign(wrong, "tbs").as_bytes(), sd_jwt.as_bytes());
        assert_eq!(said.code(1), "tbs-signature-invalid", "{wrong}");
    }
    for wrong in [DISTID, "12345678123456780"] {
        let said = outside.attach(tbs.as_bytes(), sign(wrong, "sd-jwt").as_bytes());
        assert_eq!(said.code(1), "sd-jwt-signature-invalid", "{wrong}");
    }
    assert!(!outside.world.has("signed"));
}
