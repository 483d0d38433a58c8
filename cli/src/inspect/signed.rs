//! JSON Web Signatures: requests, challenges, trust bundles. Nothing is verified here, and the output says so.

use super::{Facts, json};
use crate::{trust, wording};
use shiming::{
    codec::{Kind, from_json},
    enrolment::{CHALLENGE_TYPE, SignedChallenge},
    jws::Jws,
    policy::Policy,
    registry::{BUNDLE_TYPE, TrustBundle},
    request::{REQUEST_TYPE, Request, SignedRequest},
    schema::Schemas,
    time::UnixTime,
};

/// Explains a JWS by its type.
pub(super) fn explain(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let jws = Jws::from_bytes(Kind::TRUST_BUNDLE, bytes).map_err(|error| error.to_string())?;
    let mut facts = match jws.object_type() {
        REQUEST_TYPE => request(bytes, jws.unverified_payload(), reveal)?,
        CHALLENGE_TYPE => challenge(bytes, reveal)?,
        BUNDLE_TYPE => {
            let bundle = TrustBundle::from_json(jws.unverified_payload()).map_err(|error| error.to_string())?;
            let mut facts = Facts::new("signed trust bundle", "Whom its root trusts for what.", reveal);
            facts.say("bundle", trust::describe(&bundle));
            facts
        }
        other => return Err(format!("a signed object of the unknown type {other:?}")),
    };
    facts.say("signed as", jws.key_id());
    facts.say("signature", "not verified here; the receiving command verifies it against the trust bundle");
    Ok(facts)
}

fn request(bytes: &[u8], payload: &[u8], reveal: bool) -> Result<Facts, String> {
    let signed = SignedRequest::from_bytes(bytes).map_err(|error| error.to_string())?;
    let content: Request = from_json(Kind::REQUEST, payload).map_err(|error| error.to_string())?;
    let mut facts =
        Facts::new("request", "A verifier asks for an answer under a policy, once, in a short time.", reveal);
    facts.say("audience", &content.audience);
    facts.say("policy", &content.policy.id);
    match Policy::from_document(content.policy, &Schemas::standard()) {
        Ok(policy) => facts.say("asks", wording::clauses(&policy).join("\n")),
        Err(error) => facts.say("asks", format!("an invalid policy: {error}")),
    }
    facts.say("today", content.today);
    facts.say("answers go to", content.response_endpoint);
    facts.say("valid", window(content.created_at, content.expires_at));
    facts.say("status epoch", content.status_epoch);
    facts.say("digest", signed.digest());
    Ok(facts)
}

fn challenge(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let signed = SignedChallenge::from_bytes(bytes).map_err(|error| error.to_string())?;
    let content = signed.challenge();
    let mut facts = Facts::new("challenge", "An issuer asks a wallet to prove that it holds its secret.", reveal);
    facts.say("issuer", &content.issuer);
    facts.say("case", &content.case);
    facts.say("valid", window(content.created_at, content.expires_at));
    Ok(facts)
}

fn window(from: UnixTime, until: UnixTime) -> String {
    format!("{} to {}", json::instant(from), json::instant(until))
}
