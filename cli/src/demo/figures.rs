//! The figures of the main job: one credential, four comparisons, a pseudonym; several holders answer 256 requests.
//!
//! Nothing is cached across presentations but keys and issuer points. Everything but preparing runs on one thread. The unit, one
//! `G1Projective * Fr`, is timed between the runs of every job, in blocks that are about as long as a run: so both meet the same
//! machine with the same interruptions, and their ratio stays.

mod conventional;

use super::{
    cast::Person,
    stage::timed,
    world::{ACCOUNT, World},
};
use crate::{
    error::{Failure, Outcome},
    session::Rng,
};
use ark_ec::PrimeGroup;
use rand_core::Rng as _;
use rayon::ThreadPoolBuilder;
use shiming::{ledger::MemoryNonces, prepared::Prepared, suite::Suite, verifier::PendingRequest, wallet::Wallet};
use shiming_circuits::field::{Fr, G1Projective, fr_from_uniform};

/// Requests that are answered; all of them are one batch, too.
pub(crate) const REQUESTS: usize = 256;
const BATCHES: usize = 5;
/// Units as long as one presentation or its verification.
const BLOCK: usize = 40;
/// Units as long as the verification of one entry of a batch.
const BLOCK_OF_ENTRY: usize = 20;

/// How many holders share the requests: preparing their credentials takes seconds each under the large relations.
fn count_holders(suite: Suite) -> u32 {
    if suite == Suite::Native { 16 } else { 2 }
}

/// Medians in milliseconds, sizes in bytes.
pub(crate) struct Figures {
    /// How many holders there were.
    pub(crate) holders: usize,
    /// Preparing, on all threads.
    pub(crate) prepare_ms: f64,
    /// Presenting.
    pub(crate) present: Measured,
    /// Verifying one.
    pub(crate) verify: Measured,
    /// Verifying 256 at once, per presentation.
    pub(crate) batch_each: Measured,
    /// The presentation.
    pub(crate) presentation_bytes: usize,
    /// Making and signing both inputs of a credential.
    pub(crate) issue: Measured,
    /// Conventional answers without a pseudonym: one SD-JWT with its key binding.
    pub(crate) plain: conventional::Answers,
    /// Conventional answers with the pseudonym of the main job.
    pub(crate) linked: conventional::Answers,
    /// The unit: one `G1Projective * Fr`, in microseconds.
    pub(crate) g1_mul_us: f64,
    /// How many presentations were made and verified, alone and in batches.
    pub(crate) presentations: usize,
}

/// A job's medians.
pub(crate) struct Measured {
    /// In milliseconds.
    pub(crate) milliseconds: f64,
    /// In units.
    pub(crate) units: f64,
}

/// The times of a job's runs, and of the units between them.
struct Job {
    block: usize,
    times: Vec<f64>,
    units: Vec<f64>,
}

impl Job {
    /// A job whose runs are about as long as a block of so many units.
    fn of(block: usize) -> Self {
        Self { block, times: Vec::new(), units: Vec::new() }
    }

    /// One run of `parts` equal parts, after a block of units.
    fn run<T>(&mut self, unit: &mut Unit, parts: usize, work: impl FnOnce() -> T) -> T {
        self.units.push(unit.time(self.block));
        let (value, milliseconds) = timed(work);
        self.times.push(milliseconds / parts as f64);
        value
    }

    fn once<T>(&mut self, unit: &mut Unit, work: impl FnOnce() -> T) -> T {
        self.run(unit, 1, work)
    }

    fn measured(&self) -> Measured {
        let milliseconds = median(self.times.clone());
        Measured { milliseconds, units: milliseconds / median(self.units.clone()) }
    }
}

/// Scalar multiplications, each with a fresh random scalar and the last one's product.
struct Unit {
    point: G1Projective,
    rng: Rng,
    all: Vec<f64>,
}

impl Unit {
    /// The milliseconds of one, in a block of so many.
    fn time(&mut self, block: usize) -> f64 {
        let draw = |_| {
            let mut uniform = [0u8; 64];
            self.rng.fill_bytes(&mut uniform);
            fr_from_uniform(&uniform)
        };
        let scalars: Vec<Fr> = (0..block).map(draw).collect();
        let multiply = |point, scalar| std::hint::black_box(point) * std::hint::black_box(scalar);
        let (product, milliseconds) = timed(|| scalars.into_iter().fold(self.point, multiply));
        self.point = std::hint::black_box(product);
        let each = milliseconds / block as f64;
        self.all.push(each);
        each
    }
}

struct Holder {
    person: Person,
    wallet: Wallet,
    prepared: Prepared,
}

/// Measures the main job.
pub(crate) fn measure(world: &World) -> Outcome<Figures> {
    let mut preparing = Vec::new();
    let indices = 0..count_holders(world.suite);
    let holders = indices.map(|index| holder(world, index, &mut preparing)).collect::<Outcome<Vec<_>>>()?;
    let pool = ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .map_err(|error| Failure::usage("threads", format!("{error}; free some memory or processes")))?;
    pool.install(|| on_one_thread(world, &holders, median(preparing)))
}

fn holder(world: &World, index: u32, preparing: &mut Vec<f64>) -> Outcome<Holder> {
    let (person, wallet) = (Person::holder(world.today, index)?, Wallet::generate(&mut world.rng()));
    let attributes = person.identity(world.trust.schemas(), world.now)?;
    let credential = world.issue(&world.authority, &wallet, attributes, world.now)?;
    let (prepared, milliseconds) = timed(|| world.prepare(&wallet, credential));
    preparing.push(milliseconds);
    Ok(Holder { person, wallet, prepared: prepared? })
}

fn on_one_thread(world: &World, holders: &[Holder], prepare_ms: f64) -> Outcome<Figures> {
    let mut unit = Unit { point: G1Projective::generator(), rng: world.rng(), all: Vec::new() };
    let (mut present, mut verify, mut batch) = (Job::of(BLOCK), Job::of(BLOCK), Job::of(BLOCK_OF_ENTRY * REQUESTS));
    let ledger = MemoryNonces::default();
    let mut answers = Vec::new();
    for holder in holders.iter().cycle().take(REQUESTS) {
        let pending = world.ask(&world.live, ACCOUNT)?;
        let answer = present.once(&mut unit, || world.answer(&holder.wallet, &[&holder.prepared], &pending))?;
        let verifier = &world.live.verifier;
        let verdict = verify
            .once(&mut unit, || verifier.verify(&pending, &answer, &world.trust, &ledger, world.now, &mut world.rng()));
        let _ = verdict?;
        answers.push((pending, answer));
    }

    let entries: Vec<(&PendingRequest, &[u8])> =
        answers.iter().map(|(pending, answer)| (pending, answer.as_slice())).collect();
    for _ in 0..BATCHES {
        let ledger = MemoryNonces::default();
        let verdicts = batch.run(&mut unit, entries.len(), || {
            world.live.verifier.verify_batch(&entries, &world.trust, &ledger, world.now, &mut world.rng())
        });
        verdicts.into_iter().try_for_each(|verdict| verdict.map(|_| ()))?;
    }

    Ok(Figures {
        holders: holders.len(),
        prepare_ms,
        present: present.measured(),
        verify: verify.measured(),
        batch_each: batch.measured(),
        presentation_bytes: answers.first().map_or(0, |(_, answer)| answer.len()),
        issue: conventional::issue(world, holders, &mut unit)?,
        plain: conventional::answers(world, holders, &mut unit, false)?,
        linked: conventional::answers(world, holders, &mut unit, true)?,
        g1_mul_us: median(unit.all) * 1e3,
        presentations: answers.len(),
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
