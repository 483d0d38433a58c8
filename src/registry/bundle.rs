//! The checked bundle and what it answers.

use super::{BundleDocument, IssuerKey, IssuerKeyId, RelationDocument, Source, VerifierDocument};
use crate::codec::{DecodeError, Identifier, Kind, from_json, to_json};
use crate::digest::Digest;
use crate::signature::{Algorithm, Es256PublicKey};
use crate::time::{UnixTime, ValidityError};
use std::collections::{BTreeMap, BTreeSet};

/// The greatest length of an endpoint in bytes.
const ENDPOINT_CAP: usize = 512;
/// How far the clocks of two parties may differ, in seconds.
pub(crate) const CLOCK_SKEW_SECONDS: i64 = 60;

/// Why a document is no trust bundle.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the JSON of a bundle.
    #[error("trust bundle: {0}")]
    Decode(#[from] DecodeError),
    /// Two issuers of one id.
    #[error("the issuer {0} is listed twice")]
    DuplicateIssuer(Identifier),
    /// Two verifiers of one id.
    #[error("the verifier {0} is listed twice")]
    DuplicateVerifier(Identifier),
    /// A key that is listed twice, by one issuer or by two.
    #[error("the issuer key {0} is listed twice")]
    DuplicateIssuerKey(IssuerKeyId),
    /// A key without what its suite needs, or with what it does not have: a distinguishing identifier (`sm2-sm3`), a key for
    /// SD-JWTs (`native`), a proof of possession (all but `native`).
    #[error("the issuer key {0} does not have the members of its suite")]
    KeyForm(IssuerKeyId),
    /// TBS signatures under the identifier of SD-JWT signatures.
    #[error("the issuer key {0} signs attributes under the identifier of JOSE; register a dedicated one")]
    Distid(IssuerKeyId),
    /// A point that another key, a service or a verifier signs with as well.
    #[error("the issuer key {0} shares its point with another party or purpose")]
    SharedPoint(IssuerKeyId),
    /// A key whose window ends before it begins.
    #[error("the window of the issuer key {0} ends before it begins")]
    ReversedValidity(IssuerKeyId),
    /// A key that may sign nothing.
    #[error("the issuer key {0} lists no schema")]
    NoSchemas(IssuerKeyId),
    /// A key for a schema that the bundle does not have.
    #[error("the issuer key {key} lists the schema {schema}, which the bundle does not have")]
    UnknownSchema {
        /// The key.
        key: IssuerKeyId,
        /// The schema.
        schema: Identifier,
    },
    /// Two sources of one id.
    #[error("the source {0} is listed twice")]
    DuplicateSource(Identifier),
    /// A source whose window ends before it begins.
    #[error("the window of the source {0} ends before it begins")]
    SourceWindow(Identifier),
    /// A source that may attest nothing.
    #[error("the source {0} lists no kind of evidence")]
    SourceKinds(Identifier),
    /// A source that signs with the point of another source, service or verifier.
    #[error("the source {0} shares its key with another party")]
    SourceKey(Identifier),
    /// An endpoint that is no https URL with a host and without user, fragment or blanks.
    #[error("the verifier {0} has an endpoint that is no plain https URL")]
    Endpoint(Identifier),
    /// Two relations with one verifying key.
    #[error("the relation {0} shares its key with another one")]
    SharedRelationKey(Identifier),
    /// Used after its staleness.
    #[error("the trust bundle is stale; fetch a current one")]
    Stale,
    /// Issued in the future.
    #[error("the trust bundle was issued in the future; check the clock")]
    FromTheFuture,
}

/// Why the bundle does not vouch for a key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// No issuer of that id.
    #[error("the issuer is not in the trust bundle")]
    UnknownIssuer,
    /// The issuer has no such key.
    #[error("the issuer has no such key in the trust bundle")]
    UnknownKey,
    /// Before the key's window.
    #[error("the issuer's key is not accepted yet")]
    KeyNotYetValid,
    /// After the key's window.
    #[error("the issuer's key is no longer accepted")]
    KeyExpired,
    /// The key may not sign the schema.
    #[error("the issuer's key may not sign credentials of this schema")]
    SchemaNotAuthorised,
}

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    id: Identifier,
    name: String,
    keys: Vec<IssuerKey>,
    service_key: Es256PublicKey,
}

impl Issuer {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.id
    }

    /// The name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All its keys, also those outside their windows.
    #[must_use]
    pub fn keys(&self) -> &[IssuerKey] {
        &self.keys
    }

    /// The key that signs its challenges.
    #[must_use]
    pub fn service_key(&self) -> &Es256PublicKey {
        &self.service_key
    }
}

/// A verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier(VerifierDocument);

impl Verifier {
    /// The id: the audience of its requests.
    #[must_use]
    pub fn id(&self) -> &Identifier {
        &self.0.id
    }

    /// The name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key that signs its requests.
    #[must_use]
    pub fn key(&self) -> &Es256PublicKey {
        &self.0.key
    }

    /// Whether answers may be sent to a URL; compared byte by byte.
    #[must_use]
    pub fn has_endpoint(&self, url: &str) -> bool {
        self.0.endpoints.iter().any(|endpoint| endpoint == url)
    }

    /// The digest of the policy that it registered for a purpose, the policy's id.
    #[must_use]
    pub fn purpose(&self, policy: &Identifier) -> Option<&Digest> {
        self.0.purposes.get(policy)
    }
}

/// The keys of one relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustedRelation(RelationDocument);

impl TrustedRelation {
    /// SHA-256 of the canonical verifying key.
    #[must_use]
    pub fn key_id(&self) -> &Digest {
        &self.0.key_id
    }

    /// SHA-256 of the proving key.
    #[must_use]
    pub fn proving_key_digest(&self) -> &Digest {
        &self.0.proving_key_digest
    }

    /// Whether the keys come from an insecure setup, whose maker can forge.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.0.development
    }
}

/// A checked bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustBundle {
    document: BundleDocument,
    issuers: BTreeMap<Identifier, Issuer>,
    verifiers: BTreeMap<Identifier, Verifier>,
    sources: BTreeMap<Identifier, Source>,
    relations: BTreeMap<Identifier, TrustedRelation>,
}

impl TrustBundle {
    /// The bundle of plain JSON: a local file, trusted as such.
    ///
    /// # Errors
    ///
    /// [`BundleError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, BundleError> {
        Self::new(from_json(Kind::TRUST_BUNDLE, bytes)?)
    }

    /// Checks a document.
    ///
    /// # Errors
    ///
    /// [`BundleError`], one variant per rule.
    pub fn new(document: BundleDocument) -> Result<Self, BundleError> {
        let mut seen = BTreeSet::new();
        let mut points = services(&document);
        let sources = sources(&document, &mut points)?;
        let mut issuers = BTreeMap::new();
        for written in &document.issuers {
            let mut keys = Vec::new();
            for key in &written.keys {
                let key = IssuerKey::new(&written.id, key, &document.schemas)?;
                if !seen.insert(key.id()) {
                    return Err(BundleError::DuplicateIssuerKey(key.id()));
                }
                let mut shared = key.external_points().into_iter().filter(|point| !points.insert(*point));
                if shared.next().is_some() {
                    return Err(BundleError::SharedPoint(key.id()));
                }
                keys.push(key);
            }
            let (id, name) = (written.id.clone(), written.name.clone());
            if issuers.insert(id.clone(), Issuer { id, name, keys, service_key: written.service_key }).is_some() {
                return Err(BundleError::DuplicateIssuer(written.id.clone()));
            }
        }
        let mut verifiers = BTreeMap::new();
        for written in &document.verifiers {
            if !written.endpoints.iter().all(|url| is_endpoint(url)) {
                return Err(BundleError::Endpoint(written.id.clone()));
            }
            if verifiers.insert(written.id.clone(), Verifier(written.clone())).is_some() {
                return Err(BundleError::DuplicateVerifier(written.id.clone()));
            }
        }
        let mut key_ids = BTreeSet::new();
        if let Some((name, _)) = document.relations.iter().find(|(_, relation)| !key_ids.insert(relation.key_id)) {
            return Err(BundleError::SharedRelationKey(name.clone()));
        }
        let relations = document.relations.iter().map(|(name, r)| (name.clone(), TrustedRelation(*r))).collect();
        Ok(Self { document, issuers, verifiers, sources, relations })
    }

    /// The compact JSON.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooLarge`] if the decoder would refuse it.
    pub fn to_json(&self) -> Result<Vec<u8>, DecodeError> {
        to_json(Kind::TRUST_BUNDLE, &self.document)
    }

    /// Refuses a bundle outside its time.
    ///
    /// # Errors
    ///
    /// [`BundleError::Stale`], [`BundleError::FromTheFuture`] (beyond a minute).
    pub fn check_freshness(&self, now: UnixTime) -> Result<(), BundleError> {
        let age = now.seconds_since(self.document.issued_at);
        if age < -CLOCK_SKEW_SECONDS {
            Err(BundleError::FromTheFuture)
        } else if age > i64::from(self.document.max_staleness_seconds) {
            Err(BundleError::Stale)
        } else {
            Ok(())
        }
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.document.version
    }

    /// The current status epoch.
    #[must_use]
    pub fn status_epoch(&self) -> u64 {
        self.document.status_epoch
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &BundleDocument {
        &self.document
    }

    /// An issuer.
    #[must_use]
    pub fn issuer(&self, id: &Identifier) -> Option<&Issuer> {
        self.issuers.get(id)
    }

    /// All issuers.
    pub fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.values()
    }

    /// A verifier.
    #[must_use]
    pub fn verifier(&self, id: &Identifier) -> Option<&Verifier> {
        self.verifiers.get(id)
    }

    /// A source of evidence.
    #[must_use]
    pub fn source(&self, id: &Identifier) -> Option<&Source> {
        self.sources.get(id)
    }

    /// A relation's keys.
    #[must_use]
    pub fn relation(&self, name: &Identifier) -> Option<&TrustedRelation> {
        self.relations.get(name)
    }

    /// All relations by name.
    pub fn relations(&self) -> impl Iterator<Item = (&Identifier, &TrustedRelation)> {
        self.relations.iter()
    }

    /// The digest of a schema's table.
    #[must_use]
    pub fn schema(&self, name: &Identifier) -> Option<&Digest> {
        self.document.schemas.get(name)
    }

    /// The key of an issuer, if it may sign credentials of the schema and is accepted now.
    ///
    /// # Errors
    ///
    /// [`TrustError`], one variant per cause.
    pub fn issuer_key(
        &self,
        issuer: &Identifier,
        key: &IssuerKeyId,
        schema: &Identifier,
        now: UnixTime,
    ) -> Result<&IssuerKey, TrustError> {
        let issuer = self.issuer(issuer).ok_or(TrustError::UnknownIssuer)?;
        let key = issuer.keys.iter().find(|known| known.id() == *key).ok_or(TrustError::UnknownKey)?;
        match key.validity().check(now) {
            Err(ValidityError::NotYet) => Err(TrustError::KeyNotYetValid),
            Err(_) => Err(TrustError::KeyExpired),
            Ok(()) if !key.may_sign(schema) => Err(TrustError::SchemaNotAuthorised),
            Ok(()) => Ok(key),
        }
    }
}

/// The points that sign challenges and requests. No key that signs credentials is one of them.
fn services(document: &BundleDocument) -> BTreeSet<(Algorithm, [u8; 64])> {
    let issuers = document.issuers.iter().map(|issuer| &issuer.service_key);
    let keys = issuers.chain(document.verifiers.iter().map(|verifier| &verifier.key));
    keys.map(|key| (Algorithm::Es256, key.to_point_bytes())).collect()
}

/// The sources by id. Each has a point of its own: a reviewer who could sign as the registry would review himself.
fn sources(
    document: &BundleDocument,
    points: &mut BTreeSet<(Algorithm, [u8; 64])>,
) -> Result<BTreeMap<Identifier, Source>, BundleError> {
    let mut sources = BTreeMap::new();
    for written in &document.sources {
        if !points.insert((written.key.algorithm(), written.key.to_point_bytes())) {
            return Err(BundleError::SourceKey(written.id.clone()));
        }
        if sources.insert(written.id.clone(), Source::new(written)?).is_some() {
            return Err(BundleError::DuplicateSource(written.id.clone()));
        }
    }
    Ok(sources)
}

/// An https URL of printable ASCII with a host, without user information or fragment.
fn is_endpoint(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    url.len() <= ENDPOINT_CAP
        && !host.is_empty()
        && !host.contains('@')
        && url.bytes().all(|c| c.is_ascii_graphic() && !b"#\\\"<>".contains(&c))
}
