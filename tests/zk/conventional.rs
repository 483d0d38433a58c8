//! The conventional path, from issue to verdict: what is accepted, and that it is the same as in zero knowledge.

use crate::{rejections::scene, world::*};
use shiming::policy::Path;

fn both_paths(policy: &str) -> String {
    policy.replace(r#""paths": ["zk"]"#, r#""paths": ["zk", "conventional"]"#)
}

#[test]
fn a_conventional_answer_has_the_verdict_and_the_pseudonym_of_the_other_path() {
    let scene = scene();
    let policy = both_paths(FOUR_COMPARISONS);
    let (zk, conventional) = (scene.world.ask(&policy), scene.world.ask(&policy));
    let answer = scene.world.answer(&scene.wallet, &[&scene.adult], &zk);
    let zk = scene.world.verify(&zk, &answer).unwrap();
    let answer = scene.world.disclose(&scene.wallet, &[scene.adult.credential()], &conventional);
    let conventional = scene.world.verify(&conventional, &answer).unwrap();
    assert_eq!((zk.path(), conventional.path()), (Path::Zk, Path::Conventional));
    assert_eq!(zk.pseudonym(), conventional.pseudonym());
    assert!(zk.pseudonym().is_some());
    assert_eq!((zk.disclosed(), zk.issuers()), (conventional.disclosed(), conventional.issuers()));
}

#[test]
fn two_credentials_of_one_person_are_joined() {
    let world = World::new();
    let wallet = World::wallet(1);
    let (identity, card) = (world.identity(&wallet, &ADULT), world.card(&wallet, &ADULT));
    let pending = world.ask(&both_paths(TWO_CREDENTIALS));
    let answer = world.disclose(&wallet, &[identity.credential(), card.credential()], &pending);
    let verdict = world.verify(&pending, &answer).unwrap();
    assert_eq!(verdict.issuers().len(), 2);
}
