//! What is kept of a delivery beside its file, and where a source's files lie.
//!
//! `inbox/SOURCE/` holds what has just arrived, `accepted/` and `refused/` the files that were looked at, `reports/` what
//! is wrong with their rows, `records/` a line of account for each. Files are moved, never deleted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use honghei_ledger::{Digest, hex, sha256_parts};
use serde::{Deserialize, Serialize};

use crate::folder::{Folder, FolderError};

/// Hex digits of a delivery's name.
const NAME_DIGITS: usize = 16;
/// Characters of a file's name that are kept.
const STEM_CHARS: usize = 64;
/// Characters of its extension.
const EXTENSION_CHARS: usize = 5;

/// How a delivery came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As a file in the source's inbox.
    Inbox,
    /// Over the network, by the bearer of the source's certificate.
    Push,
}

impl Way {
    /// Its stable name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Way::Inbox => "inbox",
            Way::Push => "push",
        }
    }
}

/// How a delivery's rows came out. `rows == accepted + ended + refused + questioned`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows of data.
    pub rows: u64,
    /// Rows that can enter.
    pub accepted: u64,
    /// Rows that say that an entry was revoked or taken off.
    #[serde(default)]
    pub ended: u64,
    /// Rows that cannot.
    pub refused: u64,
    /// Rows that ask for a person.
    pub questioned: u64,
}

/// What stands in a delivery's way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub sentence: String,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Fate {
    /// It waits for an officer.
    Waiting,
    /// An officer has signed; it waits for the second signature under this name.
    Signed {
        /// The parked proposal.
        parked: String,
    },
    /// It is in the log.
    Taken {
        /// The act; empty where it held nothing that was not taken before.
        entry: String,
    },
    /// It cannot be used.
    Refused,
    /// An officer put it aside.
    Dropped {
        /// Who.
        officer: String,
        /// When.
        on: NaiveDate,
    },
}

impl Fate {
    /// Its stable name in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Fate::Waiting => "waiting",
            Fate::Signed { .. } => "signed",
            Fate::Taken { .. } => "taken",
            Fate::Refused => "refused",
            Fate::Dropped { .. } => "dropped",
        }
    }

    /// Whether the delivery is still to be dealt with.
    pub fn is_open(&self) -> bool {
        matches!(self, Fate::Waiting | Fate::Signed { .. })
    }
}

/// A delivery as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its name: 16 hex digits over source, day and content.
    pub id: String,
    /// The source.
    pub source: String,
    /// What its file was called.
    pub file: String,
    /// Where the file lies, below the source's folder; empty where the bytes were not kept.
    pub kept: String,
    /// Where the report lies; none if no row has a remark.
    pub report: Option<String>,
    /// SHA-256 of the file, hex.
    pub digest: String,
    /// Bytes of the file.
    pub length: u64,
    /// How it came.
    pub way: Way,
    /// The day its department states; none where neither the sender nor the file's name says one.
    pub stated_on: Option<NaiveDate>,
    /// The legal day it arrived on.
    pub arrived_on: NaiveDate,
    /// The instant it arrived at, milliseconds since the Unix epoch.
    pub arrived_at_ms: i64,
    /// Its rows.
    pub tally: Tally,
    /// What taking it in would do, where it was weighed against what stands.
    pub summary: String,
    /// What stands in its way.
    pub remark: Option<Remark>,
    /// Whether it was weighed against what stands.
    pub weighed: bool,
    /// What became of it.
    pub fate: Fate,
}

/// The name of a delivery: the same file for the same day of the same source is the same delivery.
pub fn name_of(source: &str, day: NaiveDate, digest: &Digest) -> String {
    let day = day.to_string();
    let parts: [&[u8]; 6] = [b"honghei delivery\n", source.as_bytes(), b"\n", day.as_bytes(), b"\n", digest.as_slice()];
    let mut name = hex(&sha256_parts(&parts));
    name.truncate(NAME_DIGITS);
    name
}

/// The day that a file's name states as `2018-01-05` or `20180105`; none if it states none or several.
pub fn day_in_name(file: &str) -> Option<NaiveDate> {
    let runs: Vec<&str> = file.split(|c: char| !c.is_ascii_digit() && c != '-').collect();
    let mut days = runs.iter().flat_map(|run| {
        let dashed = NaiveDate::parse_from_str(run.trim_matches('-'), "%Y-%m-%d").ok();
        let plain = run.split('-').filter(|part| part.len() == 8);
        dashed.into_iter().chain(plain.filter_map(|part| NaiveDate::parse_from_str(part, "%Y%m%d").ok()))
    });
    let day = days.next()?;
    days.all(|other| other == day).then_some(day)
}

/// A file's name under which a delivery is kept: what it was called, as far as that is harmless, and its own name.
pub fn kept_name(file: &str, id: &str) -> String {
    let path = Path::new(file);
    let text =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
    let harmless = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let stem: String = text(path.file_stem()).chars().filter(harmless).take(STEM_CHARS).collect();
    let extension = text(path.extension()).to_ascii_lowercase();
    let extension: String = extension.chars().filter(char::is_ascii_alphanumeric).take(EXTENSION_CHARS).collect();
    let stem = if stem.is_empty() { "delivery".to_owned() } else { stem };
    if extension.is_empty() { format!("{stem}.{id}") } else { format!("{stem}.{id}.{extension}") }
}

/// Where files and records lie.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: Folder,
}

impl Shelf {
    /// The shelf below a node's folder.
    pub fn of(folder: Folder) -> Self {
        Self { folder }
    }

    /// The folder below which each source has its own.
    pub fn inboxes(&self) -> PathBuf {
        self.folder.path().join("inbox")
    }

    /// A source's folder.
    pub fn inbox(&self, source: &str) -> PathBuf {
        self.inboxes().join(source)
    }

    /// Where a delivery's file lies.
    pub fn file(&self, record: &Record) -> PathBuf {
        self.inbox(&record.source).join(&record.kept)
    }

    /// Every record on the shelf, by source and name. A record that cannot be read is reported and left where it is.
    pub fn records(&self) -> BTreeMap<String, BTreeMap<String, Record>> {
        let mut found: BTreeMap<String, BTreeMap<String, Record>> = BTreeMap::new();
        let entries = |path: &Path| std::fs::read_dir(path).into_iter().flatten().flatten();
        for source in entries(&self.inboxes()) {
            for file in entries(&source.path().join("records")) {
                let path = file.path();
                if path.extension().is_none_or(|extension| extension != "json") {
                    continue;
                }
                match std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok()) {
                    Some(record) => {
                        found.entry(record.source.clone()).or_default().insert(record.id.clone(), record);
                    }
                    None => tracing::error!(path = %path.display(), "a delivery's record cannot be read"),
                }
            }
        }
        found
    }

    /// Keeps a record, durably.
    pub fn keep(&self, record: &Record) -> Result<(), FolderError> {
        let path = self.inbox(&record.source).join("records").join(format!("{}.json", record.id));
        let malformed = |detail: String| FolderError::Malformed { path: path.clone(), detail };
        let bytes = serde_json::to_vec_pretty(record).map_err(|error| malformed(error.to_string()))?;
        self.folder.write_private(&path, &bytes)
    }

    /// Keeps a delivery's bytes or its report, durably, under a path below its source's folder.
    pub fn write(&self, source: &str, path: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.folder.write_private(&self.inbox(source).join(path), bytes)
    }

    /// Moves a file, durably, to a path below its source's folder.
    pub fn move_in(&self, source: &str, from: &Path, to: &str) -> Result<(), FolderError> {
        let to = self.inbox(source).join(to);
        let failed = |what| {
            let path = from.to_owned();
            move |source| FolderError::Io { path, what, source }
        };
        let place = to.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(place).map_err(failed("create the folder for"))?;
        std::fs::rename(from, &to).map_err(failed("move"))?;
        std::fs::File::open(place).and_then(|folder| folder.sync_all()).map_err(failed("make durable"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// C-6.
    #[test]
    fn a_files_name_states_its_day_once_or_not_at_all() {
        for name in ["tax-2018-01-05.csv", "黑名单20180105.xlsx", "20180105.csv", "a_2018-01-05_20180105.csv"] {
            assert_eq!(day_in_name(name), Some(day("2018-01-05")), "{name}");
        }
        for name in ["tax.csv", "2018-01-05至2018-02-05.csv", "201801051.csv", "2018-13-05.csv", "tax-2018.csv"] {
            assert_eq!(day_in_name(name), None, "{name}");
        }
    }

    /// C-6.
    #[test]
    fn a_delivery_is_kept_under_a_name_that_leads_nowhere_else() {
        let id = name_of("tax", day("2018-01-05"), &[7; 32]);
        assert_eq!(id.len(), NAME_DIGITS);
        assert_ne!(id, name_of("tax", day("2018-01-06"), &[7; 32]));
        assert_ne!(id, name_of("taxes", day("2018-01-05"), &[7; 32]));
        assert_eq!(kept_name("失信 名单.CSV", &id), format!("失信名单.{id}.csv"));
        assert_eq!(kept_name("../../etc/passwd", &id), format!("passwd.{id}"));
        assert_eq!(kept_name("..", &id), format!("delivery.{id}"));
        assert_eq!(kept_name("", &id), format!("delivery.{id}"));
    }
}
