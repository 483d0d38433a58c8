//! SD-JWTs: the twin of a credential, and answers on the conventional path. Names of claims are shown, values only on demand.

use super::{Facts, json::instant};
use serde_json::{Map, Value};
use shiming::{
    codec::Reader,
    conventional::sd_jwt::{KeyBoundSdJwt, SdJwt},
    presentation::path_of,
    registry::IssuerKeyId,
    time::UnixTime,
};

/// What every SD-JWT of a credential says.
pub(super) fn twin(facts: &mut Facts, sd_jwt: &SdJwt) -> Result<(), String> {
    let claims = sd_jwt.unverified_claims().map_err(|error| error.to_string())?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("missing").to_owned();
    facts.say("SD-JWT type", text("vct"));
    facts.say("SD-JWT issuer", text("iss"));
    let key = sd_jwt.key_id().and_then(|kid| IssuerKeyId::parse(kid).ok());
    facts.say("SD-JWT key id", key.map_or_else(|| "missing".to_owned(), |key| key.to_string()));
    facts.say("SD-JWT valid", format!("{} to {}", time(&claims, "nbf"), time(&claims, "exp")));
    facts.say("SD-JWT hash", text("_sd_alg"));
    let signed = claims.get("_sd").and_then(Value::as_array).map_or(0, Vec::len);
    let here = sd_jwt.disclosures().len();
    facts.say("SD-JWT claims", format!("{here} disclosed here of {signed} signed, decoys included"));
    // The same in every answer with this credential, so it names its holder.
    let key = claims.get("cnf").map_or_else(|| "missing".to_owned(), Value::to_string);
    facts.hide("binding key", key);
    Ok(())
}

fn time(claims: &Map<String, Value>, name: &str) -> String {
    let seconds = claims.get(name).and_then(Value::as_i64);
    seconds.map_or_else(|| "missing".to_owned(), |seconds| instant(UnixTime::from_seconds(seconds)))
}

/// An answer on the conventional path, as far as it can be read without its request: the SD-JWTs, then whatever proof follows.
pub(super) fn answer(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    path_of(bytes).map_err(|error| text(&error))?;
    let mut facts = Facts::new(
        "conventional answer",
        "PERSONAL. An answer to one request that discloses the attributes below; only its verifier can judge it.",
        reveal,
    );
    let mut reader = Reader::new(bytes);
    let header: [u8; 5] = reader.array().map_err(|error| text(&error))?;
    facts.say("path", "conventional");
    facts.say("curve", header.last().copied().unwrap_or_default());
    let mut rest = reader;
    let mut number = 0;
    // The request says how many there are. A proof does not begin like one more.
    while let Some((bound, behind)) = next(rest.clone()) {
        number += 1;
        facts.group = format!("{number}. ");
        twin(&mut facts, bound.sd_jwt())?;
        for disclosure in bound.sd_jwt().disclosures() {
            facts.hide(&format!("claim {}", disclosure.name()), disclosure.value());
        }
        binding(&mut facts, &bound)?;
        rest = behind;
    }
    facts.group.clear();
    if number == 0 {
        return Err("an answer on the conventional path without an SD-JWT".to_owned());
    }
    facts.say(
        "proof",
        match rest.remaining() {
            0 => "none: no pseudonym".to_owned(),
            length => format!("{length} bytes: one holder is behind every holder_tag and the pseudonym"),
        },
    );
    facts.say("bytes", bytes.len());
    facts.say("signatures", "not verified here; `shiming verifier verify` does");
    Ok(facts)
}

/// The next SD-JWT with key binding, and what follows it.
fn next(mut reader: Reader<'_>) -> Option<(KeyBoundSdJwt, Reader<'_>)> {
    let length = u32::from_be_bytes(reader.array().ok()?);
    let text = reader.take(usize::try_from(length).ok()?).ok()?;
    let bound = KeyBoundSdJwt::parse(std::str::from_utf8(text).ok()?).ok()?;
    Some((bound, reader))
}

/// To whom and when the holder answered.
fn binding(facts: &mut Facts, bound: &KeyBoundSdJwt) -> Result<(), String> {
    let claims = bound.unverified_binding_claims().map_err(|error| error.to_string())?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("missing").to_owned();
    facts.say("bound to audience", text("aud"));
    facts.say("bound to nonce", text("nonce"));
    facts.say("bound to request", text("request"));
    facts.say("bound at", time(&claims, "iat"));
    Ok(())
}
