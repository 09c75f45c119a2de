//! What a list is made of: kinds, departments, cases, list entries, manifests and chunks.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::evidence::BehaviourEvent;
use crate::identifier::{OrganisationCode, RegistrationNumber, Uscc};
use crate::node::{NameDefect, NodeId};

/// The number of entries in every chunk of a list but the last: a complete subtree of the list's Merkle tree.
pub const ENTRIES_PER_CHUNK: usize = 1024;

/// A SHA-256 digest as it stands in acts and rows.
pub type Digest = [u8; 32];

/// The kind of a list. Watch lists and others are added here when a policy needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// 红名单: trustworthy, rewarded.
    Red,
    /// 黑名单: seriously dishonest, exposed and restricted.
    Black,
}

/// The department a list belongs to: a lower-case slug such as `commerce`, `quality`, `tax`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Department(pub String);

/// The stable code of a criterion, such as `SW-B-03` (REQUIREMENTS 1.3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CriterionCode(pub String);

/// One case: an entry's life from collection to archive, numbered by its recogniser from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseId {
    /// The recognising node; a department feed's case belongs to the node that imported it.
    pub origin: NodeId,
    /// Number within that node, from 1.
    pub number: u64,
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.origin, self.number)
    }
}

impl FromStr for CaseId {
    type Err = NameDefect;
    fn from_str(text: &str) -> Result<Self, NameDefect> {
        let parsed = text
            .split_once('#')
            .and_then(|(origin, number)| Some(Self { origin: origin.parse().ok()?, number: number.parse().ok()? }));
        parsed.ok_or_else(|| NameDefect::Case(text.chars().take(80).collect()))
    }
}

/// A set of one node's cases as ascending, disjoint, inclusive ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CaseSet(pub Vec<(u64, u64)>);

impl CaseSet {
    /// Collects numbers in any order into ranges.
    pub fn from_numbers(numbers: impl IntoIterator<Item = u64>) -> Self {
        let mut sorted: Vec<u64> = numbers.into_iter().collect();
        sorted.sort_unstable();
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for number in sorted {
            match ranges.last_mut() {
                Some((_, last)) if number <= last.saturating_add(1) => *last = number.max(*last),
                _ => ranges.push((number, number)),
            }
        }
        Self(ranges)
    }

    /// Whether a case number belongs to the set.
    pub fn contains(&self, number: u64) -> bool {
        let at = self.0.partition_point(|(_, last)| *last < number);
        self.0.get(at).is_some_and(|(first, _)| *first <= number)
    }

    /// How many cases the set names.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|(first, last)| last.saturating_sub(*first).saturating_add(1)).sum()
    }

    /// Whether the set names no case.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a range that lies above every number here.
    pub fn append(&mut self, first: u64, last: u64) {
        match self.0.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => self.0.push((first, last)),
        }
    }

    /// The numbers that are not in the other set.
    pub fn without(&self, other: &CaseSet) -> CaseSet {
        let mut left = Vec::with_capacity(self.0.len());
        for (first, last) in &self.0 {
            let mut next = *first;
            let from = other.0.partition_point(|(_, end)| end < first);
            for (start, end) in other.0.iter().skip(from).take_while(|(start, _)| start <= last) {
                if next < *start {
                    left.push((next, start - 1));
                }
                next = next.max(end.saturating_add(1));
            }
            if next <= *last {
                left.push((next, *last));
            }
        }
        CaseSet(left)
    }

    /// Every number, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }
}

/// What kind of person or organisation is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectForm {
    /// 企业.
    Enterprise,
    /// 个体工商户.
    IndividualBusiness,
    /// 其他组织.
    OtherOrganisation,
    /// 自然人.
    NaturalPerson,
}

/// The listed subject as its recogniser recorded it (F-01). Holds no personal ID number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Kind of person or organisation.
    pub form: SubjectForm,
    /// The policy's subject class, such as `a` 内贸流通企业.
    pub class: String,
    /// 企业名称 as registered.
    pub name: String,
    /// 统一社会信用代码; `uscc_inner_check_failed` keeps the flag of REQUIREMENTS 2.1.
    pub uscc: Option<Uscc>,
    /// The USCC's inner check digit failed and a person confirmed the code.
    pub uscc_inner_check_failed: bool,
    /// 组织机构代码.
    pub organisation_code: Option<OrganisationCode>,
    /// 工商注册号.
    pub registration_number: Option<RegistrationNumber>,
    /// 法定代表人.
    pub legal_representative: Option<String>,
    /// Salted commitment to the legal representative's or person's ID number; the number itself lies in the vault.
    pub person_commitment: Option<Digest>,
    /// 登记机关.
    pub registration_organ: Option<String>,
    /// 地址.
    pub address: Option<String>,
}

/// The legally effective document a black entry rests on (国办发〔2020〕49号), or a red entry's commendation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EffectiveDocument {
    /// Kind, such as 行政处罚决定书 or 表彰文件.
    pub kind: String,
    /// 文号.
    pub number: String,
    /// 作出机关.
    pub issuer: String,
    /// 作出日期.
    pub issued_on: NaiveDate,
    /// 生效日期.
    pub effective_on: NaiveDate,
    /// Whether an appeal is pending, and so the entry suspended (AMB-08).
    pub under_appeal: bool,
}

/// Whether a black entry can be repaired; decided at recognition (F-11, R-053).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repairability {
    /// 可修复, and how.
    Repairable {
        /// 修复方式.
        method: String,
    },
    /// 不得修复, and on which law.
    Irreparable {
        /// The legal basis that forbids repair.
        legal_basis: String,
    },
}

/// A file that belongs to an entry, stored as content-addressed parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Bytes in all.
    pub length: u64,
    /// SHA-256 of each part in order; every part but the last is 512 KiB.
    pub parts: Vec<Digest>,
}

/// How notice was served on the subject (R-022, F-04).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NoticeRecord {
    /// 告知方式.
    pub method: String,
    /// 送达日期.
    pub served_on: NaiveDate,
    /// 送达证明.
    pub proof: String,
}

/// A publicity that was held.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PublicityRecord {
    /// 公示渠道.
    pub channel: String,
    /// First day shown.
    pub opened_on: NaiveDate,
    /// Last day of the period, 24:00.
    pub ended_on: NaiveDate,
}

/// What became of a statement (F-05).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatementRecord {
    /// When it was received.
    pub received_on: NaiveDate,
    /// Why it was not adopted; an adopted one ends the case before certification.
    pub reason: String,
}

/// What the recogniser did before it certified an entry; the reviewer checks it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcedureRecord {
    /// Notice, always for black (AMB-01).
    pub notice: Option<NoticeRecord>,
    /// Publicity.
    pub publicity: Option<PublicityRecord>,
    /// Statements heard and disposed.
    pub statements: Vec<StatementRecord>,
    /// The behaviour events that were counted.
    pub evidence: Vec<BehaviourEvent>,
}

/// A quality that the policy demands of every entry of a kind, confirmed in words (R-005, R-005b, R-006).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attestation {
    /// The policy's code of the quality, such as `facts-clear`.
    pub code: String,
    /// On what it is confirmed.
    pub text: String,
}

/// One entry of a list: subject, reasons and the procedure it went through (F-01, F-02, F-11).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListEntry {
    /// The case.
    pub case: CaseId,
    /// Red or black.
    pub kind: ListKind,
    /// The department whose list it is.
    pub department: Department,
    /// The organ that recognised it, as text: a feed's organ has no node.
    pub recognising_organ: String,
    /// Who is listed.
    pub subject: Subject,
    /// Which criteria are met; any one suffices (AMB-09).
    pub criteria: Vec<CriterionCode>,
    /// 事实.
    pub facts: String,
    /// The document it rests on; required for black.
    pub document: Option<EffectiveDocument>,
    /// Repairability; required for black.
    pub repairability: Option<Repairability>,
    /// 认定日期: set at certification; for a feed the date the department states.
    pub recognised_on: Option<NaiveDate>,
    /// A feed's own validity start; for our own lists the province's publication sets it (AMB-06).
    pub valid_from: Option<NaiveDate>,
    /// A feed's own last day of validity, 24:00.
    pub valid_to: Option<NaiveDate>,
    /// Why a subject registered elsewhere is listed here.
    pub territorial_override: Option<String>,
    /// What was done before certification.
    pub procedure: ProcedureRecord,
    /// Supporting files.
    pub attachments: Vec<AttachmentRef>,
    /// Qualities confirmed in words, each once; the head's signature under the list confirms them.
    pub attestations: Vec<Attestation>,
}

/// One chunk of a list in its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChunkSlice {
    /// SHA-256 of the chunk's bytes: its address.
    pub digest: Digest,
    /// Bytes.
    pub length: u64,
    /// Root of the chunk's entries in the list's Merkle tree.
    pub root: Digest,
    /// Entries in it: 1024 but for the last.
    pub count: u64,
    /// Lowest case number in it.
    pub first_case: u64,
    /// Highest case number in it.
    pub last_case: u64,
}

/// What an official signs when he signs a list: root, count and chunks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListManifest {
    /// RFC 6962 root over the salted entries in order.
    pub root: Digest,
    /// Number of entries.
    pub count: u64,
    /// The chunks in order.
    pub chunks: Vec<ChunkSlice>,
    /// Addresses of the parts that hold listed natural persons' ID numbers, sealed to the province (AMB-13): beside the
    /// list, so that they can be erased without touching what was signed.
    pub persons: Vec<Digest>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_set_grows_at_its_end_and_shrinks_anywhere() {
        let mut set = CaseSet::default();
        set.append(1, 10);
        set.append(11, 20);
        set.append(30, 40);
        assert_eq!(set.0, [(1, 20), (30, 40)]);
        let other = CaseSet(vec![(1, 2), (5, 5), (15, 33), (40, 50)]);
        assert_eq!(set.without(&other).0, [(3, 4), (6, 14), (34, 39)]);
        assert_eq!(set.without(&CaseSet::default()), set);
        assert!(set.without(&CaseSet(vec![(1, 40)])).is_empty());
    }

    #[test]
    fn a_case_set_merges_neighbours_and_finds_members() {
        let set = CaseSet::from_numbers([5, 1, 2, 3, 9, 2]);
        assert_eq!(set.0, vec![(1, 3), (5, 5), (9, 9)]);
        assert_eq!(set.len(), 5);
        assert_eq!(set.iter().collect::<Vec<_>>(), vec![1, 2, 3, 5, 9]);
        assert!(set.contains(2) && set.contains(9) && !set.contains(4) && !set.contains(10));
    }
}
