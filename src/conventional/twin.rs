//! The twin of a credential: an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) with the same attribute values.

use super::{
    claims::{AGE_OVER_18, from_claim, is_claim, to_claim, vct},
    fault::ConventionalFault,
    sd_jwt::{Draft, HashAlgorithm, SD_JWT_VC_TYPE, SdJwt, SdJwtError, UnsignedSdJwt, Verified},
};
use crate::{
    codec::Identifier,
    policy::{ADULT_YEARS, Known},
    registry::IssuerKeyId,
    schema::{AttributeFault, Attributes, BIRTH_DATE, Schema, Value},
    signature::{Algorithm, Jwk, PublicKey},
    time::{Date, UnixTime, Validity, ValidityError},
};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use shiming_circuits::field::Fr;
use std::{collections::BTreeMap, sync::Arc};

/// The plain claims, which every answer shows. `nbf` and `exp` are those of the issuer's key, so that they tell holders apart as
/// little as the key does; how long the attributes hold, the policy asks.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    vct: String,
    iss: Identifier,
    nbf: UnixTime,
    exp: UnixTime,
    cnf: Confirmation,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jwk: Jwk,
}

/// The hash that goes with an algorithm: national with national.
const fn hash_of(algorithm: Algorithm) -> HashAlgorithm {
    match algorithm {
        Algorithm::Es256 => HashAlgorithm::Sha256,
        Algorithm::Sm2 => HashAlgorithm::Sm3,
    }
}

/// Fixes what the issuer signs beside the TBS: the same values by construction, since both come from `attributes`.
///
/// The number of digests is the schema's, whatever the values: an absent value is a claim too, and a decoy stands for a missing
/// [`AGE_OVER_18`].
pub(crate) fn seal(
    issuer: &Identifier,
    (key, algorithm): (IssuerKeyId, Algorithm),
    attributes: &Attributes,
    binding_key: &PublicKey,
    window: Validity,
    today: Date,
    rng: &mut impl CryptoRng,
) -> Result<UnsignedSdJwt, SdJwtError> {
    let schema = attributes.schema();
    let (vct, iss, (nbf, exp)) = (vct(schema), issuer.clone(), (window.not_before(), window.not_after()));
    let plain = Plain { vct, iss, nbf, exp, cnf: Confirmation { jwk: binding_key.into() } };
    // A structure of texts and numbers is a JSON object.
    let Ok(Json::Object(plain)) = serde_json::to_value(plain) else { return Err(SdJwtError::NestedDigests) };
    let mut draft = Draft::new(plain, hash_of(algorithm))?;
    for (slot, value) in attributes.iter().filter(|(slot, _)| is_claim(slot)) {
        draft.disclose(slot.name(), &to_claim(&value), rng)?;
    }
    if schema.slot(BIRTH_DATE).is_some() {
        if is_adult(attributes, today) {
            draft.disclose(AGE_OVER_18, &json!(true), rng)?;
        } else {
            draft.set_decoys(1);
        }
    }
    draft.seal(algorithm, &key.to_identifier(), rng)
}

/// 18 years completed on the day before `today`: no request that the credential can answer is of an earlier day.
fn is_adult(attributes: &Attributes, today: Date) -> bool {
    let (Some(Value::Date(birth)), Ok(yesterday)) = (attributes.get(BIRTH_DATE), today.plus_days(-1)) else {
        return false;
    };
    birth.has_age(ADULT_YEARS, yesterday)
}

/// What an SD-JWT shows, after the issuer's signature over it was verified.
pub(crate) struct Shown {
    /// The holder's binding key.
    pub(crate) binding_key: PublicKey,
    /// What the RFC's layer gave.
    pub(crate) verified: Verified,
    /// What is disclosed.
    pub(crate) attributes: ShownAttributes,
}

/// The attributes that an SD-JWT discloses.
pub(crate) struct ShownAttributes {
    schema: Arc<Schema>,
    elements: BTreeMap<usize, Fr>,
    adult: bool,
}

/// Why an SD-JWT does not show attributes of a schema.
pub(crate) enum ShowError {
    Fault(ConventionalFault),
    Value { attribute: String, fault: AttributeFault },
}

impl From<ConventionalFault> for ShowError {
    fn from(fault: ConventionalFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<SdJwtError> for ShowError {
    fn from(error: SdJwtError) -> Self {
        Self::Fault(error.into())
    }
}

impl ShownAttributes {
    /// The disclosed slots.
    pub(crate) fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.elements.keys().copied()
    }

    /// Whether [`AGE_OVER_18`] is disclosed.
    pub(crate) fn shows_adulthood(&self) -> bool {
        self.adult
    }
}

impl Known for ShownAttributes {
    fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    fn element(&self, slot: usize) -> Option<Fr> {
        self.elements.get(&slot).copied()
    }

    fn integer(&self, slot: usize) -> Option<u32> {
        let slot = self.schema.slots().get(slot)?;
        slot.decode(&self.element(slot.number())?).ok()?.integer()
    }

    fn is_attested_adult(&self) -> bool {
        self.adult
    }
}

/// Verifies the issuer's signature and reads everything that an SD-JWT says: plain claims, window, disclosed attributes.
pub(crate) fn show(
    sd_jwt: &SdJwt,
    (issuer, key): (&Identifier, &PublicKey),
    schema: &Arc<Schema>,
    now: UnixTime,
) -> Result<Shown, ShowError> {
    let verified = sd_jwt.verify(key, SD_JWT_VC_TYPE)?;
    if verified.hash_algorithm() != hash_of(key.algorithm()) {
        return Err(ConventionalFault::Hash.into());
    }
    let plain = Plain::deserialize(verified.claims()).map_err(|_| ConventionalFault::Claims)?;
    if plain.vct != vct(schema) {
        return Err(ConventionalFault::WrongType.into());
    }
    if plain.iss != *issuer {
        return Err(ConventionalFault::WrongIssuer.into());
    }
    let window = Validity::new(plain.nbf, plain.exp).map_err(|_| ConventionalFault::Claims)?;
    window.check(now).map_err(|error| match error {
        ValidityError::NotYet => ConventionalFault::NotYetValid,
        _ => ConventionalFault::Expired,
    })?;
    let binding_key = PublicKey::try_from(plain.cnf.jwk).map_err(|_| ConventionalFault::BindingKey)?;
    if binding_key.algorithm() != key.algorithm() {
        return Err(ConventionalFault::BindingKey.into());
    }
    let mut attributes = ShownAttributes { schema: Arc::clone(schema), elements: BTreeMap::new(), adult: false };
    for (name, claim) in verified.disclosed() {
        if name == AGE_OVER_18 && schema.slot(BIRTH_DATE).is_some() {
            // Anything but `true` is never issued, and satisfies nothing.
            attributes.adult = *claim == Json::Bool(true);
            if !attributes.adult {
                return Err(ConventionalFault::UnknownClaim.into());
            }
            continue;
        }
        let slot = schema.slot(name).filter(|slot| is_claim(slot)).ok_or(ConventionalFault::UnknownClaim)?;
        let value = |fault| ShowError::Value { attribute: name.clone(), fault };
        attributes.elements.insert(slot.number(), from_claim(slot, claim).map_err(value)?);
    }
    Ok(Shown { binding_key, verified, attributes })
}

/// Whether an SD-JWT with all its disclosures is the twin of these attributes: every claim of the schema, each with the same
/// value, [`AGE_OVER_18`] for whoever was an adult when he was verified, and only for an adult of `today`.
pub(crate) fn is_twin(shown: &ShownAttributes, attributes: &Attributes, today: Date) -> bool {
    let schema = attributes.schema();
    let same = schema.slots().iter().filter(|slot| is_claim(slot)).all(|slot| {
        let own = attributes.slots().get(slot.number());
        own.is_some() && shown.element(slot.number()).as_ref() == own
    });
    let verified_on = match attributes.get("verified_on") {
        Some(Value::Date(date)) => Some(date),
        _ => None,
    };
    // Cut out on the way, it would make the wallet show the date of birth instead: whoever was an adult when he was verified
    // was one at the issue.
    let due = verified_on.is_some_and(|date| is_adult(attributes, date));
    same && if shown.adult { is_adult(attributes, today) } else { !due }
}
