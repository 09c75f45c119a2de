//! What officers ask of their node's offices, and how the offices answer. Asking writes nothing but an alarm.

use chrono::NaiveDate;
use honghei_domain::list::{CaseId, Digest, ListKind};
use honghei_domain::node::EntryRef;
use honghei_domain::subject_key::SubjectKey;

/// A question that only the office concerned can answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Does a full recomparison find what the results say (C-2)?
    Recompare {
        /// By every row, to which the packed keys are held, instead of by the packed keys.
        every_row: bool,
    },
    /// Do the verdicts that this node was told follow from what it holds (C-2)?
    Recompute,
    /// What is in force on a subject, what was removed, and why?
    Why {
        /// The subject.
        key: SubjectKey,
    },
    /// Was a subject on a list on a day, as known on a day (C-7)?
    Was {
        /// The subject.
        key: SubjectKey,
        /// Which list.
        kind: ListKind,
        /// The day asked about.
        on: NaiveDate,
        /// The day whose knowledge counts.
        known_on: NaiveDate,
    },
    /// Which sources are registered, and how do they stand?
    Feeds,
    /// Which conflicts with external reference lists are open, or which names do such lists share with reds (AMB-07)?
    Conflicts {
        /// Names that both bear, instead of notices.
        names: bool,
    },
    /// Which reds wait for a person?
    HeldQueue {
        /// Rows at most.
        limit: u32,
    },
    /// What agrees and what does not between a HELD red and the black it may conflict with?
    HeldCase {
        /// The red.
        case: CaseId,
    },
    /// Whom may a name belong to, by likeness (C-3)?
    Candidates {
        /// The name, as it is written.
        name: String,
    },
    /// What have persons decided about identity, and which of it contradicts?
    Rulings,
    /// What has this node to do about listed entries?
    Duties,
    /// How does a subject stand today?
    Standing {
        /// The subject.
        key: SubjectKey,
    },
    /// What was done about a subject, in all its cases (C-7)?
    History {
        /// The subject.
        key: SubjectKey,
    },
    /// What did a black entry cause?
    Caused {
        /// The black entry.
        case: CaseId,
    },
    /// Which behaviour events are on record here?
    Events {
        /// Only numbers greater than this.
        after: u64,
    },
    /// What do the events on record say about the criteria of an own case?
    Evidence {
        /// The case.
        case: CaseId,
    },
    /// Which own entries in force would a new version of a policy touch (F-P11)?
    PolicyImpact {
        /// The new version's text.
        text: String,
    },
    /// Which bulletins were issued?
    Bulletins,
    /// What does one show, and what has left since?
    Bulletin {
        /// The issuing act.
        at: EntryRef,
    },
    /// Where was what is published spread offline?
    Disseminations,
    /// How far is the back-log campaign (R-035, D-08)?
    Backlog,
    /// Which policies does the directory carry, or what does one say?
    Policies {
        /// `name@version` or a name; every policy where it is empty.
        name: String,
    },
}

/// Something wrong that an answer brought to light; kept as an incident and written into the own log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Stable code.
    pub code: &'static str,
    /// What; never payload text.
    pub detail: String,
    /// SHA-256 over what is wrong: the same alarm is raised once.
    pub evidence: Digest,
}

/// An answer: sentences, then perhaps rows under headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// In Chinese, each a whole sentence.
    pub sentences: Vec<String>,
    /// Headings of the rows; empty where there are none.
    pub headings: Vec<&'static str>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// What is wrong.
    pub alarm: Option<Alarm>,
}

impl Told {
    /// Sentences only.
    pub fn sentences(sentences: impl IntoIterator<Item = String>) -> Self {
        Self { sentences: sentences.into_iter().collect(), ..Self::default() }
    }
}

/// Who waits for an answer.
pub trait Listener: Send + Sync {
    /// Whether he waits no longer; the office then stops.
    fn is_gone(&self) -> bool;
    /// How far a step has come.
    fn hear(&self, step: &str, done: u64, total: u64);
}

/// Somebody who waits and wants no progress.
#[derive(Clone, Copy, Debug)]
pub struct Patient;

impl Listener for Patient {
    fn is_gone(&self) -> bool {
        false
    }
    fn hear(&self, _step: &str, _done: u64, _total: u64) {}
}
