//! A federation that a story is lived through in, and what it told.

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, ListEntry, ListKind};
use honghei_domain::listing::{ListingCommand, SubjectStatus, status_of};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;
use honghei_registry::command::Command;
use honghei_registry::desk::listing::view;
use honghei_registry::error::{CommandError, Fault};
use honghei_registry::view::case_view;

use super::Story;
use crate::world::{Member, World, jingmen};

/// The county most stories happen in.
pub const COUNTY: &str = "420802-commerce";
/// Its city.
pub const CITY: &str = "420800-commerce";

/// Why a story could not be told.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// No such story.
    #[error("没有名为“{0}”的故事；加 --story list 查看全部")]
    Unknown(String),
    /// An office refused what the story asks.
    #[error("故事中的一步未能办理：{0}")]
    Refused(#[from] CommandError),
    /// Us or the machine.
    #[error("故事无法继续：{0}")]
    Fault(#[from] Fault),
    /// Something the story needs is not there.
    #[error("故事缺少{0}")]
    Missing(&'static str),
}

impl StoryError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            StoryError::Unknown(_) => "STORY_UNKNOWN",
            StoryError::Refused(error) => error.code(),
            StoryError::Fault(fault) => fault.code(),
            StoryError::Missing(_) => "STORY_BROKEN",
        }
    }
}

impl From<honghei_store::Fault> for StoryError {
    fn from(fault: honghei_store::Fault) -> Self {
        StoryError::Fault(fault.into())
    }
}

/// A story under way.
pub struct Tale {
    /// The federation.
    pub world: World,
    followed: Vec<(CaseId, ListEntry)>,
}

/// One act of a case.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StepTold {
    /// Its legal day.
    pub on: NaiveDate,
    /// Whose log it stands in.
    pub by: String,
    /// Its kind.
    pub kind: &'static str,
    /// The sentence.
    pub sentence: String,
}

/// One case of a story.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CaseTold {
    /// Its number.
    pub case: String,
    /// The firm.
    pub subject: String,
    /// What was done, in order.
    pub steps: Vec<StepTold>,
    /// What every node shows of the firm at the end: node, status, notice.
    pub shown: Vec<(String, &'static str, String)>,
}

/// A story that is over.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Told {
    /// Its name.
    pub name: &'static str,
    /// What happened.
    pub title: &'static str,
    /// The clauses it carries out.
    pub codes: &'static [&'static str],
    /// Its last day.
    pub today: NaiveDate,
    /// Its cases; the story is about the first.
    pub cases: Vec<CaseTold>,
    /// Whether every node shows the firm as the story says.
    pub passed: bool,
}

impl Tale {
    /// 湖北 and 荆门 with its counties, on the draft's first day.
    pub async fn jingmen() -> Result<Self, StoryError> {
        Self::of(&jingmen()).await
    }

    /// Some federation.
    pub async fn of(members: &[Member]) -> Result<Self, StoryError> {
        let today = NaiveDate::from_ymd_opt(2017, 11, 6).unwrap_or_default();
        let world = World::in_memory(20_171_106, members, today).await?;
        Ok(Self { world, followed: Vec::new() })
    }

    /// Lets the story tell what happens to a case.
    pub fn follow(&mut self, node: &str, number: u64, entry: ListEntry) -> Result<CaseId, StoryError> {
        let case = CaseId { origin: node.parse().map_err(|_| StoryError::Missing("节点"))?, number };
        self.followed.push((case.clone(), entry));
        Ok(case)
    }

    /// Brings one entry from its collection onto the final list; its case.
    pub async fn list(&mut self, node: &str, number: u64, entry: ListEntry) -> Result<CaseId, StoryError> {
        let list = self.world.send_up(node, entry.kind, vec![entry.clone()]).await?;
        self.world.review(CITY, &list, Vec::new()).await?;
        self.world.pass_days(45).await?;
        self.world.publish().await?;
        self.follow(node, number, entry)
    }

    /// Something is done about a listed entry.
    pub async fn does(&self, node: &str, officer: &str, asked: ListingCommand) -> Result<EntryRef, StoryError> {
        let done = self.world.act(node, officer, Command::Listing(asked)).await?;
        self.world.settle().await?;
        Ok(done)
    }

    /// Lets days pass.
    pub async fn days(&mut self, days: u64) -> Result<(), StoryError> {
        Ok(self.world.pass_days(days).await?)
    }

    /// How every node counts the first firm, once all agree.
    pub async fn told(self, story: &Story) -> Result<Told, StoryError> {
        let mut cases = Vec::new();
        for (case, entry) in &self.followed {
            cases.push(self.case_told(case, entry).await?);
        }
        let wished = status_name(story.ends);
        let shown = cases.first().map(|case| case.shown.as_slice()).unwrap_or_default();
        let passed = !shown.is_empty() && shown.iter().all(|(_, status, _)| *status == wished);
        let (name, title, codes) = (story.name, story.title, story.codes);
        Ok(Told { name, title, codes, today: self.world.today, cases, passed })
    }

    async fn case_told(&self, case: &CaseId, entry: &ListEntry) -> Result<CaseTold, StoryError> {
        // Its recogniser knows everything of a case: its own log, and those above it.
        let own = self.world.node(case.origin.as_str());
        let cx = own.engine.context(self.world.now()).await;
        let mut tx = own.store.read().await?;
        let seen = case_view(&mut *tx, &cx, case).await?.ok_or(StoryError::Missing("案件"))?;
        let steps = seen.steps.into_iter().map(|step| {
            let by = cx.directory().node(&step.at.log.node).map_or_else(String::new, |node| node.name.clone());
            StepTold { on: step.done_on, by, kind: step.kind, sentence: step.sentence }
        });
        let steps = steps.collect();
        let mut shown = Vec::new();
        for (id, node) in &self.world.nodes {
            let mut tx = node.store.read().await?;
            let entries = view::shown(&mut *tx, &SubjectKey::of(&entry.subject)).await?;
            let notice = entries.iter().map(|one| one.notice()).filter(|notice| !notice.is_empty());
            let notice = notice.collect::<Vec<_>>().join("；");
            shown.push((id.to_string(), status_name(status_of(&entries, self.world.today)), notice));
        }
        Ok(CaseTold { case: case.to_string(), subject: entry.subject.name.clone(), steps, shown })
    }
}

fn status_name(status: SubjectStatus) -> &'static str {
    match status {
        SubjectStatus::Unlisted => "未在名单",
        SubjectStatus::Red => "红名单",
        SubjectStatus::Black => "黑名单",
    }
}

/// A firm of the county with an entry of a kind.
pub fn entry(kind: ListKind, firm: u32) -> ListEntry {
    crate::world::entries::candidate(kind, "420802", firm)
}
