//! Who may attest evidence.

use super::{BundleError, SourceDocument};
use crate::codec::Identifier;
use crate::evidence::EvidenceKind;
use crate::signature::PublicKey;
use crate::time::Validity;

/// A source of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    document: SourceDocument,
    validity: Validity,
}

impl Source {
    pub(super) fn new(document: &SourceDocument) -> Result<Self, BundleError> {
        let validity = Validity::new(document.not_before, document.not_after)
            .map_err(|_| BundleError::SourceWindow(document.id.clone()))?;
        if document.kinds.is_empty() {
            return Err(BundleError::SourceKinds(document.id.clone()));
        }
        Ok(Self { document: document.clone(), validity })
    }

    /// The id.
    #[must_use]
    pub const fn id(&self) -> &Identifier {
        &self.document.id
    }

    /// The name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// The key that signs its attestations.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.document.key
    }

    /// The window in which its attestations are accepted.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// Whether it may attest a kind.
    #[must_use]
    pub fn may_attest(&self, kind: EvidenceKind) -> bool {
        self.document.kinds.contains(&kind)
    }
}
