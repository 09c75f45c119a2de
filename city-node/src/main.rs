//! Runs a city's node.

use std::process::ExitCode;

fn main() -> ExitCode {
    city_node::main_from(std::env::args_os())
}
