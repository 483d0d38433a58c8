//! The table of transitions: stages move by it and by nothing else.

use shiming::proofing::{Cause, Stage, TRANSITIONS};
use std::collections::BTreeSet;

const CAUSES: [Cause; 10] = [
    Cause::StageProven,
    Cause::StepUpRequired,
    Cause::RecordsComplete,
    Cause::VideoPassed,
    Cause::AnomalyFound,
    Cause::Resumed,
    Cause::ReviewRefused,
    Cause::CredentialIssued,
    Cause::Withdrawn,
    Cause::TimedOut,
];

#[test]
fn every_stage_and_cause_has_at_most_one_next_stage_but_for_resuming() {
    for from in Stage::ALL {
        for cause in CAUSES {
            let next: Vec<_> =
                TRANSITIONS.iter().filter(|(f, c, _)| (*f, *c) == (from, cause)).map(|(.., to)| *to).collect();
            if cause == Cause::Resumed && from == Stage::ManualReview {
                for held in Stage::ALL {
                    assert_eq!(from.after(cause, Some(held)), next.contains(&held).then_some(held));
                }
                assert_eq!(from.after(cause, None), None);
            } else {
                assert!(next.len() <= 1, "{from:?} {cause:?}");
                assert_eq!(from.after(cause, None), next.first().copied());
            }
        }
    }
}

#[test]
fn every_stage_is_reached_and_only_the_ends_have_nothing_after_them() {
    let reached: BTreeSet<_> = TRANSITIONS.iter().map(|(.., to)| *to).chain([Stage::Started]).collect();
    assert_eq!(reached, BTreeSet::from(Stage::ALL));
    for stage in Stage::ALL {
        assert_eq!(stage.is_final(), TRANSITIONS.iter().all(|(from, ..)| *from != stage), "{stage:?}");
    }
}

#[test]
fn issued_is_reached_from_the_third_stage_alone() {
    let to_issued: Vec<_> = TRANSITIONS.iter().filter(|(.., to)| *to == Stage::Issued).collect();
    assert_eq!(to_issued, [&(Stage::FaceEnrolled, Cause::CredentialIssued, Stage::Issued)]);
}
