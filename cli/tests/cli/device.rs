//! A device with an issuer's key, played by the library, and an issuer that is registered with it.

use crate::world::{Said, World, world};
use shiming::signature::{Algorithm, Distid, RawSignature, SigningKey};

/// The issuer of these tests.
pub const ID: &str = "bureau";
/// What its SM2 key signs attributes under.
pub const DISTID: &str = "shiming-tbs:bureau";
/// What it signs SD-JWTs under.
pub const JOSE: &str = "1234567812345678";

pub struct Device(pub SigningKey);

impl Device {
    pub fn new(algorithm: Algorithm, seed: u8) -> Self {
        Self(SigningKey::from_bytes(algorithm, &[seed; 32]).unwrap())
    }

    pub fn sign(&self, distid: &str, message: &[u8]) -> RawSignature {
        match &self.0 {
            SigningKey::Es256(key) => key.sign(message).unwrap(),
            SigningKey::Sm2(key) => key.sign(&Distid::parse(distid).unwrap(), message).unwrap(),
        }
    }

    /// The public key as JWK.
    pub fn jwk(&self) -> String {
        serde_json::to_string(&self.0.public_key()).unwrap()
    }
}

/// A world with the issuer and its device.
pub struct Outside {
    pub world: World,
    pub device: Device,
}

impl Outside {
    /// Before anything is registered; the public key is in `public`.
    pub fn new(algorithm: Algorithm) -> Self {
        let outside = Self { world: world(), device: Device::new(algorithm, 7) };
        outside.world.write("public", outside.device.jwk().as_bytes());
        outside
    }

    /// The first step of the registration, with more arguments.
    pub fn begin(&self, more: &[&str]) -> Said {
        let (public, message) = (self.world.file("public"), self.world.file("message"));
        let step = ["issuer", "register", "--id", ID, "--name", "Bureau", "--public-key", &public];
        self.world.run(&[&step[..], &["--message-out", &message], more].concat())
    }

    /// The second step, with a proof of these bytes.
    pub fn finish(&self, proof: &[u8]) -> Said {
        self.world.write("possession", proof);
        self.world.run(&["issuer", "register", "--id", ID, "--possession", &self.world.file("possession")])
    }

    pub fn trust(&self) -> Said {
        self.world.run(&["trust", "add", "issuer", &self.world.file("issuer/bureau/registration.json")])
    }

    /// Registered and trusted.
    pub fn registered(algorithm: Algorithm) -> Self {
        let outside = Self::new(algorithm);
        outside.begin(&[]).done();
        outside.finish(outside.device.sign(DISTID, &outside.world.read("message")).as_bytes()).done();
        outside.trust().done();
        outside
    }

    /// A draft for a new case, in `draft`, with both inputs, in `tbs` and `sd-jwt`.
    pub fn draft(&self, case: &str, more: &[&str]) -> Said {
        self.world.enrol_at(ID, case);
        let file = |name| self.world.file(name);
        let (enrolment, attributes) = (file("enrolment"), file("attributes.json"));
        let (draft, tbs, sd_jwt) = (file("draft"), file("tbs"), file("sd-jwt"));
        let case =
            ["issuer", "tbs", "--id", ID, "--case", case, "--enrolment", &enrolment, "--attributes", &attributes];
        let outs = ["--draft-out", &draft, "--tbs-out", &tbs, "--sd-jwt-out", &sd_jwt];
        self.world.run(&[&case[..], &outs[..], more].concat())
    }

    /// Attaches signatures of these bytes; the credential goes to `signed`.
    pub fn attach(&self, tbs: &[u8], sd_jwt: &[u8]) -> Said {
        self.world.write("tbs.sig", tbs);
        self.world.write("sd-jwt.sig", sd_jwt);
        self.attach_files()
    }

    pub fn attach_files(&self) -> Said {
        let file = |name| self.world.file(name);
        let (draft, tbs, sd_jwt, out) = (file("draft"), file("tbs.sig"), file("sd-jwt.sig"), file("signed"));
        let signatures = ["--tbs-signature", &tbs, "--sd-jwt-signature", &sd_jwt];
        self.world.run(&[&["issuer", "attach", "--id", ID, "--draft", &draft, "--out", &out], &signatures[..]].concat())
    }

    /// The good signatures over the draft's inputs.
    pub fn signatures(&self) -> (RawSignature, RawSignature) {
        let tbs = self.device.sign(DISTID, &self.world.read("tbs"));
        (tbs, self.device.sign(JOSE, &self.world.read("sd-jwt")))
    }

    /// The holder keeps the credential and answers with it.
    pub fn answer(&self) -> serde_json::Value {
        self.world.run(&["holder", "accept", "--credential", &self.world.file("signed")]).done();
        self.world.request_by(ID, &["conventional"], "request");
        self.world.disclose("request", "answer").done();
        self.world.verify("live", "request", "answer").done().json()
    }
}
