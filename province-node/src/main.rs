//! Runs the province's node.

use std::process::ExitCode;

fn main() -> ExitCode {
    province_node::main_from(std::env::args_os())
}
