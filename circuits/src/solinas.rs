//! Arithmetic modulo a foreign 256-bit modulus `m`: the primes of SM2 and P-256, and the orders of their groups.
//!
//! An element is `sum x_j T^j` with `T = 2^32` and eight limbs. Limbs are integers, not residues: they may be negative and
//! longer than 32 bits, and their bounds are computed along with the rows (`gadget`), so nothing is ever reduced. A field
//! element of the circuit stands for the integer of smallest size; `r` is the modulus of the circuit's field.
//!
//! **Folding.** `T^j` for `8 <= j < 15` is congruent to a combination of `1, T, .., T^7` with integer coefficients. Both primes
//! are `f(T)` for a polynomial with coefficients -1, 0 and 1 (Solinas), so the coefficients are small. Hence the fifteen
//! columns of a product of two elements fold into eight, linearly, to an integer congruent to the product.
//!
//! **Zero test.** Given an integer `E = sum e_j T^j` by its eight columns `e_j`, each known to be in an interval, the rows
//! shall hold if and only if `m` divides `E`. Split `E = E_l + 2^128 E_h` (columns 0 to 3, and 4 to 7) and
//! `m = m_l + 2^128 m_h`. Take two linear forms over the field,
//!
//! ```text
//!     q = E / m        k = (E_l - q m_l) / 2^128
//! ```
//!
//! and check the range of both, no more. No row says that an equation holds: the forms make it hold in the field.
//!
//! *Sound.* By definition `E_l - q m_l - 2^128 k = 0` in the field. Let `q` and `k` be the integers that the range checks put
//! into their intervals. From these intervals and those of the columns, the left side is an integer of size below `r`; this is
//! checked when the rows are made. So it is zero as an integer. Insert `E_l` into `E = q m`, which holds in the field by
//! definition of `q`, and divide by `2^128`: `E_h - q m_h + k = 0` in the field; again the size is below `r`, and it is zero as
//! an integer. Therefore `E = E_l + 2^128 E_h = q m_l + 2^128 k + 2^128 (q m_h - k) = q m` over the integers.
//!
//! *Complete.* If `m` divides `E` then `q` is the integer `E / m`, within the bounds of `E` divided by `m`. And
//! `E_l - q m_l = 2^128 (q m_h - E_h)` is a multiple of `2^128`, so `k` is an integer, within the bounds of the left side
//! divided by `2^128`. The intervals are chosen from these bounds. There is no gap.
//!
//! The cost is that of the two ranges: for columns of `b` bits, `q` and `k` have about `b - 32` bits each, because `E` is about
//! `2^(b + 224)`. A quotient of full products would have 256.
//!
//! **Products.** The zero test sees a product through two bilinear forms alone. Two such forms of eight by eight limbs take
//! nine rows, where fifteen would give all columns. Each row defines one variable.
//!
//! **Squares.** The next x-coordinate is needed by its limbs, so a square takes fifteen rows, and its eight folded columns are
//! new variables at no further row: they are determined by the fifteen. They have no range check and need none: being equal to
//! the folded columns they inherit their bounds.

mod bilinear;
pub mod gadget;
mod interval;
mod matrix;
mod modulus;

pub use interval::{Interval, to_field, to_integer};
pub use modulus::{Forms, Modulus};

use bilinear::{Bilinear, Square};

/// The limbs of an element.
pub const LIMBS: usize = 8;

/// The bits of a limb of a reduced element: `T = 2^32`.
pub const LIMB_BITS: u32 = 32;

/// The columns of a product.
const PRODUCT_COLUMNS: usize = 2 * LIMBS - 1;

/// Where the zero test splits: `T^4 = 2^128`.
const HALF_BITS: usize = LIMB_BITS as usize * LIMBS / 2;

/// A modulus with the constants of its products and squares.
#[derive(Debug)]
pub struct Arithmetic {
    modulus: Modulus,
    bilinear: Bilinear,
    square: Square,
}

impl Arithmetic {
    /// `None` if the nine products or the fifteen squares do not exist for this modulus; they do for those of SM2 and P-256.
    #[must_use]
    pub fn new(modulus: Modulus) -> Option<Self> {
        let (bilinear, square) = (Bilinear::new(&modulus)?, Square::new(&modulus)?);
        Some(Self { modulus, bilinear, square })
    }

    /// The modulus.
    #[must_use]
    pub fn modulus(&self) -> &Modulus {
        &self.modulus
    }
}
