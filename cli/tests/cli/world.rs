//! One state directory for all tests, made once; a test that changes it works on a copy.

use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};
use tempfile::TempDir;

/// 2026-11-22 12:00 in China.
pub const NOW: i64 = 1_795_320_000;
pub const ENDPOINT: &str = "https://live.example/answers";

/// A directory with keys, an issuer, two verifiers, a wallet and a prepared credential.
pub struct World {
    directory: TempDir,
}

/// What a run said.
pub struct Said {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }

    /// The code of a refusal or a usage error, and that the exit code fits.
    pub fn code(&self, exit: i32) -> String {
        assert_eq!(self.exit, exit, "{} {}", self.out, self.err);
        let json = self.json();
        assert!(!json["message"].as_str().unwrap().is_empty());
        assert_eq!(json["accepted"], if exit == 1 { json!(false) } else { Value::Null });
        json["code"].as_str().unwrap().to_owned()
    }

    pub fn done(self) -> Self {
        assert_eq!(self.exit, 0, "{} {}", self.out, self.err);
        self
    }
}

/// The program with these arguments and nothing from the environment.
pub fn program(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shiming"));
    let Output { status, stdout, stderr } = command.args(arguments).env_remove("SHIMING_DIR").output().unwrap();
    Said {
        exit: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// A fresh copy of the prepared directory.
pub fn world() -> World {
    static BASE: OnceLock<World> = OnceLock::new();
    let base = BASE.get_or_init(base);
    let directory = TempDir::new().unwrap();
    copy(base.path(), directory.path());
    World { directory }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

fn base() -> World {
    let world = World { directory: TempDir::new().unwrap() };
    world.run(&["setup"]).done();
    world.run(&["trust", "add", "relations"]).done();
    world.run(&["issuer", "keygen", "--id", "identity-issuer", "--name", "Bureau"]).done();
    for (id, endpoint) in [("live", ENDPOINT), ("ride", "https://ride.example/answers")] {
        let arguments = [
            "verifier",
            "keygen",
            "--id",
            id,
            "--name",
            "平台",
            "--endpoint",
            endpoint,
            "--purpose",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json"),
        ];
        world.run(&arguments).done();
        world.run(&["trust", "add", "verifier", &world.file(&format!("verifier/{id}/registration.json"))]).done();
    }
    world.run(&["trust", "add", "issuer", &world.file("issuer/identity-issuer/registration.json")]).done();
    world.run(&["holder", "init"]).done();
    world.attributes("attributes.json", &[]);
    world.enrol("case-1");
    world.issue("attributes.json", "credential").done();
    world.run(&["holder", "prepare", "--credential", &world.file("credential")]).done();
    world
}

impl World {
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn file(&self, name: &str) -> String {
        self.path().join(name).to_str().unwrap().to_owned()
    }

    /// With development keys permitted, at [`NOW`], in JSON.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_at(NOW, arguments)
    }

    pub fn run_at(&self, now: i64, arguments: &[&str]) -> Said {
        let (directory, now) = (self.path().to_str().unwrap(), now.to_string());
        let common = ["--dir", directory, "--now", &now, "--json", "--insecure-development-keys"];
        program(&[arguments, &common].concat())
    }

    /// An adult, with changes.
    pub fn attributes(&self, name: &str, changes: &[(&str, Value)]) {
        let mut attributes = json!({
            "document_number": "11010519491231002X", "birth_date": 19_491_231, "document_valid_until": 99_991_231,
            "region": 110_105, "nationality": 156, "channels": 3, "verified": 1, "account_class": 2,
            "document_type": 1, "sex": 2, "risk_tier": 2
        });
        for (attribute, value) in changes {
            attributes[*attribute] = value.clone();
        }
        fs::write(self.path().join(name), attributes.to_string()).unwrap();
    }

    /// A challenge and the wallet's answer, in `enrolment`.
    pub fn enrol(&self, case: &str) {
        self.enrol_at("identity-issuer", case);
    }

    pub fn enrol_at(&self, issuer: &str, case: &str) {
        let challenge = self.file("challenge");
        self.write("case", case.as_bytes());
        self.run(&["issuer", "challenge", "--id", issuer, "--case", case, "--out", &challenge]).done();
        self.run(&["holder", "enrol", "--challenge", &challenge, "--out", &self.file("enrolment")]).done();
    }

    pub fn issue(&self, attributes: &str, out: &str) -> Said {
        self.issue_at("identity-issuer", attributes, out)
    }

    pub fn issue_at(&self, issuer: &str, attributes: &str, out: &str) -> Said {
        let (attributes, enrolment, out) = (self.file(attributes), self.file("enrolment"), self.file(out));
        let arguments = ["--enrolment", &enrolment, "--attributes", &attributes, "--out", &out];
        let case = String::from_utf8(self.read("case")).unwrap();
        self.run(&[&["issuer", "issue", "--id", issuer, "--case", &case], &arguments[..]].concat())
    }

    /// A request of a verifier, in the file of that name.
    pub fn request(&self, id: &str, out: &str) -> Said {
        let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json");
        self.run(&["verifier", "request", "--id", id, "--policy", policy, "--out", &self.file(out)])
    }

    /// A request under the same policy but for issuers and paths, registered for it beside the first.
    pub fn request_by(&self, issuer: &str, paths: &[&str], out: &str) {
        let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json");
        let mut policy: Value = serde_json::from_slice(&fs::read(policy).unwrap()).unwrap();
        policy["credentials"][0]["issuers"] = json!([issuer]);
        policy["paths"] = json!(paths);
        policy["id"] = json!(format!("{issuer}-{}:1", paths.join("-")));
        let policies = self.path().join("policies");
        fs::create_dir_all(&policies).unwrap();
        let (policy, json) = (policies.join(format!("{issuer}-{}.json", paths.join("-"))), policy.to_string());
        fs::write(&policy, json).unwrap();
        let all: Vec<_> = fs::read_dir(&policies).unwrap().map(|file| file.unwrap().path()).collect();
        let all: Vec<&str> = all.iter().map(|file| file.to_str().unwrap()).collect();
        let register = ["verifier", "register", "--id", "live", "--purpose"];
        let account = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/account-opening.json");
        self.run(&[&register[..], &[account], &all].concat()).done();
        self.run(&["trust", "add", "verifier", "--replace", &self.file("verifier/live/registration.json")]).done();
        let policy = policy.to_str().unwrap();
        self.run(&["verifier", "request", "--id", "live", "--policy", policy, "--out", &self.file(out)]).done();
    }

    /// An answer on the conventional path, with consent.
    pub fn disclose(&self, request: &str, out: &str) -> Said {
        let (request, out) = (self.file(request), self.file(out));
        self.run(&["holder", "present", "--conventional", "--yes", "--request", &request, "--out", &out])
    }

    pub fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub fn present(&self, request: &str, out: &str) -> Said {
        self.run(&["holder", "present", "--request", &self.file(request), "--out", &self.file(out)])
    }

    pub fn verify(&self, id: &str, request: &str, presentation: &str) -> Said {
        self.verify_at(NOW, id, request, presentation)
    }

    pub fn verify_at(&self, now: i64, id: &str, request: &str, presentation: &str) -> Said {
        let (request, presentation) = (self.file(request), self.file(presentation));
        self.run_at(now, &["verifier", "verify", "--id", id, "--request", &request, "--presentation", &presentation])
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}
