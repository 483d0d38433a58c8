//! The log: nothing that was acknowledged is lost, and nothing in it names a person.

use crate::cast::*;
use shiming::{
    chain::ChainError,
    codec::DecodeError,
    evidence::{EvidenceKind, Fact},
    standing::{Event, LogError, Phase, Refusal, StandingLog, StandingRules},
    time::{Date, UnixTime},
};

pub fn empty() -> StandingLog {
    StandingLog::new(&id("issuer"), &id("case-1"), StandingRules::default())
}

/// A life with one of everything, with the log after each event.
fn life() -> (Vec<Vec<u8>>, Vec<StandingLog>) {
    let at = |seconds| BEGIN.plus(DAY + seconds);
    let events: Vec<(Event, UnixTime)> = vec![
        (Event::issued(issuance(1, tag(), BEGIN)), BEGIN),
        (Event::document_expired(), at(0)),
        (Event::document_renewed(passed(EvidenceKind::Population, at(1))), at(2)),
        (Event::inconsistency_found(), at(3)),
        (Event::frozen(), at(4)),
        (Event::seen_at_branch(passed(EvidenceKind::Branch, at(5))), at(6)),
        (Event::transaction_suspected(failed(EvidenceKind::Transaction, at(7))), at(7)),
        (confirmed(digest(1), at(8)), at(8)),
        (review_event(at(9)), at(9)),
        (Event::wallet_lost(), at(10)),
        (tag_changed(tag(), digest(201)), at(11)),
        (Event::issued(issuance(2, digest(201), at(12))), at(13)),
        (Event::cancellation_requested(id("leave-1")), at(14)),
        (Event::cancellation_withdrawn(), at(15)),
    ];
    let (mut log, mut lines, mut logs) = (empty(), Vec::new(), Vec::new());
    for (event, at) in events {
        let recorded = log.record(&event, at).unwrap();
        lines.push(recorded.line);
        log = recorded.log;
        logs.push(log.clone());
    }
    (lines, logs)
}

#[test]
fn a_crash_at_any_byte_loses_nothing_that_was_acknowledged() {
    let (lines, logs) = life();
    let (all, mut whole, mut acknowledged) = (lines.concat(), 0, 0);
    for length in 0..=all.len() {
        if acknowledged < lines.len() && length == whole + lines[acknowledged].len() {
            whole = length;
            acknowledged += 1;
        }
        let replayed = empty().replay(&all[..length], None).unwrap();
        assert_eq!(replayed.whole, whole);
        let expected = acknowledged.checked_sub(1).map_or_else(empty, |last| logs[last].clone());
        assert_eq!(replayed.log, expected);
    }
    assert_eq!(acknowledged, lines.len());
}

#[test]
fn a_head_that_was_remembered_shows_that_the_end_was_cut_off() {
    let (lines, logs) = life();
    let head = logs.last().unwrap().head();
    assert!(empty().replay(&lines.concat(), Some(&head)).is_ok());
    let cut = lines[..lines.len() - 1].concat();
    assert_eq!(empty().replay(&cut, Some(&head)).unwrap_err(), LogError::Chain(ChainError::Unanchored));
}

#[test]
fn a_log_of_another_case_issuer_version_or_order_is_refused() {
    let (lines, _) = life();
    let all = lines.concat();
    let rules = StandingRules::default();
    for other in
        [StandingLog::new(&id("issuer"), &id("case-2"), rules), StandingLog::new(&id("other"), &id("case-1"), rules)]
    {
        assert_eq!(other.replay(&all, None).unwrap_err(), LogError::Chain(ChainError::Previous { line: 1 }));
    }
    let newer = StandingLog::new(&id("issuer"), &id("case-1"), StandingRules::new(2, 30, 7_000, 7).unwrap());
    assert_eq!(newer.replay(&all, None).unwrap_err(), LogError::Rules { entry: 1, version: 1 });
    // The same version with other numbers: a grace that never ends would lapse nobody.
    let longer = StandingLog::new(&id("issuer"), &id("case-1"), StandingRules::new(1, 180, 7_000, 7).unwrap());
    assert_eq!(longer.replay(&all, None).unwrap_err(), LogError::Rules { entry: 1, version: 1 });
    let swapped = [lines[1].clone(), lines[0].clone()].concat();
    assert_eq!(empty().replay(&swapped, None).unwrap_err(), LogError::Chain(ChainError::Previous { line: 1 }));
    let changed = String::from_utf8(all).unwrap().replacen("document-expired", "inconsistency-found", 1);
    assert_eq!(empty().replay(changed.as_bytes(), None).unwrap_err(), LogError::Chain(ChainError::Head { line: 2 }));
}

/// An entry, its members in the order that is its one text.
#[derive(serde::Serialize)]
struct Entry {
    at: UnixTime,
    rules: StandingRules,
    what: serde_json::Value,
}

#[test]
fn a_log_begins_with_an_issue_and_takes_nothing_that_the_status_would_not() {
    assert_eq!(empty().record(&Event::frozen(), BEGIN).unwrap_err(), LogError::NotBegun);
    let begun = empty().record(&Event::issued(issuance(1, tag(), BEGIN)), BEGIN).unwrap();
    assert_eq!(begun.log.standing().unwrap().phase(), Phase::Active);
    let refused = begun.log.record(&Event::frozen(), BEGIN).unwrap_err();
    assert_eq!(refused, LogError::Refused(Refusal::NothingOpen));
    // A chain that is whole and whose entries no status would have taken: the life of another version of the machine.
    let entry = Entry { at: BEGIN, rules: StandingRules::default(), what: serde_json::json!({"event": "frozen"}) };
    let kind = shiming::codec::Kind::secret("status log", 16 << 10);
    let (line, _) = begun.log.head().append_line(kind, &entry).unwrap();
    let bytes = [begun.line, line].concat();
    assert_eq!(empty().replay(&bytes, None).unwrap_err(), LogError::Entry { entry: 2, refusal: Refusal::NothingOpen });
    let (line, _) = empty().head().append_line(kind, &entry).unwrap();
    assert_eq!(empty().replay(&line, None).unwrap_err(), LogError::NotBegun);
}

#[test]
fn an_event_that_fits_no_line_is_refused() {
    let at = BEGIN.plus(1);
    let begun = empty().record(&Event::issued(issuance(1, tag(), BEGIN)), BEGIN).unwrap().log;
    let mut evidence = vec![passed(EvidenceKind::Face, at)];
    evidence.extend(std::iter::repeat_n(passed(EvidenceKind::Population, at), 60));
    let refused = begun.record(&Event::reviewed(&evidence, tag()), at).unwrap_err();
    assert_eq!(refused, LogError::Encode(DecodeError::TooLarge { cap: 16 << 10 }));
}

#[test]
fn no_date_of_a_document_and_no_region_of_a_person_is_in_the_log() {
    let until = Date::from_yyyymmdd(20_310_507).unwrap();
    let at = BEGIN.plus(10);
    let document = with(EvidenceKind::Population, at, |claim| claim.document_valid_until = Some(until));
    let log = empty().record(&Event::issued(issuance(1, tag(), BEGIN)), BEGIN).unwrap().log;
    let recorded = log.record(&Event::document_expired(), BEGIN).unwrap();
    let line = String::from_utf8(recorded.line).unwrap();
    assert!(line.starts_with(&format!(
        r#"{{"entry":{{"at":{},"rules":{{"version":1,"grace_days":30,"portrait_bp":7000,"cooling_days":7}},"what":{{"event":"document-expired"}}}},"#,
        BEGIN.seconds()
    )));
    let renewed = recorded.log.record(&Event::document_renewed(document.clone()), at).unwrap();
    let line = String::from_utf8(renewed.line).unwrap();
    assert!(line.contains(r#""document":"current""#) && !line.contains("20310507"));
    assert_ne!(document.fact(Fact::Name), None);
}
