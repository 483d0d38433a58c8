//! Other implementations at work: the `openssl` command line in both directions, and PyPI `gmssl`.
//!
//! A tool that is not there is said so, and its stored vectors are checked all the same ([`crate::vectors`]).
//! `SHIMING_INTEROP_PYTHON` names a Python that has `gmssl` 3.2.2.

use crate::hex;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shiming::signature::{Algorithm, Distid, PublicKey, RawSignature, SignatureError, SigningKey};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const MESSAGES: [&[u8]; 3] = [b"", b"message digest", &[0xa5; 108]];
const DISTIDS: [&str; 2] = ["1234567812345678", "shiming-tbs:ministry"];

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("shiming-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether the command succeeded.
fn openssl(folder: &Path, arguments: &[&str]) -> bool {
    Command::new("openssl").args(arguments).current_dir(folder).output().is_ok_and(|output| output.status.success())
}

fn has_openssl() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("note: no openssl on the path; only its stored vectors were checked");
    }
    there
}

/// How openssl hashes and signs.
fn options(algorithm: Algorithm, distid: &str) -> Vec<String> {
    match algorithm {
        Algorithm::Es256 => vec!["-sha256".to_owned()],
        Algorithm::Sm2 => vec!["-sm3".to_owned(), "-sigopt".to_owned(), format!("distid:{distid}")],
    }
}

fn verify(key: &PublicKey, distid: &str, message: &[u8], signature: &RawSignature) -> Result<(), SignatureError> {
    match key {
        PublicKey::Es256(key) => key.verify(message, signature),
        PublicKey::Sm2(key) => key.verify(&Distid::parse(distid).unwrap(), message, signature),
    }
}

fn dgst(folder: &Folder, algorithm: Algorithm, distid: &str, rest: &[&str]) -> bool {
    let options = options(algorithm, distid);
    let mut arguments = vec!["dgst"];
    arguments.extend(options.iter().map(String::as_str));
    arguments.extend(rest);
    openssl(&folder.0, &arguments)
}

#[test]
fn what_openssl_signs_verifies_here() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-signs");
    for algorithm in Algorithm::ALL {
        let kind: &[&str] = match algorithm {
            Algorithm::Es256 => &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
            Algorithm::Sm2 => &["genpkey", "-algorithm", "SM2"],
        };
        assert!(openssl(&folder.0, &[kind, &["-out", "key.pem"]].concat()));
        assert!(openssl(&folder.0, &["pkey", "-in", "key.pem", "-pubout", "-out", "key.pub"]));
        let key = PublicKey::from_spki_pem(&String::from_utf8(folder.read("key.pub")).unwrap()).unwrap();
        let private = SigningKey::from_pkcs8_pem(&String::from_utf8(folder.read("key.pem")).unwrap()).unwrap();
        assert_eq!((key.algorithm(), private.public_key()), (algorithm, key));
        for distid in DISTIDS {
            for message in MESSAGES {
                folder.write("message", message);
                assert!(dgst(&folder, algorithm, distid, &["-sign", "key.pem", "-out", "signature", "message"]));
                let signature = RawSignature::from_raw_or_der(&folder.read("signature")).unwrap();
                assert_eq!(verify(&key, distid, message, &signature), Ok(()));
                let other = verify(&key, distid, b"another message", &signature);
                assert_eq!(other, Err(SignatureError::Invalid));
            }
        }
    }
}

#[test]
fn what_is_signed_here_verifies_with_openssl() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-verifies");
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut ChaCha20Rng::seed_from_u64(5));
        let public = match key.public_key() {
            PublicKey::Es256(key) => key.to_spki_pem().unwrap(),
            PublicKey::Sm2(key) => key.to_spki_pem().unwrap(),
        };
        folder.write("key.pub", public);
        folder.write("key.pem", key.to_pkcs8_pem().unwrap().as_bytes());
        assert!(openssl(&folder.0, &["pkey", "-in", "key.pem", "-check", "-noout"]));
        for distid in DISTIDS {
            for message in MESSAGES {
                let signature = match &key {
                    SigningKey::Es256(key) => key.sign(message).unwrap(),
                    SigningKey::Sm2(key) => key.sign(&Distid::parse(distid).unwrap(), message).unwrap(),
                };
                folder.write("message", message);
                folder.write("other", b"another message");
                folder.write("signature", signature.to_der().unwrap());
                let check = |distid: &str, file: &str| {
                    dgst(&folder, algorithm, distid, &["-verify", "key.pub", "-signature", "signature", file])
                };
                assert!(check(distid, "message"));
                assert!(!check(distid, "other"));
                assert_eq!(check("another", "message"), algorithm == Algorithm::Es256, "only SM2 has an identifier");
            }
        }
    }
}

#[test]
fn a_digest_that_is_made_here_is_the_one_that_openssl_signs() {
    // What hardware gets that hashes outside: openssl signs the 32 bytes as they are.
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-digest");
    let key = SigningKey::generate(Algorithm::Es256, &mut ChaCha20Rng::seed_from_u64(6));
    let SigningKey::Es256(key) = key else { panic!("a P-256 key") };
    let suite = shiming::suite::SuiteKey::Es256(key.public_key());
    folder.write("key.pem", key.to_pkcs8_pem().unwrap().as_bytes());
    folder.write("digest", suite.digest(b"message").unwrap());
    assert!(openssl(&folder.0, &["pkeyutl", "-sign", "-inkey", "key.pem", "-in", "digest", "-out", "signature"]));
    let signature = RawSignature::from_raw_or_der(&folder.read("signature")).unwrap();
    assert_eq!(suite.verify_bytes(b"message", &signature).ok(), Some(()));
    assert!(suite.verify_bytes(b"Message", &signature).is_err());
}

const GMSSL: &str = "
import sys
from gmssl import sm2
private, public, message, theirs = sys.argv[1:]
key = sm2.CryptSM2(private_key=private, public_key=public)
message = bytes.fromhex(message)
print(key.verify_with_sm3(theirs, message))
print(key.verify_with_sm3(theirs, message + b'.'))
print(key.sign_with_sm3(message))
";

#[test]
fn gmssl_verifies_what_is_signed_here_and_the_reverse() {
    let Ok(python) = env::var("SHIMING_INTEROP_PYTHON") else {
        println!("note: SHIMING_INTEROP_PYTHON is not set; only the stored vectors of gmssl were checked");
        return;
    };
    // gmssl takes leading digits 0 and 4 of a key for a prefix.
    let plain = |key: &SigningKey| !hex::text(&key.public_key().to_point_bytes()).starts_with(['0', '4']);
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let secret = (1u8..).map(|n| [n; 32]).find(|s| plain(&SigningKey::from_bytes(Algorithm::Sm2, s).unwrap())).unwrap();
    let key = SigningKey::from_bytes(Algorithm::Sm2, &secret).unwrap();
    let fresh = SigningKey::generate(Algorithm::Sm2, &mut rng);
    for message in MESSAGES.into_iter().filter(|message| !message.is_empty()) {
        let (public, ours) = (hex::text(&key.public_key().to_point_bytes()), key.sign(message).unwrap());
        let arguments = ["-c", GMSSL, &hex::text(&secret), &public, &hex::text(message), &hex::text(ours.as_bytes())];
        let output = Command::new(&python).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let [good, bad, theirs] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
        assert_eq!((good, bad), ("True", "False"));
        let theirs = RawSignature::from_bytes(hex::array(theirs));
        assert_eq!(key.public_key().verify(message, &theirs), Ok(()));
        assert_eq!(fresh.public_key().verify(message, &theirs), Err(SignatureError::Invalid));
    }
}
