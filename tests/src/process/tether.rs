//! A child's side of the pipe that ends it with its harness.

use std::io::Read;

/// The argument after which a node process stops when its standard input closes.
pub const TETHER: &str = "--tethered";

/// Ends this process when its standard input closes: the harness holds the other end and never writes.
///
/// The exit is abrupt on purpose: a harness that died leaves nobody to stop nodes in order, and they stand kill -9.
pub fn end_with_harness() {
    std::thread::spawn(|| {
        let mut byte = [0; 1];
        while matches!(std::io::stdin().read(&mut byte), Ok(read) if read > 0) {}
        std::process::exit(0);
    });
}
