//! The sixteen deadlines of REQUIREMENTS 1.5 as a table.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::list::ListKind;
use crate::policy::Policy;

/// A deadline by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// D-01, publicity of candidates.
    CandidatePublicity,
    /// D-02, review.
    Review,
    /// D-03, publicity of a reviewed list.
    ReviewPublicity,
    /// D-04, validity of a red entry.
    RedValidity,
    /// D-05, validity of a black entry.
    BlackValidity,
    /// D-06, filing of a red exit.
    RedExitFiling,
    /// D-07, filing of a black exit.
    BlackExitFiling,
    /// D-08, the back-log campaign.
    Backlog,
    /// D-09, publication of a final result; of a list that a body passed where its bureau publishes by itself.
    Publication,
    /// D-10, a red term of one year.
    RedYear,
    /// D-11, a black term of one year.
    BlackYear,
    /// D-12, the bulletin of a quarter.
    Bulletin,
    /// D-13, consultation on a draft: nobody's task; until it is over, nothing is recognised under the draft.
    Consultation,
    /// D-14, decision on a repair.
    Repair,
    /// D-15, decision on an objection after listing.
    ListedObjection,
    /// D-16, statements after notice.
    Statement,
    /// D-14, acceptance of a repair application.
    RepairAcceptance,
    /// D-15, dispute mark after an objection.
    ObjectionMark,
    /// D-15, verification of an objection by the recogniser.
    ObjectionVerification,
}

/// How long a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// n 个工作日.
    WorkingDays(u32),
    /// n 日 (AMB-05).
    CalendarDays(u32),
    /// n 年, to the corresponding day (AMB-06).
    Years(u32),
    /// To a day that the text names.
    Until(NaiveDate),
}

/// What a deadline means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nature {
    /// A period that must run in full before the next step: nobody is late in it.
    Minimum,
    /// Something must be done by its last day.
    Ceiling,
    /// A validity: it ends by itself.
    Term,
}

/// What a holiday does to the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Roll {
    /// Nothing: only working days are counted, so the last one is one.
    Counted,
    /// It moves to the next working day (民法典 203).
    ToWorkingDay,
    /// It stays: moving it would lengthen a punishment (AMB-06), or it is a date.
    Never,
}

/// One row of the table.
struct Rule {
    code: &'static str,
    zh: &'static str,
    clause: &'static str,
    starts: &'static str,
    ends: &'static str,
    nature: Nature,
    roll: Roll,
    source: &'static str,
}

impl Deadline {
    /// Every deadline, D-01 to D-16, then the parts of D-14 and D-15.
    pub const ALL: [Deadline; 19] = [
        Deadline::CandidatePublicity,
        Deadline::Review,
        Deadline::ReviewPublicity,
        Deadline::RedValidity,
        Deadline::BlackValidity,
        Deadline::RedExitFiling,
        Deadline::BlackExitFiling,
        Deadline::Backlog,
        Deadline::Publication,
        Deadline::RedYear,
        Deadline::BlackYear,
        Deadline::Bulletin,
        Deadline::Consultation,
        Deadline::Repair,
        Deadline::ListedObjection,
        Deadline::Statement,
        Deadline::RepairAcceptance,
        Deadline::ObjectionMark,
        Deadline::ObjectionVerification,
    ];

    /// The stable code, such as `D-02`.
    pub fn code(self) -> &'static str {
        self.rule().code
    }

    /// The name an official reads.
    pub fn zh(self) -> &'static str {
        self.rule().zh
    }

    /// 条款.
    pub fn clause(self) -> &'static str {
        self.rule().clause
    }

    /// The kind of act that starts it; empty where no act does.
    pub fn starts_with(self) -> &'static str {
        self.rule().starts
    }

    /// The kind of act that ends it; empty where time alone does.
    pub fn ends_with(self) -> &'static str {
        self.rule().ends
    }

    /// What it means.
    pub fn nature(self) -> Nature {
        self.rule().nature
    }

    /// What a holiday does to its last day.
    pub fn roll(self) -> Roll {
        self.rule().roll
    }

    /// Where its length comes from: a field of the policy, or the rule that fixes it.
    pub fn source(self) -> &'static str {
        self.rule().source
    }

    /// The validity clock of a kind: the one-year term has codes of its own.
    pub fn validity(kind: ListKind, years: u32) -> Self {
        match (kind, years) {
            (ListKind::Red, 1) => Deadline::RedYear,
            (ListKind::Black, 1) => Deadline::BlackYear,
            (ListKind::Red, _) => Deadline::RedValidity,
            (ListKind::Black, _) => Deadline::BlackValidity,
        }
    }

    /// The clock of the filing of an exit.
    pub fn exit_filing(kind: ListKind) -> Self {
        match kind {
            ListKind::Red => Deadline::RedExitFiling,
            ListKind::Black => Deadline::BlackExitFiling,
        }
    }

    /// Its length under a policy; none where the policy leaves it open or the text is another's.
    pub fn length(self, policy: &Policy) -> Option<Length> {
        let terms = &policy.terms;
        let one_year = |years: u32| (years == 1).then_some(Length::Years(1));
        match self {
            Deadline::CandidatePublicity => Some(Length::WorkingDays(terms.candidate_publicity_days)),
            Deadline::Review => Some(Length::WorkingDays(terms.review_days)),
            Deadline::ReviewPublicity => Some(Length::WorkingDays(terms.review_publicity_days)),
            Deadline::Statement => Some(Length::WorkingDays(terms.statement_days)),
            Deadline::Publication => Some(Length::WorkingDays(terms.publication_ceiling_days)),
            Deadline::RedValidity => Some(Length::Years(terms.red_validity_years)),
            Deadline::BlackValidity => Some(Length::Years(terms.black_validity_years)),
            Deadline::RedYear => one_year(terms.red_validity_years),
            Deadline::BlackYear => one_year(terms.black_validity_years),
            Deadline::RedExitFiling | Deadline::BlackExitFiling if terms.filing_in_working_days => {
                Some(Length::WorkingDays(terms.filing_days))
            }
            Deadline::RedExitFiling | Deadline::BlackExitFiling => Some(Length::CalendarDays(terms.filing_days)),
            Deadline::Repair => Some(Length::WorkingDays(terms.repair_decision_days)),
            Deadline::RepairAcceptance => Some(Length::WorkingDays(terms.repair_acceptance_days)),
            Deadline::ObjectionMark => Some(Length::WorkingDays(terms.objection_mark_days)),
            Deadline::ObjectionVerification => Some(Length::WorkingDays(terms.objection_verify_days)),
            Deadline::ListedObjection => Some(Length::WorkingDays(terms.objection_decide_days)),
            Deadline::Bulletin => {
                policy.bulletin.as_ref().map(|bulletin| Length::WorkingDays(bulletin.issued_within_days))
            }
            Deadline::Backlog => policy.backlog.map(|backlog| Length::Until(backlog.recognised_by)),
            Deadline::Consultation => policy.consultation_until.map(Length::Until),
        }
    }

    /// Days from the start on which it warns although it has long to run: an exit's filing at day 10 (AMB-05).
    pub(super) fn warns_at_day(self, policy: &Policy) -> Option<u32> {
        matches!(self, Deadline::RedExitFiling | Deadline::BlackExitFiling).then_some(policy.terms.filing_warn_days)
    }

    fn rule(self) -> &'static Rule {
        // One row for each variant, in order: a test holds the two together.
        &RULES[self as usize]
    }
}

const fn rule(
    code: &'static str,
    zh: &'static str,
    clause: &'static str,
    acts: (&'static str, &'static str),
    nature: Nature,
    roll: Roll,
    source: &'static str,
) -> Rule {
    Rule { code, zh, clause, starts: acts.0, ends: acts.1, nature, roll, source }
}

const PUBLICITY: (&str, &str) = ("publicity-opened", "publicity-closed");
const FILING: (&str, &str) = ("entry-exited", "exits-filed");

static RULES: [Rule; 19] = [
    rule(
        "D-01",
        "初选名单公示期",
        "细则四（二）",
        PUBLICITY,
        Nature::Minimum,
        Roll::Counted,
        "terms.candidate_publicity_days",
    ),
    rule(
        "D-02",
        "审核期限",
        "细则四（五）",
        ("materials-received", "review-signed"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.review_days",
    ),
    rule(
        "D-03",
        "审核名单公示期",
        "细则四（五）",
        PUBLICITY,
        Nature::Minimum,
        Roll::Counted,
        "terms.review_publicity_days",
    ),
    rule(
        "D-04",
        "红名单有效期",
        "细则六",
        ("result-published", ""),
        Nature::Term,
        Roll::Never,
        "terms.red_validity_years",
    ),
    rule(
        "D-05",
        "黑名单有效期",
        "细则六",
        ("result-published", ""),
        Nature::Term,
        Roll::Never,
        "terms.black_validity_years",
    ),
    rule("D-06", "红名单退出备案期限", "细则六", FILING, Nature::Ceiling, Roll::ToWorkingDay, "terms.filing_days"),
    rule("D-07", "黑名单退出备案期限", "细则六", FILING, Nature::Ceiling, Roll::ToWorkingDay, "terms.filing_days"),
    rule("D-08", "存量认定截止日", "细则八", ("", ""), Nature::Ceiling, Roll::Never, "backlog.recognised_by"),
    rule(
        "D-09",
        "结果公布期限",
        "细则五",
        ("result-published", "list-announced"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.publication_ceiling_days",
    ),
    rule(
        "D-10",
        "红名单有效期（一年）",
        "延庆制度三（三）",
        ("result-published", ""),
        Nature::Term,
        Roll::Never,
        "terms.red_validity_years",
    ),
    rule(
        "D-11",
        "黑名单公布期（一年）",
        "延庆制度三（三）",
        ("result-published", ""),
        Nature::Term,
        Roll::Never,
        "terms.black_validity_years",
    ),
    rule(
        "D-12",
        "季度红黑榜",
        "延庆制度一",
        ("", "bulletin-issued"),
        Nature::Ceiling,
        Roll::Counted,
        "bulletin.issued_within_days",
    ),
    rule("D-13", "征求意见截止日", "细则题注", ("", ""), Nature::Term, Roll::Never, "consultation_until"),
    rule(
        "D-14",
        "信用修复审定期限",
        "细则六",
        ("repair-accepted", "repair-decided"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.repair_decision_days",
    ),
    rule(
        "D-15",
        "列入后异议处理期限",
        "细则六",
        ("dispute-received", "dispute-decided"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.objection_decide_days",
    ),
    rule(
        "D-16",
        "陈述申辩期",
        "细则四（二）",
        ("notice-served", ""),
        Nature::Minimum,
        Roll::Counted,
        "terms.statement_days",
    ),
    rule(
        "D-14a",
        "信用修复受理期限",
        "细则六",
        ("repair-applied", "repair-accepted"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.repair_acceptance_days",
    ),
    rule(
        "D-15a",
        "异议标注期限",
        "细则六",
        ("dispute-received", "entry-marked"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.objection_mark_days",
    ),
    rule(
        "D-15b",
        "异议核实期限",
        "细则六",
        ("dispute-received", "dispute-verified"),
        Nature::Ceiling,
        Roll::Counted,
        "terms.objection_verify_days",
    ),
];

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that names no deadline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a deadline is named D-01 to D-16, with a letter for a part; got {0:?}")]
pub struct DeadlineDefect(String);

impl DeadlineDefect {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        "DEADLINE_UNKNOWN"
    }
}

impl FromStr for Deadline {
    type Err = DeadlineDefect;
    fn from_str(text: &str) -> Result<Self, DeadlineDefect> {
        let found = Deadline::ALL.into_iter().find(|deadline| deadline.code() == text);
        found.ok_or_else(|| DeadlineDefect(text.chars().take(80).collect()))
    }
}

impl fmt::Display for Length {
    /// In Chinese: 7个工作日, 15日, 3年, 至季度末.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Length::WorkingDays(days) => write!(f, "{days}个工作日"),
            Length::CalendarDays(days) => write!(f, "{days}日"),
            Length::Years(years) => write!(f, "{years}年"),
            Length::Until(day) => write!(f, "至{day}"),
        }
    }
}
