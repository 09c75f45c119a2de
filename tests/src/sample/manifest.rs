//! What was planted in a sample, and what must come out of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::list::{Department, ListKind};
use honghei_intake::{Purpose, Request};
use serde::{Deserialize, Serialize};

use super::SampleError;

/// Everything that was written and what must come of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planted {
    /// The seed: the same seed and scale give the same files.
    pub seed: u64,
    /// The days the expectations hold for.
    pub schedule: Schedule,
    /// The files, in the order in which they are imported.
    pub files: Vec<SampleFile>,
    /// The planted conflicts and near-conflicts.
    pub expectations: Vec<Expectation>,
}

/// The legal days around which conflicts were planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The day on which counties collect their candidates.
    pub collected_on: NaiveDate,
    /// The day on which every county and the city sign: 认定日期 of all their entries. A tie is planted on it.
    pub certified_on: NaiveDate,
    /// The day that the departments' first feeds state; before the first publication.
    pub first_feeds_on: NaiveDate,
    /// The day that the later feeds state; after the first publication.
    pub later_feeds_on: NaiveDate,
}

impl Default for Schedule {
    /// The consultation on the commerce draft is over (D-13). Ten working days of publicity lie between collection and
    /// signature, review and twenty working days of the city's publicity between signature and the first publication.
    fn default() -> Self {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        Self {
            collected_on: day(2017, 11, 15),
            certified_on: day(2017, 12, 1),
            first_feeds_on: day(2018, 1, 12),
            later_feeds_on: day(2018, 3, 26),
        }
    }
}

/// Whether a file belongs to the first run or comes after the first publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the first publication.
    First,
    /// After it.
    Later,
}

/// Candidates or feed, as serde writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePurpose {
    /// Candidates of a node.
    Candidates,
    /// A department's feed at the province.
    Feed,
}

/// One file and its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFile {
    /// File name within the folder.
    pub name: String,
    /// The node that imports it.
    pub node: String,
    /// Candidates or feed.
    pub purpose: FilePurpose,
    /// Red or black.
    pub kind: ListKind,
    /// Whose list.
    pub department: String,
    /// The feed's registered source, such as `tax-a-grade`; empty for candidates.
    pub source: String,
    /// The recognising organ where a row names none.
    pub organ: String,
    /// Today for candidates, the day stated by the department for a feed.
    pub as_of: NaiveDate,
    /// When it is imported.
    pub stage: Stage,
    /// Rows of data.
    pub rows: u64,
    /// Rows that must be accepted.
    pub accepted: u64,
    /// Rows that must wait for a person.
    pub questioned: u64,
    /// Rows that must be rejected: spreadsheet row number and problem code.
    pub rejected: Vec<(u32, String)>,
    /// Warnings that must be raised beside, by problem code.
    pub warnings: BTreeMap<String, u64>,
}

impl Default for SampleFile {
    /// Candidates of nobody, with an empty account.
    fn default() -> Self {
        Self {
            name: String::new(),
            node: String::new(),
            purpose: FilePurpose::Candidates,
            kind: ListKind::Red,
            department: "commerce".to_owned(),
            source: String::new(),
            organ: String::new(),
            as_of: Schedule::default().collected_on,
            stage: Stage::First,
            rows: 0,
            accepted: 0,
            questioned: 0,
            rejected: Vec::new(),
            warnings: BTreeMap::new(),
        }
    }
}

impl SampleFile {
    /// How it is imported; `subject_class` is `a` where the file names none.
    pub fn request(&self) -> Result<Request, SampleError> {
        let origin = self.node.parse().map_err(|_| SampleError::Code("node"))?;
        let department = Department(self.department.clone());
        let mut request = Request::candidates(self.kind, department, origin, &self.organ, self.as_of);
        request.purpose = match self.purpose {
            FilePurpose::Candidates => Purpose::Candidates,
            FilePurpose::Feed => Purpose::Feed,
        };
        Ok(request)
    }
}

/// What must become of a red that has, or seems to have, a black against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Expected {
    /// It is removed.
    Removed {
        /// `X1` or `X2`.
        rule: String,
        /// `RX-7` before it was ever listed, `RX-1` after.
        exit: String,
        /// Recognised on the same day.
        tie: bool,
    },
    /// It waits for a person.
    Held {
        /// The reason's stable name, such as `NAME_ONLY`.
        reason: String,
    },
    /// It stands.
    Stays,
}

/// One planted red and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// What was planted, in Chinese.
    pub about: String,
    /// The node whose red it is.
    pub node: String,
    /// The red's department.
    pub department: String,
    /// The red subject's name.
    pub name: String,
    /// The red subject's USCC.
    pub uscc: String,
    /// The department of the black against it.
    pub against: String,
    /// The document of that black.
    pub document: Option<String>,
    /// After which stage it holds.
    pub stage: Stage,
    /// What must come out.
    pub expected: Expected,
}
