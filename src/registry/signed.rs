//! A bundle on its way from the root to everybody else.

use super::{BundleError, TrustBundle};
use crate::codec::{Identifier, Kind};
use crate::jws::{Jws, JwsError};
use crate::signature::{Es256PublicKey, Es256SigningKey};
use crate::time::UnixTime;

/// The `typ` of a signed bundle.
pub const BUNDLE_TYPE: &str = "shiming-trust+jws";

/// Why a signed bundle is refused.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignedBundleError {
    /// Not a JWS, or not signed by the root.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Signed, but no bundle or outside its time.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// An older version than the one in use.
    #[error("the trust bundle has version {found}, but version {previous} is in use")]
    Rollback {
        /// The version in use.
        previous: u64,
        /// The version received.
        found: u64,
    },
}

/// A bundle signed by the root, not verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBundle(Jws);

impl SignedBundle {
    /// Signs a bundle with the root key, under the name of the root.
    ///
    /// # Errors
    ///
    /// [`JwsError::Decode`] if the decoder would refuse it.
    pub fn sign(bundle: &TrustBundle, key: &Es256SigningKey, root: &Identifier) -> Result<Self, JwsError> {
        Jws::sign(Kind::TRUST_BUNDLE, key, root, BUNDLE_TYPE, bundle.to_json()?).map(Self)
    }

    /// Reads the form.
    ///
    /// # Errors
    ///
    /// [`JwsError`], the signature excepted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JwsError> {
        Jws::from_bytes(Kind::TRUST_BUNDLE, bytes).map(Self)
    }

    /// The exact bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The bundle, if the root has signed it, its version is not below the one in use, and it is in its time.
    ///
    /// # Errors
    ///
    /// [`SignedBundleError`], one variant per cause.
    pub fn verify(
        &self,
        root_key: &Es256PublicKey,
        previous_version: Option<u64>,
        now: UnixTime,
    ) -> Result<TrustBundle, SignedBundleError> {
        let bundle = TrustBundle::from_json(self.0.verify(root_key, BUNDLE_TYPE)?)?;
        if let Some(previous) = previous_version.filter(|previous| bundle.version() < *previous) {
            return Err(SignedBundleError::Rollback { previous, found: bundle.version() });
        }
        bundle.check_freshness(now)?;
        Ok(bundle)
    }
}
