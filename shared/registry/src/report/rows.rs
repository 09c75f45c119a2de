//! The rows of a report: what was removed and by what, what waits and why. Every text is cleaned here (AMB-15).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use honghei_documents::clean::clean;
use honghei_domain::comparison::{CauseFacts, HeldReason, Identity, Outcome, Rule};
use honghei_domain::list::{CaseId, ListEntry};
use honghei_reports::{Conflict, Held, Identifiers};
use honghei_store::Tx;

use super::{Noted, entries};
use crate::error::Fault;

/// Conflicts by case, and what waits, the longest first.
pub(super) async fn of(
    tx: &mut dyn Tx,
    noted: &BTreeMap<CaseId, Noted>,
    counted_to: NaiveDate,
) -> Result<(Vec<Conflict>, Vec<Held>), Fault> {
    let blacks = noted.values().filter_map(|noted| match &noted.row.verdict.outcome {
        Outcome::Held { with, .. } => with.clone(),
        _ => None,
    });
    let wanted: Vec<CaseId> = noted.keys().cloned().chain(blacks).collect();
    let known = entries::of_cases(tx, wanted).await?;
    let (mut conflicts, mut held) = (Vec::new(), Vec::new());
    for (case, noted) in noted {
        let entry = known.get(case);
        match &noted.row.verdict.outcome {
            Outcome::Removed { rule, exit, tie, cause } => {
                let removal = Removal { rule: *rule, exit: exit.code(), tie: *tie, cause };
                conflicts.push(conflict(case, noted, entry, &removal));
            }
            Outcome::Held { reason, with } => {
                let black = with.as_ref().and_then(|with| known.get(with));
                held.push(waiting(case, noted, entry, *reason, (with.as_ref(), black), counted_to));
            }
            Outcome::FinalRed | Outcome::FinalBlack | Outcome::Expired | Outcome::Exited => {}
        }
    }
    held.sort_by(|one, other| (other.days, &one.case).cmp(&(one.days, &other.case)));
    Ok((conflicts, held))
}

struct Removal<'a> {
    rule: Rule,
    exit: &'static str,
    tie: bool,
    cause: &'a CaseId,
}

fn conflict(case: &CaseId, noted: &Noted, entry: Option<&ListEntry>, removal: &Removal<'_>) -> Conflict {
    let cause = noted.row.verdict.cause_facts.as_ref();
    Conflict {
        case: case.to_string(),
        subject: name_of(entry),
        identifiers: identifiers(entry),
        red_department: department_of(entry),
        red_organ: entry.map(|entry| clean(&entry.recognising_organ)).unwrap_or_default(),
        red_recognised_on: entry.and_then(|entry| entry.recognised_on),
        rule: removal.rule.code().to_owned(),
        tie: removal.tie,
        exit: removal.exit.to_owned(),
        key: cause.map(|cause| cause.key.chinese().to_owned()).unwrap_or_default(),
        cause: removal.cause.to_string(),
        black_department: cause_department(cause),
        black_document: cause.and_then(|cause| cause.document_number.as_deref()).map(clean).unwrap_or_default(),
        black_recognised_on: cause.map(|cause| cause.recognised_on),
        version: noted.version,
        removed_on: noted.on,
    }
}

fn waiting(
    case: &CaseId,
    noted: &Noted,
    entry: Option<&ListEntry>,
    reason: HeldReason,
    (with, black): (Option<&CaseId>, Option<&ListEntry>),
    counted_to: NaiveDate,
) -> Held {
    let cause = noted.row.verdict.cause_facts.as_ref();
    let fields = entry.zip(black).map(|(own, black)| Fields::of(own, black));
    let compared = fields.is_some();
    let Fields { agree, differ, one_sided } = fields.unwrap_or_default();
    let days = (counted_to - noted.on).num_days();
    Held {
        case: case.to_string(),
        subject: name_of(entry),
        identifiers: identifiers(entry),
        red_department: department_of(entry),
        reason: reason.code().to_owned(),
        reason_zh: reason.chinese().to_owned(),
        black: with.map(ToString::to_string).unwrap_or_default(),
        black_department: cause_department(cause),
        agree,
        differ,
        one_sided,
        compared,
        since_version: noted.version,
        since_on: noted.on,
        days: u32::try_from(days).unwrap_or(0),
    }
}

fn name_of(entry: Option<&ListEntry>) -> String {
    entry.map(|entry| clean(&entry.subject.name)).unwrap_or_default()
}

fn department_of(entry: Option<&ListEntry>) -> String {
    entry.map(|entry| entry.department.0.clone()).unwrap_or_default()
}

fn cause_department(cause: Option<&CauseFacts>) -> String {
    cause.map(|cause| cause.department.0.clone()).unwrap_or_default()
}

/// Codes of firms; one that reads as a person's number is masked, whatever it is.
fn identifiers(entry: Option<&ListEntry>) -> Identifiers {
    let Some(subject) = entry.map(|entry| &entry.subject) else { return Identifiers::default() };
    let shown = |code: Option<&str>| code.map(clean).unwrap_or_default();
    Identifiers {
        uscc: shown(subject.uscc.as_ref().map(|code| code.as_str())),
        organisation_code: shown(subject.organisation_code.as_ref().map(|code| code.as_str())),
        registration_number: shown(subject.registration_number.as_ref().map(|code| code.as_str())),
    }
}

/// Which fields of two subjects agree; never what stands in them.
#[derive(Default)]
struct Fields {
    agree: Vec<String>,
    differ: Vec<String>,
    one_sided: Vec<String>,
}

impl Fields {
    fn of(own: &ListEntry, black: &ListEntry) -> Self {
        let (own, black) = (Identity::of(&own.subject), Identity::of(&black.subject));
        let number = |identity: &Identity| identity.registration_number.as_ref().map(|code| code.as_str().to_owned());
        let uscc = |identity: &Identity| identity.uscc.as_ref().map(|code| code.as_str().to_owned());
        let organisation = |identity: &Identity| identity.organisation().map(str::to_owned);
        let former = |identity: &Identity| identity.name.former.clone();
        let pairs = [
            ("统一社会信用代码", uscc(&own), uscc(&black)),
            ("组织机构代码", organisation(&own), organisation(&black)),
            ("工商注册号", number(&own), number(&black)),
            ("名称", Some(own.name.key.clone()), Some(black.name.key.clone())),
            ("注明的原名", former(&own), former(&black)),
        ];
        let mut fields = Self::default();
        for (name, one, other) in pairs {
            let kept = match (one, other) {
                (Some(one), Some(other)) if one == other => &mut fields.agree,
                (Some(_), Some(_)) => &mut fields.differ,
                (None, None) => continue,
                _ => &mut fields.one_sided,
            };
            kept.push(name.to_owned());
        }
        fields
    }
}
