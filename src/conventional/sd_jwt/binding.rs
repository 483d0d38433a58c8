//! The proof that who presents an SD-JWT holds its key: the Key Binding JWT (RFC 9901, section 4.3).

use super::{HashAlgorithm, JwtFault, SdJwt, SdJwtError, Verified, check_size, jwt, jwt::Jwt, split_binding};
use crate::{
    codec::{Kind, from_json, to_json},
    digest::Digest,
    signature::{Algorithm, PublicKey, RawSignature, SigningKey},
    time::{UnixTime, Validity, ValidityError},
};
use serde_json::{Map, Value, json};
use std::fmt;

/// The `typ` of a Key Binding JWT (RFC 9901, section 4.3).
pub const KEY_BINDING_TYPE: &str = "kb+jwt";

const AUDIENCE: &str = "aud";
const ISSUED_AT: &str = "iat";
const NONCE: &str = "nonce";
const PRESENTED: &str = "sd_hash";

/// What a holder answers: to whom, to which nonce, when, and what the caller adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingClaims<'a> {
    /// `aud`: the verifier, one string.
    pub audience: &'a str,
    /// `nonce`: the verifier's.
    pub nonce: &'a str,
    /// `iat`: the holder's time.
    pub issued_at: UnixTime,
    /// Further claims of a profile.
    pub extra: &'a Map<String, Value>,
}

/// What a verifier expects of a Key Binding JWT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingExpectation<'a> {
    /// The one `aud`.
    pub audience: &'a str,
    /// The `nonce`, of this transaction only.
    pub nonce: &'a str,
    /// Where `iat` may lie, both ends included.
    pub issued: Validity,
    /// Exactly the further claims: one that is missing, differs or is in excess is refused.
    pub extra: &'a Map<String, Value>,
}

impl SdJwt {
    /// Fixes the bytes that the holder's key signs to present this SD-JWT. The header is exactly `{"alg":..,"typ":"kb+jwt"}`.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::Issuer`] and [`SdJwtError::UnknownHash`] if the payload does not say the hash;
    /// [`SdJwtError::ExtraClaims`] for an extra claim with a name of the format's own; [`SdJwtError::KeyBinding`] for extra
    /// claims with `null` in them or too deep to be read again; [`SdJwtError::TooLarge`].
    pub fn binding(&self, algorithm: Algorithm, claims: &BindingClaims<'_>) -> Result<UnsignedBinding, SdJwtError> {
        let hash = HashAlgorithm::take(&mut self.unverified_claims()?)?;
        let mut payload = claims.extra.clone();
        for (name, value) in [
            (AUDIENCE, json!(claims.audience)),
            (ISSUED_AT, json!(claims.issued_at.seconds())),
            (NONCE, json!(claims.nonce)),
            (PRESENTED, json!(self.presented_hash(hash))),
        ] {
            if payload.insert(name.to_owned(), value).is_some() {
                return Err(SdJwtError::ExtraClaims);
            }
        }
        let payload = to_json(Kind::SD_JWT, &payload).map_err(|_| SdJwtError::TooLarge)?;
        // Whatever its decoder would refuse is refused where it is made.
        from_json::<Map<String, Value>>(Kind::SD_JWT, &payload)
            .map_err(|error| SdJwtError::KeyBinding(JwtFault::Malformed(error)))?;
        let header = format!(r#"{{"alg":"{}","typ":"{KEY_BINDING_TYPE}"}}"#, algorithm.as_str());
        Ok(UnsignedBinding { sd_jwt: self.clone(), signing_input: jwt::signing_input(header.as_bytes(), &payload) })
    }

    /// The SD-JWT with a key binding by a key at hand.
    ///
    /// # Errors
    ///
    /// Those of [`SdJwt::binding`].
    pub fn bind(&self, holder: &SigningKey, claims: &BindingClaims<'_>) -> Result<KeyBoundSdJwt, SdJwtError> {
        let unsigned = self.binding(holder.public_key().algorithm(), claims)?;
        let signature = holder.sign(unsigned.signing_input());
        unsigned.attach(&signature.map_err(|e| SdJwtError::KeyBinding(JwtFault::Signature(e)))?)
    }

    /// The value of `sd_hash` (RFC 9901, section 4.3.1): over the text with its last tilde.
    fn presented_hash(&self, hash: HashAlgorithm) -> String {
        hash.digest(self.pieces())
    }
}

/// An SD-JWT whose key binding lacks its signature.
#[derive(Clone)]
pub struct UnsignedBinding {
    sd_jwt: SdJwt,
    signing_input: String,
}

impl UnsignedBinding {
    /// The bytes to sign: `base64url(header).base64url(payload)`.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The presentation with a signature from elsewhere, which is not verified here.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`].
    pub fn attach(self, signature: &RawSignature) -> Result<KeyBoundSdJwt, SdJwtError> {
        let binding =
            Jwt::parse(&jwt::with_signature(&self.signing_input, signature)).map_err(SdJwtError::KeyBinding)?;
        let bound = KeyBoundSdJwt { sd_jwt: self.sd_jwt, binding };
        check_size(&bound.to_text())?;
        Ok(bound)
    }
}

impl fmt::Debug for UnsignedBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsignedBinding").field("sd_jwt", &self.sd_jwt).finish_non_exhaustive()
    }
}

/// An SD-JWT with a Key Binding JWT behind its last tilde, as received: no signature is verified.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyBoundSdJwt {
    sd_jwt: SdJwt,
    binding: Jwt,
}

impl KeyBoundSdJwt {
    /// Reads the form of an SD-JWT with key binding. That there must be one is the verifier's decision, which it takes by
    /// calling this (RFC 9901, section 9.5).
    ///
    /// # Errors
    ///
    /// [`SdJwtError::MissingKeyBinding`], [`SdJwtError::KeyBinding`]; those of [`SdJwt::parse`].
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        check_size(text)?;
        let (presented, binding) = split_binding(text)?;
        if binding.is_empty() {
            return Err(SdJwtError::MissingKeyBinding);
        }
        let binding = Jwt::parse(binding).map_err(SdJwtError::KeyBinding)?;
        Ok(Self { sd_jwt: SdJwt::from_presented(presented)?, binding })
    }

    /// The SD-JWT in it.
    #[must_use]
    pub const fn sd_jwt(&self) -> &SdJwt {
        &self.sd_jwt
    }

    /// The claims of the Key Binding JWT before anything is verified, for whoever explains a file.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::KeyBinding`] if the payload is not a JSON object.
    pub fn unverified_binding_claims(&self) -> Result<Map<String, Value>, SdJwtError> {
        self.binding.payload().map_err(SdJwtError::KeyBinding)
    }

    /// Requires the holder's signature over exactly what is presented and expected (RFC 9901, section 7.3, step 5).
    ///
    /// `verified` is what [`SdJwt::verify`] gave for [`KeyBoundSdJwt::sd_jwt`], so that the issuer comes first; `holder` is the
    /// key that its claims name.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::KeyBinding`], [`SdJwtError::BindingClaim`], [`SdJwtError::WrongAudience`], [`SdJwtError::WrongNonce`],
    /// [`SdJwtError::Stale`], [`SdJwtError::FromTheFuture`], [`SdJwtError::WrongHash`], [`SdJwtError::ExtraClaims`].
    pub fn verify_binding(
        &self,
        verified: &Verified,
        holder: &PublicKey,
        expected: &BindingExpectation<'_>,
    ) -> Result<(), SdJwtError> {
        self.binding.verify(holder, KEY_BINDING_TYPE).map_err(SdJwtError::KeyBinding)?;
        let mut claims = self.binding.payload().map_err(SdJwtError::KeyBinding)?;
        let audience = take_text(&mut claims, AUDIENCE)?;
        let nonce = take_text(&mut claims, NONCE)?;
        let hash = take_text(&mut claims, PRESENTED)?;
        let issued_at = claims.remove(ISSUED_AT).and_then(|value| value.as_i64());
        let issued_at = issued_at.ok_or(SdJwtError::BindingClaim { name: ISSUED_AT })?;
        if audience != expected.audience {
            return Err(SdJwtError::WrongAudience);
        }
        if nonce != expected.nonce {
            return Err(SdJwtError::WrongNonce);
        }
        expected.issued.check(UnixTime::from_seconds(issued_at)).map_err(|error| match error {
            ValidityError::NotYet => SdJwtError::Stale,
            _ => SdJwtError::FromTheFuture,
        })?;
        if hash != self.sd_jwt.presented_hash(verified.hash_algorithm()) {
            return Err(SdJwtError::WrongHash);
        }
        if claims == *expected.extra { Ok(()) } else { Err(SdJwtError::ExtraClaims) }
    }

    /// The text, `<JWT>~<disclosure>~...~<KB-JWT>`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.sd_jwt.to_text();
        text.push_str(self.binding.as_str());
        text
    }

    /// SHA-256 over a tag and the exact bytes of the Key Binding JWT, which names the presentation: `sd_hash` in it covers the
    /// rest.
    #[must_use]
    pub fn binding_digest(&self, tag: &[u8]) -> Digest {
        Digest::of(tag, &[self.binding.as_str().as_bytes()])
    }
}

impl fmt::Debug for KeyBoundSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyBoundSdJwt").field("sd_jwt", &self.sd_jwt).finish_non_exhaustive()
    }
}

/// Takes a claim that must be one string.
fn take_text(claims: &mut Map<String, Value>, name: &'static str) -> Result<String, SdJwtError> {
    match claims.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(SdJwtError::BindingClaim { name }),
    }
}
