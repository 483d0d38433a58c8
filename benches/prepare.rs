//! Prepare against the stock prover, and present against one monolithic proof of the same statement.
//!
//! `cargo bench --bench prepare` uses all cores on both sides; `RAYON_NUM_THREADS=1` uses one. The baselines run ark-groth16's own
//! key, its default reduction and `Groth16::prove`, on the same circuit.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

#[path = "../tests/zk/cast.rs"]
mod cast;
#[path = "../tests/zk/world.rs"]
mod world;

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;
use ark_snark::SNARK;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use shiming_circuits::{
    bits::enforce_bits,
    eddsa::SigningKey,
    field::Fr,
    relation::{
        Circuit, Instances, Relation, Rows, Rule,
        credential_native::{CredentialNative, Statement, Witness, message},
        range,
    },
    slots::Header,
};
use std::{hint::black_box, time::Instant};
use world::{ADULT, FOUR_COMPARISONS, World};

/// The statement of the figures as one circuit: the credential, and four comparisons of its attributes.
struct Monolith;

const COMPARED: [usize; 4] = [3, 4, 6, 11];

impl Relation for Monolith {
    type Statement = Statement;
    type Witness = Witness;
    const NAME: &'static str = "monolith";
    const PUBLIC: usize = CredentialNative::PUBLIC + COMPARED.len();
    const HIDDEN: usize = 0;
    const RULES: &'static [Rule] = &[];

    fn public(statement: &Statement) -> Vec<Fr> {
        let mut out = CredentialNative::public(statement);
        out.extend([20_081_122u64, 20_261_122, 20_261_122, 2].map(Fr::from));
        out
    }

    fn hidden(_: &Witness) -> Vec<Fr> {
        Vec::new()
    }

    fn holds(statement: &Statement, witness: &Witness) -> Result<(), Rule> {
        CredentialNative::holds(statement, witness)
    }

    fn synthesize(rows: &mut Rows, instances: &Instances, witness: Option<&Witness>) -> Result<(), SynthesisError> {
        let (public, bounds) = instances.public.split_at(CredentialNative::PUBLIC);
        let values = witness.map(CredentialNative::hidden);
        let hidden: Vec<FpVar<Fr>> = (0..CredentialNative::HIDDEN)
            .map(|i| rows.witness(values.as_ref().map(|v| v[i])))
            .collect::<Result<_, _>>()?;
        let inner = Instances { public: public.to_vec(), hidden };
        CredentialNative::synthesize(rows, &inner, witness)?;
        for (i, (slot, bound)) in COMPARED.into_iter().zip(bounds).enumerate() {
            let (value, bound) = (&inner.hidden[slot], bound);
            let difference = if i == 0 { bound - value } else { value - bound };
            enforce_bits(&rows.cs(), &difference, range::BITS)?;
        }
        Ok(())
    }
}

fn example() -> (Statement, Witness) {
    let signing = SigningKey::from_uniform_bytes(&[7; 64]).unwrap();
    let statement = Statement { header: Header::new(1), issuer: signing.public_key().clone() };
    let mut attributes = [1u64; 15].map(Fr::from);
    for (slot, value) in [(3, 19_850_101u64), (4, 99_991_231), (6, 20_270_430), (11, 2)] {
        attributes[slot - 1] = Fr::from(value);
    }
    let mut witness = Witness {
        k: Fr::from(3u64),
        b: Fr::from(4u64),
        attributes,
        signature: signing.sign(&Fr::from(0u64), &[0; 32]),
    };
    witness.signature = signing.sign(&message(statement.header, &witness.slots()), &[0; 32]);
    (statement, witness)
}

/// Runs the jobs in turn, so that a machine whose speed drifts gives all of them the same weather, and prints medians and
/// the ratio of each to the first, pair by pair.
fn interleave(rounds: usize, jobs: &mut [(&str, &mut dyn FnMut())]) {
    let mut times = vec![Vec::with_capacity(rounds); jobs.len()];
    for round in 0..=rounds {
        for (times, (_, job)) in times.iter_mut().zip(jobs.iter_mut()) {
            let start = Instant::now();
            job();
            // The first round warms caches and tables up.
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    for (i, (name, _)) in jobs.iter().enumerate() {
        let ratio = median(times[i].iter().zip(&times[0]).map(|(x, y)| x / y).collect());
        println!("{name:45} {:9.3} ms   {ratio:9.4} of the first", median(times[i].clone()));
    }
}

fn main() {
    // `cargo test` runs benches with this argument: once is enough then.
    let rounds = if std::env::args().any(|a| a == "--test") { 1 } else { 15 };
    let world = World::new();
    let wallet = World::wallet(1);
    let credential = world.issue(&world.authority, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let (statement, witness) = example();
    let (mut rng, mut rng2) = (StdRng::seed_from_u64(1), StdRng::seed_from_u64(2));
    let circuit = || Circuit::<CredentialNative> { values: Some((&statement, &witness)) };
    let monolith = || Circuit::<Monolith> { values: Some((&statement, &witness)) };
    let (key, _) = Groth16::<Bn254>::circuit_specific_setup(circuit(), &mut rng).unwrap();
    let (mono, _) = Groth16::<Bn254>::circuit_specific_setup(monolith(), &mut rng).unwrap();
    let prepared = world.prepare(&wallet, credential.clone()).unwrap();
    let pending = world.ask(FOUR_COMPARISONS);
    interleave(
        rounds,
        &mut [
            ("Groth16::prove, credential/native", &mut || {
                black_box(Groth16::<Bn254>::prove(&key, circuit(), &mut rng).unwrap());
            }),
            ("prepare, all checks included", &mut || {
                black_box(world.prepare(&wallet, credential.clone()).unwrap());
            }),
        ],
    );
    interleave(
        rounds,
        &mut [
            ("Groth16::prove, monolith", &mut || {
                black_box(Groth16::<Bn254>::prove(&mono, monolith(), &mut rng2).unwrap());
            }),
            ("present", &mut || {
                black_box(world.answer(&wallet, &[&prepared], &pending));
            }),
        ],
    );
}

/// The suites beside `native` that the keys of this bench serve.
pub const SUITES: &[shiming::suite::Suite] = &[];
