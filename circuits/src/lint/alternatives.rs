//! Other bits for the same integer, and the same bits for another.
//!
//! A prover who changes an integer fits everything that follows from it, so an alternative is rejected only if the rows of the
//! integer reject it: those of its bits, and those of a comparison, whose bits are fitted.

use super::{
    declaration::{Declaration, reduced},
    mutation::Tally,
    range::{self, Decomposition, Powers, Ranges, integer},
    report::{Fault, Finding},
    system::{System, evaluate, split},
};
use crate::field::Fr;
use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, One, PrimeField, Zero};
use std::collections::BTreeMap;

type Changes = Vec<(usize, Fr)>;

pub(super) struct Alternatives<'a> {
    pub(super) system: &'a System<'a>,
    pub(super) ranges: &'a Ranges,
    pub(super) powers: &'a Powers,
    pub(super) declaration: &'a Declaration,
    pub(super) tally: Tally,
    pub(super) findings: Vec<Finding>,
}

impl Alternatives<'_> {
    /// Tries everything on every decomposition.
    pub(super) fn run(&mut self) {
        let all = &self.ranges.decompositions;
        for decomposition in all {
            self.values(decomposition);
            self.digits(decomposition);
            self.pairs(decomposition);
            self.exchanges(decomposition);
        }
        let mut of = BTreeMap::new();
        for decomposition in all {
            match split(&decomposition.value).1 {
                [(one, variable)] if one.is_one() && !decomposition.bits.is_empty() => {
                    of.entry(*variable).or_insert(decomposition);
                }
                _ => {}
            }
        }
        for row in self.system.rows().filter(|row| !self.ranges.at.contains_key(row)) {
            if let Some(sum) = range::linear(self.system.sides(row)) {
                self.limbs(row, &sum, &of);
            }
        }
    }

    fn judge(&mut self, what: &'static str, of: &Decomposition, changes: &Changes, rows: Option<&[usize]>) {
        if changes.iter().all(|(_, delta)| delta.is_zero()) {
            return;
        }
        let rejected = self.system.refusing(changes, rows).is_some();
        self.tally.count(rejected);
        if !rejected {
            let rule = self.system.rule(of.row);
            let variables = changes.iter().filter(|(_, d)| !d.is_zero()).map(|(v, _)| *v).collect();
            self.findings.push(Finding { rule, fault: Fault::Alternative { what, row: of.row, variables } });
        }
    }

    /// The variable through which the integer is changed, with its coefficient.
    fn handle(&self, decomposition: &Decomposition) -> Option<(Fr, usize)> {
        let terms = split(&decomposition.value).1;
        let free = |v: usize| self.ranges.boolean[v].is_none();
        terms.iter().copied().find(|(_, v)| free(*v)).or_else(|| terms.first().copied())
    }

    /// The integer becomes `value`, its bits those of `bits`; a comparison's bits are fitted. Also returns the rows to ask.
    fn change(&self, of: &Decomposition, value: Fr, bits: &BigInt<4>) -> Option<(Changes, Vec<usize>)> {
        let assignment = self.system.assignment;
        let (coefficient, handle) = self.handle(of)?;
        let mut changes = vec![(handle, (value - evaluate(&of.value, assignment)) * coefficient.inverse()?)];
        changes.extend(self.fit(of, bits));
        let mut rows = of.rows.clone();
        if let Some((_, e)) = of.below {
            let comparison = &self.ranges.decompositions[e];
            let deltas: BTreeMap<usize, Fr> = changes.iter().copied().collect();
            let delta = |v: &usize| deltas.get(v).copied().unwrap_or_default();
            let shift: Fr = comparison.value.iter().map(|(c, v)| *c * delta(v)).sum();
            let value = (evaluate(&comparison.value, assignment) + shift).into_bigint();
            changes.extend(self.fit(comparison, &value));
            rows.extend(&comparison.rows);
            rows.sort_unstable();
        }
        Some((changes, rows))
    }

    /// The changes that give the bits of a decomposition those of an integer.
    fn fit(&self, decomposition: &Decomposition, bits: &BigInt<4>) -> Changes {
        let change = |(i, v): (usize, &usize)| (*v, Fr::from(bits.get_bit(i)) - self.system.assignment[*v]);
        decomposition.bits.iter().enumerate().map(change).collect()
    }

    /// Integers that are a modulus or a power of two away from their value.
    fn values(&mut self, of: &Decomposition) {
        let honest = integer(of, self.system.assignment);
        let mut attempts: Vec<(&'static str, Fr, BigInt<4>)> = Vec::new();
        let moduli = self.declaration.modulus(self.system.rule(of.row), of.width);
        let aliased = (of.width >= Fr::MODULUS_BIT_SIZE as usize).then_some(Fr::MODULUS);
        for modulus in moduli.into_iter().chain(aliased) {
            for x in [BigInt::from(0u8), BigInt::one(), honest] {
                let mut sum = x;
                let overflow = sum.add_with_carry(&modulus);
                if !overflow && sum.num_bits() as usize <= of.width {
                    attempts.push(("the bits of x + modulus", reduced(&sum), sum));
                }
            }
        }
        let power = Fr::from(2u8).pow([of.width as u64]);
        let value = reduced(&honest);
        attempts.push(("x + 2^n with the bits of x", value + power, honest));
        attempts.push(("x - 2^n with the bits of x", value - power, honest));
        for (what, value, bits) in attempts {
            if let Some((changes, rows)) = self.change(of, value, &bits) {
                self.judge(what, of, &changes, Some(&rows));
            }
        }
    }

    /// Digits that are no bits, for the same integer and for one that is out of range.
    fn digits(&mut self, of: &Decomposition) {
        let two = Fr::from(2u8);
        let power = two.pow([of.width as u64]);
        for (i, bit) in of.bits.iter().enumerate() {
            for sign in [Fr::one(), -Fr::one()] {
                let mut changes = vec![(*bit, two * sign)];
                changes.extend(of.bits.get(i + 1).map(|next| (*next, -sign)));
                self.judge("a digit plus 2, the next minus 1", of, &changes, Some(&of.rows));
            }
            if let Some((coefficient, handle)) = self.handle(of) {
                let shift = two.pow([(of.width - i) as u64]);
                let inverse = coefficient.inverse().unwrap_or_default();
                let changes = vec![(*bit, shift), (handle, power * inverse)];
                self.judge("x + 2^n with the rest in a digit", of, &changes, Some(&of.rows));
            }
        }
    }

    /// Two variables of the combination changed so that its value stays; all their rows are asked. Two instances are left out: they
    /// would be what no verifier passes, unless they are bits ([`Self::exchanges`]).
    fn pairs(&mut self, of: &Decomposition) {
        let Some((coefficient, handle)) = self.handle(of) else { return };
        let both_given = |v: usize| self.system.is_instance(handle) && self.system.is_instance(v);
        let others: Vec<_> = split(&of.value).1.iter().filter(|(_, v)| *v != handle && !both_given(*v)).collect();
        for (c, other) in others {
            let changes = vec![(handle, *c), (*other, -coefficient)];
            self.judge("two terms of x, whose sum stays", of, &changes, None);
        }
    }

    /// Two instances that are bits, and other bits with the same sum: a statement that somebody may make, with the same proof.
    fn exchanges(&mut self, of: &Decomposition) {
        let assignment = self.system.assignment;
        let is_bit = |v: usize| assignment[v].is_zero() || assignment[v].is_one();
        let bits: Vec<(Fr, usize)> =
            split(&of.value).1.iter().filter(|(_, v)| self.system.is_instance(*v) && is_bit(*v)).copied().collect();
        let flip = |v: usize| Fr::one() - assignment[v].double();
        for (i, (c, v)) in bits.iter().enumerate() {
            for (_, w) in bits.iter().skip(i + 1).filter(|(d, w)| (*c * flip(*v) + *d * flip(*w)).is_zero()) {
                let changes = vec![(*v, flip(*v)), (*w, flip(*w))];
                self.judge("two bits of instances, whose sum stays", of, &changes, None);
            }
        }
    }

    /// A carry moved between neighbouring limbs of a sum: the sum stays, and the bits of both are fitted.
    fn limbs(&mut self, row: usize, sum: &[(Fr, usize)], of: &BTreeMap<usize, &Decomposition>) {
        let limbs = sum.iter().filter_map(|(c, v)| of.get(v).map(|decomposition| (*c, *v, *decomposition)));
        let limbs: Vec<(Fr, usize, &Decomposition)> = limbs.collect();
        let assignment = self.system.assignment;
        for pair in limbs.windows(2) {
            let [(c, x, low), (d, y, high)] = pair else { continue };
            let Some((exponent, false)) = c.inverse().and_then(|inverse| self.powers.exponent(&(*d * inverse))) else {
                continue;
            };
            let power = Fr::from(2u8).pow([u64::from(exponent.unsigned_abs())]);
            // The limb of the lower weight takes 2^k, the other one gives 1.
            let (on_low, on_high) = if exponent >= 0 { (power, -Fr::one()) } else { (-Fr::one(), power) };
            for sign in [Fr::one(), -Fr::one()] {
                let moved = [(*x, *low, on_low * sign), (*y, *high, on_high * sign)];
                let (mut changes, mut rows) = (Vec::new(), vec![row]);
                for (variable, decomposition, delta) in moved {
                    // The integer is the variable plus a constant.
                    let value = evaluate(&decomposition.value, assignment) + delta;
                    changes.push((variable, delta));
                    changes.extend(self.fit(decomposition, &value.into_bigint()));
                    rows.extend(&decomposition.rows);
                }
                rows.sort_unstable();
                self.judge("a limb plus 2^k, the next minus 1", low, &changes, Some(&rows));
            }
        }
    }
}
