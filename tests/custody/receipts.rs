//! Receipts of third parties, and the log that holds them.

use crate::*;
use shiming::{
    chain::ChainError,
    codec::DecodeError,
    custody::{HeldEvidence, PurgeCause, PurgeLog, PurgeReceipt, ReceiptEntry, ReceiptError},
    digest::Digest,
    signature::{Algorithm, PublicKey, SignatureError, SigningKey},
};

fn key(seed: u64) -> SigningKey {
    SigningKey::generate(Algorithm::Sm2, &mut rng(seed))
}

fn public() -> PublicKey {
    key(1).public_key()
}

fn receipt(seed: u8, erased_after: i64) -> PurgeReceipt {
    let evidence = Digest::from_bytes([seed; 32]);
    let held = HeldEvidence { evidence, kind: id("unionpay.card"), case: id("case-1"), captured_at: NOW };
    let (erased_at, cause) = (NOW.plus(erased_after), PurgeCause::Expired);
    PurgeReceipt { held, erased_at, cause, custodian: id("network") }
}

fn signed(seed: u8, erased_after: i64) -> ReceiptEntry {
    ReceiptEntry::new(receipt(seed, erased_after), Some(&key(1))).unwrap()
}

/// What the authority's log makes of a receipt at `NOW + 100`, and its file afterwards.
fn accept(log: &mut PurgeLog, file: &mut Vec<u8>, entry: &ReceiptEntry) -> Result<(), ReceiptError> {
    log.accept(entry, &id("network"), &public(), NOW.plus(100), &mut |line| {
        file.extend_from_slice(line);
        Ok(())
    })
}

fn refused(entry: &ReceiptEntry) -> ReceiptError {
    let (mut log, mut file) = (PurgeLog::new(id("authority")), Vec::new());
    let error = accept(&mut log, &mut file, entry).unwrap_err();
    assert!(log.is_empty() && file.is_empty(), "nothing is half applied");
    error
}

#[test]
fn a_signed_receipt_is_taken_once() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng(2));
        let entry = ReceiptEntry::new(receipt(1, 100), Some(&key)).unwrap();
        assert_eq!(entry.verify(&id("network"), &key.public_key()), Ok(&receipt(1, 100)));
    }
    let (mut log, mut file) = (PurgeLog::new(id("authority")), Vec::new());
    assert_eq!(accept(&mut log, &mut file, &signed(1, 100)), Ok(()));
    let length = file.len();
    assert_eq!(accept(&mut log, &mut file, &signed(1, 100)), Ok(()));
    assert_eq!((log.len(), file.len()), (1, length), "the same again is no news");
    assert_eq!(accept(&mut log, &mut file, &signed(1, 99)), Err(ReceiptError::Contradiction));
    assert_eq!(accept(&mut log, &mut file, &signed(2, 99)), Ok(()));
    let (read, whole) = PurgeLog::read(id("authority"), &file).unwrap();
    assert_eq!((read.head(), read.len(), whole), (log.head(), 2, file.len()));
    assert_eq!(read.receipt(&id("network"), &Digest::from_bytes([1; 32])), Some(&receipt(1, 100)));
    assert_eq!(read.receipt(&id("authority"), &Digest::from_bytes([1; 32])), None);
}

#[test]
fn a_receipt_without_the_custodians_signature_is_refused() {
    assert_eq!(refused(&ReceiptEntry::new(receipt(1, 0), None).unwrap()), ReceiptError::Unsigned);
    let other = ReceiptEntry::new(receipt(1, 0), Some(&key(2))).unwrap();
    assert_eq!(refused(&other), ReceiptError::Signature(SignatureError::Invalid));
    let named = PurgeReceipt { custodian: id("police"), ..receipt(1, 0) };
    assert_eq!(refused(&ReceiptEntry::new(named, Some(&key(1))).unwrap()), ReceiptError::Custodian);
}

#[test]
fn every_member_of_a_receipt_is_signed() {
    let json = String::from_utf8(signed(1, 0).to_json().unwrap()).unwrap();
    assert_eq!(ReceiptEntry::from_json(json.as_bytes()).unwrap(), signed(1, 0));
    assert!(signed(1, 0).is_signed());
    let captured = NOW.seconds().to_string();
    let (digest, other) = (Digest::from_bytes([1; 32]), Digest::from_bytes([2; 32]));
    let text = |digest: &Digest| serde_json::to_string(digest).unwrap();
    for (from, to) in [
        ("unionpay.card".to_owned(), "bio.face".to_owned()),
        ("case-1".to_owned(), "case-2".to_owned()),
        (text(&digest), text(&other)),
        (format!("\"captured_at\":{captured}"), format!("\"captured_at\":{}", NOW.plus(-1).seconds())),
        (format!("\"erased_at\":{captured}"), format!("\"erased_at\":{}", NOW.plus(1).seconds())),
        ("expired".to_owned(), "case-closed".to_owned()),
    ] {
        let changed = json.replacen(&from, &to, 1);
        assert_ne!(changed, json, "{from}");
        let entry = ReceiptEntry::from_json(changed.as_bytes()).unwrap();
        assert_eq!(refused(&entry), ReceiptError::Signature(SignatureError::Invalid), "{from}");
    }
}

#[test]
fn a_receipt_is_of_a_time_between_capture_and_now() {
    assert_eq!(refused(&signed(1, 101)), ReceiptError::Future);
    assert_eq!(refused(&signed(1, -1)), ReceiptError::BeforeCapture);
    for after in [0, 100] {
        let (mut log, mut file) = (PurgeLog::new(id("authority")), Vec::new());
        assert_eq!(accept(&mut log, &mut file, &signed(1, after)), Ok(()));
    }
}

#[test]
fn a_receipt_has_one_text() {
    let json = String::from_utf8(signed(1, 0).to_json().unwrap()).unwrap();
    let form = |text: &str| ReceiptEntry::from_json(text.as_bytes()).unwrap_err();
    assert_eq!(form(&json.replace(":{", ": {")), ReceiptError::Form(DecodeError::NotCanonical));
    assert_eq!(form(&format!("{json}x")), ReceiptError::Form(DecodeError::TrailingBytes));
    assert!(matches!(form(&json.replace("\"cause\"", "\"reason\"")), ReceiptError::Form(DecodeError::Json(_))));
    assert!(matches!(
        form(&json.replace("\"receipt\"", "\"more\":1,\"receipt\"")),
        ReceiptError::Form(DecodeError::Json(_))
    ));
    let cut = json.rsplit_once('"').unwrap().0;
    assert!(matches!(form(&format!("{}\"}}", &cut[..cut.len() - 2])), ReceiptError::Form(DecodeError::Json(_))));
}

#[test]
fn a_changed_log_is_refused_and_a_torn_one_is_cut() {
    let (mut log, mut file) = (PurgeLog::new(id("authority")), Vec::new());
    for seed in 1..=3 {
        accept(&mut log, &mut file, &signed(seed, 0)).unwrap();
    }
    assert_eq!(
        PurgeLog::read(id("network"), &file).unwrap_err(),
        ChainError::Previous { line: 1 }.into(),
        "another's log"
    );
    let text = String::from_utf8(file.clone()).unwrap();
    let changed = text.replacen("case-1", "case-9", 1);
    assert_eq!(PurgeLog::read(id("authority"), changed.as_bytes()).unwrap_err(), ChainError::Head { line: 1 }.into());
    let (read, whole) = PurgeLog::read(id("authority"), &file[..file.len() - 1]).unwrap();
    assert_eq!((read.len(), whole), (2, text.match_indices('\n').nth(1).unwrap().0 + 1));
}

#[test]
fn a_log_with_two_receipts_about_one_thing_is_refused() {
    let genesis = PurgeLog::genesis(&id("authority"));
    let (one, head) = genesis.append_line(shiming::custody::PURGE_LOG_LINE, &signed(1, 0)).unwrap();
    let (two, _) = head.append_line(shiming::custody::PURGE_LOG_LINE, &signed(1, 1)).unwrap();
    let error = PurgeLog::read(id("authority"), &[one, two].concat()).unwrap_err();
    assert_eq!(error, ReceiptError::Contradiction);
}
