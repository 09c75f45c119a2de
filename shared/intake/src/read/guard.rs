//! The one place where a third-party parser's panic is turned into an error.

use std::panic::{self, AssertUnwindSafe};

use crate::fault::IntakeFault;

/// Runs a workbook parser over bytes that anybody may have made.
///
/// calamine indexes into records by offsets that stand in the file, and a damaged file makes it panic; nothing it
/// had begun is used afterwards, so unwinding out of it is safe. Everything of our own stays outside.
pub(super) fn guarded<T>(
    format: &'static str,
    parse: impl FnOnce() -> Result<T, IntakeFault>,
) -> Result<T, IntakeFault> {
    panic::catch_unwind(AssertUnwindSafe(parse))
        .unwrap_or_else(|_| Err(IntakeFault::Damaged { format, detail: "内部偏移错误".into() }))
}
