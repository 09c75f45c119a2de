//! Documents of the way onto a list: notice, publicity, recognition, review, return.

use chrono::NaiveDate;
use honghei_domain::list::ListKind;

use super::Listed;
use crate::compose::{Values, table};
use crate::day::day;

/// 告知书 (R-022, F-04): facts, reasons, basis, the right to be heard, the right to repair, remedies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who is told.
    pub subject: Listed,
    /// Period for statements, working days (D-16).
    pub statement_days: u32,
    /// Its last day, once served.
    pub statement_until: Option<NaiveDate>,
    /// How it was served, once it was.
    pub service: Option<Service>,
}

/// How a notice was served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// 告知方式.
    pub method: String,
    /// 送达日期.
    pub served_on: NaiveDate,
    /// 送达证明.
    pub proof: String,
}

impl Notice {
    pub(crate) fn values(&self, repair_rights: &str, remedies: &str) -> Values {
        let subject = &self.subject;
        let service = self.service.as_ref().map(|service| {
            format!("送达方式：{}；送达日期：{}；送达证明：{}。", service.method, day(service.served_on), service.proof)
        });
        let black = subject.kind == ListKind::Black;
        let mut values = Values::of_list(subject.kind);
        values.exact("code", subject.code_text());
        values.say("name", &subject.name);
        values.say("you", subject.you());
        values.say("class", &subject.class);
        values.say("facts", &subject.facts);
        values.lines("criteria", numbered(subject.criteria()));
        values.lines("basis", subject.bases());
        values.maybe("document", subject.document_text());
        values.say("statement_days", &self.statement_days.to_string());
        values.maybe("statement_until", self.statement_until.map(day));
        values.maybe("repair", subject.repair_text());
        values.maybe("repair_rights", black.then(|| repair_rights.to_owned()));
        values.say("remedies", remedies);
        values.maybe("service", service);
        values
    }
}

/// Which publicity it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Of candidates, before recognition.
    Candidates,
    /// Of a reviewed list.
    Reviewed,
}

/// 公示: facts, reasons and basis of every subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publicity {
    /// Which.
    pub stage: Stage,
    /// Red or black.
    pub kind: ListKind,
    /// First day.
    pub opened_on: NaiveDate,
    /// Last day, 24:00.
    pub ends_on: NaiveDate,
    /// 公示渠道.
    pub channel: String,
    /// Who, at most [`super::MAX_ROWS`].
    pub subjects: Vec<Listed>,
}

impl Publicity {
    pub(crate) fn values(&self, remedies: &str) -> Values {
        let columns = [("序号", 8), ("名称和代码", 29), ("事实", 25), ("理由", 19), ("依据", 19)];
        let rows = self.subjects.iter().enumerate().map(|(at, subject)| {
            let document = subject.document_short().map(|text| format!("；{text}")).unwrap_or_default();
            vec![
                Values::cell(&(at + 1).to_string()),
                identity(subject),
                Values::cell(&subject.facts),
                Values::cell(&subject.criteria().join("；")),
                Values::cell(&format!("{}{document}", subject.bases().join("；"))),
            ]
        });
        let mut values = Values::of_list(self.kind);
        let stage = match self.stage {
            Stage::Candidates => "拟列入",
            Stage::Reviewed => "经审核拟上报列入",
        };
        values.say("stage", stage);
        values.say("count", &self.subjects.len().to_string());
        values.say("opened_on", &day(self.opened_on));
        values.say("ends_on", &day(self.ends_on));
        values.say("channel", &self.channel);
        values.say("remedies", remedies);
        values.table(table(&columns, rows.collect()));
        values
    }
}

/// 认定意见书 (R-024, F-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Red or black.
    pub kind: ListKind,
    /// 认定日期.
    pub certified_on: NaiveDate,
    /// 认定意见.
    pub opinion: String,
    /// The head who signed, as title and name.
    pub signer: String,
    /// Who is recognised, at most [`super::MAX_ROWS`].
    pub subjects: Vec<Listed>,
}

impl Recognition {
    pub(crate) fn values(&self, repair_rights: &str, remedies: &str) -> Values {
        let black = self.kind == ListKind::Black;
        let mut columns = vec![("序号", 8), ("名称和代码", 29), ("认定标准", 22), ("事实", 25)];
        if black {
            columns.push(("能否修复", 16));
        }
        let rows = self.subjects.iter().enumerate().map(|(at, subject)| {
            let mut row = vec![
                Values::cell(&(at + 1).to_string()),
                identity(subject),
                Values::cell(&subject.criteria().join("；")),
                Values::cell(&subject.facts),
            ];
            if black {
                row.push(Values::cell(&subject.repair_text().unwrap_or_default()));
            }
            row
        });
        let mut values = Values::of_list(self.kind);
        values.say("count", &self.subjects.len().to_string());
        values.say("certified_on", &day(self.certified_on));
        values.say("opinion", &self.opinion);
        values.say("signer", &self.signer);
        values.maybe("repair_rights", black.then(|| repair_rights.to_owned()));
        values.say("remedies", remedies);
        values.table(table(&columns, rows.collect()));
        values
    }
}

/// An entry that a review did not approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The case.
    pub case: String,
    /// 名称.
    pub name: String,
    /// 退回补正 or 不予通过.
    pub returned: bool,
    /// Defects or the reason.
    pub reasons: Vec<String>,
}

/// 审核意见 (R-026, F-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Red or black.
    pub kind: ListKind,
    /// Whose list it is.
    pub recogniser: String,
    /// The list's place in its log.
    pub list: String,
    /// When it was declared.
    pub declared_on: NaiveDate,
    /// When the materials were received: D-02 ran from then.
    pub received_on: NaiveDate,
    /// Entries of the list.
    pub count: u64,
    /// What was not approved.
    pub exceptions: Vec<Exception>,
    /// 审核意见.
    pub opinion: String,
    /// The head who signed, as title and name.
    pub signer: String,
    /// Why no publicity follows, where the signatory waived it (AMB-04).
    pub publicity_waived: Option<String>,
    /// Length of the publicity that else follows, working days (D-03).
    pub publicity_days: u32,
}

impl Review {
    pub(crate) fn values(&self) -> Values {
        let columns = [("序号", 8), ("案件", 26), ("名称", 24), ("决定", 13), ("理由", 29)];
        let rows = self.exceptions.iter().enumerate().map(|(at, exception)| {
            let decision = if exception.returned { "退回补正" } else { "不予通过" };
            vec![
                Values::cell(&(at + 1).to_string()),
                Values::cell(&exception.case),
                Values::cell(&exception.name),
                Values::cell(decision),
                Values::cell(&exception.reasons.join("；")),
            ]
        });
        let returned = self.exceptions.iter().filter(|exception| exception.returned).count() as u64;
        let rejected = self.exceptions.len() as u64 - returned;
        let publicity = match &self.publicity_waived {
            Some(reason) => format!("本次不予公示，理由：{reason}。"),
            None => format!("本意见签署后公示{}个工作日；公示期内的异议由认定单位核实。", self.publicity_days),
        };
        let mut values = Values::of_list(self.kind);
        values.say("recogniser", &self.recogniser);
        values.exact("list_place", self.list.clone());
        values.say("declared_on", &day(self.declared_on));
        values.say("received_on", &day(self.received_on));
        values.say("count", &self.count.to_string());
        values.say("approved", &self.count.saturating_sub(returned + rejected).to_string());
        values.say("returned", &returned.to_string());
        values.say("rejected", &rejected.to_string());
        values.say("opinion", &self.opinion);
        values.say("signer", &self.signer);
        values.say("publicity", &publicity);
        values.table(table(&columns, rows.collect()));
        values
    }
}

/// 补正通知: one consolidated list of defects (AMB-18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// Red or black.
    pub kind: ListKind,
    /// Whose list it is.
    pub recogniser: String,
    /// The list's place in its log.
    pub list: String,
    /// When the materials were received.
    pub received_on: NaiveDate,
    /// What must be mended.
    pub returned: Vec<Exception>,
    /// The head who signed, as title and name.
    pub signer: String,
}

impl Return {
    pub(crate) fn values(&self) -> Values {
        let columns = [("序号", 8), ("案件", 26), ("名称", 25), ("需要补正的内容", 41)];
        let rows = self.returned.iter().enumerate().map(|(at, exception)| {
            vec![
                Values::cell(&(at + 1).to_string()),
                Values::cell(&exception.case),
                Values::cell(&exception.name),
                Values::cell(&numbered(exception.reasons.clone()).join("；")),
            ]
        });
        let mut values = Values::of_list(self.kind);
        values.say("recogniser", &self.recogniser);
        values.exact("list_place", self.list.clone());
        values.say("received_on", &day(self.received_on));
        values.say("count", &self.returned.len().to_string());
        values.say("signer", &self.signer);
        values.table(table(&columns, rows.collect()));
        values
    }
}

/// Name and code of a subject in one cell.
pub(super) fn identity(subject: &Listed) -> String {
    let name = Values::cell(&subject.name);
    match &subject.code {
        Some(_) => format!("{name}\n{}", subject.code_text()),
        None => name,
    }
}

/// 1. 2. 3. before several lines; one line stands as it is.
fn numbered(lines: Vec<String>) -> Vec<String> {
    if lines.len() < 2 {
        return lines;
    }
    lines.into_iter().enumerate().map(|(at, line)| format!("{}. {line}", at + 1)).collect()
}
