//! What a node does without being asked: it folds what arrives, judges it, and does what falls due.
//!
//! The store is the truth and the pulse only a hint: whatever a wake-up misses, the next sweep finds.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use honghei_domain::directory::Directory;
use honghei_link::Pulse;
use honghei_registry::engine::Engine;
use tokio::sync::watch;

use crate::answer::Answer;
use crate::clock::Clock;

/// Rest between two sweeps while news keep coming, so that a busy link is not held up by them.
const BREATH: Duration = Duration::from_millis(20);
/// Rest after a fault.
const FAULT_PAUSE: Duration = Duration::from_secs(1);
/// A sweep happens at least this often, whatever was heard.
const SWEEP_AT_LEAST_MS: u64 = 30_000;

/// The worker of a node's desks.
#[derive(Debug)]
pub struct DeskWork {
    /// The node's logic.
    pub engine: Arc<Engine>,
    /// Its clocks.
    pub clock: Clock,
    /// Beaten after every commit, here and in the links.
    pub pulse: Pulse,
    /// Where the links hear of new directories.
    pub directory: watch::Sender<Arc<Directory>>,
}

/// When the desks were last swept.
#[derive(Debug, Default)]
struct Swept {
    day: Option<NaiveDate>,
    at_ms: u64,
}

impl DeskWork {
    /// Works until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut pulse = self.pulse.listen();
        let mut swept = Swept::default();
        let mut news = true;
        while !*stop.borrow() {
            let rest = match self.round(&mut swept, news).await {
                Ok(()) => BREATH,
                Err(answer) => {
                    tracing::error!(code = %answer.code, chain = %answer.chain(), "the desks could not work");
                    FAULT_PAUSE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            news = tokio::select! {
                changed = pulse.changed() => changed.is_ok(),
                () = tokio::time::sleep(self.clock.sweep_interval()) => false,
                _ = stop.wait_for(|stop| *stop) => return,
            };
        }
    }

    /// Folds, and sweeps where something came, the day turned, or long nothing was heard.
    async fn round(&self, swept: &mut Swept, news: bool) -> Result<(), Answer> {
        let now = self.clock.now()?;
        let at_ms = self.clock.monotonic_ms();
        let due = swept.day != Some(now.today) || at_ms.saturating_sub(swept.at_ms) >= SWEEP_AT_LEAST_MS;
        if !news && !due {
            return Ok(());
        }
        let mut moved = self.engine.fold(now).await?;
        self.tell_directory(self.engine.context(now).await.directory());
        let written = self.engine.tick(now).await?;
        if written > 0 {
            moved += written + self.engine.fold(now).await?;
        }
        *swept = Swept { day: Some(now.today), at_ms };
        if moved > 0 {
            self.pulse.beat();
        }
        Ok(())
    }

    fn tell_directory(&self, directory: &Directory) {
        if self.directory.borrow().version != directory.version {
            self.directory.send_replace(Arc::new(directory.clone()));
        }
    }
}
