//! What a fact makes of a case. Total: what does not fit changes nothing, so a fold can never fail.

use super::{Case, CaseEvent, Disposition, Finding, Notice, Publicity, Stage, Statement};
use crate::list::ListEntry;
use crate::node::EntryRef;

/// The code under which an adopted statement ends a case.
pub(super) const STATEMENT_ADOPTED: &str = "STATEMENT-ADOPTED";
/// The code under which an upheld objection ends a case.
pub(super) const OBJECTION_UPHELD: &str = "OBJECTION-UPHELD";

pub(super) fn evolve(case: Case, event: &CaseEvent) -> Case {
    // A decision to end a case stands whatever arrives later.
    if matches!(case.stage, Stage::Withdrawn { .. }) {
        return case;
    }
    match event {
        CaseEvent::NoticeServed { .. }
        | CaseEvent::PublicityOpened { .. }
        | CaseEvent::PublicityClosed { .. }
        | CaseEvent::StatementReceived { .. }
        | CaseEvent::StatementDisposed { .. } => prepare(case, event),
        CaseEvent::Corrected { entry, .. } => correct(case, entry),
        CaseEvent::Withdrawn { code, reason, decided_on } => {
            let stage = Stage::Withdrawn { code: code.clone(), reason: reason.clone(), decided_on: *decided_on };
            Case { stage, ..case }
        }
        CaseEvent::Certified { list, certified_on } => {
            let open = case.stage.is_preparing() || case.stage.is_sent_back() || certified_earlier(&case, list);
            let stage = Stage::Certified { list: list.clone(), certified_on: *certified_on };
            if open { Case { stage, ..case } } else { case }
        }
        CaseEvent::Final { .. } | CaseEvent::Removed { .. } | CaseEvent::Held { .. } => compare(case, event),
        CaseEvent::Disapproved { .. }
        | CaseEvent::Declared { .. }
        | CaseEvent::DeclarationRefused { .. }
        | CaseEvent::Received { .. }
        | CaseEvent::Reviewed { .. }
        | CaseEvent::ReviewSigned { .. }
        | CaseEvent::ReviewPublicityOpened { .. }
        | CaseEvent::ReviewPublicityClosed { .. }
        | CaseEvent::ObjectionUpheld { .. }
        | CaseEvent::Reported { .. } => travel(case, event),
    }
}

/// A stored row knows only its recogniser's acts, so a second recognition may follow the first directly: between them
/// lies a return that the dossier of the first list knows.
fn certified_earlier(case: &Case, list: &EntryRef) -> bool {
    matches!(&case.stage, Stage::Certified { list: earlier, .. } if earlier != list)
}

fn prepare(case: Case, event: &CaseEvent) -> Case {
    if !case.stage.is_preparing() {
        return case;
    }
    let Case { entry, mut preparation, policy, .. } = case;
    let mut ended = None;
    match event {
        CaseEvent::NoticeServed { method, served_on, proof } => {
            preparation.notice.get_or_insert_with(|| Notice {
                method: method.clone(),
                served_on: *served_on,
                proof: proof.clone(),
            });
        }
        CaseEvent::PublicityOpened { publicity, channel, opened_on, ends_on } => {
            preparation.publicity.get_or_insert_with(|| Publicity {
                act: publicity.clone(),
                channel: channel.clone(),
                opened_on: *opened_on,
                ends_on: *ends_on,
                closed_on: None,
            });
        }
        CaseEvent::PublicityClosed { publicity, closed_on } => {
            if let Some(open) = preparation.publicity.as_mut().filter(|open| open.act == *publicity) {
                open.closed_on.get_or_insert(*closed_on);
            }
        }
        CaseEvent::StatementReceived { statement, by, grounds, received_on }
            if preparation.statement(statement).is_none() =>
        {
            preparation.statements.push(Statement {
                act: statement.clone(),
                by: by.clone(),
                grounds: grounds.clone(),
                received_on: *received_on,
                disposition: None,
            });
        }
        CaseEvent::StatementDisposed { statement, adopted, reason, decided_on } => {
            let open = preparation.statements.iter_mut().find(|known| known.act == *statement);
            if let Some(open) = open.filter(|open| open.disposition.is_none()) {
                open.disposition =
                    Some(Disposition { adopted: *adopted, reason: reason.clone(), decided_on: *decided_on });
                ended = adopted.then(|| Stage::Withdrawn {
                    code: STATEMENT_ADOPTED.to_owned(),
                    reason: reason.clone(),
                    decided_on: *decided_on,
                });
            }
        }
        _ => {}
    }
    let stage = ended.unwrap_or_else(|| preparation.stage());
    Case { entry, preparation, stage, policy }
}

/// A changed substance is a new accusation or praise: the subject must be heard on it.
fn correct(case: Case, entry: &ListEntry) -> Case {
    let fits = entry.case == case.entry.case && entry.kind == case.entry.kind;
    let correctable =
        case.stage.is_preparing() || case.stage.is_sent_back() || matches!(case.stage, Stage::Certified { .. });
    if !fits || !correctable {
        return case;
    }
    let mut preparation = case.preparation;
    if !same_substance(&case.entry, entry) {
        preparation.notice = None;
        preparation.publicity = None;
    }
    let stage = preparation.stage();
    Case { entry: entry.clone(), preparation, stage, policy: case.policy }
}

/// Whether subject, criteria and facts, the content of notice and publicity, stay as they were.
pub(super) fn same_substance(before: &ListEntry, after: &ListEntry) -> bool {
    before.subject == after.subject
        && before.criteria == after.criteria
        && before.facts == after.facts
        && before.document == after.document
}

/// What befell the list the case stands on; events of another list are not its own.
fn travel(case: Case, event: &CaseEvent) -> Case {
    let stage = match (&case.stage, event) {
        (
            Stage::Certified { list: own, .. } | Stage::Declared { list: own, .. },
            CaseEvent::Declared { list, to, declared_on },
        ) if own == list => Stage::Declared { list: list.clone(), to: to.clone(), declared_on: *declared_on },
        // A body that says no sends back like a reviewer: what it objects to is mended before anybody signs again.
        (Stage::Certified { list: own, .. }, CaseEvent::Disapproved { list, reason, disapproved_on })
            if own == list =>
        {
            Stage::Returned { list: list.clone(), defects: vec![reason.clone()], returned_on: *disapproved_on }
        }
        (
            Stage::Declared { list: own, .. } | Stage::Received { list: own, .. },
            CaseEvent::DeclarationRefused { list, code, reason, refused_on },
        ) if own == list => Stage::Returned {
            list: list.clone(),
            defects: vec![format!("{reason}（{code}）")],
            returned_on: *refused_on,
        },
        (Stage::Declared { list: own, .. }, CaseEvent::Received { list, received_on, due_on }) if own == list => {
            Stage::Received { list: list.clone(), received_on: *received_on, due_on: *due_on }
        }
        (
            Stage::Received { list: own, .. } | Stage::Reviewed { list: own, .. },
            CaseEvent::Reviewed { list, finding, reviewed_on },
        ) if own == list => Stage::Reviewed { list: list.clone(), finding: finding.clone(), reviewed_on: *reviewed_on },
        (Stage::Reviewed { list: own, finding, .. }, CaseEvent::ReviewSigned { list, signed_on, .. })
            if own == list =>
        {
            signed(list, finding, *signed_on)
        }
        (Stage::Approved { list: own, .. }, CaseEvent::ReviewPublicityOpened { list, ends_on, .. }) if own == list => {
            Stage::CityPublicity { list: list.clone(), ends_on: *ends_on }
        }
        (Stage::CityPublicity { list: own, .. }, CaseEvent::ReviewPublicityClosed { list, closed_on })
            if own == list =>
        {
            Stage::CityPublicised { list: list.clone(), closed_on: *closed_on }
        }
        (
            Stage::Approved { list: own, .. }
            | Stage::CityPublicity { list: own, .. }
            | Stage::CityPublicised { list: own, .. },
            CaseEvent::ObjectionUpheld { list, reason, verified_on },
        ) if own == list => {
            Stage::Withdrawn { code: OBJECTION_UPHELD.to_owned(), reason: reason.clone(), decided_on: *verified_on }
        }
        (
            Stage::Certified { list: own, .. }
            | Stage::Approved { list: own, .. }
            | Stage::CityPublicised { list: own, .. },
            CaseEvent::Reported { list, reported_on },
        ) if own == list => Stage::Reported { list: list.clone(), reported_on: *reported_on },
        _ => return case,
    };
    Case { stage, ..case }
}

fn signed(list: &EntryRef, finding: &Finding, signed_on: chrono::NaiveDate) -> Stage {
    let list = list.clone();
    match finding {
        Finding::Approve => Stage::Approved { list, signed_on },
        Finding::Return { defects } => Stage::Returned { list, defects: defects.clone(), returned_on: signed_on },
        Finding::Reject { reason } => Stage::Rejected { list, reason: reason.clone(), rejected_on: signed_on },
    }
}

/// The province's word is final, even where news of the report is still on its way. Results come in the order
/// of the province's log, so the last one counts.
fn compare(case: Case, event: &CaseEvent) -> Case {
    let compared = matches!(case.stage, Stage::Final { .. } | Stage::Removed { .. } | Stage::Held { .. });
    let travels = case.stage.list().is_some() && !case.stage.is_sent_back();
    if !compared && !travels {
        return case;
    }
    let stage = match event {
        CaseEvent::Final { version, valid_from, valid_to } => {
            Stage::Final { version: *version, valid_from: *valid_from, valid_to: *valid_to }
        }
        CaseEvent::Removed { version, rule, cause, removed_on } => {
            Stage::Removed { version: *version, rule: rule.clone(), cause: cause.clone(), removed_on: *removed_on }
        }
        CaseEvent::Held { version, reason } => Stage::Held { version: *version, reason: reason.clone() },
        _ => return case,
    };
    Case { stage, ..case }
}
