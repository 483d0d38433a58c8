//! One world for every test: keys made once, two issuers, two verifiers, people.

pub use crate::cast::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use shiming::{
    codec::Identifier,
    credential::Credential,
    danger,
    digest::Digest,
    holder::{self, HolderError, Proposal},
    issuer::{IssueError, Issuer, Signer, default_distid},
    keys::{ProvingKey, ProvingKeys, VerifyingKey, VerifyingKeys},
    ledger::{MemoryNonces, MemoryTags},
    policy::{Plan, PolicyDocument},
    prepared::Prepared,
    presentation::Presentation,
    registry::{BundleDocument, IssuerDocument, RelationDocument, TrustBundle, VerifierDocument},
    request::CheckedRequest,
    schema::{AttributesBuilder, Schemas},
    signature::{self, Es256SigningKey, Sm2SigningKey},
    time::{Date, UnixTime, Validity},
    trust::Trust,
    verdict::{Rejection, Verdict},
    verifier::{PendingRequest, Verifier},
    wallet::Wallet,
};
use shiming_circuits::{eddsa::SigningKey, field::Fr, relation::tag::Tag};
use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock},
};

/// 2026-11-22 12:00 in China.
pub const NOW: UnixTime = UnixTime::from_seconds(1_795_320_000);
pub const ENDPOINT: &str = "https://live.example/answers";
pub const OTHER_ENDPOINT: &str = "https://ride.example/answers";

pub fn id(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Development keys, made once per test binary.
pub fn keys() -> &'static ProvingKeys {
    static KEYS: OnceLock<ProvingKeys> = OnceLock::new();
    KEYS.get_or_init(|| danger::insecure_development_setup_with_suites(crate::SUITES, &mut rng(0)).unwrap())
}

/// The keys of another setup.
pub fn other_keys() -> &'static ProvingKeys {
    static KEYS: OnceLock<ProvingKeys> = OnceLock::new();
    KEYS.get_or_init(|| danger::insecure_development_setup(&mut rng(77)).unwrap())
}

pub fn ring() -> &'static VerifyingKeys {
    static RING: OnceLock<VerifyingKeys> = OnceLock::new();
    RING.get_or_init(|| danger::insecure_accept_development_keys(keys().verifying()).unwrap())
}

pub struct World {
    pub trust: Trust,
    pub authority: Issuer,
    pub network: Issuer,
    /// Signs with SM2 under a dedicated identifier.
    pub ministry: Issuer,
    /// Signs with a P-256 key.
    pub bureau: Issuer,
    pub platform: Verifier,
    pub other: Verifier,
    pub nonces: MemoryNonces,
    pub enrolments: MemoryNonces,
    pub tags: MemoryTags,
    pub network_tags: MemoryTags,
    pub ministry_tags: MemoryTags,
    pub bureau_tags: MemoryTags,
    /// What every party's clock says.
    pub now: UnixTime,
    rng: Mutex<ChaCha20Rng>,
}

pub fn issuer(name: &str, seed: u64) -> Issuer {
    let mut bytes = [0u8; 64];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes[8..].fill(seed as u8);
    let attributes = SigningKey::from_uniform_bytes(&bytes).unwrap();
    let sd_jwt = signature::SigningKey::Es256(es256(seed + 1_000));
    Issuer::new(id(name), Signer::Native { attributes, sd_jwt }, es256(seed))
}

/// An issuer with one SM2 key.
pub fn sm2_issuer(name: &str, seed: u64) -> Issuer {
    let key = Sm2SigningKey::generate(&mut rng(seed + 1_000));
    let distid = default_distid(&id(name)).unwrap();
    Issuer::new(id(name), Signer::Sm2Sm3 { key, distid }, es256(seed))
}

/// An issuer with one P-256 key.
pub fn es256_issuer(name: &str, seed: u64) -> Issuer {
    Issuer::new(id(name), Signer::Es256(es256(seed + 1_000)), es256(seed))
}

pub fn es256(seed: u64) -> Es256SigningKey {
    Es256SigningKey::generate(&mut rng(seed))
}

pub fn issuer_document(issuer: &Issuer, seed: u64, schemas: &[&str]) -> IssuerDocument {
    let schemas: Vec<Identifier> = schemas.iter().map(|s| id(s)).collect();
    let window = Validity::new(NOW.plus(-86_400), NOW.plus(86_400 * 365)).unwrap();
    IssuerDocument {
        id: issuer.id().clone(),
        name: issuer.id().to_string(),
        keys: vec![issuer.signer().unwrap().register(issuer.id(), &schemas, window).unwrap()],
        service_key: es256(seed).public_key(),
    }
}

fn verifier_document(name: &str, seed: u64, endpoint: &str) -> VerifierDocument {
    VerifierDocument {
        id: id(name),
        name: name.to_owned(),
        key: es256(seed).public_key(),
        endpoints: vec![endpoint.to_owned()],
        purposes: purposes(&document(FOUR_COMPARISONS)),
    }
}

/// One policy under its id.
fn purposes(policy: &PolicyDocument) -> BTreeMap<Identifier, Digest> {
    [(Identifier::parse(&policy.id).unwrap(), policy.digest().unwrap())].into()
}

fn relation_document(key: &VerifyingKey) -> (Identifier, RelationDocument) {
    let proving_key_digest = ProvingKey::<Tag>::digest_of(&[]);
    (id(key.spec().name), RelationDocument { key_id: key.id(), proving_key_digest, development: true })
}

impl World {
    pub fn new() -> Self {
        Self::changed(|_| {})
    }

    /// A world whose trust bundle was changed.
    pub fn changed(change: impl FnOnce(&mut BundleDocument)) -> Self {
        Self::with(NOW, ring().clone(), change)
    }

    /// A world at another time, whose trust bundle and issuer keys are valid then.
    pub fn at(now: UnixTime) -> Self {
        Self::with(now, ring().clone(), |document| {
            document.issued_at = now.plus(-3_600);
            for key in document.issuers.iter_mut().flat_map(|issuer| &mut issuer.keys) {
                (key.not_before, key.not_after) = (now.plus(-86_400), now.plus(86_400 * 365));
            }
        })
    }

    /// A world of another time, other verifying keys and a changed trust bundle.
    pub fn with(now: UnixTime, ring: VerifyingKeys, change: impl FnOnce(&mut BundleDocument)) -> Self {
        let (authority, network) = (issuer("authority", 1), issuer("network", 2));
        let (ministry, bureau) = (sm2_issuer("ministry", 3), es256_issuer("bureau", 4));
        let schemas = Schemas::standard();
        let keys = keys();
        let mut document = BundleDocument {
            version: 1,
            issued_at: NOW.plus(-3_600),
            max_staleness_seconds: 86_400 * 30,
            issuers: vec![
                issuer_document(&authority, 1, &["cn-realname"]),
                issuer_document(&network, 2, &["cn-bank-card"]),
                issuer_document(&ministry, 3, &["cn-realname", "cn-bank-card"]),
                issuer_document(&bureau, 4, &["cn-realname", "cn-bank-card"]),
            ],
            sources: Vec::new(),
            verifiers: vec![
                verifier_document("platform", 11, ENDPOINT),
                verifier_document("other", 12, OTHER_ENDPOINT),
            ],
            relations: keys.verifying().iter().map(relation_document).collect(),
            schemas: schemas.iter().map(|s| (s.name().clone(), s.digest())).collect(),
            status_epoch: 0,
        };
        change(&mut document);
        let bundle = TrustBundle::new(document).unwrap();
        Self {
            trust: Trust::load(bundle, ring, schemas).unwrap(),
            authority,
            network,
            ministry,
            bureau,
            platform: Verifier::new(id("platform"), es256(11)),
            other: Verifier::new(id("other"), es256(12)),
            nonces: MemoryNonces::default(),
            enrolments: MemoryNonces::default(),
            tags: MemoryTags::default(),
            network_tags: MemoryTags::default(),
            ministry_tags: MemoryTags::default(),
            bureau_tags: MemoryTags::default(),
            now,
            rng: Mutex::new(rng(42)),
        }
    }

    /// The date in China.
    pub fn today(&self) -> Date {
        Date::from_unix(self.now).unwrap()
    }

    pub fn rng(&self) -> std::sync::MutexGuard<'_, ChaCha20Rng> {
        self.rng.lock().unwrap()
    }

    /// A wallet of its own seed.
    pub fn wallet(seed: u8) -> Wallet {
        Wallet::from_seed([seed; 32])
    }

    /// The whole issuance: challenge, enrolment, credential.
    pub fn issue(
        &self,
        issuer: &Issuer,
        wallet: &Wallet,
        attributes: AttributesBuilder,
    ) -> Result<Credential, IssueError> {
        let mut rng = self.rng();
        let challenge = issuer.challenge(&id("case-1"), self.now, &mut *rng).unwrap();
        let enrolment = holder::enrol(wallet, challenge, &self.trust, keys(), self.now, &mut *rng).unwrap();
        let enrolled = issuer.check_enrolment(&enrolment, &id("case-1"), &self.trust, self.now, &mut *rng)?;
        let tags = match issuer.id().as_str() {
            "authority" => &self.tags,
            "ministry" => &self.ministry_tags,
            "bureau" => &self.bureau_tags,
            _ => &self.network_tags,
        };
        issuer.issue(enrolled, attributes, &self.trust, &self.enrolments, tags, self.now, &mut *rng)
    }

    pub fn prepare(&self, wallet: &Wallet, credential: Credential) -> Result<Prepared, HolderError> {
        holder::prepare(wallet, credential, &self.trust, keys(), self.now, &mut *self.rng())
    }

    /// Issued by the authority and prepared.
    pub fn identity(&self, wallet: &Wallet, person: &Person) -> Prepared {
        let credential = self.issue(&self.authority, wallet, person.attributes(&self.trust)).unwrap();
        self.prepare(wallet, credential).unwrap()
    }

    /// A bank card by the card network, prepared.
    pub fn card(&self, wallet: &Wallet, person: &Person) -> Prepared {
        let credential = self.issue(&self.network, wallet, person.card(&self.trust)).unwrap();
        self.prepare(wallet, credential).unwrap()
    }

    /// The same trust, with a policy registered for every verifier: what asking it takes. Answers and verdicts need no more
    /// than the request, so they go on with the trust of the world.
    pub fn registered(&self, policy: &PolicyDocument) -> Trust {
        self.registered_all([policy])
    }

    /// The same for many policies of different ids, since loading takes longer than most answers.
    pub fn registered_all<'a>(&self, policies: impl IntoIterator<Item = &'a PolicyDocument>) -> Trust {
        let mut document = self.trust.bundle().document().clone();
        let all: Vec<_> = policies.into_iter().flat_map(purposes).collect();
        document.verifiers.iter_mut().for_each(|verifier| verifier.purposes.extend(all.iter().cloned()));
        let bundle = TrustBundle::new(document).unwrap();
        Trust::load(bundle, self.trust.keys().clone(), self.trust.schemas().clone()).unwrap()
    }

    /// A request of the platform, which has the policy registered.
    pub fn ask(&self, policy: &str) -> PendingRequest {
        self.ask_document(&document(policy), &mut self.rng())
    }

    /// The same under a policy that is no text.
    pub fn ask_document(&self, policy: &PolicyDocument, rng: &mut ChaCha20Rng) -> PendingRequest {
        self.platform.request(policy, ENDPOINT, &self.registered(policy), self.now, rng).unwrap()
    }

    /// A request of the other verifier.
    pub fn ask_elsewhere(&self, policy: &str) -> PendingRequest {
        let policy = document(policy);
        let trust = self.registered(&policy);
        self.other.request(&policy, OTHER_ENDPOINT, &trust, self.now, &mut *self.rng()).unwrap()
    }

    pub fn present(
        &self,
        wallet: &Wallet,
        prepared: &[&Prepared],
        request: &CheckedRequest,
    ) -> Result<Presentation, HolderError> {
        holder::present(wallet, prepared, request, &self.trust, keys(), &mut *self.rng())
    }

    /// The bytes of an answer.
    pub fn answer(&self, wallet: &Wallet, prepared: &[&Prepared], pending: &PendingRequest) -> Vec<u8> {
        self.present(wallet, prepared, pending.request()).unwrap().to_bytes(pending.request().plan())
    }

    /// What a conventional answer would disclose.
    pub fn propose<'a>(
        &self,
        wallet: &Wallet,
        credentials: &'a [&'a Credential],
        pending: &'a PendingRequest,
    ) -> Result<Proposal<'a>, HolderError> {
        holder::propose(wallet, credentials, pending.request(), &self.trust, self.now)
    }

    /// The bytes of a conventional answer, with consent.
    pub fn disclose(&self, wallet: &Wallet, credentials: &[&Credential], pending: &PendingRequest) -> Vec<u8> {
        let proposal = self.propose(wallet, credentials, pending).unwrap();
        let (rng, keys) = (&mut *self.rng(), Some(keys()));
        proposal.disclose_with_consent(wallet, &self.trust, keys, self.now, rng).unwrap().to_bytes().unwrap()
    }

    /// The bytes of a dishonest holder's answer; see [`danger::insecure_present_without_checks`].
    pub fn lie(
        &self,
        wallet: &Wallet,
        prepared: &[&Prepared],
        pending: &PendingRequest,
        claims: &dyn Fn(usize, usize, Fr) -> Fr,
    ) -> Vec<u8> {
        self.lie_under(pending.request().plan(), wallet, prepared, pending, claims)
    }

    /// The same under another plan than the request's.
    pub fn lie_under(
        &self,
        plan: &Plan,
        wallet: &Wallet,
        prepared: &[&Prepared],
        pending: &PendingRequest,
        claims: &dyn Fn(usize, usize, Fr) -> Fr,
    ) -> Vec<u8> {
        let (request, rng) = (pending.request(), &mut *self.rng());
        danger::insecure_present_without_checks(wallet, prepared, request, plan, claims, &self.trust, keys(), rng)
            .unwrap()
            .to_bytes(plan)
    }

    pub fn verify(&self, pending: &PendingRequest, presentation: &[u8]) -> Result<Verdict, Rejection> {
        self.platform.verify(pending, presentation, &self.trust, &self.nonces, self.now, &mut *self.rng())
    }
}
