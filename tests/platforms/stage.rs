//! The custodians and the platforms with their registered profiles, one person with a credential of each custodian.

use crate::{
    people::{CUSTODIANS, Facts, facts},
    world::*,
};
use serde_json::{Map, json};
use shiming::{
    codec::to_base64url,
    conventional::{REQUEST_CLAIM, sd_jwt::BindingClaims},
    credential::Credential,
    danger,
    holder::{self, HolderError},
    issuer::{IssueError, Issuer},
    ledger::{MemoryNonces, MemoryTags},
    policy::{Policy, PolicyDocument},
    prepared::Prepared,
    registry::VerifierDocument,
    schema::Schemas,
    signature::Algorithm,
    verdict::{Rejection, Verdict},
    verifier::{PendingRequest, Verifier},
    wallet::Wallet,
};
use std::{collections::BTreeMap, sync::OnceLock};

/// A platform, the profiles that it registers, and its key's seed.
pub const PLATFORMS: [(&str, &[&str], u64); 6] = [
    ("wechat", &["wechat-payment"], 101),
    ("alipay", &["alipay-wealth", "alipay-small-credit"], 102),
    ("unionpay", &["unionpay-quick-pass"], 103),
    ("douyin", &["douyin-live-commerce"], 104),
    ("pinduoduo", &["pinduoduo-merchant"], 105),
    ("didi", &["didi-driver", "didi-passenger"], 106),
];

/// A profile as it lies in `policies/`.
pub fn profile(name: &str) -> PolicyDocument {
    let file = format!("{}/policies/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

pub fn loaded(name: &str) -> Policy {
    Policy::from_document(profile(name), &Schemas::standard()).unwrap()
}

/// The platform that registers a profile, with its key's seed.
pub fn owner(profile: &str) -> (&'static str, u64) {
    let (name, _, seed) = PLATFORMS.into_iter().find(|(_, profiles, _)| profiles.contains(&profile)).unwrap();
    (name, seed)
}

pub fn endpoint(platform: &str) -> String {
    format!("https://{platform}.example/answers")
}

pub struct Stage {
    pub world: World,
    custodians: BTreeMap<&'static str, (Issuer, MemoryTags)>,
    /// The person's wallet.
    pub wallet: Wallet,
    /// What she holds, by schema.
    pub held: BTreeMap<&'static str, Prepared>,
}

pub fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let custodians: Vec<_> = CUSTODIANS
            .into_iter()
            .zip(201..)
            .map(|((name, schema), seed)| {
                (schema, issuer(name, seed), issuer_document(&issuer(name, seed), seed, &[schema]))
            })
            .collect();
        let world = World::changed(|document| {
            document.issuers.extend(custodians.iter().map(|(_, _, entry)| entry.clone()));
            document.verifiers.extend(PLATFORMS.map(|(name, profiles, seed)| VerifierDocument {
                id: id(name),
                name: name.to_owned(),
                key: es256(seed).public_key(),
                endpoints: vec![endpoint(name)],
                purposes: profiles.iter().map(|name| profile(name)).map(|p| (id(&p.id), p.digest().unwrap())).collect(),
            }));
        });
        let custodians = custodians.into_iter().map(|(schema, issuer, _)| (schema, (issuer, MemoryTags::default())));
        let (custodians, wallet, held) = (custodians.collect(), World::wallet(1), BTreeMap::new());
        let mut stage = Stage { world, custodians, wallet, held };
        for (_, schema) in CUSTODIANS {
            let prepared = stage.prepared(&stage.wallet, &facts(schema));
            stage.held.insert(schema, prepared);
        }
        stage
    })
}

impl Stage {
    /// A credential of the custodian of these facts.
    pub fn issue(&self, wallet: &Wallet, facts: &Facts) -> Result<Credential, IssueError> {
        let (issuer, tags) = &self.custodians[facts.schema];
        let (world, rng) = (&self.world, &mut *self.world.rng());
        let challenge = issuer.challenge(&id("case-1"), world.now, rng).unwrap();
        let enrolment = holder::enrol(wallet, challenge, &world.trust, keys(), world.now, rng).unwrap();
        let enrolled = issuer.check_enrolment(&enrolment, &id("case-1"), &world.trust, world.now, rng)?;
        issuer.issue(enrolled, facts.attributes(world), &world.trust, &world.enrolments, tags, world.now, rng)
    }

    pub fn prepared(&self, wallet: &Wallet, facts: &Facts) -> Prepared {
        self.world.prepare(wallet, self.issue(wallet, facts).unwrap()).unwrap()
    }

    /// A request of the platform that registered the profile.
    pub fn ask(&self, name: &str) -> PendingRequest {
        let (platform, seed) = owner(name);
        let (world, verifier) = (&self.world, Verifier::new(id(platform), es256(seed)));
        verifier.request(&profile(name), &endpoint(platform), &world.trust, world.now, &mut *world.rng()).unwrap()
    }

    /// What she holds for each entry of the policy, in order.
    pub fn fitting(&self, pending: &PendingRequest) -> Vec<&Prepared> {
        pending.request().policy().entries().iter().map(|entry| &self.held[entry.schema().name().as_str()]).collect()
    }

    /// The verdict of whoever asked.
    pub fn judge(&self, pending: &PendingRequest, answer: &[u8]) -> Result<Verdict, Rejection> {
        let audience = pending.request().request().audience.clone();
        let (_, _, seed) = PLATFORMS.into_iter().find(|(name, ..)| *name == audience.as_str()).unwrap();
        let (world, ledger) = (&self.world, MemoryNonces::default());
        Verifier::new(audience, es256(seed)).verify(pending, answer, &world.trust, &ledger, world.now, &mut rng(7))
    }
}

/// The bytes of a conventional answer of a holder who checks nothing, up to its proof: whoever fails the policy is refused before
/// that is looked at.
pub fn unchecked(wallet: &Wallet, credentials: &[&Credential], pending: &PendingRequest) -> Vec<u8> {
    let request = pending.request();
    let mut bytes = vec![b'S', b'P', 1, 1, 1];
    for (needed, credential) in request.policy().conventional_disclosures().iter().zip(credentials) {
        let adult = credential.sd_jwt().disclosures().iter().any(|disclosure| disclosure.name() == "age_over_18");
        let age = needed.age_suffices.filter(|_| adult);
        let slots = credential.attributes().schema().slots();
        let names = needed.slots.iter().filter(|slot| Some(**slot) != age).map(|slot| slots[*slot].name());
        let names: Vec<&str> = names.chain(age.map(|_| "age_over_18")).collect();
        let digest = to_base64url(request.digest().as_bytes());
        let claims = BindingClaims {
            audience: request.request().audience.as_str(),
            nonce: &to_base64url(pending.nonce().as_bytes()),
            issued_at: NOW,
            extra: &Map::from_iter([(REQUEST_CLAIM.to_owned(), json!(digest))]),
        };
        let key = danger::insecure_binding_key(wallet, credential, Algorithm::Es256).unwrap();
        let text = credential.sd_jwt().select(&names).bind(&key, &claims).unwrap().to_text();
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}
