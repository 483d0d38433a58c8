//! What the conventional path discloses: exactly what the policy needs (spec/conventional, rule DISCLOSE-EXACT).

use super::{Policy, evaluate::follows_from_adulthood};
use crate::schema::{BIRTH_DATE, DOCUMENT_NUMBER, HOLDER_TAG_SLOT};
use std::collections::BTreeSet;

/// What one credential discloses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The slots, in slot order; slot 0 is the holder tag.
    pub slots: BTreeSet<usize>,
    /// The slot of `birth_date`, if every use of it follows from `age_over_18`: whoever has that claim discloses it instead.
    pub age_suffices: Option<usize>,
}

impl Policy {
    /// The slots that an answer on the conventional path discloses, one set per entry: those of its clauses, those that the
    /// policy discloses, joined document numbers, and the holder tag if there is a pseudonym or more than one credential.
    #[must_use]
    pub fn conventional_disclosures(&self) -> Vec<Disclosed> {
        let numbered = self.entries.iter().filter(|entry| entry.schema.slot(DOCUMENT_NUMBER).is_some()).count();
        let disclosures = |entry: &super::Entry| {
            let mut slots: BTreeSet<usize> = entry.clauses.iter().map(|clause| clause.slot).collect();
            slots.extend(&entry.disclosed);
            slots.extend(entry.schema.slot(DOCUMENT_NUMBER).filter(|_| numbered > 1).map(|slot| slot.number()));
            slots.extend(self.is_linked().then_some(HOLDER_TAG_SLOT));
            let mut ages = entry.clauses.iter().filter(|clause| clause.attribute == BIRTH_DATE).peekable();
            let birth_date = ages.peek().map(|clause| clause.slot).filter(|slot| !entry.disclosed.contains(slot));
            let age_suffices = birth_date.filter(|_| ages.all(follows_from_adulthood));
            Disclosed { slots, age_suffices }
        };
        self.entries.iter().map(disclosures).collect()
    }

    /// Whether a conventional answer carries a proof that one holder is behind every holder tag: for a pseudonym, and for
    /// several credentials.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.scope.is_some() || self.entries.len() > 1
    }
}
