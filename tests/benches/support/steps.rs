//! The steps of a run: by the clock and of the processors.

use std::time::{Duration, Instant};

use super::timing::instant;

/// The steps of one run and how long each took, by the clock and of the processors.
#[derive(Debug)]
pub struct Steps {
    processes: Vec<u32>,
    last: Instant,
    last_cpu: f64,
    taken: Vec<Duration>,
}

impl Steps {
    /// Starts the clock; the processes' use of the processors is counted.
    pub fn begin(processes: &[u32]) -> Self {
        let last_cpu = cpu_seconds(processes);
        Self { processes: processes.to_vec(), last: instant(), last_cpu, taken: Vec::new() }
    }

    /// Ends a step.
    pub fn end(&mut self, step: &str) {
        let now = instant();
        let took = now - self.last;
        let cpu = cpu_seconds(&self.processes);
        println!("    {step:<56} {:>8.2} s, of the processors {:>6.2} s", took.as_secs_f64(), cpu - self.last_cpu);
        self.taken.push(took);
        (self.last, self.last_cpu) = (now, cpu);
    }

    /// All steps together.
    pub fn total(&self) -> Duration {
        self.taken.iter().sum()
    }
}

/// What processes have used of the processors, to the hundredth; 0 where the system does not say.
fn cpu_seconds(processes: &[u32]) -> f64 {
    processes.iter().map(|process| cpu_seconds_of(*process)).sum()
}

fn cpu_seconds_of(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
