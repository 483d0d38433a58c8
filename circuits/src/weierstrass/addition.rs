//! Incomplete affine addition in-circuit, without y-coordinates; the proofs are in [`super`].

use super::{Affine, Curve, lookup::Entry};
use crate::{
    field::Fr,
    solinas::{
        Arithmetic,
        gadget::{Element, limbs_of},
    },
};
use ark_ff::{AdditiveGroup, Field};
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// What is added to a limb of a slope to make it an integer of 32 bits.
const CENTRE: u32 = 1 << 31;

/// A line through two points, and the x-coordinate of their sum.
struct Chord<C: Curve> {
    slope: Element,
    x: Element,
    native: Option<(C::BaseField, Affine<C>)>,
}

/// The line through two points, which are not equal; the tangent where they are, and a horizontal line where there is none.
fn line<C: Curve>(p: &Affine<C>, q: &Affine<C>) -> (C::BaseField, Affine<C>) {
    let divide = |x: C::BaseField, y: C::BaseField| y.inverse().map_or(C::BaseField::ZERO, |inverse| x * inverse);
    let slope = if p.x == q.x && p.y == q.y {
        divide(p.x.square() * C::BaseField::from(3u8) + C::COEFF_A, p.y.double())
    } else {
        divide(q.y - p.y, q.x - p.x)
    };
    let x = slope.square() - p.x - q.x;
    (slope, Affine::<C>::new_unchecked(x, slope * (p.x - x) - p.y))
}

/// The rows of a line: the range of its slope, `slope (x_Q - x_P) = y_Q - y_P`, and `x = slope^2 - x_P - x_Q`.
fn chord<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    field: &Arithmetic,
    p: &Entry<C>,
    q: &Entry<C>,
) -> Result<Chord<C>, SynthesisError> {
    let native = p.native.as_ref().zip(q.native.as_ref()).map(|(p, q)| line(p, q));
    let (slope, _) = Element::witness(cs, native.map(|(slope, _)| limbs_of(slope + centre::<C>())))?;
    let slope = slope.centred(CENTRE);
    let product = field.product(cs, &slope, &(&q.x - &p.x))?;
    (&(&product - &q.y) + &p.y).enforce_zero(cs, field.modulus())?;
    let x = field.square_minus(cs, &slope, &(&p.x + &q.x))?;
    Ok(Chord { slope, x, native })
}

/// The centre of every limb, as a residue.
fn centre<C: Curve>() -> C::BaseField {
    let limb = C::BaseField::from(2u8).pow([32]);
    (0..crate::solinas::LIMBS).fold(C::BaseField::ZERO, |sum, _| sum * limb + C::BaseField::from(CENTRE))
}

/// The sum of two points; y as `slope (x_P - x) - y_P`, in nine more rows.
fn add<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    field: &Arithmetic,
    p: &Entry<C>,
    q: &Entry<C>,
) -> Result<Entry<C>, SynthesisError> {
    let Chord { slope, x, native } = chord(cs, field, p, q)?;
    let y = &field.product(cs, &slope, &(&p.x - &x))? - &p.y;
    Ok(Entry { x, y, native: native.map(|(_, sum)| sum) })
}

/// The sum of the entries of one scalar, in a balanced tree over neighbouring windows.
///
/// # Errors
///
/// [`SynthesisError::Unsatisfiable`] for no entries; whatever the constraint system reports.
pub(super) fn sum<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    field: &Arithmetic,
    entries: &[Entry<C>],
) -> Result<Entry<C>, SynthesisError> {
    match entries {
        [] => Err(SynthesisError::Unsatisfiable),
        [entry] => Ok(entry.clone()),
        _ => {
            let (low, high) = entries.split_at(entries.len() / 2);
            add(cs, field, &sum(cs, field, low)?, &sum(cs, field, high)?)
        }
    }
}

/// The x-coordinate of the sum of two points, with its value.
///
/// # Errors
///
/// Whatever the constraint system reports.
pub(super) fn sum_x<C: Curve>(
    cs: &ConstraintSystemRef<Fr>,
    field: &Arithmetic,
    p: &Entry<C>,
    q: &Entry<C>,
) -> Result<Element, SynthesisError> {
    chord(cs, field, p, q).map(|chord| chord.x)
}
