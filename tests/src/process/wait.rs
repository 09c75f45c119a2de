//! Waiting for something observable, with a limit; nothing here waits for time to pass.

use std::time::Duration;

use super::Trouble;

/// The longest wait for anything: generous, because machines are busy.
pub const LIMIT: Duration = Duration::from_secs(180);
/// Rest between two looks.
const POLL: Duration = Duration::from_millis(20);

/// Looks again and again until `look` finds something, fails, or [`LIMIT`] is over; `what` names what was awaited.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>, Trouble>) -> Result<T, Trouble> {
    let looking = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(POLL).await;
        }
    };
    match tokio::time::timeout(LIMIT, looking).await {
        Ok(found) => found,
        Err(_) => Err(Trouble::Timeout { what: what.to_owned() }),
    }
}
