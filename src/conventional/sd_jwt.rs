//! Selective disclosure for JWTs (RFC 9901): the format, for ES256 and SM2 and for SHA-256 and SM3. Policies, schemas and
//! registries are none of its business, nor are the time claims (`exp`, `nbf`) of what it verifies: the caller checks them.
//!
//! - **Issue.** [`Draft`] takes plain claims and disclosures and gives an [`UnsignedSdJwt`], which a key here or elsewhere signs.
//! - **Hold.** [`SdJwt::verify`] on receipt, [`SdJwt::select`] for an answer, [`SdJwt::binding`] for the proof of possession.
//! - **Verify.** [`KeyBoundSdJwt::parse`], then [`SdJwt::verify`] with the issuer's key, then [`KeyBoundSdJwt::verify_binding`]
//!   with the key that the verified claims name as `cnf`.
//!
//! Narrower than the RFC, so that one object has one reading: only properties of the payload's top level are disclosed.
//! Structured, recursive and array-element disclosures (sections 4.2.2, 4.2.4.2, 6.2, 6.3) are refused by name, as are `null`,
//! duplicate JSON keys, and base64url that is not canonical. The JWS JSON serialization (section 8) is not read.
//!
//! What was received is kept piece by piece as it came; signatures and digests are taken over those bytes, and nothing is
//! encoded again.

mod binding;
mod disclosure;
mod draft;
mod error;
mod hash;
mod jwt;

pub use binding::{BindingClaims, BindingExpectation, KEY_BINDING_TYPE, KeyBoundSdJwt, UnsignedBinding};
pub use disclosure::{Disclosure, SALT_BYTES};
pub use draft::{Draft, UnsignedSdJwt};
pub use error::{DisclosureFault, JwtFault, SdJwtError};
pub use hash::HashAlgorithm;

use crate::{codec::Kind, signature::PublicKey};
use jwt::Jwt;
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt};

/// The `typ` of an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc, section 3.2.1).
pub const SD_JWT_VC_TYPE: &str = "dc+sd-jwt";

/// The greatest number of disclosures of one SD-JWT.
pub const DISCLOSURE_CAP: usize = 64;

const DIGESTS: &str = "_sd";
const ELLIPSIS: &str = "...";
const HASH: &str = "_sd_alg";

/// The names that mean something to the format itself.
fn is_reserved(name: &str) -> bool {
    [DIGESTS, ELLIPSIS, HASH].contains(&name)
}

/// Whether a value has a reserved name at any depth.
fn names_reserved(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(names_reserved),
        Value::Object(members) => members.iter().any(|(name, value)| is_reserved(name) || names_reserved(value)),
        _ => false,
    }
}

/// An issuer-signed JWT with disclosures, `<JWT>~<disclosure>~...~`, as received: its form is checked, its signature is not
/// until [`SdJwt::verify`].
#[derive(Clone, PartialEq, Eq)]
pub struct SdJwt {
    jwt: Jwt,
    disclosures: Vec<Disclosure>,
}

impl SdJwt {
    /// Reads the form of an SD-JWT without key binding (RFC 9901, section 4).
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`], [`SdJwtError::NoTilde`], [`SdJwtError::UnexpectedKeyBinding`],
    /// [`SdJwtError::TooManyDisclosures`], [`SdJwtError::Issuer`], [`SdJwtError::Disclosure`].
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        check_size(text)?;
        let (presented, binding) = split_binding(text)?;
        if binding.is_empty() { Self::from_presented(presented) } else { Err(SdJwtError::UnexpectedKeyBinding) }
    }

    /// Reads everything up to the last tilde, which is already taken off.
    fn from_presented(presented: &str) -> Result<Self, SdJwtError> {
        let mut parts = presented.split('~');
        let jwt = Jwt::parse(parts.next().unwrap_or_default()).map_err(SdJwtError::Issuer)?;
        if parts.clone().count() > DISCLOSURE_CAP {
            return Err(SdJwtError::TooManyDisclosures);
        }
        let disclosures = parts.map(Disclosure::parse).collect::<Result<_, _>>().map_err(SdJwtError::Disclosure)?;
        Ok(Self { jwt, disclosures })
    }

    /// Requires the issuer's signature and processes the payload (RFC 9901, section 7.1). The key decides the algorithm.
    ///
    /// Whether the claims are in time (section 7.1, step 5) is left to the caller.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::Issuer`]; [`SdJwtError::UnknownHash`], [`SdJwtError::DigestsNotStrings`], [`SdJwtError::DuplicateDigest`],
    /// [`SdJwtError::NestedDigests`]; [`SdJwtError::DuplicateDisclosure`], [`SdJwtError::UnreferencedDisclosure`],
    /// [`SdJwtError::DuplicateClaim`].
    pub fn verify(&self, issuer: &PublicKey, expected_type: &str) -> Result<Verified, SdJwtError> {
        self.jwt.verify(issuer, expected_type).map_err(SdJwtError::Issuer)?;
        let mut claims = self.unverified_claims()?;
        let hash = HashAlgorithm::take(&mut claims)?;
        let digests = claims.remove(DIGESTS);
        if claims.contains_key(ELLIPSIS) || claims.values().any(names_reserved) {
            return Err(SdJwtError::NestedDigests);
        }
        let mut unused = digest_set(digests.as_ref())?;
        let mut seen = BTreeSet::new();
        let mut disclosed = Map::new();
        for disclosure in &self.disclosures {
            let digest = disclosure.digest(hash);
            if seen.contains(&digest) {
                return Err(SdJwtError::DuplicateDisclosure);
            }
            if !unused.remove(digest.as_str()) {
                return Err(SdJwtError::UnreferencedDisclosure);
            }
            seen.insert(digest);
            let (name, value) = (disclosure.name(), disclosure.value());
            if claims.contains_key(name) || disclosed.insert(name.to_owned(), value.clone()).is_some() {
                return Err(SdJwtError::DuplicateClaim);
            }
        }
        Ok(Verified { claims, disclosed, hash })
    }

    /// The same SD-JWT with only the disclosures of these names, in the order they have now. A name without a disclosure here
    /// is left out: compare the names of the result where all are needed.
    #[must_use]
    pub fn select(&self, names: &[&str]) -> Self {
        let kept = self.disclosures.iter().filter(|disclosure| names.contains(&disclosure.name()));
        Self { jwt: self.jwt.clone(), disclosures: kept.cloned().collect() }
    }

    /// The disclosures: claims until [`SdJwt::verify`].
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// The `kid` of the header, if it has one: a claim, by which a caller may look the key up.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.jwt.key_id()
    }

    /// The payload before anything is verified, by which a caller may find the issuer's key and the holder's hash algorithm.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::Issuer`] if the payload is not a JSON object.
    pub fn unverified_claims(&self) -> Result<Map<String, Value>, SdJwtError> {
        self.jwt.payload().map_err(SdJwtError::Issuer)
    }

    /// The text, `<JWT>~<disclosure>~...~`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.pieces().map(str::len).sum());
        text.extend(self.pieces());
        text
    }

    /// What [`SdJwt::to_text`] concatenates.
    fn pieces(&self) -> impl Iterator<Item = &str> {
        let disclosures = self.disclosures.iter().flat_map(|disclosure| [disclosure.as_str(), "~"]);
        [self.jwt.as_str(), "~"].into_iter().chain(disclosures)
    }
}

impl fmt::Debug for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SdJwt").field("disclosures", &self.disclosures).finish_non_exhaustive()
    }
}

/// What an issuer signed and a holder disclosed, with `_sd` and `_sd_alg` taken out.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    claims: Map<String, Value>,
    disclosed: Map<String, Value>,
    hash: HashAlgorithm,
}

impl Verified {
    /// The plain claims, which every presentation shows. What must not be selectively disclosable (`cnf`, `exp`, `status`) is
    /// looked for here only.
    #[must_use]
    pub const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The disclosed claims by name; none has the name of a plain claim.
    #[must_use]
    pub const fn disclosed(&self) -> &Map<String, Value> {
        &self.disclosed
    }

    /// The hash algorithm of `_sd_alg`.
    #[must_use]
    pub const fn hash_algorithm(&self) -> HashAlgorithm {
        self.hash
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |map: &Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
        let mut out = f.debug_struct("Verified");
        out.field("claims", &names(&self.claims)).field("disclosed", &names(&self.disclosed));
        out.field("hash", &self.hash).finish()
    }
}

/// The strings of `_sd`, all different.
fn digest_set(digests: Option<&Value>) -> Result<BTreeSet<&str>, SdJwtError> {
    let mut set = BTreeSet::new();
    let Some(digests) = digests else { return Ok(set) };
    for digest in digests.as_array().ok_or(SdJwtError::DigestsNotStrings)? {
        if !set.insert(digest.as_str().ok_or(SdJwtError::DigestsNotStrings)?) {
            return Err(SdJwtError::DuplicateDigest);
        }
    }
    Ok(set)
}

fn check_size(text: &str) -> Result<(), SdJwtError> {
    Kind::SD_JWT.check_size(text.as_bytes()).map_err(|_| SdJwtError::TooLarge)
}

/// What is before and after the last tilde.
fn split_binding(text: &str) -> Result<(&str, &str), SdJwtError> {
    text.rsplit_once('~').ok_or(SdJwtError::NoTilde)
}
