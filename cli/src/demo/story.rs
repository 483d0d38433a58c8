//! The story: people get credentials, platforms accept.

use super::{
    cast::Person,
    stage::Stage,
    world::{ACCOUNT, DRIVER, PAYMENT, World},
};
use crate::{error::Outcome, state, state::Readers, verifier::kept_request, wallet};
use shiming::{prepared::Prepared, verifier::PendingRequest, wallet::Wallet};

/// Who has done this shows the answer to whom, for the attacks that follow.
pub(crate) struct Cast {
    /// The adult's wallet.
    pub(crate) adult: Wallet,
    /// Her facts.
    pub(crate) adult_facts: Person,
    /// Her identity.
    pub(crate) adult_identity: Prepared,
    /// The request that she answered first.
    pub(crate) first_request: PendingRequest,
    /// Her answer to it.
    pub(crate) first_answer: Vec<u8>,
}

/// Plays everything that is accepted.
pub(crate) fn play(world: &World, stage: &mut Stage) -> Outcome<Cast> {
    let person = Person::adult(world.today)?;
    // Her wallet is the one in the directory, so that `inspect` has something to show.
    let wallet = Wallet::generate(&mut world.rng());
    wallet::keep(&world.state, &wallet)?;

    let schemas = world.trust.schemas();
    let credential =
        stage.done("identity-issuer", "李娜 Li Na, 34, enrols and gets an identity credential", || {
            world.issue(&world.authority, &wallet, person.identity(schemas, world.now)?, world.now)
        })?;
    let identity = stage
        .done("Li Na's wallet", "prepares it: proves once that it is signed", || world.prepare(&wallet, credential))?;
    wallet::keep_prepared(&world.state, &identity)?;

    let first_request = stage
        .done("live-platform", "asks: adult, document valid, account class 2", || world.ask(&world.live, ACCOUNT))?;
    let first_answer = stage
        .done("Li Na's wallet", "answers in zero knowledge", || world.answer(&wallet, &[&identity], &first_request))?;
    keep_exchange(world, &first_request, &first_answer)?;
    stage.accepted("live-platform", "Li Na opens an account", || {
        world.judge(&world.live, &first_request, &first_answer, world.now)
    })?;

    let again = world.ask(&world.live, ACCOUNT)?;
    let answer = world.answer(&wallet, &[&identity], &again)?;
    stage.accepted("live-platform", "Li Na comes back to live-platform", || {
        world.judge(&world.live, &again, &answer, world.now)
    })?;

    let driver = world.ask(&world.ride, DRIVER)?;
    let answer = world.answer(&wallet, &[&identity], &driver)?;
    stage.accepted("ride-platform", "Li Na registers as a driver at ride-platform", || {
        world.judge(&world.ride, &driver, &answer, world.now)
    })?;

    x_person(world, stage)?;
    payment(world, stage, &wallet, &identity, &person)?;
    Ok(Cast { adult: wallet, adult_facts: person, adult_identity: identity, first_request, first_answer })
}

/// A number that ends in X is a number like any other.
fn x_person(world: &World, stage: &mut Stage) -> Outcome<()> {
    let person = Person::ends_in_x(world.today)?;
    let wallet = Wallet::generate(&mut world.rng());
    let attributes = person.identity(world.trust.schemas(), world.now)?;
    let credential = world.issue(&world.authority, &wallet, attributes, world.now)?;
    let identity = world.prepare(&wallet, credential)?;
    let request = world.ask(&world.live, ACCOUNT)?;
    let answer = world.answer(&wallet, &[&identity], &request)?;
    stage.accepted("live-platform", "陈静 Chen Jing, 27, whose number ends in X", || {
        world.judge(&world.live, &request, &answer, world.now)
    })?;
    Ok(())
}

/// Two custodians, one holder.
fn payment(world: &World, stage: &mut Stage, wallet: &Wallet, identity: &Prepared, person: &Person) -> Outcome<()> {
    let credential = stage.done("card-network", "attests Li Na's bank card", || {
        world.issue(&world.network, wallet, person.card(world.trust.schemas(), world.now)?, world.now)
    })?;
    let card = world.prepare(wallet, credential)?;
    wallet::keep_prepared(&world.state, &card)?;
    let request = world.ask(&world.live, PAYMENT)?;
    let answer = stage.done("Li Na's wallet", "joins identity and bank card in one answer", || {
        world.answer(wallet, &[identity, &card], &request)
    })?;
    stage.accepted("live-platform", "Li Na pays: two credentials, one person", || {
        world.judge(&world.live, &request, &answer, world.now)
    })?;
    Ok(())
}

/// Keeps request and answer where a reader of the demo can inspect them.
fn keep_exchange(world: &World, request: &PendingRequest, answer: &[u8]) -> Outcome<()> {
    let kept = kept_request(&world.state, world.live.verifier.id(), request.nonce().as_bytes());
    state::create_directory(kept.parent().unwrap_or(world.state.root()))?;
    state::write(&kept, request.as_bytes(), Readers::Owner)?;
    state::write(&world.state.root().join("request"), request.as_bytes(), Readers::All)?;
    state::write(&world.state.root().join("presentation"), answer, Readers::Owner)
}
