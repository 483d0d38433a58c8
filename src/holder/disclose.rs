//! Answering on the conventional path: what would be disclosed is shown first, and only consent turns it into an answer.

use super::{HolderError, check_own};
use crate::{
    codec::to_base64url,
    conventional::{
        AGE_OVER_18, Answer, binding_extra,
        sd_jwt::{BindingClaims, KeyBoundSdJwt},
        statement::{Bound, build},
    },
    credential::Credential,
    keys::ProvingKeys,
    policy::{Disclosed, Path},
    proof::linked::{LinkedProof, prove},
    request::CheckedRequest,
    schema::{Attributes, HOLDER_TAG},
    statement::Context,
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::relation::tag;
use std::collections::BTreeSet;

/// What a conventional answer to one request would disclose. Nothing has been signed: show it to the holder, and only on
/// consent call [`Proposal::disclose_with_consent`].
pub struct Proposal<'a> {
    credentials: &'a [&'a Credential],
    request: &'a CheckedRequest,
    disclosed: Vec<BTreeSet<String>>,
}

/// Works out what a conventional answer would disclose, with one credential for each entry of the policy, in order. The policy is
/// evaluated natively first, so that nothing is disclosed in vain.
///
/// # Errors
///
/// [`HolderError`], one variant per cause.
pub fn propose<'a>(
    wallet: &Wallet,
    credentials: &'a [&'a Credential],
    request: &'a CheckedRequest,
    trust: &Trust,
    now: UnixTime,
) -> Result<Proposal<'a>, HolderError> {
    let policy = request.policy();
    if !policy.allows(Path::Conventional) {
        return Err(HolderError::ConventionalNotAccepted);
    }
    let entries = policy.entries();
    if credentials.len() != entries.len() {
        return Err(HolderError::Count { expected: entries.len(), found: credentials.len() });
    }
    for (index, (entry, credential)) in entries.iter().zip(credentials).enumerate() {
        let schema = credential.attributes().schema();
        if schema.id() != entry.schema().id() {
            let (expected, found) = (entry.schema().name().to_string(), schema.name().to_string());
            return Err(HolderError::Schema { index, expected, found });
        }
        if !entry.permits(credential.issuer()) {
            return Err(HolderError::IssuerNotAccepted { index, issuer: credential.issuer().to_string() });
        }
        super::accept(wallet, credential, trust, now)?;
    }
    let attributes: Vec<&Attributes> = credentials.iter().map(|credential| credential.attributes()).collect();
    policy.evaluate(request.request().today, &attributes)?;
    let needed = policy.conventional_disclosures();
    let disclosed = needed.iter().zip(credentials).map(|(needed, credential)| names(needed, credential)).collect();
    Ok(Proposal { credentials, request, disclosed })
}

/// The claims that one credential discloses: [`AGE_OVER_18`] instead of the date of birth where it says enough.
fn names(needed: &Disclosed, credential: &Credential) -> BTreeSet<String> {
    let signed = |name: &str| credential.sd_jwt().disclosures().iter().any(|disclosure| disclosure.name() == name);
    let age = needed.age_suffices.filter(|_| signed(AGE_OVER_18));
    let slots = credential.attributes().schema().slots();
    let slots = needed.slots.iter().filter(|slot| Some(**slot) != age).filter_map(|slot| slots.get(*slot));
    slots.map(|slot| slot.name().to_owned()).chain(age.map(|_| AGE_OVER_18.to_owned())).collect()
}

impl Proposal<'_> {
    /// Every claim that would be disclosed: the credential from 0, the claim's name, and its value as text.
    #[must_use]
    pub fn disclosures(&self) -> Vec<(usize, String, String)> {
        let claim = |index: usize, name: &String| {
            let attribute = self.credentials.get(index).and_then(|credential| credential.attributes().get(name));
            (index, name.clone(), attribute.map_or_else(|| "true".to_owned(), |value| value.to_text()))
        };
        let all = self.disclosed.iter().enumerate();
        all.flat_map(|(index, names)| names.iter().map(move |name| claim(index, name))).collect()
    }

    /// Whether the lifelong holder tags are among them: they link conventional answers across platforms, and name the account
    /// that this holder has here in zero knowledge.
    #[must_use]
    pub fn reveals_holder_tags(&self) -> bool {
        self.disclosed.iter().any(|names| names.contains(HOLDER_TAG))
    }

    /// The answer. Call it only after the holder has seen [`Proposal::disclosures`] and agreed.
    ///
    /// # Errors
    ///
    /// [`HolderError`], one variant per cause.
    pub fn disclose_with_consent(
        self,
        wallet: &Wallet,
        trust: &Trust,
        keys: Option<&ProvingKeys>,
        now: UnixTime,
        rng: &mut impl CryptoRng,
    ) -> Result<Answer, HolderError> {
        let request = self.request;
        let presented = self.credentials.iter().zip(&self.disclosed).map(|(credential, names)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            present(wallet, credential, &names, request, trust, now)
        });
        let presented: Vec<KeyBoundSdJwt> = presented.collect::<Result<_, _>>()?;
        let proof = if request.policy().is_linked() {
            Some(link(wallet, self.credentials, &presented, request, trust, keys.ok_or(HolderError::Keys)?, rng)?)
        } else {
            None
        };
        Ok(Answer { presented, proof })
    }
}

/// One SD-JWT with the chosen disclosures, bound to the request.
pub(crate) fn present(
    wallet: &Wallet,
    credential: &Credential,
    names: &[&str],
    request: &CheckedRequest,
    trust: &Trust,
    now: UnixTime,
) -> Result<KeyBoundSdJwt, HolderError> {
    let content = request.request();
    let claims = BindingClaims {
        audience: content.audience.as_str(),
        nonce: &to_base64url(content.nonce.as_bytes()),
        issued_at: now,
        extra: &binding_extra(request),
    };
    let algorithm = trust.issuer_key(credential.key()).ok_or(HolderError::IssuerKey)?.sd_jwt.algorithm();
    let key = wallet.binding_key(algorithm, credential.challenge())?;
    Ok(credential.sd_jwt().select(names).bind(&key, &claims)?)
}

/// The proof that one holder is behind every tag, and of the pseudonym.
pub(crate) fn link(
    wallet: &Wallet,
    credentials: &[&Credential],
    presented: &[KeyBoundSdJwt],
    request: &CheckedRequest,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<LinkedProof, HolderError> {
    let bound = credentials.iter().zip(presented).map(|(credential, presented)| Bound {
        key: *credential.key(),
        holder_tag: credential.holder_tag(),
        presented,
    });
    let bound: Vec<Bound<'_>> = bound.collect();
    let statement = build(request.plan(), &Context::of(request), &bound, trust).map_err(|_| HolderError::Keys)?;
    let k = wallet.k();
    let mut cores = Vec::with_capacity(credentials.len());
    for credential in credentials {
        let witness = tag::Witness { k: *k, b: *wallet.b(credential.issuer().as_str()) };
        cores.push(keys.tag.prove(&tag::Statement { holder_tag: credential.holder_tag() }, &witness)?);
    }
    let proof = prove(&statement, &[*k], &cores, rng).map_err(|_| HolderError::Keys)?;
    check_own(&statement, &proof, rng)?;
    Ok(proof)
}
