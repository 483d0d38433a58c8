//! What an issuer puts into an SD-JWT, before it is signed.

use super::{
    DIGESTS, DISCLOSURE_CAP, Disclosure, HASH, HashAlgorithm, SD_JWT_VC_TYPE, SdJwt, SdJwtError, is_reserved, jwt,
    names_reserved,
};
use crate::{
    codec::{Identifier, Kind, from_json, to_json},
    signature::{Algorithm, RawSignature, SigningKey},
};
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};
use std::fmt;

/// Plain claims, and claims that the holder will disclose or not.
#[derive(Clone)]
pub struct Draft {
    claims: Map<String, Value>,
    disclosures: Vec<Disclosure>,
    decoys: usize,
    hash: HashAlgorithm,
}

impl Draft {
    /// A draft with the claims that every presentation will show.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::NestedDigests`] for a name of the format itself, `_sd`, `_sd_alg` or `...`, at any depth.
    pub fn new(claims: Map<String, Value>, hash: HashAlgorithm) -> Result<Self, SdJwtError> {
        if claims.iter().any(|(name, value)| is_reserved(name) || names_reserved(value)) {
            return Err(SdJwtError::NestedDigests);
        }
        Ok(Self { claims, disclosures: Vec::new(), decoys: 0, hash })
    }

    /// Adds a claim that the holder may disclose, under a fresh salt.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::Disclosure`], [`SdJwtError::DuplicateClaim`], [`SdJwtError::TooManyDisclosures`].
    pub fn disclose<R: CryptoRng + ?Sized>(
        &mut self,
        name: &str,
        value: &Value,
        rng: &mut R,
    ) -> Result<(), SdJwtError> {
        if self.claims.contains_key(name) || self.disclosures.iter().any(|disclosure| disclosure.name() == name) {
            return Err(SdJwtError::DuplicateClaim);
        }
        if self.disclosures.len() >= DISCLOSURE_CAP {
            return Err(SdJwtError::TooManyDisclosures);
        }
        self.disclosures.push(Disclosure::new(name, value, rng).map_err(SdJwtError::Disclosure)?);
        Ok(())
    }

    /// Sets the number of decoy digests, which hide how many claims there are (RFC 9901, section 4.2.5).
    pub fn set_decoys(&mut self, count: usize) {
        self.decoys = count;
    }

    /// Fixes the bytes that the issuer signs. The header is exactly `{"alg":..,"kid":..,"typ":"dc+sd-jwt"}`. The digests are
    /// sorted, so that their order tells nothing about the claims.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`]; [`SdJwtError::Issuer`] for claims with `null` in them or too deep to be read again.
    pub fn seal<R: CryptoRng + ?Sized>(
        self,
        algorithm: Algorithm,
        key_id: &Identifier,
        rng: &mut R,
    ) -> Result<UnsignedSdJwt, SdJwtError> {
        // Beyond it no decoder takes the result.
        if self.decoys > Kind::SD_JWT.cap() {
            return Err(SdJwtError::TooLarge);
        }
        let mut digests: Vec<String> = self.disclosures.iter().map(|disclosure| disclosure.digest(self.hash)).collect();
        for _ in 0..self.decoys {
            digests.push(self.hash.decoy(rng));
        }
        digests.sort_unstable();
        let mut payload = self.claims;
        payload.insert(HASH.to_owned(), json!(self.hash.as_str()));
        if !digests.is_empty() {
            payload.insert(DIGESTS.to_owned(), json!(digests));
        }
        let payload = to_json(Kind::SD_JWT, &payload).map_err(|_| SdJwtError::TooLarge)?;
        // Whatever its decoder would refuse is refused where it is made.
        from_json::<Map<String, Value>>(Kind::SD_JWT, &payload)
            .map_err(|error| SdJwtError::Issuer(super::JwtFault::Malformed(error)))?;
        let header = format!(r#"{{"alg":"{}","kid":"{key_id}","typ":"{SD_JWT_VC_TYPE}"}}"#, algorithm.as_str());
        let signing_input = jwt::signing_input(header.as_bytes(), &payload);
        Ok(UnsignedSdJwt { signing_input, disclosures: self.disclosures })
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("disclosures", &self.disclosures).finish_non_exhaustive()
    }
}

/// An SD-JWT that lacks its signature.
#[derive(Clone)]
pub struct UnsignedSdJwt {
    signing_input: String,
    disclosures: Vec<Disclosure>,
}

impl UnsignedSdJwt {
    /// Reads what [`UnsignedSdJwt::to_text`] wrote. That header and payload are well formed shows when the signature is attached.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`], [`SdJwtError::NoTilde`], [`SdJwtError::UnexpectedKeyBinding`], [`SdJwtError::TooManyDisclosures`],
    /// [`SdJwtError::Disclosure`].
    pub fn parse(text: &str) -> Result<Self, SdJwtError> {
        super::check_size(text)?;
        let (presented, binding) = super::split_binding(text)?;
        if !binding.is_empty() {
            return Err(SdJwtError::UnexpectedKeyBinding);
        }
        let mut parts = presented.split('~');
        let signing_input = parts.next().unwrap_or_default().to_owned();
        if parts.clone().count() > DISCLOSURE_CAP {
            return Err(SdJwtError::TooManyDisclosures);
        }
        let disclosures = parts.map(Disclosure::parse).collect::<Result<_, _>>().map_err(SdJwtError::Disclosure)?;
        Ok(Self { signing_input, disclosures })
    }

    /// The text `<header>.<payload>~<disclosure>~...~`, to keep until the signature comes from elsewhere.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.signing_input.clone() + "~";
        text.extend(self.disclosures.iter().flat_map(|disclosure| [disclosure.as_str(), "~"]));
        text
    }

    /// The bytes to sign: `base64url(header).base64url(payload)`.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The SD-JWT with a signature from elsewhere, which is not verified here: [`SdJwt::verify`] is.
    ///
    /// # Errors
    ///
    /// [`SdJwtError::TooLarge`].
    pub fn attach(self, signature: &RawSignature) -> Result<SdJwt, SdJwtError> {
        let jwt = jwt::Jwt::parse(&jwt::with_signature(&self.signing_input, signature)).map_err(SdJwtError::Issuer)?;
        let sd_jwt = SdJwt { jwt, disclosures: self.disclosures };
        super::check_size(&sd_jwt.to_text())?;
        Ok(sd_jwt)
    }

    /// The SD-JWT under a key at hand, which must have the algorithm of [`Draft::seal`].
    ///
    /// # Errors
    ///
    /// [`SdJwtError::Issuer`], [`SdJwtError::TooLarge`].
    pub fn sign(self, key: &SigningKey) -> Result<SdJwt, SdJwtError> {
        let signature =
            key.sign(self.signing_input()).map_err(|e| SdJwtError::Issuer(super::JwtFault::Signature(e)))?;
        self.attach(&signature)
    }
}

impl fmt::Debug for UnsignedSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsignedSdJwt").field("disclosures", &self.disclosures).finish_non_exhaustive()
    }
}
