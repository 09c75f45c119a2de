//! Times from the monotonic clock.

use std::time::Instant;

/// The monotonic clock.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time itself")]
pub fn instant() -> Instant {
    Instant::now()
}
