//! Everything that goes wrong, and who notices.

use super::{
    cast::Person,
    forgery,
    stage::Stage,
    story::Cast,
    world::{ACCOUNT, PAYMENT, World, id},
};
use crate::{
    error::{Failure, Outcome},
    issuer::generate,
    session::Rng,
};
use shiming::{
    holder,
    issuer::Issuer,
    keys::VerifyingKeys,
    ledger::{MemoryNonces, MemoryTags},
    prepared::Prepared,
    registry::IssuerDocument,
    signature::Es256SigningKey,
    time::{UnixTime, Validity},
    wallet::Wallet,
};

const DAY: i64 = 86_400;

/// Plays everything that is refused.
pub(crate) fn play(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    unfit_people(world, stage)?;
    at_the_issuer(world, cast, stage)?;
    old_answers(world, cast, stage)?;
    damaged_answers(world, cast, stage)?;
    borrowed_card(world, cast, stage)?;
    self_made_issuer(world, cast, stage)?;
    fishing(world, stage)?;
    let keys = crate::keys::verifying(&world.state)?;
    stage.refused("any verifier", "is started with these keys in production", "development-key", || {
        VerifyingKeys::new(keys)
    })
}

/// A minor, and an adult with an expired document.
fn unfit_people(world: &World, stage: &mut Stage) -> Outcome<()> {
    let minor = Person::minor(world.today)?;
    let wallet = Wallet::generate(&mut world.rng());
    let identity = identity(world, &wallet, &minor, world.now)?;
    let request = world.ask(&world.live, ACCOUNT)?;
    stage.refused("his own wallet", "王小明 Wang Xiaoming, 15, wants an account", "policy-not-satisfied", || {
        world.present(&wallet, &[&identity], request.request())
    })?;
    // His wallet believes the file; the issuer's signature does not cover what it says now.
    let thirty = world.today.plus_days(-30 * 366).map_err(|error| Failure::usage("clock", error))?;
    let forged = forgery::with_birth_date(&identity, thirty.to_u32())?;
    let answer = world.answer(&wallet, &[&forged], &request)?;
    stage.refused("live-platform", "he writes another birth date into his wallet's file", "proof-invalid", || {
        world.judge(&world.live, &request, &answer, world.now)
    })?;

    let expired = Person::expired(world.today)?;
    let wallet = Wallet::generate(&mut world.rng());
    let identity = self::identity(world, &wallet, &expired, world.now.plus(-60 * DAY))?;
    stage.refused(
        "his own wallet",
        "张伟 Zhang Wei, 41, whose document expired a week ago",
        "policy-not-satisfied",
        || world.present(&wallet, &[&identity], request.request()),
    )
}

fn identity(world: &World, wallet: &Wallet, person: &Person, at: UnixTime) -> Outcome<Prepared> {
    let attributes = person.identity(world.trust.schemas(), at)?;
    world.prepare(wallet, world.issue(&world.authority, wallet, attributes, at)?)
}

/// What the issuer notices.
fn at_the_issuer(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    let schemas = world.trust.schemas();
    stage.refused("identity-issuer", "a number whose check character was mistyped", "citizen-number", || {
        cast.adult_facts.mistyped().identity(schemas, world.now)
    })?;
    let second = Wallet::generate(&mut world.rng());
    let attributes = cast.adult_facts.identity(schemas, world.now)?;
    stage.refused(
        "identity-issuer",
        "Li Na enrols a second wallet, for a second pseudonym",
        "person-has-another-tag",
        || world.issue(&world.authority, &second, attributes, world.now),
    )
}

/// Replays, and answers in the wrong place or too late.
fn old_answers(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    let (request, answer) = (&cast.first_request, &cast.first_answer);
    stage.refused("live-platform", "the accepted answer once more", "replayed", || {
        world.judge(&world.live, request, answer, world.now)
    })?;
    stage.refused("ride-platform", "the request and answer of live-platform", "wrong-audience", || {
        let pending = world.ride.verifier.restore(request.as_bytes(), &world.trust, world.now)?;
        world.judge(&world.ride, &pending, answer, world.now)
    })?;
    let fresh = world.ask(&world.live, ACCOUNT)?;
    stage.refused("live-platform", "the old answer to a new request", "sigma-invalid", || {
        world.judge(&world.live, &fresh, answer, world.now)
    })?;
    let answer = world.answer(&cast.adult, &[&cast.adult_identity], &fresh)?;
    stage.refused("live-platform", "a good answer six minutes later", "request-expired", || {
        world.judge(&world.live, &fresh, &answer, world.now.plus(360))
    })
}

/// One byte edited, one byte missing.
fn damaged_answers(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    let request = world.ask(&world.live, ACCOUNT)?;
    let answer = world.answer(&cast.adult, &[&cast.adult_identity], &request)?;
    let mut edited = answer.clone();
    if let Some(byte) = edited.last_mut() {
        *byte ^= 1;
    }
    stage.refused("live-platform", "an answer with one bit flipped", "sigma-invalid", || {
        world.judge(&world.live, &request, &edited, world.now)
    })?;
    let short = answer.split_last().map(|(_, rest)| rest).unwrap_or_default();
    stage.refused("live-platform", "an answer without its last byte", "wrong-length", || {
        world.judge(&world.live, &request, short, world.now)
    })
}

/// A bank card of somebody else.
fn borrowed_card(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    let owner = Person::holder(world.today, 40)?;
    let wallet = Wallet::generate(&mut world.rng());
    let attributes = owner.card(world.trust.schemas(), world.now)?;
    let card = world.prepare(&wallet, world.issue(&world.network, &wallet, attributes, world.now)?)?;
    let request = world.ask(&world.live, PAYMENT)?;
    stage.refused("Li Na's wallet", "she pays with another person's bank card", "different-persons", || {
        world.present(&cast.adult, &[&cast.adult_identity, &card], request.request())
    })
}

/// Somebody signs his own credential under the name of the real issuer.
fn self_made_issuer(world: &World, cast: &Cast, stage: &mut Stage) -> Outcome<()> {
    let mut rng = world.rng();
    let (issuer, entry) = impostor(world, &mut rng)?;
    let trust = world.believing(|document| {
        document.issuers.retain(|known| known.id != entry.id);
        document.issuers.push(entry);
    })?;
    let wallet = Wallet::generate(&mut rng);
    let challenge = issuer.challenge(&id("case-1")?, world.now, &mut rng)?;
    let enrolment = holder::enrol(&wallet, challenge, &trust, &world.proving, world.now, &mut rng)?;
    let enrolled = issuer.check_enrolment(&enrolment, &id("case-1")?, &trust, world.now, &mut rng)?;
    let attributes = cast.adult_facts.identity(trust.schemas(), world.now)?;
    let (nonces, tags) = (MemoryNonces::default(), MemoryTags::default());
    let credential = issuer.issue(enrolled, attributes, &trust, &nonces, &tags, world.now, &mut rng)?;
    let prepared = holder::prepare(&wallet, credential, &trust, &world.proving, world.now, &mut rng)?;
    let request = world.ask(&world.live, ACCOUNT)?;
    let answer = holder::present(&wallet, &[&prepared], request.request(), &trust, &world.proving, &mut rng)?
        .to_bytes(request.request().plan());
    stage.refused("live-platform", "a credential that an impostor of the issuer signed", "unknown-issuer-key", || {
        world.judge(&world.live, &request, &answer, world.now)
    })
}

fn impostor(world: &World, rng: &mut Rng) -> Outcome<(Issuer, IssuerDocument)> {
    let signer = generate(&id("identity-issuer")?, world.suite, rng)?;
    let service = Es256SigningKey::generate(rng);
    let service_key = service.public_key();
    let window = Validity::new(world.now.plus(-DAY), world.now.plus(DAY)).map_err(|e| Failure::usage("keygen", e))?;
    let key = signer.register(&id("identity-issuer")?, &[id("cn-realname")?], window)?;
    let issuer = Issuer::new(id("identity-issuer")?, signer, service);
    let entry =
        IssuerDocument { id: issuer.id().clone(), name: "identity-issuer".to_owned(), keys: vec![key], service_key };
    Ok((issuer, entry))
}

/// A request that no wallet answers: the real one, signed by somebody else.
fn fishing(world: &World, stage: &mut Stage) -> Outcome<()> {
    let stranger = Es256SigningKey::generate(&mut world.rng());
    let request = world.ask(&world.live, ACCOUNT)?.request().request().sign(&stranger)?;
    stage.refused("Li Na's wallet", "a stranger asks in the name of live-platform", "request-signature", || {
        request.check(world.trust.bundle(), world.trust.schemas(), world.now, world.today)
    })
}
