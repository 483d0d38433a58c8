//! Evidence that no case gets to see, and what issuers ask for besides.

use super::{bureau::Bureau, failed, people, rows::Rows, walk::Walk};
use crate::{demo::world::id, error::Outcome};
use shiming::{
    codec::Identifier,
    evidence::{EvidenceError, EvidenceKind as K, Method, SignedAttestation},
    jws::JwsError,
    proofing::{Event, Path, ProofingRules, Refusal, Stage, Subject},
    time::UnixTime,
};

/// Plays refused evidence, then the settings.
pub(super) fn play(bureau: &Bureau, rows: &mut Rows) -> Outcome<()> {
    let zhang = people::zhang_wei(bureau.world.today, 3_000)?;
    rows.group("evidence");
    refused(bureau, rows, &zhang)?;
    timed_out(bureau, rows, &zhang)?;
    rows.group("settings of issuers");
    settings(bureau, rows, &zhang)
}

fn refused(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = Walk::open(bureau, person, "case-zhang-wei", Path::Ordinary)?;
    walk.pass(&[K::Population])?;
    let at = walk.at.plus(60);
    let mut not_taken = |what: &str, source, now: UnixTime, signed: &SignedAttestation, expected: EvidenceError| {
        let (found, possible) = (walk.check(signed, now), walk.possible()?);
        rows.refused((what, source), now, found, &expected, Some(possible))
    };
    let sources = &bureau.sources;
    let card = walk.says(K::BankCard, at);

    let forged = sources.sign_as("unionpay", "carrier", &card)?;
    let expected = EvidenceError::Signed(JwsError::Signature);
    not_taken("张伟 Zhang Wei, 41: a card that another source signed in its name", "1.4", at, &forged, expected)?;
    let unknown = sources.sign_as("somebody", "unionpay", &card)?;
    not_taken("  a source that is not registered", "1.4", at, &unknown, EvidenceError::UnknownSource(id("somebody")?))?;
    let other = sources.sign_as("carrier", "carrier", &card)?;
    let source_id: Identifier = id("carrier")?;
    let expected = EvidenceError::NotAuthorised { source_id, kind: K::BankCard };
    not_taken("  a carrier that attests a card", "1.4", at, &other, expected)?;
    let elsewhere = Walk::open(bureau, person, "case-zhang-wei", Path::Ordinary)?.says(K::BankCard, at);
    let elsewhere = sources.sign(&elsewhere)?;
    not_taken("  a card of another attempt of his", "2.1", at, &elsewhere, EvidenceError::OtherSubject)?;
    let signed = sources.sign(&card)?;
    let late = at.plus(301);
    not_taken(
        "  four elements that were matched 301 seconds ago",
        "2.8",
        late,
        &signed,
        EvidenceError::Stale(K::BankCard),
    )?;
    let evidence = walk.check(&signed, at.plus(300)).map_err(failed)?;
    walk.at = at.plus(300);
    walk.event(&Event::Evidence { evidence: evidence.clone() })?;
    rows.case("  four elements that were matched 300 seconds ago", "2.8", &walk, Stage::CardBound)?;
    let twice = walk.try_event(&Event::Evidence { evidence })?;
    rows.case_refuses(("  the same attestation again", "2.1"), &walk, twice, &Refusal::Repeated(K::BankCard))
}

/// Evidence is kept for 72 hours, so no case takes longer.
fn timed_out(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let mut walk = Walk::open(bureau, person, "case-zhang-wei", Path::Ordinary)?;
    walk.pass(&[K::Population, K::BankCard, K::Face])?;
    walk.at = walk.case()?.opened_at().plus(72 * 3_600);
    walk.event(&Event::Looked)?;
    rows.case("a case that was not issued for 72 h", "4.7", &walk, Stage::FaceEnrolled)?;
    walk.at = walk.at.plus(1);
    walk.event(&Event::Looked)?;
    rows.case("  and a second", "4.7", &walk, Stage::Closed)
}

/// What the card stage takes for some platforms, how a face is captured, and what weighs too little.
fn settings(bureau: &Bureau, rows: &mut Rows, person: &Subject) -> Outcome<()> {
    let cases = [
        ("as Alipay asks: the billing address of his card", "2.7", ProofingRules::alipay(), K::BillingAddress),
        ("as WeChat asks: a credit bureau knows him", "2.8", ProofingRules::wechat(), K::CreditBureau),
        ("as UnionPay asks: the chip of his card", "2.9", ProofingRules::unionpay(), K::CardChip),
    ];
    let (case, now) = ("case-zhang-wei", bureau.world.now);
    for (what, source, rules, kind) in cases {
        let mut walk = Walk::open_under(bureau, rules, person, case, Path::Ordinary, now)?;
        walk.pass(&[K::Population, K::BankCard])?;
        rows.case(&format!("{what}; not yet"), source, &walk, Stage::IdVerified)?;
        walk.pass(&[kind])?;
        rows.case("  there it is", source, &walk, Stage::CardBound)?;
    }
    let rules = ProofingRules { three_dimensional_face: true, ..bureau.rules.clone() };
    let mut walk = Walk::open_under(bureau, rules, person, case, Path::Ordinary, now)?;
    walk.pass(&[K::Population, K::BankCard])?;
    let flat = walk.clone().try_give(K::Face, |said| said.method = Some(Method::Rgb))?;
    let what = ("structured light alone: a face from a colour camera", "1.10");
    rows.case_refuses(what, &walk, flat, &Refusal::Method)?;
    walk.pass(&[K::Face])?;
    rows.case("  his face in structured light", "1.10", &walk, Stage::FaceEnrolled)?;

    let mut rules = bureau.rules.clone();
    rules.weights.threshold = 801;
    let mut walk = Walk::open_under(bureau, rules, person, case, Path::Ordinary, now)?;
    walk.pass(&[K::Population, K::BankCard, K::Face])?;
    rows.case("a threshold of 801 thousandths, his three stages weigh 800", "2.5", &walk, Stage::ManualReview)
}
