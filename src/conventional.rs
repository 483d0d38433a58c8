//! The conventional path: the same request is answered by disclosing exactly what its policy needs, under the issuer's SM2 or ES256
//! signature, and judged by the same evaluator (spec/conventional).
//!
//! [`sd_jwt`] is RFC 9901 and nothing else; a credential's twin is an SD-JWT VC with a claim for each attribute; an [`Answer`] is
//! one twin with its key binding for each credential and, where the policy asks for a pseudonym or several credentials, a proof
//! that one holder is behind every tag.

mod answer;
mod claims;
mod fault;
pub mod sd_jwt;
pub(crate) mod statement;
pub(crate) mod twin;

pub use answer::Answer;
pub use claims::{AGE_OVER_18, vct};
pub use fault::ConventionalFault;

use crate::{codec::to_base64url, request::CheckedRequest};
use serde_json::{Map, Value, json};

/// The claim of key-binding JWTs that names the request by its digest: the holder agreed to these exact bytes.
pub const REQUEST_CLAIM: &str = "request";

/// What the key-binding JWT of an answer has beside the claims of RFC 9901.
pub(crate) fn binding_extra(request: &CheckedRequest) -> Map<String, Value> {
    let digest = json!(to_base64url(request.digest().as_bytes()));
    Map::from_iter([(REQUEST_CLAIM.to_owned(), digest)])
}
