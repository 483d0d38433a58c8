//! The main job, accepted.

use crate::world::{ADULT, FOUR_COMPARISONS, World};

#[test]
fn an_adult_is_accepted_and_the_presentation_is_small() {
    let world = World::new();
    let wallet = World::wallet(1);
    let prepared = world.identity(&wallet, &ADULT);
    let pending = world.ask(FOUR_COMPARISONS);
    let answer = world.answer(&wallet, &[&prepared], &pending);
    assert_eq!(answer.len(), 949);
    let verdict = world.verify(&pending, &answer).unwrap();
    assert!(verdict.pseudonym().is_some());
}
