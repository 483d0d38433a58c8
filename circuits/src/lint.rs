//! The circuit lint: what rows fail to say.
//!
//! Everything is read from the matrices and one honest assignment; no gadget cooperates, so none can be wrong about itself.
//! Seven checks, each blind to something that another one sees (`spec/10-lint.md` has what each proves, and the table of
//! planted bugs):
//!
//! - **Rows.** The honest assignment satisfies every row; no row is trivial, repeated or outside of a rule.
//! - **Mutation.** Every witness variable, changed alone to any other value, breaks a row.
//! - **Propagation.** Every witness variable is forced, row by row, from instances and declared seeds.
//! - **Census.** The rows that force nothing, and those that force by dividing, are as many as declared.
//! - **Ranges.** The integers that range rows are for are the declared ones, bounded where declared.
//! - **Alternatives.** Other bits of an integer, and integers out of range, are rejected by the integer's own rows.
//! - **Instances.** Every instance is bound by a row.
//!
//! A [`Declaration`] holds what local reasoning cannot prove. It stands here, in [`declared`], not in the circuit: whoever
//! changes a relation changes it as a second, reviewed step.

mod alternatives;
mod declaration;
pub mod declared;
mod elimination;
mod lanes;
mod mutation;
mod propagation;
mod range;
mod report;
pub mod sample;
mod system;

pub use declaration::{Counted, Declaration, Seed, Width};
pub use mutation::Tally;
pub use report::{Census, Check, Fault, Finding, Interval, Report};

use crate::field::Fr;
use crate::relation::{Matrices, Relation, Rule, assign, matrices};
use alternatives::Alternatives;
use ark_ff::One;
use ark_relations::gr1cs::SynthesisError;
use ark_std::rand::Rng;
use propagation::{Outcome, Pivot, Role};
use range::{Powers, Ranges};
use std::collections::{BTreeMap, HashMap};
use system::System;

/// Synthesizes a relation and inspects it at a true statement.
///
/// # Errors
///
/// Whatever synthesis reports.
pub fn check<R: Relation>(
    statement: &R::Statement,
    witness: &R::Witness,
    declaration: &Declaration,
    rng: &mut impl Rng,
) -> Result<Report, SynthesisError> {
    inspect(R::NAME, &matrices::<R>()?, &assign::<R>(statement, witness)?, declaration, rng)
}

/// Inspects matrices at an assignment. The randomness only chooses one of the mutants of every variable.
///
/// # Errors
///
/// [`SynthesisError::AssignmentMissing`] if the assignment does not have a value for exactly the matrices' variables,
/// [`SynthesisError::Unsatisfiable`] if the matrices are not of one length.
pub fn inspect(
    relation: &'static str,
    matrices: &Matrices,
    assignment: &[Fr],
    declaration: &Declaration,
    rng: &mut impl Rng,
) -> Result<Report, SynthesisError> {
    let sides = [&matrices.a, &matrices.b, &matrices.c];
    let outside = sides.into_iter().flatten().flatten().any(|(_, variable)| *variable >= assignment.len());
    if outside || assignment.len() != matrices.instances + matrices.witnesses {
        return Err(SynthesisError::AssignmentMissing);
    }
    if sides.iter().any(|side| side.len() != matrices.a.len()) {
        return Err(SynthesisError::Unsatisfiable);
    }
    let system = System::new(matrices, assignment);
    let powers = Powers::new();
    let ranges = Ranges::of(&system, &powers);
    let mut findings = rows(&system);

    let (mutants, idle) = mutation(&system, rng, &mut findings);
    let seeds = declaration.seeds(&system, &ranges).unwrap_or_else(|seed| {
        findings.push(Finding { rule: Some(seed.rule), fault: Fault::UnknownSeed { position: seed.position } });
        Vec::new()
    });
    let outcome = propagation::propagate(&system, &ranges, &powers, &seeds);
    let unforced: Vec<usize> = system.variables().filter(|variable| !outcome.known[*variable]).collect();
    findings.extend(by_rule(&system, &unforced));

    let census = census(&system, &ranges, &outcome);
    if unforced.is_empty() {
        // The counts of a propagation that got stuck would say the same in other words.
        findings.extend(undeclared_rows(&census, declaration));
    }
    let widths = widths(&system, &ranges);
    findings.extend(undeclared_widths(&system, &ranges, &widths, declaration));
    let mut alternatives = Alternatives {
        system: &system,
        ranges: &ranges,
        powers: &powers,
        declaration,
        tally: Tally::default(),
        findings: Vec::new(),
    };
    alternatives.run();
    findings.append(&mut alternatives.findings);
    Ok(Report {
        relation,
        rows: matrices.a.len(),
        instances: matrices.instances,
        witnesses: matrices.witnesses,
        nonzeros: system.rows().map(|row| system.sides(row).map(<[_]>::len).iter().sum::<usize>()).sum(),
        seeds: seeds.len(),
        forced: matrices.witnesses - seeds.len() - unforced.len(),
        census,
        widths,
        mutants,
        alternatives: alternatives.tally,
        idle,
        findings,
    })
}

/// Rows that are wrong by themselves.
fn rows(system: &System) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = HashMap::new();
    for (row, scaled) in scaled(system).into_iter().enumerate() {
        let rule = system.rule(row);
        let mut found = |fault| findings.push(Finding { rule, fault });
        if rule.is_none() {
            found(Fault::WithoutRule { row });
        }
        if !system.holds(row, system::Coefficients::default()) {
            found(Fault::Unsatisfied { row });
        }
        if propagation::is_trivial(system.sides(row)) {
            found(Fault::Trivial { row });
        } else if let Some(of) = seen.insert(scaled, row) {
            found(Fault::Duplicate { row, of });
        }
    }
    findings
}

/// Every row with A and B scaled to the leading coefficient one, in increasing order: rows that say the same by being multiples
/// or mirror images of each other become equal.
fn scaled(system: &System) -> Vec<[Vec<(Fr, usize)>; 3]> {
    let leading = |side: &[(Fr, usize)]| side.first().map_or(Fr::one(), |(coefficient, _)| *coefficient);
    let mut inverses: Vec<Fr> = system.rows().flat_map(|row| [0, 1].map(|i| leading(system.sides(row)[i]))).collect();
    ark_ff::batch_inversion(&mut inverses);
    let times = |side: &[(Fr, usize)], x: Fr| -> Vec<(Fr, usize)> { side.iter().map(|(c, v)| (*c * x, *v)).collect() };
    let row = |(row, inverses): (usize, &[Fr])| {
        let [a, b, c] = system.sides(row);
        let (a, b) = (times(a, inverses[0]), times(b, inverses[1]));
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        [first, second, times(c, inverses[0] * inverses[1])]
    };
    system.rows().zip(inverses.chunks_exact(2)).map(row).collect()
}

/// Changes every variable alone; also returns the idle instances.
fn mutation(system: &System, rng: &mut impl Rng, findings: &mut Vec<Finding>) -> (Tally, Vec<usize>) {
    let (mut mutants, mut idle) = (Tally::default(), Vec::new());
    for variable in system.variables() {
        if !system.is_instance(variable) {
            if let Some(value) = mutation::survivor(system, variable, rng, &mut mutants) {
                findings.push(Finding { rule: system.introduced_by(variable), fault: Fault::Free { variable, value } });
            }
        } else if system.touching(variable).next().is_none() {
            findings.push(Finding { rule: None, fault: Fault::Unbound { instance: variable } });
        } else {
            let mut tally = Tally::default();
            mutation::survivor(system, variable, rng, &mut tally);
            if tally.rejected == 0 {
                idle.push(variable);
            }
        }
    }
    (mutants, idle)
}

/// Unforced variables under the rules that introduce them.
fn by_rule(system: &System, unforced: &[usize]) -> Vec<Finding> {
    let mut rules: BTreeMap<Option<Rule>, Vec<usize>> = BTreeMap::new();
    for variable in unforced {
        rules.entry(system.introduced_by(*variable)).or_default().push(*variable);
    }
    rules.into_iter().map(|(rule, variables)| Finding { rule, fault: Fault::Unforced { variables } }).collect()
}

fn census(system: &System, ranges: &Ranges, outcome: &Outcome) -> Vec<Census> {
    let mut census: Vec<Census> = Vec::new();
    let summed: BTreeMap<usize, usize> = outcome.summed.iter().copied().collect();
    for (row, role) in outcome.roles.iter().enumerate() {
        let Some(rule) = system.rule(row) else { continue };
        if census.iter().all(|of| of.rule != rule) {
            census.push(Census { rule, forcing: 0, divisions: 0, range: 0, checks: 0, bits: 0, summed: 0 });
        }
        let Some(of) = census.iter_mut().find(|of| of.rule == rule) else { continue };
        of.bits += ranges.at.get(&row).map_or(0, |i| ranges.decompositions[*i].bits.len());
        of.summed += summed.get(&row).copied().unwrap_or_default();
        match role {
            Role::Forces(Pivot::Always) => of.forcing += 1,
            Role::Forces(Pivot::Here) => of.divisions += 1,
            Role::Range => of.range += 1,
            Role::Check => of.checks += 1,
            Role::Trivial => {}
        }
    }
    census
}

/// Rules whose checks, divisions or variables of sums are not as many as declared.
fn undeclared_rows(census: &[Census], declaration: &Declaration) -> Vec<Finding> {
    let mut findings = Vec::new();
    let declared = |of: &[Counted], rule| of.iter().filter(|entry| entry.rule == rule).map(|entry| entry.rows).sum();
    let counted =
        declaration.checks.iter().chain(&declaration.divisions).chain(&declaration.sums).map(|entry| entry.rule);
    let mut rules: Vec<Rule> = census.iter().map(|of| of.rule).chain(counted).collect();
    rules.sort_unstable();
    rules.dedup();
    for rule in rules {
        let of = census.iter().find(|of| of.rule == rule);
        let (checks, divisions) = of.map_or((0, 0), |of| (of.checks, of.divisions));
        let expected: usize = declared(&declaration.checks, rule);
        if checks != expected {
            findings.push(Finding { rule: Some(rule), fault: Fault::Checks { declared: expected, found: checks } });
        }
        let expected: usize = declared(&declaration.divisions, rule);
        if divisions != expected {
            let fault = Fault::Divisions { declared: expected, found: divisions };
            findings.push(Finding { rule: Some(rule), fault });
        }
        let (bits, summed) = of.map_or((0, 0), |of| (of.bits, of.summed));
        let entries = declaration.sums.iter().filter(|entry| entry.rule == rule).map(|entry| entry.rows);
        let expected = entries.reduce(|x, y| x + y).unwrap_or(bits);
        if summed != expected {
            findings.push(Finding { rule: Some(rule), fault: Fault::Sums { declared: expected, found: summed } });
        }
    }
    findings
}

fn widths(system: &System, ranges: &Ranges) -> Vec<Interval> {
    let mut counts = BTreeMap::new();
    for decomposition in &ranges.decompositions {
        let below = decomposition.below.map(|(bound, _)| bound);
        *counts.entry((system.rule(decomposition.row), decomposition.width, below)).or_insert(0) += 1;
    }
    counts.into_iter().map(|((rule, bits, below), count)| Interval { rule, bits, below, count }).collect()
}

/// Integers that are not declared, are missing, or lack their bound.
fn undeclared_widths(system: &System, ranges: &Ranges, widths: &[Interval], declaration: &Declaration) -> Vec<Finding> {
    let mut counts: BTreeMap<(Option<Rule>, usize), (usize, usize)> = BTreeMap::new();
    for entry in &declaration.widths {
        counts.entry((Some(entry.rule), entry.bits)).or_default().0 += entry.count;
    }
    for width in widths {
        counts.entry((width.rule, width.bits)).or_default().1 += width.count;
    }
    let mut findings: Vec<Finding> = counts
        .into_iter()
        .filter(|(_, (declared, found))| declared != found)
        .map(|((rule, bits), (declared, found))| Finding { rule, fault: Fault::Widths { bits, declared, found } })
        .collect();
    for of in &ranges.decompositions {
        let rule = system.rule(of.row);
        let modulus = declaration.modulus(rule, of.width);
        let bounded = modulus.is_none_or(|modulus| of.below.is_some_and(|(bound, _)| bound <= modulus));
        if !(bounded && of.is_unique()) {
            findings.push(Finding { rule, fault: Fault::Unbounded { row: of.row, bits: of.width } });
        }
    }
    findings
}
