//! Small dense matrices over the circuit's field, for constants of the circuit.

use crate::field::Fr;
use ark_ff::{AdditiveGroup, Field, Zero};

/// A matrix as its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    rows: Vec<Vec<Fr>>,
}

impl Matrix {
    /// The matrix with the given entries.
    pub(super) fn new(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> Fr) -> Self {
        Self { rows: (0..rows).map(|i| (0..columns).map(|j| entry(i, j)).collect()).collect() }
    }

    /// Row `i` is `1, x_i, x_i^2, ..`.
    pub(super) fn vandermonde(points: &[Fr], columns: usize) -> Self {
        Self::new(points.len(), columns, |i, j| points[i].pow([j as u64]))
    }

    pub(super) fn at(&self, i: usize, j: usize) -> Fr {
        self.rows[i][j]
    }

    pub(super) fn row(&self, i: usize) -> &[Fr] {
        &self.rows[i]
    }

    pub(super) fn column(&self, j: usize) -> Vec<Fr> {
        self.rows.iter().map(|row| row[j]).collect()
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let columns = other.rows.first().map_or(0, Vec::len);
        Self::new(self.rows.len(), columns, |i, j| {
            self.rows[i].iter().zip(&other.rows).map(|(x, row)| *x * row[j]).sum()
        })
    }

    pub(super) fn times_vector(&self, vector: &[Fr]) -> Vec<Fr> {
        self.rows.iter().map(|row| row.iter().zip(vector).map(|(x, y)| *x * y).sum()).collect()
    }

    /// The inverse of a square matrix, by Gauss and Jordan; `None` if there is none.
    pub(super) fn inverse(&self) -> Option<Self> {
        let n = self.rows.len();
        let mut left = self.rows.clone();
        let mut right = Self::new(n, n, |i, j| if i == j { Fr::ONE } else { Fr::ZERO }).rows;
        for column in 0..n {
            let pivot = (column..n).find(|i| !left[*i][column].is_zero())?;
            left.swap(column, pivot);
            right.swap(column, pivot);
            let inverse = left[column][column].inverse()?;
            for x in left[column].iter_mut().chain(&mut right[column]) {
                *x *= inverse;
            }
            let (left_pivot, right_pivot) = (left[column].clone(), right[column].clone());
            for i in (0..n).filter(|i| *i != column) {
                let factor = left[i][column];
                for (x, y) in left[i].iter_mut().zip(&left_pivot).chain(right[i].iter_mut().zip(&right_pivot)) {
                    *x -= factor * y;
                }
            }
        }
        Some(Self { rows: right })
    }
}
