//! What a run of the demonstration came to: everything a person or a script may want to know of it.

use std::collections::BTreeMap;

use serde::Serialize;

/// Stands on everything that the demonstration prints.
pub const WATERMARK: &str = "演练数据 · 模拟历法的演练联邦，企业均为虚构，不具任何法律效力";
/// The same where real firms and published lists took part.
pub const WATERMARK_REAL: &str = "演练数据 · 模拟历法的演练联邦，不具任何法律效力；预设的冲突均由虚构的“样例”企业构成，真实企业仅按其已公布的名单出现";

/// The account of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Account {
    /// Stands on every page.
    pub watermark: String,
    /// The federation's name.
    pub federation: String,
    /// What the synthetic lists and the kills follow from.
    pub seed: u64,
    /// Milliseconds from the first process to the last check.
    pub elapsed_ms: u64,
    /// Every file that was imported.
    pub imports: Vec<FileAccount>,
    /// Every node at the end.
    pub nodes: Vec<NodeAccount>,
    /// Every result version, as the province has it.
    pub results: Vec<ResultAccount>,
    /// Every red that a version removed.
    pub removed: Vec<VerdictAccount>,
    /// Every red that waits for a person.
    pub held: Vec<VerdictAccount>,
    /// Every process that was killed.
    pub kills: Vec<Kill>,
    /// What was checked.
    pub checks: Vec<Check>,
    /// Whether every node serves one version with one digest.
    pub agree: bool,
    /// Whether all nodes agree and every check holds.
    pub passed: bool,
}

/// An imported file.
#[derive(Clone, Debug, Serialize)]
pub struct FileAccount {
    /// The node that imported it.
    pub node: String,
    /// The file's name.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// Rows that entered.
    pub accepted: u64,
    /// Rows refused.
    pub refused: u64,
    /// Rows that wait for a person to confirm them.
    pub questioned: u64,
    /// Problems by code, remarks too.
    pub by_code: BTreeMap<String, u64>,
}

/// A node at the end of the run.
#[derive(Clone, Debug, Serialize)]
pub struct NodeAccount {
    /// Its id.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: String,
    /// Own cases by kind and 状态.
    pub cases: BTreeMap<String, u64>,
    /// Lists it reviews or declared, by 状态.
    pub dossiers: BTreeMap<String, u64>,
    /// Served result version.
    pub version: u64,
    /// Its digest, hex.
    pub digest: String,
    /// Entries of its own log.
    pub log: u64,
    /// How many of them its parent has cosigned; for the province, the smallest number a direct child has.
    pub receipted: u64,
    /// How often its process was started.
    pub starts: u32,
    /// Whether its own verification of everything passed.
    pub sound: bool,
    /// 一致 where every verdict it was told came to the same bytes when it judged anew, else what did not.
    pub recomputed: String,
}

/// A result version.
#[derive(Clone, Debug, Serialize)]
pub struct ResultAccount {
    /// Its number.
    pub version: u64,
    /// When it was published.
    pub published_on: String,
    /// Digest of the final list, hex.
    pub digest: String,
    /// Red rows.
    pub red: u64,
    /// Black rows.
    pub black: u64,
    /// Reds it removed.
    pub removed: u64,
    /// Reds HELD as of it.
    pub held: u64,
    /// Nodes that cosigned a checkpoint containing it.
    pub cosigners: Vec<String>,
}

/// What the comparison did to one red.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct VerdictAccount {
    /// In which version.
    pub version: u64,
    /// The case.
    pub case: String,
    /// The subject.
    pub name: String,
    /// The rule, or why it is HELD.
    pub rule: String,
    /// Exit code; empty for HELD.
    pub exit: String,
    /// The black entry.
    pub cause: String,
    /// The black in a sentence.
    pub sentence: String,
}

/// A process that was killed.
#[derive(Clone, Debug, Serialize)]
pub struct Kill {
    /// The legal day.
    pub day: String,
    /// Whose.
    pub node: String,
    /// In the middle of what.
    pub amid: String,
}

/// Something that must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// What must come out.
    pub expected: String,
    /// What came out.
    pub found: String,
    /// Whether they are the same.
    pub holds: bool,
}

impl Account {
    /// Records a comparison of what must come out with what did.
    pub fn check(&mut self, what: impl Into<String>, expected: impl ToString, found: impl ToString) {
        let (expected, found) = (expected.to_string(), found.to_string());
        let holds = expected == found;
        self.checks.push(Check { what: what.into(), expected, found, holds });
    }

    /// The checks that do not hold.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.holds)
    }
}
