//! A case whole: its own row, what befell its list, what the comparison found.

use honghei_domain::case::{Case, CaseEvent};
use honghei_domain::comparison::Outcome;
use honghei_domain::subject_key::SubjectKey;
use honghei_store::Tx;

use crate::desk::{dossiers, served};
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
    let mut results = Vec::new();
    if let Some(row) = served::row_of_case(tx, &key, &id).await? {
        // The row does not name its version; it is at most the served one and precedes every later verdict.
        results.push((0, CaseEvent::Final { version: 0, valid_from: row.valid_from, valid_to: row.valid_to }));
    }
    for (version, detail) in served::verdicts_of(tx, &id).await? {
        let event = match &detail.verdict.outcome {
            Outcome::Removed { rule, exit, cause, .. } => CaseEvent::Removed {
                version,
                rule: format!("{}（{}）", rule.code(), exit.code()),
                cause: cause.to_string(),
                removed_on: detail.verdict.as_of,
            },
            Outcome::Held { reason, .. } => CaseEvent::Held { version, reason: reason.chinese().to_owned() },
            _ => continue,
        };
        results.push((version, event));
    }
    // A row that is still on the list outlasts an earlier HELD.
    if results.len() > 1 && matches!(results.last(), Some((_, CaseEvent::Held { .. }))) {
        let listed = results.remove(0);
        results.push(listed);
    }
    events.extend(results.into_iter().map(|(_, event)| event));
    Ok(events.iter().fold(case.clone(), |case, event| case.evolve(event)))
}
