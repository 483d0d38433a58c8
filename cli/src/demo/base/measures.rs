//! After the issue: an expired document, an inconsistency, a suspicious transaction.

use super::{bureau::Bureau, failed, ordinary::Held, rows::Rows};
use crate::error::Outcome;
use shiming::{
    digest::Digest,
    evidence::{EvidenceKind as K, Fact, Outcome as Found},
    one_time_password::{OneTimePasswordError, OneTimePasswordSecret, OneTimePasswordState},
    standing::{Capability, ConfirmedTransaction, Event, FREEZE_SECONDS, Phase, Refusal, StatusValue},
};

const DAY: i64 = 86_400;
/// What the holder may do while nothing is wrong.
pub(super) const ALL: &[Capability] = &Capability::ALL;

/// Plays the three measures, each on the status as it was issued.
pub(super) fn play(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    rows.group("measures");
    document(held, rows)?;
    inconsistency(held, rows)?;
    suspicion(bureau, held, rows)
}

/// The last day of the document has passed.
fn document(held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase::Active, StatusValue as S};
    let at = held.after(10 * DAY);
    let status = held.status.apply(&Event::document_expired(), at).map_err(failed)?;
    let remind_on = status.measures().document().ok_or_else(|| failed("no measure"))?.remind_on();
    let told = format!("reminder to have it reissued on {remind_on}");
    let row = ("Li Na's document expires", "3.8");
    rows.status(row, &status, (Active, S::Suspended, &[Capability::Receive]), &told)?;
    let again = at.plus(DAY);
    let old = held.walk.evidence(K::Population, again, |said| said.document_valid_until = Bureau::date(at).ok())?;
    let refused = status.apply(&Event::document_renewed(old), again);
    rows.status_refuses(
        ("  the registry still has the old one", "3.8"),
        &status,
        again,
        refused,
        &Refusal::DocumentExpired,
    )?;
    let until = Bureau::date(again)?.plus_days(7_300).map_err(failed)?;
    let digest = held.walk.digest(Fact::DocumentValidUntil, &until.to_u32().to_string());
    let renewed = held.walk.evidence(K::Population, again, |said| {
        said.document_valid_until = Some(until);
        said.digests.insert(Fact::DocumentValidUntil, digest);
    })?;
    let status = status.apply(&Event::document_renewed(renewed), again).map_err(failed)?;
    rows.status(("  the registry has her new document", "3.8"), &status, (Active, S::Valid, ALL), "")
}

/// Frozen within 72 hours, lifted by a branch alone.
fn inconsistency(held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase::Active, StatusValue as S};
    let at = held.after(20 * DAY);
    let found = held.status.apply(&Event::inconsistency_found(), at).map_err(failed)?;
    let deadline = found.measures().freeze().ok_or_else(|| failed("no freeze"))?.deadline();
    let told = format!("freezes itself on {}, after {} h", Bureau::date(deadline)?, deadline.seconds_since(at) / 3_600);
    rows.status(("her data is found inconsistent", "3.9"), &found, (Active, S::Valid, ALL), &told)?;
    let frozen = found.apply(&Event::frozen(), at.plus(60)).map_err(failed)?;
    rows.status(("  frozen by the issuer at once", "3.9"), &frozen, (Active, S::Suspended, &[]), "")?;
    let waited = found.at(at.plus(FREEZE_SECONDS - 1)).map_err(failed)?;
    rows.status(("  nobody acts: a second before 72 h", "3.9"), &waited, (Active, S::Valid, ALL), "")?;
    let overdue = waited.at(deadline).map_err(failed)?;
    rows.status(("  nobody acts: 72 h", "3.9"), &overdue, (Active, S::Suspended, &[]), "")?;
    let later = deadline.plus(DAY);
    let face = held.walk.evidence(K::Face, later, |_| {})?;
    let refused = overdue.apply(&Event::seen_at_branch(face), later);
    let what = ("  she shows her face to the app", "3.9");
    rows.status_refuses(what, &overdue, later, refused, &Refusal::WrongKind(K::Face))?;
    let branch = held.walk.evidence(K::Branch, later, |_| {})?;
    let lifted = overdue.apply(&Event::seen_at_branch(branch), later).map_err(failed)?;
    rows.status(("  a branch sees her and her documents", "3.9"), &lifted, (Active, S::Valid, ALL), "")
}

/// Receiving is limited until the one-time password of that transaction.
fn suspicion(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase::Active, StatusValue as S};
    const SENDING: &[Capability] = &[Capability::Present, Capability::Transfer];
    let at = held.after(30 * DAY);
    let (transaction, other) = (Digest::of(b"demo", &[b"transaction 1"]), Digest::of(b"demo", &[b"transaction 2"]));
    let suspected = held.walk.evidence(K::Transaction, at, |said| {
        (said.result, said.about) = (Found::Fail, Some(transaction));
    })?;
    let status = held.status.apply(&Event::transaction_suspected(suspected), at).map_err(failed)?;
    let told = format!("{} to be settled", status.measures().suspicious().len());
    rows.status(("a transaction is suspicious", "3.10"), &status, (Active, S::Valid, SENDING), &told)?;

    let secret = OneTimePasswordSecret::generate(&mut bureau.world.rng());
    let now = at.plus(60);
    let code = |of: &Digest| -> Outcome<String> {
        let codes = secret.for_transaction(of.as_bytes()).map_err(failed)?;
        Ok(codes.code(now).map_err(failed)?.to_string())
    };
    let (wrong, right) = (code(&other)?, code(&transaction)?);
    let judged =
        |code: &str, state: &OneTimePasswordState| ConfirmedTransaction::judge(&secret, transaction, code, now, state);
    let refused = judged(&wrong, &OneTimePasswordState::default());
    let what = ("  she enters the code of another transaction", "3.10");
    let able = status.at(now).map_err(failed)?;
    let able = ALL.iter().filter(|can| able.can(**can)).map(|can| format!("{can:?}").to_lowercase()).collect();
    rows.refused(what, now, refused.outcome, &OneTimePasswordError::Wrong, Some(able))?;
    let confirmed = judged(&right, &refused.state).outcome.map_err(failed)?;
    let status = status.apply(&Event::transaction_confirmed(confirmed), now).map_err(failed)?;
    rows.status(("  she enters the code of this transaction", "3.10"), &status, (Active, S::Valid, ALL), "")
}
