//! Everybody on stage: two issuers, two platforms, their keys and ledgers in the directory, one trust bundle.

use crate::{
    error::{Failure, Outcome},
    issuer, keys,
    ledger::{FileNonces, FileTags},
    output::Progress,
    session::{Rng, Session},
    state::State,
    trust, verifier,
};
use shiming::{
    codec::{Identifier, Kind, from_json},
    credential::Credential,
    danger, holder,
    issuer::{Enrolled, Issuer},
    keys::{ProvingKeys, VerifyingKeys},
    policy::PolicyDocument,
    prepared::Prepared,
    presentation::Presentation,
    registry::{BundleDocument, TrustBundle},
    request::CheckedRequest,
    schema::{AttributesBuilder, Schemas},
    suite::Suite,
    time::{Date, UnixTime},
    trust::Trust,
    verdict::{Rejection, Verdict},
    verifier::{PendingRequest, Verifier},
    wallet::Wallet,
};
use std::time::Instant;

const DAY: i64 = 86_400;

/// An account needs an adult with a valid document: the job of the figures.
pub(crate) const ACCOUNT: &str = include_str!("../../../policies/account-opening.json");
/// The same, which may be answered on either path.
pub(crate) const EITHER: &str = include_str!("../../../policies/account-opening-either-path.json");
/// The same without a pseudonym, for the figures: an answer that discloses and proves nothing.
pub(crate) const UNLINKED: &str = include_str!("../../../policies/account-opening-unlinked.json");
/// A driver needs more.
pub(crate) const DRIVER: &str = include_str!("../../../policies/ride-hailing.json");
/// A payment needs identity and bank card of one person.
pub(crate) const PAYMENT: &str = include_str!("../../../policies/payment-two-credentials.json");

/// An issuer with its ledgers.
pub(crate) struct IssuerDesk {
    /// The issuer.
    pub(crate) issuer: Issuer,
    /// Challenges that were answered.
    pub(crate) challenges: FileNonces,
    /// The one tag of each person.
    pub(crate) tags: FileTags,
}

/// A platform with its ledger.
pub(crate) struct Platform {
    /// The verifier.
    pub(crate) verifier: Verifier,
    /// Answers that it accepted.
    pub(crate) nonces: FileNonces,
    /// Where answers go.
    pub(crate) endpoint: String,
}

/// The stage.
pub(crate) struct World {
    /// How the issuer of the identities signs; the card network signs natively, so that one answer joins both.
    pub(crate) suite: Suite,
    /// The directory.
    pub(crate) state: State,
    /// When the story plays.
    pub(crate) now: UnixTime,
    /// The date of that.
    pub(crate) today: Date,
    /// What everybody trusts.
    pub(crate) trust: Trust,
    /// The keys of every holder.
    pub(crate) proving: ProvingKeys,
    /// Public security.
    pub(crate) authority: IssuerDesk,
    /// The card network.
    pub(crate) network: IssuerDesk,
    /// A live-streaming platform.
    pub(crate) live: Platform,
    /// A ride-hailing platform.
    pub(crate) ride: Platform,
    /// How long the setup took.
    pub(crate) setup_ms: f64,
    /// How long loading keys, tables and issuer points took.
    pub(crate) load_ms: f64,
    /// The size of all proving keys.
    pub(crate) proving_key_bytes_all: u64,
    /// The size of the proving key of the suite's relation.
    pub(crate) proving_key_bytes: u64,
    /// Its constraints.
    pub(crate) constraints: usize,
    rng: fn() -> Rng,
}

/// A name that is known to be one.
pub(crate) fn id(text: &str) -> Outcome<Identifier> {
    Identifier::parse(text).map_err(|error| Failure::usage("identifier", format!("{text} {error}")))
}

/// A policy of the program.
pub(crate) fn policy(text: &str) -> Outcome<PolicyDocument> {
    Ok(from_json(Kind::POLICY, text.as_bytes())?)
}

impl World {
    /// Sets everything up under a directory and loads it from there, as separate parties would.
    pub(crate) fn build(session: &Session, suite: Suite, state: State, progress: &Progress) -> Outcome<Self> {
        let now = session.now();
        let today =
            Date::from_unix(now).map_err(|error| Failure::usage("clock", format!("{error}; check the clock")))?;
        let mut rng = session.rng();
        let started = Instant::now();
        let further: Vec<Suite> = Some(suite).into_iter().filter(|suite| *suite != Suite::Native).collect();
        let made = danger::insecure_development_setup_with_progress(&further, progress, &mut rng)?;
        let setup_ms = started.elapsed().as_secs_f64() * 1e3;
        progress.say("writing and loading keys");
        let facts = keys::write_development(&state, &made)?;
        drop(made);

        let window = (now.plus(-120 * DAY), now.plus(365 * DAY));
        let (authority, authority_entry) = issuer::create(
            &state,
            (&id("identity-issuer")?, "实名认证中心 Identity Bureau"),
            suite,
            &[id("cn-realname")?],
            window,
            &mut rng,
        )?;
        let (network, network_entry) = issuer::create(
            &state,
            (&id("card-network")?, "银行卡网络 Card Network"),
            Suite::Native,
            &[id("cn-bank-card")?],
            window,
            &mut rng,
        )?;
        let live = platform(&state, "live-platform", "直播平台 Live", &[ACCOUNT, EITHER, UNLINKED, PAYMENT], &mut rng)?;
        let ride = platform(&state, "ride-platform", "出行平台 Ride", &[DRIVER, ACCOUNT], &mut rng)?;

        let relations =
            facts.iter().map(|fact| Ok((id(fact.relation)?, fact.document))).collect::<Outcome<Vec<_>>>()?;
        // Some of the story lies two months back, so the bundle has to be older and to last longer.
        let mut document = trust::empty(relations, now.plus(-61 * DAY));
        document.max_staleness_seconds = 90 * 86_400;
        document.issuers = vec![authority_entry, network_entry];
        document.verifiers = vec![live.1, ride.1];
        trust::keep(&state, document)?;

        // The demo is the one place that permits development keys by itself, and its output says so.
        let permitted = Session { state: state.clone(), json: session.json, development: true, fixed_now: Some(now) };
        let started = Instant::now();
        let trust = keys::trust(&permitted)?;
        let proving = keys::proving(&permitted, &trust, suite, progress)?;
        let load_ms = started.elapsed().as_secs_f64() * 1e3;
        let of_suite = facts.iter().find(|fact| fact.relation == suite.relation());
        Ok(Self {
            suite,
            authority: desk(&state, authority)?,
            network: desk(&state, network)?,
            live: live.0,
            ride: ride.0,
            state,
            now,
            today,
            trust,
            proving,
            setup_ms,
            load_ms,
            proving_key_bytes_all: facts.iter().map(|fact| fact.proving_bytes).sum(),
            proving_key_bytes: of_suite.map_or(0, |fact| fact.proving_bytes),
            constraints: of_suite.map_or(0, |fact| fact.constraints),
            rng: || rand_core::UnwrapErr(getrandom::SysRng),
        })
    }

    /// The RNG.
    pub(crate) fn rng(&self) -> Rng {
        (self.rng)()
    }

    /// The ring of the loaded keys.
    pub(crate) fn ring(&self) -> &VerifyingKeys {
        self.trust.keys()
    }

    /// The same trust but for a change in the bundle: what another party believes.
    pub(crate) fn believing(&self, change: impl FnOnce(&mut BundleDocument)) -> Outcome<Trust> {
        let mut document = self.trust.bundle().document().clone();
        change(&mut document);
        Ok(Trust::load(TrustBundle::new(document)?, self.ring().clone(), Schemas::standard())?)
    }

    /// Challenge, enrolment, credential.
    pub(crate) fn issue(
        &self,
        desk: &IssuerDesk,
        wallet: &Wallet,
        attributes: AttributesBuilder,
        at: UnixTime,
    ) -> Outcome<Credential> {
        let enrolled = self.enrol(desk, wallet, at)?;
        Ok(desk.issuer.issue(enrolled, attributes, &self.trust, &desk.challenges, &desk.tags, at, &mut self.rng())?)
    }

    /// The cached proof.
    pub(crate) fn prepare(&self, wallet: &Wallet, credential: Credential) -> Outcome<Prepared> {
        Ok(holder::prepare(wallet, credential, &self.trust, &self.proving, self.now, &mut self.rng())?)
    }

    /// A request of a platform.
    pub(crate) fn ask(&self, platform: &Platform, text: &str) -> Outcome<PendingRequest> {
        self.ask_policy(platform, &policy(text)?)
    }

    /// A request of a platform under a policy.
    pub(crate) fn ask_policy(&self, platform: &Platform, policy: &PolicyDocument) -> Outcome<PendingRequest> {
        Ok(platform.verifier.request(policy, &platform.endpoint, &self.trust, self.now, &mut self.rng())?)
    }

    /// An answer.
    pub(crate) fn present(
        &self,
        wallet: &Wallet,
        prepared: &[&Prepared],
        request: &CheckedRequest,
    ) -> Result<Presentation, holder::HolderError> {
        holder::present(wallet, prepared, request, &self.trust, &self.proving, &mut self.rng())
    }

    /// The bytes of an answer.
    pub(crate) fn answer(&self, wallet: &Wallet, prepared: &[&Prepared], pending: &PendingRequest) -> Outcome<Vec<u8>> {
        Ok(self.present(wallet, prepared, pending.request())?.to_bytes(pending.request().plan()))
    }

    /// The bytes of an answer that discloses, with consent.
    pub(crate) fn disclose(
        &self,
        wallet: &Wallet,
        credentials: &[&Credential],
        pending: &PendingRequest,
    ) -> Outcome<Vec<u8>> {
        let proposal = holder::propose(wallet, credentials, pending.request(), &self.trust, self.now)?;
        let answer =
            proposal.disclose_with_consent(wallet, &self.trust, Some(&self.proving), self.now, &mut self.rng())?;
        answer.to_bytes().map_err(|error| Failure::usage("answer-too-large", error))
    }

    /// A wallet's checked answer to a challenge of an issuer.
    pub(crate) fn enrol(&self, desk: &IssuerDesk, wallet: &Wallet, at: UnixTime) -> Outcome<Enrolled> {
        self.enrol_for(desk, wallet, &id("case-1")?, at)
    }

    /// The same for a case.
    pub(crate) fn enrol_for(
        &self,
        desk: &IssuerDesk,
        wallet: &Wallet,
        case: &Identifier,
        at: UnixTime,
    ) -> Outcome<Enrolled> {
        let mut rng = self.rng();
        let challenge = desk.issuer.challenge(case, at, &mut rng)?;
        let enrolment = holder::enrol(wallet, challenge, &self.trust, &self.proving, at, &mut rng)?;
        Ok(desk.issuer.check_enrolment(&enrolment, case, &self.trust, at, &mut rng)?)
    }

    /// A platform's judgement.
    pub(crate) fn judge(
        &self,
        platform: &Platform,
        pending: &PendingRequest,
        answer: &[u8],
        at: UnixTime,
    ) -> Result<Verdict, Rejection> {
        platform.verifier.verify(pending, answer, &self.trust, &platform.nonces, at, &mut self.rng())
    }
}

fn desk(state: &State, issuer: Issuer) -> Outcome<IssuerDesk> {
    let directory = state.issuer(issuer.id());
    let challenges = FileNonces::open(directory.join("challenges"))?;
    Ok(IssuerDesk { issuer, challenges, tags: FileTags::open(&directory.join("tags"))? })
}

/// A platform with its purposes, and its registration.
pub(crate) fn platform(
    state: &State,
    name: &str,
    people_say: &str,
    purposes: &[&str],
    rng: &mut Rng,
) -> Outcome<(Platform, shiming::registry::VerifierDocument)> {
    let purposes = purposes.iter().map(|text| policy(text)).collect::<Outcome<Vec<_>>>()?;
    let endpoint = format!("https://{name}.example/answers");
    let (verifier, entry) =
        verifier::create(state, &id(name)?, people_say, std::slice::from_ref(&endpoint), &purposes, rng)?;
    let nonces = FileNonces::open(state.verifier(verifier.id()).join("nonces"))?;
    Ok((Platform { verifier, nonces, endpoint }, entry))
}
