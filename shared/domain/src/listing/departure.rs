//! One exit and what it still owes: announcements on every original channel, a filing above, its receipt.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::act::{ExitPlace, ListingAct};
use crate::calendar::{CountStartDay, DueDate, Term, WorkCalendar};
use crate::list::{CaseSet, ListKind};
use crate::node::{EntryRef, NodeId};
use crate::policy::{Announcement, ExitCode, Policy, Publication};

/// One exit of one or more entries of a recogniser (F-13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Which.
    pub place: ExitPlace,
    /// Out of which list.
    pub kind: ListKind,
    /// Exit code.
    pub code: String,
    /// Whose cases of the recogniser.
    pub cases: CaseSet,
    /// The day of the exit.
    pub decided_on: NaiveDate,
    /// Announcements, by act.
    pub announcements: BTreeMap<EntryRef, Announced>,
    /// Filings, by act; the first counts.
    pub filings: BTreeMap<EntryRef, Filing>,
    /// Receipts of the level above, by act.
    pub receipts: BTreeMap<EntryRef, FilingReceipt>,
}

/// An announcement on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// The channel.
    pub channel: String,
    /// The channel's receipt.
    pub receipt: String,
    /// When.
    pub on: NaiveDate,
    /// By whom.
    pub by: NodeId,
}

/// A filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// With whom.
    pub to: NodeId,
    /// When.
    pub on: NaiveDate,
}

/// The receipt of a filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilingReceipt {
    /// The filing act.
    pub filing: EntryRef,
    /// 备案号.
    pub number: String,
    /// When.
    pub on: NaiveDate,
}

impl Departure {
    /// An exit of which nothing was told or filed yet.
    pub fn new(place: ExitPlace, code: &str, cases: CaseSet, decided_on: NaiveDate) -> Self {
        let kind = if code.starts_with('R') { ListKind::Red } else { ListKind::Black };
        Self {
            place,
            kind,
            code: code.to_owned(),
            cases,
            decided_on,
            announcements: BTreeMap::new(),
            filings: BTreeMap::new(),
            receipts: BTreeMap::new(),
        }
    }

    /// What an act at a place makes of it; its author was found to be in office.
    #[must_use]
    pub fn evolve(mut self, at: &EntryRef, act: &ListingAct) -> Self {
        match act {
            ListingAct::ExitAnnounced { exit, channel, receipt, announced_on } if *exit == self.place => {
                let announced = Announced {
                    channel: channel.clone(),
                    receipt: receipt.clone(),
                    on: *announced_on,
                    by: at.log.node.clone(),
                };
                self.announcements.entry(at.clone()).or_insert(announced);
            }
            ListingAct::ExitsFiled { exits, to, filed_on } if exits.contains(&self.place) => {
                self.filings.entry(at.clone()).or_insert(Filing { to: to.clone(), on: *filed_on });
            }
            ListingAct::FilingReceived { filing, number, received_on } => {
                let receipt = FilingReceipt { filing: filing.clone(), number: number.clone(), on: *received_on };
                self.receipts.entry(at.clone()).or_insert(receipt);
            }
            _ => {}
        }
        self
    }

    /// How it is to be announced under a policy: with its reason, neutrally, or not at all.
    pub fn announcement(&self, policy: &Policy) -> Announcement {
        let rule = ExitCode::parse(&self.code).and_then(|code| policy.exit(code));
        rule.map_or(Announcement::Plain, |rule| rule.announcement)
    }

    /// Whether it must be filed under a policy.
    pub fn must_be_filed(&self, policy: &Policy) -> bool {
        ExitCode::parse(&self.code).and_then(|code| policy.exit(code)).is_none_or(|rule| rule.filed)
    }

    /// The last day of its filing (D-06, D-07): from the exit, rolled to a working day where it ends on a holiday.
    pub fn filing_due(&self, policy: &Policy, calendar: &WorkCalendar) -> DueDate {
        let days = policy.terms.filing_days;
        let term = if policy.terms.filing_in_working_days { Term::WorkingDays(days) } else { Term::CalendarDays(days) };
        calendar.deadline(self.decided_on, term, CountStartDay::Excluded)
    }

    /// Whether a filing is called for again on a day: so many days have passed without one (AMB-05).
    pub fn filing_warns_on(&self, policy: &Policy, day: NaiveDate) -> bool {
        let passed = (day - self.decided_on).num_days();
        self.filings.is_empty() && passed >= i64::from(policy.terms.filing_warn_days)
    }

    /// Whether its entries left because their term was over.
    pub fn is_by_term(&self) -> bool {
        ["RX-4", "RX-5", "BX-3", "BX-4"].contains(&self.code.as_str())
    }

    /// Whether the level above has received a filing of it.
    pub fn is_filed(&self) -> bool {
        self.receipts.values().any(|receipt| self.filings.contains_key(&receipt.filing))
    }

    /// The channels on which it must be announced: those of the policy, and every channel on which the list had been
    /// announced (`original`, by name) before the exit.
    pub fn wanted_channels(&self, policy: &Policy, original: &BTreeSet<String>) -> BTreeSet<String> {
        if self.announcement(policy) == Announcement::None {
            return BTreeSet::new();
        }
        let listed = policy
            .channels
            .iter()
            .filter(|channel| channel.required && channel.carries.contains(&Publication::Listing))
            .map(|channel| channel.text.clone());
        listed.chain(original.iter().cloned()).collect()
    }

    /// Those of [`Departure::wanted_channels`] on which it was not announced yet.
    pub fn missing_channels(&self, policy: &Policy, original: &BTreeSet<String>) -> Vec<String> {
        let told: BTreeSet<&str> = self.announcements.values().map(|told| told.channel.as_str()).collect();
        let wanted = self.wanted_channels(policy, original);
        wanted.into_iter().filter(|channel| !told.contains(channel.as_str())).collect()
    }

    /// The day on which the last of [`Departure::wanted_channels`] had it; none while one is missing.
    pub fn told_on(&self, policy: &Policy, original: &BTreeSet<String>) -> Option<NaiveDate> {
        let first = |channel: &String| {
            self.announcements.values().filter(|told| told.channel == *channel).map(|told| told.on).min()
        };
        let days: Option<Vec<NaiveDate>> = self.wanted_channels(policy, original).iter().map(first).collect();
        days?.into_iter().max()
    }

    /// What the announcement says: nothing of the facts where it is neutral (BX-2, RX-3).
    pub fn notice(&self, policy: &Policy) -> String {
        let list = match self.kind {
            ListKind::Red => "红名单",
            ListKind::Black => "黑名单",
        };
        let rule = ExitCode::parse(&self.code).and_then(|code| policy.exit(code));
        match (self.announcement(policy), rule) {
            (Announcement::None, _) => String::new(),
            (Announcement::Neutral, _) if self.code == "RX-3" => "依主体申请，有关信息已撤下。".to_owned(),
            (Announcement::Neutral, _) => "有关信息已撤下。".to_owned(),
            (Announcement::Plain, Some(rule)) => {
                format!("自{}起退出{list}，事由：{}（{}）。", self.decided_on, rule.text, self.code)
            }
            (Announcement::Plain, None) => format!("自{}起退出{list}（{}）。", self.decided_on, self.code),
        }
    }
}
