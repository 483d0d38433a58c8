//! The only module that names Groth16: key generation, the quotient basis, and the proof before it is blinded.
//!
//! Source: J. Groth, "On the Size of Pairing-Based Non-interactive Arguments", EUROCRYPT 2016, section 3.2, with gamma = 1
//! and the standard generators, as a phase-2 ceremony yields (spec/presentation, "Keys").
//!
//! The quotient basis is that of snarkjs: `A B - C` is evaluated on the odd coset of the domain of size 2n, and the key holds
//! the n points `[L_{2j+1}(tau) / delta]_1` of that domain's Lagrange basis. `A B - C` has degree below 2n and vanishes on the
//! even half, so its odd values alone give it at tau; no division by the vanishing polynomial is left to do.

mod coset;
mod setup;

pub(crate) use self::setup::{Generated, InsecurePhase1, insecure_generate};

use self::coset::Coset;
use super::msm::{Recoded, large, parallel::join};
use crate::{keys::VerifyingKey, progress::Counter};
use shiming_circuits::{
    field::{Fr, G1Affine, G2Affine},
    relation::Matrices,
};
use zeroize::{Zeroize, Zeroizing};

/// The points that a prover needs, beside the verifying key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ProvingPoints {
    /// `[beta]_1`.
    pub(crate) beta_g1: G1Affine,
    /// `[A_i(tau)]_1`, one for each variable, the constant one first.
    pub(crate) a: Vec<G1Affine>,
    /// `[B_i(tau)]_1`.
    pub(crate) b_g1: Vec<G1Affine>,
    /// `[B_i(tau)]_2`.
    pub(crate) b_g2: Vec<G2Affine>,
    /// `[(beta A_i + alpha B_i + C_i)(tau) / delta]_1` for each private witness.
    pub(crate) l: Vec<G1Affine>,
    /// `[L_{2j+1}(tau) / delta]_1` over the domain of size 2n, for j below n.
    pub(crate) h: Vec<G1Affine>,
}

/// The domain of a relation with the constants of its quotient.
#[derive(Clone)]
pub(crate) struct Quotient {
    size: usize,
    coset: Coset,
}

impl Quotient {
    pub(crate) fn new(matrices: &Matrices) -> Option<Self> {
        let size = (matrices.a.len() + matrices.instances).checked_next_power_of_two()?;
        Some(Self { size, coset: Coset::new(size.trailing_zeros())? })
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// `(A B - C)` on the odd coset. `C` is taken as the product of `A` and `B` on the domain: for an assignment that does not
    /// satisfy the rows, the proof made of it does not verify.
    pub(crate) fn evaluate(&self, matrices: &Matrices, assignment: &[Fr]) -> Vec<Fr> {
        let (mut a, mut b) = matrices.products(assignment);
        a.extend(assignment.iter().take(matrices.instances));
        a.resize(self.size, Fr::from(0u64));
        b.resize(self.size, Fr::from(0u64));
        let mut c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
        let coset = &self.coset;
        join(|| coset.extend(&mut a), || join(|| coset.extend(&mut b), || coset.extend(&mut c)));
        c.iter_mut().zip(a.iter().zip(&b)).for_each(|(c, (a, b))| *c = *a * b - *c);
        a.zeroize();
        b.zeroize();
        c
    }
}

/// A proof with r = s = 0: valid, but not hiding. It cannot be encoded as a presentation; [`super::linked`] blinds it.
///
/// Whoever holds it can present the credential: a bearer secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Core {
    /// `alpha + sum z_i A_i(tau)` in G1.
    pub(crate) a: G1Affine,
    /// `beta + sum z_i B_i(tau)` in G1.
    pub(crate) b_g1: G1Affine,
    /// The same in G2.
    pub(crate) b_g2: G2Affine,
    /// `sum_witness z_i L_i + sum_j h_j H_j` in G1.
    pub(crate) c: G1Affine,
}

/// The units of [`ProvingPoints::core`]: the quotient and four sums.
pub(crate) const CORE_UNITS: u64 = 5;

/// The value, after counting it.
fn counted<T>(counter: &Counter<'_>, value: T) -> T {
    counter.advance(1);
    value
}

impl ProvingPoints {
    /// The core of a proof by general multi-scalar multiplications: for large relations.
    ///
    /// The quotient is computed beside the sum in G2, the longest that does not wait for it. Each of them is a unit for `counter`.
    pub(crate) fn core(
        &self,
        key: &VerifyingKey,
        quotient: impl FnOnce() -> Zeroizing<Vec<Fr>> + Send,
        assignment: &[Fr],
        instances: usize,
        counter: &Counter<'_>,
    ) -> Core {
        let z = Recoded::new(assignment);
        let b_g2 = || counted(counter, large(&[(&self.b_g2, &z)]) + key.beta_g2());
        let c = || {
            let h = Recoded::new(&counted(counter, quotient()));
            let w = Recoded::new(assignment.get(instances..).unwrap_or_default());
            counted(counter, large(&[(&self.l, &w), (&self.h, &h)]))
        };
        let a = || counted(counter, large(&[(&self.a, &z)]) + key.alpha_g1());
        let b_g1 = || counted(counter, large(&[(&self.b_g1, &z)]) + self.beta_g1);
        let (b_g2, (c, (a, b_g1))) = join(b_g2, || join(c, || join(a, b_g1)));
        Core { a: a.into(), b_g1: b_g1.into(), b_g2: b_g2.into(), c: c.into() }
    }
}
