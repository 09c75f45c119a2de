//! What an acknowledgement is worth: what `commit` answered survives the death of the program, and `commit` answers
//! only after the disk has.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use honghei_domain::node::{EntryRef, LogId};
use honghei_store::{EntryRow, Fault, HeadRow, SqlStore, Store, run_tx, throwaway};

/// Where the writing program finds its store, and how often it commits.
const URL: &str = "HONGHEI_DURABILITY_URL";
const COMMITS: &str = "HONGHEI_DURABILITY_COMMITS";
const ACKNOWLEDGED: &str = "acknowledged ";

fn log() -> LogId {
    LogId::first("420802-commerce".parse().unwrap())
}

/// The program that the tests below start, trace and kill; by itself it has nothing to do.
#[tokio::test]
async fn the_writing_program_commits_and_says_so() {
    let Ok(url) = std::env::var(URL) else { return };
    let commits: u64 = std::env::var(COMMITS).unwrap().parse().unwrap();
    let store = SqlStore::open(&url, true).await.unwrap();
    for _ in 0..commits {
        let index = run_tx!(&store, "append-one", async |tx| {
            let index = tx.head(&log()).await?.map_or(0, |head| head.size);
            let at = EntryRef { log: log(), index };
            let entry = EntryRow { at, leaf: [7; 32], header: Some(vec![7; 300]), payload: Some(vec![7; 3000]) };
            tx.append_entries(&[entry]).await?;
            let head = HeadRow {
                log: log(),
                size: index + 1,
                frontier: Vec::new(),
                checkpoint: None,
                checkpoint_size: 0,
                interpreted: 0,
            };
            tx.put_head(&head).await?;
            Ok::<_, Fault>(index)
        })
        .unwrap();
        // One system call, so that a trace shows it whole.
        std::io::stdout().write_all(format!("\n{ACKNOWLEDGED}{index}\n").as_bytes()).unwrap();
    }
}

fn writing_program(mut command: Command, url: &str, commits: u64) -> Command {
    command.args(["--exact", "the_writing_program_commits_and_says_so", "--nocapture"]);
    command.env(URL, url).env(COMMITS, commits.to_string()).stdout(Stdio::piped());
    command
}

async fn what_is_acknowledged_survives_a_kill(url: &str) {
    let mut expected = 0;
    for acknowledgements in [1, 20, 3, 50] {
        let command = Command::new(std::env::current_exe().unwrap());
        let mut program = writing_program(command, url, u64::MAX).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut seen = 0;
        let mut last = None;
        // What it said until it died counts, not only what was read before the kill.
        while let Some(Ok(line)) = lines.next() {
            if let Some(index) = line.strip_prefix(ACKNOWLEDGED) {
                last = Some(index.parse::<u64>().unwrap());
                seen += 1;
                if seen == acknowledgements {
                    program.kill().unwrap();
                }
            }
        }
        program.wait().unwrap();
        assert!(seen >= acknowledgements, "the writing program ended by itself");

        let store = SqlStore::open(url, false).await.unwrap();
        let mut view = store.read().await.unwrap();
        let size = view.head(&log()).await.unwrap().unwrap().size;
        assert!(size > last.unwrap() && size >= expected + acknowledgements);
        let entries = view.entries(&log(), 0, u32::MAX).await.unwrap();
        assert!(entries.iter().map(|entry| entry.at.index).eq(0..size), "the log has a hole");
        drop(view);
        store.close().await;
        expected = size;
    }
}

#[tokio::test]
async fn what_sqlite_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    what_is_acknowledged_survives_a_kill(&format!("sqlite://{}/node.db", folder.path().display())).await;
}

#[tokio::test]
async fn what_postgres_acknowledged_survives_a_kill() {
    let url = throwaway::postgres_database().await.unwrap_or_else(|reason| panic!("{reason}"));
    what_is_acknowledged_survives_a_kill(&url).await;
}

/// What a line of a trace means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Written,
    Synced,
    Acknowledged,
}

fn events(trace: &str) -> Vec<Event> {
    let mut syncing = std::collections::BTreeSet::new();
    let mut events = Vec::new();
    for line in trace.lines() {
        let thread = line.split_whitespace().next();
        if line.contains(ACKNOWLEDGED) {
            events.push(Event::Acknowledged);
        } else if line.contains("sync(") && line.contains("-wal>") {
            // Only a sync that has returned counts; another thread's call may be printed in between.
            if line.ends_with("= 0") {
                events.push(Event::Synced);
            } else if line.contains("<unfinished") {
                syncing.insert(thread);
            }
        } else if line.contains("sync resumed>") && line.ends_with("= 0") && syncing.remove(&thread) {
            events.push(Event::Synced);
        } else if line.contains("write") && line.contains("-wal>") {
            events.push(Event::Written);
        }
    }
    events
}

#[test]
fn sqlite_acknowledges_after_the_disk_has() {
    if Command::new("strace").arg("-V").output().is_err() {
        let absent = "strace is absent (Debian: apt-get install strace), so the order of write, sync and \
                      acknowledgement was not checked";
        assert!(std::env::var_os("HONGHEI_REQUIRE_STRACE").is_none(), "{absent}");
        println!("{absent}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let url = format!("sqlite://{}/node.db", folder.path().display());
    assert!(traced(&trace, &url, 20), "the traced program failed");
    let events = events(&std::fs::read_to_string(&trace).unwrap());
    let acknowledged: Vec<&[Event]> = events.split(|event| *event == Event::Acknowledged).collect();
    assert_eq!(acknowledged.len(), 21, "{events:?}");
    for before in &acknowledged[..20] {
        assert!(before.contains(&Event::Written), "nothing was written: {before:?}");
        assert_eq!(before.last(), Some(&Event::Synced), "acknowledged before the disk had it: {before:?}");
    }
}

fn traced(trace: &Path, url: &str, commits: u64) -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-e", "trace=write,pwrite64,pwritev,fsync,fdatasync", "-o"]).arg(trace);
    strace.arg(std::env::current_exe().unwrap());
    let done = writing_program(strace, url, commits).output().unwrap();
    done.status.success()
}
