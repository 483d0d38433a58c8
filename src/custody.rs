//! Custody: who keeps which data, for how long, and how that is shown afterwards (spec, section 14).
//!
//! Identity data are cut in three (数据切割为三部分). The public security authority keeps what stands on documents, the card
//! network what verifies money, and the platform a status. The first two are outside: what passes between them is
//! [`SealedEvidence`], what is held of it is purged after 72 hours with receipts.

mod data;
mod purge;
mod receipt;
mod record;
mod seal;

pub use data::{Custodian, DATA, DataClass, Datum, LegalBasis, Occurrence, UnclassifiedAttribute, datum, legal_bases};
pub use purge::{
    AuditError, AuditState, EvidenceStore, MemoryEvidence, PurgeError, Purger, StoreError, StoredRow, audit,
    next_deadline, store_evidence,
};
pub use receipt::{HeldEvidence, PURGE_LOG_LINE, PurgeCause, PurgeLog, PurgeReceipt, ReceiptEntry, ReceiptError};
pub use record::{PLATFORM_RECORD, PlatformRecord, RecordClass, RecordError, RecordLevel, RecordStatus};
pub use seal::{
    SEALED_EVIDENCE, SealError, SealFormError, SealHeader, SealKeyId, SealPublicKey, SealSecretKey, SealedEvidence,
};

/// 72小时自动清理机制: how long evidence may be kept after its capture, in seconds. The number is the source system's (reference,
/// row 4.7); no law states it.
pub const PURGE_AFTER_SECONDS: i64 = 72 * 3_600;
