//! Departments' lists as registered sources: whose they are, how they come, and how many rows may leave unasked
//! (C-5, C-6).

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::act::FeedMode;
use crate::list::{Department, ListKind};

/// A registered source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FeedSource {
    /// Its name, such as `tax-a-grade`: the same for every delivery.
    pub name: String,
    /// The department whose list it is.
    pub department: Department,
    /// Red or black.
    pub kind: ListKind,
    /// Whether a delivery replaces or amends what came before.
    pub mode: FeedMode,
    /// 认定部门 where a delivery has no such column; may be empty.
    pub organ: String,
    /// The agreed layout as `字段=列名`: a delivery without one of these columns is refused whole.
    pub columns: Vec<String>,
    /// Days between two deliveries; 0 where none is agreed.
    pub every_days: u32,
    /// 外部参考名单: working days in which recognisers answer conflict notices. Rows of such a list enter no comparison and
    /// remove nobody; `None` for a list of this federation.
    pub reference: Option<u32>,
}

impl FeedSource {
    /// The last day of the next delivery after one on `last`; `None` where no rhythm is agreed.
    pub fn due_on(&self, last: NaiveDate) -> Option<NaiveDate> {
        (self.every_days > 0).then(|| last.checked_add_days(Days::new(self.every_days.into()))).flatten()
    }
}

/// The exit code of a row that its source's whole list no longer holds.
pub const NO_LONGER_LISTED: &str = "FX-1";

/// Rows of a source that may leave with one whole list on one signature: not above this share of those standing, in
/// per cent, and not above [`EXIT_ROWS`].
pub const EXIT_PERCENT: u64 = 5;

/// See [`EXIT_PERCENT`].
pub const EXIT_ROWS: u64 = 10;

/// Whether so many missing rows leave only with a second officer's signature (C-5).
///
/// `gone` of `standing` rows are missing from a whole list in which `unread` rows could not be read: any of those may be
/// one of the missing.
fn guarded_exits(gone: u64, standing: u64, unread: u64) -> bool {
    gone > 0 && (unread > 0 || gone > EXIT_ROWS || gone.saturating_mul(100) > standing.saturating_mul(EXIT_PERCENT))
}

/// Whether the rows that leave with a delivery do so only with a second officer's signature (C-5): of a whole list those
/// it lacks, see [`EXIT_PERCENT`]; of a list of changes those it states otherwise, each replaced by a row of the same
/// firm under the same document, once there are more than [`EXIT_ROWS`].
pub fn guarded_leave(mode: FeedMode, gone: u64, standing: u64, unread: u64) -> bool {
    match mode {
        FeedMode::Full => guarded_exits(gone, standing, unread),
        FeedMode::Delta => gone > EXIT_ROWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C-5.
    #[test]
    fn ten_rows_and_a_twentieth_leave_unasked_if_every_row_could_be_read() {
        assert!(!guarded_exits(0, 0, 7));
        assert!(!guarded_exits(10, 200, 0));
        assert!(guarded_exits(11, 1000, 0), "above ten rows");
        assert!(guarded_exits(10, 199, 0), "above a twentieth");
        assert!(guarded_exits(1, 200, 1), "the unread row may be the missing one");
        assert!(guarded_exits(u64::MAX, u64::MAX, 0));
    }

    /// C-5.
    #[test]
    fn a_list_of_changes_corrects_ten_rows_unasked() {
        assert!(!guarded_leave(FeedMode::Delta, 10, 10, 3));
        assert!(guarded_leave(FeedMode::Delta, 11, 1000, 0));
        assert!(guarded_leave(FeedMode::Full, 10, 10, 0));
    }

    /// C-6.
    #[test]
    fn a_source_without_rhythm_is_never_due() {
        let last = NaiveDate::from_ymd_opt(2017, 11, 6).unwrap();
        let source = |every_days| FeedSource {
            name: "tax".to_owned(),
            department: Department("tax".to_owned()),
            kind: ListKind::Red,
            mode: FeedMode::Full,
            organ: String::new(),
            columns: Vec::new(),
            every_days,
            reference: None,
        };
        assert_eq!(source(0).due_on(last), None);
        assert_eq!(source(30).due_on(last), NaiveDate::from_ymd_opt(2017, 12, 6));
    }
}
