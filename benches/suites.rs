//! What the suites of issuers' own keys cost: registering an issuer, preparing, presenting, verifying, memory, keys on disk.
//!
//! `cargo bench --bench suites` prints every row; `cargo bench --bench suites -- register prepare memory key present` names
//! those wanted, `es256` or `sm2-sm3` among them one suite, and `rounds=N` says how many pairs a median is over. All cores are
//! used on both sides of a ratio, or as many as `RAYON_NUM_THREADS` says; registering always takes one.
//!
//! Both sides of a ratio run in turn. Peak memory is that of a process that does nothing else: this one, started again.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic
)]

#[path = "../tests/zk/cast.rs"]
mod cast;
#[path = "suites/clock.rs"]
mod clock;
#[path = "suites/measured.rs"]
mod measured;
#[path = "../circuits/tests/suite/mod.rs"]
mod suite;
#[path = "../tests/zk/world.rs"]
mod world;

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_snark::SNARK;
use ark_std::{
    UniformRand,
    rand::{SeedableRng, rngs::StdRng},
};
use clock::{Taken, interleave, peak};
use measured::Measured;
use shiming::{
    credential::Credential,
    danger,
    digest::Digest,
    holder,
    keys::{ProvingKey, ProvingKeys, RelationSpec, VerifyingKey},
    ledger::MemoryNonces,
    prepared::Prepared,
    progress::Silent,
    registry::RelationDocument,
    suite::Suite,
    wallet::Wallet,
};
use shiming_circuits::{
    field::{Fr, fr_to_bytes},
    relation::{
        Circuit, assign, attested::Attested, credential_es256::CredentialEs256, credential_sm2_sm3::CredentialSm2Sm3,
        matrices,
    },
};
use std::{
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
};
use world::{ADULT, FOUR_COMPARISONS, NOW, World, keys};

/// The suites that are measured.
const SERVED: [Suite; 2] = [Suite::Sm2Sm3, Suite::Es256];

/// Tells a process what to do alone, and where the files are that its parent wrote.
const STAGE: &str = "SHIMING_BENCH_STAGE";
const DIRECTORY: &str = "SHIMING_BENCH_DIRECTORY";

/// A world with the keys of all relations. Those that the world makes itself come from the same draws, so that they are the
/// same wherever both exist.
struct Scene {
    world: World,
    wallet: Wallet,
    keys: ProvingKeys,
}

impl Scene {
    fn new(keys: ProvingKeys) -> Self {
        let ring = danger::insecure_accept_development_keys(keys.verifying()).unwrap();
        let more = |key: &VerifyingKey| {
            let proving_key_digest = ProvingKey::<CredentialEs256>::digest_of(&[]);
            (world::id(key.spec().name), RelationDocument { key_id: key.id(), proving_key_digest, development: true })
        };
        let world = World::with(NOW, ring, |document| {
            document.relations = keys.verifying().iter().map(more).collect();
        });
        Self { world, wallet: World::wallet(1), keys }
    }

    /// An adult's credential of the suite: the job of every row.
    fn credential<R: Measured>(&self) -> Credential {
        let attributes = ADULT.attributes(&self.world.trust);
        self.world.issue(R::issuer(&self.world), &self.wallet, attributes).unwrap()
    }

    fn prepare(&self, credential: Credential) -> Prepared {
        let rng = &mut *self.world.rng();
        holder::prepare(&self.wallet, credential, &self.world.trust, &self.keys, NOW, rng).unwrap()
    }
}

fn row(suite: Suite, job: &str, figure: &str, limits: &str) {
    println!("{:8} {job:56} {figure:44}   {limits}", suite.as_str());
}

fn timed(suite: Suite, job: &str, taken: &Taken, limits: &str) {
    let Taken { clock, cpu, clock_ratio, cpu_ratio } = taken;
    // Ticks of 10 ms say nothing of short jobs, and little of those of a few ticks.
    let cpu = if *cpu < 40.0 { String::new() } else { format!("{cpu:8.0} ms of CPU {cpu_ratio:6.3}") };
    row(suite, job, &format!("{clock:8.2} ms {clock_ratio:6.3}   {cpu}"), limits);
}

fn register<R: Measured>(directory: &Path, rounds: usize) {
    let bytes = std::fs::read(proving_key_file::<R>(directory).with_extension("vk")).unwrap();
    let mut ring = keys().verifying();
    ring.push(VerifyingKey::from_bytes(RelationSpec::of::<R>(), &bytes).unwrap());
    let ring = danger::insecure_accept_development_keys(ring).unwrap();
    let relation = ring.get(R::NAME).unwrap();
    let (key, name) = (R::issuer_key(), Digest::from_bytes([7; 32]));
    let values = R::register(&key);
    let times = interleave(
        rounds,
        &mut [
            &mut || drop(black_box(relation.named_public_inputs(&name, &R::register(&key)).unwrap())),
            &mut || drop(black_box(R::register(&key))),
            &mut || drop(black_box(relation.named_public_inputs(&name, &values).unwrap())),
        ],
    );
    timed(R::SUITE, "register an issuer, one thread", &times[0], "at most 300 ms, goal 100 ms");
    timed(R::SUITE, "  the window table from the key", &times[1], "");
    timed(R::SUITE, "  folding it into one point", &times[2], "");
}

fn prepare<R: Measured>(scene: &Scene, rounds: usize) {
    let credential = scene.credential::<R>();
    let [_, attributes @ ..] = *credential.attributes().slots();
    let (statement, witness) = R::example(Attested { k: Fr::from(3u64), b: Fr::from(4u64), attributes });
    let mut rng = StdRng::seed_from_u64(1);
    let circuit = Circuit::<R> { values: Some((&statement, &witness)) };
    let (key, _) = Groth16::<Bn254>::circuit_specific_setup(circuit, &mut rng).unwrap();
    let rows = matrices::<R>().unwrap();
    let (instances, constraints) = (rows.instances, rows.a.len());
    let rows = [rows.a, rows.b, rows.c];
    let (mut first, mut last) = (Fr::from(0u64), Fr::from(0u64));
    let times = interleave(
        rounds,
        &mut [
            &mut || {
                let assignment = assign::<R>(&statement, &witness).unwrap();
                let (r, s) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
                let prove = Groth16::<Bn254>::create_proof_with_reduction_and_matrices;
                black_box(prove(&key, r, s, &rows, instances, constraints, &assignment).unwrap());
                first = assignment[1];
            },
            &mut || drop(black_box(scene.prepare(credential.clone()))),
            &mut || {
                let assignment = black_box(assign::<R>(&statement, &witness).unwrap());
                last = assignment[1];
            },
            &mut || black_box(R::holds(&statement, &witness)).unwrap(),
            &mut || holder::accept(&scene.wallet, &credential, &scene.world.trust, NOW).unwrap(),
        ],
    );
    assert_eq!(fr_to_bytes(&first), fr_to_bytes(&last));
    timed(R::SUITE, "ark-groth16 with matrices, plus witness generation", &times[0], "");
    timed(R::SUITE, "prepare, all checks included", &times[1], "at most 1.05, goal 0.7");
    let share =
        |i: usize| format!("{:8.2} ms {:5.1} % of prepare", times[i].clock, 100.0 * times[i].clock / times[1].clock);
    row(R::SUITE, "  witness generation", &share(2), "at most 20 %, goal 10 %");
    row(R::SUITE, "  the statement natively", &share(3), "");
    row(R::SUITE, "  accepting the credential", &share(4), "");
}

fn present<R: Measured>(scene: &Scene, rounds: usize) {
    let (world, wallet) = (&scene.world, &scene.wallet);
    let policy =
        FOUR_COMPARISONS.replace(r#""issuers": ["authority"]"#, r#""issuers": ["authority", "ministry", "bureau"]"#);
    let native = world.identity(wallet, &ADULT);
    let own = scene.prepare(scene.credential::<R>());
    let pending = world.ask(&policy);
    let answer = |prepared: &Prepared| world.answer(wallet, &[prepared], &pending);
    let (native_answer, own_answer) = (answer(&native), answer(&own));
    let verify = |answer: &[u8]| {
        // A ledger of its own for each call, so that the same presentation is fresh again.
        let ledger = MemoryNonces::default();
        world.platform.verify(&pending, answer, &world.trust, &ledger, NOW, &mut *world.rng()).unwrap()
    };
    let rounds = 20 * rounds;
    let times =
        interleave(rounds, &mut [&mut || drop(black_box(answer(&native))), &mut || drop(black_box(answer(&own)))]);
    timed(R::SUITE, "present, suite native", &times[0], "");
    timed(R::SUITE, "present", &times[1], "at most 1.1, goal 1.0");
    let times = interleave(
        rounds,
        &mut [&mut || drop(black_box(verify(&native_answer))), &mut || drop(black_box(verify(&own_answer)))],
    );
    timed(R::SUITE, "verify, suite native", &times[0], "");
    timed(R::SUITE, "verify", &times[1], "at most 1.1, goal 1.0");
}

/// What the key's file consists of. At infinity are the points of variables that a side of the rows never names; they take a bit,
/// all others three quarters of their coordinates.
fn key<R: Measured>(directory: &Path) {
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let length = |file: &Path| std::fs::metadata(file).unwrap().len() as usize;
    let file = proving_key_file::<R>(directory);
    let (whole, verifying) = (length(&file), length(&file.with_extension("vk")));
    let figure = format!("{:8.2} MB", megabytes(whole - verifying));
    row(R::SUITE, "proving key on disk, points only", &figure, "at most 60 MB, goal 30 MB");
    row(R::SUITE, "  the verifying key inside", &format!("{:8.2} MB", megabytes(verifying)), "");
    let rows = matrices::<R>().unwrap();
    let variables = rows.instances + rows.witnesses;
    let absent = |side: &[Vec<(Fr, usize)>], named: usize| {
        let mut absent = vec![true; variables];
        absent[..named].fill(false);
        side.iter().flatten().for_each(|(_, variable)| absent[*variable] = false);
        absent.into_iter().filter(|absent| *absent).count()
    };
    // Every instance has a row of its own, where it stands on the left side.
    let (left, right) = (absent(&rows.a, rows.instances), absent(&rows.b, 0));
    for (query, points, absent, coordinate) in [
        ("A in G1", variables, left, 32),
        ("B in G1", variables, right, 32),
        ("L in G1", rows.witnesses, 0, 32),
        ("H in G1", rows.shape().domain, 0, 32),
        ("B in G2", variables, right, 64),
    ] {
        let bytes = (points - absent) * 3 / 2 * coordinate + points / 8;
        let job = format!("  {query}: {points} points, {absent} at infinity");
        row(R::SUITE, &job, &format!("{:8.2} MB", megabytes(bytes)), "");
    }
}

fn proving_key_file<R: Measured>(directory: &Path) -> PathBuf {
    directory.join(R::SUITE.as_str()).with_extension("pk")
}

fn setup_alone<R: Measured>() {
    let keys = danger::insecure_development_setup_with_suites(&[R::SUITE], &mut world::rng(0)).unwrap();
    row(R::SUITE, "peak memory of setup", &peak(), "at most 2048 MiB, goal 1024 MiB");
    drop(keys);
}

fn prepare_alone<R: Measured>(directory: &Path) {
    let file = proving_key_file::<R>(directory);
    let digest: [u8; 32] = std::fs::read(file.with_extension("digest")).unwrap().try_into().unwrap();
    let mut file = std::fs::File::open(file).unwrap();
    let key = ProvingKey::<R>::read(&mut file, &Digest::from_bytes(digest), &Silent).unwrap();
    let loaded = peak();
    let mut keys = danger::insecure_development_setup(&mut world::rng(0)).unwrap();
    R::install(&mut keys, key);
    let scene = Scene::new(keys);
    let credential = scene.credential::<R>();
    let before = peak();
    scene.prepare(credential);
    row(R::SUITE, "peak memory of prepare, reading the key included", &peak(), "at most 1024 MiB, goal 600 MiB");
    row(R::SUITE, "  before it", &before, "");
    row(R::SUITE, "  after reading the proving key", &loaded, "");
}

/// Everything alone that this process was started again for.
fn stage(stage: &str, suite: &str, directory: &Path, rounds: usize) {
    match (stage, suite == Suite::Es256.as_str()) {
        ("register", false) => register::<CredentialSm2Sm3>(directory, rounds),
        ("register", true) => register::<CredentialEs256>(directory, rounds),
        ("setup", false) => setup_alone::<CredentialSm2Sm3>(),
        ("setup", true) => setup_alone::<CredentialEs256>(),
        ("prepare", false) => prepare_alone::<CredentialSm2Sm3>(directory),
        ("prepare", true) => prepare_alone::<CredentialEs256>(directory),
        _ => panic!("no stage {stage}"),
    }
}

/// This program again, for one stage.
fn again<R: Measured>(stage: &str, directory: &Path, rounds: usize, threads: Option<&str>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(STAGE, format!("{stage} {}", R::SUITE.as_str())).env(DIRECTORY, directory);
    command.arg(format!("rounds={rounds}")).envs(threads.map(|threads| ("RAYON_NUM_THREADS", threads)));
    assert!(command.status().unwrap().success());
}

fn write<R: Measured>(keys: &ProvingKeys, directory: &Path) {
    let (key, file) = (R::key(keys), proving_key_file::<R>(directory));
    let (digest, _) = key.write(&mut std::fs::File::create(&file).unwrap()).unwrap();
    std::fs::write(file.with_extension("digest"), digest.as_bytes()).unwrap();
    std::fs::write(file.with_extension("vk"), key.verifying().to_bytes()).unwrap();
}

fn rows<R: Measured>(wanted: &dyn Fn(&str) -> bool, scene: &Scene, directory: &Path, rounds: usize) {
    if !wanted(R::SUITE.as_str()) {
        return;
    }
    if wanted("register") {
        again::<R>("register", directory, rounds, Some("1"));
    }
    if wanted("prepare") {
        prepare::<R>(scene, rounds);
    }
    if wanted("memory") {
        again::<R>("setup", directory, rounds, None);
        again::<R>("prepare", directory, rounds, None);
    }
    if wanted("key") {
        key::<R>(directory);
    }
    if wanted("present") {
        present::<R>(scene, rounds);
    }
}

const JOBS: [&str; 5] = ["register", "prepare", "memory", "key", "present"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test` runs benches with this argument: once is enough then.
    let default = if arguments.iter().any(|a| a == "--test") { 1 } else { 11 };
    let rounds = arguments.iter().find_map(|a| a.strip_prefix("rounds=")).map_or(default, |n| n.parse().unwrap());
    if let Ok(named) = std::env::var(STAGE) {
        let (job, suite) = named.split_once(' ').unwrap();
        return stage(job, suite, &PathBuf::from(std::env::var_os(DIRECTORY).unwrap()), rounds);
    }
    let named = |names: &[&str], name: &str| {
        let mut chosen = names.iter().filter(|name| arguments.iter().any(|a| a == *name)).peekable();
        !names.contains(&name) || chosen.peek().is_none() || chosen.any(|chosen| *chosen == name)
    };
    let suites = SERVED.map(Suite::as_str);
    let wanted = |name: &str| named(&JOBS, name) && named(&suites, name);
    let keys = danger::insecure_development_setup_with_suites(&SERVED, &mut world::rng(0)).unwrap();
    let directory = std::env::temp_dir().join(format!("shiming-bench-suites-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    write::<CredentialSm2Sm3>(&keys, &directory);
    write::<CredentialEs256>(&keys, &directory);
    let scene = Scene::new(keys);
    println!("Clock and CPU time, each with its ratio to the first row of its group.");
    println!("{} cores; load {}", std::thread::available_parallelism().unwrap(), load());
    rows::<CredentialSm2Sm3>(&wanted, &scene, &directory, rounds);
    rows::<CredentialEs256>(&wanted, &scene, &directory, rounds);
    println!("load {}", load());
    std::fs::remove_dir_all(&directory).unwrap();
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap().trim().to_owned()
}

/// None: the world's keys must not make those of the suites, which would take the memory that is measured.
pub const SUITES: &[Suite] = &[];
