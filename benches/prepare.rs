//! Prepare against the stock prover, and present against one monolithic proof of the same statement.
//!
//! `cargo bench --bench prepare` uses all cores on both sides; `RAYON_NUM_THREADS=1` uses one. The baselines run ark-groth16's own
//! key, its default reduction and `Groth16::prove`, on the same circuit.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/zk/world.rs"]
mod world;

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::SynthesisError;
use ark_snark::SNARK;
use ark_std::rand::{SeedableRng, rngs::StdRng};
use criterion::{Criterion, criterion_group, criterion_main};
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
        let hidden: Vec<FpVar<Fr>> =
            (0..CredentialNative::HIDDEN).map(|i| rows.witness(values.as_ref().map(|v| v[i]))).collect::<Result<_, _>>()?;
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

fn prepare(c: &mut Criterion) {
    let world = World::new();
    let wallet = World::wallet(1);
    let credential = world.issue(&world.authority, &wallet, ADULT.attributes(&world.trust)).unwrap();
    let (statement, witness) = example();
    let mut rng = StdRng::seed_from_u64(1);
    let mut group = c.benchmark_group("prepare");
    group.sample_size(10);
    group.bench_function("ours, checks included", |b| {
        b.iter(|| world.prepare(&wallet, credential.clone()).unwrap());
    });
    let circuit = || Circuit::<CredentialNative> { values: Some((&statement, &witness)) };
    let (key, _) = Groth16::<Bn254>::circuit_specific_setup(circuit(), &mut rng).unwrap();
    group.bench_function("Groth16::prove, same circuit", |b| {
        b.iter(|| Groth16::<Bn254>::prove(&key, circuit(), &mut rng).unwrap());
    });
    let monolith = || Circuit::<Monolith> { values: Some((&statement, &witness)) };
    let (key, _) = Groth16::<Bn254>::circuit_specific_setup(monolith(), &mut rng).unwrap();
    group.bench_function("Groth16::prove, monolith", |b| {
        b.iter(|| Groth16::<Bn254>::prove(&key, monolith(), &mut rng).unwrap());
    });
    let prepared = world.prepare(&wallet, credential).unwrap();
    let pending = world.ask(FOUR_COMPARISONS);
    group.sample_size(50);
    group.bench_function("present", |b| b.iter(|| world.answer(&wallet, &[&prepared], &pending)));
    group.finish();
}

criterion_group!(benches, prepare);
criterion_main!(benches);
