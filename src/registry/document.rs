//! The JSON of a trust bundle, as it is written.

use super::IssuerKeyBytes;
use crate::codec::Identifier;
use crate::digest::Digest;
use crate::evidence::EvidenceKind;
use crate::signature::{Distid, Es256PublicKey, PublicKey, RawSignature};
use crate::suite::Suite;
use crate::time::UnixTime;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A trust bundle as written. [`super::TrustBundle::new`] checks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleDocument {
    /// Grows with every change.
    pub version: u64,
    /// When it was issued, in Unix seconds.
    pub issued_at: UnixTime,
    /// How long it may be used, in seconds from `issued_at`.
    pub max_staleness_seconds: u32,
    /// The issuers.
    pub issuers: Vec<IssuerDocument>,
    /// The verifiers.
    pub verifiers: Vec<VerifierDocument>,
    /// The sources of evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceDocument>,
    /// The relations by name, such as `credential/native`.
    pub relations: BTreeMap<Identifier, RelationDocument>,
    /// The digests of the schema tables by name.
    pub schemas: BTreeMap<Identifier, Digest>,
    /// The current status epoch.
    pub status_epoch: u64,
}

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerDocument {
    /// Its id, as policies name it.
    pub id: Identifier,
    /// Its name for people.
    pub name: String,
    /// The keys that sign credentials.
    pub keys: Vec<IssuerKeyDocument>,
    /// The ES256 key that signs its challenges.
    pub service_key: Es256PublicKey,
}

/// A key that signs credentials: their attributes (TBS) in its suite, and their SD-JWT twins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerKeyDocument {
    /// The encoded key.
    pub key: IssuerKeyBytes,
    /// Its suite.
    pub suite: Suite,
    /// In the suite `sm2-sm3` the distinguishing identifier of TBS signatures, which the key uses for nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distid: Option<Distid>,
    /// In the suite `native` the key that signs the SD-JWTs; in the others the same key does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sd_jwt: Option<PublicKey>,
    /// In every suite but `native` the issuer's signature over [`super::possession_message`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possession: Option<RawSignature>,
    /// The names of the schemas it may sign.
    pub schemas: Vec<Identifier>,
    /// First instant at which its credentials are accepted, in Unix seconds.
    pub not_before: UnixTime,
    /// Last instant at which its credentials are accepted, in Unix seconds.
    pub not_after: UnixTime,
}

/// A verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifierDocument {
    /// Its id: the audience of its requests.
    pub id: Identifier,
    /// Its name for people.
    pub name: String,
    /// The ES256 key that signs its requests.
    pub key: Es256PublicKey,
    /// The https URLs that answers may be sent to.
    pub endpoints: Vec<String>,
    /// The policies it may ask: by id, the purpose, the digest of the policy
    /// ([`PolicyDocument::digest`](crate::policy::PolicyDocument::digest)).
    pub purposes: BTreeMap<Identifier, Digest>,
}

/// A source of evidence: a registry, a network, a vendor, a branch, a reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDocument {
    /// Its id: the `kid` of its attestations.
    pub id: Identifier,
    /// Its name for people.
    pub name: String,
    /// The key that signs its attestations, ES256 or SM2.
    pub key: PublicKey,
    /// What it may attest.
    pub kinds: BTreeSet<EvidenceKind>,
    /// First instant at which its attestations are accepted, in Unix seconds.
    pub not_before: UnixTime,
    /// Last instant at which its attestations are accepted, in Unix seconds.
    pub not_after: UnixTime,
}

/// The keys of one relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationDocument {
    /// SHA-256 of the canonical verifying key.
    pub key_id: Digest,
    /// SHA-256 of the proving key.
    pub proving_key_digest: Digest,
    /// Whether the keys come from an insecure setup, whose maker can forge.
    pub development: bool,
}
