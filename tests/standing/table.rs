//! The one table, its diagram, and time.

use crate::cast::*;
use shiming::{
    standing::{Cause, Event, Phase, Refusal, TRANSITIONS},
    transition::{Transition, after, mermaid},
};
use std::collections::BTreeSet;

#[test]
fn the_diagram_in_the_spec_is_the_tables() {
    let spec = include_str!("../../spec/15-life-cycle.md");
    let diagram = spec.split("```mermaid\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(diagram, Phase::diagram());
}

#[test]
fn every_transition_is_written_once_and_every_pair_without_one_goes_nowhere() {
    assert_eq!(TRANSITIONS.iter().collect::<BTreeSet<_>>().len(), TRANSITIONS.len());
    let causes: BTreeSet<Cause> = TRANSITIONS.iter().map(|(_, cause, _)| *cause).collect();
    assert_eq!(causes.len(), 10);
    for phase in Phase::ALL {
        for cause in &causes {
            let targets: Vec<_> = TRANSITIONS.iter().filter(|(from, by, _)| from == &phase && by == cause).collect();
            for left in Phase::ALL {
                let expected = targets.iter().any(|(.., to)| *to == left).then_some(left);
                assert_eq!(phase.after(*cause, Some(left)), expected);
            }
            let expected = if let [(.., to)] = targets[..] { Some(*to) } else { None };
            assert_eq!(phase.after(*cause, None), expected);
        }
    }
    assert!(TRANSITIONS.iter().all(|(from, ..)| *from != Phase::Cancelled));
}

#[test]
fn a_table_of_anything_has_a_diagram() {
    const TABLE: &[Transition<u8, char>] = &[(1, 'a', 2), (2, 'b', 1), (2, 'c', 3)];
    assert_eq!(
        mermaid(1, TABLE),
        "stateDiagram-v2\n    [*] --> 1\n    1 --> 2: 'a'\n    2 --> 1: 'b'\n    2 --> 3: 'c'\n    3 --> [*]\n"
    );
    assert_eq!([after(TABLE, 1, &'a', None), after(TABLE, 1, &'b', None)], [Some(2), None]);
}

#[test]
fn what_the_table_does_not_have_is_refused() {
    let pairs = [
        (Phase::Active, Event::redo_begun(), Cause::RedoBegun),
        (Phase::ReviewDue, Event::redo_begun(), Cause::RedoBegun),
        (Phase::Resetting, Event::redo_begun(), Cause::RedoBegun),
        (Phase::Cancelling, Event::redo_begun(), Cause::RedoBegun),
        (Phase::Cancelling, Event::cancellation_requested(id("leave-2")), Cause::CancellationRequested),
        (Phase::Resetting, review_event(BEGIN.plus(DAY)), Cause::Renewed),
        (Phase::Cancelling, review_event(BEGIN.plus(DAY)), Cause::Renewed),
    ];
    for (phase, event, cause) in pairs {
        let status = in_phase(phase);
        assert_eq!(refused(&status, &event, status.now()), Refusal::NoTransition { phase, cause });
    }
}

#[test]
fn time_does_not_go_backwards_and_looking_on_the_way_changes_nothing() {
    let status = in_phase(Phase::ReviewDue);
    assert_eq!(status.at(status.now().plus(-1)), Err(Refusal::Backwards));
    assert_eq!(refused(&status, &Event::document_expired(), status.now().plus(-1)), Refusal::Backwards);
    let found = active().apply(&Event::inconsistency_found(), BEGIN.plus(1)).unwrap();
    let end = BEGIN.plus(300 * DAY);
    let mut looked = found.clone();
    for day in 1..300 {
        looked = looked.at(BEGIN.plus(day * DAY)).unwrap();
    }
    assert_eq!(looked.at(end).unwrap(), found.at(end).unwrap());
    let never = shiming::time::UnixTime::from_seconds(i64::MAX);
    assert_eq!(status.at(never), Err(Refusal::Time));
}

#[test]
fn a_status_begins_with_a_verification_of_the_past() {
    let begin = |verified_at, at| {
        shiming::standing::Standing::begin(&issuance(1, tag(), verified_at), Default::default(), at)
            .map(|status| status.phase())
    };
    assert_eq!(begin(BEGIN.plus(1), BEGIN), Err(Refusal::Backwards));
    assert_eq!(begin(BEGIN, BEGIN), Ok(Phase::Active));
    // Entered late: the review counts from the verification.
    assert_eq!(begin(BEGIN, BEGIN.plus(180 * DAY)), Ok(Phase::ReviewDue));
}
