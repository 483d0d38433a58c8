//! Linear combinations of variables, kept flat.
//!
//! Foreign-field arithmetic is mostly linear: hundreds of terms meet in one row. An `FpVar` names every intermediate sum, and
//! expanding the names of names costs more than the terms themselves. A [`Linear`] holds the terms; without matrices it holds
//! the value alone, so that a witness is computed and nothing else.

use crate::field::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, MontFp, One, PrimeField, Zero};
use ark_r1cs_std::fields::fp::{AllocatedFp, FpVar};
use ark_relations::gr1cs::{ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use core::ops::{Add, Neg, Sub};

/// One half.
const HALF: Fr = MontFp!("10944121435919637611123202872628637544274182200208017171849102093287904247809");

/// A constant plus a sum of variables with coefficients, and its value where there is one.
#[derive(Clone, Debug)]
pub struct Linear {
    value: Option<Fr>,
    constant: Fr,
    terms: Vec<(Fr, Variable)>,
}

impl Linear {
    /// A constant.
    #[must_use]
    pub const fn constant(value: Fr) -> Self {
        Self { value: Some(value), constant: value, terms: Vec::new() }
    }

    /// Zero.
    #[must_use]
    pub const fn zero() -> Self {
        Self::constant(Fr::ZERO)
    }

    /// One.
    #[must_use]
    pub const fn one() -> Self {
        Self::constant(Fr::ONE)
    }

    /// A new witness, without any row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn witness(cs: &ConstraintSystemRef<Fr>, value: Option<Fr>) -> Result<Self, SynthesisError> {
        let variable = cs.new_witness_variable(|| value.ok_or(SynthesisError::AssignmentMissing))?;
        Ok(Self::variable(cs, value, variable))
    }

    fn variable(cs: &ConstraintSystemRef<Fr>, value: Option<Fr>, variable: Variable) -> Self {
        let terms = if cs.should_construct_matrices() { vec![(Fr::ONE, variable)] } else { Vec::new() };
        Self { value, constant: Fr::ZERO, terms }
    }

    /// The combination as a variable of arkworks' gadgets; no row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn to_var(&self, cs: &ConstraintSystemRef<Fr>) -> Result<FpVar<Fr>, SynthesisError> {
        let variable = cs.new_lc(|| self.combination())?;
        Ok(FpVar::Var(AllocatedFp::new(self.value, variable, cs.clone())))
    }

    /// The value; missing at setup.
    #[must_use]
    pub const fn value(&self) -> Option<Fr> {
        self.value
    }

    /// `sum c_i x_i`.
    #[must_use]
    pub fn sum<'a>(terms: impl IntoIterator<Item = (Fr, &'a Self)>) -> Self {
        let mut sum = Self::zero();
        for (coefficient, x) in terms {
            sum.add_scaled(coefficient, x);
        }
        sum
    }

    /// `sum 2^(bits i) x_i`.
    #[must_use]
    pub fn pack<'a>(limbs: impl IntoIterator<Item = &'a Self>, bits: u32) -> Self {
        let base = power_of_two(bits);
        let mut weight = Fr::ONE;
        let mut sum = Self::zero();
        for limb in limbs {
            sum.add_scaled(weight, limb);
            weight *= base;
        }
        sum
    }

    /// Adds `c x`.
    pub fn add_scaled(&mut self, coefficient: Fr, x: &Self) {
        if coefficient.is_zero() {
            return;
        }
        let scaled = |y: Fr| {
            if y.is_zero() {
                y
            } else if y.is_one() {
                coefficient
            } else {
                coefficient * y
            }
        };
        self.value = self.value.zip(x.value).map(|(sum, y)| sum + scaled(y));
        self.constant += scaled(x.constant);
        self.terms.extend(x.terms.iter().map(|(c, variable)| (scaled(*c), *variable)));
    }

    /// `c x`.
    #[must_use]
    pub fn scaled(&self, coefficient: Fr) -> Self {
        Self::sum([(coefficient, self)])
    }

    /// `x + c`.
    #[must_use]
    pub fn plus(&self, constant: Fr) -> Self {
        let mut sum = self.clone();
        sum.value = sum.value.map(|value| value + constant);
        sum.constant += constant;
        sum
    }

    fn combination(&self) -> LinearCombination<Fr> {
        let mut terms = self.terms.clone();
        if !self.constant.is_zero() {
            terms.push((self.constant, Variable::One));
        }
        let mut combination = LinearCombination(terms);
        combination.compactify();
        combination
    }

    /// One row: `a b = c`.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn enforce_product(cs: &ConstraintSystemRef<Fr>, a: &Self, b: &Self, c: &Self) -> Result<(), SynthesisError> {
        cs.enforce_r1cs_constraint(|| a.combination(), || b.combination(), || c.combination())
    }

    /// The product, a new variable; one row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn product(cs: &ConstraintSystemRef<Fr>, a: &Self, b: &Self) -> Result<Self, SynthesisError> {
        Self::product_plus(cs, a, b, &Self::zero())
    }

    /// `a b + c` as a new variable; one row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn product_plus(cs: &ConstraintSystemRef<Fr>, a: &Self, b: &Self, c: &Self) -> Result<Self, SynthesisError> {
        let value = a.value.zip(b.value).zip(c.value).map(|((a, b), c)| a * b + c);
        let sum = Self::witness(cs, value)?;
        Self::enforce_product(cs, a, b, &(&sum - c))?;
        Ok(sum)
    }

    /// One row: the value is zero or one.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn enforce_boolean(&self, cs: &ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        Self::enforce_product(cs, self, &self.plus(-Fr::ONE), &Self::zero())
    }

    /// A new boolean witness; one row.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn boolean(cs: &ConstraintSystemRef<Fr>, value: Option<bool>) -> Result<Self, SynthesisError> {
        let bit = Self::witness(cs, value.map(Fr::from))?;
        bit.enforce_boolean(cs)?;
        Ok(bit)
    }

    /// One row: the value has an inverse, so it is not zero.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn enforce_nonzero(&self, cs: &ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let inverse = Self::witness(cs, self.value.map(|value| value.inverse().unwrap_or_default()))?;
        Self::enforce_product(cs, self, &inverse, &Self::one())
    }

    /// One if the value is zero, and zero otherwise; three rows.
    ///
    /// `x i = 1 - z`, `x z = 0` and `i z = 0`: for `x = 0` the first says `z = 1` and the last `i = 0`; otherwise the second
    /// says `z = 0` and the first that `i` is the inverse. So both witnesses are determined.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn is_zero(&self, cs: &ConstraintSystemRef<Fr>) -> Result<Self, SynthesisError> {
        let zero = Self::witness(cs, self.value.map(|value| Fr::from(value.is_zero())))?;
        let inverse = Self::witness(cs, self.value.map(|value| value.inverse().unwrap_or_default()))?;
        Self::enforce_product(cs, self, &inverse, &(&Self::one() - &zero))?;
        Self::enforce_product(cs, self, &zero, &Self::zero())?;
        Self::enforce_product(cs, &inverse, &zero, &Self::zero())?;
        Ok(zero)
    }

    /// The bits of an integer in `[0, 2^n)`, lowest first; `n` rows, of the form that [`crate::bits`] describes. With `n = 0`,
    /// one row that says zero.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::Unsatisfiable`] if `2^n` is not below the modulus; whatever the constraint system reports.
    pub fn enforce_bits(&self, cs: &ConstraintSystemRef<Fr>, n: u32) -> Result<Vec<Self>, SynthesisError> {
        if n >= Fr::MODULUS_BIT_SIZE {
            return Err(SynthesisError::Unsatisfiable);
        }
        let Some(last) = n.checked_sub(1) else {
            Self::enforce_product(cs, self, &Self::one(), &Self::zero())?;
            return Ok(Vec::new());
        };
        let integer = self.value.map(PrimeField::into_bigint);
        let mut rest = self.clone();
        let mut power = Fr::ONE;
        let mut bits = Vec::with_capacity(n as usize);
        for i in 0..last {
            let bit = Self::boolean(cs, integer.map(|integer| integer.get_bit(i as usize)))?;
            rest.add_scaled(-power, &bit);
            power.double_in_place();
            bits.push(bit);
        }
        let rest = rest.scaled(HALF.pow([u64::from(last)]));
        rest.enforce_boolean(cs)?;
        bits.push(rest);
        Ok(bits)
    }
}

/// `2^n` as a field element.
#[must_use]
pub fn power_of_two(n: u32) -> Fr {
    Fr::from(2u8).pow([u64::from(n)])
}

impl From<&FpVar<Fr>> for Linear {
    fn from(x: &FpVar<Fr>) -> Self {
        match x {
            FpVar::Constant(value) => Self::constant(*value),
            FpVar::Var(x) => Self::variable(&x.cs, x.value().ok(), x.variable),
        }
    }
}

impl Add for &Linear {
    type Output = Linear;

    fn add(self, other: Self) -> Linear {
        Linear::sum([(Fr::ONE, self), (Fr::ONE, other)])
    }
}

impl Sub for &Linear {
    type Output = Linear;

    fn sub(self, other: Self) -> Linear {
        Linear::sum([(Fr::ONE, self), (-Fr::ONE, other)])
    }
}

impl Neg for &Linear {
    type Output = Linear;

    fn neg(self) -> Linear {
        self.scaled(-Fr::ONE)
    }
}
