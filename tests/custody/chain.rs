//! The hash chain: vectors by another implementation of SM3, and everything that can be done to a log.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use shiming::{
    chain::{self, Chain, ChainError, ChainHead},
    codec::{DecodeError, Kind},
};

const KIND: Kind = Kind::public("note", 256);
const SECRET: Kind = Kind::secret("note", 256);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    at: i64,
    text: String,
}

fn note(at: i64) -> Note {
    Note { at, text: format!("note {at}") }
}

fn genesis() -> ChainHead {
    ChainHead::genesis(b"shiming/test/1", b"case-1")
}

/// Lines of a log of this many notes.
fn lines(count: i64) -> Vec<Vec<u8>> {
    let mut head = genesis();
    (0..count)
        .map(|at| {
            let (line, next) = head.append_line(KIND, &note(at)).unwrap();
            head = next;
            line
        })
        .collect()
}

fn read(bytes: &[u8]) -> Result<Chain<Note>, ChainError> {
    chain::read(KIND, genesis(), bytes)
}

fn malformed(line: usize, cause: DecodeError) -> ChainError {
    ChainError::Line { line, cause }
}

/// By `openssl dgst -sm3` (3.0) over the bytes of rule CHAIN-HEAD, written with printf.
#[test]
fn heads_are_those_of_openssl() {
    assert_eq!(genesis().to_string(), "61e7a4ef865ab1bd8cd64f759223b528acfefd2e9ba1e04fc645593d9a9c71a6");
    assert_eq!(
        genesis().append(b"{\"at\":0}").to_string(),
        "f3fcc6096bd88503018838bb245b12ad3d6a7bb580370645503c32f19ac87132"
    );
    assert_eq!(
        genesis().append(b"{\"at\":0}").append(b"").to_string(),
        "6bbd1b3010e44c931d6cf9e8b77e8e332d518235d94a0414acbb5441aa6ac599"
    );
}

#[test]
fn purpose_context_and_the_cut_between_them_and_between_entries_make_other_heads() {
    let head = |tag: &[u8], context: &[u8]| ChainHead::genesis(tag, context);
    let heads = [head(b"a", b"bc"), head(b"ab", b"c"), head(b"abc", b""), head(b"", b"abc"), genesis()];
    let entries = [
        genesis().append(b"ab").append(b"c"),
        genesis().append(b"a").append(b"bc"),
        genesis().append(b"abc"),
        genesis().append(b"c").append(b"ab"),
        genesis().append(b"abc").append(b""),
    ];
    let all: std::collections::BTreeSet<_> = heads.iter().chain(&entries).collect();
    assert_eq!(all.len(), heads.len() + entries.len());
    assert_eq!(genesis().append_all([b"ab".as_slice(), b"c"]), entries[0]);
    assert_eq!(genesis().append_all([]), genesis());
}

#[test]
fn a_head_is_hex_for_people_and_base64url_in_json() {
    let head = ChainHead::from_bytes([0xab; 32]);
    assert_eq!(format!("{head:?}"), format!("ChainHead({})", "ab".repeat(32)));
    let json = serde_json::to_string(&head).unwrap();
    assert_eq!(json.len(), 45);
    assert_eq!(serde_json::from_str::<ChainHead>(&json).unwrap(), head);
    let short = format!("{}\"", &json[..json.len() - 2]);
    assert!(serde_json::from_str::<ChainHead>(&short).is_err(), "{short}");
}

#[test]
fn a_log_is_read_as_it_was_written() {
    let written = lines(5);
    let chain = read(&written.concat()).unwrap();
    assert!(chain.entries().eq([0, 1, 2, 3, 4].map(note).iter()));
    assert_eq!((chain.torn(), chain.whole()), (0, written.concat().len()));
    let (next, head) = chain.head().append_line(KIND, &note(5)).unwrap();
    assert_eq!(read(&[written.concat(), next].concat()).unwrap().head(), head);
}

#[test]
fn an_empty_file_is_the_empty_log() {
    let chain = read(b"").unwrap();
    assert_eq!((chain.links().len(), chain.torn(), chain.whole()), (0, 0, 0));
    assert_eq!(chain.head(), genesis());
    assert!(chain.require(&genesis()).is_ok());
}

#[test]
fn a_line_has_one_text() {
    let line = String::from_utf8(lines(1).remove(0)).unwrap();
    let (previous, head) = (genesis(), genesis().append(br#"{"at":0,"text":"note 0"}"#));
    let json = |head: &ChainHead| serde_json::to_string(head).unwrap();
    let expected =
        format!(r#"{{"entry":{{"at":0,"text":"note 0"}},"previous":{},"head":{}}}"#, json(&previous), json(&head));
    assert_eq!(line, expected + "\n");
    for other in [
        line.replace("{\"entry\"", "{ \"entry\""),
        line.replace(":0,", ": 0,"),
        line.replace("note 0", "note\\u00200"),
        line.replace('\n', "\r\n"),
        line.replace(":0,", ":0,\t"),
        line.replace(r#"{"at":0,"text":"note 0"}"#, r#"{"text":"note 0","at":0}"#),
    ] {
        assert_ne!(other, line);
        assert_eq!(read(other.as_bytes()), Err(malformed(1, DecodeError::NotCanonical)), "{other}");
    }
}

#[test]
fn a_changed_entry_is_found() {
    let mut written = lines(3);
    let text = String::from_utf8(written[1].clone()).unwrap();
    written[1] = text.replace("note 1", "note 7").into_bytes();
    assert_eq!(read(&written.concat()), Err(ChainError::Head { line: 2 }));
}

#[test]
fn an_entry_that_was_changed_with_its_head_breaks_the_next_line() {
    let mut written = lines(3);
    let head = genesis().append(br#"{"at":0,"text":"note 0"}"#);
    written[1] = head.append_line(KIND, &note(7)).unwrap().0;
    assert_eq!(read(&written.concat()), Err(ChainError::Previous { line: 3 }));
}

#[test]
fn a_removed_entry_is_found() {
    for removed in 0..2 {
        let mut written = lines(3);
        written.remove(removed);
        assert_eq!(read(&written.concat()), Err(ChainError::Previous { line: removed + 1 }));
    }
}

#[test]
fn an_inserted_entry_is_found() {
    let mut written = lines(3);
    written.insert(1, written[0].clone());
    assert_eq!(read(&written.concat()), Err(ChainError::Previous { line: 2 }), "the same once more");
    let mut written = lines(3);
    let head = genesis().append(br#"{"at":0,"text":"note 0"}"#);
    written.insert(1, head.append_line(KIND, &note(9)).unwrap().0);
    assert_eq!(read(&written.concat()), Err(ChainError::Previous { line: 3 }), "a new one that follows well");
}

#[test]
fn reordered_entries_are_found() {
    let mut written = lines(4);
    written.swap(1, 2);
    assert_eq!(read(&written.concat()), Err(ChainError::Previous { line: 2 }));
}

#[test]
fn another_logs_entries_are_found() {
    let other = ChainHead::genesis(b"shiming/test/1", b"case-2");
    assert_eq!(
        chain::read::<Note>(KIND, other, &lines(1).concat()),
        Err(ChainError::Previous { line: 1 }),
        "another case"
    );
}

#[test]
fn a_cut_end_is_found_by_a_remembered_head_and_only_by_it() {
    let written = lines(3);
    let acknowledged = read(&written.concat()).unwrap().head();
    let cut = read(&written[..2].concat()).unwrap();
    assert_eq!(cut.require(&acknowledged), Err(ChainError::Unanchored));
    let whole = read(&lines(5).concat()).unwrap();
    assert!(whole.require(&acknowledged).is_ok(), "it has grown since");
    assert!(whole.require(&genesis()).is_ok());
}

#[test]
fn a_line_that_a_crash_tore_is_reported_and_all_before_it_is_kept() {
    let written = lines(3);
    let whole = written[..2].concat();
    for length in 1..written[2].len() {
        let bytes = [whole.as_slice(), &written[2][..length]].concat();
        let chain = read(&bytes).unwrap();
        assert_eq!((chain.torn(), chain.whole(), chain.links().len()), (length, whole.len(), 2));
        let (line, _) = chain.head().append_line(KIND, &note(2)).unwrap();
        let repaired = [&bytes[..chain.whole()], &line].concat();
        assert_eq!(read(&repaired).unwrap().links().len(), 3, "cut, then appended to");
    }
    let zeros = read(&[whole.as_slice(), &[0; 400]].concat()).unwrap();
    assert_eq!((zeros.torn(), zeros.links().len()), (400, 2), "a file that grew before its data came");
}

#[test]
fn a_torn_line_that_was_written_over_is_an_error() {
    let written = lines(3);
    let bytes = [written[0].as_slice(), &written[1][..20], &written[1]].concat();
    assert!(matches!(read(&bytes), Err(ChainError::Line { line: 2, cause: DecodeError::Json(_) })));
}

#[test]
fn a_whole_line_must_be_right() {
    let line = String::from_utf8(lines(1).remove(0)).unwrap();
    assert!(matches!(read(b"\n"), Err(ChainError::Line { line: 1, cause: DecodeError::Json(_) })));
    assert!(matches!(read(&[0, b'\n']), Err(ChainError::Line { line: 1, cause: DecodeError::Json(_) })));
    assert_eq!(read(&[0xff, b'\n']), Err(malformed(1, DecodeError::NotUtf8)));
    assert_eq!(read((line.replace('\n', "x\n")).as_bytes()), Err(malformed(1, DecodeError::TrailingBytes)));
    let twice = line.replace("{\"entry\"", "{\"head\":0,\"entry\"");
    assert_eq!(read(twice.as_bytes()), Err(malformed(1, DecodeError::DuplicateKey("head".to_owned()))));
    let unknown = line.replace("{\"entry\"", "{\"more\":0,\"entry\"");
    assert!(matches!(read(unknown.as_bytes()), Err(ChainError::Line { line: 1, cause: DecodeError::Json(_) })));
    let in_entry = line.replace("\"at\":0", "\"at\":0,\"more\":1");
    assert!(matches!(read(in_entry.as_bytes()), Err(ChainError::Line { line: 1, cause: DecodeError::Json(_) })));
}

#[test]
fn the_cap_is_of_a_line_without_its_newline_for_writer_and_reader() {
    let text = |length: usize| Note { at: 0, text: "x".repeat(length) };
    let overhead = genesis().append_line(KIND, &text(0)).unwrap().0.len() - 1;
    let (line, _) = genesis().append_line(KIND, &text(256 - overhead)).unwrap();
    assert_eq!(read(&line).unwrap().links().len(), 1);
    let too_large = DecodeError::TooLarge { cap: 256 };
    assert_eq!(genesis().append_line(KIND, &text(257 - overhead)), Err(too_large.clone()));
    let wide = Kind::public("note", 1_000);
    let (line, _) = genesis().append_line(wide, &text(257 - overhead)).unwrap();
    assert_eq!(read(&line), Err(malformed(1, too_large)));
}

#[test]
fn errors_about_secret_logs_name_the_place_only() {
    let line = String::from_utf8(lines(1).remove(0)).unwrap();
    let bytes = line.replace("\"note 0\"", "{\"secret\":1}");
    let error = chain::read::<Note>(SECRET, genesis(), bytes.as_bytes()).unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_changed_byte_leaves_the_log_as_it_was(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let written = lines(4).concat();
        let mut bytes = written.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        if let Ok(chain) = read(&bytes) {
            // Only where the last newline was: then the last line is torn and no longer counts.
            prop_assert_eq!(at, written.len() - 1);
            prop_assert!(chain.torn() > 0 && chain.links().len() == 3);
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
    }
}
