//! Full recomparison: the same function over everything, as the audit of the incremental path.

use honghei_domain::comparison::{RULE_VERSION, verdicts};
use honghei_domain::list::CaseId;
use honghei_registry::error::Fault;
use honghei_store::{SubjectAt, Tx};

use super::publish::Namesakes;
use super::subjects::{Settlements, unfold};

/// Subjects judged at a time.
const PAGE: u32 = 2048;

/// What a full recomparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomparison {
    /// Subjects judged.
    pub subjects: u64,
    /// Entries judged.
    pub entries: u64,
    /// Cases whose verdict is not the one last published: what the next version will change, or a defect.
    pub different: Vec<CaseId>,
}

/// Judges every subject as of a day and compares with what was published.
pub async fn recompare(tx: &mut dyn Tx, as_of: chrono::NaiveDate) -> Result<Recomparison, Fault> {
    let mut found = Recomparison::default();
    let mut settlements = Settlements::folded(tx).await?;
    let mut after: Option<SubjectAt> = None;
    loop {
        let rows = tx.scan_subjects(after.as_ref(), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = Some(last.at.clone());
        let subjects = unfold(tx, rows, &mut settlements).await?;
        let namesakes = Namesakes::of(tx, &subjects, &mut settlements).await?;
        for (at, facts) in &subjects {
            found.subjects += 1;
            for verdict in verdicts(facts, &namesakes.proposals(at, facts), RULE_VERSION, as_of) {
                found.entries += 1;
                let settled = facts.last_settled(&verdict.case);
                if settled.is_none_or(|settled| settled.verdict.outcome != verdict.outcome) {
                    found.different.push(verdict.case);
                }
            }
        }
    }
}
