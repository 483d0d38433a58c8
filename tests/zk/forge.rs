//! Dishonest makers on the conventional path: issuers that sign what they like, holders that bind what they like.

use crate::{rejections::scene, world::*};
use serde_json::{Map, Value, json};
use shiming::{
    codec::{Identifier, to_base64url},
    conventional::{
        ConventionalFault, REQUEST_CLAIM,
        sd_jwt::{BindingClaims, Draft, HashAlgorithm, KeyBoundSdJwt, SdJwt, SdJwtError},
    },
    credential::Credential,
    danger::{self, InsecureShare},
    issuer::{Issuer, Signer},
    signature::{Algorithm, SigningKey},
    time::UnixTime,
    verdict::{HolderFault, Rejection, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};

/// Four disclosed claims and no proof; the age needs the date of birth.
pub const PLAIN: &str = r#"{
  "id": "test:1",
  "credentials": [{"schema": "cn-realname", "issuers": ["authority", "ministry", "bureau"],
    "require": [{"attribute": "birth_date", "age_at_least": 60}, {"attribute": "account_class", "at_least": 2}],
    "disclose": []}],
  "paths": ["conventional"]
}"#;

/// What an answer to [`PLAIN`] discloses.
pub const PLAIN_NAMES: [&str; 4] = ["birth_date", "reverify_by", "verified", "account_class"];

/// The same policy with a pseudonym, and so with a proof.
pub const LINKED: &str = r#"{
  "id": "test:1",
  "credentials": [{"schema": "cn-realname", "issuers": ["authority"],
    "require": [{"attribute": "birth_date", "age_at_least": 60}], "disclose": []}],
  "pseudonym": {"scope": "account"},
  "paths": ["conventional"]
}"#;

/// What an answer to [`LINKED`] discloses.
pub const LINKED_NAMES: [&str; 4] = ["holder_tag", "birth_date", "reverify_by", "verified"];

/// What the two credentials of [`JOINED`] disclose.
pub const JOINED_NAMES: [&[&str]; 2] = [
    &["holder_tag", "document_number", "birth_date", "reverify_by", "verified"],
    &["holder_tag", "document_number", "reverify_by", "verified"],
];

/// An identity and a bank card of one person, without a pseudonym.
pub const JOINED: &str = r#"{
  "id": "test:1",
  "credentials": [
    {"schema": "cn-realname", "issuers": ["authority"],
     "require": [{"attribute": "birth_date", "age_at_least": 60}], "disclose": []},
    {"schema": "cn-bank-card", "issuers": ["network"], "require": [], "disclose": []}
  ],
  "paths": ["conventional"]
}"#;

/// The key that an issuer's SD-JWTs are signed with.
pub fn sd_jwt_key(issuer: &Issuer) -> SigningKey {
    match issuer.signer().unwrap() {
        Signer::Native { sd_jwt, .. } => sd_jwt.clone(),
        Signer::Sm2Sm3 { key, .. } => SigningKey::Sm2(key.clone()),
        Signer::Es256(key) => SigningKey::Es256(key.clone()),
    }
}

/// An SD-JWT before its issuer signs it: the parts of a good one, to change.
pub struct Sealed {
    pub plain: Map<String, Value>,
    pub claims: Vec<(String, Value)>,
    pub hash: HashAlgorithm,
    pub key: SigningKey,
    pub kid: Identifier,
}

impl Sealed {
    /// The parts of a credential's twin, under its issuer's own key.
    pub fn of(credential: &Credential, issuer: &Issuer) -> Self {
        let mut plain = credential.sd_jwt().unverified_claims().unwrap();
        let hash = plain.remove("_sd_alg").unwrap();
        plain.remove("_sd");
        let claim = |d: &shiming::conventional::sd_jwt::Disclosure| (d.name().to_owned(), d.value().clone());
        Self {
            plain,
            claims: credential.sd_jwt().disclosures().iter().map(claim).collect(),
            hash: HashAlgorithm::ALL.into_iter().find(|known| hash == known.as_str()).unwrap(),
            key: sd_jwt_key(issuer),
            kid: issuer.key_id().to_identifier(),
        }
    }

    /// Sets a disclosed claim.
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims.retain(|(known, _)| known != name);
        self.claims.push((name.to_owned(), value));
        self
    }

    /// Sets a plain claim.
    pub fn plain(mut self, name: &str, value: Value) -> Self {
        self.plain.insert(name.to_owned(), value);
        self
    }

    pub fn sign(self) -> SdJwt {
        let mut draft = Draft::new(self.plain, self.hash).unwrap();
        for (name, value) in &self.claims {
            draft.disclose(name, value, &mut rng(7)).unwrap();
        }
        draft.seal(self.key.public_key().algorithm(), &self.kid, &mut rng(8)).unwrap().sign(&self.key).unwrap()
    }
}

/// The scene's adult, to change.
pub fn sealed() -> Sealed {
    Sealed::of(scene().adult.credential(), &scene().world.authority)
}

/// A key binding before its holder signs it.
pub struct Binding {
    pub key: SigningKey,
    pub audience: String,
    pub nonce: String,
    pub issued_at: UnixTime,
    pub extra: Map<String, Value>,
}

impl Binding {
    /// The honest answer to a request.
    pub fn to(pending: &PendingRequest, key: SigningKey) -> Self {
        let request = pending.request();
        let digest = to_base64url(request.digest().as_bytes());
        Self {
            key,
            audience: request.request().audience.to_string(),
            nonce: to_base64url(pending.nonce().as_bytes()),
            issued_at: NOW,
            extra: Map::from_iter([(REQUEST_CLAIM.to_owned(), json!(digest))]),
        }
    }

    pub fn bind(&self, sd_jwt: &SdJwt, names: &[&str]) -> KeyBoundSdJwt {
        let (audience, nonce) = (self.audience.as_str(), self.nonce.as_str());
        let claims = BindingClaims { audience, nonce, issued_at: self.issued_at, extra: &self.extra };
        sd_jwt.select(names).bind(&self.key, &claims).unwrap()
    }
}

/// The key that is confirmed in a credential of the authority or the network.
pub fn binding_key(wallet: &Wallet, credential: &Credential) -> SigningKey {
    danger::insecure_binding_key(wallet, credential, Algorithm::Es256).unwrap()
}

/// The scene's wallet binds these claims of an SD-JWT to a request.
pub fn bind(sd_jwt: &SdJwt, names: &[&str], pending: &PendingRequest) -> KeyBoundSdJwt {
    Binding::to(pending, binding_key(&scene().wallet, scene().adult.credential())).bind(sd_jwt, names)
}

/// The bytes of an answer: header, texts behind their lengths, proof.
pub fn wire(texts: &[String], proof: &[u8]) -> Vec<u8> {
    let mut bytes = vec![b'S', b'P', 1, 1, 1];
    for text in texts {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(proof);
    bytes
}

/// An answer of one SD-JWT without a proof.
pub fn alone(bound: &KeyBoundSdJwt) -> Vec<u8> {
    wire(&[bound.to_text()], &[])
}

/// Wallet and credential of each share, with the names that it discloses.
pub type Shares<'a> = [(&'a Wallet, &'a Credential, &'a [&'a str])];

/// What each share presents.
pub fn present(shares: &Shares<'_>, pending: &PendingRequest) -> Vec<KeyBoundSdJwt> {
    let bind = |(wallet, credential, names): &(&Wallet, &Credential, &[&str])| {
        Binding::to(pending, binding_key(wallet, credential)).bind(credential.sd_jwt(), names)
    };
    shares.iter().map(bind).collect()
}

/// The proof that one wallet makes for what is presented.
pub fn link(wallet: &Wallet, shares: &Shares<'_>, presented: &[KeyBoundSdJwt], pending: &PendingRequest) -> Vec<u8> {
    let shares = shares.iter().zip(presented);
    let shares: Vec<InsecureShare<'_>> =
        shares.map(|((wallet, credential, _), presented)| InsecureShare { wallet, credential, presented }).collect();
    let trust = &scene().world.trust;
    danger::insecure_link_without_checks(wallet, &shares, pending.request(), trust, keys(), &mut rng(5)).unwrap()
}

/// The texts of what is presented.
pub fn texts(presented: &[KeyBoundSdJwt]) -> Vec<String> {
    presented.iter().map(KeyBoundSdJwt::to_text).collect()
}

/// The verdict of the scene's platform.
pub fn judge(pending: &PendingRequest, answer: &[u8]) -> Result<Verdict, Rejection> {
    scene().world.verify(pending, answer)
}

/// Why the scene's platform refuses it; the holder is to blame.
pub fn refusal(pending: &PendingRequest, answer: &[u8]) -> HolderFault {
    crate::rejections::fault(judge(pending, answer))
}

/// The verdict on one SD-JWT of the scene's adult, with these claims disclosed.
pub fn shown(sd_jwt: &SdJwt, policy: &str, names: &[&str]) -> Result<Verdict, Rejection> {
    let pending = scene().world.ask(policy);
    judge(&pending, &alone(&bind(sd_jwt, names, &pending)))
}

/// A fault of the first credential.
pub fn conventional(fault: ConventionalFault) -> HolderFault {
    HolderFault::Conventional { credential: 0, fault }
}

/// A fault of the first credential that RFC 9901 names.
pub fn sd_jwt_fault(error: SdJwtError) -> HolderFault {
    conventional(ConventionalFault::SdJwt(error))
}

/// A refusal for a fault of the first credential.
pub fn refused(fault: ConventionalFault) -> Result<Verdict, Rejection> {
    Err(conventional(fault).into())
}
