//! A full recomparison from text to verdicts beside the bare anti-join of databases over the same rows, in one run.
//!
//! `HONGHEI_BENCH_ENTRIES` (1,000,000) reds and as many blacks, 1 % of which meet; `HONGHEI_BENCH_PEERS`
//! (`duckdb,polars,postgres,sqlite`) names the others, `none` leaves them out. DuckDB and Polars come from PyPI into a
//! virtual environment made for this run, or are taken from the Python that `HONGHEI_BENCH_PYTHON` names. The peers have
//! their rows loaded and indexed before their clock starts; ours begins with the files. `HONGHEI_BENCH_LISTS` names a
//! folder where the two lists stay from run to run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use honghei_comparison::text::{Source, recompare};
use honghei_comparison::{Limits, Step, Watch};
use honghei_domain::identifier::Uscc;
use honghei_domain::list::{Department, ListKind};

/// The allocator of the node programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Anyhow<T> = Result<T, Box<dyn std::error::Error>>;

const PEERS: &str = include_str!("peers.py");

/// Of so many entries one meets.
const OVERLAP: u32 = 100;

/// Our runs; the median counts.
const RUNS: usize = 5;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time itself")]
fn instant() -> Instant {
    Instant::now()
}

fn main() -> Anyhow<()> {
    let size = |text: String| text.replace('_', "").parse::<u32>();
    let entries = std::env::var("HONGHEI_BENCH_ENTRIES").map_or(Ok(1_000_000), size)?;
    let peers = std::env::var("HONGHEI_BENCH_PEERS").unwrap_or_else(|_| "duckdb,polars,postgres,sqlite".to_owned());
    let temporary = tempfile::tempdir()?;
    let kept = std::env::var_os("HONGHEI_BENCH_LISTS").map(PathBuf::from);
    let folder = kept.as_deref().unwrap_or(temporary.path());
    let (red, black) = (folder.join("red.tsv"), folder.join("black.tsv"));
    if !red.exists() || !black.exists() {
        write_list(&red, 0, entries)?;
        write_list(&black, entries - entries / OVERLAP, entries)?;
    }
    println!("{entries} reds x {entries} blacks, {} meet; two threads", entries / OVERLAP);
    let (ours, bytes) = ours(&red, &black, entries)?;
    for peer in peers.split(',').filter(|peer| *peer != "none") {
        match theirs(peer, folder, entries) {
            Ok((seconds, 0.0, _)) => println!(
                "{peer:<10} anti-join of loaded rows {seconds:>7.3} s; ours takes {:.2} of its time",
                ours.as_secs_f64() / seconds
            ),
            Ok((seconds, megabytes, extra)) => println!(
                "{peer:<10} anti-join of loaded rows {seconds:>7.3} s, at its highest {megabytes:>7.0} MB; \
                 ours takes {:.2} of its time and {:.2} of its memory{extra}",
                ours.as_secs_f64() / seconds,
                bytes / 1e6 / megabytes
            ),
            Err(absent) => println!("{peer:<10} not measured: {absent}"),
        }
    }
    Ok(())
}

/// Firms of consecutive serial numbers, in an order that has nothing to do with them.
fn write_list(path: &Path, first: u32, count: u32) -> Anyhow<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for at in 0..count {
        // A step that shares no factor with the count visits every number once.
        let serial = first + (u64::from(at) * 7_368_787 % u64::from(count)) as u32;
        let code = Uscc::synthesize('9', '1', "420800", &format!("{serial:08}"))?;
        writeln!(file, "{}\t20{:02}-{:02}-{:02}", code.as_str(), 15 + at % 11, 1 + at % 12, 1 + at % 28)?;
    }
    Ok(file.flush()?)
}

fn ours(red: &Path, black: &Path, entries: u32) -> Anyhow<(Duration, f64)> {
    let source = |path: &Path, kind, position: &str| -> Anyhow<Source> {
        Ok(Source {
            path: path.to_owned(),
            kind,
            department: Department("tax".to_owned()),
            recogniser: "某局".to_owned(),
            position: position.parse()?,
        })
    };
    let red = source(red, ListKind::Red, "420000-tax/1/1")?;
    let black = source(black, ListKind::Black, "420000-court/1/1")?;
    let as_of = NaiveDate::from_ymd_opt(2026, 11, 1).ok_or("a day")?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let watch = Steps { began: instant(), ends: Mutex::default() };
        let summary = recompare(&red, &black, as_of, &Limits::new(), &watch, &|verdicts| drop(verdicts))?;
        let took = watch.began.elapsed();
        assert_eq!((summary.removed, summary.held), (u64::from(entries / OVERLAP), 0), "every planted conflict");
        assert_eq!(summary.final_red(), u64::from(entries - entries / OVERLAP), "and nothing else");
        runs.push((took, watch.ends.into_inner().map_err(|_| "a broken watch")?));
    }
    runs.sort_by_key(|(took, _)| *took);
    let (took, steps) = runs.swap_remove(RUNS / 2);
    let bytes = highest()?;
    println!(
        "ours       from text to verdicts    {:>7.3} s, at its highest {:>7.0} MB",
        took.as_secs_f64(),
        bytes / 1e6
    );
    let mut before = Duration::ZERO;
    for (step, end) in steps {
        println!("             {step:?}: {:.3} s", end.saturating_sub(before).as_secs_f64());
        before = end;
    }
    println!("             {:.1} million entries a second", 2.0 * f64::from(entries) / took.as_secs_f64() / 1e6);
    Ok((took, bytes))
}

/// When each step ended.
struct Steps {
    began: Instant,
    ends: Mutex<Vec<(Step, Duration)>>,
}

impl Watch for Steps {
    fn progress(&self, step: Step, _done: u64, _total: u64) {
        let now = self.began.elapsed();
        let Ok(mut ends) = self.ends.lock() else { return };
        match ends.last_mut() {
            Some((last, end)) if *last == step => *end = now,
            _ => ends.push((step, now)),
        }
    }
}

/// The most memory this process has held, in bytes.
fn highest() -> Anyhow<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or("the system does not say")?;
    Ok(line.split_whitespace().nth(1).ok_or("the system does not say")?.parse::<f64>()? * 1024.0)
}

/// Seconds, megabytes and a remark of a peer, which checks that it counts what we do.
fn theirs(peer: &str, folder: &Path, entries: u32) -> Anyhow<(f64, f64, String)> {
    let python = python(peer, folder)?;
    let output = Command::new(python)
        .args(["-c", PEERS, peer])
        .arg(folder)
        .arg((entries - entries / OVERLAP).to_string())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(said.lines().last().unwrap_or("it failed").to_owned().into());
    }
    let said = String::from_utf8(output.stdout)?;
    let mut fields = said.trim().splitn(3, ' ');
    let mut number = || -> Anyhow<f64> { Ok(fields.next().ok_or("a number")?.parse()?) };
    let (seconds, megabytes) = (number()?, number()?);
    Ok((seconds, megabytes, fields.next().map_or_else(String::new, |rest| format!("; {rest}"))))
}

/// A Python that has what a peer needs.
fn python(peer: &str, folder: &Path) -> Anyhow<String> {
    if let Ok(named) = std::env::var("HONGHEI_BENCH_PYTHON") {
        return Ok(named);
    }
    if !matches!(peer, "duckdb" | "polars") {
        return Ok("python3".to_owned());
    }
    let environment = folder.join("python");
    let python = environment.join("bin/python").to_string_lossy().into_owned();
    if !environment.exists() && !Command::new("python3").args(["-m", "venv"]).arg(&environment).status()?.success() {
        return Err("python3 makes no virtual environment here".into());
    }
    let installed = Command::new(&python).args(["-m", "pip", "install", "--quiet", peer]).output()?;
    if installed.status.success() {
        Ok(python)
    } else {
        Err(format!("{peer} cannot be installed from PyPI here").into())
    }
}
