//! Small writers that every conversion shares.

use chrono::NaiveDate;
use honghei_domain::node::EntryRef;
use honghei_proto::ledger::v1 as ledger;

/// A day as the contract counts it: days since 1970-01-01. Always `Some`: the field has presence on the wire.
pub(crate) fn day(day: NaiveDate) -> Option<i32> {
    Some(day.to_epoch_days())
}

/// A reference to an entry. Always `Some`: the field has presence on the wire.
pub(crate) fn entry_ref(at: &EntryRef) -> Option<ledger::EntryRef> {
    Some(ledger::EntryRef { origin: at.log.node.to_string(), epoch: at.log.epoch, index: at.index })
}
