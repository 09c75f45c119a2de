//! How long the allocator keeps freed memory: a setting that it reads once, before a program's first line.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Milliseconds that freed memory is kept for the program before the system gets it back.
const PURGE_DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Replaces the program by itself with freed memory given back at once, unless whoever started it has said how long it
/// is kept. The process stays the same: its number, arguments, files and other variables.
///
/// By default a node keeps what its last work touched for as long as it is idle: a third of its memory.
pub fn give_memory_back() {
    if std::env::var_os(PURGE_DELAY).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let error = Command::new(program).args(std::env::args_os().skip(1)).env(PURGE_DELAY, "0").exec();
    // It only returns if it failed: the node then runs as it is.
    tracing::warn!(%error, "freed memory will be kept for a while");
}
