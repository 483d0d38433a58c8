//! Credentials of several custodians in one presentation, up to the cap.

use crate::{people::facts, stage::*, world::*};
use shiming::{
    credential::Credential,
    holder::HolderError,
    policy::{CREDENTIALS_CAP, Policy, PolicyError},
    prepared::Prepared,
    schema::Schemas,
    verdict::{HolderFault, Rejection, Verdict},
    verifier::PendingRequest,
};

const FOUR: [&str; CREDENTIALS_CAP] = ["cn-realname", "cn-bank-card", "cn-driver-licence", "cn-platform-status"];

/// One clause on each of these credentials.
fn policy(schemas: &[&str]) -> String {
    let entry = |schema: &&str| {
        let (issuer, clause) = match *schema {
            "cn-realname" => ("identity-issuer", r#"{"attribute": "birth_date", "age_at_least": 18}"#),
            "cn-bank-card" => ("card-network", r#"{"attribute": "card_valid_until", "not_before": "today"}"#),
            "cn-driver-licence" => ("traffic-police", r#"{"attribute": "first_issued_on", "age_at_least": 3}"#),
            "cn-platform-status" => (
                "wechat-status",
                r#"{"attribute": "status", "in": [1]}, {"attribute": "conduct_band", "at_least": 10}"#,
            ),
            _ => ("credit-bureau", r#"{"attribute": "credit_band", "at_least": 3}"#),
        };
        format!(r#"{{"schema": "{schema}", "issuers": ["{issuer}"], "require": [{clause}]}}"#)
    };
    let entries: Vec<String> = schemas.iter().map(entry).collect();
    let paths = r#""paths": ["zk", "conventional"]"#;
    format!(
        r#"{{"id": "test:4", "credentials": [{}], "pseudonym": {{"scope": "account"}}, {paths}}}"#,
        entries.join(", ")
    )
}

fn judge(pending: &PendingRequest, answer: &[u8]) -> Result<Verdict, Rejection> {
    stage().world.verify(pending, answer)
}

#[test]
fn four_custodians_attest_one_person_on_both_paths() {
    let (world, wallet) = (&stage().world, &stage().wallet);
    let held: Vec<&Prepared> = FOUR.iter().map(|schema| &stage().held[schema]).collect();
    let pending = world.ask(&policy(&FOUR));
    let zk = judge(&pending, &world.answer(wallet, &held, &pending)).unwrap();
    assert_eq!(zk.issuers().len(), CREDENTIALS_CAP);
    let credentials: Vec<&Credential> = held.iter().map(|prepared| prepared.credential()).collect();
    let pending = world.ask(&policy(&FOUR));
    let shown = world.propose(wallet, &credentials, &pending).unwrap().disclosures();
    // The platform's status shows no number, since it has none.
    assert!(shown.iter().all(|(credential, name, _)| *credential < 3 || name != "document_number"));
    let conventional = judge(&pending, &world.disclose(wallet, &credentials, &pending)).unwrap();
    assert_eq!(zk.pseudonym(), conventional.pseudonym());
}

#[test]
fn a_fifth_credential_is_no_policy() {
    let five = [&FOUR[..], &["cn-credit-band"]].concat();
    let found = Policy::load(policy(&five).as_bytes(), &Schemas::standard());
    assert_eq!(found.err(), Some(PolicyError::TooManyCredentials));
}

#[test]
fn too_few_or_in_another_order_is_not_answered() {
    let (world, wallet) = (&stage().world, &stage().wallet);
    let pending = world.ask(&policy(&FOUR));
    let mut held: Vec<&Prepared> = FOUR.iter().map(|schema| &stage().held[schema]).collect();
    held.swap(1, 2);
    let swapped = world.present(wallet, &held, pending.request()).err();
    assert!(matches!(swapped, Some(HolderError::Schema { index: 1, .. })), "{swapped:?}");
    let few = world.present(wallet, &held[..3], pending.request()).err();
    assert!(matches!(few, Some(HolderError::Count { expected: 4, found: 3 })), "{few:?}");
}

#[test]
fn a_status_that_somebody_elses_wallet_holds_does_not_join() {
    let (stage, friend) = (stage(), World::wallet(21));
    let lent = stage.prepared(&friend, &facts("cn-platform-status").account(21));
    let both = ["cn-realname", "cn-platform-status"];
    let pending = stage.world.ask(&policy(&both));
    let held = [&stage.held["cn-realname"], &lent];
    let own = stage.world.present(&stage.wallet, &held, pending.request()).err();
    assert!(matches!(own, Some(HolderError::OtherWallet)), "{own:?}");
    // No number stands between them: the secret does, whichever of the two wallets proves.
    for wallet in [&stage.wallet, &friend] {
        let answer = stage.world.lie(wallet, &held, &pending, &truth);
        assert_eq!(judge(&pending, &answer).err(), Some(HolderFault::ProofInvalid.into()));
    }
}
