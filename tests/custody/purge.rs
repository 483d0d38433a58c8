//! The purge at its boundaries, interrupted at every step, and audited.

use crate::*;
use proptest::prelude::*;
use shiming::{
    custody::{
        AuditError, AuditState, EvidenceStore, HeldEvidence, MemoryEvidence, PURGE_AFTER_SECONDS, PurgeCause,
        PurgeError, PurgeLog, PurgeReceipt, Purger, ReceiptError, SealError, StoreError, StoredRow, audit,
        next_deadline, store_evidence,
    },
    digest::Digest,
    signature::{Algorithm, SigningKey},
};
use std::cell::Cell;

/// A custodian with a store, a log and the log's file.
struct Keeper {
    store: MemoryEvidence,
    log: PurgeLog,
    file: Vec<u8>,
    key: Option<SigningKey>,
}

fn keeper() -> Keeper {
    let key = Some(SigningKey::generate(Algorithm::Sm2, &mut rng(5)));
    Keeper { store: MemoryEvidence::default(), log: PurgeLog::new(id("network")), file: Vec::new(), key }
}

impl Keeper {
    fn hold(&self, seed: u64, captured_at: UnixTime) -> HeldEvidence {
        store_evidence(&self.store, &self.log, &sealed_evidence(seed, captured_at, b"image"), captured_at).unwrap()
    }

    fn purge(&mut self, now: UnixTime) -> Result<Vec<PurgeReceipt>, PurgeError> {
        let mut append = |line: &[u8]| {
            self.file.extend_from_slice(line);
            Ok(())
        };
        Purger { log: &mut self.log, key: self.key.as_ref(), append: &mut append }.purge_expired(&self.store, now)
    }

    fn rows(&self) -> usize {
        self.store.rows().unwrap().len()
    }

    /// What a new process finds in the file.
    fn read_again(&mut self) {
        let (log, whole) = PurgeLog::read(id("network"), &self.file).unwrap();
        self.log = log;
        self.file.truncate(whole);
    }
}

#[test]
fn evidence_is_purged_at_72_hours_and_not_a_second_earlier() {
    for (after, purged) in [(PURGE_AFTER_SECONDS - 1, 0), (PURGE_AFTER_SECONDS, 1), (PURGE_AFTER_SECONDS + 1, 1)] {
        let mut keeper = keeper();
        let held = keeper.hold(1, NOW);
        let receipts = keeper.purge(NOW.plus(after)).unwrap();
        assert_eq!((receipts.len(), keeper.rows()), (purged, 1 - purged), "{after}");
        assert_eq!(keeper.store.content(&held.evidence).is_ok(), purged == 0);
        if let Some(receipt) = receipts.first() {
            assert_eq!((receipt.held.clone(), receipt.erased_at), (held, NOW.plus(after)));
            assert_eq!((receipt.cause, receipt.custodian.as_str()), (PurgeCause::Expired, "network"));
        }
    }
}

#[test]
fn a_purge_at_each_deadline_is_never_late() {
    let mut keeper = keeper();
    let held: Vec<_> = [5, 0, 0, 86_400, 3].iter().zip(1..).map(|(s, seed)| keeper.hold(seed, NOW.plus(*s))).collect();
    let mut purged = 0;
    while let Some(deadline) = next_deadline(&keeper.store).unwrap() {
        for receipt in keeper.purge(deadline).unwrap() {
            assert_eq!(receipt.erased_at, receipt.held.purge_by());
            purged += 1;
        }
    }
    assert_eq!(purged, held.len());
    for held in &held {
        assert_eq!(audit(held, &id("network"), &keeper.log, NOW.plus(1 << 30)), Ok(AuditState::Purged));
    }
}

#[test]
fn a_purge_can_be_called_again_and_again() {
    let mut keeper = keeper();
    keeper.hold(1, NOW);
    let due = NOW.plus(PURGE_AFTER_SECONDS);
    assert_eq!(keeper.purge(due).unwrap().len(), 1);
    let file = keeper.file.clone();
    for later in 0..3 {
        assert_eq!(keeper.purge(due.plus(later)).unwrap(), []);
    }
    assert_eq!(keeper.file, file);
    assert_eq!(next_deadline(&keeper.store).unwrap(), None);
}

#[test]
fn a_closed_case_is_erased_whole_and_no_other_with_it() {
    let mut keeper = keeper();
    let (one, two) = (keeper.hold(1, NOW), keeper.hold(2, NOW.plus(7)));
    let other = HeldEvidence { evidence: Digest::from_bytes([9; 32]), case: id("case-2"), ..one.clone() };
    keeper.store.insert(&other, b"sealed").unwrap();
    let mut append = |_: &[u8]| Ok(());
    let mut purger = Purger { log: &mut keeper.log, key: None, append: &mut append };
    let receipts = purger.purge_case(&keeper.store, &id("case-1"), NOW.plus(10)).unwrap();
    let erased: Vec<_> = receipts.iter().map(|receipt| receipt.held.evidence).collect();
    assert!(erased.len() == 2 && erased.contains(&one.evidence) && erased.contains(&two.evidence));
    assert!(receipts.iter().all(|receipt| receipt.cause == PurgeCause::CaseClosed));
    assert_eq!(keeper.store.content(&other.evidence), Ok(b"sealed".to_vec()));
}

#[test]
fn what_is_due_future_known_or_purged_is_not_stored() {
    let mut keeper = keeper();
    let sealed = sealed_evidence(1, NOW, b"image");
    let store = |keeper: &Keeper, seconds| store_evidence(&keeper.store, &keeper.log, &sealed, NOW.plus(seconds));
    assert_eq!(store(&keeper, -1), Err(StoreError::Time(SealError::CapturedInFuture)));
    assert_eq!(store(&keeper, PURGE_AFTER_SECONDS), Err(StoreError::Time(SealError::PurgeDue)));
    let held = store(&keeper, PURGE_AFTER_SECONDS - 1).unwrap();
    assert_eq!(keeper.store.content(&held.evidence).unwrap(), sealed.as_bytes());
    assert_eq!(store(&keeper, 0), Err(StoreError::Known));
    let mut append = |_: &[u8]| Ok(());
    let mut purger = Purger { log: &mut keeper.log, key: None, append: &mut append };
    purger.purge_case(&keeper.store, &id("case-1"), NOW).unwrap();
    assert_eq!(store(&keeper, 0), Err(StoreError::Known), "it was erased for good");
}

/// A store that stops at a number of operations, as a process does that ends there; the operation is not done.
struct Stopping<'a> {
    store: &'a MemoryEvidence,
    left: &'a Cell<u32>,
}

impl Stopping<'_> {
    fn step(left: &Cell<u32>) -> Result<(), String> {
        let now = left.get().checked_sub(1).ok_or("stopped")?;
        left.set(now);
        Ok(())
    }
}

impl EvidenceStore for Stopping<'_> {
    fn insert(&self, held: &HeldEvidence, bytes: &[u8]) -> Result<(), StoreError> {
        self.store.insert(held, bytes)
    }

    fn content(&self, evidence: &Digest) -> Result<Vec<u8>, StoreError> {
        self.store.content(evidence)
    }

    fn rows(&self) -> Result<Vec<StoredRow>, StoreError> {
        self.store.rows()
    }

    fn erase(&self, evidence: &Digest, at: UnixTime, cause: PurgeCause) -> Result<(), StoreError> {
        Self::step(self.left).map_err(StoreError::Failed)?;
        self.store.erase(evidence, at, cause)
    }

    fn forget(&self, evidence: &Digest) -> Result<(), StoreError> {
        Self::step(self.left).map_err(StoreError::Failed)?;
        self.store.forget(evidence)
    }
}

/// A purge of three pieces that stops after `steps` steps, the write of a line tearing in the middle if `torn`.
fn stopped(keeper: &mut Keeper, steps: u32, torn: bool, now: UnixTime) -> Result<Vec<PurgeReceipt>, PurgeError> {
    let left = Cell::new(steps);
    let store = Stopping { store: &keeper.store, left: &left };
    let mut append = |line: &[u8]| {
        let stopped = Stopping::step(&left);
        let written = if stopped.is_ok() {
            line.len()
        } else if torn {
            line.len() / 2
        } else {
            0
        };
        keeper.file.extend_from_slice(&line[..written]);
        stopped
    };
    Purger { log: &mut keeper.log, key: keeper.key.as_ref(), append: &mut append }.purge_expired(&store, now)
}

#[test]
fn a_crash_at_any_step_loses_neither_an_erasure_nor_a_receipt() {
    let due = NOW.plus(PURGE_AFTER_SECONDS);
    // Three erasures, and a receipt and a removal for each.
    for steps in 0..=9 {
        for torn in [false, true] {
            let mut keeper = keeper();
            let held: Vec<_> = (1..=3).map(|seed| keeper.hold(seed, NOW)).collect();
            assert_eq!(stopped(&mut keeper, steps, torn, due).is_ok(), steps == 9);
            // Nobody is told that something is gone which is still there.
            let (log, _) = PurgeLog::read(id("network"), &keeper.file).unwrap();
            for held in &held {
                let gone = keeper.store.content(&held.evidence) == Err(StoreError::Absent);
                let stays = keeper.store.rows().unwrap().iter().any(|row| row.held == *held);
                let receipt = log.receipt(&id("network"), &held.evidence).is_some();
                assert!(gone || !receipt, "{steps}: a receipt for what is there");
                assert!(stays || receipt, "{steps}: an erasure without a trace");
            }
            keeper.read_again();
            if steps < 9 {
                assert!(next_deadline(&keeper.store).unwrap().unwrap() <= due);
            }
            // An hour later the process is back. What it had erased, it had erased in time.
            keeper.purge(due.plus(3_600)).unwrap();
            assert_eq!((keeper.rows(), keeper.log.len()), (0, 3), "{steps}");
            for (index, held) in held.iter().enumerate() {
                let receipt = keeper.log.receipt(&id("network"), &held.evidence).unwrap();
                assert!([due, due.plus(3_600)].contains(&receipt.erased_at));
                assert!(steps < 3 || receipt.erased_at == due, "{index} of {steps}");
            }
            let head = keeper.log.head();
            keeper.read_again();
            assert_eq!((keeper.log.head(), keeper.log.len()), (head, 3));
        }
    }
}

#[test]
fn a_log_whose_write_failed_is_read_again_before_anything_is_written() {
    let mut keeper = keeper();
    keeper.hold(1, NOW);
    let due = NOW.plus(PURGE_AFTER_SECONDS);
    let failed = PurgeError::Receipt(ReceiptError::Write("stopped".to_owned()));
    assert_eq!(stopped(&mut keeper, 1, false, due), Err(failed));
    assert_eq!(keeper.purge(due), Err(PurgeError::Receipt(ReceiptError::Uncertain)));
    keeper.read_again();
    assert_eq!(keeper.purge(due).unwrap().len(), 1);
}

#[test]
fn a_log_that_cannot_be_written_does_not_delay_an_erasure() {
    let mut keeper = keeper();
    let held: Vec<_> = (1..=3).map(|seed| keeper.hold(seed, NOW)).collect();
    assert!(stopped(&mut keeper, 3, false, NOW.plus(PURGE_AFTER_SECONDS)).is_err());
    assert!(held.iter().all(|held| keeper.store.content(&held.evidence) == Err(StoreError::Absent)));
}

/// A store that cannot erase one piece.
struct Stuck<'a>(&'a MemoryEvidence, Digest);

impl EvidenceStore for Stuck<'_> {
    fn insert(&self, held: &HeldEvidence, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.insert(held, bytes)
    }

    fn content(&self, evidence: &Digest) -> Result<Vec<u8>, StoreError> {
        self.0.content(evidence)
    }

    fn rows(&self) -> Result<Vec<StoredRow>, StoreError> {
        self.0.rows()
    }

    fn erase(&self, evidence: &Digest, at: UnixTime, cause: PurgeCause) -> Result<(), StoreError> {
        if *evidence == self.1 {
            Err(StoreError::Failed("stuck".to_owned()))
        } else {
            self.0.erase(evidence, at, cause)
        }
    }

    fn forget(&self, evidence: &Digest) -> Result<(), StoreError> {
        self.0.forget(evidence)
    }
}

#[test]
fn a_piece_that_cannot_be_erased_delays_no_other_and_has_no_receipt() {
    let due = NOW.plus(PURGE_AFTER_SECONDS);
    for stuck in 0..3 {
        let mut keeper = keeper();
        let held: Vec<_> = (1..=3).map(|seed| keeper.hold(seed, NOW)).collect();
        let store = Stuck(&keeper.store, held[stuck].evidence);
        let mut append = |line: &[u8]| {
            keeper.file.extend_from_slice(line);
            Ok(())
        };
        let purged = Purger { log: &mut keeper.log, key: keeper.key.as_ref(), append: &mut append };
        let failed = { purged }.purge_expired(&store, due);
        assert_eq!(failed, Err(PurgeError::Store(StoreError::Failed("stuck".to_owned()))));
        for (index, held) in held.iter().enumerate() {
            assert_eq!(keeper.store.content(&held.evidence).is_ok(), index == stuck);
            assert_eq!(keeper.log.receipt(&id("network"), &held.evidence).is_none(), index == stuck);
        }
        assert_eq!(keeper.purge(due).unwrap().len(), 1);
    }
}

#[test]
fn an_audit_refuses_what_is_overdue_or_late() {
    let mut keeper = keeper();
    let held = keeper.hold(1, NOW);
    let ask = |keeper: &Keeper, seconds| audit(&held, &id("network"), &keeper.log, NOW.plus(seconds));
    assert_eq!(ask(&keeper, 0), Ok(AuditState::Held));
    assert_eq!(ask(&keeper, PURGE_AFTER_SECONDS - 1), Ok(AuditState::Held));
    assert_eq!(ask(&keeper, PURGE_AFTER_SECONDS), Ok(AuditState::Held), "the last second");
    assert_eq!(ask(&keeper, PURGE_AFTER_SECONDS + 1), Err(AuditError::Overdue));
    keeper.purge(NOW.plus(PURGE_AFTER_SECONDS + 1)).unwrap();
    assert_eq!(ask(&keeper, PURGE_AFTER_SECONDS + 2), Err(AuditError::Late { seconds: 1 }));
    assert_eq!(ask(&keeper, 0), Err(AuditError::Late { seconds: 1 }), "whenever it is asked");
}

#[test]
fn an_audit_refuses_a_receipt_about_something_else() {
    let mut keeper = keeper();
    let held = keeper.hold(1, NOW);
    keeper.purge(NOW.plus(PURGE_AFTER_SECONDS)).unwrap();
    let ask = |held: &HeldEvidence, by| audit(held, &id(by), &keeper.log, NOW.plus(PURGE_AFTER_SECONDS + 1));
    assert_eq!(ask(&held, "network"), Ok(AuditState::Purged));
    for other in [
        HeldEvidence { kind: id("bio.video"), ..held.clone() },
        HeldEvidence { case: id("case-2"), ..held.clone() },
        HeldEvidence { captured_at: NOW.plus(60), ..held.clone() },
    ] {
        assert_eq!(ask(&other, "network"), Err(AuditError::Mismatch));
    }
    assert_eq!(ask(&held, "police"), Err(AuditError::Overdue), "one holder's receipt is not another's");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Captures at random times, purges at random times between deadlines, crashes at random steps.
    #[test]
    fn no_purge_is_late_if_called_at_each_deadline(
        captures in prop::collection::vec(0i64..400_000, 1..6),
        crashes in prop::collection::vec((0u32..12, any::<bool>()), 0..4),
    ) {
        let mut keeper = keeper();
        keeper.key = None;
        let held: Vec<_> = captures.iter().zip(1..).map(|(at, seed)| keeper.hold(seed, NOW.plus(*at))).collect();
        let mut crashes = crashes.into_iter();
        let mut calls = 0;
        while let Some(deadline) = next_deadline(&keeper.store).unwrap() {
            let result = match crashes.next() {
                Some((steps, torn)) => stopped(&mut keeper, steps, torn, deadline),
                None => keeper.purge(deadline),
            };
            if result.is_err() {
                keeper.read_again();
            }
            calls += 1;
            prop_assert!(calls < 40, "it ends");
        }
        prop_assert_eq!(keeper.log.len(), held.len());
        for held in held {
            prop_assert_eq!(audit(&held, &id("network"), &keeper.log, held.purge_by()), Ok(AuditState::Purged));
        }
    }
}
