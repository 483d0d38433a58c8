//! `issuer tbs` and `issuer attach`: the two inputs of a credential go out to be signed, the two signatures come back.

use super::{drafted, keygen::open, openssl, register::read_signature};
use crate::{
    args::{Attach, Tbs},
    error::{Failure, Outcome, Signed},
    keys, object,
    output::Report,
    session::Session,
    state::{self, Readers},
};
use serde_json::json;
use shiming::{
    codec::{Identifier, Kind},
    issuer::Draft,
    registry::TrustError,
    signature::{Distid, PublicKey},
    suite::{Suite, SuiteKey, TbsSignature},
    time::UnixTime,
    trust::Trust,
};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Writes what is to be signed, and the draft that waits for it.
pub(super) fn tbs(session: &Session, wish: &Tbs) -> Outcome<Report> {
    let id = &wish.case.id;
    different_files(wish)?;
    let issuer = open(session, id)?;
    if issuer.signer().is_some_and(|signer| signer.suite() == Suite::Native) {
        return Err(Failure::usage(
            "suite-native",
            format!("the attributes of suite native are signed here only; run `shiming issuer issue --id {id}`"),
        ));
    }
    let trust = keys::trust(session)?;
    let now = session.now();
    let draft = drafted(session, &issuer, &trust, now, &wish.case)?;
    let (key, sd_jwt_key) = verifying(&trust, &draft, now)?;
    let tbs = draft.tbs()?;
    let (tbs_input, sd_jwt_input) = if wish.digest {
        let digests = (key.digest(tbs.as_bytes()), sd_jwt_key.digest(draft.sd_jwt_signing_input()));
        match digests {
            (Some(first), Ok(second)) => (Zeroizing::new(first.to_vec()), Zeroizing::new(second.to_vec())),
            _ => return Err(Failure::usage("suite-native", "this suite has no digests; leave --digest out")),
        }
    } else {
        (Zeroizing::new(tbs.as_bytes().to_vec()), Zeroizing::new(draft.sd_jwt_signing_input().to_vec()))
    };
    state::write(&wish.draft_out, &Zeroizing::new(draft.to_json()?), Readers::Owner)?;
    state::write(&wish.tbs_out, &tbs_input, Readers::Owner)?;
    state::write(&wish.sd_jwt_out, &sd_jwt_input, Readers::Owner)?;
    Ok(next_step(wish, &draft, (&key, &sd_jwt_key)))
}

/// Refuses outputs that would overwrite each other, before a challenge is used up for them.
fn different_files(wish: &Tbs) -> Outcome<()> {
    let outs = [&wish.draft_out, &wish.tbs_out, &wish.sd_jwt_out].map(|path| place(path));
    let [draft, tbs, sd_jwt] = &outs;
    let same = if draft == tbs || draft == sd_jwt { draft } else { tbs };
    if draft == tbs || draft == sd_jwt || tbs == sd_jwt {
        return Err(Failure::usage(
            "same-file",
            format!("{} is named twice; name a file each for the draft and its two inputs", same.display()),
        ));
    }
    Ok(())
}

/// Where a file will be: its directory, which exists or writing fails, and its name.
fn place(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (parent.canonicalize(), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// What verifies the two signatures, by the trust bundle.
fn verifying(trust: &Trust, draft: &Draft, now: UnixTime) -> Outcome<(SuiteKey, PublicKey)> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::rejected("issuer-key", format!("{error}; see `shiming trust show`, then register the key again"))
    };
    let schema = draft.attributes().schema().name();
    let key = trust.bundle().issuer_key(draft.issuer(), draft.key(), schema, now);
    key.map_err(|error: TrustError| failed(&error))?.verifying().map_err(|error| failed(&error))
}

fn next_step(wish: &Tbs, draft: &Draft, (key, sd_jwt_key): (&SuiteKey, &PublicKey)) -> Report {
    let jose = Distid::jose();
    let distid = match key {
        SuiteKey::Sm2Sm3 { distid, .. } => Some(distid),
        _ => None,
    };
    let algorithm = sd_jwt_key.algorithm();
    let commands = [
        openssl::sign(&wish.tbs_out, algorithm, distid.unwrap_or(&jose), wish.digest),
        openssl::sign(&wish.sd_jwt_out, algorithm, &jose, wish.digest),
    ];
    let [first, second] = &commands;
    let under = |distid: &Distid| match draft.suite() {
        Suite::Sm2Sm3 => format!(", under the identifier {}", distid.as_str()),
        _ => String::new(),
    };
    let what = if wish.digest { "digest e, 32 bytes" } else { "input" };
    let text = format!(
        "Draft of a credential in {draft_out} (secret)\n\
         to be signed  {tbs} ({what} of the attributes{tbs_under})\n\
         to be signed  {sd_jwt} ({what} of the SD-JWT{sd_jwt_under})\n\n\
         Sign both in the HSM, or where the private key is a file:\n  {first}\n  {second}\n\
         Next: shiming issuer attach --id {id} --draft {draft_out} --tbs-signature {tbs}.sig --sd-jwt-signature \
         {sd_jwt}.sig --out credential",
        draft_out = wish.draft_out.display(),
        tbs = wish.tbs_out.display(),
        sd_jwt = wish.sd_jwt_out.display(),
        tbs_under = distid.map(under).unwrap_or_default(),
        sd_jwt_under = under(&jose),
        id = wish.case.id,
    );
    let json = json!({
        "issuer": wish.case.id,
        "suite": draft.suite(),
        "key_id": draft.key().to_string(),
        "digest": wish.digest,
        "draft": wish.draft_out,
        "tbs": wish.tbs_out,
        "sd_jwt": wish.sd_jwt_out,
        "distid": distid,
        "sign_with": commands,
    });
    Report::new(text, json)
}

fn read_draft(path: &Path, id: &Identifier, trust: &Trust) -> Outcome<Draft> {
    let bytes = object::read(Kind::DRAFT, path)?;
    let draft = Draft::from_json(&bytes, trust.schemas()).map_err(|error| Failure::file(path, error))?;
    if draft.issuer() == id {
        return Ok(draft);
    }
    let owner = draft.issuer();
    Err(Failure::rejected("other-issuer", format!("the draft is of {owner}, not of {id}; name its own issuer")))
}

/// Checks both signatures and writes the credential.
pub(super) fn attach(session: &Session, wish: &Attach) -> Outcome<Report> {
    let trust = keys::trust(session)?;
    let draft = read_draft(&wish.draft, &wish.id, &trust)?;
    if draft.suite() == Suite::Native {
        return Err(Failure::usage("suite-native", "drafts of suite native are signed by `shiming issuer issue`"));
    }
    let now = session.now();
    verifying(&trust, &draft, now)?;
    let tbs = read_signature(&wish.tbs_signature, Signed::Tbs)?;
    let sd_jwt = read_signature(&wish.sd_jwt_signature, Signed::SdJwt)?;
    let credential = draft.attach(TbsSignature::External(tbs), sd_jwt, &trust, now)?;
    object::write(&wish.out, &Zeroizing::new(credential.to_json()?), Readers::Owner)?;
    Ok(super::issued(&credential, &wish.out))
}
