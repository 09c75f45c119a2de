//! A case whole: its own row, what befell its list, what the comparison found.

use honghei_domain::case::{Case, CaseEvent};
use honghei_domain::comparison::Outcome;
use honghei_domain::final_list::DetailRow;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::Tx;

use crate::desk::{dossiers, listing, served};
use crate::error::Fault;

/// Folds a recogniser's case with its dossiers and result versions.
pub async fn folded(tx: &mut dyn Tx, case: &Case) -> Result<Case, Fault> {
    let id = case.id().clone();
    let mut events = Vec::new();
    if let Some(list) = case.stage.list()
        && let Some(dossier) = dossiers::read(tx, list).await?
    {
        events.extend(dossier.events_for(&id));
    }
    let key = SubjectKey::of(&case.entry.subject);
    for (version, detail) in served::verdicts_of(tx, &id).await? {
        events.extend(verdict_event(version, &detail));
    }
    if let Some(row) = served::row_of_case(tx, &key, &id).await?
        && let Some(latest) = tx.latest_result().await?
    {
        // The served version says so last: it outlasts every earlier removal or HELD.
        let (valid_from, valid_to) = (row.valid_from, row.valid_to);
        events.push(CaseEvent::Final { version: latest.version, valid_from, valid_to });
    }
    // A decided exit ends the case, whoever decided it and whether or not a version has followed.
    if let Some((_, exit)) = listing::listing(tx, &id).await?.exit() {
        let (code, reason) = (exit.code.clone(), exit.reason.clone());
        events.push(CaseEvent::Withdrawn { code, reason, decided_on: exit.decided_on });
    }
    Ok(case.clone().evolve_all(&events))
}

/// What a verdict other than entering the list means for its case.
fn verdict_event(version: u64, detail: &DetailRow) -> Option<CaseEvent> {
    match &detail.verdict.outcome {
        Outcome::Removed { rule, exit, cause, .. } => Some(CaseEvent::Removed {
            version,
            rule: format!("{}（{}）", rule.code(), exit.code()),
            cause: cause.to_string(),
            removed_on: detail.verdict.as_of,
        }),
        Outcome::Held { reason, .. } => Some(CaseEvent::Held { version, reason: reason.chinese().to_owned() }),
        _ => None,
    }
}
