//! Runs a county's node.

use std::process::ExitCode;

fn main() -> ExitCode {
    county_node::main_from(std::env::args_os())
}
