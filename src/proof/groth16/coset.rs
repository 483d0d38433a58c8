//! From the values of a polynomial on a power-of-two domain to its values on the odd half of the domain of twice the size.
//!
//! The inverse transform leaves the coefficients in bit-reversed order and the forward one takes them in that order, so that
//! nothing is permuted (Gentleman, Sande, AFIPS 1966, then Cooley, Tukey, Mathematics of Computation 1965). The roots of every
//! layer lie side by side and are computed once; layers below the first ones fit a core's own cache.
//!
//! The time does not depend on the values.

use crate::proof::msm::parallel::join;
use ark_ff::{FftField, Field, One};
use shiming_circuits::field::Fr;

/// Shorter pieces are not worth sharing out.
const ALONE: usize = 2048;

/// The constants of one domain.
#[derive(Clone)]
pub(super) struct Coset {
    /// Powers of the generator, for the first layer half of the domain, and so on down to one.
    forward: Vec<Vec<Fr>>,
    /// Their inverses.
    inverse: Vec<Vec<Fr>>,
    /// Powers of the generator of the domain of twice the size over the size, in bit-reversed order.
    shifts: Vec<Fr>,
}

impl Coset {
    /// The constants of the domain of `2^log_size` elements; `None` if the field has no such domain.
    pub(super) fn new(log_size: u32) -> Option<Self> {
        let size = 1u64.checked_shl(log_size)?;
        let double = Fr::get_root_of_unity(size.checked_mul(2)?)?;
        let root = double.square();
        let powers = |root: Fr, first: Fr, count: u64| -> Vec<Fr> {
            core::iter::successors(Some(first), |x| Some(*x * root)).take(count as usize).collect()
        };
        let layers = |root: Fr| -> Vec<Vec<Fr>> {
            let roots = core::iter::successors(Some(root), |x| Some(x.square())).take(log_size as usize);
            roots.enumerate().map(|(layer, root)| powers(root, Fr::one(), size >> (layer + 1))).collect()
        };
        let natural = powers(double, Fr::from(size).inverse()?, size);
        let reversed = |i: u64| i.reverse_bits().checked_shr(u64::BITS - log_size).unwrap_or(0) as usize;
        let shifts = (0..size).map(|i| natural.get(reversed(i)).copied()).collect::<Option<_>>()?;
        Some(Self { forward: layers(root), inverse: layers(root.inverse()?), shifts })
    }

    /// Replaces as many values as the domain has elements.
    pub(super) fn extend(&self, values: &mut [Fr]) {
        to_coefficients(values, &self.inverse);
        values.iter_mut().zip(&self.shifts).for_each(|(x, shift)| *x *= shift);
        to_values(values, &self.forward);
    }
}

/// The inverse transform times the size, in bit-reversed order.
fn to_coefficients(values: &mut [Fr], layers: &[Vec<Fr>]) {
    let Some((roots, rest)) = layers.split_first() else { return };
    let (low, high) = values.split_at_mut(roots.len());
    for ((x, y), root) in low.iter_mut().zip(high.iter_mut()).zip(roots) {
        let difference = *x - *y;
        *x += *y;
        *y = if rest.is_empty() { difference } else { difference * root };
    }
    both(low, high, |half| to_coefficients(half, rest));
}

/// The transform of coefficients in bit-reversed order.
fn to_values(values: &mut [Fr], layers: &[Vec<Fr>]) {
    let Some((roots, rest)) = layers.split_first() else { return };
    let (low, high) = values.split_at_mut(roots.len());
    both(low, high, |half| to_values(half, rest));
    for ((x, y), root) in low.iter_mut().zip(high.iter_mut()).zip(roots) {
        let product = if rest.is_empty() { *y } else { *y * root };
        *y = *x - product;
        *x += product;
    }
}

fn both(low: &mut [Fr], high: &mut [Fr], f: impl Fn(&mut [Fr]) + Sync) {
    if low.len() >= ALONE {
        join(|| f(low), || f(high));
    } else {
        f(low);
        f(high);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these domains exist")]
mod tests {
    use super::*;
    use ark_ff::UniformRand;
    use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
    use ark_std::test_rng;

    #[test]
    fn extends_as_two_transforms_of_arkworks() {
        for log_size in [0, 1, 2, 5, 13] {
            let domain = Radix2EvaluationDomain::<Fr>::new(1 << log_size).unwrap();
            let offset = Radix2EvaluationDomain::<Fr>::new(2 << log_size).unwrap().group_gen();
            let mut values: Vec<Fr> = (0..1 << log_size).map(|_| Fr::rand(&mut test_rng())).collect();
            let expected = domain.get_coset(offset).unwrap().fft(&domain.ifft(&values));
            Coset::new(log_size).unwrap().extend(&mut values);
            assert_eq!(values, expected, "2^{log_size}");
        }
    }
}
