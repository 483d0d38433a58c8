//! SHA-256 digests.
use sha2::{Digest as _, Sha256};
/// A SHA-256 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);
impl core::fmt::Display for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}
impl Digest {
    /// From bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self { Self(bytes) }
    /// Bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] { &self.0 }
    /// Of a tag and parts, each length-prefixed.
    #[must_use]
    pub fn of(tag: &[u8], parts: &[&[u8]]) -> Self {
        let mut h = Sha256::new();
        for p in [tag].iter().chain(parts) { h.update((p.len() as u64).to_be_bytes()); h.update(p); }
        Self(h.finalize().into())
    }
}
