//! Both forms of a product in nine rows ([`Bilinear`]), and all columns of a square in fifteen ([`Square`]).

use super::{LIMBS, Modulus, PRODUCT_COLUMNS, interval::to_field, matrix::Matrix};
use crate::field::Fr;
use ark_ff::{AdditiveGroup, Field};

/// One of the nine products: `(left x)(right y)`, with its weight in either form.
#[derive(Clone, Debug)]
pub(super) struct Rank1 {
    pub(super) left: Vec<Fr>,
    pub(super) right: Vec<Fr>,
    pub(super) quotient: Fr,
    pub(super) carry: Fr,
}

/// The forms `x^T H_q y` and `x^T H_k y` of a product, as nine products of linear forms.
///
/// `H_q` and `H_k` have the weight of column `i + j` at `(i, j)`. Let `M = H_q^-1 H_k`, `v` a vector whose images
/// `K = [v, M v, .., M^7 v]` are a basis, so that `C = K^-1 M K` is the companion matrix of the characteristic polynomial of
/// `M`. Another companion matrix, with the roots `1, .., 8`, differs from `C` in its last column alone: `C = C' + d e_8^T`, and
/// `V C' = D V` for the Vandermonde matrix `V` and the diagonal `D` of these roots. Hence
///
/// ```text
///     H_q = (H_q K V^-1) (V K^-1)        H_k = (H_q K V^-1) D (V K^-1) + (H_q K d) (e_8^T K^-1)
/// ```
///
/// eight products that both share and one more for `H_k`. This is the rank of a pair of bilinear forms (Grigoriev; Ja'Ja', SIAM
/// J. Comput. 8 (1979)). The identity is checked entry by entry when the constants are made.
#[derive(Debug)]
pub(super) struct Bilinear {
    pub(super) products: Vec<Rank1>,
}

impl Bilinear {
    /// `None` if the construction does not apply; it does for every modulus of this crate.
    pub(super) fn new(modulus: &Modulus) -> Option<Self> {
        let h_quotient = Matrix::new(LIMBS, LIMBS, |i, j| modulus.weights[i + j].quotient);
        let h_carry = Matrix::new(LIMBS, LIMBS, |i, j| modulus.weights[i + j].carry);
        let m = h_quotient.inverse()?.times(&h_carry);

        let mut images: Vec<Vec<Fr>> = Vec::with_capacity(LIMBS);
        let mut image: Vec<Fr> = (1..=LIMBS as u64).map(|i| Fr::from(i * i)).collect();
        for _ in 0..LIMBS {
            images.push(image.clone());
            image = m.times_vector(&image);
        }
        let basis = Matrix::new(LIMBS, LIMBS, |i, j| images[j][i]);
        let basis_inverse = basis.inverse()?;
        let companion = basis_inverse.times(&m).times(&basis);

        let roots: Vec<Fr> = (1..=LIMBS as u64).map(Fr::from).collect();
        let polynomial = monic_with_roots(&roots);
        let difference: Vec<Fr> = (0..LIMBS).map(|i| companion.at(i, LIMBS - 1) + polynomial[i]).collect();
        let vandermonde = Matrix::vandermonde(&roots, LIMBS);
        let h_basis = h_quotient.times(&basis);
        let left = h_basis.times(&vandermonde.inverse()?);
        let right = vandermonde.times(&basis_inverse);

        let shared = roots.iter().enumerate().map(|(r, root)| Rank1 {
            left: left.column(r),
            right: right.row(r).to_vec(),
            quotient: Fr::ONE,
            carry: *root,
        });
        let last = Rank1 {
            left: h_basis.times_vector(&difference),
            right: basis_inverse.row(LIMBS - 1).to_vec(),
            quotient: Fr::ZERO,
            carry: Fr::ONE,
        };
        let products: Vec<Rank1> = shared.chain([last]).collect();

        let sum = |weight: fn(&Rank1) -> Fr| {
            Matrix::new(LIMBS, LIMBS, |i, j| products.iter().map(|p| weight(p) * p.left[i] * p.right[j]).sum())
        };
        (sum(|p| p.quotient) == h_quotient && sum(|p| p.carry) == h_carry).then_some(Self { products })
    }
}

/// The coefficients of the monic polynomial with the given roots, the constant one first.
fn monic_with_roots(roots: &[Fr]) -> Vec<Fr> {
    let mut polynomial = vec![Fr::ONE];
    for root in roots {
        let mut product = vec![Fr::ZERO; polynomial.len() + 1];
        for (i, coefficient) in polynomial.iter().enumerate() {
            product[i + 1] += coefficient;
            product[i] -= *coefficient * root;
        }
        polynomial = product;
    }
    polynomial
}

/// A square with all its columns, in fifteen rows.
///
/// The fifteen columns of `x(T)^2` are a polynomial of degree 14, determined by its values at fifteen points, each of which is
/// the square of one linear form of the limbs. Folding is linear too: `folded = F w`, with `w` the fifteen squares. Seven rows
/// define the last seven squares. The first eight by eight block of `F` being invertible, the other eight squares are linear in
/// the eight folded columns and those seven, so eight rows determine the eight folded columns as new variables.
#[derive(Debug)]
pub(super) struct Square {
    /// `evaluation[i][j]`: the weight of limb `j` in the value at point `i`.
    pub(super) evaluation: Matrix,
    /// `fold[j][i]`: the weight of square `i` in folded column `j`.
    pub(super) fold: Matrix,
    /// The inverse of the first eight columns of `fold`.
    pub(super) unfold: Matrix,
}

impl Square {
    /// `None` if the construction does not apply; it does for both primes of this crate.
    pub(super) fn new(modulus: &Modulus) -> Option<Self> {
        // 0, -1, 1, -2, 2, ..
        let points: Vec<Fr> = (0..PRODUCT_COLUMNS as u64)
            .map(|i| if i % 2 == 0 { Fr::from(i / 2) } else { -Fr::from(i / 2 + 1) })
            .collect();
        let interpolation = Matrix::vandermonde(&points, PRODUCT_COLUMNS).inverse()?;
        let folding = Matrix::new(LIMBS, PRODUCT_COLUMNS, |j, m| to_field(&modulus.fold(m)[j]));
        let fold = folding.times(&interpolation);
        let unfold = Matrix::new(LIMBS, LIMBS, |i, j| fold.at(i, j)).inverse()?;
        let evaluation = Matrix::vandermonde(&points, LIMBS);
        Some(Self { evaluation, fold, unfold })
    }
}
