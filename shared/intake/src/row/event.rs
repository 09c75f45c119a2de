//! One row becomes a behaviour event: a penalty in the national 双公示 columns, an inspection, a commendation.

use honghei_domain::evidence::{BehaviourEvent, level_of, penalties_in};
use honghei_domain::identifier::CitizenId;
use honghei_domain::list::{CaseId, CriterionCode, EffectiveDocument, ListEntry, ProcedureRecord};
use honghei_domain::policy::{Circumstance, EventNature, Grade};

use super::reader::RowReader;
use super::value::Value;
use super::{state, subject};
use crate::column::Field;
use crate::limit;
use crate::problem::ProblemCode;

/// Yuan in 万元, the unit of the national columns.
const WAN: f64 = 10_000.0;

/// The largest fine taken as it stands, in 万元; beyond it somebody wrote yuan or slipped a column.
const MAX_FINE_WAN: f64 = 10_000_000.0;

/// Reads a row as an event. A personal number in it is dropped: an event needs none.
pub(super) fn draft(reader: &mut RowReader<'_>) -> Option<(ListEntry, Option<CitizenId>, Option<BehaviourEvent>)> {
    let subject = subject::read(reader);
    refuse_contested(reader);
    let nature = nature(reader);
    let occurred_on = reader.required(Field::IssuedOn, |reader| reader.past_date(Field::IssuedOn));
    let document_number = reader.short(Field::DocumentNumber).or_else(|| reader.short(Field::CaseNumber));
    let issuer = reader.short(Field::DocumentIssuer).unwrap_or_default();
    let category = joined(reader, Field::PenaltyCategory);
    let content = joined(reader, Field::PenaltyContent);
    let fine_yuan = fine(reader);
    let kind = reader.short(Field::BehaviourKind).unwrap_or_default();
    let grade = choice(reader, Field::Severity, |word| Grade::ALL.into_iter().find(|grade| grade.zh() == word));
    let circumstances = circumstances(reader);
    let mut facts = joined(reader, Field::Facts);
    if facts.is_empty() {
        facts = content.clone();
    }
    let (subject, nature, occurred_on) = (subject?.subject, nature?, occurred_on?);
    let document_number = document_number.unwrap_or_default();
    let penalties = if nature == EventNature::Penalty { penalties_in(&category, &content) } else { Vec::new() };
    // One decision may tell of a violation and its penalty, one sampling of several products: those are no repetition.
    let document = (!document_number.is_empty()).then(|| EffectiveDocument {
        kind: String::new(),
        number: format!("{document_number}|{}|{kind}", nature.as_str()),
        issuer: issuer.clone(),
        issued_on: occurred_on,
        effective_on: occurred_on,
        under_appeal: false,
    });
    let entry = ListEntry {
        case: CaseId { origin: reader.request.origin.clone(), number: 0 },
        kind: reader.request.kind,
        department: reader.request.department.clone(),
        recognising_organ: String::new(),
        subject: subject.clone(),
        criteria: vec![CriterionCode(format!("{}|{kind}", nature.as_str()))],
        facts: String::new(),
        document,
        repairability: None,
        recognised_on: Some(occurred_on),
        valid_from: None,
        valid_to: None,
        territorial_override: None,
        procedure: ProcedureRecord::default(),
        attachments: Vec::new(),
        attestations: Vec::new(),
    };
    let event = BehaviourEvent {
        number: 0,
        subject,
        nature,
        kind,
        grade,
        occurred_on,
        document_number,
        level: level_of(&issuer),
        issuer,
        penalties,
        fine_yuan,
        circumstances,
        facts,
        source: String::new(),
    };
    Some((entry, None, Some(event)))
}

/// An event has no state of its own: once entered it counts, so a contested one waits outside.
fn refuse_contested(reader: &mut RowReader<'_>) {
    if let Some(column) = state::contested(reader) {
        reader.note_at(column, ProblemCode::EventContested, "该记录正在异议、复议或诉讼中");
    }
}

/// What the row records; a file in a penalty layout says it by its columns.
fn nature(reader: &mut RowReader<'_>) -> Option<EventNature> {
    let Some(word) = reader.short(Field::EventNature) else { return Some(EventNature::Penalty) };
    let found = EventNature::ALL.into_iter().find(|nature| nature.zh() == word || nature.as_str() == word);
    if found.is_none() {
        let known = EventNature::ALL.map(EventNature::zh).join("、");
        reader.note(Field::EventNature, ProblemCode::ChoiceUnknown, format!("应为以下之一：{known}"));
    }
    found
}

fn choice<T>(reader: &mut RowReader<'_>, field: Field, known: impl Fn(&str) -> Option<T>) -> Option<T> {
    let word = reader.short(field)?;
    let found = known(&word);
    if found.is_none() {
        reader.note(field, ProblemCode::ChoiceUnknown, "不是规定的用词");
    }
    found
}

fn circumstances(reader: &mut RowReader<'_>) -> Vec<Circumstance> {
    let Some(text) = reader.short(Field::Circumstances) else { return Vec::new() };
    let mut found = Vec::new();
    for word in text.split(['、', '，', ',', '；', ';']).map(str::trim).filter(|word| !word.is_empty()) {
        match Circumstance::ALL.into_iter().find(|known| known.zh() == word) {
            Some(known) if !found.contains(&known) => found.push(known),
            Some(_) => {}
            None => {
                let known = Circumstance::ALL.map(Circumstance::zh).join("、");
                reader.note(Field::Circumstances, ProblemCode::ChoiceUnknown, format!("应为以下用词：{known}"));
            }
        }
    }
    found
}

/// 罚款金额 in 万元 as whole yuan.
fn fine(reader: &mut RowReader<'_>) -> Option<u64> {
    let wan = match reader.value(Field::FineAmount)? {
        Value::Number(number) => Some(number),
        Value::Text(text) => text.trim().parse::<f64>().ok(),
        Value::Date(_) | Value::Error(_) => None,
    };
    match wan {
        Some(wan) if (0.0..=MAX_FINE_WAN).contains(&wan) => Some((wan * WAN).round() as u64).filter(|yuan| *yuan > 0),
        _ => {
            reader.note(Field::FineAmount, ProblemCode::ChoiceUnknown, "应为以万元计的数字");
            None
        }
    }
}

fn joined(reader: &mut RowReader<'_>, field: Field) -> String {
    let texts = reader.repeated(field, limit::MAX_LONG_TEXT_CHARS).into_iter().map(|(_, text)| text);
    texts.collect::<Vec<_>>().join("；")
}
