//! One row becomes a draft.

use std::sync::Arc;

use chrono::NaiveDate;
use honghei_domain::evidence::BehaviourEvent;
use honghei_domain::identifier::CitizenId;
use honghei_domain::list::{CaseId, CriterionCode, ListEntry, ListKind, ProcedureRecord};

use super::reader::{CodesRead, RowReader};
use super::value::{self, Term};
use super::{document, subject};
use crate::column::{Field, Layout};
use crate::limit;
use crate::problem::{ProblemCode, RowProblem};
use crate::request::{Purpose, Request};
use crate::source::Row;

/// A list entry as a row gave it, before it has a case.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The entry; its case has the importing node as origin and number 0.
    pub entry: ListEntry,
    /// The ID number of the legal representative, or of the subject where it is a natural person. Never part of the
    /// entry: the caller commits to it and locks it away.
    pub person_number: Option<CitizenId>,
    /// The behaviour event, where the file holds events: the entry then only stands in for its subject and document.
    pub event: Option<BehaviourEvent>,
    /// The row of a department's list says that this entry was revoked or taken off: it lists nobody.
    pub ended: bool,
    /// The sheet.
    pub sheet: Arc<str>,
    /// The row as the spreadsheet numbers it.
    pub row: u32,
}

/// What a row came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// It is among the drafts.
    Accepted,
    /// It says that an entry ended.
    Ended,
    /// It waits for a person.
    Questioned,
    /// It is out.
    Rejected,
}

/// A row as it was read.
pub(crate) struct ReadRow {
    pub(crate) outcome: Outcome,
    pub(crate) draft: Option<Box<Draft>>,
    pub(crate) problems: Vec<RowProblem>,
    pub(crate) codes: CodesRead,
}

/// Reads one row; problems come with it whether it stands or not.
pub(crate) fn read_row(request: &Request, layout: &Layout, sheet: &Arc<str>, row: &Row) -> ReadRow {
    let mut reader = RowReader::new(request, layout, sheet, row);
    reader.check_for_slipped_cells();
    let draft = match request.purpose {
        Purpose::Events => super::event::draft(&mut reader),
        Purpose::Candidates | Purpose::Feed => {
            draft(&mut reader).map(|(entry, person_number)| (entry, person_number, None))
        }
    };
    let ended = reader.is_ended();
    let outcome = match (reader.is_sound(), reader.is_questioned()) {
        (false, _) => Outcome::Rejected,
        (true, true) => Outcome::Questioned,
        (true, false) if ended => Outcome::Ended,
        (true, false) => Outcome::Accepted,
    };
    let draft = draft.filter(|_| outcome != Outcome::Rejected).map(|(entry, person_number, event)| {
        // Whose entry ends needs no number: none is kept of a row that lists nobody.
        let person_number = person_number.filter(|_| !ended);
        Box::new(Draft { entry, person_number, event, ended, sheet: Arc::clone(sheet), row: row.number })
    });
    let (problems, codes) = reader.into_problems();
    ReadRow { outcome, draft, problems, codes }
}

fn draft(reader: &mut RowReader<'_>) -> Option<(ListEntry, Option<CitizenId>)> {
    let request = reader.request;
    let subject = subject::read(reader);
    let facts = facts(reader);
    let criteria = criteria(reader);
    let stated_organ = reader.short(Field::Organ);
    let stated_date = reader.past_date(Field::RecognisedOn);
    let organ = match request.purpose {
        Purpose::Candidates | Purpose::Events => request.organ.clone(),
        Purpose::Feed => stated_organ.unwrap_or_else(|| request.organ.clone()),
    };
    let document = document::document(reader, &organ, stated_date);
    let recognised_on = match request.purpose {
        Purpose::Candidates | Purpose::Events => stated_date,
        Purpose::Feed => stated_date.or(document.as_ref().map(|document| document.issued_on)).or(Some(request.as_of)),
    };
    let (valid_from, valid_to) = validity(reader, recognised_on);
    let repairability = document::repairability(reader);
    let territorial_override = reader.short(Field::TerritorialOverride);
    let attestations = super::attest::attestations(reader, criteria.as_deref().unwrap_or_default());
    let subject = subject?;
    let entry = ListEntry {
        case: CaseId { origin: request.origin.clone(), number: 0 },
        kind: request.kind,
        department: request.department.clone(),
        recognising_organ: organ,
        subject: subject.subject,
        criteria: criteria?,
        facts: facts?,
        document,
        repairability,
        recognised_on,
        valid_from,
        valid_to,
        territorial_override,
        procedure: ProcedureRecord::default(),
        attachments: Vec::new(),
        attestations: attestations?,
    };
    Some((entry, subject.person_number))
}

/// Facts, grades and basis in one text.
fn facts(reader: &mut RowReader<'_>) -> Option<String> {
    let read = |reader: &mut RowReader<'_>| {
        let texts = reader.repeated(Field::Facts, limit::MAX_LONG_TEXT_CHARS).into_iter().map(|(_, text)| text);
        texts.reduce(|one, other| format!("{one}；{other}"))
    };
    let facts = if reader.request.purpose == Purpose::Candidates {
        Some(reader.required(Field::Facts, read)?)
    } else {
        read(reader)
    };
    let mut parts: Vec<String> = facts.into_iter().collect();
    let grades = reader.repeated(Field::Grade, limit::MAX_SHORT_TEXT_CHARS).into_iter();
    parts.extend(grades.map(|(column, text)| format!("{}：{text}", column.header)));
    parts.extend(reader.text(Field::Basis, limit::MAX_LONG_TEXT_CHARS).map(|basis| format!("依据：{basis}")));
    let facts = parts.join("；");
    if facts.chars().count() > 2 * limit::MAX_LONG_TEXT_CHARS {
        reader.note(Field::Facts, ProblemCode::TextTooLong, "事由、等级和依据合计过长");
        return None;
    }
    Some(facts)
}

fn criteria(reader: &mut RowReader<'_>) -> Option<Vec<CriterionCode>> {
    let field = Field::Criteria;
    let text = if reader.request.purpose == Purpose::Candidates {
        reader.required_short(field)?
    } else {
        match reader.short(field) {
            Some(text) => text,
            None => return Some(Vec::new()),
        }
    };
    let mut codes: Vec<CriterionCode> = Vec::new();
    for code in text.split([',', '，', '、', ';', '；', ' ', '/']).map(str::trim).filter(|code| !code.is_empty()) {
        let code = CriterionCode(code.to_uppercase());
        if let Some(known) = &reader.request.criteria
            && !known.contains(&code)
        {
            let known: Vec<&str> = known.iter().map(|code| code.0.as_str()).collect();
            let kind = if reader.request.kind == ListKind::Red { "红名单" } else { "黑名单" };
            let reason = format!("{}不是现行{kind}认定标准；可用：{}", code.0, known.join("、"));
            reader.note(field, ProblemCode::CriterionUnknown, reason);
            return None;
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    if codes.len() > limit::MAX_CRITERIA {
        reader.note(field, ProblemCode::TextTooLong, format!("超过 {} 个认定标准", limit::MAX_CRITERIA));
        return None;
    }
    if codes.is_empty() {
        reader.note(field, ProblemCode::ValueMissing, "认定标准代码未填写");
        return None;
    }
    Some(codes)
}

/// A feed's own validity. Our own lists get theirs from the province's publication (AMB-06), so a candidate's column
/// is checked and not kept.
fn validity(reader: &mut RowReader<'_>, recognised_on: Option<NaiveDate>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let stated_from = reader.date(Field::ValidFrom);
    let term = reader.value(Field::ValidTo).and_then(|value| match value::term(&value) {
        Ok(term) => Some(term),
        Err(defect) => {
            reader.note(Field::ValidTo, ProblemCode::DateInvalid, defect.reason());
            None
        }
    });
    let start = stated_from.or(recognised_on);
    let (from, to) = match term {
        None | Some(Term::Open) => (stated_from, None),
        Some(Term::Until(last)) => (stated_from, Some(last)),
        Some(Term::Between(first, last)) => (stated_from.or(Some(first)), Some(last)),
        Some(Term::Years(years)) => (stated_from, start.and_then(|start| value::years_after(start, years))),
    };
    if let Some(first) = from.filter(|first| *first > reader.request.as_of) {
        // Whoever is listed from a day to come would be compared from today on, and only what is in force counts (C-1).
        reader.note(
            Field::ValidFrom,
            ProblemCode::DateInFuture,
            format!("有效期自{first}起，晚于{}，尚未生效", reader.request.as_of),
        );
        return (None, None);
    }
    if let (Some(first), Some(last)) = (from.or(recognised_on), to)
        && last < first
    {
        reader.note(Field::ValidTo, ProblemCode::DatesDisagree, "有效期止早于有效期起或认定日期");
        return (None, None);
    }
    if reader.request.purpose == Purpose::Candidates { (None, None) } else { (from, to) }
}
