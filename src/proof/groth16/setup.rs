//! Keys from known toxic waste: the development setup.
//!
//! The polynomials are those of the paper's section 3.1 with libsnark's rows for instances: beyond the relation's rows, row
//! `n + i` has `A = z_i` for the instance `i`, which makes the instance points independent. Everything is a multiple of a generator
//! by a scalar that is known here, so a key is one scalar for each point, and then fixed-base multiplications.

use super::ProvingPoints;
use crate::{
    keys::VerifyingKey,
    progress::{Counter, Progress, Stage},
    proof::randomness::ArkRng,
};
use ark_ec::{CurveGroup, PrimeGroup, scalar_mul::BatchMulPreprocessing};
use ark_ff::{AdditiveGroup, Field};
use ark_poly::{EvaluationDomain, GeneralEvaluationDomain};
use ark_relations::gr1cs::SynthesisError;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use rand_core::CryptoRng;
use shiming_circuits::{
    field::{Fr, G1Affine, G1Projective, G2Affine, G2Projective},
    relation::{Matrices, Relation, matrices},
};
use zeroize::{Zeroize, Zeroizing};

/// So many points are computed between two reports, and brought to affine form together.
const TOGETHER: usize = 1 << 13;

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

/// Everything that a setup makes for a relation. The matrices are those that the key was made of.
pub(crate) struct Generated {
    pub(crate) verifying: VerifyingKey,
    pub(crate) points: ProvingPoints,
    pub(crate) matrices: Matrices,
}

/// Keys for a relation from known toxic waste, with a fresh delta.
pub(crate) fn insecure_generate<R: Relation>(
    phase1: &InsecurePhase1,
    progress: &dyn Progress,
    rng: &mut impl CryptoRng,
) -> Result<Generated, SynthesisError> {
    let delta = Zeroizing::new(ArkRng(rng).scalar());
    let counter = Counter::begin(progress, R::NAME, Stage::Synthesis, 1);
    let matrices = matrices::<R>()?;
    counter.advance(1);
    let scalars = Scalars::new(&matrices, phase1, &delta)?;

    let points = |lists: &[&[Fr]]| lists.iter().map(|list| list.len()).sum::<usize>();
    let in_g1 = points(&[&scalars.a, &scalars.b, &scalars.ic, &scalars.l, &scalars.h]);
    let counter = Counter::begin(progress, R::NAME, Stage::Points, (in_g1 + scalars.b.len()) as u64);
    let b_g2 = multiples(&BatchMulPreprocessing::new(G2Projective::generator(), scalars.b.len()), &scalars.b, &counter);
    let table = BatchMulPreprocessing::new(G1Projective::generator(), in_g1);
    let [ic, a, b_g1, l, h] = [&scalars.ic, &scalars.a, &scalars.b, &scalars.l, &scalars.h]
        .map(|scalars| multiples::<G1Projective>(&table, scalars, &counter));

    let g1 = |x: &Fr| -> G1Affine { (G1Projective::generator() * x).into_affine() };
    let g2 = |x: &Fr| -> G2Affine { (G2Projective::generator() * x).into_affine() };
    let beta_g1 = g1(&phase1.beta);
    let verifying =
        VerifyingKey::development::<R>(g1(&phase1.alpha), beta_g1, g2(&phase1.beta), g1(&delta), g2(&delta), ic);
    Ok(Generated { verifying, points: ProvingPoints { beta_g1, a, b_g1, b_g2, l, h }, matrices })
}

/// The scalar of every point: toxic, and wiped.
struct Scalars {
    a: Zeroizing<Vec<Fr>>,
    b: Zeroizing<Vec<Fr>>,
    ic: Zeroizing<Vec<Fr>>,
    l: Zeroizing<Vec<Fr>>,
    h: Zeroizing<Vec<Fr>>,
}

impl Scalars {
    fn new(matrices: &Matrices, phase1: &InsecurePhase1, delta: &Fr) -> Result<Self, SynthesisError> {
        let too_large = SynthesisError::PolynomialDegreeTooLarge;
        let rows = matrices.a.len();
        let domain = GeneralEvaluationDomain::<Fr>::new(rows + matrices.instances).ok_or(too_large)?;
        // The same seed for every relation, hence the same tau: phase 1 is shared, as in a real ceremony.
        let mut seeded = StdRng::from_seed(phase1.tau_seed);
        let tau = Zeroizing::new(domain.sample_element_outside_domain(&mut seeded));
        let lagrange = Zeroizing::new(domain.evaluate_all_lagrange_coefficients(*tau));

        let variables = matrices.instances + matrices.witnesses;
        let mut a = at_tau(&matrices.a, &lagrange, variables);
        let b = at_tau(&matrices.b, &lagrange, variables);
        let c = at_tau(&matrices.c, &lagrange, variables);
        let instance_rows = lagrange.iter().skip(rows).take(matrices.instances);
        a.iter_mut().zip(instance_rows).for_each(|(a, row)| *a += row);

        // (beta A_i + alpha B_i + C_i)(tau): for instances as it is, since gamma is one, for witnesses divided by delta.
        let inverse = Zeroizing::new(delta.inverse().ok_or(SynthesisError::DivisionByZero)?);
        let joined = |i: usize| -> Option<Fr> { Some(phase1.beta * a.get(i)? + phase1.alpha * b.get(i)? + c.get(i)?) };
        let ic = Zeroizing::new((0..matrices.instances).filter_map(joined).collect());
        let l = (matrices.instances..variables).filter_map(joined).map(|x| x * *inverse).collect();

        // L_{2j+1}(tau) / delta over the domain of twice the size.
        let double = GeneralEvaluationDomain::<Fr>::new(2 * domain.size()).ok_or(too_large)?;
        let lagrange = Zeroizing::new(double.evaluate_all_lagrange_coefficients(*tau));
        let h = lagrange.iter().skip(1).step_by(2).map(|x| *x * *inverse).collect();
        Ok(Self { a, b, ic, l: Zeroizing::new(l), h: Zeroizing::new(h) })
    }
}

/// The polynomial of every variable at tau: its coefficients times the Lagrange polynomials of their rows.
fn at_tau(rows: &[Vec<(Fr, usize)>], lagrange: &[Fr], variables: usize) -> Zeroizing<Vec<Fr>> {
    let mut sums = Zeroizing::new(vec![Fr::ZERO; variables]);
    for (row, weight) in rows.iter().zip(lagrange) {
        for (coefficient, variable) in row {
            // Every variable of a row is one of the matrices'.
            if let Some(sum) = sums.get_mut(*variable) {
                *sum += *coefficient * weight;
            }
        }
    }
    sums
}

fn multiples<G>(table: &BatchMulPreprocessing<G>, scalars: &[Fr], counter: &Counter<'_>) -> Vec<G::Affine>
where
    G: CurveGroup<ScalarField = Fr> + ark_ec::scalar_mul::ScalarMul<MulBase = <G as CurveGroup>::Affine>,
{
    let mut out = Vec::with_capacity(scalars.len());
    for chunk in scalars.chunks(TOGETHER) {
        out.extend(table.batch_mul(chunk));
        counter.advance(chunk.len() as u64);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
mod tests {
    use super::{Generated, InsecurePhase1, insecure_generate};
    use crate::{
        progress::{Progress, Silent, Stage, Step},
        proof::randomness::ArkRng,
    };
    use ark_ec::AffineRepr;
    use ark_ff::PrimeField;
    use ark_groth16::{
        Groth16,
        r1cs_to_qap::{LibsnarkReduction, R1CSToQAP},
    };
    use ark_poly::EvaluationDomain;
    use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};
    use ark_std::rand::{SeedableRng, rngs::StdRng};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;
    use shiming_circuits::{
        field::{Curve, Fr, G1Affine, G2Affine},
        relation::{Circuit, Relation, credential_native::CredentialNative, membership::Membership, tag::Tag},
    };
    use std::sync::Mutex;

    /// libsnark's reduction with this library's basis of the quotient.
    struct OddCoset;

    impl R1CSToQAP for OddCoset {
        fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
            cs: ConstraintSystemRef<F>,
            t: &F,
        ) -> Result<(Vec<F>, Vec<F>, Vec<F>, F, usize, usize), SynthesisError> {
            LibsnarkReduction::instance_map_with_evaluation::<F, D>(cs, t)
        }

        fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
            _: &[Matrix<F>],
            _: usize,
            _: usize,
            _: &[F],
        ) -> Result<Vec<F>, SynthesisError> {
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

    fn rng(seed: u64) -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(seed)
    }

    /// The key of ark-groth16's generator for the same toxic waste.
    fn assert_is_that_of_ark_groth16<R: Relation>() {
        let phase1 = InsecurePhase1::draw(&mut rng(1));
        let Generated { verifying, points, .. } = insecure_generate::<R>(&phase1, &Silent, &mut rng(2)).unwrap();
        let delta = ArkRng(rng(2)).scalar();
        let key = Groth16::<Curve, OddCoset>::generate_parameters_with_qap(
            Circuit::<R> { values: None },
            phase1.alpha,
            phase1.beta,
            Fr::from(1u64),
            delta,
            G1Affine::generator().into_group(),
            G2Affine::generator().into_group(),
            &mut StdRng::from_seed(phase1.tau_seed),
        )
        .unwrap();
        assert_eq!(points.a, key.a_query);
        assert_eq!(points.b_g1, key.b_g1_query);
        assert_eq!(points.b_g2, key.b_g2_query);
        assert_eq!(points.l, key.l_query);
        assert_eq!(points.h, key.h_query);
        assert_eq!(points.beta_g1, key.beta_g1);
        let parts = verifying.parts();
        assert_eq!((parts.alpha_g1, parts.beta_g1), (key.vk.alpha_g1, key.beta_g1));
        assert_eq!((parts.delta_g1, parts.delta_g2), (key.delta_g1, key.vk.delta_g2));
        assert_eq!(parts.beta_g2, key.vk.beta_g2);
        assert_eq!(parts.ic, key.vk.gamma_abc_g1);
    }

    #[test]
    fn keys_are_those_of_ark_groth16() {
        assert_is_that_of_ark_groth16::<Tag>();
        assert_is_that_of_ark_groth16::<Membership>();
        assert_is_that_of_ark_groth16::<CredentialNative>();
    }

    #[test]
    fn a_setup_tells_how_far_it_is() {
        struct Told(Mutex<Vec<Step>>);
        impl Progress for Told {
            fn at(&self, step: Step) {
                self.0.lock().unwrap().push(step);
            }
        }
        let told = Told(Mutex::default());
        let phase1 = InsecurePhase1::draw(&mut rng(1));
        let Generated { points, verifying, .. } =
            insecure_generate::<CredentialNative>(&phase1, &told, &mut rng(2)).unwrap();
        let told = told.0.into_inner().unwrap();
        assert!(told.iter().all(|step| step.relation == CredentialNative::NAME));
        let stage = |stage| told.iter().filter(|step| step.stage == stage).copied().collect::<Vec<_>>();
        let (synthesis, of_points) = (stage(Stage::Synthesis), stage(Stage::Points));
        assert_eq!(told, [synthesis.clone(), of_points.clone()].concat());
        assert_eq!(synthesis.iter().map(|step| (step.done, step.total)).collect::<Vec<_>>(), [(0, 1), (1, 1)]);
        let count = [&points.a, &points.b_g1, &points.l, &points.h].map(Vec::len).iter().sum::<usize>();
        let total = (count + points.b_g2.len() + verifying.parts().ic.len()) as u64;
        assert!(of_points.iter().all(|step| step.total == total));
        assert!(of_points.windows(2).all(|pair| pair[0].done < pair[1].done));
        assert_eq!((of_points[0].done, of_points.last().unwrap().done), (0, total));
        assert!(of_points.len() > 5);
    }
}
