//! Progress and cancellation.

/// The steps of a recomparison, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Reading entries and packing their codes; counted in bytes.
    Read,
    /// Reading again what may meet an entry without a sound USCC; counted in bytes.
    Reread,
    /// Joining; counted in partitions.
    Join,
    /// Judging what meets; counted in partitions.
    Judge,
}

impl Step {
    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            Step::Read => "读取名单",
            Step::Reread => "复读名称",
            Step::Join => "比对代码",
            Step::Judge => "形成结论",
        }
    }
}

/// Who watches a recomparison and may stop it; called by every thread, for every 256 KiB read and every partition joined or judged.
pub trait Watch: Sync {
    /// Whether to stop; the recomparison then ends with [`crate::Fault::Cancelled`].
    fn is_cancelled(&self) -> bool {
        false
    }
    /// How far a step has come.
    fn progress(&self, _step: Step, _done: u64, _total: u64) {}
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Watch for Silent {}
