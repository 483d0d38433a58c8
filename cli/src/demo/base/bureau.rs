//! Everybody whom the base flow needs: the issuer with its ledgers, the sources, the platform, one trust bundle.

use super::{failed, sources::Sources, walk::Walk};
use crate::{
    demo::world::{ACCOUNT, Platform, World, platform, policy},
    error::Outcome,
    output::Progress,
    session::Session,
    state::State,
};
use shiming::{
    codec::Identifier,
    credential::Credential,
    holder,
    issuer::IssueError,
    prepared::Prepared,
    proofing::{Event, ProofingRules},
    schema::Schema,
    standing::Issuance,
    suite::Suite,
    time::{Date, UnixTime},
    verdict::{Rejection, Verdict},
    verifier::PendingRequest,
    wallet::Wallet,
};
use std::sync::Arc;

const DAY: i64 = 86_400;
/// China's clocks are so many seconds ahead of Unix time.
const CHINA: i64 = 8 * 3_600;

/// A payment at WeChat.
pub(super) const PAYMENT: &str = include_str!("../../../../policies/wechat-payment.json");
/// Who helps somebody else is asked this by the issuer.
pub(super) const RELATIVE: &str = include_str!("../../../../policies/relative.json");
/// An account for adults.
pub(super) const ADULT: &str = ACCOUNT;

/// The stage of the base flow.
pub(super) struct Bureau {
    /// Issuer, keys and trust.
    pub(super) world: World,
    /// The sources.
    pub(super) sources: Sources,
    /// The platform.
    pub(super) wechat: Platform,
    /// The issuer as a verifier of relatives.
    pub(super) counter: Platform,
    /// The settings of proofing.
    pub(super) rules: ProofingRules,
}

/// What an issue ends with.
pub(super) struct Issued {
    /// The credential.
    pub(super) credential: Credential,
    /// What a verified status begins with.
    pub(super) issuance: Issuance,
}

impl Bureau {
    /// Builds the demo's world and adds who is missing to its trust bundle.
    pub(super) fn build(session: &Session, suite: Suite, state: State, progress: &Progress) -> Outcome<Self> {
        // Noon in China, so that no case goes on into the next day.
        let now = session.now();
        let noon = now.plus(DAY / 2 - now.plus(CHINA).seconds().rem_euclid(DAY));
        let session = Session { state: state.clone(), json: session.json, development: true, fixed_now: Some(noon) };
        let mut world = World::build(&session, suite, state, progress)?;
        let mut rng = world.rng();
        let sources = Sources::generate(&mut rng);
        let (wechat, wechat_entry) =
            platform(&world.state, "wechat", "微信支付 WeChat Pay", &[PAYMENT, ADULT], &mut rng)?;
        let (counter, counter_entry) =
            platform(&world.state, "identity-counter", "实名认证中心 Identity Bureau", &[RELATIVE, ADULT], &mut rng)?;
        let documents = sources.documents(world.now)?;
        world.trust = world.believing(|document| {
            document.verifiers.extend([wechat_entry, counter_entry]);
            document.sources = documents;
            // The story goes on for most of a year; a bundle is fetched anew every day.
            document.max_staleness_seconds = 500 * DAY as u32;
        })?;
        Ok(Self { world, sources, wechat, counter, rules: ProofingRules::default() })
    }

    /// The schema of identities.
    pub(super) fn schema(&self) -> Outcome<&Arc<Schema>> {
        self.world.trust.schemas().get("cn-realname").ok_or_else(|| failed("there is no schema cn-realname"))
    }

    /// The id of the issuer.
    pub(super) fn issuer(&self) -> &Identifier {
        self.world.authority.issuer.id()
    }

    /// Approves the case, enrols the wallet in it, signs, and tells the case.
    pub(super) fn issue(&self, walk: &mut Walk<'_>, wallet: &Wallet) -> Outcome<Issued> {
        let (desk, at) = (&self.world.authority, walk.at);
        let enrolled = self.world.enrol_for(desk, wallet, walk.session.case(), at)?;
        let approved = walk.approve()?.map_err(failed)?;
        let given = approved.attributes(&enrolled, self.schema()?, &mut self.world.rng()).map_err(failed)?;
        let trust = &self.world.trust;
        let credential = desk.issuer.issue(
            enrolled,
            given.attributes,
            trust,
            &desk.challenges,
            &desk.tags,
            at,
            &mut self.world.rng(),
        )?;
        walk.event(&Event::issued(&credential).ok_or_else(|| failed("the schema has no holder tag"))?)?;
        let issuance = Issuance::of(walk.case()?).ok_or_else(|| failed("the case is not issued"))?;
        Ok(Issued { credential, issuance })
    }

    /// A credential with the same attributes and another date of verification, to a wallet: the issue after a review.
    pub(super) fn renew(
        &self,
        old: &Credential,
        wallet: &Wallet,
        case: &Identifier,
        at: UnixTime,
    ) -> Outcome<Credential> {
        let desk = &self.world.authority;
        let enrolled = self.world.enrol_for(desk, wallet, case, at)?;
        let kept = |name: &str| !["holder_tag", "revocation_handle", "verified_on", "reverify_by"].contains(&name);
        let values = old.attributes().iter().filter(|(slot, _)| kept(slot.name()));
        let values = values.map(|(slot, value)| (slot.name().to_owned(), value)).collect();
        let attributes = crate::attributes::complete(self.schema()?, values, at)?;
        let trust = &self.world.trust;
        Ok(desk.issuer.issue(enrolled, attributes, trust, &desk.challenges, &desk.tags, at, &mut self.world.rng())?)
    }

    /// An issue to another wallet than the one that the ledger has, which must fail.
    pub(super) fn second_wallet(
        &self,
        old: &Credential,
        wallet: &Wallet,
        at: UnixTime,
    ) -> Outcome<Result<(), IssueError>> {
        let desk = &self.world.authority;
        let mut rng = self.world.rng();
        let enrolled = self.world.enrol(desk, wallet, at)?;
        let kept = |name: &str| !["holder_tag", "revocation_handle"].contains(&name);
        let values = old.attributes().iter().filter(|(slot, _)| kept(slot.name()));
        let values = values.map(|(slot, value)| (slot.name().to_owned(), value)).collect();
        let attributes = crate::attributes::complete(self.schema()?, values, at)?;
        let issued =
            desk.issuer.issue(enrolled, attributes, &self.world.trust, &desk.challenges, &desk.tags, at, &mut rng);
        Ok(issued.map(drop))
    }

    /// The cached proof.
    pub(super) fn prepare(&self, wallet: &Wallet, credential: Credential, at: UnixTime) -> Outcome<Prepared> {
        let (trust, proving) = (&self.world.trust, &self.world.proving);
        Ok(holder::prepare(wallet, credential, trust, proving, at, &mut self.world.rng())?)
    }

    /// A request of a platform under a policy.
    pub(super) fn ask(&self, platform: &Platform, text: &str, at: UnixTime) -> Outcome<PendingRequest> {
        let (trust, policy) = (&self.world.trust, policy(text)?);
        Ok(platform.verifier.request(&policy, &platform.endpoint, trust, at, &mut self.world.rng())?)
    }

    /// What a platform makes of an answer.
    pub(super) fn judge(
        &self,
        platform: &Platform,
        pending: &PendingRequest,
        answer: &[u8],
        at: UnixTime,
    ) -> Result<Verdict, Rejection> {
        self.world.judge(platform, pending, answer, at)
    }

    /// A request, an answer in zero knowledge and its acceptance.
    pub(super) fn present(
        &self,
        (platform, policy): (&Platform, &str),
        wallet: &Wallet,
        prepared: &Prepared,
        at: UnixTime,
    ) -> Outcome<(PendingRequest, Verdict)> {
        let pending = self.ask(platform, policy, at)?;
        let answer = self.world.answer(wallet, &[prepared], &pending)?;
        let verdict = self.judge(platform, &pending, &answer, at)?;
        Ok((pending, verdict))
    }

    /// The date in China.
    pub(super) fn date(at: UnixTime) -> Outcome<Date> {
        Date::from_unix(at).map_err(failed)
    }
}
