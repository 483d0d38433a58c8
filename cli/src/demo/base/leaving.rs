//! The way out through five gates, and the purge of evidence after 72 hours.

use super::{bureau::Bureau, failed, ordinary::Held, rows::Rows};
use crate::{demo::world::id, error::Outcome};
use shiming::{
    custody::{
        AuditState, MemoryEvidence, PURGE_AFTER_SECONDS, PurgeLog, Purger, RecordError, RecordStatus, SealError,
        SealSecretKey, SealedEvidence, audit, store_evidence,
    },
    evidence::EvidenceKind as K,
    signature::{Algorithm, SigningKey},
    standing::{Event, HolderProof, Phase, Refusal, StatusValue},
    time::UnixTime,
};

const DAY: i64 = 86_400;
/// The issuer's case for leaving.
const LEAVE: &str = "leave-li-na";

/// Plays both; gives the log of receipts.
pub(super) fn play(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<Vec<u8>> {
    rows.group("leaving");
    cancellation(bureau, held, rows)?;
    rows.group("custody");
    purge(bureau, held, rows)
}

/// The wallet answers a challenge of the issuer for this cancellation.
fn holder(bureau: &Bureau, held: &Held<'_>, at: UnixTime) -> Outcome<HolderProof> {
    Ok(bureau.world.enrol_for(&bureau.world.authority, &held.wallet, &id(LEAVE)?, at)?.into())
}

fn cancellation(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<()> {
    use {Phase as P, StatusValue as S};
    const GATES: [(K, &str); 3] = [
        (K::SimCard, "  gate 1: her phone's card is in her name"),
        (K::LastTransaction, "  gate 2: the voucher of her last transaction"),
        (K::AccountSettled, "  gate 3: nothing is owed, held or pending"),
    ];
    let at = held.after(60 * DAY);
    let mut status = held.status.apply(&Event::cancellation_requested(id(LEAVE)?), at).map_err(failed)?;
    rows.status(("Li Na wants to leave", "8.6"), &status, (P::Cancelling, S::Suspended, &[]), "0 of 5 gates")?;
    let skipped = held.walk.evidence(K::LastTransaction, at.plus(10), |_| {})?;
    let refused = status.apply(&Event::gate_attested(skipped), at.plus(10));
    let order = Refusal::GateOrder { next: 1, found: 2 };
    rows.status_refuses(("  the second gate before the first", "8.6"), &status, at.plus(10), refused, &order)?;
    let mut now = at;
    for (kind, what) in GATES {
        now = now.plus(60);
        let evidence = held.walk.evidence(kind, now, |_| {})?;
        status = status.apply(&Event::gate_attested(evidence), now).map_err(failed)?;
        let told = passed(&status);
        rows.status((what, "8.6"), &status, (P::Cancelling, S::Suspended, &[]), &told)?;
    }
    now = now.plus(60);
    let proof = holder(bureau, held, now)?;
    status = status.apply(&Event::holder_proven(proof), now).map_err(failed)?;
    let until = status.cancellation().and_then(|leaving| leaving.cooling_until()).ok_or_else(|| failed("no end"))?;
    let told = format!("{}; time to think until {}", passed(&status), Bureau::date(until)?);
    let what = ("  gate 4: her wallet answers a challenge", "8.6");
    rows.status(what, &status, (P::Cancelling, S::Suspended, &[]), &told)?;
    let early = until.plus(-1);
    let refused = status.apply(&Event::cancellation_confirmed(holder(bureau, held, early)?), early);
    let what = ("  gate 5 a second before that ends", "8.6");
    rows.status_refuses(what, &status, early, refused, &Refusal::CoolingOff(until))?;
    let gone = status.apply(&Event::cancellation_confirmed(holder(bureau, held, until)?), until).map_err(failed)?;
    let what = ("  gate 5: her wallet confirms", "8.6");
    rows.status(what, &gone, (P::Cancelled, S::Invalid, &[]), &passed(&gone))?;
    let back = gone.apply(&Event::cancellation_withdrawn(), until.plus(60));
    rows.status_refuses(("  she wants to come back", "8.6"), &gone, until.plus(60), back, &Refusal::Cancelled)?;

    let order = gone.erasure().ok_or_else(|| failed("there is no order to erase"))?;
    let revoked = held.record.with_status(RecordStatus::Revoked).map_err(failed)?;
    let told = format!("order to erase of {}", Bureau::date(order.ordered_at)?);
    let row = (format!("{:?}", revoked.status()).to_lowercase(), "revoked");
    rows.found(("  the platform's record", "4.5, 8.6"), until, row, (told, None))?;
    let restored = revoked.with_status(RecordStatus::Valid).map(drop);
    rows.refused(("  the platform restores it", "8.6"), until, restored, &RecordError::Revoked, None)
}

fn passed(status: &shiming::standing::Standing) -> String {
    format!("{} of 5 gates", status.cancellation().map_or(0, |leaving| leaving.passed()))
}

/// Evidence sealed from source to source is gone 72 hours after its capture, with signed receipts in a chain.
fn purge(bureau: &Bureau, held: &Held<'_>, rows: &mut Rows) -> Outcome<Vec<u8>> {
    let mut rng = bureau.world.rng();
    let (recipient, signer) = (SealSecretKey::generate(&mut rng), SigningKey::generate(Algorithm::Sm2, &mut rng));
    let custodian = id("faces")?;
    let (store, mut log) = (MemoryEvidence::default(), PurgeLog::new(custodian.clone()));
    let captured = held.walk.case()?.opened_at();
    let case = held.walk.session.case();
    let mut kept = Vec::new();
    for (kind, content) in [(K::Face, b"a picture".as_slice()), (K::Video, b"an interview")] {
        let kind = id(kind.as_str())?;
        let sealed = SealedEvidence::seal(&recipient.public_key(), &kind, case, captured, content, captured, &mut rng)
            .map_err(failed)?;
        let opened = sealed.open(&recipient, captured).map_err(failed)?;
        if opened.as_slice() != content {
            return Err(failed("sealed evidence was opened as something else"));
        }
        kept.push((store_evidence(&store, &log, &sealed, captured).map_err(failed)?, sealed));
    }
    let due = captured.plus(PURGE_AFTER_SECONDS);
    let mut file = Vec::new();
    for (what, now, expected, state) in [
        ("a face and a video, sealed with SM2 and SM4: a second before 72 h", due.plus(-1), 0, AuditState::Held),
        ("  72 h after their capture", due, 2, AuditState::Purged),
    ] {
        let mut append = |line: &[u8]| {
            file.extend_from_slice(line);
            Ok(())
        };
        let mut purger = Purger { log: &mut log, key: Some(&signer), append: &mut append };
        let receipts = purger.purge_expired(&store, now).map_err(failed)?;
        for (held, _) in &kept {
            let found = audit(held, &custodian, &log, now).map_err(failed)?;
            if found != state {
                return Err(failed(format!("\"{what}\" should have been {state:?}, not {found:?}")));
            }
        }
        let row = (receipts.len().to_string() + " receipts", format!("{expected} receipts"));
        let told = format!("audit: {}", format!("{state:?}").to_lowercase());
        rows.found((what, "4.6, 4.7"), now, (row.0, &row.1), (told, None))?;
    }
    let late = kept.iter().map(|(_, sealed)| sealed.open(&recipient, due)).next();
    let late = late.ok_or_else(|| failed("nothing was kept"))?.map(drop);
    rows.refused(("  a copy is opened then", "4.7"), due, late, &SealError::PurgeDue, None)?;
    let (read, whole) = PurgeLog::read(custodian, &file).map_err(failed)?;
    let equal = read.head() == log.head() && whole == file.len();
    rows.compared(
        ("  the chain of receipts, read again", "4.7"),
        due,
        (equal, true),
        &format!("{} receipts, {} bytes", read.len(), whole),
    )?;
    Ok(file)
}
