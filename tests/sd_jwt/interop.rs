//! With PyPI's sd-jwt, live, where Python has it (`tests/interop/sd_jwt_peer.py` says how), and the stored vectors of both.

use crate::forge::{AUDIENCE, Binding, Forge, NONCE, NOW, confirmed, disclosure, hash, holder, issuer, object};
use crate::vectors::{folder, read};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Map, Value, json};
use shiming::codec::{Identifier, from_base64url, to_base64url};
use shiming::conventional::sd_jwt::{
    BindingClaims, BindingExpectation, Draft, HashAlgorithm, KeyBoundSdJwt, SD_JWT_VC_TYPE, SdJwt, SdJwtError,
};
use shiming::signature::{Algorithm, Jwk, SigningKey};
use shiming::time::{UnixTime, Validity};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// A Python with sd-jwt.
struct Peer {
    python: String,
}

impl Peer {
    /// None, with a line that says so, if there is no such Python and none was asked for.
    fn find() -> Option<Self> {
        let asked = std::env::var("SHIMING_INTEROP_PYTHON").ok();
        let python = asked.clone().unwrap_or_else(|| "python3".to_owned());
        let found = Command::new(&python).args(["-c", "import sd_jwt"]).stderr(Stdio::null()).status();
        if found.is_ok_and(|status| status.success()) {
            return Some(Self { python });
        }
        assert!(asked.is_none(), "{python} of SHIMING_INTEROP_PYTHON has no sd_jwt");
        println!("SKIPPED: {python} has no sd_jwt; set SHIMING_INTEROP_PYTHON to a Python that has it");
        None
    }

    fn run(&self, job: &Value) -> Value {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/sd_jwt_peer.py");
        let mut child =
            Command::new(&self.python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "the peer failed");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn issue(&self, structure: &str, decoys: bool, disclose: &Value) -> String {
        let job = json!({
            "job": "issue", "claims": { "iss": "peer", "vct": "test" }, "disclose": disclose, "structure": structure,
            "decoys": decoys, "issuer": private(&issuer(ES256)), "holder": public(&holder(ES256)),
        });
        self.run(&job)["text"].as_str().unwrap().to_owned()
    }

    fn present(&self, text: &str, names: &[&str]) -> String {
        let job = json!({
            "job": "present", "text": text, "names": names, "audience": AUDIENCE, "nonce": NONCE,
            "holder": private(&holder(ES256)),
        });
        self.run(&job)["text"].as_str().unwrap().to_owned()
    }

    fn verify(&self, text: &str, nonce: &str) -> Value {
        let job = json!({
            "job": "verify", "text": text, "issuer": public(&issuer(ES256)), "audience": AUDIENCE, "nonce": nonce,
        });
        self.run(&job)
    }
}

const ES256: Algorithm = Algorithm::Es256;

fn claims() -> Value {
    json!({ "name": "张三", "birth": 19_850_101, "address": { "country": "CN", "region": "广东" }, "cards": ["a", "b"] })
}

/// Those without an object among them.
fn plain_claims() -> Value {
    json!({ "name": "张三", "birth": 19_850_101, "cards": ["a", "b"] })
}

fn only(name: &str) -> Value {
    Map::from_iter([(name.to_owned(), claims()[name].clone())]).into()
}

fn public(key: &SigningKey) -> Value {
    serde_json::to_value(Jwk::from(&key.public_key())).unwrap()
}

fn private(key: &SigningKey) -> Value {
    let SigningKey::Es256(scalar) = key else { panic!("the peer has no SM2") };
    let mut jwk = public(key);
    jwk["d"] = to_base64url(&*scalar.to_bytes()).into();
    jwk
}

fn issued_at(bound: &str) -> i64 {
    let payload = from_base64url(bound.rsplit('~').next().unwrap().split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()["iat"].as_i64().unwrap()
}

/// A credential of ours with the same claims.
fn ours(algorithm: Algorithm, hash: HashAlgorithm) -> SdJwt {
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let plain = json!({ "cnf": { "jwk": public(&holder(algorithm)) }, "iss": "authority", "vct": "test" });
    let mut draft = Draft::new(object(plain), hash).unwrap();
    for (name, value) in claims().as_object().unwrap() {
        draft.disclose(name, value, &mut rng).unwrap();
    }
    draft.set_decoys(3);
    let key_id = Identifier::parse("key-1").unwrap();
    draft.seal(algorithm, &key_id, &mut rng).unwrap().sign(&issuer(algorithm)).unwrap()
}

fn our_presentation(algorithm: Algorithm, hash: HashAlgorithm, names: &[&str]) -> String {
    let extra = Map::new();
    let claims =
        BindingClaims { audience: AUDIENCE, nonce: NONCE, issued_at: UnixTime::from_seconds(NOW), extra: &extra };
    ours(algorithm, hash).select(names).bind(&holder(algorithm), &claims).unwrap().to_text()
}

#[test]
fn the_peers_presentations_are_accepted_here() {
    let Some(peer) = Peer::find() else { return };
    for (decoys, disclose) in [(false, claims()), (true, plain_claims())] {
        let issued = peer.issue("flat", decoys, &disclose);
        let all = SdJwt::parse(&issued).unwrap().verify(&issuer(ES256).public_key(), SD_JWT_VC_TYPE).unwrap();
        assert_eq!(all.disclosed(), disclose.as_object().unwrap());
        let every: Vec<&str> = disclose.as_object().unwrap().keys().map(String::as_str).collect();
        for names in [&["name", "cards"][..], &["birth"], &every, &[]] {
            let text = peer.present(&issued, names);
            let bound = KeyBoundSdJwt::parse(&text).unwrap();
            let verified = bound.sd_jwt().verify(&issuer(ES256).public_key(), SD_JWT_VC_TYPE).unwrap();
            assert_eq!(verified.disclosed().len(), names.len());
            let (at, extra) = (UnixTime::from_seconds(issued_at(&text)), Map::new());
            let issued = Validity::new(at, at).unwrap();
            let expected = BindingExpectation { audience: AUDIENCE, nonce: NONCE, issued, extra: &extra };
            assert_eq!(bound.verify_binding(&verified, &confirmed(&verified), &expected), Ok(()));
            let other = BindingExpectation { nonce: "another", ..expected };
            let refused = bound.verify_binding(&verified, &confirmed(&verified), &other);
            assert_eq!(refused, Err(SdJwtError::WrongNonce));
        }
    }
}

#[test]
fn the_peers_nested_forms_are_refused_here_by_name() {
    let Some(peer) = Peer::find() else { return };
    for (structure, decoys, name, [code, _]) in NESTED {
        let parsed = SdJwt::parse(&peer.issue(structure, decoys, &only(name)));
        let refused = parsed.and_then(|sd_jwt| sd_jwt.verify(&issuer(ES256).public_key(), SD_JWT_VC_TYPE)).unwrap_err();
        assert_eq!(refused.code(), code, "{structure} {name}");
    }
}

/// The peer's structures, with the refusals of its credential and of its presentation, which has other disclosures or another
/// order. With decoys it puts some into every object, those of values too.
const NESTED: [(&str, bool, &str, [&str; 2]); 5] = [
    ("structured", false, "address", ["sd-jwt-nested-digests", "sd-jwt-nested-digests"]),
    ("recursive", false, "address", ["disclosure-nested-digests", "disclosure-nested-digests"]),
    ("structured", false, "cards", ["disclosure-array-element", "sd-jwt-nested-digests"]),
    ("recursive", false, "cards", ["disclosure-array-element", "disclosure-nested-digests"]),
    ("flat", true, "address", ["disclosure-nested-digests", "disclosure-nested-digests"]),
];

#[test]
fn our_presentations_are_accepted_by_the_peer() {
    let Some(peer) = Peer::find() else { return };
    for names in [&["name", "address"][..], &["cards"], &["birth", "name", "cards", "address"], &[]] {
        let text = our_presentation(ES256, HashAlgorithm::Sha256, names);
        let answer = peer.verify(&text, NONCE);
        let seen = answer["claims"].as_object().unwrap_or_else(|| panic!("{answer}"));
        for (name, value) in claims().as_object().unwrap() {
            assert_eq!(seen.get(name), names.contains(&name.as_str()).then_some(value));
        }
        assert_eq!(seen["vct"], "test");
        assert!(peer.verify(&text, "another").get("refused").is_some());
        assert!(peer.verify(&text.replacen("~WyJ", "~WyK", 1), NONCE).get("refused").is_some() || names.is_empty());
    }
}

#[test]
fn a_credential_of_ours_is_presented_by_the_peer() {
    let Some(peer) = Peer::find() else { return };
    let text = peer.present(&ours(ES256, HashAlgorithm::Sha256).to_text(), &["birth"]);
    let bound = KeyBoundSdJwt::parse(&text).unwrap();
    let verified = bound.sd_jwt().verify(&issuer(ES256).public_key(), SD_JWT_VC_TYPE).unwrap();
    assert_eq!(verified.disclosed(), &object(json!({ "birth": 19_850_101 })));
}

#[test]
fn our_stored_presentations_are_accepted_by_the_peer() {
    let Some(peer) = Peer::find() else { return };
    let case = read("shiming_es256_sha256");
    let answer = peer.verify(case["text"].as_str().unwrap(), NONCE);
    assert_eq!(answer["claims"]["name"], case["disclosed"]["name"], "{answer}");
    for name in ["shiming_wrong_hash", "shiming_duplicate_digest", "shiming_duplicate_claim", "shiming_other_key"] {
        let answer = peer.verify(read(name)["text"].as_str().unwrap(), NONCE);
        assert!(answer.get("refused").is_some(), "{name}: {answer}");
    }
}

fn write(name: &str, algorithm: Algorithm, text: &str, now: i64, outcome: (&str, Value)) {
    let mut case = json!({
        "typ": SD_JWT_VC_TYPE, "issuer": public(&issuer(algorithm)), "text": text,
        "binding": { "audience": AUDIENCE, "nonce": NONCE, "now": now },
    });
    case[outcome.0] = outcome.1;
    let path = folder().join(format!("{name}.json"));
    fs::write(path, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
}

#[test]
#[ignore = "writes spec/vectors/sd-jwt anew, and needs the peer"]
fn regenerate_the_vectors() {
    let peer = Peer::find().unwrap();
    let text = peer.present(&peer.issue("flat", false, &claims()), &["name", "address"]);
    let disclosed = json!({ "name": claims()["name"], "address": claims()["address"] });
    write("python_flat", ES256, &text, issued_at(&text), ("disclosed", disclosed));
    let text = peer.present(&peer.issue("flat", true, &plain_claims()), &["name"]);
    write("python_decoys", ES256, &text, issued_at(&text), ("disclosed", only("name")));
    for (structure, decoys, name, [_, code]) in NESTED {
        let text = peer.present(&peer.issue(structure, decoys, &only(name)), &[name]);
        let decoys = if decoys { "_decoys" } else { "" };
        write(&format!("python_{structure}{decoys}_{name}"), ES256, &text, issued_at(&text), ("expect", code.into()));
    }
    for algorithm in Algorithm::ALL {
        for hash in HashAlgorithm::ALL {
            let algorithm_name = if algorithm == ES256 { "es256" } else { "sm2" };
            let name = format!("shiming_{algorithm_name}_{}", hash.as_str().replace('-', ""));
            let text = our_presentation(algorithm, hash, &["name", "cards"]);
            let disclosed = json!({ "name": claims()["name"], "cards": claims()["cards"] });
            write(&name, algorithm, &text, NOW, ("disclosed", disclosed));
        }
    }
    for (name, code, broken) in broken() {
        write(&format!("shiming_{name}"), ES256, &broken.text(), NOW, ("expect", code.into()));
    }
}

/// Presentations that are valid but for one thing.
fn broken() -> Vec<(&'static str, &'static str, Binding)> {
    let of = |name, code, change: &dyn Fn(&mut Binding)| {
        let mut binding = Binding::new(ES256);
        change(&mut binding);
        (name, code, binding)
    };
    let of_issuer = |name, code, change: &dyn Fn(&mut Forge)| {
        let mut binding = Binding::new(ES256);
        change(&mut binding.sd_jwt);
        binding.payload["sd_hash"] = hash(HashAlgorithm::Sha256, &binding.sd_jwt.text()).into();
        (name, code, binding)
    };
    vec![
        of("wrong_audience", "kb-jwt-wrong-audience", &|b| b.payload["aud"] = "https://other.example".into()),
        of("wrong_nonce", "kb-jwt-wrong-nonce", &|b| b.payload["nonce"] = "another".into()),
        of("stale", "kb-jwt-stale", &|b| b.payload["iat"] = json!(NOW - 301)),
        of("from_the_future", "kb-jwt-from-the-future", &|b| b.payload["iat"] = json!(NOW + 61)),
        of("wrong_hash", "kb-jwt-wrong-hash", &|b| b.payload["sd_hash"] = hash(HashAlgorithm::Sha256, "x").into()),
        of("extra_claim", "kb-jwt-extra-claims", &|b| b.payload["exp"] = json!(NOW + 60)),
        of("other_holder", "kb-jwt-signature", &|b| b.key = issuer(ES256)),
        of_issuer("other_key", "sd-jwt-signature", &|f| f.key = holder(ES256)),
        of_issuer("duplicate_digest", "sd-jwt-duplicate-digest", &|f| {
            let again = f.payload["_sd"][0].clone();
            f.payload["_sd"].as_array_mut().unwrap().push(again);
        }),
        of_issuer("duplicate_claim", "sd-jwt-duplicate-claim", &|f| f.disclose(r#"["salt","name","Li"]"#)),
        of_issuer("duplicate_disclosure", "sd-jwt-duplicate-disclosure", &|f| {
            f.disclosures.push(f.disclosures[0].clone());
        }),
        of_issuer("unreferenced_disclosure", "sd-jwt-unreferenced-disclosure", &|f| {
            f.disclosures.push(disclosure(r#"["salt","verified",true]"#));
        }),
        of_issuer("unknown_hash", "sd-jwt-unknown-hash", &|f| f.payload["_sd_alg"] = json!("sha-384")),
        of_issuer("alg_none", "sd-jwt-alg-none", &|f| f.header = f.header.replace("ES256", "none")),
        of_issuer("alg_swapped", "sd-jwt-alg-mismatch", &|f| f.header = f.header.replace("ES256", "SGD_SM3_SM2")),
        of_issuer("wrong_typ", "sd-jwt-wrong-type", &|f| f.header = f.header.replace("dc+sd-jwt", "JWT")),
        of_issuer("crit", "sd-jwt-crit", &|f| f.header = f.header.replacen('{', r#"{"crit":["b64"],"#, 1)),
    ]
}
