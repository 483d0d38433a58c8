//! The figures of the main job: one credential, four comparisons, a pseudonym; 16 holders answer 16 requests each.
//!
//! Nothing is cached across presentations but keys and issuer points. Presenting, verifying and the batch run on one thread.

use super::{
    cast::Person,
    stage::timed,
    world::{ACCOUNT, World},
};
use crate::error::{Failure, Outcome};
use ark_ec::PrimeGroup;
use rand_core::Rng as _;
use rayon::ThreadPoolBuilder;
use shiming::{ledger::MemoryNonces, prepared::Prepared, verifier::PendingRequest, wallet::Wallet};
use shiming_circuits::field::{G1Projective, fr_from_uniform};

const HOLDERS: u32 = 16;
const REQUESTS_EACH: usize = 16;
const BATCHES: usize = 3;
const MULTIPLICATIONS: usize = 1000;

/// Medians in milliseconds, sizes in bytes.
pub(crate) struct Figures {
    /// Constraints of `credential/native`.
    pub(crate) constraints: usize,
    /// Preparing, on all threads.
    pub(crate) prepare_ms: f64,
    /// Presenting.
    pub(crate) present_ms: f64,
    /// Verifying one.
    pub(crate) verify_ms: f64,
    /// Verifying 256 at once, per presentation.
    pub(crate) batch_verify_ms_each: f64,
    /// The presentation.
    pub(crate) presentation_bytes: usize,
    /// The unit: one `G1Projective * Fr`, in microseconds.
    pub(crate) g1_mul_us: f64,
    /// How many presentations were made and verified, alone and in batches.
    pub(crate) presentations: usize,
}

struct Holder {
    wallet: Wallet,
    prepared: Prepared,
}

/// Measures the main job.
pub(crate) fn measure(world: &World) -> Outcome<Figures> {
    let mut preparing = Vec::new();
    let holders = (0..HOLDERS).map(|index| holder(world, index, &mut preparing)).collect::<Outcome<Vec<_>>>()?;
    let pool = ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .map_err(|error| Failure::usage("threads", format!("{error}; free some memory or processes")))?;
    pool.install(|| on_one_thread(world, &holders, median(preparing)))
}

fn holder(world: &World, index: u32, preparing: &mut Vec<f64>) -> Outcome<Holder> {
    let wallet = Wallet::generate(&mut world.rng());
    let attributes = Person::holder(world.today, index)?.identity(world.trust.schemas(), world.now)?;
    let credential = world.issue(&world.authority, &wallet, attributes, world.now)?;
    let (prepared, milliseconds) = timed(|| world.prepare(&wallet, credential));
    preparing.push(milliseconds);
    Ok(Holder { wallet, prepared: prepared? })
}

fn on_one_thread(world: &World, holders: &[Holder], prepare_ms: f64) -> Outcome<Figures> {
    let (mut presenting, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..REQUESTS_EACH {
        for holder in holders {
            let pending = world.ask(&world.live, ACCOUNT)?;
            let (answer, milliseconds) = timed(|| world.answer(&holder.wallet, &[&holder.prepared], &pending));
            presenting.push(milliseconds);
            answers.push((pending, answer?));
        }
    }

    let ledger = MemoryNonces::default();
    let mut verifying = Vec::new();
    for (pending, answer) in &answers {
        let (verdict, milliseconds) =
            timed(|| world.live.verifier.verify(pending, answer, &world.trust, &ledger, world.now, &mut world.rng()));
        let _ = verdict?;
        verifying.push(milliseconds);
    }

    let entries: Vec<(&PendingRequest, &[u8])> =
        answers.iter().map(|(pending, answer)| (pending, answer.as_slice())).collect();
    let mut batches = Vec::new();
    for _ in 0..BATCHES {
        let ledger = MemoryNonces::default();
        let (verdicts, milliseconds) =
            timed(|| world.live.verifier.verify_batch(&entries, &world.trust, &ledger, world.now, &mut world.rng()));
        verdicts.into_iter().try_for_each(|verdict| verdict.map(|_| ()))?;
        batches.push(milliseconds / entries.len() as f64);
    }

    Ok(Figures {
        constraints: world.proving.native.constraints(),
        prepare_ms,
        present_ms: median(presenting),
        verify_ms: median(verifying),
        batch_verify_ms_each: median(batches),
        presentation_bytes: answers.first().map_or(0, |(_, answer)| answer.len()),
        g1_mul_us: multiplication(world),
        presentations: answers.len(),
    })
}

/// One scalar multiplication with a fresh random scalar.
fn multiplication(world: &World) -> f64 {
    let mut rng = world.rng();
    let mut point = G1Projective::generator();
    let mut times = Vec::with_capacity(MULTIPLICATIONS);
    for _ in 0..MULTIPLICATIONS {
        let mut uniform = [0u8; 64];
        rng.fill_bytes(&mut uniform);
        let scalar = fr_from_uniform(&uniform);
        let (product, milliseconds) = timed(|| std::hint::black_box(point) * std::hint::black_box(scalar));
        point = product;
        times.push(milliseconds * 1e3);
    }
    let _ = std::hint::black_box(point);
    median(times)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
