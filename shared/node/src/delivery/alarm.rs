//! Alarms over deliveries: kept once for the same thing, and nothing else follows from them (C-5).

use honghei_ledger::sha256_parts;
use honghei_store::{Fault as StoreFault, IncidentRow, Store, run_tx};

/// The code of the alarm over a file of which no row can enter.
pub const NO_ROWS: &str = "FEED_WITHOUT_ROWS";

/// Refusals of the comparison office that a file, not the officer, is to blame for.
pub const OVER_FILES: [&str; 2] = ["FEED_TRUNCATED", "FEED_EMPTY"];

/// Keeps an alarm over a source. `of` is what it is about: the same code over the same is kept once.
pub async fn keep(
    store: &dyn Store,
    at_ms: i64,
    source: &str,
    code: &str,
    detail: String,
    of: &[u8],
) -> Result<(), StoreFault> {
    let told = format!("{source}\n{code}\n");
    let row = IncidentRow {
        at_ms,
        peer: String::new(),
        code: code.to_owned(),
        detail,
        evidence: sha256_parts(&[told.as_bytes(), of]),
    };
    tracing::warn!(source, code, "a delivery was refused");
    run_tx!(store, "alarm", async |tx| { tx.put_incident(&row).await })
}

/// What an alarm over a file that cannot be used says.
pub fn unusable(source: &str) -> String {
    format!("数据源{source}的来文不能导入，未作任何改动")
}
