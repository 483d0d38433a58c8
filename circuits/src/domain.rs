//! Every domain-separation tag, so that no two uses can collide.
//!
//! A field tag is the big-endian integer of its ASCII text (at most 31 bytes) and sits in Poseidon's capacity; it is never
//! zero, and zero is left to circomlib's own hash (spec, encoding, table of tags). A byte tag starts a transcript or a digest.

use crate::field::Fr;
use ark_ff::PrimeField;

fn tag(text: &[u8]) -> Fr {
    Fr::from_be_bytes_mod_order(text)
}

/// Poseidon capacity of the holder tag: `holder_tag = Poseidon(TAG; k, b)`.
#[must_use]
pub fn holder_tag() -> Fr {
    tag(b"shiming/holder-tag/1")
}

/// Session of the presentation protocol's Fiat-Shamir transcript.
pub const PRESENTATION: &[u8] = b"shiming/presentation/1";
/// Session of the enrolment protocol's Fiat-Shamir transcript.
pub const ENROLMENT: &[u8] = b"shiming/enrolment/1";
/// Session of the check that a holder makes of a proof before caching it; never on the wire.
pub const PREPARE_CHECK: &[u8] = b"shiming/prepare-check/1";
/// Session of the conventional path's Fiat-Shamir transcript.
pub const CONVENTIONAL: &[u8] = b"shiming/conventional/1";
/// Session of the sponge that hedges holder randomness.
pub const HEDGE: &[u8] = b"shiming/hedge/1";
/// Session of the sponge that yields batch weights.
pub const WEIGHTS: &[u8] = b"shiming/weights/1";
/// DST of the pseudonym's hash to G1 (RFC 9380, section 3.1).
pub const PSEUDONYM_DST: &[u8] = b"SHIMING-V01-CS01-with-BN254G1_XMD:SHA-256_SVDW_RO_";
/// HKDF info prefix of wallet secrets.
pub const WALLET: &[u8] = b"shiming/wallet/1";
/// Prefix of the digest of a request's exact bytes.
pub const REQUEST_DIGEST: &[u8] = b"shiming/request-digest/1";
/// Prefix of the digest of an issuer's challenge.
pub const CHALLENGE_DIGEST: &[u8] = b"shiming/challenge-digest/1";
/// Prefix of the digest that tells persons apart in an issuer's tag ledger.
pub const PERSON: &[u8] = b"shiming/person/1";
/// Prefix of the digest that stands for a subject in a session of proofing.
pub const SUBJECT: &[u8] = b"shiming/subject/1";
/// Prefix of the digest by which evidence of kinship names a relative's presentation.
pub const RELATIVE: &[u8] = b"shiming/relative/1";
/// Prefix of the digest by which a reviewer's decision names the review.
pub const REVIEW: &[u8] = b"shiming/review/1";
/// Tag of the chain of a verified status' events.
pub const STANDING_LOG: &[u8] = b"shiming/standing-log/1";
/// Tag of the chain of a case's events.
pub const CASE_LOG: &[u8] = b"shiming/case-log/1";
/// Prefix of the digest of a holder tag in a case's log.
pub const TAG_DIGEST: &[u8] = b"shiming/tag-digest/1";
/// Prefix of the digest of a source's attestation.
pub const ATTESTATION_DIGEST: &[u8] = b"shiming/attestation-digest/1";
/// Prefix of the digest of a schema table.
pub const SCHEMA_DIGEST: &[u8] = b"shiming/schema-digest/1";
/// Prefix of the digest of a verifying key.
pub const KEY_ID: &[u8] = b"shiming/key-id/1";
/// Prefix of the digest of an issuer key.
pub const ISSUER_KEY_ID: &[u8] = b"shiming/issuer-key-id/1";
/// Prefix of what an issuer signs to prove that it has the key that it registers, and of the digest in it.
pub const KEY_POSSESSION: &[u8] = b"shiming/key-possession/1";
/// Prefix of the digest that a holder signs to prove that it has the binding key that it enrols.
pub const BINDING_POSSESSION: &[u8] = b"shiming/binding-possession/1";
/// Prefix of the digest of a key-binding JWT in the transcript of a conventional answer.
pub const KEY_BINDING_DIGEST: &[u8] = b"shiming/key-binding-digest/1";
/// Prefix of the digest of a relation's matrices.
pub const MATRICES: &[u8] = b"shiming/matrices/1";
/// Session of the nonce derivation of EdDSA-Poseidon signatures.
pub const EDDSA_NONCE: &[u8] = b"shiming/eddsa-nonce/1";
/// Prefix of the head of an empty hash chain (SM3).
pub const CHAIN_GENESIS: &[u8] = b"shiming/chain-genesis/1";
/// Prefix of a head of a hash chain after an entry (SM3).
pub const CHAIN_ENTRY: &[u8] = b"shiming/chain-entry/1";
