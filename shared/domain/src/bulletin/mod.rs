//! 季度红黑榜: what a recogniser published of a quarter, as a signed act that nothing alters (R-033, F-15), and where
//! it was spread offline. The live list goes on beside it. And how much of a back-log campaign is undone.

mod quarter;
mod row;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use self::quarter::{Quarter, QuarterDefect};
pub use self::row::{BulletinRow, Posted};
use crate::list::{AttachmentRef, Department, ListManifest};
use crate::node::EntryRef;

/// An act on what is published of a list beside the list itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulletinAct {
    /// The head issued the bulletin of a quarter: once a quarter and department (R-033, D-12).
    Issued(Issued),
    /// A bulletin or a version of the list was spread at a place.
    Disseminated(Disseminated),
    /// A node tells how many records of a campaign it has still not recognised, long after its last day (R-035, D-08).
    BacklogTold(BacklogTold),
}

/// What the level above learns of a campaign that was not finished in time: a number, of nobody's candidates a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BacklogTold {
    /// The department whose campaign it is.
    pub department: Department,
    /// The campaign's last day.
    pub recognised_by: NaiveDate,
    /// Records of the campaign that are not recognised; 0 once all are.
    pub remaining: u64,
    /// The day this was counted.
    pub as_of: NaiveDate,
}

/// A bulletin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Issued {
    /// The department whose lists it shows.
    pub department: Department,
    /// The quarter.
    pub quarter: Quarter,
    /// The day whose list it shows: the quarter's last.
    pub as_of: NaiveDate,
    /// The result version that was served when it was drawn up; 0 where there was none yet.
    pub result_version: u64,
    /// How many rows are in force, red.
    pub red: u64,
    /// How many rows are in force, black.
    pub black: u64,
    /// How many rows left within the quarter.
    pub left: u64,
    /// Its rows ([`BulletinRow`]): reds in force, blacks in force, what left; each by case.
    pub rows: ListManifest,
    /// 发布日期.
    pub issued_on: NaiveDate,
}

/// What was spread.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// A bulletin, by its issuing act.
    Bulletin(EntryRef),
    /// The final list, by result version.
    Result(u64),
}

/// A dissemination.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Disseminated {
    /// What.
    pub of: Spread,
    /// 场所: an office, a firm, a market, a community, a hospital, a school (AC-18).
    pub venue: String,
    /// 方式, such as 张贴 or 宣讲.
    pub manner: String,
    /// The day.
    pub held_on: NaiveDate,
    /// What else there is to say; may be empty.
    pub note: String,
    /// Photographs and the like.
    pub attachments: Vec<AttachmentRef>,
    /// When it was recorded.
    pub recorded_on: NaiveDate,
}

impl BulletinAct {
    /// The stable kind name, as in headers and documents.
    pub fn kind(&self) -> &'static str {
        match self {
            BulletinAct::Issued(_) => "bulletin-issued",
            BulletinAct::Disseminated(_) => "list-disseminated",
            BulletinAct::BacklogTold(_) => "backlog-told",
        }
    }
}
