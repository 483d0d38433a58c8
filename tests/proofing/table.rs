//! The table of transitions: stages move by it and by nothing else.

use shiming::{
    evidence::{EvidenceKind, Member},
    proofing::{Cause, Stage, TRANSITIONS},
    transition::mermaid,
};
use std::collections::BTreeSet;

const SPEC: &str = include_str!("../../spec/12-proofing.md");

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

#[test]
fn the_diagram_of_the_spec_is_generated_from_the_table() {
    let diagram = mermaid(Stage::Started, TRANSITIONS);
    let expected = format!("<!-- diagram of proofing -->\n```mermaid\n{diagram}```\n");
    assert!(SPEC.contains(&expected), "write this diagram into spec/12-proofing.md:\n{expected}");
}

fn name(member: &Member) -> &'static str {
    match member {
        Member::Similarity => "similarity_bp",
        Member::Liveness => "liveness",
        Member::Method => "method",
        Member::Elements => "elements",
        Member::DocumentValidUntil => "document_valid_until",
        Member::Region => "region",
        Member::Tier => "tier",
        Member::About => "about",
        Member::Digest(fact) => fact.as_str(),
    }
}

#[test]
fn the_specs_table_of_kinds_is_the_codes() {
    for kind in EvidenceKind::ALL {
        let age = match kind.max_age_seconds() {
            86_400 => "24 h".to_owned(),
            3_600 => "1 h".to_owned(),
            seconds => format!("{seconds} s"),
        };
        let members = kind.members();
        let (digests, plain): (Vec<_>, Vec<_>) = members.iter().partition(|member| matches!(member, Member::Digest(_)));
        let mut states: Vec<_> = plain.into_iter().map(|member| format!("`{}`", name(member))).collect();
        if !digests.is_empty() {
            states.push(format!("`digests` of {}", digests.into_iter().map(name).collect::<Vec<_>>().join(", ")));
        }
        let states = if states.is_empty() { "-".to_owned() } else { states.join(", ") };
        let (begins, ends) = (format!("| `{}` | ", kind.as_str()), format!(" | {age} | {states} |"));
        let rows = SPEC.lines().filter(|line| line.starts_with(&begins) && line.ends_with(&ends)).count();
        assert_eq!(rows, 1, "{begins}...{ends}");
    }
    let rows = SPEC.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 3).count();
    assert_eq!(rows, EvidenceKind::ALL.len());
}
