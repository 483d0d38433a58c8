//! The only file that names Groth16: key generation, the quotient basis, and the proof before it is blinded.
//!
//! Source: J. Groth, "On the Size of Pairing-Based Non-interactive Arguments", EUROCRYPT 2016, section 3.2, with gamma = 1
//! and the standard generators, as a phase-2 ceremony yields (spec/presentation, "Keys").
//!
//! The quotient basis is that of snarkjs: `A B - C` is evaluated on the odd coset of the domain of size 2n, and the key holds
//! the n points `[L_{2j+1}(tau) / delta]_1` of that domain's Lagrange basis. `A B - C` has degree below 2n and vanishes on the
//! even half, so its odd values alone give it at tau; no division by the vanishing polynomial is left to do.

mod coset;

use self::coset::Coset;
use super::{
    msm::{Recoded, large, parallel::join},
    randomness::ArkRng,
};
use crate::keys::VerifyingKey;
use ark_ec::AffineRepr;
use ark_ff::PrimeField;
use ark_groth16::{
    Groth16,
    r1cs_to_qap::{LibsnarkReduction, R1CSToQAP},
};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use rand_core::CryptoRng;
use shiming_circuits::{
    field::{Curve, Fr, G1Affine, G2Affine},
    relation::{Circuit, Matrices, Relation},
};
use zeroize::{Zeroize, Zeroizing};

/// What phase 1 of a ceremony fixes for every relation: tau, alpha, beta. Whoever knows it forges everything; it exists in
/// this form only inside the development setup and is wiped there.
pub(crate) struct InsecurePhase1 {
    tau_seed: [u8; 32],
    alpha: Fr,
    beta: Fr,
}

impl InsecurePhase1 {
    pub(crate) fn draw(rng: &mut impl CryptoRng) -> Self {
        let mut tau_seed = [0u8; 32];
        rng.fill_bytes(&mut tau_seed);
        let mut rng = ArkRng(rng);
        Self { tau_seed, alpha: rng.scalar(), beta: rng.scalar() }
    }
}

impl Drop for InsecurePhase1 {
    fn drop(&mut self) {
        self.tau_seed.zeroize();
        self.alpha.zeroize();
        self.beta.zeroize();
    }
}

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

/// Keys for a relation from known toxic waste, with a fresh delta.
pub(crate) fn insecure_generate<R: Relation>(
    phase1: &InsecurePhase1,
    rng: &mut impl CryptoRng,
) -> Result<(VerifyingKey, ProvingPoints), SynthesisError> {
    let mut delta = ArkRng(rng).scalar();
    let key = Groth16::<Curve, OddCoset>::generate_parameters_with_qap(
        Circuit::<R> { values: None },
        phase1.alpha,
        phase1.beta,
        Fr::from(1u64),
        delta,
        G1Affine::generator().into_group(),
        G2Affine::generator().into_group(),
        // The same seed for every relation, hence the same tau: phase 1 is shared, as in a real ceremony.
        &mut StdRng::from_seed(phase1.tau_seed),
    );
    delta.zeroize();
    let key = key?;
    let points = ProvingPoints {
        beta_g1: key.beta_g1,
        a: key.a_query,
        b_g1: key.b_g1_query,
        b_g2: key.b_g2_query,
        l: key.l_query,
        h: key.h_query,
    };
    let verifying = VerifyingKey::development::<R>(
        key.vk.alpha_g1,
        key.beta_g1,
        key.vk.beta_g2,
        key.delta_g1,
        key.vk.delta_g2,
        key.vk.gamma_abc_g1,
    );
    Ok((verifying, points))
}

/// The reduction to polynomials with the odd-coset quotient basis.
struct OddCoset;

impl R1CSToQAP for OddCoset {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        cs: ConstraintSystemRef<F>,
        t: &F,
    ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
        // The polynomials are libsnark's, input rows included: those rows make the IC points independent.
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, t)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        _: &[Matrix<F>],
        _: usize,
        _: usize,
        _: &[F],
    ) -> Result<Vec<F>, SynthesisError> {
        // Proofs are made from cached matrices by `quotient`, never through arkworks' prover.
        Err(SynthesisError::AssignmentMissing)
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        t: F,
        _: F,
        delta_inverse: F,
    ) -> Result<Vec<F>, SynthesisError> {
        let double = D::new(2 * (max_power + 1)).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let lagrange = double.evaluate_all_lagrange_coefficients(t);
        Ok(lagrange.into_iter().skip(1).step_by(2).map(|x| x * delta_inverse).collect())
    }
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

impl ProvingPoints {
    /// The core of a proof by general multi-scalar multiplications: for large relations.
    ///
    /// The quotient is computed beside the sum in G2, the longest that does not wait for it.
    pub(crate) fn core(
        &self,
        key: &VerifyingKey,
        quotient: impl FnOnce() -> Zeroizing<Vec<Fr>> + Send,
        assignment: &[Fr],
        instances: usize,
    ) -> Core {
        let z = Recoded::new(assignment);
        let b_g2 = || large(&[(&self.b_g2, &z)]) + key.beta_g2();
        let c = || {
            let h = Recoded::new(&quotient());
            let w = Recoded::new(assignment.get(instances..).unwrap_or_default());
            large(&[(&self.l, &w), (&self.h, &h)])
        };
        let a = || large(&[(&self.a, &z)]) + key.alpha_g1();
        let b_g1 = || large(&[(&self.b_g1, &z)]) + self.beta_g1;
        let (b_g2, (c, (a, b_g1))) = join(b_g2, || join(c, || join(a, b_g1)));
        Core { a: a.into(), b_g1: b_g1.into(), b_g2: b_g2.into(), c: c.into() }
    }
}
