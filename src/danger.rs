//! What must not happen in production, under names that say so.
//!
//! The development setup draws the toxic waste itself: whoever runs it can forge every proof for its keys. Its keys are marked,
//! and a verifier refuses them unless [`insecure_accept_development_keys`] is called.
//!
//! The rest is what attackers run: holders that skip their own checks, keys that skip the lint, proofs that nobody computed.
//! The tests use it to show that the other side refuses them.

use crate::{
    codec::{DecodeError, Kind, from_json},
    conventional::{
        sd_jwt::KeyBoundSdJwt,
        statement::{Bound, build},
    },
    credential::Credential,
    digest::Digest,
    evidence::SubjectRef,
    holder::{self, HolderError},
    keys::{Parts, ProvingKey, ProvingKeyError, ProvingKeys, RelationSpec, RingError, VerifyingKey, VerifyingKeys},
    policy::Plan,
    prepared::Prepared,
    presentation::Presentation,
    progress::{Progress, Silent},
    proof::{
        groth16::{Core, Generated, InsecurePhase1, insecure_generate},
        linked::{LinkedError, LinkedProof, Statement, prove, verify},
    },
    request::CheckedRequest,
    signature::{Algorithm, KeyError, SigningKey},
    standing,
    statement::Context,
    suite::Suite,
    time::UnixTime,
    trust::Trust,
    wallet::Wallet,
};
use rand_core::CryptoRng;
use shiming_circuits::{
    field::{Fr, G1Affine, G2Affine},
    relation::{Relation, tag},
};

/// Proving keys of every relation from a single party's randomness, with the shared phase 1 that a ceremony would have.
///
/// # Errors
///
/// [`ProvingKeyError`] if a constraint system cannot be built.
pub fn insecure_development_setup(rng: &mut impl CryptoRng) -> Result<ProvingKeys, ProvingKeyError> {
    insecure_development_setup_with_suites(&[], rng)
}

/// The same with the relations of further suites, whose keys are large: tens of megabytes and seconds of work each.
///
/// # Errors
///
/// [`ProvingKeyError`] if a constraint system cannot be built.
pub fn insecure_development_setup_with_suites(
    suites: &[Suite],
    rng: &mut impl CryptoRng,
) -> Result<ProvingKeys, ProvingKeyError> {
    insecure_development_setup_with_progress(suites, &Silent, rng)
}

/// The same, telling how far it is: [`Stage::Synthesis`](crate::progress::Stage::Synthesis) and
/// [`Stage::Points`](crate::progress::Stage::Points) of one relation after the other.
///
/// # Errors
///
/// [`ProvingKeyError`] if a constraint system cannot be built.
pub fn insecure_development_setup_with_progress(
    suites: &[Suite],
    progress: &dyn Progress,
    rng: &mut impl CryptoRng,
) -> Result<ProvingKeys, ProvingKeyError> {
    let phase1 = InsecurePhase1::draw(rng);
    Ok(ProvingKeys {
        native: generate(&phase1, progress, rng)?,
        range: generate(&phase1, progress, rng)?,
        membership: generate(&phase1, progress, rng)?,
        non_membership: generate(&phase1, progress, rng)?,
        tag: generate(&phase1, progress, rng)?,
        sm2_sm3: suites.contains(&Suite::Sm2Sm3).then(|| generate(&phase1, progress, rng).map(Box::new)).transpose()?,
        es256: suites.contains(&Suite::Es256).then(|| generate(&phase1, progress, rng).map(Box::new)).transpose()?,
    })
}

fn generate<R: Relation>(
    phase1: &InsecurePhase1,
    progress: &dyn Progress,
    rng: &mut impl CryptoRng,
) -> Result<ProvingKey<R>, ProvingKeyError> {
    let generated = insecure_generate::<R>(phase1, progress, rng);
    let failed = |_| ProvingKeyError::Synthesis { relation: R::NAME };
    let Generated { verifying, points, matrices } = generated.map_err(failed)?;
    ProvingKey::new(verifying, points, matrices)
}

/// A ring that takes development keys. Every lint rule still runs.
///
/// # Errors
///
/// [`RingError`], but never for being development keys.
pub fn insecure_accept_development_keys(keys: Vec<VerifyingKey>) -> Result<VerifyingKeys, RingError> {
    VerifyingKeys::linted(keys)
}

/// What a dishonest holder runs: an answer under any plan, with any wallet, for the values that `claims` makes of each
/// credential's slot (credential, slot, value), and without a single native check.
///
/// # Errors
///
/// [`HolderError`] if no proof can be computed at all.
#[allow(clippy::too_many_arguments, reason = "the parts of an answer, all different")]
pub fn insecure_present_without_checks(
    wallet: &Wallet,
    prepared: &[&Prepared],
    request: &CheckedRequest,
    plan: &Plan,
    claims: &dyn Fn(usize, usize, Fr) -> Fr,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<Presentation, HolderError> {
    holder::present_without_checks(wallet, prepared, request, plan, claims, trust, keys, rng)
}

/// The key that signs a wallet's key bindings for a credential: whoever has it presents any selection of claims to anybody.
///
/// # Errors
///
/// [`KeyError`], which a wallet does not cause.
pub fn insecure_binding_key(
    wallet: &Wallet,
    credential: &Credential,
    algorithm: Algorithm,
) -> Result<SigningKey, KeyError> {
    wallet.binding_key(algorithm, credential.challenge())
}

/// One credential of a conventional answer as a dishonest holder links it.
pub struct InsecureShare<'a> {
    /// Whose k and b the proof of this share is made with.
    pub wallet: &'a Wallet,
    /// The credential that is presented.
    pub credential: &'a Credential,
    /// What is presented of it.
    pub presented: &'a KeyBoundSdJwt,
}

/// What a dishonest holder runs on the conventional path: the bytes of a linked proof over any shares, with one wallet's k in
/// the pseudonym and the sigma proof, that the maker does not check.
///
/// # Errors
///
/// [`HolderError`] if no proof can be computed at all.
pub fn insecure_link_without_checks(
    wallet: &Wallet,
    shares: &[InsecureShare<'_>],
    request: &CheckedRequest,
    trust: &Trust,
    keys: &ProvingKeys,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, HolderError> {
    let bound = shares.iter().map(|share| Bound {
        key: *share.credential.key(),
        holder_tag: share.credential.holder_tag(),
        presented: share.presented,
    });
    let bound: Vec<Bound<'_>> = bound.collect();
    let statement = build(request.plan(), &Context::of(request), &bound, trust).map_err(|_| HolderError::Keys)?;
    let mut cores = Vec::with_capacity(shares.len());
    for InsecureShare { wallet, credential, .. } in shares {
        let witness = tag::Witness { k: *wallet.k(), b: *wallet.b(credential.issuer().as_str()) };
        let claimed = tag::Statement { holder_tag: credential.holder_tag() };
        cores.push(keys.tag.prove_without_check(&claimed, &witness)?);
    }
    let proof = prove(&statement, &[*wallet.k()], &cores, rng).map_err(|_| HolderError::Keys)?;
    Ok(proof.to_bytes())
}

/// The points of a verifying key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsecureKeyPoints {
    /// `[alpha]_1`.
    pub alpha_g1: G1Affine,
    /// `[beta]_1`.
    pub beta_g1: G1Affine,
    /// `[beta]_2`.
    pub beta_g2: G2Affine,
    /// `[delta]_1`.
    pub delta_g1: G1Affine,
    /// `[delta]_2`.
    pub delta_g2: G2Affine,
    /// The instance points, the constant one first.
    pub ic: Vec<G1Affine>,
}

impl InsecureKeyPoints {
    /// The points of a key.
    #[must_use]
    pub fn of(key: &VerifyingKey) -> Self {
        let Parts { alpha_g1, beta_g1, beta_g2, delta_g1, delta_g2, ic, .. } = key.parts().clone();
        Self { alpha_g1, beta_g1, beta_g2, delta_g1, delta_g2, ic }
    }

    /// A verifying key of these points that no lint rule was checked on. Every rule that it breaks is universal forgery.
    #[must_use]
    pub fn insecure_key(self, spec: RelationSpec, development: bool) -> VerifyingKey {
        let Self { alpha_g1, beta_g1, beta_g2, delta_g1, delta_g2, ic } = self;
        VerifyingKey::from_parts_without_lint(Parts {
            spec,
            development,
            alpha_g1,
            beta_g1,
            beta_g2,
            delta_g1,
            delta_g2,
            ic,
        })
    }
}

/// A ring of keys that no lint rule was checked on, complete or not.
#[must_use]
pub fn insecure_ring_without_lint(keys: Vec<VerifyingKey>) -> VerifyingKeys {
    VerifyingKeys::without_lint(keys)
}

/// A Groth16 proof before it is blinded, computed or made up.
#[derive(Clone)]
pub struct InsecureCore {
    /// A.
    pub a: G1Affine,
    /// B in G1.
    pub b_g1: G1Affine,
    /// B.
    pub b_g2: G2Affine,
    /// C.
    pub c: G1Affine,
}

/// What a dishonest prover runs: a proof for a witness that need not satisfy its relation.
///
/// # Errors
///
/// [`ProvingKeyError`] if the constraint system cannot be built.
pub fn insecure_core_without_check<R: Relation>(
    key: &ProvingKey<R>,
    statement: &R::Statement,
    witness: &R::Witness,
) -> Result<InsecureCore, ProvingKeyError> {
    let Core { a, b_g1, b_g2, c } = key.prove_without_check(statement, witness)?;
    Ok(InsecureCore { a, b_g1, b_g2, c })
}

/// A linked proof over made-up cores; `None` if they do not fit the statement.
pub fn insecure_prove_linked(
    statement: &Statement,
    wires: &[Fr],
    cores: Vec<InsecureCore>,
    rng: &mut impl CryptoRng,
) -> Option<LinkedProof> {
    let cores: Vec<Core> =
        cores.into_iter().map(|InsecureCore { a, b_g1, b_g2, c }| Core { a, b_g1, b_g2, c }).collect();
    prove(statement, wires, &cores, rng).ok()
}

/// The verdict on a linked proof alone. Only [`crate::verifier::Verifier`] checks everything around it.
///
/// # Errors
///
/// [`LinkedError`], one variant per cause.
pub fn insecure_verify_linked(
    statement: &Statement,
    proof: &LinkedProof,
    rng: &mut impl CryptoRng,
) -> Result<(), LinkedError> {
    verify(statement, proof, rng)
}

/// An event of a verified status from the form that logs have: the proofs that it claims, nobody has checked.
///
/// # Errors
///
/// [`DecodeError`] for another form.
pub fn insecure_standing_event(json: &[u8]) -> Result<standing::Event, DecodeError> {
    from_json(Kind::secret("event", 16 << 10), json).map(standing::Event)
}

/// An issue that no case of proofing has ended with.
#[must_use]
pub const fn insecure_issuance(session: SubjectRef, tag: Digest, verified_at: UnixTime) -> standing::Issuance {
    standing::Issuance::new(session, tag, verified_at)
}
