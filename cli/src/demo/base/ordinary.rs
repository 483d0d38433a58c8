//! The ordinary case: three stages, a credential, a platform that gets a status and no more.

use super::{
    bureau::{Bureau, Issued, PAYMENT},
    failed, people,
    rows::Rows,
    walk::Walk,
};
use crate::error::Outcome;
use shiming::{
    custody::{PlatformRecord, RecordStatus},
    evidence::{EvidenceKind as K, Outcome as Found},
    prepared::Prepared,
    proofing::{Path, Refusal, Stage, Subject},
    standing::{Issuance, Standing, StandingRules},
    time::UnixTime,
    verifier::PendingRequest,
    wallet::Wallet,
};

/// What Li Na has in the end.
pub(super) struct Held<'a> {
    /// Her case, whose session all later evidence is of.
    pub(super) walk: Walk<'a>,
    /// Her wallet.
    pub(super) wallet: Wallet,
    /// Her credential.
    pub(super) prepared: Prepared,
    /// Her verified status.
    pub(super) status: Standing,
    /// Her pseudonym at the platform.
    pub(super) pseudonym: String,
    /// What the platform keeps of her.
    pub(super) record: PlatformRecord,
    /// The platform's request.
    pub(super) pending: PendingRequest,
    /// Her answer.
    pub(super) answer: Vec<u8>,
}

impl Held<'_> {
    /// So many seconds after the issue.
    pub(super) fn after(&self, seconds: i64) -> UnixTime {
        self.walk.at.plus(seconds)
    }
}

/// Plays it.
pub(super) fn play<'a>(bureau: &'a Bureau, rows: &mut Rows, person: &'a Subject) -> Outcome<Held<'a>> {
    rows.group("ordinary case");
    let mut walk = Walk::open(bureau, person, "case-li-na", Path::Ordinary)?;
    rows.case("李娜 Li Na, 34, opens a case", "2.1", &walk, Stage::Started)?;
    let early = walk.clone().try_give(K::Face, |_| {})?;
    let out_of_order = Refusal::OutOfOrder { kind: K::Face, stage: Stage::Started };
    rows.case_refuses(("she shows her face before her document", "2.1"), &walk, early, &out_of_order)?;
    walk.pass(&[K::Population])?;
    rows.case("the population registry finds name, number and photograph together", "2.2", &walk, Stage::IdVerified)?;
    walk.pass(&[K::BankCard])?;
    rows.case("the card network matches four elements of a card in her name", "2.3", &walk, Stage::CardBound)?;
    walk.pass(&[K::Face])?;
    rows.case("her living face, 9,950 of 10,000 alike", "2.4", &walk, Stage::FaceEnrolled)?;

    let approved = walk.approve()?.map_err(failed)?;
    let class = approved.class().map_or(0, |class| class.code());
    let told = format!("{} external channels, account class {class}", approved.channels());
    let possible = walk.possible()?;
    let row = ("approved".to_owned(), "approved");
    rows.found(("her data is what the sources attest", "0.4, 2.5"), walk.at, row, (told, Some(possible)))?;

    let wallet = Wallet::generate(&mut bureau.world.rng());
    let Issued { credential, issuance } = bureau.issue(&mut walk, &wallet)?;
    rows.case("her wallet is enrolled in the case, the credential signed", "2.1", &walk, Stage::Issued)?;
    let again = walk.clone().try_give(K::Device, |said| said.result = Found::Pass)?;
    rows.case_refuses(("evidence after the issue", "2.1"), &walk, again, &Refusal::Final(Stage::Issued))?;
    rows.compared(
        ("the log of the case, read again", "2.1"),
        walk.at,
        (walk.replays()?, true),
        &format!("{} lines lead to the same case", walk.file.split(|byte| *byte == b'\n').count() - 1),
    )?;
    let status = begin(&issuance, walk.at)?;

    let prepared = bureau.prepare(&wallet, credential, walk.at)?;
    let pending = bureau.ask(&bureau.wechat, PAYMENT, walk.at)?;
    let answer = bureau.world.answer(&wallet, &[&prepared], &pending)?;
    let verdict = bureau.judge(&bureau.wechat, &pending, &answer, walk.at)?;
    let pseudonym = rows.accepted(("she pays at a platform, in zero knowledge", "6.2, 7.1"), walk.at, &verdict)?;
    let record = PlatformRecord::of(&verdict, pending.request(), RecordStatus::Valid).map_err(failed)?;
    let kept = String::from_utf8(record.to_json().map_err(failed)?).map_err(failed)?;
    let hidden = [&person.name, &person.number].iter().all(|text| !kept.contains(text.as_str()));
    let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&kept).map_err(failed)?;
    let told: Vec<&str> = members.keys().map(String::as_str).collect();
    let outcome = if hidden { "status only" } else { "a name or number" };
    let row = (outcome.to_owned(), "status only");
    rows.found(("what the platform keeps of her", "4.5"), walk.at, row, (told.join(", "), None))?;
    Ok(Held { walk, wallet, prepared, status, pseudonym, record, pending, answer })
}

/// The status that an issue begins.
pub(super) fn begin(issuance: &Issuance, at: UnixTime) -> Outcome<Standing> {
    Standing::begin(issuance, StandingRules::default(), at).map_err(failed)
}

/// Li Na.
pub(super) fn person(bureau: &Bureau) -> Outcome<Subject> {
    people::li_na(bureau.world.today)
}
