//! Objects made from their parts, valid until a test breaks one.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use shiming::codec::to_base64url;
use shiming::conventional::sd_jwt::{
    BindingExpectation, HashAlgorithm, KeyBoundSdJwt, SD_JWT_VC_TYPE, SdJwt, SdJwtError, Verified,
};
use shiming::signature::{Algorithm, Jwk, PublicKey, SigningKey};
use shiming::time::{UnixTime, Validity};
use sm3::Sm3;

pub const NOW: i64 = 1_795_320_000;
pub const AUDIENCE: &str = "https://live.example";
pub const NONCE: &str = "mkVMHSy1jAAmE2vZRpgNWnr";

pub fn issuer(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_bytes(algorithm, &[7; 32]).unwrap()
}

pub fn holder(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_bytes(algorithm, &[9; 32]).unwrap()
}

pub fn stranger(algorithm: Algorithm) -> SigningKey {
    SigningKey::from_bytes(algorithm, &[11; 32]).unwrap()
}

pub fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Independent of the library's own.
pub fn hash(algorithm: HashAlgorithm, text: &str) -> String {
    match algorithm {
        HashAlgorithm::Sha256 => to_base64url(&Sha256::digest(text)),
        HashAlgorithm::Sm3 => to_base64url(&<Sm3 as sm3::Digest>::digest(text)),
    }
}

/// A compact JWT of any header and payload.
pub fn jwt(header: &str, payload: &str, key: &SigningKey) -> String {
    let input = format!("{}.{}", to_base64url(header.as_bytes()), to_base64url(payload.as_bytes()));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", to_base64url(signature.as_bytes()))
}

/// The text of a disclosure of any JSON.
pub fn disclosure(json: &str) -> String {
    to_base64url(json.as_bytes())
}

/// An SD-JWT in parts: two disclosed claims, one that stays hidden, one decoy.
pub struct Forge {
    pub algorithm: Algorithm,
    pub key: SigningKey,
    pub header: String,
    pub payload: Value,
    pub disclosures: Vec<String>,
}

impl Forge {
    pub fn new(algorithm: Algorithm) -> Self {
        let all = [r#"["c2FsdDE","name","Zhang"]"#, r#"["c2FsdDI","birth",19850101]"#, r#"["c2FsdDM","class",2]"#];
        let mut disclosures: Vec<String> = all.into_iter().map(disclosure).collect();
        let mut digests: Vec<String> = disclosures.iter().map(|d| hash(HashAlgorithm::Sha256, d)).collect();
        digests.push(hash(HashAlgorithm::Sha256, "decoy"));
        digests.sort();
        disclosures.pop();
        let jwk = Jwk::from(&holder(algorithm).public_key());
        Self {
            algorithm,
            key: issuer(algorithm),
            header: format!(r#"{{"alg":"{}","kid":"key-1","typ":"dc+sd-jwt"}}"#, algorithm.as_str()),
            payload: json!({
                "_sd": digests, "_sd_alg": "sha-256", "cnf": { "jwk": jwk }, "iss": "authority", "exp": NOW + 1000
            }),
            disclosures,
        }
    }

    /// The text with its last tilde.
    pub fn text(&self) -> String {
        self.text_of(&self.payload.to_string())
    }

    /// The text with another payload.
    pub fn text_of(&self, payload: &str) -> String {
        let mut text = jwt(&self.header, payload, &self.key) + "~";
        for disclosure in &self.disclosures {
            text += disclosure;
            text += "~";
        }
        text
    }

    /// Adds a disclosure with its digest.
    pub fn disclose(&mut self, json: &str) {
        let text = disclosure(json);
        let digest = hash(HashAlgorithm::Sha256, &text);
        self.payload["_sd"].as_array_mut().unwrap().push(digest.into());
        self.disclosures.push(text);
    }

    pub fn verify(&self) -> Result<Verified, SdJwtError> {
        self.check(&self.text())
    }

    /// Reads and verifies a text with the issuer's registered key.
    pub fn check(&self, text: &str) -> Result<Verified, SdJwtError> {
        SdJwt::parse(text)?.verify(&issuer(self.algorithm).public_key(), SD_JWT_VC_TYPE)
    }
}

/// A key binding in parts.
pub struct Binding {
    pub sd_jwt: Forge,
    pub key: SigningKey,
    pub header: String,
    pub payload: Value,
    pub expected_extra: Map<String, Value>,
}

impl Binding {
    pub fn new(algorithm: Algorithm) -> Self {
        let sd_jwt = Forge::new(algorithm);
        let sd_hash = hash(HashAlgorithm::Sha256, &sd_jwt.text());
        Self {
            sd_jwt,
            key: holder(algorithm),
            header: format!(r#"{{"alg":"{}","typ":"kb+jwt"}}"#, algorithm.as_str()),
            payload: json!({ "aud": AUDIENCE, "iat": NOW, "nonce": NONCE, "sd_hash": sd_hash }),
            expected_extra: Map::new(),
        }
    }

    pub fn text(&self) -> String {
        self.sd_jwt.text() + &self.jwt()
    }

    pub fn jwt(&self) -> String {
        jwt(&self.header, &self.payload.to_string(), &self.key)
    }

    pub fn verify(&self) -> Result<(), SdJwtError> {
        self.check(&self.text())
    }

    /// Verifies a text as a verifier does, with the issuer's registered key and the holder's from `cnf`.
    pub fn check(&self, text: &str) -> Result<(), SdJwtError> {
        let bound = KeyBoundSdJwt::parse(text)?;
        let verified = bound.sd_jwt().verify(&issuer(self.sd_jwt.algorithm).public_key(), SD_JWT_VC_TYPE)?;
        bound.verify_binding(&verified, &confirmed(&verified), &self.expectation())
    }

    pub fn expectation(&self) -> BindingExpectation<'_> {
        expectation(&self.expected_extra)
    }
}

/// What the verifier of these tests expects: its own name and nonce, and an `iat` from 300 s before now to 60 s after.
pub fn expectation(extra: &Map<String, Value>) -> BindingExpectation<'_> {
    let at = UnixTime::from_seconds(NOW);
    let issued = Validity::new(at.plus(-300), at.plus(60)).unwrap();
    BindingExpectation { audience: AUDIENCE, nonce: NONCE, issued, extra }
}

/// The key that the issuer confirmed.
pub fn confirmed(verified: &Verified) -> PublicKey {
    let jwk: Jwk = serde_json::from_value(verified.claims()["cnf"]["jwk"].clone()).unwrap();
    PublicKey::try_from(&jwk).unwrap()
}
