//! The program as a script meets it: what it prints where, and with which code it ends.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, in its helpers too")]

use std::path::Path;
use std::process::{Command, Output};

fn run(dir: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_county-node"))
        .args(line.split(' '))
        .env("HONGHEI_DIR", dir)
        .env("HONGHEI_PASSPHRASE", "four words do well")
        .env_remove("HONGHEI_OFFICER")
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn every_way_to_fail_has_its_code_and_says_it_once() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("k");
    let ways = [
        ("init --listen nowhere", 2, "ADDRESS_MALFORMED"),
        ("sign --kind grey --opinion x", 2, "possible values"),
        ("status", 7, "NODE_NOT_RUNNING"),
        ("list", 2, "OFFICER_MISSING"),
        ("list --as zhang", 7, "NODE_NOT_RUNNING"),
        ("officer new-key ../zhang", 2, "FIELD_OFFICER"),
        ("join --invitation nothing", 2, "INVITATION_UNREADABLE"),
    ];
    for (line, expected, said) in ways {
        let output = run(&dir, line);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(code(&output), expected, "{line}: {text}");
        assert_eq!(text.matches(said).count(), 1, "{line}: {text}");
        assert!(output.stdout.is_empty(), "{line}");
    }
}

#[test]
fn a_folder_is_prepared_once_and_serves_only_as_a_member() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("k");
    assert_eq!(code(&run(&dir, "init --listen 127.0.0.1:0")), 0);
    assert_eq!(code(&run(&dir, "init --listen 127.0.0.1:0")), 5);
    assert_eq!(code(&run(&dir, "serve")), 3);
    assert_eq!(code(&run(&dir, "officer new-key zhang.wei")), 0);
    assert_eq!(code(&run(&dir, "officer new-key zhang.wei")), 5);
    std::fs::write(place.path().join("noise"), b"noise").unwrap();
    let line = format!("join --invitation {}", place.path().join("noise").display());
    assert_eq!(code(&run(&dir, &line)), 2);
    let used = place.path().join("used");
    std::fs::create_dir(&used).unwrap();
    std::fs::write(used.join("letter"), b"dear").unwrap();
    assert_eq!(code(&run(&used, "init --listen 127.0.0.1:0")), 3);
}

#[test]
fn a_script_reads_json_from_both_streams() {
    let place = tempfile::tempdir().unwrap();
    let output = run(&place.path().join("k"), "status --json");
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["class"], "unreachable");
    assert_eq!(error["code"], "NODE_NOT_RUNNING");
    let dir = place.path().join("k");
    run(&dir, "init --listen 127.0.0.1:0");
    let made = run(&dir, "officer new-key li.na --json");
    let made: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(made["public_key"].as_str().unwrap().starts_with("ed25519:"));
}

#[test]
fn help_and_version_are_no_errors() {
    let place = tempfile::tempdir().unwrap();
    for line in ["--help", "help collect", "--version", "collect --help"] {
        let output = run(place.path(), line);
        assert_eq!(code(&output), 0, "{line}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{line}");
    }
}
