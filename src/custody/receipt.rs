//! What a custodian states when it has purged evidence, and the log of such statements.

use super::PURGE_AFTER_SECONDS;
use crate::chain::{self, ChainError, ChainHead};
use crate::codec::{DecodeError, Identifier, Kind, to_json};
use crate::digest::Digest;
use crate::signature::{PublicKey, RawSignature, SignatureError, SigningKey};
use crate::time::UnixTime;
use serde::{Deserialize, Serialize};
use shiming_circuits::domain;
use std::collections::BTreeMap;

/// One line of a purge log: public, at most 2 KiB. It has digests, names and times and nothing of the evidence.
pub const PURGE_LOG_LINE: Kind = Kind::public("purge log line", 2 << 10);

/// Why evidence was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PurgeCause {
    /// Its 72 hours were over.
    Expired,
    /// Its case ended before: the account was cancelled, the person asked for it.
    CaseClosed,
}

/// Evidence that somebody holds: what of it may be written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldEvidence {
    /// The digest of the sealed bytes, or the one that a source's attestation names.
    pub evidence: Digest,
    /// What it is, by the name of its kind of evidence.
    pub kind: Identifier,
    /// The case that it belongs to.
    pub case: Identifier,
    /// When it was captured.
    pub captured_at: UnixTime,
}

impl HeldEvidence {
    /// When it must be gone: 72 hours after its capture.
    #[must_use]
    pub const fn purge_by(&self) -> UnixTime {
        self.captured_at.plus(PURGE_AFTER_SECONDS)
    }
}

/// That one piece of evidence was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurgeReceipt {
    /// Which.
    pub held: HeldEvidence,
    /// When it was erased.
    pub erased_at: UnixTime,
    /// Why.
    pub cause: PurgeCause,
    /// Who says so: the custodian that held it.
    pub custodian: Identifier,
}

impl PurgeReceipt {
    /// What is signed: a tag and the compact JSON.
    fn message(&self) -> Result<Vec<u8>, DecodeError> {
        Ok([domain::PURGE_RECEIPT, &to_json(PURGE_LOG_LINE, self)?].concat())
    }
}

/// A receipt as it stands in a log: alone, or with its custodian's signature (rule PURGE-RECEIPT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptEntry {
    receipt: PurgeReceipt,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "signature_text")]
    signature: Option<RawSignature>,
}

impl ReceiptEntry {
    /// A custodian's own receipt, signed if it has a key for that.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Form`], [`ReceiptError::Signature`]: neither happens.
    pub fn new(receipt: PurgeReceipt, key: Option<&SigningKey>) -> Result<Self, ReceiptError> {
        let message = receipt.message()?;
        let signature = key.map(|key| key.sign(&message)).transpose()?;
        Ok(Self { receipt, signature })
    }

    /// Reads a receipt on its way from another custodian.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Form`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let read: Self = crate::codec::from_json(PURGE_LOG_LINE, bytes)?;
        if to_json(PURGE_LOG_LINE, &read)? == bytes { Ok(read) } else { Err(DecodeError::NotCanonical.into()) }
    }

    /// The compact JSON.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Form`], which does not happen.
    pub fn to_json(&self) -> Result<Vec<u8>, ReceiptError> {
        Ok(to_json(PURGE_LOG_LINE, self)?)
    }

    /// The receipt: a claim until it is verified.
    #[must_use]
    pub fn receipt(&self) -> &PurgeReceipt {
        &self.receipt
    }

    fn key(&self) -> (Identifier, Digest) {
        (self.receipt.custodian.clone(), self.receipt.held.evidence)
    }

    /// Whether it is signed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The receipt, if this custodian says so with this key.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Custodian`], [`ReceiptError::Unsigned`], [`ReceiptError::Signature`].
    pub fn verify(&self, custodian: &Identifier, key: &PublicKey) -> Result<&PurgeReceipt, ReceiptError> {
        if self.receipt.custodian != *custodian {
            return Err(ReceiptError::Custodian);
        }
        let signature = self.signature.as_ref().ok_or(ReceiptError::Unsigned)?;
        key.verify(&self.receipt.message()?, signature)?;
        Ok(&self.receipt)
    }
}

/// Why a receipt is refused.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not the one JSON of a receipt.
    #[error("purge receipt: {0}")]
    Form(#[from] DecodeError),
    /// Another custodian's.
    #[error("the purge receipt is of another custodian")]
    Custodian,
    /// A third party's receipt without a signature.
    #[error("the purge receipt is not signed")]
    Unsigned,
    /// Not signed by the custodian.
    #[error("the purge receipt: {0}")]
    Signature(#[from] SignatureError),
    /// Erased after now.
    #[error("the purge receipt is of the future")]
    Future,
    /// Erased before it was captured.
    #[error("the purge receipt is of a time before the capture")]
    BeforeCapture,
    /// Another receipt of the same custodian about the same evidence is in the log.
    #[error("the log has another receipt of the custodian about the same evidence")]
    Contradiction,
    /// The log was changed.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The log could not be written; what it holds is unknown until it is read again.
    #[error("the purge log could not be written: {0}")]
    Write(String),
    /// An earlier write failed, and the log has not been read again since.
    #[error("the purge log must be read again after a failed write")]
    Uncertain,
}

/// A custodian's receipts in a hash chain, and where the next one goes.
#[derive(Clone, Debug)]
pub struct PurgeLog {
    custodian: Identifier,
    head: ChainHead,
    /// By holder and evidence: who relays evidence and who receives it both hold it for a time.
    receipts: BTreeMap<(Identifier, Digest), ReceiptEntry>,
    uncertain: bool,
}

impl PurgeLog {
    /// The empty log of a custodian.
    #[must_use]
    pub fn new(custodian: Identifier) -> Self {
        let head = Self::genesis(&custodian);
        Self { custodian, head, receipts: BTreeMap::new(), uncertain: false }
    }

    /// Where the chain of a custodian begins.
    #[must_use]
    pub fn genesis(custodian: &Identifier) -> ChainHead {
        ChainHead::genesis(domain::PURGE_LOG, custodian.as_bytes())
    }

    /// Reads a log, and says to how many bytes the file has to be cut before it is written to (rule CHAIN-TORN).
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Chain`], [`ReceiptError::Contradiction`].
    pub fn read(custodian: Identifier, bytes: &[u8]) -> Result<(Self, usize), ReceiptError> {
        let chain = chain::read::<ReceiptEntry>(PURGE_LOG_LINE, Self::genesis(&custodian), bytes)?;
        let mut receipts = BTreeMap::new();
        for entry in chain.entries() {
            if receipts.insert(entry.key(), entry.clone()).is_some() {
                return Err(ReceiptError::Contradiction);
            }
        }
        Ok((Self { custodian, head: chain.head(), receipts, uncertain: false }, chain.whole()))
    }

    /// Whose log it is.
    #[must_use]
    pub fn custodian(&self) -> &Identifier {
        &self.custodian
    }

    /// The head, to be remembered elsewhere.
    #[must_use]
    pub fn head(&self) -> ChainHead {
        self.head
    }

    /// The receipt of a custodian about a piece of evidence.
    #[must_use]
    pub fn receipt(&self, custodian: &Identifier, evidence: &Digest) -> Option<&PurgeReceipt> {
        self.receipts.get(&(custodian.clone(), *evidence)).map(|entry| &entry.receipt)
    }

    /// How many receipts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.receipts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.receipts.is_empty()
    }

    /// Takes the signed receipt of another custodian for evidence that it held (rule PURGE-RECEIPT).
    ///
    /// # Errors
    ///
    /// [`ReceiptError`], one variant per cause.
    pub fn accept(
        &mut self,
        entry: &ReceiptEntry,
        custodian: &Identifier,
        key: &PublicKey,
        now: UnixTime,
        append: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), ReceiptError> {
        let receipt = entry.verify(custodian, key)?;
        if receipt.erased_at > now {
            return Err(ReceiptError::Future);
        }
        if receipt.erased_at < receipt.held.captured_at {
            return Err(ReceiptError::BeforeCapture);
        }
        self.write(entry, append)
    }

    /// Appends a receipt. `append` adds the line to the end of the file and makes it durable before it returns.
    ///
    /// A receipt that is there already is not written again.
    pub(super) fn write(
        &mut self,
        entry: &ReceiptEntry,
        append: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), ReceiptError> {
        if self.uncertain {
            return Err(ReceiptError::Uncertain);
        }
        if let Some(known) = self.receipts.get(&entry.key()) {
            return if known.receipt == entry.receipt { Ok(()) } else { Err(ReceiptError::Contradiction) };
        }
        let (line, head) = self.head.append_line(PURGE_LOG_LINE, entry)?;
        // A failed write may have written all, some or nothing: only reading the file again tells.
        if let Err(cause) = append(&line) {
            self.uncertain = true;
            return Err(ReceiptError::Write(cause));
        }
        self.head = head;
        self.receipts.insert(entry.key(), entry.clone());
        Ok(())
    }
}

/// `serde(with)` of an optional signature as base64url.
mod signature_text {
    use crate::codec::{array_from_base64url, to_base64url};
    use crate::signature::RawSignature;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(signature: &Option<RawSignature>, to: S) -> Result<S::Ok, S::Error> {
        match signature {
            Some(signature) => to.serialize_str(&to_base64url(signature.as_bytes())),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<RawSignature>, D::Error> {
        let text = String::deserialize(from)?;
        array_from_base64url(&text).map(RawSignature::from_bytes).map(Some).map_err(D::Error::custom)
    }
}
