//! Bugs that are planted in the rows, one at a time, and what finds each.
//!
//! The rows are edited, not the gadgets, so that no gadget has a switch for being wrong. A bug is a mistake that a prover can
//! use or one that makes honest proofs fail; either way the honest assignment is fitted to it where it can be.

use crate::{
    gadgets::Open,
    sample, suite,
    synthetic::{ForcedBit, Limbs, forced_bit, limbs},
};
use ark_bn254::Fr;
use ark_ff::{Field, One, PrimeField, Zero};
use ark_std::test_rng;
use core::ops::Range;
use shiming_circuits::{
    lint::{self, Declaration, Fault, Report, declared},
    relation::{
        Matrices, Relation, Rule, assign,
        credential_es256::CredentialEs256,
        credential_native::CredentialNative,
        credential_sm2_sm3::CredentialSm2Sm3,
        matrices,
        membership::{Membership, Set},
        range,
        tag::{self, Tag},
    },
};

/// A relation with its honest assignment, to be edited.
pub(crate) struct Planted {
    pub(crate) matrices: Matrices,
    pub(crate) assignment: Vec<Fr>,
    pub(crate) declaration: Declaration,
    blank: Vec<usize>,
}

impl Planted {
    fn of<R: Relation>(statement: &R::Statement, witness: &R::Witness) -> Self {
        Self {
            matrices: matrices::<R>().unwrap(),
            assignment: assign::<R>(statement, witness).unwrap(),
            declaration: declared::of(R::NAME).unwrap_or_default(),
            blank: Vec::new(),
        }
    }

    pub(crate) fn native() -> Self {
        let (statement, witness) = sample::valid();
        Self::of::<CredentialNative>(&statement, &witness)
    }

    pub(crate) fn sm2_sm3() -> Self {
        let (statement, witness) = suite::sm2(7);
        Self::of::<CredentialSm2Sm3>(&statement, &witness)
    }

    pub(crate) fn es256() -> Self {
        let (statement, witness) = suite::p256(7);
        Self::of::<CredentialEs256>(&statement, &witness)
    }

    pub(crate) fn tag() -> Self {
        let (k, b) = sample::secrets();
        Self::holder(tag::holder_tag(k, b), k, b)
    }

    /// The relation `tag` at any values.
    pub(crate) fn holder(holder_tag: Fr, k: Fr, b: Fr) -> Self {
        Self::of::<Tag>(&tag::Statement { holder_tag }, &tag::Witness { k, b })
    }

    pub(crate) fn range() -> Self {
        Self::of::<range::Range>(&(), &[6, 1, (1 << 28) - 1, 123_456_789].map(Fr::from))
    }

    pub(crate) fn membership() -> Self {
        let set = Set::new(&(1u64..=16).map(Fr::from).collect::<Vec<_>>()).unwrap();
        Self::of::<Membership>(&set, &Fr::from(16u64))
    }

    pub(crate) fn limbs() -> Self {
        let mut planted =
            Self::of::<Open<Limbs<4>>>(&vec![Fr::from(0x9000_0000_1234_5678_8765_4321_0fed_cba9u128)], &());
        planted.declaration = limbs(4);
        planted
    }

    pub(crate) fn forced_bit() -> Self {
        let mut planted = Self::of::<Open<ForcedBit>>(&[5u8, 1, 1].map(Fr::from).to_vec(), &());
        planted.declaration = forced_bit();
        planted
    }

    pub(crate) fn report(&self) -> Report {
        let report = lint::inspect("planted", &self.matrices, &self.assignment, &self.declaration, &mut test_rng());
        report.unwrap()
    }

    /// The names of the checks that find something; a row that was blanked stands for one that was never written, so that
    /// it is blank does not count.
    pub(crate) fn found_by(&self) -> Vec<&'static str> {
        let mut report = self.report();
        report.findings.retain(|finding| match finding.fault {
            Fault::Trivial { row } => !self.blank.contains(&row),
            _ => true,
        });
        report.found_by().into_iter().map(lint::Check::name).collect()
    }

    /// The rows of a rule that is opened once.
    pub(crate) fn rows(&self, rule: Rule) -> Range<usize> {
        let mut all = self.matrices.rules().iter().filter(|(r, _)| *r == rule);
        let (_, rows) = all.next().unwrap();
        assert!(all.next().is_none());
        rows.clone()
    }

    pub(crate) fn sides(&mut self, row: usize) -> [&mut Vec<(Fr, usize)>; 3] {
        let m = &mut self.matrices;
        [&mut m.a[row], &mut m.b[row], &mut m.c[row]]
    }

    pub(crate) fn blank(&mut self, rows: impl IntoIterator<Item = usize>) {
        for row in rows {
            self.sides(row).into_iter().for_each(Vec::clear);
            self.blank.push(row);
        }
    }

    /// The last variable of the product: the one that a multiplication defines.
    pub(crate) fn product(&self, row: usize) -> usize {
        self.matrices.c[row].last().unwrap().1
    }

    /// Puts a variable of the prover's choice, with the same value, in place of another in some rows.
    pub(crate) fn reallocate(&mut self, variable: usize, rows: impl IntoIterator<Item = usize>) {
        let copy = self.assignment.len();
        self.assignment.push(self.assignment[variable]);
        self.matrices.witnesses += 1;
        for row in rows {
            for side in self.sides(row) {
                side.iter_mut().filter(|(_, v)| *v == variable).for_each(|(_, v)| *v = copy);
                side.sort_by_key(|(_, v)| *v);
            }
        }
    }

    /// Puts the value of a variable in place of it.
    pub(crate) fn make_constant(&mut self, variable: usize, rows: impl IntoIterator<Item = usize>) {
        let value = self.assignment[variable];
        for row in rows {
            for side in self.sides(row) {
                let Some(i) = side.iter().position(|(_, v)| *v == variable) else { continue };
                let constant = side.remove(i).0 * value;
                add_term(side, constant, 0);
            }
        }
    }

    /// Removes the witnesses that occur in no row: whoever forgets a check forgets its hints as well.
    pub(crate) fn remove_unused(&mut self) {
        let m = &mut self.matrices;
        let mut used = vec![false; self.assignment.len()];
        used[..m.instances].fill(true);
        let sides = [&mut m.a, &mut m.b, &mut m.c];
        sides.iter().flat_map(|side| side.iter()).flatten().for_each(|(_, v)| used[*v] = true);
        let position: Vec<usize> =
            used.iter().scan(0, |n, used| Some(core::mem::replace(n, *n + usize::from(*used)))).collect();
        sides.into_iter().flat_map(|side| side.iter_mut()).flatten().for_each(|(_, v)| *v = position[*v]);
        let mut keep = used.iter();
        self.assignment.retain(|_| *keep.next().unwrap());
        m.witnesses = self.assignment.len() - m.instances;
    }

    /// The decomposition in consecutive rows of a rule: the bits of `n - 1` rows from `first` on, and the row after them.
    pub(crate) fn bits(&self, first: usize, n: usize) -> (Vec<usize>, usize) {
        let bit = |row: usize| match self.matrices.a[row][..] {
            [(one, bit)] if one.is_one() => bit,
            _ => panic!("row {row} is not of one bit"),
        };
        ((first..first + n - 1).map(bit).collect(), first + n - 1)
    }

    /// Gives bits the value of an integer.
    pub(crate) fn set_bits(&mut self, bits: &[usize], value: Fr) {
        use ark_ff::BigInteger;
        let value = value.into_bigint();
        for (i, bit) in bits.iter().enumerate() {
            self.assignment[*bit] = Fr::from(value.get_bit(i));
        }
    }

    pub(crate) fn is_satisfied(&self) -> bool {
        self.matrices.unsatisfied_rows(&self.assignment).next().is_none()
    }
}

/// Adds a term to a combination in canonical form.
pub(crate) fn add_term(side: &mut Vec<(Fr, usize)>, coefficient: Fr, variable: usize) {
    match side.binary_search_by_key(&variable, |(_, v)| *v) {
        Ok(i) => side[i].0 += coefficient,
        Err(i) => side.insert(i, (coefficient, variable)),
    }
    side.retain(|(c, _)| !c.is_zero());
}

/// Every row blanked, one at a time: all of them in small relations, a sample of the large one.
fn assert_every_blank_is_found(planted: impl Fn() -> Planted, step: usize) {
    let rows = planted().matrices.a.len();
    for row in (0..rows).step_by(step) {
        let mut planted = planted();
        planted.blank([row]);
        let found = planted.found_by();
        assert!(!found.is_empty(), "row {row} of {rows} can be left out");
    }
}

#[test]
fn every_row_left_out_is_found() {
    assert_every_blank_is_found(Planted::tag, 1);
    assert_every_blank_is_found(Planted::range, 1);
    assert_every_blank_is_found(Planted::membership, 1);
    assert_every_blank_is_found(Planted::limbs, 1);
    assert_every_blank_is_found(Planted::forced_bit, 1);
    // A prime step reaches every rule and every residue of its patterns.
    assert_every_blank_is_found(Planted::native, 41);
}

#[test]
#[ignore = "twelve minutes"]
fn every_row_of_the_credential_left_out_is_found() {
    assert_every_blank_is_found(Planted::native, 1);
}

#[test]
#[ignore = "minutes: run by name"]
fn every_2503rd_row_of_the_suites_left_out_is_found() {
    assert_every_blank_is_found(Planted::sm2_sm3, 2_503);
    assert_every_blank_is_found(Planted::es256, 2_503);
}

/// Every range row left out lets a witness out of range through, and the finding names the rule.
#[test]
fn every_range_row_left_out_has_a_witness_out_of_range() {
    for row in Planted::range().rows(range::RANGE_28) {
        let mut planted = Planted::range();
        let (value, i) = (row / range::BITS, row % range::BITS);
        let (bits, last) = planted.bits(value * range::BITS, range::BITS);
        planted.blank([row]);
        let report = planted.report();
        assert!(report.findings.iter().any(|finding| finding.rule == Some(range::RANGE_28)
            && matches!(finding.fault, Fault::Unforced { .. } | Fault::Alternative { .. })));

        // The whole excess goes into the digit that is no bit any more, or nowhere.
        let excess = Fr::from(2u8).pow([range::BITS as u64]);
        planted.assignment[1 + value] += excess;
        if row != last {
            planted.assignment[bits[i]] += excess * Fr::from(2u8).pow([i as u64]).inverse().unwrap();
        }
        assert!(planted.is_satisfied(), "row {row}");
        assert_eq!(
            range::Range::holds(&(), &core::array::from_fn(|i| planted.assignment[1 + i])),
            Err(range::RANGE_28)
        );
    }
}
