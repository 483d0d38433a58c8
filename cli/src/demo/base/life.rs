//! The life of a verified status: reviews, renewal, a full redo, a lost wallet.

use super::{
    bureau::{Bureau, Issued, PAYMENT},
    failed,
    measures::ALL,
    ordinary::{Held, begin},
    people,
    rows::{Rows, short},
    walk::Walk,
};
use crate::error::Outcome;
use shiming::{
    evidence::EvidenceKind as K,
    issuer::person,
    proofing::{Path, Stage},
    standing::{Event, Phase, Refusal, Standing, StatusValue, tag_digest},
    time::UnixTime,
    wallet::Wallet,
};

const DAY: i64 = 86_400;

/// Plays it; each story begins with the status as it was issued.
pub(super) fn play(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    rows.group("life cycle");
    reviews(held, rows)?;
    renewal(bureau, held, rows)?;
    redo(bureau, held, rows)?;
    lost_wallet(bureau, rows)
}

fn reviews(held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase as P, StatusValue as S};
    // Days are China's, so the hour of the issue does not matter.
    let on = |day: i64| held.status.at(held.after(day * DAY)).map_err(failed);
    rows.status(("day 179 after Li Na's verification", "8.1"), &on(179)?, (P::Active, S::Valid, ALL), "")?;
    rows.status(("  day 180: the review is due", "8.1"), &on(180)?, (P::ReviewDue, S::Valid, ALL), "")?;
    let lapsed = on(210)?;
    rows.status(("  day 210: nobody came", "8.1"), &lapsed, (P::Lapsed, S::Suspended, &[]), "")?;
    let at = lapsed.now();
    let refused = lapsed.apply(&review(held, at, 9_950)?, at);
    rows.status_refuses(("  she wants a review now", "8.5"), &lapsed, at, refused, &Refusal::FullRedo)?;
    let redo = lapsed.apply(&Event::redo_begun(), at).map_err(failed)?;
    rows.status(("  she begins the whole proofing again", "8.5"), &redo, (P::Resetting, S::Invalid, &[]), "")
}

/// Registry and face, of the session of her case.
fn review(held: &Held<'_>, at: UnixTime, similarity: u16) -> Outcome<Event> {
    let population = held.walk.evidence(K::Population, at, |_| {})?;
    let face = held.walk.evidence(K::Face, at, |said| said.similarity_bp = Some(similarity))?;
    Ok(Event::reviewed(&[population, face], *held.status.tag()))
}

/// A review in the grace period: a new credential, the same tag and pseudonym.
fn renewal(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase as P, StatusValue as S};
    let at = held.after(185 * DAY);
    let due = held.status.at(at).map_err(failed)?;
    let unlike = due.apply(&review(held, at, 9_799)?, at);
    let what = ("day 185: the review, with a face 9,799 alike", "8.1");
    rows.status_refuses(what, &due, at, unlike, &Refusal::Similarity(9_799))?;
    let renewed = due.apply(&review(held, at, 9_950)?, at).map_err(failed)?;
    let told = old_credential(&renewed);
    rows.status(("  with registry and face: renewed", "8.1"), &renewed, (P::Active, S::Valid, ALL), &told)?;
    let credential = bureau.renew(held.prepared.credential(), &held.wallet, held.walk.session.case(), at)?;
    let prepared = bureau.prepare(&held.wallet, credential, at)?;
    let (pending, verdict) = bureau.present((&bureau.wechat, PAYMENT), &held.wallet, &prepared, at)?;
    let pseudonym = rows.accepted(("  she pays with the renewed credential", "8.1"), at, &verdict)?;
    let same = (pseudonym == held.pseudonym, true);
    rows.compared(("  her pseudonym at the platform", "8.1"), at, same, &both(&held.pseudonym, &pseudonym))?;
    let record = held.record.renewed(&verdict, pending.request()).map_err(failed)?;
    let moved = record.reverify_by() > held.record.reverify_by();
    let told = format!("proved until {}", record.reverify_by());
    let row = (if moved { "renewed" } else { "as it was" }.to_owned(), "renewed");
    rows.found(("  the platform's record", "4.5, 8.1"), at, row, (told, None))
}

/// What the credential before the current one is worth.
fn old_credential(status: &Standing) -> String {
    let before = status.issue().saturating_sub(1);
    let worth = status.status(before).map_or_else(String::new, |value| format!("{value:?}").to_lowercase());
    format!("the one before is {worth}")
}

/// Two pseudonyms or tags, before and after.
fn both(before: &str, after: &str) -> String {
    format!("{}, now {}", short(before), short(after))
}

/// A portrait that is not like her: revoked, and everything again from the first stage.
fn redo(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase as P, StatusValue as S};
    let at = held.after(40 * DAY);
    let portrait = |bp| held.walk.evidence(K::Portrait, at, |said| said.similarity_bp = Some(bp));
    let fine = held.status.apply(&Event::triggered(portrait(7_000)?), at);
    let what = ("her portrait is 7,000 of 10,000 like her face", "8.2");
    rows.status_refuses(what, &held.status.at(at).map_err(failed)?, at, fine, &Refusal::NoTrigger(K::Portrait))?;
    let reset = held.status.apply(&Event::triggered(portrait(6_999)?), at).map_err(failed)?;
    rows.status(("her portrait is 6,999 of 10,000 like her face", "8.2"), &reset, (P::Resetting, S::Invalid, &[]), "")?;
    for (kind, what, source) in [
        (K::Appearance, "her features have changed", "8.3"),
        (K::DeviceCluster, "her account is used from a cluster of devices", "8.4"),
    ] {
        let failing = held.walk.evidence(kind, at, |said| said.result = shiming::evidence::Outcome::Fail)?;
        let reset = held.status.apply(&Event::triggered(failing), at).map_err(failed)?;
        rows.status((what, source), &reset, (P::Resetting, S::Invalid, &[]), "")?;
    }
    let again = at.plus(DAY);
    let mut walk = fresh(bureau, held, again)?;
    let old = held.walk.evidence(K::Population, again, |_| {})?;
    let refused = walk.try_event(&shiming::proofing::Event::Evidence { evidence: old })?;
    let what = ("  the redo with evidence of the old session", "8.5");
    rows.case_refuses(what, &walk, refused, &shiming::proofing::Refusal::OtherSubject)?;
    walk.pass(&[K::Population, K::BankCard, K::Face])?;
    rows.case("  the redo with fresh evidence, from the first stage", "8.5", &walk, Stage::FaceEnrolled)?;
    let Issued { issuance, .. } = bureau.issue(&mut walk, &held.wallet)?;
    let active = reset.apply(&Event::issued(issuance), walk.at).map_err(failed)?;
    let told = old_credential(&active);
    rows.status(("  issued again to the same wallet", "8.5"), &active, (P::Active, S::Valid, ALL), &told)?;
    let same = (active.tag() == held.status.tag(), true);
    rows.compared(
        ("  her holder tag, and so every pseudonym", "8.5"),
        walk.at,
        same,
        &both(&held.status.tag().to_string(), &active.tag().to_string()),
    )
}

/// Another session of her case.
fn fresh<'a>(bureau: &'a Bureau, held: &Held<'a>, at: UnixTime) -> Outcome<Walk<'a>> {
    let (rules, person) = (bureau.rules.clone(), held.walk.person);
    Walk::open_under(bureau, rules, person, held.walk.session.case().as_str(), Path::Ordinary, at)
}

/// A lost wallet: revoked first, then its tag replaced in the ledger, then everything again.
fn lost_wallet(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    use {Phase as P, StatusValue as S};
    let subject = people::chen_jing(bureau.world.today)?;
    let path = [K::Population, K::BankCard, K::Face];
    let mut walk = Walk::open(bureau, &subject, "case-chen-jing", Path::Ordinary)?;
    walk.pass(&path)?;
    let (lost, new) = (Wallet::generate(&mut bureau.world.rng()), Wallet::generate(&mut bureau.world.rng()));
    let Issued { credential, issuance } = bureau.issue(&mut walk, &lost)?;
    let status = begin(&issuance, walk.at)?;
    let prepared = bureau.prepare(&lost, credential, walk.at)?;
    let (_, verdict) = bureau.present((&bureau.wechat, PAYMENT), &lost, &prepared, walk.at)?;
    let before = rows.accepted(("陈静 Chen Jing, 27, pays", "7.1"), walk.at, &verdict)?;

    let at = walk.at.plus(50 * DAY);
    let status = status.apply(&Event::wallet_lost(), at).map_err(failed)?;
    rows.status(("  she has lost her phone", "8.5"), &status, (P::Resetting, S::Invalid, &[]), "")?;
    let second = bureau.second_wallet(prepared.credential(), &new, at)?;
    rows.coded(("  a new wallet without a record of that", "0.5"), at, second, "person-has-another-tag")?;
    let issuer = bureau.issuer().as_str();
    let tags = (&lost.holder_tag(issuer), &new.holder_tag(issuer));
    let name = person(Some(subject.document_type.code()), &subject.number).map_err(failed)?;
    let change = status.replace_tag(&bureau.world.authority.tags, &name, tags).map_err(failed)?;
    let status = status.apply(&change, at.plus(60)).map_err(failed)?;
    let recorded = if *status.tag() == tag_digest(tags.1) { "the new wallet" } else { "another wallet" };
    let told = format!("the tag is that of {recorded}");
    rows.status(("  the change of her tag is recorded", "8.5"), &status, (P::Resetting, S::Invalid, &[]), &told)?;
    let found = bureau.second_wallet(prepared.credential(), &lost, at.plus(60))?;
    rows.coded(("  who found the phone asks for a credential", "0.5"), at, found, "person-has-another-tag")?;

    let mut walk =
        Walk::open_under(bureau, bureau.rules.clone(), &subject, "case-chen-jing", Path::Ordinary, at.plus(120))?;
    walk.pass(&path)?;
    let Issued { credential, issuance } = bureau.issue(&mut walk, &new)?;
    let status = status.apply(&Event::issued(issuance), walk.at).map_err(failed)?;
    let told = old_credential(&status);
    rows.status(("  the whole proofing again, to the new wallet", "8.5"), &status, (P::Active, S::Valid, ALL), &told)?;
    let prepared = bureau.prepare(&new, credential, walk.at)?;
    let (_, verdict) = bureau.present((&bureau.wechat, PAYMENT), &new, &prepared, walk.at)?;
    let after = rows.accepted(("  she pays with the new wallet", "7.1"), walk.at, &verdict)?;
    rows.compared(("  her pseudonym at the platform", "8.5"), walk.at, (after == before, false), &both(&before, &after))
}
