//! One conventional answer, an SD-JWT with key binding and four disclosures, through the whole `Verifier::verify`, against two bare
//! verifications of the RustCrypto crates over the same bytes.
//!
//! `cargo bench --bench conventional`. Both sides are timed in turns on one thread, so that a busy machine slows both; the figures
//! are medians. At most 2.2 times the two verifications is required, 1.2 times is the goal; the run fails beyond 2.2.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "../tests/zk/cast.rs"]
mod cast;
#[path = "../tests/zk/world.rs"]
mod world;

use p256::ecdsa::signature::Verifier as _;
use shiming::{
    codec::from_base64url,
    conventional::sd_jwt::KeyBoundSdJwt,
    ledger::MemoryNonces,
    policy::PolicyDocument,
    signature::{Algorithm, JOSE_DISTID, PublicKey},
    verifier::PendingRequest,
};
use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};
use world::{ADULT, NOW, World, document};

const ROUNDS: usize = 2_000;
const REQUIRED: f64 = 2.2;

/// Four disclosed claims: two written, two implied.
fn policy() -> PolicyDocument {
    document(
        r#"{"id": "test:1", "credentials": [{"schema": "cn-realname", "issuers": ["ministry", "bureau"],
            "require": [{"attribute": "birth_date", "age_at_least": 60}, {"attribute": "account_class", "at_least": 2}],
            "disclose": []}], "paths": ["conventional"]}"#,
    )
}

/// A signature of one JWT, as the RustCrypto crates verify it.
enum Bare {
    Es256(p256::ecdsa::VerifyingKey, Vec<u8>, p256::ecdsa::Signature),
    Sm2(Box<sm2::dsa::VerifyingKey>, Vec<u8>, sm2::dsa::Signature),
}

impl Bare {
    fn new(key: &PublicKey, jwt: &str) -> Self {
        let (input, signature) = jwt.rsplit_once('.').unwrap();
        let (input, signature) = (input.as_bytes().to_vec(), from_base64url(signature).unwrap());
        let sec1 = [&[4][..], &key.to_point_bytes()].concat();
        match key.algorithm() {
            Algorithm::Es256 => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&sec1).unwrap();
                Self::Es256(key, input, p256::ecdsa::Signature::from_slice(&signature).unwrap())
            }
            Algorithm::Sm2 => {
                let key = sm2::dsa::VerifyingKey::from_sec1_bytes(JOSE_DISTID, &sec1).unwrap();
                Self::Sm2(Box::new(key), input, sm2::dsa::Signature::from_slice(&signature).unwrap())
            }
        }
    }

    fn verify(&self) {
        match self {
            Self::Es256(key, input, signature) => key.verify(black_box(input), black_box(signature)).unwrap(),
            Self::Sm2(key, input, signature) => key.verify(black_box(input), black_box(signature)).unwrap(),
        }
    }
}

/// An answer of an issuer's holder, and the two signatures in it.
fn answered(world: &World, algorithm: Algorithm) -> (PendingRequest, Vec<u8>, [Bare; 2]) {
    let issuer = match algorithm {
        Algorithm::Es256 => &world.bureau,
        Algorithm::Sm2 => &world.ministry,
    };
    let wallet = World::wallet(1);
    let credential = world.issue(issuer, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let pending = world.ask_document(&policy(), &mut world.rng());
    let answer = world.disclose(&wallet, &[&credential], &pending);
    let text = std::str::from_utf8(&answer[9..]).unwrap();
    assert_eq!(KeyBoundSdJwt::parse(text).unwrap().sd_jwt().disclosures().len(), 4);
    let key = issuer.signer().unwrap().public_key();
    let issuer_key = PublicKey::from_point_bytes(algorithm, key.as_bytes()).unwrap();
    let confirmed = credential.sd_jwt().unverified_claims().unwrap()["cnf"]["jwk"].clone();
    let holder_key: PublicKey = serde_json::from_value(confirmed).unwrap();
    let (jwt, binding) = (text.split('~').next().unwrap(), text.rsplit('~').next().unwrap());
    let bare = [Bare::new(&issuer_key, jwt), Bare::new(&holder_key, binding)];
    (pending, answer, bare)
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn main() -> ExitCode {
    let world = World::new();
    let mut within = true;
    for algorithm in Algorithm::ALL {
        let (pending, answer, bare) = answered(&world, algorithm);
        let verify = || {
            // A ledger of its own for each call, so that the same answer is fresh again.
            let (ledger, rng) = (MemoryNonces::default(), &mut *world.rng());
            let verdict =
                world.platform.verify(&pending, black_box(answer.as_slice()), &world.trust, &ledger, NOW, rng);
            assert!(black_box(verdict).is_ok());
        };
        let two = || bare.iter().for_each(Bare::verify);
        let (mut whole, mut pair) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
        for round in 0..ROUNDS + ROUNDS / 10 {
            let (a, b) = (timed(verify), timed(two));
            // The first tenth warms up.
            if round >= ROUNDS / 10 {
                whole.push(a);
                pair.push(b);
            }
        }
        let (whole, pair) = (median(whole), median(pair));
        let ratio = whole / pair;
        within &= ratio <= REQUIRED;
        println!(
            "{:<12} verify {whole:7.1} us, two bare verifications {pair:7.1} us: {ratio:.3} times ({} bytes)",
            algorithm.as_str(),
            answer.len()
        );
    }
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The suites beside `native` that the keys of this bench serve.
pub const SUITES: &[shiming::suite::Suite] = &[];
