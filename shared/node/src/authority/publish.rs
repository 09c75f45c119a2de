//! Reference data that changes: a new version of a policy, a new year's working-day notice.
//!
//! Each publication is one version of the directory, signed by the root and carried to every node by the province's log.
//! What a node could not read is refused here, because there it would stop every desk.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use honghei_domain::act::Act;
use honghei_domain::audience::{Audience, Scope};
use honghei_domain::calendar::WorkCalendar;
use honghei_domain::directory::{Directory, ReferenceDocument};
use honghei_domain::policy::{Policy, PolicyDefect};
use honghei_registry::context::{Context, Now, Reference};
use honghei_registry::engine::plain_draft;

use super::{Admission, directory_expiry};
use crate::answer::{Answer, Class};

/// Bytes of a signed directory at most: a node enrols with one message of it, and a link carries it in one frame.
const MAX_DIRECTORY_BYTES: usize = 3 * 1024 * 1024;
/// Defects told at once.
const DEFECTS_TOLD: usize = 20;

/// What an administrator publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Publication {
    /// A policy's next version, or the first of a department that has none.
    Policy {
        /// What its file is called, for the places of defects.
        file: String,
        /// TOML.
        text: String,
    },
    /// Working-day notices: of further years only, or the whole calendar anew.
    Calendar {
        /// TOML.
        text: String,
    },
}

/// What a publication came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The directory version that carries it.
    pub directory_version: u64,
    /// What was published: `name@version` of a policy, `calendar`.
    pub name: String,
    /// What changes, in Chinese.
    pub sentences: Vec<String>,
}

/// Reference data as it shall be, and what that changes.
struct Change {
    documents: Vec<ReferenceDocument>,
    name: String,
    sentences: Vec<String>,
}

impl Admission {
    /// Publishes reference data: writes a directory version in which nothing else is changed.
    ///
    /// # Errors
    /// `POLICY_DEFECTIVE`, `POLICY_ALREADY_PUBLISHED`, `POLICY_VERSION_TAKEN`, `POLICY_VERSION_NOT_HIGHER`,
    /// `POLICY_DEPARTMENT_CHANGED`, `POLICY_DEPARTMENT_TAKEN`; `CALENDAR_*`; `DIRECTORY_TOO_LARGE`.
    pub async fn publish_reference(&self, now: Now, publication: &Publication) -> Result<Published, Answer> {
        let _turn = self.turn.lock().await;
        let cx = self.engine.context(now).await;
        let Change { documents, name, mut sentences } = match publication {
            Publication::Policy { file, text } => with_policy(&cx, file, text)?,
            Publication::Calendar { text } => with_calendar(&cx, text)?,
        };
        let changed = Directory { documents, ..cx.directory().clone() };
        let directory_version = self.publish_directory(&cx, changed).await?;
        sentences.push(format!("目录第{directory_version}版已签发，随省级日志送达各节点"));
        Ok(Published { directory_version, name, sentences })
    }

    /// Signs a changed directory as the next version and writes it into the log; its number.
    pub(super) async fn publish_directory(&self, cx: &Context, changed: Directory) -> Result<u64, Answer> {
        let directory = Directory {
            version: cx.directory().version + 1,
            issued_on: cx.now.today,
            expires_on: directory_expiry(cx.now.today),
            ..changed
        };
        let version = directory.version;
        let document = self.authority.sign_directory(&directory);
        Reference::read(directory)?;
        if document.len() > MAX_DIRECTORY_BYTES {
            let limit = MAX_DIRECTORY_BYTES / (1024 * 1024);
            return Err(Answer::refused("DIRECTORY_TOO_LARGE", format!("目录将超过上限{limit}兆字节，未予签发")));
        }
        let act = Act::DirectoryPublished { version, document };
        self.engine.note(cx.now, vec![plain_draft(cx, act, Audience::of(Scope::All))]).await?;
        self.pulse.beat();
        Ok(version)
    }
}

/// The directory as a publication would make it, unsigned, and what changes, in Chinese: for a rehearsal, at any node.
///
/// # Errors
/// As [`Admission::publish_reference`].
pub(crate) fn directory_with(cx: &Context, publication: &Publication) -> Result<(Directory, Vec<String>), Answer> {
    let Change { documents, sentences, .. } = match publication {
        Publication::Policy { file, text } => with_policy(cx, file, text)?,
        Publication::Calendar { text } => with_calendar(cx, text)?,
    };
    let directory = Directory {
        version: cx.directory().version + 1,
        issued_on: cx.now.today,
        expires_on: directory_expiry(cx.now.today),
        documents,
        ..cx.directory().clone()
    };
    Reference::read(directory.clone())?;
    Ok((directory, sentences))
}

/// The directory's documents with one more version of a policy; the versions before it stay, since cases quote them.
fn with_policy(cx: &Context, file: &str, text: &str) -> Result<Change, Answer> {
    let policy = Policy::check(file, text).map_err(|defects| defective(&defects))?;
    let (pin, held) = (policy.pin().to_string(), &cx.reference.policies);
    if let Some(same) = held.get(&pin) {
        return Err(match *same == policy {
            true => Answer::new(Class::AlreadyDone, "POLICY_ALREADY_PUBLISHED", format!("目录已载有制度{pin}")),
            false => {
                let message = format!("制度{pin}已经发布且内容不同；已发布的版本不得改动，请提高version后再发布");
                Answer::refused("POLICY_VERSION_TAKEN", message)
            }
        });
    }
    let newest = held.values().filter(|held| held.name == policy.name).max_by_key(|held| held.version);
    let sentence = match newest {
        Some(newest) if newest.version > policy.version => {
            let message = format!("现行制度是{}，新版本的version应更高，而不是{}", newest.pin(), policy.version);
            return Err(Answer::refused("POLICY_VERSION_NOT_HIGHER", message));
        }
        Some(newest) if newest.department != policy.department => {
            let message = format!("{}是部门{}的制度，新版本不得改属其他部门", newest.pin(), newest.department.0);
            return Err(Answer::refused("POLICY_DEPARTMENT_CHANGED", message));
        }
        Some(newest) => format!("此后采集的条目适用{pin}；此前的条目仍适用采集时的版本（此前最新为{}）", newest.pin()),
        None => {
            if let Some(other) = held.values().find(|held| held.department == policy.department) {
                let message = format!(
                    "部门{}已适用制度{}，一个部门只能有一项制度；请以该名称发布更高的版本",
                    policy.department.0, other.name
                );
                return Err(Answer::refused("POLICY_DEPARTMENT_TAKEN", message));
            }
            format!("部门{}此后采集的条目适用{pin}", policy.department.0)
        }
    };
    let mut documents = cx.directory().documents.clone();
    documents.push(policy_document(&policy, text));
    Ok(Change { documents, name: pin, sentences: vec![sentence] })
}

/// A policy as a directory carries it.
pub(super) fn policy_document(policy: &Policy, text: &str) -> ReferenceDocument {
    ReferenceDocument {
        kind: "policy".to_owned(),
        name: policy.name.clone(),
        version: policy.version,
        text: text.to_owned(),
    }
}

pub(super) fn defective(defects: &[PolicyDefect]) -> Answer {
    let told: Vec<String> = defects.iter().take(DEFECTS_TOLD).map(ToString::to_string).collect();
    let message = format!("制度文本有{}处不可采用：\n{}", defects.len(), told.join("\n"));
    Answer::new(Class::Usage, "POLICY_DEFECTIVE", message)
}

/// The directory's documents with the calendar extended or replaced; no year's notice is ever taken away.
fn with_calendar(cx: &Context, text: &str) -> Result<Change, Answer> {
    let read = |text: &str| {
        WorkCalendar::parse(text).map_err(|defect| Answer::new(Class::Usage, defect.code(), defect.to_string()))
    };
    let (held, given) = (&cx.reference.calendar, read(text)?);
    let (old, new): (BTreeSet<i32>, BTreeSet<i32>) = (held.years().collect(), given.years().collect());
    if new.is_empty() {
        return Err(Answer::new(Class::Usage, "CALENDAR_EMPTY", "文件中没有任何年度的放假安排"));
    }
    if held.clone().with(given) == *held {
        return Err(Answer::new(Class::AlreadyDone, "CALENDAR_ALREADY_PUBLISHED", "目录已载有这些放假安排"));
    }
    let mut documents = cx.directory().documents.clone();
    // The last one counts, where a directory has several.
    let Some(document) = documents.iter_mut().rfind(|document| document.kind == "calendar") else {
        return Err(Answer::new(Class::Fault, "DIRECTORY_INCOMPLETE", "the directory carries no calendar"));
    };
    if new.is_superset(&old) {
        document.text = text.to_owned();
    } else if new.is_disjoint(&old) {
        document.text = format!("{}\n\n{}\n", document.text.trim_end(), text.trim());
    } else {
        let both: Vec<String> = old.intersection(&new).map(ToString::to_string).collect();
        let message =
            format!("{}年的安排已经载入；文件应只载新的年度，或者为改动旧年度而载入全部年度", both.join("、"));
        return Err(Answer::refused("CALENDAR_YEARS_OVERLAP", message));
    }
    let next = read(&document.text)?;
    let sentences = new.iter().filter(|year| differs(held, &next, **year)).map(|year| {
        let change = if old.contains(year) { "改动" } else { "新增" };
        format!("{change}{year}年放假安排（{}）", next.document(*year).unwrap_or_default())
    });
    let mut sentences: Vec<String> = sentences.collect();
    sentences.push("尚在进行的期限按新的工作日历重新计算".to_owned());
    Ok(Change { documents, name: "calendar".to_owned(), sentences })
}

/// Whether two calendars say different things about a year.
fn differs(one: &WorkCalendar, other: &WorkCalendar, year: i32) -> bool {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX);
    one.document(year) != other.document(year)
        || first.iter_days().take_while(|day| day.year() == year).any(|day| one.day_kind(day) != other.day_kind(day))
}
