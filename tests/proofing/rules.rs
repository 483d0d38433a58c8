//! Settings that contradict themselves open no case.

use crate::world::{NOW, World};
use shiming::proofing::{Case, Path, ProofingRules, Refusal, RulesError};

fn refused(change: impl FnOnce(&mut ProofingRules)) -> RulesError {
    let mut rules = ProofingRules::default();
    rules.check().unwrap();
    change(&mut rules);
    let refusal = Case::open(&World::new().opened(Path::Ordinary), &rules, NOW).unwrap_err();
    assert_eq!(refusal, Refusal::Rules(rules.check().unwrap_err()));
    rules.check().unwrap_err()
}

#[test]
fn weights_add_up_to_1000_thousandths() {
    assert_eq!(refused(|rules| rules.weights.face += 1), RulesError::WeightSum(1_001));
}

#[test]
fn a_threshold_is_reached_by_something_and_missed_by_something() {
    assert_eq!(refused(|rules| rules.weights.threshold = 0), RulesError::Threshold(0));
    assert_eq!(refused(|rules| rules.weights.threshold = 1_001), RulesError::Threshold(1_001));
}

#[test]
fn a_step_up_needs_records_and_no_more_than_are_listed() {
    assert_eq!(refused(|rules| rules.supplementary_needed = 3), RulesError::Supplementary { needed: 3, listed: 2 });
    assert_eq!(refused(|rules| rules.supplementary_needed = 0), RulesError::Supplementary { needed: 0, listed: 2 });
}

#[test]
fn a_similarity_is_at_most_10000_and_nobody_elderly_before_18() {
    assert_eq!(refused(|rules| rules.similarity_bp = 10_001), RulesError::Similarity);
    assert_eq!(refused(|rules| rules.elder_age = 17), RulesError::ElderAge);
}

#[test]
fn the_rules_are_a_file() {
    let rules = ProofingRules::wechat();
    let text = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<ProofingRules>(&text).unwrap(), rules);
    assert!(serde_json::from_str::<ProofingRules>(&text.replacen('{', r#"{"more":1,"#, 1)).is_err());
}
