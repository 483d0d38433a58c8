//! Which variables are functions of the instances and the seeds.
//!
//! Known are the instances and the seeds. A row in which one unknown is left, linearly and with a coefficient that is not zero,
//! forces it. An integer that is known forces the bits that make it up, if no two vectors of bits have one sum. Rows that are
//! linear in several unknowns force together what elimination isolates. A sum whose terms overlap forces what its lanes keep
//! apart ([`lanes`]). Range rows force nothing else. Rows without anything left to force are checks.

use super::{
    elimination, lanes,
    range::{self, Powers, Ranges},
    system::{System, evaluate, split},
};
use crate::field::Fr;
use ark_ff::{Field, PrimeField, Zero};
use std::collections::BTreeMap;

/// Why the coefficient of a forced variable is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pivot {
    /// It is a constant of the matrices, or the row says that it has an inverse.
    Always,
    /// It is not, for this assignment: a division.
    Here,
}

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It forces a variable.
    Forces(Pivot),
    /// It makes bits boolean or ties them to their integer.
    Range,
    /// All its variables are forced without it.
    Check,
    /// It says nothing.
    Trivial,
}

pub(super) struct Propagation<'a> {
    system: &'a System<'a>,
    ranges: &'a Ranges,
    powers: &'a Powers,
    known: Vec<bool>,
    roles: Vec<Role>,
    /// For every row: the unknown variables, and those of them that are in no interval.
    unknown: Vec<usize>,
    unranged: Vec<usize>,
    /// Rows with one unknown.
    solvable: Vec<usize>,
    /// Linear rows and rows of two values whose unknowns are all in intervals.
    sums: Vec<usize>,
    /// Rows with one unknown that wait until nothing else is left: divisions, and then equations, which rather check.
    waiting: [Vec<usize>; 2],
    /// Sums that forced something, with the number of variables.
    summed: Vec<(usize, usize)>,
}

/// What propagation comes to.
pub(super) struct Outcome {
    /// For every variable, whether it is forced or was known.
    pub(super) known: Vec<bool>,
    /// For every row, what it does.
    pub(super) roles: Vec<Role>,
    /// Sums that forced something, with the number of variables.
    pub(super) summed: Vec<(usize, usize)>,
}

/// Follows everything from the instances and the seeds.
pub(super) fn propagate(system: &System, ranges: &Ranges, powers: &Powers, seeds: &[usize]) -> Outcome {
    let mut this = Propagation::new(system, ranges, powers);
    this.learn((0..system.matrices.instances).chain(seeds.iter().copied()).collect());
    // Rows without an instance or a seed have not been touched.
    system.rows().for_each(|row| this.queue(row));
    let (mut cursor, mut sum) = (0, 0);
    loop {
        this.drain();
        if let Some(peeled) = lanes::solve(&this, sum) {
            sum = peeled.row;
            for row in peeled.sources {
                this.roles[row] = Role::Range;
            }
            this.roles[peeled.row] = Role::Range;
            this.summed.push((peeled.row, peeled.variables.len()));
            this.learn(peeled.variables);
            continue;
        }
        let Some((next, forced)) = elimination::solve(&this, cursor) else { break };
        cursor = next;
        for of in &forced {
            this.roles[of.row] = Role::Forces(of.pivot);
        }
        this.learn(forced.into_iter().map(|of| of.variable).collect());
    }
    Outcome { known: this.known, roles: this.roles, summed: this.summed }
}

/// Whether a row has no variable that matters.
pub(super) fn is_trivial([a, b, c]: [&[(Fr, usize)]; 3]) -> bool {
    let constant = [a, b, c].iter().all(|side| split(side).1.is_empty());
    constant || (c.is_empty() && (a.is_empty() || b.is_empty()))
}

impl<'a> Propagation<'a> {
    fn new(system: &'a System<'a>, ranges: &'a Ranges, powers: &'a Powers) -> Self {
        let rows = system.rows().len();
        let role = |row: usize| {
            if ranges.two_valued[row].is_some() {
                Role::Range
            } else if is_trivial(system.sides(row)) {
                Role::Trivial
            } else {
                Role::Check
            }
        };
        let mut this = Self {
            system,
            ranges,
            powers,
            known: vec![false; system.assignment.len()],
            roles: system.rows().map(role).collect(),
            unknown: vec![0; rows],
            unranged: vec![0; rows],
            solvable: Vec::new(),
            sums: Vec::new(),
            waiting: [Vec::new(), Vec::new()],
            summed: Vec::new(),
        };
        for variable in system.variables() {
            for (row, _) in system.touching(variable) {
                this.unknown[row] += 1;
                this.unranged[row] += usize::from(ranges.widths[variable] == 0);
            }
        }
        this
    }

    /// Marks variables as known and queues the rows that this opens, each once.
    fn learn(&mut self, variables: Vec<usize>) {
        let mut touched = Vec::new();
        for variable in variables {
            if core::mem::replace(&mut self.known[variable], true) || variable == 0 {
                continue;
            }
            for (row, _) in self.system.touching(variable) {
                self.unknown[row] -= 1;
                self.unranged[row] -= usize::from(self.ranges.widths[variable] == 0);
                touched.push(row);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched.into_iter().for_each(|row| self.queue(row));
    }

    fn queue(&mut self, row: usize) {
        if self.unknown[row] == 1 && self.roles[row] == Role::Check {
            self.solvable.push(row);
        } else if self.unknown[row] > 0 && self.unranged[row] == 0 {
            self.sums.push(row);
        }
    }

    /// Follows the queues to their end: rows with one unknown first.
    fn drain(&mut self) {
        loop {
            if let Some(row) = self.solvable.pop() {
                match self.single(row) {
                    Some(_) if self.is_equation(row) => self.waiting[1].push(row),
                    Some((_, Pivot::Here)) => self.waiting[0].push(row),
                    Some((variable, Pivot::Always)) => self.force(row, variable, Pivot::Always),
                    None => {}
                }
            } else if let Some(row) = self.sums.pop() {
                if let Some(bits) = self.bits(row) {
                    self.roles[row] = Role::Range;
                    self.summed.push((row, bits.len()));
                    self.learn(bits);
                }
            } else if let Some(row) = self.waiting[0].pop().or_else(|| self.waiting[1].pop()) {
                if let Some((variable, pivot)) = self.single(row) {
                    self.force(row, variable, pivot);
                }
            } else {
                return;
            }
        }
    }

    fn force(&mut self, row: usize, variable: usize, pivot: Pivot) {
        self.roles[row] = Role::Forces(pivot);
        self.learn(vec![variable]);
    }

    /// Whether a row says `A = 0`, the form of an equation between combinations.
    fn is_equation(&self, row: usize) -> bool {
        let [a, b, c] = self.system.sides(row);
        c.is_empty() && (split(a).1.is_empty() || split(b).1.is_empty())
    }

    fn single(&self, row: usize) -> Option<(usize, Pivot)> {
        let (terms, pivot) = self.linear(row)?;
        match terms[..] {
            [(_, variable)] if self.unknown[row] == 1 => Some((variable, pivot)),
            _ => None,
        }
    }

    pub(super) fn system(&self) -> &System<'a> {
        self.system
    }

    pub(super) fn powers(&self) -> &Powers {
        self.powers
    }

    pub(super) fn is_known(&self, variable: usize) -> bool {
        variable == 0 || self.known[variable]
    }

    /// Whether a row makes a variable boolean.
    pub(super) fn is_bit(&self, variable: usize) -> bool {
        self.ranges.boolean[variable].is_some()
    }

    /// Whether a row of two values has unknowns besides a bit that it is for.
    pub(super) fn is_open_sum(&self, row: usize) -> bool {
        self.unknown[row] > 1 && self.ranges.two_valued[row].is_some()
    }

    /// The unknown terms of a row of two values, the value itself as another one with the variable 0, and that value.
    pub(super) fn open_terms(&self, row: usize) -> Option<(range::Combination, Fr)> {
        let combination = self.ranges.two_valued[row].as_ref()?;
        let mut open: range::Combination = combination.iter().filter(|(_, v)| !self.is_known(*v)).copied().collect();
        open.push((-Fr::from(1u8), 0));
        Some((open, evaluate(combination, self.system.assignment)))
    }

    /// Whether elimination may use a row.
    pub(super) fn is_open(&self, row: usize) -> bool {
        self.roles[row] == Role::Check && (2..=elimination::MOST_UNKNOWNS).contains(&self.unknown[row])
    }

    pub(super) fn rows(&self) -> usize {
        self.roles.len()
    }

    /// A row as a linear combination of its unknowns, at the known values; `None` if unknowns are multiplied.
    pub(super) fn linear(&self, row: usize) -> Option<(range::Combination, Pivot)> {
        let [a, b, c] = self.system.sides(row);
        let open = |side: &[(Fr, usize)]| side.iter().any(|(_, variable)| !self.known[*variable]);
        let [left, right, _] = self.system.values(row);
        let constant = |side: &[(Fr, usize)]| split(side).1.is_empty();
        // In `A B = constant`, a side that holds the inverse of the other is never divided by zero.
        let unit = constant(c) && !c.is_empty();
        let pivot = |known: &[(Fr, usize)]| if constant(known) || unit { Pivot::Always } else { Pivot::Here };
        let mut terms: BTreeMap<usize, Fr> = BTreeMap::new();
        let mut add = |side: &[(Fr, usize)], factor: Fr| {
            for (x, variable) in side.iter().filter(|(_, variable)| !self.known[*variable]) {
                *terms.entry(*variable).or_default() += *x * factor;
            }
        };
        add(c, -Fr::from(1u8));
        let pivot = match (open(a), open(b)) {
            (true, true) => return None,
            (true, false) => {
                add(a, right);
                pivot(b)
            }
            (false, true) => {
                add(b, left);
                pivot(a)
            }
            (false, false) => Pivot::Always,
        };
        Some((terms.into_iter().filter(|(_, x)| !x.is_zero()).map(|(v, x)| (x, v)).collect(), pivot))
    }

    /// The unknowns of a sum, if it has one solution: intervals that do not overlap as powers of two, and no wrap around the
    /// modulus.
    fn bits(&self, row: usize) -> Option<Vec<usize>> {
        if self.unknown[row] == 0 || self.unranged[row] != 0 {
            return None;
        }
        let unknown = |variable: usize| variable != 0 && !self.known[variable];
        let (mut terms, last): (Vec<(Fr, usize)>, _) = match &self.ranges.two_valued[row] {
            Some(combination) => {
                (combination.iter().filter(|(_, v)| unknown(*v)).copied().collect(), Some(-Fr::from(1u8)))
            }
            None => (range::linear(self.system.sides(row))?.into_iter().filter(|(_, v)| unknown(*v)).collect(), None),
        };
        let variables: Vec<usize> = terms.iter().map(|(_, variable)| *variable).collect();
        if variables.len() != self.unknown[row] {
            return None;
        }
        let decomposition = self.ranges.at.get(&row).map(|i| &self.ranges.decompositions[*i]);
        if decomposition.is_some_and(|of| of.is_unique() && variables.iter().all(|v| of.bits.contains(v))) {
            return Some(variables);
        }
        // The value that the whole combination has is 0 or 1 too.
        terms.extend(last.map(|coefficient| (coefficient, 0)));
        let inverse = terms.first()?.0.inverse()?;
        let interval = |(coefficient, variable): &(Fr, usize)| {
            let width = if *variable == 0 { 1 } else { self.ranges.widths[*variable] };
            Some((self.powers.exponent(&(*coefficient * inverse))?.0, width as i32))
        };
        let mut intervals = terms.iter().map(interval).collect::<Option<Vec<_>>>()?;
        intervals.sort_unstable();
        let apart = intervals.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0);
        let (lowest, highest) = (intervals.first()?.0, intervals.last()?);
        let fits = highest.0 + highest.1 - lowest < Fr::MODULUS_BIT_SIZE as i32;
        (apart && fits).then_some(variables)
    }
}
