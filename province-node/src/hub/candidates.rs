//! Whom a name may belong to (C-3): one pass over every subject, for a person who looks for the bearer of a name.

use std::collections::BTreeSet;

use honghei_comparison::names::{Candidate, Commonness, NameIndex, Reading};
use honghei_domain::comparison::{NAMESAKES, SubjectFacts, is_common};
use honghei_domain::list::ListKind;
use honghei_domain::refusal::Refusal;
use honghei_domain::subject_key::BUCKETS;
use honghei_registry::error::CommandError;
use honghei_registry::question::{Listener, Told};
use honghei_store::{SubjectAt, Tx};

use super::subjects::{Settlements, unfold};

/// Subjects read at a time.
const PAGE: u32 = 2048;

/// Candidates kept while reading, and told.
const KEPT: usize = 1000;
const TOLD: usize = 30;

/// Proposes the bearers of a name, the weightiest agreement first.
///
/// # Errors
/// A refusal `SEARCH_CANCELLED` when nobody listens any more.
pub async fn of(tx: &mut dyn Tx, name: &str, listener: &dyn Listener) -> Result<Told, CommandError> {
    let asked = Reading::of(name);
    // The index holds the one name that is looked for; every standing name is looked up in it.
    let mut index = NameIndex::new();
    index.add(&asked);
    index.finish();
    let mut found: Vec<(Candidate, SubjectAt, String, String)> = Vec::new();
    let mut common = Commonness::default();
    let mut settlements = Settlements::folded(tx).await?;
    let mut after: Option<SubjectAt> = None;
    loop {
        let rows = tx.scan_subjects(after.as_ref(), PAGE).await?;
        let Some(last) = rows.last() else { break };
        if listener.is_gone() {
            return Err(Refusal::new("SEARCH_CANCELLED", "AMB-13", "查询已取消").into());
        }
        listener.hear("比较名称", (last.at.bucket + 1).into(), BUCKETS.into());
        after = Some(last.at.clone());
        for (at, facts) in unfold(tx, rows, &mut settlements).await? {
            let names: BTreeSet<_> = facts.facts().iter().map(|fact| fact.identity.name.clone()).collect();
            for name in names {
                let reading = Reading::of_normalised(name);
                common.name += usize::from(reading.name.key == asked.name.key);
                common.core += usize::from(reading.core == asked.core);
                common.brand += usize::from(!asked.brand.is_empty() && reading.brand == asked.brand);
                if let Some(candidate) = index.candidates(&reading).pop() {
                    found.push((candidate, at.clone(), reading.name.key, lists_of(&facts)));
                }
            }
        }
        if found.len() > KEPT {
            weigh(&mut found, TOLD);
        }
    }
    weigh(&mut found, TOLD);
    let rows = found
        .into_iter()
        .map(|(candidate, at, name, lists)| vec![at.key, name, lists, candidate.explanation(common)])
        .collect();
    let mut sentences = vec![
        format!("同名主体{}个，使用该字号的主体{}个。", common.name, common.brand),
        "名称仅供查找，不作为认定依据；认定以 held decide 或 subject merge 签署。".to_owned(),
    ];
    if is_common(common.name) {
        sentences.push(format!("同名主体超过{NAMESAKES}个，该名称不作为比对线索（AMB-13）。"));
    }
    Ok(Told { sentences, headings: vec!["主体", "名称", "名单", "依据"], rows, alarm: None })
}

/// Keeps the weightiest.
fn weigh(found: &mut Vec<(Candidate, SubjectAt, String, String)>, most: usize) {
    found.sort_by(|(one, at, name, _), (other, other_at, other_name, _)| {
        let weight =
            |one: &Candidate| (one.agreement, one.same_place == Some(false), 100 - one.likeness_percent.min(100));
        (weight(one), at, name).cmp(&(weight(other), other_at, other_name))
    });
    found.truncate(most);
}

fn lists_of(facts: &SubjectFacts) -> String {
    let count = |kind| facts.facts().iter().filter(|fact| fact.kind == kind).count();
    format!("红{} 黑{}", count(ListKind::Red), count(ListKind::Black))
}
