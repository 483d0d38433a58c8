//! Evidence: what a source says that it has found out about somebody, signed, for one session of one case.
//!
//! A population registry, a card network, a vendor of face recognition, a reviewer: each is a [`crate::registry::Source`] with a
//! key and the kinds that it may attest. It signs an [`Attestation`], a JWS with ES256 or SM2; [`SignedAttestation::check`] makes
//! [`CheckedEvidence`] of it, and nothing else does. That source S said X at time T is what a check shows, not that X is true.
//!
//! No attestation has room for an image, a template, a card number or a CVV: its members are results, measures and digests, and
//! an unknown member is refused. Digests of facts ([`FactKey`]) are keyed by the session, so that the issuer can compare two
//! sources and nobody can look up a number in them.

mod attestation;
mod check;
mod kind;
mod session;

pub use attestation::{ATTESTATION_TYPE, Attestation, SIMILARITY_CAP, SignedAttestation};
pub(crate) use check::Record;
pub use check::{Blame, CheckedEvidence, DocumentTerm, EvidenceError};
pub use kind::{Element, EvidenceKind, Fact, Member, Method, Outcome};
pub use session::{FactKey, Session, SubjectRef};
