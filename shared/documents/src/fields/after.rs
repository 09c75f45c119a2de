//! Documents of what follows a listing: objection, repair, exit, filing, bulletin.

use chrono::NaiveDate;
use honghei_domain::list::ListKind;

use super::before::identity;
use super::{Listed, list_name};
use crate::compose::{Values, form, table};
use crate::day::day;

/// 异议处理结果 (F-09, D-15, AMB-16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectionResult {
    /// Whom it concerns.
    pub subject: Listed,
    /// Who objected.
    pub objector: String,
    /// When it was received.
    pub received_on: NaiveDate,
    /// Grounds.
    pub grounds: String,
    /// The organ that verified.
    pub verifier: String,
    /// Whether the objection stands.
    pub upheld: bool,
    /// Why.
    pub reason: String,
    /// What is corrected and from when, where it stands.
    pub correction: Option<String>,
    /// Who signed the decision, as title and name, and for whom where he acted for a head.
    pub signer: String,
}

impl ObjectionResult {
    pub(crate) fn values(&self, remedies: &str) -> Values {
        let mut values = Values::of_list(self.subject.kind);
        values.exact("code", self.subject.code_text());
        values.say("objector", &self.objector);
        values.say("name", &self.subject.name);
        values.say("you", if self.objector == self.subject.name { self.subject.you() } else { "你（单位）" });
        values.say("received_on", &day(self.received_on));
        values.say("grounds", &self.grounds);
        values.say("verifier", &self.verifier);
        values.say("outcome", if self.upheld { "异议成立。" } else { "异议不成立。" });
        values.say("reason", &self.reason);
        values.maybe("correction", self.correction.clone());
        values.say("signer", &self.signer);
        values.say("remedies", remedies);
        values
    }
}

/// 修复决定 (BX-1, F-12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairDecision {
    /// Who applied.
    pub subject: Listed,
    /// When.
    pub applied_on: NaiveDate,
    /// Whether it is granted.
    pub granted: bool,
    /// Why.
    pub reason: String,
    /// First day on which the entry is no longer in force, where granted.
    pub exit_on: Option<NaiveDate>,
    /// Who signed the decision, as title and name, and for whom where he acted for a head.
    pub signer: String,
}

impl RepairDecision {
    pub(crate) fn values(&self, remedies: &str) -> Values {
        let effect = self.exit_on.filter(|_| self.granted).map(|exit_on| {
            format!("自{}起退出名单：停止公示、停止共享，解除相关措施。承诺不实的，恢复公示。", day(exit_on))
        });
        let mut values = Values::of_list(self.subject.kind);
        values.exact("code", self.subject.code_text());
        values.say("name", &self.subject.name);
        values.say("you", self.subject.you());
        values.say("applied_on", &day(self.applied_on));
        values.say("outcome", if self.granted { "准予信用修复。" } else { "不予信用修复。" });
        values.say("reason", &self.reason);
        values.maybe("effect", effect);
        values.say("signer", &self.signer);
        values.say("remedies", remedies);
        values
    }
}

/// 退出公告. Neutral after a wrong listing (BX-2) and at the subject's own wish (RX-3): then neither list,
/// facts nor reason stand in it, whatever they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitAnnouncement {
    /// An exit that is announced with its reason.
    Plain {
        /// Who leaves.
        subject: Box<Listed>,
        /// First day out.
        exit_on: NaiveDate,
        /// Exit code.
        code: String,
        /// Why, in a few words.
        reason: String,
        /// The original channels.
        channels: Vec<String>,
        /// Who signed the exit, as title and name; empty where the day alone brought it.
        signer: String,
    },
    /// A neutral withdrawal.
    Neutral {
        /// 名称.
        name: String,
        /// Its public code.
        code: Option<String>,
        /// First day out.
        exit_on: NaiveDate,
        /// The original channels.
        channels: Vec<String>,
        /// 依主体申请 (RX-3) may be said; a correction (BX-2) says nothing.
        at_own_request: bool,
        /// Who signed the exit, as title and name; empty where the day alone brought it.
        signer: String,
    },
}

impl ExitAnnouncement {
    pub(crate) fn values(&self) -> Values {
        match self {
            Self::Plain { subject, exit_on, code, reason, channels, signer } => {
                let measures = match subject.kind {
                    ListKind::Red => "相关激励措施自退出之日起停止实施。",
                    ListKind::Black => "相关惩戒措施自退出之日起停止实施。",
                };
                let mut values = Values::of_list(subject.kind);
                values.exact("code", subject.code_text());
                values.say("name", &subject.name);
                values.say("exit_on", &day(*exit_on));
                values.say("reason", &format!("{reason}（{code}）"));
                values.say("measures", measures);
                values.say("channels", &channels.join("、"));
                values.say("signer", signer);
                values
            }
            Self::Neutral { name, code, exit_on, channels, at_own_request, signer } => {
                let mut values = Values::default();
                let code = code.as_ref().map(|code| format!("（{}）", crate::clean::visible(code)));
                let asked = if *at_own_request { "依主体申请，" } else { "" };
                let sentence = format!(
                    "{asked}本机关此前发布的涉及{}{}的信息自{}起撤回，不再公示、共享和使用。",
                    Values::cell(name),
                    code.unwrap_or_default(),
                    day(*exit_on)
                );
                values.exact("neutral", sentence);
                values.say("exit_on", &day(*exit_on));
                values.say("channels", &channels.join("、"));
                values.say("signer", signer);
                values
            }
        }
    }

    pub(crate) fn is_neutral(&self) -> bool {
        matches!(self, Self::Neutral { .. })
    }
}

/// 退出备案表 (F-13, D-06, D-07).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Who left.
    pub subject: Listed,
    /// The recognising organ.
    pub recogniser: String,
    /// Exit code.
    pub code: String,
    /// Why.
    pub reason: String,
    /// First day out.
    pub exit_on: NaiveDate,
    /// With whom it is filed.
    pub recipient: String,
    /// Last day for filing.
    pub due_on: NaiveDate,
    /// When it was filed, once it was.
    pub filed_on: Option<NaiveDate>,
    /// 备案回执, once received.
    pub receipt: Option<String>,
    /// Who signed the filing, as title and name; empty while it was not made.
    pub signer: String,
}

impl Filing {
    pub(crate) fn values(&self) -> Values {
        let subject = &self.subject;
        let recognised = subject.recognised_on.map(day).unwrap_or_default();
        let rows = vec![
            ("主体名称", Values::cell(&subject.name)),
            ("统一社会信用代码", subject.code_text()),
            ("主体类别", Values::cell(&subject.class)),
            ("名单类别", list_name(subject.kind).to_owned()),
            ("案件编号", Values::cell(&subject.case)),
            ("认定单位", Values::cell(&self.recogniser)),
            ("认定日期", recognised),
            ("认定标准", Values::cell(&subject.criteria().join("；"))),
            ("退出类型", Values::cell(&self.code)),
            ("退出原因", Values::cell(&self.reason)),
            ("退出日期", day(self.exit_on)),
            ("备案期限", day(self.due_on)),
            ("备案日期", self.filed_on.map(day).unwrap_or_default()),
            ("备案回执", Values::cell(self.receipt.as_deref().unwrap_or_default())),
        ];
        let mut values = Values::of_list(subject.kind);
        values.say("recipient", &self.recipient);
        values.say("due_on", &day(self.due_on));
        values.say("signer", &self.signer);
        values.table(form(rows));
        values
    }
}

/// 季度红黑榜 (R-033, F-15): what is in force on its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulletin {
    /// Year.
    pub year: i32,
    /// Quarter, 1 to 4.
    pub quarter: u32,
    /// Its last day.
    pub as_of: NaiveDate,
    /// 红榜.
    pub reds: Vec<Shown>,
    /// 黑榜.
    pub blacks: Vec<Shown>,
    /// What left either within the quarter.
    pub left: Vec<Shown>,
}

/// One subject of a bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who is listed, and why.
    pub subject: Listed,
    /// 备注, such as 本季度列入; may be empty.
    pub remark: String,
}

impl Bulletin {
    pub(crate) fn values(&self) -> Values {
        let columns = [("序号", 7), ("榜别", 8), ("名称和代码", 28), ("认定标准", 26), ("认定日期", 17), ("备注", 14)];
        let shown = self.reds.iter().chain(&self.blacks).chain(&self.left);
        let rows = shown.enumerate().map(|(at, Shown { subject, remark })| {
            let board = match subject.kind {
                ListKind::Red => "红榜",
                ListKind::Black => "黑榜",
            };
            vec![
                Values::cell(&(at + 1).to_string()),
                board.to_owned(),
                identity(subject),
                Values::cell(&subject.criteria().join("；")),
                subject.recognised_on.map(day).unwrap_or_default(),
                Values::cell(remark),
            ]
        });
        let mut rows: Vec<Vec<String>> = rows.collect();
        if rows.is_empty() {
            // A quarter without entries has its bulletin too, and says so.
            rows.push(["", "", "本期没有应载明的条目", "", "", ""].map(Values::cell).to_vec());
        }
        let mut values = Values::default();
        values.say("list", "红黑榜");
        values.say("year", &self.year.to_string());
        values.say("quarter", &crate::day::ordinal(self.quarter as usize));
        values.say("as_of", &day(self.as_of));
        values.say("reds", &self.reds.len().to_string());
        values.say("blacks", &self.blacks.len().to_string());
        values.table(table(&columns, rows));
        values
    }
}
