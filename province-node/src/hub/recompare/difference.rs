//! A verdict that is not the one last published.

use honghei_domain::list::CaseId;

/// Why a verdict is not the one last published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Something arrived or left since; the next version will say it.
    Awaiting,
    /// Time passed: a validity has ended since.
    Due,
    /// Neither: the incremental comparison was wrong.
    Wrong,
}

impl Reason {
    /// What officers read.
    pub fn chinese(self) -> &'static str {
        match self {
            Reason::Awaiting => "待公布",
            Reason::Due => "有效期届满引起，待公布",
            Reason::Wrong => "与已公布结果不符",
        }
    }
}

/// One verdict that is not the one last published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The case.
    pub case: CaseId,
    /// Its subject.
    pub subject: String,
    /// The outcome last published, as its stable name.
    pub published: Option<&'static str>,
    /// The outcome found.
    pub found: &'static str,
    /// Why they differ.
    pub reason: Reason,
}

impl Difference {
    /// As a row that officers read.
    pub(super) fn cells(&self) -> Vec<String> {
        let published = self.published.unwrap_or("-");
        let cells = [&self.case.to_string(), &self.subject, published, self.found, self.reason.chinese()];
        cells.map(str::to_owned).to_vec()
    }
}
