//! What a report says: plain values, as JSON `honghei/comparison-report/v1`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_domain::account::CodeAccount;
use serde::{Deserialize, Serialize};

use crate::error::ReportError;

/// The format's name.
pub const FORMAT: &str = "honghei/comparison-report/v1";

/// Everything a node says about the comparison as of one result version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: String,
    /// The federation.
    pub federation: String,
    /// It is a rehearsal on a simulated calendar, and says so on every page.
    pub rehearsal: bool,
    /// The reporting node.
    pub node: String,
    /// Its name.
    pub node_name: String,
    /// The result version; everything said is as of it.
    pub version: u64,
    /// 公布日期 of that version.
    pub published_on: NaiveDate,
    /// The last day on which that version was the newest: what waits is counted up to it.
    pub counted_to: NaiveDate,
    /// The day the report was made.
    pub made_on: NaiveDate,
    /// Root over the buckets of the final list, hexadecimal.
    pub digest: String,
    /// Version of the comparison rules.
    pub rule_version: u32,
    /// The version's own counts.
    pub counts: Counts,
    /// Reds that stand removed as of the version, by case.
    pub conflicts: Vec<Conflict>,
    /// Reds that wait for a person as of the version, longest first.
    pub held: Vec<Held>,
    /// Where records came from, with the codes of each delivery.
    pub sources: Vec<Source>,
    /// How long entries took until a version settled them, by recogniser.
    pub times: Vec<NodeTimes>,
}

/// What a version says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Red rows on the final list.
    pub red: u64,
    /// Black rows on the final list.
    pub black: u64,
    /// Reds that this version removed.
    pub removed: u64,
    /// Reds that this version put on hold.
    pub held: u64,
}

/// The codes of a subject; never a personal number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifiers {
    /// 统一社会信用代码; empty where none.
    pub uscc: String,
    /// 组织机构代码, where it stands alone.
    pub organisation_code: String,
    /// 工商注册号.
    pub registration_number: String,
}

/// A red that a black removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The red.
    pub case: String,
    /// Name of its subject; empty where this node does not hold the entry.
    pub subject: String,
    /// Its codes.
    pub identifiers: Identifiers,
    /// The department whose list the red is of; empty where this node does not hold the entry.
    pub red_department: String,
    /// 认定部门 of the red.
    pub red_organ: String,
    /// 认定日期 of the red, where known.
    pub red_recognised_on: Option<NaiveDate>,
    /// `X1` or `X2`.
    pub rule: String,
    /// Both were recognised on one day (AMB-08).
    pub tie: bool,
    /// `RX-1` or `RX-7`.
    pub exit: String,
    /// By which key the two met, in Chinese.
    pub key: String,
    /// The black.
    pub cause: String,
    /// The department whose list the black is of.
    pub black_department: String,
    /// 文号 under the black.
    pub black_document: String,
    /// 认定日期 of the black.
    pub black_recognised_on: Option<NaiveDate>,
    /// The version that removed it.
    pub version: u64,
    /// When that was published.
    pub removed_on: NaiveDate,
}

/// A red that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The red.
    pub case: String,
    /// Name of its subject; empty where this node does not hold the entry.
    pub subject: String,
    /// Its codes.
    pub identifiers: Identifiers,
    /// The department whose list the red is of.
    pub red_department: String,
    /// Stable code of the reason.
    pub reason: String,
    /// The reason, in Chinese.
    pub reason_zh: String,
    /// The black it may conflict with; empty where none is named.
    pub black: String,
    /// The department whose list the black is of.
    pub black_department: String,
    /// Fields that both have and that agree, in Chinese.
    pub agree: Vec<String>,
    /// Fields that both have and that differ.
    pub differ: Vec<String>,
    /// Fields that one of them lacks.
    pub one_sided: Vec<String>,
    /// Whether this node holds both entries, so that their fields could be compared.
    pub compared: bool,
    /// The version that put it on hold.
    pub since_version: u64,
    /// When that was published.
    pub since_on: NaiveDate,
    /// Calendar days from then to [`Report::counted_to`].
    pub days: u32,
}

/// What kind of source records came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// 部门数据源: another department's list, imported here.
    Feed,
    /// 采集: files of the reporting node's own collectors.
    Collected,
    /// 上报名单: what a recogniser below reported; bad codes were held back where they were collected.
    Reported,
}

/// One source and everything it delivered up to the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What kind.
    pub kind: SourceKind,
    /// Its name: of a registered source, a node, or `采集`.
    pub name: String,
    /// Who is behind it, for people.
    pub title: String,
    /// The department; empty where several.
    pub department: String,
    /// Its deliveries, in order.
    pub deliveries: Vec<Delivery>,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The act that took it in.
    pub entry: String,
    /// The day of that act.
    pub on: NaiveDate,
    /// What was delivered: a file or a list.
    pub what: String,
    /// Rows it had; of an act without an account, rows that entered.
    pub rows: u64,
    /// Rows that stood.
    pub accepted: u64,
    /// Rows that said that an entry was revoked or taken off. A report without any reads as one made before such rows were
    /// told apart.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ended: u64,
    /// Rows that entered; fewer than those that stood where some were known already.
    pub entered: u64,
    /// Its codes; none where the act carries no account.
    pub codes: Option<CodeAccount>,
}

fn is_zero(rows: &u64) -> bool {
    *rows == 0
}

/// How long a recogniser's entries took, in calendar days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeTimes {
    /// The recogniser.
    pub node: String,
    /// Its name.
    pub name: String,
    /// 认定 to 公布: days and entries.
    pub certified: BTreeMap<u32, u64>,
    /// 采集 to 公布: days and entries; empty where collection is not visible here.
    pub collected: BTreeMap<u32, u64>,
    /// The parts of the way since certification.
    pub phases: Phases,
}

/// The parts of the way, each with the entries that went it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// 认定 to 申报.
    pub to_declaration: Phase,
    /// 申报 to 审核签署.
    pub to_signature: Phase,
    /// 审核签署, or 认定 where nobody reviews, to 上报.
    pub to_report: Phase,
    /// 上报 to 公布.
    pub to_publication: Phase,
}

/// One part of the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Entries that went it.
    pub entries: u64,
    /// Their days together.
    pub days: u64,
}

impl Phase {
    /// Adds entries that took so many days each.
    pub fn add(&mut self, entries: u64, days: u32) {
        self.entries += entries;
        self.days += entries * u64::from(days);
    }
}

impl Report {
    /// The report as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and maps with text keys always have a spelling.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what [`Report::to_json`] wrote.
    ///
    /// # Errors
    /// [`ReportError::Malformed`] and [`ReportError::Format`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReportError> {
        let report: Self = serde_json::from_slice(bytes).map_err(ReportError::Malformed)?;
        if report.format == FORMAT { Ok(report) } else { Err(ReportError::Format(report.format)) }
    }
}
