//! When nothing is left to do: read from the nodes' own accounts.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use honghei_proto::console::v1::GetStatusResponse;

/// Rest between two looks at a journal: short, since the moment is what is looked for.
const LOOK: Duration = Duration::from_millis(1);
/// Looks without a write after which nobody is writing any more.
const LOOKS_IN_VAIN: u32 = 150;

/// Whether every node holds all of every log it mirrors, has folded it, waits for no chunk, has judged what is
/// addressed to it and, below the top, has its receipts.
pub fn is_quiet(seen: &BTreeMap<String, GetStatusResponse>) -> bool {
    let mut own: BTreeMap<&str, u64> = BTreeMap::new();
    for status in seen.values() {
        for log in status.logs.iter().filter(|log| owner(&log.log) == status.node) {
            own.insert(&log.log, log.size);
        }
    }
    seen.values().all(|status| {
        let folded =
            status.logs.iter().all(|log| log.interpreted == log.size && own.get(log.log.as_str()) == Some(&log.size));
        let idle = status.waiting == 0 && status.marks == 0 && status.wanted_chunks == 0;
        let mine = status.logs.iter().find(|log| owner(&log.log) == status.node);
        let receipted = status.tier == "province" || mine.is_some_and(|log| log.receipted == log.size);
        folded && idle && receipted
    })
}

/// The node of a log, `420802-commerce/1`.
pub fn owner(log: &str) -> &str {
    log.split('/').next().unwrap_or_default()
}

/// Watches a journal until it was written to so many times, or is left alone.
pub async fn await_growth(journal: &Path, steps: u32) {
    // A journal that starts over keeps its length, so the time of the last write counts.
    let written = || std::fs::metadata(journal).and_then(|found| found.modified()).ok();
    let (mut grown, mut in_vain, mut last) = (0, 0, written());
    while grown < steps && in_vain < LOOKS_IN_VAIN {
        tokio::time::sleep(LOOK).await;
        let now = written();
        if now == last {
            in_vain += 1;
        } else {
            (grown, in_vain, last) = (grown + 1, 0, now);
        }
    }
}
