//! A whole presentation, an SD-JWT with four disclosures and its key binding from text to claims, against the two bare
//! signature verifications in it, of the RustCrypto crates with keys and signatures already decoded.
//!
//! `RAYON_NUM_THREADS=1 cargo bench --bench sd_jwt`. The goal is 1.1 of the two verifications; the limit is 2.2 of them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use p256::ecdsa::signature::Verifier;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Map, json};
use shiming::{
    codec::{Identifier, from_base64url},
    conventional::sd_jwt::{
        BindingClaims, BindingExpectation, Draft, HashAlgorithm, KeyBoundSdJwt, SD_JWT_VC_TYPE, Verified,
    },
    signature::{Algorithm, JOSE_DISTID, Jwk, PublicKey, SigningKey},
    time::{UnixTime, Validity},
};
use std::{hint::black_box, time::Instant};

const NOW: UnixTime = UnixTime::from_seconds(1_795_320_000);
const AUDIENCE: &str = "https://live.example";
const NONCE: &str = "mkVMHSy1jAAmE2vZRpgNWnr";

struct Case {
    issuer: PublicKey,
    text: String,
}

impl Case {
    /// Fourteen claims that may be disclosed, as a real-name credential has, and four that are.
    fn new(algorithm: Algorithm, hash: HashAlgorithm) -> Self {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let (issuer, holder) = (SigningKey::generate(algorithm, &mut rng), SigningKey::generate(algorithm, &mut rng));
        let claims = json!({
            "cnf": { "jwk": Jwk::from(&holder.public_key()) },
            "exp": NOW.plus(86_400).seconds(), "iss": "authority",
            "status": { "status_list": { "idx": 4711, "uri": "https://authority.example/status/1" } },
            "vct": "urn:shiming:cn-realname:1",
        });
        let mut draft = Draft::new(claims.as_object().unwrap().clone(), hash).unwrap();
        for n in 0..14 {
            draft.disclose(&format!("attribute_{n}"), &json!(19_850_101 + n), &mut rng).unwrap();
        }
        let unsigned = draft.seal(algorithm, &Identifier::parse("key-1").unwrap(), &mut rng).unwrap();
        let chosen = ["attribute_0", "attribute_3", "attribute_6", "attribute_9"];
        let extra = Map::new();
        let claims = BindingClaims { audience: AUDIENCE, nonce: NONCE, issued_at: NOW, extra: &extra };
        let bound = unsigned.sign(&issuer).unwrap().select(&chosen).bind(&holder, &claims).unwrap();
        Self { issuer: issuer.public_key(), text: bound.to_text() }
    }

    fn verify(&self) -> Verified {
        let extra = Map::new();
        let issued = Validity::new(NOW.plus(-300), NOW.plus(60)).unwrap();
        let expected = BindingExpectation { audience: AUDIENCE, nonce: NONCE, issued, extra: &extra };
        let bound = KeyBoundSdJwt::parse(&self.text).unwrap();
        let verified = bound.sd_jwt().verify(&self.issuer, SD_JWT_VC_TYPE).unwrap();
        let jwk: Jwk = serde_json::from_value(verified.claims()["cnf"]["jwk"].clone()).unwrap();
        bound.verify_binding(&verified, &PublicKey::try_from(&jwk).unwrap(), &expected).unwrap();
        verified
    }

    /// The signed bytes, the signature and the key of both JWTs.
    fn signatures(&self) -> [(Vec<u8>, Vec<u8>, PublicKey); 2] {
        let jwk: Jwk = serde_json::from_value(self.verify().claims()["cnf"]["jwk"].clone()).unwrap();
        let parts: Vec<&str> = self.text.split('~').collect();
        [(parts[0], self.issuer), (parts[parts.len() - 1], PublicKey::try_from(&jwk).unwrap())].map(|(jwt, key)| {
            let (signed, signature) = jwt.rsplit_once('.').unwrap();
            (signed.as_bytes().to_vec(), from_base64url(signature).unwrap(), key)
        })
    }
}

/// The SEC 1 form of a point.
fn sec1(key: &PublicKey) -> Vec<u8> {
    let mut bytes = vec![4];
    bytes.extend(key.to_point_bytes());
    bytes
}

/// Runs the jobs in turn, so that a machine whose speed drifts gives all of them the same weather, and prints medians and
/// the ratio of each to the first, pair by pair.
fn interleave(rounds: usize, jobs: &mut [(&str, &mut dyn FnMut())]) {
    const REPEATS: u32 = 20;
    let mut times = vec![Vec::with_capacity(rounds); jobs.len()];
    for round in 0..=rounds {
        for (times, (_, job)) in times.iter_mut().zip(jobs.iter_mut()) {
            let start = Instant::now();
            for _ in 0..REPEATS {
                job();
            }
            // The first round warms caches and tables up.
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(REPEATS));
            }
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    for (i, (name, _)) in jobs.iter().enumerate() {
        let ratio = median(times[i].iter().zip(&times[0]).map(|(x, y)| x / y).collect());
        println!("{name:50} {:9.1} us   {ratio:9.4} of the first", median(times[i].clone()));
    }
}

fn main() {
    // `cargo test` runs benches with this argument: once is enough then.
    let rounds = if std::env::args().any(|a| a == "--test") { 1 } else { 200 };
    let case = Case::new(Algorithm::Es256, HashAlgorithm::Sha256);
    let bare = case.signatures().map(|(signed, signature, key)| {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&sec1(&key)).unwrap();
        (signed, p256::ecdsa::Signature::from_slice(&signature).unwrap(), key)
    });
    interleave(
        rounds,
        &mut [
            ("p256, two bare verifications", &mut || {
                bare.iter().for_each(|(signed, signature, key)| key.verify(black_box(signed), signature).unwrap());
            }),
            ("ES256 with sha-256, parse, verify and binding", &mut || {
                black_box(black_box(&case).verify());
            }),
        ],
    );
    let case = Case::new(Algorithm::Sm2, HashAlgorithm::Sm3);
    let bare = case.signatures().map(|(signed, signature, key)| {
        let key = sm2::PublicKey::from_sec1_bytes(&sec1(&key)).unwrap();
        let signature = sm2::dsa::Signature::from_slice(&signature).unwrap();
        (signed, signature, sm2::dsa::VerifyingKey::new(JOSE_DISTID, key).unwrap())
    });
    interleave(
        rounds,
        &mut [
            ("sm2, two bare verifications", &mut || {
                bare.iter().for_each(|(signed, signature, key)| key.verify(black_box(signed), signature).unwrap());
            }),
            ("SGD_SM3_SM2 with sm3, parse, verify and binding", &mut || {
                black_box(black_box(&case).verify());
            }),
        ],
    );
}
