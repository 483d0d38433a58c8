//! Foreign-field arithmetic in-circuit: elements with their bounds, products and squares, and the zero test.
//!
//! The algebra and its proofs are in [`super`]. Bounds are integers computed along with the rows; nothing is assumed of the
//! size of a value that is not in its interval here.

use super::{Arithmetic, Forms, HALF_BITS, Interval, LIMB_BITS, LIMBS, Modulus, PRODUCT_COLUMNS, interval::to_field};
use crate::{field::Fr, linear::Linear};
use ark_ff::{BigInteger, Field, PrimeField};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use core::ops::{Add, Sub};
use num_bigint::{BigInt, Sign};

/// A residue as `sum x_j T^j`, with limbs that are integers in their intervals.
#[derive(Clone, Debug)]
pub struct Element {
    /// The limbs, lowest first.
    pub limbs: [Linear; LIMBS],
    /// What each limb is known to be in.
    pub bounds: [Interval; LIMBS],
}

/// What the zero test sees of an integer `E = sum e_j T^j`: its two forms, and the bounds of its columns.
#[derive(Clone, Debug)]
pub struct Image {
    /// The forms.
    pub forms: Forms<Linear>,
    /// What each column `e_j` is in.
    pub bounds: [Interval; LIMBS],
}

impl Element {
    /// Eight new limbs of 32 bits each, with their bits; 256 rows.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn witness(
        cs: &ConstraintSystemRef<Fr>,
        limbs: Option<[u32; LIMBS]>,
    ) -> Result<(Self, Vec<Vec<Linear>>), SynthesisError> {
        let mut bits = Vec::with_capacity(LIMBS);
        let mut element = Self::zero();
        for (j, limb) in element.limbs.iter_mut().enumerate() {
            *limb = Linear::witness(cs, limbs.map(|limbs| Fr::from(limbs[j])))?;
            bits.push(limb.enforce_bits(cs, LIMB_BITS)?);
        }
        element.bounds.fill(Interval::unsigned(LIMB_BITS));
        Ok((element, bits))
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self { limbs: core::array::from_fn(|_| Linear::zero()), bounds: core::array::from_fn(|_| Interval::zero()) }
    }

    /// The same constant less from every limb: centres limbs around zero.
    #[must_use]
    pub fn centred(&self, centre: u32) -> Self {
        let shift = -Fr::from(centre);
        let by = Interval { min: centre.into(), max: centre.into() };
        Self {
            limbs: self.limbs.clone().map(|limb| limb.plus(shift)),
            bounds: self.bounds.clone().map(|bound| &bound - &by),
        }
    }

    /// The forms of the element itself.
    #[must_use]
    pub fn image(&self, modulus: &Modulus) -> Image {
        let sum = |form: fn(&Forms<Fr>) -> Fr| Linear::sum(modulus.weights.iter().map(form).zip(&self.limbs));
        let forms = Forms { quotient: sum(|w| w.quotient), carry: sum(|w| w.carry) };
        Image { forms, bounds: self.bounds.clone() }
    }
}

impl Add for &Element {
    type Output = Element;

    fn add(self, other: Self) -> Element {
        Element {
            limbs: core::array::from_fn(|j| &self.limbs[j] + &other.limbs[j]),
            bounds: core::array::from_fn(|j| &self.bounds[j] + &other.bounds[j]),
        }
    }
}

impl Sub for &Element {
    type Output = Element;

    fn sub(self, other: Self) -> Element {
        Element {
            limbs: core::array::from_fn(|j| &self.limbs[j] - &other.limbs[j]),
            bounds: core::array::from_fn(|j| &self.bounds[j] - &other.bounds[j]),
        }
    }
}

impl Add for &Image {
    type Output = Image;

    fn add(self, other: Self) -> Image {
        Image {
            forms: Forms {
                quotient: &self.forms.quotient + &other.forms.quotient,
                carry: &self.forms.carry + &other.forms.carry,
            },
            bounds: core::array::from_fn(|j| &self.bounds[j] + &other.bounds[j]),
        }
    }
}

impl Sub for &Image {
    type Output = Image;

    fn sub(self, other: Self) -> Image {
        Image {
            forms: Forms {
                quotient: &self.forms.quotient - &other.forms.quotient,
                carry: &self.forms.carry - &other.forms.carry,
            },
            bounds: core::array::from_fn(|j| &self.bounds[j] - &other.bounds[j]),
        }
    }
}

impl Arithmetic {
    /// The image of a product; nine rows.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn product(&self, cs: &ConstraintSystemRef<Fr>, x: &Element, y: &Element) -> Result<Image, SynthesisError> {
        let (mut quotient, mut carry) = (Linear::zero(), Linear::zero());
        for term in &self.bilinear.products {
            let left = Linear::sum(term.left.iter().copied().zip(&x.limbs));
            let right = Linear::sum(term.right.iter().copied().zip(&y.limbs));
            let product = Linear::product(cs, &left, &right)?;
            quotient.add_scaled(term.quotient, &product);
            carry.add_scaled(term.carry, &product);
        }
        let bounds = self.modulus.product_bounds(&x.bounds, &y.bounds);
        Ok(Image { forms: Forms { quotient, carry }, bounds })
    }

    /// `x^2 - y` with eight new limbs, congruent modulo the modulus; fifteen rows, no range check: each limb equals the folded
    /// column less the limb of `y`, as an integer.
    ///
    /// # Errors
    ///
    /// Whatever the constraint system reports.
    pub fn square_minus(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        x: &Element,
        y: &Element,
    ) -> Result<Element, SynthesisError> {
        let square = &self.square;
        let roots: Vec<Linear> =
            (0..PRODUCT_COLUMNS).map(|i| Linear::sum(square.evaluation.row(i).iter().copied().zip(&x.limbs))).collect();
        let defined: Vec<Linear> =
            roots[LIMBS..].iter().map(|root| Linear::product(cs, root, root)).collect::<Result<_, _>>()?;

        let squares: Option<Vec<Fr>> = roots.iter().map(|root| root.value().map(|root| root.square())).collect();
        let folded = squares.map(|squares| square.fold.times_vector(&squares));
        let mut difference = Element::zero();
        // The folded columns, less what the defined squares contribute.
        let mut rest = Vec::with_capacity(LIMBS);
        for (j, limb) in difference.limbs.iter_mut().enumerate() {
            let value = folded.as_ref().map(|folded| folded[j]).zip(y.limbs[j].value()).map(|(x, y)| x - y);
            *limb = Linear::witness(cs, value)?;
            let mut sum = &*limb + &y.limbs[j];
            for (i, product) in defined.iter().enumerate() {
                sum.add_scaled(-square.fold.at(j, LIMBS + i), product);
            }
            rest.push(sum);
        }
        for (i, root) in roots[..LIMBS].iter().enumerate() {
            let product = Linear::sum(square.unfold.row(i).iter().copied().zip(&rest));
            Linear::enforce_product(cs, root, root, &product)?;
        }
        let bounds = self.modulus.product_bounds(&x.bounds, &x.bounds);
        difference.bounds = core::array::from_fn(|j| &bounds[j] - &y.bounds[j]);
        Ok(difference)
    }
}

impl Image {
    /// Rows that hold if and only if the integer is a multiple of the modulus: the bits of its quotient and of its carry.
    ///
    /// # Errors
    ///
    /// [`SynthesisError::Unsatisfiable`] if the bounds are too wide for the field, whatever the witness; whatever the
    /// constraint system reports.
    pub fn enforce_zero(&self, cs: &ConstraintSystemRef<Fr>, modulus: &Modulus) -> Result<(), SynthesisError> {
        let (low, high) = self.halves();
        let half = BigInt::from(1) << HALF_BITS;
        let all = &low + &high.scaled(&half);
        let quotient = multiples(&all, &modulus.value);
        let carry = multiples(&(&low - &quotient.scaled(&modulus.low)), &half);

        let quotient = enforce_interval(cs, &self.forms.quotient, &quotient)?;
        let carry = enforce_interval(cs, &self.forms.carry, &carry)?;

        let low = &(&low - &quotient.scaled(&modulus.low)) - &carry.scaled(&half);
        let high = &(&high - &quotient.scaled(&modulus.high)) + &carry;
        if low.is_exact_in_field() && high.is_exact_in_field() { Ok(()) } else { Err(SynthesisError::Unsatisfiable) }
    }

    /// The bounds of the columns 0 to 3 and 4 to 7, each as one integer.
    fn halves(&self) -> (Interval, Interval) {
        let sum = |columns: &[Interval]| {
            let weighted =
                columns.iter().enumerate().map(|(j, x)| x.scaled(&(BigInt::from(1) << (LIMB_BITS as usize * j))));
            weighted.fold(Interval::zero(), |sum, x| &sum + &x)
        };
        let (low, high) = self.bounds.split_at(LIMBS / 2);
        (sum(low), sum(high))
    }
}

/// The integers `x / m` for the multiples `x` of a positive `m` in an interval.
fn multiples(interval: &Interval, m: &BigInt) -> Interval {
    let floor = |x: &BigInt| {
        let truncated = x / m;
        if x.sign() == Sign::Minus && &truncated * m != *x { truncated - 1 } else { truncated }
    };
    Interval { min: -floor(&-&interval.min), max: floor(&interval.max) }
}

/// Rows that hold if and only if a value is in the interval returned: the one given, widened to a power of two.
fn enforce_interval(cs: &ConstraintSystemRef<Fr>, x: &Linear, interval: &Interval) -> Result<Interval, SynthesisError> {
    let bits = u32::try_from(interval.bits()).map_err(|_| SynthesisError::Unsatisfiable)?;
    x.plus(-to_field(&interval.min)).enforce_bits(cs, bits)?;
    Ok(&Interval::unsigned(bits) + &Interval { min: interval.min.clone(), max: interval.min.clone() })
}

/// The limbs of a residue, lowest first.
#[must_use]
pub fn limbs_of<F: PrimeField>(x: F) -> [u32; LIMBS] {
    limbs_of_integer(&BigInt::from_bytes_le(Sign::Plus, &x.into_bigint().to_bytes_le()))
}

/// The limbs of an integer in `[0, 2^256)`, lowest first.
#[must_use]
pub fn limbs_of_integer(x: &BigInt) -> [u32; LIMBS] {
    let mut limbs = [0; LIMBS];
    for (limb, digit) in limbs.iter_mut().zip(x.iter_u32_digits()) {
        *limb = digit;
    }
    limbs
}
