//! Where the fields of each format are, in the lines behind each other.

use super::Format;
use std::ops::Range;

/// The places of one format's fields, from 0.
pub(super) struct Layout {
    pub(super) format: Format,
    lines: usize,
    length: usize,
    pub(super) document_code: Range<usize>,
    pub(super) issuer: Range<usize>,
    pub(super) number: Range<usize>,
    pub(super) number_check: usize,
    pub(super) nationality: Range<usize>,
    pub(super) birth: Range<usize>,
    pub(super) birth_check: usize,
    pub(super) sex: usize,
    pub(super) expiry: Range<usize>,
    pub(super) expiry_check: usize,
    pub(super) optional: Range<usize>,
    pub(super) optional_check: Option<usize>,
    pub(super) second_optional: Range<usize>,
    pub(super) name: Range<usize>,
    pub(super) composite: usize,
    pub(super) composite_over: &'static [Range<usize>],
}

/// Doc 9303, part 5: the data structure of the zone.
static TD1: Layout = Layout {
    format: Format::Td1,
    lines: 3,
    length: 30,
    document_code: 0..2,
    issuer: 2..5,
    number: 5..14,
    number_check: 14,
    optional: 15..30,
    optional_check: None,
    birth: 30..36,
    birth_check: 36,
    sex: 37,
    expiry: 38..44,
    expiry_check: 44,
    nationality: 45..48,
    second_optional: 48..59,
    composite: 59,
    composite_over: &[5..30, 30..37, 38..45, 48..59],
    name: 60..90,
};

/// Doc 9303, part 6: the data structure of the zone.
static TD2: Layout = Layout {
    format: Format::Td2,
    lines: 2,
    length: 36,
    document_code: 0..2,
    issuer: 2..5,
    name: 5..36,
    number: 36..45,
    number_check: 45,
    nationality: 46..49,
    birth: 49..55,
    birth_check: 55,
    sex: 56,
    expiry: 57..63,
    expiry_check: 63,
    optional: 64..71,
    optional_check: None,
    second_optional: 0..0,
    composite: 71,
    composite_over: &[36..46, 49..56, 57..71],
};

/// Doc 9303, part 4: the data structure of the zone.
static TD3: Layout = Layout {
    format: Format::Td3,
    lines: 2,
    length: 44,
    document_code: 0..2,
    issuer: 2..5,
    name: 5..44,
    number: 44..53,
    number_check: 53,
    nationality: 54..57,
    birth: 57..63,
    birth_check: 63,
    sex: 64,
    expiry: 65..71,
    expiry_check: 71,
    optional: 72..86,
    optional_check: Some(86),
    second_optional: 0..0,
    composite: 87,
    composite_over: &[44..54, 57..64, 65..87],
};

impl Layout {
    /// MRZ-SHAPE: the format of lines by their number and lengths.
    pub(super) fn of(lines: &[&str]) -> Option<&'static Self> {
        [&TD1, &TD2, &TD3]
            .into_iter()
            .find(|layout| lines.len() == layout.lines && lines.iter().all(|line| line.len() == layout.length))
    }
}
