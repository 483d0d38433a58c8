//! The table of rows of the source system (`spec/17-rows.md`): no row is missing, and what it points at is there.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, fs, path::Path};

/// The last number of each section of the source system's table of rows, 0 to 8; the conclusion is the row 9.
const SECTIONS: [(u32, u32); 9] = [(1, 7), (1, 13), (1, 9), (1, 10), (1, 7), (1, 8), (1, 4), (1, 6), (1, 6)];
const STATUS: [&str; 5] = ["works", "interface", "event", "outside", "open"];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells of every row of the tables of six columns.
fn rows() -> Vec<Vec<String>> {
    let text = read("spec/17-rows.md");
    let cells =
        |line: &str| -> Vec<String> { line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let tables = text.lines().filter(|line| line.starts_with("| ")).map(cells);
    tables.filter(|row| row.len() == 6 && row[0] != "row").collect()
}

/// The totals as written.
fn totals() -> BTreeMap<String, usize> {
    let text = read("spec/17-rows.md");
    let section = text.split("## Totals").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    rows.filter_map(|(status, count)| Some((status.to_owned(), count.parse().ok()?))).collect()
}

/// Pairs of file and name between backticks.
fn pairs(cell: &str) -> Vec<(String, String)> {
    let quoted: Vec<_> = cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(quoted.len().is_multiple_of(2), "a file without a name in {cell}");
    quoted.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

#[test]
fn every_row_of_the_source_system_is_there_once_and_in_its_order() {
    let mut expected = Vec::new();
    for (section, (first, last)) in SECTIONS.into_iter().enumerate() {
        expected.extend((first..=last).map(|row| format!("{section}.{row}")));
    }
    expected.push("9".to_owned());
    assert_eq!(expected.len(), 71);
    assert_eq!(rows().into_iter().map(|row| row[0].clone()).collect::<Vec<_>>(), expected);
}

#[test]
fn every_row_has_a_known_status_and_the_totals_are_right() {
    let mut counted: BTreeMap<String, usize> = STATUS.iter().map(|status| ((*status).to_owned(), 0)).collect();
    let rows = rows();
    for row in &rows {
        *counted.get_mut(&row[4]).unwrap_or_else(|| panic!("{}: unknown status {}", row[0], row[4])) += 1;
    }
    counted.insert("all".to_owned(), rows.len());
    assert_eq!(totals(), counted);
}

#[test]
fn what_works_has_code_and_a_test_and_what_does_not_says_why() {
    for row in rows() {
        let [number, _, code, tests, status, note] = &row[..] else { panic!("not six columns") };
        if matches!(status.as_str(), "outside" | "open") {
            assert!(note.len() > 10, "{number} does not say why");
        } else {
            assert!(!pairs(code).is_empty() && !pairs(tests).is_empty(), "{number} has no code or no test");
        }
    }
}

#[test]
fn every_file_has_its_symbol_and_every_test_is_a_test() {
    for row in rows() {
        let number = &row[0];
        for (file, symbol) in pairs(&row[2]) {
            assert!(symbol.len() > 3 && read(&file).contains(&symbol), "{number}: {file} has no {symbol}");
        }
        for (file, test) in pairs(&row[3]) {
            let text = read(&file);
            let before = text.split(&format!("\nfn {test}() {{")).next().unwrap();
            assert!(before.len() < text.len(), "{number}: {file} has no {test}");
            let attributes = before.rsplit("\n\n").next().unwrap();
            assert!(attributes.contains("#[test]") && !attributes.contains("#[ignore"), "{number}: {test} is not run");
        }
    }
}
