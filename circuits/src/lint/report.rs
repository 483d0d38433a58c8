//! What the lint found, as a value.

use super::mutation::Tally;
use crate::{field::Fr, relation::Rule};
use core::fmt;

/// Everything that one run says about a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The name of the relation.
    pub relation: &'static str,
    /// The number of rows.
    pub rows: usize,
    /// The number of instances, the constant included.
    pub instances: usize,
    /// The number of witness variables.
    pub witnesses: usize,
    /// The number of coefficients that are not zero, in all three matrices.
    pub nonzeros: usize,
    /// Witness variables that are declared as chosen by the prover.
    pub seeds: usize,
    /// Witness variables that rows force from instances and seeds.
    pub forced: usize,
    /// What the rows of every rule do, in the order of the rules.
    pub census: Vec<Census>,
    /// Every kind of integer that range rows are for.
    pub widths: Vec<Interval>,
    /// Single variables changed.
    pub mutants: Tally,
    /// Other bits and limbs.
    pub alternatives: Tally,
    /// Instances that can be changed alone to anything at this assignment, though they occur in rows. An instance is idle in
    /// one statement and not in another: the table value that a bit of zero leaves out. It is a fault if it is idle in all.
    pub idle: Vec<usize>,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<Finding>,
}

/// What the rows of one rule do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// The rule.
    pub rule: Rule,
    /// Rows that force a variable, by a coefficient that is never zero.
    pub forcing: usize,
    /// Rows that force a variable by a coefficient that depends on values.
    pub divisions: usize,
    /// Rows that make bits boolean or tie them to an integer.
    pub range: usize,
    /// Rows whose variables are all forced without them.
    pub checks: usize,
    /// Variables that are the bits of decompositions.
    pub bits: usize,
    /// Variables that sums force: bits by their integer, limbs by what they make up.
    pub summed: usize,
}

/// The integers of one width and bound under one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The rule.
    pub rule: Option<Rule>,
    /// The number of bits.
    pub bits: usize,
    /// The exclusive bound that further rows set.
    pub below: Option<ark_ff::BigInt<4>>,
    /// The number of integers.
    pub count: usize,
}

/// Something wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule whose rows are concerned.
    pub rule: Option<Rule>,
    /// What is wrong.
    pub fault: Fault,
}

/// The check that finds a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The honest assignment and the rows one by one.
    Rows,
    /// One variable changed.
    Mutation,
    /// Every variable forced, row by row.
    Propagation,
    /// The rows against what is declared of them.
    Census,
    /// The integers against what is declared of them.
    Ranges,
    /// Other bits and limbs.
    Alternatives,
    /// Every instance bound.
    Instances,
}

impl Check {
    /// The name in reports and in the specification.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Mutation => "mutation",
            Self::Propagation => "propagation",
            Self::Census => "census",
            Self::Ranges => "ranges",
            Self::Alternatives => "alternatives",
            Self::Instances => "instances",
        }
    }
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The honest assignment breaks a row.
    Unsatisfied {
        /// The row.
        row: usize,
    },
    /// A row belongs to no rule.
    WithoutRule {
        /// The row.
        row: usize,
    },
    /// A row holds for every assignment.
    Trivial {
        /// The row.
        row: usize,
    },
    /// A row is there twice, perhaps multiplied by a constant.
    Duplicate {
        /// The row.
        row: usize,
        /// The earlier one.
        of: usize,
    },
    /// A witness variable has another value that every row accepts.
    Free {
        /// The variable.
        variable: usize,
        /// The value.
        value: Fr,
    },
    /// Witness variables that neither instances nor seeds force.
    Unforced {
        /// The variables.
        variables: Vec<usize>,
    },
    /// A seed is declared that is not there.
    UnknownSeed {
        /// Its position.
        position: usize,
    },
    /// The number of checks is not the declared one.
    Checks {
        /// What is declared.
        declared: usize,
        /// What there is.
        found: usize,
    },
    /// The number of divisions is not the declared one.
    Divisions {
        /// What is declared.
        declared: usize,
        /// What there is.
        found: usize,
    },
    /// The number of variables that sums force is not the declared one, or not that of the bits.
    Sums {
        /// What is expected.
        declared: usize,
        /// What there is.
        found: usize,
    },
    /// The number of integers of a width is not the declared one.
    Widths {
        /// The width.
        bits: usize,
        /// What is declared.
        declared: usize,
        /// What there is.
        found: usize,
    },
    /// An integer is not kept below its modulus.
    Unbounded {
        /// The row that ties it to its bits.
        row: usize,
        /// Its width.
        bits: usize,
    },
    /// Other bits or limbs are accepted by the rows of their integer.
    Alternative {
        /// What was changed.
        what: &'static str,
        /// The row that ties the integer to its bits.
        row: usize,
        /// The variables that were changed.
        variables: Vec<usize>,
    },
    /// An instance occurs in no row.
    Unbound {
        /// The instance.
        instance: usize,
    },
}

impl Fault {
    /// The check that finds it.
    #[must_use]
    pub const fn check(&self) -> Check {
        match self {
            Self::Unsatisfied { .. } | Self::WithoutRule { .. } | Self::Trivial { .. } | Self::Duplicate { .. } => {
                Check::Rows
            }
            Self::Free { .. } => Check::Mutation,
            Self::Unforced { .. } | Self::UnknownSeed { .. } => Check::Propagation,
            Self::Checks { .. } | Self::Divisions { .. } | Self::Sums { .. } => Check::Census,
            Self::Widths { .. } | Self::Unbounded { .. } => Check::Ranges,
            Self::Alternative { .. } => Check::Alternatives,
            Self::Unbound { .. } => Check::Instances,
        }
    }
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Coefficients for each row.
    #[must_use]
    pub fn density(&self) -> f64 {
        self.nonzeros as f64 / self.rows.max(1) as f64
    }

    /// The checks that found something, each once, in order.
    #[must_use]
    pub fn found_by(&self) -> Vec<Check> {
        let mut checks: Vec<Check> = self.findings.iter().map(|finding| finding.fault.check()).collect();
        checks.sort_unstable();
        checks.dedup();
        checks
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsatisfied { row } => write!(f, "row {row} rejects the honest assignment"),
            Self::WithoutRule { row } => write!(f, "row {row} belongs to no rule"),
            Self::Trivial { row } => write!(f, "row {row} holds for every assignment"),
            Self::Duplicate { row, of } => write!(f, "row {row} repeats row {of}"),
            Self::Free { variable, .. } => write!(f, "variable {variable} has another value that every row accepts"),
            Self::Unforced { variables } => {
                write!(f, "{} variables are not forced, the first are {:?}", variables.len(), first(variables))
            }
            Self::UnknownSeed { position } => write!(f, "the seed at position {position} is not there"),
            Self::Checks { declared, found } => write!(f, "{found} rows are checks, {declared} are declared"),
            Self::Divisions { declared, found } => write!(f, "{found} rows are divisions, {declared} are declared"),
            Self::Sums { declared, found } => write!(f, "sums force {found} variables, {declared} are expected"),
            Self::Widths { bits, declared, found } => {
                write!(f, "{found} integers of {bits} bits, {declared} are declared")
            }
            Self::Unbounded { row, bits } => write!(f, "the {bits} bits of row {row} are not kept below the modulus"),
            Self::Alternative { what, row, variables } => {
                write!(f, "the rows of the integer of row {row} accept {what}: variables {:?}", first(variables))
            }
            Self::Unbound { instance } => write!(f, "instance {instance} occurs in no row"),
        }
    }
}

fn first(variables: &[usize]) -> &[usize] {
    &variables[..variables.len().min(8)]
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = self.rule.map_or("-", |rule| rule.0);
        write!(f, "[{}] {rule}: {}", self.fault.check().name(), self.fault)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_clean() { "clean".to_owned() } else { format!("{} findings", self.findings.len()) };
        writeln!(f, "{}: {verdict}", self.relation)?;
        write!(f, "  {} rows, {} instances, {} witnesses, ", self.rows, self.instances, self.witnesses)?;
        writeln!(f, "{} non-zeros ({:.1} a row)", self.nonzeros, self.density())?;
        let left = self.witnesses - self.seeds.min(self.witnesses) - self.forced;
        writeln!(f, "  {} seeds, {} forced, {left} left", self.seeds, self.forced)?;
        let (m, a) = (self.mutants, self.alternatives);
        writeln!(f, "  mutants {} of {} rejected, alternatives {} of {}", m.rejected, m.tried, a.rejected, a.tried)?;
        for row in &self.census {
            write!(f, "  {}: {} forcing, {} divisions, ", row.rule, row.forcing, row.divisions)?;
            writeln!(f, "{} range, {} checks", row.range, row.checks)?;
        }
        for width in &self.widths {
            let rule = width.rule.map_or("-", |rule| rule.0);
            let bound = width.below.map(|below| format!(", below {below}")).unwrap_or_default();
            writeln!(f, "  {rule}: {} integers of {} bits{bound}", width.count, width.bits)?;
        }
        if !self.idle.is_empty() {
            writeln!(f, "  {} idle instances, the first are {:?}", self.idle.len(), first(&self.idle))?;
        }
        self.findings.iter().try_for_each(|finding| writeln!(f, "  {finding}"))
    }
}
