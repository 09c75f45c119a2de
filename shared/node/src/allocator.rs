//! Freed memory goes back to the system once a node has nothing to do.

use std::hint::black_box;
use std::thread::Builder;
use std::time::Duration;

/// How often a node looks for memory that it no longer needs.
const EVERY: Duration = Duration::from_secs(2);

/// Gives memory that has been free for a second back to the system, from now on until the program ends.
///
/// The allocator looks for such memory when somebody asks for more or a thread ends, and an idle node does neither: it
/// would keep what its last work touched, a third of its memory. Giving it back at once instead, while there is work,
/// costs a sixth of that work.
pub fn give_memory_back() {
    let passes_by = || drop(black_box(Box::new([0_u8; 64])));
    let keeper = Builder::new().name("memory".to_owned()).spawn(move || {
        loop {
            std::thread::sleep(EVERY);
            // Its end is all that matters; without it the next one will do.
            let _ = Builder::new().spawn(passes_by).map(std::thread::JoinHandle::join);
        }
    });
    if let Err(error) = keeper {
        tracing::warn!(%error, "freed memory will be kept");
    }
}
