//! Digits and lookups in-circuit.

use super::{
    Affine, Curve,
    table::{COLUMNS, ConstantColumn, ConstantWindow, X_COLUMNS, X_LIMB_BITS},
    window::{Digit, Window, digits},
};
use crate::{
    field::Fr,
    linear::{Linear, power_of_two},
    solinas::{
        Forms, Interval, LIMB_BITS,
        gadget::{Element, Image},
        to_field,
    },
};
use ark_ff::{AdditiveGroup, Field};
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use num_bigint::BigInt;

/// A scalar: an odd integer by its digits.
pub struct Scalar {
    digits: Vec<DigitVar>,
}

/// A digit in-circuit.
struct DigitVar {
    window: Window,
    native: Option<Digit>,
    /// The bits of the index.
    bits: Vec<Linear>,
    /// 1 or -1.
    sign: Linear,
    /// The odd digit.
    value: Linear,
}

impl DigitVar {
    /// One row for each bit, the sign's included, and one for the value; the value is odd and below `2^width` in size whatever
    /// the bits.
    fn witness(cs: &ConstraintSystemRef<Fr>, window: Window, native: Option<Digit>) -> Result<Self, SynthesisError> {
        let bits: Vec<Linear> = (0..window.width - 1)
            .map(|i| Linear::boolean(cs, native.map(|digit| digit.index >> i & 1 == 1)))
            .collect::<Result<_, _>>()?;
        let negative = Linear::boolean(cs, native.map(|digit| digit.negative))?;
        let sign = negative.scaled(-Fr::ONE.double()).plus(Fr::ONE);
        let size = Linear::pack(&bits, 1).scaled(Fr::ONE.double()).plus(Fr::ONE);
        let value = Linear::product(cs, &size, &sign)?;
        Ok(Self { window, native, bits, sign, value })
    }
}

impl Scalar {
    /// The digits of a scalar; a row for each of the 256 bits and one for each window.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::Unsatisfiable`] if the scalar is not odd or too large; whatever the constraint system reports.
    pub fn witness(
        cs: &ConstraintSystemRef<Fr>,
        windows: &[Window],
        scalar: Option<&BigInt>,
    ) -> Result<Self, SynthesisError> {
        let native = match scalar {
            None => None,
            Some(scalar) => Some(digits(scalar, windows).ok_or(SynthesisError::Unsatisfiable)?),
        };
        let digit = |(i, window): (usize, &Window)| {
            DigitVar::witness(cs, *window, native.as_ref().and_then(|digits| digits.get(i)).copied())
        };
        Ok(Self { digits: windows.iter().enumerate().map(digit).collect::<Result<_, _>>()? })
    }

    /// The integer as an element: each digit in the limb in which its window begins.
    #[must_use]
    pub fn element(&self) -> Element {
        let mut element = Element::zero();
        for digit in &self.digits {
            let Window { offset, width } = digit.window;
            let (limb, shift) = ((offset / LIMB_BITS) as usize, offset % LIMB_BITS);
            element.limbs[limb].add_scaled(power_of_two(shift), &digit.value);
            let largest: BigInt = ((BigInt::from(1) << width) - 1) << shift;
            element.bounds[limb] = &element.bounds[limb] + &Interval::symmetric(largest);
        }
        element
    }

    /// The integer of some digits.
    fn sum(digits: &[DigitVar]) -> Linear {
        Linear::sum(digits.iter().map(|digit| (power_of_two(digit.window.offset), &digit.value)))
    }

    /// The integer as a field element; no row.
    #[must_use]
    pub fn value(&self) -> Linear {
        Self::sum(&self.digits)
    }

    /// Four rows: with the low half `L` and the high half `R` of the digits, neither `L + R` nor `L - R` is `n` or `-n`. The
    /// first says that the scalar is not zero modulo `n`, the second is what the last addition needs ([`super`]).
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn enforce_nonzero(&self, cs: &ConstraintSystemRef<Fr>, n: &BigInt) -> Result<(), SynthesisError> {
        let (low, high) = self.digits.split_at(self.digits.len() / 2);
        let (low, high) = (Self::sum(low), Self::sum(high));
        let n = to_field(n);
        for x in [&low + &high, &low - &high] {
            x.plus(n).enforce_nonzero(cs)?;
            x.plus(-n).enforce_nonzero(cs)?;
        }
        Ok(())
    }

    /// The entries of the generator's table that the digits select.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn look_up_constant<C: Curve>(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        table: &[ConstantWindow<C>],
    ) -> Result<Vec<Entry<C>>, SynthesisError> {
        let entry = |(digit, window): (&DigitVar, &ConstantWindow<C>)| {
            let (low, high) = digit.bits.split_at(window.low_bits);
            let (low, high) = (monomials(cs, low)?, monomials(cs, high)?);
            let mut columns = Vec::with_capacity(COLUMNS);
            for column in &window.columns {
                columns.push(column.look_up(cs, &low, &high)?);
            }
            Entry::new(cs, digit, &columns, &window.points)
        };
        self.digits.iter().zip(table).map(entry).collect()
    }

    /// The entries of an adapted table that the digits select. `multiples` are the points of that table, to compute a witness
    /// from.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::Unsatisfiable`] if the values are not as many as the table's; whatever the constraint system reports.
    pub fn look_up_adapted<C: Curve>(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        values: &[FpVar<Fr>],
        multiples: Option<&[Vec<Affine<C>>]>,
    ) -> Result<Vec<Entry<C>>, SynthesisError> {
        let mut values = values.iter().map(Linear::from);
        let mut entries = Vec::with_capacity(self.digits.len());
        for (i, digit) in self.digits.iter().enumerate() {
            let mut columns = Vec::with_capacity(COLUMNS);
            for _ in 0..COLUMNS {
                columns.push(look_up_adapted(cs, &digit.bits, false, &mut values)?);
            }
            let points = multiples.and_then(|multiples| multiples.get(i)).map_or(&[][..], Vec::as_slice);
            entries.push(Entry::new(cs, digit, &columns, points)?);
        }
        if values.next().is_some() { Err(SynthesisError::Unsatisfiable) } else { Ok(entries) }
    }
}

/// All products of bits, at the index that has these bits set; a row for each product of two bits and more.
fn monomials(cs: &ConstraintSystemRef<Fr>, bits: &[Linear]) -> Result<Vec<Linear>, SynthesisError> {
    let mut monomials = vec![Linear::one()];
    for bit in bits {
        monomials.push(bit.clone());
        for i in 1..monomials.len() - 1 {
            monomials.push(Linear::product(cs, &monomials[i], bit)?);
        }
    }
    Ok(monomials)
}

impl ConstantColumn {
    /// The value of the column; one row for two high monomials.
    fn look_up(&self, cs: &ConstraintSystemRef<Fr>, low: &[Linear], high: &[Linear]) -> Result<Linear, SynthesisError> {
        let function = |coefficients: &[Fr]| Linear::sum(coefficients.iter().copied().zip(low));
        let mut sum = function(&self.free);
        let mut pairs = self.terms.chunks_exact(2).enumerate();
        for (i, pair) in pairs.by_ref() {
            // The monomials 2 i + 1 and 2 i + 2, whose product is the one with the bits of both.
            let (h, g) = (2 * i + 1, 2 * i + 2);
            let left = &function(&pair[0]) + &high[g];
            let right = &function(&pair[1]) + &high[h];
            sum.add_scaled(Fr::ONE, &Linear::product(cs, &left, &right)?);
            sum.add_scaled(-Fr::ONE, &high[h | g]);
        }
        match self.terms.len() {
            0 => Ok(sum),
            last => Linear::product_plus(cs, &high[last], &function(&self.terms[last - 1]), &sum),
        }
    }
}

/// The value of a column from its adapted values, in the order of [`super::table`]. The first product's row yields the sum.
fn look_up_adapted(
    cs: &ConstraintSystemRef<Fr>,
    bits: &[Linear],
    monic: bool,
    values: &mut impl Iterator<Item = Linear>,
) -> Result<Linear, SynthesisError> {
    let mut next = || values.next().ok_or(SynthesisError::Unsatisfiable);
    match bits {
        [] => {
            if monic {
                Ok(Linear::one())
            } else {
                next()
            }
        }
        [bit] if monic => Ok(bit + &next()?),
        [bit] => Linear::product(cs, &next()?, bit).and_then(|product| Ok(&product + &next()?)),
        [lower @ .., bit] => {
            let factor = bit + &next()?;
            let first = look_up_adapted(cs, lower, monic, values)?;
            let rest = look_up_adapted(cs, lower, true, values)?;
            Linear::product_plus(cs, &factor, &first, &rest)
        }
    }
}

/// A point as a table yields it.
#[derive(Clone)]
pub struct Entry<C: Curve> {
    /// The x-coordinate.
    pub x: Element,
    /// What the zero test sees of the y-coordinate.
    pub y: Image,
    /// The point itself, to compute a witness from.
    pub native: Option<Affine<C>>,
}

impl<C: Curve> Entry<C> {
    /// Two rows, for the sign of the forms of y.
    fn new(
        cs: &ConstraintSystemRef<Fr>,
        digit: &DigitVar,
        columns: &[Linear],
        points: &[Affine<C>],
    ) -> Result<Self, SynthesisError> {
        let mut x = Element::zero();
        for (i, limb) in columns[..X_COLUMNS].iter().enumerate() {
            let j = i * (X_LIMB_BITS / LIMB_BITS) as usize;
            x.limbs[j] = limb.clone();
            x.bounds[j] = Interval::unsigned(X_LIMB_BITS);
        }
        let forms = Forms {
            quotient: Linear::product(cs, &columns[X_COLUMNS], &digit.sign)?,
            carry: Linear::product(cs, &columns[X_COLUMNS + 1], &digit.sign)?,
        };
        let limb = Interval::symmetric(Interval::unsigned(LIMB_BITS).max);
        let y = Image { forms, bounds: core::array::from_fn(|_| limb.clone()) };
        let native = digit.native.and_then(|digit| {
            let point = *points.get(digit.index as usize)?;
            Some(if digit.negative { -point } else { point })
        });
        Ok(Self { x, y, native })
    }
}
