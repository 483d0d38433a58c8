//! JSON objects: credentials, drafts, prepared credentials, enrolments, wallets, trust bundles, registrations, policies, schemas.

use super::{Facts, conventional, signed};
use crate::{
    issuer::REGISTRATION,
    trust,
    wallet::{WALLET, WALLET_OBJECT, WalletDocument},
    wording,
};
use serde_json::Value;
use shiming::{
    codec::{self, Kind, from_json},
    credential::Credential,
    enrolment::Enrolment,
    issuer::Draft,
    policy::Policy,
    prepared::Prepared,
    registry::{IssuerDocument, TrustBundle, VerifierDocument},
    schema::{Attributes, Schema, Schemas},
    suite::Suite,
    time::UnixTime,
};

/// Explains a JSON object by its `object` field, or by the fields that only its kind has.
pub(super) fn explain(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    Kind::TRUST_BUNDLE.check_size(bytes).map_err(|error| error.to_string())?;
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("not JSON at line {}", error.line()))?;
    let has = |field: &str| value.get(field).is_some();
    match value.get("object").and_then(Value::as_str) {
        Some("shiming-credential/1") => credential(bytes, reveal),
        Some("shiming-draft/1") => draft(bytes, reveal),
        Some("shiming-prepared/1") => prepared(bytes, reveal),
        Some("shiming-enrolment/1") => enrolment(&value, bytes, reveal),
        Some(WALLET_OBJECT) => wallet(&value, bytes, reveal),
        Some(other) => Err(format!("an object of the unknown kind or version {other:?}")),
        None if has("relations") && has("issuers") => bundle(bytes, reveal),
        None if has("paths") => policy(bytes, reveal),
        None if has("slots") => schema(bytes, reveal),
        None if has("service_key") => issuer(bytes, reveal),
        None if has("endpoints") => verifier(bytes, reveal),
        None => Err("JSON, but no object of this program".to_owned()),
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Seconds and the date in China.
pub(super) fn instant(time: UnixTime) -> String {
    let offset = jiff::tz::Offset::constant(8);
    jiff::Timestamp::from_second(time.seconds())
        .map(|at| offset.to_datetime(at).to_string() + " UTC+8")
        .unwrap_or_else(|_| time.seconds().to_string())
}

fn credential_facts(facts: &mut Facts, credential: &Credential) -> Result<(), String> {
    facts.say("schema", credential.attributes().schema().name());
    facts.say("issuer", credential.issuer());
    facts.say("issuer key", credential.key());
    facts.say("suite", credential.suite());
    attributes(facts, credential.attributes());
    conventional::twin(facts, credential.sd_jwt())
}

fn attributes(facts: &mut Facts, attributes: &Attributes) {
    for (slot, value) in attributes.iter() {
        facts.hide(slot.name(), &value);
    }
}

fn draft(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let draft = Draft::from_json(bytes, &Schemas::standard()).map_err(text)?;
    let mut facts = Facts::new(
        "draft",
        "SECRET. A credential that lacks its two signatures; `shiming issuer attach` adds them. It stays with its issuer.",
        reveal,
    );
    facts.say("schema", draft.attributes().schema().name());
    facts.say("issuer", draft.issuer());
    facts.say("issuer key", draft.key());
    facts.say("suite", draft.suite());
    attributes(&mut facts, draft.attributes());
    facts.hide("input of the attributes", codec::to_base64url(draft.tbs().map_err(text)?.as_bytes()));
    facts.hide("input of the SD-JWT", String::from_utf8_lossy(draft.sd_jwt_signing_input()));
    Ok(facts)
}

fn credential(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let credential = Credential::from_json(bytes, &Schemas::standard()).map_err(text)?;
    let mut facts = Facts::new(
        "credential",
        "SECRET. 16 attributes of a person under an issuer's signature, and their twin as SD-JWT; it stays with issuer and holder.",
        reveal,
    );
    credential_facts(&mut facts, &credential)?;
    facts.say("signatures", "not verified here; `shiming holder prepare` and `shiming holder accept` do");
    Ok(facts)
}

fn prepared(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let prepared = Prepared::from_json(bytes, &Schemas::standard()).map_err(text)?;
    let mut facts = Facts::new(
        "prepared credential",
        "SECRET. A credential with the proof that it is signed; with the wallet it answers requests.",
        reveal,
    );
    credential_facts(&mut facts, prepared.credential())?;
    facts.say("relation key", prepared.relation_key());
    Ok(facts)
}

fn enrolment(value: &Value, bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    Enrolment::from_json(bytes).map_err(text)?;
    let field = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let challenge = codec::from_text(Kind::CHALLENGE, field("challenge").as_bytes()).map_err(text)?;
    let mut facts = signed::explain(&challenge, reveal)?;
    facts.kind = "enrolment";
    facts.explanation = "PERSONAL. A wallet's answer to the challenge below: its tag at this issuer, and the proof that it \
        knows the secret behind it.";
    facts.hide("holder tag", field("holder_tag"));
    facts.say("proof", "not verified here; `shiming issuer issue` does");
    Ok(facts)
}

fn wallet(value: &Value, bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let document: WalletDocument = from_json(WALLET, bytes).map_err(text)?;
    let mut facts = Facts::new(
        "wallet",
        "SECRET. The seed of one person's wallet: whoever has it and the prepared credentials is that person.",
        reveal,
    );
    facts.say("version", &document.object);
    facts.hide("seed", value.get("seed").and_then(Value::as_str).unwrap_or_default());
    Ok(facts)
}

fn bundle(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let bundle = TrustBundle::from_json(bytes).map_err(text)?;
    let mut facts = Facts::new("trust bundle", "Whom the owner of this file trusts for what.", reveal);
    facts.say("bundle", trust::describe(&bundle));
    Ok(facts)
}

fn policy(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let policy = Policy::load(bytes, &Schemas::standard()).map_err(text)?;
    let mut facts = Facts::new("policy", "What a verifier wants to be proven.", reveal);
    facts.say("id", policy.id());
    facts.say("asks", wording::clauses(&policy).join("\n"));
    facts.say("paths", policy.document().paths.join(", "));
    Ok(facts)
}

fn schema(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let schema = Schema::load(bytes).map_err(text)?;
    let mut facts = Facts::new("schema", "What the 16 slots of a credential mean.", reveal);
    facts.say("name", schema.name());
    facts.say("id", schema.id());
    facts.say("digest", schema.digest());
    for slot in schema.slots() {
        let required = if slot.is_required() { ", required" } else { "" };
        facts.say(&format!("slot {}", slot.number()), format!("{}: {:?}{required}", slot.name(), slot.encoding()));
    }
    Ok(facts)
}

fn issuer(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let document: IssuerDocument = from_json(REGISTRATION, bytes).map_err(text)?;
    let mut facts = Facts::new("issuer registration", "Public keys of an issuer, for trust bundles.", reveal);
    facts.say("id", &document.id);
    facts.say("name", &document.name);
    for key in &document.keys {
        let schemas: Vec<_> = key.schemas.iter().map(ToString::to_string).collect();
        facts.say("key id", shiming::registry::IssuerKeyId::of(key.suite, &key.key, key.distid.as_ref()));
        facts.say("suite", key.suite);
        if let Some(distid) = &key.distid {
            facts.say("TBS distid", distid.as_str());
        }
        facts.say(
            "possession",
            match (key.suite, &key.possession) {
                (Suite::Native, _) => "needs no proof",
                (_, Some(_)) => "with proof, not verified here; `shiming trust add issuer` does",
                (_, None) => "not proven yet; `shiming issuer register --possession` does it",
            },
        );
        facts.say("may sign", schemas.join(", "));
        facts.say("accepted", format!("{} to {}", instant(key.not_before), instant(key.not_after)));
    }
    Ok(facts)
}

fn verifier(bytes: &[u8], reveal: bool) -> Result<Facts, String> {
    let document: VerifierDocument = from_json(REGISTRATION, bytes).map_err(text)?;
    let purposes: Vec<_> = document.purposes.keys().map(ToString::to_string).collect();
    let mut facts =
        Facts::new("verifier registration", "Public key and addresses of a verifier, for trust bundles.", reveal);
    facts.say("id", &document.id);
    facts.say("name", &document.name);
    facts.say("answers go to", document.endpoints.join("\n"));
    facts.say("may ask", purposes.join(", "));
    Ok(facts)
}
