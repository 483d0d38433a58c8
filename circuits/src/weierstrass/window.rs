//! Scalars as odd signed digits, and the multiples that digits select.
//!
//! Windows of widths `w_i` at offsets `o_i` cover 256 bits without gap. The sum `S = sum d_i 2^(o_i)` over odd digits `d_i` in
//! `[-(2^w_i - 1), 2^w_i - 1]` is odd and at most `2^256 - 1` in size, and every such integer has exactly one form: with
//! `v_i = (d_i + 2^w_i - 1) / 2` in `[0, 2^w_i)`, `sum v_i 2^(o_i) = (S + 2^256 - 1) / 2` is the ordinary expansion of an
//! integer of 256 bits. Every residue modulo an odd order `n < 2^256` has an odd representative between `-n` and `n`: itself,
//! or itself less `n`.

use super::{Affine, Curve};
use crate::solinas::to_integer;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup, short_weierstrass::Projective};
use ark_ff::{AdditiveGroup, PrimeField};
use num_bigint::BigInt;

/// The bits of a scalar.
pub const SCALAR_BITS: u32 = 256;

/// The place of a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The digit counts `2^offset`.
    pub offset: u32,
    /// The digit is odd and below `2^width` in size.
    pub width: u32,
}

/// A digit: `2 index + 1` or its negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digit {
    /// Half of the size, rounded down.
    pub index: u32,
    /// Whether the digit is below zero.
    pub negative: bool,
}

impl Window {
    /// The windows of a scalar over the generator.
    #[must_use]
    pub fn of_base() -> Vec<Self> {
        Self::of_widths(&[(16, 11), (8, 10)])
    }

    /// The windows of a scalar over a key.
    #[must_use]
    pub fn of_key() -> Vec<Self> {
        Self::of_widths(&[(50, 5), (1, 6)])
    }

    /// So many windows of each width, from the lowest bit on.
    fn of_widths(widths: &[(usize, u32)]) -> Vec<Self> {
        let mut offset = 0;
        let mut windows = Vec::new();
        for width in widths.iter().flat_map(|(count, width)| core::iter::repeat_n(*width, *count)) {
            windows.push(Self { offset, width });
            offset += width;
        }
        windows
    }

    /// The entries of the window's table: the odd multiples above zero.
    #[must_use]
    pub fn entries(&self) -> usize {
        1 << (self.width - 1)
    }
}

/// The odd integer between `-n` and `n` that represents a residue.
#[must_use]
pub fn odd_representative<F: PrimeField>(residue: F) -> BigInt {
    let integer = to_integer(residue);
    if integer.bit(0) { integer } else { integer - order::<F>() }
}

/// The order of a field as an integer.
#[must_use]
pub fn order<F: PrimeField>() -> BigInt {
    to_integer(-F::ONE) + 1
}

/// The digits of an odd integer below `2^256` in size; `None` for any other integer.
#[must_use]
pub fn digits(scalar: &BigInt, windows: &[Window]) -> Option<Vec<Digit>> {
    let limit = BigInt::from(1) << SCALAR_BITS;
    if !scalar.bit(0) || scalar.magnitude() >= limit.magnitude() {
        return None;
    }
    let expansion: BigInt = (scalar + limit - 1) >> 1;
    let digit = |window: &Window| {
        let value = (&expansion >> window.offset) % (1u32 << window.width);
        let value = value.iter_u32_digits().next().unwrap_or(0);
        // The digit is 2 value + 1 - 2^width, which is above zero from the middle on.
        let middle = 1 << (window.width - 1);
        if value >= middle {
            Digit { index: value - middle, negative: false }
        } else {
            Digit { index: middle - 1 - value, negative: true }
        }
    };
    Some(windows.iter().map(digit).collect())
}

/// What the low half and the high half of the digits contribute to an odd integer; `None` as for [`digits`].
#[must_use]
pub fn halves(scalar: &BigInt, windows: &[Window]) -> Option<(BigInt, BigInt)> {
    let digits = digits(scalar, windows)?;
    let low: BigInt = digits
        .iter()
        .zip(windows)
        .take(windows.len() / 2)
        .map(|(digit, window)| {
            let size = BigInt::from(2 * digit.index + 1) << window.offset;
            if digit.negative { -size } else { size }
        })
        .sum();
    let high = scalar - &low;
    Some((low, high))
}

/// `1, 3, 5, ..` times `2^offset` times the point, for every window.
#[must_use]
pub fn odd_multiples<C: Curve>(point: &Affine<C>, windows: &[Window]) -> Vec<Vec<Affine<C>>> {
    let mut all = Vec::with_capacity(windows.iter().map(Window::entries).sum());
    let mut base = point.into_group();
    for window in windows {
        let double = base.double();
        let mut multiple = base;
        for _ in 0..window.entries() {
            all.push(multiple);
            multiple += double;
        }
        for _ in 0..window.width {
            base.double_in_place();
        }
    }
    let mut affine = Projective::normalize_batch(&all).into_iter();
    windows.iter().map(|window| affine.by_ref().take(window.entries()).collect()).collect()
}

/// The odd multiples of the generator.
pub(super) fn base_multiples<C: Curve>() -> Vec<Vec<Affine<C>>> {
    odd_multiples::<C>(&Projective::<C>::generator().into_affine(), &Window::of_base())
}
