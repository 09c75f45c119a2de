//! Working on what was read while the next is being read.

/// Does a piece of work on a thread of its own while the caller reads on, and waits for both.
pub(super) async fn beside<T: Send + 'static, R>(
    work: impl FnOnce() -> T + Send + 'static,
    reading: impl Future<Output = R>,
) -> (T, R) {
    let working = std::thread::spawn(work);
    let read = reading.await;
    match working.join() {
        Ok(done) => (done, read),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
