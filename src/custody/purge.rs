//! The purge: evidence is gone 72 hours after its capture (rule PURGE-TIME), and somebody has said so.
//!
//! Three steps for each piece, each durable before the next (rule PURGE-ORDER): (1) the store erases the content and keeps a row that says when
//! and why; (2) the receipt is appended to the log; (3) the store forgets the row. A crash after (1) leaves the row, and the next
//! purge writes the receipt with the time of the erasure; a crash after (2) leaves the row and the receipt, and the next purge
//! finds the receipt and writes no other. The other order would have receipts for evidence that is still there; without the row
//! an erasure could be forgotten.

use super::receipt::{HeldEvidence, PurgeCause, PurgeLog, PurgeReceipt, ReceiptEntry, ReceiptError};
use super::seal::{SealError, SealedEvidence};
use crate::codec::Identifier;
use crate::digest::Digest;
use crate::signature::SigningKey;
use crate::time::UnixTime;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A row of a store: evidence that is there, or an erasure that has no receipt yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// What it is.
    pub held: HeldEvidence,
    /// When and why the content was erased, if it was.
    pub erased: Option<(UnixTime, PurgeCause)>,
}

/// Why a store did not do what it was asked.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The evidence has no time left, or comes from the future.
    #[error(transparent)]
    Time(#[from] SealError),
    /// It was stored before.
    #[error("the evidence is stored already, or was")]
    Known,
    /// Nothing of that digest, or its content is erased.
    #[error("the evidence is not in the store")]
    Absent,
    /// The store failed; nothing was changed.
    #[error("the store could not be read or written: {0}")]
    Failed(String),
}

/// Where a custodian keeps sealed evidence until it is purged. Every operation is atomic, and durable before it returns.
pub trait EvidenceStore {
    /// Adds a row and its content.
    ///
    /// # Errors
    ///
    /// [`StoreError::Known`] if there is a row of that digest; [`StoreError::Failed`].
    fn insert(&self, held: &HeldEvidence, bytes: &[u8]) -> Result<(), StoreError>;

    /// The content.
    ///
    /// # Errors
    ///
    /// [`StoreError::Absent`], [`StoreError::Failed`].
    fn content(&self, evidence: &Digest) -> Result<Vec<u8>, StoreError>;

    /// Every row.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`].
    fn rows(&self) -> Result<Vec<StoredRow>, StoreError>;

    /// Destroys the content and writes into its row when and why. What a row says of an earlier erasure stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Absent`] if there is no row; [`StoreError::Failed`].
    fn erase(&self, evidence: &Digest, at: UnixTime, cause: PurgeCause) -> Result<(), StoreError>;

    /// Removes the row of an erased content; nothing if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`], also if the content is still there.
    fn forget(&self, evidence: &Digest) -> Result<(), StoreError>;
}

/// Why a purge stopped. What it had done by then is done; calling it again goes on.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PurgeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

/// Stores evidence, if it still has time (rule PURGE-STORE).
///
/// # Errors
///
/// [`StoreError::Time`], [`StoreError::Known`], also if the log says that it was purged; [`StoreError::Failed`].
pub fn store_evidence(
    store: &impl EvidenceStore,
    log: &PurgeLog,
    sealed: &SealedEvidence,
    now: UnixTime,
) -> Result<HeldEvidence, StoreError> {
    sealed.check_time(now)?;
    let (header, evidence) = (sealed.header(), sealed.digest());
    if log.receipt(log.custodian(), &evidence).is_some() {
        return Err(StoreError::Known);
    }
    let (kind, case) = (header.kind.clone(), header.case.clone());
    let held = HeldEvidence { evidence, kind, case, captured_at: header.captured_at };
    store.insert(&held, sealed.as_bytes())?;
    Ok(held)
}

/// When [`Purger::purge_expired`] must be called next: then nothing is ever late. It is in the past if an erasure has no receipt yet.
///
/// # Errors
///
/// [`StoreError::Failed`].
pub fn next_deadline(store: &impl EvidenceStore) -> Result<Option<UnixTime>, StoreError> {
    let due = |row: &StoredRow| row.erased.map_or(row.held.purge_by(), |(at, _)| at.min(row.held.purge_by()));
    Ok(store.rows()?.iter().map(due).min())
}

/// Who purges: the log, the key that signs its receipts if there is one, and how a line of the log is appended: durable
/// before the function returns.
pub struct Purger<'a> {
    /// The receipts.
    pub log: &'a mut PurgeLog,
    /// The custodian's key.
    pub key: Option<&'a SigningKey>,
    /// Appends one line to the file.
    pub append: &'a mut dyn FnMut(&[u8]) -> Result<(), String>,
}

impl Purger<'_> {
    /// Erases everything whose 72 hours are over at `now`, and completes what an interrupted purge left (rule PURGE-ORDER).
    /// Calling it again at the same time does nothing.
    ///
    /// # Errors
    ///
    /// [`PurgeError`].
    pub fn purge_expired(
        &mut self,
        store: &impl EvidenceStore,
        now: UnixTime,
    ) -> Result<Vec<PurgeReceipt>, PurgeError> {
        let due = |row: &StoredRow| row.erased.is_some() || row.held.purge_by() <= now;
        self.purge(store, due, now, PurgeCause::Expired)
    }

    /// Erases everything of one case, whenever it was captured: the erasure at the end of a cancellation.
    ///
    /// # Errors
    ///
    /// [`PurgeError`].
    pub fn purge_case(
        &mut self,
        store: &impl EvidenceStore,
        case: &Identifier,
        now: UnixTime,
    ) -> Result<Vec<PurgeReceipt>, PurgeError> {
        self.purge(store, |row| row.held.case == *case, now, PurgeCause::CaseClosed)
    }

    fn purge(
        &mut self,
        store: &impl EvidenceStore,
        due: impl Fn(&StoredRow) -> bool,
        now: UnixTime,
        cause: PurgeCause,
    ) -> Result<Vec<PurgeReceipt>, PurgeError> {
        let mut rows = store.rows()?;
        rows.retain(due);
        // Content first for all, so that neither a log that cannot be written nor another piece that cannot be erased delays the
        // erasure of anything. What could not be erased has no receipt.
        let mut failed = None;
        rows.retain_mut(|row| {
            let erased = row.erased.map_or_else(|| store.erase(&row.held.evidence, now, cause), |_| Ok(()));
            row.erased.get_or_insert((now, cause));
            erased.map_err(|error| failed.get_or_insert(error).clone()).is_ok()
        });
        let mut receipts = Vec::new();
        for StoredRow { held, erased } in rows {
            let (erased_at, cause) = erased.unwrap_or((now, cause));
            let evidence = held.evidence;
            let receipt = PurgeReceipt { held, erased_at, cause, custodian: self.log.custodian().clone() };
            let entry = ReceiptEntry::new(receipt, self.key)?;
            self.log.write(&entry, self.append)?;
            store.forget(&evidence)?;
            receipts.push(entry.receipt().clone());
        }
        failed.map_or(Ok(receipts), |error| Err(error.into()))
    }
}

/// Why evidence is not relied on in audit mode: its custodian has not shown that it is gone.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// PURGE-AUDIT: its 72 hours are over and there is no receipt.
    #[error("PURGE-AUDIT: the receipt for the purge of the evidence is overdue")]
    Overdue,
    /// PURGE-AUDIT: it was erased too late.
    #[error("PURGE-AUDIT: the evidence was purged {seconds} seconds too late")]
    Late {
        /// By how much.
        seconds: i64,
    },
    /// PURGE-AUDIT: the receipt is about evidence of another kind, case or capture.
    #[error("PURGE-AUDIT: the receipt does not fit the evidence")]
    Mismatch,
}

/// Where evidence stands that may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditState {
    /// It is held, and not yet due.
    Held,
    /// It was erased in time.
    Purged,
}

/// Audit mode: whether evidence that a custodian held was purged in time, as the log has it at `now`.
///
/// # Errors
///
/// [`AuditError`], one variant per cause.
pub fn audit(
    held: &HeldEvidence,
    custodian: &Identifier,
    log: &PurgeLog,
    now: UnixTime,
) -> Result<AuditState, AuditError> {
    let Some(receipt) = log.receipt(custodian, &held.evidence) else {
        return if now <= held.purge_by() { Ok(AuditState::Held) } else { Err(AuditError::Overdue) };
    };
    if receipt.held != *held {
        return Err(AuditError::Mismatch);
    }
    match receipt.erased_at.seconds_since(held.purge_by()) {
        ..=0 => Ok(AuditState::Purged),
        seconds => Err(AuditError::Late { seconds }),
    }
}

/// Evidence in memory. Lost at exit: for tests, and for processes that hold evidence no longer than they run.
#[derive(Default)]
pub struct MemoryEvidence(Mutex<Rows>);

/// Each row with its content, unless that is erased.
type Rows = BTreeMap<Digest, (StoredRow, Option<Vec<u8>>)>;

impl MemoryEvidence {
    fn with<T>(&self, work: impl FnOnce(&mut Rows) -> T) -> T {
        // A panic elsewhere leaves the map whole: every change is one insertion, assignment or removal.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl EvidenceStore for MemoryEvidence {
    fn insert(&self, held: &HeldEvidence, bytes: &[u8]) -> Result<(), StoreError> {
        self.with(|rows| {
            if rows.contains_key(&held.evidence) {
                return Err(StoreError::Known);
            }
            let row = StoredRow { held: held.clone(), erased: None };
            rows.insert(held.evidence, (row, Some(bytes.to_vec())));
            Ok(())
        })
    }

    fn content(&self, evidence: &Digest) -> Result<Vec<u8>, StoreError> {
        self.with(|rows| rows.get(evidence).and_then(|(_, content)| content.clone()).ok_or(StoreError::Absent))
    }

    fn rows(&self) -> Result<Vec<StoredRow>, StoreError> {
        Ok(self.with(|rows| rows.values().map(|(row, _)| row.clone()).collect()))
    }

    fn erase(&self, evidence: &Digest, at: UnixTime, cause: PurgeCause) -> Result<(), StoreError> {
        self.with(|rows| {
            let (row, content) = rows.get_mut(evidence).ok_or(StoreError::Absent)?;
            *content = None;
            row.erased.get_or_insert((at, cause));
            Ok(())
        })
    }

    fn forget(&self, evidence: &Digest) -> Result<(), StoreError> {
        self.with(|rows| match rows.get(evidence) {
            Some((_, Some(_))) => Err(StoreError::Failed("the content is still there".to_owned())),
            _ => {
                rows.remove(evidence);
                Ok(())
            }
        })
    }
}
