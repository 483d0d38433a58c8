//! A policy compiled for one day: constants, comparisons and sets, in the order that both sides follow.

use super::{Policy, Test};
use crate::codec::Identifier;
use crate::schema::{DOCUMENT_NUMBER, Schema};
use crate::time::Date;
use shiming_circuits::field::Fr;
use std::sync::Arc;

/// Where a constant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantSource {
    /// An `equal` clause.
    Policy(Fr),
    /// The presentation, which discloses the value.
    Disclosed,
}

/// Which side of its bound a value must be on; the bound itself is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `value >= bound`: `value - bound` is in range.
    AtLeast,
    /// `value <= bound`: `bound - value` is in range.
    AtMost,
}

/// One range test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The slot of the value.
    pub slot: usize,
    /// The bound, below 2^28.
    pub bound: u32,
    /// The side.
    pub side: Side,
}

/// One membership or non-membership test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetTest {
    /// The slot of the value.
    pub slot: usize,
    /// Whether the value must be outside the set.
    pub negated: bool,
    /// 1 to 16 different elements in policy order, each below 2^28.
    pub elements: Vec<u32>,
}

/// The work for one credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCredential {
    /// The schema.
    pub schema: Arc<Schema>,
    /// The permitted issuers, in policy order.
    pub issuers: Vec<Identifier>,
    /// Slots whose value is public, in slot order, each once.
    pub constants: Vec<(usize, ConstantSource)>,
    /// Written clauses in policy order, then implied ones.
    pub comparisons: Vec<Comparison>,
    /// In policy order.
    pub sets: Vec<SetTest>,
    /// The disclosed slots, in policy order.
    pub disclosed: Vec<usize>,
}

/// One slot of a join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinedSlot {
    /// The credential, from 0.
    pub credential: usize,
    /// Its slot.
    pub slot: usize,
}

/// A compiled policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One per credential, in policy order.
    pub credentials: Vec<PlannedCredential>,
    /// The scope of the pseudonym, if one is asked for.
    pub scope: Option<Identifier>,
    /// The slots that hold the same `document_number`: two or more, or none. They are disclosed all or none.
    pub join: Vec<JoinedSlot>,
}

impl Plan {
    /// Every comparison with its credential, in proof order: credential by credential.
    pub fn comparisons(&self) -> impl Iterator<Item = (usize, &Comparison)> {
        self.credentials.iter().enumerate().flat_map(|(i, c)| c.comparisons.iter().map(move |x| (i, x)))
    }

    /// Every set test with its credential, in proof order: credential by credential.
    pub fn sets(&self) -> impl Iterator<Item = (usize, &SetTest)> {
        self.credentials.iter().enumerate().flat_map(|(i, c)| c.sets.iter().map(move |x| (i, x)))
    }

    /// Every disclosed slot with its credential, in proof order: credential by credential.
    pub fn disclosed(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.credentials.iter().enumerate().flat_map(|(i, c)| c.disclosed.iter().map(move |slot| (i, *slot)))
    }
}

impl Policy {
    /// Fixes what is to be proved on the day `today`, in this order: credentials; in each the comparisons in policy order,
    /// implied ones last; then its sets.
    #[must_use]
    pub fn compile(&self, today: Date) -> Plan {
        let mut credentials = Vec::new();
        let mut join = Vec::new();
        for (credential, entry) in self.entries.iter().enumerate() {
            let mut constants: Vec<_> = entry.disclosed.iter().map(|s| (*s, ConstantSource::Disclosed)).collect();
            let (mut comparisons, mut sets) = (Vec::new(), Vec::new());
            for clause in &entry.clauses {
                let slot = clause.slot;
                let mut compare = |bound, side| comparisons.push(Comparison { slot, bound, side });
                match &clause.test {
                    // Bounds of ages start in 1583 and ages end at 150 years, so nothing is cut off.
                    Test::AgeAtLeast(years) => compare(today.to_u32().saturating_sub(years * 10_000), Side::AtMost),
                    // The day after the last birth date that has completed one year more.
                    Test::AgeAtMost(years) => {
                        compare(today.to_u32().saturating_sub((years + 1) * 10_000) + 1, Side::AtLeast);
                    }
                    Test::NotBefore(date) => compare(date.resolve(today), Side::AtLeast),
                    Test::NotAfter(date) => compare(date.resolve(today), Side::AtMost),
                    Test::AtLeast(bound) => compare(*bound, Side::AtLeast),
                    Test::AtMost(bound) => compare(*bound, Side::AtMost),
                    Test::Equal(value) => constants.push((slot, ConstantSource::Policy(Fr::from(*value)))),
                    Test::In(set) => sets.push(SetTest { slot, negated: false, elements: set.clone() }),
                    Test::NotIn(set) => sets.push(SetTest { slot, negated: true, elements: set.clone() }),
                }
            }
            constants.sort_by_key(|(slot, _)| *slot);
            if let Some(slot) = entry.schema.slot(DOCUMENT_NUMBER) {
                join.push(JoinedSlot { credential, slot: slot.number() });
            }
            credentials.push(PlannedCredential {
                schema: Arc::clone(&entry.schema),
                issuers: entry.issuers.clone(),
                constants,
                comparisons,
                sets,
                disclosed: entry.disclosed.clone(),
            });
        }
        if join.len() < 2 {
            join.clear();
        }
        Plan { credentials, scope: self.scope.clone(), join }
    }
}
