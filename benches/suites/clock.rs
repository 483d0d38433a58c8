//! Time and memory of jobs.

use std::time::Instant;

/// What a job took: the medians of milliseconds on the clock and of all threads, and of both as ratios to the first job's,
/// round by round.
pub struct Taken {
    pub clock: f64,
    pub cpu: f64,
    pub clock_ratio: f64,
    pub cpu_ratio: f64,
}

/// Runs the jobs in turn, so that a machine whose speed drifts gives all of them the same weather.
pub fn interleave(rounds: usize, jobs: &mut [&mut dyn FnMut()]) -> Vec<Taken> {
    let mut times = vec![Vec::with_capacity(rounds); jobs.len()];
    for round in 0..=rounds {
        for (times, job) in times.iter_mut().zip(jobs.iter_mut()) {
            let (start, cpu) = (Instant::now(), cpu_milliseconds());
            job();
            // The first round warms caches and tables up.
            if round > 0 {
                times.push([start.elapsed().as_secs_f64() * 1e3, cpu_milliseconds() - cpu]);
            }
        }
    }
    let median = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let taken = |own: &Vec<[f64; 2]>| {
        let median_of = |i: usize| median(&mut own.iter().map(|x| x[i]));
        let ratio = |i: usize| median(&mut own.iter().zip(&times[0]).map(|(x, y)| x[i] / y[i]));
        Taken { clock: median_of(0), cpu: median_of(1), clock_ratio: ratio(0), cpu_ratio: ratio(1) }
    };
    times.iter().map(taken).collect()
}

/// What all threads of this process have run so far, those that have ended included (utime and stime of proc(5), in ticks of
/// 10 ms): on a machine with other work, the steadier measure of long jobs.
pub fn cpu_milliseconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The name in parentheses may have spaces; utime and stime are the 12th and 13th fields behind it.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    [11, 12].iter().map(|i| fields[*i].parse::<f64>().unwrap()).sum::<f64>() * 10.0
}

/// The peak of this process's resident memory so far (VmHWM of proc(5)).
pub fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    format!("{:9.0} MiB", kibibytes / 1024.0)
}
