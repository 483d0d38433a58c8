//! The life of a status with real wallets: gates that only its own wallet opens, and a lost wallet.

use crate::{rejections::scene, world::*};
use serde_json::json;
use shiming::{
    danger::{insecure_issuance, insecure_standing_event},
    evidence::Session,
    holder,
    issuer::{IssueError, person},
    ledger::LedgerError,
    standing::{Event, HolderProof, Phase, Refusal, Standing, StandingRules, tag_digest},
    time::UnixTime,
    wallet::Wallet,
};

const AUTHORITY: &str = "authority";
const DAY: i64 = 86_400;

/// The status of a wallet that the authority has issued to a day ago.
fn begun(wallet: &Wallet) -> Standing {
    let session = Session::from_parts(&id(AUTHORITY), &id("case-1"), [1; 32]).subject();
    let (tag, at) = (tag_digest(&wallet.holder_tag(AUTHORITY)), NOW.plus(-DAY));
    Standing::begin(&insecure_issuance(session, tag, at), StandingRules::default(), at).unwrap()
}

/// The status after a request to leave and the first three gates, whose evidence `tests/standing` has real.
fn through_three_gates(wallet: &Wallet) -> Standing {
    let mut status = begun(wallet).apply(&Event::cancellation_requested(id("leave-1")), NOW.plus(-10)).unwrap();
    for kind in ["sim.realname", "transaction.voucher", "account.settled"] {
        let evidence = json!({
            "kind": kind, "source": "state", "subject": status.session(), "result": "pass",
            "observed_at": NOW.plus(-5), "usable_until": NOW, "attestation": status.tag(),
        });
        let event = json!({"event": "gate-attested", "evidence": evidence}).to_string();
        status = status.apply(&insecure_standing_event(event.as_bytes()).unwrap(), NOW.plus(-4)).unwrap();
    }
    status
}

/// The wallet answers the authority's challenge for a case.
fn answered(world: &World, wallet: &Wallet, case: &str, now: UnixTime) -> HolderProof {
    let rng = &mut *world.rng();
    let challenge = world.authority.challenge(&id(case), now, rng).unwrap();
    let answer = holder::enrol(wallet, challenge, &world.trust, keys(), now, rng).unwrap();
    world.authority.check_enrolment(&answer, &id(case), &world.trust, now, rng).unwrap().into()
}

#[test]
fn the_last_two_gates_open_to_answers_of_the_statuss_own_wallet() {
    let (world, wallet) = (World::new(), World::wallet(1));
    let status = through_three_gates(&wallet);
    let proven = |wallet: &Wallet, case| Event::holder_proven(answered(&world, wallet, case, NOW));
    assert_eq!(status.apply(&proven(&World::wallet(2), "leave-1"), NOW), Err(Refusal::OtherTag));
    assert_eq!(status.apply(&proven(&wallet, "case-1"), NOW), Err(Refusal::OtherCase));
    let cooling = status.apply(&proven(&wallet, "leave-1"), NOW).unwrap();
    let end = NOW.plus(7 * DAY);
    let confirmed = |at| Event::cancellation_confirmed(answered(&world, &wallet, "leave-1", at));
    assert_eq!(cooling.apply(&confirmed(end.plus(-1)), end), Err(Refusal::ChallengeBefore));
    let gone = cooling.apply(&confirmed(end), end).unwrap();
    assert_eq!((gone.phase(), gone.cancellation().unwrap().passed()), (Phase::Cancelled, 5));
}

#[test]
fn after_a_recorded_tag_change_the_lost_wallet_gets_nothing_and_the_new_one_another_pseudonym() {
    let (world, lost, new) = (World::new(), World::wallet(1), World::wallet(2));
    world.identity(&lost, &ADULT);
    let person = person(Some(ADULT.document_type), ADULT.number).unwrap();
    let tags = (&lost.holder_tag(AUTHORITY), &new.holder_tag(AUTHORITY));
    // Without the record the new wallet is a second one.
    let issued = |wallet| world.issue(&world.authority, wallet, ADULT.attributes(&world.trust));
    let another = |result| matches!(result, Err(IssueError::Ledger(LedgerError::PersonHasAnotherTag)));
    assert!(another(issued(&new).map(drop)));
    let status = begun(&lost).apply(&Event::wallet_lost(), NOW).unwrap();
    let changed = status.replace_tag(&world.tags, &person, tags).unwrap();
    let status = status.apply(&changed, NOW).unwrap();
    assert_eq!(*status.tag(), tag_digest(tags.1));
    assert!(another(issued(&lost).map(drop)));
    let prepared = world.prepare(&new, issued(&new).unwrap()).unwrap();
    let pseudonym = |wallet, prepared| {
        let pending = world.ask(FOUR_COMPARISONS);
        let answer = world.answer(wallet, &[prepared], &pending);
        *world.verify(&pending, &answer).unwrap().pseudonym().unwrap()
    };
    assert_ne!(pseudonym(&new, &prepared), pseudonym(&scene().wallet, &scene().adult));
}
