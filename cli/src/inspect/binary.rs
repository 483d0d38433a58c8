//! Keys and presentations.

use super::Facts;
use crate::keys::VERIFYING_KEY_CAP;
use shiming::{
    codec::Reader,
    keys::{RelationSpec, VerifyingKey, digest_of_file},
};
use std::io::{self, Read, Seek, SeekFrom};

/// A verifying key, linted.
pub(super) fn verifying_key(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let key = read_verifying(bytes)?;
    let mut facts =
        Facts::new("verifying key", "Public. Verifies proofs of one relation; its id is what requests name.", reveal);
    describe(&mut facts, &key);
    Ok(facts)
}

/// A proving key and the verifying key inside.
pub(super) fn proving_key(file: &mut (impl Read + Seek), reveal: bool) -> Result<Facts, String> {
    let failed = |error: io::Error| format!("a proving key: {error}");
    file.seek(SeekFrom::Start(4)).map_err(failed)?;
    let mut length = [0u8; 4];
    file.read_exact(&mut length).map_err(failed)?;
    let length = u32::from_be_bytes(length);
    if length as usize > VERIFYING_KEY_CAP {
        return Err("a proving key with too large a verifying key".to_owned());
    }
    let mut verifying = Vec::new();
    file.take(length.into()).read_to_end(&mut verifying).map_err(failed)?;
    let key = read_verifying(&verifying)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (digest, bytes) = digest_of_file(file).map_err(failed)?;
    let mut facts =
        Facts::new("proving key", "Public. Makes proofs of one relation; trust bundles pin its digest.", reveal);
    describe(&mut facts, &key);
    facts.say("proving key digest", digest);
    facts.say("bytes", bytes);
    Ok(facts)
}

fn read_verifying(bytes: &[u8]) -> Result<VerifyingKey, String> {
    let mut reader = Reader::new(bytes);
    let truncated = |error: shiming::codec::DecodeError| format!("a verifying key that {error}");
    let head: [u8; 8] = reader.array().map_err(truncated)?;
    let [.., length] = head;
    let name = String::from_utf8_lossy(reader.take(length.into()).map_err(truncated)?).into_owned();
    let spec = RelationSpec::named(&name).ok_or(format!("a verifying key of the unknown relation {name:?}"))?;
    VerifyingKey::from_bytes(spec, bytes).map_err(|error| error.to_string())
}

fn describe(facts: &mut Facts, key: &VerifyingKey) {
    let spec = key.spec();
    facts.say("relation", spec.name);
    facts.say("public instances", spec.public);
    facts.say("hidden instances", spec.hidden);
    facts.say("key id", key.id());
    facts.say(
        "origin",
        if key.is_development() { "INSECURE development setup: its maker can forge" } else { "ceremony" },
    );
    facts.say("lint", "every rule holds");
}

/// A presentation, as far as it can be read without its request.
pub(super) fn presentation(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let mut reader = Reader::new(bytes);
    let truncated = |error: shiming::codec::DecodeError| format!("a presentation that {error}");
    let [_, _, version, path, curve]: [u8; 5] = reader.array().map_err(truncated)?;
    if version != 1 {
        return Err(format!("a presentation of the unknown version {version}"));
    }
    let key: [u8; 32] = reader.array().map_err(truncated)?;
    let mut facts = Facts::new(
        "presentation",
        "An answer to one request. Its length and every field follow from that request, and only its verifier can judge it.",
        reveal,
    );
    facts.say("version", version);
    facts.say("path", if path == 0 { "zero knowledge" } else { "unknown" });
    facts.say("curve", curve);
    facts.say("first issuer key", shiming::digest::Digest::from_bytes(key));
    facts.say("bytes", bytes.len());
    Ok(facts)
}
