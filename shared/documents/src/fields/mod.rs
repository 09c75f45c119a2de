//! What an act says in a document, typed: one struct a kind. Texts are as recorded; composing cleans them.

mod after;
mod before;

use chrono::NaiveDate;
use honghei_domain::list::{EffectiveDocument, ListEntry, ListKind, Repairability, Subject, SubjectForm};
use honghei_domain::policy::Policy;
use honghei_domain::policy::documents::DocumentKind;

pub use self::after::{Bulletin, ExitAnnouncement, Filing, ObjectionResult, RepairDecision, Shown};
pub use self::before::{Exception, Notice, Publicity, Recognition, Return, Review, Service, Stage};
use crate::clean::visible;

/// Rows in a document's tables at most.
pub const MAX_ROWS: usize = 5000;

/// The fields of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fields {
    /// 告知书.
    Notice(Notice),
    /// 公示.
    Publicity(Publicity),
    /// 认定意见书.
    Recognition(Recognition),
    /// 审核意见.
    Review(Review),
    /// 补正通知.
    Return(Return),
    /// 异议处理结果.
    Objection(ObjectionResult),
    /// 修复决定.
    Repair(RepairDecision),
    /// 退出公告.
    Exit(ExitAnnouncement),
    /// 退出备案表.
    Filing(Filing),
    /// 季度红黑榜.
    Bulletin(Bulletin),
}

impl Fields {
    /// Which document it is.
    pub fn kind(&self) -> DocumentKind {
        match self {
            Self::Notice(_) => DocumentKind::Notice,
            Self::Publicity(_) => DocumentKind::Publicity,
            Self::Recognition(_) => DocumentKind::Recognition,
            Self::Review(_) => DocumentKind::Review,
            Self::Return(_) => DocumentKind::Return,
            Self::Objection(_) => DocumentKind::Objection,
            Self::Repair(_) => DocumentKind::Repair,
            Self::Exit(_) => DocumentKind::Exit,
            Self::Filing(_) => DocumentKind::Filing,
            Self::Bulletin(_) => DocumentKind::Bulletin,
        }
    }
}

/// 红名单 or 黑名单.
pub fn list_name(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Red => "红名单",
        ListKind::Black => "黑名单",
    }
}

/// One listed subject, as documents name it (F-01, F-02, F-11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The case, such as 420802-commerce#17.
    pub case: String,
    /// Red or black.
    pub kind: ListKind,
    /// Whom the document addresses.
    pub form: SubjectForm,
    /// 名称.
    pub name: String,
    /// 统一社会信用代码 or the code recorded instead; never a personal number.
    pub code: Option<String>,
    /// The policy's subject class, as text.
    pub class: String,
    /// 事实.
    pub facts: String,
    /// 理由 and 依据: the criteria met.
    pub grounds: Vec<Ground>,
    /// 依据文书.
    pub document: Option<EffectiveDocument>,
    /// 能否修复.
    pub repairability: Option<Repairability>,
    /// 认定日期, once recognised.
    pub recognised_on: Option<NaiveDate>,
}

/// One criterion that is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Its code.
    pub code: String,
    /// 认定标准.
    pub text: String,
    /// 认定依据.
    pub basis: String,
}

impl Listed {
    /// An entry in the words of its policy. A criterion the policy does not have is named by its code.
    pub fn of(entry: &ListEntry, policy: &Policy) -> Self {
        let ground = |code: &honghei_domain::list::CriterionCode| {
            let found = policy.criterion(code);
            Ground {
                code: code.0.clone(),
                text: found.map(|criterion| criterion.text.clone()).unwrap_or_default(),
                basis: found.map(|criterion| criterion.basis.clone()).unwrap_or_default(),
            }
        };
        let class = policy.classes.iter().find(|class| class.code == entry.subject.class);
        Self {
            case: entry.case.to_string(),
            kind: entry.kind,
            form: entry.subject.form,
            name: entry.subject.name.clone(),
            code: code_of(&entry.subject),
            class: class.map(|class| class.text.clone()).unwrap_or_default(),
            facts: entry.facts.clone(),
            grounds: entry.criteria.iter().map(ground).collect(),
            document: entry.document.clone(),
            repairability: entry.repairability.clone(),
            recognised_on: entry.recognised_on,
        }
    }

    pub(crate) fn you(&self) -> &'static str {
        match self.form {
            SubjectForm::NaturalPerson => "你",
            SubjectForm::Enterprise | SubjectForm::IndividualBusiness | SubjectForm::OtherOrganisation => "你单位",
        }
    }

    /// The code with its kind; a person has none to show.
    pub(crate) fn code_text(&self) -> String {
        match &self.code {
            Some(code) => visible(code),
            None => "无统一社会信用代码".to_owned(),
        }
    }

    pub(crate) fn criteria(&self) -> Vec<String> {
        let one = |ground: &Ground| match ground.text.is_empty() {
            true => ground.code.clone(),
            false => format!("{}（{}）", ground.text.trim_end_matches('。'), ground.code),
        };
        self.grounds.iter().map(one).collect()
    }

    pub(crate) fn bases(&self) -> Vec<String> {
        let mut bases: Vec<String> =
            self.grounds.iter().map(|ground| ground.basis.clone()).filter(|basis| !basis.is_empty()).collect();
        bases.dedup();
        bases
    }

    pub(crate) fn document_text(&self) -> Option<String> {
        let document = self.document.as_ref()?;
        let appeal = if document.under_appeal { "，正在复议或诉讼" } else { "" };
        Some(format!(
            "{}作出的{}（{}），{}作出，{}生效{appeal}",
            document.issuer,
            document.kind,
            document.number,
            crate::day::day(document.issued_on),
            crate::day::day(document.effective_on)
        ))
    }

    /// The document in a table's cell.
    pub(crate) fn document_short(&self) -> Option<String> {
        self.document.as_ref().map(|document| format!("{}{}", document.issuer, document.number))
    }

    pub(crate) fn repair_text(&self) -> Option<String> {
        self.repairability.as_ref().map(|repairability| match repairability {
            Repairability::Repairable { method } => format!("可以修复，修复方式：{method}"),
            Repairability::Irreparable { legal_basis } => format!("不得修复，依据：{legal_basis}"),
        })
    }
}

/// A subject's public code.
fn code_of(subject: &Subject) -> Option<String> {
    let uscc = subject.uscc.as_ref().map(ToString::to_string);
    let organisation = || subject.organisation_code.as_ref().map(|code| format!("组织机构代码{code}"));
    let registration = || subject.registration_number.as_ref().map(|number| format!("工商注册号{number}"));
    uscc.or_else(organisation).or_else(registration)
}
