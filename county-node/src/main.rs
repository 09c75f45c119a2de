//! Runs a county's node.

use std::process::ExitCode;

/// Rows are made by one thread and dropped by another by the million.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    county_node::main_from(std::env::args_os())
}
